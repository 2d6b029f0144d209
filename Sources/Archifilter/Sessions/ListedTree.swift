import EADKit

/// A tree known from a list of paths only, on its way into the tables of an inventory.
struct ListedTree {
  /// One entry.
  struct Entry {
    var parent: Int
    var name: [UInt8]
    var kind = Node.Kind.folder
    var size = 0
    /// Nanoseconds since 1970-01-01 UTC; nil when unknown.
    var modified: Int?
    var md5: [UInt8]?
    var sha256: [UInt8]?
    /// What a zip holds, when it was listed: paths inside it and their sizes.
    var members: [(name: [UInt8], size: Int, modified: Int?)]?
    var children: [Int] = []
  }

  /// What hangs where; names are compared by their bytes.
  private struct Place: Hashable {
    var parent: Int
    var name: [UInt8]
  }

  private(set) var entries: [Entry]
  private var places: [Place: Int] = [:]

  init(root name: [UInt8]) { entries = [Entry(parent: -1, name: name)] }

  /// The entry at a path relative to the root, made with the folders above it when it is not there.
  mutating func place(_ path: some Collection<UInt8>) -> Int {
    var current = 0
    for name in path.split(separator: 0x2F) {
      let place = Place(parent: current, name: Array(name))
      if let known = places[place] {
        current = known
      } else {
        entries.append(Entry(parent: current, name: place.name))
        entries[current].children.append(entries.count - 1)
        places[place] = entries.count - 1
        current = entries.count - 1
      }
    }
    return current
  }

  /// The entry at a path; nil when there is none.
  func find(_ path: some Collection<UInt8>) -> Int? {
    var current = 0
    for name in path.split(separator: 0x2F) {
      guard let next = places[Place(parent: current, name: Array(name))] else { return nil }
      current = next
    }
    return current
  }

  mutating func update(_ index: Int, _ body: (inout Entry) -> Void) { body(&entries[index]) }

  /// Makes an entry with all below it into one file that holds members.
  mutating func fold(_ index: Int) {
    var members: [(name: [UInt8], size: Int, modified: Int?)] = []
    var waiting = entries[index].children.map { ($0, entries[$0].name) }
    waiting.reverse()
    while let (child, path) = waiting.popLast() {
      let entry = entries[child]
      places[Place(parent: entry.parent, name: entry.name)] = nil
      if entry.children.isEmpty { members.append((path, entry.size, entry.modified)) }
      for next in entry.children.reversed() { waiting.append((next, path + [0x2F] + entries[next].name)) }
    }
    members.sort { $0.name.lexicographicallyPrecedes($1.name) }
    entries[index].children = []
    entries[index].kind = .file
    entries[index].members = members
    // Archifiltre gives the packed sizes of what a zip holds, and none of the zip: their sum is the nearest.
    entries[index].size = members.reduce(0) { $0.addingReportingOverflow($1.size).overflow ? Int.max : $0 + $1.size }
    entries[index].modified = members.compactMap(\.modified).max()
  }

