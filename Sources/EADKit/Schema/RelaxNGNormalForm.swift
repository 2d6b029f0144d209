/// A schema's patterns with references to definitions put in place and `notAllowed` and `empty` taken out (RELAX NG 1.0
/// sections 4.19 to 4.21), and what the restrictions of section 7 need to know of each.
///
/// A definition that is used many times becomes one pattern with many users, so that the work is that of the schema as it
/// is written and not as it unfolds.
struct RelaxNGNormalForm {
  typealias ID = Int32

  /// What occurs in a pattern, not counting what is inside the elements, attributes and lists it refers to.
  struct Traits: OptionSet {
    let rawValue: UInt32
    static let attribute = Traits(rawValue: 1)
    static let element = Traits(rawValue: 2)
    static let text = Traits(rawValue: 4)
    static let list = Traits(rawValue: 8)
    static let data = Traits(rawValue: 16)
    static let value = Traits(rawValue: 32)
    static let group = Traits(rawValue: 64)
    static let interleave = Traits(rawValue: 128)
    static let oneOrMore = Traits(rawValue: 256)
    static let empty = Traits(rawValue: 512)
    /// An attribute below a group or an interleave.
    static let groupedAttribute = Traits(rawValue: 1024)
    /// An attribute of an open name class that nothing repeats.
    static let openAttribute = Traits(rawValue: 2048)
  }

  /// The content type of section 7.2.
  enum ContentType: UInt8 {
    case empty, complex, simple, none
  }

  struct Node {
    var kind: RelaxNGPatterns.Kind
    var first: Int32
    var second: Int32
    var place: Int32
    var traits: Traits
    var contentType: ContentType
    /// Nesting of the pattern when choices, groups and interleaves are folded in two.
    var depth: Int32
    /// Nodes of the pattern when it is unfolded.
    var size: Int
  }

  /// Deepest nesting of a pattern, references put in place: walks over patterns are recursive.
  static let deepest = 500
  /// Most nodes that a schema's patterns may have when they are unfolded.
  static let largest = 10_000_000

  static let empty: ID = 0
  static let notAllowed: ID = 1

  let patterns: RelaxNGPatterns
  private let tree: RelaxNGTree
  private(set) var nodes: [Node] = []
  private(set) var members: [ID] = []
  private var known: [ID]
  private var pending: [ID] = []
  private var depth = 0

  init(_ patterns: RelaxNGPatterns, tree: RelaxNGTree) {
    self.patterns = patterns
    self.tree = tree
    known = Array(repeating: -1, count: patterns.nodes.count)
    nodes.reserveCapacity(patterns.nodes.count + 2)
    members.reserveCapacity(patterns.members.count)
    let place = patterns.nodes.first?.place ?? 0
    nodes.append(
      Node(
        kind: .empty, first: -1, second: -1, place: place, traits: .empty, contentType: .empty, depth: 1, size: 1))
    nodes.append(
      Node(kind: .notAllowed, first: -1, second: -1, place: place, traits: [], contentType: .none, depth: 1, size: 1))
  }

  func parts(_ node: Node) -> ArraySlice<ID> { members[Int(node.first)..<Int(node.first + node.second)] }

  subscript(id: ID) -> Node { nodes[Int(id)] }

  // MARK: Loops of references (section 4.19)

  private enum Visit: UInt8 {
    case not, inside, done
  }

