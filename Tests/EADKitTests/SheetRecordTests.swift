import Foundation
import Testing

@testable import EADKit

/// Authority records, relationships, accessions, deaccessions, repositories, events, storage.
struct SheetRecordTests {
  private static let rules: Set<String> = [
    "sheet-name-blank", "sheet-name-repeated", "sheet-row-skipped", "sheet-number-repeated", "sheet-date-lost",
    "sheet-date-guessed", "sheet-actor-unknown", "sheet-actor-unchecked", "sheet-record-unknown", "sheet-record-unchecked",
    "sheet-record-repeated", "sheet-list-count", "sheet-occupation-note", "sheet-number-invalid",
  ]

  private func findings(
    _ files: [String], _ options: SheetCheckOptions = SheetCheckOptions()
  ) throws -> [Finding] {
    let named = files.enumerated().map { (name: "\($0.offset).csv", csv: $0.element) }
    return try SheetCheckerTestSupport.findings(files: named, options: options).filter { Self.rules.contains($0.rule) }
  }

  private func found(_ files: String..., options: SheetCheckOptions = SheetCheckOptions()) throws -> [String] {
    try findings(files, options).map(SheetCheckerTestSupport.brief)
  }

  /// A list of a site, one name a line.
  private func withList(_ names: String, _ body: (String) throws -> Void) throws {
    let list = FileManager.default.temporaryDirectory.appendingPathComponent("list-" + UUID().uuidString)
    try Data(names.utf8).write(to: list)
    defer { try? FileManager.default.removeItem(at: list) }
    try body(list.path)
  }

  // MARK: Authority records

  private static let authorities = "culture,typeOfEntity,authorizedFormOfName,actorOccupations,actorOccupationNotes\n"

