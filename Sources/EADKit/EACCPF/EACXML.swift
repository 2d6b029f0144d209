/// Writes elements of EAC-CPF 2.0, indented where only elements stand.
struct EACXML {
  private let output: XMLOutput
  private let indentation: Int
  private var open: [String] = []
  /// The element at hand has text: no white space is added in it.
  private var isMixed = false
  private var isEmpty = false

  init(_ output: XMLOutput, indentation: Int) {
    self.output = output
    self.indentation = indentation
  }

  private mutating func line() {
    guard !isMixed, indentation > 0 else { return }
    output.newline(open.count * indentation)
  }

  private mutating func closeTag() {
    if isEmpty { output.raw(">" as StaticString) }
    isEmpty = false
  }

  /// Opens an element; attributes without a value are left out.
  mutating func start(_ name: String, _ attributes: [(String, [UInt8]?)] = []) {
    closeTag()
    if !open.isEmpty { line() }
    output.raw("<" + name)
    for (attribute, value) in attributes {
      guard let value else { continue }
      output.raw(" " + attribute + "=\"")
      value.withUnsafeBufferPointer { output.value($0) }
      output.raw("\"" as StaticString)
    }
    open.append(name)
    isEmpty = true
  }

  /// Opens an element with attributes that the program itself names.
  mutating func start(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    start(name, attributes.map { ($0.key, Array($0.value.utf8)) })
  }

  mutating func end() {
    guard let name = open.popLast() else { return }
    if isEmpty {
      output.raw("/>" as StaticString)
    } else {
      line()
      output.raw("</" + name + ">")
    }
    isEmpty = false
  }

  /// An element with text.
  mutating func element(_ name: String, _ text: [UInt8], _ attributes: [(String, [UInt8]?)] = []) {
    start(name, attributes)
    if !text.isEmpty {
      closeTag()
      text.withUnsafeBufferPointer { output.text($0) }
      isMixed = true
    }
    end()
    isMixed = false
  }

  /// An element with text whose white space is meant.
  mutating func lines(_ name: String, _ text: [UInt8]) {
    let hasRuns = zip(text, text.dropFirst()).contains { Bytes.isSpace($0) && Bytes.isSpace($1) }
    guard hasRuns || text.contains(where: { $0 < 0x20 }) else { return element(name, text) }
    start(name)
    closeTag()
    isMixed = true
    output.raw("<span style=\"white-space: pre-wrap\">" as StaticString)
    text.withUnsafeBufferPointer { output.text($0) }
    output.raw("</span>" as StaticString)
    end()
    isMixed = false
  }

  /// Paragraphs and lists of a cell: a blank line ends a paragraph, lines that begin with `* ` are a list.
  ///
  /// - Parameter lists: whether the element at hand may hold lists.
  mutating func blocks(_ text: [UInt8], lists: Bool) {
    for paragraph in EACXML.paragraphs(text) {
      let lines = paragraph.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
      if lists, lines.allSatisfy(EACXML.isItem) {
        start("list", ["listType": "unordered"])
        for line in lines { element("item", Array(line.dropFirst(2))) }
        end()
      } else {
        self.lines("p", paragraph)
      }
    }
  }

  /// `* ` and something that white space does not matter in.
  private static func isItem(_ line: [UInt8]) -> Bool {
    line.count > 2 && line.starts(with: [0x2A, 0x20])
      && !zip(line.dropFirst(), line.dropFirst(2)).contains { Bytes.isSpace($0) && Bytes.isSpace($1) }
  }

  /// Splits at blank lines; carriage returns go, and paragraphs of nothing.
  static func paragraphs(_ text: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var current: [UInt8] = []
    for line in text.filter({ $0 != 0x0D }).split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.allSatisfy(Bytes.isSpace) {
        if !current.isEmpty { found.append(current) }
        current = []
      } else {
        if !current.isEmpty { current.append(0x0A) }
        current.append(contentsOf: line)
      }
    }
    if !current.isEmpty { found.append(current) }
    return found
  }

  /// A cell as a list of lines, each with the paragraphs that follow it: the first paragraph's lines, and below the last of
  /// them everything after it.
  static func items(_ text: [UInt8]) -> [(line: [UInt8], notes: [UInt8])] {
    var paragraphs = paragraphs(text)
    guard !paragraphs.isEmpty else { return [] }
    let first = paragraphs.removeFirst()
    var items = first.split(separator: 0x0A).map { (line: Array($0), notes: [UInt8]()) }
    if !items.isEmpty { items[items.count - 1].notes = Array(paragraphs.joined(separator: [0x0A, 0x0A])) }
    return items
  }

  /// Everything is closed and handed on.
  mutating func finish() throws(EADError) {
    while !open.isEmpty { end() }
    output.raw("\n" as StaticString)
    try output.flush()
  }
}
