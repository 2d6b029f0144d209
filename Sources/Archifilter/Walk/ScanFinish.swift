import EADKit

/// The end of a scan: sums of every folder, the account of the run, and the new tree in the place of the old one. All of it is
/// one transaction of the caller.
struct ScanFinish {
  /// Sums of what lies below a folder.
  private struct Sums {
    var files = 0
    var folders = 0
    var links = 0
    var specials = 0
    var ignored = 0
    var errors = 0
    var bytes = 0
    var oldest = Int.max
    var newest = Int.min

    mutating func add(_ other: Sums) {
      files += other.files
      folders += other.folders
      links += other.links
      specials += other.specials
      ignored += other.ignored
      errors += other.errors
      bytes &+= other.bytes
      oldest = min(oldest, other.oldest)
      newest = max(newest, other.newest)
    }
  }

  private let connection: InventoryConnection
  private let options: ScanOptions
  private let run: Int
  private let isCompared: Bool

  init(_ connection: InventoryConnection, options: ScanOptions, run: Int, isCompared: Bool) {
    self.connection = connection
    self.options = options
    self.run = run
    self.isCompared = isCompared
  }

  /// - Returns: entries that are as they were, or nil when it was told to stop.
  func run(isStopped: () -> Bool, progress: (ScanProgress) -> Void) throws(EADError) -> Int? {
    if isCompared { try ChangeRecorder.pairMoves(connection, run: run, by: .digest) }
    guard let matched = try addUp(isStopped, progress) else { return nil }
    // Identifiers of the old tree mean nothing in the new one.
    try connection.execute("UPDATE change SET node = NULL WHERE run = \(run) AND kind = 'removed'")
    try connection.execute("UPDATE change SET node = NULL WHERE run <> \(run) AND node IS NOT NULL")
    let differing =
      try connection.number(
        "SELECT count(*) FROM change WHERE run = \(run) AND kind IN ('changed', 'moved')") ?? 0
    try swap()
    let done = try connection.prepare("UPDATE run SET phase = 'done', finished = ?1 WHERE id = ?2")
    done.bind(1, text: options.clock())
    done.bind(2, run)
    try done.run()
    return isCompared ? max(0, matched - differing) : 0
  }

  /// From the last entry to the first: those of a folder follow one another and have greater identifiers than it has, so that
  /// the sums of a folder are complete when it is met, and few wait at a time.
  private func addUp(_ isStopped: () -> Bool, _ progress: (ScanProgress) -> Void) throws(EADError) -> Int? {
    let total = try connection.number("SELECT max(id) FROM scan_node") ?? 0
    let hasContent = try connection.number("SELECT 1 FROM scan_content LIMIT 1") != nil
    let rows = try connection.prepare(
      """
      SELECT n.id, n.parent, n.kind, n.size, n.mtime, n.flags, n.rule, n.error, n.previous,
        \(hasContent ? "c.modified, t.family" : "NULL, NULL")
      FROM scan_node n \(hasContent ? "LEFT JOIN scan_content c ON c.node = n.id LEFT JOIN format t ON t.key = c.format" : "")
      ORDER BY n.id DESC
      """)
    let update = try connection.prepare(
      """
      UPDATE scan_folder SET files = ?2, folders = ?3, links = ?4, specials = ?5, ignored = ?6, errors = ?7, bytes = ?8,
        oldest = ?9, newest = ?10 WHERE node = ?1
      """)
    let trust = DateTrust(now: options.now, time: options.timeZone)
    var waiting: [Int: Sums] = [:]
    var current = Sums()
    var parent = -1
    var ignoredBytes = 0
    var matched = 0
    var done = 0
    var node = Node()
    while try rows.step() {
      done += 1
      if done % 4_096 == 0 {
        if isStopped() {
          rows.reset()
          return nil
        }
        progress(ScanProgress(phase: .finish, done: done, total: total))
      }
      if rows.int(1) != parent {
        if parent > 0 { waiting[parent, default: Sums()].add(current) }
        parent = rows.int(1)
        current = Sums()
      }
      let kind = Node.Kind(rawValue: rows.int(2)) ?? .unknown
      if kind == .folder {
        let below = waiting.removeValue(forKey: rows.int(0)) ?? Sums()
        try write(below, of: rows.int(0), update)
        current.add(below)
      }
      let isFurther = rows.int(5) & Node.Flags.furtherLink.rawValue != 0
      if !rows.isNull(6) {
        current.ignored += 1
        if kind == .file, !isFurther { ignoredBytes &+= rows.int(3) }
        continue
      }
      if parent != 0, !rows.isNull(8) { matched += 1 }
      // Every entry is counted once: what could not be read is an error and nothing else.
      if kind == .unknown || !rows.isNull(7) {
        current.errors += 1
        continue
      }
      switch kind {
      case .folder: current.folders += 1
      case .link: current.links += 1
      case .special, .unknown: current.specials += 1
      case .file:
        current.files += 1
        if !isFurther { current.bytes &+= rows.int(3) }
        node.modified = rows.int(4)
        node.content = nil
        if hasContent, !rows.isNull(9) || !rows.isNull(10) {
          var content = ContentFacts()
          content.embeddedModified = rows.optionalInt(9)
          if let family = rows.optionalText(10) {
            content.format = FormatFacts(puid: nil, mime: "", name: "", family: family)
          }
          node.content = content
        }
        if let best = trust.best(node, isMigrationFolder: false) {
          current.oldest = min(current.oldest, best.date)
          current.newest = max(current.newest, best.date)
        }
      }
    }
    rows.reset()
    let account = try connection.prepare(
      """
      UPDATE run SET files = ?2, folders = ?3, links = ?4, specials = ?5, ignored = ?6, errors = ?7, bytes = ?8,
        ignored_bytes = ?9 WHERE id = ?1
      """)
    bind(current, to: account)
    account.bind(1, run)
    account.bind(9, ignoredBytes)
    try account.run()
    return matched
  }

  private func bind(_ sums: Sums, to statement: SQLStatement) {
    statement.bind(2, sums.files)
    statement.bind(3, sums.folders)
    statement.bind(4, sums.links)
    statement.bind(5, sums.specials)
    statement.bind(6, sums.ignored)
    statement.bind(7, sums.errors)
    statement.bind(8, sums.bytes)
  }

  private func write(_ sums: Sums, of folder: Int, _ update: SQLStatement) throws(EADError) {
    update.bind(1, folder)
    bind(sums, to: update)
    update.bind(9, sums.oldest == .max ? nil : sums.oldest)
    update.bind(10, sums.newest == .min ? nil : sums.newest)
    try update.run()
  }

  private func swap() throws(EADError) {
    // A view that speaks of a table that is not there keeps others from being renamed.
    try connection.execute("DROP VIEW IF EXISTS path")
    for table in InventorySchema.TreeTable.allCases {
      try connection.execute(
        "DROP TABLE IF EXISTS \(table.rawValue); ALTER TABLE scan_\(table.rawValue) RENAME TO \(table.rawValue)")
    }
    try connection.execute(InventorySchema.views)
  }
}
