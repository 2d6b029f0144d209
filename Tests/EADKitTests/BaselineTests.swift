import Foundation
import Testing

@testable import EADKit

/// Fingerprints that survive moved lines, and the file of known findings.
struct BaselineTests {
  static func fingerprints(_ findings: [Finding]) -> [String] {
    var counter = FingerprintCounter()
    return findings.map { counter.fingerprint(of: $0) }
  }

  static func finding(
    _ rule: String = "date-reversed", file: String = "a.xml", line: Int = 10, _ arguments: [String] = ["1950/1912"],
    path: String = "/ead/archdesc/dsc/c01[3]/did/unitdate/@normal", component: String = "c3"
  ) -> Finding {
    SampleFindings.finding(rule, .error, file, line, 5, arguments, path: path, component: component)
  }

  static func finding(_ arguments: [String]) -> Finding { finding("date-reversed", arguments) }

  /// A file that is gone when the test ends.
  static func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("baseline-\(UUID().uuidString).tsv")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }

  static func written(_ reports: [FileReport]) throws -> String {
    var writer = BaselineWriter()
    for report in reports { writer.add(report) }
    let text = SampleFindings.Text()
    try writer.write { text.value += $0 }
    return text.value
  }

  static func baseline(_ text: String) throws -> Baseline { try withFile(text) { try Baseline(contentsOf: $0) } }

  /// The error that a broken baseline gives.
  static func error(_ text: String) throws -> EADError? {
    try withFile(text) { path in
      do throws(EADError) {
        _ = try Baseline(contentsOf: path)
        return nil
      } catch {
        return error
      }
    }
  }

  // MARK: Fingerprints

  @Test func aFingerprintIs32Digits() {
    for fingerprint in BaselineTests.fingerprints([BaselineTests.finding(), BaselineTests.finding()]) {
      #expect(fingerprint.wholeMatch(of: #/[0-9a-f]{32}/#) != nil)
      #expect(Fingerprint(fingerprint.utf8)?.text == fingerprint)
    }
    #expect(Fingerprint("0".utf8) == nil)
    #expect(Fingerprint(String(repeating: "G", count: 32).utf8) == nil)
  }

  /// Fingerprints are kept in files for years: they must not change from one version to the next.
  @Test func fingerprintsStayWhatTheyAre() throws {
    let url = TestData.fixtures.appendingPathComponent("reports/fingerprint.txt")
    let text = BaselineTests.fingerprints([BaselineTests.finding(), BaselineTests.finding()]).joined(separator: "\n") + "\n"
    if TestData.records, !FileManager.default.fileExists(atPath: url.path) { try Data(text.utf8).write(to: url) }
    #expect(try String(contentsOf: url, encoding: .utf8) == text)
  }

  @Test func placesDoNotCount() {
    let one = BaselineTests.fingerprints([BaselineTests.finding()])
    let same: [Finding] = [
      BaselineTests.finding(line: 4711), BaselineTests.finding(path: "/ead/archdesc/dsc/c01[12]/did/unitdate/@normal"),
      BaselineTests.finding(file: "./a.xml"), BaselineTests.finding(file: ".//a.xml"),
      BaselineTests.finding(file: FileManager.default.currentDirectoryPath + "/a.xml"),
    ]
    for finding in same { #expect(BaselineTests.fingerprints([finding]) == one, "\(finding)") }
  }

  @Test func everythingElseCounts() {
    let different: [Finding] = [
      BaselineTests.finding(), BaselineTests.finding("level-missing"), BaselineTests.finding(file: "b.xml"),
      BaselineTests.finding(["1950/1913"]), BaselineTests.finding(["1950/1912", ""]), BaselineTests.finding(component: "c4"),
      BaselineTests.finding(path: "/ead/archdesc/dsc/c01[3]/did/unitdate"), BaselineTests.finding(["1912"]),
      BaselineTests.finding(["1913"]), BaselineTests.finding(["\u{E9}"]), BaselineTests.finding(["e\u{301}"]),
      BaselineTests.finding(["ab", "c"]), BaselineTests.finding(["a", "bc"]),
    ]
    #expect(Set(different.map { BaselineTests.fingerprints([$0])[0] }).count == different.count)
  }

  @Test func argumentsThatArePlacesDoNotCount() {
    func same(_ rule: String, _ left: [String], _ right: [String]) -> Bool {
      BaselineTests.fingerprints([BaselineTests.finding(rule, left)])
        == BaselineTests.fingerprints([BaselineTests.finding(rule, right)])
    }
    // "… stands on line {0} …"
    #expect(same("baseline-duplicate-line", ["12"], ["57"]))
    #expect(!same("baseline-duplicate-line", ["x"], ["y"]))
    // "… first at {1} …"
    #expect(same("schema-duplicate-id", ["a", "12:9"], ["a", "57:120"]))
    #expect(!same("schema-duplicate-id", ["a", "12:9"], ["b", "12:9"]))
    #expect(!same("schema-duplicate-id", ["a", "1912"], ["a", "1913"]))
    #expect(!same("date-reversed", ["12"], ["57"]))
    #expect(same("date-reversed", ["b.xml:12:3"], ["b.xml:99:1"]))
    #expect(same("date-reversed", ["/ead/c[1]"], ["/ead/c[2]"]))
    #expect(!same("date-reversed", ["1:25000"], ["1:50000"]))
  }

  /// What would be possible depends on what stands around a mistake; what stands there is the mistake.
  @Test func adviceDoesNotCount() {
    for (rule, advice) in FingerprintCounter.advice {
      #expect(MessageCatalog.contains(rule), "\(rule)")
      let marks = (0..<5).map { "<\($0)>" }
      let sentence = MessageCatalog.text(rule, marks, .english)
      let arguments = marks.filter { sentence.contains($0) }
      for index in arguments.indices {
        var other = arguments
        other[index] = "another"
        let pair = [arguments, other].map { BaselineTests.fingerprints([BaselineTests.finding(rule, $0)]) }
        #expect((pair[0] == pair[1]) == advice.contains(index), "\(rule) \(index)")
      }
      #expect(advice.allSatisfy { $0 < arguments.count }, "\(rule)")
    }
  }

  /// Arguments in two languages: the fingerprint is the same whatever the language of the report.
  @Test func wordsOfTheProgram() {
    func argument(_ place: String) -> String {
      LocalizedText { $0 == .french ? "déjà en (\(place)), à corriger" : "first at (\(place)), correct it" }.argument
    }
    func fingerprint(_ argument: String) -> [String] { BaselineTests.fingerprints([BaselineTests.finding([argument])]) }
    #expect(fingerprint(argument("12:9")) == fingerprint(argument("57:120")))
    #expect(fingerprint(argument("12:9")) != fingerprint(argument("a")))
  }

  @Test func positionsAreDigitsInBrackets() {
    func path(_ text: String) -> String { String(decoding: FingerprintCounter.withoutPositions(text), as: UTF8.self) }
    #expect(path("/ead/c01[3]/c02[14]/did") == "/ead/c01/c02/did")
    #expect(path("/a[x]/b[]/c[1") == "/a[x]/b[]/c[1")
  }

  // MARK: Files

  @Test func aBaselineKnowsWhatWasFound() throws {
    let before = [BaselineTests.finding(), BaselineTests.finding("level-missing", line: 20, [])]
    let text = try BaselineTests.written([SampleFindings.report("a.xml", .invalid, before)])
    let baseline = try BaselineTests.baseline(text)
    #expect(baseline.count == 2)
    // Lines moved, a component was put before, and there is one mistake more.
    let after = [
      BaselineTests.finding(line: 1010, path: "/ead/archdesc/dsc/c01[4]/did/unitdate/@normal"),
      BaselineTests.finding("level-missing", line: 1020, []), BaselineTests.finding(["2000/1999"]),
    ]
    let known = BaselineTests.fingerprints(after).map { baseline.contains($0) }
    #expect(known == [true, true, false])
    #expect(!baseline.contains("") && !baseline.contains("level-missing"))
  }

  @Test func oftenerThanBeforeCounts() throws {
    let twice = [BaselineTests.finding(line: 1), BaselineTests.finding(line: 2)]
    let baseline = try BaselineTests.baseline(BaselineTests.written([SampleFindings.report("a.xml", .invalid, twice)]))
    let now = (1...4).map { BaselineTests.finding(line: $0 * 7) }
    #expect(BaselineTests.fingerprints(now).map { baseline.contains($0) } == [true, true, false, false])
  }

  @Test func theFileIsSortedAndReadable() throws {
    let reports = [
      SampleFindings.report("b.xml", .invalid, [BaselineTests.finding(file: "b.xml"), BaselineTests.finding(file: "b.xml")]),
      SampleFindings.report(
        "a.xml", .invalid, [BaselineTests.finding(line: 30), BaselineTests.finding("level-missing", line: 20, ["\t\n"])]),
    ]
    let text = try BaselineTests.written(reports)
    #expect(text == (try BaselineTests.written(reports.reversed())))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.count == 7 && lines[6].isEmpty)
    #expect(lines[0] == "# ead-convert baseline 1")
    let rows = lines[2..<6].map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    #expect(rows.allSatisfy { $0.count == 5 })
    #expect(rows.map { $0[2] } == ["a.xml", "a.xml", "b.xml", "b.xml"])
    #expect(rows.map { $0[1] } == ["date-reversed", "level-missing", "date-reversed", "date-reversed"])
    #expect(rows[0][3] == "/ead/archdesc/dsc/c01/did/unitdate/@normal")
    #expect(rows[0][4].contains("1950/1912"))
    #expect(try BaselineTests.baseline(text).count == 4)
  }

  @Test func hostileFindingsMakeNoLines() throws {
    let text = try BaselineTests.written(FindingReportTests.hostileReports)
    #expect(!text.unicodeScalars.contains { FindingReportTests.isDangerous($0) && $0 != "\t" })
    let readable = FindingReportTests.hostileReports.filter { $0.verdict != .unreadable }
    #expect(try BaselineTests.baseline(text).count == readable.reduce(0) { $0 + $1.findings.count })
  }

  @Test func whatCouldNotBeReadIsNeverKnown() throws {
    var writer = BaselineWriter()
    writer.add(SampleFindings.report("a.xml", .unreadable, [BaselineTests.finding()]))
    var cut = SampleFindings.report("b.xml", .invalid, [BaselineTests.finding(file: "b.xml")])
    cut.omitted = 4
    writer.add(cut)
    #expect(writer.count == 1 && writer.unreadable == 1 && writer.omitted == 4)
  }

  @Test func lineEndsOfOtherSystems() throws {
    let text = try BaselineTests.written([SampleFindings.report("a.xml", .invalid, [BaselineTests.finding()])])
    let other = "\u{FEFF}" + text.replacing("\n", with: "\r\n") + "\r\n# a remark"
    let baseline = try BaselineTests.baseline(other)
    #expect(baseline.count == 1)
    #expect(baseline.contains(BaselineTests.fingerprints([BaselineTests.finding()])[0]))
    #expect(try BaselineTests.baseline("# ead-convert baseline 1").count == 0)
  }

  @Test func brokenFiles() throws {
    let row = "0123456789abcdef0123456789abcdef\tdate-reversed\ta.xml\t/ead\tmessage"
    let first = "# ead-convert baseline 1\n"
    let cases: [(String, String, Int)] = [
      ("", "baseline-no-baseline", 1), ("<ead/>\n", "baseline-no-baseline", 1),
      ("# ead-convert baseline 2\n", "baseline-no-baseline", 1),
      (first + row + "\n<<<<<<< HEAD\n", "baseline-broken-line", 3),
      (first + "0123\tdate-reversed\ta.xml\t/ead\tmessage\n", "baseline-broken-line", 2),
      (first + row.uppercased() + "\n", "baseline-broken-line", 2),
      (first + "\n" + row.prefix(50) + "\n", "baseline-broken-line", 3),
      (first + String(repeating: "x", count: 3_000_000), "baseline-broken-line", 2),
      (first + row + "\n" + row + "\n", "baseline-duplicate-line", 3),
    ]
    for (text, rule, line) in cases {
      let finding = try BaselineTests.error(text)?.finding
      #expect(finding?.rule == rule && finding?.line == line, "\(text.prefix(60))")
    }
    #expect(try BaselineTests.error(first + row + "\n") == nil)
    #expect(throws: EADError.self) { try Baseline(contentsOf: "/nonexistent/baseline.tsv") }
    #expect(throws: EADError.self) { try Baseline(contentsOf: "/") }
  }
}
