/// DACS 4.1: conditions governing access.
final class DACSAccess: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-access", .dacs, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { component.has(Tag.accessrestrict) }
}
