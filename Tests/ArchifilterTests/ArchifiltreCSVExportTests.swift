import EADKit
import Testing

@testable import Archifilter

@Suite struct ArchifiltreCSVExportTests {
  @Test func columnsAndDates() throws {
    let (bytes, summary) = try InventorySample(.nasty).export(.archifiltreCSV, try InventorySample.options())
    let rows = try #require(SheetCells.rows(bytes))
    #expect(
      rows[0] == [
        "", "chemin", "longueur du chemin", "nom", "extension", "poids (octets)", "date de première modification",
        "date de dernière modification", "nouvelle date de première modification",
        "nouvelle date de dernière modification", "nouveau chemin", "nouveau nom", "description", "fichier/répertoire",
        "profondeur", "nombre de fichiers", "type",
      ])
    #expect(rows.allSatisfy { $0.count == 17 })
    #expect(rows.count - 1 == summary.written)
    #expect(rows[1][1] == "/Mairie")
    let pdf = try #require(rows.first { $0[1] == "/Mairie/Budget/2020.pdf" })
    #expect(pdf[2] == "23")
    #expect(pdf[4] == ".pdf")
    #expect(pdf[5] == "1234")
    #expect(pdf[6] == "01/04/2020", "the month of the place, not of UTC")
    let folder = try #require(rows.first { $0[1] == "/Mairie/Budget" })
    #expect(folder[5] == "1234")
    #expect(folder[13] == "répertoire")
    #expect(rows.contains { $0[1] == "/Mairie/Vide" })
    #expect(summary.findings.contains { $0.rule == "export-archifiltre-empty" })
    #expect(summary.leftOut["export-no-file"] == 2)
  }

  @Test func digestsMarksAndTags() throws {
    let tree = SampleEntry.folder(
      "R", [.folder("A", [.file("x", 3, content: 1)]), .file("y", 3, content: 1), .file("z", 4, content: 2)])
    let sample = try InventorySample(
      tree,
      annotations: [
        Annotation(path: Array("A".utf8), field: .eliminate, value: ""),
        Annotation(path: Array("A".utf8), field: .tag, value: "eau"),
      ])
    var options = try InventorySample.options(.english)
    options.withDigests = true
    let (bytes, summary) = try sample.export(.archifiltreCSV, options)
    let rows = try #require(SheetCells.rows(bytes))
    #expect(
      rows[0].suffix(5) == ["hash (MD5)", "duplicate", "To be deleted", "tag0 : eau", "hash (SHA-256)"])
    let inside = try #require(rows.first { $0[1] == "/R/A/x" })
    #expect(Array(inside.suffix(5).dropLast()) == ["", "Yes", "To be deleted", "eau"])
    #expect(inside.last == String(repeating: "01", count: 32))
    let other = try #require(rows.first { $0[1] == "/R/z" })
    #expect(Array(other.suffix(5).dropLast()) == ["", "No", "", ""])
    #expect(summary.findings.contains { $0.rule == "export-archifiltre-md5" })
  }

  @Test func md5WhereThereIsOne() throws {
    let tree = SampleEntry.folder("R", [.file("x", 3).with { $0.md5 = Array(repeating: 0xAB, count: 16) }])
    var options = try InventorySample.options()
    options.withDigests = true
    let rows = try #require(SheetCells.rows(try InventorySample(tree).export(.archifiltreCSV, options).bytes))
    #expect(rows[0].suffix(2) == ["empreinte (MD5)", "redondance"])
    #expect(rows[2].suffix(2) == [String(repeating: "ab", count: 16), "Non"])
  }
}
