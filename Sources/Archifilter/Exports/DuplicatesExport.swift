public import EADKit

/// Duplicates, as sheets for people: groups of files with the same content, and groups of folders that hold the same.
///
/// Files: same size and same SHA-256; empty files and further names of one file (hard links) are none. Folders: the topmost
/// ones only (`FolderDigests`). What lies inside a duplicate folder is marked, and its bytes are counted once, with the folder.
public enum DuplicatesExport {
  /// One row for each file of each group, the group that wastes most first.
  public static func files(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    let digests = try FolderDigests(connection)
    try fillFiles(connection)
    var sheet = try DuplicateSheet(connection, options, digests, .files)
    var summary = try sheet.write(write)
    let empty =
      try connection.number(
        "SELECT count(*) FROM node WHERE kind = 1 AND size = 0 AND rule IS NULL AND error IS NULL") ?? 0
    if empty > 0 { summary.leftOut["export-empty-file"] = empty }
    let links =
      try connection.number(
        "SELECT count(*) FROM node WHERE kind = 1 AND rule IS NULL AND flags & \(Node.Flags.furtherLink.rawValue) <> 0") ?? 0
    if links > 0 { summary.leftOut["export-hard-link"] = links }
    summary.findings.append(try sheet.total("export-duplicate-files-total"))
    let blind = try undigested(connection)
    if blind > 0 {
      summary.findings.append(
        Finding(rule: "export-duplicates-undigested", severity: .warning, file: connection.file, arguments: [String(blind)]))
    }
    return summary
  }

  /// One row for each folder of each group, the group that wastes most first.
  public static func folders(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    let digests = try FolderDigests(connection)
    var sheet = try DuplicateSheet(connection, options, digests, .folders)
    var summary = try sheet.write(write)
    summary.findings.append(try sheet.total("export-duplicate-folders-total"))
    if digests.unknown > 0 {
      summary.findings.append(
        Finding(
          rule: "export-folders-undigested", severity: .note, file: connection.file, arguments: [String(digests.unknown)]))
    }
    return summary
  }

  static let countedFiles =
    "n.kind = 1 AND n.size > 0 AND n.rule IS NULL AND n.flags & \(Node.Flags.furtherLink.rawValue) = 0"

  private static func fillFiles(_ connection: InventoryConnection) throws(EADError) {
    try connection.execute(
      """
      DROP TABLE IF EXISTS temp.export_file_group;
      CREATE TEMP TABLE export_file_group (number INTEGER PRIMARY KEY, digest BLOB NOT NULL, bytes INTEGER NOT NULL,
        files INTEGER NOT NULL, copies INTEGER NOT NULL, UNIQUE (digest, bytes));
      INSERT INTO temp.export_file_group (digest, bytes, files, copies)
        SELECT c.sha256, n.size, 1, count(*) FROM content c JOIN node n ON n.id = c.node
        WHERE c.sha256 IS NOT NULL AND \(countedFiles)
        GROUP BY c.sha256, n.size HAVING count(*) > 1 ORDER BY n.size * (count(*) - 1) DESC, c.sha256;
      DROP TABLE IF EXISTS temp.export_file;
      CREATE TEMP TABLE export_file (group_number INTEGER NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (group_number, node))
        WITHOUT ROWID;
      INSERT INTO temp.export_file SELECT g.number, n.id FROM content c JOIN node n ON n.id = c.node
        JOIN temp.export_file_group g ON g.digest = c.sha256 AND g.bytes = n.size
        WHERE \(countedFiles) ORDER BY g.number, n.id;
      """)
  }

  /// Files of a size that another one has, too, and without digest: they may be duplicates, and nobody knows.
  private static func undigested(_ connection: InventoryConnection) throws(EADError) -> Int {
    try connection.number(
      """
      SELECT count(*) FROM node n LEFT JOIN content c ON c.node = n.id WHERE \(countedFiles) AND c.sha256 IS NULL
        AND n.size IN (SELECT n.size FROM node n WHERE \(countedFiles) GROUP BY n.size HAVING count(*) > 1)
      """) ?? 0
  }
}

/// Writes the groups of files or folders; two passes over the members of a group, none of them in memory.
private struct DuplicateSheet {
  enum Kind { case files, folders }

  private let connection: InventoryConnection
  private let options: ExportOptions
  private let digests: FolderDigests
  private let kind: Kind
  private let paths: NodePaths
  private let members: SQLStatement
  private var summary = ExportSummary()
  private var groups = 0
  /// What could go: entries and bytes.
  private var surplus = 0
  private var surplusBytes = 0

  init(
    _ connection: InventoryConnection, _ options: ExportOptions, _ digests: FolderDigests, _ kind: Kind
  ) throws(EADError) {
    self.connection = connection
    self.options = options
    self.digests = digests
    self.kind = kind
    paths = try NodePaths(connection)
    members = try connection.prepare(
      """
      SELECT n.id, n.parent, n.name, coalesce(f.newest, n.mtime), f.ignored
      FROM temp.\(kind == .files ? "export_file" : "export_folder") m
      JOIN node n ON n.id = m.node LEFT JOIN folder f ON f.node = n.id WHERE m.group_number = ?1 ORDER BY m.node
      """)
  }

