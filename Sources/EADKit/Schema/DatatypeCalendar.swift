/// A moment as the date and time types of XML Schema part 2 (sections 3.2.7 to 3.2.14) compare them: the first instant of the
/// year, month or day that the value names.
///
/// Years go to nine digits, which is what the section on conformance lets a processor choose (section 5.4).
struct CalendarMoment: Equatable {
  enum Form: Sendable {
    case dateTime, date, time, year, yearMonth, month, monthDay, day
  }

  /// Since 1 January 1970, in universal time when `hasZone`, else in local time of an unknown place.
  var seconds: Int
  /// Of a second, in units of 10^-18; finer digits are cut.
  var fraction: Int
  var hasZone: Bool

  /// Reads a value of this form; nil when it is none, or names a day that its month does not have.
  init?(_ value: UnsafeBufferPointer<UInt8>, _ form: Form) {
    var cursor = DigitCursor(value)
    var year = 1972
    var month = 1
    var day = 1
    var second = 0
    fraction = 0
    switch form {
    case .dateTime, .date, .year, .yearMonth:
      guard let read = Self.year(&cursor) else { return nil }
      year = read
    case .month, .monthDay:
      guard cursor.take(0x2D) else { return nil }
    case .day:
      guard cursor.take(0x2D), cursor.take(0x2D) else { return nil }
    case .time:
      break
    }
    if form != .year, form != .time, form != .day {
      guard cursor.take(0x2D), let read = cursor.two(1...12) else { return nil }
      month = read
    }
    if form == .dateTime || form == .date || form == .monthDay || form == .day {
      guard cursor.take(0x2D), let read = cursor.two(1...Self.days(in: month, year)) else { return nil }
      day = read
    }
    if form == .dateTime || form == .time {
      guard form == .time || cursor.take(0x54), let time = Self.timeOfDay(&cursor) else { return nil }
      (second, fraction) = time
    }
    guard let zone = Self.zone(&cursor), cursor.isAtEnd else { return nil }
    hasZone = zone.isGiven
    if form == .time { second %= 86_400 }
    seconds = Self.dayNumber(year, month, day) * 86_400 + second - zone.minutes * 60
  }

  /// -1, 0 or 1; nil when only one of them has a time zone and they are less than 14 hours apart (section 3.2.7.4).
  func compared(to other: CalendarMoment) -> Int? {
    if hasZone == other.hasZone { return Self.order((seconds, fraction), (other.seconds, other.fraction)) }
    let reach = 14 * 3600
    if Self.order((seconds, fraction), (other.seconds - reach, other.fraction)) < 0 { return -1 }
    if Self.order((seconds, fraction), (other.seconds + reach, other.fraction)) > 0 { return 1 }
    return nil
  }

  private static func order(_ left: (Int, Int), _ right: (Int, Int)) -> Int {
    left < right ? -1 : left == right ? 0 : 1
  }

  /// There is no year 0: year -1 comes before year 1, and is a leap year as 1 BC was.
  private static func year(_ cursor: inout DigitCursor) -> Int? {
    let isNegative = cursor.take(0x2D)
    let hasLeadingZero = cursor.peek == 0x30
    let (value, length) = cursor.number(limit: 999_999_999)
    guard length >= 4, length == 4 || (length <= 9 && !hasLeadingZero), value > 0 else { return nil }
    return isNegative ? 1 - value : value
  }

  /// 24:00:00 is the end of the day; a second 60 is a leap second and counts as the next minute's first.
  private static func timeOfDay(_ cursor: inout DigitCursor) -> (Int, Int)? {
    guard let hour = cursor.two(0...24), cursor.take(0x3A), let minute = cursor.two(0...59), cursor.take(0x3A),
      let second = cursor.two(0...60)
    else { return nil }
    var fraction = 0
    if cursor.take(0x2E) {
      guard let read = cursor.fraction() else { return nil }
      fraction = read
    }
    guard hour < 24 || (minute == 0 && second == 0 && fraction == 0) else { return nil }
    return (hour * 3600 + minute * 60 + second, fraction)
  }

  private static func zone(_ cursor: inout DigitCursor) -> (isGiven: Bool, minutes: Int)? {
    if cursor.isAtEnd { return (false, 0) }
    if cursor.take(0x5A) { return (true, 0) }
    let isWest = cursor.take(0x2D)
    guard isWest || cursor.take(0x2B), let hours = cursor.two(0...14), cursor.take(0x3A), let minutes = cursor.two(0...59),
      hours < 14 || minutes == 0
    else { return nil }
    return (true, (hours * 60 + minutes) * (isWest ? -1 : 1))
  }

  private static func days(in month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1 January 1970 in the Gregorian calendar, carried back before its time; year 0 is 1 BC.
  static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years that start in March put the leap day last; 306 days go from 1 March to 31 December.
    let shifted = month < 3 ? year - 1 : year
    let dayOfYear = (153 * (month < 3 ? month + 9 : month - 3) + 2) / 5 + day - 1
    let fourth = shifted >= 0 ? shifted / 4 : (shifted - 3) / 4
    let century = shifted >= 0 ? shifted / 100 : (shifted - 99) / 100
    let cycle = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
    return shifted * 365 + fourth - century + cycle + dayOfYear - 719_468
  }
}

