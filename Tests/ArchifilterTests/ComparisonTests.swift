import EADKit
import Foundation
import Testing

@testable import Archifilter

struct ComparisonTests {
  private func compare(_ old: HandmadeTree, _ new: HandmadeTree) throws -> (changes: [TreeChange], summary: ComparisonSummary) {
    try old.with { left in
      try new.with { right in
        var changes: [TreeChange] = []
        let summary = try TreeComparison(old: left, new: right).run { change in changes.append(change) }
        return (changes, summary)
      }
    }
  }

  private func shown(_ changes: [TreeChange]) -> [String] {
    changes.map { change in
      let from = change.oldPath.map { FileName.display($0) + " > " } ?? ""
      let parts = change.parts.map(\.rawValue).joined(separator: "+")
      return
        "\(change.kind.rawValue) \(from)\(FileName.display(change.path))\(parts.isEmpty ? "" : " " + parts)\(change.isProposal ? " ?" : "")"
    }
  }

  @Test func nothingChanged() throws {
    var tree = HandmadeTree()
    tree.add("a/b/c.pdf")
    tree.add("a-b/c.pdf")
    let result = try compare(tree, tree)
    #expect(result.changes.isEmpty && result.summary.isSame)
    #expect(result.summary.unchanged == 6)
  }

  /// `a`, `a-b`, `a/x`: by bytes of whole paths `a-b` stands between `a` and `a/x`, in a tree it does not.
  @Test func orderOfTreesAndNotOfPaths() throws {
    var old = HandmadeTree()
    for path in ["a/x.pdf", "a-b/x.pdf", "a b/x.pdf", "a!/x.pdf"] { old.add(path) { $0.content = HandmadeTree.content(7) } }
    var new = old
    new.add("a/neuf.pdf") { $0.size = 11 }
    new.remove("a b/x.pdf")
    let result = try compare(old, new)
    #expect(shown(result.changes) == ["added a/neuf.pdf", "removed a b/x.pdf"])
    #expect(result.summary.addedBytes == 11 && result.summary.removedBytes == 10)
    #expect(TreeChange.precedes(Array("a/z".utf8), Array("a b".utf8)) && TreeChange.precedes(Array("a".utf8), Array("a/z".utf8)))
  }

