import Glibc

/// Reads the files of the tz database (RFC 8536, TZif).
enum ZoneFile {
  private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"]
  /// The largest file of the database has some 4 KB.
  private static let most = 1 << 20
  /// Moments beyond are further than nanoseconds in 64 bits reach.
  private static let lastYear = 2263

  /// The changes of a zone; nil when the system has no such zone or its file is damaged.
  static func changes(of zone: String) -> ZoneChanges? {
    let name = Array(zone.utf8)
    // A name, never a way out of the folder.
    let isName = name.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    guard isName, !name.isEmpty, name.count < 200, name.first != UInt8(ascii: "/") else { return nil }
    var places = folders
    if let own = getenv("TZDIR").map({ String(cString: $0) }), own.hasPrefix("/") { places.insert(own, at: 0) }
    for folder in places {
      if let bytes = read(folder + "/" + zone), let found = parse(bytes) { return found }
    }
    return nil
  }

  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, (info.st_mode & S_IFMT) == S_IFREG, info.st_size <= most else { return nil }
    return BoundedRead.bytes(descriptor, at: 0, count: Int(info.st_size))
  }

  static func parse(_ bytes: [UInt8]) -> ZoneChanges? {
    func number(_ at: Int, _ width: Int) -> Int? {
      guard at >= 0, at + width <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[at..<(at + width)] { value = value << 8 | Int(byte) }
      return width == 4 ? Int(Int32(truncatingIfNeeded: value)) : value
    }
    guard bytes.starts(with: Array("TZif".utf8)), bytes.count >= 44 else { return nil }
    let version = bytes[4]
    var at = 0
    var width = 4
    func counts(_ start: Int) -> [Int]? {
      var found: [Int] = []
      for index in 0..<6 {
        guard let value = number(start + 20 + 4 * index, 4), (0...100_000).contains(value) else { return nil }
        found.append(value)
      }
      return found
    }
    guard var count = counts(0) else { return nil }
    if version >= UInt8(ascii: "2") {
      at = 44 + count[3] * 5 + count[4] * 6 + count[5] + count[2] * 8 + count[1] + count[0]
      width = 8
      guard let second = counts(at) else { return nil }
      count = second
    }
    let (leaps, times, types, letters) = (count[2], count[3], count[4], count[5])
    let start = at + 44
    let end = start + times * (width + 1) + types * 6 + letters + leaps * (width + 4) + count[1] + count[0]
    guard types > 0, end <= bytes.count else { return nil }
    var offsetOfType: [Int] = []
    for index in 0..<types {
      guard let offset = number(start + times * (width + 1) + index * 6, 4), abs(offset) <= 100_000 else { return nil }
      offsetOfType.append(offset)
    }
    var moments: [Int] = []
    var offsets = [offsetOfType[0]]
    for index in 0..<times {
      guard let moment = number(start + index * width, width) else { return nil }
      let type = Int(bytes[start + times * width + index])
      guard type < types, moments.last.map({ $0 < moment }) ?? true else { return nil }
      moments.append(moment)
      offsets.append(offsetOfType[type])
    }
    if version >= UInt8(ascii: "2"), end < bytes.count {
      let footer = bytes[end...].drop { $0 == 10 }.prefix { $0 != 10 }
      extend(&moments, &offsets, by: Array(footer))
    }
    return ZoneChanges(moments: moments, offsets: offsets)
  }

  /// Adds the changes that the rule at the end of the file foretells.
  private static func extend(_ moments: inout [Int], _ offsets: inout [Int], by footer: [UInt8]) {
    guard let rule = ZoneRule(footer) else { return }
    let last = moments.last ?? Int.min
    guard let summer = rule.summer else {
      if offsets.last != rule.standard {
        moments.append(max(last, -1 << 40) + 1)
        offsets.append(rule.standard)
      }
      return
    }
    let first = moments.isEmpty ? 1970 : CivilDate(dayNumber: CivilDate.floor(max(last, -1 << 40), 86_400)).year
    guard first < lastYear else { return }
    for year in first...lastYear {
      let on = (summer.start.seconds(year) - rule.standard, summer.offset)
      let off = (summer.end.seconds(year) - summer.offset, rule.standard)
      for (moment, offset) in on.0 < off.0 ? [on, off] : [off, on] where moment > (moments.last ?? Int.min) {
        moments.append(moment)
        offsets.append(offset)
      }
    }
  }
}

