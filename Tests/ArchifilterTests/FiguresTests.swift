import EADKit
import Foundation
import Testing

@testable import Archifilter

struct FiguresTests {
  private static func tree() -> HandmadeTree {
    let pdf = FormatFacts(puid: "fmt/18", mime: "application/pdf", name: "PDF", version: "1.4", family: "publication")
    let doc = FormatFacts(puid: "fmt/40", mime: "application/msword", name: "Word", family: "document")
    var tree = HandmadeTree()
    for (index, size) in [100, 2_000, 2_000, 2_000, 5, 6, 7].enumerated() {
      tree.add("conseil/2004/séance \(index).pdf") {
        $0.size = size
        $0.modified += index * 400 * 86_400_000_000_000
        $0.content = HandmadeTree.content(size == 2_000 ? 9 : UInt8(index), index == 0 ? doc : pdf)
      }
    }
    tree.add("conseil/zéro.pdf") {
      $0.size = 0
      $0.modified = 0
    }
    tree.add("conseil/second nom.pdf") {
      $0.size = 2_000
      $0.flags = .furtherLink
      $0.content = HandmadeTree.content(9, pdf)
    }
    tree.folder("vide")
    tree.folder("refusé") { $0.error = 13 }
    tree.add("conseil/Thumbs.db") {
      $0.rule = 1
      $0.size = 4_096
    }
    tree.add("lien") {
      $0.kind = .link
      $0.target = "vide"
    }
    tree.add("tube") { $0.kind = .special }
    tree.annotations = [Annotation(path: Array("vide".utf8), field: .tag, value: "x")]
    tree.changes = [("added", "a"), ("added", "b"), ("removed", "c")]
    return tree
  }

  @Test func everyFigure() throws {
    let figures = try Self.tree().with { connection in try InventoryFigures(connection, now: 1_717_200_000_000_000_000) }
    #expect(figures.files == 9 && figures.folders == 5 && figures.links == 1 && figures.specials == 1 && figures.unknown == 0)
    #expect(figures.ignoredEntries == 1 && figures.ignored == [.init(pattern: "Thumbs.db", kind: "file", entries: 1, bytes: 4_096)])
    #expect(figures.entries == 17)
    #expect(figures.emptyFolders == 1 && figures.emptyFiles == 1 && figures.furtherLinks == 1)
    #expect(figures.errors.map { "\($0.code) \($0.entries)" } == ["13 1"])
    #expect(figures.bytes == 6_118)
    #expect(figures.undated == 1)
    #expect(figures.oldest.map(figures.time.iso) == "2004-03-12" && figures.newest.map(figures.time.iso) == "2010-10-07")
    #expect(figures.years.map { "\($0.key) \($0.files)" } == ["2004 2", "2005 1", "2006 1", "2007 1", "2008 1", "2009 1", "2010 1"])
    #expect(figures.families.map { "\($0.key) \($0.files) \($0.bytes)" } == ["publication 7 6018", "document 1 100"])
    #expect(figures.formats.map(\.name) == ["PDF 1.4", "Word"] && figures.unrecognised == 1)
    #expect(figures.depth == 2 && figures.longestPathLength == 25)
    #expect(figures.largest.map(\.bytes) == [2_000, 2_000, 2_000, 100, 7])
    #expect(figures.oldestFiles.count == 5)
    let duplicates = try #require(figures.duplicates)
    #expect(duplicates.groups == 1 && duplicates.copies == 2 && duplicates.bytes == 4_000)
    #expect(figures.changes.map { "\($0.kind) \($0.count)" } == ["added 2", "removed 1"])
    #expect(figures.annotations.map { "\($0.field) \($0.count)" } == ["tag 1"])
  }

  @Test func linesInBothLanguages() throws {
    let figures = try Self.tree().with { connection in try InventoryFigures(connection, now: 1_717_200_000_000_000_000) }
    for language in MessageLanguage.allCases {
      let lines = figures.lines(language)
      for line in lines {
        #expect(!line.contains("figures-") && line.firstMatch(of: #/\{[0-9]\}/#) == nil, "\(line)")
      }
      #expect(lines.contains { $0.hasSuffix("9 + 5 + 1 + 1 + 1 + 0 = 17") })
    }
    let french = figures.lines(.french).joined(separator: "\n")
    #expect(
      french.contains("Fichiers en double : 1 groupes, 2 copies")
        && french.contains("22,2\u{A0}% du nombre de fichiers, 65,4\u{A0}% du volume"))
  }

  @Test func json() throws {
    let figures = try Self.tree().with { connection in try InventoryFigures(connection, now: 1_717_200_000_000_000_000) }
    let object = try #require(try JSONSerialization.jsonObject(with: Data(figures.json().utf8)) as? [String: Any])
    let account = try #require(object["account"] as? [String: Int])
    #expect(account == ["files": 9, "folders": 5, "links": 1, "specials": 1, "ignored": 1, "unknown": 0, "entries": 17])
    #expect((object["years"] as? [[String: Any]])?.count == 7)
    #expect(object["oldest"] as? String == "2004-03-12" && object["complete"] as? Bool == true)
    #expect((object["changes"] as? [String: Int]) == ["added": 2, "removed": 1])
  }

  @Test func withoutDigestsNobodyKnowsOfDuplicates() throws {
    var tree = HandmadeTree()
    tree.add("a/b.pdf")
    tree.add("a/c.pdf")
    let figures = try tree.with { connection in try InventoryFigures(connection) }
    #expect(figures.duplicates == nil && figures.json().contains("\"duplicates\": null"))
    #expect(figures.lines(.english).contains("Duplicates: unknown, no digests were made."))
  }

  @Test func momentsOfRuns() {
    #expect(InventoryFigures.moment("2024-06-01T00:00:00Z") == 1_717_200_000_000_000_000)
    #expect(InventoryFigures.moment("1970-01-01T00:00:01Z") == 1_000_000_000)
    #expect(InventoryFigures.moment("hier") == nil)
  }
}
