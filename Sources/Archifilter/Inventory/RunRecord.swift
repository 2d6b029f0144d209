public import EADKit

/// A scan or import, as the inventory remembers it.
public struct RunRecord: Sendable, Equatable {
  public var id = 0
  /// `scan`, `session` or `list`.
  public var kind = ""
  /// `walk`, `content`, `finish` or `done`.
  public var phase = ""
  /// Absolute path of what was scanned, as bytes.
  public var root: [UInt8] = []
  /// Options that change what is found, one a line as `name=value`.
  public var options = ""
  /// Name and version of the program.
  public var tool = ""
  /// What recognised the formats, with version.
  public var engine = ""
  /// ISO 8601, UTC.
  public var started = ""
  public var finished: String?
  public var files = 0
  public var folders = 0
  public var links = 0
  public var specials = 0
  public var ignored = 0
  public var ignoredBytes = 0
  public var errors = 0
  public var bytes = 0
  public init() {}

  /// All runs, oldest first.
  public static func all(_ connection: InventoryConnection) throws(EADError) -> [RunRecord] {
    let statement = try connection.prepare(
      """
      SELECT id, kind, phase, root, options, tool, engine, started, finished, files, folders, links, specials, ignored,
        ignored_bytes, errors, bytes FROM run ORDER BY id
      """)
    var runs: [RunRecord] = []
    while try statement.step() {
      var run = RunRecord()
      run.id = statement.int(0)
      run.kind = statement.text(1)
      run.phase = statement.text(2)
      run.root = statement.array(3)
      run.options = statement.text(4)
      run.tool = statement.text(5)
      run.engine = statement.text(6)
      run.started = statement.text(7)
      run.finished = statement.optionalText(8)
      run.files = statement.int(9)
      run.folders = statement.int(10)
      run.links = statement.int(11)
      run.specials = statement.int(12)
      run.ignored = statement.int(13)
      run.ignoredBytes = statement.int(14)
      run.errors = statement.int(15)
      run.bytes = statement.int(16)
      runs.append(run)
    }
    return runs
  }

  /// The run that gave the tree the inventory holds, and whether a newer one was begun and not finished.
  ///
  /// - Throws: `inventory-unfinished` when no run was ever finished: there is nothing to show yet.
  public static func current(_ connection: InventoryConnection) throws(EADError) -> (run: RunRecord, isOutdated: Bool) {
    let runs = try all(connection)
    guard let last = runs.last(where: { $0.phase == "done" }) else {
      throw EADError("inventory-unfinished", file: connection.file)
    }
    return (last, runs.last?.phase != "done")
  }
}
