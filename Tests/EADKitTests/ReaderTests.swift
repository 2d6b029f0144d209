import Foundation
import Testing

@testable import EADKit

struct ReaderTests {
  /// Units as `depth siblingIndex title | scope`, from a document in memory.
  private func units(_ xml: String, _ options: EADReaderOptions = EADReaderOptions(), data: Data? = nil) throws -> ([String], EADReader) {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("reader-\(UUID().uuidString).xml")
    try (data ?? Data(xml.utf8)).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let reader = try EADReader(contentsOf: file.path, options: options)
    var found: [String] = []
    while let unit = try reader.next() {
      found.append("\(unit.depth) \(unit.siblingIndex) \(unit.title) | \(unit.text("scopecontent"))")
    }
    return (found, reader)
  }

  @Test func parentsBeforeChildrenInOnePass() throws {
    let (found, reader) = try units(
      """
      <ead><eadheader><eadid>x</eadid></eadheader><archdesc level="fonds"><did><unittitle>A</unittitle></did><dsc>
      <c01><did><unittitle>B</unittitle></did><c02><did><unittitle>C</unittitle></did></c02></c01>
      <c><did><unittitle>D</unittitle></did></c></dsc></archdesc></ead>
      """)
    #expect(found == ["0 1 A | ", "1 1 B | ", "2 1 C | ", "1 2 D | "])
    #expect(reader.passes == 1)
    #expect(reader.generation == .ead2002)
  }

  @Test func contentAfterChildrenBelongsToItsUnit() throws {
    let (found, reader) = try units(
      """
      <ead><archdesc><dsc><c><did><unittitle>B</unittitle></did><c><did><unittitle>C</unittitle></did></c><scopecontent>late B</scopecontent></c>
      </dsc><did><unittitle>A</unittitle></did><scopecontent>late A</scopecontent></archdesc></ead>
      """)
    #expect(found == ["0 1 A | late A", "1 1 B | late B", "2 1 C | "])
    #expect(reader.passes == 2)
  }

  /// Whatever the scan says, both ways of reading give the same units; and the scan never misses late content.
  @Test func theScanNeverMissesLateContent() throws {
    var random = SeededRandom(seed: 42)
    for _ in 0..<300 {
      var late = false
      let body = component(&random, depth: 0, late: &late)
      let xml = "<ead><archdesc><did><unittitle>R</unittitle></did>\(body)</archdesc></ead>"
      let (once, reader) = try units(xml)
      var always = EADReaderOptions()
      always.alwaysTwoPasses = true
      let (twice, _) = try units(xml, always)
      #expect(once == twice, "\(xml)")
      if late { #expect(reader.passes == 2, "\(xml)") }
    }
  }

  private func component(_ random: inout SeededRandom, depth: Int, late: inout Bool) -> String {
    guard depth < 3 else { return "" }
    var text = ""
    var hasChild = false
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      switch Int.random(in: 0...7, using: &random) {
      case 0: text += "<!-- </c><c> -->"
      case 1: text += "<?pi </c>?>"
      case 2:
        text += "<scopecontent a='>'>s</scopecontent>"
        if hasChild { late = true }
      case 3:
        text += "<odd><![CDATA[</c>x<c>]]></odd>"
        if hasChild { late = true }
      case 4:
        text += "<c id='e\(Int.random(in: 0...999, using: &random))'/>"
        hasChild = true
      case 5: text += "\n  "
      default:
        text += "<c><did><unittitle>t</unittitle></did>\(component(&random, depth: depth + 1, late: &late))</c>"
        hasChild = true
      }
    }
    return text
  }

  @Test func everySpellingOfTheRootIsRead() throws {
    guard let folder = TestData.shared("atom/ead-root-forms") else { return }
    let files = TestData.files(below: folder, endings: [".xml"])
    #expect(files.count == 10)
    for file in files {
      let aid = try FindingAid(contentsOf: file.path)
      #expect(aid.units.count == 1, "\(file.lastPathComponent)")
      #expect(aid.units.allSatisfy { !$0.unit.title.isEmpty }, "\(file.lastPathComponent)")
    }
  }

  @Test func linesPast65535AreRight() throws {
    let padding = String(repeating: "\n", count: 70_000)
    let (_, reader) = try units("<ead><archdesc><did>\(padding)<unittitle>A</unittitle></did></archdesc></ead>")
    #expect(reader.takeFindings().isEmpty)
    #expect(throws: EADError.self) { _ = try units("<ead><archdesc>\(padding)<a></b></archdesc></ead>") }
    do {
      _ = try units("<ead><archdesc>\(padding)<a></b></archdesc></ead>")
    } catch let error as EADError {
      #expect(error.finding.line == 70_001)
      #expect(error.finding.rule == "xml-tags-cross")
    }
  }

