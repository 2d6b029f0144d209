/// The parts of a list in a cell, one after the other, as they stand between the pipes; none for a blank cell.
///
/// Nothing is allocated: lists stand in nearly every row.
struct SheetPartCursor {
  private let value: UnsafeBufferPointer<UInt8>
  /// Where the next part begins; beyond the end when there is none.
  private var at: Int

  init(_ value: UnsafeBufferPointer<UInt8>) {
    self.value = value
    at = value.isEmpty ? 1 : 0
  }

  mutating func next() -> UnsafeBufferPointer<UInt8>? {
    guard at <= value.count else { return nil }
    let start = at
    while at < value.count, value[at] != 0x7C { at += 1 }
    defer { at += 1 }
    return UnsafeBufferPointer(rebasing: value[start..<at])
  }

  /// How many parts a list has, and how many of them are blank.
  static func count(_ value: UnsafeBufferPointer<UInt8>) -> (parts: Int, blank: Int) {
    if value.isEmpty { return (0, 0) }
    var parts = 1
    var blank = 0
    var isBlank = true
    for index in 0..<value.count {
      if value[index] == 0x7C {
        if isBlank { blank += 1 }
        parts += 1
        isBlank = true
      } else if isBlank, !Bytes.isSpace(value[index]) {
        isBlank = false
      }
    }
    return (parts, isBlank ? blank + 1 : blank)
  }
}
