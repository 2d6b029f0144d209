/// A code of a language or a script that AtoM does not know: it stores it and shows nothing.
final class AtoMLanguageCodeRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-language-code", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.language) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard document.parent == Tag.langmaterial || document.parent == Tag.langusage else { return }
    if let code = document.attribute(Attribute.langcode), !Bytes.isBlank(code), Languages.code(code) == nil {
      document.report(self, [Excerpt.text(code)], attribute: Attribute.langcode)
    }
    if let code = document.attribute(Attribute.scriptcode), !Bytes.isBlank(code), AtoMTerms.scripts[Bytes.key(code)] == nil {
      document.report(self, [Excerpt.text(code)], attribute: Attribute.scriptcode)
    }
  }
}
