import Foundation
import Testing

@testable import EADKit

/// Events: their dates as PHP reads them, lists that go together, actors and histories.
struct SheetEventTests {
  private func mine(_ findings: [Finding]) -> [Finding] { findings.filter { $0.rule.hasPrefix("sheet-event-") } }

  /// `row rule column=value`, sorted.
  private func brief(_ findings: [Finding]) -> [String] {
    mine(findings).map { finding in
      "\(finding.cell.map { "\($0.row)" } ?? "-") \(finding.rule) \(finding.cell?.column ?? "")=\(finding.cell?.value ?? "")"
    }
    .sorted()
  }

  private func check(_ csv: String) throws -> [String] { brief(try SheetCheckerTestSupport.findings(csv)) }

  /// A sheet with one row and these lists of start dates.
  private func starts(_ list: String) throws -> [String] {
    let types = list.split(separator: "|", omittingEmptySubsequences: false).map { _ in "Creation" }.joined(separator: "|")
    return try check("legacyId,title,eventTypes,eventStartDates,culture\n1,T,\(types),\"\(list)\",en\n")
  }

  // MARK: One date

  private func read(_ text: String) -> SheetEventDate {
    Array(text.utf8).withUnsafeBufferPointer { SheetEventDate.read($0) }
  }

  /// What AtoM stored when a sheet with each of these was imported.
  @Test func datesOfTheProbe() {
    let stored: [(text: String, reading: SheetEventDate.Reading, day: String?)] = [
      ("1900", .asWritten, "1900"), ("1900-01", .asWritten, "1900-01"), ("1900-1-5", .asWritten, "1900-01-05"),
      ("1900-00-00", .asWritten, "1900"), ("1900-13-01", .lost, nil), ("31/12/1900", .lost, nil),
      ("12/31/1900", .guessed, "1900-12-31"), ("c. 1900", .today, nil), ("-0100", .today, nil), ("19000101", .aborts, nil),
    ]
    for (text, reading, day) in stored {
      let date = read(text)
      #expect(date.reading == reading, "\(text)")
      #expect(date.stored?.iso == day, "\(text)")
    }
  }

  /// What PHP's `DateTime` makes of them.
  @Test func datesThatPHPReads() {
    let read: [(text: String, reading: SheetEventDate.Reading, stored: String?)] = [
      ("0950", .asWritten, "0950"), ("9999-12-31", .asWritten, "9999-12-31"), ("2000-02-29", .asWritten, "2000-02-29"),
      ("1900-02-29", .guessed, nil), ("1900-04-31", .guessed, nil), ("1900-02-32", .lost, nil), ("1900-00-05", .guessed, nil),
      ("1900-13", .lost, nil), ("1900/05", .guessed, "1900-05"), ("05/1900", .lost, nil), ("1900/01/05", .guessed, "1900-01-05"),
      ("31.12.1900", .guessed, "1900-12-31"), ("05-06-1900", .guessed, "1900-06-05"), ("12-31-1900", .lost, nil),
      ("1/2/1900", .guessed, "1900-01-02"), ("January 5, 1900", .guessed, "1900-01-05"), ("5-May-1900", .guessed, "1900-05-05"),
      ("May 1900", .guessed, "1900-05-01"), ("1er mai 1900", .lost, nil), ("5 mars 1900", .today, nil),
      ("5 mars 1960", .guessed, "1960-03-05"), ("mars 1900", .lost, nil), ("v. 1900", .today, nil), ("c. 1975", .today, nil),
      ("ca. 1900", .lost, nil), ("circa 1900", .lost, nil), ("s.d.", .today, nil), ("n. d.", .today, nil),
      ("j. 1900", .lost, nil),
      ("[1900]", .lost, nil), ("1900?", .lost, nil), ("1900-1910", .lost, nil), ("1900s", .today, nil), ("1900.", .today, nil),
      ("today", .today, nil), (" 1900", .today, nil), ("1900 ", .today, nil), (" 1900-01-05", .asWritten, "1900-01-05"),
      ("1900-01-05T10:00:00Z", .guessed, "1900-01-05"), ("20", .guessed, "2020"), ("85", .guessed, "1985"),
      ("900", .guessed, "0900"), ("0000", .lost, nil), ("190001", .aborts, nil), ("5.6.00", .today, nil), ("500 BC", .lost, nil),
      ("XIXe si\u{E8}cle", .lost, nil), ("\u{E9}", .lost, nil), (" ", .today, nil), ("-", .lost, nil), ("?", .lost, nil),
    ]
    for (text, reading, stored) in read {
      let date = self.read(text)
      #expect(date.reading == reading, "\(text)")
      #expect(date.stored?.iso == stored, "\(text)")
    }
  }

