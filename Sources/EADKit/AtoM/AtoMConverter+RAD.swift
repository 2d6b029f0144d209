/// What a RAD archivist expects where ISAD(G) and RAD differ: each statement in its own field (RAD 1.1, 1.2), dates with
/// the place and the publisher they belong to (RAD 1.4), material designations (RAD 1.1C).
///
/// The rows of the crosswalk hold for both; this is what the template `rad` adds.
extension AtoMConverter {
  var isRAD: Bool { options.template == .rad }

  /// A place and the type of the event that took place there.
  struct PlaceOfEvent {
    var type: String
    var text: Range<Int>
  }

  // MARK: Title and statements (RAD 1.1, 1.2)

  /// Takes what a title, an edition or a statement of responsibility says, each to its own field; false for everything else.
  func takesStatement(_ element: Cursor, _ column: AtoMColumn) -> Bool {
    guard element.name == Tag.unittitle else { return false }
    switch column {
    case .radTitleStatementOfResponsibility:
      let editions = element.children.filter { $0.name == Tag.edition && $0.hasText }
      guard !editions.isEmpty else { return false }
      for edition in editions where !isHidden(edition) { multiple(edition, .radEditionStatementOfResponsibility) }
      let start = scratch.pointee.count
      titleText(element, scratch, without: [])
      statement(start, column)
      return true
    case .alternateTitle, .radEdition:
      // RAD 1.1A1: an equals sign precedes each parallel title.
      let separator: StaticString = column == .alternateTitle ? " = " : "; "
      append(element, to: column, .line, separator: separator)
      return true
    default: return false
    }
  }

  /// A further title of the unit is a variation of its title (RAD 1.8B1).
  func anotherTitle(_ element: Cursor, without skipped: Set<Int>) {
    let start = scratch.pointee.count
    titleText(element, scratch, without: skipped)
    let text = scratchBytes(start..<scratch.pointee.count)
    if Bytes.equal(cell(.title).pointee.bytes, text) || holds(.radTitleVariationsInTitle, text) {
      if skipped.isEmpty { element.markAll(UnitNode.ignored, reason: .duplicate) }
    } else {
      statement(start, .radTitleVariationsInTitle)
    }
  }

  private func statement(_ start: Int, _ column: AtoMColumn) {
    let text = scratchBytes(start..<scratch.pointee.count)
    if text.contains(where: Bytes.isWord), !holds(column, text) { append(text, to: column) }
  }

  /// Sets apart what is for the archives' own use.
  private func isHidden(_ element: Cursor) -> Bool {
    guard context.skipsInternal, context.isInternal(element) else { return false }
    element.markAll(UnitNode.ignored, reason: .internal, attributes: true)
    return true
  }

  // MARK: Imprints (RAD 1.4)

  /// Makes events of publication of the imprints in a title; the children that were taken.
  func takeImprints(_ element: Cursor) -> Set<Int> {
    let imprints = element.children.filter { $0.name == Tag.imprint }
    // A title that is an imprint and nothing else stays one.
    guard !imprints.isEmpty, AtoMConverter.hasTextBesides(element, imprints) else { return [] }
    for imprint in imprints where !isHidden(imprint) { self.imprint(imprint) }
    return Set(imprints.map(\.index))
  }

  private func imprint(_ element: Cursor) {
    var event = Event(type: "Publication")
    // Words that are neither place nor publisher nor date: the whole says what they mean.
    var hasMore = false
    for child in element.children where child.isText || !isHidden(child) {
      switch child.name {
      case Tag.geogname where event.place == nil: event.place = render(child, .line, term: true)
      case Tag.publisher where event.actor == nil: event.actor = render(child, .line, term: true)
      case Tag.date where event.text == nil:
        event.text = render(child, .line)
        event.normal = normalDate(of: child, event.text)
      case Tag.text where !child.bytes.contains(where: Bytes.isWord): child.mark(UnitNode.used)
      default: hasMore = true
      }
    }
    if hasMore { event.description = render(element, .line) }
    guard event.place != nil || event.actor != nil || event.text != nil || event.description != nil else { return }
    events.append(event)
  }

