import Foundation
import Testing

@testable import EADKit

/// What a run found, for tests of reports.
enum SampleFindings {
  static func header(_ language: MessageLanguage = .english) -> ReportHeader {
    ReportHeader(
      toolVersion: "1.2.3", commandLine: ["ead-convert", "validate", "fonds d'Île.xml", "lot/b.xml", "-"],
      schemas: [ReportHeader.Schema(id: "ead-1.1.0-easvalidator.rng", digest: String(repeating: "0f", count: 32))],
      profile: "default", language: language)
  }

  static func finding(
    _ rule: String, _ severity: Severity, _ file: String, _ line: Int, _ column: Int, _ arguments: [String] = [],
    path: String = "", component: String = "", title: String = "", offset: Int = -1, source: String? = nil
  ) -> Finding {
    var finding = Finding(
      rule: rule, severity: severity, file: file, line: line, column: column, component: component, arguments: arguments)
    finding.path = path
    finding.componentTitle = title
    finding.offset = offset
    finding.sourceLine = source
    return finding
  }

  static func report(
    _ file: String, _ verdict: FileReport.Verdict, _ findings: [Finding], schemas: [String] = ["ead-1.1.0-easvalidator.rng"]
  ) -> FileReport {
    var report = FileReport(file: file)
    report.verdict = verdict
    report.schemas = schemas
    report.findings = findings
    for finding in findings {
      report.countByRule[finding.rule, default: 0] += 1
      report.countBySeverity[finding.severity, default: 0] += 1
    }
    return report
  }

  /// A file with errors, one that is valid, one that cannot be read, one that was not looked at.
  static let reports: [FileReport] = {
    let first = "fonds d'Île.xml"
    var invalid = report(
      first, .invalid,
      [
        finding(
          "date-reversed", .error, first, 12, 9, ["1950/1912"],
          path: "/ead/archdesc/dsc/c01[3]/did/unitdate/@normal", component: "FRAC01_0012", title: "Registres paroissiaux",
          offset: 512, source: "        <unitdate normal=\"1950/1912\">1912-1950</unitdate>"),
        finding(
          "level-missing", .warning, first, 20, 5, [], path: "/ead/archdesc/dsc/c01[4]", component: "FRAC01_0013",
          offset: 900),
        finding(
          "date-reversed", .error, first, 31, 9, ["{2000}/1999"], path: "/ead/archdesc/dsc/c01[5]/did/unitdate/@normal",
          title: "Délibérations & arrêtés"),
        finding("missing-eadid", .note, first, 0, 0, ["x"]),
      ])
    invalid.omitted = 812
    invalid.countByRule["date-reversed", default: 0] += 812
    invalid.countBySeverity[.error, default: 0] += 812
    invalid.known = 2
    invalid.silenced = [
      FileReport.Silenced(rule: "level-undefined", reason: "voulu par le service", line: 3, count: 7),
      FileReport.Silenced(rule: "title-missing", reason: "", line: 4, count: 1),
    ]
    let unreadable = report(
      "-", .unreadable, [finding("xml-truncated", .error, "-", 40, 1, ["c01, dsc"])], schemas: [])
    return [
      invalid, report("lot/b.xml", .valid, []), unreadable, report("lot/c.xml", .notChecked, [], schemas: []),
    ]
  }()

  /// The rule's page, as the tests explain rules.
  static func page(_ rule: String) -> String? {
    guard rule == "date-reversed" else { return nil }
    return """
      # date-reversed

      A period **ends before** it begins: `1950/1912`.

      ## Bad

      ```xml
      <unitdate normal="1950/1912">
      ```

      - Look at the document.
      - Correct `@normal`, see [the page](http://example.org/).

      """
  }

  final class Text {
    var value = ""
  }

