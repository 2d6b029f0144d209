import EADKit
import Foundation
import Testing

@testable import Archifilter

private let second = 1_000_000_000

/// A moment given in UTC.
private func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Int {
  CivilDate(year: year, month: month, day: day, hour: hour, minute: minute, second: second).nanoseconds ?? .min
}

@Suite struct LocalTimeTests {
  @Test func summerTimeOfParis() throws {
    let paris = try LocalTime(zone: "Europe/Paris")
    #expect(paris.isoTime(utc(2019, 3, 31, 0, 59, 59)) == "2019-03-31T01:59:59+01:00")
    #expect(paris.isoTime(utc(2019, 3, 31, 1, 0, 0)) == "2019-03-31T03:00:00+02:00")
    #expect(paris.isoTime(utc(2019, 10, 27, 0, 59, 59)) == "2019-10-27T02:59:59+02:00")
    #expect(paris.isoTime(utc(2019, 10, 27, 1, 0, 0)) == "2019-10-27T02:00:00+01:00")
    // The day at the turn of a month, which Archifiltre gets wrong.
    #expect(paris.iso(utc(2019, 6, 30, 22, 30)) == "2019-07-01")
    #expect(paris.iso(utc(2019, 12, 31, 23, 0)) == "2020-01-01")
    #expect(paris.iso(utc(2019, 12, 31, 22, 59, 59)) == "2019-12-31")
    // Beyond the changes the file lists, by its rule.
    #expect(paris.isoTime(utc(2099, 7, 1)) == "2099-07-01T02:00:00+02:00")
    #expect(paris.isoTime(utc(2099, 1, 1)) == "2099-01-01T01:00:00+01:00")
    // Before time zones; odd seconds count for the day.
    #expect(paris.iso(utc(1800, 1, 1, 23, 50, 38)) == "1800-01-01")
    #expect(paris.iso(utc(1800, 1, 1, 23, 50, 39)) == "1800-01-02")
  }

  @Test(arguments: [
    "Europe/Paris", "Indian/Reunion", "America/Martinique", "America/Cayenne", "Pacific/Noumea", "Pacific/Tahiti", "Africa/Dakar",
    "Asia/Kathmandu", "Australia/Lord_Howe", "America/Godthab", "Africa/Casablanca", "Europe/Dublin", "Etc/GMT+12", "UTC",
    "Pacific/Apia", "America/St_Johns", "Antarctica/Troll", "Asia/Tehran", "America/Sao_Paulo",
  ])
  func agreesWithFoundation(zone: String) throws {
    let time = try LocalTime(zone: zone)
    let other = try #require(TimeZone(identifier: zone))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = other
    // From 1970 on; steps that meet every hour of the day.
    var seconds = 3_600
    while seconds < 4_000_000_000 {
      let date = Date(timeIntervalSince1970: Double(seconds))
      let found = time.date(seconds * second)
      let offset = other.secondsFromGMT(for: date)
      #expect(found.offsetMinutes == offset / 60, "\(zone) \(seconds)")
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
      #expect(found.year == parts.year && found.month == parts.month && found.day == parts.day, "\(zone) \(seconds)")
      #expect(found.hour == parts.hour && found.minute == parts.minute && found.second == parts.second, "\(zone) \(seconds)")
      seconds += 1_234_567
    }
  }

  @Test func everyNumberIsADate() throws {
    let paris = try LocalTime()
    #expect(paris.iso(.min) == "1677-09-21")
    #expect(paris.iso(.max) == "2262-04-12")
    #expect(LocalTime.utc.isoTime(-1) == "1969-12-31T23:59:59Z")
    #expect(LocalTime.utc.isoTime(0) == "1970-01-01T00:00:00Z")
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<50_000 {
      let moment = Int.random(in: .min ... .max, using: &generator)
      let date = paris.date(moment)
      #expect(date.dayNumber == paris.dayNumber(moment))
      #expect(paris.iso(moment).utf8.count == 10)
    }
  }

  @Test func daysAndBack() {
    for day in stride(from: -800_000, through: 3_000_000, by: 37) {
      #expect(CivilDate(dayNumber: day).dayNumber == day)
    }
    #expect(CivilDate(year: 2019, month: 2, day: 29).dayNumber == nil)
    #expect(CivilDate(year: 2000, month: 2, day: 29).dayNumber != nil)
    #expect(CivilDate(year: 1900, month: 2, day: 29).dayNumber == nil)
    #expect(CivilDate(year: 2019, month: 13, day: 1).dayNumber == nil)
    #expect(CivilDate(year: 12_345, month: 1, day: 1).iso == "12345-01-01")
    #expect(CivilDate(year: -5, month: 1, day: 1).iso == "-0005-01-01")
    #expect(CivilDate(year: 5, month: 1, day: 1).iso == "0005-01-01")
    #expect(CivilDate(year: 9_999, month: 1, day: 1).nanoseconds == nil)
    #expect(CivilDate(year: 1_000_000_000, month: 1, day: 1).nanoseconds == nil)
  }

