/// What a state of the automaton expects, in names for people.
struct Expectations {
  typealias Symbol = CompiledSchema.Symbol
  private let automaton: Automaton
  private var pool: PatternPool { automaton.pool }
  private var schema: CompiledSchema { automaton.schema }
  /// Names told in one message; the rest is counted.
  private static let told = 12

  init(_ automaton: Automaton) { self.automaton = automaton }

  // MARK: Elements

  /// Names of the elements that may come next.
  func first(_ state: Automaton.StateID) -> [Symbol] {
    var found: [Symbol] = []
    var seen: Set<PatternPool.ID> = []
    for alternative in automaton.alternatives(of: state) { first(alternative.pattern, &found, &seen) }
    return found
  }

  private func first(_ pattern: PatternPool.ID, _ found: inout [Symbol], _ seen: inout Set<PatternPool.ID>) {
    guard seen.insert(pattern).inserted else { return }
    let node = pool.nodes[Int(pattern)]
    switch node.kind {
    case .element: add(schema.elementNames[Int(node.a)], &found)
    case .choice, .interleave: for part in pool.membersOf(pattern) { first(part, &found, &seen) }
    case .group:
      first(node.a, &found, &seen)
      if pool.isNullable(node.a) { first(node.b, &found, &seen) }
    case .oneOrMore: first(node.a, &found, &seen)
    default: break
    }
  }

  private func add(_ names: CompiledSchema.NameSet, _ found: inout [Symbol]) {
    if let symbol = names.symbol, !found.contains(symbol) { found.append(symbol) }
  }

  /// Names without which the element is not complete; where one of several would do, the first of them.
  func required(_ state: Automaton.StateID) -> [Symbol] {
    guard let first = automaton.alternatives(of: state).first else { return [] }
    var found: [Symbol] = []
    required(first.pattern, &found)
    return found
  }

  private func required(_ pattern: PatternPool.ID, _ found: inout [Symbol]) {
    guard !pool.isNullable(pattern) else { return }
    let node = pool.nodes[Int(pattern)]
    switch node.kind {
    case .element: add(schema.elementNames[Int(node.a)], &found)
    case .interleave: for part in pool.membersOf(pattern) { required(part, &found) }
    case .group:
      required(node.a, &found)
      required(node.b, &found)
    case .oneOrMore: required(node.a, &found)
    case .choice:
      // What is common to all ways; when nothing is, all the ways to begin.
      let ways = pool.membersOf(pattern).map { part in
        var own: [Symbol] = []
        required(part, &own)
        return own
      }
      let common = (ways.first ?? []).filter { symbol in ways.allSatisfy { $0.contains(symbol) } }
      if common.isEmpty {
        var seen: Set<PatternPool.ID> = []
        first(pattern, &found, &seen)
      } else {
        for symbol in common where !found.contains(symbol) { found.append(symbol) }
      }
    default: break
    }
  }

  /// Names that are required before an element of this name may come.
  func required(_ state: Automaton.StateID, before symbol: Symbol) -> [Symbol] {
    var best: [Symbol]?
    for alternative in automaton.alternatives(of: state) {
      if let skipped = skipped(alternative.pattern, symbol), skipped.count < best?.count ?? .max { best = skipped }
    }
    return best ?? []
  }

  /// What is skipped on the shortest way to the element; nil when there is no way.
  private func skipped(_ pattern: PatternPool.ID, _ symbol: Symbol) -> [Symbol]? {
    let node = pool.nodes[Int(pattern)]
    switch node.kind {
    case .element: return schema.elementNames[Int(node.a)].contains(symbol, schema.symbols) ? [] : nil
    case .choice, .interleave:
      return pool.membersOf(pattern).compactMap { skipped($0, symbol) }.min { $0.count < $1.count }
    case .oneOrMore: return skipped(node.a, symbol)
    case .group:
      if let inFirst = skipped(node.a, symbol) { return inFirst }
      guard let inRest = skipped(node.b, symbol) else { return nil }
      var own: [Symbol] = []
      required(node.a, &own)
      return own + inRest
    default: return nil
    }
  }

  // MARK: Attributes

  /// Names of the attributes that may still come.
  func attributes(_ state: Automaton.StateID) -> [Symbol] {
    var found: [Symbol] = []
    var seen: Set<PatternPool.ID> = []
    var waiting = automaton.alternatives(of: state).map(\.pattern)
    while let pattern = waiting.popLast() {
      guard pool.traits[Int(pattern)].contains(.attribute), seen.insert(pattern).inserted else { continue }
      let node = pool.nodes[Int(pattern)]
      switch node.kind {
      case .attribute: add(schema.attributeNames[Int(node.a)], &found)
      case .choice, .interleave: waiting += pool.membersOf(pattern)
      case .group: waiting += [node.a, node.b]
      case .oneOrMore: waiting.append(node.a)
      default: break
      }
    }
    return found
  }

  /// Attributes that are required and missing: each a list of names of which one is needed.
  func requiredAttributes(_ state: Automaton.StateID) -> [[String]] {
    guard let first = automaton.alternatives(of: state).first else { return [] }
    var found: [[String]] = []
    requiredAttributes(first.pattern, &found)
    return found
  }

