/// Columns of AtoM's CSV import of relationships between authority records (`csv:authority-relation-import`), in the order
/// of its template (AtoM 2.6 to 2.9).
public enum AuthorityRelationColumn: Int, CaseIterable, Sendable {
  case subjectAuthorizedFormOfName
  case relationType
  case objectAuthorizedFormOfName
  case description
  case date
  case startDate
  case endDate
  case culture

  /// The column's name in the header line.
  public var name: String { AuthorityRelationColumn.names[rawValue] }

  /// Every name, in the order of the template.
  public static let names: [String] = allCases.map { "\($0)" }

  /// Looks a column up by its exact name.
  public static func named(_ name: String) -> AuthorityRelationColumn? {
    names.firstIndex(of: name).flatMap(AuthorityRelationColumn.init(rawValue:))
  }

  /// Most bytes a value may have before AtoM's database refuses the row.
  var limit: Int {
    switch self {
    case .culture: 16
    case .description: 65_535
    default: 1024
    }
  }
}

/// One relationship between two authority records.
struct AuthorityRelation {
  private(set) var cells = [[UInt8]](repeating: [], count: AuthorityRelationColumn.allCases.count)

  subscript(column: AuthorityRelationColumn) -> [UInt8] {
    get { cells[column.rawValue] }
    set {
      // A broken bar for a pipe, as in the names of the other sheet: both have to be the same.
      cells[column.rawValue] = newValue.withUnsafeBufferPointer { AuthorityRecord.withoutPipes(Bytes.trimmed($0)) }
    }
  }

  /// The header line.
  static var header: [UInt8] {
    Array((AuthorityRelationColumn.names.map { "\"\($0)\"" }.joined(separator: ",") + "\n").utf8)
  }

  /// Appends one line.
  ///
  /// - Returns: what was cut because AtoM's column does not take it: the column, how long the value was, and the rest.
  func write(to out: inout ByteBuffer) -> [(column: AuthorityRelationColumn, length: Int, rest: [UInt8])] {
    var cut: [(column: AuthorityRelationColumn, length: Int, rest: [UInt8])] = []
    var cells = cells
    for column in AuthorityRelationColumn.allCases where cells[column.rawValue].count > column.limit {
      let value = cells[column.rawValue]
      let end = value.withUnsafeBufferPointer { AtoMConverter.cut($0, column.limit - 4) }
      cells[column.rawValue] = Array(value[..<end])
      cut.append((column, value.count, Array(value[end...])))
    }
    AtoMRowWriter.write(line: cells, gap: AuthorityRelationColumn.relationType.rawValue, to: &out)
    return cut
  }
}
