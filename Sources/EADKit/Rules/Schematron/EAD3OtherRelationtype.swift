/// `relationtype="otherrelationtype"` says in `@otherrelationtype` which type it is (EAD3 Schematron).
final class EAD3OtherRelationtype: OtherValueRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-otherrelationtype", .structure, .warning, [.ead3]) }
  override class var selector: NameID { Attribute.relationtype }
  override class var selected: StaticString { "otherrelationtype" }
  override class var companion: NameID { Attribute.otherrelationtype }
}
