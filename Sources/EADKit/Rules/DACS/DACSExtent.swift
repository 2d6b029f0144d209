/// DACS 2.5: extent of the whole.
final class DACSExtent: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-extent", .dacs, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { component.hasExtent }
}
