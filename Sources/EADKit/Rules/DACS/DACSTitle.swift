/// DACS 2.3: the whole has a title; a component may inherit it, and then has at least a date that tells it from the others.
final class DACSTitle: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-title", .dacs, .warning) }

  override func has(_ component: RuleComponent) -> Bool {
    !component.title.isEmpty || component.parent != nil && component.isDated
  }
}
