import Foundation
import Testing

@testable import Archifilter
@testable import EADKit

/// Says stop after a number of questions.
final class Stopper: @unchecked Sendable {
  private let lock = NSLock()
  private var left: Int
  init(_ left: Int) { self.left = left }
  func ask() -> Bool {
    lock.lock()
    defer { lock.unlock() }
    left -= 1
    return left < 0
  }
}

/// A real tree in a temporary folder, and scans of it.
final class ScanTree {
  let folder: String
  var root: String { folder + "/root" }
  var inventory: String { folder + "/tree.inventory" }

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/archifilter-walk-XXXXXX").utf8CString)
    folder = String(cString: try #require(mkdtemp(&template)))
    mkdir(root, 0o755)
  }

  deinit { run("/bin/rm", ["-rf", folder]) }

  /// Relative to the root; bytes, so that any name can be made.
  func path(_ relative: [UInt8]) -> [CChar] { (Array((root + "/").utf8) + relative + [0]).map { CChar(bitPattern: $0) } }
  func path(_ relative: String) -> [CChar] { path(Array(relative.utf8)) }
  func makeFolder(_ relative: String) { #expect(mkdir(path(relative), 0o755) == 0) }
  func write(_ relative: [UInt8], _ text: String = "", modified: Int = 1_500_000_000) {
    let descriptor = open(path(relative), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    #expect(descriptor >= 0)
    _ = Array(text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    var times = [timespec(tv_sec: modified, tv_nsec: 123_456_789), timespec(tv_sec: modified, tv_nsec: 123_456_789)]
    futimens(descriptor, &times)
    close(descriptor)
  }
  func write(_ relative: String, _ text: String = "", modified: Int = 1_500_000_000) {
    write(Array(relative.utf8), text, modified: modified)
  }

  @discardableResult
  func run(_ tool: String, _ arguments: [String]) -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    do { try process.run() } catch { return [] }
    let bytes = Array(pipe.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    return bytes
  }

  /// What `find` sees, one letter an entry.
  func find() -> [UInt8] { run("/usr/bin/find", [root, "-printf", "%y"]) }

  func options() throws -> ScanOptions {
    var options = ScanOptions(
      root: Array(root.utf8), timeZone: .utc, now: 1_700_000_000 * 1_000_000_000, started: "2023-11-14T00:00:00Z", tool: "test 1")
    options.digests = .none
    options.formats = .none
    options.metadata = false
    options.members = false
    return options
  }

  func scan(
    to path: String? = nil, stopAfter polls: Int? = nil, _ change: (inout ScanOptions) -> Void = { _ in }
  ) throws -> ScanResult {
    var options = try options()
    change(&options)
    let inventory = try Inventory(path: path ?? inventory, access: .write)
    let scan = Scan(inventory: inventory, options: options)
    if let polls {
      let stopper = Stopper(polls)
      scan.isStopped = { stopper.ask() }
    }
    let result = try scan.run()
    try inventory.close()
    return result
  }

  func nodes(_ path: String? = nil) throws -> [[UInt8]: Node] {
    let inventory = try Inventory(path: path ?? inventory, access: .read)
    return try inventory.read { connection throws(EADError) in
      var nodes: [[UInt8]: Node] = [:]
      let cursor = try TreeCursor(connection, withIgnored: true)
      while let node = try cursor.next() { nodes[cursor.path] = node }
      return nodes
    }
  }

  /// All tables, without the moments of the run.
  func dump(_ path: String) throws -> [String] {
    let inventory = try Inventory(path: path, access: .read)
    return try inventory.read { connection throws(EADError) in
      var lines: [String] = []
      let selects =
        InventorySchema.TreeTable.allCases.map { "SELECT * FROM \($0.rawValue)" } + [
          "SELECT * FROM change", "SELECT id, kind, phase, root, options, files, folders, links, specials, ignored, errors, bytes FROM run",
        ]
      for select in selects {
        let rows = try connection.prepare(select)
        while try rows.step() {
          // Columns that are not there are NULL to SQLite.
          lines.append((0..<Int32(14)).map { rows.isNull($0) ? "-" : "\(rows.array($0))" }.joined(separator: "|"))
        }
      }
      return lines
    }
  }
}

private func sum(_ run: RunRecord) -> Int {
  run.files + run.folders + run.links + run.specials + run.ignored + run.errors
}

@Suite struct WalkTests {
  @Test func kindsAndCountsAreThoseOfFind() throws {
    let tree = try ScanTree()
    for number in 0..<30 {
      tree.makeFolder("d\(number)")
      for file in 0..<number { tree.write("d\(number)/f\(file)", String(repeating: "x", count: file)) }
    }
    tree.write(Array("cafe\u{301}.txt".utf8), "nfd")
    tree.write(Array("caf\u{E9}.txt".utf8), "nfc")
    tree.write([0x63, 0x61, 0x66, 0xE9], "latin")
    tree.write("a\nb\u{1B}c", "lines")
    symlink("nowhere", tree.path("dangling"))
    symlink("..", tree.path("d1/loop"))
    mkfifo(tree.path("pipe"), 0o644)
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array((tree.root + "/s").utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    close(socket)
    #expect(bound == 0)
    let run = try tree.scan().run
    let seen = tree.find()
    func count(_ letters: String) -> Int { seen.count { letters.utf8.contains($0) } }
    #expect(run.files == count("f"))
    #expect(run.folders == count("d"))
    #expect(run.links == count("l"))
    #expect(run.specials == count("ps"))
    #expect(sum(run) == seen.count)
    let nodes = try tree.nodes()
    #expect(nodes.count == seen.count)
    #expect(nodes[Array("cafe\u{301}.txt".utf8)]?.size == 3)
    #expect(nodes[[0x63, 0x61, 0x66, 0xE9]]?.size == 5)
    #expect(nodes[Array("a\nb\u{1B}c".utf8)]?.modified == 1_500_000_000_123_456_789)
    #expect(nodes[Array("s".utf8)]?.kind == .special)
    #expect(nodes[[]]?.folder?.files == run.files)
  }

  @Test func fiveThousandLevels() throws {
    let tree = try ScanTree()
    var current = open(tree.root, O_RDONLY | O_DIRECTORY)
    for _ in 0..<5_000 {
      #expect(mkdirat(current, "level", 0o755) == 0)
      let next = openat(current, "level", O_RDONLY | O_DIRECTORY)
      close(current)
      current = next
    }
    close(openat(current, "end", O_WRONLY | O_CREAT, 0o644))
    close(current)
    let run = try tree.scan().run
    #expect(run.folders == 5_001)
    #expect(run.files == 1)
    // The end lies far beyond PATH_MAX and is opened all the same.
    let path = Array(repeating: "level", count: 5_000).joined(separator: "/") + "/end"
    let root = open(tree.root, O_RDONLY | O_DIRECTORY)
    let descriptor = DescriptorChain.open(root: root, path: Array(path.utf8), flags: O_RDONLY, follow: false)
    #expect(descriptor >= 0)
    close(descriptor)
    close(root)
  }

  @Test func descriptorsNeverLeaveTheRoot() throws {
    let tree = try ScanTree()
    symlink("/etc", tree.path("out"))
    let root = open(tree.root, O_RDONLY | O_DIRECTORY)
    defer { close(root) }
    for path in ["out/passwd", "../tree.inventory", "a//b", "/etc/passwd", "./x"] {
      #expect(DescriptorChain.open(root: root, path: Array(path.utf8), flags: O_RDONLY, follow: false) == -1)
    }
  }

  @Test func hundredThousandEntriesInOneFolder() throws {
    let tree = try ScanTree()
    tree.makeFolder("flat")
    let folder = open(tree.path("flat"), O_RDONLY | O_DIRECTORY)
    for number in 0..<100_000 { close(openat(folder, "f\(number)", O_WRONLY | O_CREAT, 0o644)) }
    close(folder)
    #expect(try tree.scan().run.files == 100_000)
  }

  @Test func hardLinksCountOnce() throws {
    let tree = try ScanTree()
    tree.write("a", "12345")
    link(tree.path("a"), tree.path("b"))
    let run = try tree.scan().run
    #expect(run.files == 2)
    #expect(run.bytes == 5)
    let nodes = try tree.nodes()
    #expect(nodes[Array("a".utf8)]?.flags.contains(.furtherLink) == false)
    #expect(nodes[Array("b".utf8)]?.flags.contains(.furtherLink) == true)
  }

  @Test func followedLoopsEnd() throws {
    let tree = try ScanTree()
    tree.makeFolder("a")
    tree.write("a/f", "x")
    symlink("..", tree.path("a/up"))
    symlink("nowhere", tree.path("dangling"))
    let run = try tree.scan { $0.follow = true }.run
    #expect(run.files == 1)
    #expect(run.links == 1)
    #expect(try tree.nodes()[Array("a/up".utf8)]?.flags.contains(.loop) == true)
  }

  @Test func ignoredIsCountedAndInherited() throws {
    let tree = try ScanTree()
    tree.makeFolder("$Recycle.bin")
    tree.write("$Recycle.bin/a", "12")
    tree.makeFolder(".snapshot")
    tree.write(".snapshot/b", "345")
    tree.write("THUMBS.DB", "6")
    tree.write("keep.ini")
    let run = try tree.scan().run
    #expect(run.ignored == 5)
    #expect(run.ignoredBytes == 6)
    #expect(run.files == 1)
    #expect(sum(run) == tree.find().count)
    #expect(try tree.nodes()[Array("$Recycle.bin/a".utf8)]?.isIgnored == true)
    let other = tree.folder + "/other"
    let skipped = try tree.scan(to: other) {
      $0.ignore = IgnoreRules(rules: [.init(kind: .skip, pattern: ".snapshot", note: "")])
    }.run
    #expect(skipped.ignored == 1)
    #expect(try tree.nodes(other)[Array(".snapshot".utf8)]?.flags.contains(.notEntered) == true)
  }

  @Test func inventoryInsideTheTreeIsCounted() throws {
    let tree = try ScanTree()
    tree.write("a", "x")
    let inside = tree.root + "/own.inventory"
    let run = try tree.scan(to: inside).run
    #expect(run.files == 1)
    #expect(run.ignored >= 1)
    #expect(try tree.nodes(inside)[Array("own.inventory".utf8)]?.isIgnored == true)
    let again = try tree.scan(to: inside)
    #expect([again.added, again.changed, again.removed].allSatisfy { $0 == 0 })
  }

  @Test(.enabled(if: getuid() != 0)) func unreadableFolderIsRecorded() throws {
    let tree = try ScanTree()
    tree.makeFolder("closed")
    chmod(tree.path("closed"), 0)
    defer { chmod(tree.path("closed"), 0o755) }
    let result = try tree.scan()
    #expect(result.run.errors == 1)
    #expect(result.findings.map(\.rule) == ["scan-entry-unreadable"])
    #expect(try tree.nodes()[Array("closed".utf8)]?.error == EACCES)
  }
}
