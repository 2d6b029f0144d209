/// Turns the trees of a schema into patterns: the simplification of RELAX NG 1.0 sections 4.3 to 4.18.
///
/// `ns` and `datatypeLibrary` are handed down while walking, files are read when a reference to them is met, and the
/// definitions of each grammar are gathered before their contents are looked at.
struct RelaxNGSimplifier {
  typealias Symbol = RelaxNGSymbols.Symbol
  typealias ID = RelaxNGPatterns.ID

  /// What an element of the schema takes from those around it.
  private struct Surroundings {
    var ns: Symbol
    var library: Symbol
    /// The innermost grammar, or -1.
    var grammar: Int32

    func entering(_ node: RelaxNGTree.Node) -> Surroundings {
      Surroundings(
        ns: node.ns >= 0 ? node.ns : ns, library: node.library >= 0 ? node.library : library, grammar: grammar)
    }
  }

  private struct Grammar {
    var outer: Int32
    var definitions: [Symbol: Int32] = [:]
  }

  /// A `start` or a `define` with what it takes from around it.
  private struct Component {
    var name: Symbol
    var node: Int32
    var surroundings: Surroundings
  }

  private struct ReferenceKey: Hashable {
    var uri: Symbol
    var ns: Symbol
    var grammar: Int32
  }

  /// Most elements that a schema may have with all its files, a file counted as often as it is included.
  static let mostNodes = 1_000_000
  /// Most references to files, a file counted as often as it is referred to.
  static let mostReferences = 10_000
  /// Bytes of all files together.
  static let mostBytes = 256 << 20
  private static let xmlnsNamespace = "http://www.w3.org/2000/xmlns"

  private let tree: RelaxNGTree
  private let source: any SchemaSource
  private var syntax: RelaxNGSyntax
  private(set) var patterns = RelaxNGPatterns()
  private var grammars: [Grammar] = []
  private var documents: [Symbol: Int] = [:]
  /// Files that are being read, outermost first.
  private var open: [Symbol] = []
  private var references: [ReferenceKey: ID] = [:]
  private var datatypes: RelaxNGDatatypes
  /// Members found so far of the patterns that are being made.
  private var pending: [ID] = []
  private var depth = 0
  private var bytesRead = 0
  private var entered = 0
  private var walked = 0
  private let token: Symbol
  private let xmlns: Symbol
  private let xmlnsNamespace: Symbol

  private init(source: any SchemaSource) {
    tree = RelaxNGTree()
    self.source = source
    syntax = RelaxNGSyntax(tree: tree)
    datatypes = RelaxNGDatatypes(tree: tree)
    token = tree.symbols.intern("token")
    xmlns = tree.symbols.intern("xmlns")
    xmlnsNamespace = tree.symbols.intern(RelaxNGSimplifier.xmlnsNamespace)
  }

  /// Simplifies a schema as far as section 4.18; what follows is done on the patterns it gives.
  static func simplify(
    _ bytes: UnsafeBufferPointer<UInt8>, name: String, source: any SchemaSource
  ) throws(RelaxNGFault) -> (patterns: RelaxNGPatterns, tree: RelaxNGTree) {
    var simplifier = RelaxNGSimplifier(source: source)
    let base = RelaxNGURI.ofPath(name)
    let document = try simplifier.read(bytes, file: name, base: base)
    simplifier.open = [simplifier.tree.symbols.intern(base)]
    let surroundings = Surroundings(ns: RelaxNGSymbols.empty, library: RelaxNGSymbols.empty, grammar: -1)
    simplifier.patterns.start = try simplifier.pattern(simplifier.tree.documents[document].root, surroundings)
    simplifier.patterns.datatypes = simplifier.datatypes.datatypes
    simplifier.patterns.values = simplifier.datatypes.values
    return (simplifier.patterns, simplifier.tree)
  }

  // MARK: Files (sections 4.5 to 4.7)

