/// ISAD(G) 3.2.1, essential (I.12): creator of the whole; lower levels inherit it (2.4).
final class ISADGCreator: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("isadg-creator", .isadg, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.isTop }

  override func has(_ component: RuleComponent) -> Bool { component.has(Tag.origination) }
}
