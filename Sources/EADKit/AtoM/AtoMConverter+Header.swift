/// The finding aid's header: identity, languages and history of the description (ISAD(G) 3.7).
extension AtoMConverter {
  func header(_ header: UnitArena) {
    guard !header.isEmpty else { return }
    let root = Cursor(header, 0)
    context.skipsInternal = !options.includesInternal && header.holds(Attribute.audience)
    // The header of a record in a list stands below wrappers.
    headerChildren(root)
    context.skipsInternal = !options.includesInternal && unit.holds(Attribute.audience)
  }

  private func headerChildren(_ element: Cursor) {
    for child in element.children where !child.isText {
      if actions.action(.header, child) != nil {
        dispatch(child, .header)
      } else if child.hasHeader {
        headerChildren(child)
      }
    }
  }

  func identifierOfDescription(_ element: Cursor) {
    if let agency = element.attribute(Attribute.mainagencycode), cell(.institutionIdentifier).pointee.isEmpty {
      _ = element.use(Attribute.mainagencycode)
      append(Bytes.trimmed(agency), to: .institutionIdentifier)
    }
    guard cell(.descriptionIdentifier).pointee.isEmpty else {
      // The unit said its own; the text of this one heads every legacyId.
      if options.idPrefix == nil { element.markAll(UnitNode.used) }
      if let own = element.attribute(Attribute.identifier), Bytes.equal(own, cell(.descriptionIdentifier).pointee.bytes) {
        _ = element.use(Attribute.identifier)
      }
      return
    }
    if let own = element.use(Attribute.identifier), !Bytes.isBlank(own) {
      // The text itself is the prefix of every legacyId.
      let start = scratch.pointee.count
      var renderer = TextRenderer(to: scratch, .line, context)
      renderer.put(own)
      append(scratchBytes(start..<scratch.pointee.count), to: .descriptionIdentifier)
      if options.idPrefix == nil {
        element.markAll(UnitNode.used)
      } else if let text = render(element, .line) {
        append(scratchBytes(text), to: .descriptionIdentifier, separator: "; ")
      }
    } else {
      append(element, to: .descriptionIdentifier, .line)
    }
  }

  func publication(_ element: Cursor) {
    for child in element.children where !child.isText {
      if child.name == Tag.p {
        multiple(child, .archivistNote)
      } else if child.name == Tag.date {
        if let text = render(child, .line) { append(scratchBytes(text), to: .revisionHistory, separator: "\n") }
      }
    }
  }

  func descriptionLanguage(_ element: Cursor) {
    var codes: [String] = []
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      if cursor.name == Tag.language {
        if let said = cursor.attribute(Attribute.langcode), !Bytes.isBlank(said) {
          if let code = Languages.code(said) {
            _ = cursor.use(Attribute.langcode)
            codes.append(code)
          } else {
            note("language-unknown", .warning, line: cursor.line, [LossAccount.collapse(said)])
          }
        }
      }
      if cursor.name == Tag.language || cursor.name == Tag.script {
        if let said = cursor.attribute(Attribute.scriptcode), let code = AtoMTerms.scripts[Bytes.key(said)] {
          _ = cursor.use(Attribute.scriptcode)
          once(code, in: .scriptOfDescription)
        }
      }
    }
    if codes.isEmpty {
      codes = Languages.list(in: UnitElement(cursor: element, names: NameTable()).text) ?? []
    }
    for code in codes { once(code, in: .languageOfDescription) }
    // What the text says beyond the codes has no column; what only names them is said.
    let words = codes.reduce(into: Languages.fillers) { $0.formUnion(Languages.words(of: $1)) }
    for index in element.index..<element.end {
      let cursor = Cursor(element.arena, index)
      guard cursor.isText else { continue }
      let said = Bytes.key(cursor.bytes).split(whereSeparator: { !$0.isLetter })
      if !codes.isEmpty, said.allSatisfy({ words.contains(String($0)) }), !cursor.bytes.contains(where: Bytes.isDigit) {
        cursor.markAll(UnitNode.ignored, reason: .saidByCode)
      }
    }
  }
}

extension Cursor {
  /// True when an element that heads a finding aid stands somewhere below.
  var hasHeader: Bool {
    (index..<end).contains {
      let name = arena.storage.pointee.nodes[$0].name
      return name == Tag.eadheader || name == Tag.control || name == Tag.frontmatter
    }
  }
}