  @Test func authorityNames() throws {
    #expect(try found(Self.authorities + "en,Person,Ann,,\nen,Person,ann,,\nfr,Personne,Bob,,\n") == [])
    #expect(
      try found(Self.authorities + "en,Person,Ann,,\nen,Person,,,\nen,Person,Ann,,\n") == [
        "3 sheet-name-blank authorizedFormOfName", "4 sheet-name-repeated authorizedFormOfName",
      ])
    // Two files are one import.
    #expect(
      try found(Self.authorities + "en,Person,Ann,,\n", Self.authorities + "en,Person,Ann,,\n")
        == ["2 sheet-name-repeated authorizedFormOfName"])
    try withList("Ann\n") { list in
      var options = SheetCheckOptions()
      options.authorities = [list]
      let all = try findings([Self.authorities + "en,Person,Ann,,\nen,Person,Bob,,\n"], options)
      #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-name-repeated authorizedFormOfName"])
      #expect(all.first?.message(.english).contains("site") == true)
    }
  }

  @Test func occupations() throws {
    #expect(try found(Self.authorities + "en,Person,Ann,Clerk|Mayor,NULL|1900\nen,Person,Bob,Clerk|Mayor,\n") == [])
    #expect(try found(Self.authorities + "en,Person,Ann,Clerk,1900|1901\n") == ["2 sheet-list-count actorOccupationNotes"])
    #expect(try found(Self.authorities + "en,Person,Ann,,1900\n") == ["2 sheet-list-count actorOccupationNotes"])
    #expect(
      try found(Self.authorities + "en,Person,Ann,Clerk|Mayor,|1900\n") == ["2 sheet-occupation-note actorOccupationNotes"])
  }

  // MARK: Relationships

  private static let relations =
    "subjectAuthorizedFormOfName,relationType,objectAuthorizedFormOfName,description,date,startDate,endDate,culture\n"

  @Test func actorsOfRelations() throws {
    let people = Self.authorities + "en,Person,Ann,,\nen,Person,Bob,,\nfr,Personne,Cl\u{E9}o,,\n"
    #expect(try found(people, Self.relations + "Ann,family,Bob,,,1900,1910-05,en\nBob,family,Ann,,,,,\n") == [])
    let all = try findings([people, Self.relations + "Ann,family,Tim,,,,,en\nCl\u{E9}o,family,Ann,,,,,en\n"])
    #expect(
      all.map(SheetCheckerTestSupport.brief) == [
        "2 sheet-actor-unknown objectAuthorizedFormOfName", "3 sheet-actor-unknown subjectAuthorizedFormOfName",
      ])
    #expect(all.first?.cell?.value == "Tim")
    #expect(all.last?.message(.english).contains("culture") == true)
  }

  @Test func actorsNobodyListed() throws {
    let all = try findings([Self.relations + "Ann,family,Bob,,,,,en\nAnn,family,Tim,,,,,en\n"])
    #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-actor-unchecked subjectAuthorizedFormOfName"])
    #expect(all.first?.arguments == ["Ann", "3", "4"])
    try withList("Ann\nBob\n") { list in
      var options = SheetCheckOptions()
      options.authorities = [list]
      let told = try found(Self.relations + "Ann,family,Bob,,,,,en\nAnn,family,Tim,,,,,en\n", options: options)
      #expect(told == ["3 sheet-actor-unknown objectAuthorizedFormOfName"])
    }
    // Descriptions make authority records of their own: nobody can tell.
    let made = "legacyId,title,eventTypes,eventActors,levelOfDescription,culture\na,A,Creation,Tim,Fonds,en\n"
    #expect(
      try found(Self.authorities + "en,Person,Ann,,\n", made, Self.relations + "Ann,family,Tim,,,,,en\n")
        == ["2 sheet-actor-unchecked objectAuthorizedFormOfName"])
  }

  @Test func relationsThatAreSkipped() throws {
    let people = Self.authorities + "en,Person,Ann,,\nen,Person,Bob,,\n"
    #expect(
      try found(people, Self.relations + "Ann,,Bob,,,,,en\n,family,Bob,,,,,en\nAnn,family,,,,,,en\n") == [
        "2 sheet-row-skipped relationType", "3 sheet-row-skipped subjectAuthorizedFormOfName",
        "4 sheet-row-skipped objectAuthorizedFormOfName",
      ])
    #expect(
      try found(people, Self.relations + "Ann,family,Bob,,,,,en\nBob,family,Ann,,,,,en\nAnn,family,Bob,,,,,en\n")
        == ["4 sheet-record-repeated"])
    #expect(
      try found(people, Self.relations + "Ann,family,Bob,,,31/12/1900,1900-13-01,en\n") == [
        "2 sheet-date-lost startDate", "2 sheet-date-lost endDate",
      ])
  }

  /// With the site's list AtoM's types are known, and one that is not among them skips the row.
  @Test func typesOfRelations() throws {
    try withList("taxonomy,culture,term\nactorRelation,en,family\nactorRelation,fr,famille\n") { list in
      var options = SheetCheckOptions()
      options.terms = [list]
      let people = Self.authorities + "en,Person,Ann,,\nen,Person,Bob,,\n"
      #expect(try found(people, Self.relations + "Ann,family,Bob,,,,,en\n", options: options) == [])
      let all = try findings([people, Self.relations + "Ann,Family,Bob,,,,,en\nAnn,friend,Bob,,,,,en\n"], options)
      #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-row-skipped relationType", "3 sheet-row-skipped relationType"])
      #expect(all.first?.message(.english).contains("\u{201C}family\u{201D}") == true)
    }
  }

  // MARK: Accessions

  private static let accessions =
    "accessionNumber,alternativeIdentifiers,alternativeIdentifierTypes,alternativeIdentifierNotes,acquisitionDate,title,"
    + "accessionEventTypes,accessionEventDates,accessionEventAgents,accessionEventNotes,culture\n"

  @Test func accessionNumbers() throws {
    #expect(try found(Self.accessions + "1,,,,1990-05-01,A,,,,,en\n2,,,,1990,B,,,,,en\n3,,,,1990/05/01,C,,,,,en\n") == [])
    #expect(
      try found(Self.accessions + "1,,,,,A,,,,,en\n,,,,,B,,,,,en\n1,,,,,C,,,,,en\n") == [
        "3 sheet-row-skipped accessionNumber", "4 sheet-number-repeated accessionNumber",
      ])
  }

  @Test func accessionLists() throws {
    #expect(
      try found(
        Self.accessions + "1,a|b,T|T,n|m,,A,Physical transfer|Physical transfer,1990|1991,Ann|Bob,x|y,en\n"
          + "2,a|b,,,,B,,,,,en\n") == [])
    #expect(
      try found(Self.accessions + "1,a|b,T,,,A,,,,,en\n2,a,,n|m,,B,,,,,en\n") == [
        "2 sheet-list-count alternativeIdentifierTypes", "3 sheet-list-count alternativeIdentifierNotes",
      ])
    let all = try findings([Self.accessions + "1,,,,,A,Physical transfer|Physical transfer,1990,,,en\n"])
    #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-list-count accessionEventDates"])
    #expect(all.first?.arguments == ["1990", "1", "accessionEventTypes", "2"])
    #expect(
      try found(Self.accessions + "1,,,,,A,Physical transfer|,1990|1991,,,en\n") == ["2 sheet-list-count accessionEventDates"])
    #expect(
      try found(Self.accessions + "1,,,,,A,Physical transfer,1990,Ann|Bob,,en\n") == ["2 sheet-list-count accessionEventAgents"])
  }

  @Test(
    "dates of accessions",
    arguments: [
      ("1990", .kept), ("1990-05", .kept), ("1990-5-1", .kept), ("1990-00-00", .kept), ("1990/12/31", .kept),
      ("31/12/1990", .guessed("1990-12-31")), ("05/06/1990", .guessed("1990-06-05")), ("31.12.1990", .guessed("1990-12-31")),
      ("19901231", .guessed("1990-12-31")), ("12 March 1990", .guessed("1990-03-12")),
      ("12/31/1990", .lost("1990-12-31")), ("1990-13-01", .lost(nil)), ("1990-02-30", .lost(nil)),
      ("12 mars 1990", .lost("1990-03-12")), ("undated", .lost(nil)), ("1990-1995", .lost(nil)), ("05/1990", .lost("1990-05")),
      ("-1990", .lost(nil)), ("1990--05", .lost(nil)), ("99", .lost(nil)),
    ] as [(String, SheetRecordDate.Fate)]) func accessionDate(_ written: String, _ fate: SheetRecordDate.Fate) throws
  {
    #expect(Array(written.utf8).withUnsafeBufferPointer { SheetRecordDate.fate($0, .accession) } == fate)
    let rules = try findings([Self.accessions + "1,,,,\(written),A,,,,,en\n"]).map(\.rule)
    switch fate {
    case .kept: #expect(rules == [])
    case .guessed: #expect(rules == ["sheet-date-guessed"])
    case .lost: #expect(rules == ["sheet-date-lost"])
    }
  }

  @Test func relationsReadSlashesOtherwise() {
    func fate(_ text: String) -> SheetRecordDate.Fate {
      Array(text.utf8).withUnsafeBufferPointer { SheetRecordDate.fate($0, .relation) }
    }
    #expect(fate("31/12/1990") == .lost("1990-12-31"))
    #expect(fate("12/31/1990") == .guessed("1990-12-31"))
    #expect(fate("19901231") == .lost("1990-12-31"))
    #expect(fate("1990-12-31") == .kept)
  }

  // MARK: Deaccessions

  private static let deaccessions = "accessionNumber,deaccessionNumber,date,scope,description,extent,reason,culture\n"

  @Test func deaccessionsOfAccessions() throws {
    let accessions = Self.accessions + "1,,,,,A,,,,,en\n"
    #expect(try found(accessions, Self.deaccessions + "1,D1,1999-01-01,Whole,,,,en\n") == [])
    #expect(
      try found(accessions, Self.deaccessions + "2,D1,1999,Whole,,,,en\n,D2,1999,Whole,,,,en\n") == [
        "2 sheet-record-unknown accessionNumber", "3 sheet-row-skipped accessionNumber",
      ])
    let alone = try findings([Self.deaccessions + "1,D1,1999,Whole,,,,en\n2,D2,,Part,,,,en\n1,D1,1999,Whole,,,,en\n"])
    #expect(
      alone.map(SheetCheckerTestSupport.brief).sorted() == ["2 sheet-record-unchecked accessionNumber", "4 sheet-record-repeated"])
    #expect(alone.first { $0.rule == "sheet-record-unchecked" }?.arguments == ["1", "2", "3"])
  }

  // MARK: Repositories

  @Test func repositories() throws {
    let head = "legacyId,uploadLimit,authorizedFormOfName,openingTimes,culture\n"
    #expect(try found(head + "a,,Town,,en\nb,1.5,Abbey,,en\nc,-1,School,,en\nd,0,Hall,,en\n") == [])
    #expect(
      try found(head + "a,,Town,,en\nb,1 GB,Abbey,,en\nc,,,x,en\nd,,Town,,en\n") == [
        "3 sheet-number-invalid uploadLimit", "4 sheet-name-blank authorizedFormOfName",
        "5 sheet-name-repeated authorizedFormOfName",
      ])
  }

  // MARK: Events

  private static let events = "legacyId,eventActorName,eventType,culture\n"

  @Test func eventsOfDescriptions() throws {
    let descriptions = "legacyId,parentId,title,levelOfDescription,culture\na,,A,Fonds,en\nb,a,B,File,en\n"
    #expect(try found(descriptions, Self.events + "a,Ann,Creation,en\nb,Ann,Creation,en\n") == [])
    #expect(
      try found(descriptions, Self.events + "c,Ann,Creation,en\n,Ann,Creation,en\na,,Creation,en\n") == [
        "2 sheet-record-unknown legacyId", "3 sheet-row-skipped legacyId", "4 sheet-name-blank eventActorName",
      ])
    let alone = try findings([Self.events + "a,Ann,Creation,en\nb,Ann,Creation,en\n"])
    #expect(alone.map(SheetCheckerTestSupport.brief) == ["2 sheet-record-unchecked legacyId"])
  }

  // MARK: Storage

  private static let storage = "legacyId,name,type,location,culture,descriptionSlugs\n"

  @Test func storage() throws {
    #expect(try found(Self.storage + "1,Box 1,Box,,en,\n2,,Box,Shelf,en,\n") == [])
    #expect(try found(Self.storage + "1,,Box,,en,\n") == ["2 sheet-row-skipped name"])
    #expect(try findings([Self.storage + "1,Box 1,Box,,en,a|b\n"]).map(\.arguments) == [["a", "2", "2"]])
    try withList("a\n") { list in
      var options = SheetCheckOptions()
      options.slugs = [list]
      let all = try findings([Self.storage + "1,Box 1,Box,,en,a|b\n"], options)
      #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-record-unknown descriptionSlugs"])
      #expect(all.first?.cell?.value == "b")
    }
  }
}
