/// ISAD(G) 3.1.3, essential (I.12): dates of the whole; a lower level that states none has those of the level above (2.4).
final class ISADGDate: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("isadg-date", .isadg, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.isTop }

  override func has(_ component: RuleComponent) -> Bool { component.isDated }
}
