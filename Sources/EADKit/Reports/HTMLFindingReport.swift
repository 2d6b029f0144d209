/// A page for archivists: the verdict first, then totals by rule and by document, then the findings by rule and document,
/// each with its place, its component and the line of the document. Self-contained: no script, nothing from a network.
///
/// The page keeps a bounded number of findings, whatever the number of documents; what it leaves out it counts and says.
struct HTMLFindingReport: FindingReport {
  /// How much a page holds.
  struct Limits {
    /// Findings of one rule.
    var ofRule = 500
    /// Findings of all rules together.
    var total = 10_000
    /// Findings that every rule may have, however many others have.
    var ofRuleAlways = 20
    /// Documents in the table of documents: those with the most errors.
    var files = 1000
    /// Instructions that silence findings.
    var silenced = 500
    /// Unicode scalars of a message and of a line of a document.
    var message = 2000
    var sourceLine = 500
  }

  private struct Entry {
    var line: Int
    var column: Int
    var severity: Severity
    var path: String
    var component: String
    var message: String
    var sourceLine: String?

    var place: String { line == 0 ? "" : column == 0 ? "\(line)" : "\(line):\(column)" }
  }

  private struct Group {
    var severity: Severity
    var kept = 0
    /// By document, in the order of the run.
    var files: [(name: String, entries: [Entry])] = []
  }

  private struct Document {
    var order: Int
    var name: String
    var verdict: FileReport.Verdict
    var schemas: [String]
    var counts: [Severity: Int]
    var omitted: Int

    func isBefore(_ other: Document) -> Bool {
      for severity in Severity.allCases.reversed() {
        let (own, others) = (counts[severity] ?? 0, other.counts[severity] ?? 0)
        if own != others { return own > others }
      }
      return order < other.order
    }
  }

  let sink: ReportSink
  let language: MessageLanguage
  private let page: (String) -> String?
  private let limits: Limits
  private var header: ReportHeader?
  private var groups: [String: Group] = [:]
  private var kept = 0
  private var documents: [Document] = []
  private var documentCount = 0
  private var silenced: [String] = []
  private var moreSilenced = 0

  init(
    sink: @escaping ReportSink, language: MessageLanguage, page: ((String) -> String?)? = nil, limits: Limits = Limits()
  ) {
    self.sink = sink
    self.language = language
    self.page = page ?? { _ in nil }
    self.limits = limits
  }

  mutating func begin(_ header: ReportHeader) throws(EADError) { self.header = header }

  mutating func add(_ report: FileReport) throws(EADError) {
    for finding in report.findings { keep(finding) }
    let free = limits.silenced - silenced.count
    silenced += report.silenced.prefix(free).map { ReportText.silenced($0, in: report.file, language) }
    moreSilenced += max(report.silenced.count - free, 0)
    guard report.verdict == .unreadable || !report.findings.isEmpty || report.omitted > 0 else { return }
    documents.append(
      Document(
        order: documentCount, name: report.file, verdict: report.verdict, schemas: report.schemas,
        counts: report.countBySeverity, omitted: report.omitted))
    documentCount += 1
    // Sorted now and then, so that a run of a million documents costs no more than one of a thousand.
    if documents.count >= limits.files * 2 { sortDocuments() }
  }

  private mutating func sortDocuments() {
    documents.sort { $0.isBefore($1) }
    documents.removeLast(max(documents.count - limits.files, 0))
  }

  private mutating func keep(_ finding: Finding) {
    var group = groups.removeValue(forKey: finding.rule) ?? Group(severity: finding.severity)
    defer { groups[finding.rule] = group }
    group.severity = max(group.severity, finding.severity)
    guard group.kept < limits.ofRule, kept < limits.total || group.kept < limits.ofRuleAlways else { return }
    group.kept += 1
    kept += 1
    let entry = Entry(
      line: finding.line, column: finding.column, severity: finding.severity, path: ReportText.cut(finding.path, 1000),
      component: ReportText.cut(ReportText.component(finding, language), 400),
      message: ReportText.cut(finding.message(language), limits.message),
      sourceLine: finding.sourceLine.map { ReportText.cut($0, limits.sourceLine) })
    if let last = group.files.indices.last, group.files[last].name.utf8.elementsEqual(finding.file.utf8) {
      group.files[last].entries.append(entry)
    } else {
      group.files.append((finding.file, [entry]))
    }
  }

  mutating func end(_ summary: ReportSummary) throws(EADError) {
    sortDocuments()
    let rules = sortedRules(summary)
    let frame = HTMLPage(
      title: ReportText.oneLine(MessageCatalog.text("findings-page-title", [], language)), language: language,
      style: HTMLFindingReport.style, hasMain: true)
    try sink(frame.head)
    try writeSummary(summary)
    try writeRules(rules)
    try writeDocuments()
    if !rules.isEmpty { try sink("<h2>\(say("findings-page-list"))</h2>\n") }
    for (number, rule) in rules.enumerated() { try write(rule, number) }
    try writeSilenced()
    try writeOrigin()
    try sink(frame.end)
  }

