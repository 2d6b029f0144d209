/// The states a schema's validation goes through, made when they are first met and then looked up.
///
/// A state is what the content of one open element may still be: alternatives, each a pattern with the number of the
/// alternative it began as. Ancestors are no part of it: what follows in the parent is in a `Record` beside the state, so
/// that the states of a schema are finitely many whatever the depth of a document. One automaton serves one document at a
/// time and is handed from one to the next under a lock; it keeps its memory for the next one.
final class Automaton: @unchecked Sendable {
  typealias Pattern = PatternPool.ID
  typealias Symbol = CompiledSchema.Symbol
  typealias StateID = Int32

  struct Alternative: Hashable {
    var pattern: Pattern
    var origin: Int32
  }

  enum TextKind: UInt8 {
    /// Text is allowed and changes nothing.
    case free
    /// Text is allowed and leads to another state.
    case moves
    /// Only white space is allowed.
    case none
    /// Text is data: it is judged as a whole.
    case data
  }

  struct State {
    var opened: UnsafeMutablePointer<Int32>?
    var attributes: UnsafeMutablePointer<Int32>?
    /// State after the start tag's end: -1 not looked up, -2 attributes are missing.
    var closed: StateID = -1
    var afterText: StateID = -1
    var textKind: TextKind
    /// 0: the element may not end here; 1: it may, as its only alternative; 2: look at the alternatives.
    var ending: UInt8
  }

  /// What a start tag leads to.
  struct Opening {
    /// The child's state before its attributes.
    var child: StateID
    var record: Int32
  }

  /// What the parent's state becomes when a child ends, by the child's alternative.
  private struct Record: Hashable {
    var outcomes: [[Alternative]]
  }

  /// What one attribute leads to.
  private struct AttributeStep {
    var checkers: [Int]
    /// By the checkers' answers as bits: -1 not looked up, -2 not allowed.
    var next: [StateID]
  }

  /// What an attribute leads to that one pattern judges: nearly every one does.
  struct SimpleStep {
    /// -1 when there are several.
    var checker: Int32
    /// State when its value is accepted; -1 not looked up.
    var next: StateID
  }

  let schema: CompiledSchema
  @exclusivity(unchecked) private(set) var pool: PatternPool
  @exclusivity(unchecked) private var alternatives: [[Alternative]] = []
  @exclusivity(unchecked) private var stateIDs: [[Alternative]: StateID] = [:]
  @exclusivity(unchecked) private(set) var states: UnsafeMutablePointer<State>
  @exclusivity(unchecked) private var stateCapacity = 256
  @exclusivity(unchecked) private var openings = RawList<Opening>()
  @exclusivity(unchecked) private var records: [Record] = []
  @exclusivity(unchecked) private var recordIDs: [Record: Int32] = [:]
  /// State of the parent after a child with one alternative, by record; -1 when it has several.
  @exclusivity(unchecked) private var singleOutcomes = RawList<StateID>()
  @exclusivity(unchecked) private var outcomes: [UInt64: StateID] = [:]
  @exclusivity(unchecked) private var steps: [AttributeStep] = [AttributeStep(checkers: [], next: [])]
  @exclusivity(unchecked) private var simpleSteps = RawList<SimpleStep>()
  @exclusivity(unchecked) private(set) var checkers: [ValueChecker] = []
  @exclusivity(unchecked) private var checkerIDs: [Pattern: Int] = [:]
  @exclusivity(unchecked) private var rowBytes = 0

  /// The state of nothing: no alternative is left.
  static let dead: StateID = 0
  @exclusivity(unchecked) private(set) var start: StateID = 0

  init(_ schema: CompiledSchema) {
    self.schema = schema
    pool = schema.pool
    states = .allocate(capacity: stateCapacity)
    // Number 0 of these lists says that nothing is known.
    openings.append(Opening(child: 0, record: 0))
    simpleSteps.append(SimpleStep(checker: -1, next: -1))
    _ = state([])
    start = state([Alternative(pattern: schema.start, origin: 0)])
  }

