/// What a datatype does to the white space of a value before it looks at it (XML Schema part 2, section 4.3.6).
enum DatatypeWhiteSpace: UInt8, Sendable {
  case preserve
  /// Every tab and line end becomes a blank.
  case replace
  /// Also: runs of blanks become one, none is left at the ends.
  case collapse

  /// White space of XML; no other blank counts, not even the no-break space.
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  /// Without the white space at both ends.
  @inline(__always)
  static func trimmed(_ value: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard let base = value.baseAddress else { return value }
    var from = 0
    var to = value.count
    while from < to, isSpace(base[from]) { from += 1 }
    while to > from, isSpace(base[to - 1]) { to -= 1 }
    return UnsafeBufferPointer(start: base + from, count: to - from)
  }

  /// Calls `body` with the value after this treatment; copies only values that are not yet in that form.
  func withNormalised<Result>(
    _ value: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    switch self {
    case .preserve:
      return body(value)
    case .replace:
      guard value.contains(where: { $0 != 0x20 && Self.isSpace($0) }) else { return body(value) }
      return value.map { Self.isSpace($0) ? 0x20 : $0 }.withUnsafeBufferPointer(body)
    case .collapse:
      let inner = Self.trimmed(value)
      guard Self.hasLooseSpace(inner) else { return body(inner) }
      var collapsed: [UInt8] = []
      collapsed.reserveCapacity(inner.count)
      for byte in inner {
        if !Self.isSpace(byte) {
          collapsed.append(byte)
        } else if collapsed.last != 0x20 {
          collapsed.append(0x20)
        }
      }
      return collapsed.withUnsafeBufferPointer(body)
    }
  }

  private static func hasLooseSpace(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    var previous: UInt8 = 0
    for byte in value {
      if byte < 0x20 || (byte == 0x20 && previous == 0x20) { return true }
      previous = byte
    }
    return false
  }

  /// Calls `body` with each word of the value until it answers false; the number of words, nil when it did.
  @inline(__always)
  static func countWords(
    _ value: UnsafeBufferPointer<UInt8>, while body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Int? {
    guard let base = value.baseAddress else { return 0 }
    var count = 0
    var at = 0
    while true {
      while at < value.count, isSpace(base[at]) { at += 1 }
      if at == value.count { return count }
      let start = at
      while at < value.count, !isSpace(base[at]) { at += 1 }
      guard body(UnsafeBufferPointer(start: base + start, count: at - start)) else { return nil }
      count += 1
    }
  }
}
