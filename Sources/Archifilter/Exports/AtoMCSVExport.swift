public import EADKit

/// The sheet that AtoM (Access to Memory) imports as archival descriptions: its ISAD(G) template and `eventDescriptions`.
///
/// Terms are those a fresh AtoM has in the language of the sheet; nothing is published (status Draft). The dates are those of
/// last modification, in an event of creation that says so.
public enum AtoMCSVExport {
  private static let columns = AtoMTemplate.isad.columns + [.eventDescriptions]

  public static func write(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    var summary = ExportSummary()
    var buffer = ExportBuffer()
    buffer.append { AtoMRowWriter.append(columns.map { Array($0.name.utf8) }, to: &$0) }
    var row = AtoMRow(options.description)
    let describer = try TreeDescriber(connection, options.description)
    while let unit = try describer.next() {
      row.fill(unit)
      buffer.append { AtoMRowWriter.append(columns.map { row.cells[$0.rawValue] }, to: &$0) }
      summary.written += 1
      try buffer.drain(write)
    }
    try buffer.flush(write)
    summary.leftOut = describer.leftOut
    func note(_ rule: String, _ severity: Severity, _ arguments: [String]) {
      summary.findings.append(Finding(rule: rule, severity: severity, file: connection.file, arguments: arguments))
    }
    if row.cutCells > 0 { note("export-atom-cut", .warning, [String(row.cutCells)]) }
    if row.pipes > 0 { note("export-atom-pipe", .note, [String(row.pipes)]) }
    for language in row.unknownLanguages { note("export-atom-language", .warning, [language]) }
    return summary
  }
}

/// One row of AtoM's sheet.
private struct AtoMRow {
  private(set) var cells: [[UInt8]]
  /// Values that were too long for AtoM's database, values with a pipe, languages that AtoM does not know.
  private(set) var cutCells = 0
  private(set) var pipes = 0
  private(set) var unknownLanguages: [String] = []

  private let options: DescriptionOptions
  private let culture: String
  private let languages: String
  private let creation: String
  private let draft: String
  /// English keys of the levels above, by depth: what an `otherlevel` is depends on them.
  private var levels: [String] = []

  init(_ options: DescriptionOptions) {
    self.options = options
    culture = options.language.rawValue
    cells = Array(repeating: [], count: AtoMColumn.allCases.count)
    creation = AtoMTerms.term(.eventType, "Creation", culture: culture).term
    draft = AtoMTerms.term(.publicationStatus, "Draft", culture: culture).term
    var codes: [String] = []
    var unknown: [String] = []
    for language in options.documentLanguages {
      if let code = Languages.code(iso: language) { codes.append(code) } else { unknown.append(language) }
    }
    languages = codes.joined(separator: "|")
    unknownLanguages = unknown
  }

  mutating func fill(_ unit: DescribedUnit) {
    for index in cells.indices { cells[index].removeAll(keepingCapacity: true) }
    raw(.legacyId, unit.id)
    raw(.parentId, unit.parentID)
    text(.identifier, unit.callNumber ?? "")
    text(.title, unit.title)
    let key = levelKey(unit)
    raw(.levelOfDescription, AtoMTerms.term(.levelOfDescription, key, culture: culture).term)
    text(.extentAndMedium, extent(unit))
    text(.scopeAndContent, unit.scopeAndContent.joined(separator: "\n\n"))
    text(.appraisal, unit.appraisal.joined(separator: "\n\n"))
    text(.arrangement, unit.arrangement.joined(separator: "\n\n"))
    text(.physicalCharacteristics, (unit.technical + formats(unit)).joined(separator: "\n"))
    text(.archivalHistory, unit.custodialHistory.joined(separator: "\n\n"))
    text(.locationOfCopies, unit.copies.joined(separator: "\n"))
    var notes = unit.notes
    if !unit.otherLevel.isEmpty { notes.append(MessageCatalog.text("export-other-level", [unit.otherLevel], options.language)) }
    list(.generalNote, notes)
    list(.archivistNote, unit.processing)
    list(.subjectAccessPoints, unit.subjects)
    identifiers(unit)
    // Only an address of the web is one for AtoM, which fetches what it leads to.
    if let link = unit.link, link.hasPrefix("http://") || link.hasPrefix("https://") { raw(.digitalObjectURI, link) }
    if unit.depth == 0 { text(.repository, options.repository ?? "") }
    raw(.language, languages)
    raw(.languageOfDescription, culture)
    raw(.publicationStatus, draft)
    raw(.culture, culture)
    event(unit)
  }

  // MARK: Parts

  private mutating func identifiers(_ unit: DescribedUnit) {
    var values: [(label: String, value: String)] = []
    if !unit.path.isEmpty { values.append(("export-label-path", unit.pathText)) }
    if options.checksums, let digest = unit.sha256 { values.append(("export-label-sha256", ExportBuffer.hex(digest))) }
    list(.alternativeIdentifiers, values.map(\.value))
    list(.alternativeIdentifierLabels, values.map { MessageCatalog.text($0.label, [], options.language) })
  }

