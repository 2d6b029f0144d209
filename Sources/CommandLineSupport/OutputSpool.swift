public import EADKit
import Glibc

/// Outputs on their way to their places, one after the other in a file without a name: however many there are, one file is
/// open.
public final class OutputSpool: @unchecked Sendable {
  private let descriptor: Int32
  private let name: String
  private var starts: [Int] = []
  private var end = 0

  /// - Parameter name: the file an error speaks of.
  public init(for name: String) throws(EADError) {
    self.name = name
    descriptor = try TemporaryFile.unnamed(for: name)
  }

  deinit { close(descriptor) }

  /// How many outputs were begun.
  public var count: Int { starts.count }

  /// Begins the next output.
  public func begin() { starts.append(end) }

  /// Forgets the output begun last.
  public func dropLast() throws(EADError) {
    guard let start = starts.popLast() else { return }
    guard ftruncate(descriptor, off_t(start)) == 0 else { throw failure() }
    end = start
  }

  /// Writes at the end of the output begun last.
  public func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) {
    guard var at = bytes.baseAddress else { return }
    var left = bytes.count
    while left > 0 {
      let count = pwrite(descriptor, at, left, off_t(end))
      if count < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      at += count
      left -= count
      end += count
    }
  }

  /// Calls back with the bytes of one output, in order.
  public func read(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) throws(EADError) {
    guard starts.indices.contains(index) else { return }
    let stop = index + 1 < starts.count ? starts[index + 1] : end
    let size = 1 << 18
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var at = starts[index]
    while at < stop {
      let count = pread(descriptor, buffer, min(size, stop - at), off_t(at))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      try body(UnsafeBufferPointer(start: buffer, count: count))
      at += count
    }
  }

  private func failure() -> EADError { EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }
}
