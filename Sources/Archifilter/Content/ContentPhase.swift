import EADKit
import Glibc

/// Opens the files of a scanned tree and writes into the inventory what they tell: digests, formats, dates and titles
/// inside, what archives hold.
///
/// Threads read; the one that owns the inventory gives them work and writes what they find, in transactions of about two
/// seconds. Each file's row says what was done, so a run that was killed goes on with what is missing.
final class ContentPhase {
  private let connection: InventoryConnection
  private let options: ScanOptions
  private let rootDescriptor: Int32
  private let folders: FolderTable
  private let importedFormat: (([UInt8]) -> FormatFacts?)?

  private var done = 0
  private var doneBytes = 0
  private var total = 0
  private var isInTransaction = false
  private var lastCommit = 0
  private var lastProgress = 0

  /// - Parameters:
  ///   - connection: with the tables of the running scan, outside a transaction.
  ///   - rootDescriptor: of the scanned folder, open for reading.
  ///   - folders: of the running scan, complete.
  ///   - importedFormat: what a list says about a path relative to the root; it wins over what is recognised here.
  init(
    connection: InventoryConnection, options: ScanOptions, rootDescriptor: Int32, folders: FolderTable,
    importedFormat: (([UInt8]) -> FormatFacts?)? = nil
  ) {
    self.connection = connection
    self.options = options
    self.rootDescriptor = rootDescriptor
    self.folders = folders
    self.importedFormat = importedFormat
  }

  /// What the options ask of every file, digests of the option `duplicates` left out.
  private var wantedOfAll: ContentFacts.Work {
    var work = wantedInside
    if options.digests == .all { work.formUnion(options.algorithms.intersection(.digests)) }
    return work
  }

  private var wantedInside: ContentFacts.Work {
    var work: ContentFacts.Work = []
    if options.formats != .none || !options.formatsFrom.isEmpty || importedFormat != nil { work.insert(.format) }
    if options.metadata { work.insert(.metadata) }
    if options.members { work.insert(.members) }
    return work
  }

  private var wantedOfTwins: ContentFacts.Work {
    options.digests == .none ? wantedInside : wantedInside.union(options.algorithms.intersection(.digests))
  }

  /// Reads what has not been read yet.
  ///
  /// - Returns: false when it was told to stop: what was read is kept, the rest remains to be done.
  /// - Throws: failures of the inventory, and `scan-thread-failed`.
  @discardableResult
  func run(
    isStopped: @escaping @Sendable () -> Bool = { false }, progress: (ScanProgress) -> Void = { _ in }
  ) throws(EADError) -> Bool {
    guard !wantedOfTwins.isEmpty else { return true }
    try findTwins()
    let statements = try ContentStatements(connection)
    let count = try connection.prepare("SELECT count(*), sum(n.size) \(ContentPhase.pending)")
    bindWanted(count)
    total = try count.step() ? count.int(0) : 0
    count.reset()
    progress(ScanProgress(phase: .content, done: 0, total: total))
    guard total > 0 else { return true }

    let workers = max(1, min(options.jobs, 256))
    let queue = ContentQueue(workers: workers)
    var threads: [pthread_t] = []
    for _ in 0..<workers {
      guard let thread = start(queue, isStopped) else { break }
      threads.append(thread)
    }
    // With fewer threads than asked for the work is done all the same; those that never began must not be waited for.
    for _ in threads.count..<workers { queue.leave() }
    do throws(EADError) {
      if threads.isEmpty { throw EADError("scan-thread-failed", file: connection.file, [String(cString: strerror(EAGAIN))]) }
      let isComplete = try exchange(queue, statements, isStopped, progress)
      try commit()
      join(threads, queue)
      progress(ScanProgress(phase: .content, done: done, total: total, bytes: doneBytes))
      return isComplete
    } catch {
      join(threads, queue)
      // What was found before a failure of another kind (no thread, no format table) is sound and is kept.
      if isInTransaction {
        isInTransaction = false
        do { try connection.execute("COMMIT") } catch { try? connection.execute("ROLLBACK") }
      }
      throw error
    }
  }

