/// DACS 2.4: dates of the whole; components may inherit them.
final class DACSDate: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-date", .dacs, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { component.isDated }
}
