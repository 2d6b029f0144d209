/// A report of round trips in one format, written document by document.
public protocol RoundTripReport {
  mutating func begin(_ header: RoundTripHeader) throws(EADError)
  /// - Parameter losses: every lost piece of the document, when they are to be listed.
  mutating func add(_ result: RoundTripResult, losses: RoundTripLossSpool?) throws(EADError)
  /// A document that could not be read or converted.
  mutating func add(failure: Finding) throws(EADError)
  mutating func end(_ table: RoundTripTable) throws(EADError)
}

/// What a report of round trips says about the run.
public struct RoundTripHeader: Sendable {
  /// Version of the program.
  public var toolVersion: String
  public var through: RoundTrip.Through
  public var language: MessageLanguage
  /// Lists also the paths at which everything survived.
  public var listsAll: Bool

  public init(toolVersion: String, through: RoundTrip.Through, language: MessageLanguage, listsAll: Bool) {
    self.toolVersion = toolVersion
    self.through = through
    self.language = language
    self.listsAll = listsAll
  }
}

/// Formats of reports of round trips.
public enum RoundTripReportFormat: String, Sendable, CaseIterable {
  case text, json, html

  /// By the ending of a file name (`.txt`, `.json`, `.html`); nil for any other.
  public init?(path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    switch path[dot...].lowercased() {
    case ".txt": self = .text
    case ".json": self = .json
    case ".html": self = .html
    default: return nil
    }
  }

  /// A report in this format that writes to `sink`.
  public func report(language: MessageLanguage, to sink: @escaping ReportSink) -> any RoundTripReport {
    switch self {
    case .text: RoundTripTextReport(sink: sink, language: language)
    case .json: RoundTripJSONReport(sink: sink)
    case .html: RoundTripHTMLReport(sink: sink, language: language)
    }
  }
}

/// Numbers and sentences of these reports.
struct RoundTripWords {
  let language: MessageLanguage

  func text(_ key: String, _ arguments: [String] = []) -> String { MessageCatalog.text(key, arguments, language) }

  /// `1,234`, in French with a narrow space that does not break.
  func number(_ value: Int) -> String {
    let digits = Array(String(value).utf8)
    var out = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { out += language == .french ? "\u{202F}" : "," }
      out.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return out
  }

  /// A share in percent with one decimal: never 100.0 for what is not all, never 0.0 for what is not nothing.
  func percent(_ part: Int, of whole: Int) -> String {
    let point = language == .french ? "," : "."
    let space = language == .french ? "\u{A0}" : " "
    guard whole > 0 else { return "0\(point)0\(space)%" }
    // Doubles cannot overflow, and a tenth of a percent is far from their last digit.
    var tenths = Int((Double(part) * 1000 / Double(whole)).rounded())
    if part > 0, tenths == 0 { return "<\(space)0\(point)1\(space)%" }
    if part < whole { tenths = min(tenths, 999) }
    return "\(tenths / 10)\(point)\(tenths % 10)\(space)%"
  }

  /// The sentence that sums everything up.
  func total(_ total: RoundTripPath) -> String {
    func share(_ part: Int) -> String { "\(percent(part, of: total.pieces)) (\(number(part)))" }
    return text(
      "roundtrip-total",
      [
        number(total.pieces), share(total.survived), share(total.markup), share(total.moved), share(total.changed),
        share(total.lost),
      ])
  }

  func verdict(_ table: RoundTripTable) -> String {
    if table.documents == 0 { return text("roundtrip-verdict-none") }
    return table.total.lost == 0
      ? text("roundtrip-verdict-kept")
      : text(
        "roundtrip-verdict-lost",
        [number(table.documentsWithLoss), number(table.documents), number(table.total.lost)])
  }

  func units(_ table: RoundTripTable) -> String? {
    guard table.missingUnits > 0 || table.extraUnits > 0 else { return nil }
    return text("roundtrip-units", [number(table.missingUnits), number(table.extraUnits), number(table.units)])
  }

  /// Why something was lost, by the name of the reason; "" stands for none.
  func reason(_ name: String) -> String { name.isEmpty ? text("roundtrip-reason-none") : name }

