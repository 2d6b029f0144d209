/// What an element of EAD3 was in EAD 2002, where EAD3 has no element for it: written into `@altrender`, so that a
/// conversion back finds it again.
///
/// Form: `ead2002:` and the element's name (empty for an element that only wraps), then attributes that EAD3 has no place
/// for, as in a start tag: `ead2002:extent unit="linear feet"`. Besides names of elements there are `copy` (repeats what is
/// said elsewhere), `filled` (EAD3 demands it, the source had nothing), `text` (text stood there bare), `tail` (a component
/// that only holds what stood after the components) and `nested` (a `dsc` that stood in the one before it).
struct OriginMark {
  var name: String
  var attributes: [(name: String, value: [UInt8])] = []

  private static let prefix = Array("ead2002:".utf8)

  init(_ name: String, _ attributes: [(name: String, value: [UInt8])] = []) {
    self.name = name
    self.attributes = attributes
  }

  /// Reads a value of `@altrender`; nil when it is no such mark.
  init?(_ value: UnsafeBufferPointer<UInt8>) {
    let bytes = Array(value)
    guard bytes.starts(with: OriginMark.prefix) else { return nil }
    var at = OriginMark.prefix.count
    func word(until stop: (UInt8) -> Bool) -> String {
      let from = at
      while at < bytes.count, !stop(bytes[at]) { at += 1 }
      return String(decoding: bytes[from..<at], as: UTF8.self)
    }
    name = word { Bytes.isSpace($0) }
    while true {
      while at < bytes.count, Bytes.isSpace(bytes[at]) { at += 1 }
      if at >= bytes.count { return }
      let attribute = word { $0 == 0x3D || Bytes.isSpace($0) }
      guard at + 1 < bytes.count, bytes[at] == 0x3D, bytes[at + 1] == 0x22 || bytes[at + 1] == 0x27 else { return nil }
      let quote = bytes[at + 1]
      at += 2
      guard let end = bytes[at...].firstIndex(of: quote) else { return nil }
      attributes.append((attribute, Array(bytes[at..<end])))
      at = end + 1
    }
  }

  /// Whether a value can be told from its quotation marks.
  static func canHold(_ value: some Collection<UInt8>) -> Bool { !(value.contains(0x22) && value.contains(0x27)) }

  /// Attribute of a mark: a full stop for each time that the text of a date stands in the words around it before the date
  /// itself. No digits: a mark adds no words to a finding aid.
  static let place = "place"

  /// Where a text begins in another, wherever that is.
  static func starts(of text: [UInt8], in whole: [UInt8]) -> [Int] {
    // No date is longer; a longer text would only take time.
    guard let first = text.first, text.count <= min(whole.count, 512) else { return [] }
    return (0...(whole.count - text.count)).filter { at in
      whole[at] == first && whole[at..<(at + text.count)].elementsEqual(text)
    }
  }

  /// As it is written into `@altrender`.
  var bytes: [UInt8] {
    var out = OriginMark.prefix + Array(name.utf8)
    for attribute in attributes {
      let quote: UInt8 = attribute.value.contains(0x22) ? 0x27 : 0x22
      out.append(0x20)
      out += Array(attribute.name.utf8)
      out += [0x3D, quote]
      out += attribute.value
      out.append(quote)
    }
    return out
  }
}

extension EAD3Upgrade {
  /// Writes into the start tag at hand what it was in EAD 2002, with the attributes that found no place.
  ///
  /// - Parameter always: false to write nothing when there is no such attribute.
  func mark(_ source: Cursor, as name: String? = nil, always: Bool = true, extra: [(name: String, value: [UInt8])] = []) {
    var mark = OriginMark(name ?? names.name(source.name), extra)
    var carried: [NameID] = []
    if source.attribute(Attribute.linktype) != nil { omit(source, Attribute.linktype, .saidByCode) }
    for attribute in source.attributes where attribute.flags & (UnitNode.used | UnitNode.ignored) == 0 {
      let value = source.value(attribute)
      guard OriginMark.canHold(value) else { continue }
      mark.attributes.append((names.name(attribute.name), Array(value)))
      carried.append(attribute.name)
    }
    if !always, mark.attributes.isEmpty { return }
    if builder.attribute(Attribute.altrender, mark.bytes) {
      for name in carried { noteChange(source, name) }
    } else if always {
      noteMarkup(source)
    }
  }

  /// Marks the start tag at hand as one that the source does not have.
  func mark(_ name: String) { builder.attribute(Attribute.altrender, OriginMark(name).bytes) }

  /// Opens a paragraph that the source does not have.
  func openParagraph() {
    builder.start(Tag.p)
    mark("")
  }

  /// An element in running text that EAD3 has, but not everywhere.
  func inline(_ source: Cursor) {
    if builder.allows(source.name) { write(source, as: source.name) } else { phrase(source) }
  }

  /// An element in running text that has no place: its text in an `emph` that says what it was.
  func phrase(_ source: Cursor) {
    if !builder.allowsText, builder.allows(Tag.p) {
      openParagraph()
      phrase(source)
      builder.end()
    } else if EAD3Upgrade.isPlain(source), builder.allows(Tag.emph) || !builder.allowsText {
      builder.start(Tag.emph, from: source)
      if source.attribute(Attribute.render) == nil { builder.attribute(Attribute.render, "altrender") }
      attributes(source)
      mark(source)
      content(source)
      builder.end()
    } else {
      unwrap(source)
    }
  }

  /// Nothing stands below that `emph` cannot hold and that deserves to stay what it is.
  static func isPlain(_ source: Cursor) -> Bool {
    guard source.end > source.index + 1 else { return true }
    for at in (source.index + 1)..<source.end where notPlain.contains(Cursor(source.arena, at).name) { return false }
    return true
  }

  static let accessPoints: Set<NameID> = [
    Tag.persname, Tag.corpname, Tag.famname, Tag.name, Tag.geogname, Tag.subject, Tag.function, Tag.occupation,
    Tag.genreform, Tag.title,
  ]
  static let blocks: Set<NameID> = [Tag.list, Tag.chronlist, Tag.table, Tag.blockquote, Tag.address, Tag.note]
  private static let notPlain = accessPoints.union(blocks).union([Tag.date, Tag.unitdate, Tag.dao, Tag.daogrp])

  /// The text below, without its elements: where EAD3 has no elements in a text. Blocks are kept apart by a blank.
  ///
  /// - Parameter kept: an element that is also written elsewhere.
  func flatText(_ source: Cursor, kept: Int = -1) {
    var isDue = false
    var wroteText = false
    for at in (source.index + (source.isText ? 0 : 1))..<max(source.end, source.index + 1) {
      let node = Cursor(source.arena, at)
      switch node.name {
      case Tag.text:
        if isDue, wroteText, !Bytes.isBlank(node.bytes) { builder.text(" ") }
        if !Bytes.isBlank(node.bytes) {
          isDue = false
          wroteText = true
        }
        copyText(node)
      case Tag.comment, Tag.pi: node.mark(UnitNode.used)
      default:
        if TargetBuilder.isBlock(node.name) || node.name == Tag.lb { isDue = true }
        if at != kept { noteMarkup(node) }
      }
    }
  }

  /// A value that EAD3 wants without blanks (NMTOKEN); nil when nothing is left of it.
  static func token(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let words = value.split(whereSeparator: Bytes.isSpace)
    guard !words.isEmpty else { return nil }
    return Array(words.joined(separator: [0x5F])).map { byte in
      Bytes.isWord(byte) || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte) ? byte : 0x5F
    }
  }
}