  /// Refuses definitions that come back to themselves without an element between.
  static func checkReferences(_ patterns: RelaxNGPatterns, tree: RelaxNGTree) throws(RelaxNGFault) {
    var visits = Array(repeating: Visit.not, count: patterns.nodes.count)
    var elementIsSeen = Array(repeating: false, count: patterns.elements.count)
    var elements: [Int32] = []

    func visit(_ id: RelaxNGPatterns.ID, _ depth: Int) throws(RelaxNGFault) {
      if visits[Int(id)] == .done { return }
      let node = patterns.nodes[Int(id)]
      if depth > deepest { throw tree.error("relaxng-too-deep", at: node.place, [String(deepest)]) }
      visits[Int(id)] = .inside
      switch node.kind {
      case .empty, .notAllowed, .text, .value: break
      case .choice, .interleave, .group: for part in patterns.parts(node) { try visit(part, depth + 1) }
      case .oneOrMore, .list: try visit(node.first, depth + 1)
      case .data: if node.second >= 0 { try visit(node.second, depth + 1) }
      case .attribute: try visit(node.second, depth + 1)
      case .element:
        if !elementIsSeen[Int(node.first)] {
          elementIsSeen[Int(node.first)] = true
          elements.append(node.first)
        }
      case .ref:
        let definition = patterns.definitions[Int(node.first)]
        if visits[Int(definition.pattern)] == .inside {
          throw tree.error("relaxng-recursion", at: node.place, [tree.symbols.string(definition.name)])
        }
        try visit(definition.pattern, depth + 1)
      }
      visits[Int(id)] = .done
    }

    try visit(patterns.start, 0)
    while let element = elements.popLast() { try visit(patterns.elements[Int(element)].content, 0) }
  }

  // MARK: Normal form (sections 4.20 and 4.21)

  /// The normal form of a pattern.
  mutating func normalized(_ id: RelaxNGPatterns.ID) throws(RelaxNGFault) -> ID {
    if known[Int(id)] >= 0 { return known[Int(id)] }
    let node = patterns.nodes[Int(id)]
    depth += 1
    defer { depth -= 1 }
    if depth > RelaxNGNormalForm.deepest { throw tooDeep(node.place) }
    let result: ID
    switch node.kind {
    case .empty: result = RelaxNGNormalForm.empty
    case .notAllowed: result = RelaxNGNormalForm.notAllowed
    case .text: result = try leaf(node, .text, .complex)
    case .value: result = try leaf(node, .value, .simple)
    case .element: result = try leaf(node, .element, .complex)
    case .choice: result = try choice(node)
    case .group, .interleave: result = try sequence(node)
    case .oneOrMore: result = try oneOrMore(node)
    case .list:
      let content = try normalized(node.first)
      result =
        content == RelaxNGNormalForm.notAllowed
        ? content : try add(node, content, -1, traits: .list, .simple, below: content)
    case .data: result = try data(node)
    case .attribute: result = try attribute(node)
    case .ref: result = try normalized(patterns.definitions[Int(node.first)].pattern)
    }
    known[Int(id)] = result
    return result
  }

  private func tooDeep(_ place: Int32) -> RelaxNGFault {
    tree.error("relaxng-too-deep", at: place, [String(RelaxNGNormalForm.deepest)])
  }

  private mutating func add(
    _ node: RelaxNGPatterns.Node, _ first: Int32, _ second: Int32, traits: Traits, _ type: ContentType, below: ID
  ) throws(RelaxNGFault) -> ID {
    let inner = below < 0 ? nil : nodes[Int(below)]
    return try add(
      Node(
        kind: node.kind, first: first, second: second, place: node.place, traits: traits, contentType: type,
        depth: (inner?.depth ?? 0) + 1, size: (inner?.size ?? 0) + 1))
  }

  private mutating func add(_ node: Node) throws(RelaxNGFault) -> ID {
    if node.depth > RelaxNGNormalForm.deepest { throw tooDeep(node.place) }
    if node.size > RelaxNGNormalForm.largest { throw tree.error("relaxng-too-large", at: node.place) }
    nodes.append(node)
    return ID(nodes.count - 1)
  }

  private mutating func leaf(_ node: RelaxNGPatterns.Node, _ traits: Traits, _ type: ContentType) throws(RelaxNGFault) -> ID {
    try add(node, node.first, node.second, traits: traits, type, below: -1)
  }

