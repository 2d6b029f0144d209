import Foundation
import Glibc
import Testing

/// Reports of `ead-convert validate`: formats, several at once, what cannot be written; verdict and baseline.
@Suite("reports of validate") struct ValidateReportTests {
  static let formats = ["text", "json", "jsonl", "sarif", "junit", "github", "html"]

  /// Reads a report as its readers do; what it says of itself is left to the tests of the formats.
  private static func check(_ format: String, _ bytes: Data) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    switch format {
    case "json":
      #expect(try FindingsJSON(bytes).count("error") == 3)
    case "jsonl":
      let objects = try text.split(separator: "\n").map { try FindingsJSON(Data($0.utf8)).root }
      #expect(objects.first?["type"] as? String == "header")
      #expect(objects.last?["type"] as? String == "summary")
      #expect(objects.filter { $0["type"] as? String == "finding" }.count == 3)
    case "sarif":
      let root = try FindingsJSON(bytes).root
      #expect(root["version"] as? String == "2.1.0")
      let runs = root["runs"] as? [[String: Any]] ?? []
      #expect(runs.count == 1)
      #expect((runs.first?["results"] as? [Any])?.count == 3)
    case "junit":
      let parsed = try Command.tool("xmllint", ["--noout", "-"], input: bytes)
      #expect(parsed.status == 0, "\(parsed.errors)")
      #expect(text.components(separatedBy: "<failure ").count == 3, "two documents fail one test case each")
    case "github":
      #expect(text.components(separatedBy: "\n").filter { $0.hasPrefix("::error file=in/") }.count == 3, "\(text)")
    case "html":
      #expect(text.hasPrefix("<!DOCTYPE html>"))
      #expect(text.contains("Content-Security-Policy"))
    default:
      #expect(text.components(separatedBy: "\n").filter { $0.hasPrefix("in/") && $0.contains(": error: ") }.count == 3, "\(text)")
    }
  }

  @Test("every format on standard output, with the tool's version, the schemas and the command line", arguments: formats)
  func standardOutput(_ format: String) throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder)
      let result = try ValidateTests.schemaOnly(["in", "--format", format], in: folder)
      #expect(result.status == 1, "\(result.errors)")
      try Self.check(format, result.output)
      let version = try Command.run(["--version"]).text.trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(result.text.contains(version))
      #expect(result.text.contains("--format"), "no command line")
      #expect(result.text.contains("ead-1.1.0-easvalidator.rng"))
      #expect(result.text.contains(#/[0-9a-f]{64}/#), "no digest of a schema")
      let program = try Command.program()
      #expect(!result.text.contains(program), "the place of the command on this machine")
    }
  }

  @Test("--output writes the report to a file")
  func output() throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder)
      let result = try ValidateTests.schemaOnly(["in", "--format", "json", "--output", "new/r.json"], in: folder)
      #expect(result.status == 1)
      #expect(result.output.isEmpty)
      try Self.check("json", try folder.bytes("new/r.json"))
      #expect(result.errors.contains("5 document(s) checked"))
      let dash = try ValidateTests.schemaOnly(["in", "--format", "json", "--output", "-"], in: folder)
      try Self.check("json", dash.output)
    }
  }

  @Test("several reports at once, by format or by ending")
  func several() throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder)
      let named = [
        ("sarif", "sarif=r1"), ("junit", "r2.xml"), ("html", "r3.html"), ("jsonl", "r4.jsonl"), ("json", "json=r5.txt"),
        ("text", "r6.txt"), ("sarif", "r7.sarif"), ("github", "github=out/r8"), ("json", "a=b.json"),
      ]
      let result = try ValidateTests.schemaOnly(["in", "-q"] + named.flatMap { ["--report", $0.1] }, in: folder)
      #expect(result.status == 1, "\(result.errors)")
      try Self.check("text", result.output)
      for (format, argument) in named {
        let sign = argument.firstIndex(of: "=")
        let path = argument == "a=b.json" ? argument : sign.map { String(argument[argument.index(after: $0)...]) } ?? argument
        try Self.check(format, try folder.bytes(path))
      }
      let hidden = folder.files(".").filter { $0.hasPrefix(".") }
      #expect(hidden.isEmpty, "left behind: \(hidden)")
    }
  }

  @Test("a report that exists is replaced with --force only")
  func force() throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder)
      try folder.write("r.sarif", "old")
      let refused = try ValidateTests.schemaOnly(["in", "--report", "r.sarif"], in: folder)
      #expect(refused.status == 2)
      #expect(refused.output.isEmpty, "nothing was validated")
      #expect(folder.contents("r.sarif") == "old")
      let forced = try ValidateTests.schemaOnly(["in", "--report", "r.sarif", "--force"], in: folder)
      #expect(forced.status == 1)
      try Self.check("sarif", try folder.bytes("r.sarif"))
    }
  }

  @Test("a report that cannot be written is 2, and the others are not begun")
  func unwritable() throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder)
      try folder.write("file", "no folder")
      let result = try ValidateTests.schemaOnly(["in", "--report", "good.json", "--report", "file/r.sarif"], in: folder)
      #expect(result.status == 2)
      #expect(result.errors.contains("file/r.sarif: error: cannot be written"), "\(result.errors)")
      #expect(!folder.exists("good.json"))
      #expect(folder.files(".").allSatisfy { !$0.hasPrefix(".") })
    }
  }

  @Test("a disk that fills up costs the report on it, and is 2")
  func fullDisk() throws {
    try Folder.with { folder in
      for number in 1...40 { try folder.write("in/\(number).xml", DeliveredDocuments.make("\(number)", errors: 30)) }
      // Files may have 64 blocks, of 512 bytes or 1 KB by the shell.
      let limited = "ulimit -f 64; exec \"$0\" validate --profile schema \"$@\" >/dev/null"
      let result = try Command.shell(limited, ["in", "--report", "big.json"], directory: folder.url)
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.errors.contains("big.json: error: cannot be written"), "\(result.errors)")
      #expect(!folder.exists("big.json"))
      let whole = try ValidateTests.schemaOnly(["in", "--report", "big.json"], in: folder)
      #expect(whole.status == 1)
      #expect(try folder.bytes("big.json").count > 64 * 1024)
      let full = try Command.shell("exec \"$0\" validate in/1.xml >/dev/full", directory: folder.url)
      #expect(full.status == 2)
      #expect(full.errors.contains("cannot be written"), "\(full.errors)")
    }
  }

  @Test("a reader that goes away ends the command quietly")
  func closedPipe() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 900))
      let result = try Command.shell(
        "{ \"$0\" validate -q a.xml --report r.sarif; echo $? >status; } | head -n 1", directory: folder.url)
      #expect(result.text.contains("unittitel"), "\(result.text)")
      #expect(result.errors == "")
      #expect(["1\n", "141\n"].contains(folder.contents("status")), "\(folder.contents("status") ?? "")")
      #expect(folder.files(".").allSatisfy { !$0.hasPrefix(".r.sarif") })
    }
  }

  @Test("an interrupt leaves no half-written report, and an older one as it was", arguments: [SIGINT, SIGTERM])
  func interrupt(_ signal: Int32) throws {
    try Folder.with { folder in
      try folder.write("out/old.html", "old")
      // A document that never ends. A shell in the background makes its children ignore interrupts; env gives them back.
      let script = """
        mkfifo pipe && exec 3<>pipe && exec /usr/bin/env --default-signal=INT,TERM "$0" validate - \
          --report out/r.sarif --report out/old.html --force <pipe
        """
      let running = try Command.start("/bin/sh", ["-c", script, Command.program()], directory: folder.url)
      var waits = 0
      while folder.files("out").count < 3, waits < 2_000 {
        Thread.sleep(forTimeInterval: 0.01)
        waits += 1
      }
      running.send(signal)
      let result = try running.wait(60)
      #expect(!result.timedOut)
      #expect(result.status == 128 + signal, "\(result.errors)")
      #expect(result.errors.contains("interrupted"), "\(result.errors)")
      #expect(folder.files("out") == ["old.html"], "left behind: \(folder.files("out"))")
      #expect(folder.contents("out/old.html") == "old")
      #expect(result.leftovers.isEmpty)
    }
  }

  // MARK: Verdict

  @Test("limits decide in place of a single error")
  func verdict() throws {
    try Folder.with { folder in
      // Three errors in two of five documents.
      try DeliveredDocuments.fill(folder)
      let cases: [(options: [String], isAccepted: Bool)] = [
        (["--max-errors", "3"], true), (["--max-errors", "2"], false), (["--max-errors", "0"], false),
        (["--max-error-rate", "40%"], true), (["--max-error-rate", "0.4"], true), (["--max-error-rate", "39.99999%"], false),
        (["--max-error-rate", "0,399"], false), (["--max-error-rate", "100 %"], true), (["--max-error-rate", "0"], false),
        (["--max-errors", "3", "--max-error-rate", "10%"], false), (["--max-errors", "1", "--max-error-rate", "50%"], false),
      ]
      for (options, isAccepted) in cases {
        let result = try ValidateTests.schemaOnly(["in", "--format", "json"] + options, in: folder)
        #expect(result.status == (isAccepted ? 0 : 1), "\(options)")
        let summary = try FindingsJSON(result.output).summary
        #expect(summary["accepted"] as? Bool == isAccepted, "\(options)")
        let word = isAccepted ? "Delivery accepted." : "Delivery refused."
        #expect(result.errors.contains(word), "\(result.errors)")
      }
      let text = try ValidateTests.schemaOnly(["in", "--max-errors", "5", "--max-error-rate", "2,5 %"], in: folder)
      let sentence = "Delivery refused. Errors: 3; allowed: 5. Documents with errors: 2 of 5 (40%); allowed: 2.5%."
      #expect(text.text.contains(sentence), "\(text.text)")
      let french = try ValidateTests.schemaOnly(["in", "--max-error-rate", "2.5%", "--lang", "fr"], in: folder)
      #expect(french.text.contains("Documents avec erreurs : 2 sur 5 (40 %) ; admis : 2,5 %."), "\(french.text)")
      for format in Self.formats {
        let report = try ValidateTests.schemaOnly(["in", "--max-errors", "0", "--format", format], in: folder)
        #expect(report.text.contains("Errors: 3; allowed: 0."), "\(format)")
      }
      let without = try FindingsJSON(ValidateTests.schemaOnly(["in", "--format", "json"], in: folder).output)
      #expect(without.summary["accepted"] is NSNull)
    }
  }

  // MARK: Baseline

  @Test("a baseline holds what is known: moved lines stay known, new errors count")
  func baseline() throws {
    try Folder.with { folder in
      try DeliveredDocuments.fill(folder)
      let update = try ValidateTests.schemaOnly(["in", "--baseline", "known.txt", "--update-baseline"], in: folder)
      #expect(update.status == 0, "\(update.errors)")
      #expect(update.errors.contains("Baseline written: 3 finding(s) in known.txt"), "\(update.errors)")
      let first = try #require(folder.contents("known.txt"))

      let known = try ValidateTests.schemaOnly(["in", "--baseline", "known.txt", "--format", "json"], in: folder)
      #expect(known.status == 0, "\(known.text)")
      #expect(try FindingsJSON(known.output).summary["known"] as? Int == 3)
      #expect(try FindingsJSON(known.output).findings.isEmpty)

      // Three lines more above everything.
      try folder.write("in/b.xml", "<!--\n\n\n-->" + DeliveredDocuments.make("b", errors: 2))
      let moved = try ValidateTests.schemaOnly(["in", "--baseline", "known.txt"], in: folder)
      #expect(moved.status == 0, "\(moved.text)")

      try folder.write("in/c.xml", DeliveredDocuments.make("c", errors: 1))
      let more = try ValidateTests.schemaOnly(["in", "--baseline", "known.txt", "--format", "json"], in: folder)
      #expect(more.status == 1)
      #expect(try FindingsJSON(more.output).findings.compactMap { $0["line"] as? Int } == [5])

      // The same findings give the same bytes; the file is replaced without --force.
      try DeliveredDocuments.fill(folder)
      let again = try ValidateTests.schemaOnly(["in", "--baseline", "known.txt", "--update-baseline"], in: folder)
      #expect(again.status == 0)
      #expect(folder.contents("known.txt") == first)
      #expect(folder.files(".").allSatisfy { !$0.hasPrefix(".") })
    }
  }

  @Test("a new baseline holds also what the report does not list, and what it finds across documents")
  func baselineIsComplete() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", DeliveredDocuments.make("same", errors: 7))
      try folder.write("in/b.xml", DeliveredDocuments.make("same"))
      let update = try Command.run(
        ["validate", "in", "--max-findings", "2", "--format", "json", "--baseline", "b.txt", "--update-baseline"],
        directory: folder.url)
      #expect(update.status == 0, "\(update.errors)")
      let report = try FindingsJSON(update.output)
      #expect(report.files.allSatisfy { ($0["findings"] as? [Any])?.count ?? 0 <= 2 })
      let after = try Command.run(
        ["validate", "in", "--baseline", "b.txt", "--fail-level", "note", "--format", "json"], directory: folder.url)
      #expect(after.status == 0, "\(after.text)")
      #expect(try FindingsJSON(after.output).rules == [])
    }
  }

  @Test("a baseline of a document with thousands of findings knows all of them")
  func baselineOfMany() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 9000))
      let update = try ValidateTests.schemaOnly(["a.xml", "-q", "--baseline", "b.txt", "--update-baseline"], in: folder)
      #expect(update.status == 0)
      #expect(update.errors == "")
      let after = try ValidateTests.schemaOnly(["a.xml", "--baseline", "b.txt", "--format", "json"], in: folder)
      #expect(after.status == 0)
      #expect(try FindingsJSON(after.output).summary["known"] as? Int == 9000)
    }
  }

  @Test("documents that cannot be read never enter a baseline")
  func baselineOfUnreadable() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 1))
      try folder.write("b.xml", "<ead>")
      let update = try ValidateTests.schemaOnly(["a.xml", "b.xml", "--baseline", "b.txt", "--update-baseline"], in: folder)
      #expect(update.status == 2)
      #expect(update.errors.contains("[baseline-unreadable]"), "\(update.errors)")
      let after = try ValidateTests.schemaOnly(["a.xml", "b.xml", "--baseline", "b.txt", "--format", "json"], in: folder)
      #expect(after.status == 2)
      #expect(try FindingsJSON(after.output).verdicts == ["valid", "unreadable"])
    }
  }

  @Test("a file that is no baseline is refused, and never replaced without --force")
  func noBaseline() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a", errors: 1))
      try folder.write("notes.txt", "something else\n")
      let result = try ValidateTests.schemaOnly(["a.xml", "--baseline", "notes.txt"], in: folder)
      #expect(result.status == 64)
      #expect(result.errors.contains("notes.txt:1: error: "), "\(result.errors)")
      #expect(folder.contents("notes.txt") == "something else\n")
      let replacing = ["a.xml", "--baseline", "notes.txt", "--update-baseline"]
      let refused = try ValidateTests.schemaOnly(replacing, in: folder)
      #expect(refused.status == 64)
      #expect(folder.contents("notes.txt") == "something else\n")
      let forced = try ValidateTests.schemaOnly(replacing + ["--force"], in: folder)
      #expect(forced.status == 0, "\(forced.errors)")
      #expect(folder.contents("notes.txt")?.contains("schema-unknown-element") == true)
      let onDocument = try ValidateTests.schemaOnly(["a.xml", "--baseline", "a.xml", "--update-baseline"], in: folder)
      #expect(onDocument.status == 64)
      #expect(folder.contents("a.xml") == DeliveredDocuments.make("a", errors: 1))
    }
  }
}
