/// Names of a unit on their way to authority records: what the row refers to, and what the elements say about it.
extension AtoMConverter {
  /// An element that says something about a name.
  struct AuthorityHint {
    /// In the form of the rows.
    var name: [UInt8]
    /// The name's element, or one that may hold its dates of existence.
    var element: Cursor
  }

  // MARK: The form of a name

  /// A name as AtoM will read it, in authority and description alike; what does not fit AtoM's column is cut and
  /// reported.
  func authorityName(_ bytes: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn, element: Cursor?) -> [UInt8] {
    AtoMConverter.storedName(bytes).withUnsafeBufferPointer { Array(fitting($0, column, element: element)) }
  }

  /// The same without a word about what is cut.
  static func recordName(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let name = storedName(bytes)
    let limit = AuthorityColumn.authorizedFormOfName.limit
    guard name.count > limit else { return name }
    return name.withUnsafeBufferPointer { Array($0[..<cut($0, limit - 4)]) }
  }

  /// What the writer of rows makes of a name, whether it is a cell or a member of a list.
  private static func storedName(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let name = AtoMRowWriter.stored(bytes)
    if name.elementsEqual("0".utf8) { return Array("[0]".utf8) }
    // In the event columns the word alone means that there is none.
    if name.elementsEqual("NULL".utf8) { return Array("[NULL]".utf8) }
    return name
  }

  /// Fingerprint of a name by which its histories are told apart.
  func actorKey(_ name: Range<Int>) -> UInt64 {
    guard authorities != nil else { return Bytes.hash(scratchBytes(name)) }
    return AtoMConverter.recordName(scratchBytes(name)).withUnsafeBufferPointer { Bytes.hash($0) }
  }

  // MARK: What elements say

  /// Notes that an element says something about a name.
  func suggestAuthority(_ name: Range<Int>, _ element: Cursor) {
    guard authorities != nil else { return }
    authorityHints.append(AuthorityHint(name: AtoMConverter.recordName(scratchBytes(name)), element: element))
  }

  /// Relations may say when the other one existed: of a name that the finding aid refers to as well, that is a date of
  /// existence.
  func suggestRelations(_ element: Cursor) {
    guard authorities != nil else { return }
    for relation in element.children where relation.name == Tag.relation {
      guard let entry = relation.first(Tag.relationentry) else { continue }
      let start = scratch.pointee.count
      scratch.pointee.append(entry.textBelow.withUnsafeBufferPointer { LossAccount.collapse($0) })
      suggestAuthority(start..<scratch.pointee.count, relation)
    }
  }

  /// Keeps a creator's history for its authority record; what AtoM's column cannot take goes on in general notes.
  func keepHistory(_ text: [UInt8], of name: Range<Int>) {
    var text = text
    let limit = AuthorityColumn.history.limit
    if text.count > limit {
      note("value-split", .warning, [AuthorityColumn.history.name, AtoMColumn.generalNote.name])
      let at = text.withUnsafeBufferPointer { AtoMConverter.cut($0, limit - 4) }
      let label = "\(AuthorityColumn.history.name) (\(AtoMTerms.label("continued", culture: culture))): "
      append(label + String(decoding: text[at...], as: UTF8.self), to: .generalNote)
      text.removeSubrange(at...)
    }
    authorityHistories.append((AtoMConverter.recordName(scratchBytes(name)), text))
  }

  // MARK: The row is known

  /// Enters every name that the row refers to, then what the unit's elements say about them.
  func collectAuthorities() throws(EADError) {
    guard let register = authorities else { return }
    for column in [AtoMColumn.eventActors, .nameAccessPoints] {
      for member in cell(column).pointee.bytes.split(separator: 0x7C) {
        let name = Bytes.trimmed(UnsafeBufferPointer(rebasing: member))
        if name.isEmpty || column == .eventActors && Bytes.equal(name, "NULL") { continue }
        _ = register.entry(name, culture: culture)
      }
    }
    for hint in authorityHints {
      // A name that no row refers to (of a donor, of somebody who is only mentioned) has no record to say it in.
      guard let index = hint.name.withUnsafeBufferPointer({ register.find($0) }) else { continue }
      let isName = RenderContext.agents.contains(hint.element.name)
      if isName { details(of: hint.element, index, register) }
      existence(in: hint.element, isName: isName, index, register)
    }
    for (name, history) in authorityHistories {
      // Should the row not name its owner after all, the history is kept with a record of its own.
      let index = name.withUnsafeBufferPointer { register.entry($0, culture: culture) }
      if register.culture(index) != culture {
        note("authority-history-culture", .note, [register.nameText(index), register.culture(index), culture])
      }
      try history.withUnsafeBufferPointer { bytes throws(EADError) in try register.setHistory(bytes, of: index) }
    }
  }