/// A length of time (XML Schema part 2, section 3.2.6): months and seconds, which no fixed rate converts.
///
/// Beyond a hundred thousand million months or 10^17 seconds a length counts as just that.
struct DurationLength: Equatable {
  var months: Int
  var seconds: Int
  /// Of a second, in units of 10^-18, with the sign of the whole.
  var fraction: Int

  /// Designators in their order, whether they follow the `T`, and their size in months (the first two) or seconds.
  private static let designators: [(UInt8, Bool, Int)] = [
    (0x59, false, 12), (0x4D, false, 1), (0x44, false, 86_400), (0x48, true, 3600), (0x4D, true, 60), (0x53, true, 1),
  ]

  /// Reads `-P1Y2M3DT4H5M6.7S`; any part may be missing, but not all.
  init?(_ value: UnsafeBufferPointer<UInt8>) {
    var cursor = DigitCursor(value)
    let sign = cursor.take(0x2D) ? -1 : 1
    guard cursor.take(0x50) else { return nil }
    months = 0
    seconds = 0
    fraction = 0
    var parts = 0
    var isTime = false
    var next = 0
    let designators = Self.designators
    while !cursor.isAtEnd {
      if !isTime, cursor.take(0x54) {
        isTime = true
        next = max(next, 3)
        parts = 0
        continue
      }
      let (amount, length) = cursor.number(limit: 1_000_000_000_000_000)
      var hasFraction = false
      if isTime, cursor.take(0x2E) {
        // Seconds are a decimal number, which may begin or end with its point.
        guard let read = cursor.fraction() ?? (length > 0 ? 0 : nil) else { return nil }
        fraction = read
        hasFraction = true
      }
      guard length > 0 || hasFraction else { return nil }
      guard let found = designators[next...].firstIndex(where: { $0.1 == isTime && cursor.peek == $0.0 }) else { return nil }
      guard !hasFraction || found == 5 else { return nil }
      cursor.skip()
      next = found + 1
      parts += 1
      if found < 2 {
        months = min(months + amount * designators[found].2, 100_000_000_000)
      } else {
        let (product, isOver) = amount.multipliedReportingOverflow(by: designators[found].2)
        seconds = min(seconds + min(isOver ? .max : product, 100_000_000_000_000_000), 100_000_000_000_000_000)
      }
    }
    guard parts > 0 else { return nil }
    months *= sign
    seconds *= sign
    fraction *= sign
  }

  /// -1, 0 or 1; nil when it depends on the month from which one counts (P1M and P30D).
  func compared(to other: DurationLength) -> Int? {
    var answer: Int?
    // The four starting points of section 3.2.6.2.
    for (year, month) in [(1696, 9), (1697, 2), (1903, 3), (1903, 7)] {
      let left = end(year, month)
      let right = other.end(year, month)
      let order = left < right ? -1 : left == right ? 0 : 1
      if let answer, answer != order { return nil }
      answer = order
    }
    return answer
  }

  private func end(_ year: Int, _ month: Int) -> (Int, Int) {
    let count = year * 12 + month - 1 + months
    let years = count >= 0 ? count / 12 : (count - 11) / 12
    let whole = CalendarMoment.dayNumber(years, count - years * 12 + 1, 1) * 86_400 + seconds
    return fraction < 0 ? (whole - 1, fraction + DigitCursor.unit) : (whole, fraction)
  }
}

/// Reads digits and single characters from left to right.
struct DigitCursor {
  /// What a whole second counts in `fraction`.
  static let unit = 1_000_000_000_000_000_000

  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }
  var peek: UInt8 { at < bytes.count ? bytes[at] : 0 }
  mutating func skip() { at += 1 }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    at += 1
    return true
  }

  /// Exactly two digits, in the range.
  mutating func two(_ range: ClosedRange<Int>) -> Int? {
    guard at + 1 < bytes.count, Bytes.isDigit(bytes[at]), Bytes.isDigit(bytes[at + 1]) else { return nil }
    let value = Int(bytes[at] - 0x30) * 10 + Int(bytes[at + 1] - 0x30)
    at += 2
    return range.contains(value) ? value : nil
  }

  /// All digits from here on, and how many; the value stops at the limit.
  mutating func number(limit: Int) -> (value: Int, length: Int) {
    let start = at
    var value = 0
    while at < bytes.count, Bytes.isDigit(bytes[at]) {
      if value < limit { value = min(value * 10 + Int(bytes[at] - 0x30), limit) }
      at += 1
    }
    return (value, at - start)
  }

  /// Digits after a decimal point, of which there must be one.
  mutating func fraction() -> Int? {
    let start = at
    var weight = Self.unit / 10
    var value = 0
    while at < bytes.count, Bytes.isDigit(bytes[at]) {
      value += Int(bytes[at] - 0x30) * weight
      weight /= 10
      at += 1
    }
    return at > start ? value : nil
  }
}
