import EADKit
import Testing

@testable import Archifilter

@Suite struct ResipCSVExportTests {
  @Test func rowsForFoldersAndFiles() throws {
    let sample = try InventorySample(.nasty)
    let (bytes, summary) = try sample.export(.resipCSV, try InventorySample.options())
    let rows = try #require(SheetCells.rows(bytes))
    #expect(rows[0].prefix(5) == ["ID", "ParentID", "File", "Content.DescriptionLevel", "Content.Title"])
    #expect(rows.allSatisfy { $0.count == rows[0].count })
    let records = try #require(SheetCells.records(bytes))
    // The whole, two folders, nine files and the one inside; neither link, special file nor what is ignored.
    #expect(records.count == 13)
    #expect(summary.written == 13)
    let ids = records.compactMap { $0["ID"] }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A) } })
    #expect(records[0]["File"] == ".")
    #expect(records[0]["ParentID"] == "")
    #expect(records.dropFirst().allSatisfy { ids.contains($0["ParentID"] ?? "") })
    let inside = try #require(records.first { $0["File"] == "Budget/2020.pdf" })
    #expect(inside["Content.StartDate"] == "2020-04-01")
    #expect(inside["Content.DescriptionLevel"] == "Item")
    #expect(records[0]["Content.DescriptionLevel"] == "Fonds")
    #expect(records.contains { $0["File"] == "=1+1.txt" }, "data of an import are never changed")
  }

  @Test func namesThatReSIPCannotOpen() throws {
    let sample = try InventorySample(.nasty)
    let (bytes, summary) = try sample.export(.resipCSV, try InventorySample.options())
    let records = try #require(SheetCells.records(bytes))
    let odd = try #require(records.first { $0["Content.OriginatingSystemId"] == "caf%E9.txt" })
    #expect(odd["File"] == "")
    #expect(odd["Content.Description"]?.contains("caf%E9.txt") == true)
    #expect(summary.findings.first { $0.rule == "export-resip-name" }?.arguments == ["1"])
  }

  @Test func eliminationTagsAndTitles() throws {
    func path(_ text: String) -> [UInt8] { Array(text.utf8) }
    let sample = try InventorySample(
      .folder("R", [.folder("A", [.file("x", 1), .folder("B", [.file("y", 1)])]), .file("z.txt", 1)]),
      annotations: [
        Annotation(path: path("A"), field: .eliminate, value: ""),
        Annotation(path: path("z.txt"), field: .tag, value: "eau"), Annotation(path: path("z.txt"), field: .tag, value: "voirie"),
        Annotation(path: path("z.txt"), field: .title, value: "Plan"),
      ])
    let (bytes, summary) = try sample.export(.resipCSV, try InventorySample.options())
    let records = try #require(SheetCells.records(bytes))
    #expect(records.count == 2)
    #expect(summary.leftOut["export-to-eliminate"] == 4)
    #expect(records[1]["Content.Title"] == "Plan")
    #expect(records[1]["Content.CustodialHistory.CustodialHistoryItem"]?.contains("z.txt") == true)
    #expect(records[1]["Content.Tag.0"] == "eau")
    #expect(records[1]["Content.Tag.1"] == "voirie")
    #expect(records[0]["Content.Tag.0"] == "")
  }

  @Test func sameBytesTwice() throws {
    let first = try InventorySample(.nasty).export(.resipCSV, try InventorySample.options()).bytes
    let second = try InventorySample(.nasty).export(.resipCSV, try InventorySample.options()).bytes
    #expect(first == second)
  }
}
