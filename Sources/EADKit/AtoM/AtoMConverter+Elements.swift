/// From elements to cells: the rules of the crosswalk, one function each.
extension AtoMConverter {
  func dispatch(_ element: Cursor, _ place: CrosswalkActions.Context) {
    if !elementsElsewhere.isEmpty, elementsElsewhere.contains(element.index) { return }
    guard !element.isText, let action = actions.action(place, element) else { return }
    if context.skipsInternal, context.isInternal(element), action.pointee.rule != .descend {
      element.markAll(UnitNode.ignored, reason: .internal, attributes: true)
      return
    }
    if let name = action.pointee.conditionAttribute { _ = element.use(name) ?? element.use(Attribute.localtype) }
    switch action.pointee.rule {
    case .descend:
      // A header marked internal is that of a finding aid that is not: what it says of the whole still counts.
      if context.skipsInternal, context.isInternal(element), element.name != Tag.eadheader, element.name != Tag.control {
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
    case .text: value(element, action.pointee.column)
    case .prose:
      prose(element, action.pointee.column)
      if element.name == Tag.relations { suggestRelations(element) }
    case .multi: if !isOtherThanCode(element, action.pointee.column) { multiple(element, action.pointee.column) }
    case .lines: lines(element, action.pointee.column)
    case .labelled: labelled(element)
    case .note:
      if isOfEvent(element, action.pointee.column) { return }
      if isRAD, action.pointee.column == .eventDescriptions { looseDescriptions.append(element) } else { note(element) }
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
    case .point: accessPoint(element, action.pointee.column)
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
    if isRAD, takesStatement(element, column) { return }
    if element.name == Tag.unittitle, let edition = element.first(Tag.edition), column == .radTitleStatementOfResponsibility,
      !AtoMConverter.hasTextBesides(element, [edition])
    {
      multiple(edition, .radEditionStatementOfResponsibility)
      return
    }
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
    var lastValue: NameID = Tag.text
    let isDated = element.name == Tag.change || element.name == Tag.maintenanceevent
    var before: NameID = Tag.text
    for child in element.children {
      let isValue = !child.isText && (child.hasText || child.attribute(Attribute.standarddatetime) != nil)
      if isValue, isDated, !renderer.isEmpty {
        renderer.separator(lastValue == Tag.date || lastValue == Tag.eventdatetime ? ": " : ", ")
      } else if isValue, element.name == Tag.source || element.name == Tag.conventiondeclaration {
        renderer.wordBreak()
      }
      if isValue { lastValue = child.name }
      if isValue, !child.hasText, let when = child.use(Attribute.standarddatetime) {
        renderer.put(when)
        before = child.name
      } else {
        renderer.child(child, after: &before)
      }
    }
    scratch.pointee.trim(from: start)
    append(scratchBytes(start..<scratch.pointee.count), to: column, separator: "\n")
  }

  /// AtoM stops at a code it does not know: in a list of codes every other word is a note.
  private func isOtherThanCode(_ element: Cursor, _ column: AtoMColumn) -> Bool {
    guard element.name == Tag.odd, column == .languageOfDescription || column == .scriptOfDescription else { return false }
    guard let range = render(element, .line) else { return true }
    let said = scratchBytes(range)
    if let code = column == .languageOfDescription ? Languages.code(said) : AtoMTerms.scripts[Bytes.key(said)] {
      once(code, in: column)
    } else {
      note(element)
    }
    return true
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
    append(AtoMConverter.prefixed(label, string(range)), to: .generalNote)
  }

  /// `Label: text`, whatever the label ends in.
  static func prefixed(_ label: String, _ text: String) -> String {
    var label = label
    while let last = label.unicodeScalars.last, last == ":" || last == " " { label.unicodeScalars.removeLast() }
    return label.isEmpty ? text : label + ": " + text
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
      prefix = LossAccount.collapse(label).withoutPipes
    }
    if prefix.isEmpty, let type = element.use(Attribute.type) ?? element.use(Attribute.localtype), !Bytes.isBlank(type) {
      let key = Bytes.key(type)
      if !["general", "generalnote", "note", "odd"].contains(key) { prefix = AtoMConverter.readable(type) }
    }
    guard let range = renderChildren(element, without: head) else {
      if !prefix.isEmpty, head != nil { append(prefix, to: .generalNote) }
      return
    }
    append(AtoMConverter.prefixed(prefix, string(range)), to: .generalNote)
  }

  func renderChildren(_ element: Cursor, without skipped: Cursor?) -> Range<Int>? {
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .prose, context)
    var before: NameID = Tag.text
    for child in element.children where child.index != skipped?.index && child.name != Tag.thead {
      renderer.child(child, after: &before)
    }
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

  private func status(_ element: Cursor, _ action: UnsafePointer<CrosswalkAction>) {
    guard let taxonomy = action.pointee.taxonomy, let range = render(element, .line) else { return }
    let said = string(range)
    let cell = cell(action.pointee.column)
    if cell.pointee.count > 0 {
      element.markAll(UnitNode.ignored, reason: .noColumn)
      return
    }
    if let key = AtoMTerms.key(taxonomy, label: said) {
      append(AtoMTerms.term(taxonomy, key, culture: culture).term, to: action.pointee.column)
    } else {
      append(said, to: action.pointee.column)
      newTerm(action.pointee.column, said)
    }
  }

  private func processInformation(_ element: Cursor) {
    // Dates of the description (ISAD(G) 3.7.3); the text they stand in keeps them as well when there is more of it.
    var dates: [Cursor] = []
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      if cursor.name == Tag.date, cursor.hasText, isDate(cursor) { dates.append(cursor) }
    }
    let onlyDates = dates.count > 0 && !AtoMConverter.hasTextBesides(element, dates)
    for date in dates {
      if let range = render(date, .line) { append(scratchBytes(range), to: .revisionHistory, separator: "\n") }
    }
    if !onlyDates { multiple(element, .archivistNote) }
  }