  private typealias RuleTotal = (rule: String, count: Int, group: Group?)

  /// The worst rules first, then the most frequent.
  private func sortedRules(_ summary: ReportSummary) -> [RuleTotal] {
    var rules: [RuleTotal] = []
    for rule in Set(summary.countByRule.keys).union(groups.keys) {
      let group = groups[rule]
      let count = max(summary.countByRule[rule] ?? 0, group?.kept ?? 0)
      if count > 0 { rules.append((rule, count, group)) }
    }
    return rules.sorted {
      let (left, right) = ($0.group?.severity ?? .note, $1.group?.severity ?? .note)
      return left != right ? left > right : ($1.count, $0.rule) < ($0.count, $1.rule)
    }
  }

  private func say(_ key: String, _ arguments: [String] = []) -> String {
    HTMLFindingReport.text(MessageCatalog.text(key, arguments, language))
  }

  /// A text of one line for the page: what cannot be seen is made visible.
  private static func text(_ text: String) -> String { HTMLText.escaped(ReportText.oneLine(text)) }

  /// A path that may be broken before its slashes.
  private static func path(_ path: String) -> String { text(path).replacing("/", with: "<wbr>/") }

  private func name(_ file: String) -> String {
    file == "-" ? say("findings-standard-input") : "<bdi>\(HTMLFindingReport.text(file))</bdi>"
  }

  private func severity(_ severity: Severity) -> String {
    "<span class=\"\(severity.rawValue)\">\(say("severity-" + severity.rawValue))</span>"
  }

