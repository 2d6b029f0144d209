/// A piece of a document in the document's order: the start of what is structural, content after its children, its end.
struct Segment {
  enum Kind {
    /// A start tag of `ead`, `archdesc`, `dsc` or a component, with its content before the first structural child.
    case start
    /// Content after a structural child; the root is a copy of the start tag.
    case tail
    case end
  }

  var kind: Kind
  /// `Tag.ead`, `Tag.archdesc`, `Tag.dsc` or a component's.
  var name: NameID
  /// Empty for `end`.
  var arena: UnitArena
  /// Position among its parent's components, counted from 1.
  var siblingIndex: Int
}

/// Turns parser events into segments, comments and processing instructions included.
///
/// Unlike `UnitCollector` it keeps the document's order: content after children stays after them.
final class SegmentCollector: XMLEventSink {
  private struct Frame {
    var name: NameID
    var elementDepth: Int
    var siblingIndex: Int
    var components = 0
    /// The piece being gathered; nil when nothing stands after the last structural child.
    var arena: UnitArena?
    var isStarted = false
    /// The start tag's attributes, for tails.
    var line: Int
  }

  let names: NameTable
  private let limits: ReadingLimits
  @exclusivity(unchecked) private(set) var generation: EADGeneration?
  private var rootNamespace: String?
  private(set) var sawUnit = false
  /// Roots of finding aids in this document.
  private(set) var roots = 0
  /// Unparsed entities: name to system identifier.
  private(set) var entities: [String: String] = [:]
  private(set) var messages: [ParserMessage] = []
  /// What stands around a finding aid, such as the words of a protocol that delivered it.
  let wrapper = UnitArena()
  private var ownNamespace: String?
  private var doctypePublicID = ""
  @exclusivity(unchecked) private var frames: [Frame] = []
  @exclusivity(unchecked) private var depth = 0
  @exclusivity(unchecked) private var ready: [Segment] = []
  private var readyHead = 0
  private var pool: [UnitArena] = []
  /// EAD 2002 without a namespace: link attributes have the names of the DTD.
  @exclusivity(unchecked) private var movesLinks = false
  @exclusivity(unchecked) private var elementOnly: [Bool] = []
  private let isLink: [Bool] = Tag.names.map { NamespaceMapping.linkElements.contains($0) }

  init(names: NameTable, limits: ReadingLimits) {
    self.names = names
    self.limits = limits
    wrapper.startElement(names.other("document"), line: 1)
  }

  // MARK: What the reader takes

  var hasReady: Bool { readyHead < ready.count }

  func takeReady() -> Segment? {
    guard readyHead < ready.count else { return nil }
    let segment = ready[readyHead]
    readyHead += 1
    if readyHead == ready.count {
      ready.removeAll(keepingCapacity: true)
      readyHead = 0
    }
    return segment
  }

  func recycle(_ arena: UnitArena) {
    if pool.count < 64 {
      arena.reset()
      pool.append(arena)
    }
  }

  func takeMessages() -> [ParserMessage] {
    defer { messages.removeAll() }
    return messages
  }

