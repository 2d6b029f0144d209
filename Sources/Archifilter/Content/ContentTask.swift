import EADKit
import Glibc

/// A file whose content shall be read.
struct ContentTask: Sendable {
  var node: Int
  var folder: Int
  var name: [UInt8]
  /// As the walk saw it.
  var stamp: FileStamp
  /// What is still to be done.
  var work: ContentFacts.Work
  /// What earlier runs had done; such a file has a row and perhaps findings.
  var isKnown: Bool
}

/// What tells a file from the same file changed.
struct FileStamp: Sendable, Equatable {
  var size: Int
  /// Nanoseconds since 1970-01-01 UTC.
  var modified: Int
  var inode: Int
  var device: Int

  init(size: Int, modified: Int, inode: Int, device: Int) {
    self.size = size
    self.modified = modified
    self.inode = inode
    self.device = device
  }

  init(_ info: stat) {
    size = Int(info.st_size)
    // A date no calendar knows must not stop the program.
    let (seconds, tooLarge) = Int(info.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (whole, over) = seconds.addingReportingOverflow(Int(info.st_mtim.tv_nsec))
    modified = tooLarge || over ? (info.st_mtim.tv_sec < 0 ? Int.min : Int.max) : whole
    inode = Int(truncatingIfNeeded: info.st_ino)
    device = Int(truncatingIfNeeded: info.st_dev)
  }
}

/// What reading one file has told.
struct ContentResult: Sendable {
  var task: ContentTask
  var facts = ContentFacts()
  var members: [ArchiveMember] = []
  /// The file is another than the walk saw, and stood still while it was read: how it is now.
  var stamp: FileStamp?
  /// It may be stored elsewhere and was not opened.
  var isPlaceholder = false
  /// The format is that of a list: it counts even when the file could not be read.
  var hasImportedFormat = false
  /// Bytes, for the account of progress.
  var bytes = 0

  init(_ task: ContentTask) {
    self.task = task
    bytes = task.stamp.size
  }
}

/// Why no file can be read.
struct ContentFailure: Sendable {
  var error: EADError
}
