import Foundation
import Testing

@testable import EADKit

/// AtoM's RAD template: its header, every RAD field of EAD in its column, and the way back.
struct RADTests {
  /// The header of AtoM's own RAD template (2.7 to 2.9), as its manual and its export have it.
  static let header = """
    legacyId,parentId,qubitParentSlug,accessionNumber,title,radGeneralMaterialDesignation,alternateTitle,\
    radOtherTitleInformation,radTitleStatementOfResponsibility,radTitleStatementOfResponsibilityNote,\
    radTitleAttributionsAndConjectures,radTitleContinues,radTitleSourceOfTitleProper,radTitleVariationsInTitle,\
    radTitleParallelTitles,levelOfDescription,repository,identifier,radEdition,radEditionStatementOfResponsibility,\
    radStatementOfScaleCartographic,radStatementOfProjection,radStatementOfCoordinates,radStatementOfScaleArchitectural,\
    radIssuingJurisdiction,extentAndMedium,radTitleProperOfPublishersSeries,radParallelTitlesOfPublishersSeries,\
    radOtherTitleInformationOfPublishersSeries,radStatementOfResponsibilityRelatingToPublishersSeries,\
    radNumberingWithinPublishersSeries,radPublishersSeriesNote,radNoteOnPublishersSeries,archivalHistory,scopeAndContent,\
    physicalCharacteristics,acquisition,arrangement,language,script,languageNote,locationOfOriginals,locationOfCopies,\
    accessConditions,reproductionConditions,findingAids,relatedUnitsOfDescription,accruals,radNoteAccompanyingMaterial,\
    radNoteAlphaNumericDesignation,radNoteConservation,radNoteEdition,radNotePhysicalDescription,radNotePublishersSeries,\
    radNoteRights,radNoteSignaturesInscriptions,radNoteCast,radNoteCredits,radStandardNumber,subjectAccessPoints,\
    placeAccessPoints,nameAccessPoints,genreAccessPoints,descriptionIdentifier,institutionIdentifier,rules,\
    descriptionStatus,levelOfDetail,revisionHistory,languageOfDescription,scriptOfDescription,sources,publicationStatus,\
    digitalObjectPath,digitalObjectURI,generalNote,physicalObjectName,physicalObjectLocation,physicalObjectType,\
    alternativeIdentifiers,alternativeIdentifierLabels,eventDates,eventTypes,eventStartDates,eventEndDates,\
    eventDescriptions,eventActors,eventActorHistories,eventPlaces,culture
    """.components(separatedBy: ",")

  static let dead = "radNoteOnPublishersSeries"

  private static func options(_ culture: String = "en") -> AtoMOptions {
    var options = AtoMOptions()
    options.template = .rad
    options.culture = culture
    return options
  }

  // MARK: The template

  @Test("the header is AtoM's, in its order") func headerIsAtoMs() {
    #expect(Self.header.count == 90)
    #expect(AtoMTemplate.rad.columns.map(\.name) == Self.header)
    #expect(AtoMTemplate.rad.appended == [.appraisal, .publicationNote, .archivistNote])
    #expect(AtoMTemplate.isad.columns.map(\.name) == Array(AtoMColumn.names.prefix(56)))
    for template in AtoMTemplate.allCases {
      let all = template.columns + template.appended
      #expect(Set(all).count == all.count)
      // Whatever is read has a place in every file; what is not read is never appended.
      #expect(Set(all).isSuperset(of: AtoMColumn.allCases.filter { $0.name != Self.dead }))
      #expect(!template.appended.contains(.radNoteOnPublishersSeries))
      // A line that is too long is moved on by blanks in this cell: it has to be the fourth.
      #expect(template.columns.firstIndex(of: .accessionNumber) == AtoMColumn.accessionNumber.rawValue)
    }
  }

