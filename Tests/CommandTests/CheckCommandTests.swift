import Foundation
import Testing

/// `ead-convert check` as a person runs it.
@Suite("check") struct CheckCommandTests {
  static let good = """
    legacyId,parentId,title,levelOfDescription,language,culture
    a-1,,Town council,Fonds,fr,fr
    a-2,a-1,Minutes,Série,fr,fr

    """
  static let bad = """
    legacyId,parentId,title,levelOfDescription,language,culture
    a-1,,Town council,Fonds,fre,fr
    a-2,a-1,Minutes,Series,fr,fr

    """

  @Test("a sheet that AtoM takes as it stands is done with 0, one that stops AtoM with 1, each place named")
  func exitCodes() throws {
    try Folder.with { folder in
      try folder.write("good.csv", Self.good)
      try folder.write("bad.csv", Self.bad)
      let good = try Command.run(["check", "good.csv"], directory: folder.url)
      #expect(good.status == 0, "\(good.text)\(good.errors)")
      let bad = try Command.run(["check", "bad.csv"], directory: folder.url)
      #expect(bad.status == 1)
      #expect(bad.text.contains("bad.csv:2: error: row 2, column “language”: "), "\(bad.text)")
      #expect(bad.text.contains("[sheet-language-invalid]"))
      #expect(bad.text.contains("bad.csv:3: warning: row 3, column “levelOfDescription”: "))
      #expect(try Command.run(["check", "bad.csv", "--fail-level", "never"], directory: folder.url).status == 0)
      #expect(try Command.run(["check", "good.csv", "--fail-level", "warning"], directory: folder.url).status == 0)
      let french = try Command.run(["check", "--lang", "fr", "bad.csv"], directory: folder.url)
      #expect(french.text.contains("ligne 2, colonne « language » : "), "\(french.text)")
      let missing = try Command.run(["check", "none.csv", "good.csv"], directory: folder.url)
      #expect(missing.status == 2)
      try folder.write("other.csv", "a,b\n1,2\n")
      #expect(try Command.run(["check", "other.csv"], directory: folder.url).status == 2)
    }
  }

  @Test("JSON names row, field and value; SARIF, JUnit, GitHub and HTML are written from the same run")
  func formats() throws {
    try Folder.with { folder in
      try folder.write("bad.csv", Self.bad)
      let result = try Command.run(
        [
          "check", "bad.csv", "--format", "json", "--report", "r.sarif", "--report", "r.xml", "--report", "r.html", "--report",
          "r.jsonl", "--report", "github=r.gh",
        ], directory: folder.url)
      #expect(result.status == 1, "\(result.errors)")
      let json = try #require(try JSONSerialization.jsonObject(with: result.output) as? [String: Any])
      let files = try #require(json["files"] as? [[String: Any]])
      let findings = try #require(files.first?["findings"] as? [[String: Any]])
      let finding = try #require(findings.first { $0["rule"] as? String == "sheet-language-invalid" })
      #expect(finding["row"] as? Int == 2)
      #expect(finding["spreadsheetRow"] as? Int == 2)
      #expect(finding["field"] as? String == "language")
      #expect(finding["value"] as? String == "fre")
      #expect(finding["line"] as? Int == 2)
      for name in ["r.sarif", "r.xml", "r.html", "r.jsonl", "r.gh"] {
        let text = String(decoding: try folder.bytes(name), as: UTF8.self)
        #expect(text.contains("sheet-language-invalid"), "\(name)")
      }
    }
  }

  @Test("several files are one import: parents of an earlier file are known to a later one")
  func severalFiles() throws {
    try Folder.with { folder in
      try folder.write("1.csv", "legacyId,parentId,title,culture\na-1,,A,en\n")
      try folder.write("2.csv", "legacyId,parentId,title,culture\na-2,a-1,B,en\n")
      let inOrder = try Command.run(["check", "1.csv", "2.csv"], directory: folder.url)
      #expect(inOrder.status == 0, "\(inOrder.text)")
      let reversed = try Command.run(["check", "2.csv", "1.csv"], directory: folder.url)
      #expect(reversed.status == 1)
      #expect(reversed.text.contains("2.csv:2: error: row 2, column “parentId”"), "\(reversed.text)")
      #expect(reversed.text.contains("[sheet-parent-later]"))
      let alone = try Command.run(["check", "2.csv"], directory: folder.url)
      #expect(alone.text.contains("[sheet-parent-unknown]"), "\(alone.text)")
    }
  }

  @Test("what a baseline knows is not told again; --since leaves unchanged files out but reads them")
  func baselineAndSince() throws {
    try Folder.with { folder in
      try folder.write("bad.csv", Self.bad)
      let made = try Command.run(
        ["check", "bad.csv", "--baseline", "known.txt", "--update-baseline"], directory: folder.url)
      #expect(made.status == 0, "\(made.errors)")
      let known = try Command.run(["check", "bad.csv", "--baseline", "known.txt"], directory: folder.url)
      #expect(known.status == 0, "\(known.text)")
      // A row above moves the places, not the findings.
      try folder.write("bad.csv", Self.bad.replacingOccurrences(of: "\na-1,", with: "\na-0,,New,Fonds,fr,fr\na-1,"))
      #expect(try Command.run(["check", "bad.csv", "--baseline", "known.txt"], directory: folder.url).status == 0)

      guard Command.isProgram("/usr/bin/git") else { return }
      let git = """
        git init -q . && git config user.email a@b.c && git config user.name n && git add -A && git commit -qm one
        """
      #expect(try Command.shell(git, directory: folder.url).status == 0)
      let unchanged = try Command.run(["check", "bad.csv", "--since", "HEAD"], directory: folder.url)
      #expect(unchanged.status == 0, "\(unchanged.text)\(unchanged.errors)")
      try folder.write("more.csv", "legacyId,parentId,title,culture\nb-1,a-2,B,en\n")
      let later = try Command.run(["check", "bad.csv", "more.csv", "--since", "HEAD"], directory: folder.url)
      #expect(later.status == 0, "\(later.text)\(later.errors)")
      #expect(!later.text.contains("bad.csv:"))
    }
  }

