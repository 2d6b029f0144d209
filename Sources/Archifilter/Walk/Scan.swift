public import EADKit
import Glibc

/// Scans a folder into an inventory: walks it, reads its files, adds up, and puts the new tree in the place of the old one.
///
/// Killed at any moment, the same scan goes on where it stopped; until its end the inventory holds the last complete one.
/// Nothing is ever written below the scanned folder, but for the inventory itself when it lies there.
public final class Scan {
  private let inventory: Inventory
  private let options: ScanOptions
  /// Told now and then, on the thread that runs the scan.
  public var progress: ((ScanProgress) -> Void)?
  /// Asked often, on any thread: once it says true the scan ends with what it has.
  public var isStopped: @Sendable () -> Bool = { false }

  public init(inventory: Inventory, options: ScanOptions) {
    self.inventory = inventory
    self.options = options
  }

  /// Scans, or goes on with a scan that was stopped.
  ///
  /// - Throws: `scan-root-…` when the folder cannot be scanned at all, `scan-other-root` when the inventory is another
  ///   folder's, and failures of the inventory. What cannot be read inside the folder is recorded and no failure.
  public func run() throws(EADError) -> ScanResult {
    let root = try openRoot()
    defer { close(root.descriptor) }
    // A list that cannot be read ends the scan before it has begun.
    if options.formats != .none, !options.formatsFrom.isEmpty || usesSiegfried {
      let lists = FormatImport(root: root.path)
      for path in options.formatsFrom { try lists.add(path: path) }
      self.lists = lists
    }
    return try inventory.access { connection throws(EADError) in
      do throws(EADError) {
        return try run(root, connection)
      } catch {
        // A transaction that failed half-way is taken back; outside of one this fails, and rightly.
        try? connection.execute("ROLLBACK")
        throw error
      }
    }
  }

  /// What lists given with `ScanOptions.formatsFrom`, and Siegfried, say about paths relative to the root.
  private var lists: FormatImport?
  private var usesSiegfried: Bool {
    options.formats == .siegfried || (options.formats == .auto && SiegfriedRun.program() != nil)
  }

  /// What recognises the formats, for the record of the run.
  private var engine: String {
    guard options.formats != .none else { return "" }
    let others = options.formatsFrom.isEmpty ? [] : ["lists of formats"]
    return (others + (usesSiegfried ? ["Siegfried"] : []) + [FormatIdentifier.engine]).joined(separator: ", ")
  }

  // MARK: Root

  private struct Root {
    var descriptor: Int32
    var path: [UInt8]
    var info: stat
    var name: [UInt8] {
      let last = path.split(separator: 0x2F).last
      return last.map { Array($0) } ?? [0x2F]
    }
  }

