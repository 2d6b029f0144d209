public import EADKit
import Glibc

/// Sessions saved by Archifiltre Docs, and the file lists of its scripts: an inventory without the disk, or what archivists
/// said about a tree that was scanned.
public enum ArchifiltreSession {
  /// What is taken from the file.
  public enum Mode: String, Sendable, CaseIterable {
    /// The tree and what was said about it; of an inventory that holds a scan of the same folder, what was said only.
    case automatic
    /// What was said only: aliases, comments, tags, eliminations, dates, moves.
    case annotations
    /// The tree too: it takes the place of one that came from a session or a list, never that of a scan.
    case tree
  }

  public struct Options: Sendable {
    public var mode = Mode.automatic
    /// Left out of descriptions, and counted.
    public var ignore = IgnoreRules()
    public var timeZone: LocalTime
    /// This moment, in nanoseconds since 1970-01-01 UTC.
    public var now: Int
    /// This moment, ISO 8601 in UTC.
    public var started: String
    /// Name and version of the program.
    public var tool: String

    public init(timeZone: LocalTime, now: Int, started: String, tool: String) {
      self.timeZone = timeZone
      self.now = now
      self.started = started
      self.tool = tool
    }
  }

  public struct Result: Sendable {
    /// The run that was recorded; nil when only what was said was taken.
    public var run: RunRecord?
    /// As the file names it; of a session, the version of Archifiltre.
    public var version = ""
    /// How many statements of archivists were taken.
    public var annotations = 0
    /// What was not understood or has no place here.
    public var findings: [Finding] = []
  }

  /// Where annotations come from, in the inventory: a session read again replaces what it had said.
  static let source = "session"

