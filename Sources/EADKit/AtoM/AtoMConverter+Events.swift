/// Dates (ISAD(G) 3.1.3), creators (3.2.1) and their history (3.2.2): AtoM's events.
extension AtoMConverter {
  struct Event {
    /// English key of the type, or a term of the site.
    var type: String
    var text: Range<Int>?
    var normal: NormalDate?
    var actor: Range<Int>?
    var history: String?
    /// Number that joins it to a creator, a place, a description; 0 when nothing does.
    var link = 0
    /// RAD: where it took place, and what is said of it.
    var place: Range<Int>?
    var description: Range<Int>?
  }

  struct Creator {
    var type: String
    var name: Range<Int>
    /// Number of its event; 0 when it says none.
    var link = 0
  }

  struct History {
    var element: Cursor
  }

  // MARK: Dates

  func date(_ element: Cursor) {
    let type = eventType(element)
    let known = events.count
    defer { if isRAD, events.count > known { describeEvent(by: element) } }
    certainty(element)
    if element.name == Tag.dateset {
      let start = scratch.pointee.count
      var renderer = TextRenderer(to: scratch, .line, context)
      for child in element.children where !child.isText && child.hasText {
        if !renderer.isEmpty { renderer.separator(", ") }
        renderer.element(child)
      }
      scratch.pointee.trim(from: start)
      addDate(type, start, structured(element), element)
      return
    }
    if element.name == Tag.unitdatestructured {
      let start = scratch.pointee.count
      var renderer = TextRenderer(to: scratch, .line, context)
      for child in element.children where !child.isText {
        if !renderer.isEmpty { renderer.separator(", ") }
        renderer.element(child)
      }
      scratch.pointee.trim(from: start)
      addDate(type, start, structured(element), element)
      return
    }
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    renderer.content(element)
    scratch.pointee.trim(from: start)
    var normal: NormalDate?
    if isBeforeCommonEra(element) {
      note("date-not-understood", .warning, line: element.line, [string(start..<scratch.pointee.count)])
      addDate(type, start, nil, element)
      return
    }
    if let said = element.use(Attribute.normal) {
      switch NormalDate.read(said) {
      case .range(let date): normal = date
      case .void: break
      case .unreadable:
        note("date-not-understood", .warning, line: element.line, [LossAccount.collapse(said)])
        // The text says the date; the coded form that says nothing to AtoM is reported.
        if !Bytes.isBlank(said) { element.release(Attribute.normal) }
      }
      if let from = normal?.start, let to = normal?.end, to < from {
        note("date-reversed", .warning, line: element.line, [LossAccount.collapse(said)])
      }
    }
    if normal == nil, options.derivesDates {
      normal = DateText.read(scratchBytes(start..<scratch.pointee.count))
    }
    addDate(type, start, normal, element)
  }

  private func addDate(_ type: String, _ start: Int, _ normal: NormalDate?, _ element: Cursor) {
    if scratch.pointee.count == start, let normal { writeReadable(normal) }
    bulk(element, start)
    let text = start..<scratch.pointee.count
    guard !text.isEmpty || normal != nil else { return }
    // Two events of the same date are two when each has its own place or creator.
    let link = AtoMConverter.link(element, "_event")
    if link > 0, events.count >= 200 || events.contains(where: { $0.link > 0 && $0.link != link }) {
      events.append(Event(type: type, text: text, normal: normal, link: link))
      return
    }
    // A unit with hundreds of dates is no longer compared date by date.
    for event in events.suffix(200) where event.type == type {
      guard let known = event.text, Bytes.equal(scratchBytes(known), scratchBytes(text)) else { continue }
      if event.normal == normal || normal == nil {
        element.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
        return
      }
    }
    // A plain and a structured date that say the same are one event: the text of the first stays.
    if let normal, events.count < 200, let same = events.firstIndex(where: { $0.type == type && $0.normal == normal }),
      let known = events[same].text, sameDigits(known, text)
    {
      element.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
      return
    }
    if events.count < 200,
      let same = events.firstIndex(where: { event in
        event.type == type && event.normal == nil && event.text.map { Bytes.equal(scratchBytes($0), scratchBytes(text)) } == true
      })
    {
      events[same].normal = normal
      element.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
      return
    }
    events.append(Event(type: type, text: text, normal: normal, link: AtoMConverter.link(element, "_event")))
  }

