import Foundation
import Testing

@testable import Archifilter

private func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Int {
  CivilDate(year: year, month: month, day: day, hour: hour, minute: minute, second: second).nanoseconds ?? .min
}

/// Documents made byte by byte.
private enum Made {
  /// A zip whose entries are stored.
  static func zip(_ parts: [(String, [UInt8])]) -> [UInt8] {
    func little(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in parts {
      let common =
        little(20, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0x21, 2) + little(checksum(bytes), 4)
        + little(bytes.count, 4) + little(bytes.count, 4) + little(name.utf8.count, 2) + little(0, 2)
      directory += Array("PK\u{1}\u{2}".utf8) + little(20, 2) + common + little(0, 10) + little(out.count, 4) + Array(name.utf8)
      out += Array("PK\u{3}\u{4}".utf8) + common + Array(name.utf8) + bytes
    }
    let start = out.count
    out += directory
    return out + Array("PK\u{5}\u{6}".utf8) + little(0, 4) + little(parts.count, 2) + little(parts.count, 2)
      + little(directory.count, 4) + little(start, 4) + little(0, 2)
  }

  private static func checksum(_ bytes: [UInt8]) -> Int {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return Int(~sum)
  }

  static func core(title: String, prolog: String = "") -> [UInt8] {
    Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>\(prolog)
      <cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">\
      <dc:title>\(title)</dc:title><dc:creator>Jeanne Martin</dc:creator>\
      <dcterms:created>2013-12-23T23:15:00Z</dcterms:created><dcterms:modified>2019-03-04T10:11:12Z</dcterms:modified>\
      </cp:coreProperties>
      """.utf8)
  }

  static func openMeta() -> [UInt8] {
    Array(
      """
      <o:document-meta xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:d="http://purl.org/dc/elements/1.1/" \
      xmlns:m="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><o:meta><d:title>Règlement du cimetière</d:title>\
      <d:date>2018-07-01T00:30:00.123</d:date><m:creation-date>2018-06-01T10:00:00</m:creation-date></o:meta></o:document-meta>
      """.utf8)
  }

  /// A PDF with a classic table.
  static func pdf(_ objects: [String], trailer: String, before: String = "") -> [UInt8] {
    var out = Array((before + "%PDF-1.4\n").utf8)
    let shift = before.utf8.count
    var places: [Int] = []
    for (index, object) in objects.enumerated() {
      places.append(out.count - shift)
      out += Array("\(index + 1) 0 obj\n\(object)\nendobj\n".utf8)
    }
    let start = out.count - shift
    out += Array("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8)
    for place in places { out += Array((String(repeating: "0", count: 10 - String(place).count) + "\(place) 00000 n \n").utf8) }
    return out + Array("trailer\n<< /Size \(objects.count + 1) /Root 1 0 R \(trailer) >>\nstartxref\n\(start)\n%%EOF\n".utf8)
  }

  /// zlib data whose blocks are stored.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var a = 1
    var b = 0
    for byte in bytes {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    let count = bytes.count
    return [0x78, 0x01, 0x01, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255)] + bytes
      + [UInt8(b >> 8), UInt8(b & 255), UInt8(a >> 8), UInt8(a & 255)]
  }

  /// A PDF whose information dictionary is in an object stream, found by a cross-reference stream with a predictor.
  static func compressedPDF() -> [UInt8] {
    var out = Array("%PDF-1.5\n".utf8)
    let inside = "1 0 2 23 <</Type /Catalog    >> <</Title (Plan local d\\222urbanisme) /ModDate (D:20200102030405+01'00')>>"
    let first = 9
    let packed = stored(Array(inside.utf8))
    let three = out.count
    out += Array("3 0 obj\n<</Type/ObjStm/N 2/First \(first)/Filter/FlateDecode/Length \(packed.count)>>\nstream\n".utf8) + packed
    out += Array("\nendstream\nendobj\n".utf8)
    let four = out.count
    let rows: [[UInt8]] = [
      [0, 0, 0, 0], [2, 0, 3, 0], [2, 0, 3, 1], [1, UInt8(three >> 8), UInt8(three & 255), 0], [1, UInt8(four >> 8), UInt8(four & 255), 0],
    ]
    var predicted: [UInt8] = []
    var above: [UInt8] = [0, 0, 0, 0]
    for row in rows {
      predicted.append(2)
      predicted += Swift.zip(row, above).map { $0 &- $1 }
      above = row
    }
    let table = stored(predicted)
    out +=
      Array(
        "4 0 obj\n<</Type/XRef/Size 5/W[1 2 1]/Root 1 0 R/Info 2 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>/Length \(table.count)>>\nstream\r\n"
          .utf8) + table
    return out + Array("\nendstream\nendobj\nstartxref\n\(four)\n%%EOF\n".utf8)
  }

  static let mail = Array(
    """
    Received: from x\r\nFrom: Jeanne <j@example.org>\r\nSubject: =?utf-8?B?Q29uc2VpbCBkdSA0IG1hcnMgOiBjb252b2Nh?=\r
     =?utf-8?Q?tion_d=C3=A9finitive?=\r\nDate: Mon, 4 Mar 2019 10:11:12 +0100 (CET)\r\n\r\nSubject: not this one\r\n
    """.utf8)
}

@Suite struct MetadataTests {
  private func read(
    _ bytes: [UInt8], _ name: String, zone: String = "Europe/Paris"
  ) throws -> (modified: Int?, created: Int?, title: String?, isEncrypted: Bool) {
    let path = NSTemporaryDirectory() + "metadata-" + UUID().uuidString
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    return EmbeddedMetadata.read(
      descriptor: file.fileDescriptor, size: bytes.count, name: Array(name.utf8), format: nil, zipParts: [],
      time: try LocalTime(zone: zone))
  }

  @Test func officeOpenXML() throws {
    let found = try read(Made.zip([("docProps/core.xml", Made.core(title: "Délibération &amp; annexes"))]), "x.docx")
    #expect(found.title == "Délibération & annexes")
    #expect(found.modified == utc(2019, 3, 4, 10, 11, 12))
    #expect(found.created == utc(2013, 12, 23, 23, 15))
  }

  @Test func openDocumentByTheClockOfTheArchive() throws {
    let bytes = Made.zip([("meta.xml", Made.openMeta())])
    let found = try read(bytes, "x.odt")
    #expect(found.title == "Règlement du cimetière")
    #expect(found.modified == utc(2018, 6, 30, 22, 30) + 123_000_000)
    #expect(try read(bytes, "x.odt", zone: "UTC").created == utc(2018, 6, 1, 10))
    // Any other zip is not gone through.
    #expect(try read(bytes, "x.zip").title == nil)
  }

  @Test func entityBombsAreHarmless() throws {
    var entities = "<!ENTITY a0 \"lol\">"
    for level in 1..<30 { entities += "<!ENTITY a\(level) \"" + String(repeating: "&a\(level - 1);", count: 10) + "\">" }
    let prolog = "<!DOCTYPE x [\(entities)<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
    let found = try read(Made.zip([("docProps/core.xml", Made.core(title: "&a29;&f;", prolog: prolog))]), "x.docx")
    #expect(!(found.title ?? "").contains("root:"))
    #expect(!(found.title ?? "").contains("lol"))
  }

  @Test func pdfWithTable() throws {
    let info = "<< /Title <FEFF005000E9007200690073> /Author (Jeanne) /ModDate (D:20190304101112+01'00') /CreationDate 3 0 R >>"
    let objects = ["<< /Type /Catalog >>", info, "(D:20190301Z)"]
    for before in ["", "junk\n"] {
      let found = try read(Made.pdf(objects, trailer: "/Info 2 0 R", before: before), "x.pdf")
      #expect(found.title == "Péris")
      #expect(found.modified == utc(2019, 3, 4, 9, 11, 12))
      #expect(found.created == utc(2019, 3, 1, 11))
      #expect(!found.isEncrypted)
    }
    // Places that are wrong: the objects are looked for.
    let shifted = String(decoding: Made.pdf(objects, trailer: "/Info 2 0 R"), as: UTF8.self)
      .replacingOccurrences(of: "startxref\n", with: "startxref\n9")
    #expect(try read(Array(shifted.utf8), "x.pdf").title == "Péris")
    let encrypted = try read(Made.pdf(objects, trailer: "/Info 2 0 R /Encrypt 3 0 R"), "x.pdf")
    #expect(encrypted.isEncrypted)
    #expect(encrypted.title == nil && encrypted.modified == nil)
  }

  @Test func pdfWithStreams() throws {
    let found = try read(Made.compressedPDF(), "x.pdf")
    // Octal 222 is the trade mark sign in PDFDocEncoding, not the apostrophe of Windows-1252.
    #expect(found.title == "Plan local d\u{2122}urbanisme")
    #expect(found.modified == utc(2020, 1, 2, 2, 4, 5))
  }

  @Test func pdfWithXMP() throws {
    let packet = """
      <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description \
      xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:ModifyDate="2017-05-06T07:08:09+02:00">\
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Carte communale</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>
      """
    let stream = "<< /Type /Metadata /Length \(packet.utf8.count) >>\nstream\n\(packet)\nendstream"
    let found = try read(Made.pdf(["<< /Metadata 2 0 R >>", stream], trailer: ""), "x.pdf")
    #expect(found.title == "Carte communale")
    #expect(found.modified == utc(2017, 5, 6, 5, 8, 9))
  }

  @Test func mail() throws {
    let found = try read(Made.mail, "x.eml")
    #expect(found.title == "Conseil du 4 mars : convocation définitive")
    #expect(found.modified == utc(2019, 3, 4, 9, 11, 12))
    #expect(try read(Made.mail, "x.txt").title == nil)
  }

  @Test func datesOfMails() {
    let cases: [(String, Int?)] = [
      ("Mon, 04 Mar 2019 10:11:12 +0100", utc(2019, 3, 4, 9, 11, 12)), ("4 Mar 2019 10:11 GMT", utc(2019, 3, 4, 10, 11)),
      ("04-Mar-19 10:11:12 EST", utc(2019, 3, 4, 15, 11, 12)), ("Mon Mar  4 10:11:12 2019", utc(2019, 3, 4, 10, 11, 12)),
      ("Mon, 4 Mar 99 10:11:12 -0530", utc(1999, 3, 4, 15, 41, 12)), ("2019-03-04 10:11:12 +0000", utc(2019, 3, 4, 10, 11, 12)),
      ("Mon, 4 March 2019 10:11:12 (comment) +0000", utc(2019, 3, 4, 10, 11, 12)),
      ("4 Mar 2019 10:11:60 +0000", utc(2019, 3, 4, 10, 11, 59)),
      ("Mon Mar 4 10:11:12 CET 2019", utc(2019, 3, 4, 9, 11, 12)), ("yesterday", nil), ("", nil), ("31 Feb 2019 10:11:12 +0000", nil),
      ("4 Mar 2019 25:11:12 +0000", nil), ("4 Mar 99999 10:11:12 +0000", nil),
    ]
    for (text, expected) in cases { #expect(DocumentDate.email(Array(text.utf8), .utc) == expected, "\(text)") }
    #expect(DocumentDate.pdf(Array("D:2019".utf8), .utc) == nil)
    #expect(DocumentDate.pdf(Array("20190304".utf8), .utc) == utc(2019, 3, 4, 12))
    #expect(DocumentDate.pdf(Array("D:00000000000000Z".utf8), .utc) == nil)
    #expect(DocumentDate.fileTime(0) == nil)
    #expect(DocumentDate.fileTime(116_444_736_000_000_000) == 0)
    #expect(DocumentDate.fileTime(.max) == nil)
  }

  @Test func encodedWords() {
    let cases = [
      ("=?iso-8859-1?Q?=E9t=E9?=", "été"), ("=?windows-1252?q?l=92=E9t=E9?=", "l’été"), ("=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
      ("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"), ("a =?utf-8?Q?b?= c", "a b c"), ("=?x?Z?b?=", "=?x?Z?b?="), ("=?utf-8?Q?b", "=?utf-8?Q?b"),
      ("=?iso-8859-15?Q?=A4?=", "€"), ("=?utf-8*fr?Q?a_b?=", "a b"),
    ]
    for (field, expected) in cases { #expect(EncodedWords.decode(Array(field.utf8)) == expected) }
    #expect(EncodedWords.decode([0x63, 0xE9]) == "cé")
  }

  @Test func titlesThatSayNothing() {
    for junk in [
      "", "  ", "Document1", "Microsoft Word - rapport.doc", "PowerPoint Presentation", "Présentation PowerPoint", "untitled", "1", "--",
      "Rapport final.docx", "rapport_final", "Sans titre", "C:\\Users\\x\\y.doc", "Template", "\u{1}\u{2}",
    ] { #expect(EmbeddedTitle.clean(junk, fileName: Array("Rapport final.docx".utf8)) == nil, "\(junk)") }
    #expect(EmbeddedTitle.clean(" Bail\u{7} rural\r\n", fileName: []) == "Bail rural")
    #expect(EmbeddedTitle.clean(String(repeating: "ab ", count: 4_000), fileName: [])?.unicodeScalars.count ?? 0 <= 500)
  }

  /// Truncations and changed bytes of every kind: no crash, no hang, and what is given stays within its bounds.
  @Test func hostileInput() throws {
    let info = "<< /Title (Plan) /ModDate (D:20190304101112Z) >>"
    let samples: [([UInt8], String)] = [
      (Made.zip([("docProps/core.xml", Made.core(title: "Plan"))]), "a.docx"), (Made.zip([("meta.xml", Made.openMeta())]), "a.odt"),
      (Made.pdf(["<< /Type /Catalog >>", info], trailer: "/Info 2 0 R"), "a.pdf"), (Made.compressedPDF(), "a.pdf"), (Made.mail, "a.eml"),
    ]
    var generator = SeededGenerator(seed: 42)
    for (bytes, name) in samples {
      for length in stride(from: 0, to: bytes.count, by: 5) { _ = try read(Array(bytes[..<length]), name) }
      for _ in 0..<400 {
        var broken = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          broken[Int.random(in: 0..<broken.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        let found = try read(broken, name)
        #expect((found.title?.unicodeScalars.count ?? 0) <= EmbeddedTitle.most)
      }
    }
    for nested in ["[", "<<", "(", "<< /A ", "%", "<"] {
      var reader = PDFReader(Array(String(repeating: nested, count: 100_000).utf8))
      #expect(reader.value() == nil)
    }
  }
}

@Suite struct BoundedReadTests {
  @Test func whatCannotBeReadIsEmpty() {
    #expect(BoundedRead.bytes(-1, at: 0, count: 16).isEmpty)
  }
}