  @Test func clockToMoment() throws {
    let paris = try LocalTime()
    #expect(paris.nanoseconds(CivilDate(year: 2019, month: 7, day: 1, hour: 12)) == utc(2019, 7, 1, 10))
    #expect(paris.nanoseconds(CivilDate(year: 2019, month: 1, day: 1)) == utc(2018, 12, 31, 23))
    // The hour that comes twice: the first of the two.
    #expect(paris.nanoseconds(CivilDate(year: 2019, month: 10, day: 27, hour: 2, minute: 30)) == utc(2019, 10, 27, 0, 30))
    #expect(paris.nanoseconds(CivilDate(year: 2019, month: 10, day: 27, hour: 12)) == utc(2019, 10, 27, 11))
    #expect(paris.nanoseconds(CivilDate(year: 2019, month: 3, day: 31, hour: 3)) == utc(2019, 3, 31, 1))
    #expect(paris.nanoseconds(CivilDate(year: 2019, month: 2, day: 30)) == nil)
  }

  @Test(arguments: ["", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", "europe\0paris", "Europe", "CET-1CEST,M3.5.0"])
  func unknownZones(zone: String) {
    do throws(EADError) {
      _ = try LocalTime(zone: zone)
      Issue.record("\(zone) was taken")
    } catch {
      #expect(error.finding.rule == "timezone-unknown")
      #expect(error.finding.arguments == [zone])
    }
  }

  @Test func damagedZoneFiles() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Paris")))
    #expect(ZoneFile.parse(bytes) != nil)
    for length in 0..<min(bytes.count, 600) { _ = ZoneFile.parse(Array(bytes[..<length])) }
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<3_000 {
      var broken = bytes
      for _ in 0..<3 { broken[Int.random(in: 0..<broken.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
      if let changes = ZoneFile.parse(broken) { #expect(abs(changes.offset(at: 1_500_000_000)) <= 700_000) }
    }
  }

  @Test func rulesOfTheFuture() throws {
    let rule = try #require(ZoneRule(Array("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0".utf8)))
    #expect(rule.standard == 37_800)
    #expect(rule.summer?.offset == 39_600)
    #expect(ZoneRule(Array("UTC0".utf8))?.standard == 0)
    #expect(ZoneRule(Array("IST-1GMT0,M10.5.0,M3.5.0/1".utf8))?.summer?.offset == 0)
    for text in ["", "CET", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0", "CET-999", "-1"] {
      #expect(ZoneRule(Array(text.utf8)) == nil, "\(text)")
    }
  }

  @Test func isFast() throws {
    let paris = try LocalTime()
    let clock = ContinuousClock()
    var sum = 0
    let spent = clock.measure {
      for index in 0..<1_000_000 { sum &+= paris.date(1_500_000_000 * second + index * 77 * second).day }
    }
    #expect(sum > 0)
    // Generous for a debug build on a busy machine; quadratic or file-reading code takes far longer.
    #expect(spent < .seconds(20))
  }
}

@Suite struct DateTrustTests {
  private func trust(_ zone: String = "Europe/Paris") throws -> DateTrust {
    DateTrust(now: utc(2026, 11, 22, 12), time: try LocalTime(zone: zone))
  }

  @Test func zerosOfSystems() throws {
    let trust = try trust()
    let cases: [(Int, DateSuspicion?)] = [
      (0, .unixEpoch), (utc(1970, 1, 1, 23, 59, 59), .unixEpoch), (utc(1969, 12, 31, 23, 30), .unixEpoch),
      (utc(1970, 1, 2), nil), (utc(1904, 1, 1), .macEpoch), (utc(1904, 1, 1, 12), .macEpoch),
      (utc(1980, 1, 1), .fatEpoch), (utc(1979, 12, 31, 23), .fatEpoch), (utc(1979, 12, 31, 12), .fatEpoch),
      (utc(1980, 1, 2, 1), nil), (utc(1899, 12, 30), .spreadsheetEpoch), (utc(1901, 12, 13, 20, 45, 52), .clamped),
      (utc(2038, 1, 19, 3, 14, 6), .future), (utc(2038, 1, 19, 3, 14, 7), .overflow), (4_294_967_295 * second, .overflow),
      (.max, .overflow), (utc(2026, 11, 23, 12), nil), (utc(2026, 11, 23, 12, 0, 1), .future), (utc(2019, 3, 4), nil),
    ]
    for (moment, expected) in cases {
      #expect(trust.suspicion(moment, family: nil) == expected, "\(LocalTime.utc.isoTime(moment))")
    }
  }

  @Test func daysOfBothClocks() throws {
    // Evening of 31 December in America is 1 January in universal time, and the other way round in the Pacific.
    #expect(try trust("America/Martinique").suspicion(utc(1980, 1, 1, 2), family: nil) == .fatEpoch)
    #expect(try trust("Pacific/Noumea").suspicion(utc(1979, 12, 30, 20), family: nil) == .fatEpoch)
    #expect(try trust("Pacific/Noumea").suspicion(utc(1969, 12, 31, 14), family: nil) == .unixEpoch)
  }

  @Test func officeBefore1985() throws {
    let trust = try trust()
    #expect(trust.suspicion(utc(1984, 12, 31, 22, 59), family: "document") == .beforeOffice)
    // 23:00 UTC is 1985 in Paris.
    #expect(trust.suspicion(utc(1984, 12, 31, 23, 0), family: "document") == nil)
    #expect(trust.suspicion(utc(1983, 5, 5), family: "spreadsheet") == .beforeOffice)
    #expect(trust.suspicion(utc(1983, 5, 5), family: "image") == nil)
    #expect(trust.suspicion(utc(1983, 5, 5), family: nil) == nil)
  }

  @Test func bestDate() throws {
    let trust = try trust()
    var node = Node()
    node.modified = utc(2020, 1, 15)
    #expect(trust.best(node, isMigrationFolder: false)?.date == node.modified)
    #expect(trust.best(node, isMigrationFolder: false)?.source == .modification)
    #expect(trust.best(node, isMigrationFolder: true)?.source == .migration)
    var content = ContentFacts()
    content.format = FormatFacts(puid: "fmt/412", mime: "x", name: "Word", family: "document")
    content.embeddedModified = utc(2015, 6, 1)
    content.embeddedCreated = utc(2013, 12, 23)
    node.content = content
    for migration in [true, false] {
      #expect(trust.best(node, isMigrationFolder: migration)?.date == utc(2015, 6, 1))
      #expect(trust.best(node, isMigrationFolder: migration)?.source == .embedded)
    }
    #expect(trust.best(node, isMigrationFolder: false, override: 5)?.source == .override)
    #expect(trust.best(node, isMigrationFolder: false, override: 5)?.date == 5)
    // What is not trusted gives way, and nothing is made up.
    node.content?.embeddedModified = utc(1980, 1, 1)
    #expect(trust.best(node, isMigrationFolder: false)?.date == node.modified)
    node.modified = 0
    #expect(trust.best(node, isMigrationFolder: false) == nil)
    node.content?.embeddedModified = nil
    #expect(trust.best(node, isMigrationFolder: true) == nil)
  }

  @Test func migrationDays() throws {
    let paris = try LocalTime()
    var days = MigrationDays(time: paris)
    for _ in 0..<8 { days.add(utc(2012, 5, 4, 10)) }
    #expect(!days.isMigration)
    days.add(utc(2011, 1, 1))
    days.add(utc(2010, 1, 1))
    // 8 of 10 are not more than 80 %.
    #expect(!days.isMigration)
    days.add(utc(2012, 5, 4, 21, 59))
    #expect(days.day?.date.iso == "2012-05-04")
    #expect(days.day?.files == 9)
    #expect(days.day?.of == 11)
    days.removeAll()
    #expect(!days.isMigration)
    // 22:30 UTC is the next day in Paris.
    for _ in 0..<10 { days.add(utc(2012, 5, 4, 22, 30)) }
    #expect(days.day?.date.iso == "2012-05-05")
    days.removeAll()
    for _ in 0..<9 { days.add(0) }
    #expect(!days.isMigration)
  }
}

@Suite struct DateTextTests {
  @Test func days() {
    #expect(DateText.day("2019-03-04", .french) == "4 mars 2019")
    #expect(DateText.day("2019-03-01", .french) == "1er mars 2019")
    #expect(DateText.day("2019-08-11", .french) == "11 août 2019")
    #expect(DateText.day("2019-03-01", .english) == "1 March 2019")
    #expect(DateText.day("2019-02-30", .french) == "2019-02-30")
    #expect(DateText.day("x", .english) == "x")
  }

  @Test func ranges() {
    #expect(DateText.range("2019-03-04", "2019-03-04", .french) == "4 mars 2019")
    #expect(DateText.range("2019-03-01", "2019-03-04", .french) == "1er-4 mars 2019")
    #expect(DateText.range("2019-03-04", "2019-06-12", .french) == "4 mars-12 juin 2019")
    #expect(DateText.range("2015-03-04", "2019-06-12", .french) == "2015-2019")
    #expect(DateText.range("2015-03-04", "2019-06-12", .english) == "2015-2019")
    #expect(DateText.range("2015-03-04", nil, .english) == "4 March 2015")
    #expect(DateText.range(nil, "2015-03-04", .english) == "4 March 2015")
    #expect(DateText.range(nil, nil, .english) == "")
  }

  @Test func normal() {
    #expect(DateText.normal("2015-03-04", "2019-06-12") == "2015-03-04/2019-06-12")
    #expect(DateText.normal("2015-03-04", "2015-03-04") == "2015-03-04")
    #expect(DateText.normal("2015-03-04", nil) == "2015-03-04")
    #expect(DateText.normal(nil, "2015-03-04") == "2015-03-04")
    #expect(DateText.normal(nil, nil) == nil)
  }

  @Test func sizes() {
    let cases: [(Int, String, String)] = [
      (0, "0 octet", "0 bytes"), (1, "1 octet", "1 byte"), (2, "2 octets", "2 bytes"), (999, "999 octets", "999 bytes"),
      (1_000, "1 ko", "1 kB"), (1_234, "1,2 ko", "1.2 kB"), (1_250, "1,3 ko", "1.3 kB"), (1_200_000, "1,2 Mo", "1.2 MB"),
      (99_949, "99,9 ko", "99.9 kB"), (99_950, "100 ko", "100 kB"), (123_456, "123 ko", "123 kB"), (999_499, "999 ko", "999 kB"),
      (999_500, "1 Mo", "1 MB"), (1_500_000_000, "1,5 Go", "1.5 GB"), (2_000_000_000_000, "2 To", "2 TB"),
      (.max, "9,2 Eo", "9.2 EB"), (-5, "0 octet", "0 bytes"),
    ]
    for (bytes, french, english) in cases {
      #expect(ByteText.readable(bytes, .french) == french)
      #expect(ByteText.readable(bytes, .english) == english)
    }
    #expect(ByteText.exact(1_234_567, .french) == "1\u{202F}234\u{202F}567 octets")
    #expect(ByteText.exact(1_234_567, .english) == "1,234,567 bytes")
    #expect(ByteText.exact(123, .english) == "123 bytes")
    #expect(ByteText.number(.min, .english) == "-9,223,372,036,854,775,808")
  }

  @Test func inNames() {
    let cases: [(String, String?)] = [
      ("2019-03-04 conseil.doc", "2019-03-04"), ("CR_20190304.pdf", "2019-03-04"), ("PV 04-03-2019.odt", "2019-03-04"),
      ("PV 4.3.2019.odt", "2019-03-04"), ("Budget 2019", "2019"), ("2019-03 paie", "2019-03"), ("2019-13-04", "2019"),
      ("2019-02-30", "2019-02"), ("20191304", nil), ("123456", nil), ("v1.2.3", nil), ("IMG_20190304_101112.jpg", "2019-03-04"),
      ("1789", nil), ("budget 2018-2019", "2018"), ("", nil), ("99999999999999999999999", nil), ("2019_03_04", "2019-03-04"),
    ]
    for (name, expected) in cases {
      #expect(DateInName(Array(name.utf8))?.iso == expected, "\(name)")
    }
    #expect(DateInName(Array("04-03-2019".utf8))?.isDayFirst == true)
    #expect(DateInName(Array("2019-03-04".utf8))?.isDayFirst == false)
  }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

@Suite struct EarliestDateTests {
  @Test func whatIsHeldAtTheFirstMomentIsTheZeroOfWindows() throws {
    let trust = DateTrust(now: 1_700_000_000 * 1_000_000_000, time: try LocalTime(zone: "Europe/Paris"))
    #expect(trust.suspicion(.min, family: nil) == .windowsEpoch)
    #expect(trust.suspicion(1_600_000_000 * 1_000_000_000, family: nil) == nil)
  }
}
