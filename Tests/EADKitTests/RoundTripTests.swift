import Foundation
import Testing

@testable import EADKit

/// What a round trip says of two documents: made by hand here, so that every fate is known.
struct RoundTripTests {
  // MARK: Pairs made by hand

  static let head =
    "<ead><eadheader><eadid>F1</eadid><filedesc><titlestmt><titleproper>Guide</titleproper></titlestmt></filedesc>"
    + "</eadheader>"

  /// A finding aid with one component of this content.
  static func document(_ unit: String, header: String = head) -> String {
    "\(header)<archdesc level=\"fonds\"><did><unittitle>Papers of the harbour board</unittitle></did><dsc>"
      + "<c id=\"a1\" level=\"file\">\(unit)</c></dsc></archdesc></ead>"
  }

  struct Outcome {
    var paths: [String: RoundTripPath] = [:]
    var losses: [RoundTripLoss] = []
    var comparison: RoundTripComparison

    subscript(_ path: String) -> RoundTripPath { paths[path] ?? RoundTripPath(path: path) }
    var lost: Int { paths.values.reduce(0) { $0 + $1.lost } }
    var pieces: Int { paths.values.reduce(0) { $0 + $1.pieces } }
    var survived: Int { paths.values.reduce(0) { $0 + $1.survived } }
  }

