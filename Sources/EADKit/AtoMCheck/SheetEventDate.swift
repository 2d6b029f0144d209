/// A date of an event as AtoM's importer takes it, and as a person meant it.
///
/// AtoM takes a year alone, a year and month, and dates whose month or day is zero as they are; all else goes through PHP's
/// `DateTime`, which refuses some dates, turns others around, and reads a lone `1900` as a time of today.
///
/// Source of the rules: AtoM 2.9 and PHP 8.2 as they behave when they are run.
struct SheetEventDate: Equatable {
  enum Reading {
    /// Stored as it is written.
    case asWritten
    /// Stored, but by a guess: not always as the date that was meant.
    case guessed
    /// No date is stored.
    case lost
    /// Today's date is stored, or today's day and month.
    case today
    /// The database refuses it and the import stops.
    case aborts
  }

  /// A year, a month of a year, or a day.
  struct Day: Equatable {
    var year: Int
    /// 0 when only the year is known.
    var month = 0
    /// 0 when only the month is known.
    var day = 0

    /// Nil for what the calendar does not have.
    init?(_ year: Int, _ month: Int = 0, _ day: Int = 0) {
      guard (1...9999).contains(year), (0...12).contains(month), month > 0 || day == 0 else { return nil }
      guard day >= 0, day == 0 || day <= Day.length(year, month) else { return nil }
      self.year = year
      self.month = month
      self.day = day
    }

    /// Days of a month, which is 1 to 12.
    static func length(_ year: Int, _ month: Int) -> Int {
      switch month {
      case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
      case 4, 6, 9, 11: 30
      default: 31
      }
    }

    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    var iso: String {
      var out = Day.digits(year, 4)
      if month > 0 { out += "-" + Day.digits(month, 2) }
      if day > 0 { out += "-" + Day.digits(day, 2) }
      return out
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(width - text.utf8.count, 0)) + text
    }

