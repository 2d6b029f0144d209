import EADKit
import Glibc

/// Reads files, one after the other, on a thread of its own.
final class ContentWorker {
  private let queue: ContentQueue
  private let options: ScanOptions
  private let root: Int32
  private let folders: FolderTable
  private let isStopped: @Sendable () -> Bool
  private let digester: FileDigester
  private let identifier: FormatIdentifier?

  /// The folder of the last file: files come folder by folder.
  private var folder = -1
  private var folderDescriptor: Int32 = -1
  private var folderError: Int32 = 0
  /// Only the owner of a file may read it without leaving a trace in its date of access.
  private var withoutTrace: Int32 = 0o1000000

  /// Entries of an archive that are counted, at most; and those of them that are kept.
  static let mostCounted = 100_000
  static let mostKept = 10_000

  init(
    queue: ContentQueue, options: ScanOptions, root: Int32, folders: FolderTable, isStopped: @escaping @Sendable () -> Bool
  ) throws(EADError) {
    self.queue = queue
    self.options = options
    self.root = root
    self.folders = folders
    self.isStopped = isStopped
    digester = try FileDigester(options.digests == .none ? [] : options.algorithms)
    let looksInside = options.formats != .none || options.metadata || options.members || !options.formatsFrom.isEmpty
    identifier = looksInside ? try FormatIdentifier() : nil
  }

  deinit { if folderDescriptor >= 0 { close(folderDescriptor) } }

  func run() {
    while let batch = queue.next() {
      var results: [ContentResult] = []
      results.reserveCapacity(batch.count)
      var members = 0
      for task in batch {
        if isStopped() || queue.isOver { break }
        guard let result = read(task) else { break }
        members += result.members.count
        results.append(result)
        if members >= ContentWorker.mostKept {
          queue.deliver(results)
          results.removeAll(keepingCapacity: true)
          members = 0
        }
      }
      queue.deliver(results)
    }
  }

  /// - Returns: nil when it was told to stop on the way.
  private func read(_ task: ContentTask) -> ContentResult? {
    var result = ContentResult(task)
    enter(task.folder)
    guard folderDescriptor >= 0 else {
      result.facts.error = folderError
      return result
    }
    for attempt in 1...2 {
      let descriptor = open(task.name)
      guard descriptor >= 0 else {
        result.facts.error = errno
        return result
      }
      defer { close(descriptor) }
      var info = stat()
      guard fstat(descriptor, &info) == 0 else {
        result.facts.error = errno
        return result
      }
      // A pipe put in the place of the file: never read.
      guard info.st_mode & S_IFMT == S_IFREG else {
        result.facts.flags = .changed
        return result
      }
      let before = FileStamp(info)
      guard let facts = look(descriptor, task: task, size: before.size, members: &result.members) else { return nil }
      result.facts = facts
      guard fstat(descriptor, &info) == 0 else {
        result.facts.error = errno
        return result
      }
      if FileStamp(info) == before {
        if before != task.stamp { result.stamp = before }
        return result
      }
      guard attempt == 2 else { continue }
      result.facts.flags.insert(.changed)
      // What was found is of no one moment: done again by the next run.
      result.facts.work = []
      result.facts.sha256 = nil
      result.facts.sha512 = nil
      result.facts.md5 = nil
    }
    return result
  }

  private func enter(_ identifier: Int) {
    guard identifier != folder else { return }
    if folderDescriptor >= 0 { close(folderDescriptor) }
    folder = identifier
    folderDescriptor = DescriptorChain.open(
      root: root, path: folders.path(identifier), flags: O_RDONLY | O_DIRECTORY, follow: options.follow)
    folderError = folderDescriptor < 0 ? errno : 0
  }

  private func open(_ name: [UInt8]) -> Int32 {
    name.withUnsafeBufferPointer { bytes in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { text in
        for index in bytes.indices { text[index] = CChar(bitPattern: bytes[index]) }
        text[bytes.count] = 0
        guard let start = text.baseAddress else { return -1 }
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (options.follow ? 0 : Int32(O_NOFOLLOW))
        var waits = 0
        while true {
          let descriptor = openat(folderDescriptor, start, flags | withoutTrace)
          if descriptor >= 0 { return descriptor }
          if errno == EINTR { continue }
          if errno == EPERM, withoutTrace != 0 {
            withoutTrace = 0
            continue
          }
          // Samba keeps files of its clients under lease and gives them back when somebody asks: not at once.
          guard errno == EWOULDBLOCK, waits < 20 else { return -1 }
          waits += 1
          usleep(50_000)
        }
      }
    }
  }

  /// - Returns: nil when it was told to stop on the way.
  private func look(
    _ descriptor: Int32, task: ContentTask, size: Int, members: inout [ArchiveMember]
  ) -> ContentFacts? {
    var facts = ContentFacts()
    members = []
    let inside = task.work.subtracting(.digests)
    if size > 0, !inside.isEmpty, let identifier {
      let found = identifier.identify(descriptor: descriptor, size: size, name: task.name)
      if inside.contains(.format) {
        facts.format = found.facts
        facts.basis = found.basis
      }
      facts.flags = found.flags
      if inside.contains(.metadata) {
        let told = EmbeddedMetadata.read(
          descriptor: descriptor, size: size, name: task.name, format: found.facts, zipParts: found.parts,
          time: options.timeZone)
        facts.embeddedModified = told.modified
        facts.embeddedCreated = told.created
        facts.title = told.title
        if told.isEncrypted { facts.flags.insert(.encrypted) }
      }
      // An office document is a zip too; what it is made of interests nobody.
      if inside.contains(.members), found.isZip, found.facts.map({ $0.family == "archive" }) ?? true {
        list(descriptor, &facts, &members)
      }
    }
    facts.work.formUnion(inside)
    let digests = task.work.intersection(.digests)
    if !digests.isEmpty {
      switch digester.read(descriptor: descriptor, size: size, isStopped: { isStopped() || queue.isOver }) {
      case .done(let made, _):
        facts.sha256 = made.sha256
        facts.sha512 = made.sha512
        facts.md5 = made.md5
        facts.work.formUnion(options.algorithms.intersection(.digests))
      case .failed(let reason): facts.error = reason
      case .stopped: return nil
      }
    }
    return facts
  }

  private func list(_ descriptor: Int32, _ facts: inout ContentFacts, _ members: inout [ArchiveMember]) {
    guard let archive = ZipArchive(descriptor: descriptor) else { return }
    let listing = archive.entries(limit: ContentWorker.mostCounted)
    var bytes = 0
    for member in listing.members {
      if member.isEncrypted { facts.flags.insert(.encrypted) }
      // What an archive says of itself may be anything.
      bytes = bytes.addingReportingOverflow(max(0, member.size ?? 0)).overflow ? Int.max : bytes + max(0, member.size ?? 0)
    }
    facts.members = listing.members.count
    facts.memberBytes = bytes
    if listing.isCut || listing.members.count > ContentWorker.mostKept { facts.flags.insert(.membersCut) }
    if listing.isDamaged { facts.flags.insert(.damaged) }
    members = Array(listing.members.prefix(ContentWorker.mostKept))
  }
}
