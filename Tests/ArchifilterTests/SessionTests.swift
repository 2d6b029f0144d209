import EADKit
import Foundation
import Testing

@testable import Archifilter

/// A folder of its own for one test.
private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = NSTemporaryDirectory() + "archifilter-session-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

private func options(_ mode: ArchifiltreSession.Mode = .automatic) throws -> ArchifiltreSession.Options {
  var options = ArchifiltreSession.Options(
    timeZone: try LocalTime(), now: 1_790_000_000 * 1_000_000_000, started: "2026-09-21T14:13:20Z", tool: "test")
  options.mode = mode
  return options
}

/// Reads a file made of bytes into a new inventory and gives both.
private func read(
  _ bytes: [UInt8], _ folder: String, mode: ArchifiltreSession.Mode = .automatic
) throws -> (Inventory, ArchifiltreSession.Result) {
  let path = folder + "/input"
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  let inventory = try Inventory(path: folder + "/inventory", access: .write)
  return (inventory, try ArchifiltreSession.read(path: path, into: inventory, options: try options(mode)))
}

/// Every entry: path to node.
private func nodes(_ inventory: Inventory) throws -> [(path: [UInt8], node: Node)] {
  try inventory.read { connection throws(EADError) in
    let cursor = try TreeCursor(connection, withIgnored: true)
    var found: [(path: [UInt8], node: Node)] = []
    while let node = try cursor.next() { found.append((cursor.path, node)) }
    return found
  }
}

private func annotations(_ inventory: Inventory, _ path: String) throws -> [Annotation] {
  try inventory.read { connection throws(EADError) in try Annotations(connection).of(Array(path.utf8)) }
}

private let sessions = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/office/archifiltre-sessions")

private var hasSessions: Bool { FileManager.default.fileExists(atPath: sessions.path) }

