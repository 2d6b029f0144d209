/// Reads one file of a schema into the tree (RELAX NG 1.0 sections 4.1 and 4.2) and refuses what its elements and
/// attributes may not be; how elements may stand in each other is `RelaxNGSyntax`'s.
final class RelaxNGReader: XMLEventSink {
  typealias Symbol = RelaxNGSymbols.Symbol

  static let namespace = "http://relaxng.org/ns/structure/1.0"

  private struct Frame {
    var node: Int32
    var lastChild: Int32 = -1
    var binding: Int32
    var base: Int32
  }

  /// What an interned name stands for. Elements have the number of their kind, attributes these.
  private enum Known {
    static let foreign: NameID = 100
    static let name: NameID = 101
    static let ns: NameID = 102
    static let library: NameID = 103
    static let type: NameID = 104
    static let combine: NameID = 105
    static let href: NameID = 106
    static let base: NameID = 107
    /// A name that RELAX NG does not know, beyond those that are remembered.
    static let unknown: NameID = 108
    static let firstUnknown: NameID = 200
    static let mostUnknown = 1000
  }

  private static let kinds: [String: NameID] = Dictionary(
    uniqueKeysWithValues: RelaxNGElement.allCases.map { ($0.tag, NameID($0.rawValue)) })

  private static let attributes: [String: NameID] = [
    "name": Known.name, "ns": Known.ns, "datatypeLibrary": Known.library, "type": Known.type, "combine": Known.combine,
    "href": Known.href,
  ]

  private let tree: RelaxNGTree
  private let file: String
  private let nodeLimit: Int
  @exclusivity(unchecked) private var frames: [Frame] = []
  @exclusivity(unchecked) private var foreignDepth = 0
  @exclusivity(unchecked) private var pending: [(prefix: Symbol, namespace: Symbol)] = []
  @exclusivity(unchecked) private var text: [UInt8] = []
  @exclusivity(unchecked) private var unknownNames: [String] = []
  @exclusivity(unchecked) private var foreignRoot: (name: String, namespace: String)?
  @exclusivity(unchecked) private var problem: EADError?
  @exclusivity(unchecked) private var root: Int32 = -1
  @exclusivity(unchecked) private var unparsedEntities: Set<Symbol> = []
  private let documentBase: Int32

  private init(tree: RelaxNGTree, file: String, base: [UInt8], nodeLimit: Int) {
    self.tree = tree
    self.file = file
    self.nodeLimit = nodeLimit
    documentBase = Int32(tree.bases.count)
    tree.bases.append(base)
  }

