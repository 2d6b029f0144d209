/// A language in words only: AtoM takes `@langcode` and drops the text of `language`.
final class AtoMLanguageTextRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-language-text", .atom, .warning, [.ead2002]) }

  private var hasCode = false

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.language)
    interests.text(of: Tag.language)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    hasCode = document.attribute(Attribute.langcode).map { !Bytes.isBlank($0) } ?? false
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard !hasCode, document.parent == Tag.langmaterial, !document.text.isEmpty else { return }
    document.report(self, [Excerpt.text(document.text)], at: document.startPlace)
  }
}
