/// Fields of the identity of a unit that are more than one element each.
extension AtoMToEAD {
  // MARK: Identifiers

  func alternativeIdentifiers(_ description: AtoMDescription) {
    for (label, value) in description.alternativeIdentifiers {
      guard !value.isEmpty else {
        account.lose(.alternativeIdentifierLabels, label)
        continue
      }
      builder.start(Tag.unitid)
      builder.attribute(typeAttribute, "alternative")
      if !label.isEmpty { builder.attribute(Attribute.label, label) }
      plain.line(value)
      builder.end()
    }
  }

  // MARK: Extent

  /// EAD 2002 and EAD3: every line an extent of its own. AtoM's import keeps the last `physdesc`: one for all.
  func extents(_ value: UnsafeBufferPointer<UInt8>, language: String?) {
    guard !value.isEmpty else { return }
    if flavour == .atom {
      builder.start(Tag.physdesc)
      plain.line(value)
      builder.end()
      return
    }
    for line in DescriptionText.lines(value) {
      let text = Bytes.trimmed(UnsafeBufferPointer(rebasing: line))
      guard let first = text.first else { continue }
      builder.start(Tag.physdesc)
      if let language { builder.attribute(Attribute.lang, language) }
      let isExtent = !isEAD3 && Bytes.isDigit(first)
      if isExtent { builder.start(Tag.extent) }
      builder.text(text)
      if isExtent { builder.end() }
      builder.end()
    }
  }

  // MARK: Repository

  /// Components inherit the repository: only another one is said again.
  func repository(_ description: AtoMDescription) {
    let value = description.value(.repository)
    guard !value.isEmpty else { return }
    if let inherited = levels.last?.repository, Bytes.equal(value, inherited) {
      account.lose(.repository, value, reason: .duplicate)
      return
    }
    builder.start(Tag.repository)
    builder.start(Tag.corpname)
    if isEAD3 { parts(value, splits: false) } else { plain.line(value) }
    builder.end()
    builder.end()
  }

  // MARK: Languages of the material

  func languages(_ description: AtoMDescription) {
    let codes = description.list(.language).map { part in
      let said = String(decoding: part, as: UTF8.self)
      let code = Languages.code(part) ?? Languages.named(said) ?? said
      if !Bytes.equal(part, Array(code.utf8)) { account.change(.language, part) }
      return code
    }
    let pairs = withScripts(codes, description.list(.script))
    let notes = description.list(.languageNote)
    if flavour == .atom {
      // AtoM shows no language at all when there are two of this element, and takes its own text for the note.
      guard !pairs.isEmpty || !notes.isEmpty else { return }
      builder.start(Tag.langmaterial)
      for (index, note) in notes.enumerated() {
        if index > 0 { builder.text(" ") }
        plain.line(note)
      }
      for (code, script) in pairs { language(code, script: script) }
      builder.end()
      return
    }
    if !pairs.isEmpty {
      builder.start(Tag.langmaterial)
      for (code, script) in pairs {
        if isEAD3, let script {
          builder.start(Tag.languageset)
          language(code, script: nil)
          builder.start(Tag.script)
          if !builder.attribute(Attribute.scriptcode, script) { account.lose(.script, Array(script.utf8)) }
          builder.end()
          builder.end()
        } else {
          language(code, script: script)
        }
      }
      builder.end()
    }
    for note in notes {
      builder.start(Tag.langmaterial)
      if isEAD3 {
        builder.start(Tag.language)
        builder.end()
        builder.start(Tag.descriptivenote)
        plain.paragraphs(note)
        builder.end()
      } else {
        plain.line(note)
      }
      builder.end()
    }
  }

  // MARK: Containers

