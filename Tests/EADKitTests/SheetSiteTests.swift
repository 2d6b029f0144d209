import Foundation
import Testing

@testable import EADKit

/// The files that say what a site has.
struct SheetSiteTests {
  private func site(
    _ files: [String: String], _ set: (inout SheetCheckOptions, (String) -> String) -> Void
  ) throws -> SheetSite {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("site-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    var options = SheetCheckOptions()
    set(&options) { folder.appendingPathComponent($0).path }
    return try SheetSite(options)
  }

  private func failure(
    _ files: [String: String], _ set: (inout SheetCheckOptions, (String) -> String) -> Void
  ) -> String? {
    do {
      _ = try site(files, set)
      return nil
    } catch let error as EADError {
      return error.finding.rule
    } catch {
      return "\(error)"
    }
  }

  private func has(_ names: SheetNames?, _ name: String) -> Bool { names?.contains(Array(name.utf8)) == true }

  @Test func nothingWasSaid() throws {
    let site = try SheetSite(SheetCheckOptions())
    #expect(site.repositories == nil && site.slugs == nil && site.authorities == nil && site.terms == nil)
  }

  @Test func plainLists() throws {
    let site = try self.site([
      "a.txt": "\u{FEFF}Town\r\nArchives, ville de X\r\n\r\n  Abbey  \r\n\"Quoted, \"\"name\"\"\"\r\n",
      "b.txt": "School", "c.txt": "",
    ]) { options, path in
      options.repositories = [path("a.txt"), path("b.txt")]
      options.slugs = [path("c.txt")]
    }
    for name in ["Town", "Archives, ville de X", "Abbey", "Quoted, \"name\"", "School"] { #expect(has(site.repositories, name)) }
    #expect(site.repositories?.count == 5)
    #expect(!has(site.repositories, "town"))
    // The site has none, which is another thing than not knowing.
    #expect(site.slugs?.count == 0)
    #expect(site.authorities == nil)
  }

  @Test func exportsOfAtoM() throws {
    let site = try self.site([
      "r.csv": "legacyId,uploadLimit,identifier,authorizedFormOfName,culture\n12,,T,\"Archives, \"\"X\"\"\",fr\n13,,A,Abbey,fr\n",
      "d.csv": "legacyId,parentId,title,slug,culture\n1,,A,the-slug,en\n2,1,B,other-slug,en\n",
      "a.csv": "legacyId,culture,typeOfEntity,authorizedFormOfName\n1,en,Person,Ann\n2,en,Person,\n",
    ]) { options, path in
      options.repositories = [path("r.csv")]
      options.slugs = [path("d.csv")]
      options.authorities = [path("a.csv")]
    }
    #expect(has(site.repositories, "Archives, \"X\"") && has(site.repositories, "Abbey") && site.repositories?.count == 2)
    #expect(has(site.slugs, "the-slug") && has(site.slugs, "other-slug") && !has(site.slugs, "A"))
    #expect(has(site.authorities, "Ann") && site.authorities?.count == 1)
  }

  @Test func filesOfAnotherKind() {
    let sheet = "legacyId,parentId,title,culture\n1,,A,en\n"
    #expect(failure(["x.csv": sheet]) { $0.slugs = [$1("x.csv")] } == "sheet-site-no-column")
    #expect(failure(["x.csv": sheet]) { $0.repositories = [$1("x.csv")] } == "sheet-site-no-column")
    #expect(failure(["x.xml": "<?xml version=\"1.0\"?>\n<ead/>"]) { $0.authorities = [$1("x.xml")] } == "sheet-site-not-list")
    #expect(failure(["x.bin": "Some names of people\0and places\n"]) { $0.authorities = [$1("x.bin")] } == "sheet-site-not-list")
    #expect(failure([:]) { $0.slugs = [$1("none.txt")] } == "input-unreadable")
    #expect(failure(["x.txt": String(repeating: "x", count: 70_000)]) { $0.slugs = [$1("x.txt")] } == "sheet-site-not-list")
  }

  // MARK: Terms

  private static func skos(_ title: String) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
        xmlns:dc="http://purl.org/dc/elements/1.1/">
      <skos:ConceptScheme rdf:about="https://example.org/taxonomy">\(title)</skos:ConceptScheme>
      <skos:Concept rdf:about="https://example.org/1">
        <skos:prefLabel xml:lang="en">Fonds</skos:prefLabel>
        <skos:prefLabel xml:lang="fr">Fonds d&#x2019;archives</skos:prefLabel>
        <skos:altLabel xml:lang="fr">Collection de fonds</skos:altLabel>
        <skos:inScheme rdf:resource="https://example.org/taxonomy"/>
      </skos:Concept>
      <skos:Concept rdf:about="https://example.org/2">
        <skos:prefLabel xml:lang="pt-BR">Caixa</skos:prefLabel>
        <skos:narrower><skos:Concept><skos:prefLabel>Carton</skos:prefLabel></skos:Concept></skos:narrower>
      </skos:Concept>
    </rdf:RDF>
    """
  }

  private func verdict(_ site: SheetSite, _ term: String, _ taxonomy: String, _ culture: String) -> SheetTerms.Verdict {
    Array(term.utf8).withUnsafeBufferPointer { SheetTerms(site.terms).judge($0, taxonomy: taxonomy, culture: culture) }
  }

  @Test(
    "titles of schemes",
    arguments: [
      "<dc:title xml:lang=\"en\">Levels of description</dc:title>", "<dc:title>Niveaux de description</dc:title>",
      "<dc:title>levelOfDescription</dc:title>", "<skos:prefLabel>Level of description</skos:prefLabel>",
    ]) func skosByTitle(_ title: String) throws
  {
    let site = try self.site(["t.xml": Self.skos(title)]) { $0.terms = [$1("t.xml")] }
    #expect(verdict(site, "Fonds", "levelOfDescription", "en") == .exists)
    #expect(verdict(site, "Fonds d\u{2019}archives", "levelOfDescription", "fr") == .exists)
    #expect(verdict(site, "Fonds", "levelOfDescription", "fr") == .culture(word: "Fonds d\u{2019}archives", isSure: true))
    #expect(verdict(site, "Caixa", "levelOfDescription", "pt_BR") == .exists)
    #expect(verdict(site, "Carton", "levelOfDescription", "en") == .exists)
    #expect(verdict(site, "Collection de fonds", "levelOfDescription", "fr") == .new)
  }

  @Test func skosByName() throws {
    let site = try self.site(["t.xml": Self.skos("")]) { $0.terms = ["subject=" + $1("t.xml")] }
    #expect(verdict(site, "Fonds", "subject", "en") == .exists)
    #expect(verdict(site, "fonds", "subject", "en") == .spelling("Fonds"))
    #expect(verdict(site, "Other", "subject", "en") == .new)
    #expect(SheetTerms(site.terms).isFromSite("subject") && !SheetTerms(site.terms).isFromSite("place"))
  }

  @Test func sheetsOfTerms() throws {
    let site = try self.site([
      "t.csv": "taxonomy,culture,term\nsubject,fr,Chiens\nPlaces,fr,\"Paris, ville\"\nunknown thing,fr,X\n",
      "r.csv": "culture;term\nfr;Municipal\n",
    ]) { $0.terms = [$1("t.csv"), "repository types=" + $1("r.csv")] }
    #expect(verdict(site, "Chiens", "subject", "fr") == .exists)
    #expect(verdict(site, "Paris, ville", "place", "fr") == .exists)
    #expect(verdict(site, "Municipal", "repositoryType", "fr") == .exists)
    #expect(verdict(site, "Private", "repositoryType", "fr") == .new)
  }

  @Test func accessPointsAreJudgedByTheSitesTerms() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("terms-" + UUID().uuidString)
    try Data("taxonomy,culture,term\nsubject,fr,Chiens\nsubject,en,Dogs\n".utf8).write(to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = SheetCheckOptions()
    options.terms = [folder.path]
    let rows = "legacyId,title,subjectAccessPoints,culture\na,A,Chiens|Chats|chiens,fr\nb,B,Chats,fr\n"
    let found = try SheetCheckerTestSupport.findings(rows, options: options).filter { $0.rule.hasPrefix("sheet-term") }
    #expect(
      found.map(SheetCheckerTestSupport.brief).sorted() == [
        "2 sheet-term-case subjectAccessPoints", "2 sheet-term-new subjectAccessPoints",
      ])
    #expect(found.first { $0.rule == "sheet-term-new" }?.arguments == ["Chats", "2", "fr"])
  }

  @Test func filesWithoutTerms() {
    #expect(failure(["t.xml": Self.skos("<dc:title>Cats</dc:title>")]) { $0.terms = [$1("t.xml")] } == "sheet-terms-no-taxonomy")
    #expect(failure(["t.xml": "<a/>"]) { $0.terms = [$1("t.xml")] } == "sheet-terms-none")
    #expect(failure(["t.xml": "<a/>"]) { $0.terms = ["subject=" + $1("t.xml")] } == "sheet-terms-none")
    #expect(failure(["t.xml": "<a><b></a>"]) { $0.terms = [$1("t.xml")] } != nil)
    #expect(failure(["t.csv": "name;count\nx;1\n"]) { $0.terms = [$1("t.csv")] } == "sheet-terms-columns")
    #expect(failure(["t.csv": "taxonomy,culture,term\n"]) { $0.terms = [$1("t.csv")] } == "sheet-terms-none")
    #expect(failure(["t.csv": "taxonomy,culture,term\nwhat,en,X\n"]) { $0.terms = [$1("t.csv")] } == "sheet-terms-none")
    #expect(failure([:]) { $0.terms = [$1("none.csv")] } == "input-unreadable")
  }

  @Test(
    "taxonomies",
    arguments: [
      ("Levels of description", "levelOfDescription"), ("Subjects", "subject"), ("Places", "place"), ("Genre", "genre"),
      ("Physical object type", "physicalObjectType"), ("Publication Status", "publicationStatus"), ("subject", "subject"),
      ("eventType", "eventType"), ("Event types", "eventType"), ("Mati\u{E8}res", "subject"), ("Lieux", "place"),
    ]) func taxonomies(_ title: String, _ name: String)
  {
    #expect(SheetTaxonomies.named(title) == name)
  }

  @Test func everyTaxonomyOfTheColumnsHasAName() {
    for type in SheetType.allCases {
      for column in SheetColumns.of(type).all where !column.taxonomy.isEmpty {
        #expect(SheetTaxonomies.named(column.taxonomy) == column.taxonomy, "\(column.name)")
      }
    }
  }
}