  private static let separator = UInt8(ascii: ";")

  private var columns: [String] {
    let digest = kind == .files ? "sha256" : "tree_sha256"
    let counts = kind == .files ? [] : ["files", "ignored"]
    return ["group", "size"] + counts + ["copies", "wasted", "keep", "reason", "inside_duplicate_folder", "path", "path_bytes"]
      + ["modified_utc", digest]
  }

  mutating func write(_ write: ExportSink) throws(EADError) -> ExportSummary {
    var buffer = ExportBuffer()
    if options.byteOrderMark { buffer.appendByteOrderMark() }
    buffer.append(row: columns, separator: DuplicateSheet.separator, .spreadsheet)
    let rows = try connection.prepare(
      """
      SELECT number, digest, bytes, files, copies FROM temp.\(kind == .files ? "export_file_group" : "export_folder_group")
      ORDER BY number
      """)
    while try rows.step() {
      let group = Group(
        id: rows.int(0), digest: rows.array(1), bytes: rows.int(2), files: rows.int(3), copies: rows.int(4))
      try self.write(group, &buffer, write)
    }
    try buffer.flush(write)
    return summary
  }

  private struct Group {
    var id: Int
    var digest: [UInt8]
    var bytes: Int
    var files: Int
    var copies: Int
  }

  private mutating func write(_ group: Group, _ buffer: inout ExportBuffer, _ write: ExportSink) throws(EADError) {
    var proposal = KeepProposal()
    var inside = 0
    try forEach(group.id) { row throws(EADError) in
      if digests.isInside(row.parent) { inside += 1 }
      proposal.consider(KeepProposal.Copy(node: row.node, path: row.path, modified: row.modified))
    }
    // Folders that lie inside other duplicate folders, all of them, are said with those.
    if kind == .folders, inside == group.copies { return }
    groups += 1
    let extra = inside > 0 ? group.copies - inside : group.copies - 1
    let (wasted, isOverflow) = group.bytes.multipliedReportingOverflow(by: extra)
    surplus += extra
    if !isOverflow { surplusBytes &+= wasted }
    let language = options.description.language
    let reason = MessageCatalog.text(proposal.reason, [], language)
    let kept = proposal.best?.node
    let number = groups
    let counts = kind == .files
    let hex = ExportBuffer.hex(group.digest)
    var written = 0
    try forEach(group.id) { row throws(EADError) in
      let shown = row.path.isEmpty ? "." : PathText.text(row.path)
      let isKept = row.node == kept
      var cells = [String(number), String(group.bytes)]
      if !counts { cells += [String(group.files), String(row.ignored)] }
      cells += [
        String(group.copies), String(wasted), isKept ? "yes" : "", isKept ? reason : "",
        digests.isInside(row.parent) ? "yes" : "", shown,
        row.path.isEmpty ? "" : ExportText.hex(of: row.path, shownAs: shown) ?? "", ExportText.utc(row.modified), hex,
      ]
      buffer.append(row: cells, separator: DuplicateSheet.separator, .spreadsheet)
      written += 1
      try buffer.drain(write)
    }
    summary.written += written
  }

  private struct Row {
    var node: Int
    var parent: Int
    var path: [UInt8]
    var modified: Int
    var ignored: Int
  }

  private func forEach(_ group: Int, _ body: (Row) throws(EADError) -> Void) throws(EADError) {
    members.bind(1, group)
    defer { members.reset() }
    while try members.step() {
      let parent = members.int(1)
      try body(
        Row(
          node: members.int(0), parent: parent, path: paths.path(parent: parent, name: members.array(2)),
          modified: members.int(3), ignored: members.int(4)))
    }
  }

  /// Groups, what could go, and its share of all by count and by bytes.
  func total(_ rule: String) throws(EADError) -> Finding {
    let language = options.description.language
    let all =
      kind == .files
      ? try connection.number("SELECT count(*) FROM node n WHERE n.kind = 1 AND n.rule IS NULL") ?? 0
      : try connection.number("SELECT count(*) FROM node n WHERE n.kind = 0 AND n.rule IS NULL") ?? 0
    let bytes =
      try connection.number(
        "SELECT coalesce(sum(n.size), 0) FROM node n WHERE \(DuplicatesExport.countedFiles)") ?? 0
    func share(_ part: Int, _ whole: Int) -> String {
      let tenths = whole > 0 ? Int((Double(part) / Double(whole) * 1_000).rounded()) : 0
      return "\(tenths / 10)" + (language == .french ? "," : ".") + "\(tenths % 10)"
    }
    return Finding(
      rule: rule, severity: .note, file: connection.file,
      arguments: [
        String(groups), String(surplus), ByteText.exact(surplusBytes, language), share(surplus, all),
        share(surplusBytes, bytes),
      ])
  }
}
