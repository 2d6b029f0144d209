/// Parts of `physdesc` with nothing between them: AtoM joins them as they are, `3 boxes2 metres`.
final class AtoMExtentGluedRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-extent-glued", .atom, .warning, [.ead2002]) }

  private var previous: [UInt8] = []
  /// Ends and beginnings of neighbours, joined; looked for in the whole text.
  private var seams: [[UInt8]] = []

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.physdesc)
    interests.text(of: Tag.physdesc, Tag.extent, Tag.physfacet, Tag.dimensions, Tag.genreform)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    previous = []
    seams = []
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.physdesc {
      guard AtoMImport.holder(document) == .did else { return }
      for seam in seams where seam.withUnsafeBufferPointer({ Bytes.contains(document.text, $0) }) {
        document.report(self, [String(decoding: seam, as: UTF8.self)], at: document.startPlace)
        return
      }
    } else if document.parent == Tag.physdesc {
      let text = Array(document.text)
      if !previous.isEmpty, !text.isEmpty, seams.count < 50 {
        seams.append(AtoMExtentGluedRule.tail(previous) + AtoMExtentGluedRule.head(text))
      }
      previous = text
    }
  }

  /// At most the last 30 bytes, never a part of a character.
  private static func tail(_ text: [UInt8]) -> [UInt8] { Array(text.suffix(30).drop { $0 & 0xC0 == 0x80 }) }

  private static func head(_ text: [UInt8]) -> [UInt8] {
    guard text.count > 30 else { return text }
    var end = 30
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    return Array(text.prefix(end))
  }
}
