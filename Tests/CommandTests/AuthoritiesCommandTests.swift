import Foundation
import Testing

/// `convert --authorities`: one authority CSV for the whole batch, and descriptions that refer to it.
@Suite("authority records of a batch") struct AuthoritiesCommandTests {
  private static func document(_ identifier: String, did: String = "", body: String = "", language: String = "eng") -> String {
    "<ead><eadheader><eadid>\(identifier)</eadid><profiledesc><langusage><language langcode=\"\(language)\">x</language>"
      + "</langusage></profiledesc></eadheader><archdesc level=\"fonds\"><did><unitid>F 1</unitid><unittitle>Papers</unittitle>"
      + "\(did)</did>\(body)</archdesc></ead>\n"
  }

  private static func creator(_ name: String, _ element: String = "persname") -> String {
    "<origination><\(element)>\(name)</\(element)></origination>"
  }

  private static func history(_ text: String) -> String { "<bioghist><p>\(text)</p></bioghist>" }

  /// Twelve finding aids that name the same people, with histories that differ, in two languages.
  private func fill(_ folder: Folder) throws {
    for number in 1...12 {
      let shared = Self.creator("Dupont, Jean", number == 5 ? "corpname" : "persname")
      let own = Self.creator("Creator \\ \"\(number)\" | x")
      let access =
        "<controlaccess><persname>Person \(number % 4)</persname><name>0</name><corpname>NULL</corpname></controlaccess>"
      let text = Self.document(
        "id-\(number)", did: number == 1 ? own : shared + own,
        body: number < 3 ? access : Self.history("Life \(number % 3) of Dupont.") + access,
        language: number % 2 == 0 ? "fre" : "eng")
      try folder.write("in/\(number < 10 ? "0" : "")\(number).xml", text)
    }
  }

  private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

  /// Every member of the description's names is a row of the authority CSV, and each name has one row.
  private static func expectWhole(_ descriptions: [Rows], _ authorities: Rows) {
    // Compared as bytes: Swift takes two forms of one letter for equal.
    let names = authorities.column("authorizedFormOfName").map { Array(trimmed($0).utf8) }
    #expect(Set(names).count == names.count)
    var members: Set<[UInt8]> = []
    for rows in descriptions {
      for column in ["eventActors", "nameAccessPoints"] {
        for cell in rows.column(column) where !cell.isEmpty {
          for member in trimmed(cell).components(separatedBy: "|") where !(column == "eventActors" && member == "NULL") {
            members.insert(Array(member.utf8))
          }
        }
      }
      for cell in rows.column("eventActorHistories") where !cell.isEmpty {
        #expect(cell.components(separatedBy: "|").allSatisfy { $0 == "NULL" }, "\(cell)")
      }
    }
    #expect(members == Set(names))
    #expect(authorities.areAllAsWideAsTheHeader)
  }

  @Test("the same bytes with any number of jobs, combined and apart")
  func jobs() throws {
    try Folder.with { folder in
      try fill(folder)
      for jobs in ["1", "4"] {
        let combined = try Command.run(
          ["convert", "in", "--combine", "all\(jobs).csv", "--authorities", "who\(jobs).csv", "--jobs", jobs],
          directory: folder.url)
        #expect(combined.status == 0, "\(combined.errors)")
        #expect(combined.leftovers.isEmpty)
        let apart = try Command.run(
          ["convert", "in", "-o", "out\(jobs)", "--authorities", "apart\(jobs).csv", "--jobs", jobs], directory: folder.url)
        #expect(apart.status == 0, "\(apart.errors)")
      }
      #expect(try folder.bytes("all1.csv") == folder.bytes("all4.csv"))
      #expect(try folder.bytes("who1.csv") == folder.bytes("who4.csv"))
      #expect(try folder.bytes("who1.csv") == folder.bytes("apart4.csv"))
      #expect(folder.files("out1") == folder.files("out4"))
      for name in folder.files("out1") { #expect(try folder.bytes("out1/" + name) == folder.bytes("out4/" + name)) }

      let authorities = folder.rows("who1.csv")
      Self.expectWhole([folder.rows("all1.csv")], authorities)
      Self.expectWhole(folder.files("out1").map { folder.rows("out1/" + $0) }, authorities)
      // Dupont, twelve creators, four persons, [0] and [NULL].
      #expect(authorities.rows.count == 19)
      let names = authorities.column("authorizedFormOfName")
      let dupont = try #require(names.firstIndex(of: "Dupont, Jean"))
      #expect(authorities.column("history")[dupont] == "Life 0 of Dupont.")
      #expect(authorities.column("typeOfEntity")[dupont] == "Personne")
      #expect(authorities.column("culture")[dupont] == "fr")
      #expect(authorities.column("history").filter { !$0.isEmpty }.count == 1)
      // Every other history is in a general note of its description.
      let notes = folder.rows("all1.csv").column("generalNote")
      #expect(notes.filter { $0.contains("Life 1 of Dupont.") }.count == 3)
      #expect(notes.filter { $0.contains("Life 2 of Dupont.") }.count == 3)
      #expect(notes.filter { $0.contains("Life 0 of Dupont.") }.isEmpty)
    }
  }

  @Test("the end of the run counts the records and tells the order of the imports")
  func summary() throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.document("a", did: Self.creator("Dupont"), body: Self.history("Born.")))
      try folder.write(
        "b.xml",
        Self.document("b", did: Self.creator("Dupont", "corpname") + Self.creator("Martin"), body: Self.history("Died.")))
      let result = try Command.run(
        ["convert", "a.xml", "b.xml", "--combine", "all.csv", "--authorities", "who.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("2 authority record(s), 1 with a history: who.csv"), "\(result.errors)")
      let first = try #require(result.errors.range(of: "csv:authority-import --index who.csv"))
      let second = try #require(result.errors.range(of: "csv:import --source-name=all"))
      #expect(first.lowerBound < second.lowerBound)
      #expect(result.errors.contains("[authority-type-conflict]"))
      #expect(result.errors.contains("[history-differs]"))
      let french = try Command.run(
        ["convert", "a.xml", "-o", "a.csv", "--authorities", "qui.csv", "--lang", "fr"], directory: folder.url)
      #expect(french.errors.contains("1 notice(s) d'autorité, dont 1 avec une histoire : qui.csv"), "\(french.errors)")
    }
  }

