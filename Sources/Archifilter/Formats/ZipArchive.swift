import CLibArchive
import Glibc

/// One entry of an archive, as the archive says.
public struct ArchiveMember: Sendable, Equatable {
  /// As stored: UTF-8 or the code page of who packed it; may be absolute or climb (`../`): never used as a path.
  public var name: [UInt8]
  /// Bytes when unpacked; nil when the archive does not say.
  public var size: Int?
  /// Nanoseconds since 1970-01-01 UTC; nil when the archive does not say.
  public var modified: Int?
  public var isEncrypted: Bool
  public var isFolder: Bool

  public init(name: [UInt8], size: Int?, modified: Int?, isEncrypted: Bool, isFolder: Bool) {
    self.name = name
    self.size = size
    self.modified = modified
    self.isEncrypted = isEncrypted
    self.isFolder = isFolder
  }
}

/// A zip file, listed from its central directory through libarchive. Nothing is ever written to the disk, and archives
/// inside it are not opened.
public final class ZipArchive {
  /// Bytes that the central directory may have: libarchive keeps all of it in memory.
  static let mostDirectoryBytes = 64 << 20
  /// A part may be this many times larger than what was read for it; beyond, it is given up as a bomb.
  static let mostRatio = 2000
  /// `AE_IFMT` and `AE_IFDIR`, whose macros Swift does not see.
  static let typeMask: UInt32 = 0o170000
  static let folderType: UInt32 = 0o040000

  private var handle: OpaquePointer?
  private let reader: PositionedReader
  private let locale: locale_t?

  /// Opens a zip file; the position of the descriptor is neither used nor moved.
  ///
  /// - Returns: nil when the descriptor cannot be read or libarchive has no memory; a file that is no zip shows as damaged.
  public init?(descriptor: Int32) {
    guard let reader = PositionedReader(descriptor) else { return nil }
    self.reader = reader
    // Names marked as UTF-8 are converted to the character set of the locale: in "C" they would become question marks.
    locale = newlocale(Int32(1) << Int32(LC_CTYPE), "C.UTF-8", nil)
    guard let handle = archive_read_new() else { return nil }
    self.handle = handle
    let previous = use()
    defer { leave(previous) }
    archive_read_support_format_zip_seekable(handle)
    archive_read_set_callback_data(handle, Unmanaged.passUnretained(reader).toOpaque())
    archive_read_set_read_callback(handle) { _, data, buffer in
      guard let data else { return -1 }
      let reader = Unmanaged<PositionedReader>.fromOpaque(data).takeUnretainedValue()
      buffer?.pointee = UnsafeRawPointer(reader.buffer)
      return reader.read()
    }
    archive_read_set_skip_callback(handle) { _, data, count in
      guard let data else { return 0 }
      return Int64(Unmanaged<PositionedReader>.fromOpaque(data).takeUnretainedValue().skip(Int(count)))
    }
    archive_read_set_seek_callback(handle) { _, data, offset, whence in
      guard let data else { return Int64(ARCHIVE_FATAL) }
      return Int64(Unmanaged<PositionedReader>.fromOpaque(data).takeUnretainedValue().seek(Int(offset), whence))
    }
    isOpen = archive_read_open1(handle) == ARCHIVE_OK
  }

  private var isOpen = false

  deinit {
    let previous = use()
    archive_read_free(handle)
    leave(previous)
    if let locale { freelocale(locale) }
  }

  private func use() -> locale_t? { locale.flatMap { uselocale($0) } }
  private func leave(_ previous: locale_t?) { if let previous { _ = uselocale(previous) } }

  /// Its entries in the order of the file.
  ///
  /// - Parameter limit: entries at most; `isCut` when there are more, or when the directory is too large to be read.
  public func entries(limit: Int) -> (members: [ArchiveMember], isCut: Bool, isDamaged: Bool) {
    var members: [ArchiveMember] = []
    let end = walk { entry in
      if members.count >= limit { return false }
      members.append(entry.member)
      return true
    }
    return (members, end == .stopped || reader.isExhausted, end == .damaged && !reader.isExhausted)
  }

