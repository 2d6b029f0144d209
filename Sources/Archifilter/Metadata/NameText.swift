import Foundation

/// Names of the file system as characters.
enum NameText {
  /// Characters that Windows-1252 has from byte 80 to 9F; 0 where there is none.
  private static let upper: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  /// The character of a byte in Windows-1252; U+FFFD where there is none.
  static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
    guard (0x80..<0xA0).contains(byte) else { return Unicode.Scalar(byte) }
    let value = upper[Int(byte) - 0x80]
    return value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  /// Reads UTF-8, and byte by byte as Windows-1252 what is none; halves of surrogate pairs, which Windows shares may hold, become
  /// one U+FFFD each.
  ///
  /// - Parameter body: given every character, with true when it was not UTF-8.
  static func scalars(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Unicode.Scalar, Bool) -> Void) {
    var at = 0
    while at < bytes.count {
      let first = bytes[at]
      if first < 0x80 {
        body(Unicode.Scalar(first), false)
        at += 1
        continue
      }
      let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      if first >= 0xC2, first <= 0xF4, at + width <= bytes.count {
        var value = UInt32(first) & (width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07)
        var isWhole = true
        for next in bytes[(at + 1)..<(at + width)] {
          if next & 0xC0 != 0x80 { isWhole = false }
          value = value << 6 | UInt32(next & 0x3F)
        }
        let least: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000
        if isWhole, value >= least {
          if let scalar = Unicode.Scalar(value) {
            body(scalar, false)
            at += width
            continue
          }
          if (0xD800..<0xE000).contains(value) {
            body("\u{FFFD}", true)
            at += width
            continue
          }
        }
      }
      body(windows1252(first), true)
      at += 1
    }
  }

  /// Normal form C, as titles have it.
  static func composed(_ text: String) -> String {
    // Below U+0300 nothing composes and everything is composed.
    if text.unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return text }
    return text.precomposedStringWithCanonicalMapping
  }

  /// True for what XML cannot hold, what moves a terminal's cursor, and what turns the direction of writing.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return value < 0x20 || (0x7F...0x9F).contains(value) || value == 0xFFFE || value == 0xFFFF
      || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
  }

  /// The base letters of a character in small letters; empty for accents that stand alone.
  static func folded(_ scalar: Unicode.Scalar) -> [UInt8] {
    let value = scalar.value
    if value < 0x80 {
      let byte = UInt8(value)
      return [byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte]
    }
    if (0x300..<0x370).contains(value) { return [] }
    if value < 0x250 { return low[Int(value) - 0x80] }
    if (0x1E00..<0x2000).contains(value) { return additional[Int(value) - 0x1E00] }
    // A typographic apostrophe stands where a plain one does.
    if value == 0x2019 { return [UInt8(ascii: "'")] }
    return Array(scalar.properties.lowercaseMapping.utf8)
  }

  private static let low = (0x80..<0x250).map { decomposed(UInt32($0)) }
  private static let additional = (0x1E00..<0x2000).map { decomposed(UInt32($0)) }

  private static func decomposed(_ value: UInt32) -> [UInt8] {
    guard let scalar = Unicode.Scalar(value) else { return [] }
    switch value {
    case 0xA0: return [UInt8(ascii: " ")]
    case 0xC6, 0xE6: return Array("ae".utf8)
    case 0x152, 0x153: return Array("oe".utf8)
    case 0xDF: return Array("ss".utf8)
    case 0xD8, 0xF8: return Array("o".utf8)
    case 0x110, 0x111: return Array("d".utf8)
    case 0x131: return Array("i".utf8)
    case 0x141, 0x142: return Array("l".utf8)
    default: break
    }
    let text = String(Character(scalar)).decomposedStringWithCanonicalMapping.lowercased()
    var out: [UInt8] = []
    for part in text.decomposedStringWithCanonicalMapping.unicodeScalars where !(0x300..<0x370).contains(part.value) {
      out += Array(String(Character(part)).utf8)
    }
    return out
  }

  /// A name as people compare names: base letters, small, accents off.
  static func folded(_ name: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(name.count)
    Array(name).withUnsafeBufferPointer { bytes in
      scalars(bytes) { scalar, _ in out += folded(scalar) }
    }
    return out
  }
}
