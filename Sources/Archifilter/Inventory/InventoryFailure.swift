import EADKit
import GRDB
import GRDBSQLite

/// SQLite's failures in words an archivist can act on.
enum InventoryFailure {
  /// - Parameters:
  ///   - code: SQLite's result code.
  ///   - database: the connection that failed, for its own words.
  static func error(_ code: Int32, _ database: OpaquePointer?, file: String) -> EADError {
    let words = database.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
    return error(code, words, file: file)
  }

  static func error(_ code: Int32, _ words: String, file: String) -> EADError {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: EADError("inventory-busy", file: file)
    case SQLITE_FULL: EADError("inventory-disk-full", file: file)
    case SQLITE_CORRUPT, SQLITE_NOTADB: EADError("inventory-corrupt", file: file, [words])
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH: EADError("inventory-access", file: file, [words])
    default: EADError("inventory-failed", file: file, [words])
    }
  }

  static func error(_ error: any Error, file: String) -> EADError {
    if let error = error as? EADError { return error }
    if let error = error as? DatabaseError {
      return self.error(error.extendedResultCode.rawValue, error.message ?? String(describing: error), file: file)
    }
    return EADError("inventory-failed", file: file, [String(describing: error)])
  }
}