  @Test("--fix writes a copy that passes, lists every change, and changes nothing the second time")
  func correction() throws {
    try Folder.with { folder in
      try folder.write("bad.csv", Self.bad)
      let result = try Command.run(["check", "--fix", "-o", "fixed.csv", "bad.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.text)\(result.errors)")
      #expect(result.text.contains("fix-language"), "\(result.text)")
      #expect(result.text.contains("fix-term"))
      let fixed = try folder.bytes("fixed.csv")
      #expect(String(decoding: fixed, as: UTF8.self).contains("\"Série\""))
      #expect(try Command.run(["check", "fixed.csv", "--fail-level", "warning"], directory: folder.url).status == 0)
      let again = try Command.run(["check", "--fix", "-o", "again.csv", "fixed.csv"], directory: folder.url)
      #expect(again.status == 0)
      #expect(try folder.bytes("again.csv") == fixed)
      #expect(!again.text.contains("[fix-"), "\(again.text)")

      // Nothing is replaced unasked, and never the source.
      #expect(try Command.run(["check", "--fix", "-o", "fixed.csv", "bad.csv"], directory: folder.url).status == 2)
      #expect(try Command.run(["check", "--fix", "--force", "-o", "bad.csv", "bad.csv"], directory: folder.url).status == 64)
      #expect(try String(decoding: folder.bytes("bad.csv"), as: UTF8.self) == Self.bad)
      // Usage.
      #expect(try Command.run(["check", "--fix", "bad.csv"], directory: folder.url).status == 64)
      #expect(try Command.run(["check", "--fix", "-o", "-", "bad.csv"], directory: folder.url).status == 64)
      // A link to standard output, of which no file may take the place; only looked at where nobody could write there.
      if getuid() != 0 {
        let arguments = ["check", "--fix", "--force", "-o", "/dev/stdout", "bad.csv"]
        #expect(try Command.run(arguments, directory: folder.url).status == 64)
      }
      #expect(try Command.run(["check", "--diff", "bad.csv"], directory: folder.url).status == 64)
      #expect(try Command.run(["check", "--fix", "-o", "x.csv", "bad.csv", "fixed.csv"], directory: folder.url).status == 64)
    }
  }

  @Test("--diff shows old and new, and writes nothing by itself")
  func difference() throws {
    try Folder.with { folder in
      try folder.write("bad.csv", Self.bad)
      let result = try Command.run(["check", "--fix", "--diff", "bad.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.text.contains("--- bad.csv"))
      #expect(result.text.contains("\n-fre\n+fr\n"), "\(result.text)")
      #expect(result.text.contains("\n-Series\n+Série\n"))
      #expect(folder.files("").filter { $0.hasSuffix(".csv") } == ["bad.csv"])
    }
  }

  @Test("what the site has is read from files, and a file that is none is wrong usage")
  func site() throws {
    try Folder.with { folder in
      try folder.write("r.csv", "legacyId,title,repository,culture\na-1,A,Archives of Townhall,en\n")
      let unchecked = try Command.run(["check", "r.csv"], directory: folder.url)
      #expect(unchecked.text.contains("[sheet-repository-unchecked]"), "\(unchecked.text)")
      try folder.write("repositories.txt", "Another archives\n")
      let unknown = try Command.run(["check", "r.csv", "--repositories", "repositories.txt"], directory: folder.url)
      #expect(unknown.text.contains("[sheet-repository-new]"), "\(unknown.text)")
      try folder.write("repositories.csv", "identifier,authorizedFormOfName,culture\n1,Archives of Townhall,en\n")
      let known = try Command.run(["check", "r.csv", "--repositories", "repositories.csv"], directory: folder.url)
      #expect(!known.text.contains("sheet-repository"), "\(known.text)")
      #expect(try Command.run(["check", "r.csv", "--repositories", "none.csv"], directory: folder.url).status == 64)
    }
  }

  @Test("--verbose tells the kind of sheet, sample values, and AtoM's own checks by their titles")
  func verbose() throws {
    try Folder.with { folder in
      try folder.write("good.csv", Self.good)
      let result = try Command.run(["check", "-v", "good.csv"], directory: folder.url)
      for text in ["archival descriptions", "title: Town council", "Culture Check", "Parent check", "Event Value Count Test"] {
        #expect(result.errors.contains(text), "\(text): \(result.errors)")
      }
    }
  }

  @Test("what convert writes passes")
  func ownOutput() throws {
    try Folder.with { folder in
      let converted = try Command.run(
        ["convert", Command.samples, "-o", "out", "--default-culture", "en"], directory: folder.url)
      #expect(converted.status == 0, "\(converted.errors)")
      let result = try Command.run(["check", "out", "--fail-level", "warning"], directory: folder.url)
      #expect(result.status == 0, "\(result.text)")
    }
  }

  @Test("explain and rules know every rule of check")
  func explained() throws {
    let rules = try Command.run(["rules"])
    let names = rules.text.split(separator: "\n").filter { $0.hasPrefix("sheet-") }.map { $0.split(separator: "\t")[0] }
    #expect(names.count > 90)
    for name in names {
      let page = try Command.run(["explain", String(name)])
      #expect(page.status == 0 && page.text.hasPrefix("# \(name)"), "\(name)")
    }
  }
}
