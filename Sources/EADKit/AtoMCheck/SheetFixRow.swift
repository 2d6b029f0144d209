/// One row on its way from the source to the result: its cells as they were read, and what they became.
///
/// A pointer that `value` gives lasts until the next `set` or `load`.
final class SheetFixRow {
  private struct Cell {
    /// Without the blanks around, and with them.
    var start = 0
    var end = 0
    var rawStart = 0
    var rawEnd = 0
    /// The value stands in `patches` from `start` to `end`.
    var isPatched = false
  }

  /// Numbers of the row in the source.
  @exclusivity(unchecked) private(set) var row = 0
  @exclusivity(unchecked) private(set) var spreadsheetRow = 0
  /// Where it begins in the source.
  @exclusivity(unchecked) private(set) var offset = 0
  /// Cells that stand in the source.
  @exclusivity(unchecked) private(set) var cellCount = 0
  /// The last cell's quotation mark is never closed.
  @exclusivity(unchecked) private(set) var isUnterminated = false
  @exclusivity(unchecked) private(set) var strayCells = 0
  /// What was changed, in the order in which it was.
  @exclusivity(unchecked) var changes: [SheetChange] = []

  @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 1 << 14)
  @exclusivity(unchecked) private var patches = ByteBuffer(capacity: 1 << 10)
  @exclusivity(unchecked) private var cells: [Cell] = []
  private let names: [String]

  /// - Parameter names: the columns by the names that the result has.
  init(names: [String]) { self.names = names }

  deinit {
    buffer.deallocate()
    patches.deallocate()
  }

  /// Takes over the record that a reader stands on.
  func load(_ reader: CSVRecordReader, row: Int, spreadsheetRow: Int) {
    self.row = row
    self.spreadsheetRow = spreadsheetRow
    offset = reader.offset
    cellCount = reader.cellCount
    isUnterminated = reader.isUnterminated
    strayCells = reader.strayCells
    changes.removeAll(keepingCapacity: true)
    patches.reset(keeping: 1 << 16)
    buffer.reset(keeping: 1 << 20)
    buffer.append(reader.record)
    cells.removeAll(keepingCapacity: true)
    let base = UnsafePointer(buffer.base)
    for index in 0..<cellCount {
      let raw = reader.untrimmed(index, in: buffer.base)
      guard let start = raw.baseAddress else {
        cells.append(Cell())
        continue
      }
      var cell = Cell()
      cell.rawStart = start - base
      cell.rawEnd = cell.rawStart + raw.count
      cell.start = cell.rawStart
      cell.end = cell.rawEnd
      while cell.start < cell.end, CSVRecordReader.isTrimmed(base[cell.start]) { cell.start += 1 }
      while cell.end > cell.start, CSVRecordReader.isTrimmed(base[cell.end - 1]) { cell.end -= 1 }
      cells.append(cell)
    }
  }

  /// A cell's value as it is now, without blanks around; empty for a cell the row does not have.
  @inline(__always)
  func value(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    guard index >= 0, index < cells.count else { return .empty }
    let cell = cells[index]
    let base = UnsafePointer(cell.isPatched ? patches.base : buffer.base)
    return UnsafeBufferPointer(start: base + cell.start, count: cell.end - cell.start)
  }

  /// What the source has, with its blanks.
  func raw(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    guard index >= 0, index < cells.count else { return .empty }
    let cell = cells[index]
    return UnsafeBufferPointer(start: UnsafePointer(buffer.base) + cell.rawStart, count: cell.rawEnd - cell.rawStart)
  }

  /// True when nothing is in any cell.
  var isBlank: Bool { cells.allSatisfy { $0.start == $0.end } }

  /// The number of the last cell with something in it; -1 when there is none.
  var lastFilled: Int { cells.lastIndex { $0.start < $0.end } ?? -1 }

  /// Gives a cell another value, and notes that.
  func set(_ index: Int, _ value: [UInt8], _ kind: String) {
    note(kind, index, value)
    replace(index, value)
  }

  /// Gives a cell another value.
  func replace(_ index: Int, _ value: [UInt8]) {
    guard index >= 0 else { return }
    while cells.count <= index { cells.append(Cell()) }
    let trimmed = value.withUnsafeBufferPointer { Array(CSVRecordReader.trimmed($0)) }
    cells[index].start = patches.count
    patches.append(trimmed)
    cells[index].end = patches.count
    cells[index].isPatched = true
  }

  /// Notes a change of a cell, or of the row for a negative number.
  func note(_ kind: String, _ index: Int, _ new: [UInt8], count: Int = 1) {
    var change = SheetChange(kind)
    change.row = row
    change.spreadsheetRow = spreadsheetRow
    change.column = names.indices.contains(index) ? names[index] : ""
    change.old = Array(value(index))
    change.new = new
    change.count = count
    changes.append(change)
  }

  /// The members of a list as they stand between the pipes, without the blanks around each.
  func members(_ index: Int) -> [[UInt8]] {
    let value = value(index)
    guard !value.isEmpty else { return [] }
    return value.split(separator: 0x7C, omittingEmptySubsequences: false).map { part in
      Array(Bytes.trimmed(UnsafeBufferPointer(rebasing: part)))
    }
  }
}

