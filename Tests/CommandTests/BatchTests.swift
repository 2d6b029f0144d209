import Foundation
import Glibc
import Testing

/// Which files are read, where their results go, and what happens to the rest when one of them is bad.
@Suite("batch") struct BatchTests {
  @Test("a folder: every finding aid in it, in the same folders, and the rest named")
  func folder() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("a"))
      try folder.write("in/sub/b.XML", FindingAids.make("b"))
      try folder.write("in/sub/c.ead", FindingAids.make("c"))
      try folder.write("in/sub/deep/d.xml.gz", FindingAids.gzip(FindingAids.make("d")))
      try folder.write("in/notes.txt", "not a finding aid")
      try folder.write("in/sub/plan.pdf", "neither")
      let result = try Command.run(["convert", "in", "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(folder.files("out") == ["a.csv", "sub/b.csv", "sub/c.csv", "sub/deep/d.csv"])
      #expect(result.output.isEmpty)
      #expect(result.errors.contains("2 skipped file(s)"))
      #expect(result.errors.contains("in/notes.txt: note: skipped"))
      #expect(result.errors.contains("in/sub/plan.pdf: note: skipped"))
      #expect(result.countedRows == 12)
      #expect(result.leftovers.isEmpty)
      for name in folder.files("out") {
        let rows = folder.rows("out/" + name)
        #expect(rows.rows.count == 3, "\(name)")
        #expect(rows.areAllAsWideAsTheHeader, "\(name)")
      }
    }
  }

  @Test("a gzip file gives the bytes that the plain file gives")
  func gzip() throws {
    try Folder.with { folder in
      let sample = try Data(contentsOf: URL(fileURLWithPath: Command.samples + "/elliott-wren-papers.xml"))
      try folder.write("plain.xml", sample)
      try folder.write("packed.xml.gz", FindingAids.gzip(sample))
      let plain = try Command.run(["convert", "-q", "plain.xml"], directory: folder.url)
      let packed = try Command.run(["convert", "-q", "packed.xml.gz"], directory: folder.url)
      #expect(plain.status == 0, "\(plain.errors)")
      #expect(packed.status == 0, "\(packed.errors)")
      #expect(!plain.output.isEmpty)
      #expect(plain.output == packed.output)
    }
  }

  @Test("a list of files, one a line or separated by NUL, from a file or standard input")
  func filesFrom() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("a"))
      try folder.write("in/b c.xml", FindingAids.make("b"))
      try folder.write("in/line\nbreak.xml", FindingAids.make("c"))
      try folder.write("list.txt", "in/a.xml\nin/b c.xml\r\n\n")
      let lines = try Command.run(["convert", "--files-from", "list.txt", "-o", "lines"], directory: folder.url)
      #expect(lines.status == 0, "\(lines.errors)")
      #expect(folder.files("lines") == ["a.csv", "b c.csv"])

      let nul = Data("in/a.xml\0in/line\nbreak.xml\0".utf8)
      let input = try Command.run(["convert", "--files-from", "-", "-0", "-o", "nul"], input: nul, directory: folder.url)
      #expect(input.status == 0, "\(input.errors)")
      #expect(folder.files("nul") == ["a.csv", "line\nbreak.csv"])

      let missing = try Command.run(["convert", "in/a.xml", "--files-from", "none.txt", "-o", "rest"], directory: folder.url)
      #expect(missing.status == 2)
      #expect(missing.errors.contains("none.txt: error:"))
      #expect(folder.files("rest") == ["a.csv"])
    }
  }

  @Test("standard input to standard output, from a file and from a pipe")
  func standardInput() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a", title: "Papiers de l'été"))
      let file = try Command.run(["convert", "-q", "a.xml"], directory: folder.url)
      let input = try Command.run(["convert", "-q", "-"], input: folder.bytes("a.xml"), directory: folder.url)
      let pipe = try Command.shell("cat a.xml | \"$0\" convert -q -", directory: folder.url)
      #expect(file.status == 0, "\(file.errors)")
      #expect(file.text.contains("Papiers de l'été"))
      #expect(input.status == 0)
      #expect(input.output == file.output)
      #expect(pipe.status == 0)
      #expect(pipe.output == file.output)
      #expect(pipe.leftovers.isEmpty)
    }
  }

  @Test("one finding aid to one file")
  func singleFile() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      let result = try Command.run(["convert", "a.xml", "-o", "new/b.csv"], directory: folder.url)
      let screen = try Command.run(["convert", "-q", "a.xml"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(folder.files("new") == ["b.csv"])
      #expect(folder.contents("new/b.csv") == screen.text)
    }
  }

  @Test("wrong usage is 64, and nothing is written")
  func usage() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      try folder.write("b.xml", FindingAids.make("b"))
      let wrong: [[String]] = [
        ["convert"], ["convert", "a.xml", "b.xml"], ["convert", "a.xml", "-o", "out", "--combine", "all.csv"],
        ["convert", "a.xml", "--no-such-option"], ["convert", "a.xml", "--loss-report", "losses.txt"],
        ["convert", "a.xml", "--culture", "klingon"], ["convert", "a.xml", "--jobs", "0"],
        ["convert", "a.xml", "--combine", "all.csv", "--rows-per-file", "0"], ["convert", "a.xml", "--lang", "xx"],
        ["convert", "a.xml", "--to", "papyrus"], ["nothing"],
      ]
      for arguments in wrong {
        let result = try Command.run(arguments, directory: folder.url)
        #expect(result.status == 64, "\(arguments)")
        #expect(result.output.isEmpty, "\(arguments)")
        #expect(!result.errors.isEmpty, "\(arguments)")
      }
      #expect(folder.files("") == ["a.xml", "b.xml"])
    }
  }

  @Test("a file that exists is only replaced with --force")
  func existingOutput() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("a"))
      try folder.write("in/b.xml", FindingAids.make("b"))
      try folder.write("out/a.csv", "old\n")
      try folder.write("all.csv", "old\n")
      try folder.write("losses.jsonl", "old\n")

      let batch = try Command.run(["convert", "in", "-o", "out"], directory: folder.url)
      #expect(batch.status == 2)
      #expect(batch.errors.contains("out/a.csv: error:"))
      #expect(batch.errors.contains("[output-exists]"))
      #expect(folder.contents("out/a.csv") == "old\n")
      #expect(folder.files("out") == ["a.csv", "b.csv"])

      let single = try Command.run(["convert", "in/a.xml", "-o", "out/a.csv"], directory: folder.url)
      #expect(single.status == 2)
      #expect(folder.contents("out/a.csv") == "old\n")

      let combined = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      #expect(combined.status == 2)
      #expect(folder.contents("all.csv") == "old\n")

      let report = try Command.run(["convert", "in/a.xml", "--loss-report", "losses.jsonl"], directory: folder.url)
      #expect(report.status == 2)
      #expect(folder.contents("losses.jsonl") == "old\n")

      let forced = try Command.run(
        ["convert", "in", "-o", "out", "--force", "--loss-report", "losses.jsonl"], directory: folder.url)
      #expect(forced.status == 0, "\(forced.errors)")
      #expect(folder.files("out") == ["a.csv", "b.csv"])
      #expect(folder.rows("out/a.csv").rows.count == 3)
      #expect(folder.contents("losses.jsonl") != "old\n")

      let again = try Command.run(["convert", "in", "--combine", "all.csv", "--force"], directory: folder.url)
      #expect(again.status == 0, "\(again.errors)")
      #expect(folder.rows("all.csv").rows.count == 6)
    }
  }

  @Test("a bad file with --force leaves the result of an earlier run as it was")
  func badFileKeepsOldOutput() throws {
    try Folder.with { folder in
      try folder.write("a.xml", "<ead><archdesc><did>")
      try folder.write("out/a.csv", "old\n")
      let result = try Command.run(["convert", "a.xml", "-o", "out", "--force"], directory: folder.url)
      #expect(result.status == 2)
      #expect(folder.contents("out/a.csv") == "old\n")
      #expect(folder.files("out") == ["a.csv"])
    }
  }

  @Test("--combine with --force leaves the old file when nothing at all could be converted")
  func nothingToCombine() throws {
    try Folder.with { folder in
      try folder.write("a.xml", "<ead><archdesc><did>")
      try folder.write("all.csv", "old\n")
      let result = try Command.run(["convert", "a.xml", "--combine", "all.csv", "--force"], directory: folder.url)
      #expect(result.status == 2)
      #expect(folder.contents("all.csv") == "old\n")
    }
  }

  @Test("the losses never take the place of the CSV", arguments: [[String](), ["--force"]])
  func reportOverOutput(_ force: [String]) throws {
    try Folder.with { folder in
      let path = try folder.write("a.xml", FindingAids.make("a"))
      let result = try Command.run(
        ["convert", path, "--combine", "same.csv", "--loss-report", "same.csv"] + force, directory: folder.url)
      #expect(result.status != 0, "two results were written to one file, and nobody was told")
    }
  }

  @Test("bad files among good ones: exit status 2, each named, the good ones done")
  func badAmongGood() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("a"))
      try folder.write("in/broken.xml", "<ead><archdesc level=\"fonds\"><did></archdesc></ead>")
      try folder.write("in/empty.xml", "")
      try folder.write("in/letter.xml", "<letter>not a finding aid</letter>")
      try folder.write("in/z.xml", FindingAids.make("z"))
      let result = try Command.run(["convert", "in", "missing.xml", "-o", "out"], directory: folder.url)
      #expect(result.status == 2)
      #expect(folder.files("out") == ["a.csv", "z.csv"])
      for name in ["in/broken.xml:1:", "in/empty.xml:", "in/letter.xml:", "missing.xml:"] {
        let lines = result.errorLines.filter { $0.hasPrefix(name) && $0.contains(": error: ") }
        #expect(lines.count == 1, "\(name) in \(result.errors)")
      }
      #expect(result.errors.contains("4 finding aid(s) could not be converted"))
      #expect(result.countedRows == 6)

      let combined = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      #expect(combined.status == 2)
      #expect(folder.rows("all.csv").identifiers.filter { !$0.contains("/") } == ["a", "z"])
    }
  }

  @Test("two inputs with one output name: an error that names both")
  func collisions() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("one"))
      try folder.write("in/a.xml.gz", FindingAids.gzip(FindingAids.make("two")))
      try folder.write("in/b.xml", FindingAids.make("three"))
      try folder.write("other/b.xml", FindingAids.make("four"))
      let result = try Command.run(["convert", "in", "other/b.xml", "-o", "out"], directory: folder.url)
      #expect(result.status == 2)
      let lines = result.errorLines.filter { $0.contains("[output-collision]") }
      #expect(lines.count == 2, "\(result.errors)")
      #expect(lines.contains { $0.contains("in/a.xml and in/a.xml.gz") }, "\(lines)")
      #expect(lines.contains { $0.contains("in/b.xml and other/b.xml") }, "\(lines)")
      for name in folder.files("out") { #expect(folder.rows("out/" + name).rows.count == 3, "\(name)") }
    }
  }

  @Test("a folder whose name ends in .xml is a folder")
  func folderNamedXML() throws {
    try Folder.with { folder in
      try folder.write("in/box.xml/a.xml", FindingAids.make("a"))
      let below = try Command.run(["convert", "in", "-o", "out"], directory: folder.url)
      #expect(below.status == 0, "\(below.errors)")
      #expect(folder.files("out") == ["box.xml/a.csv"])
      let named = try Command.run(["convert", "in/box.xml", "-o", "out2"], directory: folder.url)
      #expect(named.status == 0, "\(named.errors)")
      #expect(folder.files("out2") == ["a.csv"])
    }
  }

  @Test("what cannot be read is an error, and the rest is done")
  func unreadable() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      try FileManager.default.createSymbolicLink(atPath: folder.path("dangling.xml"), withDestinationPath: "nowhere.xml")
      let result = try Command.run(["convert", "dangling.xml", "a.xml", "-o", "out"], directory: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("dangling.xml: error: cannot be read"))
      #expect(folder.files("out") == ["a.csv"])

      guard geteuid() != 0 else {
        Command.saySkipped("a file without permissions: root reads all")
        return
      }
      try folder.write("closed.xml", FindingAids.make("closed"))
      chmod(folder.path("closed.xml"), 0)
      let closed = try Command.run(["convert", "closed.xml", "a.xml", "-o", "out2"], directory: folder.url)
      #expect(closed.status == 2)
      #expect(closed.errors.contains("closed.xml: error: cannot be read"))
      #expect(folder.files("out2") == ["a.csv"])
    }
  }

  @Test("an output folder that is a file is an error")
  func outputFolderIsFile() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      try folder.write("plain", "a file\n")
      let result = try Command.run(["convert", "a.xml", "-o", "plain"], directory: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("[output-failed]"))
      #expect(folder.contents("plain") == "a file\n")
    }
  }

  @Test("a named pipe holds nothing up")
  func namedPipe() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("a"))
      #expect(mkfifo(folder.path("in/pipe.xml"), 0o600) == 0)
      let below = try Command.run(["convert", "in", "-o", "out"], directory: folder.url, timeout: 30)
      #expect(!below.timedOut)
      #expect(below.status == 0, "\(below.errors)")
      #expect(below.errors.contains("in/pipe.xml: note: skipped"))
      #expect(folder.files("out") == ["a.csv"])

      let named = try Command.run(["convert", "in/pipe.xml", "in/a.xml", "-o", "out2"], directory: folder.url, timeout: 30)
      #expect(!named.timedOut)
      #expect(named.status == 2)
      #expect(named.errors.contains("in/pipe.xml: error:"))
      #expect(named.errors.contains("[input-not-regular]"))
      #expect(folder.files("out2") == ["a.csv"])
    }
  }

  @Test("links in a folder are skipped and named; a link that is named is read")
  func links() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("a"))
      try folder.write("elsewhere/b.xml", FindingAids.make("b"))
      let manager = FileManager.default
      try manager.createSymbolicLink(atPath: folder.path("in/link.xml"), withDestinationPath: "../elsewhere/b.xml")
      try manager.createSymbolicLink(atPath: folder.path("in/circle"), withDestinationPath: ".")
      let below = try Command.run(["convert", "in", "-o", "out"], directory: folder.url, timeout: 30)
      #expect(!below.timedOut)
      #expect(below.status == 0, "\(below.errors)")
      #expect(folder.files("out") == ["a.csv"])
      #expect(below.errors.contains("in/link.xml: note: skipped: a symbolic link"))
      #expect(below.errors.contains("in/circle: note: skipped: a symbolic link"))

      let named = try Command.run(["convert", "-q", "in/link.xml"], directory: folder.url)
      #expect(named.status == 0, "\(named.errors)")
      #expect(Rows(named.output).identifiers.first == "b")
    }
  }

  @Test("an odd name is a name: a leading dash, spaces, quotes, accents")
  func oddNames() throws {
    try Folder.with { folder in
      let names = ["-rf", "it's \"here\"", "fonds privé", "a&b;c"]
      for (number, name) in names.enumerated() { try folder.write(name + ".xml", FindingAids.make("odd-\(number)")) }
      let result = try Command.run(["convert", "-o", "out", "--"] + names.map { $0 + ".xml" }, directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(folder.files("out") == names.map { $0 + ".csv" }.sorted())
    }
  }
}