  private mutating func choice(_ node: RelaxNGPatterns.Node) throws(RelaxNGFault) -> ID {
    let begin = pending.count
    defer { pending.removeSubrange(begin...) }
    var hasEmpty = false
    for part in patterns.parts(node) {
      let inner = try normalized(part)
      if inner == RelaxNGNormalForm.empty {
        hasEmpty = true
      } else if inner != RelaxNGNormalForm.notAllowed, pending.count == begin || pending.last != inner {
        pending.append(inner)
      }
    }
    // The empty pattern comes first (section 4.21).
    if hasEmpty { pending.insert(RelaxNGNormalForm.empty, at: begin) }
    if pending.count == begin { return RelaxNGNormalForm.notAllowed }
    return try fold(node, from: begin)
  }

  private mutating func sequence(_ node: RelaxNGPatterns.Node) throws(RelaxNGFault) -> ID {
    let begin = pending.count
    defer { pending.removeSubrange(begin...) }
    var isAllowed = true
    for part in patterns.parts(node) {
      let inner = try normalized(part)
      if inner == RelaxNGNormalForm.notAllowed { isAllowed = false }
      if inner != RelaxNGNormalForm.empty { pending.append(inner) }
    }
    if !isAllowed { return RelaxNGNormalForm.notAllowed }
    if pending.count == begin { return RelaxNGNormalForm.empty }
    return try fold(node, from: begin)
  }

  /// The members that are pending from `begin` on as one pattern.
  private mutating func fold(_ node: RelaxNGPatterns.Node, from begin: Int) throws(RelaxNGFault) -> ID {
    let count = pending.count - begin
    if count == 1 { return pending[begin] }
    var traits: Traits = []
    var type = ContentType.empty
    var depth: Int32 = 0
    var size = count - 1
    let isChoice = node.kind == .choice
    for index in begin..<pending.count {
      let inner = nodes[Int(pending[index])]
      traits.formUnion(inner.traits)
      depth = max(depth, inner.depth)
      size += inner.size
      // What has no type, or simple beside anything else in a group, leaves the whole without one.
      let canBeGrouped =
        isChoice || type == .empty || inner.contentType == .empty || (type == .complex && inner.contentType == .complex)
      type = canBeGrouped ? (type.rawValue > inner.contentType.rawValue ? type : inner.contentType) : .none
    }
    if !isChoice {
      traits.insert(node.kind == .group ? .group : .interleave)
      if traits.contains(.attribute) { traits.insert(.groupedAttribute) }
    }
    let folds = Int32(Int.bitWidth - (count - 1).leadingZeroBitCount)
    let first = Int32(members.count)
    members.append(contentsOf: pending[begin...])
    return try add(
      Node(
        kind: node.kind, first: first, second: Int32(count), place: node.place, traits: traits, contentType: type,
        depth: depth + folds, size: size))
  }

  private mutating func oneOrMore(_ node: RelaxNGPatterns.Node) throws(RelaxNGFault) -> ID {
    let content = try normalized(node.first)
    if content == RelaxNGNormalForm.notAllowed || content == RelaxNGNormalForm.empty { return content }
    let inner = nodes[Int(content)]
    let type = inner.contentType == .simple ? ContentType.none : inner.contentType
    return try add(
      node, content, -1, traits: inner.traits.subtracting(.openAttribute).union(.oneOrMore), type, below: content)
  }

  private mutating func data(_ node: RelaxNGPatterns.Node) throws(RelaxNGFault) -> ID {
    var except: ID = -1
    if node.second >= 0 {
      except = try normalized(node.second)
      if except == RelaxNGNormalForm.notAllowed { except = -1 }
    }
    return try add(node, node.first, except, traits: .data, .simple, below: except)
  }

  private mutating func attribute(_ node: RelaxNGPatterns.Node) throws(RelaxNGFault) -> ID {
    let content = try normalized(node.second)
    if content == RelaxNGNormalForm.notAllowed { return content }
    var traits = Traits.attribute
    if patterns.classes.isOpen(node.first) { traits.insert(.openAttribute) }
    let type: ContentType = nodes[Int(content)].contentType == .none ? .none : .empty
    return try add(node, node.first, content, traits: traits, type, below: content)
  }
}
