/// Writes authority records as lines of AtoM's CSV, in the dialect of `AtoMRowWriter`.
enum AuthorityRowWriter {
  /// What has to be said about a row.
  enum Event: Equatable {
    /// A value has more bytes than AtoM's column takes: the row holds its start, `rest` is in no cell.
    case tooLong(AuthorityColumn, length: Int, rest: [UInt8])
    /// The record has no name, or none but white space: AtoM would make an untitled record. No row was written.
    case nameless
  }

  /// The header line.
  static var header: [UInt8] {
    Array((AuthorityColumn.names.map { "\"\($0)\"" }.joined(separator: ",") + "\n").utf8)
  }

  /// Appends one line.
  ///
  /// - Returns: what was not written as it stands; empty as a rule.
  static func write(_ record: AuthorityRecord, to out: inout ByteBuffer) -> [Event] {
    guard !record.isEmpty(.authorizedFormOfName) else { return [.nameless] }
    var events: [Event] = []
    var cells = record.cells
    for column in AuthorityColumn.allCases where cells[column.rawValue].count > column.limit {
      cells[column.rawValue] = fitting(cells[column.rawValue], column, &events)
    }
    AtoMRowWriter.write(line: cells, gap: AuthorityColumn.typeOfEntity.rawValue, to: &out)
    return events
  }

  /// The members of a list have the limit each to itself.
  private static func fitting(_ value: [UInt8], _ column: AuthorityColumn, _ events: inout [Event]) -> [UInt8] {
    guard column.isMultiple else { return start(of: value[...], column, &events) }
    var out: [UInt8] = []
    for (position, member) in value.split(separator: 0x7C, omittingEmptySubsequences: false).enumerated() {
      if position > 0 { out.append(0x7C) }
      out.append(contentsOf: start(of: member, column, &events))
    }
    return out
  }

  private static func start(of value: ArraySlice<UInt8>, _ column: AuthorityColumn, _ events: inout [Event]) -> [UInt8] {
    guard value.count > column.limit else { return Array(value) }
    return value.withUnsafeBufferPointer { bytes in
      let cut = AtoMConverter.cut(bytes, column.limit - 4)
      let rest = Bytes.trimmed(UnsafeBufferPointer(rebasing: bytes[cut...]))
      events.append(.tooLong(column, length: value.count, rest: Array(rest)))
      return Array(bytes[..<cut])
    }
  }
}
