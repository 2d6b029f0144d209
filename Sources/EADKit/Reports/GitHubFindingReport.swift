/// Workflow commands of GitHub Actions: the findings appear beside the lines they speak of.
///
/// GitHub shows ten annotations of each kind a step and keeps the others in the log; the summary is one annotation more.
struct GitHubFindingReport: FindingReport {
  let sink: ReportSink
  let language: MessageLanguage
  private let paths = ReportPath()
  private var header: ReportHeader?
  /// Notices written; the last of ten is the summary's.
  private var notices = 0
  private static let freeNotices = 9
  /// GitHub cuts an annotation at 64 KB; a line of the log should stay readable.
  private static let longest = 4000

  init(sink: @escaping ReportSink, language: MessageLanguage) {
    self.sink = sink
    self.language = language
  }

  mutating func begin(_ header: ReportHeader) throws(EADError) { self.header = header }

  mutating func add(_ report: FileReport) throws(EADError) {
    for finding in report.findings {
      let message = ReportText.message(finding, language)
      let command =
        switch finding.severity {
        case .error: "error"
        case .warning: "warning"
        case .note: "notice"
        }
      if finding.severity == .note {
        notices += 1
        if notices > GitHubFindingReport.freeNotices {
          try sink(GitHubFindingReport.plain(ReportText.line(finding, language)))
          continue
        }
      }
      var properties: [String] = []
      if finding.file != "-" { properties.append("file=" + GitHubFindingReport.property(paths.relative(finding.file))) }
      if finding.file != "-", finding.line > 0 {
        properties.append("line=\(finding.line)")
        if finding.column > 0 { properties.append("col=\(finding.column)") }
      }
      properties.append("title=" + GitHubFindingReport.property(finding.rule))
      try sink("::\(command) \(properties.joined(separator: ","))::\(GitHubFindingReport.data(message))\n")
    }
    if report.omitted > 0 {
      let sentence = MessageCatalog.text("findings-omitted", [String(report.omitted)], language)
      try sink(GitHubFindingReport.plain("\(ReportText.oneLine(report.file)): \(sentence)"))
    }
  }

  mutating func end(_ summary: ReportSummary) throws(EADError) {
    var lines = ReportText.summary(summary, language)
    lines += ReportText.frequent(summary.countByRule).prefix(10).map { "\($0.count)  \($0.rule)" }
    if let header { lines += ReportText.origin(header, language) }
    let title = GitHubFindingReport.property(MessageCatalog.text("findings-summary", [], language))
    try sink("::notice title=\(title)::\(lines.map(GitHubFindingReport.data).joined(separator: "%0A"))\n")
  }

  /// The text of a command: GitHub takes `%`, carriage return and line feed only in its own escapes.
  static func data(_ text: String) -> String {
    escaped(ReportText.cut(ReportText.oneLine(text), longest), isProperty: false)
  }

  /// A property of a command: colons and commas are escaped as well.
  static func property(_ text: String) -> String {
    escaped(ReportText.cut(ReportText.oneLine(text), longest), isProperty: true)
  }

  private static func escaped(_ text: String, isProperty: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": out += "%25"
      case "\r": out += "%0D"
      case "\n": out += "%0A"
      case ":" where isProperty: out += "%3A"
      case "," where isProperty: out += "%2C"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// A line of the log that is no command: commands begin with two colons, after blanks too, or with `##[` anywhere.
  private static func plain(_ line: String) -> String {
    var out = "- "
    var previous: Unicode.Scalar = " "
    for scalar in ReportText.cut(line, longest).unicodeScalars {
      if scalar == "[", previous == "#" { out.unicodeScalars.append(" ") }
      out.unicodeScalars.append(scalar)
      previous = scalar
    }
    return out + "\n"
  }
}
