import Glibc

/// The digital objects that the rows of an import name, and the files of the folder they are in.
final class SheetObjectMemory {
  /// The folder without slashes at its end; nil when none was given.
  let folder: [UInt8]?
  private var uris = HashSet64()
  private var paths = HashSet64()
  private var scratch = ByteBuffer(capacity: 256)
  private var isDone = false

  init(folder: String?) {
    self.folder = folder.map { name in
      var bytes = Array(name.utf8)
      while bytes.count > 1, bytes.last == 0x2F { bytes.removeLast() }
      return bytes
    }
  }

  deinit { scratch.deallocate() }

  /// False when an earlier row has the address.
  func insert(uri: UnsafeBufferPointer<UInt8>) -> Bool { uris.insert(Bytes.hash(uri)) }

  /// False when an earlier row has the file, in whichever spelling.
  func insert(path: UnsafeBufferPointer<UInt8>) -> Bool {
    simplify(path)
    return paths.insert(Bytes.hash(scratch.bytes))
  }

  // MARK: Names

  /// The path below the folder, without `.`, `..` and double slashes.
  private func simplify(_ path: UnsafeBufferPointer<UInt8>) {
    scratch.reset(keeping: 1 << 16)
    var rest = path
    if let folder, isBelow(path, folder) { rest = UnsafeBufferPointer(rebasing: path[folder.count...]) }
    var at = 0
    while at < rest.count {
      let start = at
      while at < rest.count, rest[at] != 0x2F { at += 1 }
      let name = UnsafeBufferPointer(rebasing: rest[start..<at])
      at += 1
      if name.isEmpty || Bytes.equal(name, ".") { continue }
      if Bytes.equal(name, "..") {
        while scratch.count > 0, scratch.base[scratch.count - 1] != 0x2F { scratch.count -= 1 }
        if scratch.count > 0 { scratch.count -= 1 }
        continue
      }
      if scratch.count > 0 { scratch.append(0x2F) }
      scratch.append(name)
    }
  }

  private func isBelow(_ path: UnsafeBufferPointer<UInt8>, _ folder: [UInt8]) -> Bool {
    guard path.count > folder.count, path[folder.count] == 0x2F else { return false }
    for index in 0..<folder.count where path[index] != folder[index] { return false }
    return true
  }

  // MARK: Files

  /// The file is in the folder, or where an absolute path says.
  func isThere(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let folder, !path.contains(0) else { return false }
    if path.first == 0x2F, isFile([], path) { return true }
    return isFile(folder, path)
  }

  private func isFile(_ folder: [UInt8], _ path: UnsafeBufferPointer<UInt8>) -> Bool {
    scratch.reset(keeping: 1 << 16)
    if !folder.isEmpty {
      scratch.append(folder)
      scratch.append(0x2F)
    }
    scratch.append(path)
    scratch.append(0)
    var info = stat()
    let result = scratch.base.withMemoryRebound(to: CChar.self, capacity: scratch.count) { stat($0, &info) }
    return result == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  /// The files of the folder that no row names: how many, and the first of them by name; nil when there are none, when no
  /// folder was given, and after the first time.
  func unused() -> (count: Int, first: [String])? {
    guard let folder, !isDone else { return nil }
    isDone = true
    var count = 0
    var first: [[UInt8]] = []
    var open: [[UInt8]] = [[]]
    while let below = open.popLast() {
      SheetObjectMemory.list(folder, below) { name, isFolder in
        let path = below.isEmpty ? name : below + [0x2F] + name
        if isFolder {
          open.append(path)
        } else if !path.withUnsafeBufferPointer({ paths.contains(Bytes.hash($0)) }) {
          count += 1
          // Folders give their files in any order: the first by name are the same on every machine.
          let place = first.firstIndex { path.lexicographicallyPrecedes($0) } ?? first.count
          if place < 5 { first.insert(path, at: place) }
          if first.count > 5 { first.removeLast() }
        }
      }
    }
    return count == 0 ? nil : (count, first.map { $0.withUnsafeBufferPointer { Excerpt.argument($0) } })
  }

  /// Files and folders of one folder, hidden ones and links to folders left out.
  private static func list(_ folder: [UInt8], _ below: [UInt8], _ body: ([UInt8], Bool) -> Void) {
    let path = below.isEmpty ? folder : folder + [0x2F] + below
    guard
      let directory = (path + [0]).withUnsafeBufferPointer({ bytes in
        bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap { opendir($0) } }
      })
    else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name.isEmpty || name[0] == 0x2E || isOfWindows(name) { continue }
      var info = stat()
      let full = path + [0x2F] + name + [0]
      let result = full.withUnsafeBufferPointer { bytes in
        bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { lstat($0, &info) } ?? -1 }
      }
      guard result == 0 else { continue }
      switch info.st_mode & S_IFMT {
      case S_IFDIR: body(name, true)
      case S_IFREG, S_IFLNK: body(name, false)
      default: break
      }
    }
  }

  /// Files that a system lays down by itself.
  private static func isOfWindows(_ name: [UInt8]) -> Bool {
    name.withUnsafeBufferPointer { Bytes.equalIgnoringCase($0, "thumbs.db") || Bytes.equalIgnoringCase($0, "desktop.ini") }
  }
}
