/// Writes the text of an element and of all it holds as plain text with Markdown, and marks what it wrote.
///
/// White space collapses; paragraphs are separated by a blank line, lines by a newline; lists become `* item` lines.
struct TextRenderer {
  enum Form {
    /// Paragraphs, lists and tables keep their lines.
    case prose
    /// Everything on one line, but for `lb`, and without Markdown: titles, identifiers, names.
    case line
  }

  var out: UnsafeMutablePointer<ByteBuffer>
  let context: RenderContext
  private var start: Int
  private var breaks = 0
  private var space = false
  private var swallowSpace = false
  private var form: Form
  private var isTerm: Bool
  private var inTable = false
  private var isEmphasised = false
  /// A list's mark was just written: its item begins on the same line.
  private var isAtItem = false
  private var indent = 0
  private var depth = 0

  /// - Parameter term: the value is an access point: a pipe becomes a subdivision.
  init(to out: UnsafeMutablePointer<ByteBuffer>, _ form: Form, _ context: RenderContext, term: Bool = false) {
    self.out = out
    self.form = form
    self.context = context
    start = out.pointee.count
    isTerm = term
  }

  /// Bytes written by this renderer so far.
  var isEmpty: Bool { out.pointee.count == start }

  /// Asks for this many newlines before whatever comes next.
  @inline(__always)
  mutating func lineBreak(_ count: Int) {
    if out.pointee.count > start, !isAtItem {
      breaks = max(breaks, form == .prose ? count : 0)
      space = true
    }
  }

  /// Asks for a blank before whatever comes next.
  mutating func wordBreak() { space = true }

  private mutating func hardBreak() {
    // A name, and the cell of a table, stay on one line.
    if isTerm || inTable {
      space = true
    } else if out.pointee.count > start {
      breaks = max(breaks, 1)
    }
  }

  @inline(__always)
  private mutating func flush() {
    if breaks > 0 {
      for _ in 0..<breaks { out.pointee.append(0x0A) }
      for _ in 0..<indent { out.pointee.append(0x20) }
      breaks = 0
    } else if space, let last = out.pointee.bytes.last, out.pointee.count > start, last != 0x20, last != 0x0A {
      out.pointee.append(0x20)
    }
    space = false
  }

  /// Writes bytes as they are, after what is pending.
  mutating func raw(_ text: StaticString) {
    flush()
    out.pointee.append(text)
  }

  mutating func raw(_ text: String) {
    flush()
    out.pointee.append(text)
  }

