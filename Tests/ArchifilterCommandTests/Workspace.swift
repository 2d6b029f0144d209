import Foundation
import Glibc

/// A temporary folder that a test fills and looks into.
struct Workspace {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("archifilter-tests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  static func with(_ body: (Workspace) throws -> Void) throws {
    let folder = try Workspace()
    defer { folder.remove() }
    try body(folder)
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.path + "/" + name }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
  }

  @discardableResult func write(_ name: String, _ bytes: Data) throws -> String {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    return file.path
  }

  @discardableResult func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

  /// Sets the date of last modification, in seconds since 1970.
  func date(_ name: String, _ seconds: Int) {
    var times = [timeval(tv_sec: seconds, tv_usec: 0), timeval(tv_sec: seconds, tv_usec: 0)]
    utimes(path(name), &times)
  }

  /// Permission bits; -1 for nothing there.
  func mode(_ name: String) -> Int {
    var info = stat()
    return lstat(path(name), &info) == 0 ? Int(info.st_mode & 0o7777) : -1
  }

  func size(_ name: String) -> Int {
    var info = stat()
    return lstat(path(name), &info) == 0 ? Int(info.st_size) : -1
  }

  func removeFiles(_ names: [String]) { for name in names { unlink(path(name)) } }

  /// Kind, mode, size, date of last modification, date of last change and content of everything below, as `find` and
  /// `sha256sum` see it. The date of last access is not in it: reading may move that.
  func fingerprint(_ name: String) throws -> String {
    let script = """
      cd "$1" && find . -printf '%p %y %m %s %T@ %C@ %n %l\\0' | LC_ALL=C sort -z | tr '\\0' '\\n'
      find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum
      """
    return try Program.tool("sh", ["-c", script, "sh", path(name)], in: self).text
  }
}

/// Numbers that look random and are the same on every machine.
struct Dice {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }
}
