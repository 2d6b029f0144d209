/// The datatypes and values that a schema names, each made once (RELAX NG 1.0 section 4.16).
struct RelaxNGDatatypes {
  typealias Symbol = RelaxNGSymbols.Symbol

  private struct Key: Hashable {
    var library: Symbol
    var type: Symbol
    /// Of a value its text; of a datatype its parameters.
    var text: Symbol
  }

  private let tree: RelaxNGTree
  private(set) var datatypes: [Datatype] = []
  private(set) var values: [ValueLiteral] = []
  private var knownDatatypes: [Key: Int32] = [:]
  private var knownValues: [Key: Int32] = [:]

  init(tree: RelaxNGTree) { self.tree = tree }

  private func name(of library: Symbol) -> String {
    String(decoding: RelaxNGURI.escaped(tree.symbols.array(library)), as: UTF8.self)
  }

  /// Index of the datatype of a `data` pattern with its parameters.
  mutating func datatype(at index: Int32, library: Symbol, type: Symbol, ns: Symbol) throws(RelaxNGFault) -> Int32 {
    var parameters: [(name: String, value: [UInt8])] = []
    // Parameters make another datatype; no text of XML holds the byte that separates them.
    var signature: [UInt8] = []
    for child in tree.children(index) {
      let parameter = tree.node(child)
      guard parameter.kind == .param else { continue }
      let value = tree.symbols.array(parameter.text)
      parameters.append((tree.symbols.string(parameter.name), value))
      signature += tree.symbols.array(parameter.name) + [0] + value + [0]
    }
    let key = Key(library: library, type: type, text: tree.symbols.intern(signature))
    if let known = knownDatatypes[key] { return known }
    let context = RelaxNGValueContext(tree: tree, node: index, ns: ns)
    do throws(DatatypeProblem) {
      datatypes.append(
        try Datatype.make(
          library: name(of: library), name: tree.symbols.string(type), parameters: parameters, context: context))
    } catch {
      throw tree.error(error.key, at: index, error.arguments)
    }
    let result = Int32(datatypes.count - 1)
    knownDatatypes[key] = result
    return result
  }

  /// Index of the value of a `value` pattern.
  mutating func value(at index: Int32, library: Symbol, type: Symbol, ns: Symbol) throws(RelaxNGFault) -> Int32 {
    let text = tree.node(index).text
    let key = Key(library: library, type: type, text: text)
    if let known = knownValues[key] { return known }
    let context = RelaxNGValueContext(tree: tree, node: index, ns: ns)
    let literal: ValueLiteral
    do throws(DatatypeProblem) {
      literal = try ValueLiteral.make(
        library: name(of: library), name: tree.symbols.string(type), text: tree.symbols.array(text), context: context)
    } catch {
      throw tree.error(error.key, at: index, error.arguments)
    }
    values.append(literal)
    let result = Int32(values.count - 1)
    // What names with prefixes and names of entities mean depends on where they stand.
    if !literal.datatype.needsContext { knownValues[key] = result }
    return result
  }
}

/// What a datatype may ask of the place in a schema where one of its values stands.
final class RelaxNGValueContext: DatatypeContext {
  private let tree: RelaxNGTree
  private let node: Int32
  private let defaultNamespace: RelaxNGSymbols.Symbol

  /// The default namespace is the `ns` in force, whatever `xmlns` says (RELAX NG 1.0 section 6.2.8).
  init(tree: RelaxNGTree, node: Int32, ns: RelaxNGSymbols.Symbol) {
    self.tree = tree
    self.node = node
    defaultNamespace = ns
  }

  func namespace(ofPrefix prefix: [UInt8]) -> [UInt8]? {
    if prefix.isEmpty { return tree.symbols.array(defaultNamespace) }
    guard let symbol = tree.symbols.find(prefix) else { return nil }
    return tree.namespace(of: symbol, binding: tree.node(node).binding).map(tree.symbols.array)
  }

  func isUnparsedEntity(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let symbol = tree.symbols.find(Array(name)) else { return false }
    return tree.document(of: node)?.unparsedEntities.contains(symbol) ?? false
  }
}
