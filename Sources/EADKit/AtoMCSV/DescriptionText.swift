/// Text of AtoM's fields as elements: paragraphs, line breaks, and the Markdown that stands for lists and emphasis.
///
/// It is the reverse of what `TextRenderer` writes, so that a text comes back as it was.
struct DescriptionText {
  let builder: TargetBuilder
  /// Makes lists and emphasis of Markdown; AtoM stores the Markdown itself.
  let readsMarkdown: Bool

  typealias Line = Slice<UnsafeBufferPointer<UInt8>>

  // MARK: Shapes

  /// Running text; a newline becomes `lb`.
  func line(_ value: UnsafeBufferPointer<UInt8>) { write(DescriptionText.lines(value), emphasis: false) }

  /// Paragraphs, separated by blank lines; lists of their own.
  func paragraphs(_ value: UnsafeBufferPointer<UInt8>) {
    var block: [Line] = []
    for line in DescriptionText.lines(value) + [Line(base: value, bounds: 0..<0)] {
      if !Bytes.isBlank(UnsafeBufferPointer(rebasing: line)) {
        block.append(line)
      } else if !block.isEmpty {
        self.block(block)
        block.removeAll(keepingCapacity: true)
      }
    }
  }

  /// One paragraph; newlines, also those of blank lines, become `lb`.
  func oneParagraph(_ value: UnsafeBufferPointer<UInt8>) {
    builder.start(Tag.p)
    write(DescriptionText.lines(value), emphasis: readsMarkdown)
    builder.end()
  }

  /// Every line a paragraph.
  func lineParagraphs(_ value: UnsafeBufferPointer<UInt8>) {
    for line in DescriptionText.lines(value) where !Bytes.isBlank(UnsafeBufferPointer(rebasing: line)) {
      builder.start(Tag.p)
      write([line], emphasis: readsMarkdown)
      builder.end()
    }
  }

  /// The lines of a text, whatever ends them.
  static func lines(_ value: UnsafeBufferPointer<UInt8>) -> [Line] {
    var lines: [Line] = []
    var start = 0
    var at = 0
    while at < value.count {
      if value[at] == 0x0A || value[at] == 0x0D {
        lines.append(value[start..<at])
        if value[at] == 0x0D, at + 1 < value.count, value[at + 1] == 0x0A { at += 1 }
        start = at + 1
      }
      at += 1
    }
    lines.append(value[start..<value.count])
    return lines
  }

  // MARK: Blocks

  private struct List {
    var isOrdered: Bool
    var items: [[Piece]]
  }

  private enum Piece {
    case line(Line)
    case list(List)
  }

  /// Lists that are nested deeper are lines of their item.
  private static let deepestList = 12

  private func block(_ lines: [Line]) {
    let pieces = readsMarkdown ? self.pieces(lines) : lines.map(Piece.line)
    if pieces.allSatisfy({ if case .list = $0 { true } else { false } }) {
      write(pieces)
      return
    }
    builder.start(Tag.p)
    write(pieces)
    builder.end()
  }

  private func pieces(_ lines: [Line]) -> [Piece] {
    var pieces: [Piece] = []
    var at = 0
    while at < lines.count {
      if let list = list(lines, &at, indent: DescriptionText.indent(lines[at]), depth: 0) {
        pieces.append(.list(list))
      } else {
        pieces.append(.line(lines[at]))
        at += 1
      }
    }
    return pieces
  }

  /// The list that begins at a line, with what is indented below its items; nil when none does.
  private func list(_ lines: [Line], _ at: inout Int, indent: Int, depth: Int) -> List? {
    guard depth < DescriptionText.deepestList, let first = DescriptionText.marker(lines[at]) else { return nil }
    // A number alone begins many a sentence: a numbered list counts from one, and has a second item.
    if first.number != nil, first.number != 1 || !hasSecond(lines, at, indent) { return nil }
    var list = List(isOrdered: first.number != nil, items: [])
    while at < lines.count, DescriptionText.indent(lines[at]) == indent, let marker = DescriptionText.marker(lines[at]),
      (marker.number != nil) == list.isOrdered, marker.number.map({ $0 == list.items.count + 1 }) ?? true
    {
      var item = [Piece.line(lines[at].dropFirst(marker.length))]
      at += 1
      while at < lines.count, DescriptionText.indent(lines[at]) >= indent + 2 {
        if let nested = self.list(lines, &at, indent: DescriptionText.indent(lines[at]), depth: depth + 1) {
          item.append(.list(nested))
        } else {
          item.append(.line(lines[at]))
          at += 1
        }
      }
      list.items.append(item)
    }
    return list
  }

