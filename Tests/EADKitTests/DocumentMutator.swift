import CLibXML2
import Foundation
import Testing

@testable import EADKit

/// Makes small mistakes in documents, the same ones for the same seed on every machine.
///
/// What comes out is well-formed, and its namespace prefixes are declared, whenever the document was and did. The root
/// element keeps its name and its declarations; no element gets more than eight attributes, because libxml2's RELAX NG,
/// with which verdicts are compared, takes exponential time for more.
struct DocumentMutator {
  private var random: SeededRandom
  /// The last document: a test mutates the same one thousands of times.
  private var last: (bytes: [UInt8], markup: Markup)?

  private static let maxAttributes = 8
  private static let maxSize = 200_000

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// One mutation, with what was done in words; the document itself when it is not well-formed.
  mutating func mutate(_ document: [UInt8]) -> (bytes: [UInt8], what: String) {
    if last?.bytes != document {
      guard let markup = Markup(document) else { return (document, "nothing: the document is not well-formed") }
      last = (document, markup)
    }
    guard let markup = last?.markup else { return (document, "nothing") }
    for _ in 0..<200 {
      var tokens = markup.tokens
      guard let what = change(markup, &tokens), Markup.isSound(tokens) else { continue }
      let bytes = Markup.bytes(tokens)
      if bytes != document { return (bytes, what) }
    }
    // Reached only by documents of an empty root element with nothing to change.
    return (document, "nothing: no mutation applies")
  }

  // MARK: Choices

  private mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

  private mutating func pick<Value>(_ values: [Value]) -> Value? {
    values.isEmpty ? nil : values[number(below: values.count)]
  }

  /// Index of an element below the root.
  private mutating func inner(_ markup: Markup) -> Int? {
    markup.elements.count > 1 ? 1 + number(below: markup.elements.count - 1) : nil
  }

  // MARK: Mutations

  private mutating func change(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    switch number(below: 24) {
    case 0, 1: delete(markup, &tokens)
    case 2: duplicate(markup, &tokens)
    case 3, 4: move(markup, &tokens)
    case 5: rename(markup, &tokens)
    case 6: wrap(markup, &tokens)
    case 7: unwrap(markup, &tokens)
    case 8, 9, 10, 11: changeAttribute(markup, &tokens)
    case 12, 13: deleteAttribute(markup, &tokens)
    case 14, 15: addAttribute(markup, &tokens)
    case 16: renameAttribute(markup, &tokens)
    case 17: insertText(markup, &tokens)
    case 18: changeText(markup, &tokens)
    case 19, 20: swapSiblings(markup, &tokens)
    case 21: empty(markup, &tokens)
    case 22: duplicateID(markup, &tokens)
    default: insertElement(markup, &tokens)
    }
  }

