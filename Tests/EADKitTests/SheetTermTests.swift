import Foundation
import Testing

@testable import EADKit

/// What AtoM does with the terms of a row in the culture of that row.
struct SheetTermTests {
  private static let rules: Set<String> = [
    "sheet-repository-new", "sheet-repository-unchecked", "sheet-term-new", "sheet-term-culture", "sheet-term-wordless", "sheet-term-case",
    "sheet-term-unchecked", "sheet-status-invalid", "sheet-level-ignored",
  ]

  private func findings(_ csv: String, _ options: SheetCheckOptions = SheetCheckOptions()) throws -> [Finding] {
    try SheetCheckerTestSupport.findings(csv, options: options).filter { Self.rules.contains($0.rule) }
  }

  private func found(_ csv: String, _ options: SheetCheckOptions = SheetCheckOptions()) throws -> [String] {
    try findings(csv, options).map(SheetCheckerTestSupport.brief)
  }

  private func verdict(
    _ term: String, _ taxonomy: String, _ culture: String, _ site: SheetSiteTerms? = nil
  ) -> SheetTerms.Verdict {
    Array(term.utf8).withUnsafeBufferPointer { SheetTerms(site).judge($0, taxonomy: taxonomy, culture: culture) }
  }

  private static let levels = "legacyId,title,levelOfDescription,culture\n"

  @Test func levelsThatAtoMFinds() throws {
    #expect(try found(Self.levels + "a,A,Fonds,en\nb,B,fonds,en\nc,C,FONDS,en\nd,D,recordgrp,en\ne,E,,en\n") == [])
    #expect(try found(Self.levels + "a,A,Fonds,fr\nb,B,S\u{E9}rie,fr\nc,C,serie,fr\nd,D,SOUS-S\u{C9}RIE,fr\n") == [])
    #expect(try found(Self.levels + "a,A,Archief,nl\nb,B,archief,nl\nc,C,Bestanddeel,nl\n") == [])
    // The same word with combining accents.
    #expect(try found(Self.levels + "a,A,Se\u{301}rie,fr\n") == [])
  }

  @Test func levelsOfAnotherLanguage() throws {
    let all = try findings(Self.levels + "a,A,Fonds,nl\nb,B,Series,fr\nc,C,File,fr\nd,D,Sous-fonds,en\n")
    #expect(
      all.map(SheetCheckerTestSupport.brief) == (2...5).map { "\($0) sheet-term-culture levelOfDescription" })
    let words = ["Archief", "S\u{E9}rie", "Dossier", "Subfonds"]
    for (finding, word) in zip(all, words) { #expect(finding.message(.english).contains(word), "\(finding)") }
  }

