/// One description of a CSV of AtoM's: a row, with the rows of the same `legacyId` that translate it.
///
/// Every pointer it gives lasts until the source's next `next()`. Values are trimmed as AtoM trims them (blanks, tabs,
/// line ends, NUL); what AtoM would then drop or change (a lone `0`, `NULL` outside event columns) is left as it stands.
public final class AtoMCSVRecord {
  /// The file, as given by the caller; `-` for standard input.
  @exclusivity(unchecked) public internal(set) var file = ""
  /// The row as a spreadsheet counts it: the header is row 1, blank rows count.
  @exclusivity(unchecked) public internal(set) var row = 0
  /// The line of the file where the row begins, counted from 1.
  @exclusivity(unchecked) public internal(set) var line = 0
  /// 0 for a top-level description.
  @exclusivity(unchecked) public internal(set) var depth = 0
  /// Position among its siblings, counted from 0.
  @exclusivity(unchecked) public internal(set) var siblingIndex = 0
  /// Another description is below this one.
  @exclusivity(unchecked) public internal(set) var hasChildren = false
  /// Rows of the same `legacyId` that follow directly and have another culture, in the order of the file.
  @exclusivity(unchecked) public internal(set) var translations: [AtoMCSVRecord] = []

  /// The last cell's quotation mark is never closed.
  @exclusivity(unchecked) var isUnterminated = false
  /// Cells with text after their closing quotation mark.
  @exclusivity(unchecked) var strayCells = 0
  @exclusivity(unchecked) var header: AtoMCSVHeader
  @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 1024)
  /// Start and end of each cell in `buffer`, two numbers a cell.
  @exclusivity(unchecked) private var bounds: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private var boundsCapacity = 128
  @exclusivity(unchecked) private(set) var cellCount = 0
  /// Cells that stand in the file.
  @exclusivity(unchecked) private(set) var writtenCells = 0

  init(header: AtoMCSVHeader) {
    self.header = header
    bounds = .allocate(capacity: 2 * boundsCapacity)
  }

  deinit {
    buffer.deallocate()
    bounds.deallocate()
  }

  // MARK: Values

  /// The value of a column, trimmed; empty when the row or the file has none.
  public func value(_ column: AtoMColumn) -> UnsafeBufferPointer<UInt8> {
    let cell = header.cell(of: column)
    return cell < 0 ? .empty : self.cell(cell)
  }

  /// The value as text.
  public func text(_ column: AtoMColumn) -> String { String(decoding: value(column), as: UTF8.self) }

  /// True when the column has a value.
  public func has(_ column: AtoMColumn) -> Bool { value(column).count > 0 }

  /// Columns that have a value in this row, in the order of the cases.
  public var filledColumns: [AtoMColumn] { AtoMColumn.allCases.filter(has) }

  /// The parts of a list, trimmed, without blank ones; `NULL` in an event column is a part that `isNull`.
  public func list(_ column: AtoMColumn) -> [AtoMCSVPart] { positions(column).filter { !$0.bytes.isEmpty || $0.isNull } }

  /// The parts of a list with the blank ones, so that lists that belong together stay aligned; empty for a blank cell.
  public func positions(_ column: AtoMColumn) -> [AtoMCSVPart] {
    AtoMCSVRecord.parts(value(column), isEventColumn: column.isEventColumn)
  }

  /// The row's culture as written, or nothing; AtoM takes `en` then.
  public var culture: String { text(.culture) }

  /// Values of columns without a case in `AtoMColumn`: `slug`, `digitalObjectChecksum`, columns AtoM does not know, and
  /// the values that lost against another column of the same name.
  public var others: [(name: String, value: [UInt8])] {
    var found: [(name: String, value: [UInt8])] = []
    for other in header.others where !cell(other.cell).isEmpty { found.append((other.name, Array(cell(other.cell)))) }
    for repeated in header.repeated {
      let winner = value(repeated.column)
      for index in repeated.cells where !cell(index).isEmpty && !Bytes.equal(cell(index), winner) {
        found.append((header.name(ofCell: index), Array(cell(index))))
      }
    }
    return found
  }

  /// The value of a column that has no case in `AtoMColumn`, by its name; empty when there is none.
  public func other(_ name: String) -> UnsafeBufferPointer<UInt8> {
    for other in header.others where other.name.utf8.elementsEqual(name.utf8) && !cell(other.cell).isEmpty {
      return cell(other.cell)
    }
    return .empty
  }

  /// Cells beyond the header's last column that are not blank: no column says what they are.
  public var surplus: [[UInt8]] {
    guard cellCount > header.width else { return [] }
    return (header.width..<cellCount).map { Array(cell($0)) }.filter { !$0.isEmpty }
  }

  // MARK: Cells

  func cell(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    guard index < cellCount else { return .empty }
    let start = Int(bounds[2 * index])
    return UnsafeBufferPointer(start: UnsafePointer(buffer.base) + start, count: Int(bounds[2 * index + 1]) - start)
  }

  /// Takes over the record that a reader stands on.
  func load(from reader: CSVRecordReader, header: AtoMCSVHeader) {
    self.header = header
    translations = []
    buffer.reset()
    if let start = reader.record.baseAddress { buffer.append(start, reader.record.count) }
    cellCount = reader.cellCount
    writtenCells = cellCount
    if cellCount > boundsCapacity || boundsCapacity > 4096 {
      bounds.deallocate()
      boundsCapacity = max(cellCount, 128)
      bounds = .allocate(capacity: 2 * boundsCapacity)
    }
    for index in 0..<cellCount {
      let range = reader.finish(index, in: buffer.base)
      bounds[2 * index] = Int32(truncatingIfNeeded: range.lowerBound)
      bounds[2 * index + 1] = Int32(truncatingIfNeeded: range.upperBound)
    }
    if !header.joined.isEmpty || !header.repeated.isEmpty { settle() }
  }

  /// Columns that stand several times in the header: the winner's cell gets the value that counts.
  private func settle() {
    for repeated in header.repeated {
      let winner = header.cell(of: repeated.column)
      guard winner < cellCount || repeated.cells.contains(where: { $0 < cellCount }) else { continue }
      // AtoM takes the last one, also when it is blank; a blank one wins nothing here.
      guard cell(winner).isEmpty, let filled = repeated.cells.last(where: { !cell($0).isEmpty }) else { continue }
      pad(to: winner + 1)
      bounds[2 * winner] = bounds[2 * filled]
      bounds[2 * winner + 1] = bounds[2 * filled + 1]
    }
    for alias in header.joined where !cell(alias.cell).isEmpty {
      let target = header.cell(of: alias.column)
      pad(to: target + 1)
      if cell(target).isEmpty {
        bounds[2 * target] = bounds[2 * alias.cell]
        bounds[2 * target + 1] = bounds[2 * alias.cell + 1]
      } else {
        let start = buffer.count
        // The buffer may move: `cell` is asked again after every growth.
        buffer.reserve(cell(target).count + cell(alias.cell).count + 1)
        buffer.append(cell(target))
        buffer.append(0x7C)
        buffer.append(cell(alias.cell))
        bounds[2 * target] = Int32(truncatingIfNeeded: start)
        bounds[2 * target + 1] = Int32(truncatingIfNeeded: buffer.count)
      }
    }
  }

  private func pad(to count: Int) {
    guard count > cellCount else { return }
    if count > boundsCapacity {
      let wider = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * count)
      wider.update(from: bounds, count: 2 * cellCount)
      bounds.deallocate()
      bounds = wider
      boundsCapacity = count
    }
    for index in cellCount..<count {
      bounds[2 * index] = 0
      bounds[2 * index + 1] = 0
    }
    cellCount = count
  }

  /// True when no cell has anything.
  var isBlank: Bool { (0..<cellCount).allSatisfy { cell($0).isEmpty } }
}

/// One part of a list.
public struct AtoMCSVPart {
  /// Trimmed; nothing for `NULL` in an event column.
  public let bytes: UnsafeBufferPointer<UInt8>
  /// The part is the word `NULL` of an event column: nothing stands at this position.
  public let isNull: Bool
}
