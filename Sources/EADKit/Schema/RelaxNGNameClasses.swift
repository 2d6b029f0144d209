/// The name classes of a schema, each a list of alternatives; a class of one name is stored once.
struct RelaxNGNameClasses {
  typealias Symbol = RelaxNGSymbols.Symbol
  /// Index of a class.
  typealias ID = Int32

  enum Kind: UInt8 {
    case name, nsName, anyName
  }

  /// One alternative of a class.
  struct Leaf {
    var kind: Kind
    /// Of `name` an index into `names`, of `nsName` the namespace.
    var value: Int32 = -1
    /// The class of the names left out, or -1.
    var except: ID = -1
  }

  struct Name {
    var namespace: Symbol
    var local: Symbol
  }

  private(set) var names: [Name] = []
  private(set) var leaves: [Leaf] = []
  private var ranges: [Range<Int32>] = []
  private var open: [Bool] = []
  private var weights: [Int] = []
  private var nameIndex: [UInt64: Int32] = [:]
  private var singles: [ID] = []
  private var built: [NameClass?] = []

  /// The index of a name among `names`.
  mutating func name(_ namespace: Symbol, _ local: Symbol) -> Int32 {
    let key = UInt64(UInt32(bitPattern: namespace)) << 32 | UInt64(UInt32(bitPattern: local))
    if let known = nameIndex[key] { return known }
    let index = Int32(names.count)
    names.append(Name(namespace: namespace, local: local))
    singles.append(-1)
    nameIndex[key] = index
    return index
  }

  mutating func add(_ alternatives: [Leaf]) -> ID {
    let single = alternatives.count == 1 && alternatives[0].kind == .name ? Int(alternatives[0].value) : -1
    if single >= 0, singles[single] >= 0 { return singles[single] }
    let id = ID(ranges.count)
    ranges.append(Int32(leaves.count)..<Int32(leaves.count + alternatives.count))
    leaves.append(contentsOf: alternatives)
    open.append(alternatives.contains { $0.kind != .name })
    built.append(nil)
    weights.append(alternatives.reduce(0) { $0 + 1 + weight($1) })
    if single >= 0 { singles[single] = id }
    return id
  }

  func alternatives(_ id: ID) -> ArraySlice<Leaf> {
    let range = ranges[Int(id)]
    return leaves[Int(range.lowerBound)..<Int(range.upperBound)]
  }

  /// Whether the class holds more names than can be counted.
  func isOpen(_ id: ID) -> Bool { open[Int(id)] }

  func contains(_ leaf: Leaf, _ name: Int32) -> Bool {
    switch leaf.kind {
    case .name: return leaf.value == name
    case .nsName: if names[Int(name)].namespace != leaf.value { return false }
    case .anyName: break
    }
    return leaf.except < 0 || !alternatives(leaf.except).contains { contains($0, name) }
  }

  /// How many alternatives must be looked at to know whether the alternative holds a name.
  func weight(_ leaf: Leaf) -> Int { leaf.except < 0 ? 0 : weights[Int(leaf.except)] }

  /// How many steps `overlap` may take.
  func costOfOverlap(_ left: Leaf, _ right: Leaf) -> Int {
    let sum = weight(left) + weight(right) + 1
    if left.kind == right.kind { return 1 }
    return left.kind == .name || right.kind == .name ? sum : sum.multipliedReportingOverflow(by: sum).partialValue
  }

  /// Whether two open alternatives have a name in common.
  func overlap(_ left: Leaf, _ right: Leaf) -> Bool {
    switch (left.kind, right.kind) {
    case (.name, _): return contains(right, left.value)
    case (_, .name): return contains(left, right.value)
    // What they leave out is finitely many names, or finitely many namespaces.
    case (.anyName, .anyName): return true
    case (.nsName, .nsName): return left.value == right.value
    case (.nsName, .anyName): return overlap(right, left)
    case (.anyName, .nsName):
      guard left.except >= 0 else { return true }
      // Only a namespace that is left out as a whole, or but for some names, can be free of common names.
      guard let gap = alternatives(left.except).first(where: { $0.kind == .nsName && $0.value == right.value }) else {
        return true
      }
      guard gap.except >= 0 else { return false }
      return alternatives(gap.except).contains { contains(left, $0.value) && contains(right, $0.value) }
    }
  }

  /// The class as a message shows it.
  func label(_ id: ID, _ symbols: RelaxNGSymbols) -> String {
    let range = ranges[Int(id)]
    guard range.count == 1 else { return range.prefix(3).map { label(leaves[Int($0)], symbols) }.joined(separator: " | ") }
    return label(leaves[Int(range.lowerBound)], symbols)
  }

