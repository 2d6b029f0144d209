/// SARIF 2.1.0 (OASIS): one run; results are written as they come, the rules they refer to after them.
struct SARIFFindingReport: FindingReport {
  private struct RuleEntry {
    var index: Int
    var severity: Severity
  }

  let sink: ReportSink
  let language: MessageLanguage
  private let page: (String) -> String?
  private let paths = ReportPath()
  private var header: ReportHeader?
  private var hasResults = false
  private var rules: [String: RuleEntry] = [:]
  /// JSON objects for the end of the run, with how many there were past those that are kept.
  private var notifications = KeptTexts()
  private var silenced = KeptTexts()
  private var truncated = KeptTexts()

  /// The first of many texts, and how many more there were.
  private struct KeptTexts {
    private(set) var texts: [String] = []
    private(set) var more = 0

    mutating func add(_ text: String) {
      if texts.count < 1000 { texts.append(text) } else { more += 1 }
    }

    var array: String { "[" + texts.joined(separator: ",\n") + "]" }
  }

  init(sink: @escaping ReportSink, language: MessageLanguage, page: ((String) -> String?)? = nil) {
    self.sink = sink
    self.language = language
    self.page = page ?? { _ in nil }
  }

  mutating func begin(_ header: ReportHeader) throws(EADError) {
    self.header = header
    try sink(
      """
      {"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version":"2.1.0",
      "runs":[{
      "columnKind":"unicodeCodePoints",
      "language":"\(language.rawValue)",
      "results":[
      """)
  }

  mutating func add(_ report: FileReport) throws(EADError) {
    var counter = FingerprintCounter()
    for finding in report.findings {
      let fingerprint = counter.fingerprint(of: finding)
      try sink((hasResults ? ",\n" : "\n") + result(finding, fingerprint))
      hasResults = true
    }
    let file = FindingJSON.string(report.file)
    if report.verdict == .unreadable { notifications.add(notification(report)) }
    for entry in report.silenced {
      silenced.add(
        "{\"file\":\(file),\"rule\":\(FindingJSON.string(ReportText.cut(entry.rule, 100))),"
          + "\"reason\":\(FindingJSON.string(ReportText.cut(entry.reason, 300))),"
          + "\"line\":\(entry.line),\"count\":\(entry.count)}")
    }
    if report.omitted > 0 { truncated.add("{\"file\":\(file),\"omitted\":\(report.omitted)}") }
  }

  mutating func end(_ summary: ReportSummary) throws(EADError) {
    try sink("],\n\"tool\":{\"driver\":{")
    try sink("\"name\":\(FindingJSON.string(header?.toolName ?? "ead-convert")),")
    try sink("\"version\":\(FindingJSON.string(header?.toolVersion ?? "")),\n\"rules\":[")
    for (index, entry) in rules.sorted(by: { $0.value.index < $1.value.index }).enumerated() {
      try sink((index == 0 ? "\n" : ",\n") + descriptor(entry.key, entry.value.severity))
    }
    try sink("]}},\n\"invocations\":[{")
    if let header {
      try sink("\"commandLine\":\(FindingJSON.string(ReportText.command(header.commandLine))),")
      try sink("\"arguments\":\(FindingJSON.array(Array(header.commandLine.dropFirst()))),\n")
    }
    // A document that could not be read is a notification besides its results: the run did not do all it was asked to.
    try sink("\"executionSuccessful\":\(summary.unreadable == 0),")
    try sink("\"toolExecutionNotifications\":\(notifications.array)}],\n")
    let base = MessageCatalog.text("findings-base", [], language)
    try sink("\"originalUriBaseIds\":{\"%SRCROOT%\":{\"description\":{\"text\":\(FindingJSON.string(base))}}},\n")
    try sink("\"properties\":{\n")
    try sink("\"columns\":\(FindingJSON.string(MessageCatalog.text("findings-columns", [], language))),\n")
    if let header {
      try sink("\"profile\":\(FindingJSON.string(header.profile)),\n\"schemas\":\(FindingJSON.schemas(header.schemas)),\n")
    }
    try sink("\"summary\":{\(FindingJSON.summary(summary))},\n")
    try sink("\"silenced\":\(silenced.array),\n\"silencedNotListed\":\(silenced.more),\n")
    try sink("\"truncatedFiles\":\(truncated.array),\n\"truncatedFilesNotListed\":\(truncated.more),\n")
    try sink("\"unreadableFilesNotListed\":\(notifications.more)}}]}\n")
  }

