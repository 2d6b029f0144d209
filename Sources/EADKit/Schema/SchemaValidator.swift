/// Validates the events of one document against a schema, and goes on after each mistake.
///
/// After a mistake the automaton follows all ways the document may have meant it: the element too many and the element
/// missing before it. What comes next decides, so that one mistake gives one finding.
final class SchemaValidator {
  typealias Symbol = CompiledSchema.Symbol
  typealias StateID = Automaton.StateID

  /// An open element.
  private struct Frame {
    var state: StateID
    /// What its end makes of the parent's state; -1 when the parent does not care.
    var record: Int32
    /// Its state after the start tag.
    var initial: StateID
    var name: NameID
    /// Where its data begins in the buffer.
    var textStart: Int32
    var flags: UInt8
  }

  private static let skipped: UInt8 = 1
  private static let saidText: UInt8 = 2
  private static let hadChildren: UInt8 = 4

  /// Which attributes are no business of the schema.
  enum Tolerance {
    case none
    /// `xsi:schemaLocation` and `xsi:noNamespaceSchemaLocation`, which official grammars forget.
    case schemaLocation
  }

  let schema: CompiledSchema
  let automaton: Automaton
  let names: DocumentNames
  private let mapping: NamespaceMapping?
  private let tolerance: Tolerance
  private let report: (SchemaViolation) -> Void
  @exclusivity(unchecked) var parser = ParserHandle.none
  /// Mistakes are only counted any more: nobody reads their sentences.
  @exclusivity(unchecked) var isTerse = false
  /// Of the start tag that is delivered.
  @exclusivity(unchecked) private var place = Place()
  /// Outlives the validator: it is what drives it.
  unowned(unsafe) var context: (any DatatypeContext)?
  /// Values with a role are noted here; nil when identifiers are another validator's business.
  private let checksIdentity: Bool
  @exclusivity(unchecked) var identities = IdentityTable()

  @exclusivity(unchecked) private var elementSymbols: UnsafeMutablePointer<Symbol>
  @exclusivity(unchecked) private var linkSymbols: UnsafeMutablePointer<Symbol>
  @exclusivity(unchecked) private var symbolCapacity = 512
  @exclusivity(unchecked) private var frames: UnsafeMutablePointer<Frame>
  @exclusivity(unchecked) private var frameCapacity = 64
  @exclusivity(unchecked) private var depth = 0
  @exclusivity(unchecked) private var data = ByteBuffer(capacity: 256)
  /// Names already spoken of in an open element: they are not spoken of again when they come after all, or are missing.
  private struct SpokenOf {
    var missing: Set<Symbol> = []
    var unexpected: Set<Symbol> = []
  }

  /// By depth, only where there were mistakes.
  @exclusivity(unchecked) private var spokenOf: [Int: SpokenOf] = [:]
  private let verdicts = VerdictCache()

  /// - Parameter mapping: the document's elements are in another namespace than the schema's.
  init(
    _ schema: CompiledSchema, _ automaton: Automaton, names: DocumentNames, mapping: NamespaceMapping? = nil,
    tolerance: Tolerance = .none, checksIdentity: Bool = true, report: @escaping (SchemaViolation) -> Void
  ) {
    self.schema = schema
    self.automaton = automaton
    self.names = names
    self.mapping = mapping
    self.tolerance = tolerance
    self.checksIdentity = checksIdentity
    self.report = report
    elementSymbols = .allocate(capacity: symbolCapacity)
    linkSymbols = .allocate(capacity: symbolCapacity)
    frames = .allocate(capacity: frameCapacity)
    if automaton.isLarge { _ = automaton.flush(states: [], records: []) }
    frames[0] = Frame(state: automaton.start, record: -1, initial: automaton.start, name: 0, textStart: 0, flags: 0)
    depth = 1
    for (index, entry) in names.entries.enumerated() { learn(NameID(index), entry) }
  }