  static func compare(_ before: String, _ after: String, changed: [String] = []) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roundtrip-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (one, two) = (folder.appendingPathComponent("a.xml").path, folder.appendingPathComponent("b.xml").path)
    try Data(before.utf8).write(to: URL(fileURLWithPath: one))
    try Data(after.utf8).write(to: URL(fileURLWithPath: two))
    return try compare(files: one, two, changed: changed)
  }

  static func compare(files one: String, _ two: String, changed: [String] = []) throws -> Outcome {
    let paths = RoundTripPaths()
    let reasons = RoundTripReasons()
    for text in changed {
      reasons.noteBack(LossEntry(file: "", line: 1, path: "", group: "", component: "", text: text, reason: .changed))
    }
    var losses: [RoundTripLoss] = []
    let account = RoundTripAccount(file: "a.xml", paths: paths, reasons: reasons) { losses.append($0) }
    func units(_ path: String) -> RoundTripUnits {
      RoundTripUnits(documents: 1, paths: paths) { _ throws(EADError) in try EADReader(contentsOf: path) }
    }
    var comparison = RoundTripComparison(account: account, reasons: reasons)
    try comparison.compare(units(one), units(two), sameShape: units(one).shape() == units(two).shape())
    account.finish()
    var outcome = Outcome(comparison: comparison)
    for path in account.result { outcome.paths[path.path] = path }
    outcome.losses = losses
    return outcome
  }

  static func compareUnits(_ before: String, _ after: String, changed: [String] = []) throws -> Outcome {
    try compare(document(before), document(after), changed: changed)
  }

  @Test func equalDocumentsSurviveWhole() throws {
    let document = Self.document(
      "<did><unittitle>Letters <emph>sent</emph>, 1901</unittitle></did><odd><p>One</p><p>Two</p></odd>")
    let outcome = try Self.compare(document, document)
    #expect(outcome.pieces > 8)
    #expect(outcome.survived == outcome.pieces)
    #expect(outcome.losses.isEmpty)
    // Components have one name, numbered or not, and white space does not count.
    let numbered = document.replacing("<c ", with: "<c01 ").replacing("</c>", with: "</c01>")
      .replacing("<p>One", with: "<p>\n  One")
    let renamed = try Self.compare(document, numbered)
    #expect(renamed.survived == renamed.pieces)
  }

  @Test func movedTextsSayWhereTheyAre() throws {
    let outcome = try Self.compareUnits(
      "<did><unittitle>A</unittitle></did><note><p>Kept in the tower</p></note>",
      "<did><unittitle>A</unittitle></did><odd><p>Kept in the tower</p></odd>")
    #expect(outcome["c/note/p"].moved == 1)
    #expect(outcome["c/note/p"].destinations == ["c/odd/p": 1])
    #expect(outcome["c/note/p"].example?.text == "Kept in the tower")
    #expect(outcome.lost == 0)
  }

  @Test func textsMoveFromTheHeaderAndToOtherUnits() throws {
    let header = Self.head.replacing(
      "</filedesc>", with: "<notestmt><note><p>Written in a hurry</p></note></notestmt></filedesc>")
    let before = Self.document("<did><unittitle>A</unittitle></did><odd><p>Found in another unit</p></odd>", header: header)
    let after = Self.document("<did><unittitle>A</unittitle></did>").replacing(
      "<dsc>", with: "<odd><p>Written in a hurry</p><p>Found in another unit</p></odd><dsc>")
    let outcome = try Self.compare(before, after)
    #expect(outcome["ead/eadheader/filedesc/notestmt/note/p"].destinations == ["archdesc/odd/p": 1])
    #expect(outcome["c/odd/p"].destinations == ["archdesc/odd/p": 1])
    #expect(outcome.lost == 0)
  }

  @Test func changedValues() throws {
    let outcome = try Self.compareUnits(
      "<did><unittitle>A</unittitle><unitdate normal=\"19010101\">1 January 1901</unitdate>"
        + "<langmaterial><language langcode=\"fre\">French</language></langmaterial></did>",
      "<did><unittitle>A</unittitle><unitdate normal=\"1901-01-01\">1 January 1901</unitdate>"
        + "<langmaterial><language langcode=\"fra\">French</language></langmaterial></did>")
    #expect(outcome["c/did/unitdate/@normal"].changed == 1)
    #expect(outcome["c/did/unitdate/@normal"].example?.after == "1901-01-01")
    #expect(outcome["c/did/langmaterial/language/@langcode"].changed == 1)
    #expect(outcome.lost == 0)
  }

  @Test func caseAndSignsAreChanges() throws {
    let outcome = try Self.compareUnits(
      "<did><unittitle>Letters: sent</unittitle><physloc type=\"SHELF\">x</physloc></did>",
      "<did><unittitle>Letters; sent</unittitle><physloc type=\"shelf\">x</physloc></did>")
    #expect(outcome["c/did/unittitle"].changed == 1)
    #expect(outcome["c/did/physloc/@type"].changed == 1)
    #expect(outcome.lost == 0)
  }

  @Test func theAccountSaysWhatIsAChange() throws {
    let before = "<did><unittitle level=\"oak\">A</unittitle></did>"
    let after = "<did><unittitle level=\"elm\">A</unittitle></did>"
    let silent = try Self.compareUnits(before, after)
    #expect(silent["c/did/unittitle/@level"].lost == 1)
    #expect(silent.losses.first?.instead == "elm")
    let named = try Self.compareUnits(before, after, changed: ["oak"])
    #expect(named["c/did/unittitle/@level"].changed == 1)
    #expect(named.lost == 0)
  }

  @Test func mergedAndSplitTexts() throws {
    let merged = try Self.compareUnits(
      "<did><unittitle>A</unittitle></did><odd><p>First words here.</p><p>Second words there.</p></odd>",
      "<did><unittitle>A</unittitle></did><odd><p>First words here. Second words there.</p></odd>")
    #expect(merged["c/odd/p"].survived == 2)
    #expect(merged.lost == 0)
    let split = try Self.compareUnits(
      "<did><unittitle>A</unittitle></did><odd><p>First words here. Second words there.</p></odd>",
      "<did><unittitle>A</unittitle></did><odd><p>First words here.</p><p>Second words there.</p></odd>")
    #expect(split["c/odd/p"].survived == 1)
    #expect(split.lost == 0)
  }

  @Test func markupThatIsGone() throws {
    let outcome = try Self.compareUnits(
      "<did><unittitle>Papers of <persname>Ann Lee</persname>, <emph>architect</emph>.</unittitle></did>",
      "<did><unittitle>Papers of Ann Lee, architect.</unittitle></did>")
    #expect(outcome["c/did/unittitle/persname"].markup == 1)
    #expect(outcome["c/did/unittitle/emph"].markup == 1)
    #expect(outcome["c/did/unittitle/persname"].destinations == ["c/did/unittitle": 1])
    // "Papers of", the comma and the full stop.
    #expect(outcome["c/did/unittitle"].survived == 3)
    #expect(outcome.lost == 0)
  }

  @Test func oneReturnedTextStandsForOneOfTheSource() throws {
    let outcome = try Self.compareUnits(
      "<did><unittitle>A</unittitle></did><odd><p>The same words</p><p>The same words</p></odd>",
      "<did><unittitle>A</unittitle></did><odd><p>The same words</p></odd>")
    #expect(outcome["c/odd/p"].survived == 1)
    #expect(outcome["c/odd/p"].lost == 1)
    // A short attribute does not hide in a text.
    let attribute = try Self.compareUnits(
      "<did><unittitle>A</unittitle><physloc type=\"shelf\">x</physloc></did>",
      "<did><unittitle>A</unittitle><physloc>x</physloc></did><odd><p>on the shelf above</p></odd>")
    #expect(attribute["c/did/physloc/@type"].lost == 1)
  }

  @Test func lostPiecesSayWhere() throws {
    let before = Self.document("\n<did><unittitle>A</unittitle>\n<physloc>Tower\n room</physloc></did>")
    let outcome = try Self.compare(before, Self.document("<did><unittitle>A</unittitle></did>"))
    let loss = try #require(outcome.losses.first)
    #expect(outcome.losses.count == 1)
    #expect((loss.path, loss.component, loss.text, loss.line) == ("c/did/physloc", "a1", "Tower room", 4))
    #expect(loss.instead == nil)
  }

  @Test func missingAndSurplusUnits() throws {
    func many(_ numbers: some Sequence<Int>, ids: Bool) -> String {
      let units = numbers.map {
        "<c\(ids ? " id=\"u\($0)\"" : "")><did><unitid>\($0)</unitid><unittitle>File number \($0)</unittitle></did></c>"
      }
      return Self.head + "<archdesc level=\"fonds\"><did><unittitle>F</unittitle></did><dsc>" + units.joined()
        + "</dsc></archdesc></ead>"
    }
    for ids in [true, false] {
      let missing = try Self.compare(many(1...9, ids: ids), many((1...9).filter { $0 != 4 && $0 != 5 }, ids: ids))
      #expect(missing.comparison.missingUnits == 2)
      #expect(missing.comparison.extraUnits == 0)
      #expect(missing.comparison.firstMissing == (ids ? "u4" : "4"))
      #expect(missing.lost == (ids ? 6 : 4))
      let surplus = try Self.compare(many((1...9).filter { $0 != 7 }, ids: ids), many(1...9, ids: ids))
      #expect(surplus.comparison.extraUnits == 1)
      #expect(surplus.comparison.missingUnits == 0)
      #expect(surplus.lost == 0)
    }
  }

  @Test func reasonsComeFromTheAccounts() {
    let paths = RoundTripPaths()
    let pieces = RoundTripPieces(paths: paths)
    Array("Stack 4".utf8).withUnsafeBufferPointer {
      pieces.add($0, path: paths.path("physloc", below: RoundTripPaths.none), isAttribute: false, line: 12)
    }
    let reasons = RoundTripReasons()
    func entry(_ line: Int, _ reason: LossReason) -> LossEntry {
      LossEntry(file: "", line: line, path: "", group: "", component: "", text: "Stack 4", reason: reason)
    }
    #expect(reasons.reason(pieces.pieces[0]) == nil)
    reasons.noteThere(entry(11, .internal))
    #expect(reasons.reason(pieces.pieces[0]) == nil)
    reasons.noteThere(entry(12, .noColumn))
    #expect(reasons.reason(pieces.pieces[0]) == .noColumn)
    reasons.noteBack(entry(99, .changed))
    #expect(reasons.saysChanged(pieces.pieces[0]))
  }

  // MARK: Properties

  @Test func everySampleEqualsItself() throws {
    let samples = TestData.files(below: TestData.repository.appendingPathComponent("samples"), endings: [".xml"])
    #expect(!samples.isEmpty)
    for sample in samples {
      let outcome = try Self.compare(files: sample.path, sample.path)
      #expect(outcome.pieces > 100)
      #expect(outcome.survived == outcome.pieces, "\(sample.lastPathComponent)")
    }
  }

  @Test func everyFindingAidOfTheCorpusEqualsItself() throws {
    guard let corpus = TestData.shared("corpus") else { return }
    var compared = 0
    for file in TestData.files(below: corpus, endings: [".xml", ".XML"]) {
      do {
        let outcome = try Self.compare(files: file.path, file.path)
        #expect(outcome.survived == outcome.pieces, "\(file.lastPathComponent)")
        compared += 1
      } catch let error as EADError {
        #expect(error.finding.rule != "roundtrip-back", "\(error.finding.line())")
      }
    }
    #expect(compared > 200)
  }

  /// Texts of a sample are taken out one by one; each gives exactly one loss, of that text and at that line.
  @Test func everyDeletedTextIsOneLoss() throws {
    let file = TestData.repository.appendingPathComponent("samples/harbour-board-records.xml")
    let text = try String(contentsOf: file, encoding: .utf8)
    let body = try #require(text.range(of: "<archdesc"))
    var deleted = 0
    var from = body.lowerBound
    while let close = text.range(of: "</", range: from..<text.endIndex) {
      from = close.upperBound
      let open = try #require(text[..<close.lowerBound].lastIndex(of: ">"))
      let start = text.index(after: open)
      let words = text[start..<close.lowerBound].split(whereSeparator: \.isWhitespace)
      // What has words and neither entities nor comments around it.
      guard words.count > 0, !text[start..<close.lowerBound].contains("&"), text[..<open].last != "-" else { continue }
      var without = text
      without.removeSubrange(start..<close.lowerBound)
      let outcome = try Self.compare(text, without)
      #expect(outcome.losses.map(\.text) == [words.joined(separator: " ")], "\(words.joined(separator: " "))")
      #expect(outcome.survived == outcome.pieces - 1)
      deleted += 1
    }
    #expect(deleted > 20)
  }

  // MARK: Hostile units

  @Test func manyEqualWordsEnd() throws {
    let before = (0..<3000).map { "<p>a a a a a a a a a b\($0 % 7)</p>" }.joined()
    let after = (0..<3000).map { "<p>a a a a a a a a a c\($0 % 7) d</p>" }.joined()
    let began = ContinuousClock.now
    let outcome = try Self.compareUnits(
      "<did><unittitle>A</unittitle></did><odd>\(before)</odd>", "<did><unittitle>A</unittitle></did><odd>\(after)</odd>")
    #expect(outcome["c/odd/p"].pieces == 3000)
    #expect(outcome["c/odd/p"].lost == 3000)
    #expect(ContinuousClock.now - began < .seconds(60))
  }

  @Test func manyLostPiecesAreSettledInOrder() throws {
    let lost = (0..<40_000).map { "<p type=\"the same attribute\">number \($0)</p>" }.joined()
    let outcome = try Self.compareUnits(
      "<did><unittitle>A</unittitle></did><odd>\(lost)</odd>", "<did><unittitle>A</unittitle></did>")
    #expect(outcome.losses.count == 80_000)
    #expect(outcome.losses.filter { $0.path == "c/odd/p" }.map(\.text) == (0..<40_000).map { "number \($0)" })
  }

  // MARK: Reports

  @Test func numbersAreHonest() {
    let english = RoundTripWords(language: .english)
    let french = RoundTripWords(language: .french)
    #expect(english.number(1_234_567) == "1,234,567")
    #expect(french.number(1234) == "1\u{202F}234")
    #expect(english.percent(99_999, of: 100_000) == "99.9 %")
    #expect(english.percent(1, of: 100_000) == "< 0.1 %")
    #expect(english.percent(5, of: 5) == "100.0 %")
    #expect(english.percent(0, of: 0) == "0.0 %")
    #expect(french.percent(1, of: 8) == "12,5\u{A0}%")
  }

  @Test(arguments: RoundTripReportFormat.allCases) func reportsEscapeWhatDocumentsSay(_ format: RoundTripReportFormat) throws {
    var path = RoundTripPath(path: "c/did/<x>")
    path.pieces = 3
    path.survived = 1
    path.lost = 1
    path.moved = 1
    path.destinations = ["c/odd/\u{1B}p": 1]
    path.reasons = ["no-column": 1]
    path.example = RoundTripPath.Example(file: "a.xml", line: 7, text: "<b>\u{1B}[31m\"", after: nil)
    var result = RoundTripResult(file: "<a>.xml")
    result.units = 1
    result.paths = [path]
    let spool = try RoundTripLossSpool(for: "a.xml")
    spool.append(
      RoundTripLoss(
        file: "a.xml", line: 7, path: "c/did/<x>", component: "u\"1", text: "<b>\u{1B}[31m\"", instead: "new", reason: .noColumn))
    var table = RoundTripTable()
    table.add(result)
    var out = ""
    var report = format.report(language: .english) { out += $0 }
    try report.begin(RoundTripHeader(toolVersion: "1", through: .ead3, language: .english, listsAll: false))
    try report.add(result, losses: spool)
    try report.add(failure: Finding(rule: "xml-empty", severity: .error, file: "b.xml"))
    try report.end(table)
    #expect(!out.contains("\u{1B}"))
    switch format {
    case .html: #expect(!out.contains("<b>") && out.contains("&lt;b&gt;"))
    case .text: #expect(out.contains("a.xml:7"))
    case .json:
      let json = try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
      let documents = try #require(json["documents"] as? [[String: Any]])
      #expect(documents.count == 2)
      let losses = try #require(documents[0]["losses"] as? [[String: Any]])
      #expect(losses[0]["text"] as? String == "<b>\u{1B}[31m\"")
      #expect(losses[0]["reason"] as? String == "no-column")
      let total = try #require(json["total"] as? [String: Any])
      #expect(total["lost"] as? Int == 1)
    }
  }

  // MARK: Whole round trips

  @Test(arguments: RoundTrip.Through.allCases) func samplesGoThereAndBack(_ through: RoundTrip.Through) throws {
    for sample in TestData.files(below: TestData.repository.appendingPathComponent("samples"), endings: [".xml"]) {
      var losses = 0
      let result = try RoundTrip.run(path: sample.path, through: through) { _ in losses += 1 }
      let total = result.total
      #expect(total.pieces > 100)
      #expect(total.pieces == total.survived + total.markup + total.moved + total.changed + total.lost)
      #expect(total.lost == losses)
      #expect(result.missingUnits == 0, "\(sample.lastPathComponent)")
      #expect(result.extraUnits == 0, "\(sample.lastPathComponent)")
      // Titles are what no form loses.
      for path in result.paths where path.path == "c/did/unittitle" { #expect(path.lost == 0, "\(sample.lastPathComponent)") }
    }
  }

  @Test func ownGenerationLosesNothing() throws {
    for sample in TestData.files(below: TestData.repository.appendingPathComponent("samples"), endings: [".xml"]) {
      let reader = try EADReader(contentsOf: sample.path)
      _ = try reader.next()
      let total = try RoundTrip.run(path: sample.path, through: reader.generation == .ead3 ? .ead3 : .ead2002).total
      #expect(total.survived == total.pieces, "\(sample.lastPathComponent)")
    }
  }

  @Test func sheetsAreComparedCellByCell() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roundtrip-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func sheet(_ name: String, _ text: String) throws -> RoundTripSheetReader {
      let file = folder.appendingPathComponent(name)
      try Data(text.utf8).write(to: file)
      return try RoundTripSheetReader(path: file.path, options: AtoMCSVOptions())
    }
    let before = try sheet(
      "a.csv",
      """
      legacyId;parentId;identifier;title;subjectAccessPoints;scopeAndContent;culture
      2;1;F 1/2;"Letters; received";Ships|Harbours;Lost words;en
      1;;F 1;Papers;;;en
      3;1;F 1/3;Maps;;;en

      """)
    let after = try sheet(
      "b.csv",
      """
      legacyId,parentId,identifier,title,subjectAccessPoints,scopeAndContent,culture
      X#id_1,,F 1,Papers,,,en
      X#id_2,X#id_1,F 1/2,Letters; received,Harbours|Ships,,en

      """)
    let paths = RoundTripPaths()
    let reasons = RoundTripReasons()
    var losses: [RoundTripLoss] = []
    let account = RoundTripAccount(file: "a.csv", paths: paths, reasons: reasons) { losses.append($0) }
    var comparison = RoundTripSheetComparison(account: account, reasons: reasons, paths: paths)
    try comparison.compare(before, after)
    account.finish()
    let result = Dictionary(uniqueKeysWithValues: account.result.map { ($0.path, $0) })
    #expect(comparison.units == 3)
    #expect(comparison.missingUnits == 1)
    #expect(comparison.firstMissing == "3")
    #expect(result["subjectAccessPoints"]?.survived == 2)
    #expect(result["title"]?.survived == 2)
    #expect(result["title"]?.lost == 1)
    #expect(result["legacyId"]?.changed == 2)
    #expect(result["parentId"]?.changed == 1)
    #expect(result["scopeAndContent"]?.lost == 1)
    #expect(losses.first { $0.path == "scopeAndContent" }?.line == 2)
  }
}