  @Test("files that exist stay without --force, and are replaced with it")
  func force() throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.document("a", did: Self.creator("Dupont")))
      try folder.write("who.csv", "mine")
      let arguments = ["convert", "a.xml", "-o", "a.csv", "--authorities", "who.csv"]
      let refused = try Command.run(arguments, directory: folder.url)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("[output-exists]"), "\(refused.errors)")
      #expect(folder.contents("who.csv") == "mine")
      #expect(!folder.exists("a.csv"))
      let replaced = try Command.run(arguments + ["--force"], directory: folder.url)
      #expect(replaced.status == 0, "\(replaced.errors)")
      #expect(folder.rows("who.csv").column("authorizedFormOfName") == ["Dupont"])
      #expect(folder.exists("a.csv"))
    }
  }

  @Test("standard output takes one of the two")
  func standardOutput() throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.document("a", did: Self.creator("Dupont")))
      let both = try Command.run(["convert", "a.xml", "--authorities", "-"], directory: folder.url)
      #expect(both.status == 64)
      #expect(both.output.isEmpty)
      let names = try Command.run(["convert", "-q", "a.xml", "-o", "a.csv", "--authorities", "-"], directory: folder.url)
      #expect(names.status == 0, "\(names.errors)")
      #expect(Rows(names.output).column("authorizedFormOfName") == ["Dupont"])
      let descriptions = try Command.run(["convert", "-q", "a.xml", "--authorities", "who.csv"], directory: folder.url)
      #expect(descriptions.status == 0, "\(descriptions.errors)")
      #expect(Rows(descriptions.output).column("eventActors") == ["Dupont"])
      #expect(folder.rows("who.csv").column("authorizedFormOfName") == ["Dupont"])
    }
  }

  @Test("wrong usage: another target, AtoM's CSV, one name for two outputs, a folder")
  func usage() throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.document("a", did: Self.creator("Dupont")))
      let made = try Command.run(["convert", "-q", "a.xml", "-o", "a.csv"], directory: folder.url)
      #expect(made.status == 0, "\(made.errors)")
      try folder.makeFolder("folder")
      for arguments in [
        ["a.xml", "--to", "ead3", "-o", "b.xml", "--authorities", "who.csv"],
        ["a.csv", "-o", "b.csv", "--authorities", "who.csv"],
        ["a.csv", "a.xml", "-o", "out", "--authorities", "who.csv"],
        ["a.xml", "--combine", "who.csv", "--authorities", "./who.csv"],
        ["a.xml", "-o", "who.csv", "--authorities", "who.csv"],
        ["a.xml", "-o", "b.csv", "--authorities", "a.xml", "--force"],
        ["a.xml", "-o", "b.csv", "--loss-report", "who.csv", "--authorities", "who.csv"],
        ["a.xml", "-o", "b.csv", "--authorities", "folder", "--force"],
      ] {
        let result = try Command.run(["convert"] + arguments, directory: folder.url)
        #expect(result.status == 64, "\(arguments): \(result.errors)")
        #expect(!result.errors.isEmpty)
        for name in ["who.csv", "b.csv", "b.xml", "out"] { #expect(!folder.exists(name), "\(arguments): \(name)") }
      }
      #expect(folder.contents("a.xml") == Self.document("a", did: Self.creator("Dupont")))
      let numbered = try Command.run(
        ["convert", "a.xml", "--combine", "all.csv", "--rows-per-file", "5", "--authorities", "all-0002.csv"],
        directory: folder.url)
      #expect(numbered.status == 2)
      #expect(!folder.exists("all-0002.csv") && !folder.exists("all-0001.csv"))
    }
  }

  @Test("a bad finding aid has no names in it; without names or without finding aids there is no file")
  func badInputs() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", Self.document("a", did: Self.creator("Dupont")))
      try folder.write("in/b.xml", Self.document("b", did: Self.creator("Martin")).replacingOccurrences(of: "</ead>", with: ""))
      let some = try Command.run(["convert", "in", "-o", "out", "--authorities", "who.csv"], directory: folder.url)
      #expect(some.status == 2)
      #expect(folder.rows("who.csv").column("authorizedFormOfName") == ["Dupont"])

      try folder.write("nobody.xml", Self.document("n"))
      let nobody = try Command.run(["convert", "nobody.xml", "-o", "n.csv", "--authorities", "none.csv"], directory: folder.url)
      #expect(nobody.status == 0, "\(nobody.errors)")
      #expect(nobody.errors.contains("[authorities-none]"), "\(nobody.errors)")
      #expect(!folder.exists("none.csv"))
      #expect(folder.exists("n.csv"))

      let none = try Command.run(["convert", "in/b.xml", "-o", "b.csv", "--authorities", "none.csv"], directory: folder.url)
      #expect(none.status == 2)
      #expect(!folder.exists("none.csv") && !folder.exists("b.csv"))
      #expect(none.leftovers.isEmpty)
      let hidden = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix(".") }
      #expect(hidden.isEmpty, "\(hidden)")
    }
  }
}
