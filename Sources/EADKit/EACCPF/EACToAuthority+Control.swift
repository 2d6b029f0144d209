/// What the statuses of a record say, until all of them are known.
struct RecordStatus {
  var maintenance: (value: [UInt8], element: EACElement, attribute: String?)?
  var publication: (value: [UInt8], element: EACElement, attribute: String?)?
}

/// Control: culture, status, agency, rules, sources, history of the record.
extension EACToAuthority {
  // MARK: Culture

  func findCulture() throws(EADError) -> String {
    if let given = options.culture { return given }
    for declaration in tree.root.first("control")?.all("languageDeclaration") ?? [] {
      let (holder, attribute) = declaration.first("language").map { ($0, "languageCode") } ?? (declaration, "languageCode")
      guard let code = holder.peek(attribute), let culture = EACToAuthority.culture(code) else { continue }
      if !code.elementsEqual(culture.utf8) { account.change(holder, attribute) }
      _ = holder.take(attribute)
      // The language in words repeats its code.
      let words = holder.name == "language" ? holder.plainText : []
      if !words.isEmpty, Languages.named(String(decoding: words, as: UTF8.self)) == Languages.code(atomCode: culture) {
        holder.mark(.saidByCode)
      }
      // The root's own attribute repeats it.
      if let own = tree.root.peek("xml:lang"), EACToAuthority.culture(own) == culture {
        tree.root.mark("xml:lang", .saidByCode)
      }
      return culture
    }
    for attribute in ["xml:lang", "languageOfElement"] {
      if let code = tree.root.peek(attribute), let culture = EACToAuthority.culture(code) {
        _ = tree.root.take(attribute)
        return culture
      }
    }
    if let fallback = options.defaultCulture { return fallback }
    throw EADError("eac-no-culture", file: account.file, line: tree.root.line)
  }

  private static func culture(_ code: [UInt8]) -> String? {
    let text = String(decoding: EACElement.collapsed(code), as: UTF8.self)
    if let culture = AtoMCultures.canonical(text) { return culture }
    let short = Array(text.utf8).withUnsafeBufferPointer { Languages.code($0) }
    return short.flatMap(AtoMCultures.canonical)
  }

  // MARK: Status and detail

  func takeStatus(_ value: [UInt8], from element: EACElement, attribute: String?) {
    let isPublication = (attribute ?? element.name) == "publicationStatus"
    let value = EACElement.collapsed(value)
    if isPublication {
      status.publication = (value, element, attribute)
    } else {
      status.maintenance = (value, element, attribute)
    }
  }

  /// Draft, revised or final: a draft is one whatever else is said, and what was revised is so before it is final.
  func settleStatus(_ control: EACElement) {
    func word(_ status: (value: [UInt8], element: EACElement, attribute: String?)?) -> String {
      status.map { $0.value.withUnsafeBufferPointer { Bytes.key($0) } } ?? ""
    }
    let maintenance = word(status.maintenance)
    let publication = word(status.publication)
    let key: String? =
      publication == "inprocess"
      ? "Draft" : maintenance == "revised" ? "Revised" : ["approved", "published"].contains(publication) ? "Final" : nil
    let isOwn = record.isEmpty(.status)
    if let key, isOwn { record.set(term(.descriptionStatus, key, column: .status), .status) }
    // Which status a record of this program's own has is said by its publication status alone.
    let isOurs =
      control.first("maintenanceHistory")?.all("maintenanceEvent")
      .contains { $0.peek("id").map { $0.elementsEqual("conversion".utf8) } ?? false } ?? false
    for (given, said, isPublication) in [(status.maintenance, maintenance, false), (status.publication, publication, true)] {
      guard let given, !said.isEmpty else { continue }
      let isUsed =
        isOwn && (isPublication ? key == "Draft" || key == "Final" : key == "Revised") && !(isPublication && said == "revised")
      if isUsed {
        account.change(given.element, given.attribute)
      } else if said == "new", isOurs || !record.isEmpty(.status) {
        // What every record begins with.
        account.lose(given.element, given.value, .saidByCode, attribute: given.attribute)
      } else {
        account.lose(given.element, given.value, .noColumn, attribute: given.attribute)
        if said.hasPrefix("deleted") || said == "cancelled" {
          account.find("eac-deleted", .warning, line: given.element.line, [String(decoding: given.value, as: UTF8.self)])
        }
      }
    }
  }

  func detail(_ value: [UInt8], _ element: EACElement, attribute: String?) {
    let text = String(decoding: EACElement.collapsed(value), as: UTF8.self)
    guard !text.isEmpty else { return }
    let key: String? =
      switch text.lowercased() {
      case "extended": "Full"
      case "basic": "Partial"
      case "minimal" where attribute != nil: "Minimal"
      default: AtoMTerms.key(.levelOfDetail, label: text)
      }
    guard record.isEmpty(.levelOfDetail) else {
      account.lose(element, value, .noColumn, attribute: attribute)
      return
    }
    guard let key else {
      newTerm(text, .levelOfDetail)
      record.set(text, .levelOfDetail)
      return
    }
    let found = term(.levelOfDetail, key, column: .levelOfDetail)
    record.set(found, .levelOfDetail)
    if !found.utf8.elementsEqual(text.utf8) { account.change(element, attribute) }
  }

