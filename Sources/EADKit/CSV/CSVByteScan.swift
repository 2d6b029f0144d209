/// What the bytes of a text file say about it before anyone reads a record: whether they are UTF-8, and what to look
/// out for.
struct CSVByteScan {
  /// Well-formed UTF-8 sequences beyond ASCII, and bytes that belong to none.
  private(set) var sequences = 0
  private(set) var strayBytes = 0
  /// How often each byte from 0x80 on was seen.
  private(set) var high = [Int](repeating: 0, count: 128)
  /// NUL bytes, and other control characters but tab and line ends.
  private(set) var nuls = 0
  private(set) var controls = 0
  /// Quotation marks directly after a backslash: there PHP and RFC 4180 may differ.
  private(set) var escapedQuotes = 0
  private var previous: UInt8 = 0

  /// Looks at the next bytes; a sequence cut at their end is left over unless they are the last.
  ///
  /// - Returns: how many bytes were looked at.
  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let count = bytes.count
    let raw = UnsafeRawPointer(base)
    var at = 0
    while at < count {
      // Eight bytes at a time where all are ASCII, none is a control character and none a backslash.
      while at + 8 <= count {
        let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let controls = (word &- 0x2020_2020_2020_2020) & ~word
        let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let slashes = (slash &- 0x0101_0101_0101_0101) & ~slash
        if (word | controls | slashes) & 0x8080_8080_8080_8080 != 0 || previous == 0x5C { break }
        at += 8
      }
      guard at < count else { break }
      let stop = min(at + 8, count)
      while at < stop {
        let byte = base[at]
        if byte < 0x80 {
          if byte < 0x20 {
            if byte == 0 { nuls += 1 } else if byte != 0x09, byte != 0x0A, byte != 0x0D { controls += 1 }
          } else if byte == 0x22, previous == 0x5C {
            escapedQuotes += 1
          }
          previous = byte
          at += 1
          continue
        }
        let length = CSVByteScan.sequence(base, at, count)
        if length < 0, !isLast { return at }
        if length > 0 {
          sequences += 1
          at += length
        } else {
          strayBytes += 1
          at += 1
        }
        high[Int(byte) - 0x80] += 1
        previous = byte
      }
    }
    return at
  }

  /// Length of the UTF-8 sequence at a place: 0 when there is none, -1 when the bytes end within it.
  static func sequence(_ base: UnsafePointer<UInt8>, _ at: Int, _ count: Int) -> Int {
    let first = base[at]
    if first < 0x80 { return 1 }
    let length = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xC2 && first < 0xE0 ? 2 : 0
    if length == 0 { return 0 }
    for offset in 1..<length {
      if at + offset >= count { return -1 }
      let byte = base[at + offset]
      if byte & 0xC0 != 0x80 { return 0 }
      if offset == 1 {
        if first == 0xE0 && byte < 0xA0 || first == 0xED && byte > 0x9F || first == 0xF0 && byte < 0x90
          || first == 0xF4 && byte > 0x8F
        {
          return 0
        }
      }
    }
    return length
  }
}
