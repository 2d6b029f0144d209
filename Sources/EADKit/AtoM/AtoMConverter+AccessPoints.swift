/// Access points and languages.
extension AtoMConverter {
  func accessPoints(_ element: Cursor) {
    for child in element.children {
      if child.isText {
        continue
      }
      if context.skipsInternal, context.isInternal(child) {
        child.markAll(UnitNode.ignored, reason: .internal, attributes: true)
        continue
      }
      switch child.name {
      case Tag.controlaccess, Tag.item, Tag.p, Tag.list: accessPoints(child)
      case Tag.head: groupHead(child)
      default:
        if let action = actions.action(.access, child) {
          if let name = action.pointee.conditionAttribute { _ = child.use(name) }
          accessPoint(child, action.pointee.column)
        } else if child.name == Tag.note {
          note(child)
        }
      }
    }
    // Words beside the headings (a paragraph, a list item) are a note.
    noteOfLooseText(element)
  }

  private func noteOfLooseText(_ element: Cursor) {
    guard element.name != Tag.controlaccess else { return }
    let loose = element.children.contains { child in
      child.isText
        ? child.bytes.contains(where: Bytes.isWord)
        : !child.isMarkedBelow && child.hasText && actions.action(.access, child) == nil && child.name != Tag.head
    }
    guard loose else {
      for child in element.children where child.isText { child.mark(UnitNode.used) }
      return
    }
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    for child in element.children {
      if child.isText {
        child.mark(UnitNode.used)
        renderer.put(child.bytes)
      } else if !child.isMarkedBelow {
        renderer.element(child)
      }
    }
    scratch.pointee.trim(from: start)
    append(scratchBytes(start..<scratch.pointee.count), to: .generalNote)
  }

  func accessPoint(_ element: Cursor, _ column: AtoMColumn) {
    if column == .nameAccessPoints, let role = element.attribute(Attribute.role), isDataRole(role, element) {
      dataAsNote(element)
      return
    }
    guard let text = render(element, .line, term: true) ?? normalForm(element) else { return }
    if column == .placeAccessPoints, isPlaceOfEvent(element, text) { return }
    if column == .nameAccessPoints { suggestAuthority(text, element) }
    if isRAD {
      if column == .placeAccessPoints, isPlaceOfCreation(element, text) { return }
      if column == .radGeneralMaterialDesignation { return designation(element, text) }
    }
    for name in [Attribute.role, Attribute.relator] where element.attribute(name).map({ Bytes.key($0) == "subject" }) == true {
      // That is what an access point is.
      _ = element.use(name)
    }
    if column == .nameAccessPoints, creators.prefix(200).contains(where: { Bytes.equal(scratchBytes($0.name), scratchBytes(text)) }) {
      element.markAll(UnitNode.ignored, reason: .duplicate)
      return
    }
    if column == .nameAccessPoints, authorities != nil {
      authorityName(scratchBytes(text), column, element: element).withUnsafeBufferPointer { add($0, to: column, of: element) }
    } else {
      add(fitting(scratchBytes(text), column, element: element), to: column, of: element)
    }
  }

  /// One more access point, unless it is there already.
  private func add(_ value: UnsafeBufferPointer<UInt8>, to column: AtoMColumn, of element: Cursor) {
    if holds(column, value) {
      element.markAll(UnitNode.ignored, reason: .duplicate)
    } else {
      append(value, to: column)
    }
  }