  private mutating func delete(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup) else { return nil }
    tokens.removeSubrange(markup.range(index))
    return "delete \(markup.name(index))"
  }

  private mutating func duplicate(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup), markup.size < DocumentMutator.maxSize else { return nil }
    let range = markup.range(index)
    tokens.insert(contentsOf: markup.tokens[range], at: range.upperBound)
    return "duplicate \(markup.name(index))"
  }

  private mutating func move(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup) else { return nil }
    let range = markup.range(index)
    let into = number(below: markup.elements.count)
    if range.contains(markup.elements[into].start) { return nil }
    let place = self.place(in: into, markup)
    if range.contains(place) || place == range.upperBound { return nil }
    let moved = Array(markup.tokens[range])
    if place < range.lowerBound {
      tokens.removeSubrange(range)
      tokens.insert(contentsOf: moved, at: place)
    } else {
      tokens.insert(contentsOf: moved, at: place)
      tokens.removeSubrange(range)
    }
    return "move \(markup.name(index)) into \(markup.name(into))"
  }

  private mutating func rename(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup), let name = elementName(markup, near: index) else { return nil }
    let element = markup.elements[index]
    tokens[element.start].name = name
    tokens[element.end].name = name
    return "rename \(markup.name(index)) to <\(text(name))>"
  }

  private mutating func wrap(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup), let name = elementName(markup, near: index) else { return nil }
    let element = markup.elements[index]
    tokens.insert(Markup.Token(.end, name: name), at: element.end + 1)
    tokens.insert(Markup.Token(.start, name: name), at: element.start)
    return "wrap \(markup.name(index)) in <\(text(name))>"
  }

  private mutating func unwrap(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup) else { return nil }
    let element = markup.elements[index]
    tokens.remove(at: element.end)
    tokens.remove(at: element.start)
    return "unwrap \(markup.name(index))"
  }

  private mutating func changeAttribute(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let place = pick(markup.attributes) else { return nil }
    let start = markup.elements[place.element].start
    let name = text(tokens[start].attributes[place.attribute].name)
    let value = self.value(of: name, markup)
    tokens[start].attributes[place.attribute].value = Markup.escaped(value)
    return "set \(name)=\"\(value)\" on \(markup.name(place.element))"
  }

  private mutating func deleteAttribute(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let place = pick(markup.attributes) else { return nil }
    let start = markup.elements[place.element].start
    let name = text(tokens[start].attributes[place.attribute].name)
    tokens[start].attributes.remove(at: place.attribute)
    return "delete \(name) of \(markup.name(place.element))"
  }

  private mutating func addAttribute(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    let index = number(below: markup.elements.count)
    let start = markup.elements[index].start
    guard tokens[start].ownAttributes < DocumentMutator.maxAttributes else { return nil }
    // Half of them are attributes of this document, so that many are right.
    let known = markup.attributes.map {
      text(markup.tokens[markup.elements[$0.element].start].attributes[$0.attribute].name)
    }
    guard let name = number(below: 2) == 0 ? pick(known) : pick(DocumentMutator.attributeNames) else { return nil }
    if tokens[start].attributes.contains(where: { text($0.name) == name }) { return nil }
    let value = self.value(of: name, markup)
    tokens[start].attributes.append(Markup.Attribute(name: Array(name.utf8), value: Markup.escaped(value)))
    return "add \(name)=\"\(value)\" to \(markup.name(index))"
  }

  private mutating func renameAttribute(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let place = pick(markup.attributes) else { return nil }
    let start = markup.elements[place.element].start
    let old = text(tokens[start].attributes[place.attribute].name)
    let local = old.split(separator: ":").last.map(String.init) ?? old
    guard let new = pick([old.uppercased(), old + "s", local, "xlink:" + local, String(old.dropLast())]) else { return nil }
    guard new != old, !new.isEmpty, !new.hasSuffix(":"), !new.hasPrefix("XLINK"), !new.hasPrefix("XML") else { return nil }
    tokens[start].attributes[place.attribute].name = Array(new.utf8)
    return "rename \(old) to \(new) on \(markup.name(place.element))"
  }

  private mutating func insertText(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    let index = number(below: markup.elements.count)
    let place = self.place(in: index, markup)
    guard let words = pick(["texte", "1871", " \n ", ",", "é", "&amp;", "&#x20;", "&#233;té"]) else { return nil }
    tokens.insert(Markup.Token(.text, bytes: Array(words.utf8)), at: place)
    return "insert the text \"\(words)\" into \(markup.name(index))"
  }

  private mutating func changeText(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    let places = markup.elements.indices.filter { index in
      let element = markup.elements[index]
      return element.end == element.start + 2 && markup.tokens[element.start + 1].kind == .text
    }
    guard let index = pick(places) else { return nil }
    guard let words = pick(["", "x", "12", "-1.5", "1,5", "  ", "FR-000000", "2024-13-01"]) else { return nil }
    tokens[markup.elements[index].start + 1].bytes = Array(words.utf8)
    return "make \"\(words)\" the text of \(markup.name(index))"
  }

  private mutating func swapSiblings(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup) else { return nil }
    let parent = markup.elements[index].parent
    let siblings = markup.elements.indices.filter { markup.elements[$0].parent == parent && $0 > index }
    guard let other = siblings.first else { return nil }
    let (one, two) = (markup.range(index), markup.range(other))
    let between = markup.tokens[one.upperBound..<two.lowerBound]
    tokens.replaceSubrange(
      one.lowerBound..<two.upperBound, with: markup.tokens[two] + between + markup.tokens[one])
    return "swap \(markup.name(index)) and \(markup.name(other))"
  }

  private mutating func empty(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let index = inner(markup) else { return nil }
    let element = markup.elements[index]
    guard element.end > element.start + 1 else { return nil }
    tokens.removeSubrange(element.start + 1..<element.end)
    tokens[element.start].closesAtOnce = number(below: 2) == 0
    return "empty \(markup.name(index))"
  }

  private mutating func duplicateID(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    guard let id = pick(markup.ids) else { return nil }
    let index = number(below: markup.elements.count)
    let start = markup.elements[index].start
    if let own = tokens[start].attributes.firstIndex(where: { text($0.name) == "id" }) {
      tokens[start].attributes[own].value = Array(id.utf8)
    } else {
      guard tokens[start].ownAttributes < DocumentMutator.maxAttributes else { return nil }
      tokens[start].attributes.append(Markup.Attribute(name: Array("id".utf8), value: Array(id.utf8)))
    }
    return "give the id \(id) to \(markup.name(index)) too"
  }

  private mutating func insertElement(_ markup: Markup, _ tokens: inout [Markup.Token]) -> String? {
    let index = number(below: markup.elements.count)
    guard let name = elementName(markup, near: index) else { return nil }
    let place = self.place(in: index, markup)
    var start = Markup.Token(.start, name: name)
    start.closesAtOnce = true
    tokens.insert(contentsOf: [start, Markup.Token(.end, name: name)], at: place)
    return "insert <\(text(name))/> into \(markup.name(index))"
  }

  // MARK: Places, names and values

  /// A place among the children of an element, as the index of the token that comes after it.
  private mutating func place(in index: Int, _ markup: Markup) -> Int {
    let element = markup.elements[index]
    var places = [element.start + 1, element.end]
    for child in markup.elements where child.parent == index { places += [child.start, child.end + 1] }
    return pick(places) ?? element.end
  }

  /// A name for an element: of this document, of EAD, or of neither.
  private mutating func elementName(_ markup: Markup, near index: Int) -> [UInt8]? {
    let own = markup.tokens[markup.elements[index].start].name
    let prefix = own.firstIndex(of: 0x3A).map { Array(own[...$0]) } ?? []
    switch number(below: 8) {
    case 0: return prefix + Array((pick(["foo", "b", "unitittle", "c13"]) ?? "foo").utf8)
    case 1:
      // A slip of the keyboard.
      let local = Array(own.dropFirst(prefix.count))
      let at = number(below: local.count)
      return local.count < 2 ? nil : prefix + local[..<at] + local[(at + 1)...]
    case 2, 3: return pick(Array(Tag.names.dropFirst())).map { prefix + Array($0.utf8) }
    default: return pick(markup.elements.indices.map { markup.tokens[markup.elements[$0].start].name })
    }
  }

  private static let attributeNames =
    [
      "id", "target", "parent", "level", "otherlevel", "audience", "normal", "type", "localtype", "encodinganalog",
      "label", "source", "role", "href", "render", "standarddate", "standarddatetime", "langcode", "scriptcode",
      "countrycode", "repositorycode", "certainty", "altrender", "value", "coverage", "daotype", "cols", "valign",
      "unitdatetype", "datechar", "era", "xlink:href", "xlink:type", "xlink:role", "xlink:title", "xlink:show", "lang",
      "foo", "LEVEL", "xml:lang", "xml:space",
    ]

  private static let enumerations =
    [
      "fonds", "series", "file", "item", "otherlevel", "File", "file ", "folder", "internal", "external", "public", "bold",
      "italic", "cursive", "simple", "extended", "locator", "ordered", "deflist", "unordered", "inclusive", "bulk",
      "combined", "in-depth", "full", "new", "embed", "onLoad", "onload", "onRequest", "onrequest", "none", "other", "left",
      "char", "top", "middle", "whole", "part", "created", "revised", "unknown", "human", "derived", "borndigital",
      "otherdaotype", "cpfrelation", "iso639-2b", "iso15924", "header", "",
    ]

  private static let dates =
    [
      "1900", "1900/1914", "1900-07", "1900-07-14", "19000714", "190007", "1900-07-14/1914", "-0050", "0000", "3000",
      "1900-13", "1900-02-30", "1990-02-29", "1900/", "/1900", "1900 / 1914", " 1900 ", "14/07/1900", "89", "1900,1914",
      "2024-05-03T14:30:00", "2024-05-03T25:00:00", "2024-05-03T14:30:00Z", "2024-05-03+02:00", "1900/1890", "abc", "",
    ]

  /// A value that an attribute of this name might have, right or wrong.
  private mutating func value(of name: String, _ markup: Markup) -> String {
    let ids = markup.ids
    let fallback = ["x", "a b", "", "1", "é", "a:b", "a,b", " x ", "FR", "fre", "Latn", "true", "0", "yes", "-1", "12"]
    switch name.split(separator: ":").last.map(String.init) ?? name {
    case "id": return pick(ids + ["new1", "_new", "é1", "1bad", "a b", "a:b", "", " spaced "]) ?? "new1"
    case "target", "parent":
      let two = (pick(ids) ?? "x") + " " + (pick(ids) ?? "x")
      return pick(ids + ids + ["nobody", "", two, " " + two + " ", "1bad", two + " nobody"]) ?? "nobody"
    case "normal", "standarddate", "notbefore", "notafter", "standarddatetime", "lastdatetimeverified":
      return pick(DocumentMutator.dates) ?? "1900"
    case "href", "url", "base", "instanceurl", "role", "arcrole":
      // Brackets are left out: libxml2's anyURI refuses some that every other engine takes.
      return pick(["https://example.org/é", "a b.jpg", "#c1", "", "%zz", "a#b#c", "C:\\x.jpg", "urn:x:1", "../a?b=c&d=e"])
        ?? "x"
    case "level", "audience", "render", "type", "show", "actuate", "listtype", "numeration", "unitdatetype", "dsctype",
      "relationtype", "daotype", "coverage", "value", "align", "valign", "frame", "placement", "physdescstructuredtype",
      "mark", "continuation", "langencoding", "scriptencoding":
      return pick(DocumentMutator.enumerations) ?? "x"
    default: return pick(fallback + Array(DocumentMutator.enumerations.prefix(8))) ?? "x"
    }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// A document as a row of tags and texts, with the elements they make.
private struct Markup {
  struct Attribute {
    var name: [UInt8]
    /// As it stands between the quotes, escapes and all.
    var value: [UInt8]
    /// Whether it declares a namespace.
    let isDeclaration: Bool

    init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
      isDeclaration = name.starts(with: Array("xmlns".utf8))
    }
  }

  struct Token {
    enum Kind { case start, end, text, other }
    var kind: Kind
    /// Of a tag.
    var name: [UInt8] = []
    var attributes: [Attribute] = []
    /// Written as `<x/>` when the end tag follows at once.
    var closesAtOnce = false
    /// What is no tag, as it stands.
    var bytes: [UInt8] = []

    init(_ kind: Kind, name: [UInt8] = [], bytes: [UInt8] = []) {
      self.kind = kind
      self.name = name
      self.bytes = bytes
    }

    /// Attributes without namespace declarations.
    var ownAttributes: Int { attributes.count { !$0.isDeclaration } }
  }

  struct Element {
    /// Tokens of its tags.
    var start: Int
    var end: Int
    /// Index of the element around it; -1 for the root.
    var parent: Int
  }

  private(set) var tokens: [Token] = []
  private(set) var elements: [Element] = []
  /// Attributes that are no namespace declarations, in the order of the document.
  private(set) var attributes: [(element: Int, attribute: Int)] = []
  /// Values of `id`, in the order of the document.
  private(set) var ids: [String] = []
  let size: Int

  /// Reads a well-formed document; nil for what is none.
  init?(_ document: [UInt8]) {
    size = document.count
    guard document.withUnsafeBufferPointer({ read($0) }) else { return nil }
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .start:
        if open.isEmpty, !elements.isEmpty { return nil }
        open.append(elements.count)
        elements.append(Element(start: index, end: index, parent: open.count > 1 ? open[open.count - 2] : -1))
      case .end:
        guard let element = open.popLast(), tokens[elements[element].start].name == token.name else { return nil }
        elements[element].end = index
      case .text, .other: break
      }
    }
    guard open.isEmpty, !elements.isEmpty else { return nil }
    for (index, element) in elements.enumerated() {
      for (position, attribute) in tokens[element.start].attributes.enumerated() {
        if attribute.isDeclaration { continue }
        attributes.append((index, position))
        if attribute.name == Array("id".utf8) { ids.append(String(decoding: attribute.value, as: UTF8.self)) }
      }
    }
  }

  func range(_ element: Int) -> Range<Int> { elements[element].start..<elements[element].end + 1 }

  func name(_ element: Int) -> String {
    "<\(String(decoding: tokens[elements[element].start].name, as: UTF8.self))> (element \(element + 1))"
  }

  static func escaped(_ value: String) -> [UInt8] {
    Array(
      value.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;").utf8)
  }

  /// Prefixes are declared where they are used, and no tag has an attribute twice.
  static func isSound(_ tokens: [Token]) -> Bool {
    // Declared prefixes in scope, and how many of them each open element found.
    var declared = [Array("xml".utf8)]
    var marks: [Int] = []
    for token in tokens {
      if token.kind == .end, let mark = marks.popLast() { declared.removeLast(declared.count - mark) }
      guard token.kind == .start else { continue }
      marks.append(declared.count)
      for (index, attribute) in token.attributes.enumerated() {
        if index > 0, token.attributes[..<index].contains(where: { $0.name == attribute.name }) { return false }
        if attribute.isDeclaration, attribute.name.count > 6 { declared.append(Array(attribute.name.dropFirst(6))) }
      }
      guard isDeclared(token.name, declared) else { return false }
      for attribute in token.attributes where !attribute.isDeclaration {
        guard isDeclared(attribute.name, declared) else { return false }
      }
    }
    return true
  }

  private static func isDeclared(_ name: [UInt8], _ prefixes: [[UInt8]]) -> Bool {
    guard let colon = name.firstIndex(of: 0x3A) else { return true }
    return prefixes.contains(Array(name[..<colon]))
  }

  private static let endTag = Array("</".utf8)
  private static let beforeValue = Array("=\"".utf8)

  static func bytes(_ tokens: [Token]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(16_384)
    var skipsEnd = false
    for index in tokens.indices {
      switch tokens[index].kind {
      case .text, .other: out += tokens[index].bytes
      case .end:
        if skipsEnd {
          skipsEnd = false
        } else {
          out += endTag
          out += tokens[index].name
          out.append(0x3E)
        }
      case .start:
        out.append(0x3C)
        out += tokens[index].name
        for attribute in tokens[index].attributes {
          out.append(0x20)
          out += attribute.name
          out += beforeValue
          out += attribute.value
          out.append(0x22)
        }
        skipsEnd = tokens[index].closesAtOnce && index + 1 < tokens.count && tokens[index + 1].kind == .end
        if skipsEnd { out.append(0x2F) }
        out.append(0x3E)
      }
    }
    return out
  }

  // MARK: Reading

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    func starts(_ mark: StaticString, _ at: Int) -> Bool {
      at + mark.utf8CodeUnitCount <= bytes.count && memcmp(base + at, mark.utf8Start, mark.utf8CodeUnitCount) == 0
    }
    func end(of mark: StaticString, from start: Int) -> Int? {
      // Every mark ends with `>`.
      let length = mark.utf8CodeUnitCount
      var from = start + length - 1
      while let last = Markup.position(of: 0x3E, bytes, from: from) {
        if starts(mark, last + 1 - length) { return last + 1 }
        from = last + 1
      }
      return nil
    }
    var at = 0
    while at < bytes.count {
      let next: Int?
      if bytes[at] != 0x3C {
        let tag = Markup.position(of: 0x3C, bytes, from: at) ?? bytes.count
        tokens.append(Token(.text, bytes: Array(bytes[at..<tag])))
        next = tag
      } else if starts("<!--", at) || starts("<![CDATA[", at) || starts("<?", at) || starts("<!DOCTYPE", at) {
        if starts("<!--", at) {
          next = end(of: "-->", from: at + 4)
        } else if starts("<![", at) {
          next = end(of: "]]>", from: at + 9)
        } else {
          next = starts("<?", at) ? end(of: "?>", from: at + 2) : Markup.doctypeEnd(bytes, at)
        }
        if let next { tokens.append(Token(.other, bytes: Array(bytes[at..<next]))) }
      } else {
        next = readTag(bytes, at)
      }
      guard let next else { return false }
      at = next
    }
    return true
  }

  private static func position(of byte: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = bytes.baseAddress, start < bytes.count else { return nil }
    let found = memchr(base + start, Int32(byte), bytes.count - start)
    return found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
  }

  private static func doctypeEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var depth = 0
    var quote: UInt8 = 0
    for at in start..<bytes.count {
      switch bytes[at] {
      case quote where quote != 0: quote = 0
      case _ where quote != 0: break
      case 0x22, 0x27: quote = bytes[at]
      case 0x5B: depth += 1
      case 0x5D: depth -= 1
      case 0x3E where depth == 0: return at + 1
      default: break
      }
    }
    return nil
  }

  private mutating func readTag(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var at = start + 1
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    func name() -> [UInt8] {
      let first = at
      while at < bytes.count {
        let byte = bytes[at]
        if byte <= 0x20 || byte == 0x3E || byte == 0x2F || byte == 0x3D || byte == 0x3C { break }
        at += 1
      }
      return Array(bytes[first..<at])
    }
    func skipSpace() { while at < bytes.count, isSpace(bytes[at]) { at += 1 } }
    guard at < bytes.count else { return nil }
    if bytes[at] == 0x2F {
      at += 1
      let token = Token(.end, name: name())
      skipSpace()
      guard at < bytes.count, bytes[at] == 0x3E else { return nil }
      tokens.append(token)
      return at + 1
    }
    var token = Token(.start, name: name())
    if token.name.isEmpty { return nil }
    while true {
      skipSpace()
      guard at < bytes.count else { return nil }
      if bytes[at] == 0x3E || bytes[at] == 0x2F { break }
      let attribute = name()
      skipSpace()
      guard !attribute.isEmpty, at < bytes.count, bytes[at] == 0x3D else { return nil }
      at += 1
      skipSpace()
      guard at < bytes.count, bytes[at] == 0x22 || bytes[at] == 0x27 else { return nil }
      guard let close = Markup.position(of: bytes[at], bytes, from: at + 1) else { return nil }
      var value = Array(bytes[at + 1..<close])
      if bytes[at] == 0x27 {
        value = Array(String(decoding: value, as: UTF8.self).replacing("\"", with: "&quot;").utf8)
      }
      at = close + 1
      token.attributes.append(Attribute(name: attribute, value: value))
    }
    token.closesAtOnce = bytes[at] == 0x2F
    if token.closesAtOnce { at += 1 }
    guard at < bytes.count, bytes[at] == 0x3E else { return nil }
    tokens.append(token)
    if token.closesAtOnce { tokens.append(Token(.end, name: token.name)) }
    return at + 1
  }
}

