/// A sentence around languages: AtoM keeps the words directly in `langmaterial` as a note and drops those in `language`.
final class AtoMLanguageNoteRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-language-note", .atom, .warning, [.ead2002]) }

  /// Bytes of words in the `language` elements of the open `langmaterial`.
  private var inside = 0

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.langmaterial)
    interests.text(of: Tag.langmaterial, Tag.language)
  }

  override func start(_ name: NameID, _ document: RuleDocument) { inside = 0 }

  override func end(_ name: NameID, _ document: RuleDocument) {
    let words = document.text.reduce(into: 0) { count, byte in if Bytes.isWord(byte) { count += 1 } }
    if name == Tag.language {
      if document.parent == Tag.langmaterial { inside += words }
    } else if inside > 0, words > inside {
      document.report(self, [Excerpt.text(document.text)], at: document.startPlace)
    }
  }
}