  /// What a report writes for some documents.
  static func written(
    _ reports: [FileReport], language: MessageLanguage = .english, accepted: Bool? = nil,
    by make: (@escaping ReportSink) -> any FindingReport
  ) throws -> String {
    let text = Text()
    var writer = make { text.value += $0 }
    try writer.begin(header(language))
    var summary = ReportSummary()
    for report in reports {
      summary.add(report)
      try writer.add(report)
    }
    summary.isAccepted = accepted
    if let accepted { summary.acceptance = accepted ? "0 errors <= 5." : "815 errors > 5." }
    try writer.end(summary)
    return text.value
  }

  static func written(
    _ format: FindingReportFormat, _ reports: [FileReport], language: MessageLanguage = .english, colour: Bool = false,
    accepted: Bool? = nil
  ) throws -> String {
    try written(reports, language: language, accepted: accepted) { sink in
      // The moment of a JUnit report comes from the environment, which is not the same on every machine.
      if format == .junit { return JUnitFindingReport(sink: sink, language: language, sourceDateEpoch: "1700000000") }
      return format.report(language: language, colour: colour, page: page, to: sink)
    }
  }
}

/// Programs that judge what the tests write.
enum Judge {
  /// Runs a program with the text in a file of this name; nil, with a visible message, when the program is missing or
  /// ends with 127.
  static func run(_ arguments: [String], on text: String, named name: String) throws -> (status: Int32, output: String)? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reports-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments + [file.path]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus == 127 {
      FileHandle.standardError.write(Data("skipped: cannot run \(arguments[0]), or something it needs is missing\n".utf8))
      return nil
    }
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }

  /// Validates SARIF with Python's jsonschema.
  static func sarif(_ text: String) throws {
    guard let schema = TestData.shared("conformance/sarif/sarif-schema-2.1.0.json") else { return }
    let program = """
      import json, sys
      try:
        import jsonschema
      except ImportError:
        sys.exit(127)
      schema = json.load(open(sys.argv[1]))
      errors = list(jsonschema.Draft4Validator(schema).iter_errors(json.load(open(sys.argv[2], encoding="utf-8"))))
      for error in errors: print(list(error.path), error.message[:400])
      sys.exit(1 if errors else 0)
      """
    guard let result = try run(["python3", "-c", program, schema.path], on: text, named: "report.sarif") else { return }
    #expect(result.status == 0, "\(result.output)")
  }

  /// Validates JUnit's XML with xmllint.
  static func junit(_ text: String) throws {
    guard let schema = TestData.shared("conformance/junit/JUnit.xsd") else { return }
    let command = ["xmllint", "--nonet", "--noout", "--huge", "--schema", schema.path]
    guard let result = try run(command, on: text, named: "report.xml") else { return }
    #expect(result.status == 0, "\(result.output)")
  }
}

/// Reports of findings in their seven formats.
struct FindingReportTests {
  static let golden: [(name: String, format: FindingReportFormat, language: MessageLanguage)] = [
    ("text.en.txt", .text, .english), ("text.fr.txt", .text, .french), ("report.json", .json, .english),
    ("report.jsonl", .jsonl, .english), ("report.sarif", .sarif, .english), ("junit.xml", .junit, .english),
    ("github.en.txt", .github, .english), ("report.en.html", .html, .english), ("report.fr.html", .html, .french),
  ]

