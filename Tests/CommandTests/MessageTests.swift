import Foundation
import Testing

/// What a person reads on standard error.
@Suite("messages") struct MessageTests {
  @Test(
    "French when --lang or the locale says so",
    arguments: [
      (["--lang", "fr"], [:]), ([], ["LC_ALL": "", "LANG": "fr_FR.UTF-8"]), ([], ["LC_ALL": "fr_CA.UTF-8"]),
      ([], ["LC_ALL": "", "LC_MESSAGES": "fr_FR.UTF-8", "LANG": "en_GB.UTF-8"]),
    ] as [([String], [String: String])])
  func french(_ options: [String], _ environment: [String: String]) throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a", body: "<scopecontent><p>T</p></scopecontent><index><head>N</head></index>"))
      let result = try Command.run(
        ["convert", "a.xml", "missing.xml", "-o", "out"] + options, environment: environment, directory: folder.url)
      #expect(result.status == 2)
      #expect(result.errors.contains("erreur: lecture impossible"), "\(result.errors)")
      #expect(result.errors.contains("[input-unreadable]"))
      #expect(result.errors.contains("Ce qui n'a pas de place dans le CSV d'AtoM"))
      #expect(result.errors.contains("Étape suivante"))
      #expect(result.errorLines.last?.hasPrefix("1 instrument(s), 1 lignes, 1 erreurs") == true)
    }
  }

  @Test(
    "English otherwise",
    arguments: [
      ([], ["LC_ALL": "", "LANG": ""]), ([], ["LC_ALL": "de_DE.UTF-8"]), (["--lang", "en"], ["LC_ALL": "fr_FR.UTF-8"]),
      ([], ["LC_ALL": "C", "LANG": "fr_FR.UTF-8"]),
    ] as [([String], [String: String])])
  func english(_ options: [String], _ environment: [String: String]) throws {
    let result = try Command.run(["convert", "missing.xml"] + options, environment: environment)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("missing.xml: error: cannot be read"), "\(result.errors)")
    #expect(result.errors.contains("[input-unreadable]"))
  }

  @Test("usage errors of the program's own are French too")
  func frenchUsage() throws {
    let result = try Command.run(["convert", "--lang", "fr", "-o", "a", "--combine", "b.csv", "c.xml"])
    #expect(result.status == 64)
    #expect(result.errors.contains("--output et --combine s'excluent"), "\(result.errors)")
  }

  @Test("the language of the messages changes nothing in the CSV")
  func dataIsTheSame() throws {
    let sample = Command.samples + "/fonds-communal-serie-w.xml"
    let english = try Command.run(["convert", sample, "--lang", "en"])
    let french = try Command.run(["convert", sample, "--lang", "fr"], environment: ["LC_ALL": "fr_FR.UTF-8"])
    #expect(english.status == 0, "\(english.errors)")
    #expect(french.status == 0, "\(french.errors)")
    #expect(!english.output.isEmpty)
    #expect(english.output == french.output)
    #expect(english.errors != french.errors)
  }

  @Test("-q says nothing when all is well, and errors all the same")
  func quiet() throws {
    try Folder.with { folder in
      let sample = Command.samples + "/elliott-wren-papers.xml"
      for arguments in [["-o", "out"], ["--combine", "all.csv"], ["--loss-report", "losses.html"]] {
        let result = try Command.run(["convert", "-q", sample] + arguments, directory: folder.url)
        #expect(result.status == 0)
        #expect(result.errors == "", "\(arguments)")
      }
      let bad = try Command.run(["convert", "-q", "missing.xml", sample, "-o", "out2"], directory: folder.url)
      #expect(bad.status == 2)
      #expect(bad.errorLines.count == 1, "\(bad.errors)")
      #expect(bad.errors.hasPrefix("missing.xml: error: "))
    }
  }

  @Test("the next step names the file, ready for the shell")
  func nextStep() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      let result = try Command.run(["convert", "a.xml", "-o", "it's/my a.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.errors.contains("csv:import --source-name='my a' --index 'it'\\''s/my a.csv'"), "\(result.errors)")
    }
  }

  @Test("no colour in a file")
  func noColourInFile() throws {
    let result = try Command.run(["convert", "missing.xml"], environment: ["TERM": "xterm-256color"])
    #expect(!result.errors.contains("\u{1B}"))
  }

  @Test("colour on a terminal, none with NO_COLOR, the same words either way")
  func colour() throws {
    guard Command.isProgram("/usr/bin/script") else {
      Command.saySkipped("colours: no /usr/bin/script to make a terminal")
      return
    }
    let line = try "'\(Command.program())' convert -q missing.xml"
    let shell = ["SHELL": "/bin/sh", "TERM": "xterm"]
    let coloured = try Command.tool("script", ["-qec", line, "/dev/null"], environment: shell)
    #expect(coloured.status == 2)
    #expect(coloured.text.contains("missing.xml: \u{1B}[31merror\u{1B}[0m: cannot be read"), "\(coloured.text)")

    let plain = try Command.tool(
      "script", ["-qec", line, "/dev/null"], environment: shell.merging(["NO_COLOR": "1"]) { _, new in new })
    #expect(plain.status == 2)
    #expect(plain.text.contains("missing.xml: error: cannot be read"), "\(plain.text)")
    #expect(!plain.text.contains("\u{1B}"))

    let dumb = try Command.tool(
      "script", ["-qec", line, "/dev/null"], environment: shell.merging(["TERM": "dumb"]) { _, new in new })
    #expect(!dumb.text.contains("\u{1B}"), "\(dumb.text)")
  }

  @Test("control characters of a document never reach the terminal")
  func controlCharactersOfDocument() throws {
    try Folder.with { folder in
      let csi = "&#x9b;31m"
      let document = [
        "<ead><eadheader><eadid countrycode=\"F\(csi)\">c\(csi)1</eadid><profiledesc><langusage><language langcode=\"eng\">English",
        "</language></langusage></profiledesc></eadheader><archdesc level=\"otherlevel\" otherlevel=\"Bun\(csi)&#x202e;dle\"><did>",
        "<unitid>F\(csi)</unitid><unittitle>T&#x85;\(csi)</unittitle><unitdate normal=\"19\(csi)\">nine\(csi)</unitdate>",
        "<origination><persname role=\"ro\(csi)le\">Na\(csi)me</persname></origination><langmaterial><language langcode=\"x\(csi)\">",
        "La\(csi)</language></langmaterial></did><index><head>H&#x202e;&#x7f;&#x2066;\(csi)</head></index></archdesc></ead>",
      ].joined()
      try folder.write("a.xml", document)
      let result = try Command.run(
        ["convert", "a.xml", "-v", "-o", "out", "--loss-report", "l.html", "--loss-report", "l.jsonl"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("[date-not-understood]"))
      #expect(Self.isSafe(result.errors), "\(result.errors.debugDescription)")
      for object in try LossReportTests.objects(folder.bytes("l.jsonl")) { #expect(object["text"] is String) }
      // They are the document's own in the CSV: an import format changes no data.
      #expect(folder.contents("out/a.csv")?.contains("T\u{85}\u{9B}31m") == true)
    }
  }

  @Test("control characters of bytes that are no XML never reach the terminal")
  func controlCharactersOfRubbish() throws {
    try Folder.with { folder in
      var bytes = Data("<ead><archdesc \u{1B}[2Jlevel=\"fonds\"><\u{1B}]0;title\u{07}>".utf8)
      bytes.append(contentsOf: [0x9B, 0x33, 0x31, 0x6D, 0x00, 0xFF])
      try folder.write("a.xml", bytes)
      try folder.write("b.xml", Data("<!DOCTYPE ead [<!ENTITY x SYSTEM \"\u{85}\u{9B}31m\">]><ead>&x;&\u{9B}y;".utf8))
      try folder.write("c.xml", Data("<?xml version=\"1.0\" encoding=\"\u{1B}[31m\"?><ead/>".utf8))
      let result = try Command.run(["convert", "a.xml", "b.xml", "c.xml", "-o", "out"], directory: folder.url)
      #expect(result.status == 2)
      #expect(Self.isSafe(result.errors), "\(result.errors.debugDescription)")
      #expect(folder.files("out").isEmpty)
    }
  }

  @Test("control characters of file names never reach the terminal")
  func controlCharactersOfNames() throws {
    try Folder.with { folder in
      let name = "ev\u{1B}[31mil\n\u{9B}"
      try folder.write("in/\(name).xml", FindingAids.make("a", body: "<index><head>N</head></index>"))
      try folder.write("in/\(name).txt", "skipped")
      try folder.write("in/bad\(name).xml", "<ead>")
      let result = try Command.run(["convert", "in", "-o", "out", "--loss-report", "l.html"], directory: folder.url)
      #expect(result.status == 2)
      #expect(folder.files("out") == ["\(name).csv"])
      #expect(Self.isSafe(result.errors), "\(result.errors.debugDescription)")
      #expect(folder.contents("l.html")?.contains("\u{1B}") == false)
    }
  }

  /// No control characters but line ends, and none that turn the direction of writing.
  static func isSafe(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x0A: true
      case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: false
      default: true
      }
    }
  }
}