  private func normalDate(of element: Cursor, _ text: Range<Int>?) -> NormalDate? {
    if isBeforeCommonEra(element) { return nil }
    if let said = element.attribute(Attribute.normal), case .range(let date) = NormalDate.read(said) {
      _ = element.use(Attribute.normal)
      return date
    }
    guard options.derivesDates, let text else { return nil }
    return DateText.read(scratchBytes(text))
  }

  /// Removes the signs that led over to an imprint.
  static func trimSigns(_ text: inout ByteBuffer, from start: Int) {
    while text.count > start {
      let count = text.count
      let last = text.base[count - 1]
      if Bytes.isSpace(last) || [0x2C, 0x2D, 0x2F, 0x3A, 0x3B, 0x28, 0x5B].contains(last) {
        text.count -= 1
      } else if count - start >= 3, last == 0x93 || last == 0x94, text.base[count - 2] == 0x80, text.base[count - 3] == 0xE2 {
        text.count -= 3
      } else {
        break
      }
    }
  }

  // MARK: Events

  /// What a date says of itself that is no type AtoM knows: its label, and an unknown `@datechar`.
  func describeEvent(by element: Cursor) {
    var said: [String] = []
    if let type = element.attribute(Attribute.datechar), !Bytes.isBlank(type), AtoMTerms.eventTypes[Bytes.key(type)] == nil {
      said.append(AtoMConverter.readable(type))
    }
    if let label = element.attribute(Attribute.label), !Bytes.isBlank(label),
      !HeadLabels.contains(label, of: Tag.unitdate), AtoMTerms.eventTypes[AtoMConverter.typeKey(ofLabel: label)] == nil
    {
      _ = element.use(Attribute.label)
      var text = LossAccount.collapse(label).withoutPipes
      while let last = text.unicodeScalars.last, last == ":" || last == " " { text.unicodeScalars.removeLast() }
      said.append(text)
    }
    said.removeAll { $0.isEmpty }
    guard !said.isEmpty, !events.isEmpty else { return }
    let start = scratch.pointee.count
    scratch.pointee.append(said.joined(separator: "; "))
    events[events.count - 1].description = start..<scratch.pointee.count
  }

  /// Takes a place whose role says that the material was made, published or distributed there.
  func isPlaceOfCreation(_ element: Cursor, _ text: Range<Int>) -> Bool {
    guard placesOfEvents.count < AtoMConverter.mostLinks else { return false }
    for name in [Attribute.relator, Attribute.role] {
      guard let role = element.attribute(name), let type = AtoMConverter.eventType(ofPlace: role) else { continue }
      _ = element.use(name)
      placesOfEvents.append(PlaceOfEvent(type: type, text: text))
      return true
    }
    return false
  }

  private static func eventType(ofPlace role: UnsafeBufferPointer<UInt8>) -> String? {
    var key = roleKey(role).replacing("\u{2019}", with: "'")
    if key.hasSuffix(")"), let open = key.lastIndex(of: "(") {
      key = String(key[..<open])
      while key.hasSuffix(" ") { key.removeLast() }
    }
    return placeRoles[key] ?? AtoMTerms.eventTypes[key] ?? AtoMTerms.key(.eventType, label: key)
  }

  /// Roles of places: MARC relators (prp, pup, mfp, dbp) and what finding aids say for them.
  private static let placeRoles: [String: String] = [
    "prp": "Creation", "production place": "Creation", "place of production": "Creation", "place of creation": "Creation",
    "creation place": "Creation", "lieu de création": "Creation", "lieu de production": "Creation",
    "entstehungsort": "Creation", "lugar de creación": "Creation", "lugar de producción": "Creation",
    "pup": "Publication", "publication place": "Publication", "place of publication": "Publication",
    "lieu de publication": "Publication", "lieu d'édition": "Publication", "erscheinungsort": "Publication",
    "verlagsort": "Publication", "lugar de publicación": "Publication",
    "mfp": "Manufacturing", "manufacture place": "Manufacturing", "place of manufacture": "Manufacturing",
    "lieu de fabrication": "Manufacturing", "herstellungsort": "Manufacturing", "lugar de fabricación": "Manufacturing",
    "dbp": "Distribution", "distribution place": "Distribution", "place of distribution": "Distribution",
    "lieu de distribution": "Distribution", "lieu de diffusion": "Distribution", "lugar de distribución": "Distribution",
  ]