@Suite struct SessionTests {
  @Test(
    .enabled(if: hasSessions, "the sample sessions are not here"),
    arguments: [
      ("v13.json", 2, 2, 13, 0, 0), ("v14.json", 2, 2, 13, 0, 0), ("v2.json", 24, 8, 1176, 24, 78),
      ("v2.1.json", 24, 8, 1176, 24, 78), ("v22.json", 24, 8, 1176, 24, 78), ("v30.json", 24, 8, 1176, 24, 78),
    ])
  func sixGenerations(_ name: String, _ files: Int, _ folders: Int, _ bytes: Int, _ digests: Int, _ unmatched: Int) throws {
    try withFolder { folder in
      let data = try Data(contentsOf: sessions.appendingPathComponent(name))
      let (inventory, result) = try read([UInt8](data), folder)
      let all = try nodes(inventory)
      let found = all.filter { $0.node.kind == .file }
      #expect(found.count == files)
      #expect(all.filter { $0.node.kind == .folder }.count == folders)
      #expect(result.run?.files == files)
      #expect(all.first?.node.folder?.files == files)
      #expect(all.first?.node.folder?.folders == folders - 1)
      #expect(all.first?.node.folder?.bytes == bytes)
      #expect(found.filter { $0.node.content?.md5?.count == 16 }.count == digests)
      #expect(all.allSatisfy { $0.node.flags.contains(.listedOnly) })
      let rest = result.findings.filter { $0.rule != "session-hash-unmatched" }
      #expect(rest.isEmpty, "\(rest.map { $0.message() })")
      let argument = result.findings.first { $0.rule == "session-hash-unmatched" }?.arguments.first
      #expect(argument?.hasSuffix("(\(unmatched))") ?? (unmatched == 0))
      if files == 24 {
        #expect(result.annotations == 3)
        #expect(try annotations(inventory, "1ae425d947741").map(\.value) == ["aliasLOL"])
        #expect(try annotations(inventory, "48aae2b5c1d5/389aa6f12f487").map(\.field) == [.description])
        #expect(try annotations(inventory, "").map(\.value) == ["tag1"])
      } else {
        #expect(
          try annotations(inventory, "child/index.csv") == [
            Annotation(path: Array("child/index.csv".utf8), field: .tag, value: "Tag1")
          ])
        // Fractions of milliseconds are kept to the digit.
        #expect(found.first?.node.modified == 1_574_865_257_178_011_500)
      }
    }
  }

  private static let current = #"""
    {"aliases":{"/r/a":"Alias"},"comments":{"/r/a/x.txt":"ligne 1\nligne 2"},"elementsToDelete":["/r/old.doc","/r/gone"],
    "filesAndFolders":{"":{"children":["/r"],"file_last_modified":0,"file_size":0,"id":"","name":"","virtualPath":""},
    "/r":{"children":["/r/a","/r/old.doc","/r/z.zip"],"file_last_modified":0,"file_size":0,"id":"/r","name":"r","virtualPath":"/r"},
    "/r/a":{"children":["/r/a/x.txt","/r/a/\u00e9","/r/a/e\u0301"],"file_last_modified":0,"file_size":0,"id":"/r/a","name":"a","virtualPath":"/r/a"},
    "/r/a/x.txt":{"children":[],"file_last_modified":1500000000000,"file_size":5,"id":"/r/a/x.txt","name":"x.txt","virtualPath":"/r/b/x.txt"},
    "/r/a/\u00e9":{"children":[],"file_last_modified":1500000000000,"file_size":1,"id":"/r/a/\u00e9","name":"\u00e9","virtualPath":"/r/a/\u00e9"},
    "/r/a/e\u0301":{"children":[],"file_last_modified":1500000000000,"file_size":2,"id":"/r/a/e\u0301","name":"e\u0301","virtualPath":"/r/a/e\u0301"},
    "/r/old.doc":{"children":[],"file_last_modified":1400000000000,"file_size":7,"id":"/r/old.doc","name":"old.doc","virtualPath":"/r/old.doc"},
    "/r/z.zip":{"children":["/r/z.zip/in/m.txt"],"file_last_modified":0,"file_size":0,"id":"/r/z.zip","name":"z.zip","virtualPath":"/r/z.zip"},
    "/r/z.zip/in/m.txt":{"children":[],"file_last_modified":1400000000000,"file_size":9,"id":"/r/z.zip/in/m.txt","name":"m.txt","virtualPath":"/r/z.zip/in/m.txt"}},
    "hashes":{"/r/a/x.txt":"0052AA96e1e52f1a0d6489731155dce3","/r/z.zip/in/m.txt":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    "metadata":{"entityMetadataIndex":{"/r/a":["1"]},"id":1,"metadata":{"1":{"entity":"/r/a","id":"1","name":"Cote","content":"12W"}}},
    "originalPath":"/srv/r","overrideLastModified":{"/r/old.doc":1000.5},"sedaConfiguration":{"metadataMapping":{}},
    "sessionName":"n","tags":{"1":{"ffIds":["/r/a","/r/old.doc"],"id":"1","name":"T"}},"version":"4.2.1","novel":{"k":[1]}}
    """#

  @Test func currentGeneration() throws {
    try withFolder { folder in
      let (inventory, result) = try read(Array(Self.current.utf8), folder)
      let all = try nodes(inventory)
      #expect(all.map { FileName.display($0.path) } == ["", "a", "a/e\u{301}", "a/x.txt", "a/\u{e9}", "old.doc", "z.zip"])
      #expect(all.map(\.node.size) == [0, 0, 2, 5, 1, 7, 9])
      #expect(all[3].node.content?.md5?.prefix(3) == [0x00, 0x52, 0xAA])
      #expect(all[6].node.kind == .file)
      #expect(all[6].node.content?.members == 1)
      #expect(all[6].node.content?.sha256 == nil)
      #expect(try annotations(inventory, "a").map(\.field) == [.tag, .title])
      #expect(try annotations(inventory, "a/x.txt").map(\.value) == ["ligne 1\nligne 2", "b/x.txt"])
      #expect(try annotations(inventory, "old.doc").map(\.value) == ["1000500000", "", "T"])
      #expect(try annotations(inventory, "gone").map(\.field) == [.eliminate])
      #expect(Set(result.findings.map(\.rule)) == ["session-unmatched", "session-metadata", "session-key", "session-zip"])
      #expect(result.findings.first { $0.rule == "session-unmatched" }?.arguments == ["gone"])
      #expect(all[0].node.folder?.oldest == 1_400_000_000_000_000_000)
      #expect(all[0].node.folder?.newest == 1_500_000_000_000_000_000)
    }
  }

  @Test func readAgain() throws {
    try withFolder { folder in
      let (inventory, first) = try read(Array(Self.current.utf8), folder)
      let again = try ArchifiltreSession.read(path: folder + "/input", into: inventory, options: try options())
      #expect(again.annotations == first.annotations)
      #expect(try annotations(inventory, "a").count == 2)
      #expect(try nodes(inventory).count == 7)
      // What was said only: the tree and the run stay.
      let said = try ArchifiltreSession.read(path: folder + "/input", into: inventory, options: try options(.annotations))
      #expect(said.run == nil)
      #expect(said.findings.first { $0.rule == "session-unmatched" }?.arguments == ["gone"])
      let runs = try inventory.read { connection throws(EADError) in try RunRecord.all(connection) }
      #expect(runs.count == 2)
    }
  }

  @Test func scanIsNeverReplaced() throws {
    try withFolder { folder in
      let (inventory, _) = try read(Array(Self.current.utf8), folder)
      try inventory.access { connection throws(EADError) in
        try connection.execute("UPDATE run SET kind = 'scan'; UPDATE node SET flags = 0")
      }
      let result = try ArchifiltreSession.read(path: folder + "/input", into: inventory, options: try options())
      #expect(result.run == nil)
      #expect(try nodes(inventory).allSatisfy { $0.node.flags.isEmpty })
      #expect(
        rule { _ = try ArchifiltreSession.read(path: folder + "/input", into: inventory, options: try options(.tree)) }
          == "session-tree-scanned")
    }
  }

  private func rule(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return (error as? EADError)?.finding.rule }
  }

  @Test(arguments: [
    ("{", "session-json"), ("{\"filesAndFolders\":{}", "session-json"), ("{\"filesAndFolders\":{}} x", "session-json"),
    ("{\"a\":1}", "session-unknown"), ("{\"filesAndFolders\":{\"/r\":{\"children\":[\"\\u12\"]}}}", "session-json"),
    ("", "list-unknown"), ("1.0\nbeos\n/x\n", "list-unknown"), ("hello", "list-unknown"), ("{\"a\":[1,]}", "session-json"),
    ("{\"a\":" + String(repeating: "[", count: 100_000), "session-deep"),
  ])
  func broken(_ text: String, _ expected: String) throws {
    try withFolder { folder in
      #expect(rule { _ = try read(Array(text.utf8), folder) } == expected)
    }
  }

  @Test func everyCutOfASessionIsRefused() throws {
    let bytes = Array(Self.current.utf8)
    for count in stride(from: 1, to: bytes.count, by: 7) {
      #expect(throws: EADError.self) { _ = try SessionDocument(Array(bytes[..<count]), file: "cut") }
    }
  }

  @Test func unixList() throws {
    let text = """
      1.0.2
      unix
      /srv/part age
      "/srv/part age/a, b.txt",12,1500000000.5,0052aa96e1e52f1a0d6489731155dce3
      "/srv/part age/d/say "hi".txt",3,1500000000,0052AA96E1E52F1A0D6489731155DCE3
      "/srv/part age/d/new
      line",4,1500000001,0052aa96e1e52f1a0d6489731155dce3
      "/elsewhere/x",4,1500000001,0052aa96e1e52f1a0d6489731155dce3
      nonsense
      "/srv/part age/d/comma";5;1500000000,25;
      """
    try withFolder { folder in
      let (inventory, result) = try read(Array(text.utf8), folder)
      let all = try nodes(inventory)
      #expect(result.run?.kind == "list")
      #expect(
        all.map { FileName.display($0.path) } == [
          "", "a, b.txt", "d", "d/comma", "d/new%0Aline", "d/say \"hi\".txt",
        ])
      #expect(all.map(\.node.size) == [0, 12, 0, 5, 4, 3])
      #expect(all[1].node.modified == 1_500_000_000_500_000_000)
      #expect(all[3].node.modified == 1_500_000_000_250_000_000)
      #expect(all[5].node.content?.md5 == HexDigits.bytes(Array("0052aa96e1e52f1a0d6489731155dce3".utf8)))
      #expect(result.findings.map(\.rule).sorted() == ["list-line", "list-outside"])
      #expect(FileName.display(all[0].node.name) == "part age")
    }
  }

  @Test func firstUnixListHasDateBeforeSize() throws {
    let text = "1.0.0\nunix\n/r\n\"/r/a\",1500000000,12,0052aa96e1e52f1a0d6489731155dce3\n"
    try withFolder { folder in
      let (inventory, result) = try read(Array(text.utf8), folder)
      let all = try nodes(inventory)
      #expect(all.last?.node.size == 12)
      #expect(all.last?.node.modified == 1_500_000_000_000_000_000)
      #expect(result.findings.isEmpty)
    }
  }

  @Test func windowsListInUTF16() throws {
    let text =
      "1.0.1\r\nwindows\r\nC:\\Partage\\Mairie\r\n"
      + "\"c:\\partage\\Mairie\\Délibérations\\a.doc\",7,1500000000,5,0052AA96E1E52F1A0D6489731155DCE3\r\n"
    let bytes: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    try withFolder { folder in
      let (inventory, result) = try read(bytes, folder)
      let all = try nodes(inventory)
      #expect(all.map { FileName.display($0.path) } == ["", "Délibérations", "Délibérations/a.doc"])
      #expect(all.last?.node.modified == 1_500_000_000_500_000_000)
      #expect(all.last?.node.size == 7)
      #expect(result.findings.isEmpty)
      #expect(FileName.display(all[0].node.name) == "Mairie")
    }
  }

  @Test func numbersWithoutRounding() {
    #expect(DecimalDigits.scaled(Array("1574865257178.5486".utf8), power: 6) == 1_574_865_257_178_548_600)
    #expect(DecimalDigits.scaled(Array("-1.5e3".utf8), power: 0) == -1500)
    #expect(DecimalDigits.scaled(Array("1e400".utf8), power: 0) == nil)
    #expect(DecimalDigits.scaled(Array("9223372036854775808".utf8), power: 0) == nil)
    #expect(DecimalDigits.scaled(Array("".utf8), power: 0) == nil)
    #expect(DecimalDigits.scaled(Array("0e9999".utf8), power: 6) == 0)
  }
}