  /// True for a date that can be read; running text has others.
  private func isDate(_ element: Cursor) -> Bool {
    if let normal = element.attribute(Attribute.normal), !Bytes.isBlank(normal) { return true }
    guard let text = render(element, .line) else { return false }
    return DateText.read(scratchBytes(text)) != nil
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
    // Headings of columns are no note.
    for child in element.children where child.name == Tag.thead { child.markAll(UnitNode.ignored, reason: .heading) }
    let hasText = element.children.contains {
      $0.name != Tag.head && $0.name != Tag.thead && ($0.isText ? !Bytes.isBlank($0.bytes) : $0.hasText)
    }
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
      accessPoint(element, action.pointee.column)
    }
  }

  // MARK: Title (ISAD(G) 3.1.2) and identifier (3.1.1)

  private func title(_ element: Cursor) {
    // A date inside the title is an event as well; it leaves the title when it stands at its end.
    let dates = (element.index..<element.end).map { Cursor(element.arena, $0) }
      .filter { $0.name == Tag.unitdate || $0.name == Tag.unitdatestructured }
    for child in element.children where child.name == Tag.bibseries { publishersSeries(child) }
    for child in element.children where child.name == Tag.edition { append(child, to: .radEdition, .line, separator: "; ") }
    let imprints = isRAD ? takeImprints(element) : []
    if isRAD, hasTitle {
      anotherTitle(element, without: imprints)
      for child in dates { date(child) }
      return
    }
    let isFirst = !hasTitle
    let target: AtoMColumn = isFirst ? .title : .scopeAndContent
    let cell = cell(target)
    let before = cell.pointee.count
    if before > 0 { cell.pointee.append("\n\n") }
    let start = cell.pointee.count
    let trailing = isFirst ? trailingDates(element.children.filter { !imprints.contains($0.index) }) : []
    if !trailing.isEmpty {
      titleText(element, cell, without: trailing.union(imprints))
      // What is left must read as a title of its own.
      if !AtoMConverter.endsWell(&cell.pointee, from: start) { cell.pointee.count = start }
    }
    if cell.pointee.count == start { titleText(element, cell, without: imprints) }
    if !imprints.isEmpty { AtoMConverter.trimSigns(&cell.pointee, from: start) }
    if cell.pointee.count == start { cell.pointee.count = before } else { hasTitle = true }
    for child in dates { date(child) }
  }

  func titleText(_ element: Cursor, _ cell: UnsafeMutablePointer<ByteBuffer>, without skipped: Set<Int>) {
    let start = cell.pointee.count
    var renderer = TextRenderer(to: cell, .line, context)
    var previous: NameID = Tag.text
    for child in element.children where !skipped.contains(child.index) {
      if child.name == Tag.bibseries || child.name == Tag.edition { continue }
      renderer.child(child, after: &previous)
    }
    cell.pointee.trim(from: start)
  }

  private func publishersSeries(_ element: Cursor) {
    for child in element.children where !child.isText {
      let type = (child.attribute(Attribute.type) ?? child.attribute(Attribute.localtype)).map(Bytes.key)
      _ = child.use(Attribute.type) ?? child.use(Attribute.localtype)
      let column: AtoMColumn
      switch (child.name, type) {
      case (Tag.num, _): column = .radNumberingWithinPublishersSeries
      case (_, "parallel"): column = .radParallelTitlesOfPublishersSeries
      case (_, "otherinfo"): column = .radOtherTitleInformationOfPublishersSeries
      case (_, "statrep"): column = .radStatementOfResponsibilityRelatingToPublishersSeries
      default: column = .radTitleProperOfPublishersSeries
      }
      multiple(child, column)
    }
    for child in element.children where child.isText && child.bytes.contains(where: Bytes.isWord) {
      child.mark(UnitNode.used)
      let start = scratch.pointee.count
      var renderer = TextRenderer(to: scratch, .line, context)
      renderer.put(child.bytes)
      append(scratchBytes(start..<scratch.pointee.count), to: .radTitleProperOfPublishersSeries)
    }
  }

  /// Dates at the end of a title, with nothing after them but punctuation; none when nothing else is in the title.
  private func trailingDates(_ children: [Cursor]) -> Set<Int> {
    var trailing: Set<Int> = []
    var hasOther = false
    for child in children.reversed() {
      if child.isText {
        if child.bytes.contains(where: { Bytes.isWord($0) || $0 == 0x28 || $0 == 0x5B }) {
          hasOther = true
          break
        }
      } else if child.name == Tag.unitdate || child.name == Tag.unitdatestructured {
        trailing.insert(child.index)
      } else if child.hasText {
        hasOther = true
        break
      }
    }
    return hasOther ? trailing : []
  }

  /// Removes what introduced a date, and tells whether the rest stands on its own: `Letters from` and `June 1` do not.
  private static func endsWell(_ text: inout ByteBuffer, from start: Int) -> Bool {
    var hadDot = false
    while text.count > start {
      let count = text.count
      let last = text.base[count - 1]
      if last == 0x2E {
        // The full stop of an abbreviation stays; one that only closed the date goes.
        if count - 1 > start, Bytes.isWord(text.base[count - 2]), !hadDot { break }
        hadDot = true
        text.count -= 1
      } else if Bytes.isSpace(last) || [0x2C, 0x2D, 0x3A, 0x3B, 0x28, 0x29, 0x5B, 0x5D].contains(last) {
        text.count -= 1
      } else if count - start >= 3, last == 0x93 || last == 0x94, text.base[count - 2] == 0x80, text.base[count - 3] == 0xE2 {
        text.count -= 3
      } else {
        break
      }
    }
    let rest = UnsafeBufferPointer(rebasing: text.bytes[start...])
    guard let last = rest.last else { return false }
    if Bytes.isDigit(last) { return false }
    func count(_ byte: UInt8) -> Int { rest.reduce(0) { $0 + ($1 == byte ? 1 : 0) } }
    if count(0x28) != count(0x29) || count(0x5B) != count(0x5D) { return false }
    let word = Bytes.key(rest).split(whereSeparator: { !$0.isLetter }).last.map(String.init) ?? ""
    return !dangling.contains(word) && !DateText.isMonth(word)
  }

  private static let dangling: Set<String> = [
    "from", "to", "of", "in", "on", "and", "between", "until", "since", "dated", "the", "for", "by", "circa", "ca", "c", "about",
    "de", "du", "des", "d", "à", "au", "et", "entre", "en", "le", "la", "vers", "depuis", "jusqu", "dès", "pour", "an", "année", "années",
    "von", "vom", "bis", "und", "zwischen", "um", "seit", "im", "am", "der", "die", "das", "zu", "van", "tot", "tussen", "del", "y",
    "desde",
    "hasta", "el", "los", "das", "os",
  ]

  struct IdentifierCandidate {
    var element: Cursor
    var rank: Int
    var text: Range<Int>
  }

  private func identifierCandidate(_ element: Cursor) {
    guard let text = render(element, .line) else { return }
    identifiers.append(IdentifierCandidate(element: element, rank: rank(of: element), text: text))
  }

  /// 0 untyped without label, 1 untyped, 2 shelfmark, 3 identifier, 4 any other type, 9 never the reference code.
  private func rank(of element: Cursor) -> Int {
    let type = element.attribute(Attribute.type) ?? element.attribute(Attribute.localtype)
    let label = element.attribute(Attribute.label)
    if type == nil, label == nil { return 0 }
    let fingerprint = Bytes.hash(type ?? .empty, seed: Bytes.hash(label ?? .empty))
    if let known = identifierRanks[fingerprint] { return known }
    let rank = AtoMConverter.rank(of: element)
    if identifierRanks.count < 1000 { identifierRanks[fingerprint] = rank }
    return rank
  }

  private static func rank(of element: Cursor) -> Int {
    func words(_ name: NameID) -> [String] {
      guard let said = element.attribute(name) else { return [] }
      return Bytes.key(said).split { !$0.isLetter }.map(String.init)
    }
    var type = words(Attribute.type)
    if type.isEmpty { type = words(Attribute.localtype) }
    let label = words(Attribute.label)
    let never: Set<String> = [
      "ark", "uri", "url", "urn", "doi", "handle", "barcode", "ancienne", "ancien", "former", "old", "previous", "alternative",
      "aspace", "persistent", "internal", "structure",
    ]
    if (type + label).contains(where: never.contains) || (type + label).joined(separator: "-").contains("code-barre") { return 9 }
    if type.isEmpty { return label.isEmpty ? 0 : 1 }
    let marks = ["cote", "call", "shelf", "refer", "signatur"]
    if type.contains(where: { word in marks.contains { word.hasPrefix($0) } }) { return 2 }
    if type.contains(where: { $0.hasPrefix("identifi") || $0 == "id" }) { return 3 }
    return 4
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
      } else {
        alternative(candidate)
      }
    }
  }

  private func alternative(_ candidate: IdentifierCandidate) {
    if holds(.alternativeIdentifiers, scratchBytes(candidate.text))
      || Bytes.equal(cell(.identifier).pointee.bytes, scratchBytes(candidate.text))
    {
      candidate.element.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
      return
    }
    let label = candidate.element.use(Attribute.label)
    let type = candidate.element.use(Attribute.type) ?? candidate.element.use(Attribute.localtype)
    append(scratchBytes(candidate.text), to: .alternativeIdentifiers)
    if let label, !Bytes.isBlank(label) {
      append(LossAccount.collapse(label).withoutPipes, to: .alternativeIdentifierLabels)
    } else if let type, !Bytes.isBlank(type) {
      append(AtoMConverter.readable(type), to: .alternativeIdentifierLabels)
    } else {
      append(AtoMTerms.label("identifier", culture: culture), to: .alternativeIdentifierLabels)
    }
  }

  // MARK: Level (3.1.4)

  func levelOfDescription(_ root: Cursor, depth: Int) {
    var said = root.use(Attribute.level)
    if said.map({ Bytes.equalIgnoringCase(Bytes.trimmed($0), "otherlevel") }) ?? true { said = root.use(Attribute.otherlevel) ?? said }
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
    var term = LossAccount.collapse(said).withoutPipes
    if term == key, let first = term.first { term = first.uppercased() + term.dropFirst() }
    newTerm(.levelOfDescription, term)
    return term
  }

  // MARK: Extent (3.1.5)

  private func extent(_ element: Cursor) {
    if isRAD { designations(in: element) }
    let start = scratch.pointee.count
    if let label = element.attribute(Attribute.label), !Bytes.isBlank(label), !HeadLabels.contains(label, of: Tag.physdesc) {
      // A label that says what is counted, and not only that something is.
      _ = element.use(Attribute.label)
      scratch.pointee.append(AtoMConverter.prefixed(LossAccount.collapse(label).withoutPipes, " "))
    }
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
        scratch.pointee.append(scratch.pointee.bytes.last == 0x3B ? " " : "; ")
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
      if scratch.pointee.count == start {
        scratch.pointee.count = before
        continue
      }
      // `14 linear feet (31 boxes)`: what stands in brackets belongs to what it follows.
      if !first, scratch.pointee.base[start] == 0x28, start - before == 2 {
        scratch.pointee.base[before] = 0x20
        scratch.pointee.remove(before + 1)
      }
      first = false
    }
  }

  /// A bare number gets the unit that only an attribute says.
  private func unit(of element: Cursor, from start: Int) {
    let text = scratchBytes(start..<scratch.pointee.count)
    for name in [Attribute.unit, Attribute.type] {
      guard let unit = element.attribute(name), !Bytes.isBlank(unit) else { continue }
      if Bytes.containsIgnoringCase(text, Bytes.trimmed(unit)) {
        _ = element.use(name)
      } else if let last = text.last, Bytes.isDigit(last) {
        _ = element.use(name)
        scratch.pointee.append(0x20)
        scratch.pointee.append(LossAccount.collapse(unit).withoutPipes)
        return
      }
    }
  }

  // MARK: Repository

  private func repository(_ element: Cursor) {
    let name = element.children.first { $0.name == Tag.corpname || $0.name == Tag.name }
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    if let name {
      renderer.content(name)
      if renderer.isEmpty, let normal = name.use(Attribute.normal) { renderer.put(normal) }
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
}
