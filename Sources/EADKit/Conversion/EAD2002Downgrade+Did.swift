/// Access points, and the elements of `did` that a table cannot say.
extension EAD2002Downgrade {
  // MARK: did

  func did(_ source: Cursor) {
    equivalents = [:]
    repeated = []
    compareDates(source)
    builder.start(Tag.did, from: source)
    attributes(source)
    for child in source.children {
      if child.name == Tag.unitdate, let structured = equivalents[child.index] {
        unitdate(child, normalFrom: structured)
      } else {
        node(child)
      }
      writeWaitingNotes()
    }
    builder.end()
    equivalents = [:]
    repeated = []
  }

  /// EAD3 has elements only where EAD 2002 has mixed content: indentation is none of it.
  func names(_ source: Cursor) {
    builder.start(source.name, from: source)
    attributes(source)
    for child in source.children where !isIndentation(child) { node(child) }
    builder.end()
  }

  // MARK: Access points

  /// The parts of a name, joined.
  func accessPoint(_ source: Cursor, _ mark: OriginMark? = nil) {
    if let link = onlyLink(source), let mark = origin(link) { return linkedElement(source, link, mark) }
    guard takesInline(source.name) else {
      noteMarkup(source)
      builder.carry(id: source)
      return parts(source)
    }
    let parts = elements(source).filter { $0.name == Tag.part && !stoodBeside($0) }
    builder.start(source.name, from: source)
    if let mark { restoreAttributes(source, mark, source.name) } else { attributes(source) }
    if parts.count == 1, let only = parts.first { borrow(only, for: source) }
    self.parts(source)
    builder.end()
  }

  /// The link that is all there is inside an element, and was that element in EAD 2002.
  private func onlyLink(_ source: Cursor) -> Cursor? {
    var inner = source
    for _ in 0..<2 {
      var children = inner.children.filter { !isIndentation($0) }
      guard children.count == 1, let only = children.popLast() else { return nil }
      if only.name == Tag.ref { return origin(only)?.name == names.name(source.name) ? only : nil }
      guard only.name == Tag.part else { return nil }
      inner = only
    }
    return nil
  }

  /// `title`, `archref`, `bibref` that are links themselves.
  private func linkedElement(_ source: Cursor, _ link: Cursor, _ mark: OriginMark) {
    builder.start(source.name, from: source)
    if let own = origin(source) { restoreAttributes(source, own, 0) }
    restoreAttributes(link, mark, source.name)
    attributes(source)
    content(link)
    builder.end()
  }

  /// `archref` and `bibref`, which EAD3 has without links of their own.
  func reference(_ source: Cursor) {
    if let link = onlyLink(source), let mark = origin(link) { return linkedElement(source, link, mark) }
    inline(source)
  }

  /// What is said of the only part of a name is said of the name.
  private func borrow(_ part: Cursor, for name: Cursor) {
    if part.attribute(Attribute.identifier) != nil, name.attribute(Attribute.identifier) == nil {
      move(Attribute.identifier, of: part, to: Attribute.authfilenumber)
    }
    for attribute in [Attribute.source, Attribute.rules, Attribute.encodinganalog]
    where part.attribute(attribute) != nil && name.attribute(attribute) == nil {
      move(attribute, of: part, to: attribute)
    }
  }

  private func parts(_ source: Cursor) {
    var last: [UInt8] = []
    for child in source.children {
      if isIndentation(child) || child.name == Tag.geographiccoordinates || stoodBeside(child) { continue }
      guard child.name == Tag.part else {
        node(child)
        continue
      }
      let text = child.textBelow
      builder.text(EAD2002Downgrade.separator(source.name, last, text))
      if isSubarea(child), builder.allows(Tag.subarea) {
        _ = child.use(Attribute.localtype)
        write(child, as: Tag.subarea)
      } else {
        builder.carry(id: child)
        content(child)
      }
      if !text.allSatisfy(Bytes.isSpace) { last = text }
    }
  }

  private func isSubarea(_ part: Cursor) -> Bool {
    part.attribute(Attribute.localtype).map { Bytes.equal($0, "subarea") } ?? false
  }

