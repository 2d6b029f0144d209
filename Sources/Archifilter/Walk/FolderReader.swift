import Glibc

/// What all threads of a walk need to know; never changed while they run.
struct WalkSettings: Sendable {
  /// Descriptor of the root.
  var root: Int32
  var rootDevice: Int
  var follow: Bool
  var oneFileSystem: Bool
  var matcher: IgnoreMatcher
  /// By number: rules whose folders are not entered.
  var skips: [Bool]
  /// The inventory and its companions, where they lie.
  var inventoryNames: [[UInt8]]
  var inventoryDevice: Int
  var inventoryInode: Int
  /// Number of the built-in rule that takes them out.
  var inventoryRule: Int32
  /// Descriptors that one thread may keep open.
  var descriptors: Int
}

/// Lists folders, one after another; each thread has its own.
///
/// Descriptors of parents and of the folders listed last stay open, so that neither brothers nor a chain of thousands of
/// folders are looked up from the root again.
final class FolderReader {
  private let settings: WalkSettings
  /// Asks for the parent's place and the name of a folder.
  private let ancestor: (Int) -> (parent: Int, name: [CChar])
  private var parents: [(place: Int, descriptor: Int32)]
  private var listed: [(place: Int, directory: OpaquePointer?)]

  init(_ settings: WalkSettings, ancestor: @escaping (Int) -> (parent: Int, name: [CChar])) {
    self.settings = settings
    self.ancestor = ancestor
    parents = Array(repeating: (-1, -1), count: max(2, settings.descriptors / 2))
    listed = Array(repeating: (-1, nil), count: max(2, settings.descriptors / 2))
  }

  deinit { closeAll() }

  private func closeAll() {
    for index in parents.indices where parents[index].place >= 0 {
      close(parents[index].descriptor)
      parents[index] = (-1, -1)
    }
    for index in listed.indices {
      if let directory = listed[index].directory { closedir(directory) }
      listed[index] = (-1, nil)
    }
  }

  private func known(_ place: Int) -> Int32? {
    if place == 0 { return settings.root }
    let parent = parents[place % parents.count]
    if parent.place == place { return parent.descriptor }
    let last = listed[place % listed.count]
    if last.place == place, let directory = last.directory { return dirfd(directory) }
    return nil
  }

  private func openFolder(_ base: Int32, _ name: UnsafePointer<CChar>) -> Int32 {
    let flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    return openat(base, name, flags | (settings.follow ? 0 : O_NOFOLLOW))
  }

  /// - Returns: the descriptor of a folder that stays this object's, or -1 with the reason in `errno`.
  private func descriptor(of place: Int) -> Int32 {
    if let found = known(place) { return found }
    var chain: [(place: Int, name: [CChar])] = []
    var current = place
    while known(current) == nil {
      let above = ancestor(current)
      chain.append((current, above.name))
      current = above.parent
    }
    var base = known(current) ?? settings.root
    for step in chain.reversed() {
      let next = openFolder(base, step.name)
      if next < 0 { return -1 }
      let slot = step.place % parents.count
      if parents[slot].place >= 0 { close(parents[slot].descriptor) }
      parents[slot] = (step.place, next)
      base = next
    }
    return base
  }

  private func open(_ listing: Listing) -> Int32 {
    for attempt in 0..<2 {
      let found: Int32
      if listing.place == 0 {
        found = openFolder(settings.root, ".")
      } else {
        let base = descriptor(of: listing.parent)
        found = base < 0 ? -1 : openFolder(base, listing.name)
      }
      if found >= 0 || attempt == 1 || (errno != EMFILE && errno != ENFILE) { return found }
      closeAll()
    }
    return -1
  }

  private static let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19

  /// Lists a folder; failures are written into the listing.
  func list(_ listing: Listing) {
    let descriptor = open(listing)
    guard descriptor >= 0 else {
      listing.error = errno
      return
    }
    guard let directory = fdopendir(descriptor) else {
      listing.error = errno
      close(descriptor)
      return
    }
    while true {
      errno = 0
      guard let entry = readdir(directory) else {
        if errno != 0 { listing.error = errno }
        break
      }
      let name = UnsafeRawPointer(entry).advanced(by: FolderReader.nameOffset).assumingMemoryBound(to: CChar.self)
      let count = strlen(name)
      if name[0] == 0x2E, count == 1 || (count == 2 && name[1] == 0x2E) { continue }
      listing.append(name: name, count: count, kind: 0)
    }
    listing.sort()
    for index in 0..<listing.count { look(index, in: listing, descriptor) }
    markInventory(listing, descriptor)
    let slot = listing.place % listed.count
    if let old = listed[slot].directory { closedir(old) }
    listed[slot] = (listing.place, directory)
  }

