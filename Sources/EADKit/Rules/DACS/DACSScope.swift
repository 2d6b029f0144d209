/// DACS 3.1: scope and content of the whole; an abstract counts.
final class DACSScope: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-scope", .dacs, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { component.has(Tag.scopecontent) || component.has(Tag.abstract) }
}
