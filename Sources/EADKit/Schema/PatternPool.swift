/// The patterns of a schema and their derivatives, each stored once: equal patterns have equal numbers.
///
/// RELAX NG by derivatives (J. Clark, "An algorithm for RELAX NG validation"). Choices and interleaves are kept as sorted
/// lists without repetition, groups lean to the right, so that the derivatives of a schema are finitely many.
struct PatternPool {
  typealias ID = Int32

  enum Kind: UInt8 {
    case empty, notAllowed, text, choice, interleave, group, oneOrMore, list, data, value, attribute, element
  }

  struct Node: Hashable {
    var kind: Kind
    /// First part; of `choice` and `interleave` where their members begin; of `data`, `value`, `attribute` and `element` an index.
    var a: Int32 = 0
    /// Second part; of `choice` and `interleave` how many members they have; of `data` the exception or -1.
    var b: Int32 = 0
  }

  struct Traits: OptionSet {
    let rawValue: UInt8
    static let nullable = Traits(rawValue: 1)
    static let text = Traits(rawValue: 2)
    static let data = Traits(rawValue: 4)
    static let attribute = Traits(rawValue: 8)
    static let element = Traits(rawValue: 16)
  }

  static let empty: ID = 0
  static let notAllowed: ID = 1
  static let text: ID = 2

  private(set) var nodes: [Node] = []
  private(set) var traits: [Traits] = []
  private var depths: [Int32] = []
  /// Deepest nesting of the patterns made so far.
  private(set) var deepest: Int32 = 0
  private var members: [ID] = []
  private var byNode: [Node: ID] = [:]
  private var choices: [[ID]: ID] = [:]
  private var interleaves: [[ID]: ID] = [:]

  init() {
    _ = add(Node(kind: .empty), .nullable)
    _ = add(Node(kind: .notAllowed), [])
    _ = add(Node(kind: .text), [.nullable, .text])
  }

  var count: Int { nodes.count }

  func isNullable(_ pattern: ID) -> Bool { traits[Int(pattern)].contains(.nullable) }

  func membersOf(_ pattern: ID) -> ArraySlice<ID> {
    let node = nodes[Int(pattern)]
    return members[Int(node.a)..<Int(node.a + node.b)]
  }

  private mutating func add(_ node: Node, _ trait: Traits, below parts: [ID] = []) -> ID {
    nodes.append(node)
    traits.append(trait)
    var depth: Int32 = 0
    for part in parts { depth = max(depth, depths[Int(part)]) }
    depths.append(depth + 1)
    deepest = max(deepest, depth + 1)
    return ID(nodes.count - 1)
  }

  private mutating func intern(_ node: Node, _ trait: Traits, below parts: [ID] = []) -> ID {
    if let known = byNode[node] { return known }
    let id = add(node, trait, below: parts)
    byNode[node] = id
    return id
  }

  // MARK: Making patterns (RELAX NG 1.0 sections 4.20 and 4.21)

  mutating func oneOrMore(_ pattern: ID) -> ID {
    if pattern <= PatternPool.text || nodes[Int(pattern)].kind == .oneOrMore { return pattern }
    return intern(Node(kind: .oneOrMore, a: pattern), traits[Int(pattern)], below: [pattern])
  }

  mutating func list(_ pattern: ID) -> ID {
    pattern == PatternPool.notAllowed ? pattern : intern(Node(kind: .list, a: pattern), .data, below: [pattern])
  }

  mutating func data(_ datatype: Int, except: ID?) -> ID {
    intern(Node(kind: .data, a: Int32(datatype), b: except ?? -1), .data, below: except.map { [$0] } ?? [])
  }

  mutating func value(_ literal: Int) -> ID { intern(Node(kind: .value, a: Int32(literal)), .data) }

  mutating func attribute(_ nameClass: Int, _ content: ID) -> ID {
    content == PatternPool.notAllowed
      ? content : intern(Node(kind: .attribute, a: Int32(nameClass), b: content), .attribute, below: [content])
  }

  mutating func element(_ index: Int) -> ID { intern(Node(kind: .element, a: Int32(index)), .element) }

  mutating func group(_ left: ID, _ right: ID) -> ID {
    if left == PatternPool.notAllowed || right == PatternPool.notAllowed { return PatternPool.notAllowed }
    if left == PatternPool.empty { return right }
    if right == PatternPool.empty { return left }
    // By a loop: a schema may have groups of many thousand members.
    var parts: [ID] = []
    var rest = left
    while nodes[Int(rest)].kind == .group {
      parts.append(nodes[Int(rest)].a)
      rest = nodes[Int(rest)].b
    }
    parts.append(rest)
    var whole = right
    for part in parts.reversed() {
      whole = intern(Node(kind: .group, a: part, b: whole), both(part, whole), below: [part, whole])
    }
    return whole
  }

