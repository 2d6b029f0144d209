/// A moment as a calendar and a clock on the wall show it (Gregorian calendar, also before 1582).
public struct CivilDate: Sendable, Hashable {
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// 1 to 31.
  public var day: Int
  public var hour = 0
  public var minute = 0
  public var second = 0
  /// Minutes that the clock is ahead of UTC; odd seconds of the time before time zones are cut off.
  public var offsetMinutes = 0

  public init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, offsetMinutes: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.offsetMinutes = offsetMinutes
  }

  /// The day alone, of a number of days since 1970-01-01.
  public init(dayNumber: Int) {
    // Years begin in March here, so that the leap day is the last of its year; 146,097 days are 400 years.
    let days = dayNumber &+ 719_468
    let era = CivilDate.floor(days, 146_097)
    let ofEra = days - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * ofYear + 2) / 153
    day = ofYear - (153 * march + 2) / 5 + 1
    month = march < 10 ? march + 3 : march - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01; nil when there is no such day.
  public var dayNumber: Int? {
    guard (-1_000_000...1_000_000).contains(year), (1...12).contains(month), day >= 1,
      day <= CivilDate.days(year: year, month: month)
    else { return nil }
    let marchYear = month <= 2 ? year - 1 : year
    let era = CivilDate.floor(marchYear, 400)
    let yearOfEra = marchYear - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
  }

  /// Nanoseconds since 1970-01-01 UTC of this moment; nil when there is none, or it is beyond what the inventory holds (1677 to
  /// 2262).
  public var nanoseconds: Int? {
    guard let days = dayNumber, (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
      (-1_440...1_440).contains(offsetMinutes)
    else { return nil }
    let seconds = days * 86_400 + hour * 3_600 + (minute - offsetMinutes) * 60 + second
    let (value, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isBeyond ? nil : value
  }

  /// `YYYY-MM-DD`; a sign and more digits for years that need them.
  public var iso: String {
    String(decoding: isoBytes, as: UTF8.self)
  }

  /// The day in ASCII, as `iso`.
  var isoBytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(10)
    if year < 0 { out.append(UInt8(ascii: "-")) }
    CivilDate.append(Int(year.magnitude), width: 4, to: &out)
    out.append(UInt8(ascii: "-"))
    CivilDate.append(month, width: 2, to: &out)
    out.append(UInt8(ascii: "-"))
    CivilDate.append(day, width: 2, to: &out)
    return out
  }

  /// `YYYY-MM-DDTHH:MM:SS±HH:MM`, `Z` for UTC.
  public var isoTime: String {
    var out = isoBytes
    out.append(UInt8(ascii: "T"))
    CivilDate.append(hour, width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    CivilDate.append(minute, width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    CivilDate.append(second, width: 2, to: &out)
    if offsetMinutes == 0 {
      out.append(UInt8(ascii: "Z"))
    } else {
      out.append(UInt8(ascii: offsetMinutes < 0 ? "-" : "+"))
      let minutes = Int(offsetMinutes.magnitude)
      CivilDate.append(minutes / 60, width: 2, to: &out)
      out.append(UInt8(ascii: ":"))
      CivilDate.append(minutes % 60, width: 2, to: &out)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Days of a month.
  static func days(year: Int, month: Int) -> Int {
    switch month {
    case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// Division towards minus infinity, which dates before 1970 need.
  static func floor(_ value: Int, _ by: Int) -> Int {
    let quotient = value / by
    return value % by < 0 ? quotient - 1 : quotient
  }

  private static func append(_ value: Int, width: Int, to out: inout [UInt8]) {
    var least = 1
    for _ in 1..<max(width, 2) { least *= 10 }
    var unit = least
    while value / unit >= 10 { unit *= 10 }
    while unit > 0 {
      out.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
      unit /= 10
    }
  }
}
