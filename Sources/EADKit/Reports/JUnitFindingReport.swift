import Glibc

/// JUnit's XML, as build servers read it: a test suite for each document, with a test case that says whether it could be
/// read and one for each rule that has findings; errors fail it.
///
/// Warnings and notes do not fail a test case, as they do not fail the command; `system-out` lists every finding of the
/// document. A last suite says what made the report and whether the delivery is accepted.
struct JUnitFindingReport: FindingReport {
  let sink: ReportSink
  let language: MessageLanguage
  private let timestamp: String
  private var header: ReportHeader?
  private var suites = 0

  /// - Parameter sourceDateEpoch: Seconds since 1970 that stand for now, so that the same input gives the same report; the
  ///   environment's `SOURCE_DATE_EPOCH` when nil, and 1970 when there is none.
  init(sink: @escaping ReportSink, language: MessageLanguage, sourceDateEpoch: String? = nil) {
    self.sink = sink
    self.language = language
    let epoch = sourceDateEpoch ?? getenv("SOURCE_DATE_EPOCH").map { String(cString: $0) }
    timestamp = JUnitFindingReport.timestamp(epoch.flatMap { Int($0) } ?? 0)
  }

  /// `YYYY-MM-DDThh:mm:ss` in universal time; what is no date of four-digit years is the start of 1970.
  static func timestamp(_ seconds: Int) -> String {
    guard (0..<253_402_300_800).contains(seconds) else { return timestamp(0) }
    var moment = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&moment, &parts) != nil else { return "1970-01-01T00:00:00" }
    func digits(_ value: Int32, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(width - text.utf8.count, 0)) + text
    }
    return "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
      + "T\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
  }

  mutating func begin(_ header: ReportHeader) throws(EADError) {
    self.header = header
    try sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
  }

  mutating func add(_ report: FileReport) throws(EADError) {
    // Rules in the order of their first finding; a report keeps a bounded number of findings.
    var order: [String] = []
    var byRule: [String: [Finding]] = [:]
    let fatal = JUnitFindingReport.fatal(report)
    for (index, finding) in report.findings.enumerated() where index != fatal {
      if byRule[finding.rule] == nil { order.append(finding.rule) }
      byRule[finding.rule, default: []].append(finding)
    }
    let failures = order.count { byRule[$0]?.contains { $0.severity == .error } == true }
    try open(
      report.file, tests: order.count + 1, failures: failures, errors: report.verdict == .unreadable ? 1 : 0,
      skipped: report.verdict == .notChecked ? 1 : 0)
    try sink("<properties>\n")
    try property("verdict", report.verdict.rawValue)
    for schema in report.schemas { try property("schema", schema) }
    try property("findings-not-listed", String(report.omitted))
    try property("findings-in-baseline", String(report.known))
    try property("findings-silenced", String(report.silenced.reduce(0) { $0 + $1.count }))
    try sink("</properties>\n")
    try readable(report)
    for rule in order { try testCase(rule, byRule[rule] ?? [], report) }
    try sink("<system-out>")
    for finding in report.findings { try sink(XMLText.escaped(ReportText.line(finding, language)) + "\n") }
    if report.omitted > 0 {
      try sink(XMLText.escaped(MessageCatalog.text("findings-omitted", [String(report.omitted)], language)) + "\n")
    }
    for entry in report.silenced {
      try sink(XMLText.escaped(ReportText.silenced(entry, in: report.file, language)) + "\n")
    }
    try sink("</system-out>\n<system-err></system-err>\n</testsuite>\n")
  }

  mutating func end(_ summary: ReportSummary) throws(EADError) {
    let tool = header?.toolName ?? "ead-convert"
    let isRefused = summary.isAccepted == false
    try open(tool, tests: summary.isAccepted == nil ? 0 : 1, failures: isRefused ? 1 : 0, errors: 0, skipped: 0)
    try sink("<properties>\n")
    if let header {
      try property("version", header.toolVersion)
      try property("command-line", ReportText.command(header.commandLine))
      try property("profile", header.profile)
      for schema in header.schemas { try property("sha256 " + schema.id, schema.digest) }
    }
    try sink("</properties>\n")
    if summary.isAccepted != nil {
      try sink("<testcase name=\"acceptance\" classname=\"\(XMLText.attribute(tool))\" time=\"0\">")
      if isRefused { try sink("<failure type=\"acceptance\" message=\"\(XMLText.attribute(summary.acceptance))\"></failure>") }
      try sink("</testcase>\n")
    }
    try sink("<system-out>")
    for line in ReportText.summary(summary, language) { try sink(XMLText.escaped(ReportText.oneLine(line)) + "\n") }
    for (rule, count) in ReportText.frequent(summary.countByRule) {
      try sink("\(count) \(XMLText.escaped(ReportText.oneLine(rule)))\n")
    }
    try sink("</system-out>\n<system-err></system-err>\n</testsuite>\n</testsuites>\n")
  }

  private mutating func open(_ name: String, tests: Int, failures: Int, errors: Int, skipped: Int) throws(EADError) {
    try sink(
      "<testsuite name=\"\(XMLText.attribute(name))\" package=\"\(XMLText.attribute(header?.toolName ?? "ead-convert"))\" "
        + "id=\"\(suites)\" timestamp=\"\(timestamp)\" hostname=\"localhost\" tests=\"\(tests)\" failures=\"\(failures)\" "
        + "errors=\"\(errors)\" skipped=\"\(skipped)\" time=\"0\">\n")
    suites += 1
  }

  private func property(_ name: String, _ value: String) throws(EADError) {
    try sink("<property name=\"\(XMLText.attribute(name))\" value=\"\(XMLText.attribute(value))\"/>\n")
  }

  /// The test case that every document has: it passes when the document could be read to its end.
  private func readable(_ report: FileReport) throws(EADError) {
    try sink("<testcase name=\"readable\" classname=\"\(XMLText.attribute(report.file))\" time=\"0\">")
    switch report.verdict {
    case .valid, .invalid: break
    case .unreadable:
      let reason = JUnitFindingReport.fatal(report).map { report.findings[$0] }
      let text = reason.map { $0.message(language) } ?? ReportText.verdict(.unreadable, language)
      let line = reason.map { ReportText.line($0, language) } ?? ""
      try sink(
        "<error type=\"unreadable\" message=\"\(XMLText.attribute(ReportText.cut(text, 1000)))\">\(XMLText.escaped(line))</error>"
      )
    case .notChecked:
      try sink("<skipped message=\"\(XMLText.attribute(ReportText.verdict(.notChecked, language)))\"></skipped>")
    }
    try sink("</testcase>\n")
  }

  /// The finding that says why a document could not be read: the last error, for nothing was read after it.
  private static func fatal(_ report: FileReport) -> Int? {
    report.verdict == .unreadable ? report.findings.lastIndex { $0.severity == .error } : nil
  }

  private func testCase(_ rule: String, _ findings: [Finding], _ report: FileReport) throws(EADError) {
    try sink("<testcase name=\"\(XMLText.attribute(rule))\" classname=\"\(XMLText.attribute(report.file))\" time=\"0\">")
    if let first = findings.first(where: { $0.severity == .error }) {
      let message = ReportText.cut(first.message(language), 1000)
      try sink("<failure type=\"\(XMLText.attribute(rule))\" message=\"\(XMLText.attribute(message))\">")
      for finding in findings { try sink(XMLText.escaped(ReportText.line(finding, language)) + "\n") }
      try sink("</failure>")
    }
    try sink("</testcase>\n")
  }
}

/// Text on its way into XML 1.0.
enum XMLText {
  /// The text with markup escaped; characters that XML forbids become U+FFFD.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\r": out += "&#13;"
      default:
        let isForbidden =
          (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || scalar == "\u{FFFE}" || scalar == "\u{FFFF}"
        out.unicodeScalars.append(isForbidden ? "\u{FFFD}" : scalar)
      }
    }
    return out
  }

  /// A text on one line for an attribute; one that is blank becomes an underscore, for names may not be empty.
  static func attribute(_ text: String) -> String {
    let line = ReportText.oneLine(text)
    return line.utf8.allSatisfy { $0 == 0x20 } ? "_" : escaped(line)
  }
}
