/// What is right and wrong about a machine-readable date: `@normal` of EAD 2002 and EAD3, and EAD3's `@standarddate`,
/// `@notbefore`, `@notafter`.
///
/// Made without an allocation, because half a million of them may stand in one file.
struct DateReading {
  /// What the value is; only one thing at a time, the most telling first.
  enum Form {
    /// A date or a range that the standard allows.
    case date
    /// Nothing, or only a slash.
    case empty
    /// No form of a date.
    case malformed
    /// Several dates with commas between them.
    case list
    /// A range with one end only, or with 9999 for its end.
    case openRange
    /// Nothing but zeros.
    case zero
    /// The number of a day as spreadsheets count them.
    case serialNumber
    /// `1914-1918`, `1914-18`: a hyphen where the slash of a range belongs.
    case hyphenRange
    /// A date or range with white space in it.
    case blanks
  }

  private(set) var form = Form.date
  /// A month or a day that no calendar has.
  private(set) var isImpossible = false
  /// A range that ends before it begins.
  private(set) var isReversed = false
  /// First and last day, when the value is a date or range of the standard; of a list, its last member.
  private(set) var begin: Day?
  private(set) var end: Day?

  /// A date as far as it is known.
  struct Day: Equatable {
    var year: Int
    /// 0 when only the year is known.
    var month = 0
    /// 0 when only the month is known.
    var day = 0

    /// Grows with the first day that is meant.
    var earliest: Int { year * 512 + max(month, 1) * 32 + max(day, 1) }
    /// Grows with the last day that is meant.
    var latest: Int { year * 512 + (month == 0 ? 12 : month) * 32 + (day == 0 ? 31 : day) }
  }

