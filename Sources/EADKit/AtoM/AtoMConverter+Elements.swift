/// From elements to cells: the rules of the crosswalk, one function each.
extension AtoMConverter {
  func dispatch(_ element: Cursor, _ place: CrosswalkActions.Context) {
    guard !element.isText, let action = actions.action(place, element) else { return }
    if context.skipsInternal, context.isInternal(element), action.rule != .descend {
      element.markAll(UnitNode.ignored, reason: .internal, attributes: true)
      return
    }
    switch action.rule {
    case .descend:
      if context.skipsInternal, context.isInternal(element) {
        element.markAll(UnitNode.ignored, reason: .internal, attributes: true)
        return
      }
      // A bare head of a group only names the group.
      for child in element.children {
        if child.name == Tag.head {
          groupHead(child)
        } else {
          dispatch(child, element.name == Tag.did ? .did : place)
        }
      }
    case .dsc: ownText(ofList: element)
    case .text: value(element, action.column)
    case .prose: prose(element, action.column)
    case .multi: multiple(element, action.column)
    case .lines: lines(element, action.column)
    case .labelled: labelled(element)
    case .note: note(element)
    case .status: status(element, action)
    case .title: title(element)
    case .identifier: identifierCandidate(element)
    case .dates: date(element)
    case .extent: extent(element)
    case .creators: origination(element)
    case .repository: repository(element)
    case .language: language(element)
    case .abstract:
      if let range = append(element, to: .scopeAndContent) { abstracts.append((element, range)) }
    case .container: container(element)
    case .location: location(element)
    case .digital: digitalObject(element)
    case .history: history(element)
    case .process: processInformation(element)
    case .access: accessPoints(element)
    case .point: accessPoint(element, action.column)
    case .index: index(element)
    case .eadid: identifierOfDescription(element)
    case .publication: publication(element)
    case .descriptionLanguage: descriptionLanguage(element)
    case .frontmatter: break
    }
  }

  func groupHead(_ head: Cursor) {
    head.markAll(UnitNode.ignored, reason: context.isOwnLabel(head) ? .repeatedLabel : .heading)
  }

  // MARK: Plain columns

  private func value(_ element: Cursor, _ column: AtoMColumn) {
    if column.isMultiple {
      multiple(element, column)
    } else if element.name == Tag.odd {
      append(element, to: column)
    } else {
      append(element, to: column, .line)
    }
  }

  private func prose(_ element: Cursor, _ column: AtoMColumn) {
    append(element, to: column)
  }

  /// One more value of a column with several: exact repeats are dropped, as AtoM would.
  func multiple(_ element: Cursor, _ column: AtoMColumn) {
    guard let range = render(element, .prose) else { return }
    if holds(column, scratchBytes(range)) {
      element.markAll(UnitNode.ignored, reason: .duplicate)
    } else {
      append(scratchBytes(range), to: column)
    }
  }

  /// Lines below each other in a cell with one value: `date: text` for an entry of a history.
  private func lines(_ element: Cursor, _ column: AtoMColumn) {
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    let dated: Set<NameID> = [Tag.change, Tag.maintenanceevent]
    for child in element.children {
      if child.isText {
        child.mark(UnitNode.used)
        renderer.put(child.bytes)
      } else if child.name == Tag.lb {
        renderer.element(child)
      } else if child.hasText || child.attribute(Attribute.standarddatetime) != nil {
        if child.name == Tag.date, element.name == Tag.creation { renderer.wordBreak() }
        if dated.contains(element.name) {
          if !renderer.isEmpty { renderer.separator(renderer.endsWithDate ? ": " : ", ") }
          renderer.endsWithDate = child.name == Tag.date || child.name == Tag.eventdatetime
        } else if element.name != Tag.creation, element.name != Tag.descrules, !renderer.isEmpty {
          renderer.separator(" ")
        }
        if !child.hasText, let when = child.use(Attribute.standarddatetime) {
          renderer.put(when)
        } else {
          renderer.element(child)
        }
      }
    }
    scratch.pointee.trim(from: start)
    append(scratchBytes(start..<scratch.pointee.count), to: column, separator: "\n")
  }

