/// ISAD(G) 3.1.2, essential (I.12): every unit has a title, formal or supplied.
final class ISADGTitle: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("isadg-title", .isadg, .warning) }

  override func has(_ component: RuleComponent) -> Bool { !component.title.isEmpty }
}