  func destinations(_ path: RoundTripPath, _ most: Int) -> String {
    let all = path.topDestinations
    return all.prefix(most).map { "\($0.path) (\(number($0.count)))" }.joined(separator: ", ") + (all.count > most ? ", …" : "")
  }

  func reasons(_ path: RoundTripPath) -> String {
    path.topReasons.map { "\(reason($0.reason)) (\(number($0.count)))" }.joined(separator: ", ")
  }
}

/// For a person who looks on: lost pieces as they come, then the table.
struct RoundTripTextReport: RoundTripReport {
  private let sink: ReportSink
  private let words: RoundTripWords
  private var listsAll = false
  private var through = ""

  init(sink: @escaping ReportSink, language: MessageLanguage) {
    self.sink = sink
    words = RoundTripWords(language: language)
  }

  mutating func begin(_ header: RoundTripHeader) throws(EADError) {
    listsAll = header.listsAll
    through = header.through.rawValue
  }

  func add(_ result: RoundTripResult, losses: RoundTripLossSpool?) throws(EADError) {
    try losses?.read { loss throws(EADError) in
      var line = "\(ReportText.oneLine(loss.file)):\(loss.line): \(ReportText.oneLine(loss.path)): "
      line += "“\(ReportText.oneLine(loss.text))”"
      if let instead = loss.instead { line += " " + words.text("roundtrip-instead", [ReportText.oneLine(instead)]) }
      if !loss.component.isEmpty { line += " (\(ReportText.oneLine(loss.component)))" }
      try sink(line + " [\(loss.reason?.rawValue ?? "-")]\n")
    }
  }

  func add(failure: Finding) throws(EADError) {}

  func end(_ table: RoundTripTable) throws(EADError) {
    try sink(words.text("roundtrip-title", [through]) + "\n\n")
    let shown = table.worstFirst.filter { listsAll || $0.survived < $0.pieces }
    let names = ["pieces", "survived", "markup", "moved", "changed", "lost"].map { words.text("roundtrip-column-" + $0) }
    func cells(_ path: RoundTripPath) -> [String] {
      [path.pieces, path.survived, path.markup, path.moved, path.changed, path.lost].map(words.number)
    }
    let rows = shown.map(cells)
    let sum = cells(table.total)
    let widths = names.indices.map { column in
      ([names, sum] + rows).map { $0[column].unicodeScalars.count }.max() ?? 0
    }
    func line(_ cells: [String], _ last: String) -> String {
      zip(cells, widths).map { String(repeating: " ", count: max(0, $1 - $0.unicodeScalars.count)) + $0 }.joined(separator: "  ")
        + "  " + last + "\n"
    }
    if !shown.isEmpty {
      try sink(line(names, words.text("roundtrip-column-path")))
      let indent = String(repeating: " ", count: widths.reduce(0) { $0 + $1 + 2 } + 2)
      for (path, row) in zip(shown, rows) {
        try sink(line(row, ReportText.oneLine(path.path)))
        if !path.destinations.isEmpty {
          try sink(indent + words.text("roundtrip-now-at", [ReportText.oneLine(words.destinations(path, 3))]) + "\n")
        }
        if path.lost > 0 { try sink(indent + words.text("roundtrip-why", [words.reasons(path)]) + "\n") }
        if let example = path.example {
          let after = example.after.map { " → “\(ReportText.oneLine($0))”" } ?? ""
          let place = "\(ReportText.oneLine(example.file)):\(example.line)"
          try sink("\(indent)“\(ReportText.oneLine(example.text))”\(after) (\(place))\n")
        }
      }
      try sink(line(sum, words.text("roundtrip-all")))
    }
    let rest = table.paths.count - shown.count
    if rest > 0 { try sink(words.text("roundtrip-more", [words.number(rest)]) + "\n") }
    try sink("\n" + words.total(table.total) + "\n")
    if let units = words.units(table) { try sink(units + "\n") }
    try sink(words.verdict(table) + "\n")
  }
}

