import EADKit
import Foundation
import Glibc
import Testing

@testable import Archifilter

/// A tree on the disk, its folder open, and an inventory whose walk is done.
private final class Bench {
  let folder: String
  let inventory: Inventory
  var options: ScanOptions
  private var rows: [(name: String, parent: Int, isFolder: Bool)] = [("tree", 0, true)]

  init() throws {
    folder = NSTemporaryDirectory() + "archifilter-content-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/tree", withIntermediateDirectories: true)
    inventory = try Inventory(path: folder + "/inventory", access: .write)
    options = ScanOptions(
      root: Array((folder + "/tree").utf8), timeZone: try LocalTime(), now: 1_790_000_000 * 1_000_000_000,
      started: "2026-09-21T14:13:20Z", tool: "test")
    options.formats = .none
    options.metadata = false
    options.members = false
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/tree/" + name }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    rows.append((name, 1, false))
  }

  /// Fills the tables as a walk does, from the disk as it is now.
  func walk() throws {
    try inventory.access { connection throws(EADError) in
      for table in InventorySchema.TreeTable.allCases { try connection.execute(table.sql(prefix: "scan_")) }
      let insert = try connection.prepare(
        """
        INSERT INTO scan_node (id, parent, name, kind, size, mtime, inode, device, links, flags)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, 0)
        """)
      for (index, row) in rows.enumerated() {
        var info = stat()
        guard lstat(row.isFolder ? folder + "/tree" : path(row.name), &info) == 0 else { continue }
        let stamp = FileStamp(info)
        insert.bind(1, index + 1)
        insert.bind(2, row.parent)
        insert.bind(3, name: Array(row.name.utf8))
        insert.bind(4, row.isFolder ? 0 : 1)
        insert.bind(5, row.isFolder ? 0 : stamp.size)
        insert.bind(6, stamp.modified)
        insert.bind(7, stamp.inode)
        insert.bind(8, stamp.device)
        try insert.run()
      }
    }
  }

  @discardableResult
  func run(isStopped: @escaping @Sendable () -> Bool = { false }) throws -> Bool {
    let root = open(folder + "/tree", O_RDONLY | O_DIRECTORY)
    defer { close(root) }
    let options = self.options
    return try inventory.access { connection throws(EADError) in
      let folders = try FolderTable(connection, prefix: "scan_")
      return try ContentPhase(connection: connection, options: options, rootDescriptor: root, folders: folders)
        .run(isStopped: isStopped)
    }
  }

  func strings(_ sql: String) throws -> [String] {
    try inventory.access { connection throws(EADError) in
      let statement = try connection.prepare(sql)
      var found: [String] = []
      while try statement.step() { found.append(statement.text(0)) }
      return found
    }
  }

  func execute(_ sql: String) throws {
    try inventory.access { connection throws(EADError) in try connection.execute(sql) }
  }
}

/// Digest as `sha256sum` and its like write it.
private func digest(_ tool: String, _ path: String) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
  process.arguments = ["--", path]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return output.split(separator: " ").first.map { String($0).uppercased() } ?? ""
}

