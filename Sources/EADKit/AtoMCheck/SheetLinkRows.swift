/// Rows that link an authority record to a description.
final class SheetEventRows: SheetCheck {
  private let records: SheetRecordMemory
  private let descriptions: SheetImportIDs
  private let idCell: Int?
  private let nameCells: [Int]
  private var unchecked = SheetUnchecked("sheet-record-unchecked")

  override init(_ sheet: Sheet, _ run: SheetRun) {
    records = run.memory(SheetRecordMemory())
    descriptions = run.memory(SheetImportIDs())
    idCell = sheet.cell("legacyId")
    nameCells = [sheet.cell("eventActorName"), sheet.cell("eventType")].compactMap { $0 }
    super.init(sheet, run)
  }

  override func row(_ row: SheetRow) {
    if let idCell {
      let id = row.value(idCell)
      if id.isEmpty {
        return row.report("sheet-row-skipped", idCell, LocalizedText(key: "sheet-skipped-blank", ["legacyId"]).argument)
      }
      if !id.isNull {
        if !records.hasDescriptions {
          unchecked.count(row, idCell, id)
        } else if !descriptions.contains(RowIdentity.fingerprint(id)), !SheetTextCheck.isDamaged(id) {
          row.report("sheet-record-unknown", idCell, LocalizedText(key: "sheet-unknown-description", []).argument)
        }
      }
    }
    for cell in nameCells where row.value(cell).isEmpty { row.report("sheet-name-blank", cell) }
  }

  override func finish() { unchecked.note(run) }
}

/// Rows of physical storage.
final class SheetStorageRows: SheetCheck {
  private let records: SheetRecordMemory
  private let nameCell: Int?
  private let locationCell: Int?
  private let slugCell: Int?
  private var unchecked = SheetUnchecked("sheet-record-unchecked")

  override init(_ sheet: Sheet, _ run: SheetRun) {
    records = run.memory(SheetRecordMemory())
    nameCell = sheet.cell("name")
    locationCell = sheet.cell("location")
    slugCell = sheet.cell("descriptionSlugs")
    super.init(sheet, run)
  }

  override func row(_ row: SheetRow) {
    if row.value(nameCell).isEmpty, row.value(locationCell).isEmpty {
      return row.report(
        "sheet-row-skipped", nameCell ?? locationCell, LocalizedText(key: "sheet-skipped-storage", []).argument)
    }
    row.value(slugCell).forEachPart { part in
      let slug = Bytes.trimmed(part)
      if slug.isEmpty { return }
      guard let slugs = run.site.slugs else { return unchecked.count(row, slugCell, slug) }
      if slugs.contains(slug) { return }
      // A description of the same import may get this slug.
      if records.hasDescriptions { return unchecked.count(row, slugCell, slug) }
      row.report(
        "sheet-record-unknown", slugCell, value: slug, LocalizedText(key: "sheet-unknown-slug", []).argument)
    }
  }

  override func finish() { unchecked.note(run) }
}
