/// Judges a CSV of archival descriptions by the rules AtoM's importer follows, before AtoM sees it.
///
/// Source of the rules: AtoM's importer as it behaves when it is run (PHP's `fgetcsv`, keymap, terms by culture, the
/// limits of its database).
public struct AtoMCSVCheck {
  /// What was found; `line` is the row as AtoM's own validator counts it, the header being row 1.
  public private(set) var findings: [Finding] = []
  private let file: String
  private var header: [String] = []
  private var columns: [AtoMColumn?] = []
  private var seen: Set<[UInt8]> = []
  private var row = 0
  /// The `legacyId` of the row before, and the cultures of the rows that had it one after the other.
  private var group: (id: [UInt8], cultures: Set<[UInt8]>) = ([], [])

  private init(file: String) { self.file = file }

  /// Checks a whole file.
  public static func findings(in bytes: [UInt8], file: String) -> [Finding] {
    var check = AtoMCSVCheck(file: file)
    check.checkBytes(bytes)
    PHPCSVReader.read(bytes) { check.record($0) }
    if check.row == 0 { check.note("csv-empty", .error) }
    return check.findings
  }

  private mutating func note(_ rule: String, _ severity: Severity, _ arguments: String...) {
    findings.append(Finding(rule: rule, severity: severity, file: file, line: row, arguments: arguments))
  }

  // MARK: The file