  @Test func whatWasMeantIsSaidOnlyWhenItIsSure() {
    let meant: [(String, String?)] = [
      ("31/12/1900", "1900-12-31"), ("12/31/1900", "1900-12-31"), ("05/06/1900", nil), ("05/05/1900", "1900-05-05"),
      ("19000101", "1900-01-01"), ("19001301", nil), ("1900/01/05", "1900-01-05"), ("31.12.1900", "1900-12-31"),
      ("05.06.1900", nil), ("c. 1900", nil), ("00/00/1900", "1900"), ("00/05/1900", "1900-05"), ("05/1900", "1900-05"),
      ("13/1900", nil), ("29/02/1900", nil), ("29/02/2000", "2000-02-29"), ("1900.", "1900"), (" 1900", "1900"),
      ("5 d\u{E9}cembre 1900", "1900-12-05"), ("5 de\u{301}cembre 1900", "1900-12-05"), ("D\u{C9}CEMBRE 1900", "1900-12"),
      ("1er ao\u{FB}t 1900", "1900-08-01"), ("14 juil. 1789", "1789-07-14"), ("January 5 1900", "1900-01-05"),
      ("Sept. 1900", "1900-09"), ("31 avril 1900", nil), ("5 mars 1900", "1900-03-05"), ("5 mars 19", nil), ("1900-1910", nil),
      ("vers 1900", nil), ("-1900", nil), ("1900-13-01", nil), ("32/12/1900", nil), ("", nil), ("1900 mai 5", "1900-05-05"),
      ("1900-01-05T10:00", "1900-01-05"), ("le 5 janvier 1900", nil),
    ]
    for (text, day) in meant { #expect(read(text).meant?.iso == day, "\(text)") }
  }

  /// A certain date is one that AtoM takes as it is.
  @Test func certainDatesAreRight() {
    for text in ["31/12/1900", "19000101", "5 mars 1900", "05/1900", " 1900", "900"] {
      let iso = read(text).meant?.iso ?? ""
      #expect(read(iso).reading == .asWritten, "\(text): \(iso)")
    }
  }

  @Test func anythingIsReadWithoutHarm() {
    var seed: UInt64 = 42
    func next(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % bound
    }
    let pieces = [
      "1900", "31", "12", "0", "-", "/", ".", " ", "mars", "c", "T", ":", ",", "\u{E9}", "may", "999999999999", "\u{0}",
    ]
    for _ in 0..<20_000 {
      var bytes = Array((0..<next(7)).map { _ in pieces[next(pieces.count)] }.joined().utf8)
      if next(10) == 0 { bytes.append(UInt8(0x80 + next(0x80))) }
      let date = bytes.withUnsafeBufferPointer { SheetEventDate.read($0) }
      if let meant = date.meant { #expect(read(meant.iso).reading == .asWritten) }
    }
    #expect(read(String(repeating: "1/", count: 100_000)).reading == .lost)
  }

  @Test func orderOfDays() throws {
    func day(_ year: Int, _ month: Int = 0, _ day: Int = 0) throws -> SheetEventDate.Day {
      try #require(SheetEventDate.Day(year, month, day))
    }
    #expect(try day(1901).isAfter(day(1900, 12, 31)))
    #expect(try !day(1900, 12).isAfter(day(1900)))
    #expect(try !day(1900).isAfter(day(1900, 1, 1)))
    #expect(try day(1900, 2).isAfter(day(1900, 1, 31)))
    #expect(try day(1900, 2, 2).isAfter(day(1900, 2, 1)))
    #expect(try !day(1900, 2, 1).isAfter(day(1900, 2, 1)))
    #expect(try !day(1900, 2).isAfter(day(1900, 2, 1)))
    #expect(SheetEventDate.Day(1900, 0, 5) == nil)
    #expect(SheetEventDate.Day(1900, 2, 29) == nil)
    #expect(SheetEventDate.Day(0) == nil)
  }

  // MARK: Sheets

  @Test func rightEventsHaveNoFinding() throws {
    let csv = """
      legacyId,title,eventTypes,eventDates,eventStartDates,eventEndDates,eventActors,eventActorHistories,eventPlaces,culture
      1,T,Creation,c. 1900,1900,1910-05,Smith,A life,Paris,en
      2,U,Creation|Custody,NULL|1950,1900-00-00|NULL,NULL|1950-1-5,Smith|NULL,A life|NULL,NULL|NULL,en
      3,V,,,,,,,,en
      4,W,,1900,,,,,,en

      """
    #expect(try check(csv) == [])
  }

  @Test func datesOfASheetByRule() throws {
    #expect(try starts("1900-13-01") == ["2 sheet-event-date-lost eventStartDates=1900-13-01"])
    #expect(try starts("c. 1900") == ["2 sheet-event-date-today eventStartDates=c. 1900"])
    #expect(try starts("19000101") == ["2 sheet-event-date-aborts eventStartDates=19000101"])
    #expect(try starts("05/06/1900") == ["2 sheet-event-date-guessed eventStartDates=05/06/1900"])
    #expect(
      try starts("1900|31/12/1900|NULL|-0100") == [
        "2 sheet-event-date-lost eventStartDates=31/12/1900", "2 sheet-event-date-today eventStartDates=-0100",
      ])
    // AtoM does not trim the parts of a list, and PHP takes a lone ` 1910` for a time.
    #expect(try starts("1900| 1910") == ["2 sheet-event-date-today eventStartDates=1910"])
    #expect(try starts("NULL| NULL|null") == [])
  }

  @Test func theRemedyIsTheCertainDate() throws {
    let csv = "legacyId,title,eventStartDates,eventEndDates,culture\n1,T,31/12/1900,c. 1910,en\n"
    let findings = mine(try SheetCheckerTestSupport.findings(csv))
    let lost = try #require(findings.first { $0.rule == "sheet-event-date-lost" })
    #expect(LocalizedText.part(lost.arguments[1], .english) == "Write 1900-12-31.")
    #expect(LocalizedText.part(lost.arguments[1], .french).contains("1900-12-31"))
    let today = try #require(findings.first { $0.rule == "sheet-event-date-today" })
    #expect(today.cell?.column == "eventEndDates")
    #expect(!LocalizedText.part(today.arguments[1], .english).contains("1910"))
  }

  @Test func blanksAroundADateAreNamed() throws {
    let csv = "legacyId,title,eventTypes,eventStartDates,culture\n1,T,Creation|Creation,1900 |1910,en\n"
    let found = try #require(mine(try SheetCheckerTestSupport.findings(csv)).first)
    #expect(found.rule == "sheet-event-date-today")
    #expect(LocalizedText.part(found.arguments[1], .english).contains("white space"))
    #expect(LocalizedText.part(found.arguments[1], .english).contains("1900"))
  }

  @Test func aBlankInAListOfDatesBecomesToday() throws {
    let findings = try SheetCheckerTestSupport.findings(
      "legacyId,title,eventTypes,eventStartDates,culture\n1,T,Creation|Creation|Creation,1900||1920,en\n")
    #expect(brief(findings) == ["2 sheet-event-blank-date eventStartDates=1900||1920"])
    #expect(mine(findings).first?.arguments == ["1900||1920", "2"])
    #expect(mine(findings).first?.severity == .error)
    #expect(try starts("1900| ") == ["2 sheet-event-blank-date eventStartDates=1900|"])
    #expect(try starts("|") == ["2 sheet-event-blank-date eventStartDates=|"])
  }

  @Test func aBlankDateIsNotAlsoAListTooShort() throws {
    #expect(
      try check("legacyId,title,eventTypes,eventStartDates,culture\n1,T,Creation,1900|,en\n")
        == ["2 sheet-event-blank-date eventStartDates=1900|"])
  }