  /// Replaces the tree of an inventory, inside a transaction of the caller.
  ///
  /// - Parameters:
  ///   - rules: what is left out of descriptions, as in a scan.
  ///   - run: the run to record; its figures are filled in.
  ///   - trust: which dates count for those of folders.
  func write(
    _ connection: InventoryConnection, rules: IgnoreRules, trust: DateTrust, run: inout RunRecord
  ) throws(EADError) {
    for table in InventorySchema.TreeTable.allCases { try connection.execute("DELETE FROM \(table.rawValue)") }
    let rule = try connection.prepare("INSERT INTO rule VALUES (?1, ?2, ?3, ?4)")
    for (index, one) in rules.rules.enumerated() {
      rule.bind(1, index + 1)
      rule.bind(2, text: one.kind.rawValue)
      rule.bind(3, text: one.pattern)
      rule.bind(4, text: one.note)
      try rule.run()
    }

    // Breadth first, the entries of a folder in the order of their names' bytes.
    var order = [0]
    var parents = [-1]
    var firsts: [Int] = []
    order.reserveCapacity(entries.count)
    var next = 0
    while next < order.count {
      firsts.append(order.count)
      let children = entries[order[next]].children.sorted { entries[$0].name.lexicographicallyPrecedes(entries[$1].name) }
      order.append(contentsOf: children)
      parents.append(contentsOf: repeatElement(next, count: children.count))
      next += 1
    }

    var ruled = [Int?](repeating: nil, count: order.count)
    for index in order.indices.dropFirst() {
      let entry = entries[order[index]]
      ruled[index] =
        ruled[parents[index]]
        ?? entry.name.withUnsafeBufferPointer { rules.rule(for: $0, isFolder: entry.kind == .folder) }
    }
    try writeNodes(connection, order: order, parents: parents, ruled: ruled)
    try writeContent(connection, order: order)

    var sums = [FolderSummary](repeating: FolderSummary(), count: order.count)
    for index in order.indices.reversed() {
      let entry = entries[order[index]]
      sums[index].first = firsts[index] + 1
      sums[index].entries = entry.children.count
      if ruled[index] == nil, entry.kind == .file {
        sums[index].files = 1
        sums[index].bytes = entry.size
        if let modified = entry.modified, trust.suspicion(modified, family: nil) == nil {
          sums[index].oldest = modified
          sums[index].newest = modified
        }
        run.files += 1
        run.bytes = ListedTree.sum(run.bytes, entry.size)
      } else if ruled[index] == nil {
        run.folders += 1
      } else {
        run.ignored += 1
        run.ignoredBytes = ListedTree.sum(run.ignoredBytes, entry.size)
      }
      guard index > 0 else { continue }
      let parent = parents[index]
      sums[parent].files += sums[index].files
      sums[parent].folders += sums[index].folders + (ruled[index] == nil && entry.kind == .folder ? 1 : 0)
      sums[parent].ignored += sums[index].ignored + (ruled[index] == nil ? 0 : 1)
      sums[parent].bytes = ListedTree.sum(sums[parent].bytes, sums[index].bytes)
      if let oldest = sums[index].oldest { sums[parent].oldest = min(sums[parent].oldest ?? oldest, oldest) }
      if let newest = sums[index].newest { sums[parent].newest = max(sums[parent].newest ?? newest, newest) }
    }
    let folder = try connection.prepare(
      """
      INSERT INTO folder (node, first, entries, listed, files, folders, links, specials, ignored, errors, bytes, oldest, newest)
      VALUES (?1, ?2, ?3, 1, ?4, ?5, 0, 0, ?6, 0, ?7, ?8, ?9)
      """)
    for index in order.indices where entries[order[index]].kind == .folder {
      let sum = sums[index]
      folder.bind(1, index + 1)
      folder.bind(2, sum.first)
      folder.bind(3, sum.entries)
      folder.bind(4, sum.files)
      folder.bind(5, sum.folders)
      folder.bind(6, sum.ignored)
      folder.bind(7, sum.bytes)
      folder.bind(8, sum.oldest)
      folder.bind(9, sum.newest)
      try folder.run()
    }
  }

  /// Sizes of a list may be anything.
  private static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, over) = left.addingReportingOverflow(right)
    return over ? Int.max : sum
  }

  private func writeNodes(
    _ connection: InventoryConnection, order: [Int], parents: [Int], ruled: [Int?]
  ) throws(EADError) {
    let insert = try connection.prepare(
      """
      INSERT INTO node (id, parent, name, kind, size, mtime, inode, device, links, flags, rule)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 1, ?7, ?8)
      """)
    for index in order.indices {
      let entry = entries[order[index]]
      insert.bind(1, index + 1)
      insert.bind(2, parents[index] + 1)
      insert.bind(3, name: entry.name)
      insert.bind(4, entry.kind.rawValue)
      insert.bind(5, entry.kind == .file ? entry.size : 0)
      // An unknown date is the zero that nobody believes.
      insert.bind(6, entry.modified ?? 0)
      insert.bind(7, Node.Flags.listedOnly.rawValue)
      insert.bind(8, ruled[index])
      try insert.run()
    }
  }

  private func writeContent(_ connection: InventoryConnection, order: [Int]) throws(EADError) {
    let content = try connection.prepare(
      """
      INSERT INTO content (node, work, sha256, md5, flags, members, member_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)
      """)
    let insert = try connection.prepare("INSERT INTO member VALUES (?1, ?2, ?3, ?4, ?5, 0)")
    for index in order.indices {
      let entry = entries[order[index]]
      guard entry.kind == .file, entry.md5 != nil || entry.sha256 != nil || entry.members != nil else { continue }
      var work: ContentFacts.Work = []
      if entry.md5 != nil { work.insert(.md5) }
      if entry.sha256 != nil { work.insert(.sha256) }
      if entry.members != nil { work.insert(.members) }
      let isCut = (entry.members?.count ?? 0) > ContentWorker.mostKept
      content.bind(1, index + 1)
      content.bind(2, work.rawValue)
      content.bind(3, blob: entry.sha256)
      content.bind(4, blob: entry.md5)
      content.bind(5, isCut ? ContentFacts.Flags.membersCut.rawValue : 0)
      content.bind(6, entry.members?.count)
      try content.run()
      for (ordinal, member) in (entry.members ?? []).prefix(ContentWorker.mostKept).enumerated() {
        insert.bind(1, index + 1)
        insert.bind(2, ordinal + 1)
        insert.bind(3, name: member.name)
        // Packed sizes: what a member takes unpacked is not known.
        insert.bindNull(4)
        insert.bind(5, member.modified)
        try insert.run()
      }
    }
  }
}