  /// Both parts' traits; nullable only when both are.
  private func both(_ left: ID, _ right: ID) -> Traits {
    let (left, right) = (traits[Int(left)], traits[Int(right)])
    var all = left.union(right)
    if !left.contains(.nullable) || !right.contains(.nullable) { all.remove(.nullable) }
    return all
  }

  mutating func choice(_ left: ID, _ right: ID) -> ID {
    if left == right || right == PatternPool.notAllowed { return left }
    if left == PatternPool.notAllowed { return right }
    return choice([left, right])
  }

  mutating func choice(_ parts: [ID]) -> ID {
    var flat: [ID] = []
    for part in parts where part != PatternPool.notAllowed {
      if nodes[Int(part)].kind == .choice { flat.append(contentsOf: membersOf(part)) } else { flat.append(part) }
    }
    sortAndUnique(&flat)
    if flat.first == PatternPool.empty, flat.dropFirst().contains(where: isNullable) { flat.removeFirst() }
    if flat.isEmpty { return PatternPool.notAllowed }
    if flat.count == 1 { return flat[0] }
    if let known = choices[flat] { return known }
    var all: Traits = []
    for member in flat { all.formUnion(traits[Int(member)]) }
    let id = add(Node(kind: .choice, a: Int32(members.count), b: Int32(flat.count)), all, below: flat)
    members.append(contentsOf: flat)
    choices[flat] = id
    return id
  }

  mutating func interleave(_ parts: [ID]) -> ID {
    var flat: [ID] = []
    for part in parts where part != PatternPool.empty {
      if part == PatternPool.notAllowed { return part }
      if nodes[Int(part)].kind == .interleave { flat.append(contentsOf: membersOf(part)) } else { flat.append(part) }
    }
    // Not without repetition: the same pattern twice is asked for twice.
    flat.sort()
    if flat.isEmpty { return PatternPool.empty }
    if flat.count == 1 { return flat[0] }
    if let known = interleaves[flat] { return known }
    var all: Traits = [.nullable]
    for member in flat {
      let own = traits[Int(member)]
      all.formUnion(own.subtracting(.nullable))
      if !own.contains(.nullable) { all.remove(.nullable) }
    }
    let id = add(Node(kind: .interleave, a: Int32(members.count), b: Int32(flat.count)), all, below: flat)
    members.append(contentsOf: flat)
    interleaves[flat] = id
    return id
  }

  private func sortAndUnique(_ list: inout [ID]) {
    list.sort()
    var kept = 0
    for (at, id) in list.enumerated() where at == 0 || id != list[kept - 1] {
      list[kept] = id
      kept += 1
    }
    list.removeLast(list.count - kept)
  }

  // MARK: Derivatives

  /// The pattern after all attributes: what is still asked for is not allowed any more, or in `lax` mode taken as given.
  mutating func withoutAttributes(_ pattern: ID, lax: Bool) -> ID {
    guard traits[Int(pattern)].contains(.attribute) else { return pattern }
    let node = nodes[Int(pattern)]
    switch node.kind {
    case .attribute: return lax ? PatternPool.empty : PatternPool.notAllowed
    case .choice:
      let parts = Array(membersOf(pattern))
      return choice(parts.map { withoutAttributes($0, lax: lax) })
    case .interleave:
      let parts = Array(membersOf(pattern))
      return interleave(parts.map { withoutAttributes($0, lax: lax) })
    case .group: return group(withoutAttributes(node.a, lax: lax), withoutAttributes(node.b, lax: lax))
    case .oneOrMore: return oneOrMore(withoutAttributes(node.a, lax: lax))
    default: return pattern
    }
  }

  /// An interleave after one of its members has taken something, whichever can.
  private mutating func afterOneMember(of pattern: ID, _ derive: (inout PatternPool, ID) -> ID) -> ID {
    let parts = Array(membersOf(pattern))
    var all: [ID] = []
    for (at, part) in parts.enumerated() {
      let after = derive(&self, part)
      guard after != PatternPool.notAllowed else { continue }
      var others = parts
      others[at] = after
      all.append(interleave(others))
    }
    return choice(all)
  }

