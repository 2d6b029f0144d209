/// A rule's page on its way into HTML: headings, paragraphs, lists, blocks of code, and `code` and **strong** within lines.
///
/// The heading of the first level is left out, for the report has it already; links stay text: a report opens nothing.
enum RulePageHTML {
  static func html(_ markdown: String) -> String {
    var page = Page()
    for line in markdown.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      page.add(Array(line))
    }
    page.close()
    return page.out
  }

  private struct Page {
    var out = ""
    private var paragraph: [String] = []
    private var items: [String] = []
    /// The element of the open list.
    private var list = ""
    private var isCode = false

    mutating func add(_ line: [Unicode.Scalar]) {
      let text = RulePageHTML.text(line)
      if text.hasPrefix("```") {
        if !isCode { flush() }
        out += isCode ? "</code></pre>\n" : "<pre><code>"
        isCode.toggle()
      } else if isCode {
        out += HTMLText.escaped(TerminalText.safe(RulePageHTML.text(line))) + "\n"
      } else if text.utf8.allSatisfy(Bytes.isSpace) {
        flush()
      } else if line.first == "#" {
        flush()
        if line.starts(with: ["#", " "]) { return }
        out += "<h4>\(RulePageHTML.inline(Array(line.drop { $0 == "#" || $0 == " " })))</h4>\n"
      } else if let item = RulePageHTML.item(line) {
        if !paragraph.isEmpty || list != item.list { flush() }
        list = item.list
        items.append(RulePageHTML.inline(item.text))
      } else if let last = items.indices.last, line.first == " " {
        items[last] += " " + RulePageHTML.inline(Array(line.drop { $0 == " " }))
      } else {
        if !items.isEmpty { flush() }
        paragraph.append(RulePageHTML.inline(line))
      }
    }

    private mutating func flush() {
      if !paragraph.isEmpty { out += "<p>\(paragraph.joined(separator: "\n"))</p>\n" }
      if !items.isEmpty {
        out += "<\(list)>\n" + items.map { "<li>\($0)</li>\n" }.joined() + "</\(list)>\n"
      }
      paragraph = []
      items = []
      list = ""
    }

    mutating func close() {
      flush()
      if isCode { out += "</code></pre>\n" }
    }
  }

  private static func text(_ line: some Sequence<Unicode.Scalar>) -> String {
    var out = ""
    out.unicodeScalars.append(contentsOf: line)
    return out
  }

  /// `- text`, `* text` and `1. text`.
  private static func item(_ line: [Unicode.Scalar]) -> (list: String, text: [Unicode.Scalar])? {
    if line.starts(with: ["-", " "]) || line.starts(with: ["*", " "]) { return ("ul", Array(line.dropFirst(2))) }
    let digits = line.prefix { $0.value < 0x80 && Bytes.isDigit(UInt8($0.value)) }.count
    guard digits > 0, line.dropFirst(digits).starts(with: [".", " "]) else { return nil }
    return ("ol", Array(line.dropFirst(digits + 2)))
  }

  private static func inline(_ line: [Unicode.Scalar]) -> String {
    var out = ""
    var plain: [Unicode.Scalar] = []
    func flush() {
      out += HTMLText.escaped(ReportText.oneLine(text(plain)))
      plain = []
    }
    var at = 0
    while at < line.count {
      if line[at] == "`", let end = line[(at + 1)...].firstIndex(of: "`") {
        flush()
        out += "<code>\(HTMLText.escaped(ReportText.oneLine(text(line[(at + 1)..<end]))))</code>"
        at = end + 1
      } else if line[at...].starts(with: ["*", "*"]), let end = closing(line, from: at + 2) {
        flush()
        out += "<strong>\(inline(Array(line[(at + 2)..<end])))</strong>"
        at = end + 2
      } else {
        plain.append(line[at])
        at += 1
      }
    }
    flush()
    return out
  }

  /// Where the next `**` is.
  private static func closing(_ line: [Unicode.Scalar], from start: Int) -> Int? {
    guard start < line.count else { return nil }
    return line.indices[start...].first { line[$0...].starts(with: ["*", "*"]) && $0 > start }
  }
}
