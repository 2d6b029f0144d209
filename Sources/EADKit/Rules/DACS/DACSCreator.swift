/// DACS 2.6: name of the creator or creators, required if known.
final class DACSCreator: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-creator", .dacs, .note) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { component.has(Tag.origination) }
}
