import Foundation
import Glibc
import Testing

/// Scans that are killed, stopped or run twice.
@Suite("interrupted scans", .serialized) struct ResumeTests {
  private static func lists(_ folder: Workspace, _ inventory: String) throws -> [Data] {
    try ["jsonl", "file-list"].map { format in
      let result = try Program.run(["export", inventory, "--to", format], in: folder)
      #expect(result.status == 0, "\(inventory), \(format): \(result.errors)")
      return result.output
    }
  }

  @Test("killed at 100 random moments and begun again, a scan ends equal to one that was never disturbed")
  func kills() throws {
    try Workspace.with { folder in
      try OfficeTree.large(folder, files: 3_000)
      let before = try folder.fingerprint("tree")
      let whole = try ScanCommandTests.scan(folder, ["--sha512", "--md5"])
      try #require(whole.status == 0, "\(whole.errors)")
      let expected = try Self.lists(folder, "a.inventory")
      let arguments = ["scan", "tree", "--inventory", "k.inventory", "--sha512", "--md5"]
      var dice = Dice(seed: 20_261_123)
      var kills = 0
      var inventories = 0
      // A scan that gets to its end before it is killed is judged, and the next one begins anew.
      while kills < 100 {
        inventories += 1
        folder.removeFiles(["k.inventory", "k.inventory-wal", "k.inventory-shm"])
        while true {
          let running = try Program.Running(try Program.archifilter(), arguments, environment: [:], in: folder)
          // Now and then while the program starts, mostly while it works.
          Thread.sleep(forTimeInterval: Double(dice.below(1_000)) / 1_000 * whole.seconds * 0.7)
          running.send(SIGKILL)
          let result = try running.wait(100)
          if result.wasKilled {
            kills += 1
            // Nothing half-done is shown.
            if kills % 10 == 0 {
              let peek = try Program.run(["export", "k.inventory", "--to", "jsonl"], in: folder)
              #expect(peek.status == 2 || peek.output == expected[0], "after kill \(kills): \(peek.errors)")
            }
            if kills % 4 != 0 { continue }
          }
          let last = try Program.run(arguments, in: folder)
          #expect(last.status == 0, "after kill \(kills): \(last.errors)")
          break
        }
        let isSame = try Self.lists(folder, "k.inventory") == expected
        #expect(isSame, "inventory \(inventories), after \(kills) kills")
        #expect(folder.mode("k.inventory") == 0o600)
      }
      #expect(try folder.fingerprint("tree") == before)
    }
  }

  @Test("an interrupt commits, says how to go on and ends with 2; the same command goes on", arguments: [SIGINT, SIGTERM])
  func interrupt(_ signal: Int32) throws {
    try Workspace.with { folder in
      try OfficeTree.large(folder, files: 3_000)
      let whole = try ScanCommandTests.scan(folder)
      try #require(whole.status == 0, "\(whole.errors)")
      var wasStopped = false
      for share in [0.5, 0.3, 0.7, 0.2] where !wasStopped {
        folder.removeFiles(["k.inventory"])
        // A shell in the background makes its children ignore interrupts; env gives them back.
        let running = try Program.Running(
          "/usr/bin/env",
          ["--default-signal=INT,TERM", try Program.archifilter(), "scan", "tree", "--inventory", "k.inventory"],
          environment: [:], in: folder)
        Thread.sleep(forTimeInterval: whole.seconds * share)
        running.send(signal)
        let result = try running.wait(60)
        #expect(!result.timedOut && !result.wasKilled, "\(result.errors)")
        wasStopped = result.status == 2
        if wasStopped { #expect(result.errors.contains("incomplete"), "\(result.errors)") }
      }
      #expect(wasStopped, "no interrupt met a scan at work")
      let last = try Program.run(["scan", "tree", "--inventory", "k.inventory"], in: folder)
      #expect(last.status == 0, "\(last.errors)")
      let isSame = try Self.lists(folder, "k.inventory") == Self.lists(folder, "a.inventory")
      #expect(isSame)
    }
  }

  @Test("a second scan of an inventory that is being written is refused, and the first is not disturbed")
  func twoAtOnce() throws {
    try Workspace.with { folder in
      try OfficeTree.large(folder, files: 3_000)
      let arguments = ["scan", "tree", "--inventory", "k.inventory"]
      let first = try Program.Running(try Program.archifilter(), arguments, environment: [:], in: folder)
      var waits = 0
      while !folder.exists("k.inventory-wal"), waits < 500 {
        Thread.sleep(forTimeInterval: 0.002)
        waits += 1
      }
      let second = try Program.run(arguments, in: folder)
      let result = try first.wait(100)
      #expect([result.status, second.status].sorted() == [0, 2], "\(result.errors)\(second.errors)")
      #expect((result.errors + second.errors).contains("inventory-busy"))
      #expect(try Program.run(["info", "k.inventory"], in: folder).status == 0)
    }
  }
}
