/// Writes one row of AtoM's authority CSV as a file of EAC-CPF 2.0 that its schema takes.
///
/// What the schema demands and the row does not have is filled in under an `id` that says so; such elements are left
/// aside when the file becomes a row again.
struct AuthorityToEAC {
  static let assumedAgency = "assumed-agency"
  static let assumedType = "assumed-type"
  static let generatedRecordID = "generated-record-id"

  /// What one file is made of.
  struct Content {
    var row: AuthorityRow
    var relations: [AuthorityRelationTable.Row]
    /// Types of the entities of the sheets, by their names.
    var types: [[UInt8]: [UInt8]]
  }

  private let content: Content
  private let options: EACOptions
  private let account: AuthorityCSVAccount
  private let output: XMLOutput
  private var xml: EACXML
  private var culture = ""
  private var row: AuthorityRow { content.row }

  init(_ content: Content, options: EACOptions, account: AuthorityCSVAccount, output: XMLOutput) {
    self.content = content
    self.options = options
    self.account = account
    self.output = output
    xml = EACXML(output, indentation: options.indentation)
  }

  mutating func write() throws(EADError) {
    findCulture()
    output.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" as StaticString)
    xml.start("eac", ["xmlns": EACGeneration.eac2.namespace])
    control()
    xml.start("cpfDescription")
    identity()
    description()
    writeRelations()
    xml.end()
    try xml.finish()
    for other in row.others where !used.contains(other.name) { account.lose(other.name, other.value) }
  }
  private var used: Set<String> = []

  private func other(_ name: String) -> [UInt8] { row.others.first { $0.name == name }?.value ?? [] }

  /// The culture of the row, as AtoM takes it.
  private mutating func findCulture() {
    let given = String(decoding: row[.culture], as: UTF8.self)
    if given.isEmpty {
      culture = options.culture ?? options.defaultCulture ?? "en"
      account.find("eac-row-culture", .warning, [culture])
    } else if let known = AtoMCultures.canonical(given) {
      culture = known
      if known != given { account.change(AuthorityColumn.culture.name, row[.culture]) }
    } else {
      culture = options.culture ?? options.defaultCulture ?? "en"
      account.find("eac-row-culture-unknown", .warning, [given, culture])
      account.lose(AuthorityColumn.culture.name, row[.culture])
    }
  }

  // MARK: Control

  private mutating func control() {
    let status = statusAttributes()
    let detail = detailLevel()
    xml.start(
      "control",
      [
        ("languageEncoding", Array("ietf-bcp-47".utf8)), ("detailLevel", detail.map { Array($0.utf8) }),
        ("maintenanceStatus", Array(status.maintenance.utf8)), ("publicationStatus", status.publication.map { Array($0.utf8) }),
      ])
    if row[.descriptionIdentifier].isEmpty {
      xml.element("recordId", Array(row.slug.utf8), [("id", Array(AuthorityToEAC.generatedRecordID.utf8))])
    } else {
      xml.element("recordId", row[.descriptionIdentifier])
    }
    agency()
    history()
    sources()
    for item in EACXML.items(row[.rules]) {
      xml.start("conventionDeclaration")
      xml.element("reference", item.line)
      note(item.notes)
      xml.end()
    }
    languages()
    if !status.isAttribute { localControl("descriptionStatus", row[.status]) }
    if detail == nil { localControl("detailLevel", row[.levelOfDetail]) }
    let legacy = other("legacyId")
    if !legacy.isEmpty {
      used.insert("legacyId")
      xml.element("otherRecordId", legacy, [("localType", Array("legacyId".utf8))])
    }
    xml.end()
  }

  /// A status that EAC-CPF has an attribute for; any other is a local one.
  private func statusAttributes() -> (maintenance: String, publication: String?, isAttribute: Bool) {
    switch exactKey(.descriptionStatus, .status) {
    case "Draft": ("new", "inProcess", true)
    case "Final": ("new", "approved", true)
    case "Revised": ("revised", nil, true)
    default: ("new", nil, false)
    }
  }

  private func detailLevel() -> String? {
    switch exactKey(.levelOfDetail, .levelOfDetail) {
    case "Full": "extended"
    case "Partial": "basic"
    case "Minimal": "minimal"
    default: nil
    }
  }

