/// Writes one finding aid from descriptions with AtoM's fields, parents before children.
///
/// The crosswalk is the table `Resources/crosswalk-atom-to-ead.tsv`; what it cannot say (dates, persons, containers,
/// languages, the header) is code in the other files of this type. What EAD has no place for goes to the account.
final class AtoMToEAD {
  /// A unit that is open in the target.
  struct Level {
    var repository: [UInt8]
  }

  let flavour: AtoMEADFlavour
  let options: EADOptions
  let account: AtoMToEADAccount
  /// What becomes of addresses of digital objects in EAD for AtoM's import.
  let digitalObjects: AtoMOptions.DigitalObjects
  let document: TargetDocument
  let builder: TargetBuilder
  let plain: DescriptionText
  let actions: AtoMToEADCrosswalk.Actions
  @exclusivity(unchecked) private(set) var levels: [Level] = []
  /// Descriptions so far.
  @exclusivity(unchecked) private(set) var units = 0

  // MARK: State of the document

  /// What the header says, for components that say the same again.
  @exclusivity(unchecked) var headerValues: [AtoMColumn: [UInt8]] = [:]
  /// The text of `eadid` or `recordid`.
  @exclusivity(unchecked) var recordID: [UInt8] = []
  /// The institution's code is in the header already.
  @exclusivity(unchecked) var saidInstitution = false
  /// `legacyId` of the top description: the prefix of those a conversion from EAD made.
  @exclusivity(unchecked) private var prefix: [UInt8] = []
  @exclusivity(unchecked) private var levelKeys: [String: [String: String?]] = [:]
  @exclusivity(unchecked) var containerKeys: [String: String?] = [:]
  /// Terms of a kind whose meaning is remembered.
  static let remembered = 1000
  @exclusivity(unchecked) var nextEvent = 1
  @exclusivity(unchecked) var nextPlace = 1

  // MARK: State of the unit

  @exclusivity(unchecked) var culture = "en"
  @exclusivity(unchecked) var isTop = false
  @exclusivity(unchecked) var events: [PlannedEvent] = []

  /// - Parameters:
  ///   - digitalObjects: for AtoM's import only, which fetches what `dao` points to.
  ///   - write: takes the bytes of the document, in order.
  /// - Throws: `EADError` when the program was built without the schema.
  init(
    flavour: AtoMEADFlavour, options: EADOptions, digitalObjects: AtoMOptions.DigitalObjects, account: AtoMToEADAccount,
    write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) {
    self.flavour = flavour
    self.options = options
    self.account = account
    self.digitalObjects = digitalObjects
    document = try TargetDocument(form: AtoMToEAD.form(flavour, options), options: options, write: write)
    builder = document.builder
    builder.lost = { [unowned account] _, text, _ in account.lose("", Array(text), .noElement) }
    plain = DescriptionText(builder: builder, readsMarkdown: flavour != .atom)
    actions = AtoMToEADCrosswalk.actions(flavour)
  }

  /// AtoM reads EAD 2002 only, and no namespace.
  private static func form(_ flavour: AtoMEADFlavour, _ options: EADOptions) -> EADForm {
    guard let wanted = options.form, wanted.generation == flavour.form.generation else { return flavour.form }
    return flavour == .atom && wanted == .ead2002 ? flavour.form : wanted
  }

  var isEAD3: Bool { flavour == .ead3 }
  /// EAD3 has `@localtype` where EAD 2002 has `@type`.
  var typeAttribute: NameID { isEAD3 ? Attribute.localtype : Attribute.type }

  // MARK: Units

