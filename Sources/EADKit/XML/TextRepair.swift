/// Text in which bytes that are no UTF-8, and control characters of ISO 8859-1, are read as Windows-1252: what old tools
/// wrote when they said nothing, or ISO 8859-1.
struct TextRepair {
  private(set) var bytes: [UInt8] = []
  /// How many bytes or characters had to be read otherwise.
  private(set) var repaired = 0

  init(_ text: UnsafeBufferPointer<UInt8>) {
    guard text.contains(where: { $0 >= 0x80 }) else { return }
    var out: [UInt8] = []
    out.reserveCapacity(text.count + 8)
    var at = 0
    while at < text.count {
      let byte = text[at]
      let length = TextRepair.sequence(text, at)
      if length == 2, byte == 0xC2, text[at + 1] < 0xA0 {
        out.append(contentsOf: TextRepair.windows1252(text[at + 1]))
        repaired += 1
      } else if length > 0 {
        out.append(contentsOf: text[at..<(at + length)])
      } else {
        out.append(contentsOf: TextRepair.windows1252(byte))
        repaired += 1
      }
      at += max(length, 1)
    }
    if repaired > 0 { bytes = out }
  }

  /// Length of the well-formed UTF-8 sequence at a place; 0 when there is none.
  private static func sequence(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    let first = text[at]
    if first < 0x80 { return 1 }
    let length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xC2 && first < 0xE0 ? 2 : 0
    guard length > 0, at + length <= text.count else { return 0 }
    for offset in 1..<length where text[at + offset] & 0xC0 != 0x80 { return 0 }
    let second = text[at + 1]
    if first == 0xE0 && second < 0xA0 || first == 0xED && second > 0x9F || first == 0xF0 && second < 0x90
      || first == 0xF4 && second > 0x8F
    {
      return 0
    }
    return length
  }

  private static func windows1252(_ byte: UInt8) -> [UInt8] {
    let table: [UInt32] = [
      0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
      0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    ]
    let code = byte >= 0x80 && byte < 0xA0 ? table[Int(byte) - 0x80] : UInt32(byte)
    return Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
  }
}
