/// How the elements of a schema may stand in each other (the grammar of RELAX NG 1.0 section 3), and the form of names and
/// of datatype library URIs.
struct RelaxNGSyntax {
  typealias Symbol = RelaxNGSymbols.Symbol

  private let tree: RelaxNGTree
  private var forms: [RelaxNGNames.Form] = []
  private var checkedLibraries: Set<Symbol> = []

  init(tree: RelaxNGTree) { self.tree = tree }

  /// What the children of an element are read as.
  private enum Role {
    case pattern, nameClass
  }

  /// Checks one file of the tree.
  mutating func check(_ document: RelaxNGTree.Document) throws(RelaxNGFault) {
    let root = tree.node(document.root)
    guard root.kind.isPattern else {
      throw tree.error("relaxng-root-pattern", at: document.root, [root.kind.tag])
    }
    try check(document.root, as: .pattern)
  }

  /// Not inlined: many callers would make each of their frames larger, and the walk is as deep as the schema.
  @inline(never)
  private mutating func check(_ index: Int32, as role: Role) throws(RelaxNGFault) {
    let node = tree.node(index)
    try checkLibrary(index, node.library)
    switch node.kind {
    case .element, .attribute: try checkNamed(index, node)
    case .group, .interleave, .optional, .zeroOrMore, .oneOrMore, .list, .mixed:
      try checkPatterns(index, atLeastOne: true)
    case .choice, .except:
      try checkAll(index, as: role)
    case .ref, .parentRef:
      try checkName(index, isPrefixAllowed: false)
      try checkPatterns(index, atLeastOne: false, atMost: 0)
    case .empty, .text, .notAllowed: try checkPatterns(index, atLeastOne: false, atMost: 0)
    case .externalRef:
      try checkReference(index)
      try checkPatterns(index, atLeastOne: false, atMost: 0)
    case .value: if node.type >= 0 { try checkType(index) }
    case .data: try checkData(index)
    case .param: try checkName(index, isPrefixAllowed: false)
    case .grammar: try checkComponents(index, inInclude: false)
    case .include:
      try checkReference(index)
      try checkComponents(index, inInclude: true)
    // Reached through `checkComponents`, which knows whether an `include` is allowed here.
    case .div: break
    case .start: try checkPatterns(index, atLeastOne: true, atMost: 1)
    case .define:
      try checkName(index, isPrefixAllowed: false)
      try checkPatterns(index, atLeastOne: true)
    case .name: try checkName(index, isPrefixAllowed: true)
    case .anyName, .nsName: try checkOpenName(index)
    }
  }

  private mutating func checkNamed(_ index: Int32, _ node: RelaxNGTree.Node) throws(RelaxNGFault) {
    var patterns = 0
    var isFirst = true
    if node.name >= 0 { try checkName(index, isPrefixAllowed: true) }
    for child in tree.children(index) {
      let kind = tree.node(child).kind
      if isFirst, node.name < 0 {
        guard kind.isNameClass else { throw tree.error("relaxng-name-missing", at: index, [node.kind.tag]) }
        try check(child, as: .nameClass)
      } else {
        guard kind.isPattern else { throw misplaced(child, in: index) }
        patterns += 1
        if node.kind == .attribute, patterns > 1 { throw tree.error("relaxng-one-pattern", at: child, [node.kind.tag]) }
        try check(child, as: .pattern)
      }
      isFirst = false
    }
    if isFirst, node.name < 0 { throw tree.error("relaxng-name-missing", at: index, [node.kind.tag]) }
    if node.kind == .element, patterns == 0 { throw tree.error("relaxng-content-missing", at: index, [node.kind.tag]) }
  }

  private mutating func checkPatterns(_ index: Int32, atLeastOne: Bool, atMost most: Int = .max) throws(RelaxNGFault) {
    var count = 0
    for child in tree.children(index) {
      count += 1
      guard tree.node(child).kind.isPattern, most > 0 else { throw misplaced(child, in: index) }
      if count > most { throw tree.error("relaxng-one-pattern", at: child, [tree.node(index).kind.tag]) }
      try check(child, as: .pattern)
    }
    if atLeastOne, count == 0 { throw tree.error("relaxng-content-missing", at: index, [tree.node(index).kind.tag]) }
  }

