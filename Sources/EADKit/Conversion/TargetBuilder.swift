/// Writes elements of a target generation so that its schema always accepts them.
///
/// The builder follows the automaton of the target's schema. What the schema does not allow at a place is lifted out of
/// paragraphs and phrases (which are closed before it and opened again after it), or wrapped, or left out with its content
/// kept; what the schema misses is filled in. Whatever is done beyond the call is a finding.
final class TargetBuilder {
  typealias StateID = Automaton.StateID
  typealias Symbol = CompiledSchema.Symbol

  /// An element that is open in the target.
  private struct Frame {
    var name: NameID
    var state: StateID
    /// What its end makes of the parent's state.
    var record: Int32
    /// Everything before its start tag.
    var mark: OutputEvents.Mark
    /// Index of its start among the events; -1 when it is serialised already.
    var startEvent: Int
    /// Index of the call that opened it; -1 for a wrapper of the builder's own.
    var owner: Int
    /// A wrapper of text that was lifted out of elements, which are suspended.
    var holdsLifted = false
  }

  /// A call of `start` that `end` has not answered.
  private struct Call {
    enum Kind {
      case open
      /// Closed for something that was lifted out of it; opened again when more content comes.
      case suspended
      /// The element is not written, its content is.
      case unwrapped
    }
    var name: NameID
    var kind: Kind
    /// What it was opened for, while that is at hand.
    var source: Cursor?
    var attributes: [(name: NameID, value: [UInt8])] = []
    var isBlock = false
    /// The target has a part of it, its attributes among them.
    var isWritten = false
  }

  /// What was done beyond the calls.
  struct Remark {
    var rule: String
    var severity: Severity
    var line: Int
    var arguments: [String]
  }

  let generation: EADGeneration
  private let schema: CompiledSchema
  private let automaton: Automaton
  private static let automata = AutomatonPool()
  private let verdicts = VerdictCache()
  @exclusivity(unchecked) private(set) var events = OutputEvents()
  @exclusivity(unchecked) private var frames: [Frame] = []
  @exclusivity(unchecked) private var calls: [Call] = []
  /// The innermost frame's start tag still takes attributes.
  @exclusivity(unchecked) private var isInTag = false
  @exclusivity(unchecked) private var separatorIsDue = false
  /// Elements that are not written and whose identifiers are.
  @exclusivity(unchecked) private var carriedIDs: [Cursor] = []
  @exclusivity(unchecked) private var identifiers = TargetIdentifiers()
  @exclusivity(unchecked) private var line = 0
  @exclusivity(unchecked) private(set) var remarks: [Remark] = []
  private static let mostRemarks = 10_000
  private let elementSymbols: [Symbol]
  private let attributeSymbols: [Symbol]
  private let linkSymbols: [Symbol]
  private let isLink: [Bool]
  private let names = NameTable()
  /// Told of elements whose content is kept without them.
  var markup: ((Cursor) -> Void)?
  /// Told of text that the target does not have: where it comes from, as far as that is known, the text and its line.
  var lost: ((Cursor?, UnsafeBufferPointer<UInt8>, Int) -> Void)?

  /// - Throws: `EADError` when the program was built without the schema.
  init(generation: EADGeneration) throws(EADError) {
    self.generation = generation
    let isEAD3 = generation == .ead3
    let schema = try SchemaLibrary.schema(isEAD3 ? .ead3 : .ead2002)
    self.schema = schema
    automaton = TargetBuilder.automata.take(schema)
    let namespace = isEAD3 ? EADGeneration.ead3Namespace : EADGeneration.ead2002Namespace
    elementSymbols = Tag.names.map { name in
      let symbol = schema.symbols.symbol(ExpandedName(namespace: namespace, local: name))
      return schema.symbols.isName(symbol) && schema.elementsBySymbol[symbol] != nil ? symbol : -1
    }
    attributeSymbols = Attribute.names.map { schema.symbols.symbol(ExpandedName(namespace: "", local: $0)) }
    linkSymbols = Attribute.names.enumerated().map { index, name in
      let local: String? =
        switch Attribute.first + NameID(index) {
        case Attribute.linktype: "type"
        case Attribute.linkrole: "role"
        case Attribute.linktitle: "title"
        case Attribute.href, Attribute.arcrole, Attribute.show, Attribute.actuate, Attribute.from, Attribute.to: name
        default: nil
        }
      return local.map { schema.symbols.symbol(ExpandedName(namespace: NamespaceMapping.xlink, local: $0)) } ?? -1
    }
    isLink = Tag.names.map { !isEAD3 && NamespaceMapping.linkElements.contains($0) }
    if automaton.isLarge { _ = automaton.flush(states: [], records: []) }
    frames.append(
      Frame(name: 0, state: automaton.start, record: -1, mark: events.mark, startEvent: -1, owner: -1))
  }

