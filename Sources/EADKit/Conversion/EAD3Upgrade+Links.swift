extension EAD3Upgrade {
  // MARK: Access points

  /// Names, subjects and titles: their text in `part`, a `subarea` in a part of its own.
  func accessPoint(_ source: Cursor) {
    guard builder.allows(source.name) else {
      if builder.allowsText { return phrase(source) }
      if builder.allows(Tag.p) {
        openParagraph()
        accessPoint(source)
        builder.end()
        return
      }
      return writeAccessPoint(source)
    }
    writeAccessPoint(source)
  }

  private static let linkAttributes: [NameID] = [
    Attribute.href, Attribute.entityref, Attribute.xpointer, Attribute.arcrole, Attribute.linkrole, Attribute.linktitle,
  ]

  private func writeAccessPoint(_ source: Cursor) {
    builder.start(source.name, from: source)
    attributes(source)
    let isLink = source.name == Tag.title && EAD3Upgrade.linkAttributes.contains { source.attribute($0) != nil }
    if !isLink { mark(source, always: false) }
    if isLink {
      // EAD3's title is no link: the link is inside it.
      builder.start(Tag.part)
      builder.start(Tag.ref)
      attributes(source)
      mark(source)
      content(source)
      builder.end()
      builder.end()
    } else {
      parts(Array(source.children))
    }
    builder.end()
  }

  func parts(_ children: [Cursor]) {
    var isOpen = false
    var hasAny = false
    var at = 0
    while at < children.count {
      let child = children[at]
      if child.name == Tag.subarea {
        if isOpen { builder.end() }
        isOpen = false
        builder.start(Tag.part, from: child)
        builder.attribute(Attribute.localtype, "subarea")
        attributes(child)
        content(child)
        // White space between parts belongs to one of them.
        if at + 1 < children.count, children[at + 1].isText, Bytes.isBlank(children[at + 1].bytes) {
          at += 1
          copyText(children[at])
        }
        builder.end()
        hasAny = true
      } else {
        if !isOpen {
          builder.start(Tag.part)
          isOpen = true
          hasAny = true
        }
        node(child)
      }
      at += 1
    }
    if isOpen { builder.end() }
    if !hasAny {
      builder.start(Tag.part)
      builder.end()
    }
  }

  // MARK: Links

  private static let pointers: Set<NameID> = [Tag.ptr, Tag.extptr, Tag.ptrloc, Tag.extptrloc]

  /// Whether a conversion back finds the element by itself: by its link, external or internal.
  private func isObvious(_ source: Cursor) -> Bool {
    let isExternal = source.attribute(Attribute.href) != nil || source.attribute(Attribute.entityref) != nil
    switch source.name {
    case Tag.extref, Tag.extptr: return isExternal
    case Tag.ref, Tag.ptr: return !isExternal
    default: return false
    }
  }

  /// `ref`, `extref`, `archref`, `bibref` and the pointers, whatever is inside them.
  func link(_ source: Cursor) {
    let isReference = source.name == Tag.archref || source.name == Tag.bibref
    if isReference, !builder.allowsText, builder.allows(source.name) { return reference(source) }
    let target = EAD3Upgrade.pointers.contains(source.name) ? Tag.ptr : Tag.ref
    if !builder.allows(target) {
      if builder.allowsText {
        guard builder.allows(Tag.emph) else { return unwrap(source) }
        // EAD3 has no link directly in a link, but phrases that hold one.
        builder.start(Tag.emph)
        builder.attribute(Attribute.render, "altrender")
        mark("")
        if builder.allows(target) { writeLink(source, target) } else { unwrap(source) }
        builder.end()
        return
      }
      if builder.allows(Tag.p) {
        openParagraph()
        writeLink(source, target)
        builder.end()
        return
      }
    }
    writeLink(source, target)
  }

  private func writeLink(_ source: Cursor, _ target: NameID) {
    builder.start(target, from: source)
    attributes(source)
    mark(source, always: !isObvious(source))
    content(source)
    builder.end()
  }

  /// `archref`, `bibref` as members of a bibliography or of related material: EAD3's are no links, the link is inside.
  private func reference(_ source: Cursor) {
    builder.start(source.name, from: source)
    attributes(source)
    guard EAD3Upgrade.linkAttributes.contains(where: { source.attribute($0) != nil }) else {
      mark(source, always: false)
      content(source)
      builder.end()
      return
    }
    builder.start(Tag.ref)
    attributes(source)
    mark(source)
    content(source)
    builder.end()
    builder.end()
  }

  /// An image or file that the document type declaration names.
  func entity(_ source: Cursor) {
    guard let value = source.attribute(Attribute.entityref), source.attribute(Attribute.href) == nil else { return }
    let name = String(decoding: value, as: UTF8.self)
    let system = entities[name]
    guard builder.attribute(Attribute.href, system ?? name) else { return }
    noteAddress(source)
    if system == nil { find("upgrade-entity-unknown", .warning, source, [name]) }
  }

  /// `linkgrp`: its links, one after the other.
  func linkgrp(_ source: Cursor) {
    let needsParagraph = !builder.allowsText && builder.allows(Tag.p)
    if needsParagraph { openParagraph() }
    noteMarkup(source)
    builder.carry(id: source)
    var follows = false
    for child in source.children {
      let hasText = child.hasText
      if hasText, follows { builder.text(", ") }
      if hasText { follows = true }
      node(child)
    }
    if needsParagraph { builder.end() }
  }
}
