/// Writes descriptions as rows of AtoM's import CSV, repaired where AtoM would misread them.
///
/// Source of the rules: AtoM's importer as it behaves when it is run (lists aligned by position, `NULL` for holes in
/// events, terms looked up in the row's culture, codes of languages without blanks, dates as ISO 8601).
final class AtoMCSVNormaliser {
  private let options: AtoMOptions
  private let account: AtoMToEADAccount
  private let rows: AtoMRowSpool
  private let cells: UnsafeMutablePointer<ByteBuffer>
  private var out = ByteBuffer(capacity: 1 << 16)
  private var extras: UInt64 = 0
  /// `legacyId` and repository of what is open, outermost first.
  private var levels: [(id: [UInt8], repository: [UInt8])] = []
  private var usedIDs = HashSet64()
  private var culture = "en"
  private(set) var rowCount = 0
  private(set) var newTerms: Set<String> = []
  private(set) var firstCulture = ""

  init(options: AtoMOptions, account: AtoMToEADAccount, rows: AtoMRowSpool) {
    self.options = options
    self.account = account
    self.rows = rows
    cells = .allocate(capacity: AtoMConverter.cellCount)
    for index in 0..<AtoMConverter.cellCount { (cells + index).initialize(to: ByteBuffer(capacity: 64)) }
  }

  deinit {
    for index in 0..<AtoMConverter.cellCount { cells[index].deallocate() }
    cells.deinitialize(count: AtoMConverter.cellCount)
    cells.deallocate()
    out.deallocate()
  }

  /// Adds a description's row, and those of its translations.
  func add(_ description: AtoMDescription) throws(EADError) {
    account.begin(description)
    culture = culture(of: description)
    noteCulture(description)
    if firstCulture.isEmpty { firstCulture = culture }
    levels.removeLast(max(0, levels.count - description.depth))
    let id = identifier(description)
    identity(description, id)
    for column in AtoMColumn.allCases { fill(column, description) }
    status()
    events(description)
    physicalObjects(description)
    alternativeIdentifiers(description)
    if cells[AtoMColumn.title.rawValue].isEmpty { missingTitle(description) }
    for index in 0..<AtoMConverter.cellCount where cells[index].count > 1024 { limit(index) }
    noteWriting(description)
    for other in description.others { account.lose(other.name, other.value, .noColumn) }
    for value in description.surplus { account.lose("", value, .noColumn) }
    let own = description.value(.repository)
    levels.append((id, own.isEmpty ? levels.last?.repository ?? [] : Array(own)))
    try writeRow()
    for translation in description.translations { try translate(translation, of: description, id) }
  }

  func finish() throws(EADError) {
    guard !out.isEmpty else { return }
    try rows.append(out.bytes, extras: extras)
    out.reset(keeping: 1 << 18)
  }

  private func writeRow() throws(EADError) {
    let needed = options.template.extras(of: cells)
    if needed & ~extras != 0 {
      try finish()
      extras |= needed
    }
    AtoMRowWriter.write(cells, template: options.template, extras: extras, to: &out)
    rowCount += 1
    for index in 0..<AtoMConverter.cellCount where cells[index].count > 0 { cells[index].reset(keeping: 1 << 16) }
    if out.count > 1 << 18 { try finish() }
  }

  private func translate(_ translation: AtoMDescription, of description: AtoMDescription, _ id: [UInt8]) throws(EADError) {
    culture = translation.culture
    put(id, .legacyId)
    if levels.count > 1 { put(levels[levels.count - 2].id, .parentId) }
    put(culture, .culture)
    if !Bytes.equal(translation.value(.culture), Array(culture.utf8)) {
      account.change(.culture, translation.value(.culture))
      noteWrittenCulture(translation)
    }
    if !Bytes.equal(translation.value(.legacyId), id) { account.change(.legacyId, translation.value(.legacyId)) }
    for column in AtoMToEAD.translatable { fill(column, translation) }
    // What identifies the description AtoM's own export says again in such a row, and so does this.
    for column in AtoMCSVNormaliser.saidAgain { fill(column, translation) }
    for index in 0..<AtoMConverter.cellCount where cells[index].count > 1024 { limit(index) }
    noteWriting(translation)
    for column in AtoMColumn.allCases
    where !AtoMToEAD.translatable.contains(column) && !AtoMToEAD.repeated.contains(column) {
      let value = translation.value(column)
      if !value.isEmpty, !Bytes.equal(value, description.value(column)) {
        account.lose(column, value, culture: culture, reason: .noColumn)
      }
    }
    for other in translation.others {
      let isSame = description.others.contains { $0.name == other.name && $0.value == other.value }
      account.lose(other.name, other.value, isSame ? .duplicate : .noColumn)
    }
    for value in translation.surplus { account.lose("", value, .noColumn) }
    try writeRow()
  }

