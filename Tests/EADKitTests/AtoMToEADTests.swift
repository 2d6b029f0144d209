import Foundation
import Testing

@testable import EADKit

/// Finding aids in memory, each with its name.
private final class WrittenFindingAids: EADOutputs {
  private(set) var all: [(name: String, bytes: [UInt8])] = []
  func begin(_ name: String) throws(EADError) { all.append((name, [])) }
  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) { all[all.count - 1].bytes.append(contentsOf: bytes) }
  func end() throws(EADError) {}
}

/// A CSV of AtoM's as EAD: what was written, lost and said; everything written is judged by its schema.
private struct Written {
  var findingAids: [(name: String, bytes: [UInt8])] = []
  var losses: [LossEntry] = []
  var conversion = EADConversion()

  init(_ path: String, _ flavour: AtoMEADFlavour, options: EADOptions = EADOptions()) throws {
    let outputs = WrittenFindingAids()
    var found: [LossEntry] = []
    conversion = try AtoMCSVConversion.run(
      paths: [path], target: flavour, options: options, outputs: outputs, wantsOmissions: true
    ) { found.append($0) }
    losses = found
    findingAids = outputs.all
    try Written.expectValid(findingAids)
  }

  static func expectValid(_ findingAids: [(name: String, bytes: [UInt8])]) throws {
    var options = ValidationOptions()
    options.profile = .schema
    for findingAid in findingAids {
      let report = try FindingAidValidator(options: options).validate(bytes: findingAid.bytes, name: findingAid.name)
      #expect(report.verdict == .valid, "\(findingAid.name): \(report.findings.prefix(3).map { $0.line() })")
    }
  }

  var text: String { findingAids.map { String(decoding: $0.bytes, as: UTF8.self) }.joined() }
  /// Without the white space between elements.
  var packed: String {
    text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined()
  }
}

/// A CSV with one cell to the right of another, in a file of its own.
private final class Sheet {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("sheet-\(UUID().uuidString).csv")

