/// The header line of one file: which cell is which column.
final class AtoMCSVHeader {
  /// Columns of AtoM 2.1 and 2.2 for creators and dates, which AtoM still reads.
  enum LegacyColumn: Int, CaseIterable {
    case creators, creatorHistories, creatorDates, creatorDatesStart, creatorDatesEnd, creatorDateNotes
    case creationDates, creationDatesStart, creationDatesEnd, creationDateNotes, creationDatesType
  }

  let file: String
  /// The names as they stand in the file, trimmed.
  let names: [String]
  var width: Int { names.count }
  /// Cells without a case in `AtoMColumn`, with their names.
  private(set) var others: [(name: String, cell: Int)] = []
  /// Columns that stand more than once: the cells that lost against the last.
  private(set) var repeated: [(column: AtoMColumn, cells: [Int])] = []
  /// Cells whose values join those of a column that has a cell of its own.
  private(set) var joined: [(column: AtoMColumn, cell: Int)] = []
  private(set) var hasLegacyEvents = false
  /// Cells that a column of AtoM's is for.
  private(set) var known = 0

  private var cells = [Int32](repeating: -1, count: AtoMColumn.allCases.count)
  private var legacyCells = [Int32](repeating: -1, count: LegacyColumn.allCases.count)

  @inline(__always)
  func cell(of column: AtoMColumn) -> Int { Int(cells[column.rawValue]) }

  func cell(of column: LegacyColumn) -> Int { Int(legacyCells[column.rawValue]) }

  func name(ofCell index: Int) -> String { index < names.count ? names[index] : "" }

  /// What a name in a header line stands for.
  private enum Meaning: Equatable {
    case column(AtoMColumn)
    case alias(AtoMColumn)
    case legacy(LegacyColumn)
    case other
  }

  private static let meanings: [String: Meaning] = {
    var table: [String: Meaning] = [:]
    for column in AtoMColumn.allCases { table[column.name] = .column(column) }
    for column in LegacyColumn.allCases { table["\(column)"] = .legacy(column) }
    table["radNoteGeneral"] = .alias(.generalNote)
    table["radTitleNoteContinuationOfTitle"] = .alias(.radTitleContinues)
    // What AtoM writes or reads besides its templates.
    for name in [
      "slug", "digitalObjectChecksum", "createdAt", "updatedAt", "nameAccessPointHistories", "subjectAccessPointScopes",
      "copyrightStatus", "copyrightHolder", "copyrightExpires", "referenceCode",
    ] {
      table[name] = .other
    }
    return table
  }()

  /// Every name a header line may have, in lower case, with its spelling.
  private static let spellings: [String: String] = {
    var table: [String: String] = [:]
    for name in meanings.keys { table[name.lowercased()] = name }
    return table
  }()

  /// Names that stand only in AtoM's other sheets (authority records, accessions, storage ...).
  private static let foreign: Set<String> = [
    "authorizedformofname", "subjectauthorizedformofname", "acquisitiondate", "deaccessionnumber", "eventactorname",
    "descriptionslugs", "donorname", "sourceofacquisition", "geoculturalcontext",
  ]

  /// Names that other people's sheets have as well.
  private static let common: Set<String> = [
    "title", "identifier", "culture", "language", "script", "rules", "sources", "repository", "slug", "arrangement",
    "acquisition", "creators", "createdat", "updatedat", "appraisal", "accruals",
  ]

  /// How many of the names AtoM's descriptions have.
  static func knownNames(_ names: [String]) -> Int {
    names.reduce(0) { $0 + (spellings[plain($1)] == nil ? 0 : 1) }
  }

  /// True when the names are those of a sheet of descriptions and of nothing else.
  static func isDescriptions(_ names: [String]) -> Bool {
    let plain = names.map(plain)
    return knownNames(names) >= 2 && !plain.contains(where: foreign.contains)
      && plain.contains { spellings[$0] != nil && !common.contains($0) }
  }

  static func isOtherSheet(_ names: [String]) -> Bool { names.map(plain).contains(where: foreign.contains) }

  private static func plain(_ name: String) -> String {
    var bytes = Array(name.utf8)
    bytes.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] = Bytes.lowered($0[index]) } }
    return bytes.withUnsafeBufferPointer { String(decoding: Bytes.trimmed($0), as: UTF8.self) }
  }

  /// - Parameter written: the cells as they stand, not trimmed.
  init(written: [String], file: String, line: Int, findings: inout [Finding]) {
    self.file = file
    names = written.enumerated().map { index, name in
      let plain = Array(name.utf8).withUnsafeBufferPointer { String(decoding: CSVRecordReader.trimmed($0), as: UTF8.self) }
      return plain.isEmpty ? "Untitled\(index + 1)" : plain
    }
    func note(_ rule: String, _ severity: Severity, _ arguments: String...) {
      findings.append(Finding(rule: rule, severity: severity, file: file, line: line, arguments: arguments))
    }
    // Exact names first: a name that has to be repaired never takes the place of one that is right.
    var meaning = written.map { AtoMCSVHeader.meanings[$0] }
    var taken = Set(zip(written, meaning).compactMap { $1 == nil ? nil : $0 })
    var unknown: [String] = []
    for (index, name) in written.enumerated() where meaning[index] == nil {
      let plain = AtoMCSVHeader.plain(name)
      if plain.isEmpty {
        meaning[index] = .other
        continue
      }
      if let spelling = AtoMCSVHeader.spellings[plain], taken.insert(spelling).inserted {
        meaning[index] = AtoMCSVHeader.meanings[spelling]
        note("csv-header-repaired", .warning, name, spelling)
      } else {
        meaning[index] = .other
        unknown.append(names[index])
      }
    }
    for name in unknown { note("csv-header-unknown", .note, name) }
    var seen: Set<String> = []
    var aliases: [(AtoMColumn, Int)] = []
    for (index, found) in meaning.enumerated() {
      let spelling = AtoMCSVHeader.spellings[AtoMCSVHeader.plain(written[index])] ?? names[index]
      let isKnown = found != .other
      if isKnown { known += 1 }
      if !seen.insert(spelling).inserted, isKnown || !unknown.contains(names[index]) {
        note("csv-header-repeated", .warning, spelling)
      }
      switch found {
      case .column(let column):
        if cell(of: column) >= 0 {
          if let at = repeated.firstIndex(where: { $0.column == column }) {
            repeated[at].cells.append(cell(of: column))
          } else {
            repeated.append((column, [cell(of: column)]))
          }
        }
        cells[column.rawValue] = Int32(index)
      case .alias(let column): aliases.append((column, index))
      case .legacy(let column):
        if cell(of: column) >= 0 { others.append((names[cell(of: column)], cell(of: column))) }
        legacyCells[column.rawValue] = Int32(index)
        hasLegacyEvents = true
      case .other, nil: others.append((names[index], index))
      }
    }
    for (column, index) in aliases {
      if cell(of: column) < 0 { cells[column.rawValue] = Int32(index) } else { joined.append((column, index)) }
    }
  }
}