  private mutating func checkAll(_ index: Int32, as role: Role) throws(RelaxNGFault) {
    var count = 0
    for child in tree.children(index) {
      count += 1
      let kind = tree.node(child).kind
      guard role == .pattern ? kind.isPattern : kind.isNameClass else { throw misplaced(child, in: index) }
      try check(child, as: role)
    }
    if count == 0 { throw tree.error("relaxng-content-missing", at: index, [tree.node(index).kind.tag]) }
  }

  private mutating func checkData(_ index: Int32) throws(RelaxNGFault) {
    guard tree.node(index).type >= 0 else { throw tree.error("relaxng-attribute-missing", at: index, ["type", "data"]) }
    try checkType(index)
    var exceptIsMet = false
    for child in tree.children(index) {
      let kind = tree.node(child).kind
      guard kind == .param || kind == .except, !exceptIsMet else { throw misplaced(child, in: index) }
      exceptIsMet = kind == .except
      try check(child, as: .pattern)
    }
  }

  private mutating func checkOpenName(_ index: Int32) throws(RelaxNGFault) {
    var count = 0
    for child in tree.children(index) {
      count += 1
      guard tree.node(child).kind == .except, count == 1 else { throw misplaced(child, in: index) }
      try check(child, as: .nameClass)
    }
  }

  private mutating func checkComponents(_ index: Int32, inInclude: Bool) throws(RelaxNGFault) {
    for child in tree.children(index) {
      switch tree.node(child).kind {
      case .start, .define: try check(child, as: .pattern)
      case .div:
        try checkLibrary(child, tree.node(child).library)
        try checkComponents(child, inInclude: inInclude)
      case .include where !inInclude: try check(child, as: .pattern)
      default: throw misplaced(child, in: index)
      }
    }
  }

  private func misplaced(_ child: Int32, in parent: Int32) -> RelaxNGFault {
    tree.error("relaxng-element-misplaced", at: child, [tree.node(child).kind.tag, tree.node(parent).kind.tag])
  }

  // MARK: Attributes

  private mutating func checkLibrary(_ index: Int32, _ library: Symbol) throws(RelaxNGFault) {
    guard library > RelaxNGSymbols.empty, checkedLibraries.insert(library).inserted else { return }
    let uri = RelaxNGURI.escaped(tree.symbols.array(library))
    guard RelaxNGURI.isReference(uri), RelaxNGURI.schemeLength(uri) != nil, !RelaxNGURI.hasFragment(uri) else {
      throw tree.error("relaxng-library-uri", at: index, [tree.symbols.string(library)])
    }
  }

  private func checkReference(_ index: Int32) throws(RelaxNGFault) {
    let node = tree.node(index)
    guard node.href >= 0 else { throw tree.error("relaxng-attribute-missing", at: index, ["href", node.kind.tag]) }
    let uri = RelaxNGURI.escaped(tree.symbols.array(node.href))
    if RelaxNGURI.hasFragment(uri) { throw tree.error("relaxng-href-fragment", at: index, [tree.symbols.string(node.href)]) }
    if !RelaxNGURI.isReference(uri) {
      throw tree.error("relaxng-reference-invalid", at: index, [tree.symbols.string(node.href)])
    }
  }

  private mutating func checkType(_ index: Int32) throws(RelaxNGFault) {
    let type = tree.node(index).type
    if form(type) != .unprefixed { throw tree.error("relaxng-name-invalid", at: index, [tree.symbols.string(type)]) }
  }

  private mutating func checkName(_ index: Int32, isPrefixAllowed: Bool) throws(RelaxNGFault) {
    let node = tree.node(index)
    guard node.name >= 0 else { throw tree.error("relaxng-attribute-missing", at: index, ["name", node.kind.tag]) }
    switch form(node.name) {
    case .unprefixed: break
    case .prefixed where isPrefixAllowed: break
    case .prefixed: throw tree.error("relaxng-name-prefix", at: index, [tree.symbols.string(node.name), node.kind.tag])
    default: throw tree.error("relaxng-name-invalid", at: index, [tree.symbols.string(node.name)])
    }
  }

  private mutating func form(_ symbol: Symbol) -> RelaxNGNames.Form {
    while forms.count <= Int(symbol) { forms.append(.unknown) }
    if forms[Int(symbol)] == .unknown { forms[Int(symbol)] = tree.symbols.withBytes(symbol, RelaxNGNames.form) }
    return forms[Int(symbol)]
  }
}
