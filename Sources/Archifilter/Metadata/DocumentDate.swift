/// Dates as documents write them, in nanoseconds since 1970-01-01 UTC; nil for what is none or beyond the years 1677 to 2262.
///
/// Dates that do not name their distance from UTC are read by the clock of the archive.
enum DocumentDate {
  /// The reader's place in a text.
  private struct Cursor {
    let bytes: [UInt8]
    var at = 0

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes.prefix(200)) }

    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    /// So many digits exactly.
    mutating func digits(_ count: Int) -> Int? {
      guard at + count <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[at..<(at + count)] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte) - 48
      }
      at += count
      return value
    }

    mutating func skip(_ byte: Character) -> Bool {
      guard let next, next == byte.asciiValue else { return false }
      at += 1
      return true
    }

    mutating func skipSpaces() {
      while let next, next == 32 || next == 9 || next == 10 || next == 13 { at += 1 }
    }

    /// Digits of a fraction of a second as nanoseconds.
    mutating func fraction() -> Int {
      var value = 0
      var unit = 100_000_000
      while let next, next >= 48, next <= 57 {
        value += (Int(next) - 48) * unit
        unit /= 10
        at += 1
      }
      return value
    }
  }

  private static func moment(_ date: CivilDate, offset: Int?, fraction: Int = 0, time: LocalTime) -> Int? {
    var date = date
    // A leap second counts as the last one before it.
    if date.second == 60 { date.second = 59 }
    guard (1...9_999).contains(date.year), date.hour < 24, date.minute < 60, date.second < 60 else { return nil }
    let base: Int?
    if let offset {
      date.offsetMinutes = offset
      base = date.nanoseconds
    } else {
      base = time.nanoseconds(date)
    }
    guard let base else { return nil }
    let (sum, isBeyond) = base.addingReportingOverflow(fraction)
    return isBeyond ? nil : sum
  }

  /// W3C-DTF and its dirty forms: `2019-03-04T10:11:12Z`, `2019-03-04T10:11:12.345+01:00`, `2019-03-04`.
  static func iso(_ text: some Sequence<UInt8>, _ time: LocalTime) -> Int? {
    var cursor = Cursor(text)
    cursor.skipSpaces()
    guard let year = cursor.digits(4), cursor.skip("-"), let month = cursor.digits(2), cursor.skip("-"),
      let day = cursor.digits(2)
    else { return nil }
    var date = CivilDate(year: year, month: month, day: day)
    guard cursor.skip("T") || cursor.skip("t") || cursor.skip(" ") else {
      cursor.skipSpaces()
      // A day without time: its noon, so that no clock moves it into another day.
      date.hour = 12
      return cursor.next == nil ? moment(date, offset: nil, time: time) : nil
    }
    guard let hour = cursor.digits(2), cursor.skip(":"), let minute = cursor.digits(2) else { return nil }
    date.hour = hour
    date.minute = minute
    var fraction = 0
    if cursor.skip(":") {
      guard let second = cursor.digits(2) else { return nil }
      date.second = second
      if cursor.skip(".") || cursor.skip(",") { fraction = cursor.fraction() }
    }
    if cursor.skip("Z") || cursor.skip("z") { return moment(date, offset: 0, fraction: fraction, time: time) }
    guard let sign = cursor.next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return moment(date, offset: nil, fraction: fraction, time: time)
    }
    cursor.at += 1
    guard let hours = cursor.digits(2) else { return moment(date, offset: nil, fraction: fraction, time: time) }
    _ = cursor.skip(":")
    let offset = hours * 60 + (cursor.digits(2) ?? 0)
    return moment(date, offset: sign == UInt8(ascii: "-") ? -offset : offset, fraction: fraction, time: time)
  }

  /// PDF's `D:YYYYMMDDHHmmSSOHH'mm'`, cut after any part; also without `D:`, and the ISO form that some programs write.
  static func pdf(_ text: [UInt8], _ time: LocalTime) -> Int? {
    var cursor = Cursor(text)
    cursor.skipSpaces()
    if cursor.skip("D") { _ = cursor.skip(":") }
    cursor.skipSpaces()
    let start = cursor.at
    guard let year = cursor.digits(4) else { return nil }
    if cursor.next == UInt8(ascii: "-"), let found = iso(cursor.bytes[start...], time) { return found }
    guard let month = cursor.digits(2) else { return nil }
    var date = CivilDate(year: year, month: month, day: 1)
    // A month alone is no day.
    guard let day = cursor.digits(2) else { return nil }
    date.day = day
    guard let hour = cursor.digits(2) else {
      date.hour = 12
      return moment(date, offset: nil, time: time)
    }
    date.hour = hour
    if let minute = cursor.digits(2) {
      date.minute = minute
      date.second = cursor.digits(2) ?? 0
    }
    if cursor.next == UInt8(ascii: "Z") || cursor.next == UInt8(ascii: "z") { return moment(date, offset: 0, time: time) }
    guard let sign = cursor.next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return moment(date, offset: nil, time: time)
    }
    cursor.at += 1
    guard let hours = cursor.digits(2), hours < 24 else { return moment(date, offset: nil, time: time) }
    _ = cursor.skip("'") || cursor.skip(":")
    let offset = hours * 60 + (cursor.digits(2) ?? 0)
    return moment(date, offset: sign == UInt8(ascii: "-") ? -offset : offset, time: time)
  }

  /// A Windows FILETIME: units of 100 ns since 1601-01-01 UTC; 0 says that there is none.
  static func fileTime(_ value: UInt64) -> Int? {
    guard value > 0, let units = Int(exactly: value) else { return nil }
    let (since1970, _) = units.subtractingReportingOverflow(116_444_736_000_000_000)
    let (result, isBeyond) = since1970.multipliedReportingOverflow(by: 100)
    return isBeyond ? nil : result
  }

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].map { Array($0.utf8) }
  /// The zones of RFC 822 and what else mail programs of Europe wrote, in minutes.
  private static let zones: [String: Int] = [
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "cet": 60, "met": 60, "cest": 120, "mest": 120, "west": 60, "bst": 60, "eet": 120, "eest": 180,
  ]

  /// The date of an e-mail (RFC 5322) in its dirty forms: no day of the week, comments, years of two digits, names of zones, dashes,
  /// the order of C's `asctime`, ISO 8601.
  static func email(_ text: [UInt8], _ time: LocalTime) -> Int? {
    if let found = iso(text, time) { return found }
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var comments = 0
    for (index, byte) in text.prefix(200).enumerated() {
      if byte == UInt8(ascii: "(") {
        comments += 1
        continue
      }
      if byte == UInt8(ascii: ")") {
        comments = max(0, comments - 1)
        continue
      }
      if comments > 0 { continue }
      // A dash separates parts of a date, and is the sign of an offset after a space.
      let isDash = byte == UInt8(ascii: "-") && !word.isEmpty && index > 0 && !word.contains(UInt8(ascii: ":"))
      if byte == 32 || byte == 9 || byte == 10 || byte == 13 || byte == UInt8(ascii: ",") || isDash {
        if !word.isEmpty { words.append(word) }
        word = []
      } else if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), !word.isEmpty {
        words.append(word)
        word = [byte]
      } else {
        word.append(byte >= 65 && byte <= 90 ? byte | 0x20 : byte)
      }
    }
    if !word.isEmpty { words.append(word) }
    guard let monthAt = words.firstIndex(where: { word in word.count >= 3 && months.contains { word.starts(with: $0) } }),
      let month = months.firstIndex(where: { words[monthAt].starts(with: $0) }),
      let clockAt = words.firstIndex(where: { $0.contains(UInt8(ascii: ":")) }), clockAt > monthAt
    else { return nil }
    func number(_ word: [UInt8]) -> Int? {
      guard !word.isEmpty, word.count <= 5, word.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
      return word.reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    var day: Int?
    var year: Int?
    var yearDigits = 4
    if monthAt > 0, let before = number(words[monthAt - 1]) {
      // 4 Mar 2019
      day = before
      if monthAt + 1 < clockAt {
        year = number(words[monthAt + 1])
        yearDigits = words[monthAt + 1].count
      }
    } else if monthAt + 1 < clockAt {
      // Mar 4 10:11:12 2019, Mar 4, 2019 10:11
      day = number(words[monthAt + 1])
      if monthAt + 2 < clockAt {
        year = number(words[monthAt + 2])
        yearDigits = words[monthAt + 2].count
      }
    }
    var rest = words[(clockAt + 1)...]
    if year == nil {
      guard let at = rest.firstIndex(where: { $0.count == 4 && number($0) != nil }) else { return nil }
      year = number(rest[at])
      rest.remove(at: at)
    }
    guard let day, var year else { return nil }
    // RFC 5322, 4.3: years of two and three digits.
    if yearDigits == 2 { year += year < 50 ? 2_000 : 1_900 } else if yearDigits == 3 { year += 1_900 }
    let clock = words[clockAt].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard clock.count >= 2, let hour = number(Array(clock[0])), let minute = number(Array(clock[1].prefix { $0 >= 48 && $0 <= 57 }))
    else { return nil }
    let second = clock.count > 2 ? number(Array(clock[2].prefix { $0 >= 48 && $0 <= 57 })) ?? 0 : 0
    var date = CivilDate(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    if let half = rest.first.map({ String(decoding: $0, as: UTF8.self) }), half == "pm" || half == "am" {
      if half == "pm", date.hour < 12 { date.hour += 12 }
      if half == "am", date.hour == 12 { date.hour = 0 }
      rest = rest.dropFirst()
    }
    return moment(date, offset: offset(rest), time: time)
  }

  private static func offset(_ words: ArraySlice<[UInt8]>) -> Int? {
    for word in words {
      if let first = word.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
        let digits = word.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
        guard value % 100 < 60, value < 2_400 else { return nil }
        let minutes = value / 100 * 60 + value % 100
        return first == UInt8(ascii: "-") ? -minutes : minutes
      }
      if let known = zones[String(decoding: word, as: UTF8.self)] { return known }
    }
    return nil
  }
}
