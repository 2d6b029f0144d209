import CommandLineSupport
import Foundation
import Testing

/// `convert` to EAD and out of AtoM's CSV, by the built command.
@Suite("convert to EAD") struct ConvertEADTests {
  /// An import of AtoM's: each line `legacyId,parentId,identifier,title,level`.
  static func csv(_ rows: [String]) -> String {
    (["legacyId,parentId,identifier,title,levelOfDescription"] + rows).joined(separator: "\n") + "\n"
  }

  static let twoFonds = csv([
    "f1,,F 1,Harbour board,Fonds", "f1-1,f1,1,Minutes,Series", "f1-1-1,f1-1,2,Minutes 1901,File",
    "f2,,F 2,Town council,Fonds", "f2-1,f2,1,Letters,Series",
  ])

  static let oneFonds = csv(["g1,,G 1,Parish,Fonds", "g1-1,g1,1,Registers,Series"])

  /// Changes of the last line: what is in the result in another form.
  private func countedChanges(_ outcome: Command.Outcome) -> Int? {
    guard let last = outcome.errorLines.last else { return nil }
    let parts = last.components(separatedBy: ", ")
    return parts.count == 8 ? Int(parts[6].components(separatedBy: " ")[0]) : nil
  }

  // MARK: Finding aids

  @Test("every sample becomes a valid file of the same name, with all its units", arguments: ["ead3", "ead2002", "atom-ead"])
  func samples(_ target: String) throws {
    try Folder.with { folder in
      let rows = try Command.run(["convert", Command.samples, "-o", "csv"], directory: folder.url)
      let result = try Command.run(["convert", Command.samples, "--to", target, "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.isEmpty)
      #expect(result.leftovers.isEmpty)
      let names = folder.files("csv").map { $0.replacingOccurrences(of: ".csv", with: ".xml") }
      #expect(names.count >= 3)
      #expect(folder.files("out") == names)
      #expect(result.countedRows == rows.countedRows)
      #expect(result.errorLines.last?.hasPrefix("\(names.count) finding aid(s) written, ") == true, "\(result.errors)")
      #expect(result.errors.contains(target == "atom-ead" ? "import:bulk --index out" : "ead-convert validate out"))
      let valid = try Command.run(["validate", "--profile", "schema", "out"], directory: folder.url)
      #expect(valid.status == 0, "\(valid.text)")
    }
  }

  @Test("--to names what the root says")
  func roots() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      let ead3 = try Command.run(["convert", "-q", "a.xml", "--to", "ead3"], directory: folder.url)
      #expect(ead3.text.contains("<ead xmlns=\"http://ead3.archivists.org/schema/\""), "\(ead3.text.prefix(300)) \(ead3.errors)")
      #expect(ead3.text.contains("<control"))
      let back = try Command.run(["convert", "-q", "-", "--to", "ead2002"], input: ead3.output, directory: folder.url)
      #expect(back.text.contains("xmlns=\"urn:isbn:1-931666-22-9\""), "\(back.text.prefix(300)) \(back.errors)")
      #expect(back.text.contains("<eadheader"))
      let plain = try Command.run(
        ["convert", "-q", "a.xml", "--to", "ead2002", "--form", "ead2002-dtd"], directory: folder.url)
      #expect(plain.text.contains("<!DOCTYPE ead"), "\(plain.text.prefix(300)) \(plain.errors)")
      let atom = try Command.run(["convert", "-q", "a.xml", "--to", "atom-ead"], directory: folder.url)
      #expect(atom.text.contains("<ead") && !atom.text.contains("xmlns"), "\(atom.text.prefix(300)) \(atom.errors)")
      for result in [ead3, back, plain, atom] {
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.text.contains("Letters 1"))
        #expect(result.errors == "")
      }
    }
  }

  @Test("--components, --indent and --timestamp do what they say")
  func formOptions() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      func ead3(_ options: [String]) throws -> Command.Outcome {
        let result = try Command.run(
          ["convert", "-q", "a.xml", "--to", "ead3"] + options, environment: ["SOURCE_DATE_EPOCH": "1000000000"],
          directory: folder.url)
        #expect(result.status == 0, "\(options): \(result.errors)")
        return result
      }
      let kept = try ead3([])
      #expect(kept.text.contains("<c ") && !kept.text.contains("<c01"))
      #expect(try ead3(["--components", "numbered"]).text.contains("<c01 "))
      let wide = try ead3(["--indent", "4"])
      #expect(wide.text.contains("\n    <"))
      let flat = try ead3(["--indent", "0"])
      #expect(flat.output.count < kept.output.count && kept.output.count < wide.output.count)
      #expect(!kept.text.contains("2001-09-09"))
      #expect(try ead3(["--timestamp", "now"]).text.contains("2001-09-09T01:46:40Z"))
      #expect(try ead3(["--timestamp", "2026-07-01"]).text.contains("2026-07-01"))
    }
  }

  @Test("standard input, standard output and a file hold the same bytes")
  func streams() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      let screen = try Command.run(["convert", "-q", "a.xml", "--to", "ead3"], directory: folder.url)
      let file = try Command.run(["convert", "-q", "a.xml", "--to", "ead3", "-o", "new/b.xml"], directory: folder.url)
      let below = try Command.run(["convert", "-q", "a.xml", "--to", "ead3", "-o", "out"], directory: folder.url)
      let pipe = try Command.shell("cat a.xml | \"$0\" convert -q - --to ead3", directory: folder.url)
      for result in [screen, file, below, pipe] { #expect(result.status == 0, "\(result.errors)") }
      #expect(!screen.output.isEmpty)
      #expect(pipe.output == screen.output)
      #expect(pipe.leftovers.isEmpty)
      #expect(folder.contents("new/b.xml") == screen.text)
      #expect(folder.contents("out/a.xml") == screen.text)
      #expect(folder.files("new") == ["b.xml"])
    }
  }

  @Test("the same bytes with any --jobs")
  func jobs() throws {
    try Folder.with { folder in
      for number in 1...6 { try folder.write("in/s\(number).xml", DeliveredDocuments.make("s-\(number)")) }
      try folder.write("in/bad.xml", "<ead>")
      for jobs in ["1", "4"] {
        let result = try Command.run(
          ["convert", "in", "--to", "ead3", "--jobs", jobs, "-o", "out\(jobs)", "--loss-report", "l\(jobs).jsonl"],
          directory: folder.url)
        #expect(result.status == 2)
      }
      #expect(folder.files("out1").count == 6)
      #expect(folder.files("out1") == folder.files("out4"))
      for name in folder.files("out1") { #expect(folder.contents("out1/" + name) == folder.contents("out4/" + name), "\(name)") }
      #expect(folder.contents("l1.jsonl") == folder.contents("l4.jsonl"))
    }
  }

  @Test("bad among good: exit status 2, nothing half-written, the good ones done")
  func badAmongGood() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", DeliveredDocuments.make("a"))
      try folder.write("in/cut.xml", String(DeliveredDocuments.make("b", errors: 3).prefix(900)))
      try folder.write("in/letter.xml", "<letter>not a finding aid</letter>")
      try folder.write("old/cut.xml", "old\n")
      let result = try Command.run(["convert", "in", "--to", "ead3", "-o", "out"], directory: folder.url)
      #expect(result.status == 2)
      #expect(folder.files("out") == ["a.xml"])
      #expect(result.errorLines.filter { $0.hasPrefix("in/cut.xml:") && $0.contains(": error: ") }.count == 1)
      #expect(result.errorLines.contains { $0.hasPrefix("in/letter.xml:") && $0.contains(": error: ") })
      #expect(result.leftovers.isEmpty)

      let forced = try Command.run(["convert", "in/cut.xml", "--to", "ead3", "-o", "old", "--force"], directory: folder.url)
      #expect(forced.status == 2)
      #expect(folder.contents("old/cut.xml") == "old\n")
      #expect(folder.files("old") == ["cut.xml"])

      let screen = try Command.run(["convert", "in/cut.xml", "--to", "ead3"], directory: folder.url)
      #expect(screen.status == 2)
      #expect(screen.output.isEmpty)
    }
  }

  @Test("a file that exists is only replaced with --force, and an input never")
  func existing() throws {
    try Folder.with { folder in
      let source = DeliveredDocuments.make("a")
      try folder.write("in/a.xml", source)
      try folder.write("out/a.xml", "old\n")
      let refused = try Command.run(["convert", "in", "--to", "ead3", "-o", "out"], directory: folder.url)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("out/a.xml: error:") && refused.errors.contains("[output-exists]"))
      #expect(folder.contents("out/a.xml") == "old\n")
      let forced = try Command.run(["convert", "in", "--to", "ead3", "-o", "out", "--force"], directory: folder.url)
      #expect(forced.status == 0, "\(forced.errors)")
      #expect(folder.contents("out/a.xml")?.contains("<control") == true)
      #expect(folder.files("out") == ["a.xml"])

      let itself = try Command.run(["convert", "in", "--to", "ead3", "-o", "in", "--force"], directory: folder.url)
      #expect(itself.status == 64)
      #expect(itself.errors.contains("[output-is-input]"))
      #expect(folder.contents("in/a.xml") == source)
    }
  }

  @Test("--validate reports what the schema refuses in the input")
  func validates() throws {
    try Folder.with { folder in
      try folder.write("bad.xml", DeliveredDocuments.make("b", errors: 2))
      try folder.write("good.xml", DeliveredDocuments.make("a"))
      let bad = try Command.run(["convert", "bad.xml", "--to", "ead3", "-o", "out", "--validate"], directory: folder.url)
      #expect(bad.status == 1, "\(bad.errors)")
      #expect(bad.errorLines.contains { $0.hasPrefix("bad.xml:") && $0.contains(": error: ") && $0.contains("unittitel") })
      #expect(folder.files("out") == ["bad.xml"])
      let good = try Command.run(["convert", "good.xml", "--to", "ead3", "-o", "out", "--validate"], directory: folder.url)
      #expect(good.status == 0, "\(good.errors)")
    }
  }

  @Test("an interrupt leaves nothing behind")
  func interrupt() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.large(components: 80_000))
      try folder.makeFolder("out")
      let running = try Command.start(
        "/usr/bin/env", ["--default-signal=INT,TERM", Command.program(), "convert", "a.xml", "--to", "ead3", "-o", "out"],
        directory: folder.url)
      var waits = 0
      while folder.files("out").isEmpty, waits < 1_000 {
        Thread.sleep(forTimeInterval: 0.01)
        waits += 1
      }
      running.send(SIGINT)
      let result = try running.wait(60)
      #expect(result.status == 130, "\(result.errors)")
      #expect(folder.files("out").isEmpty, "left behind: \(folder.files("out"))")
      #expect(result.leftovers.isEmpty)
    }
  }

  // MARK: The account

  @Test("losses and changes: three formats and the last line agree; only losses fail")
  func account() throws {
    try Folder.with { folder in
      let result = try Command.run(
        ["convert", Command.samples, "--to", "ead3", "-o", "out", "--loss-report", "l.jsonl", "--loss-report", "l.csv"]
          + ["--loss-report", "l.html"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let kinds = try LossReportTests.objects(folder.bytes("l.jsonl")).compactMap { $0["kind"] as? String }
      #expect(kinds.filter { $0 == "loss" }.count == result.countedLosses)
      #expect(kinds.filter { $0 == "change" }.count == countedChanges(result))
      let records = try #require(StrictCSV.records(folder.bytes("l.csv")), "not RFC 4180")
      #expect(records.dropFirst().map { $0[6] } == kinds)
    }
  }

  @Test("a value in another form is a change: listed, and no reason to fail")
  func changes() throws {
    try Folder.with { folder in
      // EAD3 writes days with hyphens.
      let document = DeliveredDocuments.make("a").replacingOccurrences(of: "normal=\"1902\"", with: "normal=\"19020315\"")
      try folder.write("a.xml", document)
      let result = try Command.run(
        ["convert", "a.xml", "--to", "ead3", "-o", "out", "--loss-report", "l.jsonl", "--loss-report", "l.html"],
        directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let entries = try LossReportTests.objects(folder.bytes("l.jsonl"))
      let change = entries.first { $0["text"] as? String == "19020315" }
      #expect(change?["kind"] as? String == "change", "\(entries)")
      #expect(change?["reason"] as? String == "changed")
      #expect((countedChanges(result) ?? 0) >= 1)
      #expect(result.errors.contains("in another form"))
      #expect(folder.contents("out/a.xml")?.contains("1902-03-15") == true)
      let page = try folder.text("l.html")
      #expect(page.contains("<span class=\"kind\">change</span>") && page.contains("19020315"))

      let strict = try Command.run(
        ["convert", "-q", "a.xml", "--to", "ead3", "-o", "strict", "--fail-on-loss"], directory: folder.url)
      #expect(strict.status == (result.countedLosses == 0 ? 0 : 1))
    }
  }

  @Test("the summary is French with --lang fr")
  func french() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      let result = try Command.run(
        ["convert", "a.xml", "--to", "atom-ead", "-o", "out", "--lang", "fr"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("Étape suivante"))
      #expect(result.errors.contains("php symfony import:bulk --index out/a.xml"))
      #expect(result.errorLines.last?.hasPrefix("1 instrument(s) écrit(s), 2 unités de description, ") == true, "\(result.errors)")
    }
  }

  // MARK: AtoM's CSV

  @Test("a CSV is recognised; its only finding aid has the name of the file", arguments: ["ead3", "ead2002", "atom-ead"])
  func oneFindingAid(_ target: String) throws {
    try Folder.with { folder in
      try folder.write("parish.csv", Self.oneFonds)
      let result = try Command.run(["convert", "parish.csv", "--to", target, "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(folder.files("out") == ["parish.xml"])
      #expect(result.countedRows == 2)
      let valid = try Command.run(["validate", "--profile", "schema", "out"], directory: folder.url)
      #expect(valid.status == 0, "\(valid.text)")
      let screen = try Command.run(["convert", "-q", "parish.csv", "--to", target], directory: folder.url)
      #expect(screen.text == folder.contents("out/parish.xml"))
      let pipe = try Command.shell("cat parish.csv | \"$0\" convert -q - --to \(target)", directory: folder.url)
      #expect(pipe.status == 0, "\(pipe.errors)")
      #expect(pipe.output == screen.output)
      #expect(pipe.leftovers.isEmpty)
    }
  }

  @Test("several finding aids: a file each, and no single file or screen holds them")
  func severalFindingAids() throws {
    try Folder.with { folder in
      try folder.write("all.csv", Self.twoFonds)
      let result = try Command.run(["convert", "all.csv", "--to", "ead3", "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let names = folder.files("out")
      #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("all-F") && $0.hasSuffix(".xml") }, "\(names)")
      let texts = try names.map { try folder.text("out/" + $0) }
      #expect(texts.filter { $0.contains("Harbour board") && $0.contains("Minutes 1901") && !$0.contains("Letters") }.count == 1)
      #expect(texts.filter { $0.contains("Town council") && $0.contains("Letters") && !$0.contains("Minutes") }.count == 1)
      #expect(result.leftovers.isEmpty)

      for destination in [[], ["-o", "one.xml"]] {
        let one = try Command.run(["convert", "all.csv", "--to", "ead3"] + destination, directory: folder.url)
        #expect(one.status == 2)
        #expect(one.output.isEmpty)
        #expect(one.errors.contains("[several-outputs]"), "\(one.errors)")
        #expect(!folder.exists("one.xml"))
        #expect(one.leftovers.isEmpty)
      }
    }
  }

  @Test("of several finding aids all are written, or none")
  func allOrNone() throws {
    try Folder.with { folder in
      try folder.write("all.csv", Self.twoFonds)
      let first = try Command.run(["convert", "-q", "all.csv", "--to", "ead3", "-o", "out"], directory: folder.url)
      #expect(first.status == 0, "\(first.errors)")
      let names = folder.files("out")
      let last = try #require(names.last)
      try folder.write("again/" + last, "old\n")
      let refused = try Command.run(["convert", "all.csv", "--to", "ead3", "-o", "again"], directory: folder.url)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("[output-exists]"))
      #expect(folder.files("again") == [last])
      #expect(folder.contents("again/" + last) == "old\n")
      let forced = try Command.run(["convert", "all.csv", "--to", "ead3", "-o", "again", "--force"], directory: folder.url)
      #expect(forced.status == 0, "\(forced.errors)")
      #expect(folder.files("again") == names)
      for name in names { #expect(folder.contents("again/" + name) == folder.contents("out/" + name)) }
    }
  }

  @Test("no finding aid takes the place of another input's, whatever its identifier", arguments: ["1", "4"])
  func taken(_ jobs: String) throws {
    try Folder.with { folder in
      try folder.write("all.csv", Self.csv(["x,,A,One,Fonds", "y,,B,Two,Fonds"]))
      try folder.write("all-A.xml", DeliveredDocuments.make("a"))
      let result = try Command.run(
        ["convert", "all.csv", "all-A.xml", "--to", "ead3", "-o", "out", "--jobs", jobs, "--force"], directory: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("[output-collision]"), "\(result.errors)")
      #expect(folder.files("out") == ["all-A.xml"])
      #expect(folder.contents("out/all-A.xml")?.contains("Letters 1") == true)
    }
  }

  @Test("several CSV files are one import, unless --separate")
  func oneImport() throws {
    try Folder.with { folder in
      try folder.write("in/a.csv", Self.csv(["top,,T,Top of all,Fonds"]))
      try folder.write("in/b.csv", Self.csv(["below,top,1,Below it,Series"]))
      try folder.write("in/notes.txt", "neither")
      let joined = try Command.run(
        ["convert", "in", "--from", "atom-csv", "--to", "ead3", "-o", "joined"], directory: folder.url)
      #expect(joined.status == 0, "\(joined.errors)")
      #expect(joined.errors.contains("[csv-one-import]"))
      #expect(joined.errors.contains("in/notes.txt: note: skipped"))
      #expect(folder.files("joined") == ["a.xml"])
      let text = folder.contents("joined/a.xml") ?? ""
      #expect(text.contains("Top of all") && text.contains("Below it"))

      let apart = try Command.run(
        ["convert", "in/a.csv", "in/b.csv", "--to", "ead3", "-o", "apart", "--separate"], directory: folder.url)
      #expect(apart.status <= 1, "\(apart.errors)")
      #expect(folder.files("apart") == ["a.xml", "b.xml"])
      #expect(folder.contents("apart/a.xml")?.contains("Below it") == false)
    }
  }

  @Test("folders: finding aids by themselves, CSV files when asked for")
  func folders() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", DeliveredDocuments.make("a"))
      try folder.write("in/sub/b.csv", Self.oneFonds)
      let auto = try Command.run(["convert", "in", "--to", "ead3", "-o", "auto"], directory: folder.url)
      #expect(auto.status == 0, "\(auto.errors)")
      #expect(folder.files("auto") == ["a.xml"])
      #expect(auto.errors.contains("in/sub/b.csv: note: skipped"))
      let csv = try Command.run(["convert", "in", "--from", "atom-csv", "--to", "ead3", "-o", "csv"], directory: folder.url)
      #expect(csv.status == 0, "\(csv.errors)")
      #expect(folder.files("csv") == ["sub/b.xml"])
      let both = try Command.run(
        ["convert", "in/a.xml", "in/sub/b.csv", "--to", "ead3", "-o", "both"], directory: folder.url)
      #expect(both.status == 0, "\(both.errors)")
      #expect(folder.files("both") == ["a.xml", "b.xml"])
      try folder.makeFolder("empty")
      let none = try Command.run(["convert", "empty", "--from", "atom-csv", "--to", "ead3"], directory: folder.url)
      #expect(none.status == 2)
      #expect(none.errors.contains("*.csv"))
    }
  }

  @Test("a CSV is written again as a CSV, and read with its own delimiter")
  func rewritten() throws {
    try Folder.with { folder in
      try folder.write("a.csv", Self.twoFonds)
      try folder.write("b.csv", Self.twoFonds.replacingOccurrences(of: ",", with: ";"))
      let first = try Command.run(["convert", "a.csv", "-o", "out", "--culture", "en"], directory: folder.url)
      #expect(first.status == 0, "\(first.errors)")
      let rows = folder.rows("out/a.csv")
      #expect(rows.column("title") == ["Harbour board", "Minutes", "Minutes 1901", "Town council", "Letters"])
      #expect(rows.areAllAsWideAsTheHeader && rows.parentsComeFirst && rows.identifiersAreUnique)
      let second = try Command.run(
        ["convert", "-q", "b.csv", "--csv-delimiter", "semicolon", "--culture", "en"], directory: folder.url)
      #expect(second.status == 0, "\(second.errors)")
      #expect(second.text == folder.contents("out/a.csv"))
    }
  }

  // MARK: Usage

  static let refused: [([String], String)] = [
    (["a.xml", "--to", "atom-csv", "--structured-dates"], "--structured-dates"),
    (["a.xml", "--to", "ead2002", "--structured-dates"], "--to ead3"), (["a.xml", "--to", "ead3", "--form", "ead2002"], "--form"),
    (["a.xml", "--to", "atom-ead", "--form", "ead2002"], "--form"), (["a.xml", "--to", "ead3", "--culture", "fr"], "--culture"),
    (["a.xml", "--to", "atom-ead", "--parent-slug", "x"], "--parent-slug"),
    (["a.xml", "--to", "ead3", "--combine", "all.csv"], "--combine"), (["a.xml", "--rows-per-file", "5"], "--rows-per-file"),
    (["a.xml", "--to", "ead3", "--indent", "17"], "--indent"), (["a.xml", "--to", "ead3", "--timestamp", "tomorrow"], "tomorrow"),
    (["a.xml", "--to", "ead3", "--timestamp", "2026-02-30"], "2026-02-30"),
    (["a.xml", "--to", "ead3", "--csv-delimiter", "tab"], "--csv-delimiter"),
    (["a.xml", "--from", "ead2002", "--separate"], "--separate"),
    (["a.xml", "--from", "ead3", "--input-format", "ead2002"], "--input-format"),
    (["a.csv", "--to", "ead3", "--validate"], "--validate"),
    (["a.csv", "--from", "atom-csv", "--to", "ead3", "--recover"], "--recover"),
    (["a.csv", "--to", "atom-ead", "--repository", "R"], "--repository"), (["a.csv", "--csv-delimiter", "\""], "--csv-delimiter"),
    (["a.xml", "b.xml", "--to", "ead3"], "--output"), (["a.xml", "--to", "ead3", "-o", "a.csv"], "a.csv"),
    (["a.xml", "-o", "b2.xml"], "b2.xml"), (["a.xml", "--to", "ead4"], "ead4"),
  ]

  @Test("what makes no sense is refused with 64 and a sentence, and nothing is written", arguments: refused)
  func usage(_ arguments: [String], _ word: String) throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      try folder.write("b.xml", DeliveredDocuments.make("b"))
      try folder.write("a.csv", Self.oneFonds)
      let result = try Command.run(["convert"] + arguments, directory: folder.url)
      #expect(result.status == 64, "\(result.errors)")
      #expect(result.output.isEmpty)
      #expect(result.errors.contains(word), "\(result.errors)")
      #expect(folder.files("") == ["a.csv", "a.xml", "b.xml"])
    }
  }

  @Test("--input-format is still understood, and no longer shown")
  func inputFormat() throws {
    try Folder.with { folder in
      try folder.write("a.xml", DeliveredDocuments.make("a"))
      let result = try Command.run(["convert", "-q", "a.xml", "--input-format", "ead2002", "--to", "ead3"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let help = try Command.run(["convert", "--help"])
      #expect(!help.text.contains("--input-format"))
      for option in ["--from", "--form", "--components", "--indent", "--timestamp", "--csv-delimiter", "--separate"] {
        #expect(help.text.contains(option), "\(option)")
      }
    }
  }

  @Test("the tables are the same in both languages but for their words", arguments: ["ead3", "ead2002", "atom-to-ead"])
  func crosswalks(_ table: String) throws {
    let english = try Command.run(["crosswalk", table])
    let french = try Command.run(["crosswalk", table, "--lang", "fr"])
    var cells: [[[String]]] = []
    for result in [english, french] {
      #expect(result.status == 0, "\(result.errors)")
      let lines = result.text.components(separatedBy: "\n").filter { !$0.isEmpty }
      #expect(lines.count > 20)
      #expect(lines.first?.hasPrefix("# ") == true)
      let rows = lines.dropFirst().map { $0.components(separatedBy: "\t") }
      #expect(rows.allSatisfy { $0.count == 7 })
      cells.append(rows.dropFirst().map { Array($0.prefix(6)) })
    }
    #expect(cells[0] == cells[1])
    #expect(english.text != french.text)
  }

  // MARK: Names and times

  @Test(
    "names of files made of identifiers",
    arguments: [
      ("FR/44 Z", "FR-44 Z"), ("../../etc", "-..-etc"), (".hidden", "hidden"), ("", "unnamed"), ("..", "unnamed"),
      ("a\u{0}b\nc", "a-b-c"), ("Été 1", "Été 1"), ("a\u{202E}b", "ab"),
    ])
  func fileNames(_ text: String, _ name: String) {
    #expect(Array(OutputNames.fileName(text).utf8) == Array(name.utf8))
  }

  @Test("a long identifier leaves room for the rest of the name")
  func longName() {
    let name = OutputNames.fileName(String(repeating: "é", count: 500))
    #expect(name.utf8.count <= 120 && name.utf8.count > 100)
  }

  @Test(
    "times of --timestamp",
    arguments: [
      ("2026-07-01", true), ("2024-02-29", true), ("2026-07-01T09:30:00Z", true), ("2026-07-01T09:30:00+02:00", true),
      ("2026-07-01T09:30:00", true), ("2026-02-29", false), ("2026-13-01", false), ("2026-07-01T24:00:00Z", false),
      ("2026-07-01T09:30", false), ("2026-7-1", false), ("2026-07-01T09:30:00+25:00", false), ("", false), ("T", false),
      ("2026-07-01T", false), ("２０２６-07-01", false),
    ])
  func times(_ text: String, _ isTime: Bool) {
    #expect(Timestamp.isTime(text) == isTime)
  }
}
