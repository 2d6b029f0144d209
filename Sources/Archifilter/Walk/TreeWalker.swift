import EADKit
import Glibc

/// Writes the entries of a tree into the tables of the running scan, folder by folder, breadth first.
///
/// Identifiers depend on the tree only: threads list ahead (`FolderLister`), this one numbers and writes in order. A folder is
/// written whole or not at all, so that a walk that was killed goes on with the first folder that has no row in `scan_folder`.
/// Beside it walks the last complete scan, which lies in the same order: what was added, changed or removed is told at once.
final class TreeWalker {
  private struct Identity: Hashable {
    var device: Int
    var inode: Int
    var isIgnored: Bool
  }

  private let connection: InventoryConnection
  private let options: ScanOptions
  private let settings: WalkSettings
  private let changes: ChangeRecorder?
  let folders: FolderTable
  private let insertNode: SQLStatement
  private let insertFolder: SQLStatement
  private let insertLink: SQLStatement
  private let setError: SQLStatement

  /// By place in `folders`.
  private var rules: [Int32] = []
  private var enters: [Bool] = []
  /// Identifiers in the last complete scan; 0 for none.
  private var previous: [Int] = []
  /// Files with several names, and folders when links are followed.
  private var seen: Set<Identity> = []
  private var nextID = 1
  private var bytes = 0
  private var rows = 0
  private var isInTransaction = false
  private var lastCommit = 0
  private var lastProgress = 0

  private static let mostRows = 50_000

  /// - Parameter changes: of the run; nil when there is no complete scan to compare with.
  init(
    connection: InventoryConnection, options: ScanOptions, settings: WalkSettings, changes: ChangeRecorder?
  ) throws(EADError) {
    self.connection = connection
    self.options = options
    self.settings = settings
    self.changes = changes
    insertNode = try connection.prepare("INSERT INTO scan_node VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)")
    insertFolder = try connection.prepare("INSERT INTO scan_folder (node, first, entries, listed) VALUES (?1, ?2, ?3, ?4)")
    insertLink = try connection.prepare("INSERT INTO scan_link VALUES (?1, ?2)")
    setError = try connection.prepare("UPDATE scan_node SET error = ?2 WHERE id = ?1")
    folders = FolderTable()
    try load()
  }

  /// What an earlier run of the same scan has written already.
  private func load() throws(EADError) {
    let known = try connection.prepare(
      "SELECT id, parent, name, rule, flags, previous, device, inode FROM scan_node WHERE kind = 0 ORDER BY id")
    while try known.step() {
      let parent = known.int(1)
      folders.append(known.int(0), parent: parent == 0 ? 0 : folders.place(of: parent) ?? 0, name: known.bytes(2))
      let flags = Node.Flags(rawValue: known.int(4))
      remember(rule: Int32(truncatingIfNeeded: known.int(3)), flags: flags, previous: known.int(5))
      if options.follow, !flags.contains(.loop) {
        seen.insert(Identity(device: known.int(6), inode: known.int(7), isIgnored: false))
      }
    }
    nextID = (try connection.number("SELECT max(id) FROM scan_node") ?? 0) + 1
    bytes = try connection.number("SELECT sum(size) FROM scan_node") ?? 0
    let several = try connection.prepare("SELECT device, inode, rule IS NOT NULL FROM scan_node WHERE links > 1 AND kind = 1")
    while try several.step() {
      seen.insert(Identity(device: several.int(0), inode: several.int(1), isIgnored: several.int(2) != 0))
    }
  }

  private func remember(rule: Int32, flags: Node.Flags, previous: Int) {
    rules.append(rule)
    enters.append(flags.isDisjoint(with: [.mountPoint, .loop, .notEntered]))
    self.previous.append(previous)
  }