  /// Names whose parts are subdivisions of a heading, each on its own.
  private static let headings: Set<NameID> = [
    Tag.subject, Tag.geogname, Tag.function, Tag.occupation, Tag.genreform,
  ]

  /// What stands between two parts: a dash in headings, a comma in names; a blank where the parts bring their punctuation.
  static func separator(_ name: NameID, _ before: [UInt8], _ after: [UInt8]) -> String {
    let left = collapsed(before)
    let right = collapsed(after)
    guard let end = left.last, let start = right.first, let edge = before.last, let opening = after.first else { return "" }
    let hasBlank = Bytes.isSpace(edge) || Bytes.isSpace(opening)
    let blank = hasBlank ? "" : " "
    let endsOpen = [0x2C, 0x3B, 0x3A, 0x28, 0x2F, 0x2D].contains(end)
    // Comma, semicolon, colon, closing parenthesis, full stop, or a dash of subdivisions.
    let bringsOwn = [0x2C, 0x3B, 0x3A, 0x29, 0x2E].contains(start) || right.starts(with: [0x2D, 0x2D])
    if bringsOwn, start != 0x2D { return "" }
    if endsOpen || bringsOwn { return blank }
    if headings.contains(name) {
      return Bytes.isSpace(edge) ? (Bytes.isSpace(opening) ? "--" : "-- ") : (Bytes.isSpace(opening) ? " --" : " -- ")
    }
    if hasBlank || start == 0x28 { return blank }
    if end == 0x2E {
      // "Wren, E." is followed by a comma, "United States. Army." is not.
      let lastWord = left.split(separator: 0x20).last ?? []
      return lastWord.count <= 2 ? ", " : " "
    }
    return ", "
  }

  // MARK: Extents

  func extents(_ source: Cursor) {
    builder.start(Tag.physdesc, from: source)
    attributes(source)
    let items = source.name == Tag.physdescset ? elements(source).filter { $0.name == Tag.physdescstructured } : [source]
    let isOfWhole = items.allSatisfy { item in item.attribute(Attribute.coverage).map { Bytes.equal($0, "whole") } ?? false }
    // What is not said otherwise is the extent of the whole.
    if isOfWhole { for item in items { omit(item, Attribute.coverage, .saidByCode) } }
    for (index, item) in items.enumerated() {
      if index > 0 { builder.text("; ") }
      extent(item, isAlone: source.name == Tag.physdescstructured)
    }
    for child in source.children where !isElement(child) && !isIndentation(child) { node(child) }
    builder.end()
  }

  /// `<extent>3 linear feet</extent>`, then facets and dimensions, then the note.
  private func extent(_ item: Cursor, isAlone: Bool) {
    builder.start(Tag.extent, from: item)
    if !isAlone { attributes(item) }
    extentType(item)
    for child in item.children where child.name == Tag.quantity { quantity(child) }
    if let quantity = item.first(Tag.quantity), let unit = item.first(Tag.unittype), quantity.hasText, unit.hasText {
      builder.text(" ")
    }
    for child in item.children where child.name == Tag.unittype {
      builder.carry(id: child)
      trimmedContent(child)
    }
    builder.end()
    for child in elements(item) {
      switch child.name {
      case Tag.quantity, Tag.unittype: continue
      case Tag.descriptivenote: extentNote(child)
      default:
        builder.text(", ")
        node(child)
      }
    }
  }

  /// The space that something takes is what `extent` is for; other kinds are its type.
  private func extentType(_ item: Cursor) {
    if let other = item.attribute(Attribute.otherphysdescstructuredtype), !Bytes.isBlank(other) {
      if move(Attribute.otherphysdescstructuredtype, of: item, to: Attribute.type) {
        omit(item, Attribute.physdescstructuredtype, .saidByCode)
      }
      return
    }
    guard let type = item.attribute(Attribute.physdescstructuredtype) else { return }
    if Bytes.equal(type, "spaceoccupied") {
      omit(item, Attribute.physdescstructuredtype, .saidByCode)
    } else {
      move(Attribute.physdescstructuredtype, of: item, to: Attribute.type)
    }
  }

