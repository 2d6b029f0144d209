import CLibXML2

/// Names and tokens as XML 1.0, fourth edition, spells them.
///
/// XML Schema part 2 refers to that edition, and the validators that schemas are tried with (jing, libxml2) still follow it:
/// the fifth edition's wider tables would pass identifiers here that fail everywhere else.
enum DatatypeNames {
  enum Form {
    /// Starts with a letter, `_` or `:`.
    case name
    /// A name without a colon.
    case localName
    /// Name characters in any order.
    case token
  }

  private static let start: UInt8 = 1
  private static let inside: UInt8 = 2
  private static let colon: UInt8 = 4

  /// What each ASCII character may be in a name.
  private static let ascii: ASCIITable = ASCIITable { byte in
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x5F: start | inside
    case 0x3A: start | inside | colon
    case 0x30...0x39, 0x2D, 0x2E: inside
    default: 0
    }
  }

  /// Whether all of the value, which has no white space around it, is one name of this form.
  @inline(__always)
  static func accepts(_ value: UnsafeBufferPointer<UInt8>, _ form: Form) -> Bool {
    guard let base = value.baseAddress, value.count > 0 else { return false }
    let table = ascii.bytes
    let refused: UInt8 = form == .localName ? colon : 0
    var at = 0
    if form != .token {
      let first = base[0]
      if first < 0x80 {
        guard table[Int(first)] & start != 0, table[Int(first)] & refused == 0 else { return false }
        at = 1
      } else {
        let (scalar, length) = UTF8Scalar.decode(base, value.count)
        guard ead_is_letter(Int32(bitPattern: scalar)) != 0 else { return false }
        at = length
      }
    }
    while at < value.count {
      let byte = base[at]
      if byte < 0x80 {
        guard table[Int(byte)] & inside != 0, table[Int(byte)] & refused == 0 else { return false }
        at += 1
      } else {
        let (scalar, length) = UTF8Scalar.decode(base + at, value.count - at)
        guard ead_is_name_char(Int32(bitPattern: scalar)) != 0 else { return false }
        at += length
      }
    }
    return true
  }

  /// Where the colon of a qualified name stands, -1 when it has no prefix, nil when the value is no qualified name.
  static func colonOfQualifiedName(_ value: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let colon = value.firstIndex(of: 0x3A) else { return accepts(value, .localName) ? -1 : nil }
    let prefix = UnsafeBufferPointer(rebasing: value[..<colon])
    let local = UnsafeBufferPointer(rebasing: value[(colon + 1)...])
    return accepts(prefix, .localName) && accepts(local, .localName) ? colon : nil
  }

  /// A language code as RFC 3066 writes it: up to eight letters, then `-` and up to eight letters or digits, repeated.
  static func isLanguage(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    var length = 0
    var isFirst = true
    for byte in value {
      if byte == 0x2D {
        guard length > 0 else { return false }
        length = 0
        isFirst = false
      } else {
        length += 1
        guard length <= 8, Bytes.isASCIILetter(byte) || (!isFirst && Bytes.isDigit(byte)) else { return false }
      }
    }
    return length > 0
  }
}

/// One byte for each ASCII character, made once and never freed.
struct ASCIITable: @unchecked Sendable {
  let bytes: UnsafePointer<UInt8>

  init(_ value: (UInt8) -> UInt8) {
    let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: 128)
    for byte in 0..<128 { storage[byte] = value(UInt8(byte)) }
    bytes = UnsafePointer(storage)
  }
}

/// Reads one character out of UTF-8.
enum UTF8Scalar {
  /// The scalar at `base` and its length in bytes; U+FFFD and 1 where the bytes are no UTF-8.
  @inline(__always)
  static func decode(_ base: UnsafePointer<UInt8>, _ available: Int) -> (scalar: UInt32, length: Int) {
    let first = UInt32(base[0])
    if first < 0x80 { return (first, 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first < 0xF5, available >= length else { return (0xFFFD, 1) }
    var scalar = first & (0x7F >> UInt32(length))
    for index in 1..<length {
      let next = UInt32(base[index])
      guard next & 0xC0 == 0x80 else { return (0xFFFD, 1) }
      scalar = scalar << 6 | (next & 0x3F)
    }
    return (scalar, length)
  }

  /// How many characters the bytes hold.
  static func count(_ value: UnsafeBufferPointer<UInt8>) -> Int {
    value.reduce(into: 0) { count, byte in if byte & 0xC0 != 0x80 { count += 1 } }
  }
}