  init(_ rows: [[String: String]]) throws {
    var columns: [String] = []
    for row in rows { for name in row.keys.sorted() where !columns.contains(name) { columns.append(name) } }
    let lines = [columns] + rows.map { row in columns.map { row[$0] ?? "" } }
    let text = lines.map { line in
      line.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
    }
    try Data(text.joined().utf8).write(to: url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}

struct AtoMToEADTests {
  // MARK: The table

  @Test("every column has a row at the top and below") func tableIsComplete() {
    for column in AtoMColumn.allCases {
      let contexts = AtoMToEADCrosswalk.rows.filter { $0.column == column.name }.map(\.context)
      #expect(contexts == ["*"] || contexts.sorted() == ["component", "top"], "\(column.name): \(contexts)")
    }
    for row in AtoMToEADCrosswalk.rows {
      #expect(AtoMColumn.named(row.column) != nil, "\(row.column)")
      #expect(row.remarkEnglish.isEmpty == row.remarkFrench.isEmpty, "\(row.column): a remark in one language only")
    }
  }

  @Test("paths of the table name elements that exist") func pathsExist() {
    let names = NameTable()
    for row in AtoMToEADCrosswalk.rows {
      for path in [row.ead2002, row.ead3, row.atom] {
        guard case .path(let steps, _) = AtoMToEADCrosswalk.target(path, names).target else { continue }
        #expect(steps.allSatisfy { Int($0.name) < Tag.count }, "\(row.column): \(path)")
      }
    }
  }

  // MARK: One thing each

  private static func top(_ more: [String: String]) -> [String: String] {
    ["legacyId": "F1", "title": "Fonds", "levelOfDescription": "Fonds", "culture": "en"].merging(more) { $1 }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var cells: [String: String]
    /// What has to stand in the finding aid; nil where nothing of it may.
    var ead2002: [String]
    var ead3: [String]
    var atom: [String]
    var lostInAtoM: [String] = []
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "paragraphs, lists, emphasis",
      cells: ["scopeAndContent": "One _two_ **three** a_b_c.\nline\n\n* x\n* y\n  * z\n\n1. first\n2. second"],
      ead2002: [
        "<p>One <emph render=\"italic\">two</emph> <emph render=\"bold\">three</emph> a_b_c.<lb/>line</p>",
        "<list type=\"marked\"><item>x</item><item>y<list type=\"marked\"><item>z</item></list></item></list>",
        "<list type=\"ordered\"><item>first</item><item>second</item></list>",
      ],
      ead3: ["<list listtype=\"unordered\"><item>x</item>", "<list listtype=\"ordered\"><item>first</item>"],
      atom: ["<p>One _two_ **three** a_b_c.<lb/>line</p><p>* x<lb/>* y<lb/>* z</p><p>1. first<lb/>2. second</p>"]),
    Case(
      name: "a pipe in a text is a list", cells: ["arrangement": "one|two"],
      ead2002: ["<arrangement><list type=\"marked\"><item>one</item><item>two</item></list></arrangement>"],
      ead3: ["<arrangement><list listtype=\"unordered\"><item>one</item><item>two</item></list></arrangement>"],
      atom: ["<arrangement><p>* one<lb/>* two</p></arrangement>"]),
    Case(
      name: "titles",
      cells: ["title": "A & B\nC", "alternateTitle": "P", "radOtherTitleInformation": "o1|o2", "radEdition": "2nd"],
      ead2002: [
        "<unittitle>A &amp; B<lb/>C</unittitle>", "<unittitle type=\"parallel\">P</unittitle>",
        "<unittitle type=\"otherInfo\">o1</unittitle><unittitle type=\"otherInfo\">o2</unittitle>",
        "<unittitle type=\"editionStat\"><edition>2nd</edition></unittitle>",
      ],
      ead3: ["<unittitle localtype=\"parallel\">P</unittitle>", "<unittitle localtype=\"editionStat\">2nd</unittitle>"],
      atom: ["<unittitle type=\"parallel\">P</unittitle>"]),
    Case(
      name: "identifiers",
      cells: [
        "identifier": "12 J", "alternativeIdentifiers": "A1|B2", "alternativeIdentifierLabels": "Old|ARK",
        "radStandardNumber": "ISBN 1",
      ],
      ead2002: [
        "<unitid>12 J</unitid><unitid type=\"alternative\" label=\"Old\">A1</unitid>",
        "<unitid type=\"standard\">ISBN 1</unitid>",
      ],
      ead3: ["<unitid localtype=\"alternative\" label=\"ARK\">B2</unitid>"],
      atom: ["<unitid type=\"alternative\" label=\"ARK\">B2</unitid>"]),
    Case(
      name: "a date and its creator",
      cells: [
        "eventTypes": "Creation", "eventDates": "1900-1910", "eventStartDates": "1900-00-00", "eventEndDates": "1910-12-00",
        "eventActors": "Smith", "eventActorHistories": "Born.",
      ],
      ead2002: [
        "<unitdate datechar=\"creation\" normal=\"1900/1910-12\">1900-1910</unitdate>",
        "<origination><name>Smith</name></origination>", "<bioghist><p>Born.</p></bioghist>",
      ],
      ead3: ["<origination><name><part>Smith</part></name></origination>"],
      atom: ["<unitdate normal=\"1900/1910-12\">1900-1910</unitdate>", "<bioghist><p>Born.</p></bioghist>"]),
    Case(
      name: "several events belong together by identifiers",
      cells: [
        "eventTypes": "Creation|Publication", "eventDates": "1900|1920", "eventStartDates": "NULL|1920",
        "eventEndDates": "NULL|1920", "eventActors": "Smith|Press", "eventPlaces": "NULL|Paris",
      ],
      ead2002: [
        "<unitdate id=\"atom_2_event\" datechar=\"publication\" normal=\"1920\">1920</unitdate>",
        "<name id=\"atom_2_actor\" role=\"publisher\">Press</name>",
        "<geogname id=\"atom_2_place\" role=\"publication\">Paris</geogname>",
      ],
      ead3: ["<name id=\"atom_2_actor\" relator=\"publisher\"><part>Press</part></name>"],
      // AtoM's import takes every originator for a creator.
      atom: [
        "<origination><name>Smith</name></origination>", "<name id=\"atom_1_actor\" role=\"Publication\">Press</name>",
        "<geogname id=\"atom_1_place\" role=\"Publication\">Paris</geogname>",
      ]),
    Case(
      name: "histories in the order of the creators",
      cells: ["eventTypes": "Creation|Creation", "eventActors": "A|B", "eventActorHistories": "NULL|Of B"],
      ead2002: ["<head>B</head><p>Of B</p>"], ead3: ["<head>B</head><p>Of B</p>"],
      atom: ["<origination><name>B</name></origination><origination><name>A</name></origination>", "<bioghist><p>Of B</p></bioghist>"]),
    Case(
      name: "languages", cells: ["language": "fr|la", "script": "Latn", "languageNote": "Mostly."],
      ead2002: [
        "<langmaterial><language langcode=\"fre\" scriptcode=\"Latn\">French</language><language langcode=\"lat\">Latin</language></langmaterial>",
        "<langmaterial>Mostly.</langmaterial>",
      ],
      ead3: ["<script scriptcode=\"Latn\"/>", "<descriptivenote><p>Mostly.</p></descriptivenote>"],
      atom: ["<langmaterial>Mostly.<language langcode=\"fre\" scriptcode=\"Latn\">French</language>"]),
    Case(
      name: "containers",
      cells: [
        "physicalObjectName": "Box 1|Carton 2", "physicalObjectLocation": "A|A", "physicalObjectType": "Box|Cardboard box",
      ],
      ead2002: [
        "<physloc id=\"atom_physloc_1\">A</physloc><container type=\"box\" parent=\"atom_physloc_1\">Box 1</container>",
        "<container type=\"box\" label=\"cardboard\" parent=\"atom_physloc_1\">Carton 2</container>",
      ],
      ead3: ["<container localtype=\"box\" parent=\"atom_physloc_1\">Box 1</container>"],
      atom: ["<container type=\"box\" label=\"cardboard\" parent=\"atom_physloc_1\">Carton 2</container>"]),
    Case(
      name: "digital objects are not fetched unasked", cells: ["digitalObjectURI": "https://example.org/a.jpg"],
      ead2002: ["<dao xlink:type=\"simple\" xlink:href=\"https://example.org/a.jpg\"/>"],
      ead3: ["<dao daotype=\"unknown\" href=\"https://example.org/a.jpg\"/>"],
      atom: ["<odd type=\"general\"><p>Digital object: &lt;https://example.org/a.jpg&gt;</p></odd>"]),
    Case(
      name: "access points",
      cells: [
        "subjectAccessPoints": "Trade -- France|Wine", "placeAccessPoints": "Beaune", "nameAccessPoints": "Martin",
        "genreAccessPoints": "Letters", "radGeneralMaterialDesignation": "Textual record",
      ],
      ead2002: [
        "<subject>Trade -- France</subject><subject>Wine</subject><geogname>Beaune</geogname><name>Martin</name>",
        "<genreform source=\"rad\">Textual record</genreform>",
      ],
      ead3: ["<subject><part>Trade</part><part>France</part></subject>"],
      atom: ["<name>Martin</name><genreform>Letters</genreform>"]),
    Case(
      name: "the description itself",
      cells: [
        "descriptionIdentifier": "D1", "institutionIdentifier": "FR-AM", "rules": "ISAD(G)", "revisionHistory": "2020-01-02: made",
        "sources": "S", "archivistNote": "n1|n2", "publicationStatus": "published", "levelOfDetail": "Full", "descriptionStatus": "Final",
        "languageOfDescription": "en|fr", "scriptOfDescription": "Latn",
      ],
      ead2002: [
        "<eadid identifier=\"D1\" mainagencycode=\"FR-AM\">F1</eadid>", "<descrules>ISAD(G)</descrules>",
        "<change><date>2020-01-02</date><item>made</item></change>", "<note type=\"sourcesDescription\"><p>S</p></note>",
        "<processinfo><p>n1</p></processinfo><processinfo><p>n2</p></processinfo>",
        "<odd type=\"publicationStatus\"><p>Published</p></odd>", "<odd type=\"statusDescription\"><p>Final</p></odd>",
        "<language langcode=\"eng\" scriptcode=\"Latn\">English</language><language langcode=\"fre\">French</language>",
      ],
      ead3: [
        "<recordid>F1</recordid>", "<agencycode>FR-AM</agencycode>", "<citation>ISAD(G)</citation>",
        "<eventdatetime>2020-01-02</eventdatetime>", "<sourceentry>S</sourceentry>",
        "<odd localtype=\"descriptionIdentifier\"><p>D1</p></odd>",
      ],
      atom: [
        "<eadid identifier=\"D1\">F1</eadid>", "<odd type=\"institutionIdentifier\"><p>FR-AM</p></odd>",
        "<processinfo><p><date>2020-01-02: made</date></p></processinfo>",
      ]),
    Case(
      name: "what AtoM's import has no place for",
      cells: [
        "accessionNumber": "2001-1", "radNoteCast": "cast", "eventTypes": "Creation", "eventDescriptions": "d", "eventDates": "1900",
      ],
      ead2002: ["<odd type=\"accessionNumber\"><p>2001-1</p></odd>", "<odd type=\"radNoteCast\"><p>cast</p></odd>"],
      ead3: ["<odd localtype=\"accessionNumber\"><p>2001-1</p></odd>"], atom: [],
      lostInAtoM: ["accessionNumber", "radNoteCast", "eventDescriptions"]),
  ]

  @Test("one thing each", arguments: cases) func oneThing(_ one: Case) throws {
    let sheet = try Sheet([Self.top(one.cells)])
    for (flavour, wanted) in [(AtoMEADFlavour.ead2002, one.ead2002), (.ead3, one.ead3), (.atom, one.atom)] {
      let written = try Written(sheet.url.path, flavour)
      let packed = written.packed
      for part in wanted { #expect(packed.contains(part), "\(flavour.rawValue): no \(part) in \(packed)") }
      let lost = written.losses.filter { $0.reason.isLoss }.map(\.path)
      #expect(Set(lost) == Set(flavour == .atom ? one.lostInAtoM : []), "\(flavour.rawValue)")
    }
  }

  // MARK: Hierarchy, levels, languages

  @Test("levels are AtoM's terms in the words of the culture") func levels() throws {
    let sheet = try Sheet([
      ["legacyId": "F1", "title": "F", "levelOfDescription": "Fonds", "culture": "fr"],
      ["legacyId": "S1", "parentId": "F1", "title": "S", "levelOfDescription": "Série", "culture": "fr"],
      ["legacyId": "D1", "parentId": "S1", "title": "D", "levelOfDescription": "Liasse", "culture": "fr"],
    ])
    let ead = try Written(sheet.url.path, .ead2002).packed
    #expect(ead.contains("<c level=\"series\" id=\"S1\">"))
    #expect(ead.contains("<c level=\"otherlevel\" otherlevel=\"Liasse\" id=\"D1\">"))
    // A French AtoM knows no "series": it would make a new term of it.
    let atom = try Written(sheet.url.path, .atom).packed
    #expect(atom.contains("<archdesc level=\"fonds\">"))
    #expect(atom.contains("<c level=\"otherlevel\" otherlevel=\"Série\" id=\"S1\">"))
  }

  @Test("no level is lost to blanks or brackets") func levelsOfSeveralWords() throws {
    let sheet = try Sheet([
      ["legacyId": "F1", "title": "F", "levelOfDescription": "Regroupement de documents", "culture": "fr"],
      ["legacyId": "S1", "parentId": "F1", "title": "S", "levelOfDescription": "Groupe de séries", "culture": "fr"],
    ])
    let atom = try Written(sheet.url.path, .atom)
    #expect(atom.packed.contains("<archdesc level=\"recordgrp\">"))
    #expect(atom.packed.contains("otherlevel=\"Groupe_de_séries\""))
    #expect(atom.conversion.findings.contains { $0.rule == "atom-ead-level-word" })
    #expect(atom.conversion.findings.contains { $0.rule == "ead-level-token" })
    #expect(atom.losses.contains { $0.reason == .changed && $0.text == "Groupe de séries" })
    for flavour in [AtoMEADFlavour.ead2002, .ead3] {
      #expect(try Written(sheet.url.path, flavour).packed.contains("otherlevel=\"Groupe_de_séries\""))
    }
  }

  /// Every term of every culture: it is an attribute's value, or there is a finding.
  @Test("AtoM's own levels") func ownLevels() throws {
    var rows = [["legacyId": "F0", "title": "F", "levelOfDescription": "Fonds", "culture": "en"]]
    for culture in AtoMTerms.cultures.sorted() {
      for key in ["Fonds", "Subfonds", "Collection", "Series", "Subseries", "File", "Item", "Part", "Record group"] {
        let (term, exists) = AtoMTerms.term(.levelOfDescription, key, culture: culture)
        guard exists else { continue }
        rows.append(["legacyId": "R\(rows.count)", "parentId": "F0", "title": "x", "levelOfDescription": term, "culture": culture])
      }
    }
    #expect(rows.count > 150)
    let sheet = try Sheet(rows)
    for flavour in AtoMEADFlavour.allCases {
      let written = try Written(sheet.url.path, flavour)
      #expect(!written.packed.contains("level=\"otherlevel\" id="), "\(flavour.rawValue): otherlevel without a word")
      #expect(!written.losses.contains { $0.path == "levelOfDescription" && $0.reason.isLoss })
    }
  }

  @Test("one finding aid for each description at the top") func severalTops() throws {
    let sheet = try Sheet([
      ["legacyId": "1", "identifier": "A/1", "title": "x"], ["legacyId": "2", "identifier": "A 1", "title": "y"],
      ["legacyId": "3", "parentId": "2", "title": "z"],
    ])
    let written = try Written(sheet.url.path, .ead3)
    #expect(written.findingAids.map(\.name) == ["A-1", "A-1-2"])
    #expect(written.conversion.units == 3)
  }

  @Test("translations") func translations() throws {
    let sheet = try Sheet([
      ["legacyId": "F1", "title": "Fonds A", "scopeAndContent": "scope", "culture": "en"],
      ["legacyId": "F1", "title": "Le fonds A", "scopeAndContent": "portée", "culture": "fr"],
    ])
    let ead3 = try Written(sheet.url.path, .ead3).packed
    #expect(ead3.contains("<unittitle lang=\"fr\">Le fonds A</unittitle>"))
    #expect(ead3.contains("<scopecontent lang=\"fr\"><p>portée</p></scopecontent>"))
    let ead2002 = try Written(sheet.url.path, .ead2002)
    #expect(
      ead2002.packed.contains(
        "<odd type=\"translation-fr\"><odd type=\"title\"><p>Le fonds A</p></odd><odd type=\"scopeAndContent\"><p>portée</p></odd></odd>"))
    let atom = try Written(sheet.url.path, .atom)
    #expect(atom.losses.filter { $0.reason.isLoss }.map(\.path) == ["title@fr", "scopeAndContent@fr"])
  }

  @Test("translations come back as rows", arguments: [AtoMEADFlavour.ead2002, .ead3])
  func translationsComeBack(_ flavour: AtoMEADFlavour) throws {
    let sheet = try Sheet([
      [
        "legacyId": "F1", "title": "Fonds A", "identifier": "12 J", "scopeAndContent": "scope", "levelOfDescription": "Series",
        "culture": "en",
      ],
      [
        "legacyId": "F1", "title": "Le fonds A", "scopeAndContent": "portée\n\n* x\n* y", "extentAndMedium": "3 boîtes\n1 ml",
        "rules": "ISAD(G)", "culture": "fr",
      ],
      ["legacyId": "C1", "parentId": "F1", "title": "File", "culture": "en"],
      ["legacyId": "C1", "parentId": "F1", "title": "Akte", "archivalHistory": "Geschichte", "culture": "de"],
    ])
    let back = try returned(try Written(sheet.url.path, flavour))
    #expect(back.rows.count == 4)
    #expect(back.text(1, "title") == "Fonds A")
    #expect(back.text(1, "scopeAndContent") == "scope")
    #expect(back.cell(2, "legacyId") == back.cell(1, "legacyId"))
    #expect(back.text(2, "culture") == "fr")
    #expect(back.text(2, "title") == "Le fonds A")
    #expect(back.text(2, "scopeAndContent") == "portée\n\n* x\n* y")
    #expect(back.text(2, "extentAndMedium") == "3 boîtes\n1 ml")
    #expect(back.text(2, "identifier") == "12 J")
    #expect(back.text(2, "levelOfDescription") == "Série")
    #expect(back.cell(4, "legacyId") == back.cell(3, "legacyId"))
    #expect(back.text(4, "title") == "Akte")
    #expect(back.text(4, "archivalHistory") == "Geschichte")
    #expect(back.losses.filter { $0.reason.isLoss && $0.text == "Le fonds A" }.isEmpty)
  }

  @Test("events come back as they were", arguments: [AtoMEADFlavour.ead2002, .ead3])
  func eventsComeBack(_ flavour: AtoMEADFlavour) throws {
    let cells = [
      "eventTypes": "Creation|Publication|Creation|Creation", "eventDates": "1900|1920|1930|NULL",
      "eventStartDates": "1900|1920|1930|NULL", "eventEndDates": "1900|1920|1930|NULL",
      "eventActors": "NULL|Press|Smith|Jones", "eventActorHistories": "NULL|NULL|Of Smith|Of Jones",
      "eventPlaces": "Rome|Paris|NULL|NULL", "eventDescriptions": "NULL|d|NULL|NULL", "placeAccessPoints": "Beaune",
    ]
    let sheet = try Sheet([Self.top(cells)])
    let back = try returned(try Written(sheet.url.path, flavour))
    for (column, value) in cells { #expect(back.text(1, column) == value, "\(column)") }
  }

  @Test("notes of AtoM's columns go back to them", arguments: [AtoMEADFlavour.ead2002, .ead3])
  func columnsComeBack(_ flavour: AtoMEADFlavour) throws {
    let cells = [
      "accessionNumber": "2001-1|2001-2", "rules": "R", "revisionHistory": "made\nagain", "sources": "S",
      "languageOfDescription": "fr|de", "scriptOfDescription": "Latn", "radNoteCast": "a|b", "radNoteCredits": "credits",
      "radNoteSignaturesInscriptions": "d", "radPublishersSeriesNote": "e", "radEditionStatementOfResponsibility": "f",
      "radTitleProperOfPublishersSeries": "g", "radNumberingWithinPublishersSeries": "7",
    ]
    let child = ["legacyId": "C", "parentId": "F1", "title": "x", "culture": "en"].merging(cells) { $1 }
    let sheet = try Sheet([Self.top([:]), child])
    let back = try returned(try Written(sheet.url.path, flavour))
    for (column, value) in cells { #expect(back.text(2, column) == value, "\(column)") }
  }

  private func returned(_ written: Written) throws -> Converted {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("back-\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(try #require(written.findingAids.first).bytes).write(to: file)
    let back = Converted(file.path)
    #expect(back.error == nil)
    return back
  }

  @Test("the date of a revision has no blank before the colon") func revisionDates() throws {
    let sheet = try Sheet([Self.top(["revisionHistory": "2019-03-04 : made"])])
    #expect(try Written(sheet.url.path, .ead2002).packed.contains("<date>2019-03-04</date>"))
    #expect(try Written(sheet.url.path, .ead3).packed.contains("<eventdatetime>2019-03-04</eventdatetime>"))
  }

  @Test("identifiers can be made again", arguments: ["F1", "449", "é/1", "id_x", "a b", "_1", "atom_1_event", "12#34", "-"])
  func componentIDs(_ id: String) {
    let encoded = Array(id.utf8).withUnsafeBufferPointer { ComponentID.encoded($0) }
    #expect(ComponentID.decoded(encoded) == Array(id.utf8))
    #expect(encoded.first.map { Bytes.isASCIILetter($0) || $0 == 0x5F } == true)
    #expect(encoded.allSatisfy { Bytes.isASCIILetter($0) || Bytes.isDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) })
  }

  @Test("identifiers a conversion from EAD made lose their prefix again") func prefixes() throws {
    let sheet = try Sheet([
      ["legacyId": "FRAD1", "title": "x"], ["legacyId": "FRAD1#c7", "parentId": "FRAD1", "title": "y"],
      ["legacyId": "FRAD1#/2", "parentId": "FRAD1", "title": "z"],
    ])
    let packed = try Written(sheet.url.path, .ead2002).packed
    #expect(packed.contains("<c id=\"c7\">"))
    #expect(packed.contains("<c><did><unittitle>z</unittitle>"))
  }

  // MARK: There and back

  /// Pseudo-random numbers, the same in every run (splitmix64).
  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let words = [
    "archives", "d’été", "A & B", "<x>", "\"dit\"", "e\u{301}tude", "№ 7", "漢字", "😀", "5 % (net)", "_italique_", "**gras**", "a_b_c",
    "2 * 3",
    "l’« an II »", "1914-1918",
  ]

  private static func line(_ dice: inout Dice) -> String {
    (0..<Int.random(in: 1...4, using: &dice)).map { _ in words.randomElement(using: &dice) ?? "" }.joined(separator: " ")
  }

  /// Plain words: for what is written without Markdown, and where a bare date would be read as one.
  private static func plain(_ dice: inout Dice, _ number: Int) -> String { "Valeur \(number) " + ["&", "<i>", "été", "x"][number % 4] }

  private static func prose(_ dice: inout Dice, _ number: Int) -> String {
    let blocks = (0..<Int.random(in: 1...3, using: &dice)).map { _ -> String in
      switch Int.random(in: 0..<5, using: &dice) {
      case 0: return "* \(line(&dice))\n* \(line(&dice))\n  * \(line(&dice))\n* \(line(&dice))"
      case 1: return "1. \(line(&dice))\n2. \(line(&dice))"
      case 2: return "Texte\n* \(line(&dice))\n* \(line(&dice))"
      case 3: return "Un \(line(&dice))\ndeux \(line(&dice))"
      default: return "Alinéa \(line(&dice))"
      }
    }
    return "Note \(number)\n\n" + blocks.joined(separator: "\n\n")
  }

  private static let proseColumns = [
    "archivalHistory", "acquisition", "scopeAndContent", "appraisal", "accruals", "arrangement", "accessConditions",
    "reproductionConditions", "physicalCharacteristics", "findingAids", "locationOfOriginals", "locationOfCopies",
    "relatedUnitsOfDescription",
  ]
  private static let noteColumns = [
    "generalNote", "publicationNote", "archivistNote", "radTitleVariationsInTitle", "radTitleAttributionsAndConjectures",
    "radTitleContinues", "radTitleStatementOfResponsibilityNote", "radTitleParallelTitles", "radTitleSourceOfTitleProper",
    "radNoteEdition", "radNotePhysicalDescription", "radNoteConservation", "radNoteAccompanyingMaterial",
    "radNoteAlphaNumericDesignation", "radNotePublishersSeries", "radNoteRights",
  ]
  private static let plainLists = [
    "subjectAccessPoints", "placeAccessPoints", "nameAccessPoints", "genreAccessPoints", "radOtherTitleInformation",
    "radTitleStatementOfResponsibility", "radStandardNumber", "radStatementOfProjection", "radIssuingJurisdiction",
  ]

  /// A tree of descriptions in which every column that comes back as it was has something now and then.
  private static func rows(_ seed: UInt64) -> [[String: String]] {
    var dice = Dice(state: seed)
    var rows: [[String: String]] = []
    var number = 0
    func next() -> Int {
      number += 1
      return number
    }
    let culture = ["fr", "en", "de"].randomElement(using: &dice) ?? "en"
    func term(_ taxonomy: AtoMTerms.Taxonomy, _ keys: [String]) -> String {
      AtoMTerms.term(taxonomy, keys.randomElement(using: &dice) ?? keys[0], culture: culture).term
    }
    for index in 0..<6 {
      var row = ["legacyId": "R\(index)", "title": "Titre " + plain(&dice, next()), "culture": culture]
      if index > 0 { row["parentId"] = "R\(Int.random(in: max(0, index - 2)..<index, using: &dice))" }
      row["levelOfDescription"] = term(.levelOfDescription, ["Fonds", "Series", "File", "Item", "Part"])
      for column in proseColumns where Bool.random(using: &dice) { row[column] = prose(&dice, next()) }
      for column in noteColumns where Int.random(in: 0..<3, using: &dice) == 0 {
        row[column] = (0..<Int.random(in: 1...2, using: &dice)).map { _ in prose(&dice, next()) }.joined(separator: "|")
      }
      for column in plainLists where Bool.random(using: &dice) {
        row[column] = (0..<Int.random(in: 1...3, using: &dice)).map { _ in plain(&dice, next()) }.joined(separator: "|")
      }
      if Bool.random(using: &dice) { row["identifier"] = "\(next()) J" }
      if Bool.random(using: &dice) { row["alternateTitle"] = plain(&dice, next()) }
      if Bool.random(using: &dice) { row["radEdition"] = plain(&dice, next()) }
      if Bool.random(using: &dice) { row["extentAndMedium"] = "3 boîtes\n\(next()) ml env." }
      if Bool.random(using: &dice) {
        row["alternativeIdentifiers"] = "A\(next())|B\(next())"
        row["alternativeIdentifierLabels"] = "Ancienne cote|ARK"
      }
      if Bool.random(using: &dice) { row["language"] = ["fr|la", "de", "el|ar|he"].randomElement(using: &dice) }
      if row["language"] != nil, Bool.random(using: &dice) { row["script"] = "Latn" }
      if Bool.random(using: &dice) { row["languageNote"] = "Écriture difficile, main \(next())." }
      if Bool.random(using: &dice) { row["publicationStatus"] = term(.publicationStatus, ["Draft", "Published"]) }
      if Bool.random(using: &dice) { row["levelOfDetail"] = term(.levelOfDetail, ["Full", "Partial", "Minimal"]) }
      if Bool.random(using: &dice) { row["descriptionStatus"] = term(.descriptionStatus, ["Final", "Revised"]) }
      if Bool.random(using: &dice) {
        row["eventTypes"] = term(.eventType, ["Creation"])
        row["eventDates"] = "vers 1900-1910"
        row["eventStartDates"] = "1900"
        row["eventEndDates"] = "1910-12"
        row["eventActors"] = "Producteur \(next())"
        row["eventActorHistories"] = Bool.random(using: &dice) ? prose(&dice, next()) : "NULL"
      }
      if Bool.random(using: &dice) {
        let box = term(.physicalObjectType, ["Box"])
        row["physicalObjectName"] = "\(box) \(next())|\(box) \(next())"
        row["physicalObjectLocation"] = "Rayon A|Rayon B"
        row["physicalObjectType"] = "\(box)|\(box)"
      }
      if index == 0 {
        row["descriptionIdentifier"] = "D\(next())"
        row["institutionIdentifier"] = "FR-AM"
        row["rules"] = "ISAD(G)"
        row["revisionHistory"] = "2020-01-02: créé\nRevu"
        row["languageOfDescription"] = culture
        row["repository"] = "Archives municipales"
        row["sources"] = "Source \(next())"
      }
      rows.append(row)
    }
    return rows
  }

  /// CSV to EAD to CSV gives the same cells.
  @Test("there and back", arguments: [AtoMEADFlavour.ead2002, .ead3]) func thereAndBack(_ flavour: AtoMEADFlavour) throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      let rows = Self.rows(seed)
      let sheet = try Sheet(rows)
      let written = try Written(sheet.url.path, flavour)
      #expect(written.losses.filter { $0.reason.isLoss }.isEmpty)
      let file = FileManager.default.temporaryDirectory.appendingPathComponent("back-\(UUID().uuidString).xml")
      defer { try? FileManager.default.removeItem(at: file) }
      try Data(try #require(written.findingAids.first).bytes).write(to: file)
      let back = Converted(file.path)
      #expect(back.error == nil)
      // The tree is walked depth first; the sheet need not be in that order.
      for row in rows {
        guard let at = (1...back.rows.count).first(where: { back.text($0, "title") == row["title"] }) else {
          Issue.record("seed \(seed): \(row["title"] ?? "") did not come back")
          continue
        }
        for (column, value) in row where column != "legacyId" && column != "parentId" {
          #expect(back.cell(at, column) == Array(value.utf8), "seed \(seed) \(column): \(back.text(at, column).debugDescription)")
        }
        let parent = row["parentId"].flatMap { id in rows.first { $0["legacyId"] == id } }?["title"]
        let parentRow = back.rows.firstIndex { $0["legacyId"] == back.cell(at, "parentId") && !$0["legacyId", default: []].isEmpty }
        #expect(parentRow.map { back.text($0 + 1, "title") } == parent, "seed \(seed): the parent of \(row["title"] ?? "")")
      }
    }
  }

  // MARK: Golden files

  static let sheets: [String] = {
    let url = TestData.fixtures.appendingPathComponent("atom-to-ead")
    return ((try? TestData.folders(below: url)) ?? []).map(\.lastPathComponent)
  }()

  @Test("there are golden sheets") func thereAreSheets() { #expect(Self.sheets.count >= 2) }

  /// `RECORD_GOLDEN=1 swift test` writes them anew.
  @Test("golden", arguments: sheets) func golden(_ name: String) throws {
    let folder = TestData.fixtures.appendingPathComponent("atom-to-ead/\(name)")
    for flavour in AtoMEADFlavour.allCases {
      let written = try Written(folder.appendingPathComponent("input.csv").path, flavour)
      let losses = written.losses.map { "\($0.component)\t\($0.path)\t\($0.reason.rawValue)\t\($0.text)\n" }.joined()
      for (ending, text) in [("xml", written.text), ("losses.tsv", losses)] {
        let file = folder.appendingPathComponent("expected.\(flavour.rawValue).\(ending)")
        if TestData.records {
          try Data(text.utf8).write(to: file)
        } else {
          let expected = try Data(contentsOf: file)
          #expect(expected == Data(text.utf8), "\(name): differs from \(file.lastPathComponent)")
        }
      }
    }
  }

  // MARK: What AtoM itself was given

  static let probes: [URL] = TestData.shared("atom/csv-probes").flatMap { try? TestData.folders(below: $0) } ?? []

  @Test("probes become valid finding aids", arguments: probes) func probe(_ probe: URL) throws {
    for name in ["input.csv", "exported.csv"] {
      let path = probe.appendingPathComponent(name).path
      guard FileManager.default.fileExists(atPath: path) else { continue }
      for flavour in AtoMEADFlavour.allCases {
        do {
          let written = try Written(path, flavour)
          #expect(!written.conversion.findings.contains { $0.rule.hasPrefix("target-") && $0.severity == .error })
        } catch let error as EADError {
          // A file that no CSV of AtoM's is.
          #expect(error.finding.rule.hasPrefix("csv-"), "\(path): \(error.finding.line())")
        }
      }
    }
  }

  @Test("finding aids for AtoM are valid and say what the CSV says", arguments: AtoMProbeTests.probes)
  func findingAidForAtoM(_ probe: URL) throws {
    let path = probe.appendingPathComponent("input.xml").path
    var atom = AtoMOptions()
    atom.defaultCulture = "en"
    atom.digitalObjects = .note
    let outputs = WrittenFindingAids()
    let conversion = try AtoMEADConversion.run(path: path, atom: atom, outputs: outputs)
    let csv = Converted(path, options: atom)
    #expect(conversion.units == csv.rows.count)
    try Written.expectValid(outputs.all)
    let text = outputs.all.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
    #expect(!text.contains("xmlns"))
    #expect(!text.contains("<dao"))
    // One element a field: AtoM's import keeps the last.
    for unit in text.components(separatedBy: "<did>").dropFirst() {
      let did = unit.components(separatedBy: "</did>")[0]
      for element in ["<unitid>", "<physdesc", "<langmaterial", "<repository"] {
        #expect(did.components(separatedBy: element).count <= 2, "\(element) twice in \(did)")
      }
      for origination in did.components(separatedBy: "<origination>").dropFirst() {
        #expect(origination.components(separatedBy: "</origination>")[0].components(separatedBy: "<name").count == 2)
      }
    }
  }

  // MARK: CSV again

  @Test("CSV written anew is what AtoM reads") func normalised() throws {
    let sheet = try Sheet([
      ["legacyId": "2", "parentId": "1", "title": "child", "levelOfDescription": "File", "culture": "fr", "language": "fre| en"],
      [
        "legacyId": "1", "title": "a|b", "levelOfDescription": "series", "culture": "fr", "publicationStatus": "Published",
        "eventTypes": "creation|publication", "eventDates": "1900|", "eventStartDates": "19000101|", "eventActors": "|Press",
        "alternativeIdentifiers": "x|y", "alternativeIdentifierLabels": "l", "physicalObjectName": "Box 1", "slug": "s",
      ],
    ])
    let spool = try AtoMRowSpool.unnamed(for: sheet.url.path)
    var losses: [LossEntry] = []
    _ = try AtoMCSVConversion.runToCSV(paths: [sheet.url.path], rows: spool) { losses.append($0) }
    var bytes: [UInt8] = []
    try spool.write { chunk throws(EADError) in bytes.append(contentsOf: chunk) }
    #expect(try SheetCheckerTestSupport.findings(bytes: bytes).filter { $0.severity > .note }.map { $0.line() } == [])
    let records = PHPCSVReader.records(bytes).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    let rows = records.dropFirst().map { Dictionary(zip(records[0], $0)) { first, _ in first } }
    #expect(rows.map { $0["legacyId"] } == ["id-1", "id-2"])
    #expect(rows[1]["parentId"] == "id-1")
    #expect(rows[1]["levelOfDescription"] == "Dossier")
    #expect(rows[1]["language"] == "fr|en")
    #expect(rows[0]["title"] == "a\u{A6}b")
    #expect(rows[0]["levelOfDescription"] == "Série")
    #expect(rows[0]["publicationStatus"] == "Publié")
    #expect(rows[0]["eventTypes"] == "Création/Production|Publication")
    #expect(rows[0]["eventDates"] == "1900|NULL")
    #expect(rows[0]["eventStartDates"] == "1900-01-01|NULL")
    #expect(rows[0]["eventActors"] == "NULL|Press")
    #expect(rows[0]["alternativeIdentifierLabels"] == "l|Identifiant")
    #expect(rows[0]["physicalObjectLocation"] == "id-1")
    #expect(losses.filter { $0.reason.isLoss }.map(\.path) == ["slug"])
    // What was repaired is named, each value as the source has it.
    let changes = Set(losses.filter { $0.reason == .changed }.map { $0.path + " " + $0.text })
    for change in [
      "language fre", "levelOfDescription series", "levelOfDescription File", "publicationStatus Published", "title a|b",
      "legacyId 1", "legacyId 2", "parentId 1", "eventTypes creation", "eventStartDates 19000101",
    ] { #expect(changes.contains(change), "no \(change) in \(changes.sorted())") }
  }
}
