import CLibCrypto

/// Gives units their identifiers: of their paths, so that they stay the same whatever is added beside them.
final class UnitIdentifiers {
  private let context: OpaquePointer?
  private let algorithm: OpaquePointer?
  private var digest = [UInt8](repeating: 0, count: 64)
  private var given: Set<UInt64> = []

  init() {
    context = EVP_MD_CTX_new()
    algorithm = EVP_MD_fetch(nil, "SHA256", nil)
  }

  deinit {
    EVP_MD_CTX_free(context)
    EVP_MD_free(algorithm)
  }

  /// `u` and 16 hexadecimal digits of the SHA-256 of the path; 32 for the second of two paths that begin alike.
  func identifier(_ path: [UInt8]) -> String {
    var length: UInt32 = 0
    _ = EVP_DigestInit_ex(context, algorithm, nil)
    _ = path.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    _ = EVP_DigestFinal_ex(context, &digest, &length)
    var mark: UInt64 = 0
    for byte in digest[..<8] { mark = mark << 8 | UInt64(byte) }
    let count = given.insert(mark).inserted ? 8 : 16
    return UnitIdentifiers.text(digest[..<count])
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(unsafeUninitializedCapacity: 1 + bytes.count * 2) { buffer in
      buffer[0] = UInt8(ascii: "u")
      var at = 1
      for byte in bytes {
        buffer[at] = digits[Int(byte >> 4)]
        buffer[at + 1] = digits[Int(byte & 15)]
        at += 2
      }
      return at
    }
  }

  /// Digests as they are written.
  static func hexadecimal(_ bytes: [UInt8]) -> String { String(text(bytes[...]).dropFirst()) }

  private static let digits = Array("0123456789abcdef".utf8)
}