struct DocumentMutatorTests {
  private static let fixtures = ["small-2002.xml", "rich-2002.xml", "small-ead3.xml", "rich-ead3.xml"]

  private static func document(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: TestData.fixtures.appendingPathComponent("validation").appendingPathComponent(name)))
  }

  /// libxml2's judgement, with namespaces.
  private static func isWellFormed(_ bytes: [UInt8]) -> Bool {
    guard let context = xmlNewParserCtxt() else { return false }
    defer { xmlFreeParserCtxt(context) }
    let flags = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)
    let document = bytes.withUnsafeBytes {
      xmlCtxtReadMemory(context, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count), nil, nil, flags)
    }
    if let document { xmlFreeDoc(document) }
    return context.pointee.wellFormed == 1 && context.pointee.nsWellFormed == 1
  }

  @Test(arguments: fixtures) func theSameSeedMakesTheSameMistakes(_ name: String) throws {
    let document = try DocumentMutatorTests.document(name)
    var one = DocumentMutator(seed: 7)
    var two = DocumentMutator(seed: 7)
    var other = DocumentMutator(seed: 8)
    var differences = 0
    for _ in 0..<50 {
      let (left, right) = (one.mutate(document), two.mutate(document))
      #expect(left.bytes == right.bytes && left.what == right.what)
      if other.mutate(document).bytes != left.bytes { differences += 1 }
    }
    #expect(differences > 40)
  }

  @Test(arguments: fixtures) func whatComesOutIsWellFormedAndChanged(_ name: String) throws {
    let document = try DocumentMutatorTests.document(name)
    #expect(DocumentMutatorTests.isWellFormed(document))
    var mutator = DocumentMutator(seed: 1)
    var second = DocumentMutator(seed: 2)
    var kinds: Set<String> = []
    for _ in 0..<300 {
      let mutant = mutator.mutate(document)
      #expect(mutant.bytes != document)
      #expect(DocumentMutatorTests.isWellFormed(mutant.bytes), "\(mutant.what)")
      kinds.insert(String(mutant.what.prefix { $0 != " " }))
      // A second mistake on top of the first.
      let twice = second.mutate(mutant.bytes)
      #expect(DocumentMutatorTests.isWellFormed(twice.bytes), "\(mutant.what); \(twice.what)")
    }
    for kind in ["delete", "duplicate", "move", "rename", "wrap", "unwrap", "set", "add", "insert", "swap", "empty", "give"] {
      #expect(kinds.contains(kind), "\(kind)")
    }
  }

  @Test func whatIsNotWellFormedStaysAsItIs() {
    var mutator = DocumentMutator(seed: 1)
    for text in ["", "<a", "<a><b></a>", "text", "<a/><b/>", "<a b=c/>"] {
      #expect(mutator.mutate(Array(text.utf8)).bytes == Array(text.utf8))
    }
  }
}
