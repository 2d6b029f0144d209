/// The ids of the descriptions of an import, and the parents that no row has had yet.
///
/// An id is a fingerprint of 64 bits, twelve bytes in the set; a slug the same. Only rows whose parent is missing take more,
/// 28 bytes.
final class SheetImportIDs {
  private(set) var hasIDs = false
  /// Files of the import whose slugs are not known: they have no column `qubitParentSlug`.
  var hasSheetWithoutSlugs = false
  private var ids = HashSet64()
  private var slugs = HashSet64()
  /// Slugs that AtoM has to number, because several rows make the same.
  private var numberedSlugs = HashSet64()
  private var slug = ByteBuffer(capacity: 256)

  private var files: [String] = []
  /// Findings as they are told, while they are few; later ones are in the arrays.
  private var whole: [Finding] = []
  private var wholeParents: [(parent: UInt64, isNumber: Bool)] = []
  private var parents = BlockArray<UInt64>()
  /// Offset of the row, with the number of the file above it.
  private var places = BlockArray<UInt64>()
  /// The highest bit: the parent's id has only digits.
  private var rows = BlockArray<UInt32>()
  private var spreadsheetRows = BlockArray<UInt32>()
  private var lines = BlockArray<UInt32>()
  /// Where the first rows stand that children waited for; nil until they come.
  private var wanted: [UInt64: (file: Int, row: Int)?] = [:]
  /// What the first parents are called.
  private var values: [UInt64: String] = [:]

  private static let wholeLimit = 2_000
  private static let wantedLimit = 10_000
  private static let waitingLimit = 1_000_000

  deinit {
    slug.deallocate()
    for array in [spreadsheetRows, rows, lines] { array.deallocate() }
    for array in [parents, places] { array.deallocate() }
  }

  func begin(_ sheet: Sheet) {
    files.append(sheet.file)
  }

  // MARK: Ids

  /// False when an earlier row has the id already.
  func insert(_ id: UInt64, _ row: SheetRow) -> Bool {
    hasIDs = true
    if !wanted.isEmpty, case .some(.none) = wanted[id] { wanted[id] = (files.count - 1, row.row) }
    return ids.insert(id)
  }

  func contains(_ id: UInt64) -> Bool { ids.contains(id) }

  // MARK: Slugs

  /// Remembers the slug that AtoM makes of a title.
  func insertSlug(of title: UnsafeBufferPointer<UInt8>) {
    let hasApostrophe = SheetSlug.write(title, keepsWordsApart: false, to: &slug)
    insertSlug()
    guard hasApostrophe else { return }
    // Sites differ in what they make of an apostrophe.
    _ = SheetSlug.write(title, keepsWordsApart: true, to: &slug)
    insertSlug()
  }

  private func insertSlug() {
    guard slug.count > 0 else { return }
    let fingerprint = Bytes.hash(slug.bytes)
    if !slugs.insert(fingerprint) { _ = numberedSlugs.insert(fingerprint) }
  }

  /// An earlier row has made the slug, as far as that can be told.
  func hasSlug(_ slug: UnsafeBufferPointer<UInt8>, site: SheetNames?) -> Bool {
    if slugs.contains(Bytes.hash(slug)) { return true }
    guard let base = SheetSlug.base(slug) else { return false }
    let fingerprint = Bytes.hash(base)
    return numberedSlugs.contains(fingerprint) || slugs.contains(fingerprint) && site?.contains(base) ?? true
  }

  // MARK: Parents that are not there yet

  /// Keeps a row whose parent no earlier row is; false when there are too many.
  func wait(for parent: UInt64, isNumber: Bool, _ row: SheetRow, _ cell: Int) -> Bool {
    if whole.count < SheetImportIDs.wholeLimit {
      whole.append(row.finding("sheet-parent-unknown", cell, []))
      wholeParents.append((parent, isNumber))
    } else if parents.count < SheetImportIDs.waitingLimit, row.offset < 1 << 48 {
      parents.append(parent)
      places.append(UInt64(truncatingIfNeeded: row.offset) | UInt64(truncatingIfNeeded: files.count - 1) << 48)
      rows.append(UInt32(truncatingIfNeeded: row.row) & 0x7FFF_FFFF | (isNumber ? 0x8000_0000 : 0))
      spreadsheetRows.append(UInt32(truncatingIfNeeded: row.spreadsheetRow))
      lines.append(UInt32(truncatingIfNeeded: row.line))
    } else {
      return false
    }
    if wanted.count < SheetImportIDs.wantedLimit, wanted[parent] == nil {
      wanted.updateValue(nil, forKey: parent)
      values[parent] = Excerpt.argument(row.value(cell))
    }
    return true
  }

  /// At the end of the import: which of the missing parents stand in a later row, and which nowhere.
  func settle(_ run: SheetRun) {
    for (index, kept) in whole.enumerated() {
      var finding = kept
      let (parent, isNumber) = wholeParents[index]
      judge(&finding, parent, isNumber)
      run.note(finding)
    }
    for index in 0..<parents.count {
      let parent = parents[index]
      let file = Int(places[index] >> 48)
      var finding = Finding(
        rule: "", severity: .error, file: file < files.count ? files[file] : "", line: Int(lines[index]),
        arguments: [values[parent] ?? "\u{2026}"])
      finding.offset = Int(places[index] & (1 << 48 - 1))
      finding.path = "parentId"
      finding.cell = SheetCell(
        row: Int(rows[index] & 0x7FFF_FFFF), spreadsheetRow: Int(spreadsheetRows[index]), column: "parentId",
        value: finding.arguments[0])
      judge(&finding, parent, rows[index] & 0x8000_0000 != 0)
      run.note(finding)
    }
    whole = []
    wholeParents = []
    parents.removeAll()
    places.removeAll()
    rows.removeAll()
    spreadsheetRows.removeAll()
    lines.removeAll()
    wanted = [:]
    values = [:]
  }

  private func judge(_ finding: inout Finding, _ parent: UInt64, _ isNumber: Bool) {
    if ids.contains(parent) {
      finding.rule = "sheet-parent-later"
      finding.arguments.append(place(parent, from: finding.file))
    } else {
      finding.rule = isNumber ? "sheet-parent-internal" : "sheet-parent-unknown"
    }
    finding.severity = SheetRules.severity(finding.rule)
  }

  /// ` (row 12)`, or nothing.
  private func place(_ parent: UInt64, from file: String) -> String {
    guard case .some(.some(let found)) = wanted[parent], found.file < files.count else { return "" }
    if files[found.file] == file { return LocalizedText(key: "sheet-parent-row", [String(found.row)]).argument }
    return LocalizedText(key: "sheet-parent-row-file", [String(found.row), files[found.file]]).argument
  }
}
