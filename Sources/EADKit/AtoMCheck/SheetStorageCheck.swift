/// Lists that AtoM takes apart by position: containers with their places and types, and alternative identifiers with their
/// labels.
///
/// The names decide how many containers there are; for a place or type that is missing AtoM takes the first of its list.
final class SheetStorageCheck: SheetCheck {
  private let name: Int?
  private let location: Int?
  private let type: Int?
  private let otherIDs: Int?
  private let labels: Int?
  private var withoutLocation = SheetTally()
  private var withoutLabelColumn = SheetTally()

  override init(_ sheet: Sheet, _ run: SheetRun) {
    let takesStorage = sheet.type == .description || sheet.type == .accession
    name = takesStorage ? sheet.cell("physicalObjectName") : nil
    location = takesStorage ? sheet.cell("physicalObjectLocation") : nil
    type = takesStorage ? sheet.cell("physicalObjectType") : nil
    // Accessions have other columns beside theirs: see the rules of records.
    otherIDs = sheet.type == .description ? sheet.cell("alternativeIdentifiers") : nil
    labels = sheet.type == .description ? sheet.cell("alternativeIdentifierLabels") : nil
    super.init(sheet, run)
  }

  override var isNeeded: Bool { name != nil || location != nil || otherIDs != nil }

  override func row(_ row: SheetRow) {
    // AtoM reads only texts in a translation.
    if row.isTranslation { return }
    storage(row)
    identifiers(row)
  }

  private func storage(_ row: SheetRow) {
    let names = SheetPartCursor.count(row.value(name))
    let locations = SheetPartCursor.count(row.value(location))
    if names.parts == 0 {
      if locations.parts > 0 { row.report("sheet-storage-no-name", location) }
      return
    }
    if names.blank > 0 { row.report("sheet-storage-no-name", name) }
    if locations.parts == 0 || locations.blank > 0 {
      withoutLocation.add(row.finding("sheet-storage-no-location", name, []))
    }
    compare(location, locations.parts, names.parts, row)
    compare(type, SheetPartCursor.count(row.value(type)).parts, names.parts, row)
  }

  private func compare(_ cell: Int?, _ parts: Int, _ names: Int, _ row: SheetRow) {
    if parts == 0 || parts == names { return }
    row.report(parts == 1 ? "sheet-storage-shared" : "sheet-storage-count", cell, String(parts), String(names))
  }

  private func identifiers(_ row: SheetRow) {
    guard let otherIDs else { return }
    let ids = SheetPartCursor.count(row.value(otherIDs)).parts
    guard ids > 0 else { return }
    guard let labels else {
      withoutLabelColumn.add(row.finding("sheet-alternative-ids-unlabelled", otherIDs, []))
      return
    }
    let found = SheetPartCursor.count(row.value(labels)).parts
    if found == 0 {
      row.report("sheet-alternative-ids-unlabelled", otherIDs, "1")
    } else if found != ids {
      row.report("sheet-alternative-ids-count", otherIDs, String(ids), String(found))
    }
  }

  override func finish() {
    withoutLocation.note(run)
    withoutLabelColumn.note(run)
  }
}
