public import EADKit
import Glibc
import Synchronization

/// A file that appears whole or not at all: written beside its place under another name, and renamed at the end.
public final class OutputFile {
  /// Where the file will be.
  public let path: String
  /// Open for reading and writing until it is committed or discarded.
  public let descriptor: Int32
  private let temporary: String
  private var isDone = false
  private var isClosed = false
  private let replaces: Bool
  private let isPrivate: Bool

  /// - Parameter isPrivate: only its owner may read it (mode 0600), whatever the process's mask says.
  /// - Throws: `EADError` when the file exists and must not be replaced, or when its folder cannot be written.
  public init(path: String, force: Bool, isPrivate: Bool = false) throws(EADError) {
    self.path = path
    replaces = force
    self.isPrivate = isPrivate
    if !force, access(path, F_OK) == 0 { throw EADError("output-exists", file: path) }
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    try OutputFile.makeFolder(folder.isEmpty ? "/" : folder, for: path)
    var template = Array(((folder.isEmpty ? "" : folder) + "/." + OutputFile.start(of: name) + ".XXXXXX").utf8CString)
    // Under the lock of the unfinished files: an interrupt comes before the file is made, or knows of it.
    (descriptor, temporary) = Unfinished.create {
      let descriptor = mkstemp(&template)
      return (descriptor, String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    guard descriptor >= 0 else { throw OutputFile.failure(path) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { discard() }

  /// As much of a name as leaves room for an ending: file systems count bytes.
  private static func start(of name: String) -> String {
    var start = ""
    for scalar in name.unicodeScalars where start.utf8.count < 100 { start.unicodeScalars.append(scalar) }
    return start
  }

  static func failure(_ path: String) -> EADError {
    EADError("output-failed", file: path, [String(cString: strerror(errno))])
  }

  /// Makes a folder and those above it; `path` is what an error speaks of.
  public static func makeFolder(_ folder: String, for path: String) throws(EADError) {
    var info = stat()
    if stat(folder, &info) == 0 { return }
    var made = folder.hasPrefix("/") ? "/" : ""
    for step in folder.split(separator: "/") {
      made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + step
      if mkdir(made, 0o777) != 0, errno != EEXIST { throw failure(path) }
    }
  }

  /// Writes bytes at the end.
  public func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) {
    guard var at = bytes.baseAddress else { return }
    var left = bytes.count
    while left > 0 {
      let count = Glibc.write(descriptor, at, left)
      if count < 0 {
        if errno == EINTR { continue }
        throw OutputFile.failure(path)
      }
      at += count
      left -= count
    }
  }

  /// Writes text in UTF-8 at the end.
  public func write(_ text: String) throws(EADError) {
    var problem: EADError?
    var copy = text
    copy.withUTF8 { bytes in
      do throws(EADError) { try write(bytes) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  /// Puts the file in its place.
  public func commit() throws(EADError) {
    let mask = umask(0)
    umask(mask)
    fchmod(descriptor, isPrivate ? 0o600 : 0o666 & ~mask)
    // An older file in this place must not be lost to a power cut that the new one does not survive.
    if access(path, F_OK) == 0, fsync(descriptor) != 0, errno != EINVAL { throw OutputFile.failure(path) }
    // Some disks say only at the end that they are full.
    isClosed = true
    guard close(descriptor) == 0 else { throw OutputFile.failure(path) }
    let status: Int32
    if replaces {
      status = rename(temporary, path)
    } else {
      // Unlike rename, link never replaces a file that came into being meanwhile.
      status = link(temporary, path)
      if status == 0 { unlink(temporary) }
    }
    if status != 0 {
      if errno == EEXIST { throw EADError("output-exists", file: path) }
      if errno == EPERM || errno == ENOTSUP || errno == EOPNOTSUPP, rename(temporary, path) == 0 {
        finish()
        return
      }
      throw OutputFile.failure(path)
    }
    finish()
  }

  private func finish() {
    isDone = true
    Unfinished.remove(temporary)
  }

  /// Leaves nothing behind.
  public func discard() {
    guard !isDone else { return }
    isDone = true
    unlink(temporary)
    Unfinished.remove(temporary)
    if !isClosed { close(descriptor) }
  }
}

/// Files that are being written: what an interrupt must remove.
enum Unfinished {
  private static let paths = Mutex<Set<String>>([])

  /// Makes a file and notes it, in one step that no interrupt comes between.
  static func create(_ make: () -> (descriptor: Int32, path: String)) -> (descriptor: Int32, path: String) {
    paths.withLock { paths in
      let made = make()
      if made.descriptor >= 0 { paths.insert(made.path) }
      return made
    }
  }
  static func remove(_ path: String) { _ = paths.withLock { $0.remove(path) } }

  /// Removes them all and keeps the lock: nothing new is begun by a program that is ending.
  static func removeAllForExit() {
    paths.withLock { for path in $0 { unlink(path) } }
  }
}

/// Interrupts (SIGINT, SIGTERM, SIGHUP, SIGPIPE) end the program without half-written files.
///
/// The handler only writes to a pipe; a thread that waits for it removes the files. Blocking the signals for that thread
/// is not enough: the runtime has threads of its own that leave them open.
public enum Interrupts {
  private static let message = Mutex<String>("")
  /// Interrupts that are waited for by the work itself, and whether one came.
  private static let isAwaited = Atomic<Bool>(false)
  private static let hasCome = Atomic<Bool>(false)
  /// The writing end of the pipe; set before a handler is installed.
  nonisolated(unsafe) private static var pipeEnd: Int32 = -1

  /// To be called once, before anything is written.
  public static func removeUnfinishedFiles() {
    // Over a size limit a write shall fail and be reported, not kill.
    signal(SIGXFSZ, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pipeEnd = ends[1]
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] {
      var known = sigaction()
      sigaction(number, nil, &known)
      // A signal that was ignored when the program began (nohup, a background job) stays ignored.
      if unsafeBitCast(known.__sigaction_handler.sa_handler, to: Int.self) == 1 { continue }
      signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = Glibc.write(Interrupts.pipeEnd, &byte, 1)
      }
    }
    var handle = pthread_t()
    let reading = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    reading.initialize(to: ends[0])
    pthread_create(
      &handle, nil,
      { raw in
        guard let raw else { return nil }
        let number = Interrupts.next(raw.assumingMemoryBound(to: Int32.self).pointee)
        Unfinished.removeAllForExit()
        // A reader that went away is told nothing.
        var text = number == UInt8(SIGPIPE) ? "" : Interrupts.message.withLock { $0 } + "\n"
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(128 + Int32(number))
      }, reading)
  }

  /// Waits for an interrupt that ends the program.
  private static func next(_ descriptor: Int32) -> UInt8 {
    var number: UInt8 = 0
    while true {
      guard read(descriptor, &number, 1) == 1 else { continue }
      // Whoever asks twice does not want to wait.
      let isRequest = number == UInt8(SIGINT) || number == UInt8(SIGTERM)
      if !isRequest || !isAwaited.load(ordering: .relaxed) || hasCome.exchange(true, ordering: .relaxed) { return number }
    }
  }

  /// A reader went away: the program ends like any filter, without half-written files.
  static func endQuietly() -> Never {
    Unfinished.removeAllForExit()
    _exit(128 + SIGPIPE)
  }

  /// From now on the first SIGINT or SIGTERM only says so (`areAsked`): the work ends itself, at a place where it can go on
  /// later.
  public static func waitForWork() { isAwaited.store(true, ordering: .relaxed) }

  /// True when the program was asked to stop.
  public static var areAsked: Bool { hasCome.load(ordering: .relaxed) }

  /// What an interrupted program says last.
  public static func say(_ text: String) { message.withLock { $0 = text } }
}
