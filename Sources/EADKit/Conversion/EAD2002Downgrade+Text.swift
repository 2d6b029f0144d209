/// Paragraphs, phrases, links and notes.
extension EAD2002Downgrade {
  /// Whether an element of a phrase can be written here, with or without repair; where text may stand but the element may
  /// not, its text alone is better than a phrase torn apart.
  func takesInline(_ name: NameID) -> Bool { builder.allows(name) || !builder.allowsText }

  func inline(_ source: Cursor) {
    if takesInline(source.name) { write(source, as: source.name) } else { unwrap(source) }
  }

  /// `quote` and `foreign` are `emph`; a quotation keeps its marks.
  func emphasis(_ source: Cursor) {
    guard takesInline(Tag.emph) else { return unwrap(source) }
    noteMarkup(source)
    builder.start(Tag.emph, from: source)
    attributes(source)
    if source.name == Tag.quote, source.attribute(Attribute.render) == nil, !hasQuotationMarks(source) {
      builder.attribute(Attribute.render, "doublequote")
    }
    content(source)
    builder.end()
  }

  private func hasQuotationMarks(_ source: Cursor) -> Bool {
    let text = String(decoding: words(source), as: UTF8.self)
    guard let first = text.unicodeScalars.first else { return true }
    return "\"'\u{201C}\u{201D}\u{201E}\u{2018}\u{2019}\u{201A}\u{00AB}\u{00BB}\u{2039}\u{203A}".unicodeScalars.contains(first)
  }

  // MARK: Notes

  func footnote(_ source: Cursor) {
    if !builder.allows(Tag.note), builder.allowsText, isInPhraseOfDid(source) {
      waitingNotes.append(source)
    } else {
      writeNote(source)
    }
  }

  /// In a `did`, at any depth, but not in a paragraph or a note, which take notes themselves.
  private func isInPhraseOfDid(_ source: Cursor) -> Bool {
    var at = source.parent
    while at >= 0 {
      let cursor = Cursor(source.arena, at)
      if cursor.name == Tag.did { return true }
      if cursor.name == Tag.p || cursor.name == Tag.footnote { return false }
      at = cursor.parent
    }
    return false
  }

  /// A note whose content are blocks.
  func writeNote(_ source: Cursor) { write(source, as: Tag.note) }

  /// A note whose content is a phrase.
  func blockNote(_ source: Cursor) {
    builder.start(Tag.note, from: source)
    attributes(source)
    builder.start(Tag.p)
    content(source)
    builder.end()
    builder.end()
  }

  func writeWaitingNotes() {
    guard !waitingNotes.isEmpty else { return }
    let notes = waitingNotes
    waitingNotes = []
    for note in notes { writeNote(note) }
  }

  // MARK: Links

  func link(_ source: Cursor) {
    let isReference = source.name == Tag.ref
    let isInternal = isInternal(source)
    var name = isReference ? (isInternal ? Tag.ref : Tag.extref) : (isInternal ? Tag.ptr : Tag.extptr)
    let internalName = isReference ? Tag.ref : Tag.ptr
    // In an index only `ptr` and `ref` may stand.
    if !isInternal, !builder.allows(name), builder.allows(internalName) { name = internalName }
    guard !takesInline(name) else { return writeLink(source, as: name, isPointer: false) }
    guard isReference else { return unwrap(source) }
    // Headings and names hold no text that is a link, but pointers.
    noteMarkup(source)
    content(source)
    let pointer = isInternal ? Tag.ptr : Tag.extptr
    if hasTarget(source), builder.allows(pointer) { writeLink(source, as: pointer, isPointer: true) }
  }

  private func writeLink(_ source: Cursor, as name: NameID, isPointer: Bool) {
    builder.start(name, from: source)
    linkType("simple")
    attributes(source)
    if !isPointer { content(source) }
    builder.end()
  }

  func hasTarget(_ source: Cursor) -> Bool {
    source.attribute(Attribute.href) != nil || source.attribute(Attribute.target) != nil
      || source.attribute(Attribute.entityref) != nil
  }

  /// Leads to a place in the finding aid, or nowhere.
  private func isInternal(_ source: Cursor) -> Bool {
    if source.attribute(Attribute.target) != nil { return true }
    return source.attribute(Attribute.href) == nil && source.attribute(Attribute.entityref) == nil
  }

  /// Writes text as a link when the source bears an address.
  func linked(_ source: Cursor, hasText: Bool, _ text: () -> Void) {
    guard hasTarget(source) else { return text() }
    builder.start(hasText ? Tag.extref : Tag.extptr, from: source)
    linkType("simple")
    attributes(source)
    text()
    builder.end()
  }

  // MARK: Lists

  /// EAD 2002 has two headings: the third joins the second.
  func listHead(_ source: Cursor) {
    builder.start(Tag.listhead, from: source)
    attributes(source)
    let third = source.first(Tag.head03)
    if let third, source.first(Tag.head02) == nil {
      for child in source.children where child.index < third.index { node(child) }
      builder.start(Tag.head02, from: third)
      noteMarkup(third)
      attributes(third)
      content(third)
      builder.end()
    } else {
      for child in source.children where child.name != Tag.head03 {
        guard child.name == Tag.head02, let third else {
          node(child)
          continue
        }
        builder.start(Tag.head02, from: child)
        attributes(child)
        content(child)
        if third.hasText {
          noteMarkup(third)
          builder.text(" / ")
          content(third)
        }
        builder.end()
      }
    }
    builder.end()
  }