  private func label(_ leaf: Leaf, _ symbols: RelaxNGSymbols) -> String {
    switch leaf.kind {
    case .anyName: return "*"
    case .nsName: return "{\(symbols.string(leaf.value))}*"
    case .name:
      let name = names[Int(leaf.value)]
      let local = symbols.string(name.local)
      return name.namespace == RelaxNGSymbols.empty ? local : "{\(symbols.string(name.namespace))}\(local)"
    }
  }

  func label(name: Int32, _ symbols: RelaxNGSymbols) -> String { label(Leaf(kind: .name, value: name), symbols) }

  /// The class in the form the validator takes.
  mutating func nameClass(_ id: ID, _ symbols: RelaxNGSymbols) -> NameClass {
    if let known = built[Int(id)] { return known }
    let parts = Array(alternatives(id)).map { leaf in
      let except = leaf.except < 0 ? nil : nameClass(leaf.except, symbols)
      switch leaf.kind {
      case .anyName: return NameClass.anyName(except: except)
      case .nsName: return NameClass.nsName(symbols.array(leaf.value), except: except)
      case .name:
        let name = names[Int(leaf.value)]
        return NameClass.name(
          ExpandedName(namespace: symbols.array(name.namespace), local: symbols.array(name.local)))
      }
    }
    let result = RelaxNGNameClasses.balanced(parts[...])
    built[Int(id)] = result
    return result
  }

  private static func balanced(_ parts: ArraySlice<NameClass>) -> NameClass {
    guard parts.count > 1, let first = parts.first else { return parts.first ?? .nsName([], except: .nsName([], except: nil)) }
    guard parts.count > 2 else { return .choice(first, parts[parts.startIndex + 1]) }
    let middle = parts.startIndex + parts.count / 2
    return .choice(balanced(parts[..<middle]), balanced(parts[middle...]))
  }
}

/// Finds the name that two members of a group or an interleave could both claim (RELAX NG 1.0 sections 7.3 and 7.4).
///
/// Plain names are compared by a table, so that hundreds of attributes cost as many steps; only open classes are compared
/// one by one.
struct RelaxNGOverlap {
  struct Conflict {
    /// Where the other one is.
    var node: Int32
    /// The name both claim, as an index into the names; -1 when it is no single name.
    var name: Int32
  }

  private struct Open {
    var leaf: RelaxNGNameClasses.Leaf
    var owner: Int32
    var node: Int32
  }

  private var round: Int32 = 0
  private var rounds: [Int32] = []
  private var owners: [Int32] = []
  private var nodes: [Int32] = []
  private var met: [Int32] = []
  private var opens: [Open] = []
  /// Comparisons that may still be made.
  private var budget = 1_000_000_000

  /// Whether the comparisons were too many to be made: only a schema made to be slow needs that many.
  private(set) var isExhausted = false

  private mutating func spend(_ steps: Int) -> Bool {
    budget -= steps
    if budget < 0 { isExhausted = true }
    return !isExhausted
  }

  /// Forgets the members of the last group.
  mutating func begin(_ classes: RelaxNGNameClasses) {
    round += 1
    met.removeAll(keepingCapacity: true)
    opens.removeAll(keepingCapacity: true)
    let missing = classes.names.count - rounds.count
    if missing > 0 {
      rounds.append(contentsOf: repeatElement(0, count: missing))
      owners.append(contentsOf: repeatElement(0, count: missing))
      nodes.append(contentsOf: repeatElement(0, count: missing))
    }
  }

  /// Adds a class that belongs to the member `owner`; the conflict with another member's, if there is one.
  mutating func add(_ id: RelaxNGNameClasses.ID, owner: Int32, node: Int32, _ classes: RelaxNGNameClasses) -> Conflict? {
    for leaf in classes.alternatives(id) {
      if leaf.kind == .name {
        let name = Int(leaf.value)
        if rounds[name] == round {
          if owners[name] != owner { return Conflict(node: nodes[name], name: leaf.value) }
          continue
        }
        rounds[name] = round
        owners[name] = owner
        nodes[name] = node
        met.append(leaf.value)
        for other in opens where other.owner != owner {
          guard spend(1 + classes.weight(other.leaf)) else { return nil }
          if classes.contains(other.leaf, leaf.value) { return Conflict(node: other.node, name: leaf.value) }
        }
      } else {
        for name in met where owners[Int(name)] != owner {
          guard spend(1 + classes.weight(leaf)) else { return nil }
          if classes.contains(leaf, name) { return Conflict(node: nodes[Int(name)], name: name) }
        }
        for other in opens where other.owner != owner {
          guard spend(classes.costOfOverlap(other.leaf, leaf)) else { return nil }
          if classes.overlap(other.leaf, leaf) { return Conflict(node: other.node, name: -1) }
        }
        opens.append(Open(leaf: leaf, owner: owner, node: node))
      }
    }
    return nil
  }
}
