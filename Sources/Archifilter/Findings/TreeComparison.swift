public import EADKit

/// What became of a tree between two inventories of it.
///
/// Both are read side by side in the order of the tree, so that memory grows with what differs and not with what is there.
public final class TreeComparison {
  private let old: InventoryConnection
  private let new: InventoryConnection
  private var summary = ComparisonSummary()
  private var changes: [TreeChange] = []

  public init(old: InventoryConnection, new: InventoryConnection) {
    self.old = old
    self.new = new
  }

  /// Compares, and gives each difference in the order of the tree: a path that stands twice (a file that became a folder) once.
  ///
  /// - Throws: `inventory-unfinished` when one of them holds no complete scan.
  public func run(_ report: (TreeChange) throws(EADError) -> Void) throws(EADError) -> ComparisonSummary {
    _ = try RunRecord.current(old)
    _ = try RunRecord.current(new)
    summary = ComparisonSummary()
    changes = []
    try merge()
    let found = changes
    changes = []
    let all = paired(found)
    for change in all {
      count(change)
      try report(change)
    }
    try compareAnnotations()
    return summary
  }

  private func count(_ change: TreeChange) {
    switch change.kind {
    case .added:
      summary.added += 1
      summary.addedBytes += change.new?.size ?? 0
      if change.isProposal { summary.uncertain += 1 }
    case .removed:
      summary.removed += 1
      summary.removedBytes += change.old?.size ?? 0
      if change.isProposal { summary.uncertain += 1 }
    case .changed: summary.changed += 1
    case .moved:
      summary.moved += 1
      if change.isProposal { summary.proposed += 1 }
    }
  }

  // MARK: Side by side

  /// Folders of one side whose content that scan did not see.
  private struct Blind {
    private var folder: [UInt8]?
    /// Tells of every entry as it passes.
    mutating func pass(_ node: Node, _ path: [UInt8]) {
      guard node.kind == .folder else { return }
      if node.error != nil || !node.flags.isDisjoint(with: [.notEntered, .mountPoint, .loop]) { folder = path }
    }
    func covers(_ path: [UInt8]) -> Bool {
      guard let folder, path.starts(with: folder) else { return false }
      return folder.isEmpty || path.count > folder.count && path[folder.count] == UInt8(ascii: "/")
    }
  }

  private func merge() throws(EADError) {
    let left = try TreeCursor(old, order: .bytes, withIgnored: true)
    let right = try TreeCursor(new, order: .bytes, withIgnored: true)
    let oldTarget = try old.prepare("SELECT target FROM link WHERE node = ?1")
    let newTarget = try new.prepare("SELECT target FROM link WHERE node = ?1")
    var oldBlind = Blind()
    var newBlind = Blind()
    var before = try left.next()
    var after = try right.next()
    while before != nil || after != nil {
      let isOldFirst = after == nil || (before != nil && TreeChange.precedes(left.path, right.path))
      let isNewFirst = before == nil || (after != nil && TreeChange.precedes(right.path, left.path))
      if let node = before, isOldFirst {
        oldBlind.pass(node, left.path)
        if node.isIgnored {
          summary.ignored += 1
        } else {
          var change = TreeChange(kind: .removed, path: left.path, old: TreeChange.Side(node))
          change.isProposal = newBlind.covers(left.path)
          changes.append(change)
        }
        before = try left.next()
      } else if let node = after, isNewFirst {
        newBlind.pass(node, right.path)
        if node.isIgnored {
          summary.ignored += 1
        } else {
          var change = TreeChange(kind: .added, path: right.path, new: TreeChange.Side(node))
          change.isProposal = oldBlind.covers(right.path)
          changes.append(change)
        }
        after = try right.next()
      } else if let first = before, let second = after {
        oldBlind.pass(first, left.path)
        newBlind.pass(second, right.path)
        if !(first.isIgnored && second.isIgnored) {
          var change = TreeChange(
            kind: .changed, path: right.path, old: TreeChange.Side(first), new: TreeChange.Side(second))
          change.parts = parts(first, second, change)
          if first.kind == .link, second.kind == .link, try differ(first, oldTarget, second, newTarget) {
            change.parts.append(.target)
          }
          if change.parts.isEmpty { summary.unchanged += 1 } else { changes.append(change) }
        }
        before = try left.next()
        after = try right.next()
      }
    }
  }

  private func parts(_ first: Node, _ second: Node, _ change: TreeChange) -> [TreeChange.Part] {
    var parts: [TreeChange.Part] = []
    if first.kind != second.kind { parts.append(.kind) }
    if first.kind == .file, second.kind == .file {
      if first.size != second.size { parts.append(.size) }
      if first.modified != second.modified { parts.append(.modified) }
      let isEqual = change.new.flatMap { change.old?.equals($0) }
      if isEqual == false { parts.append(.digest) }
      if isEqual == nil { summary.withoutDigest += 1 }
    }
    if first.isIgnored != second.isIgnored { parts.append(.ignored) }
    let couldRead = first.error == nil && first.content?.error == nil
    let canRead = second.error == nil && second.content?.error == nil
    if couldRead != canRead { parts.append(.readable) }
    return parts
  }