  @Test(arguments: golden.indices) func goldenFile(_ index: Int) throws {
    let (name, format, language) = FindingReportTests.golden[index]
    let text = try SampleFindings.written(format, SampleFindings.reports, language: language, accepted: false)
    let url = TestData.fixtures.appendingPathComponent("reports").appendingPathComponent(name)
    if TestData.records {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    #expect(try Array(Data(contentsOf: url)) == Array(text.utf8), "\(name) is not what is written now")
  }

  @Test func formatsByEnding() {
    let endings: [(String, FindingReportFormat?)] = [
      ("a.txt", .text), ("a.json", .json), ("a.jsonl", .jsonl), ("a.sarif", .sarif), ("a.SARIF.json", .sarif),
      ("out/a.xml", .junit), ("a.html", .html), ("a.csv", nil), ("a", nil), (".json", nil),
    ]
    for (path, format) in endings { #expect(FindingReportFormat(path: path) == format, "\(path)") }
  }

  @Test func everyReportSaysWhatMadeIt() throws {
    for format in FindingReportFormat.allCases {
      let text = try SampleFindings.written(format, SampleFindings.reports)
      #expect(text.contains("1.2.3"), "\(format): version")
      #expect(text.contains(String(repeating: "0f", count: 32)), "\(format): digest of the schema")
      #expect(text.contains("lot/b.xml"), "\(format): command line")
      #expect(text.contains("812"), "\(format): what is not listed")
      #expect(text == (try SampleFindings.written(format, SampleFindings.reports)), "\(format): the same again")
    }
  }

  @Test func everyReportWritesAnEmptyRun() throws {
    for format in FindingReportFormat.allCases {
      let text = try SampleFindings.written(format, [], accepted: true)
      #expect(text.contains("1.2.3"), "\(format)")
      if format == .sarif { try Judge.sarif(text) }
      if format == .junit { try Judge.junit(text) }
    }
  }

  // MARK: Text

  @Test func linesOfText() throws {
    let text = try SampleFindings.written(.text, SampleFindings.reports)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(
      lines[0].hasPrefix("fonds d'Île.xml:12:9: error: ")
        && lines[0].hasSuffix("(component FRAC01_0012: “Registres paroissiaux”) [date-reversed]"))
    #expect(lines[3].hasPrefix("fonds d'Île.xml: note: ") && lines[3].hasSuffix(" [missing-eadid]"))
    #expect(lines[4].hasPrefix("fonds d'Île.xml: … ") && lines[4].contains(": 812."))
    #expect(lines[5].hasPrefix("-:40:1: error: "))
    #expect(text.contains("Files: 4 (valid: 1; with errors: 1; unreadable: 1; not checked: 1)"))
    #expect(text.contains("Findings: 817 (errors: 815; warnings: 1; notes: 1)"))
    #expect(text.contains("     814  date-reversed\n"))
    #expect(text.contains("fonds d'Île.xml:3: level-undefined, silenced: 7, reason: voulu par le service\n"))
    #expect(!text.contains("\u{1B}"))
  }

  @Test func colourIsOnlyTheWordOfSeverity() throws {
    let plain = try SampleFindings.written(.text, SampleFindings.reports)
    let coloured = try SampleFindings.written(.text, SampleFindings.reports, colour: true)
    #expect(coloured.contains("fonds d'Île.xml:12:9: \u{1B}[31merror\u{1B}[0m: "))
    #expect(coloured.contains(": \u{1B}[33mwarning\u{1B}[0m: "))
    #expect(coloured.replacing(#/\u{1B}\[\d+m/#, with: "") == plain)
  }

  // MARK: JSON

  static func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func json() throws {
    let all = try FindingReportTests.object(SampleFindings.written(.json, SampleFindings.reports))
    #expect(all["tool"] as? String == "ead-convert")
    #expect((all["commandLine"] as? [String])?.count == 5)
    let files = try #require(all["files"] as? [[String: Any]])
    #expect(files.map { $0["verdict"] as? String } == ["invalid", "valid", "unreadable", "not-checked"])
    #expect(files[0]["omitted"] as? Int == 812 && files[0]["known"] as? Int == 2)
    let findings = try #require(files[0]["findings"] as? [[String: Any]])
    #expect(findings.count == 4)
    #expect(findings[0]["line"] as? Int == 12 && findings[0]["offset"] as? Int == 512)
    #expect(findings[3]["line"] is NSNull && findings[3]["column"] is NSNull && findings[3]["offset"] is NSNull)
    #expect(Set(findings.compactMap { $0["fingerprint"] as? String }).count == 4)
    let summary = try #require(all["summary"] as? [String: Any])
    #expect(summary["files"] as? Int == 4 && summary["unreadable"] as? Int == 1)
    #expect(summary["accepted"] is NSNull)
    #expect((summary["counts"] as? [String: Int])?["error"] == 815)
  }

  /// Arguments that are words of the program are in the language of the report.
  @Test func argumentsOfTheReportsLanguage() throws {
    let words = LocalizedText { $0 == .french ? "un mot" : "a word" }.argument
    let finding = SampleFindings.finding("date-reversed", .error, "a.xml", 1, 1, [words])
    let report = SampleFindings.report("a.xml", .invalid, [finding])
    for format in FindingReportFormat.allCases {
      let text = try SampleFindings.written(format, [report], language: .french)
      #expect(text.contains("un mot") && !text.contains("a word"), "\(format)")
    }
    #expect(try SampleFindings.written(.json, [report], language: .french).contains("\"arguments\":[\"un mot\"]"))
  }

  @Test func jsonLines() throws {
    let lines = try SampleFindings.written(.jsonl, SampleFindings.reports).split(separator: "\n")
    let types = try lines.map { try FindingReportTests.object($0)["type"] as? String }
    #expect(
      types == [
        "header", "file", "finding", "finding", "finding", "finding", "file", "file", "finding", "file", "summary",
      ])
  }

  // MARK: SARIF

  @Test func sarif() throws {
    let text = try SampleFindings.written(.sarif, SampleFindings.reports)
    try Judge.sarif(text)
    let log = try FindingReportTests.object(text)
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    #expect(run["columnKind"] as? String == "unicodeCodePoints")
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]])
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == 5)
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
    }
    #expect((rules[0]["help"] as? [String: Any])?["markdown"] as? String == SampleFindings.page("date-reversed"))
    func physical(_ result: [String: Any]) -> [String: Any]? {
      (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
    }
    let artifact = physical(results[0])?["artifactLocation"] as? [String: Any]
    #expect(artifact?["uri"] as? String == "fonds%20d%27%C3%8Ele.xml")
    #expect(artifact?["uriBaseId"] as? String == "%SRCROOT%")
    let region = physical(results[0])?["region"] as? [String: Any]
    #expect(region?["startLine"] as? Int == 12 && region?["startColumn"] as? Int == 9 && region?["byteOffset"] as? Int == 512)
    #expect(physical(results[3])?["region"] == nil)
    #expect((physical(results[4])?["artifactLocation"] as? [String: Any])?["uri"] as? String == "stdin")
    // Braces of the document are no placeholders.
    #expect(((results[2]["message"] as? [String: Any])?["text"] as? String)?.contains("{{2000}}/1999") == true)
    let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
    #expect(invocation["executionSuccessful"] as? Bool == false)
    #expect((invocation["toolExecutionNotifications"] as? [[String: Any]])?.count == 1)
  }

  @Test func uris() {
    let paths = ReportPath(workingDirectory: "/srv/lot 1")
    let cases: [(String, String, Bool)] = [
      ("a.xml", "a.xml", true), ("./b//c.xml", "b/c.xml", true), ("/srv/lot 1/d.xml", "d.xml", true),
      ("/srv/lot 12/d.xml", "file:///srv/lot%2012/d.xml", false), ("../e.xml", "file:///srv/e.xml", false),
      ("../../../../e.xml", "file:///e.xml", false), ("mailto:x.xml", "mailto%3Ax.xml", true), ("100%.xml", "100%25.xml", true),
      ("é?#.xml", "%C3%A9%3F%23.xml", true), ("-", "stdin", false), ("a/\u{301}b.xml", "a/%CC%81b.xml", true),
    ]
    for (file, uri, isRelative) in cases {
      let found = paths.uri(file)
      #expect(found.text == uri && found.isRelative == isRelative, "\(file)")
    }
  }

  // MARK: JUnit

  @Test func junit() throws {
    let text = try SampleFindings.written(.junit, SampleFindings.reports, accepted: false)
    try Judge.junit(text)
    // Warnings and notes have a test case that passes.
    #expect(text.contains("tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"0\""))
    #expect(text.contains("<testcase name=\"level-missing\" classname=\"fonds d'Île.xml\" time=\"0\"></testcase>"))
    #expect(text.contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""))
    // What made a document unreadable is one error, and not a failure besides.
    #expect(text.contains("tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""))
    #expect(text.contains("<testcase name=\"readable\" classname=\"-\" time=\"0\"><error type=\"unreadable\""))
    #expect(text.contains("<failure type=\"acceptance\" message=\"815 errors &gt; 5.\">"))
    #expect(text.contains("timestamp=\"2023-11-14T22:13:20\""))
  }

  @Test func timestamps() {
    #expect(JUnitFindingReport.timestamp(0) == "1970-01-01T00:00:00")
    #expect(JUnitFindingReport.timestamp(951_782_400) == "2000-02-29T00:00:00")
    #expect(JUnitFindingReport.timestamp(-1) == "1970-01-01T00:00:00")
    #expect(JUnitFindingReport.timestamp(Int.max) == "1970-01-01T00:00:00")
  }

  // MARK: GitHub

  @Test func github() throws {
    let text = try SampleFindings.written(.github, SampleFindings.reports)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("::error file=fonds d'Île.xml,line=12,col=9,title=date-reversed::"))
    #expect(lines[1].hasPrefix("::warning file=fonds d'Île.xml,line=20,col=5,"))
    #expect(lines[3].hasPrefix("::notice file=fonds d'Île.xml,title=missing-eadid::"))
    #expect(lines[5].hasPrefix("::error title=xml-truncated::"))
    #expect(lines.last?.hasPrefix("::notice title=Summary::") == true)
    #expect(lines.last?.contains("%0AFindings: 817") == true)
  }

  @Test func githubKeepsANoticeForTheSummary() throws {
    let notes = (1...30).map { SampleFindings.finding("missing-eadid", .note, "a.xml", $0, 1, []) }
    let text = try SampleFindings.written(.github, [SampleFindings.report("a.xml", .valid, notes)])
    let lines = text.split(separator: "\n")
    #expect(lines.count == 31)
    #expect(lines.filter { $0.hasPrefix("::notice ") }.count == 10)
    #expect(lines.filter { $0.hasPrefix("- a.xml:") }.count == 21)
  }

  @Test func githubEscapes() {
    #expect(GitHubFindingReport.property("a,b:c%d") == "a%2Cb%3Ac%25d")
    #expect(GitHubFindingReport.data("a,b:c%d") == "a,b:c%25d")
    #expect(!GitHubFindingReport.data("a\r\n::error::b").unicodeScalars.contains { $0 == "\r" || $0 == "\n" })
  }

  // MARK: HTML

  /// Names of all tags of a page.
  static func tags(_ page: String) -> Set<String> { Set(page.matches(of: #/<\/?([A-Za-z!][A-Za-z0-9]*)/#).map { String($0.1) }) }

  static let allowedTags: Set<String> = [
    "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "h4", "p", "ul", "li", "strong",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "a", "code", "pre", "span", "bdi", "br", "wbr", "small", "section",
    "details", "summary",
  ]

  @Test func html() throws {
    let page = try SampleFindings.written(.html, SampleFindings.reports, accepted: false)
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
    #expect(FindingReportTests.tags(page).isSubset(of: FindingReportTests.allowedTags))
    #expect(page.matches(of: #/href="(?!#rule-\d+")/#).isEmpty)
    #expect(page.matches(of: #/(src|action|style)=/#).isEmpty)
    #expect(page.contains("<strong>Delivery refused.</strong> 815 errors &gt; 5."))
    #expect(page.contains("&lt;unitdate normal=&quot;1950/1912&quot;&gt;1912-1950&lt;/unitdate&gt;</code>"))
    #expect(page.contains("<p>A period <strong>ends before</strong> it begins: <code>1950/1912</code>.</p>"))
    #expect(page.contains("<ul>\n<li>Look at the document.</li>\n<li>Correct <code>@normal</code>, see [the page](http"))
    // Every link has its target, every rule its section.
    for match in page.matches(of: #/href="#(rule-\d+)"/#) { #expect(page.contains("id=\"\(match.1)\"")) }
    #expect(page.matches(of: #/<section /#).count == 4)
    let french = try SampleFindings.written(.html, SampleFindings.reports, language: .french)
    #expect(french.contains("<html lang=\"fr\">") && french.contains("avertissement"))
  }

  @Test func htmlSaysWhatItLeavesOut() throws {
    var limits = HTMLFindingReport.Limits()
    limits.ofRule = 5
    limits.total = 7
    limits.ofRuleAlways = 2
    limits.files = 3
    let files = (0..<10).map { file in
      SampleFindings.report(
        "f\(file).xml", .invalid,
        (0...file).flatMap { line in
          ["date-reversed", "level-missing", "title-missing"].map {
            SampleFindings.finding($0, .error, "f\(file).xml", line + 1, 1, ["<\(line)>"])
          }
        })
    }
    let page = try SampleFindings.written(files) { HTMLFindingReport(sink: $0, language: .english, limits: limits) }
    // 55 of each rule: every rule has its two, the places left go to those that come first.
    let rows = page.matches(of: #/<tr><td class="number">\d+:1<\/td>/#).count
    #expect(rows == 7)
    let unlisted = page.matches(of: #/for this rule but not listed on this page: (\d+)/#).compactMap { Int($0.1) }
    #expect(unlisted.reduce(0, +) == 3 * 55 - 7)
    #expect(page.contains("Other files with findings, not listed on this page: 7."))
    // The files with the most errors stay.
    #expect(page.contains("<th scope=\"row\"><bdi>f9.xml</bdi></th>"))
    #expect(!page.contains("<th scope=\"row\"><bdi>f6.xml</bdi></th>"))
  }

  // MARK: Hostile content

  static let hostile = [
    "</script><script>alert(1)</script>", "\" onmouseover=\"alert(1)", "]]><!--", "&amp;&#60;b>", "::error file=x::y",
    "\r\n::set-env name=PATH::/tmp\n::error::z", "##[error]boo", "\u{1B}]0;title\u{7}\u{1B}[31m", "\u{0}\u{8}\u{7F}\u{9B}31m",
    "\u{202E}gnp.exe\u{2066}\u{200F}\u{61C}", "a\u{2028}b\u{2029}c\u{85}d", "\u{FFFE}\u{FFFF}\u{FEFF}\u{10FFFF}",
    "[click](http://example.org/)", "{0} {1} {", "%0A%25", "\\", "e\u{301}/\u{301}",
  ]

  static let hostileReports: [FileReport] = {
    let long = String(repeating: "très long ", count: 10_000)
    return (hostile + [long]).enumerated().map { index, text in
      let file = index == hostile.count ? "long.xml" : "dir/\(text).xml"
      var report = SampleFindings.report(
        file, index % 3 == 2 ? .unreadable : .invalid,
        Severity.allCases.map {
          SampleFindings.finding(
            "date-reversed", $0, file, 3, 4, [text], path: "/ead/\(text)", component: text, title: text, offset: 9,
            source: text)
        } + [SampleFindings.finding("local " + String(text.prefix(40)), .error, file, 5, 6, [text, text])])
      report.silenced = [FileReport.Silenced(rule: text, reason: text, line: 1, count: 2)]
      report.omitted = 3
      return report
    }
  }()

  /// What a terminal obeys, or what turns the direction of writing.
  static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0x200E, 0x200F, 0x061C: true
    default: false
    }
  }

  @Test(arguments: FindingReportFormat.allCases) func nothingDangerousReachesATerminal(_ format: FindingReportFormat) throws {
    let text = try SampleFindings.written(format, FindingReportTests.hostileReports)
    #expect(text.utf8.count > 1000)
    #expect(!text.unicodeScalars.contains(where: FindingReportTests.isDangerous))
  }

  @Test func hostileText() throws {
    let reports = FindingReportTests.hostileReports
    let text = try SampleFindings.written(.text, reports)
    let lines = text.split(separator: "\n\n", maxSplits: 1)[0].split(separator: "\n")
    // A line a finding, and one for what is not listed.
    #expect(lines.count == reports.count * 5)
  }

  @Test func hostileJSON() throws {
    let reports = FindingReportTests.hostileReports
    let all = try FindingReportTests.object(SampleFindings.written(.json, reports))
    let files = try #require(all["files"] as? [[String: Any]])
    #expect(files.count == reports.count)
    for (file, report) in zip(files, reports) {
      #expect((file["file"] as? String)?.utf8.elementsEqual(report.file.utf8) == true)
      let finding = (file["findings"] as? [[String: Any]])?.first
      let argument = (finding?["arguments"] as? [String])?.first
      #expect(argument?.utf8.elementsEqual(report.findings[0].arguments[0].utf8) == true, "\(report.file)")
    }
    for line in try SampleFindings.written(.jsonl, reports).split(separator: "\n") {
      #expect(try FindingReportTests.object(line)["type"] is String)
    }
  }

  @Test func hostileSARIF() throws {
    let text = try SampleFindings.written(.sarif, FindingReportTests.hostileReports)
    try Judge.sarif(text)
    let log = try FindingReportTests.object(text)
    let results = try #require((log["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]])
    #expect(results.count == FindingReportTests.hostileReports.count * 4)
    for result in results {
      let message = (result["message"] as? [String: Any])?["text"] as? String
      // Links within messages: what a document says never is one.
      #expect(message?.contains("](") == false)
    }
  }

  @Test func hostileJUnit() throws {
    let text = try SampleFindings.written(.junit, FindingReportTests.hostileReports)
    try Judge.junit(text)
    #expect(!text.contains("<script") && !text.contains("<!--"))
  }

  @Test func hostileGitHub() throws {
    let text = try SampleFindings.written(.github, FindingReportTests.hostileReports)
    let commands = ["::error ", "::warning ", "::notice "]
    for line in text.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }).map(String.init) {
      if line.hasPrefix("- ") {
        #expect(!line.contains("##["))
        continue
      }
      #expect(commands.contains { line.hasPrefix($0) }, "\(line.prefix(80))")
      // The first two colons after the name of the command end its properties: none of them comes from a document.
      let rest = line.drop { $0 != " " }
      let properties = rest.firstRange(of: "::").map { rest[..<$0.lowerBound] } ?? ""
      for property in properties.dropFirst().split(separator: ",") {
        #expect(["file", "line", "col", "title"].contains(String(property.prefix { $0 != "=" })), "\(line.prefix(80))")
      }
      #expect(line.unicodeScalars.count < 10_000)
    }
  }

  @Test func hostileHTML() throws {
    let page = try SampleFindings.written(.html, FindingReportTests.hostileReports)
    #expect(FindingReportTests.tags(page).isSubset(of: FindingReportTests.allowedTags))
    #expect(!page.contains("<script") && !page.contains("<!--"))
    // Whatever a document says stands between tags, never in one.
    for tag in page.matches(of: #/<[a-z][^>]*>/#) {
      #expect(!tag.0.contains("onmouseover") && !tag.0.contains("://"), "\(tag.0)")
    }
    #expect(page.matches(of: #/href="(?!#rule-\d+")/#).isEmpty)
    #expect(page.utf8.count < 100_000)
  }
}