  /// Day and words; of the whole also who made the documents.
  private mutating func event(_ unit: DescribedUnit) {
    let creator = unit.depth == 0 ? options.creator ?? "" : ""
    let isDated = unit.start != nil || unit.end != nil || !unit.dateText.isEmpty
    guard isDated || !creator.isEmpty else { return }
    raw(.eventTypes, creation)
    text(.eventActors, creator)
    guard isDated else { return }
    text(.eventDates, unit.dateText)
    raw(.eventStartDates, unit.start ?? "NULL")
    raw(.eventEndDates, unit.end ?? unit.start ?? "NULL")
    let source =
      switch unit.dateSource {
      case "embedded": "export-dates-embedded"
      case "override": "export-dates-override"
      default: "export-dates-modification"
      }
    text(.eventDescriptions, MessageCatalog.text(source, [], options.language))
  }

  private func extent(_ unit: DescribedUnit) -> String {
    let language = options.language
    let size = ByteText.readable(unit.bytes, language)
    let exact = ByteText.exact(unit.bytes, language)
    let volume = size.unicodeScalars.elementsEqual(exact.unicodeScalars) ? size : "\(size) (\(exact))"
    func counted(_ count: Int, _ one: String, _ many: String) -> String {
      MessageCatalog.text(count < 2 && (count == 1 || language == .french) ? one : many, [ByteText.number(count, language)], language)
    }
    let files = counted(unit.files, "export-file-one", "export-file-many")
    var parts = [files]
    if unit.isFolder { parts.append(counted(unit.folders, "export-folder-one", "export-folder-many")) }
    parts.append(volume)
    return parts.joined(separator: ", ")
  }

  private func formats(_ unit: DescribedUnit) -> [String] {
    let language = options.language
    if let format = unit.format {
      return [MessageCatalog.text("export-format", [named(format)], language)]
    }
    return unit.formats.map { entry in
      MessageCatalog.text(
        "export-format-files",
        [named(entry.format), ByteText.number(entry.files, language), ByteText.readable(entry.bytes, language)], language)
    }
  }

  private func named(_ format: FormatFacts) -> String {
    let name = ExportText.format(format)
    return name.isEmpty ? format.key : "\(name) [\(format.key)]"
  }

  /// The nearest level that AtoM has: a word of `otherlevel` that it knows, else by what stands above.
  private mutating func levelKey(_ unit: DescribedUnit) -> String {
    let depth = min(max(unit.depth, 0), levels.count)
    levels.removeSubrange(depth...)
    let key: String
    switch unit.level {
    case "fonds": key = "Fonds"
    case "subfonds": key = "Subfonds"
    case "collection": key = "Collection"
    case "recordgrp", "subgrp": key = "Record group"
    case "class", "series": key = "Series"
    case "subseries": key = "Subseries"
    case "file": key = "File"
    case "item": key = "Item"
    default:
      if !unit.isFolder {
        key = "Item"
      } else if let known = AtoMTerms.levelKey(unit.otherLevel) {
        key = known
      } else if levels.contains("File") || levels.contains("Part") {
        key = "Part"
      } else {
        key = levels.contains("Series") || levels.contains("Subseries") ? "Subseries" : "Series"
      }
    }
    levels.append(key)
    return key
  }

  // MARK: Cells

  private mutating func raw(_ column: AtoMColumn, _ value: String) { cells[column.rawValue].append(contentsOf: value.utf8) }

  /// A text: a pipe would make bullets of it, `NULL` nothing.
  private mutating func text(_ column: AtoMColumn, _ value: String) {
    let most = AtoMRow.shortColumns.contains(column) ? 1_024 : 65_000
    raw(column, value.unicodeScalars.elementsEqual("NULL".unicodeScalars) ? "[NULL]" : clean(value, most: most))
  }

  private mutating func list(_ column: AtoMColumn, _ values: [String]) {
    let most = column == .subjectAccessPoints ? 1_024 : 65_000
    var parts: [String] = []
    for value in values where !ExportText.token(value).isEmpty {
      parts.append(value.unicodeScalars.elementsEqual("NULL".unicodeScalars) ? "[NULL]" : clean(value, most: most))
    }
    raw(column, parts.joined(separator: "|"))
  }

  private mutating func clean(_ value: String, most: Int) -> String {
    var value = value
    if value.utf8.contains(0x7C) {
      pipes += 1
      value = String(String.UnicodeScalarView(value.unicodeScalars.map { $0 == "|" ? "\u{A6}" : $0 }))
    }
    if let cut = ExportText.cut(value, to: most) {
      cutCells += 1
      return cut
    }
    return value
  }

  private static let shortColumns: Set<AtoMColumn> = [.identifier, .title, .repository, .eventDates, .eventActors]
}
