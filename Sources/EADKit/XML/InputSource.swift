import CZlib
import Glibc

/// The bytes of one document: a file, a gzip file, or standard input; readable twice.
///
/// What cannot be read twice as it is (a pipe, a gzip file) goes through a temporary file that has no name and that
/// only this user can read.
final class InputSource {
  let name: String
  private var descriptor: Int32
  private let limits: ReadingLimits
  private var spooled = false

  /// Opens a file, or standard input for `-`.
  init(path: String, limits: ReadingLimits) throws(EADError) {
    name = path
    self.limits = limits
    if path == "-" {
      descriptor = dup(STDIN_FILENO)
    } else {
      // Without O_NONBLOCK a named pipe that nobody writes to would hold the whole batch.
      descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw InputSource.failure(path) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw InputSource.failure(path) }
    if info.st_mode & S_IFMT == S_IFDIR { throw EADError("input-is-directory", file: path) }
    if path != "-", info.st_mode & S_IFMT != S_IFREG { throw EADError("input-not-regular", file: path) }
    isRegular = info.st_mode & S_IFMT == S_IFREG
    size = isRegular ? Int(info.st_size) : nil
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Bytes of the file as it lies on disk; nil for a pipe.
  private(set) var size: Int?
  private let isRegular: Bool

  private static func failure(_ path: String) -> EADError {
    EADError("input-unreadable", file: path, [String(cString: strerror(errno))])
  }

  /// Makes the bytes readable from the start and runs `scan`, if there is one, over them once; afterwards the source is at
  /// its start.
  ///
  /// - Returns: false when there is nothing to read.
  func prepare(scan: ((UnsafeBufferPointer<UInt8>) -> Bool)?) throws(EADError) {
    var magic: [UInt8] = [0, 0]
    let size = 1 << 18
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    if isRegular {
      let got = pread(descriptor, &magic, 2, 0)
      if got < 0 { throw InputSource.failure(name) }
      if !(got == 2 && magic[0] == 0x1F && magic[1] == 0x8B) {
        lseek(descriptor, 0, SEEK_SET)
        while let scan {
          let count = try readRaw(into: buffer, size)
          if count == 0 || !scan(UnsafeBufferPointer(start: buffer, count: count)) { break }
        }
        lseek(descriptor, 0, SEEK_SET)
        return
      }
    }
    try spool(buffer, size, scan ?? { _ in false })
  }

  func rewind() { lseek(descriptor, 0, SEEK_SET) }

  /// Reads the next bytes of the document; 0 at its end.
  func read(into buffer: UnsafeMutablePointer<UInt8>, _ capacity: Int) throws(EADError) -> Int {
    try readRaw(into: buffer, capacity)
  }

  private func readRaw(into buffer: UnsafeMutablePointer<UInt8>, _ capacity: Int) throws(EADError) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer, capacity)
      if count >= 0 { return count }
      if errno != EINTR { throw InputSource.failure(name) }
    }
  }

  private func spool(
    _ buffer: UnsafeMutablePointer<UInt8>, _ capacity: Int, _ scan: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(EADError) {
    let target = try TemporaryFile.unnamed(for: name)
    var scanning = true
    var unpacker: GzipUnpacker?
    defer { unpacker?.end() }
    var first = true
    while true {
      let count = try readRaw(into: buffer, capacity)
      let chunk = UnsafeBufferPointer(start: buffer, count: count)
      if first, count >= 2, chunk[0] == 0x1F, chunk[1] == 0x8B { unpacker = GzipUnpacker(limits: limits) }
      first = false
      if count == 0 {
        if let unpacker, !unpacker.isComplete { throw EADError("gzip-truncated", file: name) }
        break
      }
      var problem: EADError?
      func deliver(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if scanning { scanning = scan(bytes) }
        if !TemporaryFile.write(bytes, to: target) {
          problem = EADError("spool-failed", file: name, [String(cString: strerror(errno))])
        }
        return problem == nil
      }
      if unpacker != nil {
        if let rule = unpacker?.feed(chunk, deliver) {
          close(target)
          throw EADError(rule, file: name, [String(limits.unpackedBytes >> 20)])
        }
      } else {
        _ = deliver(chunk)
      }
      if let problem {
        close(target)
        throw problem
      }
    }
    close(descriptor)
    descriptor = target
    spooled = true
    lseek(descriptor, 0, SEEK_SET)
  }
}

/// Temporary files without a name: nobody else can open them, and they are gone when the program ends, however it ends.
public enum TemporaryFile {
  /// Opens a new one in `TMPDIR`, for reading and writing; `name` is the file an error speaks of.
  public static func unnamed(for name: String) throws(EADError) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((folder + "/ead-convert.XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    template.withUnsafeBufferPointer { _ = unlink($0.baseAddress.unsafelyUnwrapped) }
    return descriptor
  }

  static func write(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> Bool {
    guard var at = bytes.baseAddress else { return true }
    var left = bytes.count
    while left > 0 {
      let count = Glibc.write(descriptor, at, left)
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      at += count
      left -= count
    }
    return true
  }
}

/// Unpacks gzip, also several members in one file, with a bound on what may come out.
private struct GzipUnpacker {
  private var stream: UnsafeMutablePointer<z_stream>
  private let limits: ReadingLimits
  private var packed = 0
  private var unpacked = 0
  private(set) var isComplete = false

  init(limits: ReadingLimits) {
    self.limits = limits
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    ead_inflate_init_gzip(stream)
  }

  func end() {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Returns the rule that was broken, or nil.
  mutating func feed(
    _ chunk: UnsafeBufferPointer<UInt8>, _ deliver: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> String? {
    let size = 1 << 17
    let out = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { out.deallocate() }
    packed += chunk.count
    stream.pointee.next_in = UnsafeMutablePointer(mutating: chunk.baseAddress)
    stream.pointee.avail_in = UInt32(chunk.count)
    while true {
      if isComplete {
        if stream.pointee.avail_in == 0 { return nil }
        // Bytes after a member: another member, or padding that gzip itself ignores.
        if stream.pointee.next_in.pointee != 0x1F { return nil }
        inflateReset(stream)
        isComplete = false
      }
      stream.pointee.next_out = out
      stream.pointee.avail_out = UInt32(size)
      let status = inflate(stream, Z_NO_FLUSH)
      let count = size - Int(stream.pointee.avail_out)
      unpacked += count
      if unpacked > limits.unpackedBytes || (unpacked > 64 << 20 && unpacked > packed * limits.unpackedRatio) {
        return "gzip-too-large"
      }
      if count > 0, !deliver(UnsafeBufferPointer(start: out, count: count)) { return nil }
      if status == Z_STREAM_END {
        isComplete = true
      } else if status != Z_OK && status != Z_BUF_ERROR {
        return "gzip-damaged"
      } else if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 {
        return nil
      }
    }
  }
}
