import Glibc

/// Reads the records of a CSV file one after the other, through a window that grows only with the longest record.
///
/// The bytes are UTF-8, or at least an encoding in which ASCII bytes stand for themselves. The rules are those of PHP's
/// `fgetcsv` with or without its escape character; without it, they are RFC 4180 read with patience:
/// - a cell is quoted when its first byte that is no blank is a quotation mark; elsewhere the mark is a character;
/// - what stands between a closing quotation mark and the delimiter belongs to the cell;
/// - a quoted cell that never ends takes the rest of the file, and `isUnterminated` says so.
final class CSVRecordReader {
  /// Most cells of one record; a spreadsheet has at most a quarter of that.
  static let maximumCells = 1 << 16
  private static let chunk = 1 << 18

  @exclusivity(unchecked) private var descriptor: Int32
  private let file: String
  private let recordLimit: Int
  @exclusivity(unchecked) private(set) var dialect: CSVDialect

  @exclusivity(unchecked) private var window: UnsafeMutablePointer<UInt8>
  @exclusivity(unchecked) private var capacity: Int
  /// Where the next record begins, and where the window's bytes end.
  @exclusivity(unchecked) private var next = 0
  @exclusivity(unchecked) private var end = 0
  @exclusivity(unchecked) private var windowOffset: Int
  @exclusivity(unchecked) private var stop: Int
  @exclusivity(unchecked) private var isAtEnd = false

  /// Start, end and kind of each cell, relative to the record; kind 1 has to be unescaped.
  @exclusivity(unchecked) private var cells: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private var cellCapacity = 256
  @exclusivity(unchecked) private var recordStart = 0
  @exclusivity(unchecked) private var recordCount = 0

  /// Cells of the current record.
  @exclusivity(unchecked) private(set) var cellCount = 0
  /// Where the current record begins, in bytes from the start of the file.
  @exclusivity(unchecked) private(set) var offset = 0
  /// The line where the current record begins, and the record's number; both counted from 1.
  @exclusivity(unchecked) private(set) var line = 0
  @exclusivity(unchecked) private(set) var row = 0
  /// Where the record after the current one begins.
  @exclusivity(unchecked) private(set) var nextLine = 1
  var nextOffset: Int { windowOffset + next + (endedWithCR && next < end && window[next] == 0x0A ? 1 : 0) }
  /// The current record's last cell was quoted and never closed.
  @exclusivity(unchecked) private(set) var isUnterminated = false
  /// Cells of the current record with something between the closing quotation mark and the delimiter.
  @exclusivity(unchecked) private(set) var strayCells = 0

  @exclusivity(unchecked) private var unquoted: UnsafeMutablePointer<UInt8>
  @exclusivity(unchecked) private var quoted: UnsafeMutablePointer<UInt8>

  /// Reads from a descriptor that stays the caller's.
  init(
    descriptor: Int32, file: String, dialect: CSVDialect, from start: Int = 0, upTo stop: Int = .max,
    recordLimit: Int = 64 << 20
  ) {
    self.descriptor = descriptor
    self.file = file
    self.dialect = dialect
    // A cell's place is a 32-bit number.
    self.recordLimit = min(recordLimit, 1 << 30)
    capacity = CSVRecordReader.chunk
    window = .allocate(capacity: capacity)
    windowOffset = start
    self.stop = stop
    cells = .allocate(capacity: 3 * cellCapacity)
    unquoted = .allocate(capacity: 256)
    quoted = .allocate(capacity: 256)
    classify()
  }

  /// Reads bytes in memory.
  convenience init(bytes: UnsafeBufferPointer<UInt8>, file: String, dialect: CSVDialect) {
    self.init(descriptor: -1, file: file, dialect: dialect)
    if bytes.count > capacity { resize(bytes.count) }
    if let start = bytes.baseAddress { window.update(from: start, count: bytes.count) }
    end = bytes.count
    isAtEnd = true
  }

  deinit {
    window.deallocate()
    cells.deallocate()
    unquoted.deallocate()
    quoted.deallocate()
  }

  private func classify() {
    unquoted.update(repeating: 0, count: 256)
    quoted.update(repeating: 0, count: 256)
    unquoted[0x0A] = 2
    quoted[0x0A] = 3
    if dialect.endsWithCR {
      unquoted[0x0D] = 2
      quoted[0x0D] = 3
    }
    unquoted[Int(dialect.delimiter)] = 1
    quoted[0x22] = 1
    if dialect.hasEscape { quoted[0x5C] = 2 }
  }