/// The rule of POSIX for a zone's future, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule {
  /// A day of every year with the time of the change, in local time.
  struct Day {
    enum Kind {
      case month(Int, week: Int, weekday: Int)
      /// 1 to 365, 29 February never counted.
      case julian(Int)
      /// 0 to 365.
      case zeroBased(Int)
    }
    var kind: Kind
    var time: Int

    /// Seconds since 1970-01-01 as the local clock shows them.
    func seconds(_ year: Int) -> Int {
      let newYear = CivilDate(year: year, month: 1, day: 1).dayNumber ?? 0
      let day: Int
      switch kind {
      case .julian(let number):
        day = newYear + number - 1 + (number > 59 && CivilDate.days(year: year, month: 2) == 29 ? 1 : 0)
      case .zeroBased(let number): day = newYear + number
      case .month(let month, let week, let weekday):
        let first = CivilDate(year: year, month: month, day: 1).dayNumber ?? 0
        // 1970-01-01 was a Thursday.
        let weekdayOfFirst = ((first + 4) % 7 + 7) % 7
        var inMonth = (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
        if inMonth >= CivilDate.days(year: year, month: month) { inMonth -= 7 }
        day = first + inMonth
      }
      return day * 86_400 + time
    }
  }

  /// Seconds ahead of UTC.
  var standard = 0
  var summer: (offset: Int, start: Day, end: Day)?

  init?(_ text: [UInt8]) {
    var rest = text[...]
    guard ZoneRule.name(&rest), let offset = ZoneRule.time(&rest) else { return nil }
    standard = -offset
    guard !rest.isEmpty else { return }
    guard ZoneRule.name(&rest) else { return nil }
    var ahead = standard + 3_600
    if rest.first != UInt8(ascii: ",") {
      guard let offset = ZoneRule.time(&rest) else { return nil }
      ahead = -offset
    }
    guard let start = ZoneRule.day(&rest), let end = ZoneRule.day(&rest), rest.isEmpty else { return nil }
    summer = (ahead, start, end)
  }

  private static func name(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let start = rest.startIndex
    if rest.first == UInt8(ascii: "<") {
      guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
      rest = rest[(close + 1)...]
    } else {
      rest = rest.drop { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
    }
    return rest.startIndex > start
  }

  private static func digits(_ rest: inout ArraySlice<UInt8>) -> Int? {
    let found = rest.prefix { $0 >= 48 && $0 <= 57 }
    guard !found.isEmpty, found.count <= 4 else { return nil }
    rest = rest.dropFirst(found.count)
    return found.reduce(0) { $0 * 10 + Int($1) - 48 }
  }

  private static func time(_ rest: inout ArraySlice<UInt8>) -> Int? {
    var sign = 1
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? -1 : 1
      rest = rest.dropFirst()
    }
    guard var value = digits(&rest), value <= 167 else { return nil }
    value *= 3_600
    for unit in [60, 1] where rest.first == UInt8(ascii: ":") {
      rest = rest.dropFirst()
      guard let part = digits(&rest), part < 60 else { return nil }
      value += part * unit
    }
    return sign * value
  }

  private static func day(_ rest: inout ArraySlice<UInt8>) -> Day? {
    guard rest.first == UInt8(ascii: ",") else { return nil }
    rest = rest.dropFirst()
    let kind: Day.Kind
    if rest.first == UInt8(ascii: "M") {
      rest = rest.dropFirst()
      guard let month = digits(&rest), (1...12).contains(month), rest.first == UInt8(ascii: ".") else { return nil }
      rest = rest.dropFirst()
      guard let week = digits(&rest), (1...5).contains(week), rest.first == UInt8(ascii: ".") else { return nil }
      rest = rest.dropFirst()
      guard let weekday = digits(&rest), (0...6).contains(weekday) else { return nil }
      kind = .month(month, week: week, weekday: weekday)
    } else if rest.first == UInt8(ascii: "J") {
      rest = rest.dropFirst()
      guard let number = digits(&rest), (1...365).contains(number) else { return nil }
      kind = .julian(number)
    } else {
      guard let number = digits(&rest), (0...365).contains(number) else { return nil }
      kind = .zeroBased(number)
    }
    guard rest.first == UInt8(ascii: "/") else { return Day(kind: kind, time: 7_200) }
    rest = rest.dropFirst()
    guard let at = time(&rest) else { return nil }
    return Day(kind: kind, time: at)
  }
}