  private func hasSecond(_ lines: [Line], _ at: Int, _ indent: Int) -> Bool {
    for line in lines[(at + 1)...].prefix(200) {
      let own = DescriptionText.indent(line)
      if own == indent { return DescriptionText.marker(line)?.number == 2 }
      if own < indent { return false }
    }
    return false
  }

  private static func indent(_ line: Line) -> Int { line.prefix { $0 == 0x20 }.count }

  /// `* ` or `12. `, with the blanks before it.
  private static func marker(_ line: Line) -> (length: Int, number: Int?)? {
    let blanks = indent(line)
    let rest = line.dropFirst(blanks)
    if rest.first == 0x2A, rest.dropFirst().first == 0x20, rest.count > 2 { return (blanks + 2, nil) }
    let digits = rest.prefix { Bytes.isDigit($0) }
    guard (1...4).contains(digits.count), rest.count > digits.count + 2, rest.dropFirst(digits.count).first == 0x2E,
      rest.dropFirst(digits.count + 1).first == 0x20
    else { return nil }
    return (blanks + digits.count + 2, digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
  }

  private func write(_ pieces: [Piece]) {
    var run: [Line] = []
    for piece in pieces {
      switch piece {
      case .line(let line): run.append(line)
      case .list(let list):
        write(run, emphasis: readsMarkdown)
        run.removeAll()
        write(list)
      }
    }
    write(run, emphasis: readsMarkdown)
  }

  private func write(_ list: List) {
    builder.start(Tag.list)
    let isEAD3 = builder.generation == .ead3
    builder.attribute(
      isEAD3 ? Attribute.listtype : Attribute.type, list.isOrdered ? "ordered" : isEAD3 ? "unordered" : "marked")
    for item in list.items {
      builder.start(Tag.item)
      write(item)
      builder.end()
    }
    builder.end()
  }

  // MARK: Lines

  private func write(_ lines: [Line], emphasis: Bool) {
    for (index, line) in lines.enumerated() {
      if index > 0 {
        builder.start(Tag.lb)
        builder.end()
      }
      let text = Bytes.trimmed(UnsafeBufferPointer(rebasing: line))
      if emphasis { emphasised(text) } else { builder.text(text) }
    }
  }

  /// Text with `_x_`, `**x**` and `***x***` as `emph`, where nothing else can be meant.
  private func emphasised(_ text: UnsafeBufferPointer<UInt8>) {
    var from = 0
    var at = 0
    while at < text.count {
      guard text[at] == 0x2A || text[at] == 0x5F, let found = emphasis(text, at) else {
        at += 1
        continue
      }
      if at > from { builder.text(UnsafeBufferPointer(rebasing: text[from..<at])) }
      builder.start(Tag.emph)
      builder.attribute(Attribute.render, found.render)
      builder.text(UnsafeBufferPointer(rebasing: text[(at + found.width)..<found.end]))
      builder.end()
      at = found.end + found.width
      from = at
    }
    if from < text.count { builder.text(UnsafeBufferPointer(rebasing: text[from...])) }
  }

  /// Emphasis that begins at a mark: how wide the mark is, where the closing one stands, what it means.
  private func emphasis(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> (width: Int, end: Int, render: String)? {
    let mark = text[at]
    guard at == 0 || DescriptionText.mayPrecede(text, at) else { return nil }
    var width = 1
    while at + width < text.count, text[at + width] == mark { width += 1 }
    guard width <= 3, at + width < text.count, !Bytes.isSpace(text[at + width]) else { return nil }
    var end = at + width
    while end < text.count, text[end] != 0x2A, text[end] != 0x5F { end += 1 }
    guard end > at + width, end + width <= text.count, !Bytes.isSpace(text[end - 1]) else { return nil }
    for offset in 0..<width where text[end + offset] != mark { return nil }
    let after = end + width
    guard after == text.count || DescriptionText.mayFollow(text, after) else { return nil }
    return (width, end, ["italic", "bold", "bolditalic"][width - 1])
  }

  /// A blank, an opening bracket or quotation mark: where `TextRenderer` writes the mark again.
  private static func mayPrecede(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    Bytes.isSpace(text[at - 1]) || [0x28, 0x5B, 0x22, 0x27].contains(text[at - 1])
  }

  private static func mayFollow(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    Bytes.isSpace(text[at]) || [0x29, 0x5D, 0x22, 0x27, 0x2C, 0x2E, 0x3A, 0x3B, 0x21, 0x3F].contains(text[at])
  }
}