/// One JSON document: the run, every document with its counts (and lost pieces, when asked for), the table, the total.
struct RoundTripJSONReport: RoundTripReport {
  private let sink: ReportSink
  private var isFirst = true

  init(sink: @escaping ReportSink) { self.sink = sink }

  func begin(_ header: RoundTripHeader) throws(EADError) {
    try sink(
      "{\"tool\":\"ead-convert\",\"version\":\(JSONText.quoted(header.toolVersion)),\"report\":\"roundtrip\","
        + "\"through\":\"\(header.through.rawValue)\",\n\"documents\":[")
  }

  private mutating func separator() throws(EADError) {
    try sink(isFirst ? "\n" : ",\n")
    isFirst = false
  }

  private static func counts(_ path: RoundTripPath) -> String {
    "\"pieces\":\(path.pieces),\"survived\":\(path.survived),\"markup\":\(path.markup),\"moved\":\(path.moved),"
      + "\"changed\":\(path.changed),\"lost\":\(path.lost)"
  }

  private static func optional(_ text: String?) -> String { text.map(JSONText.quoted) ?? "null" }

  mutating func add(_ result: RoundTripResult, losses: RoundTripLossSpool?) throws(EADError) {
    try separator()
    try sink(
      "{\"file\":\(JSONText.quoted(result.file)),\"units\":\(result.units),\"missingUnits\":\(result.missingUnits),"
        + "\"extraUnits\":\(result.extraUnits),\(RoundTripJSONReport.counts(result.total)),\"findings\":["
        + result.findings.map { "{\"rule\":\(JSONText.quoted($0.rule)),\"message\":\(JSONText.quoted($0.message()))}" }
        .joined(separator: ",") + "]")
    if let losses {
      var first = true
      try sink(",\"losses\":[")
      try losses.read { loss throws(EADError) in
        try sink(
          (first ? "\n" : ",\n")
            + "{\"line\":\(loss.line),\"path\":\(JSONText.quoted(loss.path)),\"component\":\(JSONText.quoted(loss.component)),"
            + "\"text\":\(JSONText.quoted(loss.text)),\"instead\":\(RoundTripJSONReport.optional(loss.instead)),"
            + "\"reason\":\(RoundTripJSONReport.optional(loss.reason?.rawValue))}")
        first = false
      }
      try sink("]")
    }
    try sink("}")
  }

  mutating func add(failure: Finding) throws(EADError) {
    try separator()
    try sink(
      "{\"file\":\(JSONText.quoted(failure.file)),\"error\":{\"rule\":\(JSONText.quoted(failure.rule)),\"line\":\(failure.line),"
        + "\"message\":\(JSONText.quoted(failure.message()))}}")
  }

  func end(_ table: RoundTripTable) throws(EADError) {
    try sink("\n],\n\"paths\":[")
    for (index, path) in table.worstFirst.enumerated() {
      let destinations = path.topDestinations.map { "{\"path\":\(JSONText.quoted($0.path)),\"count\":\($0.count)}" }
      let reasons = path.topReasons.map { "\(JSONText.quoted($0.reason.isEmpty ? "none" : $0.reason)):\($0.count)" }
      let example =
        path.example.map {
          "{\"file\":\(JSONText.quoted($0.file)),\"line\":\($0.line),\"text\":\(JSONText.quoted($0.text)),"
            + "\"after\":\(RoundTripJSONReport.optional($0.after))}"
        } ?? "null"
      try sink(
        (index == 0 ? "\n" : ",\n") + "{\"path\":\(JSONText.quoted(path.path)),\(RoundTripJSONReport.counts(path)),"
          + "\"destinations\":[\(destinations.joined(separator: ","))],\"reasons\":{\(reasons.joined(separator: ","))},"
          + "\"example\":\(example)}")
    }
    try sink(
      "\n],\n\"total\":{\"documents\":\(table.documents),\"failed\":\(table.failed),"
        + "\"documentsWithLoss\":\(table.documentsWithLoss),"
        + "\"units\":\(table.units),\"missingUnits\":\(table.missingUnits),\"extraUnits\":\(table.extraUnits),"
        + "\(RoundTripJSONReport.counts(table.total))}}\n")
  }
}