  /// Reads a session or a list into an inventory; all or nothing.
  ///
  /// - Throws: `EADError` when the file cannot be read or is neither, or when the inventory holds another tree.
  public static func read(
    path: String, into inventory: Inventory, options: Options
  ) throws(EADError) -> Result {
    let bytes = try contents(of: path)
    var blanks = bytes[...]
    if blanks.starts(with: [0xEF, 0xBB, 0xBF]) { blanks = blanks.dropFirst(3) }
    let first = blanks.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    let content =
      first == 0x7B
      ? SessionContent(try SessionDocument(bytes, file: path)) : SessionContent(try ScriptFileList(bytes, file: path))
    return try inventory.access { connection throws(EADError) in
      try connection.execute("BEGIN IMMEDIATE")
      do throws(EADError) {
        let result = try take(content, file: path, connection, options)
        try connection.execute("COMMIT")
        return result
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    }
  }

  private static let mostBytes = 2 << 30

  private static func contents(of path: String) throws(EADError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw EADError("session-unreadable", file: path, [String(cString: strerror(errno))]) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      throw EADError("session-unreadable", file: path, [String(cString: strerror(EINVAL))])
    }
    guard info.st_size <= mostBytes else { throw EADError("session-large", file: path) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(info.st_size) + 1)
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw EADError("session-unreadable", file: path, [String(cString: strerror(errno))]) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= mostBytes else { throw EADError("session-large", file: path) }
    }
  }

  private static func take(
    _ content: SessionContent, file: String, _ connection: InventoryConnection, _ options: Options
  ) throws(EADError) -> Result {
    var content = content
    var result = Result()
    result.version = content.version
    let last = try RunRecord.all(connection).last { $0.phase == "done" }
    let holdsScan = last?.kind == "scan"
    let isTree: Bool
    switch options.mode {
    case .annotations: isTree = false
    case .tree: isTree = true
    case .automatic: isTree = !holdsScan
    }
    if isTree {
      if holdsScan { throw EADError("session-tree-scanned", file: connection.file) }
      if try connection.number("SELECT 1 FROM sqlite_master WHERE name = 'scan_node'") != nil {
        throw EADError("session-scan-begun", file: connection.file)
      }
      // An inventory of one tree must not turn into that of another unseen.
      if let last, last.root != content.root {
        throw EADError("session-other-tree", file: connection.file, [FileName.display(last.root)])
      }
      var run = RunRecord()
      run.kind = content.kind
      run.phase = "done"
      run.root = content.root
      run.options = content.text(file: file)
      run.tool = options.tool
      run.started = options.started
      run.finished = options.started
      let trust = DateTrust(now: options.now, time: options.timeZone)
      try content.tree.write(connection, rules: options.ignore, trust: trust, run: &run)
      run.id = try record(run, connection)
      result.run = run
      for annotation in content.annotations where content.tree.find(annotation.path) == nil {
        content.findings.add("session-unmatched", .warning, annotation.path)
      }
    } else {
      guard last != nil else { throw EADError("inventory-unfinished", file: connection.file) }
      guard content.kind == "session" else { throw EADError("list-without-annotations", file: file) }
      let nodes = try NodeLookup(connection)
      let root = try nodes.name(1) ?? []
      guard root == content.tree.entries[0].name else {
        throw EADError("session-other-root", file: file, [FileName.display(content.tree.entries[0].name), FileName.display(root)])
      }
      for annotation in content.annotations where try nodes.find(annotation.path) == nil {
        content.findings.add("session-unmatched", .warning, annotation.path)
      }
    }
    try Annotations.replace(content.annotations, source: source, in: connection)
    result.annotations = content.annotations.count
    result.findings = content.findings.findings(file: file)
    try record(result.findings, connection)
    return result
  }

  private static func record(_ run: RunRecord, _ connection: InventoryConnection) throws(EADError) -> Int {
    let insert = try connection.prepare(
      """
      INSERT INTO run (kind, phase, root, options, tool, engine, started, finished, files, folders, ignored, ignored_bytes,
        bytes) VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      """)
    insert.bind(1, text: run.kind)
    insert.bind(2, text: run.phase)
    insert.bind(3, blob: run.root)
    insert.bind(4, text: run.options)
    insert.bind(5, text: run.tool)
    insert.bind(6, text: run.started)
    insert.bind(7, text: run.finished)
    insert.bind(8, run.files)
    insert.bind(9, run.folders)
    insert.bind(10, run.ignored)
    insert.bind(11, run.ignoredBytes)
    insert.bind(12, run.bytes)
    try insert.run()
    return try connection.number("SELECT max(id) FROM run") ?? 0
  }

  /// They stay with the inventory, at its root.
  private static func record(_ findings: [Finding], _ connection: InventoryConnection) throws(EADError) {
    try connection.execute("DELETE FROM finding WHERE node = 1 AND (rule GLOB 'session-*' OR rule GLOB 'list-*')")
    let insert = try connection.prepare("INSERT OR REPLACE INTO finding VALUES (1, ?1, ?2, ?3)")
    for finding in findings {
      insert.bind(1, text: finding.rule)
      insert.bind(2, text: finding.severity.rawValue)
      insert.bind(3, text: finding.arguments.first ?? "")
      try insert.run()
    }
  }
}

/// Entries of the last complete scan by their path.
final class NodeLookup {
  private let folder: SQLStatement
  private let entry: SQLStatement

  init(_ connection: InventoryConnection) throws(EADError) {
    folder = try connection.prepare("SELECT first, entries FROM folder WHERE node = ?1")
    entry = try connection.prepare("SELECT name FROM node WHERE id = ?1")
  }

  func name(_ identifier: Int) throws(EADError) -> [UInt8]? {
    entry.bind(1, identifier)
    defer { entry.reset() }
    return try entry.step() ? entry.array(0) : nil
  }

  /// Identifier of the entry at a path relative to the root; nil when there is none.
  func find(_ path: [UInt8]) throws(EADError) -> Int? {
    var current = 1
    for name in path.split(separator: 0x2F) {
      folder.bind(1, current)
      defer { folder.reset() }
      guard try folder.step(), folder.int(1) > 0 else { return nil }
      // The entries of a folder stand in the order of their names' bytes.
      var low = folder.int(0)
      let end = low + folder.int(1)
      var high = end
      while low < high {
        let middle = low + (high - low) / 2
        guard let found = try self.name(middle) else { return nil }
        if found.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
      }
      guard low < end, let found = try self.name(low), found.elementsEqual(name) else { return nil }
      current = low
    }
    return current
  }
}
