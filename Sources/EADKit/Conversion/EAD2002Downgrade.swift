/// Turns EAD3 (1.1.1, also undeprecated) into EAD 2002.
///
/// `Resources/crosswalk-ead2002.tsv` says what becomes of each element and attribute; here are the rules that it names.
/// What is handled nowhere stays unmarked, and is thereby reported.
final class EAD2002Downgrade: EADTransform {
  /// The rules of the table, in the order in which it is compiled with them.
  enum Rule: String, CaseIterable {
    // Elements
    case header
    case did
    case blockNote = "block-note"
    case unitdate
    case extents
    case dao
    case daoset
    case languages
    case names
    case access
    case relations
    case legalStatus = "legal-status"
    case footnote
    case emphasis
    case inline
    case link
    case reference
    case listHead = "list-head"
    case chronicle
    case date
    case origin
    // Attributes
    case mark
    case normal
    case barcode
    case digitalType = "digital-type"
    case entity
  }

  private static let rules = Rule.allCases
  /// Names of the rules, to compile the table with.
  static let ruleNames = rules.map(\.rawValue)

  /// Notes that have no place in the phrase where they stand: they follow the element of `did` that holds them.
  var waitingNotes: [Cursor] = []
  /// Digital objects that stood beside the `did` before an earlier conversion.
  var waitingObjects: [Cursor] = []
  /// They are being written.
  var isReleasing = false
  /// For a plain date of the `did` at hand (its index in the arena) a structured date that says the same.
  var equivalents: [Int: Cursor] = [:]
  /// Structured dates (their index in the arena) that a plain date of the `did` at hand says already.
  var repeated: Set<Int> = []
  /// A `dsc` of the `archdesc` has ended in the source and not yet in the target.
  private var isHoldingDsc = false
  /// Text of `recordid`.
  var identifier: [UInt8] = []

  private static let actions = GenerationActions(.ead2002, rules: ruleNames)

  init(builder: TargetBuilder, names: NameTable, options: EADOptions, account: ConversionAccount) {
    super.init(builder: builder, names: names, actions: EAD2002Downgrade.actions, options: options, account: account)
  }

  // MARK: Pieces of a document

  override func header(_ ead: Cursor) {
    builder.start(Tag.ead, from: ead)
    attributes(ead)
    for child in ead.children {
      if child.name == Tag.control { control(child) } else { node(child) }
    }
  }

  override func unit(_ unit: Cursor) {
    builder.start(unit.name, from: unit)
    attributes(unit)
    waitingObjects = []
    let children = Array(unit.children)
    // EAD 2002 has them before the description.
    for child in children where isRunner(child) { _ = restore(child) }
    var at = 0
    while at < children.count {
      let child = children[at]
      at += 1
      if isRunner(child) { continue }
      // What an earlier conversion set beside it goes back into it.
      var members: [Cursor] = []
      while at < children.count, holder(children[at]) == child.name {
        members.append(children[at])
        at += 1
      }
      if members.isEmpty {
        node(child)
      } else {
        builder.start(child.name, from: child)
        attributes(child)
        content(child)
        for member in members { _ = restore(member) }
        builder.end()
      }
      if child.name == Tag.did {
        let objects = waitingObjects
        isReleasing = true
        for object in objects { node(object) }
        isReleasing = false
        waitingObjects = []
      }
    }
  }

  private func isRunner(_ source: Cursor) -> Bool { source.name == Tag.odd && origin(source)?.name == "runner" }

  /// The element that held this one before an earlier conversion.
  private func holder(_ source: Cursor) -> NameID? {
    guard source.name == Tag.arrangement || source.name == Tag.acqinfo, let mark = origin(source) else { return nil }
    guard let name = mark.attributes.first(where: { $0.name == "in" }) else { return nil }
    return EAD2002Downgrade.element(String(decoding: name.value, as: UTF8.self))
  }

  /// A `dsc` of the `archdesc` stays open until it is known that none follows that stood in it.
  override func dsc(_ dsc: Cursor) -> Int {
    let isInside = isHoldingDsc && origin(dsc)?.name == "nested" && builder.open == Tag.dsc && builder.allows(Tag.dsc)
    if !isInside { endDsc() }
    let isOfArchdesc = builder.open == Tag.archdesc
    builder.start(Tag.dsc, from: dsc)
    if let mark = origin(dsc) { restoreAttributes(dsc, mark, Tag.dsc) } else { attributes(dsc) }
    content(dsc)
    guard isOfArchdesc else { return 1 }
    isHoldingDsc = true
    return 0
  }

  private func endDsc() {
    if isHoldingDsc, builder.open == Tag.dsc { builder.end() }
    isHoldingDsc = false
  }

  override func tail(_ root: Cursor) {
    if root.name == Tag.archdesc { endDsc() }
    content(root)
  }

  override func endOfDescriptions() { endDsc() }

  // MARK: Rules