  @Test func aDetachedUnitStaysValid() throws {
    let file = TestData.repository.appendingPathComponent("samples/elliott-wren-papers.xml")
    let aid = try FindingAid(contentsOf: file.path)
    let reader = try EADReader(contentsOf: file.path)
    var index = 0
    while let unit = try reader.next() {
      #expect(aid.units[index].unit.title == unit.title)
      #expect(aid.units[index].unit.id == unit.id)
      #expect(aid.units[index].unit.elements("did/container").count == unit.elements("did/container").count)
      index += 1
    }
    #expect(index == aid.units.count)
    let header = try #require(aid.header)
    #expect(header.identifier == "MS-0417")
    #expect(header.languages == ["en"])
    #expect(header.text("eadheader/filedesc/titlestmt/titleproper").hasPrefix("Guide to the Elliott Wren Papers"))
    #expect(index > 30)
  }

  @Test(
    "encodings",
    arguments: [
      ("UTF-16LE with mark", "utf-16", String.Encoding.utf16LittleEndian, [UInt8](arrayLiteral: 0xFF, 0xFE)),
      ("UTF-16BE with mark", "utf-16", String.Encoding.utf16BigEndian, [0xFE, 0xFF]),
      ("UTF-16LE said to be UTF-8", "utf-8", String.Encoding.utf16LittleEndian, [0xFF, 0xFE]),
      ("Latin 1", "ISO-8859-1", String.Encoding.isoLatin1, []),
      ("Windows 1252", "windows-1252", String.Encoding.windowsCP1252, []),
      ("UTF-8 said to be UTF-16", "UTF-16", String.Encoding.utf8, []),
      ("UTF-8 with mark said to be Latin 1", "ISO-8859-1", String.Encoding.utf8, [0xEF, 0xBB, 0xBF]),
    ]) func encodings(_ name: String, _ declared: String, _ encoding: String.Encoding, _ mark: [UInt8]) throws
  {
    let xml =
      "<?xml version=\"1.0\" encoding=\"\(declared)\"?>\n<ead><archdesc><did><unittitle>Été à Besançon</unittitle></did></archdesc></ead>"
    let data = Data(mark) + (try #require(xml.data(using: encoding)))
    let (found, _) = try units("", data: data)
    #expect(found == ["0 1 Été à Besançon | "], "\(name)")
  }

  @Test func latin1WithWindowsCharactersIsRepairedAndSaid() throws {
    var data = Data("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><ead><archdesc><did><unittitle>l".utf8)
    data += [0x92] + Data("\u{E9}t".data(using: .isoLatin1) ?? Data()) + Data("</unittitle></did></archdesc></ead>".utf8)
    let (found, reader) = try units("", data: data)
    #expect(found == ["0 1 l’ét | "])
    #expect(reader.takeFindings().contains { $0.rule == "encoding-bytes" })
  }

  @Test func limitsAreNamed() throws {
    var options = EADReaderOptions()
    options.limits.depth = 10
    options.limits.textBytes = 1000
    let deep = "<ead><archdesc>" + String(repeating: "<odd>", count: 20) + String(repeating: "</odd>", count: 20) + "</archdesc></ead>"
    #expect(try rule { _ = try units(deep, options) } == "too-deep")
    let long = "<ead><archdesc><odd><p>" + String(repeating: "x", count: 5000) + "</p></odd></archdesc></ead>"
    #expect(try rule { _ = try units(long, options) } == "text-too-large")
    options.limits.unitBytes = 2000
    let wide = "<ead><archdesc>" + String(repeating: "<odd><p>xxxxxxxxxx</p></odd>", count: 200) + "</archdesc></ead>"
    #expect(try rule { _ = try units(wide, options) } == "unit-too-large")
  }

  private func rule(_ body: () throws -> Void) throws -> String? {
    do {
      try body()
      return nil
    } catch let error as EADError {
      return error.finding.rule
    }
  }

  @Test func entitiesOfTheISOSetsAreResolvedInside() throws {
    let (found, _) = try units(
      """
      <!DOCTYPE ead PUBLIC "+//ISBN 1-931666-00-8//DTD ead.dtd (Encoded Archival Description (EAD) Version 2002)//EN" "ead.dtd">
      <ead><archdesc><did><unittitle>&Eacute;t&eacute; &mdash; &alpha;&ZHcy;</unittitle></did></archdesc></ead>
      """)
    #expect(found == ["0 1 Été — αЖ | "])
    #expect(EntitySets.replacements.count > 600)
  }

  @Test func nothingOutsideIsRead() throws {
    let (found, reader) = try units(
      """
      <!DOCTYPE ead [<!ENTITY host SYSTEM "file:///etc/hostname"><!ENTITY net SYSTEM "http://example.org/x">
      <!ENTITY % pe SYSTEM "file:///etc/passwd"> %pe;]>
      <ead><archdesc><did><unittitle>a&host;b&net;c</unittitle></did></archdesc></ead>
      """)
    // What stands for an entity is its name, in the unit's text for the account only.
    #expect(found.count == 1)
    #expect(!found[0].contains("root:"))
    let rules = reader.takeFindings().map(\.rule)
    #expect(rules.filter { $0 == "external-entity" }.count >= 2)
  }
}