  /// The key of a term that is AtoM's own in the culture of the row, letter by letter: another one would not come back.
  private func exactKey(_ taxonomy: AtoMTerms.Taxonomy, _ column: AuthorityColumn) -> String? {
    let label = String(decoding: row[column], as: UTF8.self)
    guard !label.isEmpty, let key = AtoMTerms.key(taxonomy, label: label) else { return nil }
    return AtoMTerms.term(taxonomy, key, culture: culture).term.utf8.elementsEqual(label.utf8) ? key : nil
  }

  private mutating func localControl(_ type: String, _ value: [UInt8]) {
    guard !value.isEmpty else { return }
    xml.start("localControl", ["localType": type])
    xml.element("term", value)
    xml.end()
  }

  private mutating func agency() {
    xml.start("maintenanceAgency")
    if !row[.institutionIdentifier].isEmpty {
      xml.element("agencyName", row[.institutionIdentifier])
    } else {
      let name = options.agencyName ?? "[Agency]"
      if options.agencyName == nil { account.find("eac-no-agency", .note) }
      xml.element("agencyName", Array(name.utf8), [("id", Array(AuthorityToEAC.assumedAgency.utf8))])
    }
    note(row[.maintenanceNotes])
    xml.end()
  }

  /// The history of the record, and the event without which the schema takes none.
  private mutating func history() {
    xml.start("maintenanceHistory")
    if !row[.revisionHistory].isEmpty {
      xml.start("maintenanceEvent", ["id": "revision-history", "maintenanceEventType": "unknown"])
      xml.start("agent", ["agentType": "unknown"])
      xml.end()
      // The schema demands a time, and the cell has as many as it has lines.
      xml.element("eventDateTime", Array("unknown".utf8))
      xml.lines("eventDescription", row[.revisionHistory].filter { $0 != 0x0D })
      xml.end()
    }
    xml.start("maintenanceEvent", ["id": "conversion", "maintenanceEventType": "derived"])
    xml.element("agent", Array("ead-convert".utf8), [("agentType", Array("machine".utf8))])
    xml.start("eventDateTime", ["standardDateTime": options.timestamp])
    xml.end()
    xml.element("eventDescription", Array("Converted from a CSV of AtoM's authority records".utf8))
    xml.end()
    xml.end()
  }

  private mutating func sources() {
    let items = EACXML.items(row[.sources])
    guard !items.isEmpty else { return }
    xml.start("sources")
    for item in items {
      xml.start("source")
      xml.element("reference", item.line)
      note(item.notes)
      xml.end()
    }
    xml.end()
  }

  /// The culture first: it is what a row is made of again.
  private mutating func languages() {
    func codes(_ name: String) -> [[UInt8]] {
      let value = other(name)
      let parts = value.split(separator: 0x7C).map { EACElement.trimmed(Array($0)) }
      let isToken = parts.allSatisfy { part in
        !part.isEmpty && part.allSatisfy { $0 < 0x80 && (Bytes.isWord($0) || $0 == 0x2D) }
      }
      if !value.isEmpty, isToken { used.insert(name) }
      return isToken ? parts : []
    }
    let own = Array(culture.utf8).map { $0 == 0x5F ? 0x2D : $0 }
    let scripts = codes("script")
    let languages = [own] + codes("language").filter { !$0.elementsEqual(own) }
    for (position, language) in languages.enumerated() {
      let script = position < scripts.count ? scripts[position] : nil
      xml.start("languageDeclaration", [("languageCode", language), ("scriptCode", script)])
      xml.end()
    }
    for script in scripts.dropFirst(languages.count) { account.lose("script", script) }
  }

  private mutating func note(_ text: [UInt8]) {
    guard !text.isEmpty else { return }
    xml.start("descriptiveNote")
    xml.blocks(text, lists: false)
    xml.end()
  }

  // MARK: Identity

  /// EAC-CPF's word for AtoM's term in whatever language.
  static func entityType(_ label: [UInt8]) -> String? {
    switch AtoMTerms.key(.typeOfEntity, label: String(decoding: label, as: UTF8.self)) {
    case "Corporate body": "corporateBody"
    case "Person": "person"
    case "Family": "family"
    default: nil
    }
  }

