import EADKit

/// A reader of JSON over bytes: keys and values are byte strings, so that two names which differ in their bytes only (é in
/// one code point or in two) stay two. Values are asked for in the order they stand in.
struct JSONBytes {
  /// What a value is, by its first byte.
  enum Kind { case object, array, string, number, literal }

  private let bytes: [UInt8]
  private(set) var position = 0
  private let file: String
  /// Nesting beyond this is refused; no session comes near it.
  private static let deepest = 200

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  func failure(_ rule: String = "session-json") -> EADError {
    var line = 1
    for byte in bytes.prefix(position) where byte == 0x0A { line += 1 }
    return EADError(rule, file: file, line: line, [String(position + 1)])
  }

  private mutating func skipBlanks() {
    while position < bytes.count, JSONBytes.isBlank(bytes[position]) { position += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private mutating func expect(_ byte: UInt8) throws(EADError) {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { throw failure() }
    position += 1
  }

  /// The kind of the next value; nothing is taken.
  mutating func peek() throws(EADError) -> Kind {
    skipBlanks()
    guard position < bytes.count else { throw failure() }
    switch bytes[position] {
    case 0x7B: return .object
    case 0x5B: return .array
    case 0x22: return .string
    case 0x2D, 0x30...0x39: return .number
    case 0x74, 0x66, 0x6E: return .literal
    default: throw failure()
    }
  }

  /// Nothing but blanks may follow the last value.
  mutating func end() throws(EADError) {
    skipBlanks()
    guard position == bytes.count else { throw failure() }
  }

  /// Gives each key of an object; the body takes the value.
  mutating func object(_ body: (inout JSONBytes, [UInt8]) throws(EADError) -> Void) throws(EADError) {
    try expect(0x7B)
    skipBlanks()
    if position < bytes.count, bytes[position] == 0x7D {
      position += 1
      return
    }
    while true {
      let key = try string()
      try expect(0x3A)
      try body(&self, key)
      skipBlanks()
      guard position < bytes.count else { throw failure() }
      position += 1
      if bytes[position - 1] == 0x7D { return }
      guard bytes[position - 1] == 0x2C else {
        position -= 1
        throw failure()
      }
    }
  }

  /// Calls the body before each value of an array; the body takes it.
  mutating func array(_ body: (inout JSONBytes) throws(EADError) -> Void) throws(EADError) {
    try expect(0x5B)
    skipBlanks()
    if position < bytes.count, bytes[position] == 0x5D {
      position += 1
      return
    }
    while true {
      try body(&self)
      skipBlanks()
      guard position < bytes.count else { throw failure() }
      position += 1
      if bytes[position - 1] == 0x5D { return }
      guard bytes[position - 1] == 0x2C else {
        position -= 1
        throw failure()
      }
    }
  }

  /// A string as UTF-8; half of a surrogate pair stays as its three bytes, so that two names stay two.
  mutating func string() throws(EADError) -> [UInt8] {
    try expect(0x22)
    let start = position
    while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x5C, bytes[position] >= 0x20 { position += 1 }
    var out = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x22 {
        position += 1
        return out
      }
      guard byte >= 0x20 else { throw failure() }
      position += 1
      if byte != 0x5C {
        out.append(byte)
        continue
      }
      guard position < bytes.count else { throw failure() }
      position += 1
      switch bytes[position - 1] {
      case 0x22: out.append(0x22)
      case 0x5C: out.append(0x5C)
      case 0x2F: out.append(0x2F)
      case 0x62: out.append(0x08)
      case 0x66: out.append(0x0C)
      case 0x6E: out.append(0x0A)
      case 0x72: out.append(0x0D)
      case 0x74: out.append(0x09)
      case 0x75: UTF16Bytes.append(try unit(), to: &out)
      default:
        position -= 1
        throw failure()
      }
    }
    throw failure()
  }

  private mutating func unit() throws(EADError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw failure() }
    var value: UInt32 = 0
    for _ in 0..<4 {
      switch bytes[position] {
      case 0x30...0x39: value = value << 4 | UInt32(bytes[position] - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(bytes[position] - 0x41 + 10)
      case 0x61...0x66: value = value << 4 | UInt32(bytes[position] - 0x61 + 10)
      default: throw failure()
      }
      position += 1
    }
    return value
  }

  /// The digits of a number, as they stand.
  mutating func number() throws(EADError) -> [UInt8] {
    guard try peek() == .number else { throw failure() }
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x45, 0x65: position += 1
      default: return Array(bytes[start..<position])
      }
    }
    return Array(bytes[start..<position])
  }

  private mutating func literal() throws(EADError) {
    for word in [Array("null".utf8), Array("true".utf8), Array("false".utf8)]
    where bytes[position...].starts(with: word) {
      position += word.count
      return
    }
    throw failure()
  }

  /// Passes over a value, however deep, without recursion.
  ///
  /// - Returns: whether it held anything: false for null, `""`, `[]` and `{}`.
  @discardableResult
  mutating func skip() throws(EADError) -> Bool {
    switch try peek() {
    case .string: return try !string().isEmpty
    case .number:
      _ = try number()
      return true
    case .literal:
      let isNull = bytes[position] == 0x6E
      try literal()
      return !isNull
    case .object, .array: break
    }
    let start = position
    var closers: [UInt8] = []
    var expectsValue = true
    repeat {
      skipBlanks()
      guard position < bytes.count else { throw failure() }
      let byte = bytes[position]
      if byte == 0x7B || byte == 0x5B {
        guard expectsValue else { throw failure() }
        guard closers.count < JSONBytes.deepest else { throw failure("session-deep") }
        closers.append(byte + 2)
        position += 1
        skipBlanks()
        if position < bytes.count, bytes[position] == byte + 2 {
          expectsValue = false
          continue
        }
        if byte == 0x7B { try key() }
      } else if byte == 0x7D || byte == 0x5D {
        guard !expectsValue, closers.last == byte else { throw failure() }
        closers.removeLast()
        position += 1
        expectsValue = false
      } else if byte == 0x2C {
        guard !expectsValue else { throw failure() }
        position += 1
        if closers.last == 0x7D { try key() }
        expectsValue = true
      } else {
        guard expectsValue else { throw failure() }
        switch try peek() {
        case .string: _ = try string()
        case .number: _ = try number()
        default: try literal()
        }
        expectsValue = false
      }
    } while !closers.isEmpty
    return bytes[(start + 1)..<(position - 1)].contains { !JSONBytes.isBlank($0) }
  }

  private mutating func key() throws(EADError) {
    _ = try string()
    try expect(0x3A)
  }

  /// Passes over a value that is null; anything else stays.
  mutating func takeNull() throws(EADError) -> Bool {
    guard try peek() == .literal, bytes[position...].starts(with: Array("null".utf8)) else { return false }
    position += 4
    return true
  }
}

