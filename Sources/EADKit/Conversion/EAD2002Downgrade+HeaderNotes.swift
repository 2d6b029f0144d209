/// What `control` says and `eadheader` has no element for: notes about the finding aid.
extension EAD2002Downgrade {
  // MARK: What has no home

  /// What EAD 2002 has no element for and says something: each becomes a note about the finding aid.
  func homeless(_ parts: HeaderParts) -> [Cursor] {
    var found: [Cursor] = []
    for child in parts.children where isElement(child) && !parts.spent.contains(child.index) {
      switch child.name {
      case Tag.otherrecordid, Tag.representation, Tag.rightsdeclaration, Tag.localtypedeclaration, Tag.localcontrol:
        if child.hasText || hasTarget(child) { found.append(child) }
      case Tag.sources:
        if child.hasText || elements(child).contains(where: hasTarget) { found.append(child) }
      case Tag.publicationstatus: found.append(child)
      case Tag.maintenancestatus:
        if maintenanceStatus(child, parts) { found.append(child) }
      case Tag.maintenanceagency:
        if hasMoreToSay(child, parts) { found.append(child) }
      case Tag.recordid, Tag.filedesc, Tag.languagedeclaration, Tag.conventiondeclaration, Tag.maintenancehistory: continue
      default: found.append(child)
      }
    }
    return found
  }

  /// Whether the status says more than the history does; what it does not is marked.
  private func maintenanceStatus(_ source: Cursor, _ parts: HeaderParts) -> Bool {
    let events = parts.first(Tag.maintenancehistory).map { elements($0).filter { $0.name == Tag.maintenanceevent } } ?? []
    func has(_ types: [String]) -> Bool { events.contains { types.contains(eventType($0)) } }
    switch source.attribute(Attribute.value).map({ String(decoding: $0, as: UTF8.self) }) ?? "" {
    case "new":
      if has(["created"]) || events.isEmpty { omit(source, Attribute.value, .saidByCode) }
    case "revised":
      if has(["revised", "updated", "unknown", "derived"]) { omit(source, Attribute.value, .saidByCode) }
    case "derived":
      if has(["derived", "created"]) || events.isEmpty { omit(source, Attribute.value, .saidByCode) }
    case "": break
    default: return true
    }
    return source.hasText
  }

  private func hasMoreToSay(_ agency: Cursor, _ parts: HeaderParts) -> Bool {
    let publishers = parts.first(Tag.filedesc)?.first(Tag.publicationstmt)?.children.filter { $0.name == Tag.publisher } ?? []
    let known = publishers.map { words($0) }
    let all = Array(known.joined(separator: [0x2C, 0x20]))
    let missing = missingPublisher(parts, parts.first(Tag.filedesc))
    var hasMore = false
    for child in elements(agency) where child.hasText && !parts.spent.contains(child.index) {
      if origin(child) != nil {
        _ = restore(child)
      } else if child.name == Tag.agencyname, known.contains(words(child)) || all == words(child) {
        child.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
      } else if child.index != missing?.index {
        hasMore = true
      }
    }
    return hasMore
  }

  func homelessNote(_ source: Cursor) {
    builder.start(Tag.note, from: source)
    builder.attribute(Attribute.type, names.name(source.name))
    move(Attribute.localtype, of: source, to: Attribute.label)
    commonAttributes(source)
    switch source.name {
    case Tag.rightsdeclaration, Tag.localtypedeclaration: declaration(source)
    case Tag.sources: for child in source.children where !isIndentation(child) { entry(child) }
    case Tag.localcontrol:
      paragraph {
        var isFirst = true
        for child in elements(source) {
          if !isFirst { builder.text(", ") }
          isFirst = false
          if child.name == Tag.term { trimmedContent(child) } else { node(child) }
        }
      }
    case Tag.maintenanceagency: agencyNote(source)
    case Tag.publicationstatus, Tag.maintenancestatus:
      paragraph {
        if source.hasText { return trimmedContent(source) }
        guard let value = source.attribute(Attribute.value) else { return }
        builder.text(Array(value))
        noteChange(source, Attribute.value)
      }
    default: paragraph { linked(source, hasText: source.hasText) { content(source) } }
    }
    builder.end()
  }

  private func paragraph(_ body: () -> Void) {
    builder.start(Tag.p)
    body()
    builder.end()
  }

  /// Abbreviation and citation in a paragraph, then the note's own paragraphs.
  private func declaration(_ source: Cursor) {
    paragraph { citation(source) }
    for child in source.children {
      switch child.name {
      case Tag.abbr, Tag.citation: continue
      case Tag.descriptivenote:
        builder.carry(id: child)
        content(child)
      default: if !isIndentation(child) { node(child) }
      }
    }
  }

  func citation(_ source: Cursor) {
    let citation = source.first(Tag.citation)
    if let abbr = source.first(Tag.abbr) {
      node(abbr)
      if abbr.hasText, citation?.hasText == true { builder.text(" ") }
    }
    guard let citation else { return }
    builder.carry(id: citation)
    linked(citation, hasText: citation.hasText) { content(citation) }
  }

  private func entry(_ source: Cursor) {
    guard source.name == Tag.source else { return node(source) }
    let entries = elements(source).filter { $0.name == Tag.sourceentry && $0.hasText }
    builder.start(Tag.p, from: source)
    for name in [Attribute.id, Attribute.altrender, Attribute.audience] { move(name, of: source, to: name) }
    linked(source, hasText: !entries.isEmpty) {
      for (index, entry) in entries.enumerated() {
        if index > 0 { builder.text(", ") }
        builder.carry(id: entry)
        trimmedContent(entry)
      }
    }
    builder.end()
    for child in elements(source) where child.name == Tag.descriptivenote {
      builder.carry(id: child)
      content(child)
    }
  }

  /// Codes and names of the agency that have no other place, and what is said about it.
  private func agencyNote(_ source: Cursor) {
    let rest = elements(source).filter { child in
      child.name != Tag.descriptivenote && child.hasText && unsaid(child)
    }
    if !rest.isEmpty {
      paragraph {
        for (index, child) in rest.enumerated() {
          if index > 0 { builder.text(", ") }
          builder.carry(id: child)
          trimmedContent(child)
        }
      }
    }
    for child in elements(source) where child.name == Tag.descriptivenote {
      builder.carry(id: child)
      content(child)
    }
  }

  /// No text below has been used or marked so far.
  private func unsaid(_ source: Cursor) -> Bool {
    (source.index..<source.end).contains { at in
      let node = source.arena.storage.pointee.nodes[at]
      return node.name == Tag.text && node.flags & (UnitNode.used | UnitNode.ignored) == 0
    }
  }
}
