/// Judges the sheets of one import by what AtoM's importer will do with them, before AtoM sees them.
///
/// The files are one import, in the order given: parents, authority records and accessions of one file are known to the next
/// ones. Memory: an id table of at most 24 bytes a row, and one row.
///
/// Source of the rules: AtoM's importers as they behave when they are run (2.9), and the checks of its own validator.
public final class SheetChecker {
  private let options: SheetCheckOptions
  private let run: SheetRun
  private var collectors: [(file: String, collector: FindingCollector)] = []
  private var reports: [FileReport] = []
  private var checks: [SheetCheck] = []

  /// - Throws: when a file that says what the site has cannot be read.
  public init(options: SheetCheckOptions) throws(EADError) {
    self.options = options
    run = SheetRun(options: options, site: try SheetSite(options))
    run.collect { [unowned self] in collect($0) }
  }

  /// Checks the next file of the import; what is found is told by `finish()`.
  public func check(_ path: String) -> SheetSummary? {
    collectors.append((path, FindingCollector(file: path, options: options.validation)))
    var report = FileReport(file: path)
    defer { reports.append(report) }
    do throws(EADError) {
      let file = try SheetFile(path: path, type: options.type, options: options.csv)
      report.bytes = file.input.storedSize
      report.identifier = file.sheet.type.rawValue
      var summary = SheetSummary(file)
      try read(file, &report, &summary)
      return summary
    } catch {
      report.verdict = .unreadable
      run.note(error.finding)
      return nil
    }
  }

  /// What was found in each file, in the order in which they were given.
  public func finish() -> [FileReport] {
    for check in checks { check.finishImport() }
    checks = []
    for index in reports.indices { collectors[index].collector.report(into: &reports[index]) }
    return reports
  }

  private func collect(_ finding: Finding) {
    // Nearly always the file that is being read.
    guard let index = collectors.lastIndex(where: { $0.file == finding.file }) ?? collectors.indices.last else { return }
    collectors[index].collector.add(finding)
  }

  // MARK: One file

  private func read(_ file: SheetFile, _ report: inout FileReport, _ summary: inout SheetSummary) throws(EADError) {
    let sheet = file.sheet
    let fileCheck = SheetFileCheck(file, run)
    let identity = SheetIdentityCheck(sheet, run)
    let all: [SheetCheck] = [
      identity, fileCheck, SheetHeaderCheck(sheet, run), SheetCodeCheck(sheet, run),
      SheetTermCheck(sheet, run), SheetTextCheck(sheet, run), SheetEventCheck(sheet, run), SheetStorageCheck(sheet, run),
      SheetObjectCheck(sheet, run), SheetRecordCheck(sheet, run),
    ]
    checks += all
    let needed = all.filter(\.isNeeded)
    let row = SheetRow(sheet, run)
    let limit = options.csv.recordBytes
    let reader = file.reader(file.form.dialect, limit: limit)
    let readings = SheetReadings(file, limit: limit)
    while try reader.advance() {
      let rows = try readings.rows(reader)
      row.load(reader, row: rows.atom + fileCheck.tornRecords, spreadsheetRow: rows.spreadsheet)
      if row.filled.isEmpty {
        fileCheck.blank(row)
        continue
      }
      fileCheck.shape(row, reader, try readings.difference(reader))
      if row.isMisread {
        // What stands in which column is anyone's guess.
        identity.row(row)
        fileCheck.row(row)
      } else {
        for check in needed { check.row(row) }
      }
      summary.look(row)
      report.components += 1
    }
    for check in all { check.finish() }
    summary.rows = report.components
  }
}

/// What a sheet holds, for those who want to see that the right columns are read as the right ones.
public struct SheetSummary: Sendable {
  public var file: String
  public var type: SheetType
  public var rows = 0
  public var columns: Int
  /// Each column with its first value, excerpted; nil for a column without any (AtoM's "Sample Values").
  public private(set) var samples: [(column: String, value: String?)]
  private var open: [Int]

  init(_ file: SheetFile) {
    self.file = file.sheet.file
    type = file.sheet.type
    columns = file.sheet.width
    samples = file.sheet.written.map { ($0, nil) }
    open = Array(file.sheet.written.indices)
  }

  mutating func look(_ row: SheetRow) {
    // Most columns are settled by the first rows; the empty ones are looked at a while longer only.
    guard !open.isEmpty, row.row < 100_000 else { return }
    for cell in open where !row.value(cell).isEmpty { samples[cell].value = Excerpt.text(row.value(cell)) }
    open.removeAll { samples[$0].value != nil }
  }
}
