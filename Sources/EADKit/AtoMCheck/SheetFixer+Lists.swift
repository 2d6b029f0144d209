extension SheetFixer {
  /// Cells whose lists go together by position.
  struct CellGroups {
    /// Empty when one of the columns is not to be corrected.
    var events: [Int] = []
    var eventTypes: Int?
    var eventDates: [Int] = []
    var typeTaxonomy = ""
    var storageNames: Int?
    var storagePlaces: Int?
    var storageTypes: Int?
    var storageTaxonomy = ""
    var occupations: Int?
    var occupationNotes: Int?
    /// Identifiers and their labels.
    var sameCount: [Int] = []
    /// Access points that have a list beside them.
    private var besides: [(cell: Int, list: Int)] = []

    init() {}

    init(_ sheet: Sheet, _ tasks: [Task]) {
      func cell(_ name: String) -> Int? { tasks.first { $0.column.name == name }?.cell }
      let all = tasks.filter { $0.column.kind == .event }
      if all.count == sheet.cells(.event).count {
        events = all.map(\.cell)
        eventTypes = cell("eventTypes")
        eventDates = ["eventStartDates", "eventEndDates"].compactMap(cell)
        typeTaxonomy = all.first { $0.column.name == "eventTypes" }?.column.taxonomy ?? ""
      }
      if sheet.cells(.storage).count == tasks.count(where: { $0.column.kind == .storage }) {
        storageNames = cell("physicalObjectName")
        storagePlaces = cell("physicalObjectLocation")
        storageTypes = cell("physicalObjectType")
        storageTaxonomy = tasks.first { $0.column.name == "physicalObjectType" }?.column.taxonomy ?? ""
      }
      occupations = cell("actorOccupations")
      occupationNotes = cell("actorOccupationNotes")
      sameCount = sheet.cells(.alternativeIDs, .accessionIDs)
      for (column, list) in [
        ("placeAccessPoints", "placeAccessPointHistories"), ("subjectAccessPoints", "subjectAccessPointScopes"),
        ("creators", "creatorHistories"), ("creators", "creatorDates"), ("creators", "creatorDatesStart"),
        ("creators", "creatorDatesEnd"), ("creators", "creatorDateNotes"),
      ] {
        if let one = sheet.cell(column), let other = sheet.cell(list) { besides.append((one, other)) }
      }
    }

    /// Whether a list stands beside the access points, whose members go with theirs by position.
    func goesWithList(_ cell: Int, _ row: SheetFixRow) -> Bool {
      besides.contains { $0.cell == cell && !row.value($0.list).isEmpty }
    }
  }

  private static let null = Array("NULL".utf8)

  // MARK: Events

  /// Event lists of one length, `NULL` where nothing stands; words and dates as AtoM takes them.
  func repairEvents(_ culture: RowCulture?) {
    let filled = groups.events.filter { !row.value($0).isEmpty }
    guard !filled.isEmpty else { return }
    if !areEven(filled) { evenOut(filled) }
    if let types = groups.eventTypes, filled.contains(types) { terms(types, groups.typeTaxonomy, culture) }
    for cell in groups.eventDates where filled.contains(cell) { dates(cell) }
  }

  /// Whether all lists have one length, without blank members and without blanks around them.
  private func areEven(_ cells: [Int]) -> Bool {
    var length = -1
    for cell in cells {
      var count = 0
      var isClean = true
      row.value(cell).forEachPart { part in
        count += 1
        if part.isEmpty || Bytes.isSpace(part[0]) || Bytes.isSpace(part[part.count - 1]) { isClean = false }
      }
      if !isClean || length >= 0 && count != length { return false }
      length = count
    }
    return true
  }

  private func evenOut(_ cells: [Int]) {
    let lists = cells.map(row.members)
    let length = lists.reduce(0) { max($0, $1.count) }
    // A position at which no column says anything is no event.
    let positions = (0..<length).filter { at in lists.contains { at < $0.count && !$0[at].isEmpty } }
    for (cell, list) in zip(cells, lists) {
      var kind = positions.count < list.count ? "fix-blank-member" : "fix-member-blanks"
      var out: [[UInt8]] = []
      let isBlank = list.allSatisfy(\.isEmpty)
      for at in positions where !isBlank {
        if at < list.count, !list[at].isEmpty {
          out.append(list[at])
        } else {
          out.append(SheetFixer.null)
          kind = "fix-null-padding"
        }
      }
      let joined = Array(out.joined(separator: [0x7C]))
      if !Bytes.equal(row.value(cell), joined) { row.set(cell, joined, kind) }
    }
  }

  private func dates(_ cell: Int) {
    var out: [[UInt8]] = []
    var isChanged = false
    row.value(cell).forEachPart { part in
      if !part.isEmpty, !part.isNull, let date = SheetFixer.date(part) {
        out.append(date)
        isChanged = true
      } else {
        out.append(Array(part))
      }
    }
    if isChanged { row.set(cell, Array(out.joined(separator: [0x7C])), "fix-date") }
  }

  // MARK: Containers

  /// AtoM takes the first place, and the first type, for every container that has none: where there is only one, it is
  /// written for each.
  func repairStorage(_ culture: RowCulture?) {
    if let types = groups.storageTypes, !row.value(types).isEmpty { terms(types, groups.storageTaxonomy, culture) }
    guard let names = groups.storageNames, row.value(names).contains(0x7C) else { return }
    let all = row.members(names)
    guard !all.contains(where: \.isEmpty) else { return }
    for cell in [groups.storagePlaces, groups.storageTypes] {
      guard let cell, !row.value(cell).isEmpty, !row.value(cell).contains(0x7C) else { continue }
      let value = Array(row.value(cell))
      let joined = Array(Array(repeating: value, count: all.count).joined(separator: [0x7C]))
      // A long place for very many containers is better left once.
      if joined.count <= 1 << 16 { row.set(cell, joined, "fix-storage-padding") }
    }
  }

  // MARK: Occupations

  /// `NULL` for each occupation without a note.
  func repairOccupations() {
    if let cell = groups.occupations, row.value(cell).isNull, groups.occupationNotes.map({ row.value($0).isEmpty }) ?? true {
      // AtoM would make an occupation of this name.
      return row.set(cell, [], "fix-null-literal")
    }
    guard let cell = groups.occupations, let notes = groups.occupationNotes, !row.value(notes).isEmpty else { return }
    let count = row.members(cell).count
    var list = row.members(notes)
    guard list.count <= count, list.count < count || list.contains(where: \.isEmpty) else { return }
    if list.allSatisfy(\.isEmpty) { return row.set(notes, [], "fix-blank-member") }
    while list.count < count { list.append(SheetFixer.null) }
    let joined = Array(list.map { $0.isEmpty ? SheetFixer.null : $0 }.joined(separator: [0x7C]))
    row.set(notes, joined, "fix-null-padding")
  }
}
