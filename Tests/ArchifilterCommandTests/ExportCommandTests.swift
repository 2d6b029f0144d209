import Foundation
import Glibc
import Testing

/// Every export of a real tree.
@Suite("archifilter export") struct ExportCommandTests {
  static let formats = [
    "ead2002", "ead3", "atom-csv", "resip-csv", "archifiltre-csv", "file-list", "sha256sum", "duplicates", "duplicate-folders",
    "jsonl",
  ]

  /// Exports one inventory in all formats into files `PREFIX.FORMAT`.
  static func all(_ folder: Workspace, _ inventory: String, prefix: String, _ options: [String] = []) throws {
    for format in formats {
      let result = try Program.run(
        ["export", inventory, "--to", format, "-o", "\(prefix).\(format)"] + options, in: folder)
      #expect(result.status == 0, "\(format): \(result.errors)")
    }
  }

  @Test("files of their owner alone, the same bytes on standard output, never over an existing file")
  func outputs() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      let before = try folder.fingerprint("tree")
      #expect(try ScanCommandTests.scan(folder).status == 0)
      try Self.all(folder, "a.inventory", prefix: "x")
      for format in Self.formats {
        let name = "x." + format
        #expect(folder.mode(name) == 0o600, "\(name)")
        #expect(folder.size(name) > 0, "\(name)")
        let screen = try Program.run(["export", "a.inventory", "--to", format], in: folder)
        #expect(screen.output == (try folder.bytes(name)), "\(name)")
        let again = try Program.run(["export", "a.inventory", "--to", format, "-o", name], in: folder)
        #expect(again.status == 2 && again.errors.contains("output-exists"), "\(name)")
        #expect(try Program.run(["export", "a.inventory", "--to", format, "-o", name, "--force"], in: folder).status == 0)
      }
      let own = try Program.run(["export", "a.inventory", "--to", "jsonl", "-o", "a.inventory", "--force"], in: folder)
      #expect(own.status == 2, "an export never takes the inventory's place")
      #expect(try Program.run(["info", "a.inventory"], in: folder).status == 0)
      #expect(try folder.fingerprint("tree") == before)
    }
  }

  @Test("the same tree gives the same bytes, whatever the number of jobs")
  func deterministic() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      #expect(try ScanCommandTests.scan(folder, ["--jobs", "1"]).status == 0)
      try Self.all(folder, "a.inventory", prefix: "one")
      try folder.makeFolder("other")
      #expect(try ScanCommandTests.scan(folder, ["--jobs", "7"], inventory: "other/a.inventory").status == 0)
      try Self.all(folder, "other/a.inventory", prefix: "seven")
      for format in Self.formats {
        let isSame = try folder.bytes("one." + format) == folder.bytes("seven." + format)
        #expect(isSame, "\(format)")
      }
    }
  }

  @Test("the list of digests is what sha256sum takes, bytes of names included")
  func digests() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      #expect(try ScanCommandTests.scan(folder).status == 0)
      #expect(try Program.run(["export", "a.inventory", "--to", "sha256sum", "-o", "list"], in: folder).status == 0)
      let check = try Program.tool("sh", ["-c", "cd tree && sha256sum --strict -c ../list"], in: folder)
      #expect(check.status == 0, "\(check.text)\(check.errors)")
      let files = try Program.tool(
        "sh", ["-c", "find tree -type f ! -name Thumbs.db ! -name desktop.ini -printf x | wc -c"], in: folder)
      let lines = try folder.text("list").split(separator: "\n").count
      #expect(Int(files.text.trimmingCharacters(in: .whitespacesAndNewlines)) == lines)
    }
  }

  @Test("ead-convert finds nothing wrong in the finding aids and in the sheet for AtoM")
  func valid() throws {
    guard let convert = Program.eadConvert() else { return Program.saySkipped("validating exports: no ead-convert was built") }
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      #expect(try ScanCommandTests.scan(folder).status == 0)
      let variants: [[String]] = [
        [], ["--items", "none"], ["--items", "all", "--checksums"], ["--levels", "versement-w", "--call-number", "12 W"],
        ["--lang", "en", "--no-links"], ["--link-base", "https://archives.example/12W/"], ["--force-dates", "--items", "1"],
      ]
      for options in variants {
        let all =
          options + ["--repository", "Archives municipales", "--agency-code", "FR-441090000", "--creator", "Service urbanisme"]
          + ["--document-language", "fre", "--identifier", "FR_441090000_12W", "--title", "Service de l'urbanisme"]
        for format in ["ead2002", "ead3"] {
          let export = try Program.run(["export", "a.inventory", "--to", format, "-o", "x.xml", "--force"] + all, in: folder)
          #expect(export.status == 0, "\(format) \(options): \(export.errors)")
          let validation = try Program.tool(convert, ["validate", "--fail-level", "warning", "x.xml"], in: folder)
          #expect(validation.status == 0, "\(format) \(options): \(validation.text)\(validation.errors)")
        }
        let sheet = try Program.run(["export", "a.inventory", "--to", "atom-csv", "-o", "x.csv", "--force"] + all, in: folder)
        #expect(sheet.status == 0, "\(options): \(sheet.errors)")
        let check = try Program.tool(convert, ["check", "--fail-level", "warning", "x.csv"], in: folder)
        #expect(check.status == 0, "\(options): \(check.text)\(check.errors)")
      }
      // A versement is no fonds.
      let versement = try Program.run(["export", "a.inventory", "--to", "ead2002", "--levels", "versement-w"], in: folder)
      #expect(versement.text.contains("level=\"recordgrp\"") && !versement.text.contains("level=\"fonds\""))
    }
  }

  @Test("the complete list has every entry that find sees")
  func complete() throws {
    try Workspace.with { folder in
      try OfficeTree.small(folder)
      #expect(try ScanCommandTests.scan(folder).status == 0)
      let list = try Program.run(["export", "a.inventory", "--to", "file-list"], in: folder).text
      for name in ["PV_2014-03-12.txt", "Thumbs.db", "desktop.ini", "03_Vide", ".caché", "lien", "rompu", "tube", "vide.txt"] {
        #expect(list.contains(name), "\(name)")
      }
    }
  }
}
