/// One node of a unit: an element, or a run of text.
struct UnitNode {
  /// `Tag.text` for text.
  var name: NameID
  var flags: UInt16
  /// Index of the parent node; -1 for the root.
  var parent: Int32
  /// Index of the first node after this one and all it holds.
  var end: Int32
  /// Text: offset of its bytes. Element: index of its first attribute.
  var start: Int32
  /// Text: number of bytes. Element: number of attributes.
  var count: Int32
  /// Line on which the start tag, or the text, ends.
  var line: Int32

  /// The text has gone into a field.
  static let used: UInt16 = 1
  /// The text says what a field already says (`Ignored` names why).
  static let ignored: UInt16 = 2
  /// The text stands for an entity outside the document.
  static let externalEntity: UInt16 = 4
  /// Bits 8…15 hold the reason of a loss or of an omission that a rule gave explicitly.
  static let reasonShift: UInt16 = 8
}

struct UnitAttribute {
  var name: NameID
  var flags: UInt16
  var start: Int32
  var count: Int32
}

/// The elements, attributes and text of one description unit, without its children, in document order.
///
/// Nodes lie one after the other; the subtree of node `n` is `n ..< nodes[n].end`. All storage is raw memory that is
/// used again for the next unit.
final class UnitArena {
  let storage: UnsafeMutablePointer<Storage>

  struct Storage {
    var nodes: UnsafeMutablePointer<UnitNode>
    var nodeCount = 0
    var nodeCapacity: Int
    var attributes: UnsafeMutablePointer<UnitAttribute>
    var attributeCount = 0
    var attributeCapacity: Int
    var text: ByteBuffer
    /// The innermost open element while the unit is being read; -1 when there is none.
    var open: Int32 = -1
  }

  init() {
    storage = .allocate(capacity: 1)
    storage.initialize(
      to: Storage(
        nodes: .allocate(capacity: 64), nodeCapacity: 64, attributes: .allocate(capacity: 64), attributeCapacity: 64,
        text: ByteBuffer(capacity: 1024)))
  }

  deinit {
    storage.pointee.nodes.deallocate()
    storage.pointee.attributes.deallocate()
    storage.pointee.text.deallocate()
    storage.deinitialize(count: 1)
    storage.deallocate()
  }

  var isEmpty: Bool { storage.pointee.nodeCount == 0 }
  var nodeCount: Int { storage.pointee.nodeCount }
  var bytesHeld: Int { storage.pointee.text.count + storage.pointee.nodeCount * 24 + storage.pointee.attributeCount * 12 }

  /// Empties the arena; memory that only an unusually large unit needed is given back.
  func reset() {
    storage.pointee.nodeCount = 0
    storage.pointee.attributeCount = 0
    storage.pointee.open = -1
    storage.pointee.text.reset(keeping: 1 << 18)
    if storage.pointee.nodeCapacity > 1 << 14 {
      storage.pointee.nodes.deallocate()
      storage.pointee.nodeCapacity = 64
      storage.pointee.nodes = .allocate(capacity: 64)
    }
    if storage.pointee.attributeCapacity > 1 << 14 {
      storage.pointee.attributes.deallocate()
      storage.pointee.attributeCapacity = 64
      storage.pointee.attributes = .allocate(capacity: 64)
    }
  }

  // MARK: Building

  @inline(__always)
  private func appendNode(_ node: UnitNode) -> Int32 {
    let index = storage.pointee.nodeCount
    if index == storage.pointee.nodeCapacity {
      let wider = UnsafeMutablePointer<UnitNode>.allocate(capacity: index * 2)
      wider.update(from: storage.pointee.nodes, count: index)
      storage.pointee.nodes.deallocate()
      storage.pointee.nodes = wider
      storage.pointee.nodeCapacity = index * 2
    }
    storage.pointee.nodes[index] = node
    storage.pointee.nodeCount = index + 1
    return Int32(truncatingIfNeeded: index)
  }

  func startElement(_ name: NameID, line: Int) {
    let node = appendNode(
      UnitNode(
        name: name, flags: 0, parent: storage.pointee.open, end: -1,
        start: Int32(truncatingIfNeeded: storage.pointee.attributeCount), count: 0, line: Int32(truncatingIfNeeded: line)))
    storage.pointee.open = node
  }

  @inline(__always)
  private func appendAttribute(_ attribute: UnitAttribute) {
    let index = storage.pointee.attributeCount
    if index == storage.pointee.attributeCapacity {
      let wider = UnsafeMutablePointer<UnitAttribute>.allocate(capacity: index * 2)
      wider.update(from: storage.pointee.attributes, count: index)
      storage.pointee.attributes.deallocate()
      storage.pointee.attributes = wider
      storage.pointee.attributeCapacity = index * 2
    }
    storage.pointee.attributes[index] = attribute
    storage.pointee.attributeCount = index + 1
  }

