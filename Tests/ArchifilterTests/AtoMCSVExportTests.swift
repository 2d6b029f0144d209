import EADKit
import Foundation
import Testing

@testable import Archifilter

@Suite struct AtoMCSVExportTests {
  /// Errors and warnings of `ead-convert check`.
  private func findings(_ bytes: [UInt8]) throws -> [String] {
    let path = NSTemporaryDirectory() + "atom-" + UUID().uuidString + ".csv"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let checker = try SheetChecker(options: SheetCheckOptions())
    let summary = checker.check(path)
    #expect(summary?.type == .description)
    return checker.finish().flatMap(\.findings).filter { $0.severity > .note }.map { $0.line() }
  }

  @Test(arguments: [MessageLanguage.french, .english]) func checkIsClean(language: MessageLanguage) throws {
    let sample = try InventorySample(
      .nasty, annotations: [Annotation(path: Array("Budget".utf8), field: .tag, value: "finances|budget")])
    var options = try InventorySample.options(language)
    options.description.repository = "Archives municipales"
    options.description.creator = "Commune de Trifouilly"
    options.description.documentLanguages = ["fre"]
    options.description.checksums = true
    let (bytes, summary) = try sample.export(.atomCSV, options)
    #expect(try findings(bytes) == [])
    #expect(summary.written == 13)
    let records = try #require(SheetCells.records(bytes, separator: ","))
    #expect(records.count == 13)
    #expect(records[0]["parentId"] == "")
    #expect(records[0]["levelOfDescription"] == "Fonds")
    #expect(records[0]["repository"] == "Archives municipales")
    #expect(records[0]["eventActors"] == "Commune de Trifouilly")
    #expect(records.allSatisfy { $0["culture"] == language.rawValue && $0["language"] == "fr" })
    #expect(records.allSatisfy { $0["publicationStatus"] == (language == .french ? "Ébauche" : "Draft") })
    let inside = try #require(records.first { $0["alternativeIdentifiers"]?.hasPrefix("Budget/2020.pdf") == true })
    #expect(inside["eventTypes"] == (language == .french ? "Création/Production" : "Creation"))
    #expect(inside["eventStartDates"] == "2020-04-01")
    #expect(inside["eventDescriptions"]?.isEmpty == false)
    #expect(inside["levelOfDescription"] == (language == .french ? "Pièce" : "Item"))
    #expect(inside["digitalObjectURI"] == "")
    #expect(records.contains { $0["subjectAccessPoints"] == "finances\u{A6}budget" })
    #expect(summary.findings.contains { $0.rule == "export-atom-pipe" })
  }

  @Test func deepFoldersHaveLevelsOfAtoM() throws {
    var tree = SampleEntry.folder("fond", [.file("x.txt", 1)])
    for depth in (1...8).reversed() { tree = .folder("niveau \(depth)", [tree, .file("n\(depth).txt", 1)]) }
    let sample = try InventorySample(.folder("R", [tree, .folder("dossier", [.file("y", 1)])]))
    let (bytes, _) = try sample.export(.atomCSV, try InventorySample.options())
    #expect(try findings(bytes) == [])
  }

  @Test func longTitlesAreCutAndSaid() throws {
    let sample = try InventorySample(
      .folder("R", [.file("x.txt", 1)]),
      annotations: [Annotation(path: Array("x.txt".utf8), field: .title, value: String(repeating: "é", count: 700))])
    let (bytes, summary) = try sample.export(.atomCSV, try InventorySample.options())
    #expect(summary.findings.first { $0.rule == "export-atom-cut" }?.arguments == ["1"])
    let records = try #require(SheetCells.records(bytes, separator: ","))
    let title = try #require(records[1]["title"])
    #expect(title.utf8.count <= 1_024)
    #expect(title.hasSuffix("…"))
  }

  @Test func unknownLanguagesAreSaid() throws {
    var options = try InventorySample.options()
    options.description.documentLanguages = ["fre", "klingon"]
    let (_, summary) = try InventorySample(.nasty).export(.atomCSV, options)
    #expect(summary.findings.first { $0.rule == "export-atom-language" }?.arguments == ["klingon"])
  }
}
