/// AtoM reads EAD 2002 only.
final class AtoMGenerationRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-ead3", .atom, .error, [.ead3]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.ead) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if document.parent == 0 { document.report(self) }
  }
}
