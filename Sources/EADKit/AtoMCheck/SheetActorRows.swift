/// Rows of authority records.
final class SheetAuthorityRows: SheetCheck {
  private let records: SheetRecordMemory
  private let nameCell: Int?
  private let cultureCell: Int?
  private let occupationCell: Int?
  private let noteCell: Int?

  override init(_ sheet: Sheet, _ run: SheetRun) {
    records = run.memory(SheetRecordMemory())
    nameCell = sheet.cell("authorizedFormOfName")
    cultureCell = sheet.cell("culture")
    occupationCell = sheet.cell("actorOccupations")
    noteCell = sheet.cell("actorOccupationNotes")
    if nameCell != nil { records.hasAuthorities = true }
    super.init(sheet, run)
  }

  override var isNeeded: Bool { nameCell != nil || noteCell != nil }

  override func row(_ row: SheetRow) {
    if let nameCell { name(row, nameCell) }
    if let noteCell { notes(row, noteCell) }
  }

  private func name(_ row: SheetRow, _ cell: Int) {
    let name = row.value(cell)
    if name.isEmpty { return row.report("sheet-name-blank", cell) }
    let key = Bytes.hash(name)
    if !records.authorities.insert(key) {
      row.report("sheet-name-repeated", cell, LocalizedText(key: "sheet-repeated-import", []).argument)
    } else if run.site.authorities?.contains(name) == true {
      row.report("sheet-name-repeated", cell, LocalizedText(key: "sheet-repeated-site", []).argument)
    }
    _ = records.authoritiesByCulture.insert(SheetAuthorityRows.key(name, row.value(cultureCell)))
  }

  /// Of a name in the culture of its row.
  static func key(_ name: UnsafeBufferPointer<UInt8>, _ culture: UnsafeBufferPointer<UInt8>) -> UInt64 {
    Bytes.hash(name, seed: culture.isEmpty ? english : Bytes.hash(culture))
  }

  private static let english = [UInt8]("en".utf8).withUnsafeBufferPointer { Bytes.hash($0) }

  /// Notes go with the occupations by their places.
  private func notes(_ row: SheetRow, _ cell: Int) {
    let value = row.value(cell)
    if value.isEmpty { return }
    let occupations = row.parts(occupationCell)
    let notes = row.parts(cell)
    if notes.count > occupations.count {
      row.report("sheet-list-count", cell, String(notes.count), "actorOccupations", String(occupations.count))
    } else if notes.contains(where: Bytes.isBlank) {
      row.report("sheet-occupation-note", cell)
    }
  }
}

/// Rows of relations between authority records.
final class SheetRelationshipRows: SheetCheck {
  private let records: SheetRecordMemory
  private let required: [(name: String, cell: Int?)]
  private let dateCells: [Int]
  private let cultureCell: Int?
  private var unchecked = SheetUnchecked("sheet-actor-unchecked")
  private var relations = HashSet64()
  private let known = SheetSeen(places: 1 << 12)

  override init(_ sheet: Sheet, _ run: SheetRun) {
    records = run.memory(SheetRecordMemory())
    required = ["subjectAuthorizedFormOfName", "relationType", "objectAuthorizedFormOfName"].map { ($0, sheet.cell($0)) }
    dateCells = sheet.cells(.date)
    cultureCell = sheet.cell("culture")
    super.init(sheet, run)
  }

  override func row(_ row: SheetRow) {
    // A column that is missing altogether has been said of the header.
    if let blank = required.first(where: { $0.cell != nil && row.value($0.cell).isEmpty }) {
      return row.report(
        "sheet-row-skipped", blank.cell, LocalizedText(key: "sheet-skipped-blank", [blank.name]).argument)
    }
    actor(row, required[0].cell)
    actor(row, required[2].cell)
    for cell in dateCells { row.reportDate(cell, .relation) }
    var key: UInt64 = 0xcbf2_9ce4_8422_2325
    for (_, cell) in required { key = Bytes.hash(row.value(cell), seed: key) }
    if required.allSatisfy({ $0.cell != nil }), !relations.insert(key) { row.report("sheet-record-repeated") }
  }

  private func actor(_ row: SheetRow, _ cell: Int?) {
    let name = row.value(cell)
    if name.isEmpty || name.isNull { return }
    let key = SheetAuthorityRows.key(name, row.value(cultureCell))
    if known.contains(key) { return }
    if records.authoritiesByCulture.contains(key) || run.site.authorities?.contains(name) == true { return known.insert(key) }
    if SheetTextCheck.isDamaged(name) { return }
    // Names that other sheets have made, and those of a site nobody described, cannot be looked up.
    if run.site.authorities == nil, !records.hasAuthorities || records.makesActors { return unchecked.count(row, cell, name) }
    let isElsewhere = records.authorities.contains(Bytes.hash(name))
    row.report(
      "sheet-actor-unknown", cell,
      LocalizedText(key: isElsewhere ? "sheet-actor-other-culture" : "sheet-actor-nowhere", []).argument)
  }

  override func finish() { unchecked.note(run) }
}

/// Rows of archival institutions.
final class SheetRepositoryRows: SheetCheck {
  private let records: SheetRecordMemory
  private let nameCell: Int?
  private let limitCell: Int?

  override init(_ sheet: Sheet, _ run: SheetRun) {
    records = run.memory(SheetRecordMemory())
    nameCell = sheet.cell("authorizedFormOfName")
    limitCell = sheet.cells(.limit).first
    super.init(sheet, run)
  }

  override var isNeeded: Bool { nameCell != nil || limitCell != nil }

  override func row(_ row: SheetRow) {
    if let nameCell {
      let name = row.value(nameCell)
      if name.isEmpty {
        row.report("sheet-name-blank", nameCell)
      } else if !records.repositories.insert(Bytes.hash(name)) {
        row.report("sheet-name-repeated", nameCell, LocalizedText(key: "sheet-repeated-import", []).argument)
      } else if run.site.repositories?.contains(name) == true {
        row.report("sheet-name-repeated", nameCell, LocalizedText(key: "sheet-repeated-site", []).argument)
      }
    }
    if let limitCell, !row.value(limitCell).isEmpty, !SheetRepositoryRows.isLimit(row.value(limitCell)) {
      row.report("sheet-number-invalid", limitCell)
    }
  }

  /// A number of gigabytes, or -1 for no limit.
  private static func isLimit(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    if value.elementsEqual([0x2D, 0x31]) { return true }
    let groups = value.split(separator: 0x2E, omittingEmptySubsequences: false)
    return value.count <= 20 && groups.count <= 2 && groups.allSatisfy { !$0.isEmpty && $0.allSatisfy(Bytes.isDigit) }
  }
}