  @Test func whatChanged() throws {
    var old = HandmadeTree()
    old.add("a.pdf") { $0.content = HandmadeTree.content(1) }
    old.add("b.pdf") { $0.content = HandmadeTree.content(2) }
    old.add("c.pdf")
    old.add("d.pdf")
    old.add("lien") {
      $0.kind = .link
      $0.target = "a.pdf"
    }
    old.add("e")
    var new = old
    new.add("a.pdf") { $0.content = HandmadeTree.content(9) }
    new.add("b.pdf") {
      $0.content = HandmadeTree.content(2)
      $0.modified += 1
    }
    new.add("c.pdf") { $0.size = 12 }
    new.add("d.pdf") { $0.rule = 1 }
    new.add("lien") {
      $0.kind = .link
      $0.target = "b.pdf"
    }
    new.folder("e")
    let result = try compare(old, new)
    #expect(
      shown(result.changes) == [
        "changed a.pdf digest", "changed b.pdf modified", "changed c.pdf size", "changed d.pdf ignored", "changed e kind",
        "changed lien target",
      ])
    #expect(result.summary.withoutDigest == 2)
  }

  @Test func moves() throws {
    var old = HandmadeTree()
    old.add("ancien/plan.pdf") { $0.content = HandmadeTree.content(1) }
    old.add("ancien/copie.pdf") { $0.content = HandmadeTree.content(1) }
    old.add("ancien/sans empreinte.pdf")
    old.add("ancien/vide.pdf") { $0.size = 0 }
    old.add("ancien/autre.pdf") { $0.content = HandmadeTree.content(3) }
    var new = HandmadeTree()
    new.add("neuf/a.pdf") { $0.content = HandmadeTree.content(1) }
    new.add("neuf/plan.pdf") { $0.content = HandmadeTree.content(1) }
    new.add("neuf/sans empreinte.pdf")
    new.add("neuf/vide.pdf") { $0.size = 0 }
    // Same size, date and name, but the digests say that it is another.
    new.add("neuf/autre.pdf") { $0.content = HandmadeTree.content(4) }
    let result = try compare(old, new)
    #expect(
      shown(result.changes) == [
        "removed ancien", "removed ancien/autre.pdf", "removed ancien/vide.pdf", "added neuf",
        "moved ancien/copie.pdf > neuf/a.pdf", "added neuf/autre.pdf", "moved ancien/plan.pdf > neuf/plan.pdf",
        "moved ancien/sans empreinte.pdf > neuf/sans empreinte.pdf ?", "added neuf/vide.pdf",
      ])
    #expect(result.summary.moved == 3 && result.summary.proposed == 1)
  }

  @Test func composedAndDecomposedNamesAreTwo() throws {
    var old = HandmadeTree()
    old.add("\u{E9}.pdf") { $0.size = 1 }
    old.add(Array("caf".utf8) + [0xE9])
    var new = HandmadeTree()
    new.add("e\u{301}.pdf") { $0.size = 2 }
    let result = try compare(old, new)
    #expect(result.summary.added == 1 && result.summary.removed == 2 && result.summary.changed == 0)
  }

  @Test func foldersThatWereNotRead() throws {
    var old = HandmadeTree()
    old.add("paie/2004/bulletin.pdf")
    old.add("paiement.pdf")
    var new = HandmadeTree()
    new.folder("paie") { $0.error = 13 }
    let result = try compare(old, new)
    #expect(
      shown(result.changes) == ["changed paie readable", "removed paie/2004 ?", "removed paie/2004/bulletin.pdf ?", "removed paiement.pdf"])
    #expect(result.summary.uncertain == 2)
  }

  @Test func annotationsAreCounted() throws {
    var old = HandmadeTree()
    old.add("a.pdf")
    var new = old
    old.annotations = [Annotation(path: Array("a.pdf".utf8), field: .tag, value: "x")]
    new.annotations = [
      Annotation(path: Array("a.pdf".utf8), field: .tag, value: "x"), Annotation(path: Array("a.pdf".utf8), field: .title, value: "t"),
    ]
    let summary = try compare(old, new).summary
    #expect(summary.annotations.map { "\($0.field) \($0.old) \($0.new)" } == ["title 0 1"])
    #expect(!summary.isSame)
  }

  @Test func writers() throws {
    var old = HandmadeTree()
    old.add("=somme \"a\".pdf") { $0.content = HandmadeTree.content(1) }
    var new = HandmadeTree()
    new.add(Array("caf".utf8) + [0xE9]) { $0.content = HandmadeTree.content(1) }
    var texts: [ComparisonFormat: String] = [:]
    for format in ComparisonFormat.allCases {
      var bytes: [UInt8] = []
      try old.with { left in
        try new.with { right in
          let writer = ComparisonWriter(format, language: .french, time: try LocalTime()) { bytes.append(contentsOf: $0) }
          try writer.begin()
          let summary = try TreeComparison(old: left, new: right).run(writer.add)
          try writer.end(summary)
        }
      }
      texts[format] = String(decoding: bytes, as: UTF8.self)
    }
    let text = try #require(texts[.text])
    #expect(text.contains("déplacé : =somme \"a\".pdf → caf%E9\n") && text.contains("déplacés : 1"))
    let csv = try #require(texts[.csv]).components(separatedBy: "\r\n")
    #expect(csv.count == 3 && csv[0].hasPrefix("change,path,old_path,parts,kind,"))
    #expect(csv[1].hasPrefix("\"moved\",\"caf%E9\",\"'=somme \"\"a\"\".pdf\","))
    let lines = try #require(texts[.jsonLines]).split(separator: "\n")
    let first = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
    #expect(first["old_path"] as? String == "=somme \"a\".pdf" && first["path_bytes"] as? String == "636166e9")
    let last = try #require(try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any])
    #expect(last["moved"] as? Int == 1 && last["change"] as? String == "summary")
  }
}
