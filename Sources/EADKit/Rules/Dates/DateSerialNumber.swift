/// Five digits are no date but the number of a day as spreadsheets store them: 23316 is 1 November 1963.
final class DateSerialNumber: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-serial-number", .dates, .error) }
  override class var form: DateReading.Form { .serialNumber }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> [String] {
    let numbers = value.prefix(100).split(separator: 0x2F).compactMap {
      Int(String(decoding: $0.filter { !Bytes.isSpace($0) }, as: UTF8.self))
    }
    var days = numbers.filter { $0 > 0 }.map(DateSerialNumber.day)
    if days.count == 2, days[0] == days[1] { days.removeLast() }
    return [days.joined(separator: "/")]
  }

  /// The day with a number of the calendar that begins with 1900 (Excel, LibreOffice, Google): day 61 is 1 March 1900.
  static func day(_ number: Int) -> String {
    var days = number - 61
    var year = 1900
    // Years that begin with March, so that a leap day is their last.
    func length(_ year: Int) -> Int {
      let next = year + 1
      return next % 4 == 0 && (next % 100 != 0 || next % 400 == 0) ? 366 : 365
    }
    while days >= length(year) {
      days -= length(year)
      year += 1
    }
    var month = 3
    for length in [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31] where days >= length {
      days -= length
      month += 1
    }
    if month > 12 {
      month -= 12
      year += 1
    }
    func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
    return "\(year)-\(two(month))-\(two(days + 1))"
  }
}
