import Foundation
import Testing

/// `ead-convert validate`: exit codes, what goes where, inputs.
@Suite("validate") struct ValidateTests {
  /// Runs with the rules switched off, so that only the schema speaks.
  static func schemaOnly(_ arguments: [String], in folder: Folder, input: Data? = nil) throws -> Command.Outcome {
    try Command.run(["validate", "--profile", "schema"] + arguments, input: input, directory: folder.url)
  }

  // MARK: Exit codes

  @Test("0 for valid finding aids, 1 for errors")
  func zeroAndOne() throws {
    try Folder.with { folder in
      try folder.write("good.xml", DeliveredDocuments.make("a"))
      try folder.write("bad.xml", DeliveredDocuments.make("b", errors: 1))
      let good = try Self.schemaOnly(["good.xml", "--fail-level", "note"], in: folder)
      #expect(good.status == 0, "\(good.text)\(good.errors)")
      #expect(!good.text.contains("good.xml:"))
      let bad = try Self.schemaOnly(["good.xml", "bad.xml"], in: folder)
      #expect(bad.status == 1, "\(bad.errors)")
      #expect(bad.text.contains("bad.xml:5:1: error: "), "\(bad.text)")
      #expect(bad.text.contains("[schema-unknown-element]"))
      #expect(bad.text.contains("unittitel"))
      #expect(bad.leftovers.isEmpty)
      let never = try Self.schemaOnly(["bad.xml", "--fail-level", "never"], in: folder)
      #expect(never.status == 0)
      #expect(never.text.contains("[schema-unknown-element]"))
    }
  }

