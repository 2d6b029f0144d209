/// What a `unitdate` says: in its text, in `@normal`.
///
/// Most texts are settled by their years, read in one pass without memory; only what looks wrong is read in earnest.
struct StatedDate {
  /// Years of four figures (1000 to 2099) in a text: the least and the greatest, and how many.
  struct Years {
    var least = Int.max
    var greatest = Int.min
    var count = 0
    /// Numbers from 0 to 31, and months known by the beginnings of words, as bits: what may be meant, not what is.
    var days: UInt32 = 0
    var months: UInt32 = 0
  }

  /// Years of a text; a number is a year when neither a figure nor a letter touches it.
  static func years(_ text: UnsafeBufferPointer<UInt8>) -> Years {
    var years = Years()
    var at = 0
    while at < text.count {
      let from = at
      if Bytes.isDigit(text[at]) {
        var value = 0
        while at < text.count, Bytes.isDigit(text[at]) {
          if at - from < 5 { value = value * 10 + Int(text[at] - 0x30) }
          at += 1
        }
        let isTouched = from > 0 && Bytes.isASCIILetter(text[from - 1]) || at < text.count && Bytes.isASCIILetter(text[at])
        if at - from == 4, (1000...2099).contains(value), !isTouched {
          years.least = min(years.least, value)
          years.greatest = max(years.greatest, value)
          years.count += 1
        } else if at - from <= 2, value <= 31 {
          years.days |= 1 << UInt32(value)
        }
      } else if isLetter(text[at]) {
        while at < text.count, isLetter(text[at]) { at += 1 }
        if at - from >= 3 { years.months |= month(text, from, at - from) }
      } else {
        at += 1
      }
    }
    return years
  }

  private static func isLetter(_ byte: UInt8) -> Bool { Bytes.isASCIILetter(byte) || byte >= 0x80 }

  /// The month whose name, in English, French, German or Spanish, begins as a word does.
  private static func month(_ text: UnsafeBufferPointer<UInt8>, _ from: Int, _ count: Int) -> UInt32 {
    func byte(_ offset: Int) -> UInt32 { offset < count ? UInt32(Bytes.lowered(text[from + offset])) : 0 }
    let letters = byte(0) << 16 | byte(1) << 8 | byte(2)
    switch letters {
    case 0x6A616E, 0x6AC3A4, 0x656E65: return 1 << 1
    case 0x666562, 0x666576, 0x66C3A9: return 1 << 2
    case 0x6D6172, 0x6DC3A4: return 1 << 3
    case 0x617072, 0x617672, 0x616272: return 1 << 4
    case 0x6D6179, 0x6D6169: return 1 << 5
    case 0x6A756E: return 1 << 6
    case 0x6A756C: return 1 << 7
    case 0x6A7569: return byte(3) == 0x6C ? 1 << 7 : 1 << 6
    case 0x617567, 0x616FC3, 0x616F75, 0x61676F: return 1 << 8
    case 0x736570, 0x736574: return 1 << 9
    case 0x6F6374, 0x6F6B74: return 1 << 10
    case 0x6E6F76: return 1 << 11
    case 0x646563, 0x64C3A9, 0x64657A, 0x646963: return 1 << 12
    default: return 0
    }
  }

  /// How far the words of a date can be relied on.
  enum Precision {
    /// Every word is taken for what it says.
    case exact
    /// `vers 1900`, `ca. 1900`, `1900 ?`.
    case approximate
    /// `avant 1900`, `fin XIXe siècle`, `an II`, `1650 O.S.`: a century, an end left open, another calendar.
    case loose
  }

  static func precision(_ text: UnsafeBufferPointer<UInt8>) -> Precision {
    var precision = Precision.exact
    var at = 0
    while at < text.count {
      let byte = text[at]
      if byte == 0x3F || byte == 0x7E || byte == 0x5B { precision = .approximate }
      guard isLetter(byte) else {
        at += 1
        continue
      }
      let from = at
      while at < text.count, isLetter(text[at]) { at += 1 }
      let word = Bytes.key(UnsafeBufferPointer(rebasing: text[from..<at]))
      if loose.contains(word) { return .loose }
      if approximate.contains(word) { precision = .approximate }
    }
    return precision
  }