  // MARK: Agency, rules, sources

  func agency(_ element: EACElement, _ column: AuthorityColumn) {
    // The name first: it is what AtoM's own import keeps.
    for name in ["agencyName", "agencyCode", "otherAgencyCode"] {
      for child in element.all(name) {
        // What this program filled in, for want of a name.
        if let id = child.peek("id"), id.elementsEqual(AuthorityToEAC.assumedAgency.utf8) {
          child.mark(.saidByCode)
        } else {
          add(EACText.line(child), child, column, separator: "; ")
        }
      }
    }
    for child in element.all("descriptiveNote") { apply(child) }
  }

  func convention(_ element: EACElement, _ column: AuthorityColumn) {
    var line: [UInt8] = []
    for name in ["abbreviation", "shortCode", "citation", "reference"] {
      for child in element.all(name) {
        let text = EACText.line(child)
        guard !text.isEmpty else { continue }
        line += (line.isEmpty ? [] : Array(", ".utf8)) + text
        line += link(child, beside: line)
      }
    }
    itemWithNotes(element, line, column)
  }

  func source(_ element: EACElement, _ column: AuthorityColumn) {
    var line: [UInt8] = []
    for child in element.elements where ["sourceEntry", "reference", "citedRange"].contains(child.name) {
      let text = EACText.line(child)
      guard !text.isEmpty else { continue }
      line += (line.isEmpty ? [] : Array(", ".utf8)) + text
      line += link(child, beside: line)
    }
    let own = link(element, beside: line)
    line += line.isEmpty ? Array(own.dropFirst(2)) : own
    itemWithNotes(element, line, column)
  }

  /// `, address`, unless the text has it already.
  private func link(_ element: EACElement, beside text: [UInt8]) -> [UInt8] {
    guard let name = ["xlink:href", "href"].first(where: { element.peek($0) != nil }),
      let address = element.take(name).map(EACElement.collapsed), !address.isEmpty
    else { return [] }
    // Looking through a source of thousands of links for each of them would take for ever.
    guard text.count < 1 << 14 else { return Array(", ".utf8) + address }
    let isSaid = text.withUnsafeBufferPointer { text in address.withUnsafeBufferPointer { Bytes.contains(text, $0) } }
    return isSaid ? [] : Array(", ".utf8) + address
  }

  private func itemWithNotes(_ element: EACElement, _ line: [UInt8], _ column: AuthorityColumn) {
    var notes = EACText(markdown: options.markdown)
    for child in element.all("descriptiveNote") { notes.element(child) }
    var text = line
    if !notes.out.isEmpty { text += (line.isEmpty ? [] : [0x0A, 0x0A]) + notes.out }
    add(text, element, column, separator: lastItemHadNotes == column || line.isEmpty ? "\n\n" : "\n")
    lastItemHadNotes = notes.out.isEmpty ? nil : column
  }

  // MARK: History of the record

  /// `date: kind (agent, kind of agent): description`.
  func event(_ element: EACElement, _ column: AuthorityColumn) {
    var line: [UInt8] = []
    if let time = element.first("eventDateTime") {
      let words = EACText.line(time)
      if words.isEmpty {
        line += EACElement.collapsed(time.take("standardDateTime") ?? [])
      } else {
        line += words
        if let standard = time.peek("standardDateTime"), EACElement.collapsed(standard).elementsEqual(words) {
          time.mark("standardDateTime", .saidByCode)
        }
      }
    }
    func part(_ text: [UInt8], _ separator: String) {
      guard !text.isEmpty else { return }
      line += (line.isEmpty ? [] : Array(separator.utf8)) + text
    }
    let type = element.take("maintenanceEventType").map(EACElement.collapsed)
    // The attribute's name as an element is what some programs write for 2010's `eventType`.
    let said = element.first("eventType") ?? element.first("maintenanceEventType")
    part(type ?? said.map(EACText.line) ?? [], ": ")
    let agent = element.first("agent").map(EACText.line) ?? []
    let ownKind = element.first("agent")?.take("agentType").map(EACElement.collapsed)
    let kind = ownKind ?? element.first("agentType").map(EACText.line) ?? []
    let who = Array([agent, kind].filter { !$0.isEmpty }.joined(separator: Array(", ".utf8)))
    if !who.isEmpty { part(Array("(".utf8) + who + Array(")".utf8), " ") }
    var description = EACText(markdown: options.markdown)
    for child in element.all("eventDescription") { description.element(child) }
    part(description.out, ": ")
    add(line, element, column, separator: "\n")
  }
}
