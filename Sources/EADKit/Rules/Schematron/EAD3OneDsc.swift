/// One `dsc` a finding aid: further ones are discouraged and may go away (EAD3 Schematron, cardinality).
final class EAD3OneDsc: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-one-dsc", .structure, .warning, [.ead3]) }

  /// Line of the first `dsc` that has ended; 0 before.
  private var line = 0

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.dsc)
    interests.end(of: Tag.dsc)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if line > 0, document.generation == .ead3 { document.report(self, [String(line)]) }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    if line == 0 { line = document.startPlace.line }
  }
}