/// Rows as AtoM and every spreadsheet read them alike: each cell quoted, LF, and never a backslash before a quotation mark.
enum SheetRowText {
  /// What PHP's `fgetcsv($file, 60000)` reads at once, as AtoM calls it.
  private static let readerLimit = 60_000

  /// A value as it is written: a blank goes between a backslash and a quotation mark, and after a backslash at the end (PHP
  /// would read on; AtoM trims cells, so that a blank at the end is nothing to it). nil: as it is.
  static func guarded(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard value.contains(0x5C) else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(value.count + 4)
    var previous: UInt8 = 0
    for byte in value {
      if byte == 0x22, previous == 0x5C { out.append(0x20) }
      out.append(byte)
      previous = byte
    }
    if previous == 0x5C { out.append(0x20) }
    return out.count == value.count ? nil : out
  }

  /// Appends a cell in quotation marks; `value` has no backslash before a quotation mark.
  static func append(_ value: UnsafeBufferPointer<UInt8>, to out: inout ByteBuffer) {
    out.append(0x22)
    if value.contains(0x22) {
      out.reserve(value.count * 2)
      for byte in value {
        if byte == 0x22 { out.append(0x22) }
        out.append(byte)
      }
    } else {
      out.append(value)
    }
    out.append(0x22)
  }

  /// A long line is cut by PHP: harmless inside a cell, but between two cells, or between the two quotation marks that stand
  /// for one, the row would break. Blanks at the start of a cell (AtoM trims them) move the rest on until the cut does no harm.
  ///
  /// - Parameter start: where the line begins in `out`; its line end is not there yet.
  /// - Returns: the number of the cell that got blanks, and how many; nil when none were needed.
  static func guardLongLine(_ start: Int, _ out: inout ByteBuffer) -> (cell: Int, blanks: Int)? {
    // After a newline in a quoted cell PHP reads on without a limit.
    let line = UnsafeBufferPointer(rebasing: out.bytes[start...].prefix { $0 != 0x0A })
    guard line.count > readerLimit - 16 else { return nil }
    var isQuoted = false
    var commas = 0
    // The last cell that begins before the limit: what stands before it does not move.
    var gap = 1
    var gapCell = 0
    var safe = [Bool](repeating: false, count: min(line.count, readerLimit + 2))
    for index in 0..<safe.count {
      let byte = line[index]
      if byte == 0x22 {
        isQuoted.toggle()
      } else if isQuoted {
        safe[index] = true
      } else if byte == 0x2C {
        commas += 1
        if index + 2 < readerLimit - 64 {
          gap = index + 2
          gapCell = commas
        }
      }
    }
    func fits(_ shift: Int) -> Bool {
      (readerLimit - 2...readerLimit + 1).allSatisfy { place in
        let at = place - shift
        // Past the end of the line there is nothing to cut; where the blanks are, a cut is inside a cell.
        return at < gap || at >= line.count || at < safe.count && safe[at]
      }
    }
    guard let shift = (0...(readerLimit + 2 - gap)).first(where: fits), shift > 0 else { return nil }
    let place = start + gap
    out.reserve(shift)
    (out.base + place + shift).update(from: out.base + place, count: out.count - place)
    (out.base + place).update(repeating: 0x20, count: shift)
    out.count += shift
    return (gapCell, shift)
  }
}
