import EADKit
import Glibc

/// Tells what changed since the last complete scan, folder by folder, by merging both lists of names; the later stages find
/// out what was moved.
///
/// Ignored entries are no changes: nobody describes them.
final class ChangeRecorder {
  private let connection: InventoryConnection
  private let run: Int
  private let range: SQLStatement
  private let entries: SQLStatement
  private let removedEntries: SQLStatement
  private let insert: SQLStatement
  private var hasEntry = false
  private var folders = FolderTable()
  private var place = 0
  private var folderPath: [UInt8]?

  init(_ connection: InventoryConnection, run: Int) throws(EADError) {
    self.connection = connection
    self.run = run
    range = try connection.prepare("SELECT first, entries FROM folder WHERE node = ?1 AND entries > 0")
    let select = "SELECT id, name, kind, size, mtime, rule FROM node WHERE id BETWEEN ?1 AND ?2 ORDER BY id"
    entries = try connection.prepare(select)
    removedEntries = try connection.prepare(select)
    insert = try connection.prepare("INSERT OR REPLACE INTO change VALUES (?1, ?2, ?3, NULL, ?4)")
  }

  /// Begins a folder.
  ///
  /// - Parameters:
  ///   - folder: what it was in the last scan; 0 when it was not there.
  ///   - place: where it is in the table of folders, for its path, which is made only when it is needed.
  func begin(folder: Int, place: Int, in folders: FolderTable) throws(EADError) {
    self.folders = folders
    self.place = place
    folderPath = nil
    hasEntry = false
    guard folder != 0 else { return }
    range.bind(1, folder)
    defer { range.reset() }
    guard try range.step() else { return }
    entries.bind(1, range.int(0))
    entries.bind(2, range.int(0) + range.int(1) - 1)
    hasEntry = try entries.step()
  }

  /// What an entry was in the last scan.
  ///
  /// - Parameter keepsRest: the folder could not be read whole: what is missing is not called removed.
  /// - Returns: its identifier then; 0 when it was not there.
  func match(
    _ entry: ListedEntry, kind: Node.Kind, name: UnsafeBufferPointer<UInt8>, identifier: Int, keepsRest: Bool
  ) throws(EADError) -> Int {
    while hasEntry {
      let old = entries.bytes(1)
      let common = min(old.count, name.count)
      var difference = 0
      if common > 0, let left = old.baseAddress, let right = name.baseAddress {
        difference = Int(memcmp(left, right, common))
      }
      if difference == 0 { difference = old.count - name.count }
      if difference > 0 { break }
      if difference < 0 {
        try remove(keepsRest)
        continue
      }
      return try compare(entry, kind, name, identifier)
    }
    if entry.rule == 0 { try record("added", path(name), identifier) }
    return 0
  }

  private func compare(
    _ entry: ListedEntry, _ kind: Node.Kind, _ name: UnsafeBufferPointer<UInt8>, _ identifier: Int
  ) throws(EADError) -> Int {
    let before = entries.int(0)
    let oldKind = Node.Kind(rawValue: entries.int(2)) ?? .unknown
    let isKnown = kind != .unknown && oldKind != .unknown
    if kind != oldKind, isKnown {
      try remove(false)
      if entry.rule == 0 { try record("added", path(name), identifier) }
      return 0
    }
    let isChanged =
      kind != oldKind
      ? kind != .unknown
      : kind == .file
        ? entries.int(3) != entry.size || entries.int(4) != entry.modified
        : kind == .link && entries.int(4) != entry.modified
    if isChanged, entry.rule == 0 { try record("changed", path(name), identifier) }
    hasEntry = try entries.step()
    return before
  }

  /// The rest of the old folder.
  func end(keepsRest: Bool) throws(EADError) {
    while hasEntry { try remove(keepsRest) }
    entries.reset()
  }

  private func remove(_ keepsRest: Bool) throws(EADError) {
    if !keepsRest, entries.isNull(5) {
      let path = path(entries.bytes(1))
      try record("removed", path, entries.int(0))
      if entries.int(2) == Node.Kind.folder.rawValue { try removeBelow(entries.int(0), path) }
    }
    hasEntry = try entries.step()
  }

  /// Everything a removed folder held; the folders still to be told of wait in a list, not on the stack.
  private func removeBelow(_ folder: Int, _ path: [UInt8]) throws(EADError) {
    var waiting = [(folder, path)]
    while let (folder, path) = waiting.popLast() {
      range.bind(1, folder)
      guard try range.step() else {
        range.reset()
        continue
      }
      removedEntries.bind(1, range.int(0))
      removedEntries.bind(2, range.int(0) + range.int(1) - 1)
      range.reset()
      while try removedEntries.step() {
        guard removedEntries.isNull(5) else { continue }
        let below = path + [0x2F] + removedEntries.bytes(1)
        try record("removed", below, removedEntries.int(0))
        if removedEntries.int(2) == Node.Kind.folder.rawValue { waiting.append((removedEntries.int(0), below)) }
      }
      removedEntries.reset()
    }
  }