  // MARK: Notes

  private func labelled(_ element: Cursor) {
    guard let range = render(element, .prose) else { return }
    let label: String
    if element.name == Tag.prefercite {
      label = AtoMTerms.label("preferredCitation", culture: culture)
    } else if let own = element.use(Attribute.label) ?? element.use(Attribute.type), !Bytes.isBlank(own) {
      label = AtoMConverter.readable(own)
    } else {
      label = AtoMTerms.label("materialSpecificDetails", culture: culture)
    }
    append(label + ": " + string(range), to: .generalNote)
  }

  /// A general note, prefixed by its head, else its label, else its type in readable form.
  func note(_ element: Cursor) {
    var prefix = ""
    var head: Cursor?
    if let first = element.first(Tag.head), first.hasText, !context.isOwnLabel(first) {
      head = first
      if let range = render(first, .line) { prefix = string(range) }
    }
    if prefix.isEmpty, let label = element.use(Attribute.label), !Bytes.isBlank(label) {
      prefix = AtoMConverter.readable(label)
    }
    if prefix.isEmpty, let type = element.use(Attribute.type) ?? element.use(Attribute.localtype), !Bytes.isBlank(type) {
      let key = Bytes.key(type)
      if !["general", "generalnote", "note", "odd"].contains(key) { prefix = AtoMConverter.readable(type) }
    }
    guard let range = renderChildren(element, without: head) else {
      if !prefix.isEmpty, head != nil { append(prefix, to: .generalNote) }
      return
    }
    while let last = prefix.unicodeScalars.last, last == ":" || last == " " { prefix.unicodeScalars.removeLast() }
    append(prefix.isEmpty ? string(range) : prefix + ": " + string(range), to: .generalNote)
  }

