/// A date whose text and whose `@normal` say different things: `1914-1918` with `normal="1914/1981"`.
///
/// Only what cannot be meant both ways: where the text is approximate (`vers 1900`), far apart; where it names a century,
/// an open end, the republican or another calendar, nothing is said.
final class ReferenceDateContradicts: Rule {
  override class var descriptor: RuleDescriptor {
    RuleDescriptor("reference-date-contradicts", .references, .warning)
  }

  /// Years that an approximate date may be off.
  private static let tolerance = 15

  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    for date in component.dates where !date.normal.isEmpty && !date.text.isEmpty {
      var normal = date.normal
      var text = date.text
      let contradict = normal.withUTF8 { normal in
        text.withUTF8 { ReferenceDateContradicts.contradict($0, normal) }
      }
      if contradict {
        document.report(self, [date.text, date.normal], at: date.place, component: component)
      }
    }
  }

  static func contradict(_ text: UnsafeBufferPointer<UInt8>, _ normal: UnsafeBufferPointer<UInt8>) -> Bool {
    if Bytes.equal(text, normal) { return false }
    let years = StatedDate.years(text)
    guard years.count > 0, case .range(let range) = NormalDate.read(normal) else { return false }
    if let start = range.start, let end = range.end, end.isBefore(start) { return false }
    let isSame = (range.start.map { $0.year == years.least } ?? true) && (range.end.map { $0.year == years.greatest } ?? true)
    if isSame {
      guard years.months != 0 || years.days != 0, !mentionsDays(of: range, years), StatedDate.precision(text) == .exact,
        let read = DateText.read(text)
      else {
        return false
      }
      return differ(read.start, range.start) || differ(read.end, range.end)
    }
    let isDisjoint: (Int) -> Bool = { tolerance in
      (range.start.map { years.greatest < $0.year - tolerance } ?? false)
        || (range.end.map { years.least > $0.year + tolerance } ?? false)
    }
    switch StatedDate.precision(text) {
    case .loose: return false
    case .approximate: return isDisjoint(tolerance)
    case .exact:
      guard let read = DateText.read(text) else { return isDisjoint(1) }
      if isOtherStyle(read, range) { return false }
      return (read.start.flatMap { read in range.start.map { read.year != $0.year } } ?? false)
        || (read.end.flatMap { read in range.end.map { read.year != $0.year } } ?? false)
    }
  }

  /// Whether the text has numbers and words that look like the days and months of `@normal`: then it says the same.
  private static func mentionsDays(of range: NormalDate, _ years: StatedDate.Years) -> Bool {
    for date in [range.start, range.end] {
      guard let date, date.month > 0 else { continue }
      if years.months == 0 || years.months & (1 << UInt32(date.month)) == 0 { return false }
      if date.day > 0, years.days & (1 << UInt32(date.day)) == 0 { return false }
    }
    return true
  }

  /// Whether two dates of one year differ in a month or a day that both state.
  private static func differ(_ read: CalendarDate?, _ normal: CalendarDate?) -> Bool {
    guard let read, let normal, read.month > 0, normal.month > 0 else { return false }
    if read.month == normal.month, read.day == 0 || normal.day == 0 || read.day == normal.day { return false }
    return !isJulian(read, normal)
  }

  /// Whether the text counts by the Julian calendar, which lagged behind by ten days when it was reformed and by thirteen
  /// when Russia and Greece gave it up.
  private static func isJulian(_ read: CalendarDate, _ normal: CalendarDate) -> Bool {
    guard read.day > 0, normal.day > 0, (1582..<1924).contains(read.year) else { return false }
    let lag = read.year < 1700 ? 10 : read.year < 1800 ? 11 : read.year < 1900 ? 12 : 13
    if read.month == normal.month { return normal.day - read.day == lag }
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard normal.month == read.month + 1 else { return false }
    let days = lengths[read.month - 1] - read.day + normal.day
    return days == lag || read.month == 2 && days + 1 == lag
  }

  /// Years that began at Easter or on Lady Day: `12 février 1650` is `1651-02-12`.
  private static func isOtherStyle(_ read: NormalDate, _ normal: NormalDate) -> Bool {
    guard let text = read.start, let date = normal.start, text.year < 1760, (1...4).contains(text.month) else { return false }
    return date.year == text.year + 1 && date.month == text.month
  }
}