  deinit {
    clearRows()
    states.deallocate()
    openings.deallocate()
    singleOutcomes.deallocate()
    simpleSteps.deallocate()
  }

  private func clearRows() {
    for at in 0..<alternatives.count {
      states[at].opened?.deallocate()
      states[at].attributes?.deallocate()
    }
  }

  // MARK: States

  func state(_ alternatives: [Alternative]) -> StateID {
    if let known = stateIDs[alternatives] { return known }
    let id = StateID(self.alternatives.count)
    if Int(id) == stateCapacity {
      let wider = UnsafeMutablePointer<State>.allocate(capacity: stateCapacity * 2)
      wider.moveInitialize(from: states, count: stateCapacity)
      states.deallocate()
      states = wider
      stateCapacity *= 2
    }
    var kind = TextKind.none
    var nullable = 0
    for alternative in alternatives {
      let traits = pool.traits[Int(alternative.pattern)]
      if traits.contains(.data) { kind = .data }
      if traits.contains(.nullable) { nullable += 1 }
    }
    let ending: UInt8 = nullable == 0 ? 0 : alternatives.count == 1 && alternatives[0].origin == 0 ? 1 : 2
    self.alternatives.append(alternatives)
    stateIDs[alternatives] = id
    (states + Int(id)).initialize(to: State(textKind: kind, ending: ending))
    if kind != .data {
      let after = merge(alternatives.map { Alternative(pattern: pool.afterText($0.pattern), origin: $0.origin) })
      if after.isEmpty {
        states[Int(id)].textKind = .none
      } else if after == alternatives {
        states[Int(id)].textKind = .free
      } else {
        let next = state(after)
        states[Int(id)].textKind = .moves
        states[Int(id)].afterText = next
      }
    }
    return id
  }

  func alternatives(of state: StateID) -> [Alternative] { alternatives[Int(state)] }

  /// Alternatives with the same origin become a choice; those that are not allowed go; in the order of their origins.
  private func merge(_ list: [Alternative]) -> [Alternative] {
    var byOrigin: [Int32: [Pattern]] = [:]
    for alternative in list where alternative.pattern != PatternPool.notAllowed {
      byOrigin[alternative.origin, default: []].append(alternative.pattern)
    }
    return byOrigin.keys.sorted().map { Alternative(pattern: pool.choice(byOrigin[$0] ?? []), origin: $0) }
  }

  private func map(_ state: StateID, _ change: (Pattern) -> Pattern) -> StateID {
    self.state(merge(alternatives[Int(state)].map { Alternative(pattern: change($0.pattern), origin: $0.origin) }))
  }

  /// Both states' alternatives together.
  func union(_ left: StateID, _ right: StateID) -> StateID {
    left == right ? left : state(merge(alternatives[Int(left)] + alternatives[Int(right)]))
  }

  // MARK: Elements

  /// What a start tag leads to; nil when the element is not allowed here.
  @inline(__always)
  func open(_ state: StateID, _ symbol: Symbol) -> Opening? {
    if let row = states[Int(state)].opened {
      let at = row[Int(symbol)]
      if at > 0 { return openings[Int(at)] }
      if at < 0 { return nil }
    }
    return firstOpen(state, symbol)
  }

  @inline(never)
  private func firstOpen(_ state: StateID, _ symbol: Symbol) -> Opening? {
    let found = opening(pairs(state, symbol, lax: false))
    let row = states[Int(state)].opened ?? newRow()
    states[Int(state)].opened = row
    if let found {
      openings.append(found)
      row[Int(symbol)] = Int32(openings.count - 1)
    } else {
      row[Int(symbol)] = -1
    }
    return found
  }

