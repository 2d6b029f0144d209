public import EADKit

/// Days and ranges in words, and as `@normal` of EAD has them.
public enum DateText {
  private static let french = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
  ]
  private static let english = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]

  /// `4 mars 2019`, `4 March 2019`.
  ///
  /// - Parameter iso: `YYYY-MM-DD`; returned as it is when it is no day.
  public static func day(_ iso: String, _ language: MessageLanguage) -> String {
    guard let date = date(iso) else { return iso }
    return "\(dayOfMonth(date, language)) \(month(date, language)) \(date.year)"
  }

  /// One day in words; within a month `4-12 mars 2019`, within a year `4 mars-12 juin 2019`, else the years, `2015-2019`.
  ///
  /// - Parameters:
  ///   - start: `YYYY-MM-DD`; nil when it is not known.
  ///   - end: the same; when only one of the two is known, that one.
  /// - Returns: an empty text when neither is known.
  public static func range(_ start: String?, _ end: String?, _ language: MessageLanguage) -> String {
    guard let start = start ?? end, let end = end ?? Optional(start) else { return "" }
    if start == end { return day(start, language) }
    guard let first = date(start), let last = date(end) else { return "\(start)/\(end)" }
    if first.year != last.year { return "\(first.year)-\(last.year)" }
    let close = "\(dayOfMonth(last, language)) \(month(last, language)) \(last.year)"
    if first.month == last.month { return "\(dayOfMonth(first, language))-\(close)" }
    return "\(dayOfMonth(first, language)) \(month(first, language))-\(close)"
  }

  /// `A/B`, or `A` when both are the same day; nil when none is known.
  ///
  /// EAD 2002's schema takes days and ranges of days, no times and nothing open.
  public static func normal(_ start: String?, _ end: String?) -> String? {
    guard let start = start ?? end else { return nil }
    guard let end, end != start else { return start }
    return start + "/" + end
  }

  /// The day of `YYYY-MM-DD`; nil when it is none.
  public static func date(_ iso: String) -> CivilDate? {
    let bytes = Array(iso.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for byte in bytes[range] {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int(byte) - 48
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    return date.dayNumber == nil ? nil : date
  }

  private static func month(_ date: CivilDate, _ language: MessageLanguage) -> String {
    (language == .french ? french : english)[date.month - 1]
  }

  private static func dayOfMonth(_ date: CivilDate, _ language: MessageLanguage) -> String {
    language == .french && date.day == 1 ? "1er" : String(date.day)
  }
}
