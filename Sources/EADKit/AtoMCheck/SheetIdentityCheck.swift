/// Who a description is and under whom it belongs: `legacyId`, `parentId`, `qubitParentSlug`, rows that translate another, and
/// titles.
///
/// The files of an import count as one, as with AtoM's option `--source-name`. This check comes first: it tells the others
/// which rows are translations.
final class SheetIdentityCheck: SheetCheck {
  private let ids: SheetImportIDs
  private let id: Int?
  private let parent: Int?
  private let slug: Int?
  private let culture: Int?
  private let title: Int?

  /// The rows of one id that stand one after the other.
  private var group: (id: UInt64, culture: UInt64) = (0, 0)
  private var furtherCultures: [UInt64] = []

  private var blankIDs = SheetTally()
  private var numericIDs = SheetTally()
  private var hasOtherIDs = false
  private var usesParents = false
  private var parentsWithoutIDs = SheetTally()
  private var uncheckedSlugs: [UInt64: SheetTally] = [:]
  private static let slugLimit = 10_000

  /// For each cell where its value of the last row that is no translation is kept; -1 for what translations may fill in.
  private let slots: [Int]
  private var kept = ByteBuffer(capacity: 1 << 10)
  /// Start and end in `kept` of each slot.
  private let bounds: UnsafeMutablePointer<Int>
  private let slotCount: Int

  override init(_ sheet: Sheet, _ run: SheetRun) {
    ids = run.memory(SheetImportIDs())
    id = sheet.cell("legacyId")
    parent = sheet.cell("parentId")
    slug = sheet.cell("qubitParentSlug")
    culture = sheet.cell("culture")
    title = sheet.cell("title")
    var slots = [Int](repeating: -1, count: sheet.columns.count)
    var count = 0
    if sheet.type == .description, id != nil, culture != nil {
      for (cell, column) in sheet.columns.enumerated() {
        guard let column, sheet.cell(column.name) == cell, SheetIdentityCheck.isLostInTranslation(column) else { continue }
        slots[cell] = count
        count += 1
      }
    }
    self.slots = slots
    slotCount = count
    bounds = .allocate(capacity: 2 * max(count, 1))
    bounds.initialize(repeating: 0, count: 2 * max(count, 1))
    super.init(sheet, run)
    guard sheet.type == .description else { return }
    ids.begin(sheet)
    if slug == nil { ids.hasSheetWithoutSlugs = true }
  }

  deinit {
    kept.deallocate()
    bounds.deallocate()
  }

  override var isNeeded: Bool { sheet.type == .description }

  override func row(_ row: SheetRow) {
    let fingerprint = RowIdentity.fingerprint(row.value(id))
    identify(row, fingerprint)
    if row.isTranslation {
      compare(row)
      return
    }
    if slotCount > 0 { keep(row) }
    place(row, fingerprint)
    guard let title else { return }
    let words = row.value(title)
    if words.isEmpty {
      row.report("sheet-title-blank", title)
    } else if slug != nil {
      ids.insertSlug(of: words)
    }
  }

  // MARK: Ids

  private func identify(_ row: SheetRow, _ fingerprint: UInt64) {
    guard let id else { return }
    if fingerprint == 0 {
      group.id = 0
      blankIDs.add(row.finding("sheet-legacyid-blank", id, []))
      return
    }
    let culture = RowIdentity.culture(row.value(culture))
    if fingerprint == group.id {
      if culture == group.culture || furtherCultures.contains(culture) {
        row.report("sheet-legacyid-same-culture", id, row.culture)
      } else {
        // AtoM knows 377 cultures: more rows than that are no translations.
        if furtherCultures.count < 400 { furtherCultures.append(culture) }
        row.isTranslation = true
      }
      return
    }
    group = (fingerprint, culture)
    if !furtherCultures.isEmpty { furtherCultures.removeAll(keepingCapacity: true) }
    if !ids.insert(fingerprint, row) { row.report("sheet-legacyid-repeated", id) }
    if hasOtherIDs { return }
    if SheetIdentityCheck.isNumber(row.value(id)) {
      numericIDs.add(row.finding("sheet-legacyid-numeric", id, []))
    } else {
      hasOtherIDs = true
    }
  }

  private static func isNumber(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    for index in 0..<value.count where !Bytes.isDigit(value[index]) { return false }
    return !value.isEmpty
  }

