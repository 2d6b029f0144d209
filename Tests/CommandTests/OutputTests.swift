import Foundation
import Testing

/// What is in the CSV of a batch, and that it is the same every time.
@Suite("output") struct OutputTests {
  @Test("a name as long as the file system allows, in letters of several bytes")
  func longName() throws {
    try Folder.with { folder in
      let name = String(repeating: "é", count: 120)
      try folder.write("in/\(name).xml", FindingAids.make("a"))
      let result = try Command.run(["convert", "in", "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(folder.files("out") == ["\(name).csv"])
    }
  }

  /// The samples and some small finding aids, in folders.
  private func fill(_ folder: Folder) throws {
    for name in ["elliott-wren-papers.xml", "fonds-communal-serie-w.xml", "harbour-board-records.xml"] {
      try folder.write("in/samples/" + name, Data(contentsOf: URL(fileURLWithPath: Command.samples + "/" + name)))
    }
    for number in 1...8 { try folder.write("in/small/s\(number).xml", FindingAids.make("small-\(number)")) }
  }

  @Test("--combine: one header, parents before children, ids unique, rows as many as counted")
  func combine() throws {
    try Folder.with { folder in
      try fill(folder)
      let result = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let rows = folder.rows("all.csv")
      #expect(rows.header.count >= 56)
      #expect(rows.header.first == "legacyId")
      #expect(!rows.identifiers.contains("legacyId"))
      #expect(rows.rows.count > 100)
      #expect(rows.rows.count == result.countedRows)
      #expect(rows.areAllAsWideAsTheHeader)
      #expect(rows.identifiersAreUnique)
      #expect(rows.parentsComeFirst)
      #expect(rows.column("parentId").filter { $0.isEmpty }.count == 11)
    }
  }

  @Test("finding aids with one identifier take their paths, and say so")
  func duplicateIdentifiers() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("same"))
      try folder.write("in/sub/b.xml", FindingAids.make("same"))
      try folder.write("in/c.xml", FindingAids.make("other"))
      let combined = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      #expect(combined.status == 0, "\(combined.errors)")
      let rows = folder.rows("all.csv")
      let tops = zip(rows.identifiers, rows.column("parentId")).filter { $0.1.isEmpty }.map { $0.0 }
      #expect(tops == ["a", "other", "sub/b"])
      #expect(rows.identifiersAreUnique)
      #expect(rows.parentsComeFirst)
      #expect(combined.errorLines.filter { $0.contains("[duplicate-eadid]") }.count == 2, "\(combined.errors)")
      #expect(combined.errors.contains("in/sub/b.xml: warning:"))

      let apart = try Command.run(["convert", "in", "-o", "out"], directory: folder.url)
      #expect(apart.status == 0, "\(apart.errors)")
      var identifiers: [String] = []
      for name in folder.files("out") { identifiers += folder.rows("out/" + name).identifiers }
      #expect(identifiers.count == 9)
      #expect(Set(identifiers).count == 9)

      let strict = try Command.run(["convert", "in", "-o", "strict", "-q", "--fail-level", "warning"], directory: folder.url)
      #expect(strict.status == 1)
    }
  }

  @Test("ids stay unique when a path is another finding aid's identifier")
  func pathLikeIdentifier() throws {
    try Folder.with { folder in
      try folder.write("in/other.xml", FindingAids.make("same"))
      try folder.write("in/sub/b.xml", FindingAids.make("same"))
      try folder.write("in/c.xml", FindingAids.make("other"))
      let result = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let rows = folder.rows("all.csv")
      #expect(rows.rows.count == 9)
      #expect(rows.identifiersAreUnique, "\(rows.identifiers)")
    }
  }

  @Test("finding aids without an identifier take their paths")
  func missingIdentifiers() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make(""))
      try folder.write("in/sub/a.xml", FindingAids.make(""))
      let result = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let rows = folder.rows("all.csv")
      #expect(rows.rows.count == 6)
      #expect(rows.identifiersAreUnique, "\(rows.identifiers)")
      #expect(result.errorLines.filter { $0.contains("[missing-eadid]") }.count == 2, "\(result.errors)")
    }
  }

  @Test("--rows-per-file: no hierarchy is cut", arguments: [2, 7, 60, 1000])
  func rowsPerFile(_ limit: Int) throws {
    try Folder.with { folder in
      try fill(folder)
      let whole = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      let result = try Command.run(
        ["convert", "in", "--combine", "parts/part.csv", "--rows-per-file", String(limit)], directory: folder.url)
      #expect(whole.status == 0, "\(whole.errors)")
      #expect(result.status == 0, "\(result.errors)")
      var identifiers: [String] = []
      let names = folder.files("parts")
      #expect(names.first == "part-0001.csv")
      for name in names {
        let rows = folder.rows("parts/" + name)
        #expect(!rows.rows.isEmpty, "\(name)")
        #expect(rows.areAllAsWideAsTheHeader, "\(name)")
        #expect(rows.parentsComeFirst, "\(name)")
        let tops = rows.column("parentId").filter { $0.isEmpty }.count
        #expect(rows.rows.count <= limit || tops == 1, "\(name): \(rows.rows.count) rows")
        identifiers += rows.identifiers
      }
      #expect(identifiers == folder.rows("all.csv").identifiers)
      #expect(result.errors.contains("[hierarchy-too-long]") == (limit < 46))
    }
  }

  @Test("--rows-per-file over a file that exists: an error, and no file that lacks rows without saying so")
  func rowsPerFileOverExisting() throws {
    try Folder.with { folder in
      for number in 1...6 { try folder.write("in/s\(number).xml", FindingAids.make("small-\(number)")) }
      try folder.write("out/part-0002.csv", "old\n")
      let result = try Command.run(
        ["convert", "in", "--combine", "out/part.csv", "--rows-per-file", "7"], directory: folder.url)
      #expect(result.status == 2)
      #expect(folder.contents("out/part-0002.csv") == "old\n")
      #expect(result.errors.contains("out/part-0002.csv: error:"))
      #expect(!result.errors.contains("Bad file descriptor"), "\(result.errors)")
      // What the last line counts as converted has to be in the files.
      var rows = 0
      for name in folder.files("out") where name != "part-0002.csv" {
        rows += folder.rows("out/" + name).rows.count
      }
      #expect(rows == 0 || rows == result.countedRows, "\(rows) rows written; \(result.errors)")
    }
  }

  @Test("columns that only a later row needs make every row wider")
  func appendedColumns() throws {
    try Folder.with { folder in
      let maps =
        "<dsc><c level=\"file\"><did><unittitle>One</unittitle></did></c><c level=\"item\"><did><unittitle>Two</unittitle>"
        + "<materialspec type=\"cartographic\">1:2,500</materialspec></did></c></dsc>"
      try folder.write("in/a.xml", FindingAids.make("a"))
      try folder.write("in/b.xml", FindingAids.make("b", body: maps))
      try folder.write("in/c.xml", FindingAids.make("c"))
      let column = "radStatementOfScaleCartographic"

      let combined = try Command.run(["convert", "in", "--combine", "all.csv"], directory: folder.url)
      #expect(combined.status == 0, "\(combined.errors)")
      let all = folder.rows("all.csv")
      #expect(all.header.last == column)
      #expect(all.areAllAsWideAsTheHeader)
      #expect(all.column(column) == ["", "", "", "", "", "1:2,500", "", "", ""])

      let apart = try Command.run(["convert", "in", "-o", "out"], directory: folder.url)
      #expect(apart.status == 0, "\(apart.errors)")
      #expect(folder.files("out") == ["a.csv", "b.csv", "c.csv"])
      let wide = folder.rows("out/b.csv")
      #expect(wide.areAllAsWideAsTheHeader)
      #expect(wide.column(column) == ["", "", "1:2,500"])
      #expect(!folder.rows("out/a.csv").header.contains(column))

      let screen = try Command.run(["convert", "-q", "in/b.xml"], directory: folder.url)
      #expect(folder.contents("out/b.csv") == screen.text)
    }
  }

  @Test("the same bytes with any --jobs")
  func jobs() throws {
    try Folder.with { folder in
      try fill(folder)
      for jobs in ["1", "2", "4"] {
        let combined = try Command.run(
          ["convert", "-q", "in", "--jobs", jobs, "--combine", "all\(jobs).csv", "--loss-report", "l\(jobs).jsonl"]
            + ["--loss-report", "l\(jobs).html", "--loss-report", "l\(jobs).csv"], directory: folder.url)
        #expect(combined.status == 0, "\(combined.errors)")
        let apart = try Command.run(["convert", "in", "--jobs", jobs, "-o", "out\(jobs)"], directory: folder.url)
        #expect(apart.status == 0, "\(apart.errors)")
      }
      for jobs in ["2", "4"] {
        for (first, other) in [
          ("all1.csv", "all\(jobs).csv"), ("l1.jsonl", "l\(jobs).jsonl"), ("l1.html", "l\(jobs).html"), ("l1.csv", "l\(jobs).csv"),
        ] {
          let same = try folder.bytes(first) == folder.bytes(other)
          #expect(same, "\(first) and \(other)")
        }
        #expect(folder.files("out1") == folder.files("out\(jobs)"))
        for name in folder.files("out1") {
          let same = try folder.bytes("out1/" + name) == folder.bytes("out\(jobs)/" + name)
          #expect(same, "\(name)")
        }
      }
    }
  }

  @Test("findings come in the order of the inputs with any --jobs")
  func orderOfFindings() throws {
    try Folder.with { folder in
      try fill(folder)
      try folder.write("in/bad.xml", "<ead>")
      var said: [[String]] = []
      for jobs in ["1", "4"] {
        let result = try Command.run(["convert", "in", "--jobs", jobs, "-o", "out\(jobs)"], directory: folder.url)
        #expect(result.status == 2)
        said.append(result.errorLines.filter { $0.hasPrefix("in/") })
      }
      #expect(!said[0].isEmpty)
      #expect(said[0] == said[1])
    }
  }

  @Test("the same bytes twice, from another folder and with another TMPDIR")
  func surroundings() throws {
    try Folder.with { folder in
      try fill(folder)
      try folder.makeFolder("here")
      try folder.makeFolder("there")
      try folder.makeFolder("temporary")
      let places: [(String, [String: String])] = [
        ("here", [:]), ("here", [:]), ("there", ["TMPDIR": folder.path("temporary")]),
        ("there", ["LC_ALL": "C", "TZ": "Asia/Tokyo", "HOME": "/nonexistent"]),
      ]
      var csv: [Data] = []
      var losses: [Data] = []
      for (number, place) in places.enumerated() {
        let result = try Command.run(
          ["convert", "-q", folder.path("in"), "--combine", folder.path("all\(number).csv")]
            + ["--loss-report", folder.path("l\(number).html")],
          environment: place.1, directory: folder.url.appendingPathComponent(place.0))
        #expect(result.status == 0, "\(result.errors)")
        csv.append(try folder.bytes("all\(number).csv"))
        losses.append(try folder.bytes("l\(number).html"))
      }
      for number in 1..<places.count {
        #expect(csv[number] == csv[0], "run \(number)")
        #expect(losses[number] == losses[0], "run \(number)")
      }
      #expect(folder.files("temporary").isEmpty)
      #expect(folder.files("here").isEmpty)
      #expect(folder.files("there").isEmpty)
    }
  }
}
