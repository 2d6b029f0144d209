/// A finding aid that AtoM wrote itself: it does not come back from its own EAD as it was.
final class AtoMOwnExportRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-own-export", .atom, .warning, [.ead2002]) }

  private static let name = Array("Access to Memory (AtoM)".utf8)

  override func register(_ interests: inout RuleInterests) { interests.text(of: Tag.creation) }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard AtoMOwnExportRule.name.withUnsafeBufferPointer({ Bytes.contains(document.text, $0) }) else { return }
    document.report(self, at: document.startPlace)
  }
}
