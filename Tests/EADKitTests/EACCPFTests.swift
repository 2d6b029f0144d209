import Foundation
import Testing

@testable import EADKit

/// A conversion from EAC-CPF in memory: everything it wrote, lost and said.
private struct Rows {
  var cells: [[String: String]] = []
  var relations: [[String: String]] = []
  var losses: [LossEntry] = []
  var conversion: EACConversion?
  var error: EADError?

  init(_ path: String, options: EACOptions = Rows.withRelations, reading: EADReaderOptions = EADReaderOptions()) {
    do throws(EADError) {
      var found: [LossEntry] = []
      let conversion = try EACConversion.run(path: path, reading: reading, options: options, wantsOmissions: true) {
        found.append($0)
      }
      losses = found
      self.conversion = conversion
      cells = Rows.read(EACConversion.header + conversion.rowBytes)
      relations = Rows.read(EACConversion.relationsHeader + conversion.relationBytes)
    } catch {
      self.error = error
    }
  }

  init(text: String, name: String = "a.xml", options: EACOptions = Rows.withRelations) throws {
    let folder = try Scratch()
    defer { folder.remove() }
    self.init(try folder.write(name, Array(text.utf8)), options: options)
  }

  static var withRelations: EACOptions {
    var options = EACOptions()
    options.writesRelations = true
    return options
  }

  /// As PHP reads it; every row has the header's width.
  static func read(_ bytes: [UInt8]) -> [[String: String]] {
    let records = PHPCSVReader.records(bytes)
    let header = (records.first ?? []).map { String(decoding: $0, as: UTF8.self) }
    return records.dropFirst().map { record in
      #expect(record.count == header.count)
      return Dictionary(zip(header, record.map { String(decoding: $0, as: UTF8.self) }), uniquingKeysWith: { $1 })
    }
  }

  func rules() -> Set<String> { Set((conversion?.findings ?? []).map(\.rule)) }

  func lost(_ text: String) -> Bool { losses.contains { $0.reason.isLoss && $0.text.contains(text) } }
}

/// A folder of one test.
private struct Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("eac-tests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: url) }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }
}

/// Files that a conversion to EAC-CPF writes, in memory.
private final class Files: EADOutputs {
  var all: [(name: String, bytes: [UInt8])] = []

  func begin(_ name: String) throws(EADError) { all.append((name, [])) }
  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) { all[all.count - 1].bytes += bytes }
  func end() throws(EADError) {}
}

/// EAC-CPF to AtoM's authority CSV and back.
struct EACCPFTests {
  static let folder = TestData.fixtures.appendingPathComponent("EACCPF")
  static func fixture(_ name: String) -> String { folder.appendingPathComponent(name).path }
  static let documents = ["hospice-2010.xml", "keeper-2010-prefixed.xml", "board-eac2.xml"]

  // MARK: Mapping

