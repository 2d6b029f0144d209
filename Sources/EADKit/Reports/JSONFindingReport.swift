/// Findings as JSON: what the formats `json`, `jsonl` and `sarif` share.
enum FindingJSON {
  /// A text as a JSON string.
  ///
  /// Control characters past ASCII and characters that turn the direction of writing are escaped as well: JSON is
  /// printed on terminals, and nothing is lost.
  static func string(_ text: String) -> String {
    let quoted = JSONText.quoted(text)
    if quoted.utf8.allSatisfy({ $0 < 0x80 }) { return quoted }
    var out = ""
    for scalar in quoted.unicodeScalars {
      switch scalar.value {
      case 0x80..<0xA0, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  static func array(_ texts: [String]) -> String { "[" + texts.map(string).joined(separator: ",") + "]" }

  /// What the finding's sentence speaks of, in the report's language where the words are the program's.
  static func arguments(_ finding: Finding, _ language: MessageLanguage) -> String {
    array(finding.arguments.map { LocalizedText.part($0, language) })
  }

  private static func number(_ value: Int, unknownBelow least: Int) -> String { value < least ? "null" : String(value) }

  /// Numbers by name, sorted by name.
  static func counts(_ counts: [String: Int]) -> String {
    let members = counts.sorted { $0.key < $1.key }.map { "\(string($0.key)):\($0.value)" }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// Numbers by severity, all three, the worst first.
  static func counts(_ counts: [Severity: Int]) -> String {
    let members = Severity.allCases.reversed().map { "\"\($0.rawValue)\":\(counts[$0] ?? 0)" }
    return "{" + members.joined(separator: ",") + "}"
  }

  static func schemas(_ schemas: [ReportHeader.Schema]) -> String {
    let members = schemas.map { "{\"id\":\(string($0.id)),\"sha256\":\(string($0.digest))}" }
    return "[" + members.joined(separator: ",") + "]"
  }

  static func silenced(_ entry: FileReport.Silenced) -> String {
    "{\"rule\":\(string(entry.rule)),\"reason\":\(string(entry.reason)),\"line\":\(entry.line),\"count\":\(entry.count)}"
  }

  /// Members that say what made the report; without braces.
  static func header(_ header: ReportHeader, _ language: MessageLanguage) -> String {
    "\"tool\":\(string(header.toolName)),\"version\":\(string(header.toolVersion)),"
      + "\"commandLine\":\(array(header.commandLine)),\"schemas\":\(schemas(header.schemas)),"
      + "\"profile\":\(string(header.profile)),\"language\":\"\(language.rawValue)\",\"columns\":\"unicode-scalars\""
  }

  /// Members of one document, all but its findings; without braces.
  static func file(_ report: FileReport) -> String {
    "\"file\":\(string(report.file)),\"verdict\":\"\(report.verdict.rawValue)\",\"schemas\":\(array(report.schemas)),"
      + "\"counts\":\(counts(report.countBySeverity)),\"byRule\":\(counts(report.countByRule)),"
      + "\"omitted\":\(report.omitted),\"known\":\(report.known),"
      + "\"silenced\":[\(report.silenced.map(silenced).joined(separator: ","))],"
      + "\"bytes\":\(report.bytes),\"components\":\(report.components)"
  }

  /// Members of one finding, all but its file; without braces. What is not known is null.
  static func finding(_ finding: Finding, fingerprint: String, _ language: MessageLanguage) -> String {
    var out =
      "\"rule\":\(string(finding.rule)),\"severity\":\"\(finding.severity.rawValue)\","
      + "\"message\":\(string(finding.message(language))),\"line\":\(number(finding.line, unknownBelow: 1)),"
      + "\"column\":\(number(finding.column, unknownBelow: 1)),\"offset\":\(number(finding.offset, unknownBelow: 0)),"
      + "\"path\":\(string(finding.path)),\"component\":\(string(finding.component)),"
      + "\"componentTitle\":\(string(finding.componentTitle)),\"arguments\":\(arguments(finding, language)),"
      + "\"fingerprint\":\(string(fingerprint))"
    if let cell = finding.cell {
      out +=
        ",\"row\":\(cell.row),\"spreadsheetRow\":\(cell.spreadsheetRow),\"field\":\(string(cell.column)),"
        + "\"value\":\(string(cell.value))"
    }
    if let line = finding.sourceLine { out += ",\"sourceLine\":\(string(line))" }
    return out
  }

  /// Members of the totals; without braces.
  static func summary(_ summary: ReportSummary) -> String {
    "\"files\":\(summary.files),\"filesWithErrors\":\(summary.filesWithErrors),\"unreadable\":\(summary.unreadable),"
      + "\"notChecked\":\(summary.notChecked),\"counts\":\(counts(summary.countBySeverity)),"
      + "\"byRule\":\(counts(summary.countByRule)),\"omitted\":\(summary.omitted),\"known\":\(summary.known),"
      + "\"silenced\":\(summary.silenced),\"accepted\":\(summary.isAccepted.map { $0 ? "true" : "false" } ?? "null"),"
      + "\"acceptance\":\(string(summary.acceptance))"
  }
}

/// One JSON object for the whole run: `tool`, `version`, `commandLine`, `schemas`, `profile`, `files` with their
/// `findings`, and `summary`.
struct JSONFindingReport: FindingReport {
  let sink: ReportSink
  let language: MessageLanguage
  private var isFirst = true

  init(sink: @escaping ReportSink, language: MessageLanguage) {
    self.sink = sink
    self.language = language
  }

  mutating func begin(_ header: ReportHeader) throws(EADError) {
    try sink("{\(FindingJSON.header(header, language)),\n\"files\":[")
  }

  mutating func add(_ report: FileReport) throws(EADError) {
    try sink((isFirst ? "\n{" : ",\n{") + FindingJSON.file(report) + ",\"findings\":[")
    isFirst = false
    var counter = FingerprintCounter()
    for (index, finding) in report.findings.enumerated() {
      let members = FindingJSON.finding(finding, fingerprint: counter.fingerprint(of: finding), language)
      try sink((index == 0 ? "\n {" : ",\n {") + members + "}")
    }
    try sink("]}")
  }

  mutating func end(_ summary: ReportSummary) throws(EADError) {
    try sink("],\n\"summary\":{\(FindingJSON.summary(summary))}}\n")
  }
}