  deinit {
    elementSymbols.deallocate()
    linkSymbols.deallocate()
    frames.deallocate()
    data.deallocate()
  }

  // MARK: Names

  private static let ignored: Symbol = -1

  /// Makes a name of the document known; for attributes also what they are on a link element.
  func learn(_ name: NameID, _ entry: DocumentNames.Entry) {
    if Int(name) >= symbolCapacity {
      let size = max(symbolCapacity * 2, Int(name) + 1)
      for pointer in [\SchemaValidator.elementSymbols, \SchemaValidator.linkSymbols] {
        let wider = UnsafeMutablePointer<Symbol>.allocate(capacity: size)
        wider.update(from: self[keyPath: pointer], count: symbolCapacity)
        self[keyPath: pointer].deallocate()
        self[keyPath: pointer] = wider
      }
      symbolCapacity = size
    }
    var namespace = entry.namespace
    if let mapping, namespace == mapping.from, !entry.isAttribute { namespace = mapping.to }
    if tolerance == .schemaLocation, entry.isAttribute, namespace == "http://www.w3.org/2001/XMLSchema-instance",
      entry.local == "schemaLocation" || entry.local == "noNamespaceSchemaLocation"
    {
      elementSymbols[Int(name)] = SchemaValidator.ignored
      linkSymbols[Int(name)] = SchemaValidator.ignored
      return
    }
    let symbol = schema.symbols.symbol(ExpandedName(namespace: namespace, local: entry.local))
    elementSymbols[Int(name)] = symbol
    linkSymbols[Int(name)] = symbol
    guard mapping?.movesLinks == true else { return }
    if namespace.isEmpty, entry.isAttribute, let local = NamespaceMapping.xlinkName(entry.local) {
      linkSymbols[Int(name)] = schema.symbols.symbol(ExpandedName(namespace: NamespaceMapping.xlink, local: local))
    } else if !entry.isAttribute, NamespaceMapping.linkElements.contains(entry.local) {
      // On an element the second table says whether its attributes are looked up as links.
      linkSymbols[Int(name)] = SchemaValidator.ignored
    }
  }

  // MARK: Events

  func start(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>, at place: Place) {
    self.place = place
    let parent = frames + (depth - 1)
    let symbol = elementSymbols[Int(name)]
    var child: StateID
    var record: Int32
    if parent.pointee.flags & SchemaValidator.skipped != 0 {
      guard let known = declared(symbol, leadingTo: Automaton.dead) else {
        push(Frame(state: 0, record: -1, initial: 0, name: name, textStart: 0, flags: SchemaValidator.skipped))
        noteIdentities(of: attributes)
        return
      }
      child = known.child
      record = -1
    } else {
      if automaton.states[Int(parent.pointee.state)].textKind == .data { endText(before: parent) }
      if let opening = automaton.open(parent.pointee.state, symbol) {
        child = opening.child
        record = opening.record
      } else {
        guard let opening = recover(name, symbol, parent) else {
          push(Frame(state: 0, record: -1, initial: 0, name: name, textStart: 0, flags: SchemaValidator.skipped))
          noteIdentities(of: attributes)
          return
        }
        child = opening.child
        record = opening.record
      }
    }
    parent.pointee.flags |= SchemaValidator.hadChildren
    let isLink = mapping?.movesLinks == true && linkSymbols[Int(name)] == SchemaValidator.ignored
    for attribute in attributes {
      child = take(attribute, isLink, child, name)
    }
    let state: StateID
    if let closed = automaton.close(child) {
      state = closed
    } else {
      sayMissingAttributes(child, name)
      state = automaton.closeAnyway(child)
    }
    push(Frame(state: state, record: record, initial: state, name: name, textStart: Int32(data.count), flags: 0))
    if automaton.isLarge { flush() }
  }