  /// Writes text of the document.
  mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard var at = bytes.baseAddress else { return }
    let end = at + bytes.count
    while at < end {
      let byte = at.pointee
      if byte <= 0x20 {
        if Bytes.isSpace(byte) && !swallowSpace { space = true }
        at += 1
        continue
      }
      swallowSpace = false
      isAtItem = false
      flush()
      let from = at
      while at < end, at.pointee > 0x20, at.pointee != 0x7C { at += 1 }
      out.pointee.append(from, at - from)
      if at < end, at.pointee == 0x7C {
        at += 1
        pipe(&at, end)
      }
    }
  }

  private mutating func pipe(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    guard isTerm else {
      out.pointee.append("\u{A6}")
      return
    }
    // `|z Vermont` in a heading copied from a catalogue: the subfield code goes with the pipe.
    out.pointee.trim(from: start)
    if out.pointee.count > start { out.pointee.append(" --") }
    if at + 1 < end, Bytes.isASCIILetter(at[0]), at[1] == 0x20 { at += 1 }
    space = true
  }

  // MARK: Elements

  /// Writes what an element holds, and marks its text as used.
  mutating func content(_ element: Cursor) {
    var before: NameID = Tag.text
    for child in element.children { self.child(child, after: &before) }
  }

  /// Writes a text or an element that follows another.
  @inline(__always)
  mutating func child(_ child: Cursor, after before: inout NameID) {
    if child.isText {
      if child.isExternal { return }
      child.mark(UnitNode.used)
      if TextRenderer.words.contains(before), let first = child.bytes.first, Bytes.isWord(first) { space = true }
      put(child.bytes)
    } else {
      // Two values side by side are two words, whatever the file has between their tags: `<date>1937</date>Papers`.
      if before != Tag.text, TextRenderer.values.contains(child.name) { space = true }
      if TextRenderer.words.contains(child.name), let last = out.pointee.bytes.last, Bytes.isWord(last) { space = true }
      self.element(child)
    }
    before = child.name
  }

  /// Elements that are words of their own even beside text.
  private static let words: Set<NameID> = [
    Tag.date, Tag.unitdate, Tag.unitdatestructured, Tag.extent, Tag.physfacet, Tag.dimensions, Tag.language, Tag.script,
    Tag.quantity, Tag.unittype, Tag.datesingle, Tag.daterange, Tag.subarea, Tag.num,
  ]

  /// Elements that hold a value of their own and not a stretch of a sentence.
  private static let values: Set<NameID> = [
    Tag.language, Tag.languageset, Tag.script, Tag.persname, Tag.corpname, Tag.famname, Tag.name, Tag.geogname, Tag.subject,
    Tag.genreform, Tag.function, Tag.occupation, Tag.unitdate, Tag.unitdatestructured, Tag.date, Tag.num, Tag.title, Tag.extent,
    Tag.physfacet, Tag.dimensions, Tag.bibseries, Tag.edition, Tag.imprint, Tag.ref, Tag.extref, Tag.archref, Tag.bibref,
    Tag.corpname, Tag.event, Tag.label, Tag.item, Tag.subarea, Tag.quantity, Tag.unittype, Tag.citation,
  ]

  mutating func element(_ element: Cursor) {
    if context.skipsInternal, context.isInternal(element) {
      element.markAll(UnitNode.ignored, reason: .internal, attributes: true)
      return
    }
    depth += 1
    defer { depth -= 1 }
    // Past this depth nothing a person wrote is left: the text is kept, its shape is not.
    if depth > 200 {
      flat(element)
      return
    }
    switch element.name {
    case Tag.lb: hardBreak()
    case Tag.p, Tag.legalstatus, Tag.blockquote, Tag.div: block(element, 2)
    case Tag.head: head(element)
    case Tag.list: list(element)
    case Tag.chronlist: chronology(element)
    case Tag.table, Tag.thead, Tag.tbody: table(element)
    case Tag.dateset: dates(element)
    case Tag.addressline, Tag.change, Tag.relation, Tag.address: block(element, 1)
    case Tag.emph: emphasis(element)
    case Tag.title: title(element)
    case Tag.ref, Tag.extref, Tag.archref, Tag.bibref, Tag.refloc, Tag.extrefloc:
      reference(element)
    case Tag.ptr, Tag.extptr, Tag.ptrloc, Tag.extptrloc: pointer(element)
    case Tag.dao, Tag.daoloc: link(element)
    case Tag.abbr, Tag.expan: expansion(element)
    case Tag.footnote: bracketed(element)
    case Tag.note:
      if Cursor(element.arena, element.parent).isMixedLine { bracketed(element) } else { block(element, 2) }
    case Tag.index:
      // An index inside a text is no part of it: it stays in the account.
      break
    case Tag.part: part(element)
    case Tag.daterange: range(element)
    case Tag.date, Tag.unitdate, Tag.datesingle, Tag.fromdate, Tag.todate: date(element)
    case Tag.geographiccoordinates:
      space = true
      raw("(")
      content(element)
      raw(")")
    case Tag.item: block(element, 1)
    default:
      if ElementTraits.table[Int(element.name)].contains(.block) { block(element, 2) } else { content(element) }
    }
  }

  private mutating func block(_ element: Cursor, _ lines: Int) {
    lineBreak(lines)
    content(element)
    lineBreak(lines)
  }

  private mutating func flat(_ element: Cursor) {
    for index in element.index..<element.end {
      let node = Cursor(element.arena, index)
      if node.isText, !node.isExternal {
        node.mark(UnitNode.used)
        put(node.bytes)
      }
    }
  }

  private mutating func head(_ element: Cursor) {
    if context.isOwnLabel(element) {
      element.markAll(UnitNode.ignored, reason: .repeatedLabel)
      return
    }
    lineBreak(2)
    content(element)
    breaks = 0
    lineBreak(1)
  }

  private mutating func list(_ element: Cursor) {
    guard element.hasText else { return }
    let inParagraph = Cursor(element.arena, element.parent).isMixedLine
    lineBreak(inParagraph ? 1 : 2)
    let type = element.attribute(Attribute.type) ?? element.attribute(Attribute.listtype)
    let isOrdered = type.map { Bytes.equal($0, "ordered") } ?? false
    var number = 0
    for child in element.children {
      switch child.name {
      case Tag.text:
        child.mark(UnitNode.used)
        put(child.bytes)
      case Tag.head:
        lineBreak(1)
        content(child)
        lineBreak(1)
      case Tag.item:
        guard child.hasText || child.hasElement else { continue }
        number += 1
        lineBreak(1)
        item(child, isOrdered ? "\(number). " : "* ")
      case Tag.defitem:
        lineBreak(1)
        marker("* ")
        pair(child, Tag.label)
      case Tag.listhead:
        lineBreak(1)
        joined(child, ": ")
      default: self.element(child)
      }
    }
    lineBreak(inParagraph ? 1 : 2)
  }

  private mutating func marker(_ text: String) {
    if form == .prose {
      raw(text)
      swallowSpace = true
      isAtItem = true
    } else if out.pointee.count > start, let last = out.pointee.bytes.last, last != 0x3B, last != 0x3A, !isTerm {
      out.pointee.append(0x3B)
      space = true
    }
  }

  private mutating func item(_ element: Cursor, _ mark: String) {
    marker(mark)
    indent += 2
    itemContent(element)
    indent -= 2
    lineBreak(1)
  }

  /// An item's paragraphs stay one line: a blank line would end the list.
  private mutating func itemContent(_ element: Cursor) {
    var before: NameID = Tag.text
    for child in element.children {
      if child.name == Tag.p {
        lineBreak(1)
        content(child)
        lineBreak(1)
      } else {
        self.child(child, after: &before)
      }
      swallowSpace = false
    }
  }

  /// `label: item`, the label being the first child with this name.
  private mutating func pair(_ element: Cursor, _ label: NameID) {
    indent += 2
    for child in element.children where child.isText || child.hasText || child.hasElement {
      if child.isText {
        child.mark(UnitNode.used)
        put(child.bytes)
        continue
      }
      let before = out.pointee.count
      itemContent(child)
      if child.name == label, out.pointee.count > before {
        if out.pointee.bytes.last != 0x3A { out.pointee.append(0x3A) }
        space = true
        breaks = 0
      } else {
        lineBreak(1)
      }
    }
    indent -= 2
    lineBreak(1)
  }

  private mutating func joined(_ element: Cursor, _ separator: StaticString) {
    var first = true
    for child in element.children where child.isText || child.hasText {
      if !first, !child.isText {
        space = false
        breaks = 0
        out.pointee.append(separator)
        swallowSpace = true
      }
      first = false
      if child.isText {
        child.mark(UnitNode.used)
        put(child.bytes)
      } else {
        content(child)
      }
    }
    lineBreak(1)
  }

  private mutating func chronology(_ element: Cursor) {
    guard element.hasText else { return }
    let inParagraph = Cursor(element.arena, element.parent).isMixedLine
    lineBreak(inParagraph ? 1 : 2)
    for child in element.children {
      switch child.name {
      case Tag.chronitem:
        guard child.hasText else { continue }
        lineBreak(1)
        marker("* ")
        chronologyItem(child)
      case Tag.listhead:
        lineBreak(1)
        joined(child, ": ")
      case Tag.head:
        lineBreak(1)
        content(child)
        lineBreak(1)
      default:
        if child.isText {
          child.mark(UnitNode.used)
          put(child.bytes)
        } else {
          self.element(child)
        }
      }
    }
    lineBreak(inParagraph ? 1 : 2)
  }

  private mutating func chronologyItem(_ element: Cursor) {
    indent += 2
    var saidDate = false
    var saidEvent = false
    func isDate(_ name: NameID) -> Bool {
      name == Tag.date || name == Tag.datesingle || name == Tag.daterange || name == Tag.dateset
    }
    for child in element.children {
      if child.isText {
        child.mark(UnitNode.used)
        put(child.bytes)
        continue
      }
      guard child.hasText else { continue }
      if isDate(child.name) {
        if saidDate, !saidEvent { separator(", ") }
        self.element(child)
        swallowSpace = false
        saidDate = true
        continue
      }
      let parts = child.name == Tag.eventgrp || child.name == Tag.chronitemset ? Array(child.children) : [child]
      if child.name == Tag.chronitemset, let first = parts.first(where: { isDate($0.name) }) {
        if saidDate, !saidEvent { separator(", ") }
        self.element(first)
        swallowSpace = false
        saidDate = true
      }
      for event in parts where event.hasText && !(child.name == Tag.chronitemset && isDate(event.name)) {
        if saidEvent {
          separator("; ")
        } else if saidDate {
          separator(": ")
        }
        saidEvent = true
        if event.isText {
          event.mark(UnitNode.used)
          put(event.bytes)
        } else {
          itemContent(event)
        }
      }
    }
    indent -= 2
    lineBreak(1)
  }

  /// Puts a separator in place of whatever white space is pending.
  mutating func separator(_ text: StaticString) {
    guard out.pointee.count > start else { return }
    space = false
    breaks = 0
    out.pointee.trim(from: start)
    out.pointee.append(text)
    swallowSpace = true
  }

  /// Between two cells of a table; an empty first one leaves its mark on the row's own line.
  private mutating func cellSeparator() {
    let beginsLine = breaks > 0 || out.pointee.count == start
    space = false
    flush()
    out.pointee.append(beginsLine ? "; " : " ; ")
    swallowSpace = true
  }

  private mutating func table(_ element: Cursor) {
    guard element.hasText else { return }
    lineBreak(2)
    rows(element)
    lineBreak(2)
  }

  private mutating func rows(_ element: Cursor) {
    for child in element.children {
      if child.isText {
        child.mark(UnitNode.used)
        put(child.bytes)
      } else if child.name == Tag.row {
        lineBreak(1)
        var first = true
        for entry in child.children {
          if !first { cellSeparator() }
          first = false
          if entry.isText {
            entry.mark(UnitNode.used)
            put(entry.bytes)
          } else {
            let (wasForm, wasInTable) = (form, inTable)
            form = .line
            inTable = true
            content(entry)
            form = wasForm
            inTable = wasInTable
          }
          swallowSpace = false
        }
        lineBreak(1)
      } else if child.name == Tag.head {
        lineBreak(1)
        content(child)
        lineBreak(1)
      } else {
        rows(child)
      }
    }
  }

  // MARK: Inline

  private mutating func emphasis(_ element: Cursor) {
    let render = element.attribute(Attribute.render)
    guard let render else {
      marked(element, "_")
      return
    }
    let kind = Bytes.key(render)
    if kind.contains("quote") {
      quoted(element, kind.contains("single") ? "'" : "\"")
    } else if kind == "bolditalic" {
      marked(element, "***")
    } else if kind.hasPrefix("bold") {
      marked(element, "**")
    } else if kind == "italic" {
      marked(element, "_")
    } else {
      content(element)
    }
  }

  private mutating func title(_ element: Cursor) {
    let href = element.attribute(Attribute.href)
    let render = element.attribute(Attribute.render).map(Bytes.key)
    if let render, render.contains("quote") {
      quoted(element, render.contains("single") ? "'" : "\"")
    } else if render == nil || render == "italic" {
      marked(element, "_")
    } else {
      emphasis(element)
    }
    if href != nil { target(element) }
  }

  private mutating func marked(_ element: Cursor, _ mark: StaticString) {
    guard form == .prose, context.markdown, !isEmphasised, element.hasText, !element.hasLineBreak else {
      content(element)
      return
    }
    leadingSpace(element)
    // Markdown knows no emphasis inside a word, nor two emphases without anything between.
    let last = space || breaks > 0 || out.pointee.count == start ? nil : out.pointee.bytes.last
    if let last, Bytes.isWord(last) || last == 0x5F || last == 0x2A {
      content(element)
      return
    }
    if element.isFollowedByWord {
      content(element)
      return
    }
    flush()
    out.pointee.append(mark)
    swallowSpace = true
    isEmphasised = true
    content(element)
    isEmphasised = false
    swallowSpace = false
    if breaks == 0 { out.pointee.append(mark) }
  }

  private mutating func quoted(_ element: Cursor, _ mark: StaticString) {
    guard element.hasText else { return }
    leadingSpace(element)
    if let last = out.pointee.bytes.last, Bytes.isWord(last) { space = true }
    flush()
    out.pointee.append(mark)
    swallowSpace = true
    content(element)
    swallowSpace = false
    out.pointee.append(mark)
  }

  private mutating func bracketed(_ element: Cursor) {
    guard element.hasText else { return }
    space = true
    flush()
    out.pointee.append(0x5B)
    swallowSpace = true
    let wasForm = form
    form = .line
    content(element)
    form = wasForm
    swallowSpace = false
    breaks = 0
    space = false
    out.pointee.append(0x5D)
  }

  private mutating func leadingSpace(_ element: Cursor) {
    for index in element.index..<element.end {
      let node = Cursor(element.arena, index)
      if node.isText, let first = node.bytes.first {
        if Bytes.isSpace(first) { space = true }
        return
      }
    }
  }

  private mutating func reference(_ element: Cursor) {
    let parent = Cursor(element.arena, element.parent)
    let ownLine = !parent.isMixedLine && form == .prose && parent.name != Tag.text
    if ownLine { lineBreak(1) }
    link(element)
    if ownLine { lineBreak(1) }
  }

  private mutating func link(_ element: Cursor) {
    let before = out.pointee.count
    content(element)
    if out.pointee.count == before || element.isEmpty {
      if let title = element.use(Attribute.linktitle) ?? element.use(Attribute.title), !Bytes.isBlank(title) {
        space = true
        put(title)
      }
    }
    target(element)
  }

  private mutating func pointer(_ element: Cursor) {
    if let title = element.use(Attribute.linktitle) ?? element.use(Attribute.title), !Bytes.isBlank(title) {
      space = true
      put(title)
    }
    content(element)
    target(element)
  }

  /// Writes ` <address>`, unless the text is the address.
  private mutating func target(_ element: Cursor) {
    guard let href = element.use(Attribute.href).map(Bytes.trimmed), !href.isEmpty else { return }
    let said = out.pointee.bytes
    if said.count >= href.count,
      Bytes.equal(UnsafeBufferPointer(rebasing: said[(said.count - href.count)...]), href)
    {
      return
    }
    let trailing = space
    space = true
    raw("<")
    for byte in href {
      if byte == 0x7C {
        out.pointee.append("%7C")
      } else if byte <= 0x20 {
        out.pointee.append("%20")
      } else {
        out.pointee.append(byte)
      }
    }
    out.pointee.append(0x3E)
    space = trailing
  }

  private mutating func expansion(_ element: Cursor) {
    content(element)
    let name = element.name == Tag.abbr ? Attribute.expan : Attribute.abbr
    if let value = element.use(name), !Bytes.isBlank(value) {
      let trailing = space
      space = true
      raw("(")
      swallowSpace = true
      put(value)
      space = false
      out.pointee.append(0x29)
      space = trailing
    }
  }

  private mutating func part(_ element: Cursor) {
    let parent = Cursor(element.arena, element.parent)
    if let first = parent.first(Tag.part), first.index != element.index, out.pointee.count > start {
      separator(RenderContext.agents.contains(parent.name) ? ", " : " -- ")
    }
    content(element)
    swallowSpace = false
  }

  private mutating func dates(_ element: Cursor) {
    var isFirst = true
    for child in element.children where !child.isText && child.hasText {
      if !isFirst { separator(", ") }
      isFirst = false
      self.element(child)
      swallowSpace = false
    }
  }

  private mutating func range(_ element: Cursor) {
    let from = element.first(Tag.fromdate)
    let to = element.first(Tag.todate)
    if let from { self.element(from) }
    if from?.hasText == true || from?.attribute(Attribute.standarddate) != nil, let to,
      to.hasText || to.attribute(Attribute.standarddate) != nil
    {
      space = false
      flush()
      out.pointee.append(0x2D)
      swallowSpace = true
    }
    if let to { self.element(to) }
    swallowSpace = false
  }

  private mutating func date(_ element: Cursor) {
    if element.hasText {
      content(element)
    } else if let normal = element.use(Attribute.standarddate) ?? element.use(Attribute.normal) {
      put(normal)
    }
  }
}