  func physicalObjects(_ description: AtoMDescription) {
    let objects = description.physicalObjects
    guard !objects.isEmpty else { return }
    if flavour != .atom, objects.count == 1, let only = objects.first, isPlace(only) {
      builder.start(Tag.physloc)
      plain.line(only.location)
      builder.end()
      return
    }
    var places: [[UInt8]: String] = [:]
    for object in objects {
      var place: String?
      if !object.location.isEmpty {
        let text = Array(object.location)
        place = places[text]
        if place == nil {
          let id = "atom_physloc_\(nextPlace)"
          nextPlace += 1
          builder.start(Tag.physloc)
          builder.attribute(Attribute.id, id)
          plain.line(object.location)
          builder.end()
          places[text] = id
          place = id
        }
      }
      // A place is no container, and AtoM's import passes over places without one.
      if object.name.isEmpty, flavour != .atom { continue }
      builder.start(Tag.container)
      containerType(object.type)
      if let place { builder.attribute(Attribute.parent, place) }
      plain.line(object.name.isEmpty ? object.location : object.name)
      builder.end()
    }
  }

  private func isPlace(_ object: AtoMCSVPhysicalObject) -> Bool {
    guard !object.location.isEmpty else { return false }
    if object.name.isEmpty { return true }
    return Bytes.equal(object.name, object.location)
      && AtoMTerms.key(.physicalObjectType, label: String(decoding: object.type, as: UTF8.self)) == "Location"
  }

  /// `type` is one word of XML, of several the last, the others in `label`; AtoM's import puts the two together again, and
  /// looks the term up in English whatever the culture.
  private func containerKey(_ term: String) -> String? {
    if let known = containerKeys[term] { return known }
    let key = AtoMTerms.key(.physicalObjectType, label: term)
    if containerKeys.count < AtoMToEAD.remembered { containerKeys[term] = .some(key) }
    return key
  }

  private func containerType(_ said: UnsafeBufferPointer<UInt8>) {
    var term = String(decoding: said, as: UTF8.self)
    if term.isEmpty { term = AtoMTerms.term(.physicalObjectType, "Box", culture: culture).term }
    let key = containerKey(term)
    if let key, !Bytes.equal(said, Array(AtoMTerms.term(.physicalObjectType, key, culture: culture).term.utf8)) {
      account.change(.physicalObjectType, said)
    }
    if let key { term = flavour == .atom ? key.lowercased() : term.lowercased() }
    let words = term.split(separator: " ")
    guard let last = words.last else { return }
    if words.count == 1 {
      if !builder.attribute(typeAttribute, term) { builder.attribute(Attribute.label, term) }
    } else if key != nil || flavour == .atom, builder.attribute(typeAttribute, String(last)) {
      builder.attribute(Attribute.label, words.dropLast().joined(separator: " "))
    } else {
      builder.attribute(Attribute.label, term)
    }
  }

  // MARK: Digital objects

  func links(_ description: AtoMDescription) {
    for column in [AtoMColumn.digitalObjectURI, .digitalObjectPath] {
      let value = description.value(column)
      guard !value.isEmpty, flavour != .atom || isFetched(value, column) else { continue }
      builder.start(Tag.dao)
      if isEAD3 { builder.attribute(Attribute.daotype, "unknown") } else { builder.attribute(Attribute.linktype, "simple") }
      if !builder.attribute(Attribute.href, value) { account.lose(column, value) }
      builder.end()
    }
  }

  /// What AtoM's import is not to fetch stays readable in a general note.
  func linkNotes(_ description: AtoMDescription) {
    for column in [AtoMColumn.digitalObjectURI, .digitalObjectPath] {
      let value = description.value(column)
      guard !value.isEmpty, !isFetched(value, column) else { continue }
      if digitalObjects == .none {
        account.lose(column, value, reason: .notWanted)
      } else {
        let label = AtoMTerms.label("digitalObject", culture: culture)
        note(label + ": <" + String(decoding: value, as: UTF8.self) + ">", type: "general")
      }
    }
  }

  private func isFetched(_ value: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn) -> Bool {
    guard digitalObjects == .uri, column == .digitalObjectURI else { return false }
    let key = String(decoding: value.prefix(8), as: UTF8.self).lowercased()
    return key.hasPrefix("http://") || key.hasPrefix("https://")
  }
}
