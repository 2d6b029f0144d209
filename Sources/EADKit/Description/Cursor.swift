/// A place in a unit's arena.
struct Cursor {
  unowned(unsafe) let arena: UnitArena
  let index: Int

  @inline(__always)
  init(_ arena: UnitArena, _ index: Int) {
    self.arena = arena
    self.index = index
  }

  @inline(__always)
  private var node: UnsafeMutablePointer<UnitNode> { arena.storage.pointee.nodes + index }

  @inline(__always) var name: NameID { node.pointee.name }
  @inline(__always) var end: Int { Int(node.pointee.end) }
  @inline(__always) var isText: Bool { node.pointee.name == Tag.text }
  /// Text, a comment or a processing instruction: `bytes` is what it says.
  @inline(__always) var isLeaf: Bool { node.pointee.name == Tag.text || node.pointee.name >= Tag.comment }
  @inline(__always) var parent: Int { Int(node.pointee.parent) }
  var line: Int { Int(node.pointee.line) }
  var isEmpty: Bool { end == index + 1 }

  /// The bytes of a text node.
  @inline(__always)
  var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: arena.storage.pointee.text.base + Int(node.pointee.start), count: Int(node.pointee.count))
  }

  @inline(__always)
  func mark(_ flag: UInt16) { node.pointee.flags |= flag }

  @inline(__always)
  func unmark(_ flag: UInt16) { node.pointee.flags &= ~flag }

  /// Text that stands for an entity outside the document.
  var isExternal: Bool { node.pointee.flags & UnitNode.externalEntity != 0 }

  /// Marks every text (comment, processing instruction) below, and the attributes when asked, with a flag and a reason.
  func markAll(_ flag: UInt16, reason: LossReason? = nil, attributes: Bool = false) {
    let bits = flag | UInt16(reason?.code ?? 0) << UnitNode.reasonShift
    for at in index..<end {
      let node = arena.storage.pointee.nodes + at
      if node.pointee.name == Tag.text || node.pointee.name >= Tag.comment {
        node.pointee.flags |= bits
      } else if attributes {
        for offset in 0..<Int(node.pointee.count) {
          arena.storage.pointee.attributes[Int(node.pointee.start) + offset].flags |= bits
        }
      }
    }
  }

  // MARK: Attributes

  var attributes: UnsafeBufferPointer<UnitAttribute> {
    guard !isLeaf else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(
      start: arena.storage.pointee.attributes + Int(node.pointee.start), count: Int(node.pointee.count))
  }

  func value(_ attribute: UnitAttribute) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: arena.storage.pointee.text.base + Int(attribute.start), count: Int(attribute.count))
  }

  /// The value of an attribute, marked as used; nil when there is none.
  @inline(__always)
  func use(_ name: NameID, _ flag: UInt16 = UnitNode.used) -> UnsafeBufferPointer<UInt8>? {
    if isLeaf { return nil }
    let first = Int(node.pointee.start)
    for offset in 0..<Int(node.pointee.count) where arena.storage.pointee.attributes[first + offset].name == name {
      arena.storage.pointee.attributes[first + offset].flags |= flag
      return value(arena.storage.pointee.attributes[first + offset])
    }
    return nil
  }

  /// The value of an attribute without marking it.
  @inline(__always)
  func attribute(_ name: NameID) -> UnsafeBufferPointer<UInt8>? {
    if isLeaf { return nil }
    let first = Int(node.pointee.start)
    for offset in 0..<Int(node.pointee.count) where arena.storage.pointee.attributes[first + offset].name == name {
      return value(arena.storage.pointee.attributes[first + offset])
    }
    return nil
  }

  // MARK: Children

  @inline(__always)
  var children: Children { Children(arena: arena, at: index + 1, end: isLeaf ? index + 1 : end) }

  struct Children: Sequence, IteratorProtocol {
    unowned(unsafe) let arena: UnitArena
    var at: Int
    let end: Int

    @inline(__always)
    mutating func next() -> Cursor? {
      guard at < end else { return nil }
      let cursor = Cursor(arena, at)
      at = Int(arena.storage.pointee.nodes[at].end)
      return cursor
    }
  }

  func first(_ name: NameID) -> Cursor? { children.first { $0.name == name } }

  /// All text of the document below, in order, without what stands for entities outside it.
  var textBelow: [UInt8] {
    guard end > index else { return [] }
    var bytes: [UInt8] = []
    for at in index..<end {
      let node = Cursor(arena, at)
      if node.isText, !node.isExternal { bytes.append(contentsOf: node.bytes) }
    }
    return bytes
  }

  /// True when there is text other than white space below.
  var hasText: Bool {
    for at in index..<end {
      let cursor = Cursor(arena, at)
      if cursor.isText, !Bytes.isBlank(cursor.bytes) { return true }
    }
    return false
  }
}
