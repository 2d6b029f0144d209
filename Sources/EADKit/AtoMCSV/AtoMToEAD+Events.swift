/// AtoM's events: what happened to the material, when, by whom, where.
///
/// EAD has dates, originators, histories and places, each by itself. Where a unit has several events, those that belong
/// together bear identifiers as AtoM's own export writes them: `atom_N_event`, `atom_N_actor`, `atom_N_place`.
extension AtoMToEAD {
  struct PlannedEvent {
    var event: AtoMCSVEvent
    /// English name of the type, or the term of the site.
    var type: String
    /// Number of the event in the document; 0 when nothing has to be linked.
    var number: Int
    /// The date as people read it; made of start and end when there is none.
    var date: [UInt8]
    var start: CalendarDate?
    var end: CalendarDate?

    var hasDate: Bool { !date.isEmpty }
    var isCreation: Bool { type == "Creation" }
  }

  func planEvents(_ description: AtoMDescription) {
    let all = description.events
    for event in all where event.isOnlyType && !event.type.isEmpty { account.lose(.eventTypes, event.type) }
    let apart = flavour == .atom ? [] : typesApart(all)
    events = all.filter { !$0.isOnlyType }.map { event in
      let type = eventType(event.type)
      noteTerm(event.type, type)
      let (start, end) = (calendar(event.start, .eventStartDates), calendar(event.end, .eventEndDates))
      var date = Array(event.date)
      if date.isEmpty { date = AtoMToEAD.readable(start, end) }
      var number = 0
      if needsLink(event, type, isOnly: all.count == 1, hasDate: !date.isEmpty) || apart.contains(type) {
        number = nextEvent
        nextEvent += 1
      }
      return PlannedEvent(event: event, type: type, number: number, date: date, start: start, end: end)
    }
  }

  /// A single date and a single originator belong together without being told.
  private func needsLink(_ event: AtoMCSVEvent, _ type: String, isOnly: Bool, hasDate: Bool) -> Bool {
    if flavour == .atom {
      // AtoM's import joins a place, or a person who is no creator, to a date only by such identifiers.
      return hasDate && (!event.place.isEmpty || !event.actor.isEmpty && type != "Creation")
    }
    if !event.place.isEmpty || !event.description.isEmpty { return true }
    return !isOnly && !event.actor.isEmpty && (hasDate || !event.history.isEmpty)
  }

  /// Types of which one event has only a date and another only a person: without identifiers they would be read as one.
  private func typesApart(_ all: [AtoMCSVEvent]) -> Set<String> {
    guard all.count > 1 else { return [] }
    var dated: Set<String> = []
    var personal: Set<String> = []
    for event in all where !event.isOnlyType {
      let hasDate = !event.date.isEmpty || !event.start.isEmpty || !event.end.isEmpty
      if hasDate, event.actor.isEmpty { dated.insert(eventType(event.type)) }
      if !hasDate, !event.actor.isEmpty { personal.insert(eventType(event.type)) }
    }
    return dated.intersection(personal)
  }

  private func eventType(_ said: UnsafeBufferPointer<UInt8>) -> String {
    if said.isEmpty { return "Creation" }
    let label = String(decoding: said, as: UTF8.self)
    return AtoMTerms.key(.eventType, label: label) ?? AtoMTerms.eventTypes[Bytes.key(said)] ?? label
  }

  /// The word of the row is another than that of its culture.
  private func noteTerm(_ said: UnsafeBufferPointer<UInt8>, _ type: String) {
    let term = AtoMTerms.term(.eventType, type, culture: culture).term
    if !said.isEmpty, !Bytes.equal(said, Array(term.utf8)) { account.change(.eventTypes, said) }
  }

  private func calendar(_ said: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn) -> CalendarDate? {
    if said.isEmpty { return nil }
    if case .range(let date) = NormalDate.read(said), let start = date.start, date.end == start {
      if !Bytes.equal(said, AtoMToEAD.iso(start)) { account.change(column, said) }
      return start
    }
    account.lose(column, said)
    return nil
  }

