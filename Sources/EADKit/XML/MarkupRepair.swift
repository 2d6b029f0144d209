/// Escapes, before the parser sees them, the `<` and `&` that cannot be markup: `a < b`, `R&D`, `?x=1&y=2`.
///
/// Used in recovery only: libxml2 would stop at the first and drop part of the second.
struct MarkupRepair {
  enum Kind {
    case lessThan
    case ampersand
  }

  private var carry: [UInt8] = []
  private var line = 1
  /// A name is looked at no further than this.
  private static let longestName = 64

  /// The next bytes with what is no markup escaped; what cannot be judged yet is kept for the next call.
  mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, isLast: Bool, _ found: (Kind, Int) -> Void) -> [UInt8] {
    let bytes = carry + chunk
    carry = []
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 16)
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      if byte == 0x0A { line += 1 }
      guard byte == 0x3C || byte == 0x26 else {
        out.append(byte)
        at += 1
        continue
      }
      if !isLast, bytes.count - at <= MarkupRepair.longestName {
        carry = Array(bytes[at...])
        break
      }
      if byte == 0x3C, !beginsMarkup(bytes, at + 1) {
        found(.lessThan, line)
        out.append(contentsOf: Array("&lt;".utf8))
      } else if byte == 0x26, !beginsReference(bytes, at + 1) {
        found(.ampersand, line)
        out.append(contentsOf: Array("&amp;".utf8))
      } else {
        out.append(byte)
      }
      at += 1
    }
    return out
  }

  private func beginsMarkup(_ bytes: [UInt8], _ at: Int) -> Bool {
    guard at < bytes.count else { return true }
    let next = bytes[at]
    return Bytes.isASCIILetter(next) || next >= 0x80 || [0x2F, 0x21, 0x3F, 0x5F, 0x3A].contains(next)
  }

  private func beginsReference(_ bytes: [UInt8], _ at: Int) -> Bool {
    var end = at
    while end < bytes.count, end - at < MarkupRepair.longestName - 2,
      Bytes.isWord(bytes[end]) || bytes[end] == 0x23 || bytes[end] == 0x2E || bytes[end] == 0x2D || bytes[end] == 0x5F
    {
      end += 1
    }
    return end > at && end < bytes.count && bytes[end] == 0x3B
  }
}
