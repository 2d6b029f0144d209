/// Dates, persons, places and descriptions that identifiers join in one event.
///
/// AtoM's own export gives them the number of the event: `atom_7_event`, `atom_7_actor`, `atom_7_place`.
extension AtoMConverter {
  /// The number in an identifier as AtoM's own export writes it: `atom_7_event`, `atom_7_actor`, `atom_7_place`.
  static func link(_ element: Cursor, _ suffix: StaticString) -> Int {
    guard let id = element.attribute(Attribute.id), id.starts(with: linkPrefix) else { return 0 }
    let rest = id[linkPrefix.count...]
    let digits = rest.prefix { Bytes.isDigit($0) }
    guard (1...18).contains(digits.count), Bytes.equal(UnsafeBufferPointer(rebasing: rest.dropFirst(digits.count)), suffix)
    else { return 0 }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static let linkPrefix = Array("atom_".utf8)
  /// A unit with more is no longer searched event by event.
  static let mostLinks = 1000

  /// A history whose owner its identifier names: a head that only says the name again is no part of it.
  func linkedHistory(_ element: Cursor, _ owner: Int) -> Range<Int>? {
    guard let head = element.first(Tag.head),
      head.textBelow.withUnsafeBufferPointer({ Bytes.equalIgnoringCase(Bytes.trimmed($0), scratchBytes(creators[owner].name)) })
    else { return render(element, .prose) }
    head.markAll(UnitNode.ignored, reason: .repeatedLabel)
    return renderChildren(element, without: head)
  }

  // MARK: Places and descriptions of events

  /// Takes a place that belongs to an event of the unit.
  func isPlaceOfEvent(_ element: Cursor, _ text: Range<Int>) -> Bool {
    let link = AtoMConverter.link(element, "_place")
    guard link > 0, eventPlaces.count < AtoMConverter.mostLinks, let type = typeOfEvent(link),
      !eventPlaces.contains(where: { $0.link == link })
    else { return false }
    for name in [Attribute.role, Attribute.relator] {
      guard let role = element.attribute(name) else { continue }
      let key = Bytes.key(role)
      if key == type.lowercased() || (AtoMTerms.key(.eventType, label: key) ?? AtoMTerms.eventTypes[key]) == type {
        _ = element.use(name)
      }
    }
    eventPlaces.append((link, text))
    return true
  }

  /// Takes a note that describes an event of the unit.
  func isOfEvent(_ element: Cursor, _ column: AtoMColumn) -> Bool {
    let link = AtoMConverter.link(element, "_description")
    guard link > 0, column == .eventDescriptions, eventDescriptions.count < AtoMConverter.mostLinks, typeOfEvent(link) != nil,
      !eventDescriptions.contains(where: { $0.link == link }), let text = render(element, .prose)
    else { return false }
    eventDescriptions.append((link, text))
    return true
  }

  private func typeOfEvent(_ link: Int) -> String? {
    events.prefix(AtoMConverter.mostLinks).first { $0.link == link }?.type
      ?? creators.prefix(AtoMConverter.mostLinks).first { $0.link == link }?.type
  }

  // MARK: Joining

  /// Gives creators to the dates of the same number; false when no creator has a date.
  func join(_ waiting: inout [Int]) -> Bool {
    guard creators.contains(where: { $0.link > 0 }) else { return false }
    var places: [Int: Int] = [:]
    for (index, event) in events.enumerated() where event.link > 0 {
      if places[event.link] == nil { places[event.link] = index }
    }
    var joined: Set<Int> = []
    var hasOther = false
    for creator in creators.indices where creators[creator].link > 0 {
      guard let index = places[creators[creator].link], events[index].actor == nil else {
        hasOther = true
        continue
      }
      events[index].actor = creators[creator].name
      events[index].history = historyTexts[creator]
      joined.insert(creator)
    }
    waiting.removeAll { joined.contains($0) }
    // A date and a creator that each say a number, and not the same, are two events.
    return !joined.isEmpty || hasOther && !places.isEmpty
  }

  static func text(of event: Event, in list: [(link: Int, text: Range<Int>)]) -> Range<Int>? {
    event.link == 0 ? nil : list.first { $0.link == event.link }?.text
  }
}