  @Test func newTermsAreCounted() throws {
    let all = try findings(Self.levels + "a,A,Carton,fr\nb,B,Carton,fr\nc,C,Carton,en\nd,D,Fonds,fr\ne,E,Carton,fr\n")
    #expect(
      all.map(SheetCheckerTestSupport.brief) == [
        "2 sheet-term-new levelOfDescription", "4 sheet-term-new levelOfDescription",
      ])
    #expect(all.map(\.arguments) == [["Carton", "3", "fr"], ["Carton", "1", "en"]])
    // No word can be given for a culture that has none.
    #expect(try findings(Self.levels + "a,A,Fonds,fr_CA\n").map(\.rule) == ["sheet-term-wordless"])
  }

  @Test func otherLevel() throws {
    #expect(try found(Self.levels + "a,A,otherlevel,en\n") == ["2 sheet-level-ignored levelOfDescription"])
  }

  @Test func nothingWithoutAGoodCulture() throws {
    // One mistake, one finding: the culture is the other theme's.
    #expect(try found(Self.levels + "a,A,Fonds,english\nb,B,Anything,xx\n") == [])
    // A French row whose culture was forgotten.
    #expect(try found(Self.levels + "a,A,S\u{E9}rie,\n") == [])
    #expect(try found(Self.levels + "a,A,Fonds,\n") == [])
  }

  @Test func translationsHaveNoTerms() throws {
    #expect(try found(Self.levels + "a,A,Series,en\na,A,Series,fr\n") == [])
  }

  @Test func eventTypesAreExact() throws {
    let head = "legacyId,title,eventTypes,eventDates,culture\n"
    #expect(try found(head + "a,A,Creation|NULL|Accumulation,x|y|z,en\nb,B,\(french),x,fr\n") == [])
    let all = try findings(head + "a,A,creation|Creation,x|y,en\nb,B,Creation,x,nl\nc,C,Founding,x,en\n")
    #expect(
      all.map(SheetCheckerTestSupport.brief).sorted() == [
        "2 sheet-term-case eventTypes", "3 sheet-term-culture eventTypes", "4 sheet-term-new eventTypes",
      ])
    #expect(all.first { $0.rule == "sheet-term-case" }?.arguments == ["creation", "Creation"])
    #expect(all.first { $0.rule == "sheet-term-culture" }?.message(.english).contains("Vervaardig") == true)
  }

  private var french: String { AtoMTerms.term(.eventType, "Creation", culture: "fr").term }

  @Test func publicationStatus() throws {
    let head = "legacyId,title,publicationStatus,culture\n"
    #expect(try found(head + "a,A,Published,en\nb,B,published,en\nc,C,DRAFT,en\nd,D,Publi\u{E9},fr\ne,E,,fr\n") == [])
    let all = try findings(head + "a,A,Foo,en\nb,B,Published,fr\nc,C,PUBLI\u{C9},fr\n")
    #expect(all.map(SheetCheckerTestSupport.brief) == (2...4).map { "\($0) sheet-status-invalid publicationStatus" })
    #expect(all[0].message(.english).contains("Published"))
    #expect(all[1].message(.french).contains("Publi\u{E9}"))
    #expect(all[2].message(.french).contains("Publi\u{E9}"))
    // A culture without words: a draft is what becomes of it, a publication is lost.
    #expect(try found(head + "a,A,Draft,fr_CA\n") == [])
    #expect(try found(head + "a,A,Published,fr_CA\n") == ["2 sheet-status-invalid publicationStatus"])
  }

  @Test func otherColumns() throws {
    let head =
      "legacyId,title,descriptionStatus,levelOfDetail,physicalObjectName,physicalObjectLocation,physicalObjectType,culture\n"
    #expect(try found(head + "a,A,final,full,B 1|B 2,S|S,box|Folder,en\n") == [])
    #expect(
      try found(head + "a,A,Done,Full,B 1|B 2,S|S,Box|Flat file,en\n").sorted() == [
        "2 sheet-term-new descriptionStatus", "2 sheet-term-new physicalObjectType",
      ])
  }

  @Test func accessPointsAreNewTerms() throws {
    #expect(try found("legacyId,title,subjectAccessPoints,placeAccessPoints,culture\na,A,Dogs|Cats,Paris,en\n") == [])
  }

  @Test func accessions() throws {
    let head = "accessionNumber,acquisitionDate,acquisitionType,resourceType,processingStatus,processingPriority,culture\n"
    #expect(try found(head + "1,1990,Gift,public transfer,In-Progress,high,en\n") == [])
    #expect(try found(head + "1,1990,Loan,,,,en\n") == ["2 sheet-term-new acquisitionType"])
    // Nobody here knows the French ones: that is said once.
    let french = try findings(head + "1,1990,Don,,,,fr\n2,1990,Achat,,,,fr\n3,1990,Don,,,,fr\n")
    #expect(french.map(SheetCheckerTestSupport.brief) == ["2 sheet-term-unchecked acquisitionType"])
    #expect(french.first?.arguments == ["Don", "3"])
  }

  @Test func authorities() throws {
    let head = "culture,typeOfEntity,authorizedFormOfName,status\n"
    #expect(
      try found(head + "en,Person,Ann,Final\nen,corporate body,Town,\nfr,Person,Bob,\n")
        == ["4 sheet-term-culture typeOfEntity"])
  }

  @Test func relationTypesAreNotKnown() throws {
    let head = "subjectAuthorizedFormOfName,relationType,objectAuthorizedFormOfName,culture\n"
    #expect(try found(head + "Ann,family,Bob,en\nAnn,family,Tim,en\n") == ["2 sheet-term-unchecked relationType"])
  }

  @Test func nullAndZeroAreNoTerms() throws {
    #expect(try found(Self.levels + "a,A,NULL,en\nb,B,0,en\n") == [])
    // What is damaged is another theme's.
    #expect(try found(Self.levels + "a,A,S\u{C3}\u{A9}rie,fr\nb,B,#REF!,fr\n") == [])
  }

  @Test func repositoriesNobodyListed() throws {
    let head = "legacyId,title,repository,culture\n"
    let all = try findings(head + "a,A,Town,en\nb,B,Town,en\nc,C,Abbey,en\nd,D,,en\n")
    #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-repository-unchecked repository"])
    #expect(all.first?.arguments == ["Town", "2", "Town ; Abbey"])
  }

  @Test func repositoriesOfTheImport() throws {
    let first = "legacyId,authorizedFormOfName,uploadLimit,culture\nr,Town,,en\n"
    let second = "legacyId,title,repository,culture\na,A,Town,en\n"
    let all = try SheetCheckerTestSupport.findings(files: [("r.csv", first), ("d.csv", second)])
    #expect(all.filter { $0.rule.hasPrefix("sheet-repository") } == [])
  }

  @Test func repositoriesOfTheSite() throws {
    let list = FileManager.default.temporaryDirectory.appendingPathComponent("repositories-" + UUID().uuidString)
    try Data("Town\nArchives, ville de X\n".utf8).write(to: list)
    defer { try? FileManager.default.removeItem(at: list) }
    var options = SheetCheckOptions()
    options.repositories = [list.path]
    let head = "legacyId,title,repository,culture\n"
    #expect(try found(head + "a,A,Town,en\nb,B,\"Archives, ville de X\",en\n", options) == [])
    let all = try findings(head + "a,A,town,en\nb,B,town,en\n", options)
    #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-repository-new repository"])
    #expect(all.first?.arguments == ["town", "2"])
  }

  // MARK: The judge

  @Test func verdicts() {
    #expect(verdict("Fonds", "levelOfDescription", "nl") == .culture(word: "Archief", isSure: true))
    #expect(verdict("Fonds", "levelOfDescription", "br") == .culture(word: nil, isSure: true))
    #expect(verdict("Whatever", "levelOfDescription", "nl") == .new)
    #expect(verdict("Whatever", "repositoryType", "en") == .unknown)
    #expect(verdict("creation", "eventType", "en") == .spelling("Creation"))
    #expect(verdict("publi\u{E9}", "publicationStatus", "fr") == .exists)
    #expect(verdict("publie", "publicationStatus", "fr") == .spelling("Publi\u{E9}"))
  }

  @Test func everyTermOfAFreshAtoMExists() {
    let terms = SheetTerms(nil)
    for (taxonomy, cultures) in [("levelOfDescription", ["en", "fr", "nl", "ja", "pt_BR"]), ("eventType", ["en", "fr", "de"])] {
      for culture in cultures {
        let words = terms.words(taxonomy: taxonomy, culture: culture)
        #expect(!words.isEmpty)
        for word in words { #expect(verdict(word, taxonomy, culture) == .exists, "\(word) \(culture)") }
      }
    }
  }

  @Test func theSiteKnowsBetter() {
    let site = SheetSiteTerms([
      ("levelOfDescription", "fr", "Fonds"), ("levelOfDescription", "fr", "Carton"), ("subject", "fr", "Chiens"),
    ])
    #expect(verdict("Carton", "levelOfDescription", "fr", site) == .exists)
    // What the site does not list in French is not there, what it does not speak of is as in a fresh AtoM.
    #expect(verdict("S\u{E9}rie", "levelOfDescription", "fr", site) == .culture(word: nil, isSure: true))
    #expect(verdict("Series", "levelOfDescription", "en", site) == .exists)
    #expect(verdict("Archief", "levelOfDescription", "fr", site) == .culture(word: "Fonds", isSure: true))
    #expect(verdict("Chiens", "subject", "fr", site) == .exists)
    #expect(verdict("chiens", "subject", "fr", site) == .spelling("Chiens"))
    #expect(verdict("Chats", "subject", "fr", site) == .new)
    #expect(verdict("Paris", "place", "fr", site) == .unknown)
  }

  @Test(
    "folds",
    arguments: [
      ("S\u{E9}rie", "serie"), ("SE\u{301}RIE", "serie"), ("\u{152}uvre", "oeuvre"), ("Stra\u{DF}e", "strasse"),
      ("l\u{2019}\u{E9}t\u{E9}", "l'ete"),
    ]) func folds(_ written: String, _ plain: String)
  {
    #expect(SheetTerms.folded(Array(written.utf8)) == Array(plain.utf8))
  }

  @Test func foldsOfOtherScripts() {
    func fold(_ text: String) -> [UInt8] { SheetTerms.folded(Array(text.utf8)) }
    #expect(fold("\u{391}\u{3C1}\u{3C7}\u{3B5}\u{3AF}\u{3BF}") == fold("\u{3B1}\u{3C1}\u{3C7}\u{3B5}\u{3B9}\u{3BF}"))
    #expect(fold("\u{6587}\u{4EF6}") != fold("\u{6587}\u{66F8}"))
  }
}