  private mutating func identity() {
    xml.start("identity")
    let type = AuthorityToEAC.entityType(row[.typeOfEntity])
    if let type {
      xml.start("entityType", ["value": type])
      if exactKey(.typeOfEntity, .typeOfEntity) == nil { account.change(AuthorityColumn.typeOfEntity.name, row[.typeOfEntity]) }
    } else {
      account.find("eac-type-assumed", .warning, [row[.typeOfEntity].withUnsafeBufferPointer(Excerpt.text)])
      xml.start("entityType", ["id": AuthorityToEAC.assumedType, "value": "corporateBody"])
    }
    xml.end()
    names()
    if type == nil, !row[.typeOfEntity].isEmpty {
      xml.start("otherEntityTypes")
      xml.start("otherEntityType", ["localType": "typeOfEntity"])
      xml.element("term", row[.typeOfEntity])
      xml.end()
      xml.end()
    }
    if !row[.corporateBodyIdentifiers].isEmpty { xml.element("identityId", row[.corporateBodyIdentifiers]) }
    xml.end()
  }

  private mutating func name(_ part: [UInt8], _ attributes: KeyValuePairs<String, String>) {
    xml.start("nameEntry", attributes)
    xml.element("part", part)
    xml.end()
  }

  private mutating func names() {
    let parallel = row.members(.parallelFormsOfName)
    if !parallel.isEmpty { xml.start("nameEntrySet", ["localType": "parallel"]) }
    name(row[.authorizedFormOfName], ["status": "authorized"])
    for form in parallel { name(form, ["status": "alternative"]) }
    if !parallel.isEmpty { xml.end() }
    for form in row.members(.standardizedFormsOfName) { name(form, ["localType": "standardized", "status": "alternative"]) }
    for form in row.members(.otherFormsOfName) { name(form, ["status": "alternative"]) }
  }

  // MARK: Description

  private mutating func description() {
    let columns: [AuthorityColumn] = [
      .functions, .legalStatus, .mandates, .actorOccupations, .actorOccupationNotes, .places, .placeAccessPoints,
      .subjectAccessPoints, .datesOfExistence, .history, .generalContext, .internalStructures,
    ]
    guard columns.contains(where: { !row[$0].isEmpty }) else { return }
    xml.start("description")
    items(.functions, "functions", "function")
    items(.legalStatus, "legalStatuses", "legalStatus")
    points(.subjectAccessPoints)
    items(.mandates, "mandates", "mandate")
    occupations()
    places()
    prose(.history, "biogHist")
    dates()
    prose(.generalContext, "generalContext")
    prose(.internalStructures, "structureOrGenealogy")
    xml.end()
  }

  private mutating func items(_ column: AuthorityColumn, _ set: String, _ item: String) {
    let found = EACXML.items(row[column])
    guard !found.isEmpty else { return }
    xml.start(set)
    for (line, notes) in found {
      xml.start(item)
      xml.element("term", line)
      note(notes)
      xml.end()
    }
    xml.end()
  }

  private mutating func points(_ column: AuthorityColumn) {
    let terms = row.members(column)
    guard !terms.isEmpty else { return }
    xml.start("localDescriptions")
    for term in terms {
      xml.start("localDescription", ["localType": "subjectAccessPoint"])
      xml.element("term", term)
      xml.end()
    }
    xml.end()
  }

  private mutating func occupations() {
    let terms = row.places(.actorOccupations)
    let notes = row.places(.actorOccupationNotes)
    for note in notes.dropFirst(terms.count) where !isVoid(note) { account.lose(AuthorityColumn.actorOccupationNotes.name, note) }
    var isOpen = false
    for (position, term) in terms.enumerated() {
      let text = position < notes.count && !isVoid(notes[position]) ? notes[position] : []
      guard !term.isEmpty else {
        account.lose(AuthorityColumn.actorOccupationNotes.name, text)
        continue
      }
      if !isOpen { xml.start("occupations") }
      isOpen = true
      xml.start("occupation")
      xml.element("term", term)
      note(text)
      xml.end()
    }
    if isOpen { xml.end() }
  }

  /// AtoM's word for no note.
  private func isVoid(_ note: [UInt8]) -> Bool { note.isEmpty || note.elementsEqual("NULL".utf8) }

