/// A name of an identity that has not found its column yet.
struct NameForm {
  var element: EACElement
  var value: [UInt8]
  var column: AuthorityColumn
  var isInSet: Bool
}

/// Names.
extension EACToAuthority {
  /// A set of forms: several languages or scripts of one name.
  func names(_ set: EACElement) {
    // The set as a whole may be called authorized: then its preferred form, or its first, is.
    let isAuthorized = set.first("authorizedForm") != nil
    var entries = set.all("nameEntry")
    if isAuthorized, let preferred = entries.firstIndex(where: { $0.first("preferredForm") != nil }), preferred > 0 {
      entries.insert(entries.remove(at: preferred), at: 0)
    }
    for (position, element) in entries.enumerated() {
      let entry = crosswalk.entry(element)
      let column = isAuthorized && position == 0 ? .authorizedFormOfName : entry?.column ?? .parallelFormsOfName
      name(element, column, inSet: set)
    }
    if set.peek("localType").map({ $0.elementsEqual("parallel".utf8) }) == true { _ = set.take("localType") }
    for child in set.elements where ["authorizedForm", "alternativeForm"].contains(child.name) { rulesOfName(child) }
  }

  func name(_ element: EACElement, _ column: AuthorityColumn, inSet set: EACElement?) {
    var value = parts(element)
    for child in element.elements where ["authorizedForm", "alternativeForm", "preferredForm"].contains(child.name) {
      rulesOfName(child)
    }
    for (attribute, said) in [("status", ["authorized", "alternative"]), ("preferredForm", ["true", "1", "false", "0"])] {
      if let given = element.peek(attribute), said.contains(String(decoding: given, as: UTF8.self)) {
        _ = element.take(attribute)
      }
    }
    guard !value.isEmpty else { return }
    // Times of use would make the authorized form another name.
    if column != .authorizedFormOfName, let use = element.first("useDates") {
      let dates = use.elements.filter { EACDates.names.contains($0.name) }.map(EACDates.text).filter { !$0.isEmpty }
      if !dates.isEmpty {
        value += Array(" (".utf8) + Array(dates.joined(separator: Array(", ".utf8))) + Array(")".utf8)
      }
    }
    waiting.append(NameForm(element: element, value: value, column: column, isInSet: set != nil))
  }

  /// Which rules a form follows: said already by the row's rules, or lost.
  private func rulesOfName(_ element: EACElement) {
    let text = element.plainText
    // Looking through the rules for each of thousands of names would take for ever.
    guard waiting.count < 500, record[.rules].count < 1 << 17 else { return }
    let isSaid = text.withUnsafeBufferPointer { text in
      record[.rules].withUnsafeBufferPointer { Bytes.containsIgnoringCase($0, text) }
    }
    if isSaid { element.mark(.saidByCode) }
  }

  /// The parts of a name, in their order.
  func parts(_ element: EACElement) -> [UInt8] {
    var value: [UInt8] = []
    for part in element.all("part") {
      let text = EACText.line(part)
      guard let first = text.first else { continue }
      if let last = value.last {
        value += Array((last == 0x2C || first == 0x28 || first == 0x2C ? " " : ", ").utf8)
      }
      value += text
    }
    return value
  }

  /// Puts the names into their columns, now that all are known.
  func settleNames(_ identity: EACElement) {
    if !waiting.contains(where: { $0.column == .authorizedFormOfName }), !waiting.isEmpty {
      let at = waiting.firstIndex { $0.column == .otherFormsOfName } ?? 0
      waiting[at].column = .authorizedFormOfName
      account.find(
        "eac-no-authorized-form", .note, line: waiting[at].element.line,
        [waiting[at].value.withUnsafeBufferPointer(Excerpt.text)])
    }
    for form in waiting {
      var column = form.column
      if column == .authorizedFormOfName, !record.isEmpty(column) {
        column = form.isInSet ? .parallelFormsOfName : .standardizedFormsOfName
      }
      add(form.value, form.element, column)
    }
    waiting = []
    if !record.isEmpty(.authorizedFormOfName), account.component.isEmpty {
      account.component = record[.authorizedFormOfName].withUnsafeBufferPointer(Excerpt.text)
    }
  }
}

/// Functions, mandates, legal statuses, places, occupations.
extension EACToAuthority {
  /// `term (dates, places)`, its notes in paragraphs below.
  func item(_ element: EACElement, _ column: AuthorityColumn) {
    let (line, notes) = itemText(element)
    var text = line
    if !notes.isEmpty { text += (line.isEmpty ? [] : [0x0A, 0x0A]) + notes }
    // A paragraph ends an item's notes, a line an item without.
    add(text, element, column, separator: lastItemHadNotes == column || line.isEmpty ? "\n\n" : "\n")
    lastItemHadNotes = notes.isEmpty ? nil : column
  }

  private func itemText(_ element: EACElement) -> (line: [UInt8], notes: [UInt8]) {
    var terms: [[UInt8]] = []
    var roles: [[UInt8]] = []
    var details: [[UInt8]] = []
    var notes = EACText(markdown: options.markdown)
    let isPlace = element.name == "place"
    for child in element.children {
      if child.isText {
        // Text where the schema has none, as in EAC-CPF of no particular schema.
        if child.hasText {
          terms.append(EACElement.collapsed(Array(child.bytes)))
          child.use()
        }
        continue
      }
      switch child.name {
      case "term": terms.append(EACText.line(child))
      case "placeRole": roles.append(EACText.line(child))
      case "placeEntry", "placeName": isPlace ? terms.append(EACText.line(child)) : details.append(EACText.line(child))
      case "address", "contact":
        var text = EACText(markdown: false)
        text.element(child)
        details.append(text.out)
      case "geographicCoordinates": details.append(EACText.line(child))
      case let name where EACDates.names.contains(name): details.append(EACDates.text(child))
      case "descriptiveNote", "citation", "p", "list", "outline": notes.element(child)
      default: break
      }
    }
    func joined(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.filter { !$0.isEmpty }.joined(separator: Array(", ".utf8))) }
    var line = joined(terms)
    let role = joined(roles)
    if !role.isEmpty { line = line.isEmpty ? role : role + Array(": ".utf8) + line }
    let detail = joined(details)
    if !detail.isEmpty { line += line.isEmpty ? detail : Array(" (".utf8) + detail + Array(")".utf8) }
    return (line, notes.out)
  }

  func occupation(_ element: EACElement) {
    var terms: [[UInt8]] = []
    var details: [[UInt8]] = []
    var notes = EACText(markdown: options.markdown)
    for child in element.children {
      if child.isText {
        if child.hasText {
          terms.append(EACElement.collapsed(Array(child.bytes)))
          child.use()
        }
        continue
      }
      switch child.name {
      case "term": terms.append(EACText.line(child))
      case "placeEntry", "placeName": details.append(EACText.line(child))
      case let name where EACDates.names.contains(name): details.append(EACDates.text(child))
      case "descriptiveNote", "citation", "p", "list", "outline": notes.element(child)
      default: break
      }
    }
    terms.removeAll(where: \.isEmpty)
    details.removeAll(where: \.isEmpty)
    var note = Array(details.joined(separator: Array(", ".utf8)))
    if !notes.out.isEmpty { note += (note.isEmpty ? [] : [0x0A, 0x0A]) + notes.out }
    // A note without an occupation would come to stand beside another one.
    guard let first = terms.first else {
      add(note, element, .history)
      return
    }
    record.addOccupation(first, note: note)
    for term in terms.dropFirst() { record.addOccupation(term) }
    if (terms.joined() + note).contains(0x7C) { account.change(element, nil) }
  }
}
