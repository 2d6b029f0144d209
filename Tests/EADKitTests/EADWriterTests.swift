import Foundation
import Testing

@testable import EADKit

/// What writes EAD: from description units, from bytes that are no text, from trees that are too deep.
struct EADWriterTests {
  private static let samples = ["elliott-wren-papers", "fonds-communal-serie-w", "harbour-board-records"]

  private static func write(_ path: String, _ form: EADForm) throws -> (bytes: [UInt8], units: Int, titles: [String]) {
    var bytes: [UInt8] = []
    var titles: [String] = []
    let reader = try EADReader(contentsOf: path)
    let writer = try EADWriter(form: form) { bytes += $0 }
    while let unit = try reader.next() {
      titles.append(unit.title)
      try writer.write(unit)
    }
    try writer.finish()
    return (bytes, writer.units, titles)
  }

  @Test(arguments: samples, EADForm.allCases) func unitsAreWritten(_ sample: String, _ form: EADForm) throws {
    let path = TestData.repository.appendingPathComponent("samples/\(sample).xml").path
    let written = try EADWriterTests.write(path, form)
    expectValid(written.bytes, "\(sample) as \(form.rawValue)")
    let folder = try ProofFolder()
    let again = try FindingAid(contentsOf: folder.write(written.bytes, "again.xml"))
    #expect(again.units.map(\.unit.title) == written.titles)
    #expect(again.units.count == written.units)
    #expect(again.generation == form.generation)
  }

