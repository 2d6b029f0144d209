import Glibc

/// Terms of taxonomies, the publication status and repositories (AtoM's check 16; the rest its validator does not look at).
///
/// With an invalid culture nothing is judged: that is one mistake, and it has been said. Rows that translate another have
/// no terms for AtoM.
final class SheetTermCheck: SheetCheck {
  private struct Column {
    var cell: Int
    var taxonomy: String
    var kind: SheetColumn.Kind
    var seed: UInt64
    var isList: Bool
  }

  private let columns: [Column]
  private let cultureCell: Int?
  private let repositoryCell: Int?
  private let terms: SheetTerms
  private let records: SheetRecordMemory
  /// Values that AtoM finds, and values of which nothing is known.
  private let right = SheetSeen(places: 1 << 12)
  private let unjudged = SheetSeen()
  private let made = SheetFindingCounts()
  private let madeRepositories = SheetFindingCounts()
  private var unchecked: [Int: (first: Finding, count: Int)] = [:]
  private var uncheckedRepositories: (first: Finding, names: HashSet64, count: Int, shown: [String])?
  private var lastCulture: UInt64 = 0
  private var lastCultureIsValid = false

  override init(_ sheet: Sheet, _ run: SheetRun) {
    let terms = SheetTerms.of(run)
    self.terms = terms
    records = run.memory(SheetRecordMemory())
    cultureCell = sheet.cell("culture")
    repositoryCell = sheet.cells(.repository).first
    columns = sheet.columns.enumerated().compactMap { cell, column in
      guard let column, !column.taxonomy.isEmpty, sheet.cell(column.name) == cell else { return nil }
      // Subjects, places and genres are new more often than not.
      if column.kind == .accessPoints, !terms.isFromSite(column.taxonomy) { return nil }
      return Column(
        cell: cell, taxonomy: column.taxonomy, kind: column.kind, seed: UInt64(cell + 1) &* 0x9E37_79B9_7F4A_7C15,
        isList: column.kind.isList)
    }
    super.init(sheet, run)
  }

  override var isNeeded: Bool { !columns.isEmpty || repositoryCell != nil }

  override func row(_ row: SheetRow) {
    if row.isTranslation { return }
    if repositoryCell != nil { repository(row) }
    let written = row.value(cultureCell)
    let culture = written.isEmpty ? 1 : Bytes.hash(written)
    if culture != lastCulture {
      lastCulture = culture
      lastCultureIsValid = written.isEmpty || SheetCodes.isCulture(written)
    }
    guard lastCultureIsValid else { return }
    for index in columns.indices {
      let value = row.value(columns[index].cell)
      guard let base = value.baseAddress, !value.isEmpty else { continue }
      if columns[index].isList, memchr(base, 0x7C, value.count) != nil {
        value.forEachPart { term(row, index, Bytes.trimmed($0)) }
      } else {
        term(row, index, value)
      }
    }
  }

  @inline(__always)
  private func term(_ row: SheetRow, _ index: Int, _ term: UnsafeBufferPointer<UInt8>) {
    if term.isEmpty { return }
    let key = Bytes.hash(term, seed: lastCulture ^ columns[index].seed)
    if !right.contains(key) { judge(row, index, term, key) }
  }

  @inline(never)
  private func judge(_ row: SheetRow, _ index: Int, _ term: UnsafeBufferPointer<UInt8>, _ key: UInt64) {
    if made.countAgain(key) { return }
    let column = columns[index]
    if unjudged.contains(key) {
      unchecked[index]?.count += 1
      return
    }
    if column.kind != .status, term.isNull || term.isZero { return right.insert(key) }
    if column.taxonomy == "levelOfDescription", Bytes.equalIgnoringCase(term, "otherlevel") {
      return row.report("sheet-level-ignored", column.cell)
    }
    let culture = row.culture
    let verdict = terms.judge(term, taxonomy: column.taxonomy, culture: culture)
    switch verdict {
    case .exists: return right.insert(key)
    case .unknown:
      unjudged.insert(key)
      if unchecked[index] == nil { unchecked[index] = (row.finding("sheet-term-unchecked", column.cell, value: term, []), 0) }
      unchecked[index]?.count += 1
      return
    default: break
    }
    // What is damaged has been said to be damaged; a row without a culture, that its terms may be those of another one.
    if SheetTextCheck.isDamaged(term) { return }
    if case .culture = verdict, row.value(cultureCell).isEmpty { return }
    if column.kind == .status { return status(row, column, term, culture, verdict) }
    if column.taxonomy == "actorRelation" { return relation(row, column, term, verdict) }
    switch verdict {
    case .spelling(let label): row.report("sheet-term-case", column.cell, value: term, label)
    case .culture(let word?, let isSure):
      let advice = LocalizedText(key: isSure ? "advice-write" : "advice-perhaps", [word]).argument
      row.report("sheet-term-culture", column.cell, value: term, advice, culture)
    // A culture without a word for the term: it is made there too, but nothing else could be written.
    case .culture(nil, _): once("sheet-term-wordless", row, column, term, culture, key)
    default: once("sheet-term-new", row, column, term, culture, key)
    }
  }