  deinit {
    events.deallocate()
    TargetBuilder.automata.giveBack(automaton)
  }

  // MARK: Components

  /// How components are named.
  private enum Naming {
    /// As the first one is.
    case undecided
    case plain
    case numbered
  }
  private var naming = Naming.undecided
  @exclusivity(unchecked) private var componentDepth = 0

  /// - Parameter deepest: the deepest nesting of components; numbers end at twelve.
  func setComponents(_ style: EADOptions.Components, deepest: Int) {
    switch style {
    case .keep: naming = .undecided
    case .plain: naming = .plain
    case .numbered: naming = deepest > 12 ? .plain : .numbered
    }
  }

  /// Components of both kinds, or numbers that do not follow the depth, would not be valid.
  private func componentName(_ name: NameID) -> NameID {
    if naming == .undecided { naming = name == Tag.c ? .plain : .numbered }
    if naming == .plain { return Tag.c }
    return componentDepth < 12 ? Tag.c01 + NameID(componentDepth) : Tag.c12
  }

  // MARK: Questions

  /// Whether the target's schema has an element of this name.
  func knows(_ name: NameID) -> Bool { Int(name) < elementSymbols.count && elementSymbols[Int(name)] >= 0 }

  /// Whether an element may begin here as things stand, without any repair.
  func allows(_ name: NameID) -> Bool {
    closeTag()
    guard knows(name), firstSuspended == nil, calls.last?.kind != .unwrapped else { return false }
    return automaton.open(frames[frames.count - 1].state, elementSymbols[Int(name)]) != nil
  }

  /// Whether text may stand here without any repair.
  var allowsText: Bool {
    closeTag()
    return firstSuspended == nil && automaton.states[Int(frames[frames.count - 1].state)].textKind != .none
  }

  /// The innermost element opened by `start` and not ended; 0 for none.
  var open: NameID { calls.last?.name ?? 0 }

  /// Whether an element of this name is open.
  func isInside(_ name: NameID) -> Bool { calls.contains { $0.name == name } }

  func takeRemarks() -> [Remark] {
    defer { remarks.removeAll() }
    return remarks
  }

  private func remark(_ rule: String, _ severity: Severity, _ arguments: [String]) {
    guard remarks.count < TargetBuilder.mostRemarks else { return }
    remarks.append(Remark(rule: rule, severity: severity, line: line, arguments: arguments))
  }

  // MARK: Elements

  /// Opens an element. Where the schema has no place for it here, it is lifted out of what is open, wrapped, or (last) left
  /// out with its content kept.
  func start(_ name: NameID, from source: Cursor? = nil) {
    closeTag()
    if let source { line = source.line }
    var name = name
    if ElementTraits.table[Int(name)].contains(.component) {
      name = componentName(name)
      componentDepth += 1
    }
    let isBlock = TargetBuilder.isBlock(name)
    if knows(name), place(elementSymbols[Int(name)], name) {
      calls.append(Call(name: name, kind: .open, source: source, isBlock: isBlock))
      frames[frames.count - 1].owner = calls.count - 1
      return
    }
    calls.append(Call(name: name, kind: .unwrapped, source: source, isBlock: isBlock))
    if let source { markup?(source) }
    if isBlock { separatorIsDue = true }
    carry(id: source)
  }

