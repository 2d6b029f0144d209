import Glibc

/// Times as they stand in finding aids (ISO 8601).
public enum Timestamp {
  /// This moment in UTC, or the moment that `SOURCE_DATE_EPOCH` names, so that a build can be repeated.
  public static var now: String {
    var seconds = time(nil)
    if let epoch = Environment.value("SOURCE_DATE_EPOCH"), let given = Int(epoch), given >= 0 { seconds = given }
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil else { return "1970-01-01T00:00:00Z" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(1900 + Int(parts.tm_year))-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  /// True for `2026-07-01` and `2026-07-01T09:30:00`, with or without a zone (`Z`, `+02:00`).
  public static func isTime(_ text: String) -> Bool {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let date = numbers(halves[0], "-", [4, 2, 2]), isDay(date[0], date[1], date[2]) else { return false }
    guard halves.count == 2 else { return true }
    var clock = halves[1]
    if clock.hasSuffix("Z") {
      clock.removeLast()
    } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let zone = numbers(clock[clock.index(after: sign)...], ":", [2, 2]), zone[0] <= 14, zone[1] < 60 else { return false }
      clock = clock[..<sign]
    }
    guard let time = numbers(clock, ":", [2, 2, 2]) else { return false }
    return time[0] < 24 && time[1] < 60 && time[2] < 60
  }

  private static func numbers(_ text: Substring, _ separator: Character, _ lengths: [Int]) -> [Int]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == lengths.count else { return nil }
    var numbers: [Int] = []
    for (part, length) in zip(parts, lengths) {
      guard part.utf8.count == length, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(part) else {
        return nil
      }
      numbers.append(number)
    }
    return numbers
  }

  private static func isDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
    guard (1...12).contains(month), day > 0 else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return day <= days[month - 1]
  }
}
