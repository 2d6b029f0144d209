/// The file as AtoM's reader meets it: encoding, delimiter, line ends, records torn or glued together.
final class SheetFileCheck: SheetCheck {
  /// AtoM reads the first line of a record up to this many bytes (`fgetcsv($file, 60000)`).
  static let recordBytes = 60_000

  private let file: SheetFile
  /// Records that AtoM reads as two rows, so far.
  private(set) var tornRecords = 0
  private var rows = 0
  private var blanks = 0
  private var firstBlank: Finding?
  private var lastBlanks = 0
  private var shortRows = 0
  private var firstShort: Finding?
  private var wideRows = 0
  private var firstWide: Finding?
  /// The first row with a character beyond ASCII, where AtoM will stop, is still to come.
  private var awaitsCharacter = false
  /// The same for a row that AtoM may well read: told when no other comes.
  private var suspect: Finding?

  init(_ file: SheetFile, _ run: SheetRun) {
    self.file = file
    super.init(file.sheet, run)
    let input = file.input
    if !input.encoding.isUTF8 {
      if input.encoding.name.hasPrefix("UTF-") {
        report("sheet-encoding-utf16", input.encoding.title)
      } else {
        awaitsCharacter = true
      }
    }
    for finding in input.findings {
      switch finding.rule {
      case "csv-encoding-mixed": report("sheet-encoding-mixed", finding.arguments.first ?? "")
      case "csv-encoding-bytes": run.note(finding)
      default: break
      }
    }
    let dialect = file.form.dialect
    let line = sheet.headerLine
    switch file.form.lead {
    case .nothing: break
    case .separatorLine: report("sheet-separator-line", line: 1)
    case .blankLines: report("sheet-header-late", line: line, String(sheet.headerRow))
    }
    if dialect.delimiter != 0x2C { report("sheet-delimiter", line: line, CSVDialect.name(of: dialect.delimiter)) }
    if dialect.endsWithCR { report("sheet-line-ends", line: line) }
  }

  override func row(_ row: SheetRow) {
    rows += 1
    if blanks > 0 { lastBlanks = blanks }
    guard awaitsCharacter else { return }
    for cell in row.filled where row.value(cell).contains(where: { $0 >= 0x80 }) {
      // What makes no sense in this encoding is probably UTF-8, which AtoM takes: it stops at a later row.
      if SheetTextCheck.isDamaged(row.value(cell)) {
        if suspect == nil { suspect = row.finding("sheet-encoding-other", cell, [file.input.encoding.title]) }
        continue
      }
      awaitsCharacter = false
      row.report("sheet-encoding-other", cell, file.input.encoding.title)
      return
    }
  }

  /// A row without anything in it.
  func blank(_ row: SheetRow) {
    blanks += 1
    if firstBlank == nil { firstBlank = row.finding("sheet-row-blank", nil, []) }
    // A row of commas counts at the end of a file too; an empty line there does not.
    if row.cellCount > 1 { lastBlanks = blanks }
  }

  /// Whether the record is as wide as the header, and whole.
  func shape(_ row: SheetRow, _ reader: CSVRecordReader, _ difference: SheetReadings.Difference) {
    if difference.atom {
      // What is wrong with the cells is a consequence.
      row.report("sheet-backslash-quote", trapCell(row))
      return
    }
    if difference.spreadsheet { row.report("sheet-spreadsheet-differs", trapCell(row)) }
    if reader.record.count >= SheetFileCheck.recordBytes {
      let tears = SheetFileCheck.tears(reader.record)
      // What is left of a record that is just as long as the limit is a line end: a blank row, which AtoM skips.
      let isWhole = reader.record.count - (reader.record.last == 0x0D ? 1 : 0) <= SheetFileCheck.recordBytes
      if tears > 0, !isWhole { row.report("sheet-record-torn", nil, value: .empty, String(reader.record.count)) }
      tornRecords += tears
    }
    if reader.isUnterminated {
      row.report("sheet-quote-open", row.cellCount - 1)
      row.isMisread = true
      return
    }
    let width = sheet.width
    if row.cellCount > width {
      if let surplus = row.filled.last, surplus >= width {
        let first = row.filled.first { $0 >= width } ?? surplus
        row.report("sheet-row-surplus", nil, value: row.value(first), String(row.cellCount), String(width))
        row.isMisread = true
        return
      }
      if firstWide == nil { firstWide = row.finding("sheet-row-wide", nil, [String(row.cellCount), String(width)]) }
      wideRows += 1
    } else if row.cellCount < width {
      if firstShort == nil { firstShort = row.finding("sheet-row-short", nil, [String(row.cellCount), String(width)]) }
      shortRows += 1
    }
    if reader.strayCells > 0 { row.report("sheet-quote-stray") }
  }

  /// The cell with the quotation mark that is read in two ways.
  private func trapCell(_ row: SheetRow) -> Int? {
    row.filled.first { cell in
      let value = row.value(cell)
      return value.last == 0x5C || value.indices.dropLast().contains { value[$0] == 0x5C && value[$0 + 1] == 0x22 }
    }
  }

  override func finish() {
    if awaitsCharacter, let suspect {
      run.note(suspect)
    } else if awaitsCharacter {
      let names = Array(sheet.written.joined(separator: ",").utf8).withUnsafeBufferPointer(Excerpt.text)
      report("sheet-encoding-other", line: sheet.headerLine, names, file.input.encoding.title)
    }
    if rows == 0 { report("sheet-no-rows", line: sheet.headerLine) }
    if rows > 0, lastBlanks > 0 { tell(firstBlank, lastBlanks) }
    tell(firstShort, shortRows)
    tell(firstWide, wideRows)
  }

  private func tell(_ finding: Finding?, _ count: Int) {
    guard var finding else { return }
    finding.arguments.append(String(count))
    run.note(finding)
  }

  /// Whether the 60,000th byte of the record's first line is outside quotation marks: there AtoM begins a new row.
  static func isTorn(_ record: UnsafeBufferPointer<UInt8>) -> Bool { tears(record) > 0 }

  /// How many times AtoM begins a new row within a record: at each 60,000th byte outside quotation marks. The limit holds for
  /// the first line of a row only; lines that follow within a cell are read whole.
  static func tears(_ record: UnsafeBufferPointer<UInt8>) -> Int {
    var tears = 0
    var start = 0
    while record.count - start >= recordBytes {
      guard !endsWithinCell(UnsafeBufferPointer(rebasing: record[start..<start + recordBytes])) else { break }
      tears += 1
      start += recordBytes
    }
    return tears
  }

  /// Whether a line goes on after this piece of it: inside quotation marks, as AtoM reads them.
  private static func endsWithinCell(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    var isQuoted = false
    var isCellStart = true
    var at = 0
    while at < piece.count {
      let byte = piece[at]
      at += 1
      if byte == 0x0A { return true }
      if isQuoted {
        if byte == 0x5C {
          at += 1
        } else if byte == 0x22 {
          if at < piece.count, piece[at] == 0x22 { at += 1 } else { isQuoted = false }
        }
      } else if byte == 0x2C {
        isCellStart = true
      } else if isCellStart {
        // A quotation mark within a cell that began without one is a letter like any other.
        isQuoted = byte == 0x22
        isCellStart = byte == 0x20 || byte == 0x09
      }
    }
    return isQuoted
  }
}
