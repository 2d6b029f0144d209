/// The document is in a namespace in a way that AtoM does not get rid of.
///
/// AtoM's paths have no namespace. It removes one default namespace from the text of the file before it parses it, but
/// only where the root's start tag has `xmlns` on the line of `<ead`, followed by white space, and closes without a
/// further line break.
final class AtoMNamespaceRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-namespace", .atom, .error, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.ead) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard document.parent == 0, let problem = AtoMNamespaceRule.problem(document.parser.tagText) else { return }
    document.report(self, [problem])
  }

  /// What AtoM stumbles over in a root start tag, as it is written there; nil for nothing.
  static func problem(_ tag: [UInt8]) -> String? {
    let text = Array(tag.prefix(65_536))
    guard text.first == 0x3C else { return nil }
    let nameEnd = text.dropFirst().firstIndex { Bytes.isSpace($0) || $0 == 0x3E || $0 == 0x2F } ?? text.endIndex
    if let colon = text[1..<nameEnd].firstIndex(of: 0x3A) {
      return String(decoding: text[1...colon], as: UTF8.self)
    }
    var at = nameEnd
    var sawLineBreak = false
    while at < text.count {
      let start = at
      while at < text.count, Bytes.isSpace(text[at]) { at += 1 }
      if text[start..<at].contains(0x0A) { sawLineBreak = true }
      guard at < text.count, text[at] != 0x3E, text[at] != 0x2F else { return nil }
      let attribute = at
      while at < text.count, text[at] != 0x22, text[at] != 0x27 { at += 1 }
      guard at < text.count else { return nil }
      let quote = text[at]
      guard let close = text[(at + 1)...].firstIndex(of: quote) else { return nil }
      at = close + 1
      let name = text[attribute...].prefix { $0 != 0x3D && !Bytes.isSpace($0) }
      if name.elementsEqual("xmlns".utf8) {
        let written = String(decoding: text[attribute..<at], as: UTF8.self)
        return isRemoved(text, from: at, quote: quote, afterLineBreak: sawLineBreak) ? nil : written
      }
      if text[attribute..<at].contains(0x0A) { sawLineBreak = true }
    }
    return nil
  }

  private static func isRemoved(_ text: [UInt8], from end: Int, quote: UInt8, afterLineBreak: Bool) -> Bool {
    guard quote == 0x22, !afterLineBreak, end < text.count, Bytes.isSpace(text[end]) else { return false }
    return !text[(end + 1)...].prefix { $0 != 0x3E }.contains(0x0A)
  }
}
