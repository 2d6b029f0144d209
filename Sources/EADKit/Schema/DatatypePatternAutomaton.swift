/// A pattern as a graph: nodes that take one character of a set, nodes that fork, and one that ends.
struct PatternGraph: Sendable {
  struct Node: Sendable {
    /// Index of the set of which one character is taken; -1 where the path forks, -2 at the end.
    var set: Int32
    var first: Int32
    var second: Int32
  }

  /// Nodes of a graph that may be followed side by side: memory and time a character grow with it.
  static let sideBySideLimit = 20_000
  /// Nodes that may be looked at for one value when paths are followed side by side, 20 to 50 ms.
  private static let workLimit = 5_000_000
  private static let nodeLimit = 100_000

  private(set) var nodes: [Node] = [Node(set: -2, first: -1, second: -1)]
  private(set) var start: Int32 = 0

  /// Nil when the pattern, with its repetitions written out, has too many parts.
  init?(_ tree: PatternTree) {
    guard Self.size(tree.root) <= Self.nodeLimit else { return nil }
    start = add(tree.root, before: 0)
  }

  private static func size(_ node: PatternTree.Node) -> Int {
    switch node {
    case .empty: return 0
    case .set: return 1
    case .sequence(let parts), .choice(let parts): return parts.reduce(parts.count) { min($0 + size($1), nodeLimit + 1) }
    case .repeated(let inner, let from, let through):
      // One more than the count: the loop or the forks.
      let (product, isOver) = (size(inner) + 1).multipliedReportingOverflow(by: max(through ?? from + 1, 1))
      return isOver ? nodeLimit + 1 : min(product, nodeLimit + 1)
    }
  }

  private mutating func append(_ set: Int32, _ first: Int32, _ second: Int32) -> Int32 {
    nodes.append(Node(set: set, first: first, second: second))
    return Int32(nodes.count - 1)
  }

  /// Adds what the tree says so that it leads on to `next`; the node where it begins.
  private mutating func add(_ tree: PatternTree.Node, before next: Int32) -> Int32 {
    switch tree {
    case .empty:
      return next
    case .set(let index):
      return append(Int32(index), next, -1)
    case .sequence(let parts):
      var from = next
      for part in parts.reversed() { from = add(part, before: from) }
      return from
    case .choice(let parts):
      var from = add(parts[parts.count - 1], before: next)
      for part in parts.dropLast().reversed() { from = append(-1, add(part, before: next), from) }
      return from
    case .repeated(let inner, let least, let most):
      var from = next
      if let most {
        // Each further turn may be left out together with all that follow it: the way out is one step from anywhere.
        for _ in 0..<(most - least) { from = append(-1, add(inner, before: from), next) }
      } else {
        let fork = append(-1, -1, next)
        nodes[Int(fork)].first = add(inner, before: fork)
        from = fork
      }
      for _ in 0..<least { from = add(inner, before: from) }
      return from
    }
  }

  /// Follows all paths side by side; `holds` is the alphabet's `membership`.
  func judge(_ value: UnsafeBufferPointer<UInt8>, _ alphabet: PatternAlphabet, _ holds: [Bool]) -> DatatypeVerdict {
    var current = PatternFrontier(nodes.count)
    var following = PatternFrontier(nodes.count)
    current.add(start, nodes)
    guard let base = value.baseAddress else { return current.isAtEnd ? .valid : .invalid }
    var at = 0
    while at < value.count {
      let (number, length) = alphabet.next(base + at, value.count - at)
      at += length
      following.clear()
      for index in current.leaves {
        let node = nodes[Int(index)]
        if holds[Int(node.set) * alphabet.classCount + number] { following.add(node.first, nodes) }
      }
      if following.leaves.isEmpty, !following.isAtEnd { return .invalid }
      guard current.work + following.work <= Self.workLimit else { return .undecided }
      swap(&current, &following)
    }
    return current.isAtEnd ? .valid : .invalid
  }
}

/// The nodes where the paths through a graph stand.
struct PatternFrontier {
  /// Nodes that wait for a character.
  private(set) var leaves: [Int32] = []
  private(set) var isAtEnd = false
  /// Nodes looked at, for the account of the work.
  private(set) var work = 0
  private var stamps: [UInt32]
  private var stamp: UInt32 = 1
  private var pending: [Int32] = []

  init(_ count: Int) { stamps = Array(repeating: 0, count: count) }

  mutating func clear() {
    leaves.removeAll(keepingCapacity: true)
    isAtEnd = false
    stamp += 1
    if stamp == .max {
      stamps = Array(repeating: 0, count: stamps.count)
      stamp = 1
    }
  }

