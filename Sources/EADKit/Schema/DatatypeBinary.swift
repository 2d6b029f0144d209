/// `hexBinary` and `base64Binary` (XML Schema part 2, sections 3.2.15 and 3.2.16).
enum BinaryText {
  /// How many bytes a value of `hexBinary` spells; nil when it is none.
  static func hexLength(_ value: UnsafeBufferPointer<UInt8>) -> Int? {
    value.count.isMultiple(of: 2) && value.allSatisfy { hexDigit($0) != nil } ? value.count / 2 : nil
  }

  /// How many bytes a value of `base64Binary` spells; nil when it is none. Blanks may stand anywhere between the characters;
  /// the bits that padding leaves over must be zero.
  static func base64Length(_ value: UnsafeBufferPointer<UInt8>) -> Int? {
    var digits = 0
    var padding = 0
    var last: UInt8 = 0
    for byte in value where !DatatypeWhiteSpace.isSpace(byte) {
      if byte == 0x3D {
        padding += 1
      } else {
        guard padding == 0, let digit = base64Digit(byte) else { return nil }
        digits += 1
        last = digit
      }
    }
    guard padding <= 2, (digits + padding).isMultiple(of: 4) else { return nil }
    guard padding == 0 || last & (padding == 1 ? 0b11 : 0b1111) == 0 else { return nil }
    return digits * 3 / 4
  }

  /// The bytes that an accepted value spells.
  static func hexBytes(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    stride(from: 0, to: value.count - 1, by: 2).map { (hexDigit(value[$0]) ?? 0) << 4 | (hexDigit(value[$0 + 1]) ?? 0) }
  }

  /// The bytes that an accepted value spells.
  static func base64Bytes(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits = 0
    var held: UInt32 = 0
    for digit in value.lazy.compactMap(base64Digit) {
      held = held << 6 | UInt32(digit)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
      }
    }
    return bytes
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  private static func base64Digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