  private func quantity(_ source: Cursor) {
    if let approximate = source.attribute(Attribute.approximate) {
      if Bytes.equal(approximate, "true") {
        builder.text("ca. ")
        noteChange(source, Attribute.approximate)
      } else {
        omit(source, Attribute.approximate, .saidByCode)
      }
    }
    builder.carry(id: source)
    trimmedContent(source)
  }

  /// A note of plain paragraphs stands in parentheses; one with lists or notes becomes a note of the `did`.
  private func extentNote(_ source: Cursor) {
    guard source.hasText else { return }
    let paragraphs = elements(source)
    let isPlain = paragraphs.allSatisfy { paragraph in
      !elements(paragraph).contains { $0.name == Tag.list || $0.name == Tag.footnote }
    }
    guard isPlain else {
      waitingNotes.append(source)
      return
    }
    noteMarkup(source)
    builder.carry(id: source)
    builder.text(" (")
    for (index, paragraph) in paragraphs.enumerated() {
      if index > 0 { builder.text(" ") }
      builder.carry(id: paragraph)
      trimmedContent(paragraph)
    }
    builder.text(")")
  }

  // MARK: Digital objects

  func digitalObject(_ source: Cursor) {
    builder.start(Tag.dao, from: source)
    linkType("simple")
    attributes(source)
    content(source)
    builder.end()
  }

  /// Whether it stood beside the `did` before an earlier conversion, which says so in `@localtype`.
  func waits(_ source: Cursor) -> Bool {
    guard !isReleasing, source.parent > 0, Cursor(source.arena, source.parent).name == Tag.did,
      Cursor(source.arena, source.parent).parent == 0, let type = source.attribute(Attribute.localtype)
    else { return false }
    guard type.elementsEqual(names.name(Cursor(source.arena, 0).name).utf8) else { return false }
    _ = source.use(Attribute.localtype)
    waitingObjects.append(source)
    return true
  }

  /// `daogrp` wants its description first, and an address for each object.
  func digitalObjects(_ source: Cursor) {
    builder.start(Tag.daogrp, from: source)
    if let mark = origin(source) {
      restoreAttributes(source, mark, Tag.daogrp)
    } else {
      linkType("extended")
      attributes(source)
    }
    for child in elements(source) where child.name == Tag.descriptivenote { write(child, as: Tag.daodesc) }
    for child in source.children {
      switch child.name {
      case Tag.descriptivenote: continue
      case Tag.dao:
        let mark = origin(child)
        let name = mark.flatMap { EAD2002Downgrade.element($0.name) } ?? Tag.daoloc
        let isLocator = EAD2002Downgrade.locators.contains(name)
        locator(child, as: isLocator ? name : Tag.daoloc, isLocator ? mark : nil)
      default:
        if !isIndentation(child) { node(child) }
      }
    }
    builder.end()
  }

  private static let locators: Set<NameID> = [Tag.daoloc, Tag.ptrloc, Tag.extptrloc, Tag.refloc, Tag.extrefloc]

  /// One object of a group.
  func locator(_ source: Cursor, as name: NameID, _ mark: OriginMark? = nil) {
    builder.start(name, from: source)
    if let mark {
      restoreAttributes(source, mark, name)
    } else {
      linkType("locator")
      attributes(source)
    }
    if source.attribute(Attribute.href) == nil, source.attribute(Attribute.entityref) == nil,
      mark?.attributes.contains(where: { $0.name == "href" }) != true, builder.attribute(Attribute.href, "")
    {
      find("downgrade-no-address", .warning, source, [])
    }
    let holdsText = name == Tag.refloc || name == Tag.extrefloc
    for child in source.children {
      if child.name != Tag.descriptivenote {
        if !isIndentation(child) { node(child) }
      } else if holdsText {
        for paragraph in child.children { node(paragraph) }
      } else if name == Tag.daoloc, origin(source)?.name != "daogrp" {
        write(child, as: Tag.daodesc)
      }
    }
    builder.end()
  }
}
