/// The row that is being judged. Every pointer it gives lasts until the next row.
final class SheetRow {
  let sheet: Sheet
  /// The row as AtoM's validator counts it: the header is row 1, blank rows count.
  @exclusivity(unchecked) fileprivate(set) var row = 0
  /// The row as a spreadsheet shows it.
  @exclusivity(unchecked) fileprivate(set) var spreadsheetRow = 0
  /// The line of the file where the row begins, counted from 1.
  @exclusivity(unchecked) fileprivate(set) var line = 0
  /// Where the row begins, in bytes of its UTF-8 text.
  @exclusivity(unchecked) fileprivate(set) var offset = 0
  /// The row translates the one before it: the same `legacyId`, another culture. Set by the first check, `SheetIdentityCheck`.
  @exclusivity(unchecked) var isTranslation = false
  /// The row has more cells than the header, or one that never ends: its values are not where they belong. Its identity alone
  /// is looked at.
  @exclusivity(unchecked) var isMisread = false
  /// Cells that are not blank, in the order of the file.
  @exclusivity(unchecked) private(set) var filled: [Int] = []
  /// Cells that stand in the file.
  @exclusivity(unchecked) private(set) var cellCount = 0

  private unowned let run: SheetRun
  @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 1 << 14)
  /// Start and end of each cell in `buffer`, two numbers a cell.
  @exclusivity(unchecked) private var bounds: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private var capacity = 128
  private let cultureCell: Int?
  private let idCell: Int?
  @exclusivity(unchecked) private var knownCulture: String?
  @exclusivity(unchecked) private var lastCulture: (written: [UInt8], culture: String) = ([], "en")

  init(_ sheet: Sheet, _ run: SheetRun) {
    self.sheet = sheet
    self.run = run
    bounds = .allocate(capacity: 2 * capacity)
    cultureCell = sheet.cell("culture")
    idCell = sheet.cell("legacyId")
  }

  deinit {
    buffer.deallocate()
    bounds.deallocate()
  }

  /// Takes over the record that a reader stands on.
  func load(_ reader: CSVRecordReader, row: Int, spreadsheetRow: Int) {
    self.row = row
    self.spreadsheetRow = spreadsheetRow
    line = reader.line
    offset = reader.offset
    isTranslation = false
    isMisread = false
    knownCulture = nil
    buffer.reset(keeping: 1 << 20)
    buffer.append(reader.record)
    cellCount = reader.cellCount
    if cellCount > capacity {
      bounds.deallocate()
      capacity = cellCount
      bounds = .allocate(capacity: 2 * capacity)
    }
    filled.removeAll(keepingCapacity: true)
    for index in 0..<cellCount {
      let range = reader.finish(index, in: buffer.base)
      bounds[2 * index] = Int32(truncatingIfNeeded: range.lowerBound)
      bounds[2 * index + 1] = Int32(truncatingIfNeeded: range.upperBound)
      if !range.isEmpty { filled.append(index) }
    }
  }

  /// A cell's value, trimmed as AtoM trims it; empty for nil and for a cell the row does not have.
  @inline(__always)
  func value(_ cell: Int?) -> UnsafeBufferPointer<UInt8> {
    guard let cell, cell < cellCount else { return .empty }
    let start = Int(bounds[2 * cell])
    return UnsafeBufferPointer(start: UnsafePointer(buffer.base) + start, count: Int(bounds[2 * cell + 1]) - start)
  }

  /// The parts of a list as they stand between the pipes, not trimmed; none for a blank cell.
  func parts(_ cell: Int?) -> [UnsafeBufferPointer<UInt8>] {
    let value = value(cell)
    guard !value.isEmpty else { return [] }
    var parts: [UnsafeBufferPointer<UInt8>] = []
    var start = 0
    for at in 0..<value.count where value[at] == 0x7C {
      parts.append(UnsafeBufferPointer(rebasing: value[start..<at]))
      start = at + 1
    }
    parts.append(UnsafeBufferPointer(rebasing: value[start...]))
    return parts
  }

  /// The culture in which AtoM looks the row's terms up: as written, `en` when the row has none.
  var culture: String {
    if let knownCulture { return knownCulture }
    let value = value(cultureCell)
    if !value.elementsEqual(lastCulture.written) {
      lastCulture = (Array(value), value.isEmpty ? "en" : String(decoding: value, as: UTF8.self))
    }
    knownCulture = lastCulture.culture
    return lastCulture.culture
  }

  /// Notes a finding about the row, or about one of its cells.
  ///
  /// - Parameters:
  ///   - rule: one of `SheetRules`.
  ///   - cell: the cell it is about.
  ///   - value: what stands there, or the part of it that matters; the cell's whole value when nil. It is the first argument
  ///     of the sentence.
  ///   - arguments: the further arguments of the sentence, from `{1}` on.
  func report(_ rule: String, _ cell: Int? = nil, value: UnsafeBufferPointer<UInt8>? = nil, _ arguments: String...) {
    run.note(finding(rule, cell, value: value, arguments))
  }

  /// The same, to be kept: for what is only known at the end of the sheet, such as how often something occurs.
  func finding(_ rule: String, _ cell: Int? = nil, value: UnsafeBufferPointer<UInt8>? = nil, _ arguments: [String]) -> Finding {
    // The separator of the program's own words is no character of a finding aid, but may be one of a sheet.
    let text = Excerpt.text(value ?? self.value(cell)).replacingSeparator
    var finding = Finding(
      rule: rule, severity: SheetRules.severity(rule), file: sheet.file, line: line,
      component: Excerpt.text(self.value(idCell)).replacingSeparator,
      arguments: [text] + arguments)
    finding.offset = offset
    let column = cell.map(sheet.name) ?? ""
    finding.path = column
    finding.cell = SheetCell(row: row, spreadsheetRow: spreadsheetRow, column: column, value: text)
    return finding
  }
}

extension String {
  var replacingSeparator: String {
    guard unicodeScalars.contains(LocalizedText.separator) else { return self }
    var out = UnicodeScalarView()
    for scalar in unicodeScalars { out.append(scalar == LocalizedText.separator ? "\u{241E}" : scalar) }
    return String(out)
  }
}
