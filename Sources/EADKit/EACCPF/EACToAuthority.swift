/// Makes rows of AtoM's authority CSV, and of its relationships, of one EAC-CPF file.
final class EACToAuthority {
  let tree: EACTree
  let options: EACOptions
  let account: EACAccount
  let crosswalk: EACCrosswalk
  var record = AuthorityRecord()
  var culture = ""
  /// Column and term, separated by a tab.
  private(set) var newTerms: Set<String> = []
  private(set) var rows = ByteBuffer()
  private(set) var relations = ByteBuffer()
  private(set) var rowCount = 0
  private(set) var relationCount = 0
  /// Authorized forms of the rows.
  private(set) var recordNames: [[UInt8]] = []
  /// Names of the identity at hand that wait until it is known which is the authorized form.
  var waiting: [NameForm] = []
  var status = RecordStatus()
  private var saidDraftOfTerms = false
  /// The column whose last item ended in a note.
  var lastItemHadNotes: AuthorityColumn?

  init(tree: EACTree, options: EACOptions, account: EACAccount) {
    self.tree = tree
    self.options = options
    self.account = account
    crosswalk = EACCrosswalk.table
  }

  deinit {
    rows.deallocate()
    relations.deallocate()
  }

  /// Converts the file.
  ///
  /// - Throws: `EADError` when nothing says the culture of the rows.
  func run() throws(EADError) {
    let root = tree.root
    let identifier = root.first("control")?.first("recordId")?.plainText ?? []
    account.component = identifier.withUnsafeBufferPointer(Excerpt.text)
    culture = try findCulture()
    if !options.includesInternal { setInternalApart() }
    record.set(culture, .culture)
    attributes(of: root)
    if let control = root.first("control") {
      visit(control)
      settleStatus(control)
    }
    // What control says is part of every row of the file.
    let common = record
    var identities: [EACElement] = []
    for child in root.elements where child.name != "control" {
      if child.name == "multipleIdentities" {
        attributes(of: child)
        identities += child.all("cpfDescription")
      } else if child.name == "cpfDescription" {
        identities.append(child)
      }
    }
    if identities.count > 1 {
      account.find("eac-several-identities", .note, line: identities[1].line, [String(identities.count)])
    }
    for identity in identities {
      record = common
      convert(identity)
    }
    if identities.isEmpty { account.find("eac-no-description", .warning, line: root.line) }
    account.settle(tree, crosswalk: crosswalk)
  }

  private func convert(_ identity: EACElement) {
    waiting = []
    lastItemHadNotes = nil
    listed = [:]
    attributes(of: identity)
    // Relations name both ends: the authorized form has to be known first.
    for child in identity.elements where child.name == "identity" { apply(child) }
    settleNames(identity)
    for child in identity.elements where child.name != "identity" && child.name != "relations" { apply(child) }
    if record.isEmpty(.authorizedFormOfName) {
      account.find("eac-nameless", .error, line: identity.line)
      identity.mark(.noColumn)
      // Whatever was marked as used is in no row after all.
      unuse(identity)
      return
    }
    recordNames.append(record[.authorizedFormOfName])
    for child in identity.elements where child.name == "relations" { apply(child) }
    for event in AuthorityRowWriter.write(record, to: &rows) {
      if case .tooLong(let column, let length, let rest) = event {
        account.find("eac-too-long", .warning, line: identity.line, [column.name, String(length), String(column.limit)])
        account.lose(identity, rest, .tooLong)
      }
    }
    rowCount += 1
  }

  /// Members of each list of the row, and the most a list may have.
  private var listed: [AuthorityColumn: Int] = [:]
  private static let mostMembers = 2000

  private func unuse(_ identity: EACElement) {
    for at in identity.index..<identity.end where !tree.nodes[at].isApart {
      tree.nodes[at].state = 0
      for place in EACElement(tree: tree, index: at).attributeIndexes { tree.attributes[place].state = 0 }
    }
  }

  private func setInternalApart() {
    for index in tree.nodes.indices where !tree.nodes[index].isText && !tree.nodes[index].isApart {
      let element = EACElement(tree: tree, index: index)
      if let audience = element.peek("audience"), audience.elementsEqual("internal".utf8) {
        element.setApart(.internal)
      }
    }
  }

  // MARK: By the table