  /// Adds a node and all that forks lead to from it.
  mutating func add(_ node: Int32, _ nodes: [PatternGraph.Node]) {
    pending.append(node)
    while let next = pending.popLast() {
      work += 1
      guard stamps[Int(next)] != stamp else { continue }
      stamps[Int(next)] = stamp
      let found = nodes[Int(next)]
      switch found.set {
      case -2: isAtEnd = true
      case -1:
        pending.append(found.second)
        pending.append(found.first)
      default: leaves.append(next)
      }
    }
  }
}

/// A pattern as a table: for each state and class of characters the next state. State 0 is the one without hope.
final class PatternTable: @unchecked Sendable {
  private static let stateLimit = 60_000
  private static let entryLimit = 2_000_000
  /// Steps that making the table may take, some 50 ms.
  private static let workLimit = 3_000_000

  private let classCount: Int
  private let stateCount: Int
  private let start: Int
  private let next: UnsafeMutablePointer<UInt16>
  private let accepts: UnsafeMutablePointer<Bool>

  /// Nil when the table would be too large.
  init?(_ graph: PatternGraph, _ alphabet: PatternAlphabet) {
    let classCount = alphabet.classCount
    var frontier = PatternFrontier(graph.nodes.count)
    var numbers: [[Int32]: UInt16] = [[]: 0]
    var states: [[Int32]] = [[]]
    var isFinal = [false]
    var rows: [UInt16] = Array(repeating: 0, count: classCount)
    var work = 0

    func number(_ frontier: PatternFrontier) -> UInt16? {
      var key = frontier.leaves.sorted()
      if frontier.isAtEnd { key.append(0) }
      if let known = numbers[key] { return known }
      guard states.count < Self.stateLimit, (states.count + 1) * classCount <= Self.entryLimit else { return nil }
      let fresh = UInt16(states.count)
      numbers[key] = fresh
      if frontier.isAtEnd { key.removeLast() }
      states.append(key)
      isFinal.append(frontier.isAtEnd)
      return fresh
    }

    frontier.add(graph.start, graph.nodes)
    guard let first = number(frontier) else { return nil }
    var targets = Array(repeating: [Int32](), count: classCount)
    var state = 1
    while state < states.count {
      for leaf in states[state] {
        let node = graph.nodes[Int(leaf)]
        for number in alphabet.classes[Int(node.set)] { targets[Int(number)].append(node.first) }
        work += alphabet.classes[Int(node.set)].count
      }
      var row = Array(repeating: UInt16(0), count: classCount)
      // Classes that lead to the same nodes lead to the same state.
      var seen: [[Int32]: UInt16] = [:]
      for index in 0..<classCount where !targets[index].isEmpty {
        if let known = seen[targets[index]] {
          row[index] = known
        } else {
          frontier.clear()
          for target in targets[index] { frontier.add(target, graph.nodes) }
          guard let found = number(frontier) else { return nil }
          row[index] = found
          seen[targets[index]] = found
        }
        targets[index].removeAll(keepingCapacity: true)
      }
      rows.append(contentsOf: row)
      work += classCount
      guard work + frontier.work <= Self.workLimit else { return nil }
      state += 1
    }
    self.classCount = classCount
    stateCount = states.count
    start = Int(first)
    next = .allocate(capacity: rows.count)
    accepts = .allocate(capacity: states.count)
    rows.withUnsafeBufferPointer { if let base = $0.baseAddress { next.initialize(from: base, count: rows.count) } }
    isFinal.withUnsafeBufferPointer { if let base = $0.baseAddress { accepts.initialize(from: base, count: isFinal.count) } }
  }

  deinit {
    next.deallocate()
    accepts.deallocate()
  }

  @inline(__always)
  func matches(_ value: UnsafeBufferPointer<UInt8>, _ alphabet: PatternAlphabet) -> Bool {
    guard let base = value.baseAddress else { return accepts[start] }
    var state = start
    var at = 0
    while at < value.count {
      let (number, length) = alphabet.next(base + at, value.count - at)
      state = Int(next[state * classCount + number])
      if state == 0 { return false }
      at += length
    }
    return accepts[state]
  }

  /// The shortest text that leads to an end by characters that can be shown.
  func example(_ alphabet: PatternAlphabet) -> String? {
    var cameFrom = Array(repeating: (state: -1, byte: UInt8(0)), count: stateCount)
    var queue = [start]
    var read = 0
    while read < queue.count {
      var state = queue[read]
      read += 1
      if accepts[state] {
        var bytes: [UInt8] = []
        while state != start {
          bytes.append(cameFrom[state].byte)
          state = cameFrom[state].state
        }
        return bytes.isEmpty ? nil : String(decoding: bytes.reversed(), as: UTF8.self)
      }
      for number in alphabet.plainFirst {
        let target = Int(next[state * classCount + number])
        guard target != 0, target != start, cameFrom[target].state < 0 else { continue }
        cameFrom[target] = (state, alphabet.samples[number])
        queue.append(target)
      }
    }
    return nil
  }
}
