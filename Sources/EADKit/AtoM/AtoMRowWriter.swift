/// Writes rows in the one dialect AtoM reads safely: every cell quoted, LF, UTF-8 without a byte order mark.
///
/// PHP's reader takes `\"` for a quote that goes on: a backslash is therefore never followed by a quote, nor does a cell
/// end in one; a blank is put between. A cell that is exactly `0` is false for PHP and would be dropped: it is written
/// `[0]`.
package enum AtoMRowWriter {
  /// - Parameter extras: the appended columns: bits in the order of the template's `appended`.
  static func header(_ template: AtoMTemplate = .isad, extras: UInt64) -> [UInt8] {
    let text = template.columns(with: extras).map { "\"\($0.name)\"" }.joined(separator: ",")
    return Array((text + "\n").utf8)
  }

  static func write(
    _ cells: UnsafeMutablePointer<ByteBuffer>, template: AtoMTemplate = .isad, extras: UInt64, to out: inout ByteBuffer
  ) {
    var total = 0
    for index in 0..<AtoMConverter.cellCount { total += cells[index].count }
    // Each byte may become two, each cell has its quotes and a comma.
    out.reserve(total * 2 + AtoMConverter.cellCount * 6)
    var target = out.base + out.count
    for (position, column) in template.columns.enumerated() {
      if position > 0 { put(0x2C, &target) }
      write(cells[column.rawValue].bytes, &target)
    }
    if extras != 0 {
      for (bit, column) in template.appended.enumerated() where extras & (1 << UInt64(bit)) != 0 {
        put(0x2C, &target)
        write(cells[column.rawValue].bytes, &target)
      }
    }
    put(0x0A, &target)
    let start = out.count
    out.count = target - out.base
    if out.count - start > readerLimit - 16 { guardLongLine(start, &out) }
  }

  /// Appends a line of cells of another template.
  ///
  /// - Parameter gap: the number of a cell near the line's start that may begin with blanks (`guardLongLine`).
  static func write(line cells: [[UInt8]], gap: Int, to out: inout ByteBuffer) {
    out.reserve(cells.reduce(0) { $0 + $1.count } * 2 + cells.count * 6 + 2)
    var target = out.base + out.count
    for (index, cell) in cells.enumerated() {
      if index > 0 { put(0x2C, &target) }
      cell.withUnsafeBufferPointer { write($0, &target) }
    }
    put(0x0A, &target)
    let start = out.count
    out.count = target - out.base
    if out.count - start > readerLimit - 16 { guardLongLine(start, &out, gapCell: gap) }
  }

  /// Appends a line of cells in the order of given columns, or the header line of their names.
  ///
  /// - Parameter gap: as above; `accessionNumber` in AtoM's own templates.
  package static func append(_ cells: [[UInt8]], gap: Int = AtoMColumn.accessionNumber.rawValue, to out: inout [UInt8]) {
    var line = ByteBuffer(capacity: 1 << 12)
    defer { line.deallocate() }
    write(line: cells, gap: gap, to: &line)
    out.append(contentsOf: line.bytes)
  }

  /// What PHP's `fgetcsv($file, 60000)` reads at once, as AtoM calls it.
  private static let readerLimit = 60_000

  /// A line longer than that is cut there: harmless inside a cell, but between two cells, or between the two quotes that
  /// stand for one, the row would break. Blanks at the start of a cell (AtoM trims them) move the rest on until
  /// the cut falls where it does no harm.
  private static func guardLongLine(
    _ start: Int, _ out: inout ByteBuffer, gapCell: Int = AtoMColumn.accessionNumber.rawValue
  ) {
    // After a newline in a quoted cell PHP reads on without a limit.
    let line = UnsafeBufferPointer(rebasing: out.bytes[start...].prefix { $0 != 0x0A })
    guard line.count > readerLimit - 16 else { return }
    // Where the cell of the blanks begins, and whether each byte near the limit is inside a cell.
    var isQuoted = false
    var commas = 0
    var gap: Int?
    var safe = [Bool](repeating: false, count: line.count)
    for (index, byte) in line.enumerated() {
      if byte == 0x22 {
        isQuoted.toggle()
      } else if isQuoted {
        safe[index] = true
      } else if byte == 0x2C {
        commas += 1
        if commas == gapCell { gap = index + 2 }
      }
    }
    guard let gap, gap < readerLimit else { return }
    func fits(_ shift: Int) -> Bool {
      (readerLimit - 2...readerLimit + 1).allSatisfy { place in
        let at = place - shift
        // Past the end of the line there is nothing to cut; before the blanks' cell the shift does not reach.
        return at < gap || at >= line.count || safe[at]
      }
    }
    guard let shift = (0..<(readerLimit - gap)).first(where: fits), shift > 0 else { return }
    out.reserve(shift)
    let base = out.base + start + gap
    (base + shift).update(from: base, count: out.count - start - gap)
    base.update(repeating: 0x20, count: shift)
    out.count += shift
  }

  @inline(__always)
  private static func put(_ byte: UInt8, _ target: inout UnsafeMutablePointer<UInt8>) {
    target.pointee = byte
    target += 1
  }

  @inline(__always)
  private static func write(_ value: UnsafeBufferPointer<UInt8>, _ target: inout UnsafeMutablePointer<UInt8>) {
    put(0x22, &target)
    if let base = value.baseAddress, value.count > 0 {
      if value.count == 1, base[0] == 0x30 {
        put(0x5B, &target)
        put(0x30, &target)
        put(0x5D, &target)
      } else if isPlain(base, value.count) {
        target.update(from: base, count: value.count)
        target += value.count
      } else {
        escape(value, &target)
      }
    }
    put(0x22, &target)
  }

  /// True when no byte needs a second look: no quote, no backslash, no control character.
  @inline(__always)
  private static func isPlain(_ base: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var at = 0
    let raw = UnsafeRawPointer(base)
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    while at + 8 <= count {
      // Eight bytes at a time: a byte that is zero after the exclusive or, or below 0x20, sets its high bit.
      let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let quote = word ^ (ones &* 0x22)
      let slash = word ^ (ones &* 0x5C)
      let hits = ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | ((word &- (ones &* 0x20)) & ~word)
      if hits & high != 0 { return false }
      at += 8
    }
    while at < count {
      let byte = base[at]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { return false }
      at += 1
    }
    return true
  }

  /// What AtoM reads where a value was written: blanks between backslash and quote, no control characters, no white space
  /// at the ends.
  static func stored(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(value.count)
    for byte in value {
      if byte == 0x22, out.last == 0x5C {
        out.append(0x20)
        out.append(byte)
      } else if byte >= 0x20 || byte == 0x0A {
        out.append(byte)
      } else if byte == 0x09 || byte == 0x0D {
        out.append(0x20)
      }
    }
    return out.withUnsafeBufferPointer { Array(Bytes.trimmed($0)) }
  }

  private static func escape(_ value: UnsafeBufferPointer<UInt8>, _ target: inout UnsafeMutablePointer<UInt8>) {
    var previous: UInt8 = 0
    for byte in value {
      if byte == 0x22 {
        if previous == 0x5C { put(0x20, &target) }
        put(0x22, &target)
        put(0x22, &target)
      } else if byte < 0x20, byte != 0x0A {
        // What XML forbids cannot come from a document; tabs and carriage returns are white space like any other.
        if byte == 0x09 || byte == 0x0D { put(0x20, &target) }
      } else {
        put(byte, &target)
      }
      previous = byte
    }
    if previous == 0x5C { put(0x20, &target) }
  }
}