  private mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, base: [UInt8]
  ) throws(RelaxNGFault) -> Int {
    bytesRead += bytes.count
    guard bytesRead <= RelaxNGSimplifier.mostBytes else {
      throw RelaxNGFault(EADError("relaxng-too-large", file: file))
    }
    let document: Int
    do throws(EADError) {
      document = try RelaxNGReader.read(
        bytes, file: file, base: base, into: tree, nodeLimit: RelaxNGSimplifier.mostNodes)
    } catch {
      throw RelaxNGFault(error)
    }
    try syntax.check(tree.documents[document])
    return document
  }

  /// The file that `include` or `externalRef` names; the caller closes it by taking it off `open`.
  private mutating func enter(_ index: Int32, _ node: RelaxNGTree.Node) throws(RelaxNGFault) -> (root: Int32, uri: Symbol) {
    let reference = RelaxNGURI.escaped(tree.symbols.array(node.href))
    let resolved = RelaxNGURI.resolved(reference, against: tree.bases[Int(node.base)])
    let uri = tree.symbols.intern(resolved)
    entered += 1
    if entered > RelaxNGSimplifier.mostReferences { throw tree.error("relaxng-too-large", at: index) }
    if open.contains(uri) { throw tree.error("relaxng-reference-loop", at: index, [tree.symbols.string(node.href)]) }
    if let known = documents[uri] {
      open.append(uri)
      return (tree.documents[known].root, uri)
    }
    let text = String(decoding: resolved, as: UTF8.self)
    let bytes: [UInt8]
    do throws(EADError) {
      bytes = try source.bytes(of: text)
    } catch {
      if error.finding.line > 0 { throw RelaxNGFault(error) }
      throw tree.error(error.finding.rule, at: index, error.finding.arguments)
    }
    let file = RelaxNGURI.localPath(resolved).map { String(decoding: $0, as: UTF8.self) } ?? text
    let document = try bytes.withUnsafeBufferPointer { buffer throws(RelaxNGFault) in
      try read(buffer, file: file, base: resolved)
    }
    documents[uri] = document
    open.append(uri)
    return (tree.documents[document].root, uri)
  }

  private mutating func external(
    _ index: Int32, _ node: RelaxNGTree.Node, _ around: Surroundings
  ) throws(RelaxNGFault) -> ID {
    let (root, uri) = try enter(index, node)
    defer { open.removeLast() }
    // The same file at the same kind of place is the same pattern: its elements stay one.
    let key = ReferenceKey(uri: uri, ns: around.ns, grammar: around.grammar)
    if let known = references[key] { return known }
    let result = try pattern(
      root, Surroundings(ns: around.ns, library: RelaxNGSymbols.empty, grammar: around.grammar))
    references[key] = result
    return result
  }

  // MARK: Grammars (sections 4.7, 4.11, 4.17 and 4.18)

  private mutating func collect(
    _ index: Int32, _ around: Surroundings, _ found: inout [Component]
  ) throws(RelaxNGFault) {
    try descend(index)
    defer { depth -= 1 }
    for child in tree.children(index) {
      let node = tree.node(child)
      let surroundings = around.entering(node)
      switch node.kind {
      case .start: found.append(Component(name: RelaxNGSymbols.none, node: child, surroundings: surroundings))
      case .define: found.append(Component(name: node.name, node: child, surroundings: surroundings))
      case .div: try collect(child, surroundings, &found)
      case .include: try include(child, node, surroundings, &found)
      default: break
      }
      try count(child)
    }
  }

  private mutating func include(
    _ index: Int32, _ node: RelaxNGTree.Node, _ around: Surroundings, _ found: inout [Component]
  ) throws(RelaxNGFault) {
    let (root, _) = try enter(index, node)
    defer { open.removeLast() }
    guard tree.node(root).kind == .grammar else {
      throw tree.error("relaxng-include-grammar", at: index, [tree.symbols.string(node.href), tree.node(root).kind.tag])
    }
    var included: [Component] = []
    var inside = around
    inside.library = RelaxNGSymbols.empty
    try collect(root, inside.entering(tree.node(root)), &included)
    var own: [Component] = []
    try collect(index, around, &own)
    if !own.isEmpty {
      let names = Set(included.map(\.name))
      for component in own where !names.contains(component.name) {
        throw component.name < 0
          ? tree.error("relaxng-override-start", at: component.node, [tree.symbols.string(node.href)])
          : tree.error(
            "relaxng-override-define", at: component.node,
            [tree.symbols.string(component.name), tree.symbols.string(node.href)])
      }
      let overridden = Set(own.map(\.name))
      included.removeAll { overridden.contains($0.name) }
    }
    found.append(contentsOf: included)
    found.append(contentsOf: own)
  }

  private mutating func grammar(_ index: Int32, _ around: Surroundings) throws(RelaxNGFault) -> ID {
    let scope = Int32(grammars.count)
    grammars.append(Grammar(outer: around.grammar))
    var inside = around
    inside.grammar = scope
    var components: [Component] = []
    try collect(index, inside, &components)

    let firstDefinition = patterns.definitions.count
    var bodies: [[Int]] = []
    for (position, component) in components.enumerated() {
      if let known = grammars[Int(scope)].definitions[component.name] {
        bodies[Int(known) - firstDefinition].append(position)
      } else {
        grammars[Int(scope)].definitions[component.name] = Int32(patterns.definitions.count)
        patterns.definitions.append(RelaxNGPatterns.Definition(name: component.name, place: component.node))
        bodies.append([position])
      }
    }
    guard let start = grammars[Int(scope)].definitions[RelaxNGSymbols.none] else {
      throw tree.error("relaxng-start-missing", at: index)
    }
    for (offset, positions) in bodies.enumerated() {
      let combine = try combination(positions.map { components[$0] })
      let begin = pending.count
      for position in positions {
        let component = components[position]
        let part = try group(component.node, .group, component.surroundings)
        pending.append(part)
      }
      let pattern = patterns.add(
        combine == .interleave ? .interleave : .choice, pending[begin...], place: components[positions[0]].node)
      pending.removeSubrange(begin...)
      patterns.definitions[firstDefinition + offset].pattern = pattern
    }
    return patterns.add(.ref, start, place: index)
  }

  /// How definitions of one name come together (section 4.17).
  private func combination(_ components: [Component]) throws(RelaxNGFault) -> RelaxNGTree.Combine {
    var result = RelaxNGTree.Combine.none
    var plain: Int32?
    for component in components {
      let node = tree.node(component.node)
      if node.combine == .none {
        if let first = plain {
          throw node.kind == .start
            ? tree.error("relaxng-start-twice", at: component.node, [tree.place(first)])
            : tree.error("relaxng-define-twice", at: component.node, [tree.symbols.string(node.name), tree.place(first)])
        }
        plain = component.node
      } else if result == .none {
        result = node.combine
      } else if result != node.combine {
        throw tree.error(
          "relaxng-combine-differs", at: component.node,
          [node.kind == .start ? "start" : tree.symbols.string(node.name), tree.place(components[0].node)])
      }
    }
    return result
  }

  private func definition(_ index: Int32, _ name: Symbol, in grammar: Int32) throws(RelaxNGFault) -> Int32 {
    guard grammar >= 0, let found = grammars[Int(grammar)].definitions[name] else {
      throw tree.error("relaxng-ref-undefined", at: index, [tree.symbols.string(name)])
    }
    return found
  }

  // MARK: Patterns (sections 4.8 to 4.15)

  private mutating func descend(_ index: Int32) throws(RelaxNGFault) {
    depth += 1
    // A file's own nesting is bounded when it is read; this bounds files within files.
    if depth > RelaxNGTree.deepest { throw tree.error("relaxng-too-deep", at: index, [String(RelaxNGTree.deepest)]) }
  }

  private mutating func count(_ index: Int32) throws(RelaxNGFault) {
    walked += 1
    if walked > RelaxNGSimplifier.mostNodes { throw tree.error("relaxng-too-large", at: index) }
  }

  private mutating func pattern(_ index: Int32, _ outside: Surroundings) throws(RelaxNGFault) -> ID {
    try descend(index)
    defer { depth -= 1 }
    try count(index)
    let node = tree.node(index)
    let around = outside.entering(node)
    switch node.kind {
    case .empty: return patterns.add(.empty, place: index)
    case .text: return patterns.add(.text, place: index)
    case .notAllowed: return patterns.add(.notAllowed, place: index)
    case .group: return try group(index, .group, around)
    case .interleave: return try group(index, .interleave, around)
    case .choice: return try group(index, .choice, around)
    case .oneOrMore: return patterns.add(.oneOrMore, try group(index, .group, around), place: index)
    case .zeroOrMore:
      let content = try group(index, .group, around)
      let repeated = patterns.add(.oneOrMore, content, place: index)
      return patterns.add(.choice, [repeated, patterns.add(.empty, place: index)], place: index)
    case .optional:
      let content = try group(index, .group, around)
      return patterns.add(.choice, [content, patterns.add(.empty, place: index)], place: index)
    case .mixed:
      let content = try group(index, .group, around)
      return patterns.add(.interleave, [content, patterns.add(.text, place: index)], place: index)
    case .list: return patterns.add(.list, try group(index, .group, around), place: index)
    case .element: return try element(index, node, around)
    case .attribute: return try attribute(index, node, around)
    case .ref: return patterns.add(.ref, try definition(index, node.name, in: around.grammar), place: index)
    case .parentRef:
      let outer = around.grammar < 0 ? -1 : grammars[Int(around.grammar)].outer
      guard outer >= 0 else { throw tree.error("relaxng-parent-missing", at: index, [tree.symbols.string(node.name)]) }
      return patterns.add(.ref, try definition(index, node.name, in: outer), place: index)
    case .externalRef: return try external(index, node, around)
    case .grammar: return try grammar(index, around)
    case .data: return try data(index, node, around)
    case .value: return try value(index, node, around)
    default: throw tree.error("relaxng-element-misplaced", at: index, [node.kind.tag, node.kind.tag])
    }
  }

  /// The patterns below an element, put together; `from` is the first of them, for elements that hold something else before.
  private mutating func group(
    _ index: Int32, _ kind: RelaxNGPatterns.Kind, _ around: Surroundings, from first: Int32? = nil
  ) throws(RelaxNGFault) -> ID {
    let begin = pending.count
    var child = first ?? tree.node(index).firstChild
    while child >= 0 {
      let part = try pattern(child, around)
      pending.append(part)
      child = tree.node(child).nextSibling
    }
    let result = patterns.add(kind, pending[begin...], place: index)
    pending.removeSubrange(begin...)
    return result
  }

  private mutating func element(
    _ index: Int32, _ node: RelaxNGTree.Node, _ around: Surroundings
  ) throws(RelaxNGFault) -> ID {
    var content = node.firstChild
    let name: RelaxNGNameClasses.ID
    if node.name >= 0 {
      name = patterns.classes.add([try leaf(index, node, ns: around.ns)])
    } else {
      name = try nameClass(content, around, isAttribute: false)
      content = tree.node(content).nextSibling
    }
    let pattern = try group(index, .group, around, from: content)
    patterns.elements.append(RelaxNGPatterns.Element(name: name, content: pattern, place: index))
    return patterns.add(.element, Int32(patterns.elements.count - 1), place: index)
  }

  private mutating func attribute(
    _ index: Int32, _ node: RelaxNGTree.Node, _ around: Surroundings
  ) throws(RelaxNGFault) -> ID {
    var content = node.firstChild
    let name: RelaxNGNameClasses.ID
    if node.name >= 0 {
      // The name of an attribute takes no namespace from further out (section 4.8).
      let leaf = try leaf(index, node, ns: node.ns >= 0 ? node.ns : RelaxNGSymbols.empty)
      try checkAttributeName(leaf, at: index)
      name = patterns.classes.add([leaf])
    } else {
      name = try nameClass(content, around, isAttribute: true)
      content = tree.node(content).nextSibling
    }
    let pattern =
      content < 0 ? patterns.add(.text, place: index) : try group(index, .group, around, from: content)
    return patterns.add(.attribute, name, pattern, place: index)
  }

  // MARK: Name classes (sections 4.9, 4.10 and 4.16)

  /// The name that `element`, `attribute` or `name` holds, its prefix replaced by its namespace.
  private mutating func leaf(
    _ index: Int32, _ node: RelaxNGTree.Node, ns: Symbol
  ) throws(RelaxNGFault) -> RelaxNGNameClasses.Leaf {
    let text = tree.symbols.array(node.name)
    guard let colon = text.firstIndex(of: 0x3A) else {
      return RelaxNGNameClasses.Leaf(kind: .name, value: patterns.classes.name(ns, node.name))
    }
    let prefix = tree.symbols.intern(Array(text[..<colon]))
    guard let namespace = tree.namespace(of: prefix, binding: node.binding) else {
      throw tree.error("relaxng-prefix-undeclared", at: index, [tree.symbols.string(node.name), tree.symbols.string(prefix)])
    }
    let local = tree.symbols.intern(Array(text[(colon + 1)...]))
    return RelaxNGNameClasses.Leaf(kind: .name, value: patterns.classes.name(namespace, local))
  }

  private mutating func nameClass(
    _ index: Int32, _ around: Surroundings, isAttribute: Bool
  ) throws(RelaxNGFault) -> RelaxNGNameClasses.ID {
    var leaves: [RelaxNGNameClasses.Leaf] = []
    try leavesOf(index, around, isAttribute: isAttribute, within: nil, &leaves)
    return patterns.classes.add(leaves)
  }

  private mutating func leavesOf(
    _ index: Int32, _ outside: Surroundings, isAttribute: Bool, within except: RelaxNGNameClasses.Kind?,
    _ leaves: inout [RelaxNGNameClasses.Leaf]
  ) throws(RelaxNGFault) {
    try descend(index)
    defer { depth -= 1 }
    try count(index)
    let node = tree.node(index)
    let around = outside.entering(node)
    switch node.kind {
    case .name:
      let leaf = try leaf(index, node, ns: around.ns)
      if isAttribute { try checkAttributeName(leaf, at: index) }
      leaves.append(leaf)
    case .nsName, .anyName:
      let kind = node.kind == .nsName ? RelaxNGNameClasses.Kind.nsName : .anyName
      if except == .nsName || except != nil && kind == .anyName {
        throw tree.error("relaxng-except-name", at: index, [node.kind.tag, except == .nsName ? "nsName" : "anyName"])
      }
      if isAttribute, kind == .nsName, around.ns == xmlnsNamespace { throw tree.error("relaxng-xmlns", at: index) }
      var excluded: [RelaxNGNameClasses.Leaf] = []
      if node.firstChild >= 0 {
        try leavesOf(node.firstChild, around, isAttribute: isAttribute, within: kind, &excluded)
      }
      leaves.append(
        RelaxNGNameClasses.Leaf(
          kind: kind, value: kind == .nsName ? around.ns : -1,
          except: excluded.isEmpty ? -1 : patterns.classes.add(excluded)))
    default:
      for child in tree.children(index) {
        try leavesOf(child, around, isAttribute: isAttribute, within: except, &leaves)
      }
    }
  }

  /// Namespace declarations are no attributes (section 4.16).
  private func checkAttributeName(_ leaf: RelaxNGNameClasses.Leaf, at index: Int32) throws(RelaxNGFault) {
    let name = patterns.classes.names[Int(leaf.value)]
    if name.namespace == xmlnsNamespace || (name.namespace == RelaxNGSymbols.empty && name.local == xmlns) {
      throw tree.error("relaxng-xmlns", at: index)
    }
  }

  // MARK: Datatypes (sections 4.3 and 4.4)

  private mutating func data(
    _ index: Int32, _ node: RelaxNGTree.Node, _ around: Surroundings
  ) throws(RelaxNGFault) -> ID {
    let datatype = try datatypes.datatype(at: index, library: around.library, type: node.type, ns: around.ns)
    var except: ID = -1
    for child in tree.children(index) {
      try count(child)
      let inner = tree.node(child)
      if inner.kind == .except { except = try group(child, .choice, around.entering(inner)) }
    }
    return patterns.add(.data, datatype, except, place: index)
  }

  private mutating func value(
    _ index: Int32, _ node: RelaxNGTree.Node, _ around: Surroundings
  ) throws(RelaxNGFault) -> ID {
    // Without a type the value is a token of the built-in library, whatever library is in force.
    let type = node.type >= 0 ? node.type : token
    let library = node.type >= 0 ? around.library : RelaxNGSymbols.empty
    return patterns.add(
      .value, try datatypes.value(at: index, library: library, type: type, ns: around.ns), place: index)
  }
}