  func renderChildren(_ element: Cursor, without skipped: Cursor?) -> Range<Int>? {
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .prose, context)
    var before: NameID = Tag.text
    for child in element.children where child.index != skipped?.index { renderer.child(child, after: &before) }
    scratch.pointee.trim(from: start)
    return scratch.pointee.count > start ? start..<scratch.pointee.count : nil
  }

  func string(_ range: Range<Int>) -> String { String(decoding: scratchBytes(range), as: UTF8.self) }

  /// `general_note` → `General note`; pipes cannot stay.
  static func readable(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var text = LossAccount.collapse(bytes).withoutPipes
    if !text.contains(" ") { text = text.replacing("_", with: " ").replacing("-", with: " ") }
    guard let first = text.first else { return text }
    return first.uppercased() + text.dropFirst()
  }

  private func status(_ element: Cursor, _ action: CrosswalkAction) {
    guard let taxonomy = action.taxonomy, let range = render(element, .line) else { return }
    let said = string(range)
    let cell = cell(action.column)
    if cell.pointee.count > 0 {
      element.markAll(UnitNode.ignored, reason: .noColumn)
      return
    }
    if let key = AtoMTerms.key(taxonomy, label: said) {
      append(AtoMTerms.term(taxonomy, key, culture: culture).term, to: action.column)
    } else {
      append(said, to: action.column)
      newTerm(action.column, said)
    }
  }

  private func processInformation(_ element: Cursor) {
    // Dates of the description (ISAD(G) 3.7.3); the text they stand in keeps them as well when there is more of it.
    var dates: [Cursor] = []
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      if cursor.name == Tag.date, cursor.hasText { dates.append(cursor) }
    }
    let onlyDates = dates.count > 0 && !AtoMConverter.hasTextBesides(element, dates)
    for date in dates {
      if let range = render(date, .line) { append(scratchBytes(range), to: .revisionHistory, separator: "\n") }
    }
    if !onlyDates { multiple(element, .archivistNote) }
  }

  static func hasTextBesides(_ element: Cursor, _ parts: [Cursor]) -> Bool {
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      if cursor.isText, !Bytes.isBlank(cursor.bytes), !parts.contains(where: { ($0.index..<$0.end).contains(index) }) {
        return true
      }
    }
    return false
  }

  /// What a `dsc` says besides its components.
  private func ownText(ofList element: Cursor) {
    let head = element.first(Tag.head)
    let hasText = element.children.contains { $0.name != Tag.head && ($0.isText ? !Bytes.isBlank($0.bytes) : $0.hasText) }
    if !hasText {
      if let head { groupHead(head) }
      for child in element.children where child.name == Tag.dsc { ownText(ofList: child) }
      return
    }
    note(element)
  }

  private func index(_ element: Cursor) {
    guard options.indexAsAccessPoints else {
      element.markAll(UnitNode.ignored, reason: .index)
      return
    }
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      if cursor.name == Tag.indexentry {
        for child in cursor.children { indexed(child) }
      } else if cursor.name == Tag.head {
        groupHead(cursor)
      }
    }
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      if cursor.isText, !cursor.isMarked { cursor.markAll(UnitNode.ignored, reason: .index) }
    }
  }

  private func indexed(_ element: Cursor) {
    if element.name == Tag.namegrp {
      for child in element.children { indexed(child) }
    } else if let action = actions.action(.access, element) {
      accessPoint(element, action.column)
    }
  }

  // MARK: Title (ISAD(G) 3.1.2) and identifier (3.1.1)

  private func title(_ element: Cursor) {
    // A date inside the title is an event as well; it leaves the title when it stands at its end.
    let dates = element.children.filter { $0.name == Tag.unitdate || $0.name == Tag.unitdatestructured }
    let isFirst = !hasTitle
    let target: AtoMColumn = isFirst ? .title : .scopeAndContent
    if dates.isEmpty {
      if append(element, to: target, .line) != nil { hasTitle = true }
      return
    }
    let cell = cell(target)
    let before = cell.pointee.count
    if before > 0 { cell.pointee.append("\n\n") }
    let start = cell.pointee.count
    var renderer = TextRenderer(to: cell, .line, context)
    let children = Array(element.children)
    let trailing = trailingDates(children)
    let hasOtherText = AtoMConverter.hasTextBesides(element, dates)
    var previous: NameID = Tag.text
    for child in children where !(isFirst && hasOtherText && trailing.contains(child.index)) {
      renderer.child(child, after: &previous)
    }
    cell.pointee.trim(from: start)
    if isFirst, hasOtherText, !trailing.isEmpty { trimEnd(of: cell, from: start) }
    if cell.pointee.count == start { cell.pointee.count = before } else { hasTitle = true }
    for child in dates { date(child) }
  }

  private func trailingDates(_ children: [Cursor]) -> Set<Int> {
    var trailing: Set<Int> = []
    for child in children.reversed() {
      if child.isText {
        let rest = child.bytes.filter { !Bytes.isSpace($0) && $0 != 0x2C && $0 != 0x2E && $0 != 0x2D }
        if !rest.isEmpty { break }
      } else if child.name == Tag.unitdate || child.name == Tag.unitdatestructured {
        trailing.insert(child.index)
      } else if child.hasText {
        break
      }
    }
    return trailing
  }

  /// Removes a comma, dash, colon or blank that introduced a date.
  private func trimEnd(of cell: UnsafeMutablePointer<ByteBuffer>, from start: Int) {
    while cell.pointee.count > start {
      let count = cell.pointee.count
      let last = cell.pointee.base[count - 1]
      if Bytes.isSpace(last) || last == 0x2C || last == 0x2D || last == 0x3A || last == 0x3B {
        cell.pointee.count -= 1
      } else if count - start >= 3, last == 0x93 || last == 0x94, cell.pointee.base[count - 2] == 0x80,
        cell.pointee.base[count - 3] == 0xE2
      {
        cell.pointee.count -= 3
      } else {
        break
      }
    }
  }

  struct IdentifierCandidate {
    var element: Cursor
    var rank: Int
    var text: Range<Int>
  }

  private func identifierCandidate(_ element: Cursor) {
    guard let text = render(element, .line) else { return }
    identifiers.append(IdentifierCandidate(element: element, rank: AtoMConverter.rank(of: element), text: text))
  }

  /// 0 untyped, 1 shelfmark, 2 identifier, 3 any other type, 9 never the reference code.
  private static func rank(of element: Cursor) -> Int {
    guard let type = element.attribute(Attribute.type) ?? element.attribute(Attribute.localtype), !Bytes.isBlank(type)
    else { return 0 }
    let key = Bytes.key(type)
    let words = key.split { !$0.isLetter }.map(String.init)
    let never: Set<String> = [
      "ark", "uri", "url", "urn", "doi", "handle", "barcode", "ancienne", "ancien", "former", "old", "previous", "alternative",
      "aspace", "persistent",
    ]
    if words.contains(where: never.contains) || key.contains("code-barre") || key.contains("barcode") || key.contains("_uri") {
      return 9
    }
    let marks = ["cote", "call", "shelf", "refer", "reference", "signatur", "signature", "callnumber"]
    if words.contains(where: { word in marks.contains { word.hasPrefix($0) } }) { return 1 }
    if words.contains(where: { $0.hasPrefix("identifi") || $0 == "id" }) { return 2 }
    return 3
  }

  func finishIdentifier() {
    guard let best = identifiers.map(\.rank).filter({ $0 < 9 }).min() else {
      for candidate in identifiers { alternative(candidate) }
      return
    }
    var chosen = false
    for candidate in identifiers {
      if !chosen, candidate.rank == best {
        chosen = true
        append(scratchBytes(candidate.text), to: .identifier)
        levels[levels.count - 1].identifier = Array(scratchBytes(candidate.text))
        warnAboutInheritedCodes(scratchBytes(candidate.text))
        _ = candidate.element.use(Attribute.type) ?? candidate.element.use(Attribute.localtype)
        _ = candidate.element.use(Attribute.countrycode)
        _ = candidate.element.use(Attribute.repositorycode)
      } else {
        alternative(candidate)
      }
    }
  }

  private func alternative(_ candidate: IdentifierCandidate) {
    if holds(.alternativeIdentifiers, scratchBytes(candidate.text)) || Bytes.equal(cell(.identifier).pointee.bytes, scratchBytes(candidate.text))
    {
      candidate.element.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
      return
    }
    let label = candidate.element.use(Attribute.label)
    let type = candidate.element.use(Attribute.type) ?? candidate.element.use(Attribute.localtype)
    append(scratchBytes(candidate.text), to: .alternativeIdentifiers)
    if let said = label ?? type, !Bytes.isBlank(said) {
      append(AtoMConverter.readable(said), to: .alternativeIdentifierLabels)
    } else {
      append(AtoMTerms.label("identifier", culture: culture), to: .alternativeIdentifierLabels)
    }
  }

  // MARK: Level (3.1.4)

  func levelOfDescription(_ root: Cursor, depth: Int) {
    var said = root.use(Attribute.level)
    if said.map({ Bytes.key($0) == "otherlevel" }) ?? true { said = root.use(Attribute.otherlevel) ?? said }
    if let said, !Bytes.isBlank(said) {
      let fingerprint = Bytes.hash(said)
      if let known = levelTerms[fingerprint] {
        known.withUnsafeBufferPointer { append($0, to: .levelOfDescription) }
        if !known.isEmpty || !options.infersLevels { return }
      } else {
        let term = levelTerm(said)
        levelTerms[fingerprint] = Array(term.utf8)
        if !term.isEmpty {
          append(term, to: .levelOfDescription)
          return
        }
      }
      note("level-undefined", .note, [LossAccount.collapse(said)])
    } else {
      note("level-missing", .note)
    }
    if options.infersLevels {
      let key = ["Fonds", "Series", "File"]
      append(
        AtoMTerms.term(.levelOfDescription, depth < key.count ? key[depth] : "Item", culture: culture).term,
        to: .levelOfDescription)
    }
  }

  private func levelTerm(_ said: UnsafeBufferPointer<UInt8>) -> String {
    let key = Bytes.key(said)
    if ["unspecified", "undefined", "otherlevel", "unknown", "none", "n/a"].contains(key) { return "" }
    if let standard = AtoMTerms.levels[key] ?? AtoMTerms.key(.levelOfDescription, label: key) {
      let (term, exists) = AtoMTerms.term(.levelOfDescription, standard, culture: culture)
      if !exists { newTerm(.levelOfDescription, term) }
      return term
    }
    let term = key == LossAccount.collapse(said) ? AtoMConverter.readable(said) : LossAccount.collapse(said).withoutPipes
    newTerm(.levelOfDescription, term)
    return term
  }

  // MARK: Extent (3.1.5)

  private func extent(_ element: Cursor) {
    let start = scratch.pointee.count
    extentText(element)
    scratch.pointee.trim(from: start)
    append(scratchBytes(start..<scratch.pointee.count), to: .extentAndMedium, separator: "\n")
  }

  private func extentText(_ element: Cursor) {
    let hasOwnText = element.children.contains { $0.isText && !Bytes.isBlank($0.bytes) }
    if hasOwnText || element.isEmpty {
      var renderer = TextRenderer(to: scratch, .line, context)
      renderer.content(element)
      return
    }
    var first = true
    for child in element.children {
      if child.isText {
        child.mark(UnitNode.used)
        continue
      }
      if context.skipsInternal, context.isInternal(child) {
        child.markAll(UnitNode.ignored, reason: .internal, attributes: true)
        continue
      }
      let before = scratch.pointee.count
      if child.name == Tag.unittype {
        if !first { scratch.pointee.append(0x20) }
      } else if !first {
        scratch.pointee.append("; ")
      }
      let start = scratch.pointee.count
      if child.name == Tag.physdescstructured {
        extentText(child)
      } else {
        var renderer = TextRenderer(to: scratch, .line, context)
        renderer.element(child)
        scratch.pointee.trim(from: start)
        unit(of: child, from: start)
      }
      if scratch.pointee.count == start { scratch.pointee.count = before } else { first = false }
    }
  }

  /// A bare number gets the unit that only an attribute says.
  private func unit(of element: Cursor, from start: Int) {
    let text = scratchBytes(start..<scratch.pointee.count)
    guard !text.isEmpty, text.allSatisfy({ Bytes.isDigit($0) || $0 == 0x2E || $0 == 0x2C }) else { return }
    guard let unit = element.use(Attribute.unit) ?? element.use(Attribute.type), !Bytes.isBlank(unit) else { return }
    scratch.pointee.append(0x20)
    scratch.pointee.append(LossAccount.collapse(unit).withoutPipes)
  }

  // MARK: Repository

  private func repository(_ element: Cursor) {
    let name = element.children.first { $0.name == Tag.corpname || $0.name == Tag.name }
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    if let name {
      renderer.content(name)
    } else {
      for child in element.children where child.isText || child.name != Tag.address {
        if child.isText {
          child.mark(UnitNode.used)
          renderer.put(child.bytes)
        } else {
          renderer.element(child)
        }
      }
    }
    scratch.pointee.trim(from: start)
    let said = scratchBytes(start..<scratch.pointee.count)
    if let own = options.repository {
      if !Bytes.equal(said, Array(own.utf8)) {
        for index in element.index..<element.end { Cursor(element.arena, index).unmark(UnitNode.used) }
      }
      return
    }
    guard !said.isEmpty else { return }
    if cell(.repository).pointee.isEmpty {
      append(said, to: .repository)
      if levels.count == 1 { repositoryName = Array(said) }
    } else if !Bytes.equal(cell(.repository).pointee.bytes, said) {
      for index in element.index..<element.end { Cursor(element.arena, index).unmark(UnitNode.used) }
    }
  }
}

extension Bytes {
  static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]) -> Bool {
    right.withUnsafeBufferPointer { equal(left, $0) }
  }
}

extension Cursor {
  var isMarked: Bool { arena.storage.pointee.nodes[index].flags & (UnitNode.used | UnitNode.ignored) != 0 }
  func unmark(_ flag: UInt16) { arena.storage.pointee.nodes[index].flags &= ~flag }
}
