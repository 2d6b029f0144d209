/// Converts the units of one finding aid to rows of AtoM's import CSV.
///
/// A unit goes in, a row comes out: cells are bytes from the source to the file. What finds no cell goes to the
/// `LossAccount`. The crosswalk itself is the table `Resources/crosswalk-atom-csv.tsv`.
public final class AtoMConverter {
  /// The document, for findings.
  public let file: String
  let options: AtoMOptions
  let account: LossAccount
  let actions = CrosswalkActions.atomCSV
  let context: RenderContext

  /// Rows that wait to be written, all with the same columns.
  @exclusivity(unchecked) private var rows = ByteBuffer(capacity: 1 << 16)
  private let write: (UnsafeBufferPointer<UInt8>, UInt64) throws(EADError) -> Void
  /// Rows so far.
  public private(set) var rowCount = 0
  /// The appended columns that any row so far needed.
  public private(set) var extraColumns: UInt64 = 0
  /// Findings so far; at most `findingLimit` of one rule, the rest only counted.
  public private(set) var findings: [Finding] = []
  /// All findings so far by rule.
  public private(set) var findingCounts: [String: Int] = [:]
  private static let findingLimit = 1000
  /// Terms that a fresh AtoM does not have, by column.
  public private(set) var newTerms: Set<String> = []
  /// Names of creators with a fingerprint of their history, in the order of first use.
  public private(set) var actorHistories: [(actor: UInt64, history: UInt64)] = []
  var historyOfActor: [UInt64: UInt64]

  // MARK: State of the document

  struct Level {
    var legacyID: [UInt8] = []
    /// Where the objects below are: the nearest `physloc`.
    var location: [UInt8] = []
    var identifier: [UInt8] = []
    var isInternal = false
    var elementName: NameID = 0
    var siblingIndex = 0
  }

  @exclusivity(unchecked) var levels: [Level] = []
  @exclusivity(unchecked) var culture = ""
  private(set) var names = NameTable()
  private var lastHeader: UnitArena?
  private var prefixSeed: UInt64 = 0
  /// Finding aids of this document by their prefix: two may have the same identifier.
  private var rootsOfPrefix: [[UInt8]: Int] = [:]
  private var rootNumber = 1
  @exclusivity(unchecked) var prefix: [UInt8] = []
  @exclusivity(unchecked) private var usedIDs = HashSet64()
  var repositoryName: [UInt8] = []
  private var saidInheritCode = false

  // MARK: State of the row

  let cells: UnsafeMutablePointer<ByteBuffer>
  static let cellCount = AtoMColumn.allCases.count
  /// Bytes of values that are put together before they go into a cell.
  let scratch: UnsafeMutablePointer<ByteBuffer>
  @exclusivity(unchecked) var unit: UnitArena
  @exclusivity(unchecked) var line = 0
  @exclusivity(unchecked) var events: [Event] = []
  @exclusivity(unchecked) var creators: [Creator] = []
  @exclusivity(unchecked) var containers: [Container] = []
  @exclusivity(unchecked) var identifiers: [IdentifierCandidate] = []
  @exclusivity(unchecked) var histories: [History] = []
  /// Locations by the fingerprint of their `@id`.
  @exclusivity(unchecked) var namedLocations: [UInt64: Range<Int>] = [:]
  @exclusivity(unchecked) var hasTitle = false
  /// Gives what a unit says in another language a row of its own.
  var splitsTranslations = true
  /// Elements of the unit that are for other rows.
  @exclusivity(unchecked) var elementsElsewhere: Set<Int> = []
  /// Places and descriptions of events, by the number that joins them to a date or a creator.
  @exclusivity(unchecked) var eventPlaces: [(link: Int, text: Range<Int>)] = []
  @exclusivity(unchecked) var eventDescriptions: [(link: Int, text: Range<Int>)] = []
  /// RAD: places where the material was made or published, with the type of their event.
  @exclusivity(unchecked) var placesOfEvents: [PlaceOfEvent] = []
  /// RAD: notes that describe an event and do not say which.
  @exclusivity(unchecked) var looseDescriptions: [Cursor] = []
  @exclusivity(unchecked) var locations: [Range<Int>] = []
  /// Fingerprints of the values in the row's lists.
  @exclusivity(unchecked) private var members: Set<UInt64> = []
  @exclusivity(unchecked) var abstracts: [(element: Cursor, cell: Range<Int>)] = []
  @exclusivity(unchecked) var levelTerms: [UInt64: [UInt8]] = [:]
  @exclusivity(unchecked) var containerKinds: [ContainerKind] = []
  var containerKindIndex: [UInt64: Int] = [:]
  var compoundKinds: [UInt64: Int?] = [:]
  var identifierRanks: [UInt64: Int] = [:]
  /// Texts of languages, and whether they only say what their codes say.
  var languageTexts: [UInt64: Bool] = [:]
  var eventTypeKeys: [UInt64: String] = [:]
  var eventTerms: [String: [UInt8]] = [:]
  var unitIsInternal = false
  /// The names that the rows refer to; nil when nobody wants authority records.
  let authorities: AuthorityRegister?
  /// What the unit's elements say about names, and the histories of its creators.
  @exclusivity(unchecked) var authorityHints: [AuthorityHint] = []
  @exclusivity(unchecked) var authorityHistories: [(name: [UInt8], text: [UInt8])] = []
  /// History of each creator of the unit, by its position.
  @exclusivity(unchecked) var historyTexts: [Int: String] = [:]