  /// Whether a value is so plain that nothing can be wrong with it: `1900`, `1900/1910`, `1900-01-02`,
  /// `1900-01-02/1900-03-04`. Nearly all are.
  @inline(__always)
  static func isPlain(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> Bool {
    switch value.count {
    case 4: year(value, 0) > 0
    case 9: !isSingle && value[4] == 0x2F && isOrdered(year(value, 0), year(value, 5))
    case 10: day(value, 0) > 0
    case 21: !isSingle && value[10] == 0x2F && isOrdered(day(value, 0), day(value, 11))
    default: false
    }
  }

  @inline(__always)
  private static func isOrdered(_ left: Int, _ right: Int) -> Bool { left > 0 && left <= right }

  /// A year from 1 to 2999; 0 for what is none.
  @inline(__always)
  private static func year(_ value: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    let (a, b, c, d) = (value[at] &- 0x30, value[at + 1] &- 0x30, value[at + 2] &- 0x30, value[at + 3] &- 0x30)
    guard a < 3, b < 10, c < 10, d < 10 else { return 0 }
    return Int(a) * 1000 + Int(b) * 100 + Int(c) * 10 + Int(d)
  }

  /// A number that grows with the day; 0 for what is none, and for days only some months have.
  @inline(__always)
  private static func day(_ value: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    let year = year(value, at)
    let month = two(value, at + 5)
    let day = two(value, at + 8)
    guard year > 0, value[at + 4] == 0x2D, value[at + 7] == 0x2D, month >= 1, month <= 12, day >= 1, day <= 28 else { return 0 }
    return year * 512 + month * 32 + day
  }

  @inline(__always)
  private static func two(_ value: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    let (a, b) = (value[at] &- 0x30, value[at + 1] &- 0x30)
    return a < 10 && b < 10 ? Int(a) * 10 + Int(b) : 0
  }

  // MARK: Reading with care

  /// Reads a value.
  ///
  /// - Parameters:
  ///   - isSingle: The attribute takes one date and no range (`@standarddate` and its like), which may be `YYYYMM`.
  ///   - isJulian: 29 February is a day of 1700 and 1900 too.
  init(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool, isJulian: Bool) {
    let value = Bytes.trimmed(value)
    if value.allSatisfy({ Bytes.isSpace($0) || $0 == 0x2F }), value.count(where: { $0 == 0x2F }) < 2 {
      form = .empty
      return
    }
    let reader = PartReader(isSingle: isSingle, isJulian: isJulian)
    let hasBlanks = value.contains(where: Bytes.isSpace)
    var members = 0
    var from = 0
    while from <= value.count, form != .malformed {
      let to = value[from...].firstIndex(of: 0x2C) ?? value.count
      read(member: Bytes.trimmed(UnsafeBufferPointer(rebasing: value[from..<to])), reader)
      members += 1
      from = to + 1
    }
    if form == .malformed || (isSingle && members > 1) {
      form = .malformed
    } else if members > 1 {
      form = .list
    } else if form == .date, hasBlanks {
      form = .blanks
    }
    if form != .date, form != .blanks, form != .list {
      isImpossible = false
      isReversed = false
    }
  }

  private mutating func read(member: UnsafeBufferPointer<UInt8>, _ reader: PartReader) {
    guard let slash = member.firstIndex(of: 0x2F) else {
      settle(reader.read(member), nil)
      if form == .malformed, !reader.isSingle, PartReader.isHyphenRange(member) { form = .hyphenRange }
      return
    }
    let right = UnsafeBufferPointer(rebasing: member[(slash + 1)...])
    if reader.isSingle || right.contains(0x2F) {
      form = .malformed
      return
    }
    let left = UnsafeBufferPointer(rebasing: member[..<slash])
    settle(reader.read(Bytes.trimmed(left)), reader.read(Bytes.trimmed(right)))
  }

  private mutating func settle(_ left: PartReader.Part, _ right: PartReader.Part?) {
    switch (left, right) {
    case (.malformed, _), (_, .malformed): form = .malformed
    case (.serialNumber, nil), (.serialNumber, .serialNumber), (.serialNumber, .zero), (.zero, .serialNumber):
      form = .serialNumber
    case (.serialNumber, _), (_, .serialNumber), (.open, nil): form = .malformed
    case (.yearZero, nil), (.yearZero, .yearZero), (.zero, _), (_, .zero): form = .zero
    case (.open, .open): form = .empty
    case (.open, _), (_, .open): form = .openRange
    default:
      let (first, isFirstImpossible) = left.day
      let (last, isLastImpossible) = right?.day ?? (first, false)
      if isFirstImpossible || isLastImpossible { isImpossible = true }
      begin = first
      end = last
      if let first, let last, first.earliest > last.latest, right != nil { isReversed = true }
    }
  }
}

/// Reads one date of a range or a list.
private struct PartReader {
  enum Part {
    case day(DateReading.Day)
    /// `0000`, which is the year 1 before our era where another year stands beside it.
    case yearZero
    case impossible
    case open
    case zero
    case serialNumber
    case malformed

    /// The day, and whether it is one that no calendar has.
    var day: (DateReading.Day?, Bool) {
      switch self {
      case .day(let day): (day, false)
      case .yearZero: (DateReading.Day(year: 0), false)
      case .impossible: (nil, true)
      default: (nil, false)
      }
    }
  }

  let isSingle: Bool
  let isJulian: Bool

  func read(_ text: UnsafeBufferPointer<UInt8>) -> Part {
    if text.isEmpty || PartReader.isOpen(text) { return .open }
    let isNegative = text[0] == 0x2D
    let digits = isNegative ? UnsafeBufferPointer(rebasing: text.dropFirst()) : text
    guard digits.count <= 10, !digits.isEmpty else { return .malformed }
    let sign = isNegative ? -1 : 1
    if digits.allSatisfy(Bytes.isDigit) { return compact(digits, sign) }
    guard digits.count == 7 || digits.count == 10, digits[4] == 0x2D, let year = PartReader.number(digits, 0, 4),
      let month = PartReader.number(digits, 5, 2)
    else { return .malformed }
    if digits.count == 7 { return check(year * sign, month, nil) }
    guard digits[7] == 0x2D, let day = PartReader.number(digits, 8, 2) else { return .malformed }
    return check(year * sign, month, day)
  }