  /// Walks to the end, or until it is told to stop: what was written then is kept.
  ///
  /// - Returns: false when it was told to stop.
  func run(isStopped: () -> Bool, progress: (ScanProgress) -> Void) throws(EADError) -> Bool {
    let last = try connection.number("SELECT max(node) FROM scan_folder")
    var from = 0
    if let last { from = (folders.place(of: last) ?? folders.count - 1) + 1 }
    let lister = FolderLister(settings, folders: folders, from: from)
    lister.start(max(0, min(options.jobs, 64) - (options.jobs < 2 ? 1 : 0)))
    defer { lister.stop() }
    lastCommit = TreeWalker.milliseconds()
    while let listing = lister.nextListing(rule: { rules[$0] }, isEntered: { enters[$0] }) {
      if isStopped() {
        try commit()
        return false
      }
      if !isInTransaction {
        try connection.execute("BEGIN IMMEDIATE")
        isInTransaction = true
      }
      let found = try write(listing)
      lister.finish(listing) { folders in
        for entry in found {
          folders.append(entry.identifier, parent: listing.place, name: listing.name(listing.entries + entry.index))
        }
      }
      let now = TreeWalker.milliseconds()
      if rows >= TreeWalker.mostRows || now - lastCommit >= 1_000 {
        try commit()
        lastCommit = now
      }
      if now - lastProgress >= 100 {
        lastProgress = now
        progress(ScanProgress(phase: .walk, done: nextID - 1, bytes: bytes))
      }
    }
    try commit()
    progress(ScanProgress(phase: .walk, done: nextID - 1, bytes: bytes))
    return true
  }

  private func commit() throws(EADError) {
    rows = 0
    guard isInTransaction else { return }
    try connection.execute("COMMIT")
    isInTransaction = false
  }

  /// - Returns: the folders among the entries.
  private func write(_ listing: Listing) throws(EADError) -> [(index: Int, identifier: Int)] {
    let folder = folders.identifier(at: listing.place)
    let first = nextID
    var found: [(index: Int, identifier: Int)] = []
    let isRead = listing.isEntered && listing.error == 0
    var matching = false
    if let changes, listing.isEntered {
      try changes.begin(folder: previous[listing.place], place: listing.place, in: folders)
      matching = true
    }
    for position in 0..<listing.count {
      let index = Int(listing.order[position])
      let entry = listing.entries + index
      let name = listing.name(entry)
      let identifier = nextID
      nextID += 1
      var flags = Node.Flags(rawValue: Int(entry.pointee.flags))
      let kind = Node.Kind(rawValue: Int(entry.pointee.kind)) ?? .unknown
      let isIgnored = entry.pointee.rule != 0
      if kind == .file, entry.pointee.links > 1 || (options.follow && entry.pointee.targetCount > 0) {
        let identity = Identity(device: entry.pointee.device, inode: entry.pointee.inode, isIgnored: isIgnored)
        if !seen.insert(identity).inserted { flags.insert(.furtherLink) }
      } else if kind == .folder, options.follow, flags.isDisjoint(with: [.mountPoint, .notEntered]) {
        let identity = Identity(device: entry.pointee.device, inode: entry.pointee.inode, isIgnored: false)
        if !seen.insert(identity).inserted { flags.insert(.loop) }
      }
      var before = 0
      if matching, let changes {
        before = try changes.match(entry.pointee, kind: kind, name: name, identifier: identifier, keepsRest: !isRead)
      }
      insertNode.bind(1, identifier)
      insertNode.bind(2, folder)
      insertNode.bind(3, lastingName: name)
      insertNode.bind(4, kind.rawValue)
      insertNode.bind(5, entry.pointee.size)
      insertNode.bind(6, entry.pointee.modified)
      insertNode.bind(7, entry.pointee.inode)
      insertNode.bind(8, entry.pointee.device)
      insertNode.bind(9, Int(entry.pointee.links))
      insertNode.bind(10, flags.rawValue)
      if isIgnored { insertNode.bind(11, Int(entry.pointee.rule)) } else { insertNode.bindNull(11) }
      if entry.pointee.error != 0 { insertNode.bind(12, Int(entry.pointee.error)) } else { insertNode.bindNull(12) }
      if before != 0 { insertNode.bind(13, before) } else { insertNode.bindNull(13) }
      try insertNode.run()
      if entry.pointee.targetCount > 0 {
        insertLink.bind(1, identifier)
        insertLink.bind(2, name: listing.target(entry))
        try insertLink.run()
      }
      if kind == .folder {
        found.append((index, identifier))
        remember(rule: entry.pointee.rule, flags: flags, previous: before)
      }
      bytes &+= entry.pointee.size
    }
    if matching, let changes { try changes.end(keepsRest: !isRead) }
    insertFolder.bind(1, folder)
    if listing.count > 0 { insertFolder.bind(2, first) } else { insertFolder.bindNull(2) }
    insertFolder.bind(3, listing.count)
    insertFolder.bind(4, isRead ? 1 : 0)
    try insertFolder.run()
    if listing.error != 0 {
      setError.bind(1, folder)
      setError.bind(2, Int(listing.error))
      try setError.run()
    }
    rows += listing.count + 1
    return found
  }

  static func milliseconds() -> Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
  }
}
