import EADKit
import GRDBSQLite

/// A prepared statement of the inventory, stepped through SQLite's own interface: rows by the million pay for every layer.
///
/// Valid only inside the closure that gave its `InventoryConnection`.
final class SQLStatement {
  private var handle: OpaquePointer?
  private let database: OpaquePointer
  private let file: String

  init(_ database: OpaquePointer, _ sql: String, file: String) throws(EADError) {
    self.database = database
    self.file = file
    let code = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
    guard code == SQLITE_OK else { throw InventoryFailure.error(code, database, file: file) }
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
  func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }
  func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }
  func bind(_ index: Int32, _ value: Int?) { if let value { bind(index, value) } else { bindNull(index) } }
  func bind(_ index: Int32, _ value: Int64?) { if let value { bind(index, value) } else { bindNull(index) } }

  /// Text in UTF-8.
  func bind(_ index: Int32, text: String?) {
    guard var text else { return bindNull(index) }
    _ = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, index, $0.baseAddress ?? SQLStatement.empty, Int32($0.count), SQLStatement.transient)
      }
    }
  }

  /// A name of the file system: text when it is UTF-8, so that any SQLite browser shows it, and a blob when it is not.
  func bind(_ index: Int32, name: UnsafeBufferPointer<UInt8>) {
    let isText = FileName.isUTF8(name)
    name.withMemoryRebound(to: CChar.self) {
      let base = $0.baseAddress ?? SQLStatement.empty
      if isText {
        sqlite3_bind_text(handle, index, base, Int32($0.count), SQLStatement.transient)
      } else {
        sqlite3_bind_blob(handle, index, base, Int32($0.count), SQLStatement.transient)
      }
    }
  }
  func bind(_ index: Int32, name: [UInt8]) { name.withUnsafeBufferPointer { bind(index, name: $0) } }

  /// The same without a copy: the bytes must stay where they are until the statement was run.
  func bind(_ index: Int32, lastingName name: UnsafeBufferPointer<UInt8>) {
    guard let base = name.baseAddress else { return bind(index, name: name) }
    let isText = FileName.isUTF8(name)
    _ = base.withMemoryRebound(to: CChar.self, capacity: name.count) {
      if isText {
        sqlite3_bind_text(handle, index, $0, Int32(name.count), nil)
      } else {
        sqlite3_bind_blob(handle, index, $0, Int32(name.count), nil)
      }
    }
  }

  func bind(_ index: Int32, blob: [UInt8]?) {
    guard let blob else { return bindNull(index) }
    blob.withUnsafeBytes {
      _ = sqlite3_bind_blob(handle, index, $0.baseAddress ?? UnsafeRawPointer(SQLStatement.empty), Int32($0.count), SQLStatement.transient)
    }
  }

  /// - Returns: true when there is a row.
  func step() throws(EADError) -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw InventoryFailure.error(code, database, file: file)
    }
  }

  /// Runs a statement without rows, ready for its next values.
  func run() throws(EADError) {
    defer { sqlite3_reset(handle) }
    while try step() {}
  }

  /// Ready to be stepped again; the values stay bound.
  func reset() { sqlite3_reset(handle) }

  func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
  func optionalInt(_ column: Int32) -> Int? { isNull(column) ? nil : int(column) }

  /// The bytes of a text or blob; valid until the next step.
  func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let base = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return UnsafeBufferPointer(start: base?.assumingMemoryBound(to: UInt8.self), count: base == nil ? 0 : count)
  }
  func array(_ column: Int32) -> [UInt8] { [UInt8](bytes(column)) }
  func optionalArray(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : array(column) }
  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  nonisolated(unsafe) private static let empty: UnsafePointer<CChar> = {
    let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    byte.pointee = 0
    return UnsafePointer(byte)
  }()
}
