/// The columns of events, whose lists belong together by position; `NULL` stands for nothing.
///
/// A blank is no `NULL`: a blank date becomes today's date, a blank actor a record without a name.
final class SheetEventCheck: SheetCheck {
  private struct DateColumns {
    var start: Int?
    var end: Int?
    /// A blank in the list is known to become today's date.
    var isBlankToday: Bool
  }

  private enum Kind { case date, actor, other }

  private let lists: [(cell: Int, kind: Kind)]
  private let dates: [DateColumns]
  private let actors: Int?
  private let histories: Int?
  private let memory: SheetActorHistories

  override init(_ sheet: Sheet, _ run: SheetRun) {
    let takesEvents = sheet.type == .description || sheet.type == .accession
    let events = takesEvents ? sheet.cells(.event) : []
    let start = events.first { sheet.name($0) == "eventStartDates" }
    let end = events.first { sheet.name($0) == "eventEndDates" }
    actors = events.first { sheet.name($0) == "eventActors" }
    histories = events.first { sheet.name($0) == "eventActorHistories" }
    let actorCell = actors
    lists = events.map { ($0, $0 == start || $0 == end ? .date : $0 == actorCell ? .actor : .other) }
    var dates = [DateColumns(start: start, end: end, isBlankToday: true)]
    if takesEvents {
      for prefix in ["creatorDates", "creationDates"] {
        dates.append(
          DateColumns(start: sheet.cell(prefix + "Start"), end: sheet.cell(prefix + "End"), isBlankToday: false))
      }
    }
    self.dates = dates.filter { $0.start != nil || $0.end != nil }
    memory = run.memory(SheetActorHistories())
    super.init(sheet, run)
  }

  override var isNeeded: Bool { !lists.isEmpty || !dates.isEmpty }

  override func row(_ row: SheetRow) {
    // AtoM reads only texts in a translation.
    if row.isTranslation { return }
    for columns in dates { check(columns, row) }
    checkLists(row)
    checkHistories(row)
  }

  private static func isNull(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
    part.count == 4 && part[0] == 0x4E && part[1] == 0x55 && part[2] == 0x4C && part[3] == 0x4C
  }

  /// `NULL` in any spelling: what AtoM cannot read as a date is no date, and that is what was meant.
  private static func isNoDate(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
    isNull(part) || part.count >= 4 && Bytes.equalIgnoringCase(Bytes.trimmed(part), "NULL")
  }

  // MARK: Dates

  private func check(_ columns: DateColumns, _ row: SheetRow) {
    let startDates = row.value(columns.start)
    let endDates = row.value(columns.end)
    if startDates.isEmpty, endDates.isEmpty { return }
    var starts = SheetPartCursor(startDates)
    var ends = SheetPartCursor(endDates)
    var blankStarts = Positions()
    var blankEnds = Positions()
    var position = 0
    while true {
      let start = starts.next()
      let end = ends.next()
      if start == nil, end == nil { break }
      position += 1
      let first = start.flatMap { check($0, columns.start, position, &blankStarts, row) }
      let last = end.flatMap { check($0, columns.end, position, &blankEnds, row) }
      if let start, let end, let first, let last, first.isAfter(last) {
        row.report("sheet-event-dates-reversed", columns.start, value: start, Excerpt.argument(end))
      }
    }
    guard columns.isBlankToday else { return }
    if blankStarts.count > 0 { row.report("sheet-event-blank-date", columns.start, blankStarts.text) }
    if blankEnds.count > 0 { row.report("sheet-event-blank-date", columns.end, blankEnds.text) }
  }

  /// The day that AtoM stores.
  private func check(
    _ part: UnsafeBufferPointer<UInt8>, _ cell: Int?, _ position: Int, _ blanks: inout Positions, _ row: SheetRow
  ) -> SheetEventDate.Day? {
    if let day = SheetEventDate.plain(part) { return day }
    if SheetEventCheck.isNoDate(part) { return nil }
    if Bytes.isBlank(part) {
      blanks.add(position)
      return nil
    }
    let date = SheetEventDate.read(part)
    let rule: String
    switch date.reading {
    case .asWritten: return date.stored
    case .guessed: rule = "sheet-event-date-guessed"
    case .lost: rule = "sheet-event-date-lost"
    case .today: rule = "sheet-event-date-today"
    case .aborts: rule = "sheet-event-date-aborts"
    }
    row.report(rule, cell, value: part, SheetEventCheck.advice(date, part).argument)
    // A date that has its finding already is not compared: it would be the same mistake told twice.
    return nil
  }

