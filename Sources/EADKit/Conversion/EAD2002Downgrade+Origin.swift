/// What an earlier conversion from EAD 2002 left in `@altrender` (see `OriginMark`): the elements are restored.
extension EAD2002Downgrade {
  func origin(_ source: Cursor) -> OriginMark? { source.attribute(Attribute.altrender).flatMap { OriginMark($0) } }

  /// Writes an element as what it was; false when it bears no mark, or one that says nothing here.
  func restore(_ source: Cursor) -> Bool {
    guard let mark = origin(source) else { return false }
    switch mark.name {
    case "copy": source.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
    case "filled": source.markAll(UnitNode.ignored, reason: .saidByCode, attributes: true)
    case "", "text":
      // The element was made for EAD3 only.
      _ = source.use(Attribute.altrender)
      if source.name == Tag.emph { omit(source, Attribute.render, .saidByCode) }
      builder.carry(id: source)
      if source.name == Tag.name { bare(source) } else { content(source) }
    default:
      guard let name = EAD2002Downgrade.element(mark.name), builder.knows(name) else { return false }
      return restore(source, mark, name)
    }
    return true
  }

  private func restore(_ source: Cursor, _ mark: OriginMark, _ name: NameID) -> Bool {
    switch (source.name, name) {
    case (Tag.persname, _), (Tag.corpname, _), (Tag.famname, _), (Tag.name, _), (Tag.geogname, _), (Tag.subject, _),
      (Tag.function, _), (Tag.occupation, _), (Tag.genreform, _), (Tag.title, _):
      restoreName(source, mark)
    case (Tag.odd, Tag.note): restoreNote(source, mark)
    case (Tag.odd, Tag.dao):
      _ = source.use(Attribute.altrender)
      builder.carry(id: source)
      content(source)
    case (Tag.odd, Tag.runner), (Tag.accessrestrict, Tag.legalstatus):
      builder.start(name, from: source)
      restoreAttributes(source, mark, name)
      for child in source.children { if child.name == Tag.p { content(child) } else { node(child) } }
      builder.end()
    case (_, Tag.address): restoreAddress(source, mark)
    case (Tag.physdesc, Tag.extent): restoreExtent(source, mark)
    case (Tag.physdescstructured, _): restoreStructuredExtent(source, mark, name)
    case (Tag.dao, Tag.daogrp): restoreGroup(source, mark)
    case (Tag.daterange, _), (Tag.datesingle, _): restoreDate(source, mark)
    case (Tag.didnote, _):
      guard name == Tag.note else { return false }
      builder.start(Tag.note, from: source)
      restoreAttributes(source, mark, name)
      builder.start(Tag.p)
      content(source)
      builder.end()
      builder.end()
    case (Tag.ref, Tag.dao), (Tag.ref, Tag.daoloc):
      // Its words were made of the link.
      builder.start(name, from: source)
      restoreAttributes(source, mark, name)
      source.markAll(UnitNode.ignored, reason: .duplicate)
      builder.end()
    case (Tag.maintenanceevent, _), (Tag.control, _), (Tag.did, _), (Tag.langmaterial, _), (Tag.daoset, _): return false
    default:
      builder.start(name, from: source)
      restoreAttributes(source, mark, name)
      content(source)
      builder.end()
    }
    return true
  }

  // MARK: Names

  /// A name that says nothing of its origin; parts of it may still have stood beside it.
  func access(_ source: Cursor) {
    if elements(source).contains(where: stoodBeside) { restoreName(source, nil) } else { accessPoint(source) }
  }

  /// Words that stood beside a name became parts of it, or (punctuation) are said in the mark.
  private func restoreName(_ source: Cursor, _ mark: OriginMark?) {
    func side(_ side: String) {
      for attribute in mark?.attributes ?? [] where attribute.name == side { builder.text(attribute.value) }
      for part in source.children where part.name == Tag.part && origin(part)?.name == side {
        _ = part.use(Attribute.altrender)
        _ = part.use(Attribute.localtype)
        content(part)
      }
    }
    side("before")
    accessPoint(source, mark)
    side("after")
  }

  /// Whether a part of a name holds words that stood beside the name.
  func stoodBeside(_ part: Cursor) -> Bool {
    part.name == Tag.part && origin(part).map { $0.name == "before" || $0.name == "after" } ?? false
  }

  /// Words without an element of their own.
  private func bare(_ source: Cursor) {
    for child in source.children where !isIndentation(child) {
      if child.name == Tag.part, child.attribute(Attribute.localtype) == nil { content(child) } else { node(child) }
    }
  }

  // MARK: Blocks

  /// The heading was made of `@label`.
  private func restoreNote(_ source: Cursor, _ mark: OriginMark) {
    builder.start(Tag.note, from: source)
    let head = source.first(Tag.head)
    if let head, builder.attribute(Attribute.label, head.textBelow) { head.markAll(UnitNode.used) }
    restoreAttributes(source, mark, Tag.note)
    for child in source.children where child.index != head?.index { node(child) }
    builder.end()
  }

