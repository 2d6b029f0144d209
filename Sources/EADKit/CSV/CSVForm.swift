/// What a CSV file's header line and bytes say about its form: the delimiter, line ends, what a backslash means.
final class CSVForm {
  let dialect: CSVDialect
  /// The cells of the header line as they stand, not trimmed.
  let names: [String]
  let headerLine: Int
  let headerRow: Int
  /// Where the first row after the header begins: byte, line and row, the latter two counted from 1.
  let firstOffset: Int
  let firstLine: Int
  let firstRow: Int
  /// What stood before the header line.
  let lead: Lead
  /// Another delimiter gives as many known names.
  let isDelimiterUnsure: Bool
  /// How the two readings of a backslash before a quotation mark compare; nil when none occurs.
  let escapes: Escapes?

  enum Lead { case nothing, blankLines, separatorLine }

  struct Escapes {
    /// Records that do not fit, read as PHP does and as RFC 4180 says; nil when that reading is none.
    var php: Int?
    var rfc: Int?
    /// The user has decided.
    var isForced: Bool
  }

  private static let delimiters: [UInt8] = [0x2C, 0x3B, 0x09]

  /// - Parameter known: how many of the names of a header line are known ones.
  /// - Throws: `csv-empty` when nothing is in the file.
  init(_ input: CSVInput, options: AtoMCSVOptions, known: ([String]) -> Int) throws(EADError) {
    let head = try input.head(1 << 18)
    var dialect = CSVDialect()
    dialect.endsWithCR = head.withUnsafeBufferPointer(CSVDialect.endsWithCR)
    dialect.hasEscape = options.dialect != .rfc4180
    var found: [HeaderLine] = []
    for delimiter in options.delimiter.map({ [$0] }) ?? CSVForm.delimiters {
      dialect.delimiter = delimiter
      if let line = try HeaderLine(input, dialect, limit: options.recordBytes, known: known) { found.append(line) }
    }
    guard let first = found.first else { throw EADError("csv-empty", file: input.file) }
    let best = found.dropFirst().reduce(first) { $1.known > $0.known ? $1 : $0 }
    isDelimiterUnsure = best.known > 0 && found.contains { $0.delimiter != best.delimiter && $0.known == best.known }
    dialect.delimiter = best.delimiter
    names = best.names
    headerLine = best.line
    headerRow = best.row
    firstOffset = best.end
    firstLine = best.nextLine
    firstRow = best.row + 1
    lead = best.lead

    guard options.dialect != .rfc4180, input.scan.escapedQuotes > 0 else {
      escapes = nil
      self.dialect = dialect
      return
    }
    let limit = options.recordBytes
    let isForced = options.dialect == .php
    func misfits(_ dialect: CSVDialect) throws(EADError) -> Int {
      try CSVForm.misfits(input, dialect, best, limit: limit)
    }
    var php = try misfits(dialect)
    if php > 0 {
      // What PHP writes is not always what it reads.
      var written = dialect
      written.everyEscapeCounts = true
      let count = try misfits(written)
      if count < php {
        dialect = written
        php = count
      }
    }
    var plain = dialect
    plain.hasEscape = false
    plain.everyEscapeCounts = false
    let rfc = isForced ? Int.max : try misfits(plain)
    if rfc < php { dialect = plain }
    escapes = Escapes(php: php == .max ? nil : php, rfc: rfc == .max ? nil : rfc, isForced: isForced)
    self.dialect = dialect
  }

  /// Records that do not fit when the file is read in one way: another width than the header's, or text after a closing
  /// quotation mark.
  private static func misfits(
    _ input: CSVInput, _ dialect: CSVDialect, _ header: HeaderLine, limit: Int
  ) throws(EADError) -> Int {
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: input.file, dialect: dialect, from: header.end, recordLimit: limit)
    let width = header.names.count
    var misfits = 0
    do throws(EADError) {
      while try reader.advance() {
        if reader.isUnterminated { misfits += 1 }
        if reader.cellCount != width, !reader.isBlank { misfits += 1 }
        misfits += reader.strayCells
      }
    } catch {
      // A reading under which a record never ends is no reading; only the one that is chosen may fail.
      if error.finding.rule == "input-unreadable" { throw error }
      misfits = .max
    }
    return misfits
  }
}

/// The first line of a file with something on it, read with one delimiter.
private struct HeaderLine {
  var delimiter: UInt8
  var names: [String] = []
  var known = 0
  var line = 0
  var row = 0
  var end = 0
  var nextLine = 0
  var lead = CSVForm.Lead.nothing

  init?(_ input: CSVInput, _ dialect: CSVDialect, limit: Int, known: ([String]) -> Int) throws(EADError) {
    delimiter = dialect.delimiter
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: input.file, dialect: dialect, from: input.start, recordLimit: limit)
    while try reader.advance() {
      // Excel's own way to name the delimiter.
      if reader.row == 1, reader.record.count <= 6, reader.record.prefix(4).elementsEqual("sep=".utf8) {
        lead = .separatorLine
        continue
      }
      if reader.isBlank {
        if lead == .nothing { lead = .blankLines }
        continue
      }
      var copy = ByteBuffer(capacity: reader.record.count)
      defer { copy.deallocate() }
      copy.append(reader.record)
      names = (0..<reader.cellCount).map { index in
        let cell = reader.untrimmed(index, in: copy.base)
        // The CR of a CR LF is part of the line end.
        let isEnd = index + 1 == reader.cellCount && cell.last == 0x0D
        return String(decoding: cell.prefix(cell.count - (isEnd ? 1 : 0)), as: UTF8.self)
      }
      self.known = known(names)
      line = reader.line
      row = reader.row
      end = reader.nextOffset
      nextLine = reader.nextLine
      return
    }
    return nil
  }
}
