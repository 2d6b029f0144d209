import Foundation
import Testing

@testable import EADKit

/// Files that break their schema: what has no place where it stood stands elsewhere, or is in the account of losses.
struct TargetBuilderTests {
  /// A biography of EAD3 in EAD 2002, written without the serialiser's indentation.
  private static func downgraded(_ biography: String) throws -> (text: String, converted: ConvertedEAD) {
    let source = """
      <?xml version="1.0" encoding="UTF-8"?>
      <ead xmlns="http://ead3.archivists.org/schema/"><control><recordid>r1</recordid><filedesc><titlestmt><titleproper>T</titleproper></titlestmt></filedesc><maintenancestatus value="new"/><maintenanceagency><agencyname>A</agencyname></maintenanceagency><maintenancehistory><maintenanceevent><eventtype value="created"/><eventdatetime>2001</eventdatetime><agenttype value="human"/><agent>N</agent></maintenanceevent></maintenancehistory></control>
      <archdesc level="fonds"><did><unittitle>U</unittitle></did>
      <bioghist>\(biography)</bioghist></archdesc></ead>
      """
    let folder = try ProofFolder()
    let converted = ConvertedEAD(try folder.write(Array(source.utf8), "source.xml"), to: .ead2002)
    if let error = converted.error { Issue.record("\(error.finding.line())") }
    if let why = Proof.invalidity(converted.bytes) { Issue.record("\(why)") }
    let lines = String(decoding: converted.bytes, as: UTF8.self).split(separator: "\n")
    return (lines.map { $0.drop { $0 == " " } }.joined(), converted)
  }

  private static let set = """
    <chronitemset><dateset><datesingle standarddate="1924-03">March 1924</datesingle><daterange><fromdate standarddate="1924-07">July 1924</fromdate><todate standarddate="1924-09">September 1924</todate></daterange></dateset><event>B</event><event>C</event></chronitemset>
    """
  private static let written = """
    <date normal="1924-03/1924-09">March 1924, July 1924 - September 1924</date><eventgrp><event>B</event><event>C</event></eventgrp>
    """

