import Foundation
import Testing

/// Input made to break a reader: refused quickly with a clear message, or read without harm.
@Suite("hostile input") struct HostileInputTests {
  /// Long for any of these inputs, even for a debug build on a busy machine.
  static let patience = 60.0

  /// Refused: exit status 2, one error line for the file with a place in it, nothing written or left behind.
  private func expectRefusal(
    _ result: Command.Outcome, _ folder: Folder, file: String, rules: [String], comment: Comment? = nil
  ) {
    #expect(!result.timedOut, comment)
    #expect(!result.wasKilled, comment)
    #expect(result.status == 2, comment)
    let lines = result.errorLines.filter { $0.hasPrefix(file + ":") && $0.contains(": error: ") }
    #expect(lines.count == 1, "\(result.errors)")
    #expect(rules.contains { rule in lines.contains { $0.hasSuffix("[\(rule)]") } }, "\(result.errors)")
    #expect(folder.files("out").isEmpty, comment)
    #expect(result.leftovers.isEmpty, comment)
  }

  private func convert(_ name: String, _ options: [String] = [], in folder: Folder) throws -> Command.Outcome {
    try Command.run(["convert", name, "-o", "out"] + options, directory: folder.url, timeout: Self.patience)
  }

  // MARK: Entities

  @Test("a billion laughs")
  func billionLaughs() throws {
    try Folder.with { folder in
      var entities = "<!ENTITY l0 \"lol\">"
      for level in 1...9 {
        entities += "<!ENTITY l\(level) \"" + String(repeating: "&l\(level - 1);", count: 10) + "\">"
      }
      try folder.write("a.xml", "<!DOCTYPE ead [\(entities)]>\n" + FindingAids.make("a", title: "&l9;"))
      let result = try convert("a.xml", in: folder)
      expectRefusal(result, folder, file: "a.xml", rules: ["entity-expansion", "entity-loop"])
      // In an attribute as well.
      try folder.write("b.xml", "<!DOCTYPE ead [\(entities)]>\n" + FindingAids.make("b", body: "<odd type=\"&l9;\"><p>T</p></odd>"))
      expectRefusal(try convert("b.xml", in: folder), folder, file: "b.xml", rules: ["entity-expansion", "entity-loop"])
    }
  }

  @Test("quadratic blow-up: 50 kB, 20,000 times")
  func quadraticBlowUp() throws {
    try Folder.with { folder in
      let entity = "<!DOCTYPE ead [<!ENTITY a \"" + String(repeating: "a", count: 50_000) + "\">]>\n"
      let body = "<scopecontent><p>" + String(repeating: "&a;", count: 20_000) + "</p></scopecontent>"
      try folder.write("a.xml", entity + FindingAids.make("a", body: body))
      let result = try convert("a.xml", in: folder)
      expectRefusal(result, folder, file: "a.xml", rules: ["entity-expansion"])
      #expect(result.errors.contains("--max-entity-bytes"))
    }
  }

