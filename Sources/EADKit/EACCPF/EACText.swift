/// Writes what elements of EAC-CPF hold as plain text, and marks what it wrote.
///
/// White space collapses; paragraphs are separated by a blank line, lines by a newline; lists become `* item` lines,
/// italics and bold type Markdown, which AtoM renders.
struct EACText {
  private(set) var out: [UInt8] = []
  private let markdown: Bool
  private var breaks = 0
  private var space = false
  private var swallowSpace = false
  private var isAtItem = false
  private var indent = 0
  /// Blanks before a line at most: no outline that is read is as deep, and a file of lists in lists must not grow.
  private static let deepest = 40

  init(markdown: Bool) { self.markdown = markdown }

  /// The text of an element on one line.
  static func line(_ element: EACElement) -> [UInt8] {
    let text = element.plainText
    element.useAll()
    return text
  }

  // MARK: Writing

  /// Asks for this many newlines before whatever comes next.
  mutating func lineBreak(_ count: Int) {
    guard !out.isEmpty, !isAtItem else { return }
    breaks = max(breaks, count)
    space = true
  }

  /// Asks for a blank before whatever comes next.
  mutating func wordBreak() { space = true }

  private mutating func flush() {
    if out.isEmpty {
      breaks = 0
      space = false
    }
    if breaks > 0 {
      for _ in 0..<breaks { out.append(0x0A) }
      for _ in 0..<min(indent, EACText.deepest) { out.append(0x20) }
      breaks = 0
    } else if space, let last = out.last, last != 0x20, last != 0x0A {
      out.append(0x20)
    }
    space = false
  }

  /// Puts a separator in place of whatever white space is pending.
  mutating func separator(_ text: StaticString) {
    guard !out.isEmpty else { return }
    breaks = 0
    space = false
    out.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    swallowSpace = true
  }

