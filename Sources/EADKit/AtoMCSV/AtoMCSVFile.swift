/// One file of an import, opened: its encoding, dialect and header are known.
final class AtoMCSVFile {
  let input: CSVInput
  let dialect: CSVDialect
  let header: AtoMCSVHeader
  /// Where the first row after the header begins: byte, line and row, the latter two counted from 1.
  let firstOffset: Int
  let firstLine: Int
  let firstRow: Int

  init(path: String, options: AtoMCSVOptions, findings: inout [Finding]) throws(EADError) {
    input = try CSVInput(path: path, options: options)
    findings += input.findings
    func note(_ rule: String, _ severity: Severity, line: Int, _ arguments: String...) {
      findings.append(Finding(rule: rule, severity: severity, file: path, line: line, arguments: arguments))
    }
    let form = try CSVForm(input, options: options, known: AtoMCSVHeader.knownNames)
    if AtoMCSVHeader.knownNames(form.names) == 0 {
      let names = Array(form.names.joined(separator: ", ").utf8).withUnsafeBufferPointer(Excerpt.text)
      throw EADError("csv-no-known-column", file: path, line: form.headerLine, [names])
    }
    dialect = form.dialect
    let delimiter = CSVDialect.name(of: dialect.delimiter)
    if form.isDelimiterUnsure { note("csv-delimiter-unsure", .warning, line: form.headerLine, delimiter) }
    if dialect.delimiter != 0x2C { note("csv-delimiter", .warning, line: form.headerLine, delimiter) }
    if dialect.endsWithCR { note("csv-cr-lines", .warning, line: 0) }
    if form.lead != .nothing { note("csv-header-late", .warning, line: form.headerLine, String(form.headerRow)) }
    if AtoMCSVHeader.isOtherSheet(form.names) { note("csv-other-sheet", .warning, line: form.headerLine) }
    header = AtoMCSVHeader(written: form.names, file: path, line: form.headerLine, findings: &findings)
    firstOffset = form.firstOffset
    firstLine = form.firstLine
    firstRow = form.firstRow

    guard let escapes = form.escapes, !escapes.isForced else { return }
    let places = String(input.scan.escapedQuotes)
    let php = escapes.php ?? .max
    let rfc = escapes.rfc ?? .max
    if rfc < php {
      note("csv-dialect-rfc", .warning, line: 0, places, AtoMCSVFile.told(php), AtoMCSVFile.told(rfc))
    } else if php < rfc {
      note("csv-dialect-php", .note, line: 0, places, AtoMCSVFile.told(rfc), AtoMCSVFile.told(php))
    } else {
      note("csv-dialect-unsure", .warning, line: 0, places)
    }
  }

  private static func told(_ misfits: Int) -> String {
    misfits == .max ? LocalizedText(key: "csv-dialect-all-rows", []).argument : String(misfits)
  }
}
