extension SheetFixer {
  /// What a value holds that may have to be corrected.
  struct Signs: OptionSet {
    var rawValue: UInt8
    /// Control characters but tab, LF and CR.
    static let control = Signs(rawValue: 1)
    static let carriageReturn = Signs(rawValue: 2)
    static let pipe = Signs(rawValue: 4)
  }

  static func signs(_ value: UnsafeBufferPointer<UInt8>) -> Signs {
    guard let base = value.baseAddress else { return [] }
    let raw = UnsafeRawPointer(base)
    var signs: Signs = []
    var at = 0
    while at < value.count {
      // Eight bytes at a time where none is below a blank and none is a pipe.
      while at + 8 <= value.count {
        let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let pipe = word ^ 0x7C7C_7C7C_7C7C_7C7C
        let hits =
          ((word &- 0x2020_2020_2020_2020) & ~word) | ((pipe &- 0x0101_0101_0101_0101) & ~pipe)
        if hits & 0x8080_8080_8080_8080 != 0 { break }
        at += 8
      }
      for index in at..<min(at + 8, value.count) {
        let byte = base[index]
        if byte == 0x7C {
          signs.insert(.pipe)
        } else if byte < 0x20, byte != 0x09, byte != 0x0A {
          signs.insert(byte == 0x0D ? .carriageReturn : .control)
        }
      }
      at += 8
    }
    return signs
  }