  mutating func put(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if Bytes.isSpace(byte) {
        if !swallowSpace { space = true }
        continue
      }
      flush()
      swallowSpace = false
      isAtItem = false
      out.append(byte)
    }
  }

  /// Text whose line ends are meant.
  private mutating func putLines(_ bytes: some Sequence<UInt8>) {
    var newlines = 0
    for byte in bytes {
      if byte == 0x0A {
        newlines += 1
      } else if Bytes.isSpace(byte) {
        if newlines == 0 { space = true }
      } else {
        if newlines > 0, !out.isEmpty {
          breaks = max(breaks, newlines)
          newlines = 0
        }
        flush()
        out.append(byte)
      }
    }
    if newlines > 0, !out.isEmpty { breaks = max(breaks, newlines) }
  }

  /// Text whose white space is meant.
  private mutating func putExactly(_ bytes: ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { return }
    flush()
    out.append(contentsOf: bytes)
  }

  // MARK: Elements

  /// What the element holds, as paragraphs of their own.
  mutating func blocks(_ element: EACElement) {
    lineBreak(2)
    for child in element.children { node(child) }
    lineBreak(2)
  }

  private mutating func node(_ child: EACElement) {
    if child.isText {
      put(child.bytes)
      child.use()
    } else {
      self.element(child)
    }
  }

  /// One element, by its name.
  mutating func element(_ element: EACElement) {
    guard element.hasText || EACDates.names.contains(element.name) else { return }
    switch element.name {
    case "list": list(element, ordered: element.take("listType").map { $0.elementsEqual("ordered".utf8) } ?? false)
    case "outline": list(element, ordered: false)
    case "level":
      for child in element.children { child.name == "item" ? item(child, "* ") : node(child) }
    case "item": item(element, "* ")
    case "chronList": chronology(element)
    case "date", "dateRange", "dateSet":
      wordBreak()
      put(EACDates.text(element))
      wordBreak()
    case "p", "abstract", "citation", "eventDescription", "descriptiveNote":
      lineBreak(2)
      for child in element.children { node(child) }
      link(element)
      lineBreak(2)
    case "head":
      lineBreak(2)
      for child in element.children { node(child) }
      lineBreak(1)
    case "addressLine", "contactLine":
      if !out.isEmpty { separator(", ") }
      for child in element.children { node(child) }
    case "span": span(element)
    case let name where EACText.inline.contains(name):
      for child in element.children { node(child) }
      link(element)
    default:
      wordBreak()
      for child in element.children { node(child) }
      wordBreak()
    }
  }

  /// Elements that may stand in the middle of a word.
  private static let inline: Set<String> = ["reference", "event"]

  /// Writes ` <address>`, unless the text ends with it.
  private mutating func link(_ element: EACElement) {
    guard let name = ["xlink:href", "href"].first(where: { element.peek($0) != nil }),
      let address = element.take(name).map(EACElement.collapsed), !address.isEmpty,
      !out.suffix(address.count).elementsEqual(address)
    else { return }
    let trailing = space
    space = true
    put(CollectionOfOne<UInt8>(0x3C))
    out += address
    out.append(0x3E)
    space = trailing
  }

  private mutating func span(_ element: EACElement) {
    let style = (element.peek("style") ?? []).withUnsafeBufferPointer { Bytes.key($0) }
    if style.contains("pre-line") || style.contains("pre-wrap") {
      _ = element.take("style")
      for child in element.children where child.isText {
        style.contains("pre-wrap") ? putExactly(child.bytes) : putLines(child.bytes)
        child.use()
      }
      return
    }
    var mark: StaticString = ""
    if markdown {
      if style.contains("bold") { mark = "**" } else if style.contains("italic") { mark = "*" }
    }
    guard mark.utf8CodeUnitCount > 0 else {
      element.mark("style", .markupOnly)
      for child in element.children { node(child) }
      return
    }
    _ = element.take("style")
    let text = EACText.line(element)
    if element.children.first?.bytes.first.map(Bytes.isSpace) == true { space = true }
    put(CollectionOfOne<UInt8>(0x2A))
    if mark.utf8CodeUnitCount == 2 { out.append(0x2A) }
    out.append(contentsOf: text)
    out.append(contentsOf: UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount))
    if element.children.last?.bytes.last.map(Bytes.isSpace) == true { space = true }
  }

  private mutating func list(_ element: EACElement, ordered: Bool) {
    lineBreak(isAtItem || indent > 0 ? 1 : 2)
    var number = 0
    for child in element.children {
      switch child.name {
      case "item" where !child.isText:
        number += 1
        item(child, ordered ? "\(number). " : "* ")
      case "list" where !child.isText:
        indent += 2
        self.element(child)
        indent -= 2
      case "level" where !child.isText: level(child)
      case "head" where !child.isText:
        lineBreak(1)
        for part in child.children { node(part) }
        lineBreak(1)
      default: node(child)
      }
    }
    lineBreak(indent > 0 ? 1 : 2)
  }

  private mutating func level(_ element: EACElement) {
    for child in element.children {
      if child.isText || child.name != "level" {
        child.name == "item" && !child.isText ? item(child, "* ") : node(child)
      } else {
        indent += 2
        level(child)
        indent -= 2
      }
    }
  }

  private mutating func item(_ element: EACElement, _ mark: String) {
    guard element.hasText else { return }
    lineBreak(1)
    flush()
    out.append(contentsOf: mark.utf8)
    isAtItem = true
    swallowSpace = true
    indent += 2
    for child in element.children { node(child) }
    indent -= 2
    isAtItem = false
    lineBreak(1)
  }

  private mutating func chronology(_ element: EACElement) {
    lineBreak(2)
    for child in element.children {
      if child.isText || child.name != "chronItem" {
        node(child)
        continue
      }
      guard child.hasText || child.elements.contains(where: { EACDates.names.contains($0.name) }) else { continue }
      lineBreak(1)
      flush()
      out.append(contentsOf: "* ".utf8)
      isAtItem = true
      swallowSpace = true
      indent += 2
      chronologyItem(child)
      indent -= 2
      isAtItem = false
      lineBreak(1)
    }
    lineBreak(2)
  }

  private mutating func chronologyItem(_ element: EACElement) {
    var saidDate = false
    var saidEvent = false
    // The date comes first and the place after what happened there, wherever they stand; what belongs together in a set
    // stays so.
    func ordered(_ parts: [EACElement]) -> [EACElement] {
      parts.filter { !EACText.places.contains($0.name) } + parts.filter { EACText.places.contains($0.name) }
    }
    let dates = element.children.filter { EACDates.names.contains($0.name) }
    let others = element.children.filter { !EACDates.names.contains($0.name) }
    let parts = dates + ordered(others).flatMap { $0.name == "chronItemSet" && !$0.isText ? ordered($0.children) : [$0] }
    for part in parts {
      if part.isText {
        put(part.bytes)
        part.use()
      } else if EACDates.names.contains(part.name) {
        let date = EACDates.text(part)
        if date.isEmpty { continue }
        if saidEvent { separator("; ") } else if saidDate { separator(", ") }
        put(date)
        saidDate = true
      } else if part.hasText {
        if EACText.places.contains(part.name) {
          separator(" (")
          put(EACText.line(part))
          separator(")")
          swallowSpace = false
          wordBreak()
          continue
        }
        if saidEvent { separator("; ") } else if saidDate { separator(": ") }
        saidEvent = true
        for child in part.children { node(child) }
      }
    }
  }

  private static let places: Set<String> = ["place", "placeEntry", "placeName"]
}
