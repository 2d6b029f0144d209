import GRDB

/// The tables of an inventory (documented for readers in `docs/inventory.md`).
///
/// What a scan finds goes into tables of the same shape whose names begin with `scan_`; when it is complete they take the
/// place of the older ones in one transaction. An inventory therefore always holds the last complete scan, whatever happens
/// to the one that is running.
enum InventorySchema {
  /// "ARCF": tells an inventory from any other SQLite file.
  static let applicationID = 0x4152_4346

  /// The migrations, oldest first. A migration that was released is never changed: a new one is added.
  static let migrations: [(name: String, body: @Sendable (Database) throws -> Void)] = [
    (
      "1",
      { db in
        try db.execute(sql: permanent)
        for table in TreeTable.allCases { try db.execute(sql: table.sql(prefix: "")) }
        try db.execute(sql: views)
      }
    )
  ]

  /// What describes the tree, once for the last complete scan and once for the one that is running.
  enum TreeTable: String, CaseIterable {
    case node, folder, content, member, link, finding, rule

    func sql(prefix: String) -> String {
      let columns =
        switch self {
        // Identifiers are given breadth first, the entries of a folder in the order of their names' bytes: those of one
        // folder follow one another, and no index is needed.
        case .node:
          """
          id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, name NOT NULL, kind INTEGER NOT NULL, size INTEGER NOT NULL,
          mtime INTEGER NOT NULL, inode INTEGER NOT NULL, device INTEGER NOT NULL, links INTEGER NOT NULL,
          flags INTEGER NOT NULL, rule INTEGER, error INTEGER, previous INTEGER
          """
        case .folder:
          """
          node INTEGER PRIMARY KEY, first INTEGER, entries INTEGER NOT NULL DEFAULT 0, listed INTEGER NOT NULL DEFAULT 0,
          files INTEGER NOT NULL DEFAULT 0, folders INTEGER NOT NULL DEFAULT 0, links INTEGER NOT NULL DEFAULT 0,
          specials INTEGER NOT NULL DEFAULT 0, ignored INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
          bytes INTEGER NOT NULL DEFAULT 0, oldest INTEGER, newest INTEGER
          """
        case .content:
          """
          node INTEGER PRIMARY KEY, work INTEGER NOT NULL, sha256 BLOB, sha512 BLOB, md5 BLOB, format TEXT, basis INTEGER,
          flags INTEGER NOT NULL DEFAULT 0, modified INTEGER, created INTEGER, title TEXT, members INTEGER,
          member_bytes INTEGER, error INTEGER
          """
        case .member:
          "node INTEGER NOT NULL, ordinal INTEGER NOT NULL, name NOT NULL, size INTEGER, modified INTEGER, flags INTEGER NOT NULL, PRIMARY KEY (node, ordinal)"
        case .link: "node INTEGER PRIMARY KEY, target NOT NULL"
        case .finding:
          "node INTEGER NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, argument TEXT NOT NULL DEFAULT '', PRIMARY KEY (node, rule, argument)"
        case .rule: "id INTEGER PRIMARY KEY, kind TEXT NOT NULL, pattern TEXT NOT NULL, note TEXT NOT NULL"
        }
      let suffix = self == .member || self == .finding ? " WITHOUT ROWID" : ""
      return "CREATE TABLE \(prefix)\(rawValue) (\(columns))\(suffix);"
    }
  }

  private static let permanent = """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, phase TEXT NOT NULL, root BLOB NOT NULL, options TEXT NOT NULL,
      tool TEXT NOT NULL, engine TEXT NOT NULL DEFAULT '', started TEXT NOT NULL, finished TEXT,
      files INTEGER NOT NULL DEFAULT 0, folders INTEGER NOT NULL DEFAULT 0, links INTEGER NOT NULL DEFAULT 0,
      specials INTEGER NOT NULL DEFAULT 0, ignored INTEGER NOT NULL DEFAULT 0, ignored_bytes INTEGER NOT NULL DEFAULT 0,
      errors INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE change (run INTEGER NOT NULL, kind TEXT NOT NULL, path BLOB NOT NULL, old_path BLOB, node INTEGER,
      PRIMARY KEY (run, kind, path)) WITHOUT ROWID;
    CREATE TABLE format (key TEXT PRIMARY KEY, puid TEXT, mime TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
      family TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE annotation (path BLOB NOT NULL, field TEXT NOT NULL, ordinal INTEGER NOT NULL, value TEXT NOT NULL,
      source TEXT NOT NULL, PRIMARY KEY (path, field, ordinal)) WITHOUT ROWID;
    """

  /// For people with an SQLite browser: every entry with its whole path.
  static let views = """
    CREATE VIEW path AS WITH RECURSIVE walk(id, path) AS (
      SELECT id, CAST(name AS TEXT) FROM node WHERE parent = 0
      UNION ALL SELECT node.id, walk.path || '/' || CAST(node.name AS TEXT) FROM node JOIN walk ON node.parent = walk.id)
    SELECT id, path FROM walk;
    """
}