  private func openRoot() throws(EADError) -> Root {
    let shown = FileName.display(options.root)
    let given = options.root.map { CChar(bitPattern: $0) } + [0]
    guard !options.root.isEmpty, let resolved = realpath(given, nil) else {
      throw Scan.rootError(options.root.isEmpty ? ENOENT : errno, shown)
    }
    defer { free(resolved) }
    let path = resolved.withMemoryRebound(to: UInt8.self, capacity: strlen(resolved) + 1) {
      Array(UnsafeBufferPointer(start: $0, count: strlen(resolved)))
    }
    let descriptor = open(resolved, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Scan.rootError(errno, shown) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else {
      let reason = errno
      close(descriptor)
      throw Scan.rootError(reason, shown)
    }
    return Root(descriptor: descriptor, path: path, info: info)
  }

  private static func rootError(_ reason: Int32, _ shown: String) -> EADError {
    switch reason {
    case ENOENT: EADError("scan-root-missing", file: shown)
    case ENOTDIR: EADError("scan-root-not-folder", file: shown)
    default: EADError("scan-root-unreadable", file: shown, [String(cString: strerror(reason))])
    }
  }

  // MARK: Phases

  private func run(_ root: Root, _ connection: InventoryConnection) throws(EADError) -> ScanResult {
    let runs = try RunRecord.all(connection)
    if let known = runs.last(where: { $0.kind == "scan" }), known.root != root.path {
      throw EADError("scan-other-root", file: connection.file, [FileName.display(known.root)])
    }
    let previous = runs.last { $0.phase == "done" }
    let isCompared = previous?.kind == "scan"
    var current: RunRecord
    var isResumed = false
    if let last = runs.last, last.phase != "done", last.kind == "scan", last.options == options.text {
      current = last
      isResumed = true
    } else {
      current = try begin(root, connection)
    }

    var findings: [Finding] = []
    var folders: FolderTable?
    if current.phase == "walk" {
      let changes = isCompared ? try ChangeRecorder(connection, run: current.id) : nil
      let walker = try TreeWalker(
        connection: connection, options: options, settings: settings(root), changes: changes)
      guard try walker.run(isStopped: isStopped, progress: { progress?($0) }) else {
        return try result(connection, current.id, isResumed, isComplete: false, isCompared)
      }
      folders = walker.folders
      try endWalk(connection, current.id, isCompared ? previous : nil)
      current.phase = "content"
    }
    if current.phase == "content" {
      if options.readsContent {
        let known: FolderTable
        if let folders { known = folders } else { known = try FolderTable(connection, prefix: "scan_") }
        if let lists, usesSiegfried { findings += SiegfriedRun.run(root: root.path, into: lists) }
        let phase = ContentPhase(
          connection: connection, options: options, rootDescriptor: root.descriptor, folders: known,
          importedFormat: lists.map { lists in { path in lists.format(of: path) } })
        guard try phase.run(isStopped: isStopped, progress: { progress?($0) }) else {
          return try result(connection, current.id, isResumed, isComplete: false, isCompared)
        }
      }
      try connection.execute("UPDATE run SET phase = 'finish' WHERE id = \(current.id)")
    }
    let finish = ScanFinish(connection, options: options, run: current.id, isCompared: isCompared)
    try connection.execute("BEGIN IMMEDIATE")
    guard let unchanged = try finish.run(isStopped: isStopped, progress: { progress?($0) }) else {
      try connection.execute("ROLLBACK")
      return try result(connection, current.id, isResumed, isComplete: false, isCompared)
    }
    try connection.execute("COMMIT")
    // Another reader may hold the log: then it is emptied later.
    try? connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    var all = try result(connection, current.id, isResumed, isComplete: true, isCompared)
    all.unchanged = unchanged
    all.findings += findings + (lists?.findings() ?? [])
    return all
  }

  /// Empty tables for a new scan; what an abandoned one had found is dropped.
  private func begin(_ root: Root, _ connection: InventoryConnection) throws(EADError) -> RunRecord {
    try connection.execute("BEGIN IMMEDIATE")
    try connection.execute(
      """
      DELETE FROM change WHERE run IN (SELECT id FROM run WHERE phase <> 'done');
      DELETE FROM run WHERE phase <> 'done';
      """)
    for table in InventorySchema.TreeTable.allCases {
      try connection.execute("DROP TABLE IF EXISTS scan_\(table.rawValue)")
      try connection.execute(table.sql(prefix: "scan_"))
    }
    let run = try connection.prepare(
      """
      INSERT INTO run (kind, phase, root, options, tool, engine, started) VALUES ('scan', 'walk', ?1, ?2, ?3, ?4, ?5)
      """)
    run.bind(1, blob: root.path)
    run.bind(2, text: options.text)
    run.bind(3, text: options.tool)
    run.bind(4, text: engine)
    run.bind(5, text: options.started)
    try run.run()
    let rule = try connection.prepare("INSERT INTO scan_rule VALUES (?1, ?2, ?3, ?4)")
    for (number, one) in options.ignore.rules.enumerated() {
      rule.bind(1, number + 1)
      rule.bind(2, text: one.kind.rawValue)
      rule.bind(3, text: one.pattern)
      rule.bind(4, text: one.note)
      try rule.run()
    }
    rule.bind(1, options.ignore.rules.count + 1)
    rule.bind(2, text: "inventory")
    rule.bind(3, text: "")
    rule.bind(4, text: "archifilter: this inventory and its companions")
    try rule.run()
    let node = try connection.prepare(
      "INSERT INTO scan_node VALUES (1, 0, ?1, 0, 0, ?2, ?3, ?4, ?5, 0, NULL, NULL, (SELECT id FROM node WHERE id = 1))")
    node.bind(1, name: root.name)
    node.bind(2, FolderReader.nanoseconds(root.info.st_mtim))
    node.bind(3, Int(bitPattern: UInt(root.info.st_ino)))
    node.bind(4, Int(bitPattern: UInt(root.info.st_dev)))
    node.bind(5, Int(root.info.st_nlink))
    try node.run()
    try connection.execute("COMMIT")
    guard let made = try RunRecord.all(connection).last else { throw EADError("inventory-unfinished", file: connection.file) }
    return made
  }

  private func settings(_ root: Root) -> WalkSettings {
    var names: [[UInt8]] = []
    var folder = stat()
    if let resolved = realpath(inventory.path, nil) {
      defer { free(resolved) }
      let path = Array(String(cString: resolved).utf8)
      let slash = path.lastIndex(of: 0x2F) ?? 0
      let name = Array(path[(slash + 1)...])
      names = [name, name + Array("-wal".utf8), name + Array("-shm".utf8), name + Array("-journal".utf8)]
      if stat(slash == 0 ? "/" : String(decoding: path[..<slash], as: UTF8.self), &folder) != 0 { names = [] }
    }
    var limit = rlimit()
    let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    let most = isKnown ? Int(clamping: limit.rlim_cur) : 1_024
    let threads = max(1, min(options.jobs, 64)) + 1
    return WalkSettings(
      root: root.descriptor, rootDevice: Int(bitPattern: UInt(root.info.st_dev)), follow: options.follow,
      oneFileSystem: options.oneFileSystem, matcher: options.ignore.matcher,
      skips: [false] + options.ignore.rules.map { $0.kind == .skip } + [false], inventoryNames: names,
      inventoryDevice: Int(bitPattern: UInt(folder.st_dev)), inventoryInode: Int(bitPattern: UInt(folder.st_ino)),
      inventoryRule: Int32(options.ignore.rules.count + 1), descriptors: max(4, min(128, (most - 64) / threads)))
  }

  /// After the walk: what was moved by the look of it, and what is known already about files that are as they were.
  private func endWalk(_ connection: InventoryConnection, _ run: Int, _ previous: RunRecord?) throws(EADError) {
    try connection.execute("BEGIN IMMEDIATE")
    if let previous {
      try ChangeRecorder.pairMoves(connection, run: run, by: .identity)
      // Another version or another list may see other formats; digests are digests.
      let isSameReading =
        previous.tool == options.tool
        && ScanOptions.formatLines(previous.options) == ScanOptions.formatLines(options.text)
      let kept = """
        FROM scan_node n JOIN node o ON o.id = n.previous JOIN content c ON c.node = o.id
        WHERE n.kind = 1 AND o.kind = 1 AND n.rule IS NULL AND n.size = o.size AND n.mtime = o.mtime AND n.inode = o.inode
          AND c.error IS NULL AND c.flags & \(ContentFacts.Flags.changed.rawValue) = 0
        """
      if try connection.number("SELECT 1 FROM content LIMIT 1") == nil {
        // Nothing was read before.
      } else if isSameReading {
        try connection.execute(
          """
          INSERT INTO scan_content SELECT n.id, c.work, c.sha256, c.sha512, c.md5, c.format, c.basis, c.flags, c.modified,
            c.created, c.title, c.members, c.member_bytes, c.error \(kept) ORDER BY n.id;
          INSERT INTO scan_member SELECT n.id, m.ordinal, m.name, m.size, m.modified, m.flags
            FROM scan_node n JOIN scan_content k ON k.node = n.id JOIN member m ON m.node = n.previous
            ORDER BY n.id, m.ordinal;
          """)
      } else {
        let digests = ContentFacts.Work.digests.rawValue
        try connection.execute(
          """
          INSERT INTO scan_content (node, work, sha256, sha512, md5) SELECT n.id, c.work & \(digests), c.sha256, c.sha512, c.md5
            \(kept) AND c.work & \(digests) <> 0 ORDER BY n.id
          """)
      }
    }
    try connection.execute("UPDATE run SET phase = 'content' WHERE id = \(run)")
    try connection.execute("COMMIT")
  }

  // MARK: Result

  private static let mostFindings = 100

  private func result(
    _ connection: InventoryConnection, _ run: Int, _ isResumed: Bool, isComplete: Bool, _ isCompared: Bool
  ) throws(EADError) -> ScanResult {
    guard let record = try RunRecord.all(connection).last(where: { $0.id == run }) else {
      throw EADError("inventory-unfinished", file: connection.file)
    }
    var result = ScanResult(run: record, isResumed: isResumed, isComplete: isComplete, isCompared: isCompared)
    let counts = try connection.prepare("SELECT kind, count(*) FROM change WHERE run = ?1 GROUP BY kind")
    counts.bind(1, run)
    while try counts.step() {
      switch counts.text(0) {
      case "added": result.added = counts.int(1)
      case "changed": result.changed = counts.int(1)
      case "moved": result.moved = counts.int(1)
      case "removed": result.removed = counts.int(1)
      default: break
      }
    }
    if isComplete { result.findings = try failures(connection) }
    return result
  }

  /// What could not be read; the first ones one by one.
  private func failures(_ connection: InventoryConnection) throws(EADError) -> [Finding] {
    let rows = try connection.prepare("SELECT parent, name, error FROM node WHERE error IS NOT NULL ORDER BY id")
    var findings: [Finding] = []
    var more = 0
    var folders: FolderTable?
    while try rows.step() {
      if findings.count == Scan.mostFindings {
        more += 1
        continue
      }
      let table: FolderTable
      if let folders { table = folders } else { table = try FolderTable(connection) }
      folders = table
      let above = table.path(rows.int(0))
      let path = rows.int(0) == 0 ? rows.array(1) : above.isEmpty ? rows.array(1) : above + [0x2F] + rows.bytes(1)
      findings.append(
        Finding(
          rule: "scan-entry-unreadable", severity: .error, file: FileName.display(path),
          arguments: [String(cString: strerror(Int32(truncatingIfNeeded: rows.int(2))))]))
    }
    if more > 0 {
      findings.append(
        Finding(rule: "scan-more-unreadable", severity: .error, file: connection.file, arguments: [String(more)]))
    }
    return findings
  }
}