  /// The stream of units gives what the conversion of the document gives.
  @Test(arguments: samples) func unitsAndDocumentAgree(_ sample: String) throws {
    let path = TestData.repository.appendingPathComponent("samples/\(sample).xml").path
    let generation = try #require(try FindingAid(contentsOf: path).generation)
    let other: EADGeneration = generation == .ead3 ? .ead2002 : .ead3
    let form: EADForm = other == .ead3 ? .ead3 : .ead2002
    let units = try DocumentPieces(EADWriterTests.write(path, form).bytes)
    let document = try DocumentPieces(ConvertedEAD(path, to: other).bytes)
    // Content that stands after a unit's children belongs to the unit, and so comes before them.
    #expect(
      units.pieces.map { $0.path + String(decoding: $0.value, as: UTF8.self) }.sorted()
        == document.pieces.map { $0.path + String(decoding: $0.value, as: UTF8.self) }.sorted())
  }

  /// Links of the DTD have XLink's names and values, whether the document or its units are written.
  @Test func linksWithoutNamespaceMove() throws {
    let plain = """
      <ead><eadheader><eadid>x</eadid><filedesc><titlestmt><titleproper>t</titleproper></titlestmt></filedesc></eadheader>\
      <archdesc level="fonds"><did><unittitle>F</unittitle><dao href="a.jpg" role="r" title="T" actuate="onrequest" show="showother"/>\
      <dao href="b.jpg" actuate="actuateother" show="new"/></did></archdesc></ead>
      """
    let folder = try ProofFolder()
    let path = try folder.write(Array(plain.utf8), "links.xml")
    let moved = [
      "xlink:role=\"r\"", "xlink:title=\"T\"", "xlink:actuate=\"onRequest\"", "xlink:show=\"other\"",
      "xlink:actuate=\"other\"", "xlink:show=\"new\"",
    ]
    var options = EADOptions()
    options.form = .ead2002
    for bytes in [try EADWriterTests.write(path, .ead2002).bytes, ConvertedEAD(path, to: .ead2002, options: options).bytes] {
      expectValid(bytes)
      let text = String(decoding: bytes, as: UTF8.self)
      for piece in moved { #expect(text.contains(piece), "\(piece)\n\(text)") }
    }
  }

  @Test func whatIsNoCharacterIsReplaced() throws {
    var written: [UInt8] = []
    let document = try TargetDocument(form: .ead3, options: EADOptions()) { written += $0 }
    let builder = document.builder
    builder.start(Tag.ead)
    builder.start(Tag.control)
    builder.start(Tag.recordid)
    builder.text([0x61, 0x00, 0x1F, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xEF, 0xBF, 0xBE, 0xF4, 0x90, 0x80, 0x80, 0x62, 0x0D, 0x3C])
    try document.finish()
    // NUL, a control character, two broken sequences, a surrogate, a noncharacter and one past the last.
    #expect(document.takeFindings(file: "").contains { $0.rule == "output-characters" && $0.arguments == ["6"] })
    #expect(String(decoding: written, as: UTF8.self).contains("a\u{FFFD}\u{FFFD}\u{FFFD}(\u{FFFD}\u{FFFD}\u{FFFD}b&#13;&lt;"))
    _ = try DocumentPieces(written)
  }

  @Test func numbersEndAtTwelve() throws {
    let folder = try ProofFolder()
    var inner = ""
    for depth in (1...14).reversed() { inner = "<c><did><unittitle>T\(depth)</unittitle></did>\(inner)</c>" }
    let deep = """
      <ead xmlns="urn:isbn:1-931666-22-9"><eadheader><eadid>x</eadid><filedesc><titlestmt><titleproper>t</titleproper></titlestmt>\
      </filedesc></eadheader><archdesc level="fonds"><did><unittitle>F</unittitle></did><dsc type="combined">\(inner)</dsc></archdesc></ead>
      """
    var options = EADOptions()
    options.components = .numbered
    let path = try folder.write(Array(deep.utf8), "deep.xml")
    let converted = ConvertedEAD(path, to: .ead2002, options: options)
    expectValid(converted.bytes)
    #expect(converted.conversion?.findingCounts["components-too-deep"] == 1)
    #expect(converted.conversion?.units == 15)
    let shallow = deep.replacing(#/<c><did><unittitle>T1[34]</unittitle></did>/#, with: "").replacing(
      "</c></c></c></dsc>", with: "</c></dsc>")
    let numbered = ConvertedEAD(try folder.write(Array(shallow.utf8), "shallow.xml"), to: .ead3, options: options)
    expectValid(numbered.bytes)
    #expect(String(decoding: numbered.bytes, as: UTF8.self).contains("<c12>"))
  }

  /// What is lifted out of a paragraph, and comes from inside what was lifted, leaves the paragraph's rest a paragraph.
  @Test func liftedBlocksHoldBlocks() throws {
    var written: [UInt8] = []
    var options = EADOptions()
    options.indentation = 0
    let document = try TargetDocument(form: .ead3, options: options) { written += $0 }
    let builder = document.builder
    for name in [Tag.ead, Tag.archdesc] { builder.start(name) }
    builder.attribute(Attribute.level, "fonds")
    for name in [Tag.did, Tag.unittitle] { builder.start(name) }
    builder.text("T")
    builder.end()
    builder.end()
    builder.start(Tag.odd)
    builder.start(Tag.p)
    builder.attribute(Attribute.id, "p1")
    builder.attribute(Attribute.altrender, "x")
    builder.text("before")
    builder.start(Tag.chronlist)
    builder.start(Tag.chronitem)
    builder.start(Tag.datesingle)
    builder.text("1900")
    builder.end()
    builder.start(Tag.event)
    builder.text("event")
    for _ in 0..<3 { builder.end() }
    #expect(!builder.allowsText)
    builder.text("after")
    builder.end()
    builder.start(Tag.p)
    builder.text("next")
    try document.finish()
    let text = String(decoding: written, as: UTF8.self)
    #expect(
      text.contains(
        "<p id=\"p1\" altrender=\"x\">before</p><chronlist><chronitem><datesingle>1900</datesingle><event>event</event></chronitem>"
          + "</chronlist><p altrender=\"x\">after</p><p>next</p></odd>"), "\(text)")
  }
}
