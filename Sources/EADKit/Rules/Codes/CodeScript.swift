/// Codes of scripts are those of ISO 15924, unless the header names another list: `@scriptcode`, `@script` (EAD3).
final class CodeScript: CodeRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("code-script", .codes, .warning) }
  override class var encodingAttribute: NameID { Attribute.scriptencoding }
  override class var codeAttributes: [NameID] { [Attribute.scriptcode, Attribute.script] }

  private var isISO = true

  override func use(list: UnsafeBufferPointer<UInt8>?, _ document: RuleDocument) {
    let name = EncodingName.letters(list)
    isISO = name.isEmpty || name.contains("15924")
  }

  override func isGood(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> Bool {
    !isISO || ScriptCodes.contains(value)
  }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> [String] {
    [ValueWords.advice(ScriptCodes.nearest(to: value), orLike: "Latn, Grek, Hebr")]
  }
}