  private func attributes(of element: EACElement) {
    for name in element.attributeNames {
      guard let entry = crosswalk.entry(attribute: name, of: element) else { continue }
      switch entry.action {
      case .status: takeStatus(element.take(name) ?? [], from: element, attribute: name)
      case .detail: detail(element.take(name) ?? [], element, attribute: name)
      case .omit: element.mark(name, .saidByCode)
      default: break
      }
    }
  }

  private func visit(_ element: EACElement) {
    attributes(of: element)
    for child in element.elements { apply(child) }
  }

  /// Does with an element what the first row that fits says; without a row it stays unmarked, and is thereby lost.
  func apply(_ element: EACElement) {
    if element.isApart { return }
    guard let entry = crosswalk.entry(element) else { return }
    let column = entry.column ?? .generalContext
    switch entry.action {
    case .descend: visit(element)
    case .line: add(EACText.line(element), element, column, separator: "; ")
    case .prose: prose(element, column)
    case .point: point(element, column)
    case .name: name(element, column, inSet: nil)
    case .names: names(element)
    case .entity: entity(element)
    case .dates: dates(element, column)
    case .items: item(element, column)
    case .occupation: occupation(element)
    case .event: event(element, column)
    case .agency: agency(element, column)
    case .convention: convention(element, column)
    case .source: source(element, column)
    case .status: takeStatus(EACText.line(element), from: element, attribute: nil)
    case .detail: detail(EACText.line(element.first("term") ?? element), element, attribute: nil)
    case .relation: relation(element, entry)
    case .digital: digitalObject(element, column)
    case .omit: element.mark(.saidByCode, attributes: true)
    case .language, .lose, .encoding: break
    }
  }

  // MARK: Cells

  /// Adds a value to a cell; what a list has already is an omission, a pipe a change.
  func add(_ value: [UInt8], _ element: EACElement, _ column: AuthorityColumn, separator: StaticString = "\n\n") {
    guard !value.isEmpty else { return }
    if value.contains(0x7C) { account.change(element, nil) }
    if column.isMultiple {
      let plain = value.withUnsafeBufferPointer { AuthorityRecord.withoutPipes($0) }
      // Each member is compared with those before it.
      guard listed[column, default: 0] < EACToAuthority.mostMembers else {
        account.find("eac-too-many", .warning, line: element.line, [column.name, String(EACToAuthority.mostMembers)])
        account.lose(element, value, .tooLong)
        return
      }
      listed[column, default: 0] += 1
      if record[column].split(separator: 0x7C).contains(where: { $0.elementsEqual(plain) }) {
        account.lose(element, value, .duplicate)
        return
      }
    }
    record.add(value, to: column, separator: separator)
  }

  func prose(_ element: EACElement, _ column: AuthorityColumn) {
    var text = EACText(markdown: options.markdown)
    switch element.name {
    case "p", "list", "outline", "citation", "descriptiveNote": text.element(element)
    case "maintenanceEvent":
      for part in element.elements where part.name == "eventDescription" { text.element(part) }
      // Beside a whole history stands only what the schema demands.
      if let id = element.peek("id"), id.elementsEqual("revision-history".utf8) { element.mark(.saidByCode, attributes: true) }
    default: text.blocks(element)
    }
    add(text.out, element, column)
  }

  private func point(_ element: EACElement, _ column: AuthorityColumn) {
    // A term each; without one, all the text there is.
    let terms = element.elements.filter { ["term", "placeEntry", "placeName"].contains($0.name) }
    for term in terms.isEmpty ? [element] : terms { add(EACText.line(term), term, column) }
  }

  private func dates(_ element: EACElement, _ column: AuthorityColumn) {
    for child in element.elements where EACDates.names.contains(child.name) {
      add(EACDates.text(child), child, column, separator: ", ")
    }
    if let note = element.first("descriptiveNote") { add(EACText.line(note), note, column, separator: ". ") }
  }

  /// The term of a taxonomy in the culture of the row.
  func term(_ taxonomy: AtoMTerms.Taxonomy, _ key: String, column: AuthorityColumn) -> String {
    let found = AtoMTerms.term(taxonomy, key, culture: culture)
    if !found.exists { newTerms.insert(column.name + "\t" + found.term) }
    return found.term
  }

  /// A term that AtoM will make.
  func newTerm(_ term: String, _ column: AuthorityColumn) { newTerms.insert(column.name + "\t" + term) }

