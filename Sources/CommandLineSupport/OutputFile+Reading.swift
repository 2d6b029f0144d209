public import EADKit
import Glibc

extension OutputFile {
  /// Calls back with the bytes written so far, in order; to be called before the file is committed or discarded.
  public func read(_ body: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) throws(EADError) {
    let size = 1 << 18
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var at = 0
    while true {
      let count = pread(descriptor, buffer, size, off_t(at))
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw OutputFile.failure(path)
      }
      try body(UnsafeBufferPointer(start: buffer, count: count))
      at += count
    }
  }
}
