/// One archival description with AtoM's fields, wherever they come from: a record of a CSV, or a row the crosswalk from
/// EAD has just made.
///
/// Every pointer it gives lasts until the description is filled anew.
final class AtoMDescription {
  private enum Source {
    case record(AtoMCSVRecord)
    case row
  }

  @exclusivity(unchecked) private var source = Source.row
  /// Values of a row, one behind the other, and where each column's begins and ends.
  @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 1024)
  private let bounds: UnsafeMutablePointer<(start: Int, end: Int)>
  /// 0 for a top-level description.
  @exclusivity(unchecked) private(set) var depth = 0
  /// Where the description stands in its file, counted from 1.
  @exclusivity(unchecked) private(set) var line = 0
  /// The file it comes from.
  @exclusivity(unchecked) private(set) var file = ""
  /// The same description in other cultures.
  @exclusivity(unchecked) private(set) var translations: [AtoMDescription] = []

  init() {
    bounds = .allocate(capacity: AtoMColumn.allCases.count)
    bounds.initialize(repeating: (0, 0), count: AtoMColumn.allCases.count)
  }

  deinit {
    buffer.deallocate()
    bounds.deallocate()
  }

  // MARK: Filling

  /// Takes over a record of a CSV; the record must stay as it is while the description is used.
  func load(_ record: AtoMCSVRecord) {
    source = .record(record)
    depth = record.depth
    line = record.line
    file = record.file
    while translations.count > record.translations.count { translations.removeLast() }
    for (index, translation) in record.translations.enumerated() {
      if index == translations.count { translations.append(AtoMDescription()) }
      translations[index].load(translation)
    }
  }

  /// Takes over the cells of a row whose columns are given.
  func load(_ cells: [[UInt8]], columns: [AtoMColumn?], depth: Int, line: Int, file: String) {
    source = .row
    self.depth = depth
    self.line = line
    self.file = file
    translations = []
    buffer.reset(keeping: 1 << 18)
    bounds.update(repeating: (0, 0), count: AtoMColumn.allCases.count)
    for (column, cell) in zip(columns, cells) {
      guard let column, !cell.isEmpty else { continue }
      let start = buffer.count
      buffer.append(cell)
      buffer.trim(from: start)
      bounds[column.rawValue] = (start, buffer.count)
    }
  }

  // MARK: Values

  /// The value of a column, trimmed; empty when there is none.
  @inline(__always)
  func value(_ column: AtoMColumn) -> UnsafeBufferPointer<UInt8> {
    switch source {
    case .record(let record): return record.value(column)
    case .row:
      let (start, end) = bounds[column.rawValue]
      return UnsafeBufferPointer(start: UnsafePointer(buffer.base) + start, count: end - start)
    }
  }

  func text(_ column: AtoMColumn) -> String { String(decoding: value(column), as: UTF8.self) }

  func has(_ column: AtoMColumn) -> Bool { value(column).count > 0 }

  /// The parts of a list without the blank ones; of exact repeats the first, as AtoM keeps notes.
  func list(_ column: AtoMColumn) -> [UnsafeBufferPointer<UInt8>] {
    let parts = positions(column).map(\.bytes).filter { !$0.isEmpty }
    guard parts.count > 1 else { return parts }
    var seen: Set<UInt64> = []
    return parts.filter { seen.insert(Bytes.hash($0)).inserted }
  }

  private func positions(_ column: AtoMColumn) -> [AtoMCSVPart] {
    switch source {
    case .record(let record): record.positions(column)
    case .row: AtoMCSVRecord.parts(value(column), isEventColumn: column.isEventColumn)
    }
  }

  /// AtoM's code of the language the row is written in; `en` where the row says none, as AtoM takes it.
  var culture: String {
    let said = text(.culture)
    if said.isEmpty { return "en" }
    // `english`, `eng`: what AtoM does not know as a culture is still the name of a language.
    return AtoMCultures.canonical(said) ?? Languages.code(value(.culture)) ?? Languages.named(said) ?? said
  }

  /// The dates, persons and places of the description, one event each.
  var events: [AtoMCSVEvent] {
    if case .record(let record) = source { return record.events }
    guard has(.eventTypes) || has(.eventDates) || has(.eventActors) else { return [] }
    let lists = [
      AtoMColumn.eventTypes, .eventDates, .eventStartDates, .eventEndDates, .eventDescriptions, .eventActors,
      .eventActorHistories, .eventPlaces,
    ].map(positions)
    return (0..<lists.reduce(0) { max($0, $1.count) }).map { index in
      func part(_ list: Int) -> UnsafeBufferPointer<UInt8> { index < lists[list].count ? lists[list][index].bytes : .empty }
      return AtoMCSVEvent(
        type: part(0), date: part(1), start: part(2), end: part(3), description: part(4), actor: part(5), history: part(6),
        place: part(7))
    }
  }

  /// Containers with their places.
  var physicalObjects: [AtoMCSVPhysicalObject] {
    if case .record(let record) = source { return record.physicalObjects }
    guard has(.physicalObjectName) else { return [] }
    let (names, places, types) = (
      positions(.physicalObjectName), positions(.physicalObjectLocation), positions(.physicalObjectType)
    )
    return names.indices.map { index in
      AtoMCSVPhysicalObject(
        name: names[index].bytes, location: index < places.count ? places[index].bytes : .empty,
        type: index < types.count ? types[index].bytes : .empty)
    }
  }

  /// Other identifiers with their labels.
  var alternativeIdentifiers: [(label: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>)] {
    if case .record(let record) = source { return record.alternativeIdentifiers }
    guard has(.alternativeIdentifiers) else { return [] }
    let (values, labels) = (positions(.alternativeIdentifiers), positions(.alternativeIdentifierLabels))
    return values.indices.map { index in (index < labels.count ? labels[index].bytes : .empty, values[index].bytes) }
  }

  /// Values of columns that are none of a description's: name and value.
  var others: [(name: String, value: [UInt8])] {
    guard case .record(let record) = source else { return [] }
    return record.others
  }

  /// Cells that no column names.
  var surplus: [[UInt8]] {
    guard case .record(let record) = source else { return [] }
    return record.surplus
  }
}
