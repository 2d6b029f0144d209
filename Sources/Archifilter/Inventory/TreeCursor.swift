public import EADKit

/// The entries of the last complete scan in the order of a tree: every folder before what it holds.
///
/// ```swift
/// try inventory.read { connection throws(EADError) in
///   let cursor = try TreeCursor(connection)
///   while let node = try cursor.next() { … cursor.path … node.depth … }
/// }
/// ```
public final class TreeCursor {
  /// Order of the entries of one folder.
  public enum Order: Sendable {
    /// By the bytes of their names: for machines.
    case bytes
    /// As a person looks for them (`NaturalOrder`): for finding aids. Folders of more than `most` entries stay in the order
    /// of bytes, which needs no memory.
    case natural
    static let most = 20_000
  }

  private struct Level {
    var next: Int
    var last: Int
    var waiting: [Node]
    var position = 0
    var pathLength: Int
    var isSorted: Bool
  }

  private let statement: SQLStatement
  private let order: Order
  private let withIgnored: Bool
  private var formats: [String: FormatFacts] = [:]
  private let format: SQLStatement
  private var levels: [Level] = []
  private var started = false
  private var pending: FolderSummary?
  private static let chunk = 512

  /// Path of the current entry relative to the root, `/` between names; empty for the root itself.
  public private(set) var path: [UInt8] = []

  /// - Parameter withIgnored: also gives what rules take out of the description.
  public init(_ connection: InventoryConnection, order: Order = .bytes, withIgnored: Bool = false) throws(EADError) {
    self.order = order
    self.withIgnored = withIgnored
    statement = try connection.prepare(
      """
      SELECT n.id, n.parent, n.name, n.kind, n.size, n.mtime, n.inode, n.device, n.links, n.flags, n.rule, n.error,
        f.first, f.entries, f.files, f.folders, f.links, f.specials, f.ignored, f.errors, f.bytes, f.oldest, f.newest,
        c.work, c.sha256, c.sha512, c.md5, c.format, c.basis, c.flags, c.modified, c.created, c.title, c.members,
        c.member_bytes, c.error
      FROM node n LEFT JOIN folder f ON f.node = n.id LEFT JOIN content c ON c.node = n.id
      WHERE n.id BETWEEN ?1 AND ?2 ORDER BY n.id
      """)
    format = try connection.prepare("SELECT puid, mime, name, version, family FROM format WHERE key = ?1")
  }

  /// The next entry; nil at the end.
  public func next() throws(EADError) -> Node? {
    if !started {
      started = true
      guard let root = try load(1, 1).first else { return nil }
      pending = root.folder
      return root
    }
    if let folder = pending {
      pending = nil
      if folder.entries > 0 {
        let last = folder.first + folder.entries - 1
        let isSorted = order == .natural && folder.entries <= Order.most
        var level = Level(next: folder.first, last: last, waiting: [], pathLength: path.count, isSorted: isSorted)
        if isSorted {
          let nodes = try load(level.next, last)
          let keys = nodes.map { NaturalOrder.key($0.name) }
          level.waiting = nodes.indices.sorted { left, right in
            keys[left] == keys[right] ? nodes[left].id < nodes[right].id : keys[left].lexicographicallyPrecedes(keys[right])
          }.map { nodes[$0] }
          level.next = last + 1
        }
        levels.append(level)
      }
    }
    while var level = levels.popLast() {
      if level.position == level.waiting.count, level.next <= level.last {
        let end = min(level.last, level.next + TreeCursor.chunk - 1)
        level.waiting = try load(level.next, end)
        level.position = 0
        level.next = end + 1
      }
      path.removeSubrange(level.pathLength...)
      guard level.position < level.waiting.count else {
        if level.next <= level.last { levels.append(level) }
        continue
      }
      var node = level.waiting[level.position]
      level.position += 1
      levels.append(level)
      if node.isIgnored, !withIgnored { continue }
      node.depth = levels.count
      if !path.isEmpty { path.append(UInt8(ascii: "/")) }
      path.append(contentsOf: node.name)
      pending = node.folder
      return node
    }
    return nil
  }

  /// Passes over what the current folder holds.
  public func skipEntries() { pending = nil }

  private func load(_ first: Int, _ last: Int) throws(EADError) -> [Node] {
    statement.bind(1, first)
    statement.bind(2, last)
    defer { statement.reset() }
    var nodes: [Node] = []
    nodes.reserveCapacity(last - first + 1)
    while try statement.step() { nodes.append(try node()) }
    return nodes
  }

  private func node() throws(EADError) -> Node {
    var node = Node()
    node.id = statement.int(0)
    node.parent = statement.int(1)
    node.name = statement.array(2)
    node.kind = Node.Kind(rawValue: statement.int(3)) ?? .unknown
    node.size = statement.int(4)
    node.modified = statement.int(5)
    node.inode = statement.int(6)
    node.device = statement.int(7)
    node.links = statement.int(8)
    node.flags = Node.Flags(rawValue: statement.int(9))
    node.rule = statement.optionalInt(10)
    node.error = statement.optionalInt(11).map(Int32.init(truncatingIfNeeded:))
    if !statement.isNull(13) {
      var folder = FolderSummary()
      folder.first = statement.int(12)
      folder.entries = statement.int(13)
      folder.files = statement.int(14)
      folder.folders = statement.int(15)
      folder.links = statement.int(16)
      folder.specials = statement.int(17)
      folder.ignored = statement.int(18)
      folder.errors = statement.int(19)
      folder.bytes = statement.int(20)
      folder.oldest = statement.optionalInt(21)
      folder.newest = statement.optionalInt(22)
      node.folder = folder
    }
    if !statement.isNull(23) {
      var content = ContentFacts()
      content.work = ContentFacts.Work(rawValue: statement.int(23))
      content.sha256 = statement.optionalArray(24)
      content.sha512 = statement.optionalArray(25)
      content.md5 = statement.optionalArray(26)
      if let key = statement.optionalText(27) { content.format = try facts(key) }
      content.basis = statement.optionalInt(28).flatMap { ContentFacts.Basis(rawValue: $0) }
      content.flags = ContentFacts.Flags(rawValue: statement.int(29))
      content.embeddedModified = statement.optionalInt(30)
      content.embeddedCreated = statement.optionalInt(31)
      content.title = statement.optionalText(32)
      content.members = statement.optionalInt(33)
      content.memberBytes = statement.optionalInt(34)
      content.error = statement.optionalInt(35).map(Int32.init(truncatingIfNeeded:))
      node.content = content
    }
    return node
  }

  private func facts(_ key: String) throws(EADError) -> FormatFacts? {
    if let known = formats[key] { return known }
    format.bind(1, text: key)
    defer { format.reset() }
    guard try format.step() else { return nil }
    let facts = FormatFacts(
      puid: format.optionalText(0), mime: format.text(1), name: format.text(2), version: format.text(3),
      family: format.text(4))
    formats[key] = facts
    return facts
  }
}
