import Foundation
import Testing

@testable import Archifilter
@testable import EADKit

@Suite("Finding aids out of a tree")
struct EADInventoryTests {
  private func write(
    _ tree: DescriberTree, _ form: EADForm, _ options: DescriptionOptions
  ) throws -> (text: String, summary: ExportSummary) {
    var bytes: [UInt8] = []
    let summary = try tree.inventory { inventory in
      try inventory.read { connection throws(EADError) in
        try EADInventory.write(connection, form: form, options: options) { bytes.append(contentsOf: $0) }
      }
    }
    return (String(decoding: bytes, as: UTF8.self), summary)
  }

  private func check(_ text: String) throws -> FileReport {
    try FindingAidValidator(options: ValidationOptions()).validate(bytes: Array(text.utf8), name: "inventory.xml")
  }

  private static let year = 365 * 86_400 * 1_000_000_000

  private func rich() -> DescriberTree {
    let tree = DescriberTree()
    var facts = ContentFacts()
    facts.format = DescriberTree.word
    facts.sha256 = [UInt8](repeating: 0xAB, count: 32)
    facts.embeddedModified = DescriberTree.day - EADInventoryTests.year
    facts.title = "Compte rendu & <annexes>"
    tree.add("PLU/compte rendu n°1.docx", size: 24_040).node.content = facts
    tree.add("PLU/old/compte rendu n°1 - Copie.docx", size: 24_040).node.content = facts
    var plain = ContentFacts()
    plain.format = DescriberTree.plain
    plain.flags = [.encrypted, .extensionMismatch]
    tree.add("notes.txt", modified: 0).node.content = plain
    tree.add("vide/zéro.txt", size: 0)
    tree.add("très/bas/encore/plus bas/fin.pdf")
    tree.add("lien", .link)
    tree.say("PLU", .title, "Plan local d'urbanisme ]]> & <révision>")
    tree.say("PLU", .description, "Première ligne\nSeconde ligne\u{1}")
    tree.say("PLU", .tag, "urbanisme")
    tree.say("PLU/old", .eliminate)
    return tree
  }

  private func full() throws -> DescriptionOptions {
    var options = try DescriberTree.options(.versementW)
    options.callNumber = "12 W"
    options.repository = "Archives municipales de X"
    options.agencyCode = "FR-123456"
    options.creator = "Commune de X. Service urbanisme"
    options.documentLanguages = ["fre"]
    options.checksums = true
    return options
  }

  @Test(arguments: [EADForm.ead2002, .ead2002Plain, .ead2002DTD, .ead3])
  func validWithoutAnyRemark(_ form: EADForm) throws {
    for options in [try full(), try DescriberTree.options()] {
      let written = try write(rich(), form, options)
      #expect(written.summary.findings.isEmpty, "\(written.summary.findings.map { $0.line() })")
      let report = try check(written.text)
      #expect(report.verdict == .valid)
      let findings = report.findings.filter { $0.severity > .note }
      #expect(findings.isEmpty, "\(findings.map { $0.line() })")
      #expect(written.summary.written == 12)
    }
  }

  @Test func elementsOfEAD2002() throws {
    let text = try write(rich(), .ead2002, full()).text
    for piece in [
      "<unitid type=\"cote\">12 W 1-3</unitid>", "level=\"recordgrp\"",
      "<unitid type=\"chemin\">PLU/compte rendu n°1.docx</unitid>",
      "normal=\"2018-03-04\"", "datechar=\"embedded\"", "<extent unit=\"octets\">24040</extent>", "<extent>24 ko</extent>",
      "authfilenumber=\"fmt/412\"", "xlink:href=\"PLU/compte%20rendu%20n%C2%B01.docx\"", "<unitid type=\"sha256\">abab",
      "<altformavail>", "<subject source=\"local\">urbanisme</subject>", "]]&gt; &amp; &lt;révision",
      "mainagencycode=\"FR-123456\"",
      "<p>Première ligne</p>", "<physfacet type=\"mime\">text/plain</physfacet>", "otherlevel=\"sous-sous-série\"",
    ] {
      #expect(text.contains(piece), "\(piece)")
    }
  }

  @Test func elementsOfEAD3() throws {
    let text = try write(rich(), .ead3, full()).text
    for piece in [
      "<unitid localtype=\"cote\">12 W 1-3</unitid>", "<agencyname>Archives municipales de X</agencyname>",
      "unitdatetype=\"inclusive\"", "<fromdate standarddate=\"2018-03-04\">4 mars 2018</fromdate>", "<quantity>24040</quantity>",
      "daotype=\"borndigital\"", "identifier=\"sha256:abab", "source=\"PRONOM\"", "<agenttype value=\"machine\"/>",
      "<publicationstatus value=\"inprocess\"/>", "standarddatetime=\"2025-01-15\"",
    ] {
      #expect(text.contains(piece), "\(piece)")
    }
  }