  /// Ends the element opened last by `start`.
  func end() {
    closeTag()
    guard let call = calls.last else { return }
    if ElementTraits.table[Int(call.name)].contains(.component) { componentDepth -= 1 }
    switch call.kind {
    case .unwrapped:
      if call.isBlock { separatorIsDue = true }
    case .suspended: giveUp(call)
    case .open:
      while let frame = frames.last, frame.owner != calls.count - 1, frames.count > 1 { finishInnermost() }
      finishInnermost()
    }
    calls.removeLast()
  }

  /// An element that nothing in the target stands for: its attributes, taken as written, are not.
  private func giveUp(_ call: Call) {
    guard !call.isWritten, !call.attributes.isEmpty, let source = call.source else { return }
    let storage = source.arena.storage
    let first = Int(storage.pointee.nodes[source.index].start)
    for at in first..<(first + source.attributes.count) where storage.pointee.attributes[at].name != Attribute.xsi {
      storage.pointee.attributes[at].flags &= ~UnitNode.used
    }
    carry(id: source)
  }

  /// Gives the identifier of an element that is not written to the element that is started next.
  func carry(id source: Cursor?) {
    guard let source else { return }
    for attribute in source.attributes where attribute.name == Attribute.id && attribute.flags & UnitNode.used == 0 {
      carriedIDs.append(source)
    }
  }

  /// The source of what was given is about to go away.
  func forgetSource() {
    carriedIDs.removeAll()
    for at in calls.indices { calls[at].source = nil }
  }

  // MARK: Attributes

