import Foundation
import Testing

/// Authority records by the built command.
struct EACCommandTests {
  private static let fixtures = Command.repository.appendingPathComponent("Tests/EADKitTests/Fixtures/EACCPF").path
  private static let documents = ["hospice-2010.xml", "keeper-2010-prefixed.xml", "board-eac2.xml"].map { fixtures + "/" + $0 }

  @Test func filesBecomeTwoSheets() throws {
    try Folder.with { folder in
      let run = try Command.run(
        ["convert", "--to", "atom-authority-csv"] + EACCommandTests.documents
          + ["-o", folder.path("a.csv"), "--relations", folder.path("r.csv"), "--loss-report", folder.path("l.jsonl")])
      #expect(run.status == 0, "\(run.errors)")
      let rows = folder.rows("a.csv")
      #expect(rows.header.count == 29)
      #expect(rows.areAllAsWideAsTheHeader)
      #expect(
        rows.column("authorizedFormOfName") == ["Hospice de Sainte-Aube", "Tressel, Ida, 1861-1944", "Harbour Board"])
      let relations = folder.rows("r.csv")
      #expect(relations.header.count == 8)
      #expect(relations.rows.count == 5)
      #expect(run.errors.contains("csv:authority-import"))
      #expect(run.errors.contains("csv:authority-relation-import"))
      #expect((folder.contents("l.jsonl") ?? "").contains("Notice VIAF"))
      #expect(run.leftovers.isEmpty)
    }
  }

  @Test func standardOutputHasOneHeader() throws {
    let run = try Command.run(["convert", "--to", "atom-authority-csv"] + EACCommandTests.documents)
    #expect(run.status == 0, "\(run.errors)")
    #expect(Rows(run.output).rows.count == 3)
    #expect(run.text.components(separatedBy: "\"authorizedFormOfName\"").count == 2)
    #expect(run.errors.contains("eac-relations-unwanted"))
  }

  @Test func otherFilesAreFindingsAndTheRestIsDone() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", try Data(contentsOf: URL(fileURLWithPath: EACCommandTests.documents[0])))
      try folder.write("in/b.xml", "<ead xmlns=\"urn:isbn:1-931666-22-9\"><archdesc level=\"fonds\"/></ead>")
      try folder.write("in/c.xml", "<html/>")
      try folder.write("in/d.xml", "")
      try folder.write("in/e.xml", "<eac-cpf")
      let run = try Command.run(["convert", "--to", "atom-authority-csv", folder.path("in"), "-o", folder.path("a.csv")])
      #expect(run.status == 2)
      #expect(folder.rows("a.csv").rows.count == 1)
      for rule in ["eac-is-ead", "eac-not-eac", "xml-empty"] { #expect(run.errors.contains("[\(rule)]"), "\(rule)") }
      #expect(run.errors.contains("--to atom-csv"))
    }
  }

  @Test func eacIsNoFindingAid() throws {
    try Folder.with { folder in
      for target in ["atom-csv", "ead3", "atom-ead"] {
        let document = EACCommandTests.documents[0]
        let run = try Command.run(["convert", "--to", target, document, "-o", folder.path("out-" + target)])
        #expect(run.status == 2)
        #expect(run.errors.contains("eac-instead-of-ead"), "\(target): \(run.errors)")
        #expect(run.errors.contains("--to atom-authority-csv"))
      }
      let validated = try Command.run(["validate", EACCommandTests.documents[0]])
      #expect(validated.text.contains("EAC-CPF 2010") || validated.errors.contains("EAC-CPF 2010"))
      let second = try Command.run(["validate", EACCommandTests.documents[2]])
      #expect(second.status == 0, "\(second.text)\(second.errors)")
    }
  }

  @Test func aSheetBecomesFiles() throws {
    try Folder.with { folder in
      let arguments = [
        "convert", "--from", "atom-authority-csv", "--to", "eac-cpf", EACCommandTests.fixtures + "/authorities.csv", "--relations",
        EACCommandTests.fixtures + "/relations.csv", "--output",
      ]
      let epoch = ["SOURCE_DATE_EPOCH": "1700000000"]
      let run = try Command.run(arguments + [folder.path("out")], environment: epoch)
      #expect(run.status == 0, "\(run.errors)")
      #expect(folder.files("out") == ["AUT-3-2.xml", "AUT-3.xml", "FR-AUT 7.xml", "moss-r.xml"])
      #expect(try folder.text("out/moss-r.xml").contains("2023-11-14T22:13:20Z"))
      let again = try Command.run(arguments + [folder.path("again")], environment: epoch)
      #expect(again.status == 0)
      for name in folder.files("out") { #expect(try folder.bytes("out/" + name) == folder.bytes("again/" + name)) }
      let validated = try Command.run(["validate", folder.path("out")])
      #expect(validated.status == 0, "\(validated.text)\(validated.errors)")
      // An existing file stays.
      try folder.write("out/AUT-3.xml", "mine")
      #expect(try Command.run(arguments + [folder.path("out")]).status == 2)
      #expect(try folder.text("out/AUT-3.xml") == "mine")
      #expect(try Command.run(arguments + [folder.path("out"), "--force"]).status == 0)
      #expect(try folder.text("out/AUT-3.xml") != "mine")
    }
  }

  @Test func lossesCountWhenAsked() throws {
    try Folder.with { folder in
      let run = try Command.run(
        ["convert", "--to", "atom-authority-csv", EACCommandTests.documents[0], "-o", folder.path("a.csv"), "--fail-on-loss"])
      #expect(run.status == 1)
      #expect(folder.exists("a.csv"))
    }
  }

  @Test func wrongUsageIsSaid() throws {
    let sheet = EACCommandTests.fixtures + "/authorities.csv"
    let cases: [([String], String)] = [
      (["--to", "atom-csv", "--relations", "r.csv", "a.xml"], "--relations"),
      (["--to", "eac-cpf", "--from", "ead3", sheet, "-o", "out"], "--from"),
      (["--to", "atom-authority-csv", "--from", "atom-csv", "a.xml"], "--from"),
      (["--to", "ead3", "--from", "atom-authority-csv", sheet], "--from"),
      (["--to", "atom-authority-csv", "--validate", "a.xml"], "--validate"),
      (["--to", "atom-authority-csv", "--relations", "-", "a.xml"], "--relations"),
    ]
    for (arguments, word) in cases {
      let run = try Command.run(["convert"] + arguments)
      #expect(run.status == 64, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(word))
    }
  }

  @Test func aSheetInTheWrongPlaceIsCalledByItsName() throws {
    try Folder.with { folder in
      for target in ["atom-csv", "atom-authority-csv"] {
        let sheet = EACCommandTests.fixtures + "/authorities.csv"
        let run = try Command.run(["convert", "--to", target, sheet, "-o", folder.path("o.csv")])
        #expect(run.status == 2)
        #expect(run.errors.contains("[eac-csv-instead]"), "\(target): \(run.errors)")
        #expect(!folder.exists("o.csv"))
      }
    }
  }

  @Test func oneNameTwiceIsSaid() throws {
    try Folder.with { folder in
      let document = try Data(contentsOf: URL(fileURLWithPath: EACCommandTests.documents[1]))
      let paths = [try folder.write("1.xml", document), try folder.write("2.xml", document)]
      let run = try Command.run(["convert", "--to", "atom-authority-csv", "-o", folder.path("a.csv")] + paths)
      #expect(run.errors.contains("[eac-same-name]"))
      #expect(folder.rows("a.csv").rows.count == 2)
    }
  }

  @Test func theTableIsPrinted() throws {
    for language in ["en", "fr"] {
      let run = try Command.run(["crosswalk", "eac", "--lang", language])
      #expect(run.status == 0)
      let lines = run.text.components(separatedBy: "\n").filter { !$0.isEmpty }
      #expect(lines.count > 60)
      #expect(lines.dropFirst().allSatisfy { $0.components(separatedBy: "\t").count == 6 })
    }
  }
}
