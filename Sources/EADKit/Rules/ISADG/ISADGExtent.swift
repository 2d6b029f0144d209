/// ISAD(G) 3.1.5, essential (I.12): extent and medium of the whole.
final class ISADGExtent: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("isadg-extent", .isadg, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.isTop }

  override func has(_ component: RuleComponent) -> Bool { component.hasExtent }
}
