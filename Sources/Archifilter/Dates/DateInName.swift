/// A date written in the name of a file or folder: an alternative to show, never one that is taken by itself.
public struct DateInName: Sendable, Equatable {
  /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
  public let iso: String
  /// True when day and month are in the order of Europe, `04-03-2019`, which a reader might take for another day.
  public let isDayFirst: Bool

  /// Looks for the first whole date in a name, else for the first year: `2019-03-04`, `20190304`, `04-03-2019`, `2019-03`, `2019`.
  ///
  /// Years are those from 1900 to 2099; a number with more digits is none.
  public init?(_ name: [UInt8]) {
    // Numbers with what stands between them.
    struct Number {
      var value: Int
      var digits: Int
      var start: Int
      var end: Int
    }
    var numbers: [Number] = []
    var at = 0
    while at < name.count, numbers.count < 64 {
      guard name[at] >= 48, name[at] <= 57 else {
        at += 1
        continue
      }
      let start = at
      var value = 0
      while at < name.count, name[at] >= 48, name[at] <= 57 {
        if at - start < 9 { value = value * 10 + Int(name[at]) - 48 }
        at += 1
      }
      numbers.append(Number(value: value, digits: at - start, start: start, end: at))
    }
    func isYear(_ number: Number) -> Bool { number.digits == 4 && (1900...2099).contains(number.value) }
    func isJoined(_ index: Int) -> Bool {
      guard index + 1 < numbers.count, numbers[index + 1].start == numbers[index].end + 1 else { return false }
      switch name[numbers[index].end] {
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: " "): return true
      default: return false
      }
    }
    func day(_ year: Int, _ month: Int, _ day: Int) -> String? {
      let date = CivilDate(year: year, month: month, day: day)
      return (1900...2099).contains(year) && date.dayNumber != nil ? date.iso : nil
    }
    for (index, number) in numbers.enumerated() {
      if number.digits == 8, let found = day(number.value / 10_000, number.value / 100 % 100, number.value % 100) {
        (iso, isDayFirst) = (found, false)
        return
      }
      guard isJoined(index), isJoined(index + 1) else { continue }
      let (second, third) = (numbers[index + 1], numbers[index + 2])
      if isYear(number), second.digits <= 2, third.digits <= 2, let found = day(number.value, second.value, third.value) {
        (iso, isDayFirst) = (found, false)
        return
      }
      if isYear(third), number.digits <= 2, second.digits <= 2, let found = day(third.value, second.value, number.value) {
        (iso, isDayFirst) = (found, true)
        return
      }
    }
    for (index, number) in numbers.enumerated() where isYear(number) {
      if isJoined(index), numbers[index + 1].digits == 2, (1...12).contains(numbers[index + 1].value),
        name[number.end] == UInt8(ascii: "-")
      {
        let month = numbers[index + 1].value
        (iso, isDayFirst) = ("\(number.value)-\(month < 10 ? "0" : "")\(month)", false)
        return
      }
      (iso, isDayFirst) = (String(number.value), false)
      return
    }
    return nil
  }
}