  private static let saidAgain: [AtoMColumn] = [
    .identifier, .repository, .levelOfDescription, .publicationStatus, .levelOfDetail, .descriptionStatus,
  ]

  // MARK: Identity

  private func culture(of description: AtoMDescription) -> String {
    if let forced = options.culture { return forced }
    if description.has(.culture) {
      let culture = description.culture
      if AtoMTerms.cultures.contains(culture) { return culture }
      account.find("atom-csv-culture-unknown", .warning, [description.text(.culture)])
      return options.defaultCulture ?? culture
    }
    account.find("atom-csv-culture-missing", .warning, [options.defaultCulture ?? "en"], once: true)
    return options.defaultCulture ?? "en"
  }

  private func noteCulture(_ description: AtoMDescription) {
    guard description.has(.culture), !Bytes.equal(description.value(.culture), Array(culture.utf8)) else { return }
    account.change(.culture, description.value(.culture))
    if options.culture == nil { noteWrittenCulture(description) }
  }

  /// AtoM takes a culture as it stands.
  private func noteWrittenCulture(_ description: AtoMDescription) {
    guard AtoMTerms.cultures.contains(culture) else { return }
    account.findOnce("atom-csv-culture-written", .warning, [description.text(.culture), culture])
  }

  /// A purely numeric id could be the internal number of some other record in AtoM; one that was used already would make
  /// AtoM give what is below to the wrong record.
  private func identifier(_ description: AtoMDescription) -> [UInt8] {
    let said = description.value(.legacyId)
    var id: [UInt8]
    if said.isEmpty {
      id = Array("row-\(account.currentLine)".utf8)
    } else if said.allSatisfy(Bytes.isDigit) {
      account.find("atom-csv-numeric-id", .note, [description.text(.legacyId)], once: true)
      id = Array("id-".utf8) + said
    } else {
      id = said.map { $0 == 0x7C ? 0x2D : $0 }
    }
    guard !isNew(id) else { return id }
    let first = id
    var number = 2
    repeat {
      id = first + Array("-\(number)".utf8)
      number += 1
    } while !isNew(id)
    account.find("atom-csv-id-twice", .warning, [first.toString, id.toString])
    return id
  }

  private func isNew(_ id: [UInt8]) -> Bool { usedIDs.insert(id.withUnsafeBufferPointer { Bytes.hash($0) }) }

  private func identity(_ description: AtoMDescription, _ id: [UInt8]) {
    put(id, .legacyId)
    if !Bytes.equal(description.value(.legacyId), id) { account.change(.legacyId, description.value(.legacyId)) }
    let slug = description.value(.qubitParentSlug)
    if let parent = levels.last {
      put(parent.id, .parentId)
      if !Bytes.equal(description.value(.parentId), parent.id) { account.change(.parentId, description.value(.parentId)) }
      // AtoM would follow the slug.
      if !slug.isEmpty { account.lose(.qubitParentSlug, slug, reason: .noColumn) }
    } else if description.has(.parentId) {
      // No row has the parent: the description is at the top.
      account.lose(.parentId, description.value(.parentId), reason: .noColumn)
    }
    if levels.isEmpty {
      let written = options.parentSlug.map { Array($0.utf8) } ?? Array(slug)
      if !Bytes.equal(slug, written) { account.change(.qubitParentSlug, slug) }
      put(written, .qubitParentSlug)
    }
    put(culture, .culture)
  }

  private func missingTitle(_ description: AtoMDescription) {
    account.find("title-missing", .warning, [])
    let identifier = description.text(.identifier)
    put("[" + (identifier.isEmpty ? AtoMTerms.label("level", culture: culture) : identifier.withoutPipes) + "]", .title)
  }

  // MARK: Cells

  private func put(_ value: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn) { cells[column.rawValue].append(value) }
  private func put(_ value: [UInt8], _ column: AtoMColumn) { cells[column.rawValue].append(value) }
  private func put(_ value: String, _ column: AtoMColumn) { cells[column.rawValue].append(value) }

  /// Columns that are written together, or before the others.
  private static let apart: Set<AtoMColumn> = [
    .legacyId, .parentId, .qubitParentSlug, .culture, .eventDates, .eventTypes, .eventStartDates, .eventEndDates, .eventActors,
    .eventActorHistories, .eventDescriptions, .eventPlaces, .physicalObjectName, .physicalObjectLocation, .physicalObjectType,
    .alternativeIdentifiers, .alternativeIdentifierLabels,
  ]