  /// Kind, numbers of authority files and rules, from a name's element.
  private func details(of element: Cursor, _ index: Int, _ register: AuthorityRegister) {
    if let kind = AuthorityKind(element: element.name), let first = register.note(kind, of: index, line: element.line) {
      note(
        "authority-type-conflict", .warning, line: element.line, [register.nameText(index), first.element, kind.element])
    }
    authorityFile(element, index, register)
    if let rules = said(element, Attribute.rules), register.add(rules, .rules, to: index) { _ = element.use(Attribute.rules) }
    if let normal = element.attribute(Attribute.normal), !Bytes.isBlank(normal) {
      let form = Array(LossAccount.collapse(normal).withoutPipes.utf8).withUnsafeBufferPointer { AtoMConverter.recordName($0) }
      if register.nameBytes(index).elementsEqual(form)
        || form.withUnsafeBufferPointer({ register.add($0, .standardizedFormsOfName, to: index) })
      {
        _ = element.use(Attribute.normal)
      }
    }
  }

  /// The number of the name in an authority file is the identifier of the record; which file that is, and further
  /// numbers, are its sources (ISAAR(CPF) 5.4.1 and 5.4.8).
  private func authorityFile(_ element: Cursor, _ index: Int, _ register: AuthorityRegister) {
    let attribute = element.attribute(Attribute.authfilenumber) == nil ? Attribute.identifier : Attribute.authfilenumber
    let source = said(element, Attribute.source)
    guard let number = said(element, attribute) else {
      // A heading that follows no authority file has no source.
      guard let source, !AtoMConverter.noAuthorityFile.contains(source.lowercased()) else { return }
      if register.add(source, .sources, to: index) { _ = element.use(Attribute.source) }
      return
    }
    let isIdentifier = register.add(number, .descriptionIdentifier, to: index)
    let isSourced =
      source == nil && isIdentifier || register.add((source.map { $0 + ": " } ?? "") + number, .sources, to: index)
    if isIdentifier || isSourced { _ = element.use(attribute) }
    if isSourced { _ = element.use(Attribute.source) }
  }

  private static let noAuthorityFile: Set<String> = ["local", "ingest", "unspecified", "unknown", "none", "other", "nad"]

  /// The value of an attribute with single blanks and without pipes; nil when it says nothing.
  private func said(_ element: Cursor, _ name: NameID) -> String? {
    guard let value = element.attribute(name), !Bytes.isBlank(value) else { return nil }
    return LossAccount.collapse(value).withoutPipes
  }

  // MARK: Dates of existence

  /// Takes dates that are marked up as dates of existence, never those that a name only shows.
  private func existence(in element: Cursor, isName: Bool, _ index: Int, _ register: AuthorityRegister) {
    var at = element.index + 1
    while at < element.end {
      let node = Cursor(element.arena, at)
      at += 1
      if node.isLeaf { continue }
      // The names in a text are other people's.
      if !isName, RenderContext.agents.contains(node.name) {
        at = node.end
        continue
      }
      guard saysExistence(node, of: element) else { continue }
      at = node.end
      let start = scratch.pointee.count
      if node.name >= NameID(Tag.count) {
        foreignDates(node)
      } else {
        var renderer = TextRenderer(to: scratch, .line, context)
        renderer.element(node)
      }
      scratch.pointee.trim(from: start)
      var text = scratchBytes(start..<scratch.pointee.count)
      while let last = text.last, last == 0x2C || last == 0x3B || last == 0x3A || last == 0x20 {
        text = UnsafeBufferPointer(rebasing: text.dropLast())
      }
      if !text.isEmpty, register.add(text, .datesOfExistence, to: index) {
        for name in [Attribute.localtype, Attribute.type] where node.attribute(name) != nil { _ = node.use(name) }
      }
    }
  }

  /// The words of EAC-CPF's `existDates`: of two, the first is the beginning and the second the end.
  private func foreignDates(_ element: Cursor) {
    let words = (element.index..<element.end).map { Cursor(element.arena, $0) }
      .filter { $0.isText && !$0.isExternal && !Bytes.isBlank($0.bytes) }
    for (position, word) in words.enumerated() {
      word.mark(UnitNode.used)
      if position > 0 { scratch.pointee.append(words.count == 2 ? "-" : ", ") }
      scratch.pointee.append(LossAccount.collapse(word.bytes).withoutPipes)
    }
  }

  private func saysExistence(_ node: Cursor, of element: Cursor) -> Bool {
    if node.name >= NameID(Tag.count) {
      // EAC-CPF's own element, carried by a relation.
      return names.name(node.name).lowercased().split(separator: "}").last == "existdates"
    }
    guard AtoMConverter.datedElements.contains(node.name),
      let type = node.attribute(Attribute.localtype) ?? node.attribute(Attribute.type)
    else { return false }
    let key = String(Bytes.key(type).filter(\.isLetter))
    if AtoMConverter.existenceTypes.contains(key) { return true }
    guard node.name == Tag.part else { return false }
    // MARC's $d is the life of a person, but of a corporate name the day of a treaty or a meeting.
    return key == "dates" || key == "d" && element.name == Tag.persname
  }

  private static let datedElements: Set<NameID> = [
    Tag.part, Tag.date, Tag.datesingle, Tag.daterange, Tag.dateset, Tag.unitdate, Tag.unitdatestructured,
  ]

  /// Types, letters only, by which finding aids mark dates of existence.
  private static let existenceTypes: Set<String> = [
    "existdates", "existdate", "existence", "existencedates", "datesofexistence", "datesdexistence", "dateexistence", "lifedates",
    "lifespan", "birthdeath", "lebensdaten", "fechasdeexistencia",
  ]
}