  /// Lines that `lb` separates.
  private func restoreAddress(_ source: Cursor, _ mark: OriginMark) {
    builder.start(Tag.address, from: source)
    restoreAttributes(source, mark, Tag.address)
    builder.start(Tag.addressline)
    for child in source.children {
      if child.name == Tag.lb {
        builder.end()
        builder.start(Tag.addressline)
      } else {
        node(child)
      }
    }
    builder.end()
    builder.end()
  }

  // MARK: Extents and dates

  private func restoreExtent(_ source: Cursor, _ mark: OriginMark) {
    _ = source.use(Attribute.altrender)
    builder.start(Tag.physdesc, from: source)
    let type = source.attribute(Attribute.localtype).flatMap { Bytes.isBlank($0) ? nil : source.use(Attribute.localtype) }
    attributes(source)
    builder.start(Tag.extent)
    if let type, !builder.attribute(Attribute.type, type), builder.attribute(Attribute.type, AttributeFit.token(Array(type))) {
      noteChange(source, Attribute.localtype)
    }
    restore(mark, source)
    content(source)
    builder.end()
    builder.end()
  }

  private func restoreStructuredExtent(_ source: Cursor, _ mark: OriginMark, _ name: NameID) {
    _ = source.use(Attribute.altrender)
    for attribute in [Attribute.physdescstructuredtype, Attribute.coverage] { omit(source, attribute, .saidByCode) }
    builder.start(Tag.physdesc, from: source)
    attributes(source)
    let isExtent = name == Tag.extent
    if isExtent { builder.start(Tag.extent) }
    restore(mark, source)
    let amount = elements(source).filter { $0.name == Tag.quantity || $0.name == Tag.unittype }
    for (index, child) in amount.enumerated() {
      if index > 0 { builder.text(" ") }
      trimmedContent(child)
    }
    if isExtent { builder.end() }
    for child in elements(source) where child.name != Tag.quantity && child.name != Tag.unittype {
      builder.text(" ")
      node(child)
    }
    builder.end()
  }

  private func restoreDate(_ source: Cursor, _ mark: OriginMark) {
    builder.start(Tag.date, from: source)
    restoreAttributes(source, mark, Tag.date)
    writeNormal(of: source, certaintyOf: source)
    if source.name == Tag.daterange {
      if let from = source.first(Tag.fromdate), from.hasText { content(from) }
      for attribute in mark.attributes where attribute.name == "between" { builder.text(attribute.value) }
      if let to = source.first(Tag.todate), to.hasText { content(to) }
    } else {
      content(source)
    }
    builder.end()
  }

  // MARK: Digital objects

  /// A group with one object was the object alone.
  private func restoreGroup(_ source: Cursor, _ mark: OriginMark) {
    builder.start(Tag.daogrp, from: nil)
    linkType("extended")
    restore(mark, source)
    _ = source.use(Attribute.altrender)
    for child in source.children where child.name == Tag.descriptivenote { write(child, as: Tag.daodesc) }
    locator(source, as: Tag.daoloc)
    builder.end()
  }

  static func element(_ name: String) -> NameID? {
    NameTable.isElement(name) ? NameTable().element(name) : nil
  }

  /// The attributes of the mark, then those of the element itself.
  /// The attributes that a mark has kept; what EAD 2002 does not take (an entity that nothing declares any more) is lost.
  func restore(_ mark: OriginMark, _ source: Cursor) {
    for attribute in mark.attributes where !builder.attribute(names.attribute(attribute.name), attribute.value) {
      attribute.value.withUnsafeBufferPointer { account.lose($0, of: source, line: source.line) }
    }
  }

  func restoreAttributes(_ source: Cursor, _ mark: OriginMark, _ name: NameID) {
    _ = source.use(Attribute.altrender)
    if let kind = EAD2002Downgrade.linkKind(name, mark, source) { linkType(kind) }
    restore(mark, source)
    if source.name == Tag.emph, name != Tag.emph, let render = source.attribute(Attribute.render),
      Bytes.equal(render, "altrender")
    {
      _ = source.use(Attribute.render)
    }
    for attribute in mark.attributes {
      // What the mark says is not said a second time in EAD3's words.
      let id = names.attribute(attribute.name)
      if source.attribute(id) != nil { omit(source, id, .duplicate) }
    }
    attributes(source)
  }

  /// The kind of link that an element is by itself; for elements that may be links, only with an address.
  private static func linkKind(_ name: NameID, _ mark: OriginMark, _ source: Cursor) -> String? {
    switch name {
    case Tag.extref, Tag.extptr, Tag.ref, Tag.ptr, Tag.dao: return "simple"
    case Tag.title, Tag.archref, Tag.bibref:
      let isLink = mark.attributes.contains { $0.name == "href" } || source.attribute(Attribute.href) != nil
      return isLink ? "simple" : nil
    case Tag.daoloc, Tag.ptrloc, Tag.extptrloc, Tag.refloc, Tag.extrefloc: return "locator"
    case Tag.daogrp, Tag.linkgrp: return "extended"
    case Tag.resource: return "resource"
    case Tag.arc: return "arc"
    default: return nil
    }
  }

  /// An element that the table only speaks of because of the mark it may bear.
  func marked(_ source: Cursor) {
    if builder.knows(source.name) { write(source, as: source.name) } else { unwrap(source) }
  }
}