  /// Adds a file to the tree; its number among the tree's documents.
  ///
  /// - Parameters:
  ///   - file: the file as errors name it.
  ///   - base: the file as a reference, which the references in it are resolved against.
  ///   - nodeLimit: most nodes that the tree may have with this file.
  static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, base: [UInt8], into tree: RelaxNGTree, nodeLimit: Int
  ) throws(EADError) -> Int {
    let sink = RelaxNGReader(tree: tree, file: file, base: base, nodeLimit: nodeLimit)
    let first = tree.nodes.count
    var limits = ReadingLimits()
    limits.depth = RelaxNGTree.deepest
    let reader = XMLEventReader(sink: sink, limits: limits, recover: false, encoding: nil)
    let size = 1 << 17
    var at = 0
    while at < bytes.count {
      let end = min(at + size, bytes.count)
      if !reader.feed(UnsafeBufferPointer(rebasing: bytes[at..<end])) { break }
      at = end
    }
    reader.finish()
    if let problem = sink.problem { throw problem }
    if let failure = reader.failure {
      // Files in the compact syntax are handed in often enough to deserve their own words.
      if let first = bytes.first(where: { !RelaxNGNames.isSpace($0) }), first < 0x80, first > 0, first != 0x3C {
        throw EADError("relaxng-not-xml", file: file, line: 1, column: 1)
      }
      let (rule, arguments): (String, [String]) =
        switch failure.code {
        case XMLFailure.depth: ("relaxng-too-deep", [String(RelaxNGTree.deepest)])
        // In push mode libxml2 says of every truncated document that something follows its end.
        case _ where failure.isAtEnd && sink.frames.isEmpty: ("relaxng-empty", [])
        case _ where failure.isAtEnd: ("relaxng-truncated", [sink.openElements])
        // 89: libxml2 finds entities that contain one another, or that multiply, before they are counted here.
        case XMLFailure.entityExpansion, XMLFailure.textSize, 89: ("relaxng-too-large", [])
        default: ("relaxng-not-well-formed", [sink.clean(failure.message)])
        }
      throw EADError(rule, file: file, line: failure.line, column: failure.column, arguments)
    }
    if sink.root < 0 { throw EADError("relaxng-empty", file: file, line: 1, column: 1) }
    tree.documents.append(
      RelaxNGTree.Document(
        file: file, root: sink.root, nodes: first..<tree.nodes.count, unparsedEntities: sink.unparsedEntities))
    return tree.documents.count - 1
  }

  private var openElements: String { frames.suffix(8).compactMap { kind($0)?.tag }.joined(separator: " > ") }

  private func clean(_ message: String) -> String {
    let words = message.split { $0 == "\n" || $0 == "\r\n" }.joined(separator: " ")
    return words.isEmpty ? file : words
  }

  private func fail(_ rule: String, _ arguments: [String] = [], at place: Place? = nil) {
    if problem == nil {
      let place = place ?? parser.here
      problem = EADError(rule, file: file, line: place.line, column: place.column, arguments)
    }
    parser.stop(XMLFailure.stopped)
  }

  // MARK: Events

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    if isAttribute {
      switch namespace {
      case nil:
        if let known = RelaxNGReader.attributes[local] { return known }
        return remember(local)
      case RelaxNGReader.namespace?: return remember(prefix.map { $0 + ":" + local } ?? local)
      case "http://www.w3.org/XML/1998/namespace"? where local == "base": return Known.base
      default: return Known.foreign
      }
    }
    if namespace == RelaxNGReader.namespace { return RelaxNGReader.kinds[local] ?? remember(local) }
    if frames.isEmpty, foreignRoot == nil { foreignRoot = (local, namespace ?? "") }
    return Known.foreign
  }

  private func remember(_ name: String) -> NameID {
    guard unknownNames.count < Known.mostUnknown else { return Known.unknown }
    unknownNames.append(name)
    return Known.firstUnknown + NameID(unknownNames.count - 1)
  }

  private func unknownName(_ id: NameID) -> String {
    let index = Int(id) - Int(Known.firstUnknown)
    return unknownNames.indices.contains(index) ? unknownNames[index] : "?"
  }

  override func namespaceDeclared(prefix: String, namespace: String) {
    if foreignDepth == 0 { pending.append((tree.symbols.intern(prefix), tree.symbols.intern(namespace))) }
  }

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    if problem != nil { return }
    if foreignDepth > 0 {
      foreignDepth += 1
      return
    }
    let parent = frames.last
    if let parent, let kind = kind(parent), kind.holdsText {
      return fail("relaxng-text-only", [kind.tag], at: parser.tagPlace)
    }
    guard name < Known.foreign, let kind = RelaxNGElement(rawValue: UInt8(truncatingIfNeeded: name)) else {
      if name != Known.foreign { return fail("relaxng-element-unknown", [unknownName(name)], at: parser.tagPlace) }
      if frames.isEmpty {
        return fail("relaxng-root", [foreignRoot?.name ?? "", foreignRoot?.namespace ?? ""], at: parser.tagPlace)
      }
      pending.removeAll(keepingCapacity: true)
      foreignDepth = 1
      return
    }
    guard tree.nodes.count < nodeLimit else { return fail("relaxng-too-large") }

    var binding = parent?.binding ?? -1
    for declaration in pending {
      tree.bindings.append(
        RelaxNGTree.Binding(prefix: declaration.prefix, namespace: declaration.namespace, outer: binding))
      binding = Int32(tree.bindings.count - 1)
    }
    pending.removeAll(keepingCapacity: true)
    let place = parser.tagPlace
    var node = RelaxNGTree.Node(
      kind: kind, binding: binding, base: parent?.base ?? documentBase, line: Int32(clamping: place.line),
      column: Int32(clamping: place.column))
    for attribute in attributes {
      take(attribute, into: &node)
      // A failure stops the parser, and with it goes the memory of the attributes.
      if problem != nil { return }
    }

    let index = Int32(tree.nodes.count)
    tree.nodes.append(node)
    if let parent {
      if parent.lastChild < 0 {
        tree.nodes[Int(parent.node)].firstChild = index
      } else {
        tree.nodes[Int(parent.lastChild)].nextSibling = index
      }
      frames[frames.count - 1].lastChild = index
    } else {
      root = index
    }
    frames.append(Frame(node: index, binding: binding, base: node.base))
    text.removeAll(keepingCapacity: true)
  }

  private func kind(_ frame: Frame) -> RelaxNGElement? { tree.nodes[Int(frame.node)].kind }

  private func take(_ attribute: RawAttribute, into node: inout RelaxNGTree.Node) {
    switch attribute.name {
    case Known.foreign: break
    case Known.ns: node.ns = tree.symbols.intern(attribute.value)
    case Known.library: node.library = tree.symbols.intern(attribute.value)
    case Known.base:
      let reference = RelaxNGURI.escaped(Array(attribute.value))
      tree.bases.append(RelaxNGURI.resolved(reference, against: tree.bases[Int(node.base)]))
      node.base = Int32(tree.bases.count - 1)
    case Known.name where RelaxNGReader.takesName(node.kind):
      node.name = tree.symbols.intern(RelaxNGNames.trimmed(attribute.value))
    case Known.type where node.kind == .data || node.kind == .value:
      node.type = tree.symbols.intern(RelaxNGNames.trimmed(attribute.value))
    case Known.href where node.kind == .externalRef || node.kind == .include:
      node.href = tree.symbols.intern(attribute.value)
    case Known.combine where node.kind == .start || node.kind == .define:
      let value = RelaxNGNames.trimmed(attribute.value)
      if Bytes.equal(value, "choice") {
        node.combine = .choice
      } else if Bytes.equal(value, "interleave") {
        node.combine = .interleave
      } else {
        let place = parser.place(of: attribute, written: "combine")
        fail("relaxng-combine-value", [String(decoding: value, as: UTF8.self)], at: place)
      }
    default:
      let name = RelaxNGReader.label(attribute.name) ?? unknownName(attribute.name)
      fail("relaxng-attribute-unknown", [name, node.kind.tag], at: parser.place(of: attribute, written: name))
    }
  }

  private static func takesName(_ kind: RelaxNGElement) -> Bool {
    switch kind {
    case .element, .attribute, .ref, .parentRef, .define, .param: true
    default: false
    }
  }

  private static func label(_ id: NameID) -> String? { attributes.first { $0.value == id }?.key }

  override func endElement(_ name: NameID) {
    if problem != nil { return }
    if foreignDepth > 0 {
      foreignDepth -= 1
      return
    }
    guard let frame = frames.popLast() else { return }
    let node = Int(frame.node)
    switch tree.nodes[node].kind {
    case .name: tree.nodes[node].name = text.withUnsafeBufferPointer { tree.symbols.intern(RelaxNGNames.trimmed($0)) }
    case .value, .param: tree.nodes[node].text = tree.symbols.intern(text)
    default: break
    }
    text.removeAll(keepingCapacity: true)
  }

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard problem == nil, foreignDepth == 0, let frame = frames.last, let kind = kind(frame) else { return }
    if kind.holdsText {
      text.append(contentsOf: bytes)
    } else if !bytes.allSatisfy(RelaxNGNames.isSpace) {
      let words = RelaxNGNames.trimmed(bytes).prefix(40)
      fail("relaxng-text-not-allowed", [String(decoding: words, as: UTF8.self), kind.tag], at: parser.textPlace(bytes))
    }
  }

  override func unparsedEntityDeclared(name: String, publicID: String?, systemID: String, notation: String) {
    unparsedEntities.insert(tree.symbols.intern(name))
  }

  override func externalEntity(name: String, systemID: String) { fail("relaxng-external-entity", [name, systemID]) }

  override func unknownEntity(name: String) { fail("relaxng-not-well-formed", [name]) }

  override func parserMessage(code: Int32, message: String, line: Int, column: Int, isFatal: Bool) {
    // libxml2 goes on after errors in namespaces (its codes 200 to 205), which leave names without a meaning.
    if isFatal || (200...205).contains(code) { fail("relaxng-not-well-formed", [clean(message)]) }
  }
}
