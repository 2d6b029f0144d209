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

  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  public func report(language: MessageLanguage, to sink: @escaping ReportSink) -> any LossReport {
    switch self {
    case .jsonl: JSONLinesLossReport(sink: sink)
    case .csv: CSVLossReport(sink: sink)
    case .html: HTMLLossReport(sink: sink, language: language)
    }
  }
}

/// One JSON object a line: `file`, `line`, `path`, `component`, `text`, `reason`, `kind` (`loss` or `omission`).
struct JSONLinesLossReport: LossReport {
  let sink: ReportSink

  func begin() throws(EADError) {}

  func add(_ entry: LossEntry) throws(EADError) {
    try sink(
      "{\"file\":\(JSONText.quoted(entry.file)),\"line\":\(entry.line),\"path\":\(JSONText.quoted(entry.path)),"
        + "\"component\":\(JSONText.quoted(entry.component)),\"text\":\(JSONText.quoted(entry.text)),"
        + "\"reason\":\"\(entry.reason.rawValue)\",\"kind\":\"\(entry.reason.isLoss ? "loss" : "omission")\"}\n")
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
      entry.reason.isLoss ? "loss" : "omission",
    ]
    try sink(fields.map(CSVLossReport.cell).joined(separator: ",") + "\r\n")
  }

  func end() throws(EADError) {}

  static func cell(_ value: String) -> String {
    let guarded = value.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    return "\"" + (guarded ? "'" : "") + value.replacing("\"", with: "\"\"") + "\""
  }
}

/// A page for archivists: what was lost, grouped by place and reason, the text first. Self-contained, no script.
struct HTMLLossReport: LossReport {
  private struct Group {
    var path: String
    var reason: LossReason
    var count = 0
    var entries: [LossEntry] = []
  }

  let sink: ReportSink
  let language: MessageLanguage
  private var groups: [Group] = []
  private var index: [String: Int] = [:]
  private var total = 0
  /// Entries shown of one group; the other formats list all.
  private static let shown = 500

  init(sink: @escaping ReportSink, language: MessageLanguage) {
    self.sink = sink
    self.language = language
  }

  func begin() throws(EADError) {}

  mutating func add(_ entry: LossEntry) throws(EADError) {
    guard entry.reason.isLoss else { return }
    total += 1
    let key = entry.group + "\t" + entry.reason.rawValue
    let at = index[key] ?? groups.count
    if at == groups.count {
      index[key] = at
      groups.append(Group(path: entry.group, reason: entry.reason))
    }
    groups[at].count += 1
    if groups[at].entries.count < HTMLLossReport.shown { groups[at].entries.append(entry) }
  }

  func end() throws(EADError) {
    func say(_ key: String, _ arguments: [String] = []) -> String {
      HTMLText.escaped(MessageCatalog.text(key, arguments, language))
    }
    try sink(
      """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(say("report-title"))</title>
      <style>
      body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1a1a1a; background: #fff; }
      h1 { font-size: 1.6rem; }
      h2 { font-size: 1.1rem; margin: 0; display: inline; }
      details { border: 1px solid #b5b5b5; border-radius: 4px; margin: .75rem 0; padding: .5rem .75rem; }
      summary { cursor: pointer; }
      .why { color: #4a4a4a; }
      .count { font-variant-numeric: tabular-nums; font-weight: 600; }
      table { border-collapse: collapse; width: 100%; margin-top: .5rem; table-layout: fixed; }
      th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-top: 1px solid #d8d8d8; overflow-wrap: anywhere; }
      th:first-child, td:first-child { width: 55%; }
      td.line { font-variant-numeric: tabular-nums; }
      th.line, td.line { width: 5rem; }
      @media print { details { break-inside: avoid; } }
      </style>
      </head>
      <body>
      <h1>\(say("report-title"))</h1>

      """)
    if groups.isEmpty {
      try sink("<p>\(say("report-none"))</p>\n")
    } else {
      try sink("<p>\(say("report-intro", [String(total)]))</p>\n")
    }
    let sorted = groups.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
    for (position, group) in sorted.enumerated() {
      let group = group.element
      try sink(
        """
        <details\(position < 5 ? " open" : "")>
        <summary><h2><code>\(HTMLText.escaped(group.path))</code></h2> <span class="count">\(say("report-count", [String(group.count)]))</span>
        <span class="why">\(say("reason-" + group.reason.rawValue))</span></summary>
        <table>
        <thead><tr><th scope="col">\(say("report-text"))</th><th scope="col">\(say("report-component"))</th><th scope="col">\(say("report-file"))</th><th scope="col" class="line">\(say("report-line"))</th></tr></thead>
        <tbody>

        """)
      for entry in group.entries {
        try sink(
          "<tr><td dir=\"auto\">\(HTMLText.escaped(entry.text))</td><td>\(HTMLText.escaped(entry.component))</td>"
            + "<td>\(HTMLText.escaped(entry.file))</td><td class=\"line\">\(entry.line)</td></tr>\n")
      }
      try sink("</tbody>\n</table>\n")
      if group.count > group.entries.count {
        try sink("<p>\(say("report-more", [String(group.count - group.entries.count)]))</p>\n")
      }
      try sink("</details>\n")
    }
    try sink("</body>\n</html>\n")
  }
}

/// Text on its way into JSON.
public enum JSONText {
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

/// Text on its way into HTML.
public enum HTMLText {
  public static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default:
        if scalar.value < 0x20, scalar != "\n", scalar != "\t" { continue }
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
