/// Rows of accessions.
final class SheetAccessionRows: SheetCheck {
  private let records: SheetRecordMemory
  private let numberCell: Int?
  private let dateCells: [Int]
  private let idCells: [(name: String, cell: Int)]
  private let eventCells: [(name: String, cell: Int)]

  override init(_ sheet: Sheet, _ run: SheetRun) {
    records = run.memory(SheetRecordMemory())
    numberCell = sheet.cell("accessionNumber")
    dateCells = sheet.cells(.date)
    func list(_ names: String...) -> [(name: String, cell: Int)] {
      names.compactMap { name in sheet.cell(name).map { (name, $0) } }
    }
    idCells = list("alternativeIdentifiers", "alternativeIdentifierTypes", "alternativeIdentifierNotes")
    eventCells = list("accessionEventTypes", "accessionEventDates", "accessionEventAgents", "accessionEventNotes")
    if numberCell != nil { records.hasAccessions = true }
    super.init(sheet, run)
  }

  override func row(_ row: SheetRow) {
    if let numberCell {
      let number = row.value(numberCell)
      if number.isEmpty {
        return row.report(
          "sheet-row-skipped", numberCell, LocalizedText(key: "sheet-skipped-blank", ["accessionNumber"]).argument)
      }
      if !records.accessions.insert(Bytes.hash(number)) { row.report("sheet-number-repeated", numberCell) }
    }
    for cell in dateCells { row.reportDate(cell, .accession) }
    identifiers(row)
    events(row)
  }

  /// Types and notes go with the identifiers by their places.
  private func identifiers(_ row: SheetRow) {
    guard idCells.contains(where: { !row.value($0.cell).isEmpty }) else { return }
    let name = "alternativeIdentifiers"
    let ids = row.parts(idCells.first { $0.name == name }?.cell).count
    for (other, cell) in idCells where other != name && !row.value(cell).isEmpty {
      let count = row.parts(cell).count
      if count != ids { row.report("sheet-list-count", cell, String(count), name, String(ids)) }
    }
  }

  /// An event needs its type and its date; agents and notes go with them by their places.
  private func events(_ row: SheetRow) {
    guard eventCells.contains(where: { !row.value($0.cell).isEmpty }) else { return }
    func parts(_ name: String) -> [UnsafeBufferPointer<UInt8>] { row.parts(eventCells.first { $0.name == name }?.cell) }
    let types = parts("accessionEventTypes")
    let dates = parts("accessionEventDates")
    let typeCell = eventCells.first { $0.name == "accessionEventTypes" }?.cell
    let dateCell = eventCells.first { $0.name == "accessionEventDates" }?.cell
    func filled(_ parts: [UnsafeBufferPointer<UInt8>]) -> Int {
      parts.reduce(0) { $0 + (Bytes.isBlank($1) || $1.isNull ? 0 : 1) }
    }
    let longest = max(types.count, dates.count)
    if types.count != dates.count || filled(types) != filled(dates) {
      if let dateCell {
        return row.report("sheet-list-count", dateCell, String(filled(dates)), "accessionEventTypes", String(filled(types)))
      }
      if let typeCell {
        return row.report("sheet-list-count", typeCell, String(filled(types)), "accessionEventDates", "0")
      }
    }
    for (name, cell) in eventCells where name == "accessionEventAgents" || name == "accessionEventNotes" {
      let count = row.parts(cell).count
      if count > longest { row.report("sheet-list-count", cell, String(count), "accessionEventTypes", String(longest)) }
    }
  }
}

/// Rows of deaccessions.
final class SheetDeaccessionRows: SheetCheck {
  private let records: SheetRecordMemory
  private let numberCell: Int?
  private let dateCells: [Int]
  private var unchecked = SheetUnchecked("sheet-record-unchecked")
  private var rows = HashSet64()

  override init(_ sheet: Sheet, _ run: SheetRun) {
    records = run.memory(SheetRecordMemory())
    numberCell = sheet.cell("accessionNumber")
    dateCells = sheet.cells(.date)
    super.init(sheet, run)
  }

  override func row(_ row: SheetRow) {
    if let numberCell {
      let number = row.value(numberCell)
      if number.isEmpty {
        return row.report(
          "sheet-row-skipped", numberCell, LocalizedText(key: "sheet-skipped-blank", ["accessionNumber"]).argument)
      }
      if !number.isNull {
        if !records.hasAccessions {
          unchecked.count(row, numberCell, number)
        } else if !records.accessions.contains(Bytes.hash(number)), !SheetTextCheck.isDamaged(number) {
          row.report(
            "sheet-record-unknown", numberCell, LocalizedText(key: "sheet-unknown-accession", []).argument)
        }
      }
    }
    for cell in dateCells { row.reportDate(cell, .accession) }
    var key: UInt64 = 0xcbf2_9ce4_8422_2325
    for cell in row.filled { key = Bytes.hash(row.value(cell), seed: key &+ UInt64(cell)) }
    if !rows.insert(key) { row.report("sheet-record-repeated") }
  }

  override func finish() { unchecked.note(run) }
}
