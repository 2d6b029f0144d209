import Glibc

/// Turns parser events into description units.
///
/// A unit is complete when its first child begins, or when it ends. Content that comes after a unit's children is
/// gathered in a first pass (`Pass.gather`) and joined to its unit in the second (`Pass.deliver`).
final class UnitCollector: FindingAidSink {
  enum Pass {
    /// The only pass over a document without late content.
    case only
    case gather
    case deliver
  }

  struct ReadyUnit {
    var arena: UnitArena
    var header: UnitArena
    var depth: Int
    var siblingIndex: Int
    var line: Int
  }

  private struct Frame {
    var ordinal: Int
    /// 0 for what surrounds the finding aid (its header), 1 for `archdesc`, 2 for its components …
    var level: Int
    var siblingIndex: Int
    var children = 0
    var isEmitted = false
    /// Depth of the element that is the frame.
    var elementDepth: Int
    /// Content after the children, in the gathering pass.
    var late: UnitArena?
    var name: NameID
    var line: Int
  }

  private let pass: Pass
  private var limits: ReadingLimits
  private let late: LateContentStore

  private(set) var sawUnit = false
  @exclusivity(unchecked) private var frames: [Frame] = []
  private var nextOrdinal = 0
  @exclusivity(unchecked) private var depth = 0
  @exclusivity(unchecked) private var arena: UnitArena?
  private var header = UnitArena()
  private var pool: [UnitArena] = []
  private var ready: [ReadyUnit] = []
  private var readyHead = 0

  init(names: NameTable, pass: Pass, limits: ReadingLimits, late: LateContentStore) {
    self.pass = pass
    self.limits = limits
    // The arena counts its bytes in 32 bits.
    self.limits.unitBytes = min(limits.unitBytes, 1 << 30)
    self.late = late
    super.init(names: names)
    keepsMessages = pass != .gather
  }

  // MARK: What the reader takes

  var hasReady: Bool { readyHead < ready.count }

  func takeReady() -> ReadyUnit? {
    guard readyHead < ready.count else { return nil }
    let unit = ready[readyHead]
    readyHead += 1
    if readyHead == ready.count {
      ready.removeAll(keepingCapacity: true)
      readyHead = 0
    }
    return unit
  }

  func recycle(_ arena: UnitArena) {
    if pool.count < 256 {
      arena.reset()
      pool.append(arena)
    }
  }

  /// Text of `eadid` or `recordid` in the header read so far.
  var headerIdentifier: String { HeaderIdentity(header).identifier }