  private static func advice(_ date: SheetEventDate, _ part: UnsafeBufferPointer<UInt8>) -> LocalizedText {
    guard let meant = date.meant else { return LocalizedText(key: "sheet-date-form", []) }
    // The excerpt does not show the blanks that are all that is wrong.
    let isSpaced = SheetEventDate.plain(Bytes.trimmed(part)) != nil
    return LocalizedText(key: isSpaced ? "sheet-date-space" : "sheet-date-write", [meant.iso])
  }

  /// Places in a list, told as far as they are few.
  private struct Positions {
    private(set) var count = 0
    private var places: [String] = []

    mutating func add(_ position: Int) {
      count += 1
      if count <= 5 { places.append(String(position)) }
    }

    var text: String { places.joined(separator: ", ") + (count > 5 ? ", \u{2026}" : "") }
  }

  // MARK: Lists

  /// Blank parts and lists of different length; a list with a blank part is judged for that and not for its length.
  private func checkLists(_ row: SheetRow) {
    var longest = (cell: 0, parts: 0)
    var shortest = (cell: 0, parts: Int.max)
    for (cell, kind) in lists {
      let value = row.value(cell)
      if value.isEmpty { continue }
      let count = SheetPartCursor.count(value)
      if count.blank > 0 {
        if kind != .date { report(blanksOf: cell, isActor: kind == .actor, row) }
        continue
      }
      if count.parts > longest.parts { longest = (cell, count.parts) }
      if count.parts < shortest.parts { shortest = (cell, count.parts) }
    }
    if longest.parts <= shortest.parts { return }
    row.report("sheet-event-count", shortest.cell, String(shortest.parts), String(longest.parts), sheet.name(longest.cell))
  }

  private func report(blanksOf cell: Int, isActor: Bool, _ row: SheetRow) {
    var positions = Positions()
    var cursor = SheetPartCursor(row.value(cell))
    var position = 0
    while let part = cursor.next() {
      position += 1
      if Bytes.isBlank(part) { positions.add(position) }
    }
    if isActor { return row.report("sheet-event-actor-blank", cell, positions.text) }
    var finding = row.finding("sheet-event-blank", cell, [positions.text])
    // A text without anything in it is none; a type or a place without a name is one.
    if ["eventDates", "eventDescriptions", "eventActorHistories"].contains(sheet.name(cell)) { finding.severity = .note }
    run.note(finding)
  }

  // MARK: Histories

  private func checkHistories(_ row: SheetRow) {
    let value = row.value(histories)
    if value.isEmpty { return }
    var histories = SheetPartCursor(value)
    var actors = SheetPartCursor(row.value(actors))
    while let history = histories.next() {
      let actor = actors.next().map(Bytes.trimmed) ?? .empty
      if SheetEventCheck.isNull(history) || Bytes.isBlank(history) { continue }
      if actor.isEmpty || SheetEventCheck.isNull(actor) {
        row.report("sheet-event-history-nameless", self.histories, value: history)
      } else if memory.differs(actor, Bytes.trimmed(history)) {
        row.report("sheet-event-history-differs", self.histories, value: history, Excerpt.argument(actor))
      }
    }
  }
}

/// Which histories the actors of an import have been given, as fingerprints.
final class SheetActorHistories {
  private var actors = HashSet64()
  private var pairs = HashSet64()
  private var count = 0
  /// So many that no list of hostile length fills the memory.
  private static let limit = 1_000_000

  /// The actor has had another history before, and this one not.
  func differs(_ actor: UnsafeBufferPointer<UInt8>, _ history: UnsafeBufferPointer<UInt8>) -> Bool {
    let name = Bytes.hash(actor)
    let pair = Bytes.hash(history, seed: name)
    if pairs.contains(pair) { return false }
    guard count < SheetActorHistories.limit else { return actors.contains(name) }
    count += 1
    _ = pairs.insert(pair)
    return !actors.insert(name)
  }
}
