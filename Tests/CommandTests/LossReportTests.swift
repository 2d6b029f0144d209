import Foundation
import Testing

/// The account of what had no place, in its three formats, and the exit status that goes with it.
@Suite("loss reports") struct LossReportTests {
  /// Losses with everything in them that a format has to escape.
  static let lossy = [
    FindingAids.declaration,
    "<ead><eadheader><eadid countrycode=\"GB\">lossy</eadid><filedesc><titlestmt>\n",
    "<titleproper>Guide &lt;script&gt;alert(1)&lt;/script&gt; \"quoted\" &amp; 'single', comma\\</titleproper>\n",
    "</titlestmt></filedesc><profiledesc><langusage><language langcode=\"eng\">English</language></langusage></profiledesc>",
    "</eadheader><archdesc level=\"fonds\"><did><unitid>F</unitid><unittitle>Papers</unittitle>\n",
    "<physloc audience=\"internal\">=SUM(A1:A9)</physloc></did>\n",
    "<index><head>Noms – été</head></index></archdesc></ead>\n",
  ].joined()

  static let keys = ["file", "line", "path", "component", "text", "reason", "kind"]

  @Test("JSON lines: one object a line, with the same keys")
  func jsonLines() throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.lossy)
      let result = try Command.run(["convert", "a.xml", "-o", "a.csv", "--loss-report", "a.jsonl"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let objects = try Self.objects(folder.bytes("a.jsonl"))
      #expect(objects.count == 4)
      #expect(objects.count == result.countedLosses)
      for object in objects {
        #expect(Set(object.keys) == Set(Self.keys))
        #expect(object["file"] as? String == "a.xml")
        #expect(object["component"] as? String == "lossy")
        #expect(object["kind"] as? String == "loss")
        let line = object["line"] as? Int ?? 0
        #expect(line >= 2 && line <= 6, "\(object)")
      }
      let texts = objects.compactMap { $0["text"] as? String }
      #expect(texts.contains("GB"))
      #expect(texts.contains("Guide <script>alert(1)</script> \"quoted\" & 'single', comma\\"))
      #expect(texts.contains("=SUM(A1:A9)"))
      #expect(texts.contains("Noms – été"))
      let title = objects.first { ($0["text"] as? String ?? "").hasPrefix("Guide") }
      #expect(title?["line"] as? Int == 3)
      #expect(title?["path"] as? String == "/ead/eadheader/filedesc/titlestmt/titleproper")
      #expect(title?["reason"] as? String == "no-column")
    }
  }

  @Test("omissions are only listed when asked for, and are not losses")
  func omissions() throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.lossy)
      let result = try Command.run(
        ["convert", "a.xml", "-o", "a.csv", "--loss-report", "a.jsonl", "--report-omissions"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let kinds = try Self.objects(folder.bytes("a.jsonl")).compactMap { $0["kind"] as? String }
      #expect(kinds.filter { $0 == "loss" }.count == 4)
      #expect(kinds.filter { $0 == "omission" }.count >= 1)
      #expect(Set(kinds) == ["loss", "omission"])
      #expect(result.countedLosses == 4)
    }
  }

  @Test("CSV: RFC 4180, and no cell that a spreadsheet takes for a formula")
  func csv() throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.lossy)
      let result = try Command.run(["convert", "a.xml", "-o", "a.csv", "--loss-report", "losses.csv"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let bytes = try folder.bytes("losses.csv")
      let records = try #require(StrictCSV.records(bytes), "not RFC 4180")
      #expect(records.first == Self.keys)
      #expect(records.count == 5)
      #expect(records.allSatisfy { $0.count == Self.keys.count })
      let texts = records.dropFirst().map { $0[4] }
      #expect(texts.contains("Guide <script>alert(1)</script> \"quoted\" & 'single', comma\\"))
      #expect(texts.contains("'=SUM(A1:A9)"))
      for cell in records.joined() { #expect(!cell.hasPrefix("=") && !cell.hasPrefix("+") && !cell.hasPrefix("@"), "\(cell)") }
    }
  }

  @Test("the page: texts escaped, no script, its own language", arguments: ["en", "fr"])
  func html(_ language: String) throws {
    try Folder.with { folder in
      try folder.write("a.xml", Self.lossy)
      let result = try Command.run(
        ["convert", "a.xml", "-o", "a.csv", "--loss-report", "a.html", "--lang", language], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let page = try folder.text("a.html")
      #expect(page.hasPrefix("<!DOCTYPE html>"))
      #expect(page.contains("<html lang=\"\(language)\">"))
      #expect(page.contains("<meta charset=\"utf-8\">"))
      #expect(page.contains("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"))
      #expect(page.contains("Guide &lt;script&gt;alert(1)&lt;/script&gt; &quot;quoted&quot; &amp;"))
      #expect(!page.contains("<script"))
      #expect(!page.contains("http://") && !page.contains("https://"))
      #expect(page.contains(language == "fr" ? "<h1>Ce que la conversion a laissé de côté" : "<h1>What the conversion left out"))
      #expect(page.hasSuffix("</html>\n"))
    }
  }

  @Test("a page without losses says so")
  func emptyPage() throws {
    try Folder.with { folder in
      try folder.write("a.xml", FindingAids.make("a"))
      let result = try Command.run(
        ["convert", "a.xml", "-o", "a.csv", "--loss-report", "a.html", "--loss-report", "a.jsonl"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.countedLosses == 0)
      #expect(folder.contents("a.html")?.contains("Nothing was lost.") == true)
      #expect(folder.contents("a.jsonl") == "")
    }
  }

  @Test("the three formats and the last line agree on the samples")
  func samples() throws {
    try Folder.with { folder in
      let result = try Command.run(
        ["convert", Command.samples, "-o", "out", "--loss-report", "l.jsonl", "--loss-report", "l.csv", "--loss-report", "l.html"],
        directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let objects = try Self.objects(folder.bytes("l.jsonl"))
      let bytes = try folder.bytes("l.csv")
      let records = try #require(StrictCSV.records(bytes), "not RFC 4180")
      #expect(objects.count > 20)
      #expect(objects.count == result.countedLosses)
      #expect(records.count == objects.count + 1)
      #expect(folder.contents("l.html")?.contains("\(objects.count) pieces of text or attributes") == true)
      for (object, record) in zip(objects, records.dropFirst()) {
        #expect(object["file"] as? String == record[0])
        #expect(object["path"] as? String == record[2])
        #expect(object["reason"] as? String == record[5])
      }
    }
  }

  @Test("--fail-on-loss is 1 when something is lost; what cannot be read is 2 all the same")
  func failOnLoss() throws {
    try Folder.with { folder in
      try folder.write("lossy.xml", Self.lossy)
      try folder.write("whole.xml", FindingAids.make("whole"))
      try folder.write("broken.xml", "<ead><archdesc>")
      let lossy = try Command.run(["convert", "lossy.xml", "-o", "a", "--fail-on-loss"], directory: folder.url)
      #expect(lossy.status == 1)
      #expect(folder.files("a") == ["lossy.csv"])
      let whole = try Command.run(["convert", "whole.xml", "-o", "b", "--fail-on-loss"], directory: folder.url)
      #expect(whole.status == 0, "\(whole.errors)")
      let both = try Command.run(["convert", "lossy.xml", "broken.xml", "-o", "c", "--fail-on-loss"], directory: folder.url)
      #expect(both.status == 2)
      #expect(folder.files("c") == ["lossy.csv"])
    }
  }

  @Test("--fail-level: findings from that severity on are 1")
  func failLevel() throws {
    try Folder.with { folder in
      // A date that AtoM cannot store is a warning; the sample has notes and nothing worse.
      let date = "<dsc><c level=\"file\"><did><unittitle>T</unittitle><unitdate normal=\"once\">once</unitdate></did></c></dsc>"
      try folder.write("warning.xml", FindingAids.make("a", body: date))
      let note = Command.samples + "/elliott-wren-papers.xml"
      let expected: [(String, String, Int32)] = [
        ("warning.xml", "note", 1), ("warning.xml", "warning", 1), ("warning.xml", "error", 0), ("warning.xml", "never", 0),
        (note, "note", 1), (note, "warning", 0), (note, "error", 0), (note, "never", 0),
      ]
      for (file, level, status) in expected {
        let result = try Command.run(["convert", "-q", file, "--fail-level", level], directory: folder.url)
        #expect(result.status == status, "\(file) --fail-level \(level): \(result.errors)")
        #expect(!result.output.isEmpty)
      }
    }
  }

  static func objects(_ bytes: Data) throws -> [[String: Any]] {
    var objects: [[String: Any]] = []
    for line in bytes.split(separator: 0x0A) {
      let value = try JSONSerialization.jsonObject(with: Data(line))
      objects.append(try #require(value as? [String: Any]))
    }
    return objects
  }
}

/// CSV by the letter of RFC 4180, with every cell in quotes.
enum StrictCSV {
  /// All records; nil when a byte is out of place.
  static func records(_ data: Data) -> [[String]]? {
    let bytes = Array(data)
    var records: [[String]] = []
    var record: [String] = []
    var at = 0
    while at < bytes.count {
      guard bytes[at] == 0x22 else { return nil }
      at += 1
      var cell: [UInt8] = []
      var isClosed = false
      while at < bytes.count, !isClosed {
        if bytes[at] != 0x22 {
          cell.append(bytes[at])
          at += 1
        } else if at + 1 < bytes.count, bytes[at + 1] == 0x22 {
          cell.append(0x22)
          at += 2
        } else {
          isClosed = true
          at += 1
        }
      }
      guard isClosed else { return nil }
      record.append(String(decoding: cell, as: UTF8.self))
      if at < bytes.count, bytes[at] == 0x2C {
        at += 1
        guard at < bytes.count else { return nil }
      } else if at + 1 < bytes.count, bytes[at] == 0x0D, bytes[at + 1] == 0x0A {
        at += 2
        records.append(record)
        record = []
      } else {
        return nil
      }
    }
    return record.isEmpty ? records : nil
  }
}