extension Cursor {
  /// True when a letter or digit follows at once: the element ends inside a word.
  var isFollowedByWord: Bool {
    guard end < arena.storage.pointee.nodeCount else { return false }
    let next = Cursor(arena, end)
    guard next.isText, next.parent == parent, let first = next.bytes.first, Bytes.isWord(first) else { return false }
    // Unless white space ends the element itself.
    var at = end - 1
    while at > index, !Cursor(arena, at).isText { at -= 1 }
    return at > index && !(Cursor(arena, at).bytes.last.map(Bytes.isSpace) ?? false)
  }

  var hasElement: Bool { children.contains { !$0.isText } }

  var hasLineBreak: Bool {
    (index..<end).contains {
      let name = arena.storage.pointee.nodes[$0].name
      return name == Tag.lb || ElementTraits.table[Int(name)].contains(.block)
    }
  }

  /// True for an element whose children stand in running text.
  var isMixedLine: Bool {
    !isText && !ElementTraits.table[Int(name)].contains(.elementOnly)
  }
}

/// What rendering needs to know besides the text.
final class RenderContext {
  let markdown: Bool
  let includesInternal: Bool
  /// Set per unit: most units hold no `audience` at all.
  var skipsInternal = false
  private var ownLabels: [UInt64: Bool] = [:]

