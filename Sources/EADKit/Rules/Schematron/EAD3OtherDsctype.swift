/// `dsctype="otherdsctype"` says in `@otherdsctype` which type it is (EAD3 Schematron).
final class EAD3OtherDsctype: OtherValueRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-otherdsctype", .structure, .warning, [.ead3]) }
  override class var selector: NameID { Attribute.dsctype }
  override class var selected: StaticString { "otherdsctype" }
  override class var companion: NameID { Attribute.otherdsctype }
}
