/// The elements of a schema's XML syntax (RELAX NG 1.0 section 3).
enum RelaxNGElement: UInt8, CaseIterable {
  case element, attribute, group, interleave, choice, optional, zeroOrMore, oneOrMore, list, mixed, ref, parentRef
  case empty, text, value, data, notAllowed, externalRef, grammar
  case param, except, start, define, include, div
  case name, anyName, nsName

  var tag: String { String(describing: self) }

  var isPattern: Bool { rawValue <= RelaxNGElement.grammar.rawValue }

  var isNameClass: Bool { self == .choice || rawValue >= RelaxNGElement.name.rawValue }

  /// Elements whose content is text and nothing else, not even annotations.
  var holdsText: Bool { self == .name || self == .value || self == .param }
}

/// The files of a schema as trees, without annotations and without the white space that means nothing (RELAX NG 1.0
/// sections 4.1 and 4.2). One tree of nodes holds every file.
final class RelaxNGTree {
  typealias Symbol = RelaxNGSymbols.Symbol

  enum Combine: UInt8 {
    case none, choice, interleave
  }

  struct Node {
    var kind: RelaxNGElement
    var combine = Combine.none
    var firstChild: Int32 = -1
    var nextSibling: Int32 = -1
    /// The trimmed `name` attribute; of `name` its content.
    var name = RelaxNGSymbols.none
    var ns = RelaxNGSymbols.none
    var library = RelaxNGSymbols.none
    var type = RelaxNGSymbols.none
    var href = RelaxNGSymbols.none
    /// The content of `value` and `param`, as it stands.
    var text = RelaxNGSymbols.none
    /// The innermost namespace declaration in force.
    var binding: Int32 = -1
    /// Index into `bases`.
    var base: Int32
    var line: Int32
    var column: Int32
  }

  struct Binding {
    var prefix: Symbol
    var namespace: Symbol
    var outer: Int32
  }

  struct Document {
    var file: String
    var root: Int32 = -1
    var nodes: Range<Int> = 0..<0
    var unparsedEntities: Set<Symbol> = []
  }

  /// Deepest nesting of a schema, all files taken together: far beyond any real one, and what a thread's stack holds.
  static let deepest = 500

  @exclusivity(unchecked) var symbols = RelaxNGSymbols()
  @exclusivity(unchecked) var nodes: [Node] = []
  @exclusivity(unchecked) var bindings: [Binding] = []
  @exclusivity(unchecked) var bases: [[UInt8]] = []
  @exclusivity(unchecked) var documents: [Document] = []

  let xmlPrefix: Symbol
  let xmlNamespace: Symbol

  init() {
    xmlPrefix = symbols.intern("xml")
    xmlNamespace = symbols.intern("http://www.w3.org/XML/1998/namespace")
  }

  func node(_ index: Int32) -> Node { nodes[Int(index)] }

  func children(_ index: Int32) -> Children { Children(tree: self, at: nodes[Int(index)].firstChild) }

  struct Children: Sequence, IteratorProtocol {
    fileprivate let tree: RelaxNGTree
    fileprivate var at: Int32

    mutating func next() -> Int32? {
      guard at >= 0 else { return nil }
      defer { at = tree.nodes[Int(at)].nextSibling }
      return at
    }
  }

  /// The namespace of a prefix at a place of the schema; the empty prefix is the default namespace.
  func namespace(of prefix: Symbol, binding: Int32) -> Symbol? {
    var at = binding
    while at >= 0 {
      let found = bindings[Int(at)]
      if found.prefix == prefix { return found.namespace }
      at = found.outer
    }
    return prefix == xmlPrefix ? xmlNamespace : nil
  }

  func document(of node: Int32) -> Document? {
    var low = 0
    var high = documents.count
    while low < high {
      let middle = (low + high) / 2
      if documents[middle].nodes.upperBound <= Int(node) { low = middle + 1 } else { high = middle }
    }
    return low < documents.count ? documents[low] : nil
  }

  /// An error at a place of the schema.
  func error(_ rule: String, at node: Int32, _ arguments: [String] = []) -> RelaxNGFault {
    let place = nodes[Int(node)]
    return RelaxNGFault(
      EADError(rule, file: document(of: node)?.file ?? "", line: Int(place.line), column: Int(place.column), arguments))
  }

  /// `file:line:column`, for a message that speaks of a second place.
  func place(_ node: Int32) -> String {
    "\(document(of: node)?.file ?? ""):\(nodes[Int(node)].line):\(nodes[Int(node)].column)"
  }
}

/// An error on its way out of the loader. A reference and not the error itself, which would make the frames of walks that
/// are as deep as the schema several times as large.
final class RelaxNGFault: Error {
  let error: EADError

  init(_ error: EADError) { self.error = error }
}
