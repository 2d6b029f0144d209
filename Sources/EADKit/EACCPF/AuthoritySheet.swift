/// One sheet of authority records, or of relationships between them, opened: encoding, dialect and header are known.
///
/// Whatever its delimiter, encoding, order of columns and case of names: what AtoM would not take as it stands is a finding.
final class AuthoritySheet {
  /// What a sheet holds.
  enum Kind {
    case records
    case relations

    var names: [String] {
      switch self {
      case .records: AuthorityColumn.names
      case .relations: AuthorityRelationColumn.names
      }
    }

    /// The column without which a row is nothing.
    var key: String {
      switch self {
      case .records: AuthorityColumn.authorizedFormOfName.name
      case .relations: AuthorityRelationColumn.subjectAuthorizedFormOfName.name
      }
    }
  }

  let file: String
  private let input: CSVInput
  private let reader: CSVRecordReader
  private var scratch = ByteBuffer()
  /// The names as they stand in the file, trimmed.
  private(set) var names: [String] = []
  /// Which cell each known column is; -1 for none.
  private(set) var cells: [Int]
  /// Cells of no known column.
  private(set) var others: [Int] = []
  private(set) var findings: [Finding] = []

  private static let delimiters: [UInt8] = [0x2C, 0x3B, 0x09]

  init(path: String, kind: Kind, options: AtoMCSVOptions) throws(EADError) {
    file = path
    input = try CSVInput(path: path, options: options)
    var found = input.findings
    let head = try input.head(1 << 18)
    var dialect = CSVDialect()
    dialect.endsWithCR = head.withUnsafeBufferPointer(CSVDialect.endsWithCR)
    dialect.hasEscape = options.dialect != .rfc4180
    var best: (header: [String], known: Int, delimiter: UInt8, line: Int)?
    for delimiter in options.delimiter.map({ [$0] }) ?? AuthoritySheet.delimiters {
      dialect.delimiter = delimiter
      guard let (header, line) = try AuthoritySheet.header(input, dialect, options) else { continue }
      let known = header.count { AuthoritySheet.column(of: $0, in: kind.names) != nil }
      if best == nil || known > best?.known ?? 0 { best = (header, known, delimiter, line) }
    }
    guard let best else { throw EADError("csv-empty", file: path) }
    func has(_ name: String) -> Bool { best.header.contains { $0.lowercased() == name.lowercased() } }
    guard has(kind.key) else {
      let names = Array(best.header.joined(separator: ", ").utf8).withUnsafeBufferPointer(Excerpt.text)
      throw EADError(
        kind == .records ? "eac-csv-no-records" : "eac-csv-no-relations", file: path, line: best.line, [kind.key, names])
    }
    dialect.delimiter = best.delimiter
    if best.delimiter != 0x2C {
      found.append(
        Finding(
          rule: "csv-delimiter", severity: .warning, file: path, line: best.line,
          arguments: [CSVDialect.name(of: best.delimiter)]))
    }
    if dialect.endsWithCR { found.append(Finding(rule: "csv-cr-lines", severity: .warning, file: path)) }
    // A backslash before a quotation mark: the reading under which more rows have the header's width.
    if options.dialect == .auto, input.scan.escapedQuotes > 0 {
      var plain = dialect
      plain.hasEscape = false
      var written = dialect
      written.everyEscapeCounts = true
      var least = try AuthoritySheet.misfits(input, dialect, options)
      for other in [written, plain] {
        let count = try AuthoritySheet.misfits(input, other, options)
        if count < least {
          least = count
          dialect = other
        }
      }
    }
    cells = [Int](repeating: -1, count: kind.names.count)
    reader = CSVRecordReader(
      descriptor: input.descriptor, file: path, dialect: dialect, from: input.start, recordLimit: options.recordBytes)
    names = best.header
    findings = found
    place(kind, line: best.line)
    // Up to and with the header line.
    while try reader.advance() {
      if reader.isBlank || AuthoritySheet.isSeparatorLine(reader) { continue }
      break
    }
  }

  deinit { scratch.deallocate() }

