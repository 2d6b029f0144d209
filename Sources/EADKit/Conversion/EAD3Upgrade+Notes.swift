extension EAD3Upgrade {
  private func parentName(_ source: Cursor) -> NameID {
    source.parent >= 0 ? Cursor(source.arena, source.parent).name : 0
  }

  // MARK: Notes

  /// `note` is many things in EAD3: `didnote`, `odd`, `controlnote`, `footnote`.
  func note(_ source: Cursor) {
    let parent = parentName(source)
    switch parent {
    case Tag.did:
      if let paragraph = EAD3Upgrade.onlyParagraph(source) {
        didNote(source, paragraph)
      } else if hoistRoot == nil {
        oddNote(source)
      }
    case Tag.archdesc, Tag.descgrp: oddNote(source)
    case Tag.notestmt:
      builder.start(Tag.controlnote, from: source)
      attributes(source)
      mark(source, always: false)
      content(source)
      builder.end()
    case Tag.namegrp: break
    default:
      if EAD3Upgrade.isComponent(parent) { oddNote(source) } else { footnote(source) }
    }
  }

  /// The paragraph of a note that has one only, of running text.
  static func onlyParagraph(_ note: Cursor) -> Cursor? {
    var found: Cursor?
    for child in note.children {
      if child.isText, Bytes.isBlank(child.bytes) { continue }
      guard child.name == Tag.p, found == nil, child.attributes.isEmpty else { return nil }
      found = child
    }
    guard let found, isPlain(found) else { return nil }
    return found
  }

  private func didNote(_ source: Cursor, _ paragraph: Cursor) {
    builder.start(Tag.didnote, from: source)
    attributes(source)
    mark(source, always: false)
    content(paragraph)
    builder.end()
  }

  func oddNote(_ source: Cursor) {
    // What a note of the `did` holds comes back elsewhere.
    if parentName(source) == Tag.did { noteMarkup(source) }
    builder.start(Tag.odd, from: source)
    let label = source.attribute(Attribute.label)
    if label != nil { noteChange(source, Attribute.label) }
    attributes(source)
    mark(source)
    if let label {
      builder.start(Tag.head)
      builder.text(label)
      builder.end()
    }
    content(source)
    builder.end()
  }

  private func footnote(_ source: Cursor) {
    let isWrapped = !builder.allows(Tag.footnote) && builder.allows(Tag.p)
    if isWrapped { openParagraph() }
    builder.start(Tag.footnote, from: source)
    attributes(source)
    mark(source, always: false)
    content(source)
    builder.end()
    if isWrapped { builder.end() }
  }

  /// A heading where EAD3 has none.
  func headParagraph(_ source: Cursor) { writeMarked(source, as: Tag.p) { content(source) } }

  func runner(_ source: Cursor) { writeMarked(source, as: Tag.odd) { paragraph(source) } }

  func legalstatus(_ source: Cursor) { writeMarked(source, as: Tag.accessrestrict) { paragraph(source) } }

  /// An element under a name of EAD3, which says what it was.
  private func writeMarked(_ source: Cursor, as name: NameID, _ body: () -> Void) {
    builder.start(name, from: source)
    attributes(source)
    mark(source)
    body()
    builder.end()
  }

  /// The content of an element whose place holds blocks only.
  private func paragraph(_ source: Cursor) {
    builder.start(Tag.p)
    content(source)
    builder.end()
  }

  // MARK: Groups

  /// `descgrp`: its members take its place; its heading and its own words are a note before (or between) them.
  func descgrp(_ source: Cursor) {
    noteMarkup(source)
    let own: Set<NameID> = [
      Tag.text, Tag.head, Tag.p, Tag.list, Tag.table, Tag.chronlist, Tag.blockquote, Tag.address, Tag.comment, Tag.pi,
    ]
    let children = Array(source.children)
    var at = 0
    var isFirst = true
    while at < children.count {
      guard own.contains(children[at].name) else {
        node(children[at])
        at += 1
        continue
      }
      var run: [Cursor] = []
      while at < children.count, own.contains(children[at].name) {
        run.append(children[at])
        at += 1
      }
      if run.allSatisfy({ $0.name == Tag.comment || $0.name == Tag.pi || ($0.isText && Bytes.isBlank($0.bytes)) }) {
        for child in run { node(child) }
        continue
      }
      builder.start(Tag.odd)
      if isFirst {
        attributes(source)
        mark(source)
      } else {
        mark(names.name(source.name))
      }
      isFirst = false
      members(run)
      builder.end()
    }
    if isFirst { builder.carry(id: source) }
  }

  private func inner(of holder: NameID) -> NameID { holder == Tag.scopecontent ? Tag.arrangement : Tag.acqinfo }

  /// `scopecontent` with an `arrangement` in it, `custodhist` with an `acqinfo`: EAD3 has them side by side.
  func holder(_ source: Cursor) {
    let inner = inner(of: source.name)
    var found: [Cursor] = []
    var at = source.index + 1
    while at < source.end {
      let node = Cursor(source.arena, at)
      if node.name == inner, parentName(node) == source.name {
        found.append(node)
        at = node.end
      } else {
        at += 1
      }
    }
    guard !found.isEmpty else { return write(source, as: source.name) }
    let own = source.children.filter { $0.name != inner && $0.name != Tag.dao && $0.name != Tag.daogrp }
    let isWritten = own.contains { $0.name != Tag.comment && $0.name != Tag.pi && (!$0.isText || !Bytes.isBlank($0.bytes)) }
    if isWritten {
      builder.start(source.name, from: source)
      attributes(source)
      members(source.children.filter { $0.name != inner })
      builder.end()
    } else {
      noteMarkup(source)
      builder.carry(id: source)
      for child in source.children where child.name != inner { node(child) }
    }
    guard parentName(source) != source.name else { return }
    for node in found {
      builder.start(inner, from: node)
      attributes(node)
      // What was alone in it is not sent back into another one.
      if isWritten { mark(node, extra: [("in", Array(names.name(source.name).utf8))]) } else { mark(node, always: false) }
      content(node)
      builder.end()
    }
  }

  // MARK: Blocks

  private static let phrases: Set<NameID> = [
    Tag.item, Tag.entry, Tag.event, Tag.ref, Tag.extref, Tag.refloc, Tag.extrefloc, Tag.label, Tag.bibref, Tag.archref, Tag.emph,
  ]

  /// Table, chronology or list: where EAD3 has none in running text it is lifted out of the paragraph by the builder; out of
  /// an item, a cell, an event or a link it could not be lifted without tearing that apart: there a `footnote` holds it.
  func block(_ source: Cursor, _ body: (Cursor) -> Void) {
    guard !builder.allows(source.name), needsFootnote(source) else { return body(source) }
    let isWrapped = !builder.allows(Tag.footnote) && builder.allows(Tag.p)
    guard isWrapped || builder.allows(Tag.footnote) else { return body(source) }
    if isWrapped { openParagraph() }
    builder.start(Tag.footnote)
    mark("")
    body(source)
    builder.end()
    if isWrapped { builder.end() }
  }

  private func needsFootnote(_ source: Cursor) -> Bool {
    let isInNote = builder.isInside(Tag.descriptivenote) && !builder.isInside(Tag.footnote)
    var at = source.parent
    while at >= 0 {
      let ancestor = Cursor(source.arena, at)
      if EAD3Upgrade.phrases.contains(ancestor.name) { return true }
      if ancestor.name == Tag.p || ancestor.name == Tag.daodesc { return isInNote }
      if !TargetBuilder.isBlock(ancestor.name) { return false }
      at = ancestor.parent
    }
    return false
  }

  func list(_ source: Cursor) {
    builder.start(Tag.list, from: source)
    let type = source.attribute(Attribute.type)
    if let type, Bytes.equal(type, "simple") {
      if builder.attribute(Attribute.listtype, "unordered") { _ = source.use(Attribute.type) }
      builder.attribute(Attribute.mark, "none")
    } else if let type, Bytes.equal(type, "marked") {
      if builder.attribute(Attribute.listtype, "unordered") { _ = source.use(Attribute.type) }
      // Bullets of one's own are kept in the mark of origin as well.
      if !(source.attribute(Attribute.mark).map { builder.attribute(Attribute.mark, $0) } ?? false) {
        builder.attribute(Attribute.mark, "disc")
      }
    } else if let type, Bytes.equal(type, "ordered") {
      if builder.attribute(Attribute.listtype, "ordered") { _ = source.use(Attribute.type) }
      if let numeration = source.attribute(Attribute.numeration).flatMap(EAD3Upgrade.numeration) {
        if builder.attribute(Attribute.numeration, "\(numeration)") { _ = source.use(Attribute.numeration) }
      } else {
        builder.attribute(Attribute.numeration, "inherit")
      }
    } else if let type, Bytes.equal(type, "deflist") {
      if builder.attribute(Attribute.listtype, "deflist") { _ = source.use(Attribute.type) }
    }
    attributes(source)
    mark(source, always: false)
    content(source)
    builder.end()
  }

  private static func numeration(_ value: UnsafeBufferPointer<UInt8>) -> StaticString? {
    let pairs: [(StaticString, StaticString)] = [
      ("arabic", "decimal"), ("upperalpha", "upper-alpha"), ("loweralpha", "lower-alpha"), ("upperroman", "upper-roman"),
      ("lowerroman", "lower-roman"),
    ]
    return pairs.first { Bytes.equal(value, $0.0) }?.1
  }

  func blockquote(_ source: Cursor) {
    if !builder.allows(Tag.blockquote), builder.allows(Tag.quote), let paragraph = EAD3Upgrade.onlyParagraph(source) {
      builder.start(Tag.quote, from: source)
      attributes(source)
      mark(source)
      content(paragraph)
      builder.end()
    } else {
      block(source) { self.write($0, as: Tag.blockquote) }
    }
  }

  /// Lines of an address where EAD3 has no `address`.
  func address(_ source: Cursor) {
    if builder.allows(Tag.address) { return write(source, as: Tag.address) }
    let isPhrase = EAD3Upgrade.phrases.contains(parentName(source)) || parentName(source) == Tag.p
    builder.start(isPhrase ? Tag.emph : Tag.p, from: source)
    if isPhrase { builder.attribute(Attribute.render, "altrender") }
    attributes(source)
    mark(source)
    var isFirst = true
    for child in source.children {
      guard child.name == Tag.addressline else {
        node(child)
        continue
      }
      if !isFirst {
        builder.start(Tag.lb)
        builder.end()
      }
      isFirst = false
      content(child)
    }
    builder.end()
  }

  // MARK: Index

  /// A note beside names of an index goes into a reference of the entry: EAD3 has no other place for it.
  func indexEntry(_ source: Cursor) {
    let notes = source.first(Tag.namegrp)?.children.filter { $0.name == Tag.note } ?? []
    builder.start(Tag.indexentry, from: source)
    attributes(source)
    guard !notes.isEmpty else {
      content(source)
      builder.end()
      return
    }
    let locators: Set<NameID> = [Tag.ptr, Tag.ref, Tag.ptrgrp, Tag.extref, Tag.extptr]
    var nested: [Cursor] = []
    for child in source.children where !locators.contains(child.name) {
      if child.name == Tag.indexentry { nested.append(child) } else { node(child) }
    }
    builder.start(Tag.ptrgrp)
    let group = source.first(Tag.ptrgrp)
    if let group { attributes(group) } else { mark("") }
    for child in (group ?? source).children where locators.contains(child.name) && child.name != Tag.ptrgrp { node(child) }
    builder.start(Tag.ref)
    mark("")
    for note in notes { footnote(note) }
    builder.end()
    builder.end()
    for child in nested { node(child) }
    builder.end()
  }
}
