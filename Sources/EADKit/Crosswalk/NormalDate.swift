/// A date of the common era to the year, the month or the day, as AtoM's event columns take it.
struct CalendarDate: Comparable {
  var year: Int
  /// 0 when only the year is known.
  var month = 0
  /// 0 when only the month is known.
  var day = 0

  /// Nil for what is no date, and for years below 100, which AtoM's database misreads.
  init?(year: Int, month: Int = 0, day: Int = 0) {
    guard year >= 100, year < 9999, (0...12).contains(month), month > 0 || day == 0 else { return nil }
    if day != 0 {
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      guard day > 0, day <= lengths[month - 1] else { return nil }
    }
    self.year = year
    self.month = month
    self.day = day
  }

  static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
  func write(to buffer: inout ByteBuffer) {
    digits(year, 4, &buffer)
    if month > 0 {
      buffer.append(0x2D)
      digits(month, 2, &buffer)
    }
    if day > 0 {
      buffer.append(0x2D)
      digits(day, 2, &buffer)
    }
  }

  private func digits(_ value: Int, _ width: Int, _ buffer: inout ByteBuffer) {
    var divisor = width == 4 ? 1000 : 10
    while divisor > 0 {
      buffer.append(UInt8(0x30 + value / divisor % 10))
      divisor /= 10
    }
  }
}

/// What a machine-readable date says: a start, an end, either open.
struct NormalDate: Equatable {
  var start: CalendarDate?
  var end: CalendarDate?

  enum Reading: Equatable {
    case range(NormalDate)
    /// Empty, or open on both sides.
    case void
    /// No date AtoM could store.
    case unreadable
  }

  /// Reads every form that `@normal` takes in real files: `YYYY`, `YYYYMM`, `YYYYMMDD`, `YYYY-MM-DD`, ranges with
  /// `/` and blanks, lists with commas (their least to their greatest), open ends (`1900/`, `0/9999`).
  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Reading {
    let text = Bytes.trimmed(bytes)
    if text.isEmpty { return .void }
    if let plain = plain(text) { return .range(plain) }
    var start: CalendarDate?
    var end: CalendarDate?
    var hasOpenStart = false
    var hasOpenEnd = false
    for member in text.split(separator: 0x2C) {
      let parts = member.split(separator: 0x2F, omittingEmptySubsequences: false)
      guard let first = parts.first, let last = parts.last else { continue }
      guard let from = part(first), let to = parts.count == 1 ? from : part(last) else { return .unreadable }
      if case .date(let date) = from { start = start.map { min($0, date) } ?? date } else { hasOpenStart = true }
      if case .date(let date) = to { end = end.map { max($0, date) } ?? date } else { hasOpenEnd = true }
    }
    if hasOpenStart { start = nil }
    if hasOpenEnd { end = nil }
    if start == nil, end == nil { return .void }
    return .range(NormalDate(start: start, end: end))
  }

  /// The two forms nearly all dates have, `1900/1910` and `1900`, without any detour.
  private static func plain(_ text: UnsafeBufferPointer<UInt8>) -> NormalDate? {
    func year(_ from: Int) -> CalendarDate? {
      var value = 0
      for at in from..<(from + 4) {
        guard Bytes.isDigit(text[at]) else { return nil }
        value = value * 10 + Int(text[at] - 0x30)
      }
      return CalendarDate(year: value)
    }
    if text.count == 4 { return year(0).map { NormalDate(start: $0, end: $0) } }
    guard text.count == 9, text[4] == 0x2F, let start = year(0), let end = year(5) else { return nil }
    return NormalDate(start: start, end: end)
  }

  private enum Part {
    case date(CalendarDate)
    case open
  }

  private static func part(_ slice: Slice<UnsafeBufferPointer<UInt8>>) -> Part? {
    var text = Array(Bytes.trimmed(UnsafeBufferPointer(rebasing: slice)))
    if text.isEmpty { return .open }
    let key = String(decoding: text, as: UTF8.self).lowercased()
    if ["open", "..", "unknown", "present", "0", "0000", "9999", "99999999", "9999-12-31", "0000-00-00"].contains(key) {
      return .open
    }
    if let time = text.firstIndex(of: 0x54) { text = Array(text[..<time]) }
    // EDTF marks for uncertain and approximate dates.
    while let last = text.last, last == 0x3F || last == 0x7E || last == 0x25 { text.removeLast() }
    let fields = text.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard fields.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Bytes.isDigit) }), let first = fields.first else { return nil }
    func number(_ digits: ArraySlice<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    let date: CalendarDate?
    switch (fields.count, first.count) {
    case (1, 4): date = CalendarDate(year: number(first))
    case (1, 6): date = CalendarDate(year: number(first.prefix(4)), month: number(first.suffix(2)))
    case (1, 8):
      date = CalendarDate(
        year: number(first.prefix(4)), month: number(first.dropFirst(4).prefix(2)), day: number(first.suffix(2)))
    case (2, 4) where fields[1].count <= 2: date = CalendarDate(year: number(first), month: number(fields[1]))
    case (3, 4) where fields[1].count <= 2 && fields[2].count <= 2:
      date = CalendarDate(year: number(first), month: number(fields[1]), day: number(fields[2]))
    default: date = nil
    }
    return date.map(Part.date)
  }
}
