import Glibc

/// The bytes of an open file, read by position: its head once, the rest only when asked for.
final class FileBytes {
  /// Bytes of the head that are read at once.
  static let headBytes = 64 << 10

  private(set) var descriptor: Int32 = -1
  /// Bytes of the file when it was opened.
  private(set) var size = 0
  /// The head, as far as it was read.
  private(set) var head = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// `errno` of a failed read of the head.
  private(set) var error: Int32 = 0

  private let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: FileBytes.headBytes)
  private var scratch: UnsafeMutablePointer<UInt8>?
  private static let scratchBytes = 256 << 10
  /// Bytes kept from one block to the next by `scan`: patterns are not longer.
  static let overlap = 512

  deinit {
    buffer.deallocate()
    scratch?.deallocate()
  }

  /// Goes to another file.
  func move(to descriptor: Int32, size: Int) {
    self.descriptor = descriptor
    self.size = max(0, size)
    error = 0
    let count = FileBytes.read(descriptor, buffer, min(FileBytes.headBytes, self.size), at: 0)
    if count < 0 { error = errno }
    head = UnsafeBufferPointer(start: buffer, count: max(0, count))
    // A file that became shorter meanwhile.
    if count >= 0, count < min(FileBytes.headBytes, self.size) { self.size = count }
  }

  /// The last bytes of the file, at most `count`, which is at most 64 KiB.
  func withTail<Result>(_ count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let length = min(count, size, FileBytes.scratchBytes)
    if size <= head.count { return body(UnsafeBufferPointer(rebasing: head[(size - length)..<size])) }
    return with(at: size - length, count: length, body)
  }

  /// Some bytes of the file; fewer at its end or when they cannot be read.
  func with<Result>(at offset: Int, count: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    guard offset >= 0, offset < size, count > 0 else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    let length = min(count, size - offset, FileBytes.scratchBytes)
    if offset + length <= head.count { return body(UnsafeBufferPointer(rebasing: head[offset..<(offset + length)])) }
    let space = scratchSpace()
    let got = FileBytes.read(descriptor, space, length, at: offset)
    return body(UnsafeBufferPointer(start: space, count: max(0, got)))
  }

  /// Some bytes as an array.
  func bytes(at offset: Int, count: Int) -> [UInt8] { with(at: offset, count: count) { Array($0) } }

  /// Goes through the file in blocks that overlap; the body says whether to go on.
  ///
  /// - Returns: false when a block could not be read.
  func scan(from start: Int = 0, upTo end: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    var offset = start
    let end = min(end, size)
    let space = scratchSpace()
    while offset < end {
      let got = FileBytes.read(descriptor, space, min(FileBytes.scratchBytes, end - offset), at: offset)
      guard got > 0 else { return false }
      if !body(UnsafeBufferPointer(start: space, count: got)) { return true }
      if offset + got >= end { break }
      guard got > FileBytes.overlap else { return false }
      offset += got - FileBytes.overlap
    }
    return true
  }

  private func scratchSpace() -> UnsafeMutablePointer<UInt8> {
    if let scratch { return scratch }
    let space = UnsafeMutablePointer<UInt8>.allocate(capacity: FileBytes.scratchBytes)
    scratch = space
    return space
  }

  /// Reads by position, again after interruptions and short reads.
  ///
  /// - Returns: bytes read; −1 with `errno` when nothing could be.
  static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int, at offset: Int) -> Int {
    var done = 0
    while done < count {
      let got = pread(descriptor, buffer + done, count - done, offset + done)
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        return done > 0 ? done : -1
      }
      done += got
    }
    return done
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes at a place are these.
  @inline(__always)
  func has(_ text: StaticString, at offset: Int = 0) -> Bool {
    let length = text.utf8CodeUnitCount
    guard offset >= 0, offset <= count - length, let base = baseAddress else { return false }
    return memcmp(base + offset, text.utf8Start, length) == 0
  }

  func has(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
    guard offset >= 0, offset <= count - bytes.count, let base = baseAddress else { return false }
    return memcmp(base + offset, bytes, bytes.count) == 0
  }

  /// The first place of a text from `start` on, whole before `end`.
  func find(_ text: StaticString, from start: Int = 0, upTo end: Int = .max) -> Int? {
    find(text.utf8Start, text.utf8CodeUnitCount, start, end)
  }

  func find(_ bytes: [UInt8], from start: Int = 0, upTo end: Int = .max) -> Int? {
    bytes.withUnsafeBufferPointer { wanted in wanted.baseAddress.flatMap { find($0, wanted.count, start, end) } }
  }

  private func find(_ wanted: UnsafePointer<UInt8>, _ length: Int, _ start: Int, _ end: Int) -> Int? {
    guard let base = baseAddress, length > 0, start >= 0 else { return nil }
    let last = Swift.min(end, count) - length
    let first = Int32(wanted[0])
    var at = start
    while at <= last {
      guard let found = memchr(base + at, first, last - at + 1) else { return nil }
      at = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
      if memcmp(base + at, wanted, length) == 0 { return at }
      at += 1
    }
    return nil
  }

  /// Whether a text is in it.
  func holds(_ text: StaticString) -> Bool { find(text) != nil }

  func little16(_ offset: Int) -> Int {
    guard offset >= 0, offset + 2 <= count else { return 0 }
    return Int(self[offset]) | Int(self[offset + 1]) << 8
  }
  func little32(_ offset: Int) -> Int { little16(offset) | little16(offset + 2) << 16 }
  func big16(_ offset: Int) -> Int {
    guard offset >= 0, offset + 2 <= count else { return 0 }
    return Int(self[offset]) << 8 | Int(self[offset + 1])
  }
  func big32(_ offset: Int) -> Int { big16(offset) << 16 | big16(offset + 2) }
}
