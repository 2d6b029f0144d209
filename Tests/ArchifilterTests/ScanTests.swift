import Foundation
import Testing

@testable import Archifilter
@testable import EADKit

@Suite struct ScanTests {
  private func filled() throws -> ScanTree {
    let tree = try ScanTree()
    for number in 0..<20 {
      tree.makeFolder("d\(number)")
      tree.makeFolder("d\(number)/e")
      for file in 0..<5 { tree.write("d\(number)/e/f\(file)", "content \(number) \(file)") }
    }
    link(tree.path("d0/e/f0"), tree.path("d19/e/name"))
    symlink("x", tree.path("l"))
    tree.write("Thumbs.db", "x")
    return tree
  }

  @Test func stoppedScansEndLikeTheUninterrupted() throws {
    let tree = try filled()
    let whole = tree.folder + "/whole"
    _ = try tree.scan(to: whole) { $0.digests = .all }
    let expected = try tree.dump(whole)
    var random: UInt64 = 42
    for round in 0..<15 {
      let path = tree.folder + "/part\(round)"
      var isComplete = false
      var turns = 0
      while !isComplete {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Later turns get more, so that the test ends whatever the numbers.
        let polls = Int(random >> 33) % 40 + turns * 20
        let result = try tree.scan(to: path, stopAfter: polls) { $0.digests = .all }
        if turns > 0 { #expect(result.isResumed) }
        isComplete = result.isComplete
        turns += 1
      }
      #expect(turns > 1)
      #expect(try tree.dump(path) == expected)
    }
  }

  @Test func otherOptionsBeginAnew() throws {
    let tree = try filled()
    let first = try tree.scan(stopAfter: 5)
    #expect(!first.isComplete)
    let unfinished = try Inventory(path: tree.inventory, access: .read)
    let error = #expect(throws: EADError.self) {
      try unfinished.read { connection throws(EADError) in try RunRecord.current(connection).run.id }
    }
    #expect(error?.finding.rule == "inventory-unfinished")
    try unfinished.close()
    let second = try tree.scan { $0.follow = true }
    #expect(second.isComplete && !second.isResumed)
    #expect(second.run.id == 1)
  }

  @Test func changesOfASecondScan() throws {
    let tree = try filled()
    let first = try tree.scan { $0.digests = .all }
    #expect(!first.isCompared)
    tree.write("d1/e/f0", "something else", modified: 1_600_000_000)
    tree.write("d1/e/new", "new")
    unlink(tree.path("d1/e/f1"))
    rename(tree.path("d1/e/f2"), tree.path("d2/moved"))
    // A copy elsewhere and the original gone: another inode, the same content.
    tree.write("d3/copied", "content 3 3", modified: 1_650_000_000)
    unlink(tree.path("d3/e/f3"))
    tree.run("/bin/rm", ["-r", tree.root + "/d4"])
    let second = try tree.scan { $0.digests = .all }
    #expect(second.isCompared)
    #expect(second.added == 1)
    #expect(second.changed == 1)
    #expect(second.moved == 2)
    #expect(second.removed == 1 + 7)
    let inventory = try Inventory(path: tree.inventory, access: .read)
    let moved = try inventory.read { connection throws(EADError) in
      var pairs: [String] = []
      let rows = try connection.prepare("SELECT old_path, path FROM change WHERE kind = 'moved' ORDER BY path")
      while try rows.step() { pairs.append(rows.text(0) + " " + rows.text(1)) }
      return pairs
    }
    try inventory.close()
    #expect(moved == ["d1/e/f2 d2/moved", "d3/e/f3 d3/copied"])
    let third = try tree.scan { $0.digests = .all }
    #expect([third.added, third.changed, third.moved, third.removed].allSatisfy { $0 == 0 })
    // All but the root and what is ignored.
    #expect(third.unchanged == tree.find().count - 2)
    #expect(try tree.nodes()[Array("d5/e/f0".utf8)]?.content?.sha256?.count == 32)
  }

  @Test func anotherRootIsRefused() throws {
    let tree = try filled()
    _ = try tree.scan()
    let error = #expect(throws: EADError.self) { try tree.scan { $0.root += Array("/d1".utf8) } }
    #expect(error?.finding.rule == "scan-other-root")
  }

  @Test(arguments: [("/missing", "scan-root-missing"), ("/l2", "scan-root-not-folder")])
  func rootsThatAreNone(name: String, rule: String) throws {
    let tree = try ScanTree()
    tree.write("l2", "x")
    let error = #expect(throws: EADError.self) { try tree.scan { $0.root += Array(name.utf8) } }
    #expect(error?.finding.rule == rule)
  }

  @Test func jobsChangeNothing() throws {
    let tree = try filled()
    _ = try tree.scan(to: tree.folder + "/one") { $0.jobs = 1 }
    _ = try tree.scan(to: tree.folder + "/eight") { $0.jobs = 8 }
    #expect(try tree.dump(tree.folder + "/one") == tree.dump(tree.folder + "/eight"))
  }
}