  private func path(_ name: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let folder = folderPath ?? folders.path(at: place)
    folderPath = folder
    return folder.isEmpty ? Array(name) : folder + [0x2F] + name
  }

  private func record(_ kind: String, _ path: [UInt8], _ node: Int) throws(EADError) {
    insert.bind(1, run)
    insert.bind(2, text: kind)
    insert.bind(3, blob: path)
    insert.bind(4, node)
    try insert.run()
  }

  // MARK: Moved

  /// How it is known that something was moved.
  enum Evidence {
    /// Same inode, size and date: before files are read, so that what was read once serves again.
    case identity
    /// Same digest.
    case digest
  }

  /// Turns pairs of removed and added entries into moved ones; needs a transaction.
  static func pairMoves(_ connection: InventoryConnection, run: Int, by evidence: Evidence) throws(EADError) {
    let oldDigest = "coalesce(k.sha256, k.sha512, k.md5)"
    try connection.execute(
      """
      DROP TABLE IF EXISTS temp.gone;
      DROP TABLE IF EXISTS temp.pair;
      CREATE TEMP TABLE gone AS SELECT c.path AS path, o.id AS id, o.kind AS kind, o.size AS size, o.mtime AS mtime,
        o.inode AS inode, \(evidence == .digest ? oldDigest : "NULL") AS digest
      FROM change c JOIN node o ON o.id = c.node LEFT JOIN content k ON k.node = o.id
      WHERE c.run = \(run) AND c.kind = 'removed' AND o.kind IN (0, 1)
        \(evidence == .digest ? "AND o.kind = 1 AND o.size > 0 AND \(oldDigest) IS NOT NULL" : "AND o.inode <> 0");
      CREATE INDEX temp.gone_key ON gone (\(evidence == .digest ? "digest, path" : "inode, path"));
      CREATE TEMP TABLE pair (path BLOB, node INTEGER PRIMARY KEY, old_path BLOB, old INTEGER);
      """)
    let added = try connection.prepare(
      """
      SELECT c.path, n.id, n.kind, n.size, n.mtime, n.inode, \(evidence == .digest ? oldDigest : "NULL")
      FROM change c JOIN scan_node n ON n.id = c.node LEFT JOIN scan_content k ON k.node = n.id
      WHERE c.run = \(run) AND c.kind = 'added' AND n.kind IN (0, 1) ORDER BY c.path
      """)
    let find = try connection.prepare(
      evidence == .digest
        ? "SELECT rowid, path, id FROM gone WHERE digest = ?1 AND size = ?2 ORDER BY path LIMIT 1"
        : "SELECT rowid, path, id FROM gone WHERE inode = ?1 AND kind = ?2 AND size = ?3 AND mtime = ?4 ORDER BY path LIMIT 1")
    let take = try connection.prepare("DELETE FROM gone WHERE rowid = ?1")
    let keep = try connection.prepare("INSERT INTO pair VALUES (?1, ?2, ?3, ?4)")
    if try connection.number("SELECT 1 FROM gone LIMIT 1") != nil {
      while try added.step() {
        if evidence == .digest {
          guard let digest = added.optionalArray(6) else { continue }
          find.bind(1, blob: digest)
          find.bind(2, added.int(3))
        } else {
          find.bind(1, added.int(5))
          find.bind(2, added.int(2))
          find.bind(3, added.int(3))
          find.bind(4, added.int(4))
        }
        if try find.step() {
          keep.bind(1, blob: added.array(0))
          keep.bind(2, added.int(1))
          keep.bind(3, blob: find.array(1))
          keep.bind(4, find.int(2))
          take.bind(1, find.int(0))
          find.reset()
          try keep.run()
          try take.run()
        } else {
          find.reset()
        }
      }
    }
    added.reset()
    try connection.execute(
      """
      INSERT OR REPLACE INTO change SELECT \(run), 'moved', path, old_path, node FROM temp.pair;
      DELETE FROM change WHERE run = \(run) AND kind = 'added' AND path IN (SELECT path FROM temp.pair);
      DELETE FROM change WHERE run = \(run) AND kind = 'removed' AND path IN (SELECT old_path FROM temp.pair);
      UPDATE scan_node SET previous = (SELECT old FROM temp.pair WHERE pair.node = scan_node.id)
        WHERE id IN (SELECT node FROM temp.pair);
      DROP TABLE temp.pair;
      DROP TABLE temp.gone;
      """)
  }
}
