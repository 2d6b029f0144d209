import Glibc

/// Where the files come from that a schema names in `include` and `externalRef`.
protocol SchemaSource {
  /// The bytes of a file; `uri` is already resolved against the place that names it. An error without a place gets that
  /// place.
  func bytes(of uri: String) throws(EADError) -> [UInt8]
}

/// Reads schemas from this machine's disk and from nowhere else.
struct LocalSchemaSource: SchemaSource {
  /// Largest schema file that is read, in bytes.
  static let largestFile = 64 << 20

  func bytes(of uri: String) throws(EADError) -> [UInt8] {
    guard let path = RelaxNGURI.localPath(Array(uri.utf8)) else { throw EADError("relaxng-remote", file: "", [uri]) }
    guard !path.isEmpty, !path.contains(0) else { throw EADError("relaxng-reference-invalid", file: "", [uri]) }
    return try LocalSchemaSource.bytes(ofPath: String(decoding: path, as: UTF8.self))
  }

  /// The bytes of a regular file of bearable size.
  static func bytes(ofPath path: String) throws(EADError) -> [UInt8] {
    // Without O_NONBLOCK a named pipe that nobody writes to would hold the program for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw unreadable(path) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw EADError("relaxng-not-regular", file: "", [path]) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(Int(info.st_size), largestFile) + 1)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(path)
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= largestFile else {
        throw EADError("relaxng-file-too-large", file: "", [path, String(largestFile >> 20)])
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  private static func unreadable(_ path: String) -> EADError {
    EADError("relaxng-unreadable", file: "", [path, String(cString: strerror(errno))])
  }
}