  static let agents: Set<NameID> = [Tag.persname, Tag.corpname, Tag.famname, Tag.name]

  init(markdown: Bool, includesInternal: Bool) {
    self.markdown = markdown
    self.includesInternal = includesInternal
  }

  func isInternal(_ element: Cursor) -> Bool {
    guard let audience = element.attribute(Attribute.audience) else { return false }
    let key = Bytes.key(audience)
    return key == "internal" || key.hasSuffix("internal")
  }

  /// True when a head only repeats the name of its field (`Resources/head-labels.tsv`).
  func isOwnLabel(_ head: Cursor) -> Bool {
    let parent = Cursor(head.arena, head.parent)
    guard Int(parent.name) < Tag.count else { return false }
    let labels = HeadLabels.table[Int(parent.name)]
    guard !labels.isEmpty else { return false }
    var fingerprint = UInt64(parent.name)
    for index in head.index..<head.end {
      let node = Cursor(head.arena, index)
      if node.isText { fingerprint = Bytes.hash(node.bytes, seed: fingerprint) }
    }
    if let known = ownLabels[fingerprint] { return known }
    var key = head.textBelow.withUnsafeBufferPointer(Bytes.key)
    while let last = key.unicodeScalars.last, last == ":" || last == "." || last == " " { key.unicodeScalars.removeLast() }
    let isLabel = labels.contains(key)
    if ownLabels.count < 4096 { ownLabels[fingerprint] = isLabel }
    return isLabel
  }
}