  private mutating func checkBytes(_ bytes: [UInt8]) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { note("csv-bom", .note) }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { note("csv-utf16", .error) }
    bytes.withUnsafeBufferPointer { all in
      if String(validating: all, as: UTF8.self) == nil { note("csv-not-utf8", .error) }
      var isQuoted = false
      var line = 0
      var first = true
      for (index, byte) in all.enumerated() {
        if byte == 0x22 {
          if index > 0, all[index - 1] == 0x5C, isQuoted { note("csv-backslash-quote", .error) }
          isQuoted.toggle()
        }
        line += 1
        // A record's first line is read 60,000 bytes at a time; inside a cell the cut does no harm.
        if first, line == 60_000, !isQuoted || byte == 0x22 { note("csv-long-line", .error) }
        if byte == 0x0A {
          first = !isQuoted
          line = isQuoted ? 60_001 : 0
        }
      }
      if all.contains(0x0D), !all.contains(0x0A) { note("csv-carriage-returns", .error) }
    }
  }

  // MARK: Rows

  private mutating func record(_ record: [[UInt8]]) {
    row += 1
    if row == 1 {
      header = record.map { String(decoding: $0, as: UTF8.self) }
      columns = header.map(AtoMColumn.named)
      for (name, column) in zip(header, columns) where column == nil { note("csv-unknown-column", .warning, name) }
      for name in Set(header) where header.filter({ $0 == name }).count > 1 { note("csv-duplicate-column", .error, name) }
      return
    }
    if record.count != header.count { note("csv-width", .error, String(record.count), String(header.count)) }
    var cells: [AtoMColumn: [UInt8]] = [:]
    for (column, value) in zip(columns, record) {
      guard let column else { continue }
      let trimmed = value.withUnsafeBufferPointer { Array(Bytes.trimmed($0)) }
      if !trimmed.isEmpty { cells[column] = trimmed }
    }
    identity(cells)
    codes(cells)
    lists(cells)
    for column in AtoMColumn.allCases { if let value = cells[column] { self.value(value, column) } }
  }

  private mutating func identity(_ cells: [AtoMColumn: [UInt8]]) {
    let id = cells[.legacyId] ?? []
    if id.isEmpty { note("csv-no-legacyid", .warning) }
    if !id.isEmpty, id.allSatisfy(Bytes.isDigit) { note("csv-numeric-legacyid", .warning, id.toString) }
    if let parent = cells[.parentId] {
      if cells[.qubitParentSlug] != nil { note("csv-two-parents", .warning) }
      if !seen.contains(parent) { note("csv-parent-not-earlier", .error, parent.toString) }
    }
    // A row that follows one with the same id in another culture translates it.
    let culture = cells[.culture] ?? Array("en".utf8)
    if !id.isEmpty, id == group.id, !group.cultures.contains(culture) {
      group.cultures.insert(culture)
    } else {
      group = (id, [culture])
      if !id.isEmpty, !seen.insert(id).inserted { note("csv-duplicate-legacyid", .error, id.toString) }
      if cells[.title] == nil { note("csv-no-title", .warning) }
    }
  }

  private mutating func codes(_ cells: [AtoMColumn: [UInt8]]) {
    let culture = cells[.culture]?.toString ?? ""
    if !AtoMTerms.cultures.contains(culture) { note("csv-culture", .error, culture) }
    for column in [AtoMColumn.language, .languageOfDescription] {
      for part in parts(cells[column]) where Languages.code(atomCode: part.toString) == nil {
        note("csv-language", .error, column.name, part.toString)
      }
    }
    for column in [AtoMColumn.script, .scriptOfDescription] {
      for part in parts(cells[column]) where AtoMTerms.scripts[part.toString.lowercased()] == nil {
        note("csv-script", .error, column.name, part.toString)
      }
    }
    if let status = cells[.publicationStatus]?.toString, !AtoMTerms.exists(.publicationStatus, status, culture: culture) {
      note("csv-publication-status", .warning, status)
    }
    for (column, taxonomy) in [
      (AtoMColumn.eventTypes, AtoMTerms.Taxonomy.eventType), (.levelOfDescription, .levelOfDescription),
    ] {
      for part in parts(cells[column]) where part != Array("NULL".utf8) {
        if !AtoMTerms.exists(taxonomy, part.toString, culture: culture) { note("csv-new-term", .note, column.name, part.toString) }
      }
    }
  }

  private mutating func lists(_ cells: [AtoMColumn: [UInt8]]) {
    let groups: [[AtoMColumn]] = [
      AtoMConverter.eventColumns, [.alternativeIdentifiers, .alternativeIdentifierLabels],
      [.physicalObjectName, .physicalObjectLocation, .physicalObjectType],
    ]
    for group in groups {
      let counts = group.map { parts(cells[$0]).count }
      if Set(counts).count > 1 { note("csv-list-lengths", .error, group.map(\.name).joined(separator: ", ")) }
    }
    for column in [AtoMColumn.eventStartDates, .eventEndDates] {
      for part in parts(cells[column]) where part != Array("NULL".utf8) && !AtoMCSVCheck.isDate(part) {
        note("csv-date", .error, column.name, part.toString)
      }
    }
  }

  private mutating func value(_ value: [UInt8], _ column: AtoMColumn) {
    let isList = column.isMultiple
    if !isList, value.contains(0x7C) { note("csv-pipe", .error, column.name) }
    let members = isList ? parts(value) : [value]
    for member in members {
      if member.allSatisfy(Bytes.isSpace) { note("csv-blank-member", .error, column.name) }
      if member.count > column.limit { note("csv-too-long", .error, column.name, String(member.count), String(column.limit)) }
    }
    if value == [0x30] { note("csv-zero", .error, column.name) }
    if value.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) { note("csv-control", .error, column.name) }
    if value == Array("NULL".utf8), !AtoMConverter.eventColumns.contains(column) { note("csv-null", .note, column.name) }
  }

  private func parts(_ value: [UInt8]?) -> [[UInt8]] {
    guard let value else { return [] }
    return value.split(separator: 0x7C, omittingEmptySubsequences: false).map(Array.init)
  }

  /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, with month and day of one or two digits, or zero.
  static func isDate(_ value: [UInt8]) -> Bool {
    let fields = value.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard (1...3).contains(fields.count), fields[0].count == 4 else { return false }
    let numbers = fields.map { field in
      field.allSatisfy(Bytes.isDigit) && !field.isEmpty ? field.reduce(0) { $0 * 10 + Int($1 - 0x30) } : -1
    }
    if numbers.contains(-1) || fields.dropFirst().contains(where: { $0.count > 2 }) { return false }
    if numbers.count > 1, numbers[1] > 12 { return false }
    if numbers.count == 3, numbers[2] > 0 { return CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2]) != nil }
    return true
  }
}
