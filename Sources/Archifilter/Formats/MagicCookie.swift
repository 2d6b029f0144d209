import CLibMagic

/// An open database of libmagic; one a thread.
final class MagicCookie {
  private let handle: magic_t

  /// - Returns: nil when libmagic finds no database on this machine.
  init?() {
    let flags =
      MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_TOKENS
    guard let handle = magic_open(Int32(flags)) else { return nil }
    guard magic_load(handle, nil) == 0 else {
      magic_close(handle)
      return nil
    }
    self.handle = handle
  }

  deinit { magic_close(handle) }

  /// The MIME type of the beginning of a file; nil when there is none worth saying.
  func mime(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard let found = magic_buffer(handle, bytes.baseAddress, bytes.count) else { return nil }
    let text = String(cString: found)
    return text.isEmpty || text == "application/octet-stream" || !text.contains("/") ? nil : text
  }

  /// Its version, such as `5.44`.
  static var version: String {
    let number = Int(magic_version())
    let minor = number % 100
    return "\(number / 100).\(minor < 10 ? "0" : "")\(minor)"
  }
}
