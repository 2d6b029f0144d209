/// A decimal number of any length, as a view on the bytes that spell it; no digit is lost and nothing is allocated.
///
/// libxml2 stops at 24 digits and refuses longer numbers; XML Schema part 2 (section 3.2.3) sets no end.
struct DecimalNumber {
  let isNegative: Bool
  /// Digits before the point, without leading zeros.
  let whole: UnsafeBufferPointer<UInt8>
  /// Digits after the point, without trailing zeros.
  let fraction: UnsafeBufferPointer<UInt8>

  /// Reads `[+-]digits[.digits]`; at least one digit. An integer has no point at all.
  init?(_ value: UnsafeBufferPointer<UInt8>, isInteger: Bool) {
    guard let base = value.baseAddress, value.count > 0 else { return nil }
    var at = base[0] == 0x2B || base[0] == 0x2D ? 1 : 0
    let isMinus = base[0] == 0x2D
    var start = at
    while at < value.count, Bytes.isDigit(base[at]) { at += 1 }
    var digits = at - start
    while start < at, base[start] == 0x30 { start += 1 }
    whole = UnsafeBufferPointer(start: base + start, count: at - start)
    if at < value.count {
      guard !isInteger, base[at] == 0x2E else { return nil }
      at += 1
      let point = at
      while at < value.count, Bytes.isDigit(base[at]) { at += 1 }
      guard at == value.count else { return nil }
      digits += at - point
      while at > point, base[at - 1] == 0x30 { at -= 1 }
      fraction = UnsafeBufferPointer(start: base + point, count: at - point)
    } else {
      fraction = .empty
    }
    guard digits > 0 else { return nil }
    isNegative = isMinus && !(whole.isEmpty && fraction.isEmpty)
  }

  /// Digits that it takes to write the value: XML Schema part 2, section 4.3.11, counts the value's digits, not the text's.
  var totalDigits: Int {
    // 0.001 is 1 x 10^-3, and the power may not exceed the number of digits.
    max(whole.isEmpty ? fraction.drop { $0 == 0x30 }.count : whole.count + fraction.count, fraction.count)
  }

  /// -1, 0 or 1 as this number is below, equal to or above the other.
  func compared(to other: DecimalNumber) -> Int {
    if isNegative != other.isNegative { return isNegative ? -1 : 1 }
    let sign = isNegative ? -1 : 1
    if whole.count != other.whole.count { return whole.count < other.whole.count ? -sign : sign }
    let order = Self.order(whole, other.whole)
    return sign * (order != 0 ? order : Self.order(fraction, other.fraction))
  }

  private static func order(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return left[index] < right[index] ? -1 : 1
    }
    return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
  }
}

/// `double` and `float` (XML Schema part 2, sections 3.2.4 and 3.2.5).
enum FloatingNumber {
  /// Whether the value is spelt as a floating-point number: `-1.5`, `.5`, `12E-3`, `INF`, `-INF`, `NaN`.
  static func accepts(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let exponent = value.firstIndex(where: { $0 | 0x20 == 0x65 }) else {
      return DecimalNumber(value, isInteger: false) != nil || special(value) != nil
    }
    let mantissa = UnsafeBufferPointer(rebasing: value[..<exponent])
    let power = UnsafeBufferPointer(rebasing: value[(exponent + 1)...])
    return DecimalNumber(mantissa, isInteger: false) != nil && DecimalNumber(power, isInteger: true) != nil
  }

  /// The number that an accepted value spells, rounded to single precision when asked for.
  static func value(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> Double {
    if let special = special(value) { return special }
    let text = String(decoding: value, as: UTF8.self)
    return isSingle ? Double(Float(text) ?? .nan) : Double(text) ?? .nan
  }

  private static func special(_ value: UnsafeBufferPointer<UInt8>) -> Double? {
    if Bytes.equal(value, "INF") { return .infinity }
    if Bytes.equal(value, "-INF") { return -.infinity }
    return Bytes.equal(value, "NaN") ? .nan : nil
  }

  /// -1, 0 or 1; NaN equals itself and has no order to any other number.
  static func compare(_ left: Double, _ right: Double) -> Int? {
    if left.isNaN || right.isNaN { return left.isNaN && right.isNaN ? 0 : nil }
    return left < right ? -1 : left > right ? 1 : 0
  }
}
