/// An unordered list says in `@mark` what stands before its items (EAD3 Schematron).
final class EAD3Mark: OtherValueRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-mark", .structure, .warning, [.ead3]) }
  override class var selector: NameID { Attribute.listtype }
  override class var selected: StaticString { "unordered" }
  override class var companion: NameID { Attribute.mark }
}