  private func columns(_ keys: String...) -> String {
    let cells = keys.map { key in
      "<th scope=\"col\"\(key == "findings-column-count" ? " class=\"number\"" : "")>\(say(key))</th>"
    }
    return "<thead><tr>\(cells.joined())</tr></thead>\n"
  }

  private func writeSummary(_ summary: ReportSummary) throws(EADError) {
    if let accepted = summary.isAccepted {
      let word = say(accepted ? "findings-accepted" : "findings-refused")
      let reason = HTMLFindingReport.text(summary.acceptance)
      try sink("<p class=\"verdict\"><strong>\(word)</strong> \(reason)</p>\n")
    }
    var rest = summary
    rest.isAccepted = nil
    try sink("<ul>\n")
    for line in ReportText.summary(rest, language) { try sink("<li>\(HTMLFindingReport.text(line))</li>\n") }
    try sink("</ul>\n")
  }

  private func writeRules(_ rules: [RuleTotal]) throws(EADError) {
    guard !rules.isEmpty else {
      try sink("<p>\(say("findings-page-none"))</p>\n")
      return
    }
    try sink("<table>\n<caption>\(say("findings-page-rules"))</caption>\n")
    try sink(columns("findings-column-rule", "findings-column-severity", "findings-column-count") + "<tbody>\n")
    for (number, total) in rules.enumerated() {
      let title = HTMLFindingReport.text(ReportText.title(total.rule, language))
      try sink("<tr><th scope=\"row\"><a href=\"#rule-\(number + 1)\">\(title)</a> ")
      try sink(
        "<code>\(HTMLFindingReport.text(total.rule))</code></th>"
          + "<td>\(total.group.map { severity($0.severity) } ?? "–")</td><td class=\"number\">\(total.count)</td></tr>\n")
    }
    try sink("</tbody>\n</table>\n")
  }

  private func writeDocuments() throws(EADError) {
    guard !documents.isEmpty else { return }
    try sink("<table>\n<caption>\(say("findings-page-files"))</caption>\n<thead><tr>")
    try sink("<th scope=\"col\">\(say("findings-column-file"))</th><th scope=\"col\">\(say("findings-column-verdict"))</th>")
    for severity in Severity.allCases.reversed() {
      try sink("<th scope=\"col\" class=\"number\">\(say("findings-column-\(severity.rawValue)s"))</th>")
    }
    try sink("<th scope=\"col\" class=\"number\">\(say("findings-column-unlisted"))</th></tr></thead>\n<tbody>\n")
    for document in documents {
      let schemas = document.schemas.map(HTMLFindingReport.text).joined(separator: ", ")
      try sink(
        "<tr><th scope=\"row\">\(name(document.name))</th>"
          + "<td>\(say("findings-verdict-" + document.verdict.rawValue))"
          + (schemas.isEmpty ? "</td>" : "<br><small>\(schemas)</small></td>"))
      for severity in Severity.allCases.reversed() {
        try sink("<td class=\"number\">\(document.counts[severity] ?? 0)</td>")
      }
      try sink("<td class=\"number\">\(document.omitted)</td></tr>\n")
    }
    try sink("</tbody>\n</table>\n")
    let more = documentCount - documents.count
    if more > 0 { try sink("<p>\(say("findings-page-more-files", [String(more)]))</p>\n") }
  }

  private func write(_ total: RuleTotal, _ number: Int) throws(EADError) {
    let title = HTMLFindingReport.text(ReportText.title(total.rule, language))
    try sink("<section class=\"rule\" id=\"rule-\(number + 1)\" aria-labelledby=\"title-\(number + 1)\">\n")
    try sink("<h3 id=\"title-\(number + 1)\">\(title) <code>\(HTMLFindingReport.text(total.rule))</code></h3>\n<p>")
    if let group = total.group { try sink("\(severity(group.severity)) · ") }
    try sink("<span class=\"count\">\(say("findings-page-count", [String(total.count)]))</span></p>\n")
    if let text = page(total.rule) {
      try sink("<details>\n<summary>\(say("findings-page-explain"))</summary>\n\(RulePageHTML.html(text))</details>\n")
    }
    for file in total.group?.files ?? [] {
      try sink("<h4>\(name(file.name))</h4>\n<table class=\"findings\">\n")
      try sink(columns("findings-column-place", "findings-column-where", "findings-column-finding") + "<tbody>\n")
      for entry in file.entries { try write(entry, in: total.group?.severity) }
      try sink("</tbody>\n</table>\n")
    }
    let more = total.count - (total.group?.kept ?? 0)
    if more > 0 { try sink("<p class=\"more\">\(say("findings-page-more", [String(more)]))</p>\n") }
    try sink("</section>\n")
  }

  private func write(_ entry: Entry, in groupSeverity: Severity?) throws(EADError) {
    try sink("<tr><td class=\"number\">\(entry.place)</td><td>")
    if !entry.path.isEmpty { try sink("<code>\(HTMLFindingReport.path(entry.path))</code>") }
    if !entry.path.isEmpty, !entry.component.isEmpty { try sink("<br>") }
    if !entry.component.isEmpty { try sink("<bdi>\(HTMLFindingReport.text(entry.component))</bdi>") }
    try sink("</td><td dir=\"auto\">")
    if entry.severity != groupSeverity { try sink(severity(entry.severity) + " ") }
    try sink(HTMLFindingReport.text(entry.message))
    if let line = entry.sourceLine {
      try sink("<br><code class=\"source\" dir=\"auto\">\(HTMLFindingReport.text(line))</code>")
    }
    try sink("</td></tr>\n")
  }

  private func writeSilenced() throws(EADError) {
    guard !silenced.isEmpty else { return }
    try sink("<h2>\(say("findings-silenced-title"))</h2>\n<ul>\n")
    for line in silenced { try sink("<li>\(HTMLFindingReport.text(line))</li>\n") }
    try sink("</ul>\n")
    if moreSilenced > 0 { try sink("<p>\(say("findings-more-silenced", [String(moreSilenced)]))</p>\n") }
  }

  private func writeOrigin() throws(EADError) {
    guard let header else { return }
    try sink("<h2>\(say("findings-page-origin"))</h2>\n<ul>\n")
    for line in ReportText.origin(header, language) { try sink("<li>\(HTMLFindingReport.text(line))</li>\n") }
    try sink("</ul>\n")
  }

  private static let style = """
    body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
    body { color: #1a1a1a; background: #fff; }
    h1 { font-size: 1.6rem; }
    h2 { font-size: 1.3rem; margin-top: 2rem; }
    h3 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere; }
    h4 { font-size: 1rem; margin: 1rem 0 0; overflow-wrap: anywhere; }
    h3 code, th code { font-weight: normal; color: #4a4a4a; }
    a { color: #0b4f9c; }
    code, pre { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere; }
    pre { white-space: pre-wrap; background: #f4f4f4; padding: .5rem; }
    code.source { display: inline-block; background: #f4f4f4; padding: .1rem .3rem; margin-top: .25rem; }
    .rule { border: 1px solid #b5b5b5; border-radius: 4px; margin: .75rem 0; padding: .5rem .75rem; }
    .rule p { margin: .25rem 0; }
    summary { cursor: pointer; }
    .verdict { border: 2px solid #1a1a1a; border-radius: 4px; padding: .5rem .75rem; }
    .error { font-weight: 700; color: #a40000; }
    .warning { font-weight: 700; color: #7a4b00; }
    .note { font-weight: 700; color: #0b4f9c; }
    .more { color: #4a4a4a; }
    .count { font-variant-numeric: tabular-nums; font-weight: 600; }
    table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
    caption { text-align: left; font-size: 1.3rem; font-weight: 700; margin-top: 1rem; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; }
    th, td { border-top: 1px solid #d8d8d8; overflow-wrap: anywhere; }
    th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
    tbody th { font-weight: 600; }
    table.findings { table-layout: fixed; }
    table.findings th:first-child { width: 6.5rem; text-align: right; }
    table.findings th:nth-child(2) { width: 32%; }
    table.findings td:nth-child(2) { color: #4a4a4a; font-size: .875rem; }
    @media print {
      tr { break-inside: avoid; }
      h3, h4 { break-after: avoid; }
      details::details-content { content-visibility: visible; display: block; }
    }
    """
}