  // MARK: Parents

  private func place(_ row: SheetRow, _ fingerprint: UInt64) {
    let parentID = row.value(parent)
    if !parentID.isEmpty { usesParents = true }
    let slugOfParent = row.value(slug)
    if !slugOfParent.isEmpty {
      if !parentID.isEmpty { row.report("sheet-parent-both", parent, Excerpt.argument(slugOfParent)) }
      check(slug: slugOfParent, row)
      return
    }
    guard let parent, !parentID.isEmpty else { return }
    if id == nil, !ids.hasIDs {
      parentsWithoutIDs.add(row.finding("sheet-parent-without-ids", parent, []))
      return
    }
    let wanted = RowIdentity.fingerprint(parentID)
    if wanted == fingerprint {
      row.report("sheet-parent-itself", parent)
    } else if !ids.contains(wanted) {
      let isNumber = SheetIdentityCheck.isNumber(parentID)
      if !ids.wait(for: wanted, isNumber: isNumber, row, parent) {
        row.report(isNumber ? "sheet-parent-internal" : "sheet-parent-unknown", parent)
      }
    }
  }

  private func check(slug value: UnsafeBufferPointer<UInt8>, _ row: SheetRow) {
    let site = run.site.slugs
    if ids.hasSlug(value, site: site) { return }
    if let site {
      if site.contains(value) { return }
      if !ids.hasSheetWithoutSlugs {
        row.report("sheet-parent-slug-unknown", slug)
        return
      }
    }
    let fingerprint = Bytes.hash(value)
    if uncheckedSlugs[fingerprint] == nil, uncheckedSlugs.count >= SheetIdentityCheck.slugLimit {
      row.report("sheet-parent-slug-unchecked", slug, "1")
    } else {
      uncheckedSlugs[fingerprint, default: SheetTally()].add(row.finding("sheet-parent-slug-unchecked", slug, []))
    }
  }

  // MARK: Translations

  /// The columns that AtoM reads in a row that translates another one.
  static let translated: Set<String> = [
    "title", "alternateTitle", "radEdition", "extentAndMedium", "archivalHistory", "acquisition", "scopeAndContent", "appraisal",
    "accruals", "arrangement", "accessConditions", "reproductionConditions", "physicalCharacteristics", "findingAids",
    "locationOfOriginals", "locationOfCopies", "relatedUnitsOfDescription", "rules", "sources", "revisionHistory",
    "institutionIdentifier",
  ]

  /// Ignored in a translation. What AtoM's own export repeats there in the language of the row (terms, names, events) is no
  /// mistake.
  private static func isLostInTranslation(_ column: SheetColumn) -> Bool {
    switch column.kind {
    case .direct, .list, .notes, .alternativeIDs, .uri, .path, .parent, .slug, .language, .script:
      !translated.contains(column.name)
    default: false
    }
  }

  private func keep(_ row: SheetRow) {
    kept.reset(keeping: 1 << 20)
    for index in 0..<(2 * slotCount) { bounds[index] = 0 }
    for cell in row.filled where cell < slots.count && slots[cell] >= 0 {
      bounds[2 * slots[cell]] = kept.count
      kept.append(row.value(cell))
      bounds[2 * slots[cell] + 1] = kept.count
    }
  }

  private func compare(_ row: SheetRow) {
    for cell in row.filled where cell < slots.count && slots[cell] >= 0 {
      let start = bounds[2 * slots[cell]]
      let before = UnsafeBufferPointer(start: UnsafePointer(kept.base) + start, count: bounds[2 * slots[cell] + 1] - start)
      if !Bytes.equal(row.value(cell), before) { row.report("sheet-translation-column", cell) }
    }
  }

  // MARK: The end

  override func finish() {
    blankIDs.note(run)
    if usesParents, !hasOtherIDs { numericIDs.note(run) }
    parentsWithoutIDs.note(run)
    // In the order of the rows: the table has none.
    let slugs = uncheckedSlugs.values.sorted { ($0.first?.cell?.row ?? 0) < ($1.first?.cell?.row ?? 0) }
    for tally in slugs { tally.note(run) }
    uncheckedSlugs = [:]
    kept.reset(keeping: 0)
  }

  override func finishImport() { ids.settle(run) }
}