  private mutating func places() {
    let found = EACXML.items(row[.places])
    let points = row.members(.placeAccessPoints)
    guard !found.isEmpty || !points.isEmpty else { return }
    xml.start("places")
    for (line, notes) in found {
      xml.start("place")
      xml.element("placeName", line)
      note(notes)
      xml.end()
    }
    for point in points {
      xml.start("place", ["localType": "placeAccessPoint"])
      xml.element("placeName", point)
      xml.end()
    }
    xml.end()
  }

  private mutating func prose(_ column: AuthorityColumn, _ element: String) {
    guard !row[column].isEmpty else { return }
    xml.start(element)
    xml.blocks(row[column], lists: true)
    xml.end()
  }

  private mutating func dates() {
    let words = row[.datesOfExistence]
    guard !words.isEmpty else { return }
    xml.start("existDates")
    var standard: [UInt8]?
    if let read = words.withUnsafeBufferPointer({ DateText.read($0) }) {
      standard = AuthorityToEAC.interval(AuthorityToEAC.iso(read.start), AuthorityToEAC.iso(read.end))
    }
    xml.element("date", words, [("standardDate", standard)])
    xml.end()
  }

  private static func iso(_ date: CalendarDate?) -> [UInt8] {
    guard let date else { return [] }
    var buffer = ByteBuffer()
    defer { buffer.deallocate() }
    date.write(to: &buffer)
    return buffer.array
  }

  /// `1900`, `1900/1950`, `1900/`, `/1950`; nil for nothing.
  private static func interval(_ start: [UInt8], _ end: [UInt8]) -> [UInt8]? {
    if start.isEmpty, end.isEmpty { return nil }
    return start.elementsEqual(end) ? start : start + [0x2F] + end
  }

  // MARK: Relations

  private mutating func writeRelations() {
    let objects = [AuthorityColumn.digitalObjectURI, .digitalObjectPath].filter { !row[$0].isEmpty }
    let relations = content.relations.filter { relation in
      if relation[.objectAuthorizedFormOfName].isEmpty {
        account.turn(to: relation.line, of: relation.file)
        defer { account.turn(to: row.line, of: row.file) }
        account.find("eac-relation-nameless", .warning)
        for column in AuthorityRelationColumn.allCases where column != .subjectAuthorizedFormOfName {
          account.lose("relations/" + column.name, relation[column])
        }
        for other in relation.others { account.lose("relations/" + other.name, other.value) }
        return false
      }
      return true
    }
    guard !objects.isEmpty || !relations.isEmpty else { return }
    xml.start("relations")
    for relation in relations { write(relation) }
    for column in objects {
      xml.start("relation")
      xml.start("targetEntity", ["targetType": "resource"])
      xml.element("part", row[column])
      xml.end()
      xml.element("relationType", Array(column.name.utf8))
      xml.end()
    }
    xml.end()
  }

  private mutating func write(_ relation: AuthorityRelationTable.Row) {
    account.turn(to: relation.line, of: relation.file)
    defer { account.turn(to: row.line, of: row.file) }
    xml.start("relation")
    let object = relation[.objectAuthorizedFormOfName]
    xml.start("targetEntity", [("targetType", content.types[object] ?? Array("agent".utf8))])
    xml.element("part", object)
    xml.end()
    let start = relation[.startDate]
    let end = relation[.endDate]
    let isDates = (start + end).allSatisfy { Bytes.isDigit($0) || $0 == 0x2D }
    let interval = isDates ? AuthorityToEAC.interval(start, end) : nil
    if !isDates {
      account.lose("relations/startDate", start)
      account.lose("relations/endDate", end)
    }
    if interval != nil || !relation[.date].isEmpty { xml.element("date", relation[.date], [("standardDate", interval)]) }
    if !relation[.relationType].isEmpty { xml.element("relationType", relation[.relationType]) }
    note(relation[.description])
    xml.end()
    // The culture of a file is one: that of a relationship in another has no place.
    if !relation[.culture].isEmpty, !relation[.culture].elementsEqual(culture.utf8) {
      account.lose("relations/culture", relation[.culture])
    }
    for other in relation.others { account.lose("relations/" + other.name, other.value) }
  }
}
