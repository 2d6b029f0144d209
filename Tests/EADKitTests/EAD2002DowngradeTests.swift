import Foundation
import Testing

@testable import EADKit

/// EAD3 to EAD 2002: what the rules say has to be in the output, the output as a whole, and the way there and back.
struct EAD2002DowngradeTests {
  static let folder = TestData.fixtures.appendingPathComponent("downgrade")

  static let cases = [
    "dates", "extents", "header", "languages", "names", "objects", "relations", "text", "words",
  ]

  private static func convert(_ name: String) throws -> (text: String, losses: [LossEntry]) {
    let converted = ConvertedEAD(folder.appendingPathComponent("\(name).xml").path, to: .ead2002)
    if let error = converted.error { Issue.record("\(name): \(error.finding.line())") }
    if let why = Proof.invalidity(converted.bytes) { Issue.record("\(name): \(why)") }
    let text = String(decoding: converted.bytes, as: UTF8.self)
    // Indentation is the serialiser's business.
    let flat = text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    return (flat, converted.entries)
  }

  private static func expect(
    _ name: String, _ expected: [String], lacks: [String] = [], losses: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (text, entries) = try convert(name)
    for piece in expected { #expect(text.contains(piece), "\(name) lacks \(piece)\n\(text)", sourceLocation: sourceLocation) }
    for piece in lacks { #expect(!text.contains(piece), "\(name) has \(piece)", sourceLocation: sourceLocation) }
    for loss in losses {
      #expect(
        entries.contains { $0.reason.isLoss && ($0.path + " " + $0.text).contains(loss) }, "\(name): \(loss) is not a loss",
        sourceLocation: sourceLocation)
    }
  }

  @Test("golden", arguments: cases) func golden(_ name: String) throws {
    let converted = ConvertedEAD(Self.folder.appendingPathComponent("\(name).xml").path, to: .ead2002)
    #expect(converted.error == nil)
    let expected = Self.folder.appendingPathComponent("\(name).expected.xml")
    if TestData.records { return try Data(converted.bytes).write(to: expected) }
    #expect(try Array(Data(contentsOf: expected)) == converted.bytes, "\(name): the output differs from \(name).expected.xml")
  }

  @Test("every fixture is a valid EAD3 file", arguments: cases) func sources(_ name: String) throws {
    let bytes = try Array(Data(contentsOf: Self.folder.appendingPathComponent("\(name).xml")))
    #expect(Proof.invalidity(bytes) == nil)
  }

  @Test("every file of the folder is tested") func complete() throws {
    let files = TestData.files(below: Self.folder, endings: [".xml"]).map(\.lastPathComponent)
    #expect(files.filter { !$0.hasSuffix(".expected.xml") } == Self.cases.map { $0 + ".xml" })
  }

  @Test("the table names rules that exist") func table() {
    #expect(GenerationActions(.ead2002, rules: EAD2002Downgrade.ruleNames).unknownRules.isEmpty)
    #expect(GenerationCrosswalk.ead2002.rows.count > 80)
  }

  @Test("control becomes eadheader") func header() throws {
    try Self.expect(
      "header",
      [
        "url=\"https://example.org/f1.xml\"", "publicid=\"-//AC//TEXT f1//FR\"", "identifier=\"f1\"", "countrycode=\"FR\"",
        "mainagencycode=\"FR-AC_01\"", ">FRAC00001_0001</eadid>", "findaidstatus=\"edited_full_draft\"",
        "langencoding=\"iso639-2b\"", "<author>Jeanne Roux; Paul Brun</author>", "<publisher>Archives communales</publisher>",
        "<note type=\"scope\"><p>Note ancienne</p></note>", "A-17", "type=\"otherrecordid\" label=\"ancien\"",
        "href=\"https://example.org/f1.html\"", ">Version en ligne</extref>", "AC01", "Licence ouverte", "Types locaux",
        "label=\"atelier\"><p>Lot 4</p>", ">Fiche d'origine</extref></p><p>Perdue depuis.</p>", "<p>published</p>",
        "<creation>Encodage le <date normal=\"2004-05-06\">6 mai 2004</date> aux archives. (Jeanne Roux)</creation>",
        "<langusage>Instrument rédigé en <language langcode=\"fre\" scriptcode=\"Latn\">français</language>.</langusage>",
        "<abbr>ISAD(G)</abbr> <extref", ">Norme générale</extref>. Seconde édition.</descrules>",
        "<change><date normal=\"2010\">2010</date><item>Relecture</item><item>Indexation (Outil X)</item></change>",
        "<item>revised</item>",
      ],
      losses: ["agenttype/@value machine"])
    let (text, _) = try Self.convert("header")
    let order = ["<eadid", "<filedesc", "<profiledesc", "<creation", "<langusage", "<descrules", "<revisiondesc", "<archdesc"]
    let places = order.compactMap { text.range(of: $0)?.lowerBound }
    #expect(places.count == order.count && places == places.sorted())
  }

  @Test("parts of names are joined") func names() throws {
    try Self.expect(
      "names",
      [
        "authfilenumber=\"n1\"", "role=\"crp\"", "source=\"bn_f\"", ">Martin, Jean, 1850-1910</persname>",
        "<corpname>Mairie, <subarea>Voirie</subarea></corpname>", "<corpname>United States. Army.</corpname>",
        "<subject>Agriculture -- France -- 19th century</subject>", "<geogname>Lyon -- Croix-Rousse</geogname>",
        "<genreform type=\"support\" authfilenumber=\"g1\">Cartes postales</genreform>", "<title>Germinal</title>",
        "<origination><persname>Martin, <emph render=\"italic\">Jean</emph></persname></origination>",
        "<abstract langcode=\"fre\">Lettres de Zola, E., 1840-1902</abstract>",
      ],
      losses: ["45.77, 4.83", "subject/@relator x", "part/@localtype nom"])
  }

  @Test("structured dates become dates with @normal") func dates() throws {
    try Self.expect(
      "dates",
      [
        "<unitdate type=\"inclusive\" normal=\"1890/1900\">vers 1890-1900</unitdate>",
        "<unitdate type=\"bulk\" datechar=\"creation\" normal=\"1901-02/1905-12-31\">février 1901, 1903 - 31 décembre 1905</unitdate>",
        "<unitdate normal=\"1850/1859\" certainty=\"approximate\">années 1850</unitdate>", "<unitdate>1920-</unitdate>",
        "<unitdate normal=\"1789-07-14/1815-06-18\">1789-1815</unitdate>", "<unitdate>depuis 1930</unitdate>",
        "<unitdate normal=\"1890/1899\">années 1890</unitdate>", "<head01>Date</head01><head02>Lieu / Fait</head02>",
        "<date normal=\"1850\">1850</date><event><geogname>Lyon</geogname>: Naissance</event>",
        "<date normal=\"1870/1875\">1870-1875</date><eventgrp><event><geogname>Paris</geogname>: Droit</event><event>Mariage</event></eventgrp>",
      ],
      lacks: ["unitdatestructured", ">1890-1900<"], losses: ["1930/", "standarddate 1920"])
  }

  @Test("structured extents become physdesc") func extents() throws {
    try Self.expect(
      "extents",
      [
        "<physdesc label=\"Importance\"><extent>ca. 3 ml</extent>, <physfacet>papier</physfacet>, <dimensions unit=\"cm\">30 x 40</dimensions> (Hors plans)</physdesc>",
        "<physdesc><extent type=\"materialtype\">12 registres</extent>; <extent type=\"rouleau\">2 rouleaux</extent></physdesc>",
        "type=\"boite_d_archives\"", "label=\"Boîte [311420]\"",
      ],
      losses: ["@parallel true", "@coverage part"])
  }

  @Test("digital objects") func objects() throws {
    try Self.expect(
      "objects",
      [
        "xlink:href=\"a.pdf\"", "xlink:title=\"Plan\"", "xlink:actuate=\"onRequest\"", "xlink:show=\"new\"",
        "<daodesc><p>Scan</p></daodesc>", "<daogrp xlink:type=\"extended\" xlink:title=\"Vues\"><daodesc><p>Deux vues</p></daodesc><daoloc",
        "xlink:href=\"1.jpg\"", "xlink:href=\"\"", "xlink:title=\"sans adresse\"",
      ],
      lacks: ["daotype", "<daoset"], losses: ["@daotype borndigital", "@coverage whole"])
  }

  @Test("languages stand in their sentence") func languages() throws {
    try Self.expect(
      "languages",
      [
        "<langmaterial>Documents en <language langcode=\"fre\">français</language> et en <language langcode=\"gre\" scriptcode=\"Grek\">grec</language>.</langmaterial>",
        "<langmaterial><language langcode=\"lat\">latin</language>. Quelques chartes.</langmaterial>",
      ])
  }

  @Test("notes, links, lists, legal status") func text() throws {
    try Self.expect(
      "text",
      [
        "<note type=\"avis\"><p>Une remarque <emph>utile</emph></p></note>",
        "<unittitle>Plan ancien</unittitle><note><p>Sous le titre</p></note>",
        "<head>Voir le site<extptr", "<emph render=\"doublequote\">assez</emph>", "<emph>sic</emph>",
        "<note show=\"new\"><p>Note de bas</p></note>", "target=\"r1\">ici</ref>",
        "xlink:role=\"https://example.org/r\"><title>Ouvrage</title></extref>", "<list type=\"simple\"><item>un",
        "<list type=\"marked\" mark=\"square\"><item>deux", "<list type=\"ordered\" numeration=\"upperroman\"><item>trois",
        "<table pgwide=\"1\"><tgroup cols=\"1\" colsep=\"0\">", "<accessrestrict id=\"r1\" type=\"statut\"><head>Statut</head>",
        "<legalstatus>Archives publiques</legalstatus><list><item>loi</item></list></accessrestrict>",
      ],
      losses: ["foreign/@lang lat"])
  }

  @Test("relations become related material") func relations() throws {
    try Self.expect(
      "relations",
      [
        "<relatedmaterial type=\"cpfrelation\"><p><extref",
        ">Martin, Jean</extref>, <date normal=\"1890\">1890</date>, <geogname>Lyon</geogname></p><p>Le producteur</p></relatedmaterial>",
        "<relatedmaterial type=\"copie\"><p>Microfilm", "</relatedmaterial>",
      ],
      losses: ["hors EAD", "relations/@localtype liens"])
  }

  @Test("values that have to be single words") func words() throws {
    try Self.expect(
      "words",
      [
        "<dsc type=\"othertype\" othertype=\"liste_courte\"><c01 level=\"otherlevel\" otherlevel=\"sous_fonds\">",
        "repositorycode=\"FR_AC\"", "type=\"cote\"", "<unittitle type=\"forgé\">", "<c02>",
      ],
      losses: ["@base https://example.org/"])
  }

  @Test(
    "machine-readable dates in the form of EAD 2002",
    arguments: [
      ("1900", "1900"), (" 1900 / 1905 ", "1900/1905"), ("1900-01-02T03:04:05Z", "1900-01-02"), ("190001", "1900-01"),
      ("19000102", "19000102"), ("1905,1901/1903", "1901/1905"), ("-0044", "-0044"), ("19XX", "1900/1999"), ("1890~", "1890"),
      ("1890..1895", "1890/1895"), ("476", "0476"), ("1900-00-00", "1900"), ("1900/", nil), ("", nil), ("3000", nil), ("1900-13", nil),
      ("soon", nil), ("/", nil), ("1900/1901/1902", nil), ("-", nil), ("XXXX", nil),
    ] as [(String, String?)])
  func normalDates(_ value: String, _ expected: String?) {
    #expect(DateSpan(Array(value.utf8)).map { String(decoding: $0.normal, as: UTF8.self) } == expected)
  }

  @Test("there and back") func roundTrip() throws {
    let source = """
      <?xml version="1.0" encoding="UTF-8"?>
      <ead xmlns="urn:isbn:1-931666-22-9" xmlns:xlink="http://www.w3.org/1999/xlink"><eadheader findaidstatus="draft" langencoding="iso639-2b"><eadid countrycode="FR" mainagencycode="FR-1" url="http://a.example/" publicid="p">f1</eadid><filedesc><titlestmt><titleproper>T</titleproper></titlestmt><publicationstmt><publisher>Pub</publisher></publicationstmt><notestmt><note type="x"><p>N</p></note></notestmt></filedesc><profiledesc><creation>Made <date normal="2001">2001</date>.</creation><langusage>In <language langcode="fre">French</language>.</langusage><descrules>DACS</descrules></profiledesc><revisiondesc><change><date normal="2002">2002</date><item>Fixed</item></change></revisiondesc></eadheader><archdesc level="fonds"><did><unittitle>Papers</unittitle><unitdate type="inclusive" normal="1900/1910">1900-1910</unitdate><physdesc><extent unit="boxes">3 boxes</extent></physdesc><langmaterial>In <language langcode="fre" scriptcode="Latn">French</language> mostly</langmaterial><origination><persname role="creator">A, B</persname></origination><note label="L"><p>one</p><p>two</p></note></did><bioghist><chronlist><chronitem><date normal="1850/1860">1850-1860</date><eventgrp><event>E</event></eventgrp></chronitem></chronlist></bioghist><scopecontent><p>See <extref xlink:type="simple" xlink:href="http://b.example/">there</extref></p><list type="simple"><item>i</item></list></scopecontent><accessrestrict><legalstatus>public</legalstatus></accessrestrict></archdesc></ead>
      """
    let folder = try ProofFolder()
    let there = ConvertedEAD(try folder.write(Array(source.utf8), "source.xml"), to: .ead3)
    #expect(there.error == nil)
    let back = ConvertedEAD(try folder.write(there.bytes, "there.xml"), to: .ead2002)
    #expect(back.error == nil)
    #expect(Proof.invalidity(back.bytes) == nil)
    let text = String(decoding: back.bytes, as: UTF8.self).split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    for piece in [
      "findaidstatus=\"draft\"", "<creation>Made <date normal=\"2001\">2001</date>.</creation>",
      "<langusage>In <language langcode=\"fre\">French</language>.</langusage>", "<descrules>DACS</descrules>",
      "<change><date normal=\"2002\">2002</date><item>Fixed</item></change>", "<note type=\"x\"><p>N</p></note>",
      "<unitdate type=\"inclusive\" normal=\"1900/1910\">1900-1910</unitdate>",
      "<physdesc><extent unit=\"boxes\">3 boxes</extent></physdesc>",
      "<langmaterial>In <language langcode=\"fre\" scriptcode=\"Latn\">French</language> mostly</langmaterial>",
      "<origination><persname role=\"creator\">A, B</persname></origination>",
      "<note label=\"L\"><p>one</p><p>two</p></note>", "<date normal=\"1850/1860\">1850-1860</date><eventgrp><event>E</event></eventgrp>",
      ">there</extref>", "<list type=\"simple\"><item>i</item></list>",
      "<accessrestrict><legalstatus>public</legalstatus></accessrestrict>",
    ] { #expect(text.contains(piece), "\(piece)\n\(text)") }
    #expect(!text.contains("ead2002:"))
    #expect(!text.contains("<p/>"))
  }

  private static let head = """
    <?xml version="1.0" encoding="UTF-8"?>
    <ead xmlns="urn:isbn:1-931666-22-9" xmlns:xlink="http://www.w3.org/1999/xlink">
    """
  private static let title =
    "<filedesc><titlestmt><titleproper>T</titleproper></titlestmt><publicationstmt><publisher>Pub</publisher></publicationstmt></filedesc>"

  @Test("words, links and groups come back to where they stood") func places() throws {
    let source =
      Self.head + "<eadheader><eadid>f1</eadid>" + Self.title
      + "<profiledesc><creation>M. Roux, mai 2001. Revu :<date era=\"ce\">mai 2001</date></creation></profiledesc></eadheader>"
      + "<archdesc level=\"fonds\"><did><unittitle>P</unittitle><physdesc><extent type=\"computed\">3 ml</extent></physdesc>"
      + "<repository><corpname>Mairie</corpname><extref xlink:type=\"simple\" xlink:href=\"http://a.example/\">le site</extref></repository></did>"
      + "<scopecontent><p>A</p></scopecontent><scopecontent><arrangement><p>B</p></arrangement></scopecontent>"
      + "<dsc type=\"combined\"><head>Vue</head><dsc type=\"analyticover\"><c01><did><unittitle>A</unittitle></did></c01></dsc>"
      + "<dsc type=\"in-depth\"><head>H</head><c01><did><unittitle>B</unittitle></did></c01></dsc></dsc>"
      + "<dsc type=\"in-depth\"><c01><did><unittitle>C</unittitle></did></c01></dsc></archdesc></ead>"
    let folder = try ProofFolder()
    let there = ConvertedEAD(try folder.write(Array(source.utf8), "source.xml"), to: .ead3)
    let back = ConvertedEAD(try folder.write(there.bytes, "there.xml"), to: .ead2002)
    #expect(Proof.invalidity(there.bytes) == nil)
    #expect(Proof.invalidity(back.bytes) == nil)
    let text = String(decoding: back.bytes, as: UTF8.self).split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    for piece in [
      "<creation>M. Roux, mai 2001. Revu :<date era=\"ce\">mai 2001</date></creation>",
      "<physdesc><extent type=\"computed\">3 ml</extent></physdesc>", "<repository><corpname>Mairie</corpname><extref",
      ">le site</extref></repository>", "<scopecontent><p>A</p></scopecontent><arrangement><p>B</p></arrangement>",
      "<dsc type=\"combined\"><head>Vue</head><dsc type=\"analyticover\"><c01><did><unittitle>A</unittitle></did></c01></dsc><dsc type=\"in-depth\"><head>H</head><c01><did><unittitle>B</unittitle></did></c01></dsc></dsc><dsc type=\"in-depth\"><c01>",
    ] { #expect(text.contains(piece), "\(piece)\n\(text)") }
    #expect(!text.contains("ead2002:"))
    #expect(!back.entries.contains { $0.reason.isLoss && $0.text.contains("le site") })
    // What only says that a link is a link is left out with a word.
    #expect(there.entries.contains { $0.path.hasSuffix("extref/@linktype") && $0.reason == .saidByCode })
  }

  @Test("a time is only written when it is given: among the changes, or as a member of their list") func time() throws {
    var options = EADOptions()
    options.timestamp = "2024-02-03T04:05:06Z"
    let change = "<date normal=\"2024-02-03\">2024-02-03T04:05:06Z</date><item>EAD3 → EAD 2002 (ead-convert)</item></change></revisiondesc>"
    let header = Self.folder.appendingPathComponent("header.xml").path
    let folder = try ProofFolder()
    func text(_ path: String, _ options: EADOptions) -> String {
      let converted = ConvertedEAD(path, to: .ead2002, options: options)
      #expect(Proof.invalidity(converted.bytes) == nil)
      return String(decoding: converted.bytes, as: UTF8.self).split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
    }
    #expect(text(header, options).contains(change))
    #expect(!text(header, EADOptions()).contains("ead-convert"))
    let source =
      Self.head + "<eadheader><eadid>f1</eadid>" + Self.title
      + "<revisiondesc><list><item>2001: relu</item></list></revisiondesc></eadheader>"
      + "<archdesc level=\"fonds\"><did><unittitle>P</unittitle></did></archdesc></ead>"
    let there = ConvertedEAD(try folder.write(Array(source.utf8), "source.xml"), to: .ead3)
    let back = text(try folder.write(there.bytes, "there.xml"), options)
    #expect(back.contains("<item>2001: relu</item><item>2024-02-03T04:05:06Z: EAD3 → EAD 2002 (ead-convert)</item></list>"), "\(back)")
  }

  @Test("an entity that the output does not declare becomes a link to its file") func entities() throws {
    let source = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE ead PUBLIC "+//ISBN 1-931666-00-8//DTD ead.dtd (Encoded Archival Description (EAD) Version 2002)//EN" "ead.dtd" [
      <!NOTATION gif SYSTEM "gif">
      <!ENTITY seal SYSTEM "sceau.gif" NDATA gif>
      ]>
      <ead><eadheader><eadid>f1</eadid>\(Self.title)</eadheader><archdesc level="fonds"><did><unittitle>P</unittitle><dao entityref="seal"/><dao href="b.jpg" entityref="seal"/></did></archdesc></ead>
      """
    var options = EADOptions()
    options.form = .ead2002
    let folder = try ProofFolder()
    let converted = ConvertedEAD(try folder.write(Array(source.utf8), "source.xml"), to: .ead2002, options: options)
    #expect(Proof.invalidity(converted.bytes) == nil)
    let text = String(decoding: converted.bytes, as: UTF8.self)
    #expect(text.contains("href=\"sceau.gif\""), "\(text)")
    #expect(!text.contains("entityref"), "\(text)")
    let names = converted.entries.filter { $0.text == "seal" }
    #expect(names.filter { $0.reason == .changed }.count == 1)
    #expect(names.filter { $0.reason.isLoss }.count == 1)
  }
}
