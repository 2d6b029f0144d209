/// DACS 2.2: name and location of the repository.
final class DACSRepository: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-repository", .dacs, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { component.has(Tag.repository) }
}
