/// `profiledesc` and `revisiondesc` out of the declarations and the history of `control`.
extension EAD2002Downgrade {
  // MARK: Profile

  func profile(_ parts: HeaderParts) {
    let creation = creationEvent(parts)
    let languages = parts.all(Tag.languagedeclaration)
    let conventions = parts.all(Tag.conventiondeclaration)
    guard creation != nil || !languages.isEmpty || conventions.contains(where: { $0.hasText }) else { return }
    builder.start(Tag.profiledesc)
    if let creation { self.creation(creation) }
    if !languages.isEmpty { languageUsage(languages) }
    rules(conventions)
    builder.end()
  }

  func eventType(_ event: Cursor) -> String {
    event.first(Tag.eventtype)?.attribute(Attribute.value).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The first event that is the creation, as far as the source says so.
  private func creationEvent(_ parts: HeaderParts) -> Cursor? {
    let events = parts.first(Tag.maintenancehistory).map { elements($0) } ?? []
    return events.first { $0.name == Tag.maintenanceevent && eventType($0) == "created" && origin($0)?.name != "filled" }
  }

  /// `ead-convert` and others write an agent of no name where EAD3 demands one.
  private func agent(_ event: Cursor) -> Cursor? {
    guard let agent = event.first(Tag.agent), agent.hasText else { return nil }
    let name = words(agent).map(Bytes.lowered)
    if ["unknown", "[unknown]", "unspecified"].contains(String(decoding: name, as: UTF8.self)) {
      agent.markAll(UnitNode.ignored, reason: .saidByCode)
      return nil
    }
    return agent
  }

  /// Types that say nothing beyond the place where the event is written.
  private func typesUsed(_ event: Cursor, _ plain: [String]) {
    if let type = event.first(Tag.eventtype), let value = type.attribute(Attribute.value),
      let at = plain.firstIndex(of: String(decoding: value, as: UTF8.self))
    {
      // What stands among revisions is one: the other types are said less exactly.
      if at == 0 { _ = type.use(Attribute.value) } else { noteChange(type, Attribute.value) }
    }
    if let type = event.first(Tag.agenttype), let value = type.attribute(Attribute.value), Bytes.equal(value, "unknown") {
      omit(type, Attribute.value, .saidByCode)
    }
  }

  private func creation(_ event: Cursor) {
    builder.start(Tag.creation, from: event)
    if let mark = origin(event) { restoreAttributes(event, mark, Tag.creation) } else { attributes(event) }
    typesUsed(event, ["created"])
    let descriptions = elements(event).filter { $0.name == Tag.eventdescription && $0.hasText }
    let time = event.first(Tag.eventdatetime).flatMap { $0.hasText || $0.attribute(Attribute.standarddatetime) != nil ? $0 : nil }
    let text = descriptions.count == 1 ? words(descriptions[0]) : []
    var hasText = false
    func date() {
      guard let time else { return }
      eventDate(time)
    }
    if let time, let description = descriptions.first, descriptions.count == 1, let place = dateInside(time, description, event) {
      // As it stands, not with its white space collapsed.
      let whole = description.textBelow
      builder.text(Array(whole[..<place.lowerBound]), from: description)
      date()
      builder.text(Array(whole[place.upperBound...]), from: description)
      description.markAll(UnitNode.used)
      hasText = true
    } else if let time, time.hasText, descriptions.count == 1, weave(text, [Fragment(text: words(time), write: date)]) {
      descriptions[0].markAll(UnitNode.used)
      hasText = true
    } else {
      for description in descriptions {
        if hasText { builder.text(" ") }
        content(description)
        hasText = true
      }
      if time != nil {
        if hasText { builder.text(" ") }
        date()
        hasText = true
      }
    }
    if let agent = agent(event) {
      if EAD2002Downgrade.find(words(agent), in: text, from: 0) != nil {
        agent.markAll(UnitNode.ignored, reason: .duplicate)
      } else {
        builder.text(hasText ? " (" : "")
        builder.text(words(agent), from: agent)
        builder.text(hasText ? ")" : "")
        noteChange(agent, nil)
      }
    }
    restOfEvent(event)
    builder.end()
  }

  private func trimmed(_ source: Cursor) -> [UInt8] {
    source.textBelow.withUnsafeBufferPointer { Array(Bytes.trimmed($0)) }
  }

  /// Where the date stands in the words of the event: as whole words, or where an earlier conversion took it from.
  private func dateInside(_ time: Cursor, _ description: Cursor, _ event: Cursor) -> Range<Int>? {
    let date = trimmed(time)
    guard !date.isEmpty else { return nil }
    let text = description.textBelow
    guard origin(event)?.name == "creation" else { return EAD2002Downgrade.find(date, in: text, from: 0) }
    let said = origin(time)?.attributes.first { $0.name == OriginMark.place }
    let before = said?.value.count ?? 0
    let starts = OriginMark.starts(of: date, in: text)
    guard starts.indices.contains(before) else { return nil }
    return starts[before]..<(starts[before] + date.count)
  }

  /// `date` of an event, with the time of the standard form cut to its day.
  private func eventDate(_ time: Cursor) {
    builder.start(Tag.date, from: time)
    if let own = origin(time) { restoreAttributes(time, own, Tag.date) } else { attributes(time) }
    if let value = time.attribute(Attribute.standarddatetime), let span = DateSpan(Array(value)),
      builder.attribute(Attribute.normal, span.normal)
    {
      if span.normal.elementsEqual(value) {
        _ = time.use(Attribute.standarddatetime)
      } else {
        noteChange(time, Attribute.standarddatetime)
      }
    }
    if time.hasText {
      content(time)
    } else if let value = time.attribute(Attribute.standarddatetime) {
      builder.text(Array(value))
    }
    builder.end()
  }

  /// The text of an event's type is kept only where nothing else says what happened; comments always.
  private func restOfEvent(_ event: Cursor) {
    for child in event.children where child.name == Tag.comment || child.name == Tag.pi { node(child) }
  }

  // MARK: Languages and rules of the description

  private func languageUsage(_ declarations: [Cursor]) {
    builder.start(Tag.langusage, from: declarations.first)
    if let first = declarations.first {
      if origin(first) != nil { _ = first.use(Attribute.altrender) }
      attributes(first)
    }
    if let first = declarations.first, let note = first.first(Tag.descriptivenote), isOwnProse(note) {
      prose(note, declarations.compactMap { $0.first(Tag.language) }, declarations.compactMap { $0.first(Tag.script) })
    } else {
      let groups = grouped(declarations)
      for (index, group) in groups.enumerated() {
        if index > 0 { builder.text(index == groups.count - 1 || group.note == nil ? ", " : " ") }
        languageGroup(group)
      }
    }
    for declaration in declarations.dropFirst() {
      builder.carry(id: declaration)
      for child in declaration.children where child.name == Tag.comment || child.name == Tag.pi { node(child) }
    }
    builder.end()
  }

  /// Declarations that follow each other and bear the same note: it stands once.
  private func grouped(_ declarations: [Cursor]) -> [(members: [Cursor], note: Cursor?)] {
    var groups: [(members: [Cursor], note: Cursor?)] = []
    for declaration in declarations {
      let note = declaration.first(Tag.descriptivenote).flatMap { $0.hasText ? $0 : nil }
      if let last = groups.last {
        let same = note.map { own in last.note.map { words($0) == words(own) } ?? false } ?? (last.note == nil)
        if same {
          note?.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
          groups[groups.count - 1].members.append(declaration)
          continue
        }
      }
      groups.append(([declaration], note))
    }
    return groups
  }

  private func languageGroup(_ group: (members: [Cursor], note: Cursor?)) {
    var fragments: [Fragment] = []
    for declaration in group.members {
      guard let language = declaration.first(Tag.language) else { continue }
      if let mark = origin(declaration) {
        // Bare words, or nothing, stood there.
        _ = declaration.use(Attribute.altrender)
        if mark.name == "text" { fragments.append(Fragment(text: []) { [self] in content(language) }) }
        if mark.name == "text" || mark.name == "filled" { continue }
      }
      fragments.append(fragment(language, script: declaration.first(Tag.script)))
    }
    if let note = group.note, let sentence = sentence(note), weave(sentence, fragments) {
      note.markAll(UnitNode.used)
      return
    }
    list(fragments)
    guard let note = group.note else { return }
    if !fragments.isEmpty { builder.text(". ") }
    paragraphs(note)
  }

  private func rules(_ declarations: [Cursor]) {
    let said = declarations.filter { $0.hasText || $0.first(Tag.citation).map(hasTarget) ?? false }
    guard let first = said.first else { return }
    builder.start(Tag.descrules, from: first)
    if let mark = origin(first) { restoreAttributes(first, mark, Tag.descrules) } else { attributes(first) }
    for (index, declaration) in said.enumerated() {
      if index > 0 {
        builder.text("; ")
        builder.carry(id: declaration)
      }
      let note = declaration.first(Tag.descriptivenote).flatMap { $0.hasText ? $0 : nil }
      let citation = declaration.first(Tag.citation)
      if let note, let citation, citation.hasText, declaration.first(Tag.abbr) == nil, let sentence = sentence(note),
        weave(
          sentence, [Fragment(text: words(citation)) { [self] in linked(citation, hasText: true) { trimmedContent(citation) } }])
      {
        note.markAll(UnitNode.used)
      } else {
        self.citation(declaration)
        if let note {
          if citation?.hasText == true || declaration.first(Tag.abbr) != nil { builder.text(". ") }
          paragraphs(note)
        }
      }
      for child in declaration.children where child.name == Tag.comment || child.name == Tag.pi { node(child) }
    }
    builder.end()
  }

  // MARK: Revisions

  func revisions(_ parts: HeaderParts) {
    guard let history = parts.first(Tag.maintenancehistory) else {
      guard options.timestamp != nil else { return }
      builder.start(Tag.revisiondesc)
      conversionChange(nil)
      builder.end()
      return
    }
    let creation = creationEvent(parts)
    var events: [Cursor] = []
    for event in elements(history) where event.index != creation?.index {
      guard event.name == Tag.maintenanceevent else { continue }
      if origin(event)?.name == "filled" {
        event.markAll(UnitNode.ignored, reason: .saidByCode, attributes: true)
      } else {
        events.append(event)
      }
    }
    guard !events.isEmpty || options.timestamp != nil else { return }
    builder.start(Tag.revisiondesc, from: history)
    if let mark = origin(history) { restoreAttributes(history, mark, Tag.revisiondesc) } else { attributes(history) }
    if let kind = listKind(events) {
      builder.start(Tag.list)
      if kind == Tag.defitem { builder.attribute(Attribute.type, "deflist") }
      for event in events { revisionItem(event, kind) }
      conversionChange(kind)
      builder.end()
    } else {
      for event in events { change(event) }
      conversionChange(nil)
    }
    for child in history.children where child.name == Tag.comment || child.name == Tag.pi { node(child) }
    builder.end()
  }

  /// The conversion itself, when its time is given: a change, or a member of the list that the changes are.
  private func conversionChange(_ kind: NameID?) {
    guard let time = options.timestamp else { return }
    let what = "EAD3 → EAD 2002 (ead-convert)"
    switch kind {
    case Tag.item?:
      builder.start(Tag.item)
      builder.text(time + ": " + what)
    case Tag.defitem?:
      builder.start(Tag.defitem)
      builder.start(Tag.label)
      builder.text(time)
      builder.end()
      builder.start(Tag.item)
      builder.text(what)
      builder.end()
    default:
      builder.start(Tag.change)
      builder.start(Tag.date)
      if let span = DateSpan(Array(time.utf8)) { builder.attribute(Attribute.normal, span.normal) }
      builder.text(time)
      builder.end()
      builder.start(Tag.item)
      builder.text(what)
      builder.end()
    }
    builder.end()
  }

  /// `item` or `defitem` when all events were members of one list in EAD 2002.
  private func listKind(_ events: [Cursor]) -> NameID? {
    var kind: NameID?
    for event in events {
      guard let mark = origin(event), let name = EAD2002Downgrade.element(mark.name) else { return nil }
      guard name == Tag.item || name == Tag.defitem, kind == nil || kind == name else { return nil }
      kind = name
    }
    return kind
  }

  private func revisionItem(_ event: Cursor, _ kind: NameID) {
    typesUsed(event, ["revised", "updated", "unknown"])
    builder.start(kind, from: event)
    if let mark = origin(event) { restoreAttributes(event, mark, kind) }
    if kind == Tag.defitem {
      let label = event.first(Tag.eventdatetime)
      builder.start(Tag.label, from: label)
      if let label {
        if let mark = origin(label) { restoreAttributes(label, mark, Tag.label) }
        content(label)
      }
      builder.end()
    }
    for description in elements(event) where description.name == Tag.eventdescription {
      if kind == Tag.defitem { write(description, as: Tag.item) } else { content(description) }
    }
    builder.end()
  }

  private func change(_ event: Cursor) {
    builder.start(Tag.change, from: event)
    if let mark = origin(event) { restoreAttributes(event, mark, Tag.change) } else { attributes(event) }
    typesUsed(event, ["revised", "updated", "unknown"])
    if let time = event.first(Tag.eventdatetime) {
      eventDate(time)
    } else {
      builder.start(Tag.date)
      builder.end()
    }
    let descriptions = elements(event).filter { $0.name == Tag.eventdescription && $0.hasText }
    let agent = agent(event)
    for (index, description) in descriptions.enumerated() {
      builder.start(Tag.item, from: description)
      attributes(description)
      content(description)
      if index == descriptions.count - 1, let agent { self.agent(agent, besides: words(description)) }
      builder.end()
    }
    if descriptions.isEmpty {
      builder.start(Tag.item)
      if let type = event.first(Tag.eventtype) {
        if type.hasText {
          trimmedContent(type)
        } else if let value = type.attribute(Attribute.value) {
          builder.text(Array(value))
          noteChange(type, Attribute.value)
        }
      }
      if let agent { self.agent(agent, besides: []) }
      builder.end()
    }
    restOfEvent(event)
    builder.end()
  }

  /// Who did it stands in parentheses, unless the text says so.
  private func agent(_ agent: Cursor, besides text: [UInt8]) {
    if EAD2002Downgrade.find(words(agent), in: text, from: 0) != nil {
      agent.markAll(UnitNode.ignored, reason: .duplicate)
      return
    }
    builder.text(" (")
    builder.text(words(agent), from: agent)
    builder.text(")")
    noteChange(agent, nil)
  }
}
