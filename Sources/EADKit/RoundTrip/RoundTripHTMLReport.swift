/// A page for archivists: the verdict, the table by path, the documents, and the lost texts when they were asked for.
/// Self-contained, no script.
///
/// The page keeps a bounded number of documents and of lost texts; what it leaves out it counts and says.
struct RoundTripHTMLReport: RoundTripReport {
  private struct Document {
    var file: String
    var units = 0
    var total = RoundTripPath(path: "")
    var error: String?
    var notes: [String] = []
  }

  private let sink: ReportSink
  private let words: RoundTripWords
  private var header: RoundTripHeader?
  private var documents: [Document] = []
  private var moreDocuments = 0
  private var losses: [RoundTripLoss] = []
  private var moreLosses = 0
  private static let mostDocuments = 2000
  private static let mostLosses = 10_000

  init(sink: @escaping ReportSink, language: MessageLanguage) {
    self.sink = sink
    words = RoundTripWords(language: language)
  }

  mutating func begin(_ header: RoundTripHeader) throws(EADError) { self.header = header }

  mutating func add(_ result: RoundTripResult, losses spool: RoundTripLossSpool?) throws(EADError) {
    keep(
      Document(
        file: result.file, units: result.units, total: result.total, notes: result.findings.map { $0.message(words.language) }))
    var found: [RoundTripLoss] = []
    var more = 0
    let room = RoundTripHTMLReport.mostLosses - losses.count
    try spool?.read { loss throws(EADError) in
      if found.count < room {
        var loss = loss
        loss.text = ReportText.cut(loss.text, 2000)
        found.append(loss)
      } else {
        more += 1
      }
    }
    losses += found
    moreLosses += more
  }

  mutating func add(failure: Finding) throws(EADError) {
    keep(Document(file: failure.file, error: failure.message(words.language)))
  }

  private mutating func keep(_ document: Document) {
    if documents.count < RoundTripHTMLReport.mostDocuments { documents.append(document) } else { moreDocuments += 1 }
  }

  private func say(_ key: String, _ arguments: [String] = []) -> String { HTMLText.escaped(words.text(key, arguments)) }

  private func number(_ value: Int) -> String { "<td class=\"number\">\(HTMLText.escaped(words.number(value)))</td>" }

  private func counts(_ path: RoundTripPath) -> String {
    [path.pieces, path.survived, path.markup, path.moved, path.changed, path.lost].map(number).joined()
  }

  private var columns: String {
    ["pieces", "survived", "markup", "moved", "changed", "lost"]
      .map { "<th scope=\"col\" class=\"number\">\(say("roundtrip-column-" + $0))</th>" }.joined()
  }

  func end(_ table: RoundTripTable) throws(EADError) {
    let page = HTMLPage(
      title: words.text("roundtrip-title", [header?.through.rawValue ?? ""]), language: words.language,
      style: RoundTripHTMLReport.style)
    try sink(page.head)
    try sink("<p class=\"verdict\">\(HTMLText.escaped(words.verdict(table)))</p>\n")
    try sink("<p>\(HTMLText.escaped(words.total(table.total)))</p>\n")
    if let units = words.units(table) { try sink("<p>\(HTMLText.escaped(units))</p>\n") }
    try writePaths(table)
    try writeDocuments()
    try writeLosses()
    try sink("<p class=\"place\">ead-convert \(HTMLText.escaped(header?.toolVersion ?? ""))</p>\n" + page.end)
  }

  private func writePaths(_ table: RoundTripTable) throws(EADError) {
    try sink("<h2>\(say("roundtrip-by-path"))</h2>\n<table>\n<thead><tr>\(columns)")
    try sink("<th scope=\"col\">\(say("roundtrip-column-path"))</th></tr></thead>\n<tbody>\n")
    for path in table.worstFirst {
      try sink("<tr>\(counts(path))<td><code>\(HTMLText.escaped(path.path))</code>")
      if !path.destinations.isEmpty { try sink("<br>" + say("roundtrip-now-at", [words.destinations(path, 5)])) }
      if path.lost > 0 { try sink("<br>" + say("roundtrip-why", [words.reasons(path)])) }
      if let example = path.example {
        let after = example.after.map { " → <q>\(HTMLText.escaped($0))</q>" } ?? ""
        try sink(
          "<br><span dir=\"auto\"><q>\(HTMLText.escaped(example.text))</q>\(after)</span> "
            + "<span class=\"place\">\(HTMLText.escaped(example.file)):\(example.line)</span>")
      }
      try sink("</td></tr>\n")
    }
    try sink("</tbody>\n</table>\n")
  }

  private func writeDocuments() throws(EADError) {
    try sink(
      "<h2>\(say("roundtrip-by-document"))</h2>\n<table>\n<thead><tr>\(columns)"
        + "<th scope=\"col\">\(say("roundtrip-column-document"))</th></tr></thead>\n<tbody>\n")
    for document in documents {
      if let error = document.error {
        try sink("<tr><td colspan=\"6\">\(say("roundtrip-not-done"))</td>")
        try sink("<td>\(HTMLText.escaped(document.file))<br>\(HTMLText.escaped(error))</td></tr>\n")
      } else {
        let notes = document.notes.map { "<br>" + HTMLText.escaped($0) }.joined()
        try sink("<tr>\(counts(document.total))<td>\(HTMLText.escaped(document.file))\(notes)</td></tr>\n")
      }
    }
    try sink("</tbody>\n</table>\n")
    if moreDocuments > 0 { try sink("<p>\(say("roundtrip-more-documents", [words.number(moreDocuments)]))</p>\n") }
  }

  private func writeLosses() throws(EADError) {
    guard !losses.isEmpty else { return }
    try sink(
      "<h2>\(say("roundtrip-lost-pieces"))</h2>\n<table>\n<thead><tr><th scope=\"col\">\(say("roundtrip-column-text"))</th>"
        + "<th scope=\"col\">\(say("roundtrip-column-place"))</th></tr></thead>\n<tbody>\n")
    for loss in losses {
      let instead = loss.instead.map { "<br>" + say("roundtrip-instead", [$0]) } ?? ""
      try sink(
        "<tr><td dir=\"auto\">\(HTMLText.escaped(loss.text))\(instead)</td>"
          + "<td class=\"place\"><code>\(HTMLText.escaped(loss.path))</code><br>"
          + "\(HTMLText.escaped(loss.component))<br>\(HTMLText.escaped(loss.file)):\(loss.line)"
          + "<br>\(HTMLText.escaped(words.reason(loss.reason?.rawValue ?? "")))</td></tr>\n")
    }
    try sink("</tbody>\n</table>\n")
    if moreLosses > 0 { try sink("<p>\(say("roundtrip-more-losses", [words.number(moreLosses)]))</p>\n") }
  }

  private static let style = """
    body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
    body { color: #1a1a1a; background: #fff; }
    h1 { font-size: 1.6rem; }
    h2 { font-size: 1.2rem; margin-top: 2rem; }
    .verdict { font-weight: 600; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-top: 1px solid #d8d8d8; }
    th, td { overflow-wrap: anywhere; }
    th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .place { color: #4a4a4a; font-size: .875rem; }
    @media print { tr { break-inside: avoid; } }
    """
}