  private static let approximate: Set<String> = [
    "c", "ca", "circa", "cca", "about", "around", "approximately", "approx", "probably", "possibly", "some",
    // `1900, undated`, `1900, s.d.`: the rest may lie anywhere. `1900s`.
    "undated", "unknown", "n", "s", "o", "nd", "sd",
    "vers", "environ", "env", "probablement", "peut", "um", "etwa", "wohl", "gegen",
    "hacia", "sobre", "aproximadamente", "cerca", "verso", "rond", "omstreeks",
  ]

  private static let loose: Set<String> = [
    "early", "late", "mid", "before", "after", "pre", "post", "since", "until", "till", "prior", "earliest", "latest",
    "century", "centuries", "decade", "half", "quarter", "beginning", "end", "ongoing", "present", "current",
    "avant", "après", "apres", "depuis", "jusqu", "jusque", "début", "debut", "fin", "milieu", "moitié", "moitie", "tiers",
    "quart", "siècle", "siecle", "siècles", "siecles", "décennie", "années", "annees", "postérieur", "antérieur",
    "vor", "nach", "seit", "anfang", "ende", "mitte", "jahrhundert", "jh", "jhd", "jahre",
    "antes", "después", "despues", "siglo", "principios", "finales", "mediados", "século", "séc",
    "prima", "dopo", "secolo", "inizio", "fine", "metà", "voor", "na", "eeuw",
    // The republican calendar.
    "an", "vendémiaire", "vendemiaire", "brumaire", "frimaire", "nivôse", "nivose", "pluviôse", "pluviose", "ventôse",
    "ventose", "germinal", "floréal", "floreal", "prairial", "messidor", "thermidor", "fructidor", "complémentaires",
    // Other calendars and styles.
    "st", "ns", "os", "style", "julian", "julien", "hebrew", "hijri", "ah", "h", "bc", "bce", "av", "bp",
  ]

  /// From the first to the last day that dates state.
  struct Span {
    /// Nil when left open.
    var start: CalendarDate?
    var end: CalendarDate?
    var isApproximate = false

    /// Both spans and what lies between.
    mutating func widen(_ other: Span) {
      if let own = start, let theirs = other.start, theirs.isBefore(own) || (theirs.year == own.year && theirs.month == 0) {
        start = theirs
      } else if other.start == nil {
        start = nil
      }
      if let own = end, let theirs = other.end, own.isBefore(theirs) || (theirs.year == own.year && theirs.month == 0) {
        end = theirs
      } else if other.end == nil {
        end = nil
      }
      if other.isApproximate { isApproximate = true }
    }
  }

  /// The span of one date, of `@normal` or else of the text; nil when it states none that can be relied on.
  static func span(_ date: RuleComponent.Date) -> Span? {
    var text = date.text
    let precision = text.withUTF8 { StatedDate.precision($0) }
    var normal = date.normal
    if case .range(let range) = normal.withUTF8({ NormalDate.read($0) }) {
      if let start = range.start, let end = range.end, end.isBefore(start) { return nil }
      return Span(start: range.start, end: range.end, isApproximate: precision != .exact)
    }
    if normal.utf8.contains(where: { !Bytes.isSpace($0) }) || precision == .loose { return nil }
    return text.withUTF8 { bytes in
      DateText.read(bytes).map { Span(start: $0.start, end: $0.end, isApproximate: precision != .exact) }
    }
  }
}

extension CalendarDate {
  /// Whether this date, as exact as it is, ends before another one begins.
  func isBefore(_ other: CalendarDate) -> Bool {
    if year != other.year { return year < other.year }
    if month == 0 || other.month == 0 || month != other.month { return month != 0 && other.month != 0 && month < other.month }
    return day != 0 && other.day != 0 && day < other.day
  }

  /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
  var text: String {
    func digits(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return digits(year, 4) + (month > 0 ? "-" + digits(month, 2) : "") + (day > 0 ? "-" + digits(day, 2) : "")
  }
}
