import EADKit
import Foundation
import Testing

@testable import Archifilter

@Suite struct ListsExportTests {
  @Test func fileListHasEveryEntry() throws {
    let sample = try InventorySample(.nasty)
    let (bytes, summary) = try sample.export(.fileList, try InventorySample.options())
    let records = try #require(SheetCells.records(bytes))
    #expect(records.count == 16)
    #expect(summary.written == 16)
    let paths = records.compactMap { $0["path"] }
    #expect(paths.first == ".")
    #expect(paths.contains("'=1+1.txt"), "guarded, and the apostrophe takes off again")
    #expect(paths.contains("a\"b;c.txt"))
    #expect(paths.contains("100%.pdf"))
    let odd = try #require(records.first { $0["path"] == "caf%E9.txt" })
    #expect(odd["path_bytes"] == "636166e92e747874")
    #expect(records.first { $0["path"] == "100%.pdf" }?["path_bytes"] == "")
    #expect(records.first { $0["path"] == "Thumbs.db" }?["ignored_by"] == "Thumbs.db")
    #expect(records.first { $0["path"] == "lien" }?["target"] == "../ailleurs")
    #expect(records.first { $0["path"] == "tube" }?["kind"] == "special")
    let pdf = try #require(records.first { $0["path"] == "100%.pdf" })
    #expect(pdf["puid"] == "fmt/18")
    #expect(pdf["basis"] == "signature")
    #expect(pdf["modified_utc"] == "2020-03-31T23:30:00Z")
    #expect(pdf["modified_local"]?.hasPrefix("2020-04-01T01:30:00") == true)
  }

  @Test func byteOrderMarkOnlyWhenAskedFor() throws {
    let sample = try InventorySample(.nasty)
    var options = try InventorySample.options()
    let plain = try sample.export(.fileList, options).bytes
    options.byteOrderMark = true
    let marked = try sample.export(.fileList, options).bytes
    #expect(marked == [0xEF, 0xBB, 0xBF] + plain)
    let import1 = try sample.export(.resipCSV, options).bytes
    #expect(!import1.starts(with: [0xEF, 0xBB, 0xBF]))
  }

  @Test func jsonLinesAreJSONAndKeepBytes() throws {
    let sample = try InventorySample(
      .nasty, annotations: [Annotation(path: Array("Budget".utf8), field: .tag, value: "à \"voir\"")])
    let (bytes, summary) = try sample.export(.jsonLines, try InventorySample.options())
    let lines = bytes.split(separator: 0x0A)
    #expect(lines.count == 16)
    #expect(summary.written == 16)
    var objects: [[String: Any]] = []
    for line in lines {
      objects.append(try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]))
    }
    #expect(objects.allSatisfy { $0["path"] is String && $0.keys.contains("puid") })
    let odd = objects.first { $0["path_hex"] as? String == "636166e92e747874" }
    #expect(odd?["path"] as? String == "caf%E9.txt")
    let budget = objects.first { $0["path"] as? String == "Budget" }
    #expect((budget?["annotations"] as? [String: [String]])?["tag"] == ["à \"voir\""])
    #expect(objects.first { $0["path"] as? String == "100%.pdf" }?["puid"] as? String == "fmt/18")
    #expect(String(decoding: lines[0], as: UTF8.self).hasPrefix("{\"id\":1,\"parent\":0,\"depth\":0,\"path\":\"\""))
  }

  @Test func sha256sumChecksItsOwnList() throws {
    // Real files, real digests: the system's program is the judge.
    let folder = NSTemporaryDirectory() + "sha256sum-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let hello: [UInt8] = [
      0x2C, 0xF2, 0x4D, 0xBA, 0x5F, 0xB0, 0xA3, 0x0E, 0x26, 0xE8, 0x3B, 0x2A, 0xC5, 0xB9, 0xE2, 0x9E, 0x1B, 0x16, 0x1E, 0x5C,
      0x1F, 0xA7, 0x42, 0x5E, 0x73, 0x04, 0x33, 0x62, 0x93, 0x8B, 0x98, 0x24,
    ]
    let names: [[UInt8]] = [
      Array("a b.txt".utf8), Array("x\ny".utf8), Array("d\\e".utf8), Array("Icon\r".utf8), Array("*s".utf8), [0x63, 0xE9],
    ]
    for name in names {
      let descriptor = open(
        Array(folder.utf8CString.dropLast()).map { $0 } + [0x2F] + name.map { CChar(bitPattern: $0) } + [0], O_CREAT | O_WRONLY, 0o600)
      #expect(descriptor >= 0)
      _ = "hello".withCString { write(descriptor, $0, 5) }
      close(descriptor)
    }
    let sample = try InventorySample(
      .folder("r", names.map { name in SampleEntry.file(name, 5).with { $0.sha256 = hello } } + [.file("sans", 1)]))
    let (bytes, summary) = try sample.export(.sha256sum, try InventorySample.options())
    #expect(summary.written == names.count)
    #expect(summary.leftOut["export-without-digest"] == 1)
    #expect(summary.findings.map(\.rule) == ["export-sha256sum-missing"])
    let list = folder + ".list"
    try Data(bytes).write(to: URL(fileURLWithPath: list))
    defer { try? FileManager.default.removeItem(atPath: list) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    process.arguments = ["--strict", "--quiet", "-c", list]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)

    var options = try InventorySample.options()
    options.separatedByNUL = true
    let separated = try sample.export(.sha256sum, options).bytes
    #expect(separated.split(separator: 0).count == names.count)
    #expect(separated.split(separator: 0).contains { $0.dropFirst(66).elementsEqual(Array("x\ny".utf8)) })
  }
}