  /// A heading that only an attribute says.
  func normalForm(_ element: Cursor) -> Range<Int>? {
    guard !element.hasText, let normal = element.use(Attribute.normal) else { return nil }
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context, term: true)
    renderer.put(normal)
    return scratch.pointee.count > start ? start..<scratch.pointee.count : nil
  }

  /// Roles that name a datum and not a part played by somebody: of a plain `name`, every role that is no relator.
  private func isDataRole(_ role: UnsafeBufferPointer<UInt8>, _ element: Cursor) -> Bool {
    let key = Bytes.key(role)
    if ["geschlecht", "beruf", "konfession", "gender", "sex", "sexe", "religion", "alter", "age", "familienstand"].contains(key) {
      return true
    }
    let hasLetters = (element.index..<element.end).contains { at in
      let node = Cursor(element.arena, at)
      return node.isText && node.bytes.contains { Bytes.isASCIILetter($0) || $0 >= 0x80 }
    }
    if element.hasText, !hasLetters { return true }
    return element.name == Tag.name && !key.isEmpty && key != "subject" && AtoMTerms.relators[key] == nil
  }

  private func dataAsNote(_ element: Cursor) {
    let label = element.use(Attribute.role).map(AtoMConverter.readable) ?? ""
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    renderer.content(element)
    if renderer.isEmpty, let normal = element.use(Attribute.normal) { renderer.put(normal) }
    scratch.pointee.trim(from: start)
    guard scratch.pointee.count > start else { return }
    append(label + ": " + string(start..<scratch.pointee.count), to: .generalNote)
  }

  // MARK: Language (3.4.3)

  func language(_ element: Cursor) {
    var codes: [String] = []
    var isComplete = true
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      if cursor.name == Tag.language {
        if let said = cursor.attribute(Attribute.langcode), !Bytes.isBlank(said) {
          if let code = Languages.code(said) {
            _ = cursor.use(Attribute.langcode)
            codes.append(code)
          } else {
            isComplete = false
            note("language-unknown", .warning, line: cursor.line, [LossAccount.collapse(said)])
          }
        } else if let code = named(cursor) {
          codes.append(contentsOf: code)
        } else if cursor.hasText {
          isComplete = false
        }
      }
      if cursor.name == Tag.language || cursor.name == Tag.script {
        for name in [Attribute.scriptcode, Attribute.script] {
          guard let said = cursor.attribute(name), !Bytes.isBlank(said) else { continue }
          if let code = AtoMTerms.scripts[Bytes.key(said)] {
            _ = cursor.use(name)
            once(code, in: .script)
          } else {
            note("script-unknown", .warning, line: cursor.line, [LossAccount.collapse(said)])
          }
        }
      }
    }
    let hasLanguage = !codes.isEmpty
    if !hasLanguage, let found = named(element) { codes = found }
    for code in codes { once(code, in: .language) }
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, .line, context)
    renderer.content(element)
    scratch.pointee.trim(from: start)
    let text = scratchBytes(start..<scratch.pointee.count)
    guard text.contains(where: Bytes.isWord) else { return }
    let fingerprint = Bytes.hash(
      text, seed: codes.reduce(0) { $0 &* 31 &+ UInt64(bitPattern: Int64($1.utf8.reduce(0) { $0 * 256 + Int($1) })) })
    let isSaid = languageTexts[fingerprint] ?? saysOnly(codes, text)
    if languageTexts.count < 1000 { languageTexts[fingerprint] = isSaid }
    if isComplete, !codes.isEmpty, isSaid {
      element.markAll(UnitNode.ignored, reason: .saidByCode)
      return
    }
    if codes.isEmpty { note("language-not-recognised", .note, line: element.line, [string(start..<scratch.pointee.count)]) }
    if holds(.languageNote, text) {
      element.markAll(UnitNode.ignored, reason: .duplicate)
    } else {
      append(text, to: .languageNote)
    }
  }

  /// Adds a code to a list that does not have it yet.
  func once(_ code: String, in column: AtoMColumn) {
    var copy = code
    copy.withUTF8 { if !holds(column, $0) { append($0, to: column) } }
  }

  /// Languages that a text names and nothing else: `German, French`.
  private func named(_ element: Cursor) -> [String]? {
    var bytes: [UInt8] = []
    for index in element.index..<element.end where Cursor(element.arena, index).isText {
      bytes.append(contentsOf: Cursor(element.arena, index).bytes)
      bytes.append(0x20)
    }
    return Languages.list(in: bytes.withUnsafeBufferPointer(Bytes.key))
  }

  /// True when a text holds nothing but names of these languages, names of scripts AtoM knows, and words around them.
  private func saysOnly(_ codes: [String], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let known = codes.reduce(into: Set<String>()) { words, code in
      words.formUnion(Languages.words(of: code))
      // One language in AtoM's list, two in ISO's name: "Dutch; Flemish", "Romanian; Moldavian".
      if code == "nl" { words.formUnion(["flemish", "flamand"]) }
      if code == "ro" { words.formUnion(["moldavian", "moldovan"]) }
    }
    for word in Bytes.key(text).split(whereSeparator: { !$0.isLetter }) {
      let word = String(word)
      if !known.contains(word), !Languages.fillers.contains(word) { return false }
    }
    return !text.contains(where: Bytes.isDigit)
  }
}

extension String {
  /// Without white space and punctuation at both ends.
  var trimmingPunctuation: String {
    var scalars = unicodeScalars[...]
    while let first = scalars.first, " .,;:()[]".unicodeScalars.contains(first) { scalars = scalars.dropFirst() }
    while let last = scalars.last, " .,;:()[]".unicodeScalars.contains(last) { scalars = scalars.dropLast() }
    return String(scalars)
  }
}

extension Cursor {
  /// True when any text below has gone somewhere.
  var isMarkedBelow: Bool {
    (index..<end).contains { at in
      let cursor = Cursor(arena, at)
      return cursor.isText && cursor.isMarked
    }
  }
}
