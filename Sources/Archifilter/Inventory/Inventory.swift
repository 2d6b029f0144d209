public import EADKit
import GRDB
import GRDBSQLite
import Glibc

/// The inventory of a file tree: one SQLite file with its entries, sizes, dates, digests, formats, findings, annotations and
/// the runs that made it.
public final class Inventory {
  /// Where it is.
  public let path: String
  private let queue: DatabaseQueue

  /// What is done with it.
  public enum Access: Sendable {
    /// Nothing is changed; may go on beside other readers.
    case read
    /// Alone: made when it is not there.
    case write
    /// Alone; an error when it is not there.
    case update
  }

  /// Opens an inventory.
  ///
  /// - Throws: `EADError` when it is not there, is none, is damaged, comes from a newer version, or another run is writing it.
  public init(path: String, access: Access) throws(EADError) {
    self.path = path
    var info = stat()
    let exists = stat(path, &info) == 0
    if !exists, access != .write { throw EADError("inventory-missing", file: path) }
    if exists, (info.st_mode & S_IFMT) != S_IFREG { throw EADError("inventory-no-file", file: path) }
    if !exists {
      // Made here, so that nobody else may read it, not even for a moment; SQLite gives its companions the same mode.
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw EADError("output-failed", file: path, [String(cString: strerror(errno))]) }
      Glibc.close(descriptor)
    }
    var configuration = Configuration()
    configuration.readonly = access == .read
    configuration.busyMode = .immediateError
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
      if access == .read { return }
      // One writer: whoever comes second is told so.
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
      try db.execute(sql: "BEGIN EXCLUSIVE; COMMIT")
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { db in try Inventory.prepare(db, path: path, access: access) }
    } catch {
      throw InventoryFailure.error(error, file: path)
    }
  }

  private static func prepare(_ db: Database, path: String, access: Access) throws {
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
    let current = InventorySchema.migrations.count
    if application != InventorySchema.applicationID, !(isEmpty && application == 0) {
      throw EADError("inventory-foreign", file: path)
    }
    if version > current { throw EADError("inventory-newer", file: path, [String(version), String(current)]) }
    if access == .read {
      if isEmpty { throw EADError("inventory-unfinished", file: path) }
      if version < current { throw EADError("inventory-older", file: path) }
      return
    }
    guard version < current else { return }
    for (number, migration) in InventorySchema.migrations.enumerated().dropFirst(version) {
      try db.inTransaction(.exclusive) {
        try migration.body(db)
        try db.execute(sql: "PRAGMA application_id = \(InventorySchema.applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(number + 1)")
        return .commit
      }
    }
  }

  /// Runs a body on the inventory as it is at this moment.
  public func read<Result>(_ body: (InventoryConnection) throws(EADError) -> Result) throws(EADError) -> Result {
    try access { connection throws(EADError) in
      try connection.execute("BEGIN")
      do throws(EADError) {
        let result = try body(connection)
        try connection.execute("COMMIT")
        return result
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    }
  }

  /// Runs a body that begins and commits its own transactions.
  func access<Result>(_ body: (InventoryConnection) throws(EADError) -> Result) throws(EADError) -> Result {
    do {
      return try queue.unsafeReentrantWrite { db in
        guard let handle = db.sqliteConnection else { throw EADError("inventory-failed", file: path, ["closed"]) }
        return try body(InventoryConnection(handle, file: path))
      }
    } catch {
      throw InventoryFailure.error(error, file: path)
    }
  }

  /// Moves everything into the one file; the companions of the write-ahead log go with `close`.
  public func close() throws(EADError) {
    do { try queue.close() } catch { throw InventoryFailure.error(error, file: path) }
  }
}

/// The open connection of an inventory; valid only inside the closure that was given it.
public struct InventoryConnection {
  let handle: OpaquePointer
  /// Path of the inventory, for messages.
  public let file: String

  init(_ handle: OpaquePointer, file: String) {
    self.handle = handle
    self.file = file
  }

  func prepare(_ sql: String) throws(EADError) -> SQLStatement { try SQLStatement(handle, sql, file: file) }

  /// Runs statements without rows.
  func execute(_ sql: String) throws(EADError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw InventoryFailure.error(code, handle, file: file) }
  }

  /// The first column of the first row as a number; nil without a row.
  func number(_ sql: String) throws(EADError) -> Int? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.optionalInt(0) : nil
  }

  /// Rows changed by the last statement.
  var changes: Int { Int(sqlite3_changes64(handle)) }
}
