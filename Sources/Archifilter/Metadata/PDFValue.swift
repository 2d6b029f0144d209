/// A value of a PDF file.
indirect enum PDFValue {
  case null
  case boolean(Bool)
  case number(Int)
  case name([UInt8])
  case string([UInt8])
  case array([PDFValue])
  /// Keys without slash; the first of equal ones counts.
  case dictionary([[UInt8]: PDFValue])
  case reference(Int)
  /// Anything else: `obj`, `stream`, `endobj` …
  case keyword([UInt8])

  var number: Int? { if case .number(let value) = self { value } else { nil } }
  var string: [UInt8]? { if case .string(let value) = self { value } else { nil } }
  var reference: Int? { if case .reference(let value) = self { value } else { nil } }
  var array: [PDFValue]? { if case .array(let value) = self { value } else { nil } }
  var dictionary: [[UInt8]: PDFValue]? { if case .dictionary(let value) = self { value } else { nil } }
  var name: [UInt8]? { if case .name(let value) = self { value } else { nil } }
  func isKeyword(_ word: StaticString) -> Bool {
    guard case .keyword(let value) = self, value.count == word.utf8CodeUnitCount else { return false }
    return value.indices.allSatisfy { value[$0] == word.utf8Start[$0] }
  }

  /// The value of a key of a dictionary.
  subscript(key: String) -> PDFValue? { dictionary?[Array(key.utf8)] }
}

/// Reads values of a PDF file from bytes, without recursion: what is nested deeper or longer than the bounds is no value.
struct PDFReader {
  private static let mostDepth = 48
  private static let mostValues = 20_000
  private static let mostString = 65_536

  let bytes: [UInt8]
  var at: Int

  init(_ bytes: [UInt8], at: Int = 0) {
    self.bytes = bytes
    self.at = at
  }

  private enum Open {
    case array([PDFValue])
    case dictionary([PDFValue])
  }

  /// The next value, references resolved to their number; nil at the end, and for what is broken.
  mutating func value() -> PDFValue? {
    var open: [Open] = []
    var count = 0
    while true {
      guard count < PDFReader.mostValues, let token = token() else { return nil }
      count += 1
      var done: PDFValue
      if token.isKeyword("[") || token.isKeyword("<<") {
        guard open.count < PDFReader.mostDepth else { return nil }
        open.append(token.isKeyword("[") ? .array([]) : .dictionary([]))
        continue
      } else if token.isKeyword("]") {
        guard case .array(let values)? = open.popLast() else { return nil }
        done = .array(values)
      } else if token.isKeyword(">>") {
        guard case .dictionary(let values)? = open.popLast() else { return nil }
        done = .dictionary(PDFReader.pairs(values))
      } else {
        done = token
      }
      if open.isEmpty {
        guard case .number(let number) = done else { return done }
        return reference(number) ?? done
      }
      let last = open.count - 1
      switch open[last] {
      case .array(var values):
        open[last] = .array([])
        PDFReader.append(done, to: &values)
        open[last] = .array(values)
      case .dictionary(var values):
        open[last] = .dictionary([])
        PDFReader.append(done, to: &values)
        open[last] = .dictionary(values)
      }
    }
  }

  /// `12 0 R` inside arrays and dictionaries: two numbers and a word become a reference.
  private static func append(_ value: PDFValue, to values: inout [PDFValue]) {
    if value.isKeyword("R"), values.count >= 2, values[values.count - 1].number != nil,
      let number = values[values.count - 2].number
    {
      values.removeLast(2)
      values.append(.reference(number))
    } else {
      values.append(value)
    }
  }

  /// The same outside of them; numbers that are none stay where they are.
  private mutating func reference(_ number: Int) -> PDFValue? {
    let back = at
    if token()?.number != nil, token()?.isKeyword("R") == true { return .reference(number) }
    at = back
    return nil
  }