  private func place(_ kind: Kind, line: Int) {
    for (index, name) in names.enumerated() {
      guard let column = AuthoritySheet.column(of: name, in: kind.names) else {
        if !name.isEmpty, !AuthoritySheet.exported.contains(name) {
          findings.append(Finding(rule: "csv-header-unknown", severity: .note, file: file, line: line, arguments: [name]))
        }
        others.append(index)
        continue
      }
      if name != kind.names[column] {
        findings.append(
          Finding(
            rule: "csv-header-repaired", severity: .warning, file: file, line: line, arguments: [name, kind.names[column]]))
      }
      if cells[column] >= 0 {
        // As AtoM: the last one counts.
        findings.append(
          Finding(rule: "csv-header-repeated", severity: .warning, file: file, line: line, arguments: [kind.names[column]]))
        others.append(cells[column])
      }
      cells[column] = index
    }
  }

  /// Columns of AtoM's export, or that its import reads, which are not in the template.
  private static let exported: Set<String> = [
    "legacyId", "digitalObjectChecksum", "language", "script", "email", "notes", "countryCode", "fax", "telephone", "postalCode",
    "streetAddress", "region",
  ]

  /// The place of a name among a template's, whatever its case.
  private static func column(of name: String, in names: [String]) -> Int? {
    names.firstIndex(of: name) ?? names.firstIndex { $0.lowercased() == name.lowercased() }
  }

  private static func isSeparatorLine(_ reader: CSVRecordReader) -> Bool {
    reader.row == 1 && reader.record.count <= 6 && reader.record.prefix(4).elementsEqual("sep=".utf8)
  }

  private static func header(
    _ input: CSVInput, _ dialect: CSVDialect, _ options: AtoMCSVOptions
  ) throws(EADError) -> (names: [String], line: Int)? {
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: input.file, dialect: dialect, from: input.start, recordLimit: options.recordBytes)
    var scratch = ByteBuffer()
    defer { scratch.deallocate() }
    while try reader.advance() {
      if reader.isBlank || isSeparatorLine(reader) { continue }
      var names: [String] = []
      for cell in 0..<reader.cellCount { names.append(String(decoding: reader.value(cell, &scratch), as: UTF8.self)) }
      return (names, reader.line)
    }
    return nil
  }

  private static func misfits(_ input: CSVInput, _ dialect: CSVDialect, _ options: AtoMCSVOptions) throws(EADError) -> Int {
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: input.file, dialect: dialect, from: input.start, recordLimit: options.recordBytes)
    var width = -1
    var misfits = 0
    do throws(EADError) {
      while try reader.advance() {
        if reader.isBlank { continue }
        if width < 0 { width = reader.cellCount }
        if reader.isUnterminated || reader.strayCells > 0 || reader.cellCount != width { misfits += 1 }
      }
    } catch {
      // A reading under which a record never ends is none.
      if error.finding.rule == "input-unreadable" { throw error }
      return .max
    }
    return misfits
  }

  // MARK: Rows

  /// The line and the number of the current row, counted from 1, the header included.
  var line: Int { reader.line }
  var row: Int { reader.row }

  /// Goes to the next row that has something in it; false after the last.
  func next() throws(EADError) -> Bool {
    while try reader.advance() {
      if !reader.isBlank { return true }
    }
    return false
  }

  /// A cell of the current row, trimmed; empty when the row is too short or there is none.
  func value(cell index: Int) -> [UInt8] { index < 0 ? [] : Array(reader.value(index, &scratch)) }

  /// A cell of the current row by its column.
  func value(column: Int) -> [UInt8] { value(cell: cells[column]) }

  /// Whether the current row is written as the header demands.
  var isUnterminated: Bool { reader.isUnterminated }
  var width: Int { reader.cellCount }

  /// Name of a cell's column.
  func name(ofCell index: Int) -> String {
    index < names.count && !names[index].isEmpty ? names[index] : "Untitled\(index + 1)"
  }
}

/// Recognises a sheet of authority records by its header line.
extension AuthorityCSVConversion {
  /// True for a file that begins as a sheet of authority records does.
  public static func looksLikeAuthorityCSV(path: String) -> Bool {
    guard let sheet = try? AuthoritySheet(path: path, kind: .records, options: AtoMCSVOptions()) else { return false }
    return sheet.names.count > 1
  }
}
