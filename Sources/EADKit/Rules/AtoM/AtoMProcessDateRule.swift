/// A paragraph of `processinfo` that holds a date: AtoM keeps the date, as revision history, and drops the words around.
final class AtoMProcessDateRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-processinfo-date", .atom, .warning, [.ead2002]) }

  /// Bytes of words in the dates of the open paragraph.
  private var dates = 0

  override func register(_ interests: inout RuleInterests) { interests.text(of: Tag.p, Tag.date) }

  override func end(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.date {
      if document.parent == Tag.p, document.ancestor(2) == Tag.processinfo { dates += AtoMProcessDateRule.words(document.text) }
    } else if document.parent == Tag.processinfo {
      if dates > 0, AtoMProcessDateRule.words(document.text) > dates {
        document.report(self, [Excerpt.text(document.text)], at: document.startPlace)
      }
      dates = 0
    }
  }

  private static func words(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    text.reduce(into: 0) { count, byte in if Bytes.isWord(byte) { count += 1 } }
  }
}