  /// Goes to another place, perhaps of another file; what was read is forgotten.
  func move(to descriptor: Int32, dialect: CSVDialect, from start: Int, upTo stop: Int, line: Int, row: Int) {
    self.descriptor = descriptor
    if self.dialect != dialect {
      self.dialect = dialect
      classify()
    }
    windowOffset = start
    self.stop = stop
    next = 0
    end = 0
    isAtEnd = false
    endedWithCR = false
    nextLine = line
    self.row = row - 1
  }

  @exclusivity(unchecked) private var endedWithCR = false

  private enum Mode { case start, plain, quoted, escaped, quoteSeen, rest }

  /// The current record as it stands in the file, without its line end.
  var record: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: UnsafePointer(window) + recordStart, count: recordCount)
  }

  /// Reads the next record; false at the end. A line with nothing on it is a record with one empty cell.
  func advance() throws(EADError) -> Bool {
    cellCount = 0
    strayCells = 0
    isUnterminated = false
    if next == end, try !refill() { return false }
    if endedWithCR {
      endedWithCR = false
      if window[next] == 0x0A {
        next += 1
        if next == end, try !refill() { return false }
      }
    }
    offset = windowOffset + next
    line = nextLine
    row += 1

    var mode = Mode.start
    var at = 0
    var cellStart = 0
    var cellEnd = 0
    var isRaw = false
    var isStray = false
    var newlines = 0
    while true {
      let base = window + next
      let count = end - next
      scan: while at < count {
        let byte = base[at]
        switch mode {
        case .start:
          if byte == 0x22 {
            mode = .quoted
            cellStart = at + 1
            at += 1
          } else if byte != dialect.delimiter, byte == 0x20 || byte == 0x09 || byte == 0x0B || byte == 0x0C {
            at += 1
          } else {
            mode = .plain
          }
        case .plain, .rest:
          let from = at
          while at < count, unquoted[Int(base[at])] == 0 { at += 1 }
          if mode == .rest {
            // Blanks there belong to the cell too, until it is trimmed.
            for index in from..<at where base[index] != 0x0D {
              isRaw = true
              if !CSVRecordReader.isTrimmed(base[index]) { isStray = true }
            }
          }
          guard at < count else { break scan }
          if mode == .rest {
            if isStray { strayCells += 1 }
            try push(cellStart, isRaw ? at : cellEnd, isRaw: isRaw)
          } else {
            try push(cellStart, at, isRaw: false)
          }
          if unquoted[Int(base[at])] == 2 {
            recordStart = next
            recordCount = at
            endedWithCR = base[at] == 0x0D
            next += at + 1
            nextLine = line + newlines + 1
            return true
          }
          at += 1
          mode = .start
          cellStart = at
          isRaw = false
          isStray = false
        case .quoted:
          while at < count, quoted[Int(base[at])] == 0 { at += 1 }
          guard at < count else { break scan }
          switch quoted[Int(base[at])] {
          case 1: mode = .quoteSeen
          case 2: mode = .escaped
          default:
            if base[at] == 0x0D || at == 0 || base[at - 1] != 0x0D || !dialect.endsWithCR { newlines += 1 }
          }
          at += 1
        case .escaped:
          if byte == 0x0A || byte == 0x0D && dialect.endsWithCR { newlines += 1 }
          at += 1
          if byte != 0x5C || !dialect.everyEscapeCounts { mode = .quoted }
        case .quoteSeen:
          if byte == 0x22 {
            isRaw = true
            mode = .quoted
            at += 1
          } else {
            cellEnd = at - 1
            mode = .rest
          }
        }
      }
      if try refill() { continue }
      // The file ends within this record.
      let total = end - next
      switch mode {
      case .start, .plain: try push(cellStart, total, isRaw: false)
      case .quoted, .escaped:
        isUnterminated = true
        try push(cellStart, total, isRaw: isRaw)
      case .quoteSeen: try push(cellStart, isRaw ? total : total - 1, isRaw: isRaw)
      case .rest:
        if isStray { strayCells += 1 }
        try push(cellStart, isRaw ? total : cellEnd, isRaw: isRaw)
      }
      recordStart = next
      recordCount = total
      next = end
      nextLine = line + newlines + 1
      return true
    }
  }

  private func push(_ start: Int, _ end: Int, isRaw: Bool) throws(EADError) {
    if cellCount == cellCapacity {
      guard cellCapacity < CSVRecordReader.maximumCells else {
        throw EADError("csv-too-many-cells", file: file, line: line, [String(row), String(cellCapacity)])
      }
      let wider = UnsafeMutablePointer<Int32>.allocate(capacity: 6 * cellCapacity)
      wider.update(from: cells, count: 3 * cellCapacity)
      cells.deallocate()
      cells = wider
      cellCapacity *= 2
    }
    let place = cells + 3 * cellCount
    place[0] = Int32(truncatingIfNeeded: start)
    place[1] = Int32(truncatingIfNeeded: end)
    place[2] = isRaw ? 1 : 0
    cellCount += 1
  }

  // MARK: Window

  /// Reads more bytes behind the record that is being read; false when there are none.
  private func refill() throws(EADError) -> Bool {
    if isAtEnd { return false }
    let kept = end - next
    if kept > recordLimit {
      throw EADError("csv-record-too-long", file: file, line: line, [String(row), String(recordLimit >> 20)])
    }
    if next > 0 {
      (window).update(from: window + next, count: kept)
      windowOffset += next
      next = 0
      end = kept
    }
    if capacity - end < CSVRecordReader.chunk / 2 {
      resize(capacity * 2)
    } else if capacity > 4 * CSVRecordReader.chunk, kept < CSVRecordReader.chunk {
      resize(2 * CSVRecordReader.chunk)
    }
    let from = windowOffset + end
    let wanted = min(capacity - end, max(stop - from, 0))
    while wanted > 0 {
      let count = pread(descriptor, window + end, wanted, off_t(from))
      if count > 0 {
        end += count
        return true
      }
      if count == 0 { break }
      if errno != EINTR { throw EADError("input-unreadable", file: file, [String(cString: strerror(errno))]) }
    }
    isAtEnd = true
    return false
  }

  private func resize(_ wanted: Int) {
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    fresh.update(from: window, count: end)
    window.deallocate()
    window = fresh
    capacity = wanted
  }

  // MARK: Cells

  /// Where a cell's value stands after its quotation marks are taken off in `bytes`, a copy of `record`.
  func finish(_ index: Int, in bytes: UnsafeMutablePointer<UInt8>) -> Range<Int> {
    let place = cells + 3 * index
    var start = Int(place[0])
    var end = Int(place[1])
    if place[2] == 1 { end = unescape(bytes, start, end) }
    while start < end, CSVRecordReader.isTrimmed(bytes[start]) { start += 1 }
    while end > start, CSVRecordReader.isTrimmed(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  /// A cell's value with its blanks, in `bytes`, a copy of `record`.
  func untrimmed(_ index: Int, in bytes: UnsafeMutablePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    let place = cells + 3 * index
    let start = Int(place[0])
    let end = place[2] == 1 ? unescape(bytes, start, Int(place[1])) : Int(place[1])
    return UnsafeBufferPointer(start: UnsafePointer(bytes) + start, count: end - start)
  }

  /// A cell's value, trimmed; it lasts until the next record, or the next call with the same `scratch`.
  func value(_ index: Int, _ scratch: inout ByteBuffer) -> UnsafeBufferPointer<UInt8> {
    guard index >= 0, index < cellCount else { return .empty }
    let place = cells + 3 * index
    let raw = UnsafeBufferPointer(
      start: UnsafePointer(window) + recordStart + Int(place[0]), count: Int(place[1]) - Int(place[0]))
    if place[2] == 0 { return CSVRecordReader.trimmed(raw) }
    scratch.reset()
    scratch.append(raw)
    return CSVRecordReader.trimmed(
      UnsafeBufferPointer(start: UnsafePointer(scratch.base), count: unescape(scratch.base, 0, raw.count)))
  }

  /// True when no cell has anything.
  var isBlank: Bool {
    let base = window + recordStart
    for index in 0..<cellCount {
      let place = cells + 3 * index
      for at in Int(place[0])..<Int(place[1]) where !CSVRecordReader.isTrimmed(base[at]) { return false }
    }
    return true
  }

  /// Takes off escapes from `start` on, the first byte after the opening mark; gives the new end.
  private func unescape(_ bytes: UnsafeMutablePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var to = start
    var at = start
    while at < end {
      let byte = bytes[at]
      if byte == 0x22 {
        if at + 1 < end, bytes[at + 1] == 0x22 {
          at += 1
        } else {
          at += 1
          while at < end {
            bytes[to] = bytes[at]
            to += 1
            at += 1
          }
          break
        }
      } else if byte == 0x5C, dialect.hasEscape, at + 1 < end {
        bytes[to] = byte
        to += 1
        at += 1
        if bytes[at] == 0x5C, dialect.everyEscapeCounts { continue }
      }
      bytes[to] = bytes[at]
      to += 1
      at += 1
    }
    return to
  }

  /// What AtoM's importer takes off both ends of a cell.
  @inline(__always)
  static func isTrimmed(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0 || byte == 0x0B
  }

  /// The bytes without what AtoM's importer takes off both ends of a cell.
  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard let base = bytes.baseAddress else { return bytes }
    var from = 0
    var to = bytes.count
    while from < to, isTrimmed(base[from]) { from += 1 }
    while to > from, isTrimmed(base[to - 1]) { to -= 1 }
    return UnsafeBufferPointer(start: base + from, count: to - from)
  }
}