  private static func pairs(_ values: [PDFValue]) -> [[UInt8]: PDFValue] {
    var found: [[UInt8]: PDFValue] = [:]
    var at = 0
    while at < values.count {
      // A value without key is passed over, a key without value has none.
      guard case .name(let key) = values[at] else {
        at += 1
        continue
      }
      guard at + 1 < values.count else { break }
      if found[key] == nil { found[key] = values[at + 1] }
      at += 2
    }
    return found
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 || byte == 12 || byte == 0 }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "/"), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  mutating func skipSpaces() {
    while at < bytes.count {
      if PDFReader.isSpace(bytes[at]) {
        at += 1
      } else if bytes[at] == UInt8(ascii: "%") {
        while at < bytes.count, bytes[at] != 10, bytes[at] != 13 { at += 1 }
      } else {
        return
      }
    }
  }

  private mutating func token() -> PDFValue? {
    skipSpaces()
    guard at < bytes.count else { return nil }
    let first = bytes[at]
    switch first {
    case UInt8(ascii: "/"): return name()
    case UInt8(ascii: "("): return literal()
    case UInt8(ascii: "<"):
      if at + 1 < bytes.count, bytes[at + 1] == first {
        at += 2
        return .keyword([first, first])
      }
      return hexadecimal()
    case UInt8(ascii: ">"):
      let isDouble = at + 1 < bytes.count && bytes[at + 1] == first
      at += isDouble ? 2 : 1
      return .keyword(isDouble ? [first, first] : [first])
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ")"):
      at += 1
      return .keyword([first])
    default:
      let start = at
      while at < bytes.count, !PDFReader.isSpace(bytes[at]), !PDFReader.isDelimiter(bytes[at]) { at += 1 }
      return word(bytes[start..<at])
    }
  }

  private func word(_ word: ArraySlice<UInt8>) -> PDFValue {
    var digits = word
    var sign = 1
    if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? -1 : 1
      digits = digits.dropFirst()
    }
    // Of real numbers the part before the point is enough.
    let whole = digits.prefix { $0 >= 48 && $0 <= 57 }
    let rest = digits.dropFirst(whole.count)
    if !whole.isEmpty, whole.count <= 15, rest.isEmpty || (rest.first == UInt8(ascii: ".") && rest.count < 20) {
      return .number(sign * whole.reduce(0) { $0 * 10 + Int($1) - 48 })
    }
    if word.elementsEqual("null".utf8) { return .null }
    if word.elementsEqual("true".utf8) { return .boolean(true) }
    if word.elementsEqual("false".utf8) { return .boolean(false) }
    return .keyword(Array(word.prefix(64)))
  }

  private mutating func name() -> PDFValue {
    at += 1
    var out: [UInt8] = []
    while at < bytes.count, !PDFReader.isSpace(bytes[at]), !PDFReader.isDelimiter(bytes[at]) {
      if bytes[at] == UInt8(ascii: "#"), at + 2 < bytes.count, let high = EncodedWords.hex(bytes[at + 1]),
        let low = EncodedWords.hex(bytes[at + 2])
      {
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return .name(out)
  }

  private mutating func hexadecimal() -> PDFValue? {
    at += 1
    var out: [UInt8] = []
    var half: UInt8?
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == UInt8(ascii: ">") {
        if let half { out.append(half << 4) }
        return .string(out)
      }
      guard let digit = EncodedWords.hex(byte) else {
        if PDFReader.isSpace(byte) { continue }
        return nil
      }
      if let high = half {
        if out.count < PDFReader.mostString { out.append(high << 4 | digit) }
        half = nil
      } else {
        half = digit
      }
    }
    return nil
  }

  private mutating func literal() -> PDFValue? {
    at += 1
    var out: [UInt8] = []
    var depth = 1
    while at < bytes.count {
      var byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return .string(out) }
      case UInt8(ascii: "\\"):
        guard at < bytes.count else { return nil }
        byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): byte = 10
        case UInt8(ascii: "r"): byte = 13
        case UInt8(ascii: "t"): byte = 9
        case UInt8(ascii: "b"): byte = 8
        case UInt8(ascii: "f"): byte = 12
        case 48...55:
          var value = Int(byte) - 48
          for _ in 0..<2 {
            guard at < bytes.count, bytes[at] >= 48, bytes[at] <= 55 else { break }
            value = value * 8 + Int(bytes[at]) - 48
            at += 1
          }
          byte = UInt8(truncatingIfNeeded: value)
        case 13:
          if at < bytes.count, bytes[at] == 10 { at += 1 }
          continue
        case 10: continue
        default: break
        }
      default: break
      }
      if out.count < PDFReader.mostString { out.append(byte) }
    }
    return nil
  }
}

/// Text strings of PDF (ISO 32000, 7.9.2.2).
enum PDFText {
  /// PDFDocEncoding from 18 to 1F and from 80 to A0; 0 where there is no character.
  private static let accents: [UInt32] = [0x2D8, 0x2C7, 0x2C6, 0x2D9, 0x2DD, 0x2DB, 0x2DA, 0x2DC]
  private static let upper: [UInt32] = [
    0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x192, 0x2044, 0x2039, 0x203A, 0x2212, 0x2030, 0x201E, 0x201C, 0x201D, 0x2018,
    0x2019, 0x201A, 0x2122, 0xFB01, 0xFB02, 0x141, 0x152, 0x160, 0x178, 0x17D, 0x131, 0x142, 0x153, 0x161, 0x17E, 0, 0x20AC,
  ]

  /// UTF-16 or UTF-8 with a mark; UTF-8 without one, which programs write against the rule; else PDFDocEncoding.
  static func decode(_ bytes: [UInt8]) -> String {
    if bytes.starts(with: [0xFE, 0xFF]) { return withoutLanguage(CharacterDecoding.utf16(bytes.dropFirst(2), isBigEndian: true)) }
    if bytes.starts(with: [0xFF, 0xFE]) { return withoutLanguage(CharacterDecoding.utf16(bytes.dropFirst(2), isBigEndian: false)) }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return withoutLanguage(String(decoding: bytes.dropFirst(3), as: UTF8.self)) }
    if bytes.contains(where: { $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self) { return text }
    var out = String.UnicodeScalarView()
    for byte in bytes {
      switch byte {
      case 0x18...0x1F: out.append(Unicode.Scalar(accents[Int(byte) - 0x18]) ?? "\u{FFFD}")
      case 0x80...0xA0:
        let value = upper[Int(byte) - 0x80]
        out.append(value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}")
      default: out.append(Unicode.Scalar(byte))
      }
    }
    return String(out)
  }

  /// Escapes that name a language (`ESC fr ESC`) are no text.
  private static func withoutLanguage(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{1B}") else { return text }
    var out = String.UnicodeScalarView()
    var isInside = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" { isInside.toggle() } else if !isInside { out.append(scalar) }
    }
    return String(out)
  }
}