    /// Surely later than another one: what is not known of either does not count.
    func isAfter(_ other: Day) -> Bool {
      if year != other.year { return year > other.year }
      if month == 0 || other.month == 0 || month != other.month { return other.month > 0 && month > other.month }
      return day > 0 && other.day > 0 && day > other.day
    }
  }

  var reading: Reading
  /// What AtoM stores; nil for nothing, for today, and where it depends on the day of the import.
  var stored: Day?
  /// What was meant, where no other reading is possible; nil when it is not sure.
  var meant: Day?

  static let lost = SheetEventDate(reading: .lost)
  static let today = SheetEventDate(reading: .today)

  init(reading: Reading, stored: Day? = nil, meant: Day? = nil) {
    self.reading = reading
    self.stored = stored
    self.meant = meant
  }

  private static func guessed(_ stored: Day?, meant: Day?) -> SheetEventDate {
    SheetEventDate(reading: .guessed, stored: stored, meant: meant)
  }

  private static func lost(_ meant: Day?) -> SheetEventDate { SheetEventDate(reading: .lost, meant: meant) }

  /// Reads one part of `eventStartDates` or `eventEndDates` as it stands between the pipes, white space included: AtoM does
  /// not trim it.
  static func read(_ part: UnsafeBufferPointer<UInt8>) -> SheetEventDate {
    if let day = plain(part) { return SheetEventDate(reading: .asWritten, stored: day, meant: day) }
    let text = Bytes.trimmed(part)
    if text.isEmpty { return today }
    // Longer than any date: nothing that follows would match it.
    guard text.count <= 80 else { return lost }
    let isSpaced = text.count != part.count
    let phrase = Phrase(text)
    if let found = numbers(phrase, isSpaced: isSpaced) ?? words(phrase) ?? stamp(text) { return found }
    return isOfToday(phrase) ? SheetEventDate(reading: .today, meant: punctuatedYear(phrase)) : lost
  }

  /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` as AtoM stores them without a guess: month and day of one or two digits, or zero.
  static func plain(_ part: UnsafeBufferPointer<UInt8>) -> Day? {
    guard part.count >= 4, part.count <= 10 else { return nil }
    var year = 0
    for index in 0..<4 {
      guard Bytes.isDigit(part[index]) else { return nil }
      year = year * 10 + Int(part[index] - 0x30)
    }
    var at = 4
    guard let month = number(part, &at), let day = number(part, &at), at == part.count else { return nil }
    return Day(year, month, day)
  }

  /// A dash and one or two digits; 0 at the end of the text.
  private static func number(_ part: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Int? {
    if at == part.count { return 0 }
    guard part[at] == 0x2D, at + 1 < part.count, Bytes.isDigit(part[at + 1]) else { return nil }
    var value = Int(part[at + 1] - 0x30)
    at += 2
    if at < part.count, Bytes.isDigit(part[at]) {
      value = value * 10 + Int(part[at] - 0x30)
      at += 1
    }
    return value
  }

  // MARK: Numbers

  private static func numbers(_ phrase: Phrase, isSpaced: Bool) -> SheetEventDate? {
    let values = phrase.numbers
    switch phrase.shape {
    case "n":
      return one(values[0], isSpaced: isSpaced)
    case "n-n", "n/n", "n.n":
      return two(values[0], phrase.mark, values[1], isSpaced: isSpaced)
    case "n-n-n", "n/n/n", "n.n.n":
      let (first, second, third) = (values[0], values[1], values[2])
      guard second.digits <= 2 else { return lost }
      switch (first.digits, third.digits) {
      case (4, 1...2): return yearFirst(first.value, second.value, third.value, phrase.mark, isSpaced: isSpaced)
      case (1...2, 4): return yearLast(first.value, second.value, third.value, phrase.mark)
      case (1...2, 1...2): return shortYear(first.value, second.value, third.value, phrase.mark, isSpaced: isSpaced)
      case (3, 1...2):
        let day = Day(first.value, second.value, third.value)
        return phrase.mark == 0x2D && third.value > 0 && day != nil ? guessed(day, meant: day) : lost
      default: return lost
      }
    default:
      return nil
    }
  }

  private static func one(_ number: Number, isSpaced: Bool) -> SheetEventDate {
    let value = number.value
    let digits = number.digits
    if digits == 8 {
      let day = value >= 10_000_000 ? Day(value / 10_000, value / 100 % 100, value % 100) : nil
      let meant = day.flatMap { $0.month > 0 && $0.day > 0 ? $0 : nil }
      return isSpaced ? guessed(meant, meant: meant) : SheetEventDate(reading: .aborts, meant: meant)
    }
    if isSpaced { return digits == 4 ? SheetEventDate(reading: .today, meant: Day(value)) : lost }
    if value == 0 { return lost }
    switch digits {
    // The database takes two digits for a year of the 20th or the 21st century.
    case 2: return guessed(Day(value < 70 ? 2000 + value : 1900 + value), meant: nil)
    case 1: return guessed(Day(value), meant: nil)
    case 3: return guessed(Day(value), meant: Day(value))
    default: return SheetEventDate(reading: .aborts)
    }
  }

  private static func two(_ first: Number, _ mark: UInt8, _ second: Number, isSpaced: Bool) -> SheetEventDate {
    if first.digits == 4, second.digits <= 2 {
      let meant = second.value > 0 ? Day(first.value, second.value) : nil
      switch mark {
      case 0x2D:
        return second.value > 12 || first.value == 0 ? lost : guessed(meant, meant: meant)
      case 0x2F where !isSpaced && second.value <= 12:
        return guessed(Day(first.value, second.value), meant: Day(first.value, second.value))
      case 0x2F: return lost(meant)
      default: return lost
      }
    }
    if first.digits <= 2, second.digits == 4 {
      return lost((1...12).contains(first.value) ? Day(second.value, first.value) : nil)
    }
    // A number, a dash or a slash and two digits: the first is taken for the year.
    if mark == 0x2E { return first.digits <= 2 && second.digits <= 2 && first.value <= 24 && second.value < 60 ? today : lost }
    guard second.digits <= 2, second.value <= 12, !isSpaced else { return lost }
    let day = first.digits == 3 ? Day(first.value, second.value) : nil
    return guessed(day, meant: mark == 0x2D ? day : nil)
  }

  private static func yearFirst(_ year: Int, _ month: Int, _ day: Int, _ mark: UInt8, isSpaced: Bool) -> SheetEventDate {
    let meant = Day(year, month, day)
    if mark == 0x2E {
      return SheetEventDate(reading: isTime(year) ? .lost : .today, meant: month > 0 && day > 0 ? meant : nil)
    }
    if month > 12 || day > 31 || year == 0 { return lost }
    // The day 0 or a day too many moves PHP to the month before or after; only AtoM's own reading knows zeros.
    if day == 0 { return guessed(isSpaced ? nil : meant, meant: meant) }
    guard let meant else { return guessed(nil, meant: nil) }
    return mark == 0x2D ? SheetEventDate(reading: .asWritten, stored: meant, meant: meant) : guessed(meant, meant: meant)
  }

  private static func yearLast(_ first: Int, _ second: Int, _ year: Int, _ mark: UInt8) -> SheetEventDate {
    // Zeros for what is not known: `00/00/1900`, `00/05/1900`.
    if first == 0, second <= 12 { return guessed(nil, meant: second == 0 ? Day(year) : Day(year, second)) }
    if first == 0 || second == 0 { return first > 31 || second > 31 ? lost : guessed(nil, meant: nil) }
    let dayFirst = second <= 12 ? Day(year, second, first) : nil
    let monthFirst = first <= 12 ? Day(year, first, second) : nil
    let meant = dayFirst == nil || monthFirst == nil || dayFirst == monthFirst ? dayFirst ?? monthFirst : nil
    // PHP takes slashes for American dates, dots and dashes for the others.
    let (month, day) = mark == 0x2F ? (first, second) : (second, first)
    if month > 12 || day > 31 { return lost(meant) }
    let stored = mark == 0x2F ? monthFirst : dayFirst
    // What would be another date if it were read as AtoM does not: only the reading that the calendar allows is sure.
    return guessed(stored, meant: stored == nil ? nil : meant)
  }

  /// A year of two digits says no century.
  private static func shortYear(_ first: Int, _ second: Int, _ third: Int, _ mark: UInt8, isSpaced: Bool) -> SheetEventDate {
    let isZeroDay = third == 0 && second <= 12 && !isSpaced
    switch mark {
    case 0x2D: return isZeroDay || second <= 12 && third <= 31 ? guessed(nil, meant: nil) : lost
    case 0x2F: return isZeroDay || first <= 12 && second <= 31 ? guessed(nil, meant: nil) : lost
    default:
      if first <= 24, second < 60, third < 60 { return today }
      return second <= 12 && first <= 31 ? guessed(nil, meant: nil) : lost
    }
  }

  // MARK: Months in words

  private static func words(_ phrase: Phrase) -> SheetEventDate? {
    var shape = ""
    var ordinal = ""
    var name: Month?
    var hasComma = false
    var at = 0
    for kind in phrase.shape.utf8 {
      switch kind {
      case Phrase.number: shape += "n"
      case Phrase.word:
        let word = phrase.words[at]
        at += 1
        if ordinals.contains(word), shape.hasSuffix("n"), ordinal.isEmpty {
          ordinal = word
        } else {
          guard name == nil, let month = months[word] else { return nil }
          name = month
          shape += "w"
        }
      // A comma between month and year: PHP takes the year for a time.
      case 0x2C: if shape.hasSuffix("w") { hasComma = true }
      case 0x20, 0x2D, 0x2E: break
      default: return nil
      }
    }
    let digits = phrase.numbers.map(\.digits)
    let values = phrase.numbers.map(\.value)
    guard let month = name, values.count == (shape.utf8.count - 1), ordinal.isEmpty || values.count == 2 else { return nil }
    let (year, day): (Int, Int)
    switch (shape, digits.first ?? 0, digits.last ?? 0) {
    case ("nwn", 1...2, 4), ("wnn", 1...2, 4): (year, day) = (values[1], values[0])
    case ("nwn", 4, 1...2): (year, day) = (values[0], values[1])
    case ("nw", 4, _), ("wn", 4, _): (year, day) = (values[0], 0)
    // `5 Jan 85`: the century is PHP's.
    case ("nwn", 1...2, 2), ("wnn", 1...2, 2): return month.isEnglish && !phrase.hasAccents ? guessed(nil, meant: nil) : lost
    default: return nil
    }
    if day == 0, values.count == 2 { return lost }
    let isDayLast = values.count == 2 && digits[0] == 4
    let meant = Day(year, month.number, day)
    // `5 mars 1900`: PHP reads `5 mar`, a time zone `s`, and a time where there is one, else a year.
    if month.isMars, day > 0, ordinal.isEmpty, !isDayLast, shape == "nwn" {
      return isTime(year) ? SheetEventDate(reading: .today, meant: meant) : guessed(meant, meant: meant)
    }
    if !month.isEnglish || phrase.hasAccents || ordinal.hasSuffix("r") || isDayLast || day > 31 { return lost(meant) }
    if hasComma, isTime(year) || day == 0 { return SheetEventDate(reading: .today, meant: meant) }
    return guessed(Day(year, month.number, max(day, 1)), meant: meant)
  }

  private struct Month {
    var number: Int
    /// PHP knows it.
    var isEnglish = true
    var isMars = false
  }

  private static let ordinals: Set<String> = ["st", "nd", "rd", "th", "er"]

  /// Names of months and their usual abbreviations in English and French, without accents.
  private static let months: [String: Month] = {
    let english = [
      "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
      "september sep sept", "october oct", "november nov", "december dec",
    ]
    let french = [
      "janvier janv", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout", "septembre", "octobre",
      "novembre", "decembre",
    ]
    var table: [String: Month] = [:]
    for (index, names) in french.enumerated() {
      for name in names.split(separator: " ") {
        table[String(name)] = Month(number: index + 1, isEnglish: false, isMars: name == "mars")
      }
    }
    for (index, names) in english.enumerated() {
      for name in names.split(separator: " ") { table[String(name)] = Month(number: index + 1) }
    }
    return table
  }()

  // MARK: Times

  /// A date and a time: `1900-01-05T10:00:00Z`.
  private static func stamp(_ text: UnsafeBufferPointer<UInt8>) -> SheetEventDate? {
    guard let end = (0..<text.count).first(where: { text[$0] == 0x20 || text[$0] | 0x20 == 0x74 }) else { return nil }
    guard let day = plain(UnsafeBufferPointer(rebasing: text[..<end])), day.day > 0 else { return nil }
    let time = Phrase(UnsafeBufferPointer(rebasing: text[(end + 1)...]))
    let isTime = ["n:n", "n:nw", "n:n:n", "n:n:nw", "n:n:n.n", "n:n:n.nw", "n:n:n+n:n", "n:n:n-n:n"].contains(time.shape)
    guard isTime, time.words.isEmpty || time.words == ["z"], time.numbers[0].value < 24, time.numbers[1].value < 60 else {
      return lost(day)
    }
    return guessed(day, meant: day)
  }

  // MARK: Today

  /// Four digits that PHP takes for hours and minutes, where it expects no year.
  private static func isTime(_ year: Int) -> Bool { year / 100 <= 24 && year % 100 < 60 }

  /// What PHP reads as a time, a time zone or a word for today, without any date in it.
  private static func isOfToday(_ phrase: Phrase) -> Bool {
    let shape = phrase.shape
    if shape == "-n" || shape == "+n" { return phrase.numbers[0].digits <= 4 && isTime(phrase.numbers[0].value) }
    if shape == "w", ["now", "today", "tomorrow", "yesterday", "noon", "midnight"].contains(phrase.words[0]) { return true }
    // Letters that stand alone are military time zones, four digits a time; points, commas and blanks do not count.
    let signs: [UInt8] = [0x20, 0x2C, 0x2E, Phrase.number, Phrase.word]
    guard shape.utf8.allSatisfy(signs.contains), phrase.numbers.allSatisfy({ $0.digits == 4 }) else { return false }
    let letters = phrase.words
    let areZones = letters.allSatisfy { $0.utf8.count == 1 && $0 != "j" && Bytes.isASCIILetter($0.utf8.first ?? 0) }
    guard areZones, !phrase.hasAccents else { return false }
    return letters.count <= 2 && phrase.numbers.count <= 1 && (letters.count < 2 || phrase.numbers.isEmpty)
  }

  /// A year with nothing but points and commas around it.
  private static func punctuatedYear(_ phrase: Phrase) -> Day? {
    guard phrase.words.isEmpty, phrase.numbers.count == 1, phrase.numbers[0].digits == 4 else { return nil }
    return phrase.shape.utf8.contains(0x2D) || phrase.shape.utf8.contains(0x2B) ? nil : Day(phrase.numbers[0].value)
  }

  // MARK: Words and numbers

  private struct Number {
    var value: Int
    var digits: Int
  }

  /// A text taken apart: `5 mars 1900` is a number, a blank, a word, a blank, a number.
  private struct Phrase {
    static let number = UInt8(ascii: "n")
    static let word = UInt8(ascii: "w")

    /// `n` for a number, `w` for a word, a blank for white space, and every other sign for itself.
    private(set) var shape = ""
    private(set) var numbers: [Number] = []
    /// In lower case, without the accents that names of months have.
    private(set) var words: [String] = []
    /// Letters beyond ASCII: PHP knows no word with them.
    private(set) var hasAccents = false
    /// The first sign between numbers.
    private(set) var mark: UInt8 = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
      var shape: [UInt8] = []
      var at = 0
      while at < text.count {
        let start = at
        if Bytes.isDigit(text[at]) {
          var value = 0
          while at < text.count, Bytes.isDigit(text[at]) {
            if at - start < 9 { value = value * 10 + Int(text[at] - 0x30) }
            at += 1
          }
          numbers.append(Number(value: value, digits: at - start))
          shape.append(Phrase.number)
        } else if Bytes.isWord(text[at]) {
          while at < text.count, Bytes.isWord(text[at]), !Bytes.isDigit(text[at]) { at += 1 }
          let word = UnsafeBufferPointer(rebasing: text[start..<at])
          if word.contains(where: { $0 >= 0x80 }) { hasAccents = true }
          words.append(Phrase.folded(word))
          shape.append(Phrase.word)
        } else {
          at += 1
          let sign = Bytes.isSpace(text[start]) ? 0x20 : text[start]
          if mark == 0 { mark = sign }
          if sign != 0x20 || shape.last != 0x20 { shape.append(sign) }
        }
      }
      self.shape = String(decoding: shape, as: UTF8.self)
    }

    private static func folded(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
      var out = String.UnicodeScalarView()
      for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        switch scalar {
        case "\u{E9}", "\u{C9}": out.append("e")
        case "\u{FB}", "\u{DB}": out.append("u")
        case "\u{301}", "\u{302}": break
        case "A"..."Z": out.append(Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value) | 0x20))
        default: out.append(scalar)
        }
      }
      return String(out)
    }
  }
}