  private func newRow() -> UnsafeMutablePointer<Int32> {
    let row = UnsafeMutablePointer<Int32>.allocate(capacity: schema.symbols.count)
    row.initialize(repeating: 0, count: schema.symbols.count)
    rowBytes += schema.symbols.count * 4
    return row
  }

  struct Pair {
    var content: Pattern
    var after: Alternative
  }

  func pairs(_ state: StateID, _ symbol: Symbol, lax: Bool) -> [Pair] {
    var all: [Pair] = []
    for alternative in alternatives[Int(state)] {
      let opened = pool.opened(alternative.pattern, lax: lax) {
        schema.elementNames[$0].contains(symbol, schema.symbols)
      }
      for pair in opened {
        all.append(
          Pair(content: schema.contents[pair.element], after: Alternative(pattern: pair.after, origin: alternative.origin)))
      }
    }
    return all
  }

  /// The child's state and what the parent's will be, for all ways to take an element; nil when there is none.
  func opening(_ pairs: [Pair]) -> Opening? {
    guard !pairs.isEmpty else { return nil }
    var contents: [Pattern] = []
    var after: [[Alternative]] = []
    for pair in pairs {
      if let at = contents.firstIndex(of: pair.content) {
        after[at].append(pair.after)
      } else {
        contents.append(pair.content)
        after.append([pair.after])
      }
    }
    let child = state(merge(contents.enumerated().map { Alternative(pattern: $1, origin: Int32($0)) }))
    return Opening(child: child, record: record(after.map(merge)))
  }

  /// A child that may be any of these contents, after which the parent is in `state`.
  func opening(contents: [Pattern], leadingTo state: StateID) -> Opening? {
    guard !contents.isEmpty else { return nil }
    let child = self.state(merge(contents.enumerated().map { Alternative(pattern: $1, origin: Int32($0)) }))
    return Opening(child: child, record: record(leadingTo: state, alternatives: contents.count))
  }

  /// What an element of this name holds where the content of a state speaks of it, at whatever place.
  func contents(of symbol: Symbol, in state: StateID) -> [Pattern] {
    var contents: [Pattern] = []
    for element in elements(in: state) where schema.elementNames[element].contains(symbol, schema.symbols) {
      if !contents.contains(schema.contents[element]) { contents.append(schema.contents[element]) }
    }
    return contents
  }

  /// The elements that the patterns of a state speak of.
  func elements(in state: StateID) -> [Int] {
    var found: [Int] = []
    var seen: Set<Pattern> = []
    var waiting = alternatives[Int(state)].map(\.pattern)
    while let pattern = waiting.popLast() {
      guard seen.insert(pattern).inserted else { continue }
      let node = pool.nodes[Int(pattern)]
      switch node.kind {
      case .element: found.append(Int(node.a))
      case .choice, .interleave: waiting += pool.membersOf(pattern)
      case .group: waiting += [node.a, node.b]
      case .oneOrMore: waiting.append(node.a)
      default: break
      }
    }
    return found
  }

  private func record(_ outcomes: [[Alternative]]) -> Int32 {
    let record = Record(outcomes: outcomes)
    if let known = recordIDs[record] { return known }
    records.append(record)
    recordIDs[record] = Int32(records.count - 1)
    singleOutcomes.append(outcomes.count == 1 ? state(outcomes[0]) : -1)
    return Int32(records.count - 1)
  }

  /// A record that leads to `state` whatever the child's alternative.
  func record(leadingTo state: StateID, alternatives count: Int) -> Int32 {
    record(Array(repeating: alternatives[Int(state)], count: max(count, 1)))
  }

  /// The parent's state when a child ends in `state`; nil when the child may not end there.
  @inline(__always)
  func end(_ state: StateID, _ record: Int32) -> StateID? {
    let ending = states[Int(state)].ending
    if ending == 0 { return nil }
    if ending == 1, singleOutcomes[Int(record)] >= 0 { return singleOutcomes[Int(record)] }
    return firstEnd(state, record)
  }