  private mutating func result(_ finding: Finding, _ fingerprint: String) -> String {
    let index = rules[finding.rule]?.index ?? rules.count
    let severity = max(rules[finding.rule]?.severity ?? finding.severity, finding.severity)
    rules[finding.rule] = RuleEntry(index: index, severity: severity)
    var out =
      "{\"ruleId\":\(FindingJSON.string(finding.rule)),\"ruleIndex\":\(index),\"level\":\"\(finding.severity.rawValue)\","
      + "\"message\":{\"text\":\(message(ReportText.message(finding, language)))},"
      + "\"locations\":[{\"physicalLocation\":{\(artifact(finding.file))\(region(finding))}"
    if !finding.path.isEmpty { out += ",\"logicalLocations\":[\(logicalLocation(finding.path))]" }
    out += "}],\"partialFingerprints\":{\"eadConvertFingerprint/v1\":\(FindingJSON.string(fingerprint))},\"properties\":{"
    if !finding.component.isEmpty { out += "\"component\":\(FindingJSON.string(finding.component))," }
    if !finding.componentTitle.isEmpty { out += "\"componentTitle\":\(FindingJSON.string(finding.componentTitle))," }
    return out + "\"arguments\":\(FindingJSON.arguments(finding, language))}}"
  }

  private func artifact(_ file: String) -> String {
    let uri = paths.uri(file)
    let base = uri.isRelative ? ",\"uriBaseId\":\"%SRCROOT%\"" : ""
    return "\"artifactLocation\":{\"uri\":\(FindingJSON.string(uri.text))\(base)}"
  }

  private func region(_ finding: Finding) -> String {
    guard finding.line > 0 else { return "" }
    var out = ",\"region\":{\"startLine\":\(finding.line)"
    if finding.column > 0 { out += ",\"startColumn\":\(finding.column)" }
    if finding.offset >= 0 { out += ",\"byteOffset\":\(finding.offset)" }
    out += "}"
    // The whole line: more than the region, which begins at its column.
    if let line = finding.sourceLine {
      out += ",\"contextRegion\":{\"startLine\":\(finding.line),\"snippet\":{\"text\":\(FindingJSON.string(line))}}"
    }
    return out
  }

  private func logicalLocation(_ path: String) -> String {
    let bytes = Array(path.utf8)
    let last = bytes.lastIndex(of: 0x2F).map { bytes[($0 + 1)...] } ?? bytes[...]
    let kind = last.first == 0x40 ? "attribute" : "element"
    let name = FindingJSON.string(String(decoding: last, as: UTF8.self))
    return "{\"name\":\(name),\"fullyQualifiedName\":\(FindingJSON.string(path)),\"kind\":\"\(kind)\"}"
  }

  private func descriptor(_ rule: String, _ severity: Severity) -> String {
    var out =
      "{\"id\":\(FindingJSON.string(rule)),"
      + "\"shortDescription\":{\"text\":\(message(ReportText.title(rule, language)))},"
      + "\"defaultConfiguration\":{\"level\":\"\(severity.rawValue)\"}"
    if let text = page(rule) {
      out += ",\"help\":{\"text\":\(FindingJSON.string(text)),\"markdown\":\(FindingJSON.string(text))}"
    }
    return out + "}"
  }

  private func notification(_ report: FileReport) -> String {
    let reason = report.findings.last { $0.severity == .error }
    let text = reason?.message(language) ?? ReportText.verdict(.unreadable, language)
    var out = "{\"level\":\"error\",\"message\":{\"text\":\(message(text))},"
    if let reason { out += "\"associatedRule\":{\"id\":\(FindingJSON.string(reason.rule))}," }
    out += "\"locations\":[{\"physicalLocation\":{\(artifact(report.file))\(reason.map(region) ?? "")}}]}"
    return out
  }

  /// A message as a JSON string: braces are doubled, as placeholders have them (SARIF 2.1.0, 3.11.5), and what a document
  /// says never becomes an embedded link (3.11.6).
  private func message(_ text: String) -> String {
    var out = ""
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if scalar == "{" || scalar == "}" { out.unicodeScalars.append(scalar) }
      if scalar == "(", previous == "]" { out.unicodeScalars.append(" ") }
      out.unicodeScalars.append(scalar)
      previous = scalar
    }
    return FindingJSON.string(out)
  }
}
