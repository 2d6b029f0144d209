/// An ordered list says in `@numeration` how its items are numbered (EAD3 Schematron).
final class EAD3Numeration: OtherValueRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-numeration", .structure, .warning, [.ead3]) }
  override class var selector: NameID { Attribute.listtype }
  override class var selected: StaticString { "ordered" }
  override class var companion: NameID { Attribute.numeration }
}
