import Foundation
import Testing

/// `ead-convert roundtrip` as a person runs it.
@Suite("roundtrip") struct RoundTripCommandTests {
  @Test("its own generation loses nothing: exit code 0")
  func nothingLost() throws {
    try Folder.with { folder in
      let file = try folder.write("a.xml", FindingAids.make("A"))
      let result = try Command.run(["roundtrip", "--through", "ead2002", file])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.text.contains("100.0 % (") && result.text.contains("survived"))
      #expect(result.text.contains("Nothing was lost."))
      #expect(result.leftovers.isEmpty)
      let french = try Command.run(["roundtrip", "--through", "ead2002", "--lang", "fr", file])
      #expect(french.text.contains("Rien n'est perdu."))
    }
  }

  @Test("what AtoM's CSV cannot hold is lost, listed and counted: exit code 1")
  func lossesAreListed() throws {
    try Folder.with { folder in
      let body = "<fileplan encodinganalog=\"none\"><p>Plan of the files</p></fileplan>" + FindingAids.twoComponents
      let file = try folder.write("a.xml", FindingAids.make("A", body: body))
      let result = try Command.run(
        [
          "roundtrip", "--through", "atom-csv", "--details", "--report", folder.path("r.json"), "--report", folder.path("r.html"),
          file,
        ])
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.text.contains("archdesc/fileplan/@encodinganalog"))
      #expect(result.text.contains("\(file):1: archdesc/fileplan/@encodinganalog: “none”"))
      let json = try #require(try JSONSerialization.jsonObject(with: folder.bytes("r.json")) as? [String: Any])
      #expect(json["through"] as? String == "atom-csv")
      let total = try #require(json["total"] as? [String: Any])
      let counts = try ["survived", "markup", "moved", "changed", "lost"].map { try #require(total[$0] as? Int) }
      #expect(counts.reduce(0, +) == total["pieces"] as? Int)
      #expect(counts[4] > 0)
      let documents = try #require(json["documents"] as? [[String: Any]])
      #expect((documents[0]["losses"] as? [Any])?.count == counts[4])
      #expect(try folder.text("r.html").contains("<code>archdesc/fileplan/@encodinganalog</code>"))
      #expect(result.leftovers.isEmpty)
    }
  }

  @Test("a batch goes on past what cannot be read: exit code 2")
  func unreadable() throws {
    try Folder.with { folder in
      try folder.write("in/a.xml", FindingAids.make("A"))
      try folder.write("in/b.xml", "<ead><archdesc>")
      try folder.write("in/c.xml", FindingAids.make("C"))
      let one = try Command.run(["roundtrip", "--through", "ead3", "--format", "json", "--jobs", "1", folder.path("in")])
      #expect(one.status == 2, "\(one.errors)")
      let json = try #require(try JSONSerialization.jsonObject(with: one.output) as? [String: Any])
      let documents = try #require(json["documents"] as? [[String: Any]])
      #expect(documents.count == 3)
      #expect(documents[1]["error"] != nil)
      #expect((json["total"] as? [String: Any])?["failed"] as? Int == 1)
      let many = try Command.run(["roundtrip", "--through", "ead3", "--format", "json", "--jobs", "8", folder.path("in")])
      #expect(many.output == one.output)
    }
  }

  @Test("standard input, gzip and lists")
  func otherInputs() throws {
    try Folder.with { folder in
      let text = FindingAids.make("A")
      let plain = try Command.run(["roundtrip", "--through", "ead3", "--format", "json", "-"], input: Data(text.utf8))
      let packed = try Command.run(["roundtrip", "--through", "ead3", "--format", "json", "-"], input: try FindingAids.gzip(text))
      #expect(plain.status == packed.status)
      #expect(!plain.output.isEmpty && plain.output == packed.output)
      let file = try folder.write("a.xml", text)
      let list = try folder.write("list.txt", file + "\n")
      let listed = try Command.run(["roundtrip", "--through", "ead3", "--files-from", list])
      #expect(listed.status == plain.status, "\(listed.errors)")
    }
  }

  @Test("a finding aid without a language goes through AtoM's CSV in English, with a note")
  func culture() throws {
    try Folder.with { folder in
      let text = FindingAids.make("A").replacing("langcode=\"eng\"", with: "").replacing("English", with: "")
      let file = try folder.write("a.xml", text)
      let result = try Command.run(["roundtrip", "--through", "atom-csv", file])
      #expect(result.status != 2, "\(result.errors)")
      #expect(result.errors.contains("[roundtrip-culture]"))
      let named = try Command.run(["roundtrip", "--through", "atom-csv", "--default-culture", "fr", file])
      #expect(!named.errors.contains("[roundtrip-culture]"))
    }
  }

  @Test("a sheet comes back as a sheet")
  func sheets() throws {
    try Folder.with { folder in
      let file = try folder.write("a.xml", FindingAids.make("A"))
      let converted = try Command.run(["convert", "-q", "--output", folder.path("a.csv"), file])
      #expect(converted.status == 0, "\(converted.errors)")
      for through in ["ead2002", "ead3", "atom-csv"] {
        let result = try Command.run(["roundtrip", "--through", through, "--format", "json", folder.path("a.csv")])
        #expect(result.status < 2, "\(through): \(result.errors)")
        let json = try #require(try JSONSerialization.jsonObject(with: result.output) as? [String: Any])
        let total = try #require(json["total"] as? [String: Any])
        #expect(total["units"] as? Int == 3, "\(through)")
        #expect(total["missingUnits"] as? Int == 0, "\(through)")
        let paths = try #require(json["paths"] as? [[String: Any]])
        let title = try #require(paths.first { $0["path"] as? String == "title" })
        #expect(title["survived"] as? Int == 3, "\(through)")
      }
    }
  }

  @Test("reports never replace anything unasked")
  func clashes() throws {
    try Folder.with { folder in
      let file = try folder.write("a.xml", FindingAids.make("A"))
      let report = try folder.write("r.json", "older")
      let refused = try Command.run(["roundtrip", "--through", "ead3", "--report", report, file])
      #expect(refused.status == 2)
      #expect(folder.contents("r.json") == "older")
      let forced = try Command.run(["roundtrip", "--through", "ead3", "--force", "--report", report, file])
      #expect(forced.status < 2, "\(forced.errors)")
      #expect(folder.contents("r.json") != "older")
      let twice = try Command.run(
        ["roundtrip", "--through", "ead3", "--report", folder.path("x.json"), "--report", folder.path("x.json"), file])
      #expect(twice.status == 64)
    }
  }

  @Test(
    "wrong usage is 64",
    arguments: [
      ["--through", "ead3"], ["a.xml"], ["--through", "ead4", "a.xml"], ["--through", "ead3", "--report", "r.pdf", "a.xml"],
      ["--through", "ead3", "--jobs", "0", "a.xml"], ["--through", "atom-csv", "--default-culture", "klingon", "a.xml"],
    ])
  func usage(_ arguments: [String]) throws {
    let result = try Command.run(["roundtrip"] + arguments)
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.output.isEmpty)
  }
}