  @Test("columns that only later rows need are appended to all", arguments: AtoMTemplate.allCases)
  func appended(_ template: AtoMTemplate) throws {
    var options = Self.options()
    options.template = template
    let body = """
      <did><unittitle>F</unittitle></did><dsc><c level="file"><did><unittitle>A</unittitle></did></c>
      <c level="file"><did><unittitle>B</unittitle></did><appraisal><p>kept</p></appraisal>\
      <odd type="edition"><p>second</p></odd></c></dsc>
      """
    let converted = try Self.converted(Self.ead2002(body), options)
    let extra = template == .rad ? "appraisal" : "radNoteEdition"
    #expect(converted.header == template.columns.map(\.name) + [extra])
    let records = PHPCSVReader.records(converted.csv)
    #expect(records.count == 4)
    #expect(records.allSatisfy { $0.count == template.columns.count + 1 })
    for row in 1...2 { #expect(converted.text(row, extra) == "") }
    #expect(converted.text(3, "appraisal") == "kept")
    #expect(converted.text(3, "radNoteEdition") == "second")
  }

  @Test("a file for many finding aids takes over their template, and is whole as it stands") func combined() throws {
    let descriptor = try TemporaryFile.unnamed(for: "all")
    defer { close(descriptor) }
    let all = try AtoMRowSpool(descriptor: descriptor, name: "all", withHeader: true)
    for title in ["A", "B"] {
      let rows = try AtoMRowSpool.unnamed(for: title)
      try Self.withFile(Self.ead2002("<did><unittitle>\(title)</unittitle></did>", id: title)) { path in
        _ = try AtoMConversion.run(path: path, reading: EADReaderOptions(), options: Self.options(), rows: rows)
      }
      #expect(rows.template == .rad)
      try all.append(rows)
    }
    #expect(all.extras == 0)
    #expect(all.rows == 2)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let records = PHPCSVReader.records(Array(bytes.prefix(max(0, count)))).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    #expect(records.first == Self.header)
    #expect(records.dropFirst().map { $0[4] } == ["A", "B"])
    var written: [UInt8] = []
    try all.write { chunk throws(EADError) in written.append(contentsOf: chunk) }
    #expect(Array(bytes.prefix(max(0, count))) == written)
  }

  // MARK: Every RAD field of EAD

  struct Field: Sendable, CustomTestStringConvertible {
    var column: String
    /// What stands in `did`, or beside it.
    var ead2002: String
    var ead3: String
    var value: String
    var isInDid = true
    var testDescription: String { column + " " + ead2002 }

    static func title(_ type: String, _ column: String) -> Field {
      Field(
        column: column, ead2002: "<unittitle type=\"\(type)\">Of \(type)</unittitle>",
        ead3: "<unittitle localtype=\"\(type)\">Of \(type)</unittitle>", value: "Of \(type)")
    }

    static func material(_ type: String, _ column: String) -> Field {
      Field(
        column: column, ead2002: "<materialspec type=\"\(type)\">1:500 \(type)</materialspec>",
        ead3: "<materialspec localtype=\"\(type)\">1:500 \(type)</materialspec>", value: "1:500 \(type)")
    }

    static func note(_ type: String, _ column: String) -> Field {
      Field(
        column: column, ead2002: "<odd type=\"\(type)\"><p>Note of \(type)</p></odd>",
        ead3: "<odd localtype=\"\(type)\"><p>Note of \(type)</p></odd>", value: "Note of \(type)", isInDid: false)
    }

    /// EAD3 has no element for it any more: a note that names the column.
    static func series(_ inner: String, _ column: String, _ value: String) -> Field {
      Field(
        column: column, ead2002: "<unittitle><bibseries>\(inner)</bibseries></unittitle>",
        ead3: "<unittitle><bibseries>\(inner.replacing(" type=", with: " localtype="))</bibseries></unittitle>", value: value)
    }
  }

  static let fields: [Field] = [
    .title("parallel", "alternateTitle"), .title("otherInfo", "radOtherTitleInformation"),
    .title("statRep", "radTitleStatementOfResponsibility"), .title("editionStat", "radEdition"),
    Field(
      column: "radEdition", ead2002: "<unittitle type=\"editionStat\"><edition>Rev. ed.</edition></unittitle>",
      ead3: "<unittitle localtype=\"editionStat\">Rev. ed.</unittitle>", value: "Rev. ed."),
    Field(
      column: "radEdition", ead2002: "<unittitle>Title<edition>Rev. ed.</edition></unittitle>",
      ead3: "<unittitle>Title<edition>Rev. ed.</edition></unittitle>", value: "Rev. ed."),
    Field(
      column: "radEditionStatementOfResponsibility",
      ead2002: "<unittitle type=\"statRep\"><edition>revised by B</edition></unittitle>",
      ead3: "<unittitle localtype=\"statRep\"><edition>revised by B</edition></unittitle>", value: "revised by B"),
    Field(
      column: "radStandardNumber", ead2002: "<unitid type=\"standard\">ISBN 1</unitid>",
      ead3: "<unitid localtype=\"standard\">ISBN 1</unitid>", value: "ISBN 1"),
    .series("<title>Maps of the river</title>", "radTitleProperOfPublishersSeries", "Maps of the river"),
    .series("<title type=\"parallel\">Cartes</title>", "radParallelTitlesOfPublishersSeries", "Cartes"),
    .series("<title type=\"otherInfo\">old sheets</title>", "radOtherTitleInformationOfPublishersSeries", "old sheets"),
    .series(
      "<title type=\"statRep\">by the Survey</title>", "radStatementOfResponsibilityRelatingToPublishersSeries",
      "by the Survey"),
    .series("<num>no. 7</num>", "radNumberingWithinPublishersSeries", "no. 7"),
    .material("cartographic", "radStatementOfScaleCartographic"), .material("projection", "radStatementOfProjection"),
    .material("coordinates", "radStatementOfCoordinates"), .material("architectural", "radStatementOfScaleArchitectural"),
    .material("philatelic", "radIssuingJurisdiction"),
    .note("titleVariation", "radTitleVariationsInTitle"), .note("titleAttributions", "radTitleAttributionsAndConjectures"),
    .note("titleContinuation", "radTitleContinues"), .note("titleStatRep", "radTitleStatementOfResponsibilityNote"),
    .note("titleParallel", "radTitleParallelTitles"), .note("titleSource", "radTitleSourceOfTitleProper"),
    .note("edition", "radNoteEdition"), .note("physDesc", "radNotePhysicalDescription"),
    .note("conservation", "radNoteConservation"), .note("material", "radNoteAccompanyingMaterial"),
    .note("alphanumericDesignation", "radNoteAlphaNumericDesignation"), .note("bibSeries", "radNotePublishersSeries"),
    .note("rights", "radNoteRights"), .note("radNoteCast", "radNoteCast"), .note("radNoteCredits", "radNoteCredits"),
    .note("radNoteSignaturesInscriptions", "radNoteSignaturesInscriptions"),
    .note("radPublishersSeriesNote", "radPublishersSeriesNote"),
    Field(
      column: "radGeneralMaterialDesignation",
      ead2002: "<controlaccess><genreform source=\"rad\">Textual record</genreform></controlaccess>",
      ead3: "<controlaccess><genreform source=\"rad\"><part>Textual record</part></genreform></controlaccess>",
      value: "Textual record", isInDid: false),
    Field(
      column: "radGeneralMaterialDesignation",
      ead2002: "<controlaccess><controlaccess><genreform encodinganalog=\"1.1C\">Object</genreform></controlaccess>"
        + "</controlaccess>",
      ead3: "<controlaccess><genreform encodinganalog=\"1.1C\"><part>Object</part></genreform></controlaccess>",
      value: "Object", isInDid: false),
  ]

  @Test("every RAD column has an EAD field here") func fieldsAreComplete() {
    let own = Self.header.filter { $0.hasPrefix("rad") && $0 != Self.dead } + ["alternateTitle"]
    #expect(Set(own).subtracting(Self.fields.map(\.column)) == [])
    let inTable = Set(CrosswalkTable.atomCSV.map(\.column))
    #expect(Set(own).subtracting(inTable) == [], "no row of the printed table names them")
  }

  @Test("reaches its column, at the top and below, and nothing is lost", arguments: fields) func field(_ field: Field) throws {
    for isEAD3 in [false, true] {
      let said = isEAD3 ? field.ead3 : field.ead2002
      let title = said.hasPrefix("<unittitle>Title") ? "" : "<unittitle>Title</unittitle>"
      let unit =
        field.isInDid ? "<did>\(said)\(title)</did>" : "<did>\(title)</did>\(said)"
      let body = unit + "<dsc><c level=\"file\">\(unit)</c></dsc>"
      let converted = try Self.converted(isEAD3 ? Self.ead3(body) : Self.ead2002(body), Self.options())
      #expect(converted.header == Self.header, "\(isEAD3)")
      #expect(converted.rows.count == 2)
      for row in 1...2 {
        #expect(converted.text(row, field.column) == field.value, "EAD3: \(isEAD3), row \(row)")
        #expect(converted.text(row, "title") == "Title", "EAD3: \(isEAD3), row \(row)")
        #expect(converted.text(row, "generalNote") == "", "EAD3: \(isEAD3), row \(row)")
        #expect(converted.text(row, Self.dead) == "")
      }
      #expect(converted.losses.filter { $0.reason.isLoss }.map { $0.path + " " + $0.text } == [], "EAD3: \(isEAD3)")
    }
  }

  // MARK: Where RAD differs from ISAD(G)

  @Test("title proper, parallel titles and statements are kept apart") func statements() throws {
    let body = """
      <did><unittitle>Harbour maps</unittitle><unittitle type="parallel">Cartes du port</unittitle>\
      <unittitle type="parallel">Hafenkarten</unittitle>\
      <unittitle type="statRep">by A. Smith<edition>revised by B. Jones</edition><edition>and C.</edition></unittitle>\
      <unittitle>Maps of the harbour</unittitle><unittitle>Harbour maps</unittitle></did><scopecontent><p>Scope</p></scopecontent>
      """
    let rad = try Self.converted(Self.ead2002(body), Self.options())
    #expect(rad.text(1, "title") == "Harbour maps")
    #expect(rad.text(1, "alternateTitle") == "Cartes du port = Hafenkarten")
    #expect(rad.text(1, "radTitleStatementOfResponsibility") == "by A. Smith")
    #expect(rad.text(1, "radEditionStatementOfResponsibility") == "revised by B. Jones|and C.")
    #expect(rad.text(1, "radTitleVariationsInTitle") == "Maps of the harbour")
    #expect(rad.text(1, "scopeAndContent") == "Scope")
    #expect(rad.losses.filter { $0.reason.isLoss }.isEmpty)
    // ISAD(G) has no such fields: there, further titles open the scope.
    var isad = Self.options()
    isad.template = .isad
    #expect(try Self.converted(Self.ead2002(body), isad).text(1, "scopeAndContent").hasPrefix("Maps of the harbour"))
  }

  @Test("an imprint is a publication with its place, publisher and date") func imprint() throws {
    let body = """
      <did><unittitle>Atlas of the river / <imprint><geogname>Ottawa</geogname>: <publisher>Survey Press</publisher>, \
      <date normal="1890">1890</date></imprint></unittitle><unitdate normal="1885/1889">1885-1889</unitdate></did>
      """
    let rad = try Self.converted(Self.ead2002(body), Self.options())
    #expect(rad.text(1, "title") == "Atlas of the river")
    #expect(rad.text(1, "eventTypes") == "Publication|Creation")
    #expect(rad.text(1, "eventDates") == "1890|1885-1889")
    #expect(rad.text(1, "eventStartDates") == "1890|1885")
    #expect(rad.text(1, "eventEndDates") == "1890|1889")
    #expect(rad.text(1, "eventActors") == "Survey Press|NULL")
    #expect(rad.text(1, "eventPlaces") == "Ottawa|NULL")
    #expect(rad.text(1, "eventDescriptions") == "")
    #expect(rad.losses.filter { $0.reason.isLoss }.map(\.text) == [])

    let more = try Self.converted(
      Self.ead2002(
        "<did><origination><corpname role=\"publisher\">Press</corpname></origination><unittitle>Guide<imprint>Paris, sold by "
          + "<publisher>Press</publisher></imprint></unittitle></did>"), Self.options())
    #expect(more.text(1, "title") == "Guide")
    #expect(more.text(1, "eventTypes") == "Publication")
    #expect(more.text(1, "eventActors") == "Press")
    #expect(more.text(1, "eventDescriptions") == "Paris, sold by Press")

    let only = try Self.converted(
      Self.ead2002("<did><unittitle><imprint>Paris, 1900</imprint></unittitle></did>"), Self.options())
    #expect(only.text(1, "title") == "Paris, 1900")
  }

  @Test("places of creation belong to their event") func places() throws {
    func convert(_ access: String) throws -> Converted {
      try Self.converted(
        Self.ead2002(
          "<did><unittitle>T</unittitle><unitdate normal=\"1900\">1900</unitdate></did><controlaccess>\(access)</controlaccess>"),
        Self.options())
    }
    for role in ["creation", "prp", "http://id.loc.gov/vocabulary/relators/prp", "production place (prp)", "Place of creation:"] {
      let converted = try convert("<geogname role=\"\(role)\">Québec</geogname><geogname role=\"subject\">Lévis</geogname>")
      #expect(converted.text(1, "eventPlaces") == "Québec", "\(role)")
      #expect(converted.text(1, "eventTypes") == "Creation", "\(role)")
      #expect(converted.text(1, "placeAccessPoints") == "Lévis", "\(role)")
      #expect(converted.losses.filter { $0.reason.isLoss }.isEmpty, "\(role)")
    }
    let published = try convert("<geogname role=\"pup\">Paris</geogname><geogname role=\"creation\">Rome</geogname>")
    #expect(published.text(1, "eventTypes") == "Creation|Publication")
    #expect(published.text(1, "eventDates") == "1900|NULL")
    #expect(published.text(1, "eventPlaces") == "Rome|Paris")
    let alone = try Self.converted(
      Self.ead2002("<did><unittitle>T</unittitle></did><controlaccess><geogname role=\"prp\">Rome</geogname></controlaccess>"),
      Self.options())
    #expect(alone.text(1, "eventTypes") == "Creation")
    #expect(alone.text(1, "eventPlaces") == "Rome")
  }

  @Test("what a date says of itself describes its event") func descriptions() throws {
    let labelled = try Self.converted(
      Self.ead2002(
        "<did><unittitle>T</unittitle><unitdate label=\"Dates of the negatives:\">1900</unitdate>"
          + "<unitdate label=\"Dates\">1910</unitdate></did>"), Self.options())
    #expect(labelled.text(1, "eventDescriptions") == "Dates of the negatives|NULL")
    #expect(labelled.text(1, "eventTypes") == "Creation|Creation")
    #expect(labelled.losses.filter { $0.reason.isLoss }.isEmpty)

    let note = "<odd type=\"eventDescriptions\"><p>Made on board</p></odd>"
    let one = try Self.converted(
      Self.ead2002("<did><unittitle>T</unittitle><unitdate>1900</unitdate></did>" + note), Self.options())
    #expect(one.text(1, "eventDescriptions") == "Made on board")
    #expect(one.text(1, "generalNote") == "")
    let two = try Self.converted(
      Self.ead2002("<did><unittitle>T</unittitle><unitdate>1900</unitdate><unitdate>1950</unitdate></did>" + note),
      Self.options())
    #expect(two.text(1, "eventDescriptions") == "")
    #expect(two.text(1, "generalNote").contains("Made on board"))
  }

  @Test("designations are AtoM's terms in the language of the row, also those in an extent") func designations() throws {
    let body = """
      <did><unittitle>T</unittitle><physdesc><extent>3 maps</extent><genreform source="rad">Cartographic material</genreform>\
      </physdesc></did><controlaccess><genreform source="rad">Textual record</genreform>\
      <genreform source="rad">Photographs</genreform><genreform source="rad">textual record</genreform></controlaccess>
      """
    let converted = try Self.converted(Self.ead2002(body), Self.options("fr"))
    #expect(converted.text(1, "radGeneralMaterialDesignation") == "Document cartographique|Document textuel|Photographs")
    #expect(converted.text(1, "extentAndMedium") == "3 maps; Cartographic material")
    #expect(converted.text(1, "genreAccessPoints") == "")
    #expect(converted.conversion?.newTerms.filter { $0.hasPrefix("rad") } == ["radGeneralMaterialDesignation\tPhotographs"])
  }

  // MARK: From AtoM's CSV

  /// A sheet with something in every column that people fill, the names of the columns being part of the values.
  private static func sheet() -> [[String: String]] {
    var row: [String: String] = [:]
    let apart: Set<String> = [
      "legacyId", "parentId", "qubitParentSlug", "repository", "digitalObjectPath", "culture", Self.dead,
    ]
    for name in Self.header where !apart.contains(name) { row[name] = "Value of \(name)" }
    for name in ["appraisal", "publicationNote", "archivistNote"] { row[name] = "Value of \(name)" }
    for name in Self.header where name.hasPrefix("radNote") && name != Self.dead {
      row[name] = "First of \(name)|Second of \(name)"
    }
    row.merge([
      "culture": "en", "identifier": "12 J", "levelOfDescription": "Fonds", "language": "fr|la", "script": "Latn",
      "languageNote": "Difficult handwriting.", "languageOfDescription": "en", "scriptOfDescription": "Latn",
      "extentAndMedium": "3 maps\n2 m", "publicationStatus": "Published", "levelOfDetail": "Full", "descriptionStatus": "Final",
      "institutionIdentifier": "CA-OOC", "descriptionIdentifier": "D1", "revisionHistory": "2020-01-02: made\nAgain",
      "accessionNumber": "2001-1|2001-2", "digitalObjectURI": "https://example.org/a.jpg",
      "radGeneralMaterialDesignation": "Cartographic material|Textual record",
      "physicalObjectName": "Box 1|Box 2", "physicalObjectLocation": "Shelf A|Shelf B", "physicalObjectType": "Box|Box",
      "alternativeIdentifiers": "A1|B2", "alternativeIdentifierLabels": "Old number|ARK",
      "eventTypes": "Creation|Publication", "eventDates": "about 1900-1910|1912", "eventStartDates": "1900|1912",
      "eventEndDates": "1910|1912", "eventDescriptions": "made|issued", "eventActors": "Harbour Board|Press",
      "eventActorHistories": "Of the board|NULL", "eventPlaces": "Ottawa|Toronto",
    ]) { $1 }
    var child = row
    for (name, value) in row where value.hasPrefix("Value of") { child[name] = "Child's " + value }
    child.merge([
      "legacyId": "R1-1", "parentId": "R1", "identifier": "12 J 1", "levelOfDescription": "File", "descriptionIdentifier": "D2",
    ]) { $1 }
    row["legacyId"] = "R1"
    row["repository"] = "Archives of the port"
    return [row, child]
  }

  @Test("RAD CSV to EAD to RAD CSV keeps every cell", arguments: [AtoMEADFlavour.ead2002, .ead3])
  func thereAndBack(_ flavour: AtoMEADFlavour) throws {
    let rows = Self.sheet()
    let (ead, losses) = try Self.written(rows, flavour)
    #expect(losses.filter { $0.reason.isLoss }.map { $0.path + " " + $0.text } == [])
    let back = try Self.converted(String(decoding: ead, as: UTF8.self), Self.options())
    #expect(back.header == Self.header + ["appraisal", "publicationNote", "archivistNote"])
    #expect(back.rows.count == 2)
    for (index, row) in rows.enumerated() {
      for (column, value) in row.sorted(by: { $0.key < $1.key }) where column != "legacyId" && column != "parentId" {
        #expect(
          back.cell(index + 1, column) == Array(value.utf8),
          "row \(index + 1) \(column): \(back.text(index + 1, column).debugDescription)")
      }
    }
    #expect(back.cell(2, "parentId") == back.cell(1, "legacyId"))
    #expect(!back.text(1, "legacyId").isEmpty)
    for row in 1...2 { #expect(back.text(row, Self.dead) == "") }
  }

  @Test("the column that nobody reads is kept where it is read, and said", arguments: AtoMEADFlavour.allCases)
  func deadColumn(_ flavour: AtoMEADFlavour) throws {
    let top = ["legacyId": "R1", "title": "T", "levelOfDescription": "Fonds", "culture": "en"]
    let rows = [top.merging([Self.dead: "No. 7|Sheet 2", "radNotePublishersSeries": "Sheet 2"]) { $1 }]
    let (ead, losses) = try Self.written(rows, flavour, findings: ["atom-csv-column-ignored"])
    let text = String(decoding: ead, as: UTF8.self)
    for value in ["No. 7", "Sheet 2"] { #expect(text.components(separatedBy: ">\(value)<").count == 2, "\(value)") }
    let account = losses.filter { $0.path == Self.dead }.map { $0.reason.rawValue + " " + $0.text }
    #expect(account == ["changed No. 7", "duplicate Sheet 2"])
    let back = try Self.converted(text, Self.options())
    #expect(Set(back.text(1, "radNotePublishersSeries").components(separatedBy: "|")) == ["No. 7", "Sheet 2"])
    #expect(back.text(1, Self.dead) == "")
    // A blank column, as in AtoM's own template and export, is nothing to speak of.
    _ = try Self.written([top.merging([Self.dead: ""]) { $1 }], flavour, findings: [])
  }

  @Test("CSV written anew has the header of its template", arguments: AtoMTemplate.allCases)
  func normalised(_ template: AtoMTemplate) throws {
    let rows = Self.sheet().map { $0.merging([Self.dead: "No. 7", "radNotePublishersSeries": "Sheet 2"]) { $1 } }
    var options = AtoMOptions()
    options.template = template
    let spool = try AtoMRowSpool.unnamed(for: "sheet")
    var losses: [LossEntry] = []
    var conversion = AtoMConversion()
    try Self.withFile(Self.csv(rows)) { path in
      conversion = try AtoMCSVConversion.runToCSV(paths: [path], options: options, rows: spool) { losses.append($0) }
    }
    var bytes: [UInt8] = []
    try spool.write { chunk throws(EADError) in bytes.append(contentsOf: chunk) }
    #expect(try SheetCheckerTestSupport.findings(bytes: bytes).filter { $0.severity > .note }.map { $0.line() } == [])
    let records = PHPCSVReader.records(bytes).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    let header = records.first ?? []
    #expect(Array(header.prefix(template.columns.count)) == template.columns.map(\.name))
    #expect(Set(header.dropFirst(template.columns.count)).isSubset(of: template.appended.map(\.name)))
    #expect(records.allSatisfy { $0.count == header.count })
    #expect(records.count == 3)
    for (row, record) in zip(rows, records.dropFirst()) {
      let cells = Dictionary(zip(header, record)) { first, _ in first }
      for (column, value) in row where column != Self.dead && column != "radNotePublishersSeries" {
        #expect(cells[column] == value, "\(column): \(cells[column] ?? "no such column")")
      }
      #expect(cells["radNotePublishersSeries"] == "Sheet 2|No. 7")
      #expect(cells[Self.dead] == (template == .rad ? "" : nil))
    }
    #expect(losses.filter { $0.reason.isLoss }.map(\.path) == [])
    let changes = losses.filter { $0.reason == .changed }.map { $0.path + " " + $0.text }
    #expect(changes == Array(repeating: Self.dead + " No. 7", count: 2))
    #expect(conversion.findingCounts["atom-csv-column-ignored"] == 1)
  }

  @Test("designations in a RAD sheet are written in the language of their row") func normalisedDesignations() throws {
    let rows = [["legacyId": "R1", "title": "T", "culture": "fr", "radGeneralMaterialDesignation": "Textual record|Photographs"]]
    let spool = try AtoMRowSpool.unnamed(for: "sheet")
    try Self.withFile(Self.csv(rows)) { path in
      let conversion = try AtoMCSVConversion.runToCSV(paths: [path], options: Self.options("fr"), rows: spool)
      #expect(conversion.newTerms == ["radGeneralMaterialDesignation\tPhotographs"])
    }
    var bytes: [UInt8] = []
    try spool.write { chunk throws(EADError) in bytes.append(contentsOf: chunk) }
    let records = PHPCSVReader.records(bytes).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    #expect(records.first == Self.header)
    #expect(records.last?[5] == "Document textuel|Photographs")
  }

  // MARK: Files

  private static func ead2002(_ body: String, id: String = "R") -> String {
    """
    <ead><eadheader><eadid>\(id)</eadid><profiledesc><langusage><language langcode="eng">English</language></langusage>\
    </profiledesc></eadheader><archdesc level="fonds">\(body)</archdesc></ead>
    """
  }

  private static func ead3(_ body: String) -> String {
    """
    <ead xmlns="http://ead3.archivists.org/schema/"><control><recordid>R</recordid></control>\
    <archdesc level="fonds">\(body)</archdesc></ead>
    """
  }

  private static func csv(_ rows: [[String: String]]) -> String {
    let columns = Set(rows.flatMap(\.keys)).sorted()
    let lines = [columns] + rows.map { row in columns.map { row[$0] ?? "" } }
    return lines.map { line in
      line.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
    }.joined()
  }

  private static func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("rad-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    try body(file.path)
  }

  private static func converted(_ ead: String, _ options: AtoMOptions) throws -> Converted {
    var converted: Converted?
    try withFile(ead) { converted = Converted($0, options: options) }
    let result = try #require(converted)
    #expect(result.error == nil)
    return result
  }

  private final class Outputs: EADOutputs {
    private(set) var bytes: [UInt8] = []
    func begin(_ name: String) throws(EADError) {}
    func write(_ chunk: UnsafeBufferPointer<UInt8>) throws(EADError) { bytes.append(contentsOf: chunk) }
    func end() throws(EADError) {}
  }

  /// A sheet as EAD, valid, and what is said of it.
  private static func written(
    _ rows: [[String: String]], _ flavour: AtoMEADFlavour, findings: [String]? = nil
  ) throws -> (bytes: [UInt8], losses: [LossEntry]) {
    let outputs = Outputs()
    var losses: [LossEntry] = []
    try withFile(csv(rows)) { path in
      let conversion = try AtoMCSVConversion.run(
        paths: [path], target: flavour, outputs: outputs, wantsOmissions: true
      ) { losses.append($0) }
      if let findings { #expect(conversion.findings.map(\.rule).filter { $0.hasPrefix("atom-csv-column") } == findings) }
    }
    var options = ValidationOptions()
    options.profile = .schema
    let report = try FindingAidValidator(options: options).validate(bytes: outputs.bytes, name: flavour.rawValue)
    #expect(report.verdict == .valid, "\(report.findings.prefix(3).map { $0.line() })")
    return (outputs.bytes, losses)
  }
}
