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
final class SegmentCollector: FindingAidSink {
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

  private let limits: ReadingLimits
  private(set) var sawUnit = false
  /// Roots of finding aids in this document.
  private(set) var roots = 0
  /// Unparsed entities: name to system identifier.
  private(set) var entities: [String: String] = [:]
  /// What stands around a finding aid, such as the words of a protocol that delivered it.
  let wrapper = UnitArena()
  @exclusivity(unchecked) private var frames: [Frame] = []
  @exclusivity(unchecked) private var depth = 0
  @exclusivity(unchecked) private var ready: [Segment] = []
  private var readyHead = 0
  private var pool: [UnitArena] = []
  @exclusivity(unchecked) private var elementOnly: [Bool] = []

  init(names: NameTable, limits: ReadingLimits) {
    self.limits = limits
    super.init(names: names)
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

  // MARK: Events

  override func unparsedEntityDeclared(name: String, publicID: String?, systemID: String, notation: String) {
    if entities.count < 100_000 { entities[name] = systemID }
  }

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    depth += 1
    learnGeneration(name)
    let isUnit = name == Tag.archdesc || ElementTraits.table[Int(name)].contains(.component)
    if name == Tag.ead, frames.isEmpty {
      roots += 1
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
    for attribute in attributes { arena.attribute(attribute.name, attribute.value) }
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

  /// A loss where it would have stood.
  override func lose(_ text: String, _ kind: ParserMessage.Kind) {
    note(kind, text)
    guard !frames.isEmpty, let arena = current(), arena.storage.pointee.open >= 0 else { return }
    Array(text.utf8).withUnsafeBufferPointer {
      _ = arena.text($0, line: parser.line, flags: UnitNode.externalEntity)
    }
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
    // EAD 2002 without a namespace: link attributes have the names of the DTD.
    if generation != .ead3, ownNamespace == nil { arena.moveLinks() }
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
