/// Codes of languages are of the list that the header names: `@langcode` (EAD 2002, EAD3), `@lang` (EAD3).
final class CodeLanguage: CodeRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("code-language", .codes, .warning) }
  override class var encodingAttribute: NameID { Attribute.langencoding }
  override class var codeAttributes: [NameID] { [Attribute.langcode, Attribute.lang] }

  private var list = LanguageCodes.List.part2B

  override func use(list: UnsafeBufferPointer<UInt8>?, _ document: RuleDocument) {
    self.list = LanguageCodes.List(encoding: list)
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    // In EAD 2002 it is `xml:lang`, whose values are tags of another standard (BCP 47).
    if name == Attribute.lang, document.generation == .ead2002 { return }
    super.attribute(name, value, document)
  }

  override func isGood(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> Bool {
    LanguageCodes.contains(value, in: list)
  }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> [String] {
    [
      list.name,
      ValueWords.advice(LanguageCodes.nearest(to: value, in: list), orLike: list.examples),
    ]
  }
}