  @Test("--fail-level warning: a warning is enough")
  func failLevel() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("same"))
      try folder.write("b.xml", DeliveredDocuments.make("same"))
      let usual = try Command.run(["validate", "a.xml", "b.xml"], directory: folder.url)
      #expect(usual.status == 0, "\(usual.text)")
      #expect(usual.text.contains("[id-duplicate-eadid]"))
      for level in ["warning", "note"] {
        let strict = try Command.run(["validate", "a.xml", "b.xml", "--fail-level", level], directory: folder.url)
        #expect(strict.status == 1, "\(level)")
      }
    }
  }

  @Test(
    "2 for what cannot be read to its end, in every report; the others are done",
    arguments: ["text", "json", "jsonl", "sarif", "junit", "github", "html"])
  func unreadable(_ format: String) throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 1))
      try folder.write("b.xml", "<ead><eadheader></ead>")
      try folder.write("d.xml", DeliveredDocuments.make("d", errors: 1))
      let result = try Self.schemaOnly(["a.xml", "b.xml", "c.xml", "d.xml", "--format", format], in: folder)
      #expect(result.status == 2, "\(result.errors)")
      for name in ["a.xml", "b.xml", "c.xml", "d.xml"] { #expect(result.text.contains(name), "\(name)") }
      #expect(result.text.contains("input-unreadable"), "\(result.text)")
      #expect(["xml-tags-cross", "xml-not-well-formed"].contains { result.text.contains($0) }, "\(result.text)")
      #expect(result.text.contains("schema-unknown-element"))
    }
  }

  @Test("no limit and no --fail-level makes up for an unreadable document")
  func unreadableWins() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      try folder.write("b.xml", "<ead>")
      for options in [["--fail-level", "never"], ["--max-errors", "100"], ["--max-error-rate", "100%"]] {
        let result = try Self.schemaOnly(["a.xml", "b.xml"] + options, in: folder)
        #expect(result.status == 2, "\(options)")
        #expect(!result.text.contains("Delivery accepted"), "\(result.text)")
      }
    }
  }

  @Test(
    "64 for wrong usage, and nothing on standard output",
    arguments: [
      ["validate"], ["validate", "a.xml", "--schema", "relaxng"], ["validate", "a.xml", "--schema", "ead.rnc"],
      ["validate", "a.xml", "--schema", "missing.rng"], ["validate", "a.xml", "--profile", "isadgg"],
      ["validate", "a.xml", "--profile", "missing.yml"], ["validate", "a.xml", "--format", "pdf"],
      ["validate", "a.xml", "--report", "report.pdf"], ["validate", "a.xml", "--report", "sarif="],
      ["validate", "a.xml", "--fail-level", "fatal"], ["validate", "a.xml", "--jobs", "0"],
      ["validate", "a.xml", "--max-errors", "few"], ["validate", "a.xml", "--max-error-rate", "1"],
      ["validate", "a.xml", "--max-error-rate", "101%"], ["validate", "a.xml", "--max-error-rate", "five"],
      ["validate", "a.xml", "--sample", "0"], ["validate", "a.xml", "--seed", "7"], ["validate", "a.xml", "--update-baseline"],
      ["validate", "a.xml", "--baseline", "missing.txt"],
      ["validate", "a.xml", "--baseline", "b.txt", "--update-baseline", "--sample", "1"],
      ["validate", "a.xml", "--baseline", "b.txt", "--update-baseline", "--max-errors", "1"],
      ["validate", "a.xml", "--report", "a.xml", "--force"], ["validate", "a.xml", "--report", "r.json", "--report", "./r.json"],
      ["validate", "a.xml", "--output", "/dev/null", "--force"], ["validate", "a.xml", "--since=--output=x"],
    ])
  func usage(_ arguments: [String]) throws {
    try Folder.with { folder in
      let document = DeliveredDocuments.make("a")
      try folder.write("a.xml", document)
      let result = try Command.run(arguments, directory: folder.url)
      #expect(result.status == 64, "\(result.errors)")
      #expect(result.output.isEmpty)
      #expect(!result.errors.isEmpty)
      #expect(folder.files(".") == ["a.xml"])
      #expect(folder.contents("a.xml") == document)
    }
  }

  @Test("nothing to validate is 2")
  func nothing() throws {
    try Folder.with { folder in
      try folder.write("in/notes.txt", "no finding aid")
      let result = try Command.run(["validate", "in"], directory: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("no finding aid was found"), "\(result.errors)")
    }
  }

  // MARK: Inputs

  @Test("standard input, gzip, folders and lists")
  func inputs() throws {
    try Folder.with { folder in
      let document = DeliveredDocuments.make("a", errors: 1)
      try folder.write("in/plain.xml", document)
      try folder.write("in/sub/packed.xml.gz", FindingAids.gzip(DeliveredDocuments.make("b", errors: 1)))
      try folder.write("in/notes.txt", "no finding aid")
      try folder.write("list", Data("in/plain.xml\0in/sub\0".utf8))
      for arguments in [["in"], ["in/plain.xml", "in/sub"], ["--files-from", "list", "-0"]] {
        let result = try Self.schemaOnly(arguments + ["--format", "json"], in: folder)
        #expect(result.status == 1, "\(result.errors)")
        let report = try FindingsJSON(result.output)
        #expect(report.names == ["in/plain.xml", "in/sub/packed.xml.gz"], "\(arguments)")
        #expect(report.rules == ["schema-unknown-element", "schema-unknown-element"], "\(arguments)")
        #expect(report.findings.compactMap { $0["line"] as? Int } == [5, 5])
      }
      let folderRun = try Self.schemaOnly(["in"], in: folder)
      #expect(folderRun.errors.contains("in/notes.txt: note: skipped"), "\(folderRun.errors)")
      let piped = try Self.schemaOnly(["-", "--format", "json"], in: folder, input: Data(document.utf8))
      #expect(piped.status == 1, "\(piped.errors)")
      #expect(try FindingsJSON(piped.output).names == ["-"])
      let named = try Self.schemaOnly(
        ["--files-from", "-", "--format", "json"], in: folder, input: Data("in/plain.xml\n".utf8))
      #expect(try FindingsJSON(named.output).names == ["in/plain.xml"])
    }
  }

  @Test("a list or folder that cannot be read is in the report, and 2")
  func unreadableList() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      let result = try Self.schemaOnly(["a.xml", "--files-from", "missing.txt", "--format", "json"], in: folder)
      #expect(result.status == 2)
      let report = try FindingsJSON(result.output)
      #expect(report.names == ["missing.txt", "a.xml"])
      #expect(report.verdicts == ["unreadable", "valid"])
    }
  }

  @Test(
    "names with control characters, blanks and leading dashes",
    arguments: ["text", "github", "junit", "html", "sarif", "json"])
  func hostileNames(_ format: String) throws {
    try Folder.with { folder in
      let names = ["-x.xml", "a\u{1B}[31m b\n::error::c.xml", "é,%0A:;.xml", "\u{202E}d.xml"]
      for name in names { try folder.write("in/" + name, DeliveredDocuments.make("x", errors: 1)) }
      let result = try Command.run(
        ["validate", "--profile", "schema", "--format", format, "--", "-x.xml", "."],
        directory: folder.url.appendingPathComponent("in"))
      #expect(result.status == 1, "\(result.errors)")
      #expect(MessageTests.isSafe(result.errors), "\(result.errors.debugDescription)")
      #expect(!result.output.contains(0x1B), "\(result.text.debugDescription)")
      if format == "text" || format == "github" {
        #expect(MessageTests.isSafe(result.text), "\(result.text.debugDescription)")
        let lines = result.text.components(separatedBy: "\n")
        #expect(!lines.contains { $0.hasPrefix("::error::") })
        #expect(lines.filter { $0.contains("unittitel") }.count == names.count, "\(result.text)")
      }
      if format == "json" {
        let expected = ["-x.xml"] + names.dropFirst().map { "./" + $0 }
        #expect(try Set(FindingsJSON(result.output).names) == Set(expected))
      }
    }
  }

  // MARK: Batches

  @Test("two documents with one identifier: the later one names the earlier")
  func duplicateIdentifiers() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", DeliveredDocuments.make("F 1"))
      try folder.write("in/b.xml", DeliveredDocuments.make("F 2"))
      try folder.write("in/sub/c.xml", DeliveredDocuments.make("F 1"))
      // The same letter in two forms is two identifiers.
      try folder.write("in/sub/d.xml", DeliveredDocuments.make("\u{E9}"))
      try folder.write("in/sub/e.xml", DeliveredDocuments.make("e\u{301}"))
      for jobs in ["1", "4"] {
        let result = try Command.run(["validate", "in", "--format", "json", "--jobs", jobs], directory: folder.url)
        #expect(result.status == 0, "\(result.text)")
        let report = try FindingsJSON(result.output)
        let found = report.files.filter { file in
          (file["findings"] as? [[String: Any]] ?? []).contains { $0["rule"] as? String == "id-duplicate-eadid" }
        }
        #expect(found.compactMap { $0["file"] as? String } == ["in/sub/c.xml"])
        let finding = report.findings.first { $0["rule"] as? String == "id-duplicate-eadid" }
        #expect(finding?["severity"] as? String == "warning")
        #expect((finding?["message"] as? String)?.contains("in/a.xml") == true, "\(finding ?? [:])")
        #expect((finding?["message"] as? String)?.contains("F 1") == true)
      }
      let off = try Self.schemaOnly(["in"], in: folder)
      #expect(!off.text.contains("id-duplicate-eadid"))
    }
  }

  @Test("the same bytes with any --jobs", arguments: ["text", "json", "jsonl", "sarif", "junit", "github", "html"])
  func jobs(_ format: String) throws {
    try Folder.with { folder in
      for number in 1...12 {
        try folder.write("in/\(number).xml", DeliveredDocuments.make("\(number % 5)", errors: number % 3))
      }
      try folder.write("in/bad.xml", "<ead>")
      var reports: [Data] = []
      for jobs in [["--jobs", "1"], ["--jobs=2"], ["--jobs", "7"], []] {
        let result = try Command.run(["validate", "in", "--format", format] + jobs, directory: folder.url)
        #expect(result.status == 2)
        reports.append(result.output)
      }
      #expect(reports[0].count > 500)
      for other in reports.dropFirst() { #expect(other == reports[0]) }
    }
  }

  @Test("--max-findings: the others are counted, and the report says so")
  func maxFindings() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 9))
      let result = try Self.schemaOnly(["a.xml", "--max-findings", "4", "--format", "json"], in: folder)
      #expect(result.status == 1)
      let report = try FindingsJSON(result.output)
      #expect(report.findings.count == 4)
      #expect(report.count("error") == 9)
      #expect(report.files.first?["omitted"] as? Int == 5)
      let none = try FindingsJSON(Self.schemaOnly(["a.xml", "--max-findings", "0", "--format", "json"], in: folder).output)
      #expect(none.findings.isEmpty)
      #expect(none.count("error") == 9)
      let text = try Self.schemaOnly(["a.xml", "--max-findings", "4"], in: folder)
      #expect(text.text.contains("not listed: 5"), "\(text.text)")
    }
  }

  // MARK: People

  @Test("French, by option and by locale")
  func french() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 1))
      let option = try Self.schemaOnly(["a.xml", "--lang", "fr", "--max-errors", "0"], in: folder)
      #expect(option.status == 1)
      #expect(option.text.contains("a.xml:5:1: erreur: "), "\(option.text)")
      #expect(option.text.contains("[schema-unknown-element]"))
      #expect(option.text.contains("Livraison refusée. Erreurs : 1 ; admises : 0."), "\(option.text)")
      #expect(option.errorLines.last?.hasPrefix("1 document(s) vérifié(s), 1 avec erreurs") == true, "\(option.errors)")
      let locale = try Command.run(
        ["validate", "a.xml"], environment: ["LC_ALL": "", "LANG": "fr_FR.UTF-8"], directory: folder.url)
      #expect(locale.text.contains(": erreur: "), "\(locale.text)")
      let wrong = try Command.run(["validate", "a.xml", "--lang", "fr", "--report", "x.pdf"], directory: folder.url)
      #expect(wrong.status == 64)
      #expect(wrong.errors.contains("quel format"), "\(wrong.errors)")
    }
  }

  @Test("-q: the report and nothing else; errors all the same")
  func quiet() throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder)
      try folder.write("in/notes.txt", "no finding aid")
      let loud = try Self.schemaOnly(["in"], in: folder)
      let quiet = try Self.schemaOnly(["in", "-q"], in: folder)
      #expect(loud.errors.contains("notes.txt"))
      let last = "5 document(s) checked, 2 with errors, 0 unreadable, 3 errors"
      #expect(loud.errorLines.last?.hasPrefix(last) == true, "\(loud.errors)")
      #expect(quiet.errors == "")
      #expect(quiet.text.contains("[schema-unknown-element]"))
      try folder.write("r.json", "old")
      let failed = try Self.schemaOnly(["in", "-q", "--report", "r.json"], in: folder)
      #expect(failed.status == 2)
      #expect(failed.errorLines.count == 1, "\(failed.errors)")
      #expect(failed.errors.hasPrefix("r.json: error: exists already"))
    }
  }

  @Test("no colour in a file, whatever the terminal")
  func noColour() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 1))
      let result = try Command.run(["validate", "a.xml"], environment: ["TERM": "xterm-256color"], directory: folder.url)
      #expect(!result.text.contains("\u{1B}") && !result.errors.contains("\u{1B}"))
    }
  }

  @Test("--help names the exit codes and every option")
  func help() throws {
    let result = try Command.run(["validate", "--help"])
    #expect(result.status == 0)
    #expect(result.errors == "")
    for word in ["Exit codes: 0", "1 findings", "2 something", "64"] { #expect(result.text.contains(word), "\(word)") }
    for option in [
      "--schema", "--profile", "--lenient-namespace", "--no-inline-ignore", "--sample", "--seed", "--since", "--format",
      "--output", "--report", "--force", "--max-findings", "--max-errors", "--max-error-rate", "--baseline",
      "--update-baseline", "--fail-level", "--lang",
      "--quiet", "--verbose", "--jobs", "--files-from", "--null", "--encoding", "--recover", "--max-depth",
    ] {
      #expect(result.text.contains(option), "\(option)")
    }
    let top = try Command.run(["--help"])
    for command in ["validate", "explain", "rules", "convert"] { #expect(top.text.contains(command), "\(command)") }
  }
}