  /// - Parameters:
  ///   - file: for findings and losses.
  ///   - knownHistories: creators' histories of earlier files of the same batch.
  ///   - write: takes whole rows, and which appended columns (bits in the order of the template's `appended`) they have.
  public init(
    file: String, options: AtoMOptions, account: LossAccount, knownHistories: [UInt64: UInt64] = [:],
    write: @escaping (UnsafeBufferPointer<UInt8>, UInt64) throws(EADError) -> Void
  ) {
    self.file = file
    self.write = write
    self.options = options
    self.account = account
    historyOfActor = knownHistories
    authorities = options.collectsAuthorities ? AuthorityRegister(name: file) : nil
    context = RenderContext(markdown: options.markdown, includesInternal: options.includesInternal)
    cells = .allocate(capacity: AtoMConverter.cellCount)
    for index in 0..<AtoMConverter.cellCount { (cells + index).initialize(to: ByteBuffer(capacity: 64)) }
    scratch = .allocate(capacity: 1)
    scratch.initialize(to: ByteBuffer(capacity: 1024))
    unit = UnitArena()
  }

  deinit {
    for index in 0..<AtoMConverter.cellCount { cells[index].deallocate() }
    cells.deinitialize(count: AtoMConverter.cellCount)
    cells.deallocate()
    scratch.pointee.deallocate()
    scratch.deallocate()
    rows.deallocate()
  }

  /// Adds the unit's row.
  ///
  /// - Throws: `EADError` `no-culture` when neither the finding aid nor the options say the culture of the rows.
  public func convert(_ unit: DescriptionUnit) throws(EADError) {
    self.unit = unit.arena
    names = unit.names
    line = unit.line
    resetRow()
    let isRoot = unit.depth == 0
    if isRoot, lastHeader !== unit.headerArena {
      lastHeader = unit.headerArena
      try startDocument(unit.headerArena)
    }
    startUnit(unit)
    let root = Cursor(unit.arena, 0)
    let translations = findTranslations(root)
    for translation in translations {
      elementsElsewhere.formUnion(translation.elements.map { $0.element.index } + translation.notes.map { $0.index })
    }
    for child in root.children { dispatch(child, .unit) }
    if !translations.isEmpty { elementsElsewhere.removeAll() }
    if isRoot { header(unit.headerArena) }
    finishRow(unit)
    try writeRow()
    rowCount += 1
    if !translations.isEmpty {
      let own = repeatedValues
      for translation in translations {
        resetRow()
        fill(translation, beside: own)
        try writeRow()
        rowCount += 1
      }
    }
    if isRoot { accountFor(unit.headerArena, isHeader: true) }
    accountFor(unit.arena, isHeader: false)
  }

  /// Writes what waits; to be called after the last unit.
  public func finish() throws(EADError) {
    guard !rows.isEmpty else { return }
    try write(rows.bytes, extraColumns)
    rows.reset(keeping: 1 << 20)
  }

  // MARK: Findings

  func note(_ rule: String, _ severity: Severity, line: Int? = nil, _ arguments: [String] = []) {
    let count = (findingCounts[rule] ?? 0) + 1
    findingCounts[rule] = count
    guard count <= AtoMConverter.findingLimit else { return }
    findings.append(
      Finding(
        rule: rule, severity: severity, file: file, line: line ?? self.line, component: componentID,
        arguments: arguments))
  }

  var componentID: String { levels.last.map { String(decoding: $0.legacyID, as: UTF8.self) } ?? "" }

  func newTerm(_ column: AtoMColumn, _ term: String) { newTerms.insert(column.name + "\t" + term) }

  // MARK: Cells

  func cell(_ column: AtoMColumn) -> UnsafeMutablePointer<ByteBuffer> { cells + column.rawValue }