/// UTF-16 on its way to UTF-8.
enum UTF16Bytes {
  /// Appends a code unit; the second half of a pair joins the first, which was appended as three bytes.
  static func append(_ unit: UInt32, to out: inout [UInt8]) {
    if (0xDC00...0xDFFF).contains(unit), out.count >= 3, out[out.count - 3] == 0xED, out[out.count - 2] & 0xF0 == 0xA0 {
      let high = 0xD000 | UInt32(out[out.count - 2] & 0x3F) << 6 | UInt32(out[out.count - 1] & 0x3F)
      let scalar = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)
      out.removeLast(3)
      out.append(UInt8(0xF0 | scalar >> 18))
      out.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      out.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      out.append(UInt8(0x80 | scalar & 0x3F))
    } else if unit < 0x80 {
      out.append(UInt8(unit))
    } else if unit < 0x800 {
      out.append(UInt8(0xC0 | unit >> 6))
      out.append(UInt8(0x80 | unit & 0x3F))
    } else {
      out.append(UInt8(0xE0 | unit >> 12))
      out.append(UInt8(0x80 | unit >> 6 & 0x3F))
      out.append(UInt8(0x80 | unit & 0x3F))
    }
  }

  /// A whole text; the odd byte of one that was cut short is left out.
  static func utf8(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      let first = UInt32(bytes[index])
      let second = UInt32(bytes[index + 1])
      append(isBigEndian ? first << 8 | second : second << 8 | first, to: &out)
      index += 2
    }
    return out
  }
}

/// A decimal number on its way to whole units, without the rounding of floating point.
enum DecimalDigits {
  /// The number times ten to a power, rounded towards zero; nil when it is none or too large.
  ///
  /// - Parameter commaIsPoint: `,` stands for the decimal point too.
  static func scaled(_ text: some Collection<UInt8>, power: Int, commaIsPoint: Bool = false) -> Int? {
    var mantissa = 0
    var exponent = 0
    var isNegative = false
    var digits = 0
    var afterPoint = false
    var rest = Array(text)[...]
    if rest.first == 0x2D || rest.first == 0x2B { isNegative = rest.removeFirst() == 0x2D }
    while let byte = rest.first {
      if (0x30...0x39).contains(byte) {
        digits += 1
        let (tens, tooLarge) = mantissa.multipliedReportingOverflow(by: 10)
        let (sum, over) = tens.addingReportingOverflow(Int(byte) - 0x30)
        if tooLarge || over {
          // Digits beyond the nineteenth matter only before the point.
          if !afterPoint { return nil }
        } else {
          mantissa = sum
          if afterPoint { exponent -= 1 }
        }
      } else if byte == 0x2E || (commaIsPoint && byte == 0x2C), !afterPoint {
        afterPoint = true
      } else {
        break
      }
      rest.removeFirst()
    }
    guard digits > 0 else { return nil }
    if let byte = rest.first {
      guard byte == 0x65 || byte == 0x45 else { return nil }
      rest.removeFirst()
      var sign = 1
      if rest.first == 0x2D || rest.first == 0x2B { sign = rest.removeFirst() == 0x2D ? -1 : 1 }
      guard !rest.isEmpty, rest.count <= 4, rest.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      exponent += sign * rest.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
    exponent += power
    while exponent < 0, mantissa != 0 {
      mantissa /= 10
      exponent += 1
    }
    while exponent > 0, mantissa != 0 {
      let (tens, tooLarge) = mantissa.multipliedReportingOverflow(by: 10)
      if tooLarge { return nil }
      mantissa = tens
      exponent -= 1
    }
    return isNegative ? -mantissa : mantissa
  }
}