  /// The pattern after one attribute; `takes` says whether an attribute pattern takes it with its value.
  mutating func afterAttribute(_ pattern: ID, _ takes: (Node) -> Bool) -> ID {
    guard traits[Int(pattern)].contains(.attribute) else { return PatternPool.notAllowed }
    let node = nodes[Int(pattern)]
    switch node.kind {
    case .attribute: return takes(node) ? PatternPool.empty : PatternPool.notAllowed
    case .choice:
      let parts = Array(membersOf(pattern))
      return choice(parts.map { afterAttribute($0, takes) })
    case .interleave:
      return afterOneMember(of: pattern) { pool, part in pool.afterAttribute(part, takes) }
    case .group:
      let left = afterAttribute(node.a, takes)
      let right = afterAttribute(node.b, takes)
      return choice(
        left == PatternPool.notAllowed ? left : group(left, node.b),
        right == PatternPool.notAllowed ? right : group(node.a, right))
    case .oneOrMore:
      let after = afterAttribute(node.a, takes)
      return after == PatternPool.notAllowed ? after : group(after, choice(pattern, PatternPool.empty))
    default: return PatternPool.notAllowed
    }
  }

  /// The pattern after text that is no data (only `text` patterns take it).
  mutating func afterText(_ pattern: ID) -> ID { afterString(pattern) { _, _ in false } }

  /// The pattern after a string; `takes` judges `data`, `value` and `list` patterns.
  mutating func afterString(_ pattern: ID, _ takes: (ID, Node) -> Bool) -> ID {
    guard !traits[Int(pattern)].isDisjoint(with: [.text, .data]) else { return PatternPool.notAllowed }
    let node = nodes[Int(pattern)]
    switch node.kind {
    case .text: return pattern
    case .data, .value, .list: return takes(pattern, node) ? PatternPool.empty : PatternPool.notAllowed
    case .choice:
      let parts = Array(membersOf(pattern))
      return choice(parts.map { afterString($0, takes) })
    case .interleave:
      return afterOneMember(of: pattern) { pool, part in pool.afterString(part, takes) }
    case .group:
      let left = afterString(node.a, takes)
      let first = left == PatternPool.notAllowed ? left : group(left, node.b)
      return isNullable(node.a) ? choice(first, afterString(node.b, takes)) : first
    case .oneOrMore:
      let after = afterString(node.a, takes)
      return after == PatternPool.notAllowed ? after : group(after, choice(pattern, PatternPool.empty))
    default: return PatternPool.notAllowed
    }
  }

  /// What an element may be and what follows it: pairs of the element's index and the pattern after it.
  ///
  /// - Parameter lax: what is required before the element may be missing.
  mutating func opened(_ pattern: ID, lax: Bool, _ matches: (Int) -> Bool) -> [(element: Int, after: ID)] {
    guard traits[Int(pattern)].contains(.element) else { return [] }
    let node = nodes[Int(pattern)]
    switch node.kind {
    case .element: return matches(Int(node.a)) ? [(Int(node.a), PatternPool.empty)] : []
    case .choice:
      var all: [(element: Int, after: ID)] = []
      for part in Array(membersOf(pattern)) { all += opened(part, lax: lax, matches) }
      return all
    case .interleave:
      let parts = Array(membersOf(pattern))
      var all: [(element: Int, after: ID)] = []
      for (at, part) in parts.enumerated() {
        for pair in opened(part, lax: lax, matches) {
          var others = parts
          others[at] = pair.after
          all.append((pair.element, interleave(others)))
        }
      }
      return all
    case .group:
      var all = opened(node.a, lax: lax, matches)
      for at in all.indices { all[at].after = group(all[at].after, node.b) }
      if lax || isNullable(node.a) { all += opened(node.b, lax: lax, matches) }
      return all
    case .oneOrMore:
      var all = opened(node.a, lax: lax, matches)
      if !all.isEmpty {
        let again = choice(pattern, PatternPool.empty)
        for at in all.indices { all[at].after = group(all[at].after, again) }
      }
      return all
    default: return []
    }
  }

  /// The same pattern in another pool.
  func copy(_ pattern: ID, to other: inout PatternPool, _ known: inout [ID: ID]) -> ID {
    if pattern <= PatternPool.text { return pattern }
    if let done = known[pattern] { return done }
    let node = nodes[Int(pattern)]
    let result: ID
    switch node.kind {
    case .empty, .notAllowed, .text: result = pattern
    case .choice: result = other.choice(membersOf(pattern).map { copy($0, to: &other, &known) })
    case .interleave: result = other.interleave(membersOf(pattern).map { copy($0, to: &other, &known) })
    case .group: result = other.group(copy(node.a, to: &other, &known), copy(node.b, to: &other, &known))
    case .oneOrMore: result = other.oneOrMore(copy(node.a, to: &other, &known))
    case .list: result = other.list(copy(node.a, to: &other, &known))
    case .data: result = other.data(Int(node.a), except: node.b < 0 ? nil : copy(node.b, to: &other, &known))
    case .value: result = other.value(Int(node.a))
    case .attribute: result = other.attribute(Int(node.a), copy(node.b, to: &other, &known))
    case .element: result = other.element(Int(node.a))
    }
    known[pattern] = result
    return result
  }
}
