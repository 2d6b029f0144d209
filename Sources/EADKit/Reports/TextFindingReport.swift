/// One line a finding, `file:line:column: error: message [rule]`, as compilers write them, and a summary at the end.
struct TextFindingReport: FindingReport {
  let sink: ReportSink
  let language: MessageLanguage
  /// Colours the word of the severity; it says the same without.
  let colour: Bool
  private var header: ReportHeader?
  private var silenced: [String] = []
  private var moreSilenced = 0
  /// Instructions that the summary lists; more are counted.
  private static let listedInstructions = 200
  /// Rules that the summary lists, the most frequent first.
  private static let listedRules = 20

  init(sink: @escaping ReportSink, language: MessageLanguage, colour: Bool) {
    self.sink = sink
    self.language = language
    self.colour = colour
  }

  mutating func begin(_ header: ReportHeader) throws(EADError) { self.header = header }

  mutating func add(_ report: FileReport) throws(EADError) {
    for finding in report.findings { try sink(ReportText.line(finding, language, word: word) + "\n") }
    if report.omitted > 0 {
      let sentence = MessageCatalog.text("findings-omitted", [String(report.omitted)], language)
      try sink("\(ReportText.oneLine(report.file)): \(sentence)\n")
    }
    let free = TextFindingReport.listedInstructions - silenced.count
    silenced += report.silenced.prefix(free).map { ReportText.silenced($0, in: report.file, language) }
    moreSilenced += max(report.silenced.count - free, 0)
  }

  mutating func end(_ summary: ReportSummary) throws(EADError) {
    try sink("\n\(say("findings-summary"))\n")
    for line in ReportText.summary(summary, language) { try sink("  \(ReportText.oneLine(line))\n") }
    let rules = ReportText.frequent(summary.countByRule)
    if !rules.isEmpty { try sink("\n\(say("findings-rules"))\n") }
    for (rule, count) in rules.prefix(TextFindingReport.listedRules) {
      let number = String(count)
      try sink(String(repeating: " ", count: max(8 - number.count, 0)) + "\(number)  \(ReportText.oneLine(rule))\n")
    }
    if rules.count > TextFindingReport.listedRules {
      try sink("  \(say("findings-more-rules", [String(rules.count - TextFindingReport.listedRules)]))\n")
    }
    if !silenced.isEmpty { try sink("\n\(say("findings-silenced-title"))\n") }
    for line in silenced { try sink("  \(line)\n") }
    if moreSilenced > 0 { try sink("  \(say("findings-more-silenced", [String(moreSilenced)]))\n") }
    guard let header else { return }
    try sink("\n")
    for line in ReportText.origin(header, language) { try sink("\(ReportText.oneLine(line))\n") }
  }

  private func say(_ key: String, _ arguments: [String] = []) -> String { MessageCatalog.text(key, arguments, language) }

  private func word(_ severity: Severity, _ text: String) -> String {
    guard colour else { return text }
    let code =
      switch severity {
      case .error: "31"
      case .warning: "33"
      case .note: "36"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