  private func push(_ frame: Frame) {
    if depth == frameCapacity {
      let wider = UnsafeMutablePointer<Frame>.allocate(capacity: frameCapacity * 2)
      wider.moveInitialize(from: frames, count: depth)
      frames.deallocate()
      frames = wider
      frameCapacity *= 2
    }
    frames[depth] = frame
    depth += 1
  }

  func end() {
    guard depth > 1 else { return }
    let frame = frames[depth - 1]
    depth -= 1
    if frame.flags & SchemaValidator.skipped != 0 { return }
    var state = frame.state
    if automaton.states[Int(state)].textKind == .data {
      state = endOfData(frame)
      data.count = Int(frame.textStart)
    }
    let next: StateID
    if frame.record >= 0 {
      if let after = automaton.end(state, frame.record) {
        next = after
      } else {
        sayIncomplete(frame, state)
        next = automaton.endAnyway(state, frame.record)
      }
      frames[depth - 1].state = next
    } else if automaton.states[Int(state)].ending == 0 {
      sayIncomplete(frame, state)
    }
    if !spokenOf.isEmpty { spokenOf[depth] = nil }
  }

  @inline(__always)
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    let frame = frames + (depth - 1)
    if frame.pointee.flags & SchemaValidator.skipped != 0 { return }
    let state = automaton.states + Int(frame.pointee.state)
    switch state.pointee.textKind {
    case .free: return
    case .moves: if !Bytes.isBlank(bytes) { frame.pointee.state = state.pointee.afterText }
    case .none: if !Bytes.isBlank(bytes) { sayText(bytes, frame) }
    case .data: data.append(bytes)
    }
  }

  /// The end of the document; references to nothing are known only now.
  func finish() {
    data.reset()
    guard checksIdentity else { return }
    for dangling in identities.dangling() {
      report(
        SchemaViolation(
          kind: .danglingIDREF, place: dangling.first,
          arguments: [String(decoding: dangling.value.prefix(200), as: UTF8.self), String(dangling.others + 1)]))
    }
  }

  // MARK: Attributes

  @inline(__always)
  private func take(_ attribute: RawAttribute, _ isLink: Bool, _ state: StateID, _ element: NameID) -> StateID {
    var value = attribute.value
    var symbol = elementSymbols[Int(attribute.name)]
    if isLink {
      let link = linkSymbols[Int(attribute.name)]
      if link != symbol {
        symbol = link
        value = NamespaceMapping.value(value)
      }
    }
    if symbol == SchemaValidator.ignored { return state }
    let step = automaton.step(state, symbol)
    if step == 0 {
      sayUnknownAttribute(attribute, state, element)
      return state
    }
    let simple = automaton.simpleStep(step)
    if simple.next >= 0, judge(Int(simple.checker), value) == .valid {
      let checker = automaton.checkers[Int(simple.checker)]
      if checker.hasRole { noteRoles(checker, attribute, value) }
      return simple.next
    }
    return takeSlowly(attribute, value, symbol, step, state, element)
  }

  /// The first time, with several patterns that may take the value, or with a value that none takes.
  @inline(never)
  private func takeSlowly(
    _ attribute: RawAttribute, _ value: UnsafeBufferPointer<UInt8>, _ symbol: Symbol, _ step: Int32, _ state: StateID,
    _ element: NameID
  ) -> StateID {
    let checkers = automaton.checkers(of: step)
    var answers: UInt64 = 0
    for (bit, checker) in checkers.enumerated() where bit < 64 {
      switch judge(checker, value) {
      case .valid:
        answers |= 1 << UInt64(bit)
        if automaton.checkers[checker].hasRole { noteRoles(automaton.checkers[checker], attribute, value) }
      case .invalid: break
      case .undecided:
        answers |= 1 << UInt64(bit)
        sayTooCostly(attribute)
      }
    }
    if let next = automaton.after(state, symbol, step, answers) { return next }
    sayValue(attribute, value, checkers, element)
    let every = checkers.count >= 64 ? UInt64.max : (1 << UInt64(checkers.count)) - 1
    return automaton.after(state, symbol, step, every) ?? state
  }

  /// Answers of costly datatypes are remembered by value.
  @inline(__always)
  private func judge(_ checker: Int, _ value: UnsafeBufferPointer<UInt8>) -> DatatypeVerdict {
    let judge = automaton.checkers[checker]
    guard judge.isCostly else { return judge.check(value, context) }
    if let known = verdicts.find(checker, value) { return known }
    let verdict = judge.check(value, context)
    verdicts.keep(checker, value, verdict)
    return verdict
  }

  private func noteRoles(_ checker: ValueChecker, _ attribute: RawAttribute, _ value: UnsafeBufferPointer<UInt8>) {
    guard checksIdentity else { return }
    if let role = checker.onlyRole {
      note(role, attribute, value)
    } else {
      for role in checker.roles(value, context) { note(role, attribute, value) }
    }
  }

  private func note(_ role: Datatype.Role, _ attribute: RawAttribute, _ value: UnsafeBufferPointer<UInt8>) {
    switch role {
    case .id:
      let own = Bytes.trimmed(value)
      if let first = identities.define(own, place) {
        report(
          SchemaViolation(
            kind: .duplicateID, place: parser.place(of: attribute, written: names.written(attribute.name)),
            arguments: [String(decoding: own.prefix(200), as: UTF8.self), "\(first.line):\(first.column)"],
            attribute: names.written(attribute.name)))
      }
    case .idref:
      let target = Bytes.trimmed(value)
      if !identities.contains(target) { identities.refer(target, parser.place(of: attribute, written: names.written(attribute.name))) }
    case .idrefs:
      for token in value.split(whereSeparator: Bytes.isSpace) {
        identities.refer(UnsafeBufferPointer(rebasing: token), parser.place(of: attribute, written: names.written(attribute.name)))
      }
    case .plain, .entity: break
    }
  }

  /// Identifiers inside what is skipped still count: references to them are no mistake.
  private func noteIdentities(of attributes: UnsafeBufferPointer<RawAttribute>) {
    for attribute in attributes where names.entries[Int(attribute.name)].local == "id" {
      _ = identities.define(Bytes.trimmed(attribute.value), place)
    }
  }

  // MARK: Data

  private func textSoFar(_ frame: Frame) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: data.bytes[Int(frame.textStart)...])
  }

  /// A child begins: what stood before it was a string of its own.
  private func endText(before frame: UnsafeMutablePointer<Frame>) {
    let bytes = textSoFar(frame.pointee)
    let next = automaton.afterString(frame.pointee.state, bytes, isWhole: false, context)
    if next == Automaton.dead { sayText(bytes, frame) } else { frame.pointee.state = next }
    data.count = Int(frame.pointee.textStart)
  }

  private func endOfData(_ frame: Frame) -> StateID {
    let bytes = textSoFar(frame)
    let isWhole = frame.flags & SchemaValidator.hadChildren == 0
    let next = automaton.afterString(frame.state, bytes, isWhole: isWhole, context)
    if automaton.states[Int(next)].ending != 0 { return next }
    sayElementValue(frame, bytes)
    return automaton.afterValue(frame.state)
  }

  // MARK: Recovery

  private func declared(_ symbol: Symbol, leadingTo state: StateID) -> Automaton.Opening? {
    guard symbol >= 0, let elements = schema.elementsBySymbol[symbol] else { return nil }
    var contents: [PatternPool.ID] = []
    for element in elements where !contents.contains(schema.contents[element]) { contents.append(schema.contents[element]) }
    return automaton.opening(contents: contents, leadingTo: state)
  }

  /// Speaks of an element that is not allowed here, and finds what it may be all the same; nil when it is unknown.
  private func recover(_ name: NameID, _ symbol: Symbol, _ parent: UnsafeMutablePointer<Frame>) -> Automaton.Opening? {
    let before = parent.pointee.state
    let isRoot = depth == 1
    let late = automaton.pairs(before, symbol, lax: true)
    let isSpokenOf = spokenOf[depth - 1]?.missing.contains(symbol) ?? false
    if !isSpokenOf { sayUnexpected(name, symbol, parent, isMissing: !late.isEmpty, isRoot: isRoot) }
    spokenOf[depth - 1, default: SpokenOf()].unexpected.insert(symbol)
    if isRoot {
      // Whatever the root is, nothing may follow it, and nothing is missing after it.
      parent.pointee.state = automaton.state([Automaton.Alternative(pattern: PatternPool.empty, origin: 0)])
      return declared(symbol, leadingTo: parent.pointee.state)
    }
    if !late.isEmpty, let opening = automaton.opening(late) {
      let after = automaton.endAnyway(opening.child, opening.record)
      let both = automaton.union(before, after)
      return Automaton.Opening(
        child: opening.child,
        record: automaton.record(leadingTo: both, alternatives: automaton.alternatives(of: opening.child).count))
    }
    let here = automaton.contents(of: symbol, in: parent.pointee.initial)
    if !here.isEmpty { return automaton.opening(contents: here, leadingTo: before) }
    return declared(symbol, leadingTo: before)
  }

  private func flush() {
    var states: [StateID] = []
    var records: [Int32] = []
    for at in 0..<depth {
      states.append(frames[at].state)
      states.append(frames[at].initial)
      if frames[at].record >= 0 { records.append(frames[at].record) }
    }
    let moved = automaton.flush(states: states, records: records)
    var record = 0
    for at in 0..<depth {
      frames[at].state = moved.states[at * 2]
      frames[at].initial = moved.states[at * 2 + 1]
      if frames[at].record >= 0 {
        frames[at].record = moved.records[record]
        record += 1
      }
    }
    verdicts.clear()
  }

  // MARK: Words for mistakes

  private func parentName(_ frame: UnsafeMutablePointer<Frame>) -> String { names.written(frame.pointee.name) }

  private func count(_ kind: SchemaViolation.Kind) { report(SchemaViolation(kind: kind, place: place, arguments: [])) }

  private func sayUnexpected(
    _ name: NameID, _ symbol: Symbol, _ parent: UnsafeMutablePointer<Frame>, isMissing: Bool, isRoot: Bool
  ) {
    if isTerse { return count(.unexpectedElement) }
    let written = names.written(name)
    let expectations = Expectations(automaton)
    let expected = expectations.first(parent.pointee.state)
    if isRoot {
      report(
        SchemaViolation(
          kind: .wrongRoot, place: place, arguments: [written, expectations.list(expected, near: written)]))
      return
    }
    let isKnown = schema.symbols.isName(symbol) && schema.elementsBySymbol[symbol] != nil
    var kind = SchemaViolation.Kind.unexpectedElement
    var list = expectations.list(expected, near: written)
    if isMissing {
      let required = expectations.required(parent.pointee.state, before: symbol)
      if !required.isEmpty {
        kind = .missingElement
        list = expectations.list(required, near: "")
        spokenOf[depth - 1, default: SpokenOf()].missing.formUnion(required)
      }
    } else if !isKnown {
      kind = .unknownElement
      let near = expectations.nearest(written, among: expected) ?? expectations.nearestAnywhere(written)
      report(
        SchemaViolation(
          kind: kind, place: place,
          arguments: [written, parentName(parent), LocalizedText.suggestion(near), list]))
      return
    }
    let isOutOfPlace = !automaton.contents(of: symbol, in: parent.pointee.initial).isEmpty
    let why = LocalizedText(
      key: kind == .missingElement ? "schema-why-missing" : isOutOfPlace ? "schema-why-place" : "schema-why-never", [])
    report(
      SchemaViolation(
        kind: kind, place: place, arguments: [written, parentName(parent), list, why.argument]))
  }

  private func sayIncomplete(_ frame: Frame, _ state: StateID) {
    // Text that should have been an element is one mistake, and not that element's absence too.
    if frame.flags & SchemaValidator.saidText != 0 { return }
    // `depth` is already that of the parent: the element's own names are kept one above.
    let expectations = Expectations(automaton)
    let required = expectations.required(state)
    if let known = spokenOf[depth], !required.isEmpty,
      required.allSatisfy({ known.missing.contains($0) || known.unexpected.contains($0) })
    {
      return
    }
    let list = expectations.list(required.isEmpty ? expectations.first(state) : required, near: "")
    report(
      SchemaViolation(
        kind: .incomplete, place: parser.tagPlace, arguments: [names.written(frame.name), list]))
  }

  private func sayText(_ bytes: UnsafeBufferPointer<UInt8>, _ frame: UnsafeMutablePointer<Frame>) {
    if frame.pointee.flags & SchemaValidator.saidText != 0 { return }
    frame.pointee.flags |= SchemaValidator.saidText
    let expected = Expectations(automaton)
    report(
      SchemaViolation(
        kind: .textNotAllowed, place: parser.textPlace(bytes),
        arguments: [
          Excerpt.text(bytes), parentName(frame), expected.list(expected.first(frame.pointee.initial), near: ""),
        ]))
  }

  private func sayUnknownAttribute(_ attribute: RawAttribute, _ state: StateID, _ element: NameID) {
    if isTerse { return count(.unknownAttribute) }
    let written = names.written(attribute.name)
    let expectations = Expectations(automaton)
    let known = expectations.attributes(state)
    let near = expectations.nearest(written, among: known).flatMap { $0 == written ? nil : $0 }
    report(
      SchemaViolation(
        kind: .unknownAttribute, place: parser.place(of: attribute, written: names.written(attribute.name)),
        arguments: [
          written, names.written(element), LocalizedText.suggestion(near), expectations.list(known, near: written),
          Excerpt.text(attribute.value),
        ], attribute: written, attributeName: attribute.name))
  }

  private func sayMissingAttributes(_ state: StateID, _ element: NameID) {
    if isTerse { return count(.missingAttribute) }
    let expectations = Expectations(automaton)
    var needs = expectations.requiredAttributes(state)
    // Each alternative lacks something else: any of what may still come would do.
    if needs.isEmpty { needs = [expectations.attributes(state).map(expectations.name)] }
    for missing in needs {
      report(
        SchemaViolation(
          kind: .missingAttribute, place: place,
          arguments: [missing.joined(separator: " | "), names.written(element)]))
    }
  }

  private func sayValue(
    _ attribute: RawAttribute, _ value: UnsafeBufferPointer<UInt8>, _ checkers: [Int], _ element: NameID
  ) {
    if isTerse { return count(.attributeValue) }
    let written = names.written(attribute.name)
    let expectation = Expectations(automaton).values(checkers, near: value)
    report(
      SchemaViolation(
        kind: .attributeValue, place: parser.place(of: attribute, written: names.written(attribute.name)),
        arguments: [Excerpt.text(attribute.value), written, names.written(element), expectation.argument], attribute: written))
  }

  private func sayElementValue(_ frame: Frame, _ bytes: UnsafeBufferPointer<UInt8>) {
    if isTerse { return count(.elementValue) }
    let checker = automaton.contentChecker(frame.state)
    let expectation = Expectations(automaton).values(checker.map { [$0] } ?? [], near: bytes)
    report(
      SchemaViolation(
        kind: .elementValue, place: parser.tagPlace,
        arguments: [Excerpt.text(bytes), names.written(frame.name), expectation.argument]))
  }

  private func sayTooCostly(_ attribute: RawAttribute) {
    report(
      SchemaViolation(
        kind: .tooCostly, place: parser.place(of: attribute, written: names.written(attribute.name)),
        arguments: [Excerpt.text(attribute.value), names.written(attribute.name)], attribute: names.written(attribute.name)))
  }
}
