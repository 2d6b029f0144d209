import Foundation
import Glibc
import Testing

/// `archifilter scan` and what reads its inventory, as a person runs them.
@Suite("archifilter") struct ScanCommandTests {
  static func scan(_ folder: Workspace, _ options: [String] = [], inventory: String = "a.inventory") throws -> Program.Outcome {
    try Program.run(["scan", "tree", "--inventory", inventory] + options, in: folder)
  }

  @Test("a first scan counts what find counts, and changes nothing in the tree")
  func account() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      let before = try folder.fingerprint("tree")
      let result = try Self.scan(folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try folder.fingerprint("tree") == before)
      #expect(folder.mode("a.inventory") == 0o600)
      #expect(!folder.exists("a.inventory-wal"), "the log goes when the scan is done")
      let entries = try Program.tool("sh", ["-c", "find tree -printf x | wc -c"], in: folder).text
      let total = try #require(Int(entries.trimmingCharacters(in: .whitespacesAndNewlines)))
      // Files + folders + links + specials + ignored + unreadable = entries, the folder itself among them.
      let line = try #require(result.errors.components(separatedBy: "\n").first { $0.hasPrefix("Files ") })
      let numbers = line.split { !$0.isNumber }.compactMap { Int($0) }
      try #require(numbers.count == 7, "\(line)")
      #expect(numbers[0..<6].reduce(0, +) == numbers[6])
      #expect(numbers[6] == total, "\(line); find: \(total)")
      #expect(numbers[2] == 2 && numbers[3] == 1 && numbers[4] == 2 && numbers[5] == 0, "\(line)")
    }
  }

  @Test("a second scan says what was added, changed, moved and removed")
  func second() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      #expect(try Self.scan(folder).status == 0)
      let unchanged = try Self.scan(folder)
      #expect(unchanged.status == 0, "\(unchanged.errors)")
      #expect(unchanged.errors.contains("added 0, changed 0, moved 0, removed 0"), "\(unchanged.errors)")
      try folder.write("tree/01_Conseil/nouveau.txt", "new")
      try folder.write("tree/01_Conseil/Délibérations/n° 2.txt", "deux, corrigé")
      folder.removeFiles(["tree/.caché"])
      rename(folder.path("tree/01_Conseil/Délibérations/n° 1.txt"), folder.path("tree/02_Urbanisme/n° 1.txt"))
      let changed = try Self.scan(folder)
      #expect(changed.status == 0, "\(changed.errors)")
      let line = try #require(changed.errors.components(separatedBy: "\n").first { $0.contains("Since the last scan") })
      #expect(line.contains("added 1,") && line.contains("moved 1,") && line.contains("removed 1,"), "\(line)")
    }
  }

  @Test("what cannot be read is said, and ends with 2 unless that is accepted")
  func unreadable() throws {
    guard geteuid() != 0 else { return Program.saySkipped("unreadable folders: the tests run as root, who reads everything") }
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      chmod(folder.path("tree/02_Urbanisme"), 0)
      defer { chmod(folder.path("tree/02_Urbanisme"), 0o755) }
      let result = try Self.scan(folder)
      #expect(result.status == 2)
      #expect(result.errors.contains("02_Urbanisme"), "\(result.errors)")
      #expect(try Self.scan(folder, ["--errors-ok"], inventory: "b.inventory").status == 0)
    }
  }

  @Test("a folder whose name is not UTF-8 is scanned under its own bytes")
  func rawRoot() throws {
    try Workspace.with { folder in
      try folder.write("tree/a.txt", "a")
      let script = "mv tree \"$(printf 'arch\\351')\" && exec \"$0\" scan \"$(printf 'arch\\351')\" --inventory a.inventory"
      let result = try Program.shell(script, in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let list = try Program.run(["export", "a.inventory", "--to", "file-list"], in: folder)
      #expect(list.text.contains("a.txt"))
    }
  }

  @Test(
    "wrong usage ends with 64 and makes nothing",
    arguments: [
      ["scan", "tree"], ["scan", "tree", "-i", "a", "--jobs", "0"], ["scan", "tree", "-i", "a", "--digests", "some"],
      ["scan", "tree", "-i", "a", "--no-ignore", "--ignore-rules", "x"], ["scan", "tree", "-i", "a", "--digests", "none", "--md5"],
      ["export", "a", "--to", "word"], ["export", "a", "--to", "ead3", "--items", "0"], ["findings", "a", "--report", "x.unknown"],
      ["explain", "no-such-rule"],
    ])
  func usage(_ arguments: [String]) throws {
    try Workspace.with { folder in
      try folder.makeFolder("tree")
      let result = try Program.run(arguments, in: folder)
      #expect(result.status == 64, "\(result.errors)")
      #expect(!folder.exists("a"))
    }
  }

  @Test("a folder that is not there, and an inventory that is not there, end with 2")
  func missing() throws {
    try Workspace.with { folder in
      let scan = try Self.scan(folder)
      #expect(scan.status == 2, "\(scan.errors)")
      #expect(scan.errors.contains("scan-root-missing"))
      for command in [["info"], ["findings"], ["export", "--to", "jsonl"]] {
        let result = try Program.run(command + ["none.inventory"], in: folder)
        #expect(result.status == 2, "\(command)")
        #expect(result.errors.contains("inventory-missing"), "\(result.errors)")
        #expect(!folder.exists("none.inventory"))
      }
    }
  }

  @Test("the ignore rules that are printed are those that are taken, and may be edited")
  func ignoreRules() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      let rules = try Program.run(["ignore-rules"], in: folder)
      #expect(rules.status == 0)
      #expect(rules.text.contains("Thumbs.db"))
      try folder.write("rules.tsv", rules.output)
      #expect(try Self.scan(folder).status == 0)
      #expect(try Self.scan(folder, ["--ignore-rules", "rules.tsv"], inventory: "b.inventory").status == 0)
      let usual = try Program.run(["export", "a.inventory", "--to", "file-list"], in: folder).text
      #expect(try Program.run(["export", "b.inventory", "--to", "file-list"], in: folder).text == usual)
      let all = try Self.scan(folder, ["--no-ignore"], inventory: "c.inventory")
      #expect(all.errors.contains("ignored 0 "), "\(all.errors)")
    }
  }

  @Test("info in words and in JSON; findings in every form")
  func reading() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      #expect(try Self.scan(folder).status == 0)
      let info = try Program.run(["info", "a.inventory"], in: folder)
      #expect(info.status == 0 && !info.text.isEmpty, "\(info.errors)")
      let json = try Program.run(["info", "a.inventory", "--format", "json"], in: folder)
      #expect(try JSONSerialization.jsonObject(with: json.output) is [String: Any])
      let french = try Program.run(["info", "a.inventory", "--lang", "fr"], in: folder)
      #expect(french.text != info.text)

      let found = try Program.run(
        ["findings", "a.inventory", "--fail-level", "never", "--report", "r.json", "--report", "r.jsonl", "--report", "r.sarif"]
          + ["--report", "r.xml", "--report", "r.html", "--report", "github=r.gh"], in: folder)
      #expect(found.status == 0, "\(found.errors)")
      for name in ["r.json", "r.sarif"] {
        #expect(try JSONSerialization.jsonObject(with: folder.bytes(name)) is [String: Any], "\(name)")
      }
      #expect(try folder.text("r.sarif").contains("\"name\":\"archifilter\""))
      // An empty folder and an empty file are in the tree.
      #expect(found.text.contains("03_Vide") && found.text.contains("vide.txt"), "\(found.text)")
      #expect(try Program.run(["findings", "a.inventory", "--fail-level", "note"], in: folder).status == 1)
      #expect(try Program.run(["findings", "a.inventory", "--report", "r.json"], in: folder).status == 2, "r.json is there")
    }
  }

  @Test("two inventories are compared, a moved file by its digest")
  func compare() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      #expect(try Self.scan(folder).status == 0)
      rename(folder.path("tree/01_Conseil/Délibérations/n° 1.txt"), folder.path("tree/premier.txt"))
      try folder.write("tree/neuf.txt", "tout neuf")
      #expect(try Self.scan(folder, inventory: "b.inventory").status == 0)
      let same = try Program.run(["compare", "a.inventory", "a.inventory", "--exit-code"], in: folder)
      #expect(same.status == 0, "\(same.text)\(same.errors)")
      let other = try Program.run(["compare", "a.inventory", "b.inventory", "--format", "jsonl", "--exit-code"], in: folder)
      #expect(other.status == 1, "\(other.errors)")
      #expect(other.text.contains("premier.txt") && other.text.contains("neuf.txt"), "\(other.text)")
      #expect(other.text.contains("moved") && other.text.contains("added"))
    }
  }

  @Test("a session of Archifiltre becomes an inventory that every export takes")
  func session() throws {
    let sessions = Program.repository.deletingLastPathComponent().path + "/shared/office/archifiltre-sessions"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: sessions))?.filter { $0.hasSuffix(".json") } ?? []
    guard !files.isEmpty else { return Program.saySkipped("sessions of Archifiltre: none beside the checkout") }
    for file in files.sorted() {
      try Workspace.with { folder in
        let result = try Program.run(["import", sessions + "/" + file, "--inventory", "s.inventory"], in: folder)
        #expect([0, 1].contains(result.status), "\(file): \(result.errors)")
        #expect(folder.mode("s.inventory") == 0o600)
        for format in ExportCommandTests.formats {
          let export = try Program.run(["export", "s.inventory", "--to", format], in: folder)
          #expect(export.status == 0, "\(file), \(format): \(export.errors)")
        }
      }
    }
  }
}
