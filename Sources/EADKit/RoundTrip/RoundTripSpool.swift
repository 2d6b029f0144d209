import Glibc

/// Finding aids on their way there and back, in a file without a name: nobody else can open it, and it is gone when the
/// program ends, however it ends.
final class RoundTripSpool: EADOutputs {
  private let name: String
  private let descriptor: Int32
  private var segments: [Range<Int>] = []
  private var length = 0
  /// A file of its own for one finding aid of several.
  private var scratch: Int32 = -1

  /// - Parameter name: the file an error speaks of.
  init(for name: String) throws(EADError) {
    self.name = name
    descriptor = try TemporaryFile.unnamed(for: name)
  }

  deinit {
    close(descriptor)
    if scratch >= 0 { close(scratch) }
  }

  /// How many finding aids it holds.
  var count: Int { segments.count }

  private func failure() -> EADError { EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }

  func begin(_ name: String) throws(EADError) { segments.append(length..<length) }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) {
    guard TemporaryFile.write(bytes, to: descriptor) else { throw failure() }
    length += bytes.count
  }

  func end() throws(EADError) {
    guard let start = segments.last?.lowerBound else { return }
    segments[segments.count - 1] = start..<length
  }

  /// Keeps bytes as the only content.
  func keep(_ body: ((UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) throws(EADError) -> Void) throws(EADError) {
    try begin("")
    try body { bytes throws(EADError) in try self.write(bytes) }
    try end()
  }

  /// A path under which one finding aid can be opened for reading, until the next call.
  func path(of index: Int) throws(EADError) -> String {
    let range = segments[index]
    if range == 0..<length { return RoundTripSpool.path(descriptor) }
    if scratch >= 0 { close(scratch) }
    scratch = try TemporaryFile.unnamed(for: name)
    let size = 1 << 17
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var at = range.lowerBound
    while at < range.upperBound {
      let count = pread(descriptor, buffer, min(size, range.upperBound - at), off_t(at))
      guard count > 0, TemporaryFile.write(UnsafeBufferPointer(start: buffer, count: count), to: scratch) else { throw failure() }
      at += count
    }
    return RoundTripSpool.path(scratch)
  }

  /// Files without a name are opened anew by their descriptor: every reader has a position of its own.
  private static func path(_ descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

  /// Standard input, which can be read only once, as a document that can be read as often as needed.
  static func standardInput() throws(EADError) -> RoundTripSpool {
    let spool = try RoundTripSpool(for: "-")
    let size = 1 << 17
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    try spool.begin("")
    while true {
      let count = read(STDIN_FILENO, buffer, size)
      if count < 0 {
        if errno == EINTR { continue }
        throw EADError("input-unreadable", file: "-", [String(cString: strerror(errno))])
      }
      if count == 0 { break }
      try spool.write(UnsafeBufferPointer(start: buffer, count: count))
    }
    try spool.end()
    return spool
  }
}