  /// Adds an attribute to the element started last.
  func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>) {
    appendAttribute(
      UnitAttribute(
        name: name, flags: 0, start: Int32(truncatingIfNeeded: storage.pointee.text.count),
        count: Int32(truncatingIfNeeded: value.count)))
    storage.pointee.text.append(value)
    storage.pointee.nodes[Int(storage.pointee.open)].count += 1
  }

  func endElement() {
    let open = Int(storage.pointee.open)
    guard open >= 0 else { return }
    storage.pointee.nodes[open].end = Int32(truncatingIfNeeded: storage.pointee.nodeCount)
    storage.pointee.open = storage.pointee.nodes[open].parent
  }

  /// Closes everything that is open: the unit is complete.
  func close() { while storage.pointee.open >= 0 { endElement() } }

  /// Adds text; pieces that follow each other become one node. Returns the node's length so far.
  @inline(__always)
  func text(_ bytes: UnsafeBufferPointer<UInt8>, line: Int, flags: UInt16 = 0) -> Int {
    let last = storage.pointee.nodeCount - 1
    if last >= 0 {
      let node = storage.pointee.nodes + last
      if node.pointee.name == Tag.text, node.pointee.parent == storage.pointee.open, node.pointee.flags == flags, flags == 0 {
        storage.pointee.text.append(bytes)
        node.pointee.count += Int32(truncatingIfNeeded: bytes.count)
        node.pointee.line = Int32(truncatingIfNeeded: line)
        return Int(node.pointee.count)
      }
    }
    let start = storage.pointee.text.count
    storage.pointee.text.append(bytes)
    let index = appendNode(
      UnitNode(
        name: Tag.text, flags: flags, parent: storage.pointee.open, end: 0, start: Int32(truncatingIfNeeded: start),
        count: Int32(truncatingIfNeeded: bytes.count), line: Int32(truncatingIfNeeded: line)))
    storage.pointee.nodes[Int(index)].end = index + 1
    return bytes.count
  }

  /// Adds a comment or a processing instruction.
  func leaf(_ name: NameID, _ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
    let start = storage.pointee.text.count
    storage.pointee.text.append(bytes)
    let index = appendNode(
      UnitNode(
        name: name, flags: 0, parent: storage.pointee.open, end: 0, start: Int32(truncatingIfNeeded: start),
        count: Int32(truncatingIfNeeded: bytes.count), line: Int32(truncatingIfNeeded: line)))
    storage.pointee.nodes[Int(index)].end = index + 1
  }

  // MARK: Copying

  /// Adds all children of the other arena's root below this arena's root, which is closed afterwards.
  func adopt(_ other: UnitArena) {
    guard !isEmpty, !other.isEmpty else { return }
    let nodeShift = Int32(storage.pointee.nodeCount) - 1
    let attributeShift = Int32(storage.pointee.attributeCount)
    let textShift = Int32(storage.pointee.text.count)
    let source = other.storage
    for index in 1..<max(source.pointee.nodeCount, 1) {
      var node = source.pointee.nodes[index]
      node.parent = node.parent == 0 ? 0 : node.parent + nodeShift
      node.end += nodeShift
      node.start += node.name == Tag.text ? textShift : attributeShift
      _ = appendNode(node)
    }
    for index in 0..<source.pointee.attributeCount {
      let attribute = source.pointee.attributes[index]
      appendAttribute(
        UnitAttribute(name: attribute.name, flags: 0, start: attribute.start + textShift, count: attribute.count))
    }
    storage.pointee.text.append(source.pointee.text.bytes)
    storage.pointee.nodes[0].end = Int32(storage.pointee.nodeCount)
  }

  func copy() -> UnitArena {
    let source = storage.pointee
    let fresh = UnitArena()
    fresh.makeRoom(nodes: source.nodeCount, attributes: source.attributeCount)
    fresh.storage.pointee.nodes.update(from: source.nodes, count: source.nodeCount)
    fresh.storage.pointee.attributes.update(from: source.attributes, count: source.attributeCount)
    fresh.storage.pointee.text.append(source.text.bytes)
    return fresh
  }

  /// Gives an empty arena exactly this many nodes and attributes, to be filled.
  private func makeRoom(nodes: Int, attributes: Int) {
    storage.pointee.nodes.deallocate()
    storage.pointee.attributes.deallocate()
    storage.pointee.nodeCapacity = max(nodes, 1)
    storage.pointee.attributeCapacity = max(attributes, 1)
    storage.pointee.nodes = .allocate(capacity: storage.pointee.nodeCapacity)
    storage.pointee.attributes = .allocate(capacity: storage.pointee.attributeCapacity)
    storage.pointee.nodeCount = nodes
    storage.pointee.attributeCount = attributes
  }

  // MARK: Serialised form, for units that are kept on disk between two passes

  func write(to buffer: inout ByteBuffer) {
    let source = storage.pointee
    var header: [Int] = [source.nodeCount, source.attributeCount, source.text.count]
    header.withUnsafeMutableBytes { buffer.append($0.bindMemory(to: UInt8.self).baseAddress.unsafelyUnwrapped, $0.count) }
    UnsafeRawBufferPointer(start: source.nodes, count: source.nodeCount * MemoryLayout<UnitNode>.stride)
      .withMemoryRebound(to: UInt8.self) { buffer.append($0) }
    UnsafeRawBufferPointer(start: source.attributes, count: source.attributeCount * MemoryLayout<UnitAttribute>.stride)
      .withMemoryRebound(to: UInt8.self) { buffer.append($0) }
    buffer.append(source.text.bytes)
  }

  static func read(from bytes: UnsafeRawBufferPointer) -> UnitArena {
    let arena = UnitArena()
    let word = MemoryLayout<Int>.size
    let nodes = bytes.loadUnaligned(fromByteOffset: 0, as: Int.self)
    let attributes = bytes.loadUnaligned(fromByteOffset: word, as: Int.self)
    let text = bytes.loadUnaligned(fromByteOffset: 2 * word, as: Int.self)
    var at = 3 * word
    arena.makeRoom(nodes: nodes, attributes: attributes)
    for index in 0..<nodes {
      arena.storage.pointee.nodes[index] = bytes.loadUnaligned(fromByteOffset: at, as: UnitNode.self)
      at += MemoryLayout<UnitNode>.stride
    }
    for index in 0..<attributes {
      arena.storage.pointee.attributes[index] = bytes.loadUnaligned(fromByteOffset: at, as: UnitAttribute.self)
      at += MemoryLayout<UnitAttribute>.stride
    }
    arena.storage.pointee.text.append(
      UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[at..<(at + text)]))
    return arena
  }
}
