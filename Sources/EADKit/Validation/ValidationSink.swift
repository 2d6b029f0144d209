/// Validates one document while it streams by: its schema, its rules, and what the parser has to say.
final class ValidationSink: XMLEventSink, DatatypeContext {
  /// What decides: for one document shared by everything that looks at it.
  struct Setup {
    var file: String
    var options: ValidationOptions
    /// A schema of the user's; nil for the one the document asks for.
    var ownSchema: CompiledSchema?
    var automata: AutomatonPool
  }

  private let setup: Setup
  private let names = DocumentNames()
  private let ruleNames = NameTable()
  @exclusivity(unchecked) private var ruleIDs: UnsafeMutablePointer<NameID>
  private var ruleIDCapacity = 512
  /// Namespace of the finding aid, whatever it is.
  private var ownNamespace: String?
  var collector: FindingCollector
  private(set) var schemas: [String] = []

  // MARK: State of the document

  private enum Mode {
    /// Nothing is known of the root yet.
    case before
    /// The root is known, and what it is depends on its first child.
    case pending
    /// Inside a finding aid, or inside what is validated like one.
    case inside
    /// Around the finding aids of a wrapper, or in a document that is not validated.
    case outside
  }

  private struct Frame: BitwiseCopyable {
    var name: NameID
    /// Where its children's counts begin.
    var siblings: Int32
    var ordinal: Int32
    var start: Place
    /// Instructions to ignore before it.
    var ignores: Int32
  }

  private struct Sibling: BitwiseCopyable {
    var name: NameID
    var count: Int32
  }

  @exclusivity(unchecked) private var mode = Mode.before
  @exclusivity(unchecked) private var frames = RawList<Frame>()
  @exclusivity(unchecked) private var siblings = RawList<Sibling>()
  /// Depth at which the finding aid began.
  @exclusivity(unchecked) private var insideDepth = 0
  private var validators: [SchemaValidator] = [] {
    didSet {
      deciding = validators.first.map { Unmanaged.passUnretained($0) }
      warning = validators.count > 1 ? Unmanaged.passUnretained(validators[1]) : nil
      third = validators.count > 2 ? Unmanaged.passUnretained(validators[2]) : nil
    }
  }
  private var rules: RuleEngine? { didSet { engine = rules.map { Unmanaged.passUnretained($0) } } }
  // The same objects without reference counts, for the way of every event.
  @exclusivity(unchecked) private var deciding: Unmanaged<SchemaValidator>?
  @exclusivity(unchecked) private var warning: Unmanaged<SchemaValidator>?
  @exclusivity(unchecked) private var third: Unmanaged<SchemaValidator>?
  @exclusivity(unchecked) private var engine: Unmanaged<RuleEngine>?
  @exclusivity(unchecked) private var ignoreCount: Int32 = 0
  private var pendingAttributes: [(NameID, [UInt8])] = []
  private var pendingName: NameID = 0
  private var rootPlace = Place()
  private var rootName = ""
  private var sawWrapper = false
  private var sawEAD = false
  private var doctype: DocumentKind.Doctype?
  private var doctypePlace = Place()
  /// EAD 2002 that is held against the DTD's grammar.
  private var withoutNamespace = false
  private var declaresISOSets = false
  private var unparsed: Set<[UInt8]> = []
  @exclusivity(unchecked) private var prefixes: [(depth: Int, prefix: [UInt8], namespace: [UInt8])] = []
  private var saidEntities: Set<String> = []
  private(set) var componentCount = 0
  private(set) var identifier: [UInt8] = []

  init(_ setup: Setup) {
    self.setup = setup
    ruleIDs = .allocate(capacity: 512)
    collector = FindingCollector(file: setup.file, options: setup.options)
  }

  deinit {
    ruleIDs.deallocate()
    ruleAttributes.deallocate()
    frames.deallocate()
    siblings.deallocate()
  }