  /// Adds a description below the last one whose depth is less.
  func add(_ description: AtoMDescription) throws(EADError) {
    account.begin(description)
    var depth = min(description.depth, levels.count)
    if options.components == .numbered, depth > AtoMToEAD.deepestNumber {
      // There is no c13: what would be one stands beside the component it is part of.
      account.find("ead-numbered-too-deep", .warning, [String(depth)])
      depth = AtoMToEAD.deepestNumber
    }
    while levels.count > depth { closeUnit() }
    isTop = depth == 0
    culture = description.culture
    if isTop {
      prefix = Array(description.value(.legacyId))
      header(description)
    }
    if depth == 1, levels.count == 1, builder.open == Tag.archdesc {
      builder.start(Tag.dsc)
      builder.attribute(isEAD3 ? Attribute.dsctype : Attribute.type, "combined")
    }
    builder.start(elementName(depth))
    level(description)
    identifier(description)
    if isEAD3, !isTop, headerValues[.culture] != Array(culture.utf8) {
      builder.attribute(Attribute.lang, culture.replacing("_", with: "-"))
    } else if !isTop, headerValues[.culture] != Array(culture.utf8) {
      account.lose(.culture, description.value(.culture))
    }
    if !isTop, isEAD3 || headerValues[.culture] == Array(culture.utf8),
      !Bytes.equal(description.value(.culture), Array(culture.utf8))
    {
      account.change(.culture, description.value(.culture))
    }
    planEvents(description)
    builder.start(Tag.did)
    run(.did, description)
    if !description.has(.title) {
      // A description must say something that identifies it, if only that it has no title.
      builder.start(Tag.unittitle)
      builder.end()
    }
    if isEAD3 { for translation in description.translations { translated(.did, translation) } }
    builder.end()
    run(.unit, description)
    if isEAD3 { for translation in description.translations { translated(.unit, translation) } }
    accessPoints(description)
    translations(description)
    lose(description)
    levels.append(Level(repository: inheritedRepository(description)))
    units += 1
    try document.commit()
    account.add(document.takeFindings(file: account.file))
  }

  /// Closes everything that is open and writes it.
  func finish() throws(EADError) {
    try document.finish()
    account.add(document.takeFindings(file: account.file))
  }

  private func closeUnit() {
    if builder.open == Tag.dsc { builder.end() }
    builder.end()
    levels.removeLast()
  }

  private func elementName(_ depth: Int) -> NameID {
    if depth == 0 { return Tag.archdesc }
    return options.components == .numbered ? Tag.c01 + NameID(depth - 1) : Tag.c
  }

  private static let deepestNumber = 12

  // MARK: The table

  private func run(_ place: AtoMToEADCrosswalk.Place, _ description: AtoMDescription) {
    for action in (isTop ? actions.top : actions.component)[place.rawValue] {
      switch action.target {
      case .none: break
      case .code: special(action.column, description)
      case .path(let steps, let form):
        guard description.has(action.column) else { continue }
        if action.column.isMultiple {
          for part in description.list(action.column) { write(part, action.column, steps, form) }
        } else {
          write(description.value(action.column), action.column, steps, form)
        }
      }
    }
  }

  /// One value in its elements.
  func write(
    _ value: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn, _ steps: [AtoMToEADCrosswalk.Step],
    _ form: AtoMToEADCrosswalk.Form, language: String? = nil
  ) {
    for (index, step) in steps.enumerated() {
      if step.name == Tag.part {
        parts(value, splits: column != .nameAccessPoints)
        for _ in 0..<index { builder.end() }
        return
      }
      builder.start(step.name)
      for attribute in step.attributes { builder.attribute(attribute.name, attribute.value) }
      if index == 0, let language { builder.attribute(Attribute.lang, language) }
    }
    if let term = canonical(value, column) {
      if !Bytes.equal(value, Array(term.utf8)) { account.change(column, value) }
      fill(term, form)
    } else if form != .line, !column.isMultiple, value.contains(0x7C) {
      // AtoM makes a list of what pipes separate in a text.
      account.change(column, value)
      fill(AtoMToEAD.listed(value), form)
    } else {
      fill(value, form)
    }
    for _ in steps { builder.end() }
  }