  @Test("entities of a normal size are read")
  func friendlyEntities() throws {
    try Folder.with { folder in
      let entity = "<!DOCTYPE ead [<!ENTITY place \"the harbour of Port Mercer\">]>\n"
      let body = "<scopecontent><p>" + String(repeating: "&place;, ", count: 40) + "end</p></scopecontent>"
      try folder.write("a.xml", entity + FindingAids.make("a", body: body))
      let result = try convert("a.xml", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let text = folder.rows("out/a.csv").column("scopeAndContent").first ?? ""
      #expect(text.components(separatedBy: "the harbour of Port Mercer").count == 41)
    }
  }

  @Test("external entities are never read, and each is a loss")
  func externalEntities() throws {
    try Folder.with { folder in
      let secret = "secret-\(UUID().uuidString)"
      try folder.write("secret.txt", secret)
      let subset =
        "<!DOCTYPE ead [<!ENTITY one SYSTEM \"file:///etc/passwd\"><!ENTITY two SYSTEM \"http://127.0.0.1:9/two\">"
        + "<!ENTITY three SYSTEM \"secret.txt\"><!ENTITY four PUBLIC \"-//X//Y\" \"file://\(folder.path("secret.txt"))\">]>\n"
      let body = "<scopecontent><p>before &one;&two;&three;&four; after</p></scopecontent>" + FindingAids.twoComponents
      try folder.write("a.xml", subset + FindingAids.make("a", body: body))
      let result = try convert("a.xml", ["--loss-report", "l.jsonl"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(!result.timedOut)

      let rows = folder.rows("out/a.csv")
      #expect(rows.rows.count == 3)
      let text = rows.column("scopeAndContent").first ?? ""
      #expect(text.hasPrefix("before") && text.hasSuffix("after"), "\(text)")
      let losses = try LossReportTests.objects(folder.bytes("l.jsonl")).filter { $0["reason"] as? String == "external-entity" }
      #expect(losses.count == 4)
      #expect(result.errorLines.filter { $0.contains("[external-entity]") }.count >= 3, "\(result.errors)")

      let passwords = try String(contentsOf: URL(fileURLWithPath: "/etc/passwd"), encoding: .utf8)
      let account = passwords.components(separatedBy: "\n").first ?? "root:"
      let all = try folder.text("out/a.csv") + folder.text("l.jsonl") + result.errors + result.text
      #expect(!all.contains(account))
      #expect(!all.contains(secret))
    }
  }

  @Test("an external parameter entity and an external DTD are not read; the rest is")
  func externalParameterEntity() throws {
    try Folder.with { folder in
      try folder.write("evil.dtd", "<!ENTITY stolen \"stolen\"><!ENTITY % all SYSTEM \"file:///etc/passwd\">")
      let subset =
        "<!DOCTYPE ead SYSTEM \"evil.dtd\" [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p; <!ENTITY word \"read\">]>\n"
      try folder.write("a.xml", subset + FindingAids.make("a", title: "T &word;"))
      let result = try convert("a.xml", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("[external-entity]"))
      let rows = folder.rows("out/a.csv")
      #expect(rows.rows.count == 3)
      #expect(rows.column("title").first == "T read")
      #expect(folder.contents("out/a.csv")?.contains("root:") == false)
    }
  }

  @Test("an entity that contains itself")
  func entityLoop() throws {
    try Folder.with { folder in
      let subset = "<!DOCTYPE ead [<!ENTITY a \"x&b;\"><!ENTITY b \"y&a;\">]>\n"
      try folder.write("a.xml", subset + FindingAids.make("a", title: "T &a;"))
      expectRefusal(try convert("a.xml", in: folder), folder, file: "a.xml", rules: ["entity-loop"])
    }
  }

  // MARK: Size and depth

  /// As deep as the option allows, wherever the converter itself goes down: no stack overflows.
  @Test(
    "4,000 nested elements of a kind",
    arguments: [
      ("<did><unittitle>A</unittitle></did>", "controlaccess", "<subject>x</subject>"),
      ("<did><unittitle>A</unittitle></did>", "descgrp", "<odd><p>x</p></odd>"), ("<did><unittitle>A</unittitle></did><odd>", "list", "x"),
      ("<did><unittitle>A</unittitle></did><odd><table>", "tgroup", "x"),
      ("<did><unittitle>A</unittitle><physdesc>", "physdescstructured", "x"),
      ("<did><unittitle>A</unittitle><origination>", "x", "<persname>P</persname>"), ("<did><unittitle>A</unittitle></did>", "dsc", "x"),
      ("<did><unittitle>A</unittitle></did>", "c", ""), ("<did><unittitle>", "emph", "x"),
    ])
  func nestedAsDeepAsMayBe(_ before: String, _ name: String, _ inside: String) throws {
    try Folder.with { folder in
      let count = 4_000
      let open = String(repeating: "<\(name)>", count: count)
      let close = String(repeating: "</\(name)>", count: count)
      let tags = before.split(separator: "<").map { String($0.prefix { $0 != ">" }) }
      var stack: [String] = []
      for tag in tags { if tag.hasPrefix("/") { stack.removeLast() } else { stack.append(tag) } }
      let after = stack.reversed().map { "</\($0)>" }.joined()
      try folder.write("a.xml", "<ead><archdesc>" + before + open + inside + close + after + "</archdesc></ead>")
      let result = try convert("a.xml", ["--max-depth", "4096", "--default-culture", "en"], in: folder)
      #expect(result.status == 0, "\(name): \(result.errors.prefix(300))")
    }
  }

  @Test("100,000 nested elements", arguments: ["p", "c"])
  func nested(_ name: String) throws {
    try Folder.with { folder in
      let deep = String(repeating: "<\(name)>", count: 100_000) + String(repeating: "</\(name)>", count: 100_000)
      let body = name == "c" ? "<dsc>\(deep)</dsc>" : "<scopecontent>\(deep)</scopecontent>"
      try folder.write("a.xml", FindingAids.make("a", body: body))
      let result = try convert("a.xml", in: folder)
      expectRefusal(result, folder, file: "a.xml", rules: ["too-deep"])
      #expect(result.errors.contains("1024"))
      #expect(result.errors.contains("--max-depth"))
    }
  }

  @Test("1,200 levels when they are allowed")
  func deepButAllowed() throws {
    try Folder.with { folder in
      let level = "<c level=\"file\"><did><unittitle>t</unittitle></did>"
      let body = "<dsc>" + String(repeating: level, count: 1_200) + String(repeating: "</c>", count: 1_200) + "</dsc>"
      try folder.write("a.xml", FindingAids.make("a", body: body))
      let result = try convert("a.xml", ["--max-depth", "2000"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let rows = folder.rows("out/a.csv")
      #expect(rows.rows.count == 1_201)
      #expect(rows.identifiersAreUnique)
      #expect(rows.parentsComeFirst)
    }
  }

  /// 100 MB between two pieces of a document, through a pipe.
  private func flood(_ before: String, _ after: String, in folder: Folder) throws -> Command.Outcome {
    let script = "{ printf %s \"$1\"; head -c 100000000 /dev/zero | tr '\\000' a; printf %s \"$2\"; } | \"$0\" convert - -o out"
    return try Command.shell(script, [before, after], directory: folder.url, timeout: Self.patience)
  }

  @Test("an attribute of 100 MB")
  func hugeAttribute() throws {
    try Folder.with { folder in
      let parts = FindingAids.make("a", body: "<odd type=\"@\"><p>T</p></odd>").components(separatedBy: "@")
      let result = try flood(parts[0], parts[1], in: folder)
      #expect(!result.timedOut)
      #expect(!result.wasKilled)
      #expect(result.status == 0 || result.status == 2, "\(result.status) \(result.errors)")
      if result.status == 2 { expectRefusal(result, folder, file: "-", rules: ["text-too-large", "xml-attribute-too-large"]) }
      #expect(result.errorBytes.count < 10_000)
    }
  }

  @Test("a paragraph of 100 MB")
  func hugeText() throws {
    try Folder.with { folder in
      let parts = FindingAids.make("a", body: "<odd><p>@</p></odd>").components(separatedBy: "@")
      let result = try flood(parts[0], parts[1], in: folder)
      expectRefusal(result, folder, file: "-", rules: ["text-too-large"])
      #expect(result.errors.contains("--max-text"))
      #expect(result.errorBytes.count < 10_000)
    }
  }

  // MARK: Damage

  @Test("a file cut off anywhere: an error with its place, and no output")
  func truncated() throws {
    try Folder.with { folder in
      let whole = try Data(contentsOf: URL(fileURLWithPath: Command.samples + "/elliott-wren-papers.xml"))
      var names: [String] = []
      for length in stride(from: 1_000, to: whole.count, by: 1_000) {
        names.append("cut/\(length).xml")
        try folder.write("cut/\(length).xml", Data(whole.prefix(length)))
      }
      #expect(names.count >= 20)
      let result = try convert("cut", in: folder)
      #expect(result.status == 2)
      #expect(folder.files("out").isEmpty)
      #expect(result.leftovers.isEmpty)
      for name in names {
        let lines = result.errorLines.filter { $0.hasPrefix(name + ":") }
        #expect(lines.count == 1, "\(name): \(lines)")
        let place = (lines.first ?? "").components(separatedBy: ": error: ")[0].components(separatedBy: ":")
        #expect(place.count == 3, "\(lines)")
        if place.count == 3 {
          #expect((Int(place[1]) ?? 0) > 0, "\(lines)")
          #expect((Int(place[2]) ?? 0) > 0, "\(lines)")
        }
      }
      #expect(result.errors.contains("\(names.count) finding aid(s) could not be converted"))
    }
  }

  @Test("a file cut off before its last tag ends")
  func truncatedAtTheEnd() throws {
    try Folder.with { folder in
      let whole = Data(FindingAids.make("a").utf8)
      for missing in [2, 6, 16] {
        try folder.write("a.xml", Data(whole.prefix(whole.count - missing)))
        let result = try convert("a.xml", in: folder)
        expectRefusal(result, folder, file: "a.xml", rules: ["xml-truncated", "xml-not-well-formed"], comment: "\(missing) bytes")
      }
    }
  }

  @Test("NUL and control characters", arguments: [UInt8(0), 1, 8, 0x1B, 0x1F])
  func controlCharacters(_ byte: UInt8) throws {
    try Folder.with { folder in
      var bytes = Data()
      for (number, part) in FindingAids.make("a", title: "One@two").components(separatedBy: "@").enumerated() {
        if number > 0 { bytes.append(byte) }
        bytes.append(Data(part.utf8))
      }
      try folder.write("a.xml", bytes)
      let result = try convert("a.xml", in: folder)
      expectRefusal(result, folder, file: "a.xml", rules: ["xml-bad-characters", "xml-not-well-formed"], comment: "\(byte)")
      #expect(MessageTests.isSafe(result.errors))
    }
  }

  @Test("nothing, spaces, or something else altogether", arguments: ["", " \n ", "\u{FEFF}", "PK\u{3}\u{4}zip", "%PDF-1.7\n", "{}"])
  func noXML(_ text: String) throws {
    try Folder.with { folder in
      try folder.write("a.xml", text)
      let result = try convert("a.xml", in: folder)
      #expect(result.status == 2)
      #expect(result.errorLines.filter { $0.hasPrefix("a.xml:") && $0.contains(": error: ") }.count == 1, "\(result.errors)")
      #expect(folder.files("out").isEmpty)
    }
  }

  // MARK: Encodings

  @Test("Latin bytes that are declared UTF-8: an error that names the way out, which works")
  func wrongEncoding() throws {
    try Folder.with { folder in
      var bytes = Data()
      for scalar in (FindingAids.declaration + FindingAids.make("a", title: "Musée")).unicodeScalars {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      }
      try folder.write("a.xml", bytes)
      let result = try convert("a.xml", in: folder)
      expectRefusal(result, folder, file: "a.xml", rules: ["xml-bad-characters"])
      #expect(result.errors.contains("--encoding windows-1252"))

      let named = try convert("a.xml", ["--encoding", "windows-1252"], in: folder)
      #expect(named.status == 0, "\(named.errors)")
      #expect(folder.rows("out/a.csv").column("title").first == "Musée")
    }
  }

  @Test("an encoding nobody knows")
  func unknownEncoding() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      expectRefusal(try convert("a.xml", ["--encoding", "klingon"], in: folder), folder, file: "a.xml", rules: ["encoding-unknown"])
    }
  }

  @Test("declared UTF-16, but one byte a character: read as UTF-8 with a warning, or refused")
  func notUTF16() throws {
    try Folder.with { folder in
      try folder.write("a.xml", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n" + FindingAids.make("a", title: "Musée"))
      let result = try convert("a.xml", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errorLines.filter { $0.contains(": warning: ") && $0.hasSuffix("[encoding-wrong]") }.count == 1, "\(result.errors)")
      #expect(folder.rows("out/a.csv").column("title").first == "Musée")
    }
  }

  @Test("UTF-16 with a byte order mark, either way round", arguments: [true, false])
  func utf16(_ isLittleEndian: Bool) throws {
    try Folder.with { folder in
      let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n" + FindingAids.make("a", title: "Musée – 北京 – 𝄞")
      var bytes = Data()
      for unit in [0xFEFF] + Array(text.utf16) {
        let low = UInt8(truncatingIfNeeded: unit)
        let high = UInt8(truncatingIfNeeded: unit >> 8)
        bytes.append(isLittleEndian ? low : high)
        bytes.append(isLittleEndian ? high : low)
      }
      try folder.write("a.xml", bytes)
      let result = try convert("a.xml", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let rows = folder.rows("out/a.csv")
      #expect(rows.rows.count == 3)
      #expect(rows.column("title").first == "Musée – 北京 – 𝄞")

      // Half of a character at the end.
      try folder.write("half.xml", Data(bytes.prefix(bytes.count / 2 | 1)))
      let half = try convert("half.xml", in: folder)
      #expect(half.status == 2)
      #expect(!folder.exists("out/half.csv"))
    }
  }

  @Test("UTF-8 with a byte order mark")
  func byteOrderMark() throws {
    try Folder.with { folder in
      try folder.write("a.xml", "\u{FEFF}" + FindingAids.declaration + FindingAids.make("a", title: "Musée"))
      let result = try convert("a.xml", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(folder.rows("out/a.csv").column("title").first == "Musée")
    }
  }

  // MARK: Gzip

  @Test("a gzip bomb is not unpacked")
  func gzipBomb() throws {
    try Folder.with { folder in
      let packed = try Command.shell("head -c 200000000 /dev/zero | gzip -c >a.xml.gz", directory: folder.url)
      #expect(packed.status == 0)
      let result = try convert("a.xml.gz", in: folder)
      expectRefusal(result, folder, file: "a.xml.gz", rules: ["gzip-too-large", "xml-bad-characters", "xml-not-well-formed"])
    }
  }

  @Test("a gzip file that is incomplete or damaged")
  func damagedGzip() throws {
    try Folder.with { folder in
      let whole = try FindingAids.gzip(Data(contentsOf: URL(fileURLWithPath: Command.samples + "/elliott-wren-papers.xml")))
      #expect(whole.count > 2_000)
      for length in [3, 11, 1_000, whole.count / 2, whole.count - 1] {
        try folder.write("a.xml.gz", Data(whole.prefix(length)))
        let result = try convert("a.xml.gz", in: folder)
        expectRefusal(result, folder, file: "a.xml.gz", rules: ["gzip-truncated"], comment: "\(length) bytes")
      }
      var damaged = whole
      damaged[damaged.count / 2] ^= 0xFF
      try folder.write("a.xml.gz", damaged)
      let result = try convert("a.xml.gz", in: folder)
      #expect(result.status == 2)
      #expect(folder.files("out").isEmpty)
    }
  }

  // MARK: A disk that is full

  /// With files bounded to a few kilobytes, as on a full disk.
  private func bounded(_ arguments: [String], in folder: Folder) throws -> Command.Outcome {
    try Command.shell(
      "ulimit -f 8; exec \"$0\" convert -q \"$@\"", arguments, directory: folder.url, timeout: Self.patience)
  }

  @Test(
    "no room for the output: an error, and nothing left behind",
    arguments: [
      ["-o", "out"], ["-o", "out/a.csv"], ["--combine", "out/all.csv"], ["--combine", "out/all.csv", "--rows-per-file", "10"],
    ])
  func noRoom(_ options: [String]) throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.large(components: 2_000))
      let result = try bounded(["a.xml"] + options, in: folder)
      #expect(!result.timedOut)
      #expect(!result.wasKilled, "\(result.status) \(result.errors)")
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.errors.contains("[output-failed]") || result.errors.contains("[spool-failed]"), "\(result.errors)")
      #expect(folder.files("out").isEmpty, "left behind: \(folder.files("out"))")
      #expect(result.leftovers.isEmpty)
    }
  }

  @Test("no room for the output: the result of an earlier run stays")
  func noRoomKeepsOld() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.large(components: 2_000))
      try folder.write("out/a.csv", "old\n")
      let result = try bounded(["a.xml", "-o", "out", "--force"], in: folder)
      #expect(result.status == 2, "\(result.errors)")
      #expect(folder.contents("out/a.csv") == "old\n")
      #expect(folder.files("out") == ["a.csv"])
    }
  }

  @Test("no room for the losses: an error, and no half report")
  func noRoomForLosses() throws {
    try Folder.with { folder in
      let notes = String(repeating: "<index><head>A heading of an index, which has no place</head></index>", count: 2_000)
      try folder.write("a.xml", FindingAids.make("a", body: notes))
      let result = try bounded(["a.xml", "-o", "out", "--loss-report", "losses.jsonl"], in: folder)
      #expect(!result.wasKilled)
      #expect(result.status == 2, "\(result.errors)")
      #expect(folder.files("").filter { $0.hasPrefix(".") }.isEmpty)
      // An empty report would say that nothing was lost.
      #expect(!folder.exists("losses.jsonl"))
      #expect(result.leftovers.isEmpty)
    }
  }

  @Test("no room for standard input's copy")
  func noRoomForSpool() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.large(components: 2_000))
      let result = try Command.shell(
        "cat a.xml | (ulimit -f 8; exec \"$0\" convert -q - -o out)", directory: folder.url, timeout: Self.patience)
      #expect(result.status == 2, "\(result.errors)")
      #expect(result.errors.contains("[spool-failed]"))
      #expect(result.errors.contains("TMPDIR"))
      #expect(folder.files("out").isEmpty)
      #expect(result.leftovers.isEmpty)
    }
  }

  @Test("a reader that goes away ends the command like any filter")
  func closedPipe() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.large(components: 2_000))
      let result = try Command.shell("\"$0\" convert -q a.xml | head -n 1", directory: folder.url, timeout: Self.patience)
      #expect(!result.timedOut)
      #expect(result.text.hasPrefix("\"legacyId\""))
      #expect(result.errors == "")
      #expect(result.leftovers.isEmpty)
    }
  }
}