  private func compact(_ digits: UnsafeBufferPointer<UInt8>, _ sign: Int) -> Part {
    if digits.allSatisfy({ $0 == 0x30 }) { return digits.count == 4 ? .yearZero : .zero }
    switch digits.count {
    case 4:
      guard digits[0] <= 0x32, let year = PartReader.number(digits, 0, 4) else { return .malformed }
      return .day(DateReading.Day(year: year * sign))
    case 5: return sign > 0 && digits[0] != 0x30 ? .serialNumber : .malformed
    case 6 where isSingle:
      guard let year = PartReader.number(digits, 0, 4), let month = PartReader.number(digits, 4, 2) else { return .malformed }
      return check(year * sign, month, nil)
    case 8:
      guard let year = PartReader.number(digits, 0, 4), let month = PartReader.number(digits, 4, 2),
        let day = PartReader.number(digits, 6, 2)
      else { return .malformed }
      return check(year * sign, month, day)
    default: return .malformed
    }
  }

  private func check(_ year: Int, _ month: Int, _ day: Int?) -> Part {
    if year == 0, month == 0, (day ?? 0) == 0 { return .zero }
    guard abs(year) < 3000 else { return .malformed }
    // `1914-18`: nobody means the 18th month.
    if day == nil, month > 12, !isSingle, year > 0, month > year % 100 { return .malformed }
    guard (1...12).contains(month) else { return .impossible }
    guard let day else { return .day(DateReading.Day(year: year, month: month)) }
    return day >= 1 && day <= length(year, month) ? .day(DateReading.Day(year: year, month: month, day: day)) : .impossible
  }

  private func length(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: return 30
    case 2:
      // Before the reform of 1582 documents count by the Julian calendar, and so do those who copy their dates.
      let isLeap = year % 4 == 0 && (isJulian || year <= 1582 || year % 100 != 0 || year % 400 == 0)
      return isLeap ? 29 : 28
    default: return 31
    }
  }

  private static func number(_ digits: UnsafeBufferPointer<UInt8>, _ from: Int, _ count: Int) -> Int? {
    var value = 0
    for at in from..<(from + count) {
      guard Bytes.isDigit(digits[at]) else { return nil }
      value = value * 10 + Int(digits[at] - 0x30)
    }
    return value
  }

  /// What stands for an end that is not known or not reached.
  private static func isOpen(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    Bytes.equal(text, "..") || Bytes.equal(text, "9999") || Bytes.equal(text, "9999-12-31")
      || Bytes.equal(text, "99991231") || Bytes.equal(text, "99999999") || Bytes.equalIgnoringCase(text, "open")
      || Bytes.equalIgnoringCase(text, "unknown") || Bytes.equalIgnoringCase(text, "present")
  }

  /// Two years with a hyphen or a dash between them, the second one whole or by its last two digits.
  static func isHyphenRange(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count >= 7, text.count <= 16, let first = number(text, 0, 4), (1000..<3000).contains(first) else { return false }
    var at = 4
    while at < text.count, Bytes.isSpace(text[at]) { at += 1 }
    let rest = UnsafeBufferPointer(rebasing: text[at...])
    let dash = rest.first == 0x2D ? 1 : rest.starts(with: [0xE2, 0x80, 0x93]) || rest.starts(with: [0xE2, 0x80, 0x94]) ? 3 : 0
    guard dash > 0 else { return false }
    let second = Bytes.trimmed(UnsafeBufferPointer(rebasing: rest[dash...]))
    switch second.count {
    case 4: return number(second, 0, 4).map { (first..<3000).contains($0) } ?? false
    case 2: return number(second, 0, 2).map { $0 > first % 100 && $0 > 12 } ?? false
    default: return false
    }
  }
}