  func fill(_ value: UnsafeBufferPointer<UInt8>, _ form: AtoMToEADCrosswalk.Form) {
    switch form {
    case .line: plain.line(value)
    case .paragraphs: plain.paragraphs(value)
    case .oneParagraph: plain.oneParagraph(value)
    case .lineParagraphs: plain.lineParagraphs(value)
    }
  }

  func fill(_ value: String, _ form: AtoMToEADCrosswalk.Form) {
    var copy = value
    copy.withUTF8 { fill($0, form) }
  }

  static func listed(_ value: UnsafeBufferPointer<UInt8>) -> String {
    value.split(separator: 0x7C).map { Bytes.trimmed(UnsafeBufferPointer(rebasing: $0)) }.filter { !$0.isEmpty }
      .map { "* " + String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }

  /// A heading as EAD3 has it: each subdivision a `part`.
  func parts(_ value: UnsafeBufferPointer<UInt8>, splits: Bool) {
    var rest = value
    let separator = Array(" -- ".utf8)
    while splits, let at = DescriptionParts.first(separator, in: rest) {
      part(UnsafeBufferPointer(rebasing: rest[..<at]))
      rest = UnsafeBufferPointer(rebasing: rest[(at + separator.count)...])
    }
    part(rest)
  }

  private func part(_ value: UnsafeBufferPointer<UInt8>) {
    builder.start(Tag.part)
    plain.line(Bytes.trimmed(value))
    builder.end()
  }

  /// A term of AtoM's own lists, as the row's culture has it; nil for every other value.
  private func canonical(_ value: UnsafeBufferPointer<UInt8>, _ column: AtoMColumn) -> String? {
    let taxonomy: AtoMTerms.Taxonomy
    switch column {
    case .publicationStatus: taxonomy = .publicationStatus
    case .levelOfDetail: taxonomy = .levelOfDetail
    case .descriptionStatus: taxonomy = .descriptionStatus
    default: return nil
    }
    return AtoMTerms.key(taxonomy, label: String(decoding: value, as: UTF8.self)).map {
      AtoMTerms.term(taxonomy, $0, culture: culture).term
    }
  }

  /// What the table leaves to the program.
  private func special(_ column: AtoMColumn, _ description: AtoMDescription) {
    switch column {
    case .extentAndMedium: extents(description.value(column), language: nil)
    case .repository: repository(description)
    case .language: languages(description)
    case .eventDates: dates()
    case .eventActors: originations()
    case .eventActorHistories: histories()
    case .eventDescriptions: eventDescriptions()
    case .physicalObjectName: physicalObjects(description)
    case .digitalObjectURI: links(description)
    case .digitalObjectPath: if flavour == .atom { linkNotes(description) }
    case .alternativeIdentifiers: alternativeIdentifiers(description)
    case .descriptionIdentifier: descriptionIdentifier(description)
    case .institutionIdentifier: institutionIdentifier(description)
    case .radNoteOnPublishersSeries: ignoredSeriesNotes(description)
    default: break
    }
  }

  private func accessPoints(_ description: AtoMDescription) {
    let list = (isTop ? actions.top : actions.component)[AtoMToEADCrosswalk.Place.access.rawValue]
    guard list.contains(where: { description.has($0.column) }) || hasEventAccessPoints else { return }
    builder.start(Tag.controlaccess)
    run(.access, description)
    eventAccessPoints()
    builder.end()
  }

  // MARK: Translations

  /// Columns that a row of another culture can fill (AtoM's manual, CSV import: translations).
  static let translatable: [AtoMColumn] = [
    .title, .alternateTitle, .radEdition, .extentAndMedium, .archivalHistory, .acquisition, .scopeAndContent, .appraisal,
    .accruals, .arrangement, .accessConditions, .reproductionConditions, .physicalCharacteristics, .findingAids,
    .locationOfOriginals, .locationOfCopies, .relatedUnitsOfDescription, .rules, .sources, .revisionHistory,
    .institutionIdentifier,
  ]

  /// In EAD3 the same element again, with the language it is in.
  private func translated(_ place: AtoMToEADCrosswalk.Place, _ description: AtoMDescription) {
    let language = description.culture.replacing("_", with: "-")
    for action in actions.component[place.rawValue] where AtoMToEAD.translatable.contains(action.column) {
      let value = description.value(action.column)
      guard !value.isEmpty else { continue }
      switch action.target {
      case .none: break
      case .code:
        if action.column == .extentAndMedium {
          extents(value, language: language)
        } else {
          note(value, type: action.column.name, language: language)
        }
      case .path(let steps, let form): write(value, action.column, steps, form, language: language)
      }
    }
  }

  /// EAD 2002 cannot say the language of an element: a translation is one note, its fields by name. AtoM's import reads
  /// one language a file.
  private func translations(_ description: AtoMDescription) {
    for translation in description.translations {
      let filled = AtoMToEAD.translatable.filter { translation.has($0) }
      switch flavour {
      case .ead3: break
      case .ead2002:
        guard !filled.isEmpty else { continue }
        account.find("ead-translation-as-note", .note, [translation.culture], once: true)
        builder.start(Tag.odd)
        builder.attribute(Attribute.type, "translation-" + translation.culture)
        for column in filled {
          builder.start(Tag.odd)
          builder.attribute(Attribute.type, column.name)
          plain.paragraphs(translation.value(column))
          builder.end()
        }
        builder.end()
      case .atom:
        for column in filled { account.lose(column, translation.value(column), culture: translation.culture) }
      }
      for column in AtoMColumn.allCases where !AtoMToEAD.translatable.contains(column) && !AtoMToEAD.repeated.contains(column) {
        let value = translation.value(column)
        if !value.isEmpty, !Bytes.equal(value, description.value(column)) {
          account.lose(column, value, culture: translation.culture)
        }
      }
      for other in translation.others {
        let isSame = description.others.contains { $0.name == other.name && $0.value == other.value }
        account.lose(other.name, other.value, isSame ? .duplicate : .noElement)
      }
      for value in translation.surplus { account.lose("", value) }
    }
  }

  /// Columns that a row of another culture repeats: what identifies the record, and terms in that culture's words.
  static let repeated: Set<AtoMColumn> = [
    .legacyId, .parentId, .qubitParentSlug, .culture, .levelOfDescription, .publicationStatus, .levelOfDetail,
    .descriptionStatus, .physicalObjectType, .eventTypes, .repository, .identifier,
  ]

  // MARK: Notes and losses

  /// A note of a type of its own.
  func note(_ value: UnsafeBufferPointer<UInt8>, type: String, language: String? = nil, id: String? = nil) {
    builder.start(Tag.odd)
    builder.attribute(typeAttribute, type)
    if let language { builder.attribute(Attribute.lang, language) }
    if let id { builder.attribute(Attribute.id, id) }
    plain.paragraphs(value)
    builder.end()
  }

  /// What stands in the column that AtoM's importer does not read is kept as what it was meant to be.
  private func ignoredSeriesNotes(_ description: AtoMDescription) {
    account.ignoredSeriesNotes(description) { note($0, type: "bibSeries") }
  }

  func note(_ value: String, type: String) {
    var copy = value
    copy.withUTF8 { note($0, type: type) }
  }

  private func lose(_ description: AtoMDescription) {
    for column in isTop ? actions.lostAtTop : actions.lostBelow {
      let value = description.value(column)
      guard !value.isEmpty else { continue }
      // What the header says of the whole finding aid, a component need not say again.
      if let said = headerValues[column], Bytes.equal(value, said) {
        account.lose(column, value, reason: .duplicate)
      } else if column.isMultiple {
        for part in description.list(column) { account.lose(column, part) }
      } else {
        account.lose(column, value)
      }
    }
    for other in description.others { account.lose(other.name, other.value) }
    for value in description.surplus { account.lose("", value) }
  }

  // MARK: Identity

  /// The same few terms stand on nearly every unit.
  private func levelKey(_ said: String) -> String? {
    if let known = levelKeys[said]?[culture] { return known }
    let key = LevelNames.key(said, culture: culture)
    if levelKeys.count < AtoMToEAD.remembered { levelKeys[said, default: [:]][culture] = .some(key) }
    return key
  }

  private func level(_ description: AtoMDescription) {
    let said = description.text(.levelOfDescription)
    guard !said.isEmpty else {
      if isTop { builder.attribute(Attribute.level, "otherlevel") }
      return
    }
    let key = levelKey(said)
    let value = key.flatMap { LevelNames.values[$0] } ?? LevelNames.ead(said)
    if let key, !said.utf8.elementsEqual(AtoMTerms.term(.levelOfDescription, key, culture: culture).term.utf8) {
      account.change(.levelOfDescription, said)
    }
    if flavour == .atom {
      // AtoM looks the word up among the terms of the file's culture.
      let term = key.map { AtoMTerms.term(.levelOfDescription, $0, culture: culture).term } ?? said
      if let value, value == term.lowercased() || (value == "recordgrp" && culture == "en") {
        builder.attribute(Attribute.level, value)
      } else if let value, !AtoMToEAD.isToken(term) {
        // No attribute can hold the word; EAD's own says the same, if not to AtoM.
        builder.attribute(Attribute.level, value)
        account.findOnce("atom-ead-level-word", .warning, [term, value == "recordgrp" ? "Record group" : value])
      } else {
        other(term)
      }
      if key == nil { account.find("atom-ead-level-new", .note, [said]) }
    } else if let value {
      builder.attribute(Attribute.level, value)
    } else {
      other(key ?? said)
    }
  }

  /// A level EAD has no value for. The attribute takes a name token: a term of several words is written with `_` between.
  private func other(_ term: String) {
    builder.attribute(Attribute.level, "otherlevel")
    if AtoMToEAD.isToken(term), builder.attribute(Attribute.otherlevel, term) { return }
    let token = AttributeFit.token(Array(term.utf8))
    if token.contains(where: { $0 != 0x5F }), builder.attribute(Attribute.otherlevel, token) {
      account.change(.levelOfDescription, term, always: true)
      account.findOnce("ead-level-token", .warning, [term, token.toString])
    } else {
      account.lose(.levelOfDescription, Array(term.utf8))
      account.findOnce("ead-level-lost", .warning, [term])
    }
  }

  /// True for what an attribute that takes one word can hold (XML 1.0, production 7).
  private static func isToken(_ term: String) -> Bool {
    !term.isEmpty && AttributeFit.token(Array(term.utf8)) == Array(term.utf8)
  }

  /// `@id` made of `legacyId`; without the prefix a conversion from EAD gave it.
  private func identifier(_ description: AtoMDescription) {
    var value = description.value(.legacyId)
    if isTop {
      if Bytes.equal(value, recordID) { return }
    } else if value.count > prefix.count, value.starts(with: prefix), value[prefix.count] == 0x23 {
      value = UnsafeBufferPointer(rebasing: value[(prefix.count + 1)...])
      // A position in the tree is found again by counting.
      if value.first == 0x2F { return }
    }
    guard !value.isEmpty else { return }
    let id = ComponentID.encoded(value)
    if !builder.attribute(Attribute.id, id) {
      account.lose(.legacyId, description.value(.legacyId))
    }
  }

  private func inheritedRepository(_ description: AtoMDescription) -> [UInt8] {
    let own = description.value(.repository)
    return own.isEmpty ? levels.last?.repository ?? [] : Array(own)
  }
}

/// Runs of bytes in values.
enum DescriptionParts {
  /// Where a run of bytes first stands in another, not at its very beginning.
  static func first(_ needle: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard text.count > needle.count else { return nil }
    return (1..<(text.count - needle.count)).first { text[$0] == needle[0] && text[$0...].starts(with: needle) }
  }
}