  private func look(_ index: Int, in listing: Listing, _ descriptor: Int32) {
    let entry = listing.entries + index
    var info = stat()
    let name = UnsafeRawPointer(listing.bytes + entry.pointee.start).assumingMemoryBound(to: CChar.self)
    guard fstatat(descriptor, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else {
      entry.pointee.error = errno
      entry.pointee.kind = UInt8(Node.Kind.unknown.rawValue)
      entry.pointee.rule = listing.rule
      if entry.pointee.rule == 0, let rule = settings.matcher.first(listing.name(entry), isFolder: false) {
        entry.pointee.rule = Int32(truncatingIfNeeded: rule)
      }
      return
    }
    if (info.st_mode & S_IFMT) == S_IFLNK {
      // A target may be longer than the size says (some file systems say 0).
      listing.reserve(4097)
      let count = readlinkat(
        descriptor, UnsafeRawPointer(listing.bytes + entry.pointee.start).assumingMemoryBound(to: CChar.self),
        UnsafeMutableRawPointer(listing.free).assumingMemoryBound(to: CChar.self), 4096)
      if count >= 0 { listing.keepTarget(count, of: index) } else { entry.pointee.error = errno }
      if settings.follow {
        var target = stat()
        let name = UnsafeRawPointer(listing.bytes + entry.pointee.start).assumingMemoryBound(to: CChar.self)
        if fstatat(descriptor, name, &target, 0) == 0 { info = target }
      }
    }
    var kind = Node.Kind.special
    switch info.st_mode & S_IFMT {
    case S_IFDIR: kind = .folder
    case S_IFREG: kind = .file
    case S_IFLNK: kind = .link
    default: break
    }
    entry.pointee.kind = UInt8(kind.rawValue)
    entry.pointee.inode = Int(bitPattern: UInt(info.st_ino))
    entry.pointee.device = Int(bitPattern: UInt(info.st_dev))
    entry.pointee.links = UInt32(truncatingIfNeeded: info.st_nlink)
    entry.pointee.modified = FolderReader.nanoseconds(info.st_mtim)
    var flags = Node.Flags()
    if kind == .file {
      entry.pointee.size = Int(info.st_size)
      if info.st_size > 0, info.st_blocks == 0 { flags.insert(.placeholder) }
    }
    let own = settings.matcher.first(listing.name(entry), isFolder: kind == .folder) ?? 0
    entry.pointee.rule = listing.rule != 0 ? listing.rule : Int32(truncatingIfNeeded: own)
    if kind == .folder {
      if settings.skips[own] { flags.insert(.notEntered) }
      if settings.oneFileSystem, entry.pointee.device != settings.rootDevice { flags.insert(.mountPoint) }
    }
    entry.pointee.flags = UInt8(truncatingIfNeeded: flags.rawValue)
  }

  private func markInventory(_ listing: Listing, _ descriptor: Int32) {
    var isThere: Bool?
    for index in 0..<listing.count {
      let entry = listing.entries + index
      let name = listing.name(entry)
      guard settings.inventoryNames.contains(where: { $0.elementsEqual(name) }) else { continue }
      if isThere == nil {
        var info = stat()
        isThere =
          fstat(descriptor, &info) == 0 && Int(bitPattern: UInt(info.st_ino)) == settings.inventoryInode
          && Int(bitPattern: UInt(info.st_dev)) == settings.inventoryDevice
      }
      if isThere == true { entry.pointee.rule = settings.inventoryRule }
    }
  }

  /// Moments that no count of nanoseconds can hold become the nearest that it can.
  static func nanoseconds(_ time: timespec) -> Int {
    let (seconds, isBeyond) = time.tv_sec.multipliedReportingOverflow(by: 1_000_000_000)
    if isBeyond { return time.tv_sec < 0 ? .min : .max }
    let (sum, isAbove) = seconds.addingReportingOverflow(time.tv_nsec)
    return isAbove ? .max : sum
  }
}
