/// ISAD(G) 3.1.1, essential (I.12): every unit has a reference code of its own.
final class ISADGReferenceCode: EssentialElement {
  override class var descriptor: RuleDescriptor { RuleDescriptor("isadg-reference-code", .isadg, .warning) }

  override func has(_ component: RuleComponent) -> Bool { !component.unitID.isEmpty }
}
