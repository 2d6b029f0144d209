import Foundation
import Testing

/// Inventories that are damaged, foreign, too new, or have no room.
@Suite("inventories that cannot be used") struct RefusalTests {
  private static func inventory(_ folder: Workspace) throws {
    try OfficeTree.small(folder)
    let result = try ScanCommandTests.scan(folder)
    try #require(result.status == 0, "\(result.errors)")
  }

  /// Overwrites bytes of a file in place.
  private static func patch(_ folder: Workspace, _ name: String, at offset: Int, _ bytes: [UInt8]) throws {
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.path(name)))
    try handle.seek(toOffset: UInt64(offset))
    try handle.write(contentsOf: Data(bytes))
    try handle.close()
  }

  @Test("of a newer version: refused, and not touched")
  func newer() throws {
    try Workspace.with { folder in
      try Self.inventory(folder)
      // `PRAGMA user_version` stands at byte 60 of an SQLite file, highest byte first.
      try Self.patch(folder, "a.inventory", at: 60, [0, 0, 3, 0xE7])
      let before = try folder.bytes("a.inventory")
      for arguments in [["info", "a.inventory"], ["scan", "tree", "-i", "a.inventory"], ["export", "a.inventory", "--to", "ead3"]] {
        let result = try Program.run(arguments, in: folder)
        #expect(result.status == 2)
        #expect(result.errors.contains("inventory-newer") && result.errors.contains("999"), "\(result.errors)")
        #expect(result.output.isEmpty)
      }
      let isSame = try folder.bytes("a.inventory") == before
      #expect(isSame)
    }
  }

  @Test("no inventory at all: refused, and not touched", arguments: ["plain text\n", "SQLite format 3\u{0}", ""])
  func foreign(_ content: String) throws {
    try Workspace.with { folder in
      try folder.write("tree/a.txt", "a")
      try folder.write("x", content)
      let result = try Program.run(["export", "x", "--to", "jsonl"], in: folder)
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.output.isEmpty)
      if !content.isEmpty {
        #expect(try Program.run(["scan", "tree", "-i", "x"], in: folder).status == 2)
        #expect(try folder.text("x") == content)
      }
    }
  }

  @Test("damaged anywhere: every command ends by itself, and what it exports as a whole is what the sound one gave")
  func damaged() throws {
    try Workspace.with { folder in
      try OfficeTree.large(folder, files: 400)
      #expect(try ScanCommandTests.scan(folder).status == 0)
      let sound = try Program.run(["export", "a.inventory", "--to", "jsonl"], in: folder).output
      let size = folder.size("a.inventory")
      let bytes = try folder.bytes("a.inventory")
      for length in [16, 100, 4_096, size / 2, size - 4_096] {
        try folder.write("cut", bytes.prefix(length))
        let result = try Program.run(["export", "cut", "--to", "jsonl", "-o", "cut.jsonl", "--force"], in: folder)
        #expect(result.status == 2, "\(length) of \(size) bytes: \(result.errors)")
        #expect(!folder.exists("cut.jsonl"))
      }
      var dice = Dice(seed: 11)
      var refused = 0
      for round in 0..<40 {
        try folder.write("bad", bytes)
        // Whole pages of rubbish: SQLite keeps no checksum, and notices only what breaks its structure.
        let page = 1 + dice.below(size / 4_096 - 1)
        try Self.patch(folder, "bad", at: page * 4_096, (0..<4_096).map { _ in UInt8(truncatingIfNeeded: dice.next()) })
        let result = try Program.run(["export", "bad", "--to", "jsonl", "-o", "bad.jsonl", "--force"], in: folder)
        #expect(!result.wasKilled && !result.timedOut, "round \(round), page \(page)")
        if result.status == 0 {
          let isSame = try folder.bytes("bad.jsonl") == sound
          #expect(isSame, "round \(round), page \(page)")
        } else {
          refused += 1
          #expect(result.status == 2, "round \(round), page \(page): \(result.errors)")
        }
        folder.removeFiles(["bad.jsonl"])
      }
      #expect(refused > 0)
    }
  }

  @Test("no room: said, what was committed stays, and with room the same command goes on")
  func noRoom() throws {
    try Workspace.with { folder in
      try OfficeTree.large(folder, files: 2_000)
      // A limit to the size of files stands for a disk that is full: writes fail in the same places.
      let limited = try Program.shell("ulimit -f 64; exec \"$0\" scan tree --inventory k.inventory", in: folder)
      #expect(limited.status == 2, "\(limited.errors)")
      #expect(!limited.wasKilled)
      #expect(!limited.errors.isEmpty)
      let export = try Program.run(["export", "k.inventory", "--to", "jsonl"], in: folder)
      #expect(export.status == 2 && export.output.isEmpty, "nothing was complete yet")
      let last = try Program.run(["scan", "tree", "--inventory", "k.inventory"], in: folder)
      #expect(last.status == 0, "\(last.errors)")
      #expect(try ScanCommandTests.scan(folder).status == 0)
      let isSame =
        try Program.run(["export", "k.inventory", "--to", "jsonl"], in: folder).output
        == Program.run(["export", "a.inventory", "--to", "jsonl"], in: folder).output
      #expect(isSame)
      // An export that finds no room leaves nothing behind.
      let small = try Program.shell("ulimit -f 4; exec \"$0\" export a.inventory --to jsonl -o x.jsonl", in: folder)
      #expect(small.status == 2, "\(small.errors)")
      #expect(!folder.exists("x.jsonl"))
    }
  }

  @Test("a full disk, where a small file system can be mounted")
  func fullDisk() throws {
    try Workspace.with { folder in
      try OfficeTree.large(folder, files: 2_000)
      try folder.makeFolder("disk")
      let mount = try Program.tool("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.path("disk")], in: folder)
      guard mount.status == 0 else { return Program.saySkipped("a full disk: no file system can be mounted here") }
      defer { _ = try? Program.tool("umount", [folder.path("disk")], in: folder) }
      let full = try Program.run(["scan", "tree", "--inventory", "disk/k.inventory"], in: folder)
      #expect(full.status == 2, "\(full.errors)")
      #expect(full.errors.contains("inventory-disk-full"), "\(full.errors)")
      #expect(try Program.tool("mount", ["-o", "remount,size=64m", folder.path("disk")], in: folder).status == 0)
      let last = try Program.run(["scan", "tree", "--inventory", "disk/k.inventory"], in: folder)
      #expect(last.status == 0, "\(last.errors)")
    }
  }
}