  /// One date, and events with their places: a `chronitem`, or a `chronitemset` that stands outside of one.
  func chronicle(_ source: Cursor) {
    builder.start(Tag.chronitem, from: source)
    attributes(source)
    let isSet = source.name == Tag.chronitemset
    var early: Cursor?
    if isSet || !source.children.contains(where: isChronicleDate) {
      // Only in files that break their schema: the date stands among the events of a set.
      let sets = isSet ? [source] : source.children.filter { $0.name == Tag.chronitemset }
      early = sets.lazy.compactMap { set in set.children.first { self.isChronicleDate($0) } }.first
      if let early { node(early) }
    }
    var isGroup = false
    func group(_ set: Cursor) {
      if !isGroup {
        isGroup = true
        builder.start(Tag.eventgrp, from: isSet ? nil : set)
        if !isSet { attributes(set) }
      }
      events(of: set) { if $0.index != early?.index { node($0) } }
    }
    if isSet {
      group(source)
    } else {
      events(of: source) { if $0.name == Tag.chronitemset { group($0) } else { node($0) } }
    }
    if isGroup { builder.end() }
    builder.end()
  }

  private func isChronicleDate(_ source: Cursor) -> Bool {
    switch source.name {
    case Tag.datesingle, Tag.daterange, Tag.dateset, Tag.date: true
    default: false
    }
  }

  /// The events below an element, each with the places before it; places that no event follows stand last.
  private func events(of source: Cursor, _ other: (Cursor) -> Void) {
    var places: [Cursor] = []
    for child in source.children {
      switch child.name {
      case Tag.geogname: places.append(child)
      case Tag.event:
        event(child, at: places)
        places = []
      default: other(child)
      }
    }
    for place in places { node(place) }
  }

  private func event(_ source: Cursor, at places: [Cursor]) {
    builder.start(Tag.event, from: source)
    attributes(source)
    for (index, place) in places.enumerated() {
      if index > 0 { builder.text(", ") }
      node(place)
    }
    if !places.isEmpty, source.hasText { builder.text(": ") }
    content(source)
    builder.end()
  }

  // MARK: Legal status

  /// Paragraphs become `legalstatus`, which holds text only; blocks stay blocks of the `accessrestrict` around it.
  func legalStatus(_ source: Cursor) {
    let isOuter = builder.open != Tag.accessrestrict
    if isOuter {
      builder.start(Tag.accessrestrict, from: source)
      attributes(source)
    }
    for child in source.children {
      switch child.name {
      case Tag.p where !elements(child).contains { $0.name == Tag.list || $0.name == Tag.footnote }:
        write(child, as: Tag.legalstatus)
      default:
        if !isIndentation(child) { node(child) }
      }
    }
    if isOuter { builder.end() }
  }

  // MARK: Relations

  /// Relations that follow each other and are of one type make one `relatedmaterial`.
  func relations(_ source: Cursor) {
    var type: [UInt8]?
    var isOpen = false
    var isTyped = false
    for child in source.children {
      guard child.name == Tag.relation else {
        if !isIndentation(child) { node(child) }
        continue
      }
      let own = relationType(child)
      if !isOpen || own != type {
        if isOpen { builder.end() }
        builder.start(Tag.relatedmaterial, from: source)
        isTyped = writeType(own, of: child)
        if !isOpen { commonAttributes(source) }
        isOpen = true
        type = own
      } else if isTyped {
        omit(child, typeAttribute(child), .duplicate)
      }
      relation(child)
    }
    if isOpen { builder.end() }
  }

  private func relationType(_ relation: Cursor) -> [UInt8] {
    if typeAttribute(relation) == Attribute.otherrelationtype, let type = relation.attribute(Attribute.relationtype),
      Bytes.equal(type, "otherrelationtype")
    {
      omit(relation, Attribute.relationtype, .saidByCode)
    }
    return relation.attribute(typeAttribute(relation)).map { Array($0) } ?? []
  }

  private func typeAttribute(_ relation: Cursor) -> NameID {
    let other = relation.attribute(Attribute.otherrelationtype)
    return other.map { !Bytes.isBlank($0) } ?? false ? Attribute.otherrelationtype : Attribute.relationtype
  }

  /// The type of a relation, as one word where it has to be; false when it cannot be written.
  private func writeType(_ type: [UInt8], of relation: Cursor) -> Bool {
    guard !type.isEmpty else { return false }
    if builder.attribute(Attribute.type, type) {
      _ = relation.use(typeAttribute(relation))
      return true
    }
    guard builder.attribute(Attribute.type, AttributeFit.token(type)) else { return false }
    noteChange(relation, typeAttribute(relation))
    return true
  }

  private func relation(_ source: Cursor) {
    let entries = elements(source).filter { $0.name == Tag.relationentry && $0.hasText }
    builder.start(Tag.p, from: source)
    for name in [Attribute.id, Attribute.altrender, Attribute.audience] { move(name, of: source, to: name) }
    linked(source, hasText: !entries.isEmpty) {
      for (index, entry) in entries.enumerated() {
        if index > 0 { builder.text(", ") }
        builder.carry(id: entry)
        trimmedContent(entry)
      }
    }
    var hasText = !entries.isEmpty
    for child in elements(source) {
      switch child.name {
      case Tag.relationentry, Tag.descriptivenote: continue
      case Tag.datesingle, Tag.daterange, Tag.dateset, Tag.geogname:
        if hasText { builder.text(", ") }
        hasText = true
        node(child)
      default: node(child)
      }
    }
    builder.end()
    for child in elements(source) where child.name == Tag.descriptivenote {
      builder.carry(id: child)
      content(child)
    }
  }
}
