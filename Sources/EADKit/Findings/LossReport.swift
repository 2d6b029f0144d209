/// A report of losses in one format, written entry by entry.
public protocol LossReport {
  mutating func begin() throws(EADError)
  mutating func add(_ entry: LossEntry) throws(EADError)
  mutating func end() throws(EADError)
}

/// Where a report's text goes.
public typealias ReportSink = (String) throws(EADError) -> Void

/// Formats of loss reports, by the ending of the report's name.
public enum LossReportFormat: String, Sendable, CaseIterable {
  case jsonl, csv, html

  /// By the ending of a file name; nil for any other.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  /// A report in this format that writes to `sink`.
  public func report(language: MessageLanguage, to sink: @escaping ReportSink) -> any LossReport {
    switch self {
    case .jsonl: JSONLinesLossReport(sink: sink)
    case .csv: CSVLossReport(sink: sink)
    case .html: HTMLLossReport(sink: sink, language: language)
    }
  }
}

/// One JSON object a line: `file`, `line`, `path`, `component`, `text`, `reason`, `kind` (`loss`, `omission` or `change`).
struct JSONLinesLossReport: LossReport {
  let sink: ReportSink

  func begin() throws(EADError) {}

  func add(_ entry: LossEntry) throws(EADError) {
    try sink(
      "{\"file\":\(JSONText.quoted(entry.file)),\"line\":\(entry.line),\"path\":\(JSONText.quoted(entry.path)),"
        + "\"component\":\(JSONText.quoted(entry.component)),\"text\":\(JSONText.quoted(entry.text)),"
        + "\"reason\":\"\(entry.reason.rawValue)\",\"kind\":\"\(entry.reason.kind.rawValue)\"}\n")
  }

  func end() throws(EADError) {}
}

/// RFC 4180, made for spreadsheets: a leading `= + - @` is guarded by an apostrophe.
struct CSVLossReport: LossReport {
  let sink: ReportSink

  func begin() throws(EADError) { try sink("\"file\",\"line\",\"path\",\"component\",\"text\",\"reason\",\"kind\"\r\n") }

  func add(_ entry: LossEntry) throws(EADError) {
    let fields = [
      entry.file, String(entry.line), entry.path, entry.component, entry.text, entry.reason.rawValue,
      entry.reason.kind.rawValue,
    ]
    try sink(fields.map(CSVLossReport.cell).joined(separator: ",") + "\r\n")
  }

  func end() throws(EADError) {}

  static func cell(_ value: String) -> String {
    let guarded = value.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    return "\"" + (guarded ? "'" : "") + value.replacing("\"", with: "\"\"") + "\""
  }
}

/// A page for archivists: what was lost, then what is there in another form, grouped by place and reason, the text first.
/// Self-contained, no script.
///
/// Texts that come many times at the same kind of place are listed once, with how often and where first.
struct HTMLLossReport: LossReport {
  private struct Text {
    var first: LossEntry
    var count = 0
  }

  private struct Group {
    var path: String
    var reason: LossReason
    var count = 0
    var texts: [Text] = []
    var index: [String: Int] = [:]
    /// Entries whose text is not listed.
    var unlisted = 0
  }

  let sink: ReportSink
  let language: MessageLanguage
  private var groups: [Group] = []
  private var index: [String: Int] = [:]
  private var losses = 0
  private var changes = 0
  /// Texts listed of one group; the other formats list all.
  private static let shown = 500

  init(sink: @escaping ReportSink, language: MessageLanguage) {
    self.sink = sink
    self.language = language
  }

  func begin() throws(EADError) {}

  mutating func add(_ entry: LossEntry) throws(EADError) {
    switch entry.reason.kind {
    case .loss: losses += 1
    case .change: changes += 1
    case .omission: return
    }
    let key = entry.group + "\t" + entry.reason.rawValue
    let at = index[key] ?? groups.count
    if at == groups.count {
      index[key] = at
      groups.append(Group(path: entry.group, reason: entry.reason))
    }
    groups[at].count += 1
    if let known = groups[at].index[entry.text] {
      groups[at].texts[known].count += 1
    } else if groups[at].texts.count < HTMLLossReport.shown {
      groups[at].index[entry.text] = groups[at].texts.count
      groups[at].texts.append(Text(first: entry, count: 1))
    } else {
      groups[at].unlisted += 1
    }
  }