  private static func readable(_ start: CalendarDate?, _ end: CalendarDate?) -> [UInt8] {
    if start == end { return iso(start) }
    return iso(start) + [0x2D] + iso(end)
  }

  private static func iso(_ date: CalendarDate?) -> [UInt8] {
    guard let date else { return [] }
    var buffer = ByteBuffer(capacity: 16)
    defer { buffer.deallocate() }
    date.write(to: &buffer)
    return buffer.array
  }

  // MARK: Dates

  func dates() {
    for event in events where event.hasDate {
      builder.start(Tag.unitdate)
      if event.number > 0 { builder.attribute(Attribute.id, "atom_\(event.number)_event") }
      if flavour != .atom {
        builder.attribute(Attribute.datechar, event.type.lowercased())
      } else if !event.isCreation {
        // AtoM looks the word up as it stands, among the terms of the file's culture.
        builder.attribute(Attribute.datechar, AtoMTerms.term(.eventType, event.type, culture: culture).term)
      }
      normal(event)
      event.date.withUnsafeBufferPointer { plain.line($0) }
      builder.end()
      structured(event)
    }
  }

  private func normal(_ event: PlannedEvent) {
    let (start, end) = (AtoMToEAD.iso(event.start), AtoMToEAD.iso(event.end))
    if start.isEmpty, end.isEmpty { return }
    if builder.attribute(Attribute.normal, start == end ? start : start + [0x2F] + end) { return }
    // The schema of EAD 2002 has no form for a date that is open on one side.
    for (column, value) in [(AtoMColumn.eventStartDates, start), (.eventEndDates, end)] where !value.isEmpty {
      let isSaid = event.date.withUnsafeBufferPointer { date in value.withUnsafeBufferPointer { Bytes.contains(date, $0) } }
      value.withUnsafeBufferPointer { account.lose(column, $0, reason: isSaid ? .duplicate : .noElement) }
    }
  }

  private func structured(_ event: PlannedEvent) {
    guard isEAD3, options.structuredDates, event.start != nil || event.end != nil else { return }
    builder.start(Tag.unitdatestructured)
    builder.attribute(Attribute.datechar, event.type.lowercased())
    if event.start == event.end {
      standard(Tag.datesingle, event.start)
    } else {
      builder.start(Tag.daterange)
      standard(Tag.fromdate, event.start)
      standard(Tag.todate, event.end)
      builder.end()
    }
    builder.end()
  }

  private func standard(_ name: NameID, _ date: CalendarDate?) {
    guard let date else { return }
    builder.start(name)
    builder.attribute(Attribute.standarddate, AtoMToEAD.iso(date))
    builder.text(AtoMToEAD.iso(date))
    builder.end()
  }

  // MARK: Persons

  /// The events whose persons are originators, in the order of the elements.
  private var creations: [PlannedEvent] {
    let persons = events.filter { !$0.event.actor.isEmpty }
    guard flavour == .atom else { return persons }
    // AtoM's import gives the first history to the first creator: creators without one come last.
    var seen: Set<UInt64> = []
    let creators = persons.filter { $0.isCreation && seen.insert(Bytes.hash($0.event.actor)).inserted }
    return creators.filter { !$0.event.history.isEmpty } + creators.filter { $0.event.history.isEmpty }
  }

  func originations() {
    for event in creations {
      builder.start(Tag.origination)
      builder.start(Tag.name)
      if event.number > 0, flavour != .atom { builder.attribute(Attribute.id, "atom_\(event.number)_actor") }
      if !event.isCreation { builder.attribute(isEAD3 ? Attribute.relator : Attribute.role, role(event.type)) }
      name(event.event.actor)
      builder.end()
      builder.end()
    }
    if flavour == .atom, events.contains(where: { $0.isCreation && $0.hasDate && !$0.event.actor.isEmpty }), events.count > 1 {
      account.find("atom-ead-events-apart", .note, [], once: true)
    }
  }