  private func fill(_ column: AtoMColumn, _ description: AtoMDescription) {
    if AtoMCSVNormaliser.apart.contains(column) { return }
    let value = description.value(column)
    guard !value.isEmpty else { return }
    switch column {
    case .repository where options.repository != nil:
      if !Bytes.equal(value, Array((options.repository ?? "").utf8)) { account.change(column, value) }
      put(options.repository ?? "", column)
    case .levelOfDescription: level(value)
    case .publicationStatus: term(value, .publicationStatus, column)
    case .levelOfDetail: term(value, .levelOfDetail, column)
    case .descriptionStatus: term(value, .descriptionStatus, column)
    case .language, .languageOfDescription:
      codes(column, description) { Languages.code($0) ?? Languages.named(String(decoding: $0, as: UTF8.self)) }
    case .script, .scriptOfDescription: codes(column, description) { AtoMTerms.scripts[Bytes.key($0)] }
    case .radNoteOnPublishersSeries: ignoredSeriesNotes(description)
    case .radGeneralMaterialDesignation where options.template == .rad:
      blanks(description, column)
      for (index, part) in description.list(column).enumerated() {
        if index > 0 { put("|", column) }
        term(part, .radGeneralMaterialDesignation, column)
      }
    default:
      if column.isMultiple {
        blanks(description, column)
        for (index, part) in description.list(column).enumerated() {
          if index > 0 { put("|", column) }
          put(part, column)
        }
      } else {
        single(value, column)
      }
    }
  }

  /// AtoM's own template has a column that its importer does not read: the notes go where it reads them.
  private func ignoredSeriesNotes(_ description: AtoMDescription) {
    account.ignoredSeriesNotes(description) { part in
      if !cells[AtoMColumn.radNotePublishersSeries.rawValue].isEmpty { put("|", .radNotePublishersSeries) }
      put(part, .radNotePublishersSeries)
    }
  }

  /// AtoM makes a list of what pipes separate in a text; in a title or a number they can mean nothing of the kind.
  private func single(_ value: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn) {
    guard value.contains(0x7C) else { return put(value, column) }
    account.change(column, value)
    account.findOnce("atom-csv-pipe", .warning, [column.name])
    if column.limit > 1024 {
      put(AtoMToEAD.listed(value), column)
    } else {
      put(String(decoding: value, as: UTF8.self).withoutPipes, column)
    }
  }

  private func level(_ value: UnsafeBufferPointer<UInt8>) {
    let said = String(decoding: value, as: UTF8.self)
    guard let key = LevelNames.key(said, culture: culture) else {
      newTerms.insert(AtoMColumn.levelOfDescription.name + "\t" + said)
      return new(said, .levelOfDescription)
    }
    known(.levelOfDescription, key, .levelOfDescription, said: said)
  }

  private func term(_ value: UnsafeBufferPointer<UInt8>, _ taxonomy: AtoMTerms.Taxonomy, _ column: AtoMColumn) {
    let said = String(decoding: value, as: UTF8.self)
    guard let key = AtoMTerms.key(taxonomy, label: said) else {
      newTerms.insert(column.name + "\t" + said)
      return new(said, column)
    }
    known(taxonomy, key, column, said: said)
  }

  /// A term of the site.
  private func new(_ said: String, _ column: AtoMColumn) {
    if said.utf8.contains(0x7C) {
      account.change(column, said)
      account.findOnce("atom-csv-pipe", .warning, [column.name])
    }
    put(said.withoutPipes, column)
  }

  /// - Parameter said: the word of the row; AtoM looks it up among the terms of the row's culture and makes a new one when
  ///   there is none.
  private func known(_ taxonomy: AtoMTerms.Taxonomy, _ key: String, _ column: AtoMColumn, said: String) {
    let (term, exists) = AtoMTerms.term(taxonomy, key, culture: culture)
    if !exists { newTerms.insert(column.name + "\t" + term) }
    put(term, column)
    guard !said.isEmpty, !said.utf8.elementsEqual(term.utf8) else { return }
    account.change(column, said)
    // Of event types also the capitals count.
    if taxonomy == .eventType || !said.lowercased().utf8.elementsEqual(term.lowercased().utf8) {
      account.findOnce("atom-csv-term-written", .note, [column.name, said, term, culture])
    }
  }