  /// Told once for each term and culture, with its number of rows.
  private func once(
    _ rule: String, _ row: SheetRow, _ column: Column, _ term: UnsafeBufferPointer<UInt8>, _ culture: String, _ key: UInt64
  ) {
    if !made.keep(key, row.finding(rule, column.cell, value: term, [culture])) {
      row.report(rule, column.cell, value: term, "1", culture)
    }
  }

  private func status(
    _ row: SheetRow, _ column: Column, _ term: UnsafeBufferPointer<UInt8>, _ culture: String, _ verdict: SheetTerms.Verdict
  ) {
    var meant: String?
    switch verdict {
    case .spelling(let label): meant = label
    case .culture(let word, _): meant = word
    default: break
    }
    let words = terms.words(taxonomy: column.taxonomy, culture: culture)
    if words.isEmpty, AtoMTerms.key(.publicationStatus, label: String(decoding: term, as: UTF8.self)) == "Draft" {
      // No word would do, and a draft is what AtoM makes of it.
      return
    }
    let advice =
      meant.map { LocalizedText(key: "advice-write", [$0]) }
      ?? (words.isEmpty
        ? LocalizedText(key: "sheet-advice-status-wordless", [culture])
        : LocalizedText(key: "sheet-advice-one-of", [words.joined(separator: ", ")]))
    row.report("sheet-status-invalid", column.cell, value: term, advice.argument, culture)
  }

  /// AtoM makes no relation types: it skips the row.
  private func relation(
    _ row: SheetRow, _ column: Column, _ term: UnsafeBufferPointer<UInt8>, _ verdict: SheetTerms.Verdict
  ) {
    var meant: String?
    switch verdict {
    case .spelling(let label): meant = label
    case .culture(let word, _): meant = word
    default: break
    }
    row.report(
      "sheet-row-skipped", column.cell, value: term,
      LocalizedText(key: "sheet-skipped-relation-type", [SheetAdvice.write(meant, else: "sheet-advice-relation-type")])
        .argument)
  }

  // MARK: Repositories

  private func repository(_ row: SheetRow) {
    let name = row.value(repositoryCell)
    if name.isEmpty || name.isNull { return }
    let key = Bytes.hash(name)
    if right.contains(key) || madeRepositories.countAgain(key) { return }
    if records.repositories.contains(key) || run.site.repositories?.contains(name) == true { return right.insert(key) }
    if SheetTextCheck.isDamaged(name) { return }
    if run.site.repositories != nil {
      if !madeRepositories.keep(key, row.finding("sheet-repository-new", repositoryCell, [])) {
        row.report("sheet-repository-new", repositoryCell, "1")
      }
      return
    }
    right.insert(key)
    if uncheckedRepositories == nil {
      uncheckedRepositories = (row.finding("sheet-repository-unchecked", repositoryCell, []), HashSet64(), 0, [])
    }
    guard let count = uncheckedRepositories?.count, count < SheetFindingCounts.limit else { return }
    if uncheckedRepositories?.names.insert(key) == true {
      uncheckedRepositories?.count += 1
      if count < 5 { uncheckedRepositories?.shown.append(Excerpt.argument(name)) }
    }
  }

  override func finish() {
    made.note(run)
    madeRepositories.note(run)
    for index in unchecked.keys.sorted() {
      guard let one = unchecked[index] else { continue }
      var finding = one.first
      finding.arguments.append(String(one.count))
      run.note(finding)
    }
    unchecked = [:]
    if let one = uncheckedRepositories {
      var finding = one.first
      let names = one.shown.joined(separator: " ; ") + (one.count > one.shown.count ? " \u{2026}" : "")
      finding.arguments += [String(one.count), names]
      run.note(finding)
      uncheckedRepositories = nil
    }
  }
}