  /// A value without control characters; what word processors put for a new line or page becomes a blank.
  ///
  /// - Parameter endsWithCR: the file's lines end with CR: so do those in its cells, which become LF.
  static func cleaned(_ value: UnsafeBufferPointer<UInt8>, endsWithCR: Bool) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(value.count)
    for (index, byte) in value.enumerated() {
      switch byte {
      case 0x0D where endsWithCR:
        if index + 1 >= value.count || value[index + 1] != 0x0A { out.append(0x0A) }
      case 0x0B, 0x0C: out.append(0x20)
      case 0x09, 0x0A, 0x0D, 0x20...0xFF: out.append(byte)
      default: break
      }
    }
    return out
  }

  /// The culture as AtoM writes it; nil when it is right, or when nobody knows what was meant.
  static func correctedCulture(_ value: UnsafeBufferPointer<UInt8>) -> String? {
    SheetCodes.isCulture(value) ? nil : SheetCodes.likelyCulture(value)
  }

  // MARK: A row

  /// Corrects the cells of the row.
  func repair(isCultureFilled: Bool) {
    let endsWithCR = file.form.dialect.endsWithCR
    var hasEvents = false
    for task in tasks {
      let value = row.value(task.cell)
      if value.isEmpty { continue }
      let signs = SheetFixer.signs(value)
      if signs.contains(.control) {
        row.set(task.cell, SheetFixer.cleaned(value, endsWithCR: false), "fix-control-character")
      }
      if endsWithCR, signs.contains(.carriageReturn) {
        row.set(task.cell, SheetFixer.cleaned(row.value(task.cell), endsWithCR: true), "fix-cell-line-end")
      }
      if task.column.kind == .event { hasEvents = true }
    }
    // What stands beside an identifier is known when control characters are gone from all.
    for task in tasks where row.value(task.cell).isNull && isNullLiteral(task) { row.set(task.cell, [], "fix-null-literal") }
    culture(isFilled: isCultureFilled)
    let culture = rowCulture()
    for task in tasks {
      let value = row.value(task.cell)
      if !value.isEmpty { correct(task, value, culture) }
    }
    if hasEvents { repairEvents(culture) }
    repairStorage(culture)
    repairOccupations()
  }

  /// The word is nothing special in this column: AtoM would store it.
  private func isNullLiteral(_ task: Task) -> Bool {
    switch task.column.kind {
    case .event, .legacyEvent, .accessionEvent, .occupation: false
    // Their number has to be that of their labels.
    case .alternativeIDs, .accessionIDs:
      groups.sameCount.allSatisfy { row.value($0).isEmpty || row.value($0).isNull }
    default: true
    }
  }

  private func culture(isFilled: Bool) {
    guard let cell = cultureCell else { return }
    if cell < sheet.width, !tasks.contains(where: { $0.cell == cell }) { return }
    let value = row.value(cell)
    if value.isEmpty {
      // A row that says nothing else is none.
      guard isFilled, let culture, !row.isBlank else { return }
      // A column that is added says so once.
      if addsCulture { row.replace(cell, Array(culture.utf8)) } else { row.set(cell, Array(culture.utf8), "fix-culture-blank") }
    } else if let code = SheetFixer.correctedCulture(value) {
      row.set(cell, Array(code.utf8), "fix-culture")
    }
  }

  /// The culture in which AtoM looks a row's terms up, with a fingerprint.
  struct RowCulture {
    var name = "en"
    var hash: UInt64 = 1
    fileprivate var isKnown = true
  }

  /// The row's culture; nil when it is none of AtoM's, and for a row that translates another: it has no terms for AtoM.
  private func rowCulture() -> RowCulture? {
    if isTranslation() { return nil }
    let value = row.value(cultureCell ?? -1)
    if value.isEmpty { return RowCulture() }
    let hash = Bytes.hash(value)
    if hash != lastCulture.hash {
      lastCulture = RowCulture(name: String(decoding: value, as: UTF8.self), hash: hash, isKnown: SheetCodes.isCulture(value))
    }
    return lastCulture.isKnown ? lastCulture : nil
  }

  /// Whether the row has the id of the row that was asked about before it.
  private func isTranslation() -> Bool {
    let value = row.value(sheet.type == .description ? sheet.cell("legacyId") ?? -1 : -1)
    let id = value.isEmpty ? 0 : max(Bytes.hash(value), 1)
    defer { lastID = id }
    return id != 0 && id == lastID
  }

  private func correct(_ task: Task, _ value: UnsafeBufferPointer<UInt8>, _ culture: RowCulture?) {
    switch task.column.kind {
    case .direct:
      if value.contains(0x7C) { row.set(task.cell, SheetFixer.withoutPipes(value), "fix-pipe") }
    case .accessPoints:
      dropMembers(task, value, blank: !groups.goesWithList(task.cell, row), null: !groups.goesWithList(task.cell, row))
    case .notes:
      dropMembers(task, value, blank: false, null: true)
    case .list, .names:
      if sheet.type == .description {
        blankNullMembers(task, value)
      } else if !groups.goesWithList(task.cell, row) {
        // Of the other sheets it was not seen that blank members are skipped.
        dropMembers(task, value, blank: false, null: true)
      }
    case .language:
      codes(task, "fix-language") { SheetFixer.language($0) }
    case .script:
      codes(task, "fix-script") { SheetFixer.script($0) }
    case .term, .termExact:
      term(task, culture, "fix-term")
    case .status:
      term(task, culture, "fix-status")
    case .termList:
      dropMembers(task, value, blank: false, null: true)
      terms(task.cell, task.column.taxonomy, culture)
    case .date:
      if let date = SheetFixer.date(value) { row.set(task.cell, date, "fix-date") }
    default:
      break
    }
  }

  // MARK: Texts and lists

  /// A broken bar, which looks like a pipe, in the place of every pipe.
  static func withoutPipes(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    for byte in value {
      if byte == 0x7C { out += [0xC2, 0xA6] } else { out.append(byte) }
    }
    return out
  }

  /// Takes out members of a list that AtoM would store as terms without a name, or as the word `NULL`.
  private func dropMembers(_ task: Task, _ value: UnsafeBufferPointer<UInt8>, blank: Bool, null: Bool) {
    guard value.contains(0x7C) else { return }
    var isFound = false
    value.forEachPart { part in
      let part = Bytes.trimmed(part)
      if blank && part.isEmpty || null && part.isNull { isFound = true }
    }
    guard isFound else { return }
    var kept: [UInt8] = []
    var isFirst = true
    value.forEachPart { part in
      let plain = Bytes.trimmed(part)
      if blank && plain.isEmpty || null && plain.isNull { return }
      if !isFirst { kept.append(0x7C) }
      kept += part
      isFirst = false
    }
    row.set(task.cell, kept, "fix-blank-member")
  }

  /// In lists whose blank members AtoM skips, `NULL` becomes blank: what comes after keeps its position.
  private func blankNullMembers(_ task: Task, _ value: UnsafeBufferPointer<UInt8>) {
    guard value.contains(0x7C) else { return }
    var isFound = false
    value.forEachPart { if Bytes.trimmed($0).isNull { isFound = true } }
    guard isFound else { return }
    var out: [UInt8] = []
    var isFirst = true
    value.forEachPart { part in
      if !isFirst { out.append(0x7C) }
      if !Bytes.trimmed(part).isNull { out += part }
      isFirst = false
    }
    row.set(task.cell, out, "fix-null-literal")
  }

  /// A date as AtoM takes it without a guess; nil when it is one, or when it can mean more than one.
  static func date(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let date = SheetEventDate.read(value)
    guard date.reading != .asWritten, let meant = date.meant else { return nil }
    let iso = Array(meant.iso.utf8)
    return Bytes.equal(value, iso) ? nil : iso
  }

  // MARK: Codes

  private func codes(_ task: Task, _ kind: String, _ code: (UnsafeBufferPointer<UInt8>) -> String?) {
    let value = row.value(task.cell)
    let key = Bytes.hash(value, seed: UInt64(task.column.kind == .language ? 1 : 2))
    if let known = answers[key] {
      if let known { row.set(task.cell, known, kind) }
      return
    }
    var out: [[UInt8]] = []
    value.forEachPart { part in
      let plain = Bytes.trimmed(part)
      if plain.isEmpty || plain.isNull { return }
      let found = code(plain).map { $0.utf8.split(separator: 0x7C).map { Array($0) } } ?? [Array(plain)]
      out += found
    }
    var joined = Array(out.joined(separator: [0x7C]))
    if !Bytes.equal(value, joined) {
      // Two spellings of one code.
      var seen: Set<[UInt8]> = []
      joined = Array(out.filter { seen.insert($0).inserted }.joined(separator: [0x7C]))
    }
    remember(key, Bytes.equal(value, joined) ? nil : joined)
    if !Bytes.equal(value, joined) { row.set(task.cell, joined, kind) }
  }

  /// AtoM's code for a part of a list of languages, or several with pipes between; nil when it is one already, or unknown.
  static func language(_ part: UnsafeBufferPointer<UInt8>) -> String? {
    guard part.count <= 200 else { return nil }
    if Languages.code(atomCode: String(decoding: part, as: UTF8.self)) != nil { return nil }
    if let one = oneLanguage(part) { return one }
    var codes: [String] = []
    // No blank, no word such as "et": it is the code of a language too.
    for word in part.split(whereSeparator: { [0x26, 0x2C, 0x2F, 0x3B].contains($0) }) {
      guard let code = oneLanguage(Bytes.trimmed(UnsafeBufferPointer(rebasing: word))) else {
        return Languages.list(in: String(decoding: part, as: UTF8.self))?.joined(separator: "|")
      }
      codes.append(code)
    }
    return codes.isEmpty ? nil : codes.joined(separator: "|")
  }

  private static func oneLanguage(_ part: UnsafeBufferPointer<UInt8>) -> String? {
    let key = Bytes.key(part)
    if let code = Languages.code(part) ?? Languages.named(key) { return code }
    // `en-GB`: AtoM has languages without countries here.
    let halves = part.split(whereSeparator: { $0 == 0x2D || $0 == 0x5F })
    guard halves.count == 2, halves[1].count == 2, (2...3).contains(halves[0].count) else { return nil }
    return Languages.code(UnsafeBufferPointer(rebasing: halves[0]))
  }

  /// AtoM's code for a part of a list of scripts; nil when it is one already, or unknown.
  static func script(_ part: UnsafeBufferPointer<UInt8>) -> String? {
    part.count > 200 ? nil : SheetCodes.likelyScript(part)
  }

  // MARK: Terms

  private func remember(_ key: UInt64, _ answer: [UInt8]?) {
    if answers.count > 10_000 { answers.removeAll() }
    answers[key] = .some(answer)
  }

  /// The word by which AtoM finds a term in a culture; nil when the value is right, is a term of the site's own, or when
  /// nobody knows.
  func term(_ value: UnsafeBufferPointer<UInt8>, _ taxonomy: String, _ culture: RowCulture) -> [UInt8]? {
    guard value.count <= 200 else { return nil }
    var name = taxonomy
    let key = Bytes.hash(value, seed: name.withUTF8 { Bytes.hash($0) } ^ culture.hash)
    if let known = answers[key] { return known }
    var word: String?
    switch terms.judge(value, taxonomy: taxonomy, culture: culture.name) {
    case .spelling(let label): word = label
    case .culture(let label, isSure: true): word = label
    default: break
    }
    let found = word.map { Array($0.utf8) }
    remember(key, found)
    return found
  }

  private func term(_ task: Task, _ culture: RowCulture?, _ kind: String) {
    guard let culture, !task.column.taxonomy.isEmpty else { return }
    if let word = term(row.value(task.cell), task.column.taxonomy, culture) { row.set(task.cell, word, kind) }
  }

  /// The same for each member of a list.
  func terms(_ cell: Int, _ taxonomy: String, _ culture: RowCulture?) {
    guard let culture, !taxonomy.isEmpty else { return }
    var words: [[UInt8]] = []
    var isChanged = false
    row.value(cell).forEachPart { part in
      let plain = Bytes.trimmed(part)
      if !plain.isEmpty, !plain.isNull, let word = term(plain, taxonomy, culture) {
        words.append(word)
        isChanged = true
      } else {
        words.append(Array(part))
      }
    }
    if isChanged { row.set(cell, Array(words.joined(separator: [0x7C])), "fix-term") }
  }
}