@Suite struct ContentTests {
  @Test func digestsAreThoseOfTheSystem() throws {
    let bench = try Bench()
    bench.options.algorithms = [.sha256, .sha512, .md5]
    // Around the size of the buffer, where ends are missed.
    for size in [0, 1, 65_535, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_001] {
      try bench.write("f\(size)", (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) })
    }
    try bench.walk()
    #expect(try bench.run())
    for name in try bench.strings("SELECT name FROM scan_node WHERE kind = 1") {
      for (column, tool) in [("sha256", "sha256sum"), ("sha512", "sha512sum"), ("md5", "md5sum")] {
        let expected = try digest(tool, bench.path(name))
        let found = try bench.strings(
          "SELECT hex(\(column)) FROM scan_content JOIN scan_node ON id = node WHERE name = '\(name)'")
        #expect(found == [expected], "\(name) \(tool)")
      }
    }
    #expect(try bench.strings("SELECT rule FROM scan_finding").isEmpty)
  }

  @Test func duplicatesOnlyAreDigested() throws {
    let bench = try Bench()
    bench.options.digests = .duplicates
    try bench.write("a", [1, 2, 3])
    try bench.write("b", [4, 5, 6])
    try bench.write("c", [1])
    try bench.write("d", [])
    try bench.write("e", [])
    try bench.write("g", [9, 9])
    try bench.write("h", [9, 8])
    try bench.walk()
    // h is a further name of a file: g has no twin then.
    try bench.execute("UPDATE scan_node SET flags = 4 WHERE name = 'h'")
    #expect(try bench.run())
    #expect(
      try bench.strings("SELECT name FROM scan_node JOIN scan_content ON id = node WHERE sha256 NOTNULL ORDER BY name")
        == ["a", "b"])
  }

  @Test func nothingAskedNothingOpened() throws {
    let bench = try Bench()
    bench.options.digests = .none
    try bench.write("a", [1])
    try bench.walk()
    try FileManager.default.removeItem(atPath: bench.path("a"))
    #expect(try bench.run())
    #expect(try bench.strings("SELECT node FROM scan_content").isEmpty)
    #expect(try bench.strings("SELECT rule FROM scan_finding").isEmpty)
  }

  @Test func goesOnWithWhatIsMissing() throws {
    let bench = try Bench()
    for number in 0..<200 { try bench.write("f\(number)", Array("content \(number)".utf8)) }
    try bench.walk()
    #expect(try !bench.run(isStopped: { true }))
    #expect(try bench.run())
    let whole = try bench.strings("SELECT node || hex(sha256) || work FROM scan_content ORDER BY node")
    #expect(whole.count == 200)
    try bench.execute("DELETE FROM scan_content WHERE node % 3 = 0")
    // A file that was read already is not read again.
    try Data("other".utf8).write(to: URL(fileURLWithPath: bench.path("f0")))
    #expect(try bench.run())
    #expect(try bench.strings("SELECT node || hex(sha256) || work FROM scan_content ORDER BY node") == whole)
    // Another digest is added to those that are there.
    bench.options.algorithms = [.sha256, .md5]
    #expect(try bench.run())
    #expect(try bench.strings("SELECT node FROM scan_content WHERE sha256 NOTNULL AND md5 NOTNULL AND work = 5").count == 200)
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let bench = try Bench()
    try bench.write("gone", [1, 2])
    try bench.write("link", [1, 2])
    try bench.write("pipe", [1, 2])
    try bench.write("sound", [1, 2])
    try bench.walk()
    try FileManager.default.removeItem(atPath: bench.path("gone"))
    try FileManager.default.removeItem(atPath: bench.path("link"))
    #expect(symlink("sound", bench.path("link")) == 0)
    try FileManager.default.removeItem(atPath: bench.path("pipe"))
    #expect(mkfifo(bench.path("pipe"), 0o600) == 0)
    #expect(try bench.run())
    #expect(
      try bench.strings("SELECT name || ' ' || scan_finding.rule FROM scan_finding JOIN scan_node ON id = node ORDER BY 1")
        == ["gone scan-unreadable", "link scan-unreadable", "pipe scan-file-changed"])
    #expect(try bench.strings("SELECT error FROM scan_content WHERE error NOTNULL") == ["\(ENOENT)", "\(ELOOP)"])
    // They come back: the next run reads them and says no more.
    try FileManager.default.removeItem(atPath: bench.path("pipe"))
    try FileManager.default.removeItem(atPath: bench.path("link"))
    for name in ["gone", "link", "pipe"] { try Data([1, 2]).write(to: URL(fileURLWithPath: bench.path(name))) }
    #expect(try bench.run())
    #expect(try bench.strings("SELECT rule FROM scan_finding WHERE rule <> 'scan-file-updated'").isEmpty)
    #expect(try bench.strings("SELECT DISTINCT hex(sha256) FROM scan_content").count == 1)
    #expect(try bench.strings("SELECT node FROM scan_content WHERE error NOTNULL").isEmpty)
  }

  @Test func changedSinceTheWalk() throws {
    let bench = try Bench()
    try bench.write("a", [1, 2])
    try bench.walk()
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: bench.path("a")))
    #expect(try bench.run())
    #expect(try bench.strings("SELECT size FROM scan_node WHERE name = 'a'") == ["3"])
    #expect(try bench.strings("SELECT hex(sha256) FROM scan_content") == [try digest("sha256sum", bench.path("a"))])
    #expect(try bench.strings("SELECT rule FROM scan_finding") == ["scan-file-updated"])
  }

  @Test func changesWhileItIsRead() throws {
    let bench = try Bench()
    try bench.write("log", [UInt8](repeating: 7, count: 64 << 20))
    try bench.walk()
    let path = bench.path("log")
    let ended = DispatchSemaphore(value: 0)
    let over = DispatchSemaphore(value: 0)
    let begun = DispatchSemaphore(value: 0)
    // A thread of its own: the pool may be full of other tests.
    Thread {
      let descriptor = open(path, O_WRONLY | O_APPEND)
      begun.signal()
      // The run must see a change in each of its two readings, whenever it begins.
      while ended.wait(timeout: .now() + .microseconds(500)) == .timedOut { _ = Glibc.write(descriptor, "x", 1) }
      close(descriptor)
      over.signal()
    }.start()
    begun.wait()
    let isComplete = try bench.run()
    ended.signal()
    over.wait()
    #expect(isComplete)
    #expect(try bench.strings("SELECT rule FROM scan_finding") == ["scan-file-changed"])
    #expect(try bench.strings("SELECT flags & 4 FROM scan_content WHERE sha256 IS NULL AND work = 0") == ["4"])
  }

  @Test func stopsInTheMiddleOfABigFile() throws {
    let bench = try Bench()
    let path = bench.path("big")
    try bench.write("big", [])
    #expect(truncate(path, 1 << 40) == 0)
    try bench.walk()
    let until = Date().addingTimeInterval(0.3)
    #expect(try !bench.run(isStopped: { Date() > until }))
    #expect(Date().timeIntervalSince(until) < 10)
    #expect(try bench.strings("SELECT node FROM scan_content").isEmpty)
  }

  @Test func placeholdersAreLeftUnlessDigestsAreAskedFor() throws {
    let bench = try Bench()
    try bench.write("far", Array("%PDF-1.4".utf8))
    try bench.walk()
    try bench.execute("UPDATE scan_node SET flags = 1 WHERE name = 'far'")
    bench.options.digests = .none
    bench.options.formats = .own
    #expect(try bench.run())
    #expect(try bench.strings("SELECT rule FROM scan_finding") == ["scan-placeholder"])
    #expect(try bench.strings("SELECT node FROM scan_content").isEmpty)
    bench.options.digests = .all
    #expect(try bench.run())
    #expect(try bench.strings("SELECT node FROM scan_content WHERE sha256 NOTNULL").count == 1)
  }
}
