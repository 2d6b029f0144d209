public import EADKit

/// What an archivist said about an entry: kept by path, so that it outlives scans.
public struct Annotation: Sendable, Equatable {
  /// What is said. Raw values are the table's; the second half of the work adds more.
  public enum Field: String, Sendable, CaseIterable {
    /// Another title (Archifiltre's alias).
    case title
    /// Scope and content (Archifiltre's comment).
    case description
    case tag
    /// Proposed for elimination; the value is empty.
    case eliminate
    /// A date that takes the place of the last modification: nanoseconds since 1970-01-01 UTC.
    case date
    /// Where the entry shall stand, relative to the root.
    case virtualPath = "virtual-path"
  }

  /// Relative to the root, `/` between names; empty for the root.
  public var path: [UInt8]
  public var field: Field
  public var value: String

  public init(path: [UInt8], field: Field, value: String) {
    self.path = path
    self.field = field
    self.value = value
  }
}

/// The annotations of an inventory, looked up by path.
public final class Annotations {
  private let statement: SQLStatement
  /// Without any, nobody need look.
  public let isEmpty: Bool

  public init(_ connection: InventoryConnection) throws(EADError) {
    isEmpty = try connection.number("SELECT 1 FROM annotation LIMIT 1") == nil
    statement = try connection.prepare("SELECT field, value FROM annotation WHERE path = ?1 ORDER BY field, ordinal")
  }

  /// What is said about an entry.
  public func of(_ path: [UInt8]) throws(EADError) -> [Annotation] {
    guard !isEmpty else { return [] }
    statement.bind(1, blob: path)
    defer { statement.reset() }
    var found: [Annotation] = []
    while try statement.step() {
      guard let field = Annotation.Field(rawValue: statement.text(0)) else { continue }
      found.append(Annotation(path: path, field: field, value: statement.text(1)))
    }
    return found
  }

  /// Replaces what one source had said before.
  static func replace(_ annotations: [Annotation], source: String, in connection: InventoryConnection) throws(EADError) {
    let delete = try connection.prepare("DELETE FROM annotation WHERE source = ?1")
    delete.bind(1, text: source)
    try delete.run()
    let last = try connection.prepare("SELECT coalesce(max(ordinal), -1) FROM annotation WHERE path = ?1 AND field = ?2")
    let insert = try connection.prepare("INSERT INTO annotation VALUES (?1, ?2, ?3, ?4, ?5)")
    for annotation in annotations {
      last.bind(1, blob: annotation.path)
      last.bind(2, text: annotation.field.rawValue)
      let ordinal = try last.step() ? last.int(0) + 1 : 0
      last.reset()
      insert.bind(1, blob: annotation.path)
      insert.bind(2, text: annotation.field.rawValue)
      insert.bind(3, ordinal)
      insert.bind(4, text: annotation.value)
      insert.bind(5, text: source)
      try insert.run()
    }
  }
}
