/// A growable run of bytes without bounds, exclusivity or reference-count checks on the hot path.
///
/// The storage is owned by whoever holds the value and is freed by `deallocate()`. The converter keeps its buffers in
/// raw memory for the length of a run; a Swift array held by a class would cost three times as much per byte.
struct ByteBuffer {
  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  var count = 0

  init(capacity: Int = 64) {
    self.capacity = max(capacity, 16)
    base = .allocate(capacity: self.capacity)
  }

  func deallocate() { base.deallocate() }

  var isEmpty: Bool { count == 0 }
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }
  var string: String { String(decoding: bytes, as: UTF8.self) }
  var array: [UInt8] { Array(bytes) }

  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if count + extra > capacity { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let wanted = max(count + extra, capacity * 2)
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    fresh.update(from: base, count: count)
    base.deallocate()
    base = fresh
    capacity = wanted
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  @inline(__always)
  mutating func append(_ start: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    (base + count).update(from: start, count: length)
    count += length
  }

  mutating func append(_ other: UnsafeBufferPointer<UInt8>) {
    if let start = other.baseAddress { append(start, other.count) }
  }

  mutating func append(_ other: [UInt8]) { other.withUnsafeBufferPointer { append($0) } }

  mutating func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

  mutating func append(_ text: String) {
    var copy = text
    copy.withUTF8 { append($0) }
  }

  mutating func append(decimal value: Int) { append(String(value)) }

  /// Frees what one huge value left behind, so that a run's memory follows its usual units and not its largest one.
  mutating func reset(keeping limit: Int = 1 << 20) {
    count = 0
    if capacity > limit {
      base.deallocate()
      capacity = 64
      base = .allocate(capacity: capacity)
    }
  }

  /// Takes out one byte.
  mutating func remove(_ index: Int) {
    (base + index).update(from: base + index + 1, count: count - index - 1)
    count -= 1
  }

  /// Removes white space at both ends from `start` on.
  mutating func trim(from start: Int = 0) {
    while count > start, Bytes.isSpace(base[count - 1]) { count -= 1 }
    var first = start
    while first < count, Bytes.isSpace(base[first]) { first += 1 }
    if first > start {
      (base + start).update(from: base + first, count: count - first)
      count -= first - start
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  static var empty: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }
}

/// Questions about bytes and runs of bytes in UTF-8.
enum Bytes {
  @inline(__always)
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  @inline(__always)
  static func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }

  /// Letters and digits, every byte beyond ASCII counted as a letter.
  @inline(__always)
  static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isASCIILetter(byte) || byte >= 0x80 }

  @inline(__always)
  static func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    left.count == right.count && left.elementsEqual(right)
  }

  static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: StaticString) -> Bool {
    left.count == right.utf8CodeUnitCount
      && left.elementsEqual(UnsafeBufferPointer(start: right.utf8Start, count: right.utf8CodeUnitCount))
  }

  /// Equal but for the case of ASCII letters.
  static func equalIgnoringCase(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where lowered(left[index]) != lowered(right[index]) { return false }
    return true
  }

  static func equalIgnoringCase(_ left: UnsafeBufferPointer<UInt8>, _ right: StaticString) -> Bool {
    equalIgnoringCase(left, UnsafeBufferPointer(start: right.utf8Start, count: right.utf8CodeUnitCount))
  }

  static func isBlank(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { bytes.allSatisfy(isSpace) }

  /// Lower-cased (also beyond ASCII), white space collapsed and trimmed, as a key for tables that people wrote.
  static func key(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var words: [UInt8] = []
    words.reserveCapacity(bytes.count)
    var ascii = true
    for byte in bytes {
      if isSpace(byte) {
        if let last = words.last, last != 0x20 { words.append(0x20) }
      } else {
        if byte >= 0x80 { ascii = false }
        words.append(lowered(byte))
      }
    }
    if words.last == 0x20 { words.removeLast() }
    let text = String(decoding: words, as: UTF8.self)
    return ascii ? text : text.lowercased()
  }

  /// FNV-1a, 64 bits, finished with a mix: a stable fingerprint for sets of identifiers.
  static func hash(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
    var value = seed
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    value ^= value >> 33
    value = value &* 0xff51_afd7_ed55_8ccd
    value ^= value >> 33
    return value
  }

  static func containsIgnoringCase(_ haystack: UnsafeBufferPointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>) -> Bool {
    guard needle.count > 0, haystack.count >= needle.count else { return needle.isEmpty }
    return (0...(haystack.count - needle.count)).contains { at in
      lowered(haystack[at]) == lowered(needle[0])
        && equalIgnoringCase(UnsafeBufferPointer(rebasing: haystack[at..<(at + needle.count)]), needle)
    }
  }

  static func contains(_ haystack: UnsafeBufferPointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = needle.first else { return true }
    guard haystack.count >= needle.count, let base = haystack.baseAddress else { return false }
    var at = 0
    while at <= haystack.count - needle.count {
      if base[at] == first, Bytes.equal(UnsafeBufferPointer(start: base + at, count: needle.count), needle) { return true }
      at += 1
    }
    return false
  }

  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var from = 0
    var to = bytes.count
    while from < to, isSpace(bytes[from]) { from += 1 }
    while to > from, isSpace(bytes[to - 1]) { to -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[from..<to])
  }
}