  private func requiredAttributes(_ pattern: PatternPool.ID, _ found: inout [[String]]) {
    // Nullable or not, what the patterns still hold of attributes decides.
    let node = pool.nodes[Int(pattern)]
    guard pool.traits[Int(pattern)].contains(.attribute) else { return }
    switch node.kind {
    case .attribute:
      let names = schema.attributeNames[Int(node.a)]
      let own = names.symbol.map { [name($0)] } ?? ["*"]
      if !found.contains(own) { found.append(own) }
    case .interleave: for part in pool.membersOf(pattern) { requiredAttributes(part, &found) }
    case .group:
      requiredAttributes(node.a, &found)
      requiredAttributes(node.b, &found)
    case .oneOrMore: requiredAttributes(node.a, &found)
    case .choice:
      let parts = pool.membersOf(pattern)
      if parts.contains(where: { !needsAttributes($0) }) { return }
      let ways = parts.map { part in
        var own: [[String]] = []
        requiredAttributes(part, &own)
        return own
      }
      let common = (ways.first ?? []).filter { need in ways.allSatisfy { $0.contains(need) } }
      if common.isEmpty {
        let any = ways.compactMap(\.first).flatMap { $0 }
        if !any.isEmpty, !found.contains(any) { found.append(any) }
      } else {
        for need in common where !found.contains(need) { found.append(need) }
      }
    default: break
    }
  }

  /// Whether a pattern cannot be satisfied without one more attribute.
  private func needsAttributes(_ pattern: PatternPool.ID) -> Bool {
    guard pool.traits[Int(pattern)].contains(.attribute) else { return false }
    let node = pool.nodes[Int(pattern)]
    switch node.kind {
    case .attribute: return true
    case .choice: return pool.membersOf(pattern).allSatisfy(needsAttributes)
    case .interleave: return pool.membersOf(pattern).contains(where: needsAttributes)
    case .group: return needsAttributes(node.a) || needsAttributes(node.b)
    case .oneOrMore: return needsAttributes(node.a)
    default: return false
    }
  }

  // MARK: Values

  /// What values the checkers would take.
  func values(_ checkers: [Int], near value: UnsafeBufferPointer<UInt8>) -> LocalizedText {
    var words: [String] = []
    var others: [LocalizedText] = []
    func look(_ tree: ValueChecker.PatternTree) {
      switch tree {
      case .value(let literal):
        let word = String(decoding: literal.text, as: UTF8.self)
        if !words.contains(word) { words.append(word) }
      case .data(let datatype, _):
        let text = LocalizedText { datatype.expectation($0) }
        if !others.contains(text) { others.append(text) }
      case .choice(let parts), .interleave(let parts): for part in parts { look(part) }
      case .group(let left, let right):
        look(left)
        look(right)
      case .oneOrMore(let inner), .list(let inner): look(inner)
      case .empty, .nothing, .text: break
      }
    }
    for checker in checkers { look(automaton.checkers[checker].tree) }
    if !words.isEmpty {
      let sorted = NearestName.sorted(words, near: String(decoding: Bytes.trimmed(value).prefix(100), as: UTF8.self))
      others.insert(LocalizedText(plain: Expectations.shortened(sorted)), at: 0)
    }
    if others.isEmpty { return LocalizedText(key: "schema-no-text", []) }
    return LocalizedText { language in
      others.map { $0.text(language) }.joined(separator: MessageCatalog.text("schema-or", [], language))
    }
  }

  /// The listed values of checkers, or the name of their datatype.
  func kinds(_ checkers: [Int]) -> (values: [String], type: String) {
    var words: [String] = []
    var types: [String] = []
    func look(_ tree: ValueChecker.PatternTree) {
      switch tree {
      case .value(let literal): words.append(String(decoding: literal.text, as: UTF8.self))
      case .data(let datatype, _): if !types.contains(datatype.name) { types.append(datatype.name) }
      case .choice(let parts), .interleave(let parts): for part in parts { look(part) }
      case .group(let left, let right):
        look(left)
        look(right)
      case .oneOrMore(let inner), .list(let inner): look(inner)
      case .empty, .nothing, .text: break
      }
    }
    for checker in checkers { look(automaton.checkers[checker].tree) }
    return types.isEmpty ? (words, "") : ([], types.joined(separator: " | "))
  }

  // MARK: Names

  private static let prefixes: [[UInt8]: String] = [
    Array(NamespaceMapping.xlink.utf8): "xlink:", Array("http://www.w3.org/XML/1998/namespace".utf8): "xml:",
    Array("http://www.w3.org/2001/XMLSchema-instance".utf8): "xsi:",
  ]

  func name(_ symbol: Symbol) -> String {
    let name = schema.symbols.representatives[Int(symbol)]
    let local = String(decoding: name.local, as: UTF8.self)
    if name.namespace.isEmpty || schema.namespaces.contains(name.namespace) { return local }
    return (Expectations.prefixes[name.namespace] ?? "{" + String(decoding: name.namespace, as: UTF8.self) + "}") + local
  }

  /// The names in a readable order: the nearest spelling first when there is one, then the alphabet.
  func list(_ symbols: [Symbol], near written: String) -> String {
    let names = symbols.map(name)
    return Expectations.shortened(written.isEmpty ? names : NearestName.sorted(names, near: written))
  }

  private static func shortened(_ names: [String]) -> String {
    if names.isEmpty { return "–" }
    let shown = names.prefix(told).joined(separator: ", ")
    return names.count > told ? shown + ", … (+\(names.count - told))" : shown
  }

  /// The name that was probably meant; nil when none is near.
  func nearest(_ written: String, among symbols: [Symbol]) -> String? { NearestName.find(written, among: symbols.map(name)) }

  func nearestAnywhere(_ written: String) -> String? {
    NearestName.find(written, among: schema.elementsBySymbol.keys.map(name).sorted())
  }
}
