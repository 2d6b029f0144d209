/// `daotype="otherdaotype"` says in `@otherdaotype` which type it is (EAD3 Schematron).
final class EAD3OtherDaotype: OtherValueRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-otherdaotype", .structure, .warning, [.ead3]) }
  override class var selector: NameID { Attribute.daotype }
  override class var selected: StaticString { "otherdaotype" }
  override class var companion: NameID { Attribute.otherdaotype }
}