  @Test func listsOfDifferentLength() throws {
    let findings = try SheetCheckerTestSupport.findings(
      """
      legacyId,title,eventTypes,eventDates,eventActors,culture
      1,T,Creation|Custody,1900|1910,Smith,en
      2,U,Creation,1900,Smith,en

      """)
    #expect(brief(findings) == ["2 sheet-event-count eventActors=Smith"])
    #expect(mine(findings).first?.arguments == ["Smith", "1", "2", "eventTypes"])
  }

  @Test func blanksInOtherLists() throws {
    #expect(
      try check(
        """
        legacyId,title,eventTypes,eventDates,eventActors,culture
        1,T,Creation|,1900|1910,A|B,en
        2,T,Creation|Custody,1900|1910,|B,en

        """) == ["2 sheet-event-blank eventTypes=Creation|", "3 sheet-event-actor-blank eventActors=|B"])
  }

  @Test func startAndEndExchanged() throws {
    let findings = try SheetCheckerTestSupport.findings(
      """
      legacyId,title,eventStartDates,eventEndDates,culture
      1,T,1910,1900,en
      2,T,1900-05,1900,en
      3,T,1900|1950-06-02,1901|1950-06-01,en
      4,T,NULL|1900,1800|NULL,en

      """)
    #expect(
      brief(findings) == [
        "2 sheet-event-dates-reversed eventStartDates=1910", "4 sheet-event-dates-reversed eventStartDates=1950-06-02",
      ])
    #expect(mine(findings).first?.arguments == ["1910", "1900"])
  }

  // MARK: Actors

  @Test func historiesWithoutAnActor() throws {
    #expect(
      try check(
        """
        legacyId,title,eventActors,eventActorHistories,culture
        1,T,NULL,A life,en
        2,T,,Another life,en
        3,T,A|B,NULL|Life of B,en

        """) == [
          "2 sheet-event-history-nameless eventActorHistories=A life",
          "3 sheet-event-history-nameless eventActorHistories=Another life",
        ])
  }

  @Test func anActorWithTwoHistories() throws {
    let findings = try SheetCheckerTestSupport.findings(
      """
      legacyId,title,eventActors,eventActorHistories,culture
      1,T,Smith,First,en
      2,T,Smith,NULL,en
      3,T,Smith,First,en
      4,T,Jones,Second,en
      5,T,Smith,Second,en
      6,T,Smith,Second,en

      """)
    #expect(brief(findings) == ["6 sheet-event-history-differs eventActorHistories=Second"])
    #expect(mine(findings).first?.arguments == ["Second", "Smith"])
  }

  @Test func historiesAreRememberedFromFileToFile() throws {
    let head = "legacyId,title,eventActors,eventActorHistories,culture\n"
    let findings = try SheetCheckerTestSupport.findings(
      files: [("a.csv", head + "1,T,Smith,First,en\n"), ("b.csv", head + "2,T,Smith,Second,en\n")])
    #expect(brief(findings) == ["2 sheet-event-history-differs eventActorHistories=Second"])
    #expect(mine(findings).first?.file.hasSuffix("b.csv") == true)
  }

  @Test func translationsAreNotReadForEvents() throws {
    #expect(
      try check("legacyId,title,eventStartDates,culture\n1,T,31/12/1900,en\n1,U,31/12/1900,fr\n")
        == ["2 sheet-event-date-lost eventStartDates=31/12/1900"])
  }

  @Test func accessionsHaveEventsToo() throws {
    #expect(
      try check("accessionNumber,acquisitionDate,eventTypes,eventStartDates,culture\n1,2000,Creation,c. 1900,en\n")
        == ["2 sheet-event-date-today eventStartDates=c. 1900"])
  }

  @Test func partsOfAList() {
    func parts(_ text: String) -> [String] {
      Array(text.utf8).withUnsafeBufferPointer { value in
        var cursor = SheetPartCursor(value)
        var out: [String] = []
        while let part = cursor.next() { out.append(String(decoding: part, as: UTF8.self)) }
        let count = SheetPartCursor.count(value)
        #expect(count.parts == out.count)
        #expect(count.blank == out.filter { $0.allSatisfy(\.isWhitespace) }.count)
        return out
      }
    }
    #expect(parts("") == [])
    #expect(parts("a") == ["a"])
    #expect(parts("a|b") == ["a", "b"])
    #expect(parts("|") == ["", ""])
    #expect(parts("a| |") == ["a", " ", ""])
  }
}