  private func resetRow() {
    for index in 0..<AtoMConverter.cellCount where cells[index].count > 0 { cells[index].reset(keeping: 1 << 16) }
    scratch.pointee.reset(keeping: 1 << 16)
    events.removeAll(keepingCapacity: true)
    creators.removeAll(keepingCapacity: true)
    containers.removeAll(keepingCapacity: true)
    identifiers.removeAll(keepingCapacity: true)
    histories.removeAll(keepingCapacity: true)
    abstracts.removeAll(keepingCapacity: true)
    locations.removeAll(keepingCapacity: true)
    if !members.isEmpty { members.removeAll(keepingCapacity: true) }
    if !namedLocations.isEmpty { namedLocations.removeAll() }
    hasTitle = false
    if !eventPlaces.isEmpty { eventPlaces.removeAll() }
    if !eventDescriptions.isEmpty { eventDescriptions.removeAll() }
    if !authorityHints.isEmpty { authorityHints.removeAll(keepingCapacity: true) }
    if !authorityHistories.isEmpty { authorityHistories.removeAll() }
    if !placesOfEvents.isEmpty { placesOfEvents.removeAll() }
    if !looseDescriptions.isEmpty { looseDescriptions.removeAll() }
  }

  /// Bytes of a value put together in the scratch buffer.
  func scratchBytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: scratch.pointee.base + range.lowerBound, count: range.count)
  }

  /// Renders an element into the scratch buffer; nil when nothing came of it.
  func render(_ element: Cursor, _ form: TextRenderer.Form, term: Bool = false) -> Range<Int>? {
    let start = scratch.pointee.count
    var renderer = TextRenderer(to: scratch, form, context, term: term)
    renderer.content(element)
    scratch.pointee.trim(from: start)
    return scratch.pointee.count > start ? start..<scratch.pointee.count : nil
  }

  /// Adds an element to a cell with one value: after a blank line when something stands there already.
  @discardableResult
  func append(_ element: Cursor, to column: AtoMColumn, _ form: TextRenderer.Form = .prose, separator: StaticString = "\n\n")
    -> Range<Int>?
  {
    let cell = cell(column)
    let before = cell.pointee.count
    if before > 0 { cell.pointee.append(separator) }
    let start = cell.pointee.count
    var renderer = TextRenderer(to: cell, form, context)
    if ownForms.contains(element.name) {
      renderer.element(element)
    } else {
      renderer.content(element)
    }
    cell.pointee.trim(from: start)
    if cell.pointee.count == start {
      cell.pointee.count = before
      return nil
    }
    return start..<cell.pointee.count
  }

  /// Elements whose own name gives their text its shape.
  private var ownForms: Set<NameID> { [Tag.list, Tag.chronlist, Tag.table] }

  /// Adds a value to a cell with one value or, for a column with several, as one more of them.
  func append(_ bytes: UnsafeBufferPointer<UInt8>, to column: AtoMColumn, separator: StaticString? = nil) {
    guard !bytes.isEmpty else { return }
    let cell = cell(column)
    if cell.pointee.count > 0 { cell.pointee.append(separator ?? (column.isMultiple ? "|" : "\n\n")) }
    cell.pointee.append(bytes)
    if column.isMultiple { remember(bytes, in: column) }
  }

  func append(_ text: String, to column: AtoMColumn, separator: StaticString? = nil) {
    var copy = text
    copy.withUTF8 { append($0, to: column, separator: separator) }
  }

  /// True when one of the values of a list is exactly this.
  func holds(_ column: AtoMColumn, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    !members.isEmpty && members.contains(Bytes.hash(value, seed: UInt64(column.rawValue) &+ 1))
  }

  /// Notes a value of a list, for `holds`.
  func remember(_ value: UnsafeBufferPointer<UInt8>, in column: AtoMColumn) {
    members.insert(Bytes.hash(value, seed: UInt64(column.rawValue) &+ 1))
  }

  // MARK: Identity

  private func startUnit(_ unit: DescriptionUnit) {
    if levels.count > unit.depth { levels.removeSubrange(unit.depth...) }
    // A component whose parents were not read (a fragment) still gets a place of its own.
    while levels.count < unit.depth { levels.append(Level(legacyID: prefix)) }
    let root = Cursor(unit.arena, 0)
    var level = Level()
    level.elementName = root.name
    level.siblingIndex = unit.siblingIndex
    level.legacyID = unit.depth == 0 ? rootID() : componentID(root, siblingIndex: unit.siblingIndex)
    let parent = levels.last
    level.location = parent?.location ?? []
    level.isInternal = parent?.isInternal ?? false
    context.skipsInternal = false
    if !options.includesInternal {
      if context.isInternal(root) { level.isInternal = true }
      context.skipsInternal = unit.arena.holds(Attribute.audience)
    }
    unitIsInternal = level.isInternal
    levels.append(level)

    cell(.legacyId).pointee.append(level.legacyID)
    if let parent, unit.depth > 0 {
      cell(.parentId).pointee.append(parent.legacyID)
    } else if let slug = options.parentSlug {
      append(slug, to: .qubitParentSlug)
    }
    cell(.culture).pointee.append(culture)
    levelOfDescription(root, depth: unit.depth)
  }

  private func rootID() -> [UInt8] {
    rootNumber = (rootsOfPrefix[prefix] ?? 0) + 1
    rootsOfPrefix[prefix] = rootNumber
    var id = prefix
    // AtoM takes a purely numeric id for the internal number of some other record.
    if id.allSatisfy(Bytes.isDigit) { id = Array("ead-".utf8) + id }
    return rootNumber > 1 ? id + Array("#/0/\(rootNumber)".utf8) : id
  }

  /// `PREFIX#ID`, or `PREFIX#/2/1` by position when there is no usable id: `/` begins no XML name.
  private func componentID(_ root: Cursor, siblingIndex: Int) -> [UInt8] {
    var legacyID: [UInt8] = []
    if let id = root.attribute(Attribute.id).map(Bytes.trimmed), !id.isEmpty {
      if id[0] != 0x2F, !id.contains(where: { $0 == 0x7C || Bytes.isSpace($0) }) {
        if usedIDs.insert(Bytes.hash(id, seed: prefixSeed)) {
          legacyID.reserveCapacity(prefix.count + id.count + 1)
          legacyID.append(contentsOf: prefix)
          legacyID.append(0x23)
          legacyID.append(contentsOf: id)
          return legacyID
        }
        note("duplicate-id", .warning, [String(decoding: id, as: UTF8.self)])
      }
    }
    legacyID.append(contentsOf: prefix)
    legacyID.append(0x23)
    // Of several finding aids in one document, all but the first say which they are.
    if rootNumber > 1 { legacyID.append(contentsOf: Array("/0/\(rootNumber)".utf8)) }
    for level in levels.dropFirst() { legacyID.append(contentsOf: Array("/\(level.siblingIndex)".utf8)) }
    legacyID.append(contentsOf: Array("/\(siblingIndex)".utf8))
    return legacyID
  }

  // MARK: Document

  private func startDocument(_ header: UnitArena) throws(EADError) {
    repositoryName = []
    let identity = HeaderIdentity(header)
    culture = try documentCulture(identity)
    prefix = options.idPrefix.map { Array($0.utf8) } ?? Array(identity.identifier.utf8)
    if prefix.isEmpty { prefix = Array(HeaderIdentity.prefix(forFile: file).utf8) }
    prefix = HeaderIdentity.escaped(prefix)
    prefixSeed = prefix.withUnsafeBufferPointer { Bytes.hash($0) }
    levelTerms.removeAll()
    containerKinds.removeAll()
    containerKindIndex.removeAll()
    compoundKinds.removeAll()
    eventTerms.removeAll()
  }

  private func documentCulture(_ identity: HeaderIdentity) throws(EADError) -> String {
    if let forced = options.culture { return forced }
    for code in identity.languages {
      if AtoMTerms.cultures.contains(code) { return code }
      note("culture-unknown", .warning, line: 1, [code])
    }
    if let fallback = options.defaultCulture { return fallback }
    throw EADError("no-culture", file: file)
  }

  func warnAboutInheritedCodes(_ identifier: UnsafeBufferPointer<UInt8>) {
    guard !saidInheritCode, levels.count > 1 else { return }
    let parent = levels[levels.count - 2].identifier
    guard !parent.isEmpty, identifier.count > parent.count, identifier.starts(with: parent),
      !Bytes.isWord(identifier[parent.count])
    else { return }
    saidInheritCode = true
    note("inherited-code", .note, [String(decoding: identifier, as: UTF8.self)])
  }

  /// True when the warning about inherited reference codes applies.
  public var carriesParentCodes: Bool { saidInheritCode }

  func remember(actor: UInt64, history: UInt64) {
    historyOfActor[actor] = history
    actorHistories.append((actor, history))
  }

  // MARK: Writing

  private func writeRow() throws(EADError) {
    try collectAuthorities()
    let extras = options.template.extras(of: cells)
    if extras & ~extraColumns != 0 {
      // Rows so far have fewer columns.
      try finish()
      extraColumns |= extras
    }
    AtoMRowWriter.write(cells, template: options.template, extras: extraColumns, to: &rows)
    if rows.count > 1 << 18 { try finish() }
  }
}

extension String {
  /// A pipe cannot stay: AtoM splits at it and knows no escape.
  var withoutPipes: String { utf8.contains(0x7C) ? replacing("|", with: "\u{A6}") : self }
}

extension [UInt8] {
  var toString: String { String(decoding: self, as: UTF8.self) }
}

extension UnitArena {
  func holds(_ attribute: NameID) -> Bool {
    for index in 0..<storage.pointee.attributeCount where storage.pointee.attributes[index].name == attribute { return true }
    return false
  }
}
