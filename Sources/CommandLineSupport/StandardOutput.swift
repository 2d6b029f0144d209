public import EADKit
import Glibc

/// Results on standard output.
public enum StandardOutput {
  /// Writes all bytes; a reader that went away ends the program quietly.
  public static func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) {
    guard var at = bytes.baseAddress else { return }
    var left = bytes.count
    while left > 0 {
      let count = Glibc.write(STDOUT_FILENO, at, left)
      if count < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { Interrupts.endQuietly() }
        throw EADError("output-failed", file: "-", [String(cString: strerror(errno))])
      }
      at += count
      left -= count
    }
  }
}
