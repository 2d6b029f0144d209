import EADKit

/// Files with the same content, by SHA-256: only of scans that made digests, empty files left out.
final class IdenticalFiles {
  /// Copies beyond these are counted, not named.
  static let most = 20

  private let connection: InventoryConnection
  private let table: String
  private var first: SQLStatement?
  private var all: SQLStatement?
  private var count: SQLStatement?
  private var place: SQLStatement?
  private var folders: FolderTable?
  /// Files beyond the first of each content, and their bytes.
  private(set) var surplus = 0
  private(set) var surplusBytes = 0
  let isEmpty: Bool

  init(_ connection: InventoryConnection) throws(EADError) {
    self.connection = connection
    table = try TemporaryTable.make(
      "same_content", "sha256 BLOB, node INTEGER, size INTEGER, PRIMARY KEY (sha256, node)", connection)
    try connection.execute(
      """
      INSERT INTO \(table) SELECT c.sha256, c.node, n.size FROM content c JOIN node n ON n.id = c.node
      WHERE c.sha256 IN (SELECT sha256 FROM content WHERE sha256 IS NOT NULL GROUP BY sha256 HAVING count(*) > 1)
        AND n.size > 0 AND n.rule IS NULL AND n.flags & \(Node.Flags.furtherLink.rawValue) = 0
      """)
    surplus = try connection.number("SELECT count(*) - count(DISTINCT sha256) FROM \(table)") ?? 0
    surplusBytes =
      try connection.number(
        "SELECT coalesce(sum(bytes), 0) FROM (SELECT max(size) * (count(*) - 1) AS bytes FROM \(table) GROUP BY sha256)") ?? 0
    isEmpty = surplus == 0
    guard !isEmpty else { return }
    first = try connection.prepare("SELECT min(node) FROM \(table) WHERE sha256 = ?1")
    all = try connection.prepare(
      "SELECT node FROM \(table) WHERE sha256 = ?1 AND node > ?2 ORDER BY node LIMIT \(IdenticalFiles.most)")
    count = try connection.prepare("SELECT count(*) FROM \(table) WHERE sha256 = ?1")
    place = try connection.prepare("SELECT parent, name FROM node WHERE id = ?1")
  }

  deinit {
    first = nil
    all = nil
    count = nil
    place = nil
    try? connection.execute("DROP TABLE \(table)")
  }

  /// The paths of the copies of a file: for the first of them the others, for the others the first, so that a content found
  /// ten thousand times does not make a hundred million lines.
  ///
  /// - Returns: also how many are not named.
  func copies(of node: Node) throws(EADError) -> (paths: [[UInt8]], unnamed: Int) {
    guard !isEmpty, node.size > 0, !node.flags.contains(.furtherLink), let digest = node.content?.sha256, let first, let all,
      let count
    else { return ([], 0) }
    first.bind(1, blob: digest)
    defer { first.reset() }
    guard try first.step(), let leader = first.optionalInt(0) else { return ([], 0) }
    if leader != node.id { return ([try path(leader)], 0) }
    all.bind(1, blob: digest)
    all.bind(2, leader)
    var others: [Int] = []
    do {
      defer { all.reset() }
      while try all.step() { others.append(all.int(0)) }
    }
    var paths: [[UInt8]] = []
    for other in others { paths.append(try path(other)) }
    guard others.count == IdenticalFiles.most else { return (paths, 0) }
    count.bind(1, blob: digest)
    defer { count.reset() }
    return (paths, try count.step() ? count.int(0) - 1 - others.count : 0)
  }

  private func path(_ id: Int) throws(EADError) -> [UInt8] {
    if folders == nil { folders = try FolderTable(connection) }
    guard let place, let table = folders else { return [] }
    place.bind(1, id)
    defer { place.reset() }
    guard try place.step() else { return [] }
    let folder = table.path(place.int(0))
    return folder.isEmpty ? place.array(1) : folder + [UInt8(ascii: "/")] + place.array(1)
  }
}
