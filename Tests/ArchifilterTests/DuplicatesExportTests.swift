import EADKit
import Testing

@testable import Archifilter

@Suite struct DuplicatesExportTests {
  @Test func groupsOfFiles() throws {
    let tree = SampleEntry.folder(
      "R",
      [
        .file("a", 100, content: 1), .folder("vieux", [.file("a2", 100, content: 1), .file("seul", 5, content: 9)]),
        .folder("copie", [.file("a", 100, content: 1)]), .file("b", 1_000, content: 2), .file("b2", 1_000, content: 2),
        .file("c", 1_000, content: 3), .file("v1", 0), .file("v2", 0),
        .file("dur", 100, content: 1).with { $0.flags = .furtherLink },
        .file("ignoré", 100, content: 1).with { $0.rule = 1 },
      ])
    let (bytes, summary) = try InventorySample(tree).export(.duplicates, try InventorySample.options(.english))
    let records = try #require(SheetCells.records(bytes))
    #expect(records.map { $0["path"] } == ["b", "b2", "a", "copie/a", "vieux/a2"])
    #expect(records.map { $0["group"] } == ["1", "1", "2", "2", "2"])
    #expect(records.map { $0["wasted"] } == ["1000", "1000", "200", "200", "200"])
    #expect(records.filter { $0["keep"] == "yes" }.map { $0["path"] } == ["b", "a"])
    #expect(records[2]["reason"] == "less deep in the tree")
    #expect(summary.leftOut["export-empty-file"] == 2)
    #expect(summary.leftOut["export-hard-link"] == 1)
    let total = try #require(summary.findings.first { $0.rule == "export-duplicate-files-total" })
    #expect(total.arguments[0] == "2")
    #expect(total.arguments[1] == "3")
    #expect(total.arguments[2] == "1,200 bytes")
  }

  @Test func topmostFoldersOnly() throws {
    func project(_ name: String) -> SampleEntry {
      .folder(name, [.folder("plans", [.file("p1", 10, content: 1), .file("p2", 20, content: 2)]), .file("note", 5, content: 3)])
    }
    let tree = SampleEntry.folder(
      "R",
      [
        project("Projet"), .folder("Sauvegarde", [project("Projet bis")]),
        // The same content under other names is no exact duplicate.
        .folder("Autre", [.folder("plans", [.file("q1", 10, content: 1), .file("p2", 20, content: 2)])]),
        .file("p1 isolé", 10, content: 1),
      ])
    let sample = try InventorySample(tree)
    let (bytes, summary) = try sample.export(.duplicateFolders, try InventorySample.options())
    let records = try #require(SheetCells.records(bytes))
    #expect(records.map { $0["path"] } == ["Projet", "Sauvegarde/Projet bis"])
    #expect(records.map { $0["keep"] } == ["yes", ""])
    #expect(records.allSatisfy { $0["wasted"] == "35" && $0["files"] == "3" })
    #expect(summary.findings.first { $0.rule == "export-duplicate-folders-total" }?.arguments.prefix(2) == ["1", "1"])

    // Its files are marked and counted once: of p1 two more copies lie elsewhere, which could go.
    let files = try #require(SheetCells.records(try sample.export(.duplicates, try InventorySample.options()).bytes))
    let inside = files.filter { $0["inside_duplicate_folder"] == "yes" }
    #expect(inside.count == 6)
    #expect(files.filter { $0["path"] == "Projet/note" }.map { $0["wasted"] } == ["0"])
    #expect(files.filter { $0["path"] == "p1 isolé" }.map { $0["wasted"] } == ["20"])
  }

  @Test func namesOfTwoSystemsAreOneName() throws {
    let tree = SampleEntry.folder(
      "R",
      [
        .folder("A", [.file("e\u{301}te\u{301}.txt", 10, content: 1)]), .folder("B", [.file("été.txt", 10, content: 1)]),
        .folder("C", [.file([0xE9, 0x74], 10, content: 1)]),
      ])
    let (bytes, _) = try InventorySample(tree).export(.duplicateFolders, try InventorySample.options())
    let records = try #require(SheetCells.records(bytes))
    #expect(records.map { $0["path"] } == ["A", "B"])
  }

  @Test func whatIsNotKnownIsNoDuplicate() throws {
    let tree = SampleEntry.folder(
      "R",
      [
        .folder("A", [.file("x", 10)]), .folder("B", [.file("x", 10)]), .folder("C", []), .folder("D", []),
        .folder("E", [.file("vide", 0)]), .folder("F", [.file("vide", 0)]),
        .folder("G", [.file("y", 7, content: 1), SampleEntry(name: Array("t".utf8), kind: .special)]),
        .folder("H", [.file("y", 7, content: 1), SampleEntry(name: Array("t".utf8), kind: .special)]),
      ])
    let sample = try InventorySample(tree)
    let (bytes, summary) = try sample.export(.duplicateFolders, try InventorySample.options())
    #expect(try #require(SheetCells.records(bytes)).isEmpty)
    // The four and the root.
    #expect(summary.findings.first { $0.rule == "export-folders-undigested" }?.arguments == ["5"])
    let files = try sample.export(.duplicates, try InventorySample.options()).summary
    #expect(files.findings.first { $0.rule == "export-duplicates-undigested" }?.arguments == ["2"])
  }

  @Test func proposalsGoByTheirOrder() {
    func reason(_ copies: [(String, Int)]) -> (String, String) {
      var proposal = KeepProposal()
      for (index, copy) in copies.enumerated() {
        proposal.consider(KeepProposal.Copy(node: index, path: Array(copy.0.utf8), modified: copy.1))
      }
      return (String(decoding: proposal.best?.path ?? [], as: UTF8.self), proposal.reason)
    }
    #expect(reason([("OLD/a", 1), ("x/y/a", 2)]) == ("x/y/a", "export-keep-aside"))
    #expect(reason([("x/y/a", 1), ("x/a", 2)]) == ("x/a", "export-keep-depth"))
    #expect(reason([("x/a", 2), ("x/b", 1)]) == ("x/b", "export-keep-date"))
    #expect(reason([("x/aa", 1), ("x/b", 1)]) == ("x/b", "export-keep-path"))
    #expect(reason([("x/b", 1), ("x/a", 1), ("tmp/c", 0)]) == ("x/a", "export-keep-name"))
    #expect(!KeepProposal.isAside(Array("goldorak/copieur".utf8)))
  }

  @Test func manyEntriesInOneFolder() throws {
    let many = (0..<5_000).map { SampleEntry.file("f\($0)", 3, content: UInt8($0 % 200)) }
    let tree = SampleEntry.folder("R", [.folder("A", many), .folder("B", many), .folder("C", Array(many.dropLast()))])
    let (bytes, _) = try InventorySample(tree).export(.duplicateFolders, try InventorySample.options())
    let records = try #require(SheetCells.records(bytes))
    #expect(records.map { $0["path"] } == ["A", "B"])
  }
}
