import CLibCrypto
import Glibc

/// Digests of files, by libcrypto.
enum FileDigest {
  /// SHA-256 in hexadecimal; nil when the file cannot be read.
  static func sha256(_ path: String) -> String? {
    guard let file = fopen(path, "rb"), let context = EVP_MD_CTX_new() else { return nil }
    defer {
      fclose(file)
      EVP_MD_CTX_free(context)
    }
    guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      guard EVP_DigestUpdate(context, buffer, count) == 1 else { return nil }
    }
    guard ferror(file) == 0 else { return nil }
    var digest = [UInt8](repeating: 0, count: 32)
    guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else { return nil }
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