  private func entity(_ element: EACElement) {
    let value = element.take("value") ?? EACText.line(element)
    let key: String
    switch value.withUnsafeBufferPointer({ Bytes.key($0) }) {
    case "corporatebody": key = "Corporate body"
    case "person": key = "Person"
    case "family": key = "Family"
    default:
      account.find("eac-entity-type", .warning, line: element.line, [value.withUnsafeBufferPointer(Excerpt.text)])
      account.lose(element, value, .noColumn)
      return
    }
    record.set(term(.typeOfEntity, key, column: .typeOfEntity), .typeOfEntity)
    account.change(element, element.peek("value") == nil ? nil : "value")
  }

  // MARK: Relations

  private func relation(_ element: EACElement, _ entry: EACCrosswalk.Entry) {
    // Without a second sheet every word of it is a loss.
    guard options.writesRelations else {
      account.find("eac-relations-unwanted", .note, line: element.line)
      return
    }
    let target = element.first("targetEntity")
    if let type = target?.peek("targetType"), ["function", "resource"].contains(String(decoding: type, as: UTF8.self)) { return }
    let entries = tree.generation == .eac2010 ? element.all("relationEntry") : target.map { [$0] } ?? []
    let object: [UInt8]
    if let named = entries.first(where: \.hasText) {
      object = named.name == "targetEntity" ? parts(named) : EACText.line(named)
    } else if let title = element.peek("xlink:title"), !title.allSatisfy(Bytes.isSpace) {
      // The link's title is the name for people to read, in files that give no other.
      _ = element.take("xlink:title")
      object = EACElement.collapsed(title)
    } else {
      account.find("eac-relation-nameless", .warning, line: element.line)
      return
    }
    var relation = AuthorityRelation()
    relation[.subjectAuthorizedFormOfName] = record[.authorizedFormOfName]
    relation[.objectAuthorizedFormOfName] = object
    _ = target?.take("targetType")
    if let title = element.peek("xlink:title"), EACElement.collapsed(title).elementsEqual(object) {
      element.mark("xlink:title", .saidByCode)
    }
    relation[.relationType] = type(of: element, entry)
    relation[.culture] = Array(culture.utf8)
    if let date = element.elements.first(where: { EACDates.names.contains($0.name) }) {
      let parts = EACDates.parts(date)
      relation[.date] = parts.text
      relation[.startDate] = parts.start
      relation[.endDate] = parts.end
    }
    var text = EACText(markdown: options.markdown)
    for child in element.elements where ["descriptiveNote", "place", "placeEntry", "targetRole"].contains(child.name) {
      child.name == "descriptiveNote" ? text.element(child) : text.blocks(child)
    }
    relation[.description] = text.out
    if object.contains(0x7C) || text.out.contains(0x7C) { account.change(element, nil) }
    for cut in relation.write(to: &relations) {
      account.find("eac-too-long", .warning, line: element.line, [cut.column.name, String(cut.length), String(cut.column.limit)])
      account.lose(element, cut.rest, .tooLong)
    }
    relationCount += 1
  }

  private func type(of element: EACElement, _ entry: EACCrosswalk.Entry) -> [UInt8] {
    if !entry.value.isEmpty {
      if let type = element.first("relationType") {
        account.change(type, nil)
        type.useAll()
      } else if element.peek("cpfRelationType") != nil {
        account.change(element, "cpfRelationType")
      }
      // AtoM's terms are known in English; a site in another language may have translated them.
      if !saidDraftOfTerms, culture != "en" {
        saidDraftOfTerms = true
        account.find("eac-relation-terms", .warning, line: element.line, [entry.value, culture])
      }
      return Array(entry.value.utf8)
    }
    let types = element.all("relationType").filter(\.hasText)
    guard let first = types.first else {
      account.find("eac-relation-untyped", .note, line: element.line)
      return Array("associative".utf8)
    }
    // AtoM takes one type; further ones stay unmarked.
    return EACText.line(first)
  }

  private func digitalObject(_ element: EACElement, _ column: AuthorityColumn) {
    guard let target = element.first("targetEntity") else { return }
    let value = parts(target)
    _ = target.take("targetType")
    element.first("relationType")?.useAll()
    if record.isEmpty(column) { record.set(value, column) } else { account.lose(target, value, .noColumn) }
  }
}
