/// The cells of one authority record on their way to a row of AtoM's CSV.
///
/// Values come in as data: a pipe in one is no separator and is replaced (AtoM knows no escape), white space at its ends
/// goes, as AtoM would cut it off.
struct AuthorityRecord {
  private(set) var cells = [[UInt8]](repeating: [], count: AuthorityColumn.allCases.count)

  /// What a cell holds: the members of a list with pipes between them.
  subscript(column: AuthorityColumn) -> [UInt8] { cells[column.rawValue] }

  /// True when the cell holds nothing.
  func isEmpty(_ column: AuthorityColumn) -> Bool { cells[column.rawValue].isEmpty }

  /// Empties every cell, for the next record.
  mutating func reset() {
    for index in cells.indices { cells[index].removeAll() }
  }

  /// Makes this value the only one of a cell; a blank one empties it.
  mutating func set(_ value: UnsafeBufferPointer<UInt8>, _ column: AuthorityColumn) {
    cells[column.rawValue].removeAll()
    add(value, to: column)
  }

  mutating func set(_ value: [UInt8], _ column: AuthorityColumn) { value.withUnsafeBufferPointer { set($0, column) } }

  mutating func set(_ value: String, _ column: AuthorityColumn) {
    var copy = value
    copy.withUTF8 { set($0, column) }
  }

  /// Adds one more value: a member of a list, or text after a separator in a cell with one value. A blank value and one
  /// that a list has already are left out.
  mutating func add(_ value: UnsafeBufferPointer<UInt8>, to column: AuthorityColumn, separator: StaticString = "\n\n") {
    let value = Bytes.trimmed(value)
    guard !value.isEmpty else { return }
    let plain = AuthorityRecord.withoutPipes(value)
    if column.isMultiple, column != .actorOccupationNotes,
      cells[column.rawValue].split(separator: 0x7C).contains(where: { $0.elementsEqual(plain) })
    {
      return
    }
    append(plain, to: column, separator: separator)
  }

  mutating func add(_ value: [UInt8], to column: AuthorityColumn, separator: StaticString = "\n\n") {
    value.withUnsafeBufferPointer { add($0, to: column, separator: separator) }
  }

  mutating func add(_ value: String, to column: AuthorityColumn, separator: StaticString = "\n\n") {
    var copy = value
    copy.withUTF8 { add($0, to: column, separator: separator) }
  }

  /// Adds an occupation and what is said about it: two lists side by side, where the word `NULL` stands for no note.
  mutating func addOccupation(_ term: [UInt8], note: [UInt8] = []) {
    let term = term.withUnsafeBufferPointer { AuthorityRecord.withoutPipes(Bytes.trimmed($0)) }
    guard !term.isEmpty else { return }
    var note = note.withUnsafeBufferPointer { AuthorityRecord.withoutPipes(Bytes.trimmed($0)) }
    if note.isEmpty {
      note = Array("NULL".utf8)
    } else if note.elementsEqual("NULL".utf8) {
      note = Array("[NULL]".utf8)
    }
    append(term, to: .actorOccupations, separator: "|")
    append(note, to: .actorOccupationNotes, separator: "|")
  }

  private mutating func append(_ value: [UInt8], to column: AuthorityColumn, separator: StaticString) {
    if !cells[column.rawValue].isEmpty {
      if column.isMultiple {
        cells[column.rawValue].append(0x7C)
      } else {
        cells[column.rawValue].append(
          contentsOf: UnsafeBufferPointer(start: separator.utf8Start, count: separator.utf8CodeUnitCount))
      }
    }
    cells[column.rawValue].append(contentsOf: value)
  }

  /// A broken bar stands where a pipe stood.
  static func withoutPipes(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    guard value.contains(0x7C) else { return Array(value) }
    var out: [UInt8] = []
    out.reserveCapacity(value.count + 8)
    for byte in value {
      if byte == 0x7C { out.append(contentsOf: [0xC2, 0xA6]) } else { out.append(byte) }
    }
    return out
  }
}