  @Test("a set outside of an item is an item, with all its dates") func setOutsideOfItem() throws {
    let (text, converted) = try Self.downgraded(
      "<chronlist><head>H</head><chronitemset><datesingle notbefore=\"1100\">circa 1100</datesingle><event>A</event></chronitemset>"
        + "<chronitem><datesingle>1300</datesingle><event>E</event></chronitem>\(Self.set)</chronlist>")
    #expect(
      text.contains(
        "<chronlist><head>H</head><chronitem><date>circa 1100</date><eventgrp><event>A</event></eventgrp></chronitem>"
          + "<chronitem><date>1300</date><event>E</event></chronitem><chronitem>\(Self.written)</chronitem></chronlist>"), "\(text)")
    let lost = converted.entries.filter { $0.reason.isLoss && $0.path.contains("/chronlist") }
    #expect(lost.map(\.text) == ["1100"])
    #expect(lost.first?.path.hasSuffix("/bioghist/chronlist/chronitemset/datesingle/@notbefore") == true)
  }

  @Test("the dates of a set in an item without a date are the item's") func setOfItemWithoutDate() throws {
    let (text, converted) = try Self.downgraded("<chronlist><chronitem>\(Self.set)</chronitem></chronlist>")
    #expect(text.contains("<chronlist><chronitem>\(Self.written)</chronitem></chronlist>"), "\(text)")
    #expect(converted.entries.allSatisfy { !$0.reason.isLoss || !$0.path.contains("/chronlist") })
  }

  @Test("the dates of a set in an item with its own date stay beside it") func setOfItemWithDate() throws {
    let (text, _) = try Self.downgraded(
      "<chronlist><chronitem><datesingle>1900</datesingle><chronitemset><dateset><datesingle standarddate=\"1901\">1901</datesingle>"
        + "<datesingle standarddate=\"1902\">1902</datesingle></dateset><event>E</event></chronitemset></chronitem></chronlist>")
    #expect(
      text.contains(
        "<chronitem><date>1900</date><eventgrp><event><date normal=\"1901/1902\">1901, 1902</date></event><event>E</event></eventgrp>"),
      "\(text)")
  }

  @Test("text that a list does not take is a paragraph between its parts") func liftedText() throws {
    let item = "<chronitem><datesingle>1900</datesingle><event>E</event></chronitem>"
    let (text, converted) = try Self.downgraded(
      "<chronlist>\(item)<event>between <emph>two</emph> <emph>lists</emph>, </event>one text\(item)stray</chronlist>")
    let list = "<chronlist><chronitem><date>1900</date><event>E</event></chronitem></chronlist>"
    let between = "<p>between <emph>two</emph> <emph>lists</emph>, <lb/>one text</p>"
    #expect(text.contains("\(list)\(between)\(list)<p>stray</p>"), "\(text)")
    let lost = converted.entries.filter { $0.reason.isLoss && $0.path.contains("/chronlist") }
    #expect(lost.map(\.reason) == [.markupOnly])
    #expect(converted.conversion?.findingCounts["target-text-lost"] == nil)
  }

  @Test("text without any place is in the account of losses, with its path and its line") func lostText() throws {
    let (text, converted) = try Self.downgraded(
      "<chronlist><head>H</head>\nstray words<datesingle>stray date</datesingle>"
        + "<chronitem><datesingle>1900</datesingle><event>E</event></chronitem></chronlist>")
    #expect(!text.contains("stray"))
    let lost = converted.entries.filter { $0.reason == .noElement && $0.text.contains("stray") }
    #expect(lost.map(\.text) == ["stray words", "stray date"])
    #expect(lost.map(\.path) == ["/ead/archdesc/bioghist/chronlist", "/ead/archdesc/bioghist/chronlist/datesingle"])
    #expect(lost.map(\.line) == [5, 5])
    #expect(converted.conversion?.findingCounts["target-text-lost"] == 1)
  }

  /// A finding aid up to what follows its `did`.
  private static func begin(_ builder: TargetBuilder) {
    for name in [Tag.ead, Tag.archdesc] { builder.start(name) }
    builder.attribute(Attribute.level, "fonds")
    for name in [Tag.did, Tag.unittitle] { builder.start(name) }
    builder.text("T")
    builder.end()
    builder.end()
  }

  @Test("text of no source is lost with the element it was written for; signs alone are nothing") func lostOwnText() throws {
    let document = try TargetDocument(form: .ead2002, options: EADOptions()) { _ in }
    let builder = document.builder
    var lost: [(name: NameID?, text: String, line: Int)] = []
    builder.lost = { lost.append(($0?.name, String(decoding: $1, as: UTF8.self), $2)) }
    let arena = UnitArena()
    arena.startElement(Tag.chronlist, line: 7)
    arena.close()
    Self.begin(builder)
    builder.start(Tag.bioghist)
    builder.start(Tag.chronlist, from: Cursor(arena, 0))
    builder.start(Tag.head)
    builder.text("H")
    builder.end()
    builder.text(", ")
    builder.text("words")
    builder.forgetSource()
    builder.text("more")
    #expect(lost.map(\.name) == [Tag.chronlist, nil])
    #expect(lost.map(\.text) == ["words", "more"])
    #expect(lost.map(\.line) == [7, 7])
    #expect(document.takeFindings(file: "").filter { $0.rule == "target-text-lost" }.count == 2)
    withExtendedLifetime(arena) {}
  }

  @Test("attributes of an element that everything was lifted out of are not taken as written") func liftedAway() throws {
    let document = try TargetDocument(form: .ead3, options: EADOptions()) { _ in }
    let builder = document.builder
    let arena = UnitArena()
    arena.startElement(Tag.p, line: 1)
    Array("x".utf8).withUnsafeBufferPointer { arena.attribute(Attribute.altrender, $0) }
    arena.close()
    let paragraph = Cursor(arena, 0)
    func list(in text: String) {
      builder.start(Tag.p, from: paragraph)
      if let value = paragraph.use(Attribute.altrender) { builder.attribute(Attribute.altrender, value) }
      builder.text(text)
      for name in [Tag.chronlist, Tag.chronitem, Tag.datesingle] { builder.start(name) }
      builder.text("1900")
      builder.end()
      builder.start(Tag.event)
      builder.text("E")
      for _ in 0..<4 { builder.end() }
    }
    Self.begin(builder)
    builder.start(Tag.odd)
    list(in: "before")
    #expect(paragraph.attributes.allSatisfy { $0.flags & UnitNode.used != 0 })
    list(in: "")
    #expect(paragraph.attributes.allSatisfy { $0.flags & UnitNode.used == 0 })
    withExtendedLifetime(arena) {}
  }
}
