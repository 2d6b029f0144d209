/// One event of a description: a date, a person with a role, or both. Fields without a value are empty.
public struct AtoMCSVEvent {
  /// Empty means `Creation`, as AtoM takes it.
  public var type: UnsafeBufferPointer<UInt8> = .empty
  /// The date as people read it.
  public var date: UnsafeBufferPointer<UInt8> = .empty
  public var start: UnsafeBufferPointer<UInt8> = .empty
  public var end: UnsafeBufferPointer<UInt8> = .empty
  public var description: UnsafeBufferPointer<UInt8> = .empty
  public var actor: UnsafeBufferPointer<UInt8> = .empty
  public var history: UnsafeBufferPointer<UInt8> = .empty
  public var place: UnsafeBufferPointer<UInt8> = .empty

  /// Nothing but, perhaps, a type.
  public var isOnlyType: Bool {
    date.isEmpty && start.isEmpty && end.isEmpty && description.isEmpty && actor.isEmpty && history.isEmpty && place.isEmpty
  }
}

/// One container of a description.
public struct AtoMCSVPhysicalObject {
  public var name: UnsafeBufferPointer<UInt8>
  public var location: UnsafeBufferPointer<UInt8>
  /// Empty means `Box`, as AtoM takes it.
  public var type: UnsafeBufferPointer<UInt8>
}

extension AtoMCSVRecord {
  /// The eight event columns, aligned: as many events as the longest list has positions, those without anything left out.
  ///
  /// The columns of AtoM 2.1 and 2.2 (`creators`, `creatorDates`, `creationDates` ...) give events of their own after them.
  /// A blank position, which AtoM turns into today's date or an unnamed person, is nothing here, like `NULL`.
  public var events: [AtoMCSVEvent] {
    var events = aligned([
      positions(.eventTypes), positions(.eventDates), positions(.eventStartDates), positions(.eventEndDates),
      positions(.eventDescriptions), positions(.eventActors), positions(.eventActorHistories), positions(.eventPlaces),
    ])
    guard header.hasLegacyEvents else { return events }
    events += aligned([
      [], legacy(.creatorDates), legacy(.creatorDatesStart), legacy(.creatorDatesEnd), legacy(.creatorDateNotes),
      legacy(.creators), legacy(.creatorHistories), [],
    ])
    events += aligned([
      legacy(.creationDatesType), legacy(.creationDates), legacy(.creationDatesStart), legacy(.creationDatesEnd),
      legacy(.creationDateNotes), [], [], [],
    ])
    return events
  }

  private func legacy(_ column: AtoMCSVHeader.LegacyColumn) -> [AtoMCSVPart] {
    let cell = header.cell(of: column)
    return cell < 0 ? [] : AtoMCSVRecord.parts(self.cell(cell), isEventColumn: true)
  }

  private func aligned(_ lists: [[AtoMCSVPart]]) -> [AtoMCSVEvent] {
    let count = lists.reduce(0) { max($0, $1.count) }
    var events: [AtoMCSVEvent] = []
    for index in 0..<count {
      func part(_ list: Int) -> UnsafeBufferPointer<UInt8> { index < lists[list].count ? lists[list][index].bytes : .empty }
      let event = AtoMCSVEvent(
        type: part(0), date: part(1), start: part(2), end: part(3), description: part(4), actor: part(5), history: part(6),
        place: part(7))
      if !event.isOnlyType || !event.type.isEmpty { events.append(event) }
    }
    return events
  }

  /// Containers with their places. A list of places or types that is too short gives its first entry to the rest, as
  /// AtoM stores it; entries beyond the last name are containers without a name, which AtoM would drop.
  public var physicalObjects: [AtoMCSVPhysicalObject] {
    let names = positions(.physicalObjectName)
    let locations = positions(.physicalObjectLocation)
    let types = positions(.physicalObjectType)
    var objects: [AtoMCSVPhysicalObject] = []
    for index in 0..<max(names.count, locations.count, types.count) {
      func part(_ list: [AtoMCSVPart]) -> UnsafeBufferPointer<UInt8> {
        if index < list.count { return list[index].bytes }
        return index < names.count ? list.first?.bytes ?? .empty : .empty
      }
      let object = AtoMCSVPhysicalObject(
        name: index < names.count ? names[index].bytes : .empty, location: part(locations), type: part(types))
      if !object.name.isEmpty || !object.location.isEmpty || index >= names.count && !object.type.isEmpty {
        objects.append(object)
      }
    }
    return objects
  }

  /// Other identifiers with their labels; either may be empty where the lists are of unequal length.
  public var alternativeIdentifiers: [(label: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>)] {
    let values = positions(.alternativeIdentifiers)
    let labels = positions(.alternativeIdentifierLabels)
    return (0..<max(values.count, labels.count)).compactMap { index in
      let value = index < values.count ? values[index].bytes : .empty
      let label = index < labels.count ? labels[index].bytes : .empty
      return value.isEmpty && label.isEmpty ? nil : (label, value)
    }
  }

  static func parts(_ value: UnsafeBufferPointer<UInt8>, isEventColumn: Bool) -> [AtoMCSVPart] {
    guard value.count > 0, let base = value.baseAddress else { return [] }
    var parts: [AtoMCSVPart] = []
    var start = 0
    for at in 0...value.count where at == value.count || base[at] == 0x7C {
      let bytes = CSVRecordReader.trimmed(UnsafeBufferPointer(start: base + start, count: at - start))
      let isNull = isEventColumn && Bytes.equal(bytes, "NULL")
      parts.append(AtoMCSVPart(bytes: isNull ? .empty : bytes, isNull: isNull))
      start = at + 1
    }
    return parts
  }
}

extension AtoMColumn {
  /// One of the eight parallel lists in which `NULL` means nothing.
  var isEventColumn: Bool {
    switch self {
    case .eventTypes, .eventDates, .eventStartDates, .eventEndDates, .eventDescriptions, .eventActors, .eventActorHistories,
      .eventPlaces:
      true
    default: false
    }
  }
}
