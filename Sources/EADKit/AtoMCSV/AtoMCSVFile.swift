/// One file of an import, opened: its encoding, dialect and header are known.
final class AtoMCSVFile {
  let input: CSVInput
  let dialect: CSVDialect
  let header: AtoMCSVHeader
  /// Where the first row after the header begins: byte, line and row, the latter two counted from 1.
  let firstOffset: Int
  let firstLine: Int
  let firstRow: Int

  private static let delimiters: [UInt8] = [0x2C, 0x3B, 0x09]

  init(path: String, options: AtoMCSVOptions, findings: inout [Finding]) throws(EADError) {
    input = try CSVInput(path: path, options: options)
    findings += input.findings
    func note(_ rule: String, _ severity: Severity, line: Int, _ arguments: String...) {
      findings.append(Finding(rule: rule, severity: severity, file: path, line: line, arguments: arguments))
    }
    let head = try input.head(1 << 18)
    var dialect = CSVDialect()
    dialect.endsWithCR = head.withUnsafeBufferPointer(CSVDialect.endsWithCR)
    dialect.hasEscape = options.dialect != .rfc4180

    var found: [HeaderLine] = []
    for delimiter in options.delimiter.map({ [$0] }) ?? AtoMCSVFile.delimiters {
      dialect.delimiter = delimiter
      if let line = try HeaderLine(input, dialect, limit: options.recordBytes) { found.append(line) }
    }
    guard let first = found.first else { throw EADError("csv-empty", file: path) }
    let best = found.dropFirst().reduce(first) { $1.known > $0.known ? $1 : $0 }
    if best.known == 0 {
      let names = Array(best.names.joined(separator: ", ").utf8).withUnsafeBufferPointer(Excerpt.text)
      throw EADError("csv-no-known-column", file: path, line: best.line, [names])
    }
    let rivals = found.filter { $0.delimiter != best.delimiter && $0.known == best.known }
    if !rivals.isEmpty { note("csv-delimiter-unsure", .warning, line: best.line, CSVDialect.name(of: best.delimiter)) }
    dialect.delimiter = best.delimiter
    if best.delimiter != 0x2C { note("csv-delimiter", .warning, line: best.line, CSVDialect.name(of: best.delimiter)) }
    if dialect.endsWithCR { note("csv-cr-lines", .warning, line: 0) }
    if best.skipped { note("csv-header-late", .warning, line: best.line, String(best.row)) }
    if AtoMCSVHeader.isOtherSheet(best.names) { note("csv-other-sheet", .warning, line: best.line) }
    header = AtoMCSVHeader(written: best.names, file: path, line: best.line, findings: &findings)
    firstOffset = best.end
    firstLine = best.nextLine
    firstRow = best.row + 1

    if options.dialect != .rfc4180, input.scan.escapedQuotes > 0 {
      let forced = options.dialect == .php
      let text = input
      let width = header.width
      func misfits(_ dialect: CSVDialect) throws(EADError) -> Int {
        try AtoMCSVFile.misfits(text, dialect, best, width, limit: options.recordBytes)
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
      let rfc = forced ? Int.max : try misfits(plain)
      let places = String(input.scan.escapedQuotes)
      if forced {
        // The user has decided.
      } else if rfc < php {
        dialect = plain
        note("csv-dialect-rfc", .warning, line: 0, places, AtoMCSVFile.told(php), AtoMCSVFile.told(rfc))
      } else if php < rfc {
        note("csv-dialect-php", .note, line: 0, places, AtoMCSVFile.told(rfc), AtoMCSVFile.told(php))
      } else {
        note("csv-dialect-unsure", .warning, line: 0, places)
      }
    }
    self.dialect = dialect
  }

  /// Records that do not fit when the file is read in one way: another width than the header's, or text after a closing
  /// quotation mark.
  private static func misfits(
    _ input: CSVInput, _ dialect: CSVDialect, _ header: HeaderLine, _ width: Int, limit: Int
  ) throws(EADError) -> Int {
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: input.file, dialect: dialect, from: header.end, recordLimit: limit)
    var misfits = 0
    do throws(EADError) {
      while try reader.advance() {
        if reader.isUnterminated { misfits += 1 }
        if reader.strayCells > 0 || reader.cellCount != width && !reader.isBlank { misfits += 1 }
      }
    } catch {
      // A reading under which a record never ends is no reading; only the one that is chosen may fail.
      if error.finding.rule == "input-unreadable" { throw error }
      misfits = .max
    }
    return misfits
  }

  private static func told(_ misfits: Int) -> String {
    misfits == .max ? LocalizedText(key: "csv-dialect-all-rows", []).argument : String(misfits)
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
  /// Something stood before it.
  var skipped = false

  init?(_ input: CSVInput, _ dialect: CSVDialect, limit: Int) throws(EADError) {
    delimiter = dialect.delimiter
    let reader = CSVRecordReader(
      descriptor: input.descriptor, file: input.file, dialect: dialect, from: input.start, recordLimit: limit)
    while try reader.advance() {
      // Excel's own way to name the delimiter.
      let first = reader.record.prefix(4)
      if reader.isBlank || reader.row == 1 && reader.record.count <= 6 && first.elementsEqual("sep=".utf8) {
        skipped = true
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
      known = AtoMCSVHeader.knownNames(names)
      line = reader.line
      row = reader.row
      end = reader.nextOffset
      nextLine = reader.nextLine
      return
    }
    return nil
  }
}