  /// Adds an attribute to the element opened last, before any content. False when the schema takes neither the name nor the
  /// value: nothing was written.
  @discardableResult
  func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard isInTag, calls.last?.kind == .open else { return false }
    return write(name, value)
  }

  @discardableResult
  func attribute(_ name: NameID, _ value: [UInt8]) -> Bool { value.withUnsafeBufferPointer { attribute(name, $0) } }

  @discardableResult
  func attribute(_ name: NameID, _ value: String) -> Bool {
    var copy = value
    return copy.withUTF8 { attribute(name, $0) }
  }

  private func write(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    let top = frames.count - 1
    let at = Int(name) - Int(Attribute.first)
    // What is written declares no entities.
    guard at >= 0, at < attributeSymbols.count, name != Attribute.entityref else { return false }
    var symbol = attributeSymbols[at]
    if isLink[Int(frames[top].name)], linkSymbols[at] >= 0 { symbol = linkSymbols[at] }
    let state = frames[top].state
    let step = automaton.step(state, symbol)
    if step == 0 { return false }
    let simple = automaton.simpleStep(step)
    if simple.next >= 0, judge(Int(simple.checker), value) {
      guard note(Int(simple.checker), value) else { return false }
      frames[top].state = simple.next
    } else {
      var answers: UInt64 = 0
      for (bit, checker) in automaton.checkers(of: step).enumerated() where bit < 64 && judge(checker, value) {
        answers |= 1 << UInt64(bit)
      }
      guard answers != 0, let next = automaton.after(state, symbol, step, answers) else { return false }
      let accepted = automaton.checkers(of: step)[answers.trailingZeroBitCount]
      guard note(accepted, value) else { return false }
      frames[top].state = next
    }
    events.attribute(name, value, at: frames[top].startEvent)
    return true
  }

  /// Takes note of an identifier or a reference; false for an identifier that the document has already.
  private func note(_ checker: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    let checker = automaton.checkers[checker]
    guard checker.hasRole else { return true }
    switch checker.onlyRole {
    case .id: return identifiers.define(Bytes.trimmed(value))
    case .idref: identifiers.refer(Bytes.trimmed(value), line: line)
    case .idrefs:
      for token in value.split(whereSeparator: Bytes.isSpace) {
        identifiers.refer(UnsafeBufferPointer(rebasing: token), line: line)
      }
    default: break
    }
    return true
  }

  /// Takes back what was built since a mark.
  private func cut(to mark: OutputEvents.Mark) {
    for at in mark.attributes..<events.mark.attributes where events.attributes[at].name == Attribute.id {
      identifiers.withdraw(events.value(events.attributes[at].start, events.attributes[at].count))
    }
    events.cut(to: mark)
  }

  private func judge(_ checker: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    let judge = automaton.checkers[checker]
    guard judge.isCostly else { return judge.check(value, nil) == .valid }
    if let known = verdicts.find(checker, value) { return known == .valid }
    let verdict = judge.check(value, nil)
    verdicts.keep(checker, value, verdict)
    return verdict == .valid
  }

  /// The start tag is complete.
  private func closeTag() {
    guard isInTag else { return }
    isInTag = false
    let top = frames.count - 1
    if let source = carriedIDs.first, let value = source.attribute(Attribute.id), write(Attribute.id, value) {
      _ = source.use(Attribute.id)
      carriedIDs.removeFirst()
    }
    if let state = automaton.close(frames[top].state) {
      frames[top].state = state
    } else {
      fillAttributes()
    }
    if automaton.states[Int(frames[top].state)].textKind == .none { events.setElementOnly(frames[top].startEvent) }
  }

  private func fillAttributes() {
    let top = frames.count - 1
    let expectations = Expectations(automaton)
    for group in expectations.requiredAttributes(frames[top].state) {
      for local in group {
        let bare = local.split(separator: ":").last.map(String.init) ?? local
        let name = local.hasPrefix("xlink:") ? names.attribute(bare, prefix: "xlink", namespace: nil, own: nil) : names.attribute(bare)
        if let value = fillingValue(name) {
          remark("target-attribute-filled", .warning, [bare, names.name(frames[top].name), value])
          break
        }
      }
    }
    if let state = automaton.close(frames[top].state) {
      frames[top].state = state
    } else {
      remark("target-invalid", .error, [names.name(frames[top].name)])
      frames[top].state = automaton.closeAnyway(frames[top].state)
    }
  }

  /// Writes the first of some values that the schema takes; the one it took.
  private func fillingValue(_ name: NameID) -> String? {
    var own: [String] = TargetBuilder.fillings
    let at = Int(name) - Int(Attribute.first)
    if at >= 0, at < attributeSymbols.count {
      let step = automaton.step(frames[frames.count - 1].state, attributeSymbols[at])
      if step != 0 { own += Expectations(automaton).kinds(automaton.checkers(of: step)).values }
    }
    for value in own {
      var copy = value
      if copy.withUTF8({ write(name, $0) }) { return value }
    }
    return nil
  }

  private static let fillings = ["unknown", "otherlevel", "simple", "other", "1", "0"]

  // MARK: Text

  func text(_ text: String) {
    var copy = text
    copy.withUTF8 { self.text($0) }
  }

  func text(_ text: [UInt8], from source: Cursor? = nil) { text.withUnsafeBufferPointer { self.text($0, from: source) } }

  /// Adds text; where no text may stand, in a wrapper, if need be outside of what is open. Without any place it is lost, and
  /// said to be.
  ///
  /// - Parameter source: the text itself, or the element whose text it is.
  func text(_ bytes: UnsafeBufferPointer<UInt8>, from source: Cursor? = nil) {
    closeTag()
    if let source, source.isText { line = source.line }
    if bytes.isEmpty { return }
    let isBlank = Bytes.isBlank(bytes)
    if firstSuspended != nil {
      if isBlank, !frames[frames.count - 1].holdsLifted { return }
      if !isBlank, suspendedAllowText { resume() }
    }
    while true {
      let top = frames.count - 1
      let state = automaton.states + Int(frames[top].state)
      switch state.pointee.textKind {
      case .free, .data:
        if !isBlank { separate() }
        return events.text(bytes)
      case .moves:
        if !isBlank {
          separate()
          frames[frames.count - 1].state = automaton.states[Int(frames[frames.count - 1].state)].afterText
        }
        return events.text(bytes)
      case .none:
        if isBlank { return }
        if frames[top].owner < 0, top > 0, canFinish(top) {
          finishInnermost()
          continue
        }
        guard wrapText() || liftText() else { return lose(bytes, source) }
      }
    }
  }

  private func lose(_ bytes: UnsafeBufferPointer<UInt8>, _ source: Cursor?) {
    // Signs that a conversion sets between pieces say nothing without them.
    if source == nil, !bytes.contains(where: Bytes.isWord) { return }
    if source?.isText != true { remark("target-text-lost", .error, [Excerpt.text(bytes)]) }
    lost?(source ?? calls.last { $0.source != nil }?.source, bytes, line)
  }

  /// Blocks that were left out do not run into each other.
  private func separate() {
    guard separatorIsDue else { return }
    separatorIsDue = false
    let top = frames.count - 1
    guard !isEmptyFrame(top), automaton.states[Int(frames[top].state)].textKind != .none else { return }
    if knows(Tag.lb), automaton.open(frames[top].state, elementSymbols[Int(Tag.lb)]) != nil {
      _ = place(elementSymbols[Int(Tag.lb)], Tag.lb)
      finishInnermost()
    } else {
      [0x20].withUnsafeBufferPointer { events.text($0) }
    }
  }

  func comment(_ bytes: UnsafeBufferPointer<UInt8>) {
    closeTag()
    events.text(bytes, .comment)
  }

  func processingInstruction(_ bytes: UnsafeBufferPointer<UInt8>) {
    closeTag()
    events.text(bytes, .processingInstruction)
  }

  // MARK: Finding a place

  private static let blocks: Set<NameID> = Set(
    [
      Tag.p, Tag.list, Tag.chronlist, Tag.table, Tag.blockquote, Tag.address, Tag.index, Tag.item, Tag.defitem, Tag.head,
      Tag.addressline, Tag.row, Tag.entry, Tag.event, Tag.chronitem, Tag.descriptivenote, Tag.indexentry, Tag.listhead,
      Tag.note, Tag.change, Tag.label,
    ])

  static func isBlock(_ name: NameID) -> Bool { blocks.contains(name) || ElementTraits.table[Int(name)].contains(.block) }

  /// Elements that may be closed early and opened again.
  private static let splittable: Set<NameID> = [
    Tag.p, Tag.item, Tag.list, Tag.emph, Tag.ref, Tag.extref, Tag.quote, Tag.title, Tag.blockquote, Tag.archref, Tag.bibref,
    Tag.abbr, Tag.expan, Tag.foreign, Tag.note, Tag.part, Tag.event,
  ]

  /// Wrappers to try, the outermost name first.
  private static let wrappers: [[NameID]] = [
    [Tag.p], [Tag.part], [Tag.item], [Tag.dsc], [Tag.addressline], [Tag.descriptivenote, Tag.p], [Tag.name, Tag.part],
    [Tag.change, Tag.item],
    [Tag.didnote], [Tag.note, Tag.p], [Tag.controlnote, Tag.p], [Tag.odd, Tag.p], [Tag.list, Tag.item], [Tag.entry], [Tag.event],
    [Tag.titlestmt], [Tag.did], [Tag.eventdescription], [Tag.odd], [Tag.controlaccess], [Tag.note], [Tag.list],
  ]

  private func place(_ symbol: Symbol, _ name: NameID) -> Bool {
    if firstSuspended != nil, suspendedAllow(symbol) {
      resume()
      return push(symbol, name)
    }
    if TargetBuilder.isBlock(name) { leaveWrappers(for: symbol) }
    while true {
      let top = frames.count - 1
      if automaton.open(frames[top].state, symbol) != nil {
        // Blocks that were left out stand apart also from what is an element.
        if separatorIsDue {
          separatorIsDue = false
          let isMixed = automaton.states[Int(frames[top].state)].textKind != .none
          if isMixed, !isEmptyFrame(top), name != Tag.lb { [0x20].withUnsafeBufferPointer { events.text($0) } }
        }
        return push(symbol, name)
      }
      guard frames[top].owner < 0, top > 0, canFinish(top) else { break }
      finishInnermost()
    }
    if TargetBuilder.isBlock(name) {
      return lift(symbol, name) || wrap(symbol, name) || fill(before: symbol, name)
    }
    return wrap(symbol, name) || fill(before: symbol, name) || lift(symbol, name)
  }

  private func push(_ symbol: Symbol, _ name: NameID) -> Bool {
    guard let opening = automaton.open(frames[frames.count - 1].state, symbol) else { return false }
    let mark = events.mark
    events.start(name)
    frames.append(
      Frame(name: name, state: opening.child, record: opening.record, mark: mark, startEvent: mark.events, owner: -1))
    isInTag = true
    return true
  }

  /// Nothing has been written into the frame, nor into those inside it.
  private func isEmptyFrame(_ at: Int) -> Bool {
    guard frames[at].startEvent >= 0 else { return false }
    var expected = events.mark.events
    var index = frames.count - 1
    while index >= at {
      guard frames[index].startEvent == expected - 1 else { return false }
      expected -= 1
      index -= 1
    }
    return true
  }

  private func canFinish(_ at: Int) -> Bool {
    isEmptyFrame(at) || automaton.end(frames[at].state, frames[at].record) != nil
  }

  /// Closes what is open as far out as it takes to find a place.
  private func lift(_ symbol: Symbol, _ name: NameID) -> Bool {
    var at = frames.count - 1
    var state = frames[at].state
    while at > 0 {
      let frame = frames[at]
      guard frame.owner < 0 || TargetBuilder.splittable.contains(frame.name), let after = stateAfter(at, state)
      else { return false }
      if automaton.open(after, symbol) != nil { break }
      state = after
      at -= 1
    }
    guard at > 0 else { return false }
    while frames.count > at { suspendInnermost() }
    return push(symbol, name)
  }

  /// The state of the element around once a frame in this state is closed, or dropped because nothing is in it; nil when it
  /// cannot be closed.
  private func stateAfter(_ at: Int, _ state: StateID) -> StateID? {
    isEmptyFrame(at) ? frames[at - 1].state : automaton.end(state, frames[at].record)
  }

  /// What gives a finding aid its structure. Text is not lifted out of it: what followed would stand elsewhere.
  private static let structure: Set<NameID> = Set(
    ElementTraits.components + [Tag.ead, Tag.eadheader, Tag.control, Tag.archdesc, Tag.dsc, Tag.did])

  /// Closes what is open as far out as it takes for text, or a wrapper of text, to find a place.
  private func liftText() -> Bool {
    var at = frames.count - 1
    var state = frames[at].state
    var chain: [NameID]?
    while chain == nil {
      guard at > 0, let after = stateAfter(at, state) else { return false }
      let frame = frames[at]
      if frame.owner >= 0 {
        // Only what can be opened again after the text may be closed before it.
        guard !TargetBuilder.structure.contains(frame.name), automaton.open(after, elementSymbols[Int(frame.name)]) != nil
        else { return false }
      }
      state = after
      at -= 1
      chain = takesText(state) ? [] : textWrapper(state)
    }
    guard let chain else { return false }
    while frames.count > at + 1 { suspendInnermost() }
    if !chain.isEmpty {
      pushWrappers(chain)
      frames[frames.count - 1].holdsLifted = true
    }
    return true
  }

  private func suspendInnermost() {
    let top = frames.count - 1
    let frame = frames[top]
    let isDropped = isEmptyFrame(top)
    if frame.owner >= 0 {
      var saved: [(name: NameID, value: [UInt8])] = []
      if frame.startEvent >= 0 {
        let start = events.events[frame.startEvent]
        for offset in 0..<Int(start.count) {
          let attribute = events.attributes[Int(start.start) + offset]
          // An identifier stays with the first part.
          if attribute.name == Attribute.id, !isDropped { continue }
          saved.append((attribute.name, Array(events.value(attribute.start, attribute.count))))
        }
      }
      calls[frame.owner].kind = .suspended
      calls[frame.owner].attributes = saved
      if !isDropped { calls[frame.owner].isWritten = true }
    }
    if isDropped {
      cut(to: frame.mark)
      frames.removeLast()
    } else {
      finishInnermost()
    }
  }

  /// Index of the outermost of the innermost calls that are suspended; those that are unwrapped among them do not count.
  private var firstSuspended: Int? {
    var first: Int?
    var at = calls.count - 1
    while at >= 0, calls[at].kind != .open {
      if calls[at].kind == .suspended { first = at }
      at -= 1
    }
    return first
  }

  /// The state that the suspended elements would lead to from a state; nil when they cannot be opened there again.
  private func resumed(from start: StateID) -> StateID? {
    var state = start
    guard let first = firstSuspended else { return nil }
    for call in calls[first...] where call.kind == .suspended {
      guard let opening = automaton.open(state, elementSymbols[Int(call.name)]) else { return nil }
      state = automaton.close(opening.child) ?? automaton.closeAnyway(opening.child)
    }
    return state
  }

  private func suspendedAllow(_ symbol: Symbol) -> Bool { suspendedAllow { automaton.open($0, symbol) != nil } }

  private var suspendedAllowText: Bool { suspendedAllow { automaton.states[Int($0)].textKind != .none } }

  /// Whether the suspended elements, opened again, would take what comes. Wrappers of the builder's own have been left then.
  private func suspendedAllow(_ test: (StateID) -> Bool) -> Bool {
    var at = frames.count - 1
    if frames[at].holdsLifted {
      // Lifted text goes on in its wrapper until something comes that the suspended elements take.
      var state = frames[at].state
      while at > 0, frames[at].owner < 0, let after = stateAfter(at, state) {
        state = after
        at -= 1
      }
      guard let inner = resumed(from: state), test(inner) else { return false }
      leaveWrappers()
      return true
    }
    leaveWrappers()
    return resumed(from: frames[frames.count - 1].state).map(test) ?? false
  }

  /// What may stand beside a wrapper of the builder's own does not go into it.
  private func leaveWrappers(for symbol: Symbol) {
    while let frame = frames.last, frame.owner < 0, frames.count > 1 {
      let after = isEmptyFrame(frames.count - 1) ? frames[frames.count - 2].state : automaton.end(frame.state, frame.record)
      guard let after, automaton.open(after, symbol) != nil else { return }
      finishInnermost()
    }
  }

  private func leaveWrappers() {
    while let frame = frames.last, frame.owner < 0, frames.count > 1, canFinish(frames.count - 1) {
      finishInnermost()
    }
  }

  /// Opens the suspended elements again; those that have no place are left out.
  private func resume() {
    guard let first = firstSuspended else { return }
    for at in first..<calls.count where calls[at].kind == .suspended {
      if push(elementSymbols[Int(calls[at].name)], calls[at].name) {
        frames[frames.count - 1].owner = at
        calls[at].kind = .open
        for attribute in calls[at].attributes { _ = attribute.value.withUnsafeBufferPointer { write(attribute.name, $0) } }
        closeTag()
      } else {
        calls[at].kind = .unwrapped
      }
    }
  }

  private func wrap(_ symbol: Symbol, _ name: NameID) -> Bool {
    for chain in TargetBuilder.wrappers where !chain.contains(name) {
      if let state = wrapped(chain, frames[frames.count - 1].state), automaton.open(state, symbol) != nil {
        pushWrappers(chain)
        return push(symbol, name)
      }
    }
    return false
  }

  private func wrapText() -> Bool {
    guard let chain = textWrapper(frames[frames.count - 1].state) else { return false }
    pushWrappers(chain)
    return true
  }

  /// The first chain of wrappers that can be opened in a state and takes text.
  private func textWrapper(_ state: StateID) -> [NameID]? {
    TargetBuilder.wrappers.first { chain in wrapped(chain, state).map { takesText($0) } ?? false }
  }

  private func takesText(_ state: StateID) -> Bool {
    let kind = automaton.states[Int(state)].textKind
    return kind == .free || kind == .moves
  }

  /// The state inside a chain of wrappers that is opened in a state; nil when it cannot be.
  private func wrapped(_ chain: [NameID], _ start: StateID) -> StateID? {
    var state = start
    for name in chain {
      guard knows(name), let opening = automaton.open(state, elementSymbols[Int(name)]),
        let closed = automaton.close(opening.child)
      else { return nil }
      state = closed
    }
    return state
  }

  private func pushWrappers(_ chain: [NameID]) {
    for name in chain {
      _ = push(elementSymbols[Int(name)], name)
      closeTag()
    }
  }

  // MARK: What is missing

  /// Elements that are filled in rather than others, where the schema leaves the choice.
  private static let preferred: [NameID] = [
    Tag.unittitle, Tag.p, Tag.item, Tag.part, Tag.titleproper, Tag.agencyname, Tag.descriptivenote, Tag.did, Tag.head, Tag.label,
  ]

  /// Fills in what has to stand before an element.
  private func fill(before symbol: Symbol, _ name: NameID) -> Bool {
    let top = frames.count - 1
    guard !automaton.pairs(frames[top].state, symbol, lax: true).isEmpty else { return false }
    let expectations = Expectations(automaton)
    let mark = events.mark
    let state = frames[top].state
    for _ in 0..<12 {
      if automaton.open(frames[top].state, symbol) != nil { return push(symbol, name) }
      let required = expectations.required(frames[top].state, before: symbol)
      guard let first = choice(required), fillElement(first, depth: 0) else { break }
    }
    if automaton.open(frames[top].state, symbol) != nil { return push(symbol, name) }
    cut(to: mark)
    frames[top].state = state
    return false
  }

  private func choice(_ symbols: [Symbol]) -> NameID? {
    let candidates = symbols.compactMap { symbol in elementSymbols.firstIndex(of: symbol).map { NameID($0) } }
    return TargetBuilder.preferred.first { candidates.contains($0) } ?? candidates.first
  }

  private func fillElement(_ name: NameID, depth: Int) -> Bool {
    guard depth < 6, push(elementSymbols[Int(name)], name) else { return false }
    remark("target-element-filled", .warning, [names.name(name), names.name(frames[frames.count - 2].name)])
    closeTag()
    return finish(depth: depth + 1)
  }

  private func finishInnermost() {
    closeTag()
    _ = finish(depth: 0)
  }

  /// Ends the innermost frame: completed, or dropped when nothing is in it, or (last) as it is.
  private func finish(depth: Int) -> Bool {
    let top = frames.count - 1
    guard top > 0 else { return false }
    if automaton.states[Int(frames[top].state)].textKind == .data { judgeText(top) }
    if let next = automaton.end(frames[top].state, frames[top].record) {
      leave(next)
      return true
    }
    let isBare = isEmptyFrame(top) && events.events[frames[top].startEvent].count == 0
    if isBare, depth == 0 {
      // An empty element without attributes says nothing.
      cut(to: frames[top].mark)
      frames.removeLast()
      return false
    }
    let expectations = Expectations(automaton)
    for _ in 0..<12 {
      guard let name = choice(expectations.required(frames[top].state)), fillElement(name, depth: depth + 1) else { break }
      if let next = automaton.end(frames[top].state, frames[top].record) {
        leave(next)
        return true
      }
    }
    remark("target-invalid", .error, [names.name(frames[top].name)])
    leave(automaton.endAnyway(frames[top].state, frames[top].record))
    return true
  }

  private func leave(_ next: StateID) {
    let frame = frames.removeLast()
    events.end(frame.name)
    frames[frames.count - 1].state = next
  }

  /// Judges the text of an element that holds data.
  private func judgeText(_ top: Int) {
    guard frames[top].startEvent >= 0 else { return }
    var bytes: [UInt8] = []
    for event in events.events[(frames[top].startEvent + 1)...] where event.kind == .text {
      bytes += events.value(event.start, event.count)
    }
    let state = frames[top].state
    let next = bytes.withUnsafeBufferPointer { automaton.afterString(state, $0, isWhole: true, nil) }
    if automaton.states[Int(next)].ending != 0 {
      frames[top].state = next
    } else {
      remark("target-invalid", .error, [names.name(frames[top].name)])
      frames[top].state = automaton.afterValue(state)
    }
  }

  // MARK: Serialising

  /// The document is complete: what refers to nothing is said.
  func finish() {
    for reference in identifiers.dangling {
      line = reference.line
      remark("target-reference-lost", .error, [reference.name])
    }
  }

  /// Hands over what has been built and forgets it; what is open stays open.
  func commit(_ body: (borrowing OutputEvents) throws(EADError) -> Void) throws(EADError) {
    closeTag()
    try body(events)
    events.reset()
    identifiers.commit()
    for at in frames.indices {
      frames[at].startEvent = -1
      frames[at].mark = events.mark
    }
    if automaton.isLarge { flush() }
  }

  private func flush() {
    let moved = automaton.flush(
      states: frames.map(\.state), records: frames.dropFirst().map(\.record))
    for at in frames.indices {
      frames[at].state = moved.states[at]
      if at > 0 { frames[at].record = moved.records[at - 1] }
    }
    verdicts.clear()
  }
}