  /// The word for who does what an event says, where the crosswalk back knows one.
  private func role(_ type: String) -> String {
    switch type {
    case "Collection": "collector"
    case "Publication": "publisher"
    default: type.lowercased()
    }
  }

  private func name(_ value: UnsafeBufferPointer<UInt8>) {
    if isEAD3 { parts(value, splits: false) } else { plain.line(value) }
  }

  // MARK: Histories

  func histories() {
    let creations = creations
    let first = creations.first { $0.isCreation } ?? creations.first { $0.type == "Collection" }
    let firstActor = first?.event.actor ?? .empty
    var seen: Set<UInt64> = []
    for event in flavour == .atom ? creations : events where !event.event.history.isEmpty {
      // The same person with the same history in several events has one.
      let both = Bytes.hash(event.event.history, seed: Bytes.hash(event.event.actor))
      guard seen.insert(both).inserted else { continue }
      builder.start(Tag.bioghist)
      if event.number > 0, flavour != .atom { builder.attribute(Attribute.id, "atom_\(event.number)_history") }
      if flavour != .atom, !event.event.actor.isEmpty, !Bytes.equal(event.event.actor, firstActor) {
        builder.start(Tag.head)
        builder.text(event.event.actor)
        builder.end()
      }
      plain.paragraphs(event.event.history)
      builder.end()
    }
    guard flavour == .atom else { return }
    for event in events where !event.event.history.isEmpty {
      if seen.contains(Bytes.hash(event.event.history, seed: Bytes.hash(event.event.actor))) { continue }
      // A history that AtoM's import would give to nobody, or to somebody else.
      let label = AtoMTerms.label("biographicalHistory", culture: culture)
      let whose = event.event.actor.isEmpty ? "" : " (" + String(decoding: event.event.actor, as: UTF8.self) + ")"
      note(label + whose + ": " + String(decoding: event.event.history, as: UTF8.self), type: "general")
      account.find("atom-ead-history-as-note", .note, [String(decoding: event.event.actor, as: UTF8.self)])
    }
    for event in events where !event.event.actor.isEmpty && !event.isCreation && event.number == 0 {
      let term = AtoMTerms.term(.eventType, event.type, culture: culture).term
      let actor = String(decoding: event.event.actor, as: UTF8.self)
      note(term + ": " + actor, type: "general")
      account.find("atom-ead-actor-as-note", .note, [actor, term])
    }
    for event in events where !event.event.place.isEmpty && event.number == 0 { account.lose(.eventPlaces, event.event.place) }
  }

  func eventDescriptions() {
    for event in events where !event.event.description.isEmpty {
      note(event.event.description, type: AtoMColumn.eventDescriptions.name, id: "atom_\(event.number)_description")
    }
  }

  // MARK: Access points of events

  var hasEventAccessPoints: Bool {
    events.contains { event in
      event.number > 0 && (!event.event.place.isEmpty || flavour == .atom && !event.isCreation && !event.event.actor.isEmpty)
    }
  }

  func eventAccessPoints() {
    for event in events where event.number > 0 {
      if flavour == .atom, !event.isCreation, !event.event.actor.isEmpty {
        accessPoint(Tag.name, event, event.event.actor, "actor")
      }
      if !event.event.place.isEmpty { accessPoint(Tag.geogname, event, event.event.place, "place") }
    }
  }

  private func accessPoint(_ element: NameID, _ event: PlannedEvent, _ value: UnsafeBufferPointer<UInt8>, _ suffix: String) {
    builder.start(element)
    builder.attribute(Attribute.id, "atom_\(event.number)_\(suffix)")
    let term = flavour == .atom ? AtoMTerms.term(.eventType, event.type, culture: culture).term : event.type.lowercased()
    builder.attribute(isEAD3 ? Attribute.relator : Attribute.role, term)
    if isEAD3 { parts(value, splits: element == Tag.geogname) } else { plain.line(value) }
    builder.end()
  }
}
