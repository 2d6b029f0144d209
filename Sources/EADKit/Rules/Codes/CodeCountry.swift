/// Codes of countries are the two capital letters of ISO 3166-1, unless the header names another list.
final class CodeCountry: CodeRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("code-country", .codes, .warning) }
  override class var encodingAttribute: NameID { Attribute.countryencoding }
  override class var codeAttributes: [NameID] { [Attribute.countrycode] }

  private var isISO = true

  override func use(list: UnsafeBufferPointer<UInt8>?, _ document: RuleDocument) {
    let name = EncodingName.letters(list)
    isISO = name.isEmpty || name.contains("3166")
  }

  override func isGood(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> Bool {
    !isISO || CountryCodes.contains(value)
  }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> [String] {
    [ValueWords.advice(CountryCodes.nearest(to: value), orLike: "FR, BE, CA")]
  }
}
