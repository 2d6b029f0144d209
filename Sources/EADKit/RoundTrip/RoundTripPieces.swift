/// Paths of elements and attributes, without positions, as small integers that two documents share.
final class RoundTripPaths {
  private struct Step: Hashable {
    var parent: Int32
    var name: UInt32
    var isAttribute: Bool
  }

  private struct Path {
    var parent: Int32
    var name: UInt32
    var isAttribute: Bool
    var depth: Int32
  }

  static let none: Int32 = -1
  private var paths: [Path] = []
  private var index: [Step: Int32] = [:]
  private var names: [String] = []
  private var nameIndex: [String: UInt32] = [:]
  private var texts: [Int32: String] = [:]
  /// Deeper content counts as that of the last level; more paths than these count as one. No finding aid comes near.
  private static let deepest: Int32 = 64
  private static let most = 20_000

  /// The path of a name below another one; `none` for a name at the top.
  func path(_ name: String, below parent: Int32, isAttribute: Bool = false) -> Int32 {
    let depth = parent < 0 ? 0 : paths[Int(parent)].depth + 1
    if depth > RoundTripPaths.deepest { return parent }
    let step = Step(parent: parent, name: number(name), isAttribute: isAttribute)
    if let known = index[step] { return known }
    if paths.count >= RoundTripPaths.most { return parent < 0 ? 0 : parent }
    let fresh = Int32(truncatingIfNeeded: paths.count)
    paths.append(Path(parent: parent, name: step.name, isAttribute: isAttribute, depth: depth))
    index[step] = fresh
    return fresh
  }

  private func number(_ name: String) -> UInt32 {
    if let known = nameIndex[name] { return known }
    let fresh = UInt32(truncatingIfNeeded: names.count)
    names.append(name)
    nameIndex[name] = fresh
    return fresh
  }

  /// The last name of a path.
  func lastName(_ path: Int32) -> String { path < 0 ? "" : names[Int(paths[Int(path)].name)] }

  /// `c/did/physloc/@label`.
  func text(_ path: Int32) -> String {
    if let known = texts[path] { return known }
    var steps: [String] = []
    var at = path
    while at >= 0 {
      let own = paths[Int(at)]
      steps.append((own.isAttribute ? "@" : "") + names[Int(own.name)])
      at = own.parent
    }
    let text = steps.reversed().joined(separator: "/")
    texts[path] = text
    return text
  }

  /// True when one of the two paths goes on where the other one ends.
  func areNested(_ one: Int32, _ other: Int32) -> Bool {
    guard one >= 0, other >= 0 else { return false }
    var (shallow, deep) = (one, other)
    if paths[Int(shallow)].depth > paths[Int(deep)].depth { swap(&shallow, &deep) }
    if paths[Int(shallow)].isAttribute || paths[Int(deep)].isAttribute { return false }
    while deep >= 0, paths[Int(deep)].depth > paths[Int(shallow)].depth { deep = paths[Int(deep)].parent }
    return deep == shallow
  }
}

/// The texts and attribute values of one unit (or of one row of a sheet), with their paths.
///
/// Texts are kept with white space collapsed: that is how they are compared.
final class RoundTripPieces {
  struct Piece {
    var path: Int32
    var isAttribute: Bool
    /// Line of the document; 0 when unknown.
    var line: Int32
    /// Where the text begins in `text`, and how many bytes it has.
    var start: Int
    var count: Int
    var hash: UInt64
  }

  let paths: RoundTripPaths
  private(set) var pieces: [Piece] = []
  private let text: UnsafeMutablePointer<ByteBuffer>
  /// The path of each element of the arena at hand.
  private var pathOfNode: [Int32] = []

  init(paths: RoundTripPaths) {
    self.paths = paths
    text = .allocate(capacity: 1)
    text.initialize(to: ByteBuffer(capacity: 1024))
  }

  deinit {
    text.pointee.deallocate()
    text.deinitialize(count: 1)
    text.deallocate()
  }

  var bytesHeld: Int { text.pointee.count + pieces.count * MemoryLayout<Piece>.stride }

  func reset() {
    pieces.removeAll(keepingCapacity: pieces.count < 1 << 14)
    pathOfNode = []
    text.pointee.reset(keeping: 1 << 18)
  }

  /// The bytes of a piece; valid until the next one is added.
  @inline(__always)
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text.pointee.base + pieces[index].start, count: pieces[index].count)
  }

  func string(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

  /// Adds a text with its white space collapsed; a blank text is none.
  func add(_ bytes: UnsafeBufferPointer<UInt8>, path: Int32, isAttribute: Bool, line: Int32) {
    let start = text.pointee.count
    var pending = false
    for byte in bytes {
      if Bytes.isSpace(byte) {
        pending = text.pointee.count > start
      } else {
        if pending { text.pointee.append(0x20) }
        pending = false
        text.pointee.append(byte)
      }
    }
    let count = text.pointee.count - start
    // An attribute without a value is there; a text without a word is not.
    if count == 0, !isAttribute { return }
    let hash = Bytes.hash(UnsafeBufferPointer(start: text.pointee.base + start, count: count))
    pieces.append(Piece(path: path, isAttribute: isAttribute, line: line, start: start, count: count, hash: hash))
  }

  /// Adds every text and attribute of an arena.
  ///
  /// What says only how the document is checked (`xsi:schemaLocation`) is no content; comments and processing
  /// instructions are not compared.
  func add(_ arena: UnitArena, _ names: NameTable) {
    guard !arena.isEmpty else { return }
    pathOfNode.removeAll(keepingCapacity: true)
    pathOfNode.reserveCapacity(arena.nodeCount)
    for index in 0..<arena.nodeCount {
      let cursor = Cursor(arena, index)
      let parent = cursor.parent < 0 ? RoundTripPaths.none : pathOfNode[cursor.parent]
      if cursor.isText {
        pathOfNode.append(parent)
        add(cursor.bytes, path: parent, isAttribute: false, line: Int32(truncatingIfNeeded: cursor.line))
        continue
      }
      if cursor.name == Tag.comment || cursor.name == Tag.pi {
        pathOfNode.append(parent)
        continue
      }
      let isComponent = ElementTraits.table[Int(cursor.name)].contains(.component)
      let own = paths.path(isComponent ? "c" : names.name(cursor.name), below: parent)
      pathOfNode.append(own)
      for attribute in cursor.attributes where attribute.name != Attribute.xsi {
        add(
          cursor.value(attribute), path: paths.path(names.name(attribute.name), below: own, isAttribute: true), isAttribute: true,
          line: Int32(truncatingIfNeeded: cursor.line))
      }
    }
  }
}