  private func differ(_ first: Node, _ old: SQLStatement, _ second: Node, _ new: SQLStatement) throws(EADError) -> Bool {
    old.bind(1, first.id)
    new.bind(1, second.id)
    defer {
      old.reset()
      new.reset()
    }
    guard try old.step(), try new.step() else { return false }
    return !old.bytes(0).elementsEqual(new.bytes(0))
  }

  // MARK: Moves

  /// The changes with what was removed here and added there made one.
  private func paired(_ changes: [TreeChange]) -> [TreeChange] {
    func isFile(_ side: TreeChange.Side?) -> Bool { side.map { $0.kind == .file && $0.size > 0 } ?? false }
    var candidates: [Int: [Int]] = [:]
    for (index, change) in changes.enumerated() where change.kind == .removed && isFile(change.old) {
      candidates[change.old?.size ?? 0, default: []].append(index)
    }
    guard !candidates.isEmpty else { return changes }
    // By digest first, so that no proposal takes what a digest is sure of; the same name before any other.
    var origin: [Int: (from: Int, isProposal: Bool)] = [:]
    var used: Set<Int> = []
    let added = changes.indices.filter { changes[$0].kind == .added && isFile(changes[$0].new) }
    pair(added, candidates, changes, digest: true, sameName: true, &origin, &used)
    pair(added, candidates, changes, digest: true, sameName: false, &origin, &used)
    pair(added, candidates, changes, digest: false, sameName: true, &origin, &used)
    var out: [TreeChange] = []
    out.reserveCapacity(changes.count - used.count)
    for (index, change) in changes.enumerated() where !used.contains(index) {
      guard let found = origin[index] else {
        out.append(change)
        continue
      }
      var moved = change
      moved.kind = .moved
      moved.oldPath = changes[found.from].path
      moved.old = changes[found.from].old
      moved.isProposal = found.isProposal
      out.append(moved)
    }
    return out
  }

  /// What a candidate must agree in.
  private struct Key: Hashable {
    var size: Int
    var modified: Int
    var algorithm: Int
    var digest: [UInt8]
    var name: [UInt8]
  }

  private func pair(
    _ added: [Int], _ candidates: [Int: [Int]], _ changes: [TreeChange], digest: Bool, sameName: Bool,
    _ origin: inout [Int: (from: Int, isProposal: Bool)], _ used: inout Set<Int>
  ) {
    func keys(_ change: TreeChange, _ side: TreeChange.Side) -> [Key] {
      let name = sameName ? TreeComparison.name(change.path) : []
      guard digest else { return [Key(size: side.size, modified: side.modified, algorithm: 0, digest: [], name: name)] }
      return [side.sha256, side.sha512, side.md5].enumerated().compactMap { algorithm, value in
        value.map { Key(size: side.size, modified: 0, algorithm: algorithm, digest: $0, name: name) }
      }
    }
    var places: [Key: [Int]] = [:]
    for index in candidates.values.joined().sorted() where !used.contains(index) {
      guard let side = changes[index].old else { continue }
      for key in keys(changes[index], side) { places[key, default: []].append(index) }
    }
    // Taken from the end, the first in the tree first.
    for key in places.keys { places[key]?.reverse() }
    for index in added where origin[index] == nil {
      guard let side = changes[index].new else { continue }
      for key in keys(changes[index], side) {
        while let last = places[key]?.last, used.contains(last) { places[key]?.removeLast() }
        guard let from = places[key]?.last, let theirs = changes[from].old else { continue }
        // Without digests size, date and name propose; where digests differ they have spoken.
        if !digest, theirs.equals(side) != nil { continue }
        if digest, theirs.equals(side) != true { continue }
        places[key]?.removeLast()
        used.insert(from)
        origin[index] = (from, !digest)
        break
      }
    }
  }

  private static func name(_ path: [UInt8]) -> [UInt8] {
    path.lastIndex(of: UInt8(ascii: "/")).map { Array(path[($0 + 1)...]) } ?? path
  }

  // MARK: Annotations

  private func compareAnnotations() throws(EADError) {
    var counts: [String: (old: Int, new: Int)] = [:]
    for (connection, isOld) in [(old, true), (new, false)] {
      let statement = try connection.prepare("SELECT field, count(*) FROM annotation GROUP BY field")
      while try statement.step() {
        let field = statement.text(0)
        if isOld { counts[field, default: (0, 0)].old = statement.int(1) } else { counts[field, default: (0, 0)].new = statement.int(1) }
      }
    }
    summary.annotations = counts.filter { $0.value.old != $0.value.new }.sorted { $0.key < $1.key }.map {
      ($0.key, $0.value.old, $0.value.new)
    }
  }
}
