/// DACS 2.1: reference code of the whole.
final class DACSReferenceCode: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-reference-code", .dacs, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { !component.unitID.isEmpty }
}