  func end() throws(EADError) {
    let page = HTMLPage(title: MessageCatalog.text("report-title", [], language), language: language, style: HTMLLossReport.style)
    try sink(page.head)
    try sink("<p>\(losses == 0 ? say("report-none") : say("report-intro", [String(losses)]))</p>\n")
    try write(.loss)
    if changes > 0 {
      try sink("<p class=\"part\">\(say("report-changes", [String(changes)]))</p>\n")
      try write(.change)
    }
    try sink(page.end)
  }

  /// All groups of one kind; the first five are open.
  private func write(_ kind: LossReason.Kind) throws(EADError) {
    // Texts before attributes, attributes of markup whose text is kept last, then the many before the few.
    func rank(_ group: Group) -> Int { group.reason == .markupOnly ? 2 : group.path.contains("/@") ? 1 : 0 }
    let sorted = groups.filter { $0.reason.kind == kind }.enumerated().sorted {
      (rank($0.element), $1.element.count, $0.offset) < (rank($1.element), $0.element.count, $1.offset)
    }
    for (position, group) in sorted.enumerated() { try write(group.element, isOpen: position < 5) }
  }

  private func say(_ key: String, _ arguments: [String] = []) -> String {
    HTMLText.escaped(MessageCatalog.text(key, arguments, language))
  }

  private func write(_ group: Group, isOpen: Bool) throws(EADError) {
    try sink(
      """
      <details\(isOpen ? " open" : "")>
      <summary><h2><code>\(HTMLText.escaped(group.path))</code></h2> <span class="count">\(say("report-count", [String(group.count)]))</span>
      <span class="kind">\(say("kind-" + group.reason.kind.rawValue))</span> <span class="why">\(say("reason-" + group.reason.rawValue))</span></summary>
      <table>
      <thead><tr><th scope="col">\(say("report-text"))</th><th scope="col" class="number">\(say("report-times"))</th>\
      <th scope="col">\(say("report-first"))</th></tr></thead>
      <tbody>

      """)
    for text in group.texts {
      let entry = text.first
      try sink(
        "<tr><td dir=\"auto\">\(HTMLText.escaped(entry.text))</td><td class=\"number\">\(text.count)</td>"
          + "<td class=\"place\">\(HTMLText.escaped(entry.component))<br>\(HTMLText.escaped(entry.file)):\(entry.line)</td></tr>\n")
    }
    try sink("</tbody>\n</table>\n")
    if group.unlisted > 0 { try sink("<p>\(say("report-more", [String(group.unlisted)]))</p>\n") }
    try sink("</details>\n")
  }

  private static let style = """
    body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1a1a1a; background: #fff; }
    h1 { font-size: 1.6rem; }
    h2 { font-size: 1.1rem; margin: 0; display: inline; overflow-wrap: anywhere; }
    details { border: 1px solid #b5b5b5; border-radius: 4px; margin: .75rem 0; padding: .5rem .75rem; }
    summary { cursor: pointer; }
    .why { color: #4a4a4a; }
    .kind { border: 1px solid #6a6a6a; border-radius: 3px; padding: 0 .3rem; font-size: .875rem; }
    .part { margin-top: 2rem; }
    .count { font-variant-numeric: tabular-nums; font-weight: 600; }
    table { border-collapse: collapse; width: 100%; margin-top: .5rem; table-layout: fixed; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-top: 1px solid #d8d8d8; overflow-wrap: anywhere; }
    th.number, td.number { width: 4.5rem; text-align: right; font-variant-numeric: tabular-nums; }
    th:last-child, td.place { width: 38%; }
    td.place { color: #4a4a4a; font-size: .875rem; }
    @media print { tr { break-inside: avoid; } }
    """
}

/// Text on its way into JSON.
public enum JSONText {
  /// The text as a JSON string, in quotes.
  public static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{2028}": out += "\\u2028"
      case "\u{2029}": out += "\\u2029"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let hex = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }
}
