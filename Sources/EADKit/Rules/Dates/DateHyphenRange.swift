/// The ends of a range stand on both sides of a slash; a hyphen joins year, month and day.
final class DateHyphenRange: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-hyphen-range", .dates, .warning) }
  override class var form: DateReading.Form { .hyphenRange }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> [String] {
    let digits = value.prefix(40).split(whereSeparator: { !Bytes.isDigit($0) }).map { String(decoding: $0, as: UTF8.self) }
    guard digits.count == 2 else { return ["1914/1918"] }
    let last = digits[1].count == 2 ? digits[0].prefix(2) + digits[1] : digits[1]
    return [digits[0] + "/" + last]
  }
}
