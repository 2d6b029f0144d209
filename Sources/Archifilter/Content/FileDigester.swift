import CLibCrypto
import EADKit
import Glibc

/// Digests of files, several in one read, by libcrypto. One for each thread.
final class FileDigester {
  /// Raw bytes of the digests that were asked for.
  struct Digests: Sendable, Equatable {
    var sha256: [UInt8]?
    var sha512: [UInt8]?
    var md5: [UInt8]?
  }

  enum Outcome {
    /// The digests and the number of bytes they are of.
    case done(Digests, bytes: Int)
    /// `errno` of the failed read.
    case failed(Int32)
    /// It was told to stop.
    case stopped
  }

  /// What one algorithm needs. Fetched once: OpenSSL looks an algorithm up by name each time it is asked for it.
  private struct Engine {
    var work: ContentFacts.Work
    var method: OpaquePointer
    var context: OpaquePointer
    var length: Int
  }

  private var engines: [Engine] = []
  private let buffer: UnsafeMutableRawPointer
  private static let bufferSize = 1 << 20

  /// - Throws: `digest-unavailable` when libcrypto does not offer an algorithm, as MD5 in some hardened systems.
  init(_ algorithms: ContentFacts.Work) throws(EADError) {
    buffer = UnsafeMutableRawPointer.allocate(byteCount: FileDigester.bufferSize, alignment: 4096)
    for (work, name, length) in [
      (ContentFacts.Work.sha256, "SHA256", 32), (.sha512, "SHA512", 64), (.md5, "MD5", 16),
    ] where algorithms.contains(work) {
      guard let method = EVP_MD_fetch(nil, name, nil) else { throw EADError("digest-unavailable", file: "", [name]) }
      guard let context = EVP_MD_CTX_new() else {
        EVP_MD_free(method)
        throw EADError("digest-unavailable", file: "", [name])
      }
      engines.append(Engine(work: work, method: method, context: context, length: length))
    }
  }

  deinit {
    for engine in engines {
      EVP_MD_CTX_free(engine.context)
      EVP_MD_free(engine.method)
    }
    buffer.deallocate()
  }

  /// Digests of a file from its first byte to its last; the position of the descriptor is neither used nor moved.
  ///
  /// - Parameter isStopped: asked before each mebibyte.
  func read(descriptor: Int32, size: Int, isStopped: () -> Bool) -> Outcome {
    guard start() else { return .failed(EIO) }
    if size > FileDigester.bufferSize { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    var position = 0
    while true {
      if position > 0, isStopped() { return .stopped }
      let count = pread(descriptor, buffer, FileDigester.bufferSize, position)
      if count < 0 {
        if errno == EINTR { continue }
        return .failed(errno)
      }
      if count == 0 { break }
      for engine in engines {
        guard EVP_DigestUpdate(engine.context, buffer, count) == 1 else { return .failed(EIO) }
      }
      position += count
      // Short reads are the end of almost every file; the size it has now is compared by the caller.
      if count < FileDigester.bufferSize, position == size { break }
    }
    guard let digests = finish() else { return .failed(EIO) }
    return .done(digests, bytes: position)
  }

  /// Digests of no byte at all.
  func empty() -> Digests? { start() ? finish() : nil }

  private func start() -> Bool { engines.allSatisfy { EVP_DigestInit_ex($0.context, $0.method, nil) == 1 } }

  private func finish() -> Digests? {
    var digests = Digests()
    for engine in engines {
      var digest = [UInt8](repeating: 0, count: engine.length)
      var count: UInt32 = 0
      guard EVP_DigestFinal_ex(engine.context, &digest, &count) == 1, Int(count) == engine.length else { return nil }
      switch engine.work {
      case .sha256: digests.sha256 = digest
      case .sha512: digests.sha512 = digest
      default: digests.md5 = digest
      }
    }
    return digests
  }
}