  @Test func nothingIsInvented() throws {
    let plain = try DescriberTree.options()
    let old = try write(rich(), .ead2002, plain).text
    for name in [
      "<publisher", "<repository", "<origination", "mainagencycode", "<langmaterial", "countrycode", "type=\"cote\"",
    ] {
      #expect(!old.contains(name), "\(name)")
    }
    #expect(try write(rich(), .ead3, plain).text.contains("<agencyname>Service d’archives non indiqué</agencyname>"))
  }

  /// Both generations say the same of the same units.
  @Test func generationsAgree() throws {
    let old = try write(rich(), .ead2002, full()).text
    let new = try write(rich(), .ead3, full()).text
    func all(_ text: String, _ pattern: String) throws -> [String] {
      let expression = try NSRegularExpression(pattern: pattern)
      return expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
        .compactMap { Range($0.range(at: 1), in: text).map { String(text[$0]) } }
    }
    for pattern in [
      "<c id=\"([^\"]*)\"", "<unittitle>([^<]*)", "type=\"chemin\">([^<]*)", "<c [^>]*level=\"([^\"]*)\"", "<p>([^<]*)</p>",
    ] {
      let one = try all(old, pattern)
      #expect(!one.isEmpty)
      let other = try all(new, pattern)
      #expect(one == other)
    }
  }

  @Test(arguments: [EADForm.ead2002, .ead3])
  func namesOfAllKinds(_ form: EADForm) throws {
    let tree = DescriberTree()
    let names: [[UInt8]] = [
      Array("a]]>b&c<d>\"e'.txt".utf8), Array("ligne\nsuivante\t\u{1}\u{1B}[31m.txt".utf8),
      [0x63, 0x61, 0x66, 0xE9, 0x2E, 0x74, 0x78, 0x74],
      [0xED, 0xA0, 0x80], Array("é.txt".decomposedStringWithCanonicalMapping.utf8),
      Array("é.txt".precomposedStringWithCanonicalMapping.utf8), [0xEF, 0xBF, 0xBE, 0xEF, 0xBF, 0xBF], [0xEF, 0xB7, 0x90],
      Array(" ".utf8), Array("\u{A0}\u{200B}".utf8), Array("_".utf8),
      Array("a:b#c?d%20e.txt".utf8), Array("\u{202E}txt.exe".utf8),
      [0x80], Array("\u{85}".utf8),
      Array(repeating: UInt8(ascii: "x"), count: 255),
    ]
    for name in names {
      tree.add(name)
      tree.add(Array("dossier ".utf8) + name + Array("/x.txt".utf8))
    }
    let written = try write(tree, form, DescriberTree.options())
    #expect(written.summary.findings.isEmpty, "\(written.summary.findings.map { $0.line() })")
    #expect(written.summary.written == 3 * names.count)
    let report = try check(written.text)
    #expect(report.verdict == .valid)
    // A file named `_` says nothing: that is rightly remarked.
    let findings = report.findings.filter { $0.severity > .note && $0.rule != "reference-placeholder" }
    #expect(findings.isEmpty, "\(findings.map { $0.line() })")
    #expect(written.text.contains("caf%E9.txt"))
    #expect(written.text.contains("a%3Ab%23c%3Fd%2520e.txt"))
  }

  @Test(arguments: [EADForm.ead2002, .ead3])
  func threeHundredLevels(_ form: EADForm) throws {
    let tree = DescriberTree()
    tree.add((0..<300).map { "n\($0)" }.joined(separator: "/") + "/fin.txt")
    let written = try write(tree, form, DescriberTree.options())
    #expect(written.summary.written == 301)
    #expect(written.summary.findings.isEmpty)
    #expect(try check(written.text).verdict == .valid)
  }

  @Test(arguments: [EADForm.ead2002, .ead3])
  func sameTreeSameBytes(_ form: EADForm) throws {
    let first = try write(rich(), form, full()).text
    let second = try write(rich(), form, full()).text
    #expect(Array(first.utf8) == Array(second.utf8))
  }

  @Test(arguments: [EADForm.ead2002, .ead3])
  func anEmptyTree(_ form: EADForm) throws {
    let written = try write(DescriberTree(), form, DescriberTree.options())
    #expect(!written.text.contains("<dsc"))
    let report = try check(written.text)
    #expect(report.verdict == .valid)
    #expect(report.findings.filter { $0.severity > .note }.isEmpty)
  }

  @Test func granularityIsAccountedFor() throws {
    let written = try write(rich(), .ead3, DescriberTree.options(items: .none))
    #expect(written.summary.leftOut["describe-left-files"] == 5)
    #expect(written.summary.leftOut["describe-left-links"] == 1)
  }
}