  @inline(never)
  private func firstEnd(_ state: StateID, _ record: Int32) -> StateID {
    let key = UInt64(UInt32(bitPattern: state)) << 32 | UInt64(UInt32(bitPattern: record))
    if let known = outcomes[key] { return known }
    let next = end(alternatives[Int(state)].filter { pool.isNullable($0.pattern) }.map(\.origin), record)
    outcomes[key] = next
    return next
  }

  /// The parent's state when the child's alternatives of these origins could end.
  func end(_ origins: [Int32], _ record: Int32) -> StateID {
    let all = records[Int(record)].outcomes
    return state(merge(origins.flatMap { Int($0) < all.count ? all[Int($0)] : [] }))
  }

  /// The parent's state when the child's end is taken as given.
  func endAnyway(_ state: StateID, _ record: Int32) -> StateID {
    let origins = alternatives[Int(state)].map(\.origin)
    return end(origins.isEmpty ? Array(0..<Int32(records[Int(record)].outcomes.count)) : origins, record)
  }

  /// The state after a start tag's attributes; nil when required ones are missing.
  @inline(__always)
  func close(_ state: StateID) -> StateID? {
    let known = states[Int(state)].closed
    if known >= 0 { return known }
    if known == -2 { return nil }
    return firstClose(state)
  }

  @inline(never)
  private func firstClose(_ state: StateID) -> StateID? {
    let next = map(state) { pool.withoutAttributes($0, lax: false) }
    states[Int(state)].closed = next == Automaton.dead ? -2 : next
    return next == Automaton.dead ? nil : next
  }

  /// The state after a start tag whose missing attributes are taken as given.
  func closeAnyway(_ state: StateID) -> StateID { map(state) { pool.withoutAttributes($0, lax: true) } }

  // MARK: Attributes

  /// How an attribute is judged in a state; 0 when nothing in the state knows the name.
  @inline(__always)
  func step(_ state: StateID, _ symbol: Symbol) -> Int32 {
    if let row = states[Int(state)].attributes {
      let at = row[Int(symbol)]
      if at != 0 { return at < 0 ? 0 : at }
    }
    return firstStep(state, symbol)
  }

  @inline(never)
  private func firstStep(_ state: StateID, _ symbol: Symbol) -> Int32 {
    var contents: [Pattern] = []
    for alternative in alternatives[Int(state)] {
      _ = pool.afterAttribute(alternative.pattern) { node in
        if schema.attributeNames[Int(node.a)].contains(symbol, schema.symbols), !contents.contains(node.b) {
          contents.append(node.b)
        }
        return false
      }
    }
    let row = states[Int(state)].attributes ?? newRow()
    states[Int(state)].attributes = row
    guard !contents.isEmpty else {
      row[Int(symbol)] = -1
      return 0
    }
    // More kinds of values for one name than bits would cost more to remember than to work out.
    let size = contents.count <= 6 ? 1 << contents.count : 0
    let checkers = contents.map(checker)
    steps.append(AttributeStep(checkers: checkers, next: Array(repeating: -1, count: size)))
    simpleSteps.append(SimpleStep(checker: checkers.count == 1 ? Int32(checkers[0]) : -1, next: -1))
    row[Int(symbol)] = Int32(steps.count - 1)
    return Int32(steps.count - 1)
  }

  @inline(__always)
  func simpleStep(_ step: Int32) -> SimpleStep { simpleSteps[Int(step)] }

  func checkers(of step: Int32) -> [Int] { steps[Int(step)].checkers }

  /// The state after an attribute whose checkers answered `answers`; nil when no pattern takes it.
  @inline(__always)
  func after(_ state: StateID, _ symbol: Symbol, _ step: Int32, _ answers: UInt64) -> StateID? {
    let known = steps[Int(step)].next
    if answers < UInt64(known.count) {
      let next = known[Int(answers)]
      if next >= 0 { return next }
      if next == -2 { return nil }
    }
    return firstAfter(state, symbol, step, answers)
  }

