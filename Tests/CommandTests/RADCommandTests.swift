import EADKit
import Foundation
import Testing

/// `convert --template rad`, by the built command.
@Suite("convert --template") struct RADCommandTests {
  private static let body = """
    <odd type="rights"><p>Held by the board</p></odd><controlaccess><genreform source="rad">Textual record</genreform>\
    </controlaccess><dsc><c level="file"><did><unittitle>Charts<edition>2nd</edition></unittitle></did>\
    <appraisal><p>All kept</p></appraisal></c></dsc>
    """

  private static let plain = "<dsc><c level=\"file\"><did><unittitle>Letters</unittitle></did></c></dsc>"

  @Test("the header has the 90 columns of the template; what is needed besides comes after them")
  func header() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("a", body: Self.body))
      try folder.write("in/b.xml", FindingAids.make("b", body: Self.plain))
      let result = try Command.run(["convert", "in", "--template", "rad", "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let columns = AtoMTemplate.rad.columns.map(\.name)
      #expect(columns.count == 90)
      let (a, b) = (folder.rows("out/a.csv"), folder.rows("out/b.csv"))
      #expect(a.header == columns + ["appraisal"])
      #expect(b.header == columns)
      for rows in [a, b] {
        #expect(rows.rows.count == 2)
        #expect(rows.areAllAsWideAsTheHeader)
        #expect(rows.column("radNoteOnPublishersSeries") == ["", ""])
      }
      #expect(a.column("title") == ["Papers", "Charts"])
      #expect(a.column("radEdition") == ["", "2nd"])
      #expect(a.column("radNoteRights") == ["Held by the board", ""])
      #expect(a.column("radGeneralMaterialDesignation") == ["Textual record", ""])
      #expect(a.column("appraisal") == ["", "All kept"])
      #expect(a.column("culture") == ["en", "en"])

      let screen = try Command.run(["convert", "-q", "in/a.xml", "--template", "rad"], directory: folder.url)
      #expect(screen.status == 0, "\(screen.errors)")
      #expect(try folder.bytes("out/a.csv") == screen.output)
    }
  }

  @Test("without it, and with isad, the file is the same as ever")
  func isad() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a", body: Self.body))
      let silent = try Command.run(["convert", "-q", "a.xml"], directory: folder.url)
      let said = try Command.run(["convert", "-q", "a.xml", "--template", "isad"], directory: folder.url)
      #expect(silent.status == 0 && said.status == 0, "\(silent.errors)\(said.errors)")
      #expect(silent.output == said.output)
      let header = Rows(silent.output).header
      #expect(Array(header.prefix(56)) == AtoMTemplate.isad.columns.map(\.name))
      #expect(header.dropFirst(56) == ["radGeneralMaterialDesignation", "radEdition", "radNoteRights"])
    }
  }

  @Test("one file for all, and files of so many rows", arguments: [Int.max, 2])
  func combined(_ limit: Int) throws {
    try Folder.with { folder in
      for name in ["a", "b", "c"] { try folder.write("in/\(name).xml", FindingAids.make(name, body: Self.plain)) }
      try folder.write("in/d.xml", FindingAids.make("d", body: Self.body))
      var arguments = ["convert", "in", "--template", "rad", "--combine", "all/all.csv"]
      if limit < Int.max { arguments += ["--rows-per-file", String(limit)] }
      let result = try Command.run(arguments, directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let names = folder.files("all")
      #expect(names.count == (limit < Int.max ? 4 : 1))
      var identifiers: [String] = []
      for name in names {
        let rows = folder.rows("all/" + name)
        #expect(Array(rows.header.prefix(90)) == AtoMTemplate.rad.columns.map(\.name), "\(name)")
        #expect(rows.header.dropFirst(90).allSatisfy { $0 == "appraisal" }, "\(name)")
        #expect(rows.areAllAsWideAsTheHeader, "\(name)")
        identifiers += rows.identifiers
      }
      #expect(identifiers.count == 8)
      #expect(Set(identifiers).count == 8)
    }
  }

  @Test("AtoM's CSV is written anew with the columns of the template")
  func rewritten() throws {
    try Folder.with { folder in
      try folder.write(
        "a.csv", "legacyId,title,culture,radNoteOnPublishersSeries,appraisal\nr1,Charts,en,Sheet 7,kept\nr2,Plans,en,,\n")
      let result = try Command.run(
        ["convert", "a.csv", "--to", "atom-csv", "--template", "rad", "-o", "b.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let rows = folder.rows("b.csv")
      #expect(rows.header == AtoMTemplate.rad.columns.map(\.name) + ["appraisal"])
      #expect(rows.column("radNoteOnPublishersSeries") == ["", ""])
      #expect(rows.column("radNotePublishersSeries") == ["Sheet 7", ""])
      #expect(rows.column("appraisal") == ["kept", ""])
      #expect(result.errors.contains("[atom-csv-column-ignored]"))

      let french = try Command.run(["convert", "a.csv", "--to", "ead3", "-o", "out", "--lang", "fr"], directory: folder.url)
      #expect(french.status == 0, "\(french.errors)")
      #expect(french.errors.contains("[atom-csv-column-ignored]"))
      #expect(french.errors.contains("radNotePublishersSeries"))
    }
  }

  @Test("wrong usage: no such template, or a target that has no columns")
  func wrongUsage() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      for target in ["ead2002", "ead3", "atom-ead"] {
        let result = try Command.run(["convert", "a.xml", "--to", target, "--template", "rad"], directory: folder.url)
        #expect(result.status == 64, "\(target): \(result.errors)")
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("--template") && result.errors.contains("--to atom-csv"), "\(result.errors)")
      }
      let unknown = try Command.run(["convert", "a.xml", "--template", "dacs"], directory: folder.url)
      #expect(unknown.status == 64)
      #expect(unknown.output.isEmpty)
      #expect(unknown.errors.contains("dacs"))
      #expect(folder.files("").count == 1)
    }
  }

  @Test("the printed table names every RAD column that EAD can fill")
  func table() throws {
    let result = try Command.run(["crosswalk", "atom-csv"])
    #expect(result.status == 0)
    let columns = Set(
      result.text.components(separatedBy: "\n").map { $0.components(separatedBy: "\t") }.filter { $0.count == 6 }.map { $0[3] })
    let rad = AtoMTemplate.rad.columns.map(\.name).filter { $0.hasPrefix("rad") && $0 != "radNoteOnPublishersSeries" }
    #expect(rad.count > 30)
    for column in rad + ["alternateTitle", "eventPlaces", "eventDescriptions"] { #expect(columns.contains(column), "\(column)") }
    let back = try Command.run(["crosswalk", "atom-to-ead"])
    #expect(back.text.contains("\nradNoteOnPublishersSeries\t"))
    let help = try Command.run(["convert", "--help"])
    #expect(help.text.contains("--template"))
  }
}
