import CLibCrypto
import EADKit

/// Which folders hold exactly the same: names (NFC), structure and content, by one digest for each folder.
///
/// The digest of a folder is SHA-256 of the sorted digests of its entries, each of them SHA-256 of kind, name and what the
/// entry holds. Entries that rules ignore are left out of it. A folder with something below it whose content is not known (no
/// digest, not readable, a device) has none, and is a duplicate of nothing.
///
/// One pass over the folders from the last to the first: the entries of a folder come after it and follow one another, so
/// all that are needed are done. The digests are in the temporary table `export_folder`, not in memory.
final class FolderDigests {
  /// Folders with files that have no digest because something below is not known.
  private(set) var unknown = 0
  /// Folders with at least one byte in files, each of which has the same digest as another.
  private var inside: [UInt64]
  private let count: Int

  init(_ connection: InventoryConnection) throws(EADError) {
    count = try connection.number("SELECT count(*) FROM node") ?? 0
    inside = Array(repeating: 0, count: count / 64 + 1)
    try connection.execute(
      """
      DROP TABLE IF EXISTS temp.export_folder;
      CREATE TEMP TABLE export_folder (node INTEGER PRIMARY KEY, digest BLOB NOT NULL, bytes INTEGER NOT NULL,
        files INTEGER NOT NULL, group_number INTEGER);
      """)
    try fill(connection)
    try connection.execute(
      """
      DROP TABLE IF EXISTS temp.export_folder_group;
      CREATE TEMP TABLE export_folder_group (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, bytes INTEGER NOT NULL,
        files INTEGER NOT NULL, copies INTEGER NOT NULL);
      INSERT INTO temp.export_folder_group (digest, bytes, files, copies)
        SELECT digest, max(bytes), max(files), count(*) FROM temp.export_folder WHERE bytes > 0
        GROUP BY digest HAVING count(*) > 1 ORDER BY max(bytes) * (count(*) - 1) DESC, digest;
      UPDATE temp.export_folder SET group_number =
        (SELECT number FROM temp.export_folder_group g WHERE g.digest = export_folder.digest) WHERE bytes > 0;
      DROP INDEX IF EXISTS temp.export_folder_members;
      CREATE INDEX temp.export_folder_members ON export_folder (group_number, node) WHERE group_number IS NOT NULL;
      """)
    try mark(connection)
  }

  /// Whether a folder, or one above it, has a duplicate.
  func isInside(_ folder: Int) -> Bool {
    folder > 0 && folder <= count && inside[folder / 64] & (1 << UInt64(folder % 64)) != 0
  }

  private func mark(_ connection: InventoryConnection) throws(EADError) {
    let rows = try connection.prepare(
      """
      SELECT f.node, n.parent, d.group_number FROM folder f JOIN node n ON n.id = f.node
      LEFT JOIN temp.export_folder d ON d.node = f.node ORDER BY f.node
      """)
    while try rows.step() {
      let folder = rows.int(0)
      guard folder > 0, folder <= count, !rows.isNull(2) || isInside(rows.int(1)) else { continue }
      inside[folder / 64] |= 1 << UInt64(folder % 64)
    }
  }

  // MARK: Digests