  private func status() {
    guard cells[AtoMColumn.publicationStatus.rawValue].isEmpty, let status = options.publicationStatus else { return }
    if let key = AtoMTerms.key(.publicationStatus, label: status) {
      known(.publicationStatus, key, .publicationStatus, said: "")
    } else {
      put(status, .publicationStatus)
    }
  }

  /// AtoM stops the whole import at a code it does not know.
  private func codes(_ column: AtoMColumn, _ description: AtoMDescription, _ code: (UnsafeBufferPointer<UInt8>) -> String?) {
    var seen: Set<String> = []
    var isRepaired = false
    blanks(description, column)
    for part in description.list(column) {
      guard let code = code(part) else {
        account.find("atom-csv-code-unknown", .warning, [column.name, String(decoding: part, as: UTF8.self)])
        account.lose(column, part, reason: .noColumn)
        isRepaired = true
        continue
      }
      if !Bytes.equal(part, Array(code.utf8)) {
        isRepaired = true
        account.change(column, part)
        account.findOnce("atom-csv-code-written", .warning, [column.name, String(decoding: part, as: UTF8.self), code])
      }
      guard seen.insert(code).inserted else { continue }
      if seen.count > 1 { put("|", column) }
      put(code, column)
    }
    // Blanks beside a pipe are part of the code to AtoM.
    if !isRepaired, description.value(column).contains(where: Bytes.isSpace) {
      account.change(column, description.value(column))
      account.findOnce("atom-csv-code-blanks", .warning, [column.name])
    }
  }

  // MARK: Lists that belong together

  private func events(_ description: AtoMDescription) {
    let events = description.events.filter { !$0.isOnlyType || !$0.type.isEmpty }
    for column in AtoMConverter.eventColumns { blanks(description, column) }
    let hasDescriptions = events.contains { !$0.description.isEmpty }
    let hasPlaces = events.contains { !$0.place.isEmpty }
    for (index, event) in events.enumerated() {
      if index > 0 {
        for column in AtoMConverter.eventColumns { put("|", column) }
        if hasDescriptions { put("|", .eventDescriptions) }
        if hasPlaces { put("|", .eventPlaces) }
      }
      eventType(event.type)
      hole(event.date, .eventDates)
      date(event.start, .eventStartDates)
      date(event.end, .eventEndDates)
      hole(event.actor, .eventActors)
      if event.actor.isEmpty, !event.history.isEmpty {
        // AtoM would make an authority record without a name of it.
        let label = AtoMTerms.label("biographicalHistory", culture: culture)
        if !cells[AtoMColumn.generalNote.rawValue].isEmpty { put("|", .generalNote) }
        put(label + ": ", .generalNote)
        put(event.history, .generalNote)
        account.find("atom-csv-history-as-note", .warning, [])
        account.change(.eventActorHistories, event.history)
        hole(.empty, .eventActorHistories)
      } else {
        hole(event.history, .eventActorHistories)
      }
      if hasDescriptions { hole(event.description, .eventDescriptions) }
      if hasPlaces { hole(event.place, .eventPlaces) }
    }
  }

  /// A blank between pipes is a value to AtoM: today's date, somebody without a name, a term without a word.
  private func blanks(_ description: AtoMDescription, _ column: AtoMColumn) {
    let value = description.value(column)
    guard value.contains(0x7C) else { return }
    let hasBlank = value.split(separator: 0x7C, omittingEmptySubsequences: false).contains { $0.allSatisfy(Bytes.isSpace) }
    if hasBlank { account.findOnce("atom-csv-blank-member", .warning, [column.name]) }
  }

  private func hole(_ value: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn) {
    if value.isEmpty { put("NULL", column) } else { put(value, column) }
  }

  private func eventType(_ said: UnsafeBufferPointer<UInt8>) {
    let label = said.isEmpty ? "Creation" : String(decoding: said, as: UTF8.self)
    if let key = AtoMTerms.key(.eventType, label: label) ?? AtoMTerms.eventTypes[Bytes.key(said)] {
      known(.eventType, key, .eventTypes, said: said.isEmpty ? "" : label)
    } else {
      newTerms.insert(AtoMColumn.eventTypes.name + "\t" + label)
      put(label, .eventTypes)
    }
  }