  // MARK: Names

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    if isAttribute { return names.attribute(local, prefix: prefix, namespace: namespace, own: ownNamespace) }
    if local.lowercased() == "ead" {
      if rootNamespace == nil || rootNamespace?.isEmpty == true { adoptNamespace(namespace) }
      return Tag.ead
    }
    if ownNamespace == nil, rootNamespace == nil { return names.element(local) }
    return names.element(local, prefix: prefix, namespace: namespace, own: ownNamespace)
  }

  private func adoptNamespace(_ namespace: String?) {
    rootNamespace = namespace ?? ""
    ownNamespace = namespace
    generation = EADGeneration(namespace: namespace)
    if let namespace, generation == nil {
      messages.append(ParserMessage(kind: .unknownNamespace, text: namespace, line: parser.line, column: parser.column))
    }
    if generation == nil, doctypePublicID.lowercased().contains("ead3") { generation = .ead3 }
  }

  // MARK: Events

  override func doctype(name: String, publicID: String?, systemID: String?) { doctypePublicID = publicID ?? "" }

  override func unparsedEntityDeclared(name: String, publicID: String?, systemID: String, notation: String) {
    if entities.count < 100_000 { entities[name] = systemID }
  }

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    depth += 1
    if generation == nil {
      if name == Tag.control { generation = .ead3 } else if name == Tag.eadheader { generation = .ead2002 }
      movesLinks = generation != .ead3 && ownNamespace == nil
    }
    let isUnit = name == Tag.archdesc || ElementTraits.table[Int(name)].contains(.component)
    if name == Tag.ead, frames.isEmpty {
      roots += 1
      movesLinks = generation != .ead3 && ownNamespace == nil
      begin(name, attributes)
    } else if isUnit || (name == Tag.dsc && frames.count > 1) {
      if frames.isEmpty {
        // A description without `ead` around it.
        roots += 1
        begin(Tag.ead, UnsafeBufferPointer(start: nil, count: 0), elementDepth: 0)
      }
      sawUnit = sawUnit || isUnit
      begin(name, attributes)
    } else if let arena = current() {
      add(name, attributes, to: arena)
    } else {
      add(name, attributes, to: wrapper)
    }
  }

  private func add(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>, to arena: UnitArena) {
    arena.startElement(name, line: parser.line)
    let moves = movesLinks && Int(name) < isLink.count && isLink[Int(name)]
    for attribute in attributes {
      guard moves else {
        arena.attribute(attribute.name, attribute.value)
        continue
      }
      switch attribute.name {
      case Attribute.role: arena.attribute(Attribute.linkrole, attribute.value)
      case Attribute.title: arena.attribute(Attribute.linktitle, attribute.value)
      case Attribute.show, Attribute.actuate: arena.attribute(attribute.name, NamespaceMapping.value(attribute.value))
      default: arena.attribute(attribute.name, attribute.value)
      }
    }
    if arena.bytesHeld > min(limits.unitBytes, 1 << 30) { tooLarge() }
  }

  override func endElement(_ name: NameID) {
    defer { depth -= 1 }
    guard let top = frames.last else {
      wrapper.endElement()
      return
    }
    if top.elementDepth == depth {
      finish()
      return
    }
    // Without an open element the end belongs to a wrapper that was open before a structural child came.
    if let arena = top.arena, arena.storage.pointee.open > 0 { arena.endElement() }
  }

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let top = frames.last else {
      if !Bytes.isBlank(bytes) { _ = wrapper.text(bytes, line: parser.line) }
      return
    }
    if top.arena == nil, Bytes.isBlank(bytes) { return }
    guard let arena = current() else { return }
    let open = Int(arena.storage.pointee.open)
    guard open >= 0 else { return }
    let parent = arena.storage.pointee.nodes[open].name
    if isElementOnly(parent), Bytes.isBlank(bytes) { return }
    let length = arena.text(bytes, line: parser.line)
    if length > limits.textBytes {
      parser.stop(XMLFailure.textSize, names.name(parent))
    } else if arena.bytesHeld > min(limits.unitBytes, 1 << 30) {
      tooLarge()
    }
  }

  /// Blank text in the element is indentation.
  @inline(__always)
  private func isElementOnly(_ name: NameID) -> Bool {
    if elementOnly.isEmpty { learnElements() }
    if elementOnly.isEmpty {
      // The generation is not known yet, or its schema is not there.
      let traits = ElementTraits.table[Int(name)]
      return traits.contains(.elementOnly) || traits.contains(.component)
    }
    return Int(name) < elementOnly.count && elementOnly[Int(name)]
  }

  private func learnElements() {
    if let generation { elementOnly = ElementOnly.table(generation) }
  }

  private func tooLarge() { parser.stop(XMLFailure.unitSize, String(limits.unitBytes >> 20)) }

  override func comment(_ bytes: UnsafeBufferPointer<UInt8>) { leaf(Tag.comment, bytes) }

  override func processingInstruction(target: String, data: String) {
    guard !frames.isEmpty else { return }
    var bytes = Array((data.isEmpty ? target : target + " " + data).utf8)
    bytes.withUnsafeMutableBufferPointer { leaf(Tag.pi, UnsafeBufferPointer($0)) }
  }

  private func leaf(_ name: NameID, _ bytes: UnsafeBufferPointer<UInt8>) {
    guard !frames.isEmpty, let arena = current(), arena.storage.pointee.open >= 0 else { return }
    arena.leaf(name, bytes, line: parser.line)
    if arena.bytesHeld > min(limits.unitBytes, 1 << 30) { tooLarge() }
  }

  override func externalEntity(name: String, systemID: String) { lost(name + " (" + systemID + ")", .externalEntity) }
  override func unknownEntity(name: String) { lost(name, .unknownEntity) }

  /// Text that stands outside the document: a loss where it would have stood.
  private func lost(_ text: String, _ kind: ParserMessage.Kind) {
    if messages.count < ParserMessage.most {
      messages.append(ParserMessage(kind: kind, text: text, line: parser.line, column: parser.column))
    }
    guard !frames.isEmpty, let arena = current(), arena.storage.pointee.open >= 0 else { return }
    Array(text.utf8).withUnsafeBufferPointer {
      _ = arena.text($0, line: parser.line, flags: UnitNode.externalEntity)
    }
  }

  override func markupRepaired(_ kind: MarkupRepair.Kind, line: Int) {
    guard messages.count < ParserMessage.most else { return }
    messages.append(ParserMessage(kind: .escaped, text: kind == .lessThan ? "<" : "&", line: line, column: 0))
  }

  override func parserMessage(code: Int32, message: String, line: Int, column: Int, isFatal: Bool) {
    guard messages.count < ParserMessage.most else { return }
    messages.append(
      ParserMessage(kind: isFatal ? .repaired : .warned, code: code, text: message, line: line, column: column))
  }

  // MARK: Frames

  /// The piece that content goes to; nil outside of a finding aid.
  private func current() -> UnitArena? {
    guard let top = frames.indices.last else { return nil }
    if let arena = frames[top].arena { return arena }
    let fresh = pool.popLast() ?? UnitArena()
    fresh.startElement(frames[top].name, line: frames[top].line)
    frames[top].arena = fresh
    return fresh
  }

  private func begin(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>, elementDepth: Int? = nil) {
    let top = frames.count - 1
    var siblingIndex = 1
    if top >= 0 {
      hand(over: top)
      if ElementTraits.table[Int(name)].contains(.component) {
        // Components of a `dsc` are children of the unit around it.
        let owner = frames.lastIndex { $0.name != Tag.dsc } ?? top
        frames[owner].components += 1
        siblingIndex = frames[owner].components
      }
    }
    let fresh = pool.popLast() ?? UnitArena()
    frames.append(
      Frame(
        name: name, elementDepth: elementDepth ?? depth, siblingIndex: siblingIndex, arena: fresh, line: parser.line))
    add(name, attributes, to: fresh)
  }

  /// What has been gathered of a frame becomes a segment.
  private func hand(over index: Int) {
    guard let arena = frames[index].arena else { return }
    frames[index].arena = nil
    arena.close()
    let kind: Segment.Kind = frames[index].isStarted ? .tail : .start
    frames[index].isStarted = true
    ready.append(Segment(kind: kind, name: frames[index].name, arena: arena, siblingIndex: frames[index].siblingIndex))
  }

  private func finish() {
    let top = frames.count - 1
    hand(over: top)
    ready.append(
      Segment(kind: .end, name: frames[top].name, arena: SegmentCollector.nothing(&pool), siblingIndex: frames[top].siblingIndex))
    frames.removeLast()
  }

  private static func nothing(_ pool: inout [UnitArena]) -> UnitArena { pool.popLast() ?? UnitArena() }

  /// The document is over: units that recovery left open are as complete as they will be.
  func endDocument() {
    while !frames.isEmpty { finish() }
    wrapper.close()
  }
}
