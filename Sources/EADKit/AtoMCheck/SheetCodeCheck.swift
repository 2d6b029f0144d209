/// Cultures, languages, scripts, countries, and how long a value may be (AtoM's checks 7, 8, 9 and 15).
final class SheetCodeCheck: SheetCheck {
  private let cultureCell: Int?
  private let languageCells: [Int]
  private let scriptCells: [Int]
  private let countryCells: [Int]
  /// Bytes of a cell up to which it cannot be too long, by cell.
  private let limits: UnsafeMutablePointer<Int>
  private let width: Int
  private let seen = SheetSeen()
  private var blankCultures: (first: Finding, count: Int)?

  private static let languageSeed: UInt64 = 0x6C61_6E67_7561_6765
  private static let scriptSeed: UInt64 = 0x7363_7269_7074_0000
  private static let countrySeed: UInt64 = 0x636F_756E_7472_7900

  override init(_ sheet: Sheet, _ run: SheetRun) {
    cultureCell = sheet.cell("culture")
    languageCells = sheet.cells(.language)
    scriptCells = sheet.cells(.script)
    countryCells = sheet.cells(.country)
    width = sheet.width
    limits = .allocate(capacity: max(width, 1))
    limits.initialize(repeating: .max, count: max(width, 1))
    for (cell, column) in sheet.columns.enumerated() {
      guard let column, column.kind != .export, column.kind != .dead, sheet.cell(column.name) == cell else { continue }
      limits[cell] = column.limit
    }
    super.init(sheet, run)
  }

  deinit { limits.deallocate() }

  override func row(_ row: SheetRow) {
    for cell in row.filled where cell < width && row.value(cell).count > limits[cell] { measure(row, cell) }
    if cultureCell != nil { culture(row) }
    // AtoM reads nothing of these in a row that translates another.
    if row.isTranslation { return }
    for cell in languageCells { codes(row, cell, SheetCodeCheck.languageSeed) }
    for cell in scriptCells { codes(row, cell, SheetCodeCheck.scriptSeed) }
    for cell in countryCells { country(row, cell) }
  }

  override func finish() {
    guard var finding = blankCultures?.first, let count = blankCultures?.count else { return }
    finding.arguments.append(String(count))
    run.note(finding)
    blankCultures = nil
  }

  // MARK: Culture

  private func culture(_ row: SheetRow) {
    let value = row.value(cultureCell)
    if value.isEmpty {
      if blankCultures == nil { blankCultures = (row.finding("sheet-culture-blank", cultureCell, []), 0) }
      blankCultures?.count += 1
      return
    }
    let key = Bytes.hash(value)
    if seen.contains(key) { return }
    if SheetCodes.isCulture(value) { return seen.insert(key) }
    // What is too long has been said already.
    if let cultureCell, value.count > limits[cultureCell] { return }
    row.report(
      "sheet-culture-invalid", cultureCell, SheetAdvice.write(SheetCodes.likelyCulture(value), else: "sheet-advice-culture"))
  }

  // MARK: Languages and scripts

  private func codes(_ row: SheetRow, _ cell: Int, _ seed: UInt64) {
    let value = row.value(cell)
    if value.isEmpty { return }
    let key = Bytes.hash(value, seed: seed)
    if seen.contains(key) { return }
    let isLanguage = seed == SheetCodeCheck.languageSeed
    func isCode(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
      isLanguage ? SheetCodes.isLanguage(part) : SheetCodes.isScript(part)
    }
    let name = isLanguage ? "language" : "script"
    var isRight = true
    var hasBlankPart = false
    var spaced: UnsafeBufferPointer<UInt8>?
    value.forEachPart { part in
      if isCode(part) { return }
      isRight = false
      let trimmed = Bytes.trimmed(part)
      if trimmed.isEmpty {
        hasBlankPart = true
      } else if isCode(trimmed) {
        spaced = spaced ?? trimmed
      } else {
        let meant = isLanguage ? SheetCodes.likelyLanguage(trimmed) : SheetCodes.likelyScript(trimmed)
        row.report("sheet-\(name)-invalid", cell, value: trimmed, SheetAdvice.write(meant, else: "sheet-advice-\(name)"))
      }
    }
    if isRight { return seen.insert(key) }
    if hasBlankPart {
      row.report("sheet-\(name)-invalid", cell, LocalizedText(key: "sheet-advice-blank-part", []).argument)
    }
    if let spaced {
      row.report("sheet-\(name)-space", cell, String(decoding: spaced, as: UTF8.self))
    }
  }

  // MARK: Countries

  private func country(_ row: SheetRow, _ cell: Int) {
    let value = row.value(cell)
    if value.isEmpty || value.isNull { return }
    let key = Bytes.hash(value, seed: SheetCodeCheck.countrySeed)
    if seen.contains(key) { return }
    if SheetCodes.isCountry(value) { return seen.insert(key) }
    if SheetTextCheck.isDamaged(value) { return }
    row.report("sheet-country-unknown", cell, SheetAdvice.write(SheetCodes.likelyCountry(value), else: "sheet-advice-country"))
  }

  // MARK: Length

  /// A cell that may be too long: its members count, and for some columns its characters.
  private func measure(_ row: SheetRow, _ cell: Int) {
    guard let column = sheet.columns[cell] else { return }
    if row.isTranslation, column.kind != .id, column.kind != .culture, !SheetIdentityCheck.translated.contains(column.name) {
      return
    }
    func judge(_ part: UnsafeBufferPointer<UInt8>) {
      guard part.count > column.limit else { return }
      var length = part.count
      if column.countsCharacters {
        length = 0
        for byte in part where byte & 0xC0 != 0x80 { length += 1 }
        guard length > column.limit else { return }
      }
      let unit = LocalizedText(key: column.countsCharacters ? "sheet-unit-characters" : "sheet-unit-bytes", []).argument
      row.report("sheet-field-length", cell, value: part, String(length), String(column.limit), unit)
    }
    let value = row.value(cell)
    if column.kind.isList { value.forEachPart { judge(Bytes.trimmed($0)) } } else { judge(value) }
  }
}