  private func date(_ said: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn) {
    if said.isEmpty { return put("NULL", column) }
    if case .range(let date) = NormalDate.read(said), let start = date.start, date.end == start {
      let before = cells[column.rawValue].count
      start.write(to: &cells[column.rawValue])
      let written = Array(cells[column.rawValue].bytes[before...])
      if !Bytes.equal(said, written) {
        account.change(column, said)
        if SheetEventDate.plain(said) == nil {
          account.findOnce(
            "atom-csv-date-written", .warning, [column.name, String(decoding: said, as: UTF8.self), written.toString])
        }
      }
      return
    }
    put("NULL", column)
    account.find("date-not-understood", .warning, [String(decoding: said, as: UTF8.self)])
    account.lose(column, said, reason: .noColumn)
  }

  private func physicalObjects(_ description: AtoMDescription) {
    var index = 0
    for object in description.physicalObjects {
      if index > 0 {
        for column in [AtoMColumn.physicalObjectName, .physicalObjectLocation, .physicalObjectType] { put("|", column) }
      }
      index += 1
      put(object.name.isEmpty ? object.location : object.name, .physicalObjectName)
      // Without a place AtoM makes a new container for every row.
      if !object.location.isEmpty {
        put(object.location, .physicalObjectLocation)
      } else {
        put(fallbackPlace(description), .physicalObjectLocation)
        account.find("atom-csv-place-added", .note, [], once: true)
      }
      let label = object.type.isEmpty ? "Box" : String(decoding: object.type, as: UTF8.self)
      if let key = AtoMTerms.key(.physicalObjectType, label: label) {
        known(.physicalObjectType, key, .physicalObjectType, said: object.type.isEmpty ? "" : label)
      } else {
        newTerms.insert(AtoMColumn.physicalObjectType.name + "\t" + label)
        put(label, .physicalObjectType)
      }
    }
  }

  private func fallbackPlace(_ description: AtoMDescription) -> [UInt8] {
    if description.has(.repository) { return Array(description.value(.repository)) }
    if let inherited = levels.last?.repository, !inherited.isEmpty { return inherited }
    return levels.first?.id ?? cells[AtoMColumn.legacyId.rawValue].array
  }

  private func alternativeIdentifiers(_ description: AtoMDescription) {
    var index = 0
    for (label, value) in description.alternativeIdentifiers {
      guard !value.isEmpty else {
        account.lose(.alternativeIdentifierLabels, label, reason: .noColumn)
        continue
      }
      if index > 0 { for column in [AtoMColumn.alternativeIdentifiers, .alternativeIdentifierLabels] { put("|", column) } }
      index += 1
      put(value, .alternativeIdentifiers)
      if label.isEmpty {
        put(AtoMTerms.label("identifier", culture: culture), .alternativeIdentifierLabels)
      } else {
        put(label, .alternativeIdentifierLabels)
      }
    }
  }

  // MARK: Writing

  /// What the writer has to change so that PHP reads a cell as it is: a lone `0`, a backslash before a quotation mark or at
  /// the end.
  private func noteWriting(_ description: AtoMDescription) {
    for column in AtoMColumn.allCases {
      let cell = cells[column.rawValue].bytes
      guard !cell.isEmpty else { continue }
      if Bytes.equal(cell, "0") {
        account.change(column, description.value(column))
        account.findOnce("atom-csv-zero-written", .warning, [column.name])
      } else if AtoMCSVNormaliser.hasEscape(cell) {
        account.change(column, description.value(column))
        account.findOnce("atom-csv-backslash-written", .note, [column.name])
      }
    }
  }

  private static func hasEscape(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard cell.contains(0x5C) else { return false }
    if cell.last == 0x5C { return true }
    return cell.indices.dropLast().contains { cell[$0] == 0x5C && cell[$0 + 1] == 0x22 }
  }

  // MARK: Lengths

  /// A value too long for AtoM's database keeps its start; the rest goes to the account.
  private func limit(_ index: Int) {
    guard let column = AtoMColumn(rawValue: index) else { return }
    let whole = cells[index].array
    let parts = column.isMultiple ? whole.split(separator: 0x7C, omittingEmptySubsequences: false) : [whole[...]]
    guard parts.contains(where: { $0.count > column.limit }) else { return }
    cells[index].count = 0
    for (position, part) in parts.enumerated() {
      if position > 0 { put("|", column) }
      part.withUnsafeBufferPointer { bytes in
        guard bytes.count > column.limit else { return put(bytes, column) }
        account.find("value-too-long", .warning, [column.name, String(bytes.count), String(column.limit)])
        let cut = AtoMConverter.cut(bytes, column.limit - 4)
        put(UnsafeBufferPointer(rebasing: bytes[..<cut]), column)
        account.lose(column, Bytes.trimmed(UnsafeBufferPointer(rebasing: bytes[cut...])), reason: .tooLong)
      }
    }
  }
}