  @Test func everyFieldOfEAC2010HasItsColumn() throws {
    let rows = Rows(EACCPFTests.fixture("hospice-2010.xml"))
    let row = try #require(rows.cells.first)
    #expect(rows.cells.count == 1)
    #expect(row["culture"] == "fr")
    #expect(row["typeOfEntity"] == "Collectivité")
    #expect(row["authorizedFormOfName"] == "Hospice de Sainte-Aube")
    #expect(row["parallelFormsOfName"] == "Ospis Santez-Aob")
    #expect(row["standardizedFormsOfName"] == "Sainte-Aube. Hospice")
    #expect(row["otherFormsOfName"] == "Maison de charité (1712-1793)|Hôtel-Dieu (Sainte-Aube)")
    #expect(row["corporateBodyIdentifiers"] == "SIREN 264400123")
    #expect(row["datesOfExistence"] == "mars 1712 - 1968. Fondation par lettres patentes.")
    #expect(row["places"] == "siège: Sainte-Aube (3 rue du Pont, 44999 Sainte-Aube, 1712-1850)")
    #expect(row["placeAccessPoints"] == "Sainte-Aube (Loire-Atlantique)")
    #expect(row["legalStatus"] == "établissement public communal (1851-08-07)")
    #expect(
      row["functions"]
        == "accueil des indigents (canton)\n\nJusqu'en 1905.\n\nPuis par le bureau de bienfaisance.\n\nsoins\n\n"
        + "Voir aussi les règlements.")
    #expect(row["mandates"] == "loi du 16 vendémiaire an V\n\nBulletin des lois <http://exemple.org/loi>")
    #expect(row["actorOccupations"] == "hospitalier|apothicaire")
    #expect(row["actorOccupationNotes"] == "Au sens large ¦ étendu.|NULL")
    #expect(row["internalStructures"] == "Un conseil d'administration.\n\n* Direction\n  * Économat\n* Aumônerie")
    #expect(row["generalContext"] == "La charité avant *l'État*.")
    #expect(
      row["history"]
        == """
        Deux sœurs tenaient la pharmacie.

        Hospice fondé en 1712.

        La maison est fondée par Jeanne Le Goff.

        * aile nord
        * aile sud

        * 1712: Fondation (Sainte-Aube)
        * 1793-1801: Fermeture

        D'après le chanoine Roux.
        """)
    #expect(row["descriptionIdentifier"] == "FRAC44-EAC-0012")
    #expect(row["institutionIdentifier"] == "Archives municipales de Sainte-Aube; FR-440109")
    #expect(row["maintenanceNotes"] == "Notice tenue par le service des fonds hospitaliers.")
    #expect(
      row["rules"]
        == "ISAAR(CPF), Norme internationale sur les notices d'autorité, 2e édition\n"
        + "AFNOR, NF Z44-060, http://exemple.org/z44-060")
    #expect(row["levelOfDetail"] == "Complet")
    #expect(row["subjectAccessPoints"] == "assistance publique")
    #expect(
      row["revisionHistory"]
        == "2 avril 2009: created (Maud Perrin, human): Première rédaction.\n2015-11-30: revised (script-reprise, machine)")
    #expect(
      row["sources"]
        == "Registre des délibérations, 1 D 4, http://exemple.org/registre\n\nLacunes entre 1870 et 1875.\n\n"
        + "Annuaire départemental")
    // The status of a record that was revised, in the culture of the row.
    #expect(row["status"] == AtoMTerms.term(.descriptionStatus, "Revised", culture: "fr").term)
  }

  @Test func relationsAreASecondSheet() throws {
    let rows = Rows(EACCPFTests.fixture("hospice-2010.xml"))
    #expect(rows.relations.count == 2)
    let parent = try #require(rows.relations.first)
    #expect(parent["subjectAuthorizedFormOfName"] == "Hospice de Sainte-Aube")
    #expect(parent["relationType"] == "is the subordinate of")
    #expect(parent["objectAuthorizedFormOfName"] == "Commune de Sainte-Aube")
    #expect(parent["description"] == "Tutelle du maire.")
    #expect(parent["date"] == "1797 - 31 décembre 1968")
    #expect(parent["startDate"] == "1797")
    #expect(parent["endDate"] == "1968-12-31")
    #expect(parent["culture"] == "fr")
    #expect(rows.relations[1]["relationType"] == "is the predecessor of")
    #expect(rows.relations[1]["date"] == "")
    #expect(rows.relations[1]["startDate"] == "1968")
    #expect(rows.rules().contains("eac-relation-nameless"))
    #expect(rows.rules().contains("eac-relation-terms"))
    for text in ["Fonds de l'hospice", "Assister", "http://exemple.org/commune", "Sans nom."] {
      #expect(rows.lost(text), "\(text)")
    }
  }

  @Test func withoutASecondSheetRelationsAreLosses() throws {
    let rows = Rows(EACCPFTests.fixture("hospice-2010.xml"), options: EACOptions())
    #expect(rows.relations.isEmpty)
    #expect(rows.rules().contains("eac-relations-unwanted"))
    #expect(rows.lost("Commune de Sainte-Aube"))
    #expect(rows.lost("Tutelle du maire."))
  }

  @Test func prefixesDoNotMatter() throws {
    let rows = Rows(EACCPFTests.fixture("keeper-2010-prefixed.xml"))
    let row = try #require(rows.cells.first)
    #expect(row["culture"] == "en")
    #expect(row["typeOfEntity"] == "Person")
    #expect(row["authorizedFormOfName"] == "Tressel, Ida, 1861-1944")
    #expect(row["otherFormsOfName"] == "Tressel, I. M.")
    #expect(row["status"] == "Draft")
    #expect(row["datesOfExistence"] == "born 1861, [1943-1944]")
    #expect(row["actorOccupations"] == "lighthouse keeper")
    #expect(row["actorOccupationNotes"] == "1880-1919")
    #expect(row["history"] == "Kept the **north** light.")
    #expect(row["revisionHistory"] == "2011: created (R. Moss, human)")
    #expect(row["maintenanceNotes"] == "Checked against the parish books.")
    #expect(rows.relations.first?["relationType"] == "associative")
    #expect(rows.lost("wrapped words"))
    // What the relation says of itself twice is no loss.
    #expect(rows.losses.contains { $0.path.hasSuffix("cpfRelation/@xlink:title") && $0.reason == .saidByCode })
  }

  @Test func everyFieldOfEAC2HasItsColumn() throws {
    let rows = Rows(EACCPFTests.fixture("board-eac2.xml"))
    let row = try #require(rows.cells.first)
    #expect(row["culture"] == "en")
    #expect(row["authorizedFormOfName"] == "Harbour Board")
    #expect(row["parallelFormsOfName"] == "Bwrdd yr Harbwr")
    #expect(row["otherFormsOfName"] == "The Board (1850-)")
    #expect(row["corporateBodyIdentifiers"] == "HB/1; Q4242")
    #expect(row["levelOfDetail"] == "Partial")
    #expect(row["status"] == "Revised")
    #expect(row["institutionIdentifier"] == "Harbour Record Office; GB-1234; HRO")
    #expect(row["sources"] == "Minute books, 12-19, https://example.org/minutes")
    #expect(row["rules"] == "ISAAR, International Standard, https://example.org/isaar")
    #expect(row["functions"] == "dredging (1850-1901, north basin)")
    #expect(row["subjectAccessPoints"] == "Harbours")
    #expect(row["mandates"] == "Harbour Act\n\nAs amended.")
    #expect(row["places"] == "seat: Portwen (board@example.org)")
    #expect(
      row["history"]
        == "Origins\n\nSet up by the Act <https://example.org/act>.\n\n1. first\n2. second\n\n"
        + "* 1850: Act; Election (Portwen)")
    #expect(row["datesOfExistence"] == "1850-")
    #expect(row["generalContext"] == "")
    #expect(row["internalStructures"] == "Twelve members.")
    #expect(rows.losses.contains { $0.reason == .internal && $0.text == "Not for readers." })
    #expect(rows.relations.map { $0["relationType"] } == ["is the superior of", "is the business partner of"])
    #expect(rows.relations[0]["date"] == "1880 to 1919")
    #expect(rows.relations[0]["startDate"] == "1880")
    #expect(rows.relations[0]["endDate"] == "1919")
    #expect(rows.relations[0]["description"] == "keeper")
    for text in ["CC0", "none", "Minutes", "creatorOf", "authority"] { #expect(rows.lost(text), "\(text)") }
  }

  @Test func internalTextsComeWhenAskedFor() throws {
    var options = Rows.withRelations
    options.includesInternal = true
    let rows = Rows(EACCPFTests.fixture("board-eac2.xml"), options: options)
    #expect(rows.cells.first?["generalContext"] == "Not for readers.")
  }

  // MARK: Account

  /// Every word of a document is in a cell or in the account.
  @Test(arguments: documents) func nothingDisappears(_ name: String) throws {
    let rows = Rows(EACCPFTests.fixture(name))
    #expect(rows.error == nil)
    var told = (rows.cells + rows.relations).flatMap(\.values)
    told += rows.losses.map(\.text)
    var counts: [String: Int] = [:]
    for word in told.flatMap(EACCPFTests.words) { counts[word, default: 0] += 1 }
    let texts = try EACCPFTests.contents(EACCPFTests.fixture(name))
    #expect(texts.count > 30)
    var wanted: [String: Int] = [:]
    for word in texts.flatMap(EACCPFTests.words) { wanted[word, default: 0] += 1 }
    for (word, count) in wanted { #expect(counts[word, default: 0] >= count, "\(name): \(word)") }
  }

  private static func words(_ text: String) -> [String] {
    text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Texts and the attributes that are content; our documents have neither comments nor entities.
  private static func contents(_ path: String) throws -> [String] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(!text.contains("<!--") && !text.contains("&"))
    // What the table itself looks at, to choose a column, is used by that choice; ids are pure encoding.
    let used: Set<String> = [
      "id", "xml:id", "xsi:schemaLocation", "xlink:type", "l:type", "languageEncoding", "localType", "cpfRelationType",
      "targetType", "status", "style", "audience", "listType", "version", "encoding",
    ]
    var found = text.matches(of: #/>([^<]+)</#).map { String($0.1) }
    for match in text.matches(of: #/ ([A-Za-z:]+)="([^"]*)"/#) {
      if !match.1.hasPrefix("xmlns"), !used.contains(String(match.1)) { found.append(String(match.2)) }
    }
    return found
  }

  @Test func everyAttributeThatIsNotUsedIsAnEntry() throws {
    let rows = Rows(EACCPFTests.fixture("hospice-2010.xml"))
    for path in ["placeEntry/@countryCode", "placeEntry/@latitude", "otherRecordId/@localType", "part/@localType"] {
      #expect(rows.losses.contains { $0.path.hasSuffix(path) }, "\(path)")
    }
    #expect(rows.losses.allSatisfy { $0.line > 0 && $0.path.hasPrefix("/eac-cpf") && $0.component == "FRAC44-EAC-0012" })
    #expect(rows.losses.contains { $0.path == "/eac-cpf/control/localControl[3]/term" && $0.text == "visé" })
    #expect(rows.conversion?.losses == rows.losses.count { $0.reason.isLoss })
  }

  // MARK: Culture

  private static func record(
    _ control: String = "", _ identity: String = "<nameEntry><part>N</part><authorizedForm>x</authorizedForm></nameEntry>",
    description: String = "", root: String = "eac-cpf xmlns=\"urn:isbn:1-931666-33-4\""
  ) -> String {
    let name = root.split(separator: " ").first.map(String.init) ?? ""
    return """
      <\(root)><control><recordId>r</recordId>\(control)</control><cpfDescription><identity><entityType>person</entityType>\
      \(identity)</identity><description>\(description)</description></cpfDescription></\(name)>
      """
  }

  private static let french = "<languageDeclaration><language languageCode=\"fre\"/></languageDeclaration>"

  @Test func aFileWithoutLanguageIsRefused() throws {
    let rows = try Rows(text: EACCPFTests.record())
    #expect(rows.error?.finding.rule == "eac-no-culture")
    for language in MessageLanguage.allCases {
      let message = rows.error?.finding.message(language) ?? ""
      #expect(message.contains("--culture") && message.contains("--default-culture"))
    }
  }

  @Test func optionsGiveTheCulture() throws {
    var options = EACOptions()
    options.defaultCulture = "de"
    #expect(try Rows(text: EACCPFTests.record(), options: options).cells.first?["culture"] == "de")
    #expect(try Rows(text: EACCPFTests.record(EACCPFTests.french), options: options).cells.first?["culture"] == "fr")
    options.culture = "nl"
    #expect(try Rows(text: EACCPFTests.record(EACCPFTests.french), options: options).cells.first?["culture"] == "nl")
  }

  @Test func withoutAnAuthorizedFormTheFirstIsTaken() throws {
    let rows = try Rows(
      text: EACCPFTests.record(
        EACCPFTests.french, "<nameEntry><part>Un</part></nameEntry><nameEntry><part>Deux</part></nameEntry>"))
    #expect(rows.cells.first?["authorizedFormOfName"] == "Un")
    #expect(rows.cells.first?["otherFormsOfName"] == "Deux")
    #expect(rows.rules().contains("eac-no-authorized-form"))
  }

  /// What AtoM exports as its maintenance note, whichever way the id is written.
  @Test(arguments: ["id", "xml:id"]) func atomsMaintenanceNoteHasItsColumn(_ attribute: String) throws {
    let rows = try Rows(
      text: EACCPFTests.record(
        EACCPFTests.french + "<maintenanceHistory><maintenanceEvent \(attribute)=\"5.4.6\"><maintenanceEventType>revised"
          + "</maintenanceEventType><eventDescription>Revue.</eventDescription></maintenanceEvent><maintenanceEvent "
          + "\(attribute)=\"5.4.9\"><eventType>revised</eventType><eventDescription>Note.</eventDescription>"
          + "</maintenanceEvent></maintenanceHistory>"))
    #expect(rows.cells.first?["maintenanceNotes"] == "Note.")
    #expect(rows.cells.first?["revisionHistory"] == "revised: Revue.")
  }

  @Test func chronologiesOfEAC2KeepTheirSetsApart() throws {
    let text = """
      <eac xmlns="https://archivists.org/ns/eac/v2"><control><recordId>r</recordId><languageDeclaration languageCode="en"/>\
      </control><cpfDescription><identity><entityType value="person"/><nameEntry status="authorized"><part>N</part></nameEntry>\
      </identity><description><biogHist><chronList><chronItem><chronItemSet><placeName>Bonn</placeName><event>born</event>\
      <event>baptised</event></chronItemSet><chronItemSet><event>sent away</event><place><placeName>Trier</placeName></place>\
      </chronItemSet><date>1900</date></chronItem></chronList></biogHist></description></cpfDescription></eac>
      """
    let rows = try Rows(text: text)
    #expect(rows.cells.first?["history"] == "* 1900: born; baptised (Bonn); sent away (Trier)")
  }

  @Test func theTitleOfALinkNamesTheOtherEntity() throws {
    let text = EACCPFTests.record(EACCPFTests.french).replacingOccurrences(
      of: "</cpfDescription>",
      with: "<relations><cpfRelation xmlns:xlink=\"http://www.w3.org/1999/xlink\" cpfRelationType=\"family\" "
        + "xlink:title=\" Le  Goff, Jeanne\"/><cpfRelation><relationEntry>A | B</relationEntry></cpfRelation>"
        + "</relations></cpfDescription>")
    let rows = try Rows(text: text)
    #expect(rows.relations.map { $0["objectAuthorizedFormOfName"] } == ["Le Goff, Jeanne", "A \u{A6} B"])
    #expect(rows.losses.contains { $0.reason == .changed && $0.text == "A | B" })
    #expect(!rows.rules().contains("eac-relation-nameless"))
    #expect(!rows.lost("Goff"))
  }

  @Test func theLanguageOfTheRootIsNoLossBesideTheSameOne() throws {
    let root = "eac-cpf xmlns=\"urn:isbn:1-931666-33-4\" xml:lang=\"fre\""
    let rows = try Rows(text: EACCPFTests.record(EACCPFTests.french, root: root))
    #expect(rows.cells.first?["culture"] == "fr")
    #expect(rows.losses.contains { $0.path == "/eac-cpf/@xml:lang" && $0.reason == .saidByCode })
    let breton = root.replacingOccurrences(of: "fre\"", with: "bre\"")
    let other = try Rows(text: EACCPFTests.record(EACCPFTests.french, root: breton))
    #expect(other.losses.contains { $0.path == "/eac-cpf/@xml:lang" && $0.reason.isLoss })
  }

  /// Comparing each link with all that stands before it would take minutes.
  @Test(.timeLimit(.minutes(1))) func aSourceOfThousandsOfLinksTakesNoTime() throws {
    let entry = { (number: Int) in "<sourceEntry l:href=\"http://h/\(number)\">e\(number)</sourceEntry>" }
    let sources = (0..<60_000).map(entry).joined()
    let rows = try Rows(
      text: EACCPFTests.record(
        EACCPFTests.french + "<sources xmlns:l=\"http://www.w3.org/1999/xlink\"><source>\(sources)</source></sources>"))
    #expect(rows.cells.first?["sources"]?.hasPrefix("e0, http://h/0, e1, http://h/1, ") == true)
  }

  @Test func aRecordWithoutNameIsNoRow() throws {
    let rows = try Rows(text: EACCPFTests.record(EACCPFTests.french, "", description: "<biogHist><p>mots</p></biogHist>"))
    #expect(rows.cells.isEmpty)
    #expect(rows.rules().contains("eac-nameless"))
    #expect(rows.lost("mots"))
  }

  @Test func severalIdentitiesAreSeveralRows() throws {
    let one =
      "<cpfDescription><identity><entityType>person</entityType><nameEntry><part>A</part></nameEntry></identity>"
      + "</cpfDescription>"
    let rows = try Rows(
      text: """
        <eac-cpf xmlns="urn:isbn:1-931666-33-4"><control><recordId>r</recordId>\(EACCPFTests.french)</control>\
        <multipleIdentities>\(one)\(one.replacingOccurrences(of: "A<", with: "B<"))</multipleIdentities></eac-cpf>
        """)
    #expect(rows.cells.map { $0["authorizedFormOfName"] } == ["A", "B"])
    #expect(rows.cells.map { $0["descriptionIdentifier"] } == ["r", "r"])
    #expect(rows.rules().contains("eac-several-identities"))
  }

  @Test func overlongValuesAreCutAndTold() throws {
    let name = String(repeating: "é", count: 1000)
    let rows = try Rows(text: EACCPFTests.record(EACCPFTests.french, "<nameEntry><part>\(name)</part></nameEntry>"))
    #expect((rows.cells.first?["authorizedFormOfName"] ?? "").utf8.count <= 1024)
    #expect(rows.rules().contains("eac-too-long"))
    #expect(rows.losses.contains { $0.reason == .tooLong })
  }

  // MARK: Hostile

  @Test func otherDocumentsAreRefusedClearly() throws {
    let cases: [(String, String)] = [
      ("<ead xmlns=\"urn:isbn:1-931666-22-9\"><archdesc level=\"fonds\"/></ead>", "eac-is-ead"),
      ("<ead><archdesc level=\"fonds\"/></ead>", "eac-is-ead"),
      ("<html><p/></html>", "eac-not-eac"),
      ("<eac-cpf xmlns=\"urn:wrong\"/>", "eac-namespace-wrong"),
      ("<eac xmlns=\"urn:isbn:1-931666-33-4\"/>", "eac-namespace-wrong"),
      ("", "xml-empty"),
      ("   ", "xml-not-well-formed"),
      ("<eac-cpf xmlns=\"urn:isbn:1-931666-33-4\"><control>", "xml-truncated"),
    ]
    for (text, rule) in cases {
      let rows = try Rows(text: text)
      #expect(rows.error?.finding.rule == rule, "\(text): \(rows.error?.finding.rule ?? "nothing")")
    }
  }

  @Test func withoutNamespaceItIsReadWithAWarning() throws {
    let rows = try Rows(text: EACCPFTests.record(EACCPFTests.french, root: "eac-cpf"))
    #expect(rows.cells.first?["authorizedFormOfName"] == "N")
    #expect(rows.rules().contains("eac-no-namespace"))
  }

  @Test func entitiesAreNotFetchedAndDoNotGrow() throws {
    let external = "<!DOCTYPE eac-cpf [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
    let rows = try Rows(
      text: external + EACCPFTests.record(EACCPFTests.french, description: "<biogHist><p>avant &x; après</p></biogHist>"))
    #expect(rows.cells.first?["history"] == "avant après")
    #expect(rows.conversion?.findings.contains { $0.rule == "external-entity" } == true)
    #expect(rows.losses.contains { $0.reason == .externalEntity })
    var bomb = "<!DOCTYPE eac-cpf [<!ENTITY a0 \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">"
    for step in 1...9 { bomb += "<!ENTITY a\(step) \"\(String(repeating: "&a\(step - 1);", count: 10))\">" }
    bomb += "]>" + EACCPFTests.record(EACCPFTests.french, description: "<biogHist><p>&a9;</p></biogHist>")
    #expect(try Rows(text: bomb).error != nil)
  }

  @Test func depthIsBounded() throws {
    let deep = String(repeating: "<list>", count: 3000)
    let rows = try Rows(text: EACCPFTests.record(EACCPFTests.french, description: "<biogHist>" + deep))
    #expect(rows.error?.finding.rule == "too-deep")
    let flat = String(repeating: "<list><item>a", count: 400) + String(repeating: "</item></list>", count: 400)
    let read = try Rows(text: EACCPFTests.record(EACCPFTests.french, description: "<biogHist>\(flat)</biogHist>"))
    #expect(read.error == nil)
    #expect((read.cells.first?["history"] ?? "").split(separator: "*").count > 100)
  }

  @Test func aHugeFileIsRefused() throws {
    let folder = try Scratch()
    defer { folder.remove() }
    let paragraph = "<p>" + String(repeating: "mot ", count: 250) + "</p>"
    let start = EACCPFTests.record(EACCPFTests.french, description: "<biogHist>")
    let opening = String(start[..<(try #require(start.range(of: "</description>")).lowerBound)])
    let text = opening + String(repeating: paragraph, count: 60_000)
    let path = try folder.write("huge.xml", Array(text.utf8))
    let rows = Rows(path)
    #expect(rows.error?.finding.rule == "eac-too-large")
  }

  @Test func everyRowOfTheTableCanBeRun() {
    #expect(EACCrosswalk.rows.count > 60)
    for row in EACCrosswalk.rows {
      #expect(EACCrosswalk.Action(rawValue: row.action) != nil, "\(row.element): \(row.action)")
      let column = row.column.split(separator: ":").first.map(String.init) ?? ""
      #expect(column.isEmpty || column == "relationType" || AuthorityColumn.named(column) != nil, "\(row.element): \(row.column)")
      #expect(row.remarkEnglish.isEmpty == row.remarkFrench.isEmpty)
    }
  }

  // MARK: To EAC-CPF 2.0

  private static func write(
    _ csv: String, relations: String? = nil, change: (inout EACOptions) -> Void = { _ in }
  ) throws -> (files: [(name: String, bytes: [UInt8])], losses: [LossEntry], conversion: AuthorityCSVConversion) {
    var options = EACOptions()
    options.timestamp = "2026-01-02T03:04:05Z"
    change(&options)
    let files = Files()
    var losses: [LossEntry] = []
    let conversion = try AuthorityCSVConversion.run(
      paths: [csv], relationsPath: relations, csv: AtoMCSVOptions(), options: options, outputs: files, wantsOmissions: true
    ) { losses.append($0) }
    try expectValidEAC(files.all)
    return (files.all, losses, conversion)
  }

  /// By our own engine, and by jing where there is one.
  private static func expectValidEAC(_ files: [(name: String, bytes: [UInt8])]) throws {
    var options = ValidationOptions()
    options.profile = .schema
    let validator = try FindingAidValidator(options: options)
    for file in files {
      let report = validator.validate(bytes: file.bytes, name: file.name)
      for finding in report.findings where finding.severity == .error { Issue.record("\(file.name): \(finding.line())") }
    }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard let jing = folders.map({ $0 + "/jing" }).first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      return
    }
    let folder = try Scratch()
    defer { folder.remove() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: jing)
    process.arguments = [TestData.repository.appendingPathComponent("schemas/eac-cpf/eac.rng").path]
    for (number, file) in files.enumerated() { process.arguments?.append(try folder.write("\(number).xml", file.bytes)) }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "jing: \(files.map(\.name))")
  }

  private static let csv = fixture("authorities.csv")
  private static let relationsCSV = fixture("relations.csv")

  @Test func aFileForEachRow() throws {
    let (files, losses, conversion) = try EACCPFTests.write(EACCPFTests.csv, relations: EACCPFTests.relationsCSV)
    #expect(files.map(\.name) == ["FR/AUT 7", "moss-r", "AUT-3", "AUT-3"])
    #expect(conversion.records == 4)
    #expect(conversion.relations == 3)
    let rules = Set(conversion.findings.map(\.rule))
    for rule in ["eac-relation-without-record", "eac-type-assumed", "eac-row-culture", "eac-no-agency"] {
      #expect(rules.contains(rule), "\(rule)")
    }
    #expect(losses.contains { $0.path == "digitalObjectChecksum" && $0.text == "abc123" && $0.reason.isLoss })
    #expect(losses.contains { $0.path == "relations/subjectAuthorizedFormOfName" && $0.text == "Nobody" })
    let first = String(decoding: files[0].bytes, as: UTF8.self)
    for part in [
      "<languageDeclaration languageCode=\"fr\" scriptCode=\"Latn\"/>", "<languageDeclaration languageCode=\"br\"/>",
      "<otherRecordId localType=\"legacyId\">501</otherRecordId>", "detailLevel=\"extended\"",
      "<date standardDate=\"1902/1977\">1902-1977</date>", "targetType=\"person\"", "Carn.", "&lt;réunit&gt;",
    ] { #expect(first.contains(part), "\(part)") }
  }

  @Test func theSameBytesEveryTime() throws {
    let first = try EACCPFTests.write(EACCPFTests.csv, relations: EACCPFTests.relationsCSV).files.map(\.bytes)
    let second = try EACCPFTests.write(EACCPFTests.csv, relations: EACCPFTests.relationsCSV).files.map(\.bytes)
    #expect(first == second)
    #expect(String(decoding: first[0], as: UTF8.self).contains("2026-01-02T03:04:05Z"))
  }

  @Test func withoutIndentationTheFileIsValidToo() throws {
    let (files, _, _) = try EACCPFTests.write(EACCPFTests.csv) { $0.indentation = 0 }
    #expect(files.allSatisfy { $0.bytes.count { $0 == 0x0A } < 20 })
  }

  /// The cells of a row are the same after a journey to EAC-CPF 2.0 and back.
  @Test func csvThereAndBack() throws {
    let folder = try Scratch()
    defer { folder.remove() }
    let written = try EACCPFTests.write(EACCPFTests.csv, relations: EACCPFTests.relationsCSV)
    let before = Rows.read(Array(try Data(contentsOf: URL(fileURLWithPath: EACCPFTests.csv))))
    #expect(before.count == written.files.count)
    var relations: [[String: String]] = []
    for (row, file) in zip(before, written.files) {
      let again = Rows(try folder.write("again.xml", file.bytes))
      let back = try #require(again.cells.first)
      for column in AuthorityColumn.allCases {
        var wanted = row[column.name] ?? ""
        // A row without culture is English for AtoM.
        if column == .culture, wanted.isEmpty { wanted = "en" }
        #expect(back[column.name] == wanted, "\(file.name): \(column.name)")
      }
      relations += again.relations
    }
    let relationsBefore = Rows.read(Array(try Data(contentsOf: URL(fileURLWithPath: EACCPFTests.relationsCSV))))
    #expect(relations.count == 3)
    for (before, after) in zip(relationsBefore, relations) {
      for column in AuthorityRelationColumn.allCases { #expect(after[column.name] == before[column.name], "\(column.name)") }
    }
  }

  /// EAC-CPF of either generation becomes CSV, that EAC-CPF 2.0, and that the same CSV.
  @Test(arguments: documents) func documentsThereAndBack(_ name: String) throws {
    let folder = try Scratch()
    defer { folder.remove() }
    let first = Rows(EACCPFTests.fixture(name))
    let conversion = try #require(first.conversion)
    let csv = try folder.write("a.csv", EACConversion.header + conversion.rowBytes)
    let relations = try folder.write("r.csv", EACConversion.relationsHeader + conversion.relationBytes)
    let (files, losses, _) = try EACCPFTests.write(csv, relations: relations)
    #expect(files.count == 1)
    #expect(losses.filter(\.reason.isLoss).isEmpty, "\(losses.filter(\.reason.isLoss))")
    let again = Rows(try folder.write("again.xml", try #require(files.first).bytes))
    let (row, back) = (try #require(first.cells.first), try #require(again.cells.first))
    for column in AuthorityColumn.allCases { #expect(back[column.name] == row[column.name], "\(column.name)") }
    #expect(again.relations == first.relations)
  }

  @Test(arguments: ["semicolon", "utf16", "latin1", "crlf", "reordered"]) func anySheetIsRead(_ form: String) throws {
    let folder = try Scratch()
    defer { folder.remove() }
    var text = "authorizedFormOfName,culture,typeOfEntity,history\n\"Écluse, L'\",fr,Personne,\"a\nb\"\n"
    var bytes: [UInt8]
    switch form {
    case "semicolon":
      text = text.replacingOccurrences(of: "e,c", with: "e;c").replacingOccurrences(of: ",t", with: ";t")
        .replacingOccurrences(of: ",h", with: ";h").replacingOccurrences(of: "\",f", with: "\";f")
        .replacingOccurrences(of: "fr,P", with: "fr;P").replacingOccurrences(of: "ne,\"", with: "ne;\"")
    case "crlf": text = text.replacingOccurrences(of: "\n", with: "\r\n")
    case "reordered": text = "history,CULTURE,typeOfEntity,authorizedFormOfName\n\"a\nb\",fr,Personne,\"Écluse, L'\"\n"
    default: break
    }
    switch form {
    case "utf16": bytes = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case "latin1": bytes = Array(try #require(text.data(using: .isoLatin1)))
    default: bytes = Array(text.utf8)
    }
    let (files, _, conversion) = try EACCPFTests.write(try folder.write("a.csv", bytes))
    bytes = try #require(files.first).bytes
    let again = Rows(try folder.write("a.xml", bytes))
    #expect(again.cells.first?["authorizedFormOfName"] == "Écluse, L'", "\(form)")
    #expect(again.cells.first?["history"] == "a\nb")
    #expect(again.cells.first?["typeOfEntity"] == "Personne")
    #expect(conversion.findings.contains { $0.rule.hasPrefix("csv-") } == (form != "crlf"))
  }

  @Test func sheetsThatAreNoneAreRefused() throws {
    let folder = try Scratch()
    defer { folder.remove() }
    let cases: [(String, String)] = [
      ("legacyId,title,culture\n1,T,en\n", "eac-csv-no-records"), ("", "csv-empty"),
      ("authorizedFormOfName,culture\n", "eac-csv-no-rows"), ("authorizedFormOfName,history\n,words\n", "eac-csv-no-rows"),
    ]
    for (text, rule) in cases {
      let path = try folder.write("a.csv", Array(text.utf8))
      do {
        _ = try EACCPFTests.write(path)
        Issue.record("\(rule): not refused")
      } catch let error as EADError {
        #expect(error.finding.rule == rule)
      }
    }
    let records = try folder.write("a.csv", Array("authorizedFormOfName,culture\nA,en\n".utf8))
    do {
      _ = try EACCPFTests.write(records, relations: records)
      Issue.record("relations: not refused")
    } catch let error as EADError {
      #expect(error.finding.rule == "eac-csv-no-relations")
    }
  }

  @Test func unknownColumnsAndSurplusCellsAreLosses() throws {
    let folder = try Scratch()
    defer { folder.remove() }
    let path = try folder.write(
      "a.csv", Array("authorizedFormOfName,culture,typeOfEntity,Remarque\nA,fr,Personne,vue,en trop\n,fr,,perdue\n".utf8))
    let (_, losses, conversion) = try EACCPFTests.write(path)
    #expect(losses.contains { $0.path == "Remarque" && $0.text == "vue" && $0.line == 2 })
    #expect(losses.contains { $0.path == "column 5" && $0.text == "en trop" })
    #expect(losses.contains { $0.path == "Remarque" && $0.text == "perdue" && $0.line == 3 })
    #expect(conversion.losses == losses.count { $0.reason.isLoss })
  }

  /// What is said of a relationship, or of a row of a second sheet, names that sheet and its line.
  @Test func lossesBearTheirOwnSheetAndLine() throws {
    let folder = try Scratch()
    defer { folder.remove() }
    let first = try folder.write("a.csv", Array("authorizedFormOfName,culture,typeOfEntity\nA,fr,Personne\n".utf8))
    let second = try folder.write("b.csv", Array("authorizedFormOfName,culture,Remarque\n\nB,fr,vue\n".utf8))
    let relations = try folder.write(
      "r.csv",
      Array(
        ("subjectAuthorizedFormOfName,relationType,objectAuthorizedFormOfName,startDate,culture\nB,family,A,1900,fr\n"
          + "A,family,B,naguère,fr\nA,family,,1900,fr\n").utf8))
    var options = EACOptions()
    options.timestamp = "2026-01-02T03:04:05Z"
    var losses: [LossEntry] = []
    let conversion = try AuthorityCSVConversion.run(
      paths: [first, second], relationsPath: relations, csv: AtoMCSVOptions(), options: options, outputs: Files()
    ) { losses.append($0) }
    #expect(losses.contains { $0.text == "naguère" && $0.file == relations && $0.line == 3 && $0.component == "A" })
    #expect(losses.contains { $0.text == "vue" && $0.file == second && $0.line == 3 })
    let nameless = try #require(conversion.findings.first { $0.rule == "eac-relation-nameless" })
    #expect(nameless.file == relations && nameless.line == 4)
    #expect(conversion.findings.contains { $0.rule == "eac-type-assumed" && $0.file == second })
  }

  /// What the schema made this program fill in is no loss on the way back.
  @Test func whatWasFilledInIsNoLoss() throws {
    let folder = try Scratch()
    defer { folder.remove() }
    let path = try folder.write("a.csv", Array("authorizedFormOfName,culture\nA,fr\n".utf8))
    let file = try #require(try EACCPFTests.write(path).files.first)
    let rows = Rows(try folder.write("a.xml", file.bytes))
    #expect(rows.cells.first?["authorizedFormOfName"] == "A")
    #expect(rows.cells.first?["status"] == "")
    #expect(rows.conversion?.losses == 0)
  }

  @Test func anEACFileIsKnownByItsRoot() throws {
    let folder = try Scratch()
    defer { folder.remove() }
    for name in EACCPFTests.documents { #expect(EACGeneration.isEAC(path: EACCPFTests.fixture(name)), "\(name)") }
    #expect(!EACGeneration.isEAC(path: try folder.write("a.xml", Array("<ead><archdesc/></ead>".utf8))))
    #expect(!EACGeneration.isEAC(path: EACCPFTests.csv))
    #expect(AuthorityCSVConversion.looksLikeAuthorityCSV(path: EACCPFTests.csv))
    #expect(!AuthorityCSVConversion.looksLikeAuthorityCSV(path: EACCPFTests.relationsCSV))
  }
}