  private func fill(_ connection: InventoryConnection) throws(EADError) {
    let hash = EntryHash()
    let folders = try connection.prepare(
      """
      SELECT f.node, f.first, f.entries, n.flags, n.error, f.bytes, f.files FROM folder f JOIN node n ON n.id = f.node
      WHERE n.rule IS NULL ORDER BY f.node DESC
      """)
    let entries = try connection.prepare(
      """
      SELECT n.kind, n.name, n.size, n.error, c.sha256, d.digest, l.target FROM node n LEFT JOIN content c ON c.node = n.id
      LEFT JOIN temp.export_folder d ON d.node = n.id LEFT JOIN link l ON l.node = n.id
      WHERE n.id BETWEEN ?1 AND ?2 AND n.rule IS NULL
      """)
    let insert = try connection.prepare("INSERT INTO temp.export_folder (node, digest, bytes, files) VALUES (?1, ?2, ?3, ?4)")
    let closed: Node.Flags = [.mountPoint, .loop, .notEntered]
    while try folders.step() {
      let isClosed = !Node.Flags(rawValue: folders.int(3)).isDisjoint(with: closed) || !folders.isNull(4)
      let digest =
        isClosed ? nil : try self.digest(entries, first: folders.int(1), count: folders.int(2), hash)
      guard let digest else {
        if folders.int(6) > 0 { unknown += 1 }
        continue
      }
      insert.bind(1, folders.int(0))
      insert.bind(2, blob: digest)
      insert.bind(3, folders.int(5))
      insert.bind(4, folders.int(6))
      try insert.run()
    }
  }

  private func digest(_ rows: SQLStatement, first: Int, count: Int, _ hash: EntryHash) throws(EADError) -> [UInt8]? {
    hash.begin()
    guard count > 0 else { return hash.finish() }
    rows.bind(1, first)
    rows.bind(2, first &+ count &- 1)
    defer { rows.reset() }
    while try rows.step() {
      guard rows.isNull(3) else { return nil }
      let kind = rows.int(0)
      let content: UnsafeBufferPointer<UInt8>
      switch Node.Kind(rawValue: kind) {
      case .folder:
        guard !rows.isNull(5) else { return nil }
        content = rows.bytes(5)
      case .file:
        // An empty file is known without reading it.
        if rows.int(2) > 0 {
          guard !rows.isNull(4) else { return nil }
          content = rows.bytes(4)
        } else {
          content = UnsafeBufferPointer(start: nil, count: 0)
        }
      case .link: content = rows.bytes(6)
      default: return nil
      }
      hash.add(kind: UInt8(truncatingIfNeeded: kind), name: ComposedName.of(rows.bytes(1)), content: content)
    }
    return hash.finish()
  }
}

/// SHA-256 of the entries of one folder.
private final class EntryHash {
  private struct Digest: Comparable {
    var a: UInt64
    var b: UInt64
    var c: UInt64
    var d: UInt64

    static func < (left: Digest, right: Digest) -> Bool {
      (left.a, left.b, left.c, left.d) < (right.a, right.b, right.c, right.d)
    }
  }

  private let context = EVP_MD_CTX_new()
  private let algorithm = EVP_MD_fetch(nil, "SHA256", nil)
  private var entries: [Digest] = []
  private var out = [UInt8](repeating: 0, count: 64)

  deinit {
    EVP_MD_CTX_free(context)
    EVP_MD_free(algorithm)
  }

  func begin() { entries.removeAll(keepingCapacity: entries.capacity < 1 << 16) }

  func add(kind: UInt8, name: [UInt8], content: UnsafeBufferPointer<UInt8>) {
    _ = EVP_DigestInit_ex(context, algorithm, nil)
    // The length of the name tells where it ends: names may hold any byte but NUL and `/`.
    var head: [UInt8] = [kind]
    var length = UInt64(name.count)
    for _ in 0..<8 {
      head.append(UInt8(truncatingIfNeeded: length))
      length >>= 8
    }
    update(head)
    update(name)
    _ = EVP_DigestUpdate(context, content.baseAddress, content.count)
    close()
    func word(_ at: Int) -> UInt64 { out[at..<(at + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
    entries.append(Digest(a: word(0), b: word(8), c: word(16), d: word(24)))
  }

  func finish() -> [UInt8] {
    entries.sort()
    _ = EVP_DigestInit_ex(context, algorithm, nil)
    entries.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    close()
    return Array(out[..<32])
  }

  private func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) } }

  private func close() {
    var length: UInt32 = 0
    _ = EVP_DigestFinal_ex(context, &out, &length)
  }
}