  @inline(never)
  private func firstAfter(_ state: StateID, _ symbol: Symbol, _ step: Int32, _ answers: UInt64) -> StateID? {
    let own = steps[Int(step)].checkers.map { checkers[$0].pattern }
    let next = map(state) {
      pool.afterAttribute($0) { node in
        guard schema.attributeNames[Int(node.a)].contains(symbol, schema.symbols) else { return false }
        guard let at = own.firstIndex(of: node.b) else { return false }
        return at < 64 ? answers & (1 << UInt64(at)) != 0 : false
      }
    }
    if answers < UInt64(steps[Int(step)].next.count) { steps[Int(step)].next[Int(answers)] = next == Automaton.dead ? -2 : next }
    if own.count == 1, answers == 1, next != Automaton.dead { simpleSteps[Int(step)].next = next }
    return next == Automaton.dead ? nil : next
  }

  func checker(_ pattern: Pattern) -> Int {
    if let known = checkerIDs[pattern] { return known }
    checkers.append(ValueChecker(pattern, pool, schema))
    checkerIDs[pattern] = checkers.count - 1
    return checkers.count - 1
  }

  // MARK: Data

  /// The state after a string; `isWhole` when it is all the element holds.
  func afterString(_ state: StateID, _ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool, _ context: (any DatatypeContext)?) -> StateID {
    let isBlank = Bytes.isBlank(bytes)
    if isBlank, !isWhole { return state }
    let after = map(state) { pattern in
      pool.afterString(pattern) { part, _ in
        self.checkers[self.checker(part)].check(bytes, context) != .invalid
      }
    }
    return isBlank ? union(state, after) : after
  }

  /// The state after a string that is taken as given.
  func afterValue(_ state: StateID) -> StateID {
    let after = map(state) { pool.afterString($0) { _, _ in true } }
    return after == Automaton.dead ? state : after
  }

  /// The one checker that judges everything a state may hold as text; nil when there is no such one.
  func contentChecker(_ state: StateID) -> Int? {
    guard alternatives[Int(state)].count == 1, let only = alternatives[Int(state)].first, only.origin == 0 else { return nil }
    let traits = pool.traits[Int(only.pattern)]
    return traits.isDisjoint(with: [.element, .text, .attribute]) ? checker(only.pattern) : nil
  }

  // MARK: Memory

  /// Patterns and rows past these are forgotten between two documents, or when `flush` is asked for.
  var isLarge: Bool { pool.count > schema.pool.count + 60_000 || rowBytes > 6 << 20 || alternatives.count > 40_000 }

  /// Forgets everything but the states given; returns their new numbers, and those of the records.
  func flush(states keptStates: [StateID], records keptRecords: [Int32]) -> (states: [StateID], records: [Int32]) {
    let oldPool = pool
    let keptAlternatives = keptStates.map { alternatives[Int($0)] }
    let keptOutcomes = keptRecords.map { records[Int($0)].outcomes }
    clearRows()
    pool = schema.pool
    alternatives = []
    stateIDs = [:]
    openings.removeAll(keeping: 1)
    records = []
    recordIDs = [:]
    singleOutcomes.removeAll(keeping: 0)
    outcomes = [:]
    steps = [AttributeStep(checkers: [], next: [])]
    simpleSteps.removeAll(keeping: 1)
    checkers = []
    checkerIDs = [:]
    rowBytes = 0
    _ = state([])
    start = state([Alternative(pattern: schema.start, origin: 0)])
    var known: [Pattern: Pattern] = [:]
    func moved(_ list: [Alternative]) -> [Alternative] {
      merge(list.map { Alternative(pattern: oldPool.copy($0.pattern, to: &pool, &known), origin: $0.origin) })
    }
    return (keptAlternatives.map { state(moved($0)) }, keptOutcomes.map { record($0.map(moved)) })
  }
}
