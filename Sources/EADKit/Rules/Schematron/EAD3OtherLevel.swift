/// `level="otherlevel"` says in `@otherlevel` which level it is (EAD3 Schematron, co-occurrence).
final class EAD3OtherLevel: OtherValueRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-otherlevel", .structure, .warning, [.ead3]) }
  override class var selector: NameID { Attribute.level }
  override class var selected: StaticString { "otherlevel" }
  override class var companion: NameID { Attribute.otherlevel }
}