  private func join(_ threads: [pthread_t], _ queue: ContentQueue) {
    queue.cancel()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// What a thread is given.
  private final class Seed: Sendable {
    let queue: ContentQueue
    let options: ScanOptions
    let root: Int32
    let folders: FolderTable
    let isStopped: @Sendable () -> Bool
    init(
      _ queue: ContentQueue, _ options: ScanOptions, _ root: Int32, _ folders: FolderTable,
      _ isStopped: @escaping @Sendable () -> Bool
    ) {
      self.queue = queue
      self.options = options
      self.root = root
      self.folders = folders
      self.isStopped = isStopped
    }
  }

  private func start(_ queue: ContentQueue, _ isStopped: @escaping @Sendable () -> Bool) -> pthread_t? {
    let seed = Unmanaged.passRetained(Seed(queue, options, rootDescriptor, folders, isStopped))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let seed = Unmanaged<Seed>.fromOpaque(argument).takeRetainedValue()
        do throws(EADError) {
          try ContentWorker(
            queue: seed.queue, options: seed.options, root: seed.root, folders: seed.folders, isStopped: seed.isStopped
          ).run()
        } catch {
          seed.queue.fail(ContentFailure(error: error))
        }
        seed.queue.leave()
        return nil
      }, seed.toOpaque())
    guard code == 0 else {
      seed.release()
      return nil
    }
    return thread
  }

  // MARK: Work

  /// Files still to be read. ?1: what is wanted of files, ?2: of those whose size another has.
  private static let pending = """
    FROM scan_node n LEFT JOIN scan_content c ON c.node = n.id
    WHERE n.kind = 1 AND n.rule IS NULL AND (~coalesce(c.work, 0))
      & CASE WHEN n.size > 0 AND n.flags & 4 = 0 AND n.size IN (SELECT size FROM temp.twin_size) THEN ?2 ELSE ?1 END <> 0
    """

  private func bindWanted(_ statement: SQLStatement) {
    statement.bind(1, wantedOfAll.rawValue)
    statement.bind(2, wantedOfTwins.rawValue)
  }

  /// Sizes that more than one file has; empty files and further names of one file are nobody's twins.
  private func findTwins() throws(EADError) {
    try connection.execute("DROP TABLE IF EXISTS temp.twin_size; CREATE TEMP TABLE twin_size (size INTEGER PRIMARY KEY)")
    guard options.digests == .duplicates else { return }
    try connection.execute(
      """
      INSERT INTO temp.twin_size SELECT size FROM scan_node
      WHERE kind = 1 AND size > 0 AND rule IS NULL AND flags & 4 = 0 GROUP BY size HAVING count(*) > 1
      """)
  }

  /// Gives out work and writes down what comes back, until all is done or it is told to stop.
  private func exchange(
    _ queue: ContentQueue, _ statements: ContentStatements, _ isStopped: () -> Bool, _ progress: (ScanProgress) -> Void
  ) throws(EADError) -> Bool {
    let select = try connection.prepare(
      """
      SELECT n.id, n.parent, n.name, n.size, n.mtime, n.inode, n.device, n.flags, c.work,
        n.size > 0 AND n.flags & 4 = 0 AND n.size IN (SELECT size FROM temp.twin_size)
      \(ContentPhase.pending) AND n.id > ?3 ORDER BY n.id LIMIT 1024
      """)
    let digester = try FileDigester(options.digests == .none ? [] : options.algorithms)
    let nothing = digester.empty() ?? FileDigester.Digests()
    lastCommit = ContentPhase.milliseconds()
    var last = 0
    var waiting: [[ContentTask]] = []
    var isExhausted = false
    while true {
      if isStopped() { return false }
      while queue.hasRoom, !(waiting.isEmpty && isExhausted) {
        if waiting.isEmpty {
          let direct = try fetch(select, after: &last, into: &waiting, nothing: nothing)
          if waiting.isEmpty && direct.isEmpty { isExhausted = true }
          for result in direct { try store(result, statements) }
          // The queue takes from the end.
          waiting.reverse()
        }
        if let batch = waiting.popLast() { queue.give(batch) }
      }
      if waiting.isEmpty && isExhausted { queue.close() }
      let taken = queue.takeResults()
      for batch in taken.batches { for result in batch { try store(result, statements) } }
      if let failure = taken.failure { throw failure.error }
      let now = ContentPhase.milliseconds()
      if now - lastCommit > 2_000 { try commit() }
      if now - lastProgress > 100 {
        lastProgress = now
        progress(ScanProgress(phase: .content, done: done, total: total, bytes: doneBytes))
      }
      if taken.isOver && taken.batches.isEmpty { return !isStopped() && waiting.isEmpty && isExhausted }
    }
  }

  /// The next files, in batches of a size that keeps every thread busy to the end.
  ///
  /// - Returns: those that need not be opened.
  private func fetch(
    _ select: SQLStatement, after last: inout Int, into batches: inout [[ContentTask]], nothing: FileDigester.Digests
  ) throws(EADError) -> [ContentResult] {
    bindWanted(select)
    select.bind(3, last)
    defer { select.reset() }
    var direct: [ContentResult] = []
    var batch: [ContentTask] = []
    var bytes = 0
    while try select.step() {
      last = select.int(0)
      let had = ContentFacts.Work(rawValue: select.optionalInt(8) ?? 0)
      let wanted = select.int(9) != 0 ? wantedOfTwins : wantedOfAll
      var missing = wanted.subtracting(had)
      // What is inside is read together: flags speak of all of it.
      if !missing.isDisjoint(with: wantedInside) { missing.formUnion(wantedInside) }
      let isPlaceholder = Node.Flags(rawValue: select.int(7)).contains(.placeholder)
      let task = ContentTask(
        node: last, folder: select.int(1), name: select.array(2),
        stamp: FileStamp(size: select.int(3), modified: select.int(4), inode: select.int(5), device: select.int(6)),
        work: missing, isKnown: !select.isNull(8) || isPlaceholder)
      if task.stamp.size == 0 {
        var result = ContentResult(task)
        result.facts.work = missing
        if !missing.isDisjoint(with: .digests) {
          result.facts.sha256 = nothing.sha256
          result.facts.sha512 = nothing.sha512
          result.facts.md5 = nothing.md5
        }
        direct.append(result)
        continue
      }
      // To read it might mean to fetch it from far away: only who wants digests wants that.
      if isPlaceholder, missing.isDisjoint(with: .digests) {
        var result = ContentResult(task)
        result.isPlaceholder = true
        direct.append(result)
        continue
      }
      batch.append(task)
      bytes += min(task.stamp.size, ContentPhase.batchBytes)
      if batch.count == 32 || bytes >= ContentPhase.batchBytes {
        batches.append(batch)
        batch = []
        bytes = 0
      }
    }
    if !batch.isEmpty { batches.append(batch) }
    return direct
  }

  private static let batchBytes = 4 << 20

  // MARK: Results

  private func commit() throws(EADError) {
    lastCommit = ContentPhase.milliseconds()
    guard isInTransaction else { return }
    try connection.execute("COMMIT")
    isInTransaction = false
  }

  private func store(_ result: ContentResult, _ statements: ContentStatements) throws(EADError) {
    if !isInTransaction {
      try connection.execute("BEGIN IMMEDIATE")
      isInTransaction = true
    }
    var result = result
    if result.task.work.contains(.format), let importedFormat {
      var path = folders.path(result.task.folder)
      if !path.isEmpty { path.append(0x2F) }
      if let facts = importedFormat(path + result.task.name) {
        result.facts.format = facts
        result.facts.basis = .imported
        result.hasImportedFormat = true
      }
    }
    try statements.store(result)
    done += 1
    doneBytes += result.bytes
  }

  private static func milliseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
  }
}
