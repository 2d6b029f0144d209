public import EADKit

/// The sheet that ReSIP (Programme Vitam) makes a submission package of, one row for each folder and file.
///
/// Source of the rules: ReSIP's own reader. Every row has exactly the header's cells, `;` between them, UTF-8 without a byte
/// order mark (ReSIP would take it for a part of the first column's name); `File` is relative to the scanned folder with `/`,
/// so that the sheet belongs into that folder.
public enum ResipCSVExport {
  private static let columns = [
    "ID", "ParentID", "File", "Content.DescriptionLevel", "Content.Title", "Content.OriginatingSystemId",
    "Content.ArchivalAgencyArchiveUnitIdentifier", "Content.Description",
    "Content.CustodialHistory.CustodialHistoryItem", "Content.StartDate", "Content.EndDate",
  ]

  public static func write(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    var summary = ExportSummary()
    var buffer = ExportBuffer()
    let tags =
      try connection.number(
        "SELECT max(tags) FROM (SELECT count(*) AS tags FROM annotation WHERE field = 'tag' GROUP BY path)") ?? 0
    buffer.append(
      row: columns + (0..<tags).map { "Content.Tag.\($0)" }, separator: UInt8(ascii: ";"), .imported)
    var eliminated = 0
    var unopenable = 0
    var crowded = 0
    let describer = try TreeDescriber(connection, options.description, items: .all)
    while let unit = try describer.next() {
      if unit.isToEliminate {
        eliminated += 1
        continue
      }
      let file = String(validating: unit.path, as: UTF8.self)
      if file == nil { unopenable += 1 }
      var row = cells(unit, file: file, options.description.language)
      let subjects = unit.subjects.map(ExportText.token).filter { !$0.isEmpty }
      if subjects.count > tags { crowded += 1 }
      row += (0..<tags).map { $0 < subjects.count ? subjects[$0] : "" }
      buffer.append(row: row, separator: UInt8(ascii: ";"), .imported)
      summary.written += 1
      try buffer.drain(write)
    }
    try buffer.flush(write)
    summary.leftOut = describer.leftOut
    func note(_ rule: String, _ severity: Severity, _ count: Int) {
      guard count > 0 else { return }
      summary.findings.append(
        Finding(rule: rule, severity: severity, file: connection.file, arguments: [String(count)]))
    }
    if eliminated > 0 { summary.leftOut["export-to-eliminate"] = eliminated }
    note("export-resip-eliminated", .note, eliminated)
    note("export-resip-name", .warning, unopenable)
    note("export-resip-tags", .warning, crowded)
    return summary
  }

  private static func cells(_ unit: DescribedUnit, file: String?, _ language: MessageLanguage) -> [String] {
    var description = unit.scopeAndContent
    if !unit.otherLevel.isEmpty { description.append(MessageCatalog.text("export-other-level", [unit.otherLevel], language)) }
    if file == nil { description.append(MessageCatalog.text("export-resip-name-note", [unit.pathText], language)) }
    // Told by scalars: an e with its accent beside it is another name than é.
    let isRenamed = !unit.title.unicodeScalars.elementsEqual(unit.name.unicodeScalars)
    let history = isRenamed ? [MessageCatalog.text("export-original-name", [unit.name], language)] : []
    return [
      unit.id, unit.parentID, file.map { $0.isEmpty ? "." : $0 } ?? "", level(unit), unit.title,
      unit.path.isEmpty ? "" : ExportText.token(unit.pathText), ExportText.token(unit.callNumber ?? ""),
      description.joined(separator: "\n"), (unit.custodialHistory + history).joined(separator: "\n"), unit.start ?? "",
      unit.end ?? "",
    ]
  }

  private static func level(_ unit: DescribedUnit) -> String {
    switch unit.level {
    case "fonds": "Fonds"
    case "subfonds": "Subfonds"
    case "class": "Class"
    case "collection": "Collection"
    case "series": "Series"
    case "subseries": "Subseries"
    case "recordgrp": "RecordGrp"
    case "subgrp": "SubGrp"
    case "file": "File"
    case "item": "Item"
    default: "OtherLevel"
    }
  }
}