  // MARK: Names

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    let entry = DocumentNames.Entry(
      local: local, prefix: prefix ?? "", namespace: namespace ?? "", isAttribute: isAttribute)
    let id = names.add(entry)
    if Int(id) >= ruleIDCapacity {
      let wider = UnsafeMutablePointer<NameID>.allocate(capacity: ruleIDCapacity * 2)
      wider.update(from: ruleIDs, count: ruleIDCapacity)
      ruleIDs.deallocate()
      ruleIDs = wider
      ruleIDCapacity *= 2
    }
    if !isAttribute, ownNamespace == nil, local.lowercased() == "ead" { ownNamespace = namespace ?? "" }
    ruleIDs[Int(id)] = ruleID(entry)
    for validator in validators { validator.learn(id, entry) }
    return id
  }

  private func ruleID(_ entry: DocumentNames.Entry) -> NameID {
    let prefix = entry.prefix.isEmpty ? nil : entry.prefix
    let namespace = entry.namespace.isEmpty ? nil : entry.namespace
    guard entry.isAttribute else {
      return ruleNames.element(entry.local, prefix: prefix, namespace: namespace, own: ownNamespace)
    }
    if namespace == nil, prefix == nil, isXLinkName(entry.local) { return ruleNames.other("{}" + entry.local) }
    return ruleNames.attribute(entry.local, prefix: prefix, namespace: namespace, own: ownNamespace)
  }

  /// Whether an attribute without namespace has the name of one of XLink's, where EAD 2002 in its namespace expects those.
  private func isXLinkName(_ local: String) -> Bool {
    guard ownNamespace == EADGeneration.ead2002Namespace else { return false }
    switch local {
    case "href", "title", "actuate", "show", "arcrole", "from", "to", "linktype": return true
    default: return false
    }
  }

  // MARK: Events

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    if mode != .inside, !enter(name, attributes) {
      push(name)
      return
    }
    let place = push(name)
    deciding?._withUnsafeGuaranteedRef { $0.start(name, attributes, at: place) }
    warning?._withUnsafeGuaranteedRef { $0.start(name, attributes, at: place) }
    third?._withUnsafeGuaranteedRef { $0.start(name, attributes, at: place) }
    if engine != nil { startRules(name, attributes, place) }
  }

  @discardableResult
  private func push(_ name: NameID) -> Place {
    let place = parser.tagPlace
    var ordinal: Int32 = 1
    let first = frames.last.map { Int($0.siblings) } ?? 0
    var at = siblings.count - 1
    // Only as far back as finding aids ever need: a hostile document cannot make this slow.
    let stop = max(first, siblings.count - 64)
    while at >= stop, siblings[at].name != name { at -= 1 }
    if at >= stop {
      siblings[at] = Sibling(name: name, count: siblings[at].count + 1)
      ordinal = siblings[at].count
    } else {
      siblings.append(Sibling(name: name, count: 1))
    }
    frames.append(
      Frame(
        name: name, siblings: Int32(siblings.count), ordinal: ordinal, start: place,
        ignores: ignoreCount))
    return place
  }

  @inline(__always)
  private func startRules(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>, _ place: Place) {
    let count = attributes.count
    if count > ruleAttributeCapacity {
      ruleAttributes.deallocate()
      ruleAttributeCapacity = count * 2
      ruleAttributes = .allocate(capacity: ruleAttributeCapacity)
    }
    for at in 0..<count {
      ruleAttributes[at] = RawAttribute(name: ruleIDs[Int(attributes[at].name)], value: attributes[at].value)
    }
    let own = UnsafeBufferPointer(start: UnsafePointer(ruleAttributes), count: count)
    engine?._withUnsafeGuaranteedRef { $0.start(ruleIDs[Int(name)], own, at: place) }
  }
  @exclusivity(unchecked) private var ruleAttributes: UnsafeMutablePointer<RawAttribute> = .allocate(capacity: 32)
  @exclusivity(unchecked) private var ruleAttributeCapacity = 32

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard mode == .inside else {
      if mode == .pending, !Bytes.isBlank(bytes) { settle(child: "") }
      guard mode == .inside else { return }
      return deliver(bytes)
    }
    deliver(bytes)
  }

  @inline(__always)
  private func deliver(_ bytes: UnsafeBufferPointer<UInt8>) {
    deciding?._withUnsafeGuaranteedRef { $0.text(bytes) }
    warning?._withUnsafeGuaranteedRef { $0.text(bytes) }
    third?._withUnsafeGuaranteedRef { $0.text(bytes) }
    engine?._withUnsafeGuaranteedRef { $0.text(bytes) }
  }

  override func endElement(_ name: NameID) {
    if mode == .pending { settle(child: "") }
    if mode == .inside {
      deciding?._withUnsafeGuaranteedRef { $0.end() }
      warning?._withUnsafeGuaranteedRef { $0.end() }
      third?._withUnsafeGuaranteedRef { $0.end() }
      engine?._withUnsafeGuaranteedRef { $0.end(ruleIDs[Int(name)]) }
    }
    guard let frame = frames.popLast() else { return }
    siblings.removeAll(keeping: Int(frame.siblings))
    if frame.ignores < ignoreCount {
      collector.endIgnores(from: Int(frame.ignores), at: parser.here.offset)
    }
    while let last = prefixes.last, last.depth > frames.count { prefixes.removeLast() }
    if mode == .inside, frames.count == insideDepth { leave() }
  }

  /// The end of the document.
  func endDocument() {
    if mode == .inside { leave() }
    collector.endIgnores(from: 0, at: Int.max)
    if sawWrapper {
      add(sawEAD ? "root-not-ead" : "root-holds-no-ead", .error, rootPlace, [rootName])
    }
  }

  /// The document cannot be read on: what is open stays so, and nothing is said of it.
  func abandon() {
    for validator in validators { setup.automata.giveBack(validator.automaton) }
    validators = []
    rules = nil
    collector.endIgnores(from: 0, at: Int.max)
  }

  func report(into report: inout FileReport) {
    report.schemas = schemas
    report.components = componentCount
    report.identifier = String(decoding: identifier, as: UTF8.self)
    collector.report(into: &report)
  }

  func written(_ name: NameID) -> String { names.written(name) }

  // MARK: Entering a finding aid

  /// Decides what begins with this start tag; false when it is not looked at.
  private func enter(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) -> Bool {
    let entry = names.entries[Int(name)]
    switch mode {
    case .pending:
      settle(child: entry.local)
      return mode == .inside
    case .outside:
      if entry.local.lowercased() == "ead" { sawEAD = true }
      guard setup.options.lenientNamespace, entry.local.lowercased() == "ead", setup.ownSchema == nil else { return false }
    case .before:
      rootPlace = parser.tagPlace
      rootName = entry.written
    case .inside: return true
    }
    if let own = setup.ownSchema {
      begin([(own, nil, .decides)], generation: EADGeneration(namespace: entry.namespace) ?? .ead2002)
      return true
    }
    return decide(name, entry, attributes, child: nil)
  }

  private func decide(
    _ name: NameID, _ entry: DocumentNames.Entry, _ attributes: UnsafeBufferPointer<RawAttribute>, child: String?
  ) -> Bool {
    let kind = DocumentKind(root: entry, doctype: doctype, child: child, lenient: setup.options.lenientNamespace)
    switch kind {
    case .undecided:
      mode = .pending
      pendingName = name
      pendingAttributes = attributes.map { ($0.name, Array($0.value)) }
      insideDepth = frames.count
      return false
    case .refused(let rule, let arguments):
      mode = .outside
      add(rule, .error, rule == "ead1-not-supported" ? doctypePlace : rootPlace, arguments)
      return false
    case .wrapper:
      mode = .outside
      if setup.options.lenientNamespace {
        add("read-as-ead", .warning, rootPlace, ["EAD", entry.written, entry.namespace])
      } else {
        sawWrapper = true
      }
      return false
    case .schema(let library, let mapping):
      if let mapping, !mapping.from.isEmpty {
        let generation = library == .ead3 ? "EAD3" : "EAD 2002"
        add("read-as-ead", .warning, rootPlace, [generation, entry.written, entry.namespace])
      }
      var all: [(SchemaLibrary.Name, NamespaceMapping?, SchemaRole)] = [(library, mapping, .decides)]
      if setup.options.schema == .strictCodes, library == .ead2002 { all.append((.ead2002Strict, mapping, .codes)) }
      return begin(all, library == .eac ? nil : library == .ead2002 ? .ead2002 : .ead3)
    case .ead2002WithoutNamespace:
      withoutNamespace = true
      let mapping = NamespaceMapping(from: "", to: EADGeneration.ead2002Namespace, movesLinks: true)
      var all: [(SchemaLibrary.Name, NamespaceMapping?, SchemaRole)] = [
        (.ead2002DTD, nil, .decides), (.ead2002, mapping, .warns),
      ]
      if setup.options.schema == .strictCodes { all.append((.ead2002Strict, mapping, .codes)) }
      return begin(all, .ead2002)
    }
  }

  private func begin(_ libraries: [(SchemaLibrary.Name, NamespaceMapping?, SchemaRole)], _ generation: EADGeneration?) -> Bool {
    var all: [(CompiledSchema, NamespaceMapping?, SchemaRole)] = []
    for (library, mapping, role) in libraries {
      do throws(EADError) {
        all.append((try SchemaLibrary.schema(library), mapping, role))
      } catch {
        var finding = error.finding
        finding.file = setup.file
        collector.add(finding)
      }
    }
    tolerances = libraries.map { $0.0.tolerance }
    begin(all.map { ($0.0, $0.1, $0.2) }, generation: generation)
    return true
  }
  private var tolerances: [SchemaValidator.Tolerance] = []

  private func begin(_ all: [(CompiledSchema, NamespaceMapping?, SchemaRole)], generation: EADGeneration?) {
    mode = .inside
    insideDepth = frames.count
    for (at, (schema, mapping, role)) in all.enumerated() {
      if !schemas.contains(schema.id) { schemas.append(schema.id) }
      let validator = SchemaValidator(
        schema, setup.automata.take(schema), names: names, mapping: mapping,
        tolerance: at < tolerances.count ? tolerances[at] : .none, checksIdentity: role == .decides
      ) { [unowned self] in add($0, role) }
      validator.parser = parser
      validator.context = self
      validators.append(validator)
    }
    if let generation {
      let document = RuleDocument(file: setup.file, generation: generation, names: ruleNames)
      document.parser = parser
      if setup.ownSchema == nil {
        document.isDefinedID = { [unowned self] id in validators.first?.identities.contains(id) ?? false }
      }
      document.sink = { [unowned self] in add($0) }
      rules = RuleEngine(document, setup.options.profile.rules(for: generation))
    }
  }

  /// The first child, or the end, tells what the pending root is.
  private func settle(child: String) {
    mode = .before
    let copies = pendingAttributes
    var all: [RawAttribute] = []
    // Values live as long as this call, as the parser's own do.
    var storage: [UInt8] = []
    for (_, value) in copies { storage += value }
    storage.withUnsafeBufferPointer { bytes in
      var at = 0
      for (name, value) in copies {
        all.append(RawAttribute(name: name, value: UnsafeBufferPointer(rebasing: bytes[at..<(at + value.count)])))
        at += value.count
      }
      all.withUnsafeBufferPointer { attributes in
        guard decide(pendingName, names.entries[Int(pendingName)], attributes, child: child) else { return }
        // The root is open already: it is no child of itself.
        insideDepth = max(frames.count - 1, 0)
        for validator in validators { validator.start(pendingName, attributes, at: rootPlace) }
        if engine != nil { startRules(pendingName, attributes, rootPlace) }
      }
    }
    pendingAttributes = []
  }

  private func leave() {
    mode = .outside
    for validator in validators {
      validator.finish()
      setup.automata.giveBack(validator.automaton)
    }
    defer { validators = [] }
    if let rules {
      rules.finish()
      componentCount += rules.componentCount
      if identifier.isEmpty { identifier = rules.identifier }
    }
    rules = nil
  }

  // MARK: Findings

  /// What a schema's findings count for.
  enum SchemaRole {
    case decides
    /// The DTD has decided: what this schema would refuse besides is a warning.
    case warns
    /// Only the values of attributes are looked at.
    case codes
  }

  /// Places at which the deciding schema has found something: another one has nothing to add there.
  private var decided: Set<Int> = []

  /// Mistakes that are one for the whole document, said once.
  private var saidOnce: Set<String> = []
  /// Element whose bare link attributes have been spoken of.
  private var bareLinksAt = -1

  /// Whether an unknown attribute is only the consequence of a mistake made once, at the root; then that is said.
  private func isConsequence(_ violation: SchemaViolation) -> Bool {
    if violation.kind == .missingAttribute {
      return saidOnce.contains("link-namespace-wrong") && violation.arguments.first?.hasPrefix("xlink:") ?? false
    }
    guard violation.kind == .unknownAttribute, let name = violation.attributeName else { return false }
    let attribute = names.entries[Int(name)]
    if withoutNamespace, doctype == nil,
      attribute.namespace == NamespaceMapping.xlink || attribute.namespace.hasSuffix("XMLSchema-instance")
    {
      if saidOnce.insert("namespace-missing").inserted {
        add("namespace-missing", .error, rootPlace, [attribute.written, EADGeneration.ead2002Namespace])
      }
      return true
    }
    if attribute.namespace != NamespaceMapping.xlink, !attribute.prefix.isEmpty,
      attribute.prefix == "xlink" || attribute.namespace.lowercased().contains("xlink")
    {
      if saidOnce.insert("link-namespace-wrong").inserted {
        add(
          "link-namespace-wrong", .error, violation.place,
          [attribute.written, attribute.namespace, attribute.prefix, NamespaceMapping.xlink])
      }
      return true
    }
    if attribute.namespace.isEmpty, isXLinkName(attribute.local) {
      if doctype?.isEAD2002 == true {
        if saidOnce.insert("doctype-and-namespace").inserted {
          add("doctype-and-namespace", .error, rootPlace, [attribute.written])
        }
        return true
      }
      // The first of an element's link attributes speaks for the others.
      let element = frames.last?.start.offset ?? -1
      defer { bareLinksAt = element }
      return bareLinksAt == element
    }
    return false
  }

  private func add(_ violation: SchemaViolation, _ role: SchemaRole) {
    if role == .decides, isConsequence(violation) {
      decided.insert(violation.place.offset)
      return
    }
    var finding = Finding(
      rule: violation.kind.rule, severity: .error, file: setup.file, line: violation.place.line,
      column: violation.place.column, arguments: violation.arguments)
    finding.offset = violation.place.offset
    if collector.isFull {
      for validator in validators { validator.isTerse = true }
    } else {
      finding.path = path(withAttribute: violation.attribute)
    }
    switch role {
    case .decides: if decided.count < 100_000 { decided.insert(violation.place.offset) }
    case .warns:
      if decided.contains(violation.place.offset) { return }
      finding.severity = .warning
      finding.arguments = [LocalizedText(key: finding.rule, finding.arguments).argument]
      finding.rule = "schema-namespace-only"
    case .codes:
      guard violation.kind == .attributeValue, !decided.contains(violation.place.offset) else { return }
    }
    add(finding, component: rules?.document.component)
  }

  private func add(_ found: RuleDocument.RuleFinding) {
    var finding = Finding(
      rule: found.id, severity: found.severity, file: setup.file, line: found.place.line, column: found.place.column,
      arguments: found.arguments)
    finding.offset = found.place.offset
    guard !collector.isFull else { return collector.add(finding) }
    let component = found.component ?? rules?.document.component
    // What is said of a component is often said later, inside one of its children.
    let isAboutComponent = component.map { $0.place == found.place } ?? false
    finding.path = path(
      withAttribute: found.attribute.map { ruleNames.name($0) },
      depth: isAboutComponent ? component.map { $0.elementDepth + insideDepth } : nil)
    add(finding, component: component)
  }

  private func add(_ finding: Finding, component: RuleComponent?) {
    var finding = finding
    if let component, !collector.isFull {
      finding.component = component.unitIDBytes.isEmpty ? component.id : component.unitID
      finding.componentTitle = component.title
    }
    collector.add(finding)
  }

  private func add(_ rule: String, _ severity: Severity, _ place: Place, _ arguments: [String]) {
    var finding = Finding(
      rule: rule, severity: severity, file: setup.file, line: place.line, column: place.column, arguments: arguments)
    finding.offset = place.offset
    collector.add(finding)
  }

  /// Path of the innermost open element, or of the one at a depth.
  private func path(withAttribute attribute: String?, depth: Int? = nil) -> String {
    var path = ""
    let count = min(depth ?? frames.count, frames.count)
    for at in max(0, count - 200)..<count {
      let frame = frames[at]
      path += "/" + names.written(frame.name)
      if frame.ordinal > 1 { path += "[\(frame.ordinal)]" }
    }
    return attribute.map { path + "/@" + $0 } ?? path
  }

  // MARK: What the parser says

  override func doctype(name: String, publicID: String?, systemID: String?) {
    doctypePlace = parser.here
    doctype = DocumentKind.Doctype(name: name, publicID: publicID ?? "", systemID: systemID ?? "")
  }

  override func unparsedEntityDeclared(name: String, publicID: String?, systemID: String, notation: String) {
    unparsed.insert(Array(name.utf8))
  }

  override func parameterEntityDeclared(name: String, value: String) {
    if name == "xmlchar", value.contains("INCLUDE") { declaresISOSets = true }
  }

  override func externalEntity(name: String, systemID: String) {
    say("external-entity", .warning, name + " (" + systemID + ")")
  }

  override func unknownEntity(name: String) { say("entity-unknown", .error, name) }

  override func undeclaredEntity(name: String) {
    if !declaresISOSets { say("entity-not-declared", .error, name) }
  }

  override func markupRepaired(_ kind: MarkupRepair.Kind, line: Int) {
    add("xml-escaped", .error, Place(line: line), [kind == .lessThan ? "<" : "&"])
  }

  override func parserMessage(code: Int32, message: String, line: Int, column: Int, isFatal: Bool) {
    let text = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    // XML_NS_ERR_UNDEFINED_NAMESPACE
    let rule = code == 201 ? "prefix-not-declared" : isFatal ? "xml-repaired" : "xml-warning"
    add(
      rule, code == 201 || isFatal ? .error : .warning, Place(line: line, column: column, offset: parser.here.offset), [text])
  }

  /// Once for each entity.
  private func say(_ rule: String, _ severity: Severity, _ text: String) {
    guard saidEntities.count < 1000, saidEntities.insert(text).inserted else { return }
    add(rule, severity, parser.here, [text])
  }

  override func processingInstruction(target: String, data: String) {
    guard target == "ead-convert", setup.options.honoursInlineIgnores, !setup.options.profile.forbidsInlineIgnores else { return }
    let words = data.split(maxSplits: 2, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
    guard words.count >= 2, words[0] == "ignore" else { return }
    let rule = String(words[1])
    let place = parser.here
    if rule != "*", !RuleCatalog.isKnown(rule) {
      let near = NearestName.find(rule, among: RuleCatalog.ids)
      add("ignore-unknown-rule", .warning, place, [rule, LocalizedText.suggestion(near)])
      return
    }
    ignoreCount += 1
    collector.add(
      FindingCollector.Ignore(
        rule: rule, reason: words.count > 2 ? String(words[2]) : "", line: place.line, start: frames.last?.start.offset ?? 0))
  }

  // MARK: What datatypes ask

  override func namespaceDeclared(prefix: String, namespace: String) {
    prefixes.append((frames.count + 1, Array(prefix.utf8), Array(namespace.utf8)))
  }

  func namespace(ofPrefix prefix: [UInt8]) -> [UInt8]? {
    if prefix == Array("xml".utf8) { return Array("http://www.w3.org/XML/1998/namespace".utf8) }
    return prefixes.last { $0.prefix == prefix }?.namespace ?? (prefix.isEmpty ? [] : nil)
  }

  func isUnparsedEntity(_ name: UnsafeBufferPointer<UInt8>) -> Bool { unparsed.contains(Array(name)) }
}