  override func apply(_ rule: Int, _ source: Cursor, _ row: GenerationCrosswalk.Row) {
    guard rule >= 0, rule < EAD2002Downgrade.rules.count else { return unwrap(source) }
    if !row.name.hasPrefix("@") {
      if source.name == Tag.dao || source.name == Tag.daoset, waits(source) { return }
      if source.attribute(Attribute.altrender) != nil, restore(source) { return }
    }
    switch EAD2002Downgrade.rules[rule] {
    case .header: misplaced(source)
    case .did: did(source)
    case .blockNote: blockNote(source)
    case .unitdate: structuredDate(source)
    case .extents: extents(source)
    case .dao: digitalObject(source)
    case .daoset: digitalObjects(source)
    case .languages: languages(source)
    case .names: names(source)
    case .access: access(source)
    case .relations: relations(source)
    case .legalStatus: legalStatus(source)
    case .footnote: footnote(source)
    case .emphasis: emphasis(source)
    case .inline: inline(source)
    case .link: link(source)
    case .reference: reference(source)
    case .listHead: listHead(source)
    case .chronicle: chronicle(source)
    case .date: date(source, as: Tag.date)
    case .origin: marked(source)
    case .mark: mark(source, row.name == "@numeration" ? Attribute.numeration : Attribute.mark)
    case .normal: normal(source)
    case .barcode: barcode(source)
    case .digitalType: digitalType(source)
    case .entity: linkToEntity(source)
    }
  }

  override func unknown(_ source: Cursor) {
    if source.name == Tag.chronitemset, builder.open == Tag.chronlist { chronicle(source) } else { unwrap(source) }
  }

  /// A part of `control` outside it: only in files that break their schema.
  private func misplaced(_ source: Cursor) {
    if source.name == Tag.control { return control(source) }
    marked(source)
  }

  // MARK: What an element is, and holds

  func isElement(_ source: Cursor) -> Bool { source.name != Tag.text && source.name < Tag.comment }

  /// Text between elements that hold the content: blank text there is indentation.
  func isIndentation(_ source: Cursor) -> Bool { source.isText && !source.isExternal && Bytes.isBlank(source.bytes) }

  func elements(_ source: Cursor) -> [Cursor] { source.children.filter { isElement($0) } }

  /// All text below without white space at its ends, runs of it made one blank.
  func words(_ source: Cursor) -> [UInt8] { EAD2002Downgrade.collapsed(source.textBelow) }

  static func collapsed(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if Bytes.isSpace(byte) {
        if let last = result.last, last != 0x20 { result.append(0x20) }
      } else {
        result.append(byte)
      }
    }
    if result.last == 0x20 { result.removeLast() }
    return result
  }

  /// The content without the white space at its ends.
  func trimmedContent(_ source: Cursor) {
    guard source.children.allSatisfy({ $0.isText && !$0.isExternal }) else { return content(source) }
    builder.text(words(source), from: source)
    source.markAll(UnitNode.used)
  }

  /// Identifier, audience, rendering and field of another standard: what most elements of EAD 2002 take.
  func commonAttributes(_ source: Cursor) {
    for name in [Attribute.id, Attribute.altrender, Attribute.audience, Attribute.encodinganalog] {
      move(name, of: source, to: name)
    }
  }

  /// Writes an attribute under another name, as it is; false when there is none, or no place for it.
  @discardableResult
  func move(_ name: NameID, of source: Cursor, to target: NameID) -> Bool {
    guard let value = source.attribute(name), builder.attribute(target, value) else { return false }
    _ = source.use(name)
    return true
  }

  /// EAD 2002 with a namespace says which kind of link an element is; its DTD says so by itself.
  func linkType(_ kind: String) {
    switch options.form {
    case .ead2002Plain?, .ead2002DTD?: return
    default: builder.attribute(Attribute.linktype, kind)
    }
  }

  // MARK: Attributes

  /// The mark of a list that is not ordered, of which two are said by `@type`; and a numeration that is nobody's choice.
  private func mark(_ list: Cursor, _ attribute: NameID) {
    guard let value = list.attribute(attribute) else { return }
    if Bytes.equal(value, "none") || Bytes.equal(value, "disc") || Bytes.equal(value, "inherit") {
      omit(list, attribute, .saidByCode)
    } else {
      move(attribute, of: list, to: attribute)
    }
  }

  /// EAD 2002 knows no barcodes: they stand in brackets behind the label, as ArchivesSpace writes them.
  private func barcode(_ container: Cursor) {
    guard let value = container.attribute(Attribute.containerid) else { return }
    let label = container.attribute(Attribute.label)
    if Bytes.isBlank(value) {
      if label != nil { move(Attribute.label, of: container, to: Attribute.label) }
      return
    }
    var text = label.map { Array($0) } ?? []
    if !text.isEmpty { text.append(0x20) }
    text += [0x5B] + value + [0x5D]
    guard builder.attribute(Attribute.label, text) else { return }
    _ = container.use(Attribute.label)
    noteChange(container, Attribute.containerid)
  }

  /// `unknown` is what EAD3 demands where nobody said anything.
  private func digitalType(_ dao: Cursor) {
    guard let value = dao.attribute(Attribute.daotype), Bytes.equal(value, "unknown") else { return }
    omit(dao, Attribute.daotype, .saidByCode)
  }
}