  // MARK: Events

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    depth += 1
    if frames.isEmpty { begin() }
    learnGeneration(name)
    if ElementTraits.table[Int(name)].contains(.component) || name == Tag.archdesc {
      startUnit(name, attributes)
      return
    }
    if name == Tag.ead, frames.count == 1, frames[0].isEmitted { restartHeader() }
    let top = frames.count - 1
    if frames[top].isEmitted {
      guard pass != .deliver else { return }
      // A further `dsc` is only a wrapper; what it holds besides components is looked at when it comes.
      if pass == .only {
        if name != Tag.dsc { lateContentWithoutNotice() }
        return
      }
      let arena = lateArena(top)
      add(name, attributes, to: arena)
      return
    }
    guard let arena else { return }
    add(name, attributes, to: arena)
  }

  @inline(__always)
  private func add(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>, to arena: UnitArena) {
    arena.startElement(name, line: parser.line)
    for attribute in attributes { arena.attribute(attribute.name, attribute.value) }
    if arena.bytesHeld > limits.unitBytes { tooLarge() }
  }

  override func endElement(_ name: NameID) {
    defer { depth -= 1 }
    let top = frames.count - 1
    guard top >= 0 else { return }
    if top > 0, frames[top].elementDepth == depth {
      endUnit()
      return
    }
    if frames[top].isEmitted {
      // Without an open late element the end belongs to a wrapper that was open before the children came.
      if let late = frames[top].late, late.storage.pointee.open > 0 { late.endElement() }
      return
    }
    arena?.endElement()
  }

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    let top = frames.count - 1
    guard top >= 0 else { return }
    if frames[top].isEmitted {
      guard pass != .deliver, !Bytes.isBlank(bytes) else {
        if pass == .gather, let late = frames[top].late, late.storage.pointee.open > 0 { append(bytes, to: late) }
        return
      }
      if pass == .only {
        lateContentWithoutNotice()
        return
      }
      append(bytes, to: lateArena(top))
      return
    }
    guard let arena else { return }
    append(bytes, to: arena)
  }

  @inline(__always)
  private func append(_ bytes: UnsafeBufferPointer<UInt8>, to arena: UnitArena) {
    let open = Int(arena.storage.pointee.open)
    guard open >= 0 else { return }
    let parent = arena.storage.pointee.nodes[open].name
    if ElementTraits.table[Int(parent)].contains(.elementOnly) || ElementTraits.table[Int(parent)].contains(.component),
      Bytes.isBlank(bytes)
    {
      return
    }
    let length = arena.text(bytes, line: parser.line)
    if length > limits.textBytes {
      parser.stop(XMLFailure.textSize, names.name(parent))
    } else if arena.bytesHeld > limits.unitBytes {
      tooLarge()
    }
  }

  private func tooLarge() {
    parser.stop(XMLFailure.unitSize, String(limits.unitBytes >> 20))
  }

  /// A loss where it would have stood.
  override func lose(_ text: String, _ kind: ParserMessage.Kind) {
    note(kind, text)
    let bytes = Array(text.utf8)
    guard let top = frames.indices.last else { return }
    let target = frames[top].isEmitted ? (pass == .gather ? lateArena(top) : nil) : arena
    guard let target, target.storage.pointee.open >= 0 else { return }
    bytes.withUnsafeBufferPointer {
      _ = target.text($0, line: parser.line, flags: UnitNode.externalEntity)
    }
  }

  // MARK: Frames

  private func begin() {
    frames.append(
      Frame(ordinal: nextOrdinal, level: 0, siblingIndex: 0, elementDepth: 0, name: Tag.ead, line: 1))
    nextOrdinal += 1
    header = UnitArena()
    arena = pass == .gather ? nil : header
  }

  /// A further `ead` in one document (a list of records): a header of its own begins.
  private func restartHeader() {
    finishLate(0)
    frames[0].ordinal = nextOrdinal
    frames[0].isEmitted = false
    frames[0].children = 0
    nextOrdinal += 1
    header = UnitArena()
    arena = pass == .gather ? nil : header
  }

  private func startUnit(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    let top = frames.count - 1
    if !frames[top].isEmitted { emit(top) }
    frames[top].children += 1
    sawUnit = true
    frames.append(
      Frame(
        ordinal: nextOrdinal, level: frames[top].level + 1, siblingIndex: frames[top].children, elementDepth: depth,
        name: name, line: parser.line))
    nextOrdinal += 1
    guard pass != .gather else { return }
    let fresh = pool.popLast() ?? UnitArena()
    arena = fresh
    add(name, attributes, to: fresh)
  }

  private func endUnit() {
    let top = frames.count - 1
    if !frames[top].isEmitted { emit(top) }
    finishLate(top)
    frames.removeLast()
  }

  private func emit(_ index: Int) {
    frames[index].isEmitted = true
    guard pass != .gather, let done = arena else { return }
    arena = nil
    done.close()
    if pass == .deliver, let extra = late.arena(for: frames[index].ordinal) { done.adopt(extra) }
    guard index > 0 else { return }
    ready.append(
      ReadyUnit(
        arena: done, header: header, depth: frames[index].level - 1, siblingIndex: frames[index].siblingIndex,
        line: frames[index].line))
  }

  private func lateArena(_ index: Int) -> UnitArena {
    if let arena = frames[index].late { return arena }
    let fresh = UnitArena()
    fresh.startElement(frames[index].name, line: frames[index].line)
    frames[index].late = fresh
    return fresh
  }

  private func finishLate(_ index: Int) {
    guard let arena = frames[index].late else { return }
    frames[index].late = nil
    arena.close()
    let nodes = UnsafeBufferPointer(start: arena.storage.pointee.nodes, count: arena.nodeCount).dropFirst()
    // A further, empty `dsc` is no content.
    if nodes.allSatisfy({ $0.name == Tag.dsc && $0.count == 0 }) { return }
    if let problem = late.put(arena, for: frames[index].ordinal) {
      parser.stop(problem, String(cString: strerror(errno)))
    }
  }

  /// The document is over: what came after the last unit belongs to the header.
  func endDocument() {
    // Units that recovery left open are as complete as they will be.
    while frames.count > 1 { endUnit() }
    if !frames.isEmpty { finishLate(0) }
  }

  private func lateContentWithoutNotice() {
    parser.stop(XMLFailure.lateContent, "")
  }
}

extension XMLFailure {
  /// Content after children that the scan did not foresee: the document has to be read in two passes.
  static let lateContent: Int32 = -5
  static let spool: Int32 = -6
  /// Recovery came to an end before the document did.
  static let stopped: Int32 = -7
}
