/// DACS 4.5: languages and scripts of the material.
final class DACSLanguage: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("dacs-language", .dacs, .warning) }

  override func isRequired(of component: RuleComponent) -> Bool { component.parent == nil }

  override func has(_ component: RuleComponent) -> Bool { component.has(Tag.langmaterial) }
}