  private func sameDigits(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    scratchBytes(left).filter(Bytes.isWord).elementsEqual(scratchBytes(right).filter(Bytes.isWord))
  }

  /// "(bulk)" is said once: by the text, else added from the attribute.
  private func bulk(_ element: Cursor, _ start: Int) {
    guard let type = element.attribute(Attribute.type) ?? element.attribute(Attribute.unitdatetype),
      Bytes.equalIgnoringCase(Bytes.trimmed(type), "bulk"), scratch.pointee.count > start
    else { return }
    let word = AtoMTerms.label("bulk", culture: culture)
    let text = string(start..<scratch.pointee.count).lowercased()
    if text.contains("bulk") || text.contains(word) { return }
    scratch.pointee.append(" (" + word + ")")
  }

  private func writeReadable(_ date: NormalDate) {
    date.start?.write(to: &scratch.pointee)
    if date.start != date.end || date.start == nil {
      if date.start != nil || date.end != nil { scratch.pointee.append(0x2D) }
      if date.start != date.end { date.end?.write(to: &scratch.pointee) }
    }
  }

  func isBeforeCommonEra(_ element: Cursor) -> Bool {
    element.attribute(Attribute.era).map { Bytes.key($0).hasPrefix("b") } ?? false
  }

  private func structured(_ element: Cursor) -> NormalDate? {
    for index in element.index..<element.end where isBeforeCommonEra(Cursor(element.arena, index)) {
      note("date-not-understood", .warning, line: element.line, [UnitElement(cursor: element, names: names).text])
      return nil
    }
    var dates: [CalendarDate] = []
    var hasOpenEnd = false
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      guard cursor.name == Tag.datesingle || cursor.name == Tag.fromdate || cursor.name == Tag.todate else { continue }
      var found = false
      for name in [Attribute.standarddate, Attribute.notbefore, Attribute.notafter] {
        if let said = cursor.use(name), case .range(let date) = NormalDate.read(said) {
          dates += [date.start, date.end].compactMap { $0 }
          found = true
        } else if let said = cursor.attribute(name), !Bytes.isBlank(said) {
          note("date-not-understood", .warning, line: cursor.line, [LossAccount.collapse(said)])
        }
      }
      if !found, options.derivesDates {
        var text: [UInt8] = []
        for at in cursor.index..<cursor.end where Cursor(cursor.arena, at).isText {
          text.append(contentsOf: Cursor(cursor.arena, at).bytes)
        }
        if let date = text.withUnsafeBufferPointer({ DateText.read(Bytes.trimmed($0)) }) {
          dates += [date.start, date.end].compactMap { $0 }
        } else if cursor.name == Tag.todate {
          hasOpenEnd = true
        }
      }
    }
    guard let start = dates.min(), let end = dates.max() else { return nil }
    return NormalDate(start: start, end: hasOpenEnd ? nil : end)
  }

  /// `certainty="approximate"` is said when the text says it too; else it is a loss.
  private func certainty(_ element: Cursor) {
    guard element.attribute(Attribute.certainty) != nil else { return }
    for index in element.index..<element.end {
      let node = Cursor(element.arena, index)
      if node.isText, AtoMConverter.saysCirca(node.bytes) {
        _ = element.use(Attribute.certainty)
        return
      }
    }
  }

  private static func saysCirca(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at < text.count {
      if text[at] == 0x5B || text[at] == 0x3F { return true }
      guard Bytes.isASCIILetter(text[at]) else {
        at += 1
        continue
      }
      let from = at
      while at < text.count, Bytes.isASCIILetter(text[at]) || text[at] >= 0x80 { at += 1 }
      let word = UnsafeBufferPointer(rebasing: text[from..<at])
      if circa.contains(where: { Bytes.equalIgnoringCase(word, $0) }) { return true }
    }
    return false
  }

  private static let circa: [StaticString] = [
    "c", "ca", "circa", "about", "approximately", "approx", "vers", "environ", "um", "etwa", "hacia",
  ]

  private func eventType(_ element: Cursor) -> String {
    guard let said = element.attribute(Attribute.datechar), !Bytes.isBlank(said) else {
      // Without a type the label may name one.
      if let label = element.attribute(Attribute.label), !Bytes.isBlank(label),
        !HeadLabels.contains(label, of: Tag.unitdate)
      {
        if let type = AtoMTerms.eventTypes[AtoMConverter.typeKey(ofLabel: label)] {
          _ = element.use(Attribute.label)
          return type
        }
      } else {
        _ = element.use(Attribute.label)
      }
      return "Creation"
    }
    _ = element.use(Attribute.datechar)
    let fingerprint = Bytes.hash(said)
    if let known = eventTypeKeys[fingerprint] { return known }
    if let type = AtoMTerms.eventTypes[Bytes.key(said)] {
      eventTypeKeys[fingerprint] = type
      return type
    }
    note("date-type-unknown", .note, line: element.line, [LossAccount.collapse(said)])
    return "Creation"
  }

  static func typeKey(ofLabel label: UnsafeBufferPointer<UInt8>) -> String {
    var key = Bytes.key(label)
    for suffix in [":", " date", " dates"] where key.hasSuffix(suffix) { key = String(key.dropLast(suffix.count)) }
    return key
  }

  // MARK: Creators

  func origination(_ element: Cursor) {
    var names: [Cursor] = []
    func collect(_ parent: Cursor) {
      for child in parent.children where !child.isText {
        if RenderContext.agents.contains(child.name) { names.append(child) } else { collect(child) }
      }
    }
    collect(element)
    names = names.filter { name in
      if context.skipsInternal, context.isInternal(name) {
        name.markAll(UnitNode.ignored, reason: .internal, attributes: true)
        return false
      }
      return true
    }
    let label = element.attribute(Attribute.label)
    if names.isEmpty {
      let role = label ?? element.attribute(Attribute.role)
      if let text = render(element, .line, term: true) { creator(text, role: role, of: element) }
      return
    }
    for name in names {
      let role = name.attribute(Attribute.relator) ?? name.attribute(Attribute.role)
      if let text = render(name, .line, term: true) ?? normalForm(name) {
        suggestAuthority(text, name)
        creator(text, role: role ?? label, of: element, name: name)
      }
    }
  }

  private func creator(_ text: Range<Int>, role: UnsafeBufferPointer<UInt8>?, of element: Cursor, name: Cursor? = nil) {
    var roleClass = "creator"
    var key = ""
    if let role, !Bytes.isBlank(role) {
      key = AtoMConverter.roleKey(role)
      roleClass = AtoMTerms.relators[key] ?? "unknown"
    }
    func useRole() {
      if name?.use(Attribute.relator) == nil, name?.use(Attribute.role) == nil || name?.attribute(Attribute.role) == nil {
        _ = element.use(Attribute.role)
      }
      _ = element.use(Attribute.label)
    }
    let link = name.map { AtoMConverter.link($0, "_actor") } ?? 0
    if link > 0, roleClass == "unknown", let type = AtoMTerms.key(.eventType, label: key) ?? AtoMTerms.eventTypes[key] {
      // The role of somebody whose event is named is that event's type.
      useRole()
      creators.append(Creator(type: type, name: text, link: link))
      return
    }
    switch roleClass {
    case "acquisition":
      useRole()
      append(AtoMConverter.sourceLabel(key, culture: culture) + ": " + string(text), to: .acquisition)
      return
    case "collection":
      useRole()
      creators.append(Creator(type: "Collection", name: text, link: link))
    case "publication":
      useRole()
      creators.append(Creator(type: "Publication", name: text, link: link))
    default:
      if roleClass == "creator" {
        useRole()
      } else {
        // A role that AtoM's CSV cannot say stays in the account of losses as well.
        note("creator-role", .note, line: element.line, [string(text), key])
      }
      if creators.suffix(200).contains(where: {
        $0.type == "Creation" && (link == 0 || $0.link == 0 || $0.link == link)
          && Bytes.equal(scratchBytes($0.name), scratchBytes(text))
      }) {
        (name ?? element).markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
        return
      }
      creators.append(Creator(type: "Creation", name: text, link: link))
    }
  }

  static func roleKey(_ role: UnsafeBufferPointer<UInt8>) -> String {
    var key = Bytes.key(role)
    if let slash = key.lastIndex(of: "/"), key.hasPrefix("http") { key = String(key[key.index(after: slash)...]) }
    while let last = key.unicodeScalars.last, last == ":" || last == "." || last == " " { key.unicodeScalars.removeLast() }
    return key
  }

  /// The word before the name of who the material came from: what the role says, spelt out when it is a MARC code.
  private static func sourceLabel(_ key: String, culture: String) -> String {
    let codes = ["dnr": "donor", "sll": "seller", "dpt": "depositor", "src": "source", "bsl": "seller"]
    if let label = codes[key] { return AtoMTerms.label(label, culture: culture) }
    guard let first = key.first else { return AtoMTerms.label("source", culture: culture) }
    return (first.uppercased() + key.dropFirst()).withoutPipes
  }

  // MARK: History

  func history(_ element: Cursor) { histories.append(History(element: element)) }

  /// Gives each history to its creator, once all creators of the unit are known.
  private func placeHistories() {
    guard !histories.isEmpty else { return }
    var names = creators.enumerated().filter { $0.element.type == "Creation" }
    // A collection has no creator but a collector: the history is the collector's.
    if names.isEmpty { names = creators.enumerated().filter { $0.element.type == "Collection" } }
    var texts = [Int: [UInt8]]()
    for (position, history) in histories.enumerated() {
      let link = AtoMConverter.link(history.element, "_history")
      if link > 0, let owner = creators.prefix(AtoMConverter.mostLinks).firstIndex(where: { $0.link == link }),
        let text = linkedHistory(history.element, owner)
      {
        suggestAuthority(creators[owner].name, history.element)
        if texts[owner] != nil { texts[owner]?.append(contentsOf: [0x0A, 0x0A]) }
        texts[owner, default: []].append(contentsOf: scratchBytes(text))
        continue
      }
      guard !names.isEmpty else {
        historyAsNote(history.element)
        continue
      }
      var owner = names[0].offset
      if names.count > 1 {
        if let named = headNames(history.element, names.map(\.element.name)) {
          owner = names[named].offset
        } else if position == 0 {
          note("history-several-creators", .note, line: history.element.line, [string(names[0].element.name)])
        }
      }
      guard let text = render(history.element, .prose) else { continue }
      suggestAuthority(creators[owner].name, history.element)
      if texts[owner] != nil { texts[owner]?.append(contentsOf: [0x0A, 0x0A]) }
      texts[owner, default: []].append(contentsOf: scratchBytes(text))
    }
    for (owner, text) in texts.sorted(by: { $0.key < $1.key }) { give(text, to: owner) }
  }

  private func give(_ text: [UInt8], to owner: Int) {
    let actor = actorKey(creators[owner].name)
    let history = text.withUnsafeBufferPointer { Bytes.hash($0) }
    if let known = historyOfActor[actor], known != history {
      // Two histories of one name would become two authority records.
      note("history-differs", .warning, [string(creators[owner].name)])
      append(
        AtoMTerms.label("biographicalHistory", culture: culture) + " (" + string(creators[owner].name) + "): " + text.toString,
        to: .generalNote)
      return
    }
    let isFirst = historyOfActor[actor] == nil
    if isFirst { remember(actor: actor, history: history) }
    if authorities == nil {
      historyTexts[owner] = text.toString
    } else if isFirst {
      // AtoM joins actors by their exact names when the row has no history, and would make a second one otherwise.
      keepHistory(text, of: creators[owner].name)
    }
  }

  private func historyAsNote(_ element: Cursor) {
    guard let text = render(element, .prose) else { return }
    append(AtoMTerms.label("biographicalHistory", culture: culture) + ": " + string(text), to: .generalNote)
  }

  /// Which creator a head names: all the letters of the first word of the name occur in the head.
  private func headNames(_ element: Cursor, _ names: [Range<Int>]) -> Int? {
    guard let head = element.first(Tag.head) else { return nil }
    let text = head.textBelow.withUnsafeBufferPointer(Bytes.key)
    let matches = names.indices.prefix(50).filter { index in
      let word = scratchBytes(names[index]).prefix { Bytes.isWord($0) }
      let key = Bytes.key(UnsafeBufferPointer(rebasing: word))
      return key.count > 1 && text.contains(key)
    }
    return matches.count == 1 ? matches[0] : nil
  }

  // MARK: Cells

  func finishEvents() {
    historyTexts.removeAll(keepingCapacity: true)
    placeHistories()
    if isRAD { placeLooseDescriptions() }
    guard !events.isEmpty || !creators.isEmpty || !placesOfEvents.isEmpty else { return }
    // The first date and the first creator are one event: who made it, and when.
    var waiting = Array(creators.indices)
    let hasLinks = join(&waiting)
    if isRAD { dropPublishers(&waiting) }
    for index in events.indices where !hasLinks && events[index].actor == nil {
      guard let match = waiting.first(where: { creators[$0].type == events[index].type }) else { continue }
      guard events[index].type == "Creation" || creators[match].type == events[index].type else { continue }
      events[index].actor = creators[match].name
      events[index].history = historyTexts[match]
      waiting.removeAll { $0 == match }
      break
    }
    for index in waiting {
      events.append(
        Event(
          type: creators[index].type, actor: creators[index].name, history: historyTexts[index], link: creators[index].link))
    }
    placeEvents()
    let hasPlaces = !eventPlaces.isEmpty || events.contains { $0.place != nil }
    let hasDescriptions = !eventDescriptions.isEmpty || events.contains { $0.description != nil }
    for (position, event) in events.enumerated() {
      if position > 0 {
        for column in AtoMConverter.eventColumns { cell(column).pointee.append(0x7C) }
        if hasPlaces { cell(.eventPlaces).pointee.append(0x7C) }
        if hasDescriptions { cell(.eventDescriptions).pointee.append(0x7C) }
      }
      if hasPlaces { value(AtoMConverter.text(of: event, in: eventPlaces) ?? event.place, .eventPlaces) }
      if hasDescriptions { value(AtoMConverter.text(of: event, in: eventDescriptions) ?? event.description, .eventDescriptions) }
      cell(.eventTypes).pointee.append(eventTerm(event.type))
      value(event.text, .eventDates)
      date(event.normal?.start, .eventStartDates)
      date(event.normal?.end, .eventEndDates)
      value(event.actor, .eventActors)
      if let history = event.history {
        cell(.eventActorHistories).pointee.append(history)
      } else {
        cell(.eventActorHistories).pointee.append("NULL")
      }
    }
  }

  private func eventTerm(_ key: String) -> [UInt8] {
    if let known = eventTerms[key] { return known }
    let (term, exists) = AtoMTerms.term(.eventType, key, culture: culture)
    if !exists { newTerm(.eventTypes, term) }
    eventTerms[key] = Array(term.utf8)
    return Array(term.utf8)
  }

  static let eventColumns: [AtoMColumn] = [
    .eventDates, .eventTypes, .eventStartDates, .eventEndDates, .eventActors, .eventActorHistories,
  ]

  private func value(_ range: Range<Int>?, _ column: AtoMColumn) {
    guard let range, !range.isEmpty else {
      cell(column).pointee.append("NULL")
      return
    }
    let bytes = scratchBytes(range)
    if column == .eventActors, authorities != nil {
      let name = authorityName(bytes, column, element: nil)
      if name.isEmpty { cell(column).pointee.append("NULL") } else { cell(column).pointee.append(name) }
      return
    }
    // The word alone means "no value" to AtoM here.
    if Bytes.equal(bytes, "NULL") {
      cell(column).pointee.append("[NULL]")
    } else {
      let kept = fitting(bytes, column, element: nil)
      cell(column).pointee.append(kept)
    }
  }

  private func date(_ date: CalendarDate?, _ column: AtoMColumn) {
    if let date {
      date.write(to: &cell(column).pointee)
    } else {
      cell(column).pointee.append("NULL")
    }
  }
}

extension Cursor {
  /// Takes back that an attribute was used.
  func release(_ name: NameID) {
    let node = arena.storage.pointee.nodes[index]
    for offset in 0..<Int(node.count) where arena.storage.pointee.attributes[Int(node.start) + offset].name == name {
      arena.storage.pointee.attributes[Int(node.start) + offset].flags &= ~UnitNode.used
    }
  }
}
