public import EADKit
import Glibc

/// Standard input, which can be looked into before it is read.
public enum StandardInput {
  /// Names standard input for those who open it a second time, from its start; good after `makeRereadable`.
  public static let path = "/dev/stdin"

  /// Makes standard input readable from its start any number of times: what is no file is copied to one without a name.
  ///
  /// - Throws: `EADError` when it cannot be read, or the copy cannot be kept.
  public static func makeRereadable() throws(EADError) {
    var info = stat()
    guard fstat(STDIN_FILENO, &info) == 0, info.st_mode & S_IFMT != S_IFREG, info.st_mode & S_IFMT != S_IFDIR else { return }
    let descriptor = try TemporaryFile.unnamed(for: "-")
    defer { close(descriptor) }
    try copy(to: descriptor)
    lseek(descriptor, 0, SEEK_SET)
    guard dup2(descriptor, STDIN_FILENO) >= 0 else { throw failure("spool-failed") }
  }

  private static func copy(to descriptor: Int32) throws(EADError) {
    let size = 1 << 18
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    while true {
      let count = read(STDIN_FILENO, buffer, size)
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("input-unreadable")
      }
      var done = 0
      while done < count {
        let written = write(descriptor, buffer + done, count - done)
        if written < 0 {
          if errno == EINTR { continue }
          throw failure("spool-failed")
        }
        done += written
      }
    }
  }

  private static func failure(_ rule: String) -> EADError { EADError(rule, file: "-", [String(cString: strerror(errno))]) }
}
