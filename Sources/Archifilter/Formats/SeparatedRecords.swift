import Glibc

/// The records of a comma-separated list, read from a descriptor that need not be seekable (a pipe of another program).
struct SeparatedRecords {
  /// Bytes of a record at most: beyond, it is cut and counted.
  static let mostRecordBytes = 1 << 20

  /// The fields of the record that was read last.
  private(set) var fields: [[UInt8]] = []
  /// Its first line, from 1.
  private(set) var line = 0
  /// Records that were too long and lost their end.
  private(set) var cut = 0
  /// `errno` of a failed read.
  private(set) var error: Int32 = 0
  /// Splits at commas and understands quotes; otherwise the line is one field.
  var isSplit = true

  private let descriptor: Int32
  private var block = [UInt8](repeating: 0, count: 128 << 10)
  private var count = 0
  private var at = 0
  private var nextLine = 1
  private var isStarted = false

  init(descriptor: Int32) { self.descriptor = descriptor }

  private mutating func byte() -> UInt8? {
    if at == count {
      repeat { count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) } } while count < 0 && errno == EINTR
      at = 0
      if count <= 0 {
        if count < 0 { error = errno }
        count = 0
        return nil
      }
      if !isStarted {
        isStarted = true
        // A byte order mark.
        if count >= 3, block[0] == 0xEF, block[1] == 0xBB, block[2] == 0xBF { at = 3 }
        if at == count { return byte() }
      }
    }
    defer { at += 1 }
    return block[at]
  }

  /// Reads the next record that is not blank; false at the end.
  mutating func next() -> Bool {
    while true {
      fields.removeAll(keepingCapacity: true)
      line = nextLine
      guard read() else { return false }
      if fields.count > 1 || fields.first?.isEmpty == false { return true }
    }
  }

  private mutating func read() -> Bool {
    var field: [UInt8] = []
    var length = 0
    var isQuoted = false
    var wasQuote = false
    var isAny = false
    while let value = byte() {
      isAny = true
      length += 1
      if value == 0x0A { nextLine += 1 }
      if isQuoted && !wasQuote {
        if value == 0x22 { wasQuote = true } else { keep(value, &field, length) }
        continue
      }
      if wasQuote {
        wasQuote = false
        if value == 0x22 {
          keep(value, &field, length)
          continue
        }
        isQuoted = false
      }
      switch value {
      case 0x22 where isSplit && field.isEmpty: isQuoted = true
      case 0x2C where isSplit:
        fields.append(field)
        field.removeAll(keepingCapacity: true)
      case 0x0A:
        if field.last == 0x0D { field.removeLast() }
        fields.append(field)
        if length > SeparatedRecords.mostRecordBytes { cut += 1 }
        return true
      default: keep(value, &field, length)
      }
    }
    if isAny { fields.append(field) }
    return isAny
  }

  private func keep(_ value: UInt8, _ field: inout [UInt8], _ length: Int) {
    if length <= SeparatedRecords.mostRecordBytes { field.append(value) }
  }
}