  /// Gives each place to an event of its type that has none yet; what is left is an event of its own.
  func placeEvents() {
    for place in placesOfEvents {
      let candidates = events.prefix(AtoMConverter.mostLinks)
      func isSaid(_ event: Event) -> Bool {
        guard let known = AtoMConverter.text(of: event, in: eventPlaces) ?? event.place else { return false }
        return event.type == place.type && Bytes.equal(scratchBytes(known), scratchBytes(place.text))
      }
      if candidates.contains(where: isSaid) { continue }
      let free = candidates.firstIndex {
        $0.type == place.type && $0.place == nil && AtoMConverter.text(of: $0, in: eventPlaces) == nil
      }
      if let free {
        events[free].place = place.text
      } else {
        events.append(Event(type: place.type, place: place.text))
      }
    }
  }

  /// A description that does not say of which event it is that of the only one; else it is a note.
  func placeLooseDescriptions() {
    for element in looseDescriptions {
      if looseDescriptions.count == 1, events.count == 1, creators.count <= 1, eventDescriptions.isEmpty,
        events[0].description == nil, let text = render(element, .prose)
      {
        events[0].description = text
      } else {
        note(element)
      }
    }
  }

  /// A publisher whom an imprint names as well is the one of that event.
  func dropPublishers(_ waiting: inout [Int]) {
    for index in events.indices.prefix(AtoMConverter.mostLinks) where events[index].link == 0 {
      guard let actor = events[index].actor else { continue }
      let same = waiting.firstIndex { creator in
        creators[creator].type == events[index].type && Bytes.equal(scratchBytes(creators[creator].name), scratchBytes(actor))
      }
      guard let same else { continue }
      events[index].history = historyTexts[waiting[same]]
      waiting.remove(at: same)
    }
  }

  // MARK: General material designation (RAD 1.1C)

  /// A term of AtoM's own list is written as the row's culture has it: AtoM would make a new one of it otherwise.
  ///
  /// - Parameter isHeading: the element says nothing else; a repeat of it is one.
  func designation(_ element: Cursor, _ text: Range<Int>, isHeading: Bool = true) {
    let said = string(text)
    let column = AtoMColumn.radGeneralMaterialDesignation
    var term = said
    var isKnown = false
    if let key = AtoMTerms.key(.radGeneralMaterialDesignation, label: said) {
      (term, isKnown) = AtoMTerms.term(.radGeneralMaterialDesignation, key, culture: culture)
    }
    term.withUTF8 { bytes in
      let kept = fitting(bytes, column, element: element)
      if holds(column, kept) {
        if isHeading { element.markAll(UnitNode.ignored, reason: .duplicate) }
      } else {
        append(kept, to: column)
        if !isKnown { newTerm(column, String(decoding: kept, as: UTF8.self)) }
      }
    }
  }

  /// Designations in an extent, which keeps them as well.
  func designations(in element: Cursor) {
    // What is in another language fills the row of that language, which has no such field.
    guard element.attribute(Attribute.lang) == nil else { return }
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      guard cursor.name == Tag.genreform, !(context.skipsInternal && context.isInternal(cursor)),
        let action = actions.action(.access, cursor), action.pointee.column == .radGeneralMaterialDesignation,
        let text = render(cursor, .line, term: true)
      else { continue }
      if let name = action.pointee.conditionAttribute { _ = cursor.use(name) }
      designation(cursor, text, isHeading: false)
    }
  }
}