  /// The beginning of some entries, unpacked in memory.
  ///
  /// - Parameters:
  ///   - wanted: whether an entry is asked for; folders and encrypted entries never are.
  ///   - mostBytes: of each entry; what is longer is cut there.
  public static func parts(
    descriptor: Int32, wanted: (_ name: [UInt8]) -> Bool, mostBytes: Int
  ) -> [(name: [UInt8], bytes: [UInt8])] {
    guard let archive = ZipArchive(descriptor: descriptor) else { return [] }
    var parts: [(name: [UInt8], bytes: [UInt8])] = []
    _ = archive.walk { entry in
      let member = entry.member
      if !member.isFolder, !member.isEncrypted, wanted(member.name) {
        parts.append((member.name, entry.bytes(most: mostBytes)))
      }
      return parts.count < 64
    }
    return parts
  }

  /// How a walk ended.
  enum End {
    case complete, stopped, damaged
  }

  /// An entry during a walk.
  struct Entry {
    fileprivate let handle: OpaquePointer?
    fileprivate let entry: OpaquePointer
    fileprivate let reader: PositionedReader

    var member: ArchiveMember {
      var name: [UInt8] = []
      if let bytes = archive_entry_pathname(entry) {
        name = Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(bytes), count: strlen(bytes)))
      } else if let bytes = archive_entry_pathname_utf8(entry) {
        name = Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(bytes), count: strlen(bytes)))
      }
      var modified: Int?
      if archive_entry_mtime_is_set(entry) != 0 {
        let (seconds, overflow) = Int(archive_entry_mtime(entry)).multipliedReportingOverflow(by: 1_000_000_000)
        if !overflow { modified = seconds &+ Int(archive_entry_mtime_nsec(entry)) }
      }
      let size = archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil
      return ArchiveMember(
        name: name, size: size.flatMap { $0 < 0 ? nil : $0 }, modified: modified,
        isEncrypted: archive_entry_is_encrypted(entry) != 0,
        isFolder: UInt32(archive_entry_filetype(entry)) & ZipArchive.typeMask == ZipArchive.folderType || name.last == 0x2F)
    }

    /// What it holds, unpacked, up to a number of bytes.
    func bytes(most: Int) -> [UInt8] {
      let before = reader.bytesRead
      var out: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 16 << 10)
      while out.count < most {
        let count = piece.withUnsafeMutableBytes { archive_read_data(handle, $0.baseAddress, min($0.count, most - out.count)) }
        guard count > 0 else { break }
        out.append(contentsOf: piece[..<count])
        if out.count > 1 << 20, out.count / max(1, reader.bytesRead - before + PositionedReader.block) > ZipArchive.mostRatio {
          break
        }
      }
      return out
    }
  }

  /// Goes through the entries until the body says stop.
  func walk(_ body: (Entry) -> Bool) -> End {
    guard isOpen else { return .damaged }
    let previous = use()
    defer { leave(previous) }
    // The directory is read before the first entry is given.
    reader.allowance = ZipArchive.mostDirectoryBytes
    while true {
      var entry: OpaquePointer?
      let code = archive_read_next_header(handle, &entry)
      reader.allowance = .max
      if code == ARCHIVE_EOF { return .complete }
      // A warning is a name that could not be converted or a detail that was repaired: the entry is there.
      guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let entry else { return .damaged }
      if !body(Entry(handle: handle, entry: entry, reader: reader)) { return .stopped }
    }
  }
}

/// Reads a descriptor by position, for libarchive.
final class PositionedReader {
  static let block = 16 << 10
  let buffer: UnsafeMutableRawPointer
  /// Bytes read so far.
  private(set) var bytesRead = 0
  /// Bytes that may still be read; what is beyond fails.
  var allowance = Int.max
  /// The allowance was used up.
  private(set) var isExhausted = false
  private let descriptor: Int32
  private let size: Int
  private var position = 0

  init?(_ descriptor: Int32) {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { return nil }
    // A copy: whoever gave the descriptor may close it.
    self.descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard self.descriptor >= 0 else { return nil }
    size = Int(info.st_size)
    buffer = UnsafeMutableRawPointer.allocate(byteCount: PositionedReader.block, alignment: 16)
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  func read() -> Int {
    guard allowance > 0 else {
      isExhausted = true
      return -1
    }
    let count = FileBytes.read(descriptor, buffer, min(PositionedReader.block, allowance), at: position)
    if count > 0 {
      position += count
      bytesRead += count
      if allowance != .max { allowance -= count }
    }
    return count
  }

  func skip(_ count: Int) -> Int {
    let step = max(0, min(count, size - position))
    position += step
    return step
  }

  func seek(_ offset: Int, _ whence: Int32) -> Int {
    let base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position : size
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return Int(ARCHIVE_FATAL) }
    position = target
    return target
  }
}
