import CResources
import Foundation
import Testing

@testable import EADKit

/// The files of others are what `schemas/SOURCES.md` says they are, in the repository and in the program.
struct SchemaSourcesTests {
  private static let schemas = TestData.repository.appendingPathComponent("schemas")
  /// A build that does without the schemas of EAD 2002 may do without their files too.
  private static let isWithoutEAD2002 = ProcessInfo.processInfo.environment["EADKIT_WITHOUT_EAD2002_SCHEMAS"] == "1"

  private struct Source {
    var file: String
    var bytes: Int
    var digest: String

    /// Whether the file belongs to the schemas that a build may leave out.
    var mayBeAbsent: Bool {
      SchemaSourcesTests.isWithoutEAD2002 && file.hasPrefix("ead2002/") && !file.hasPrefix("ead2002/entities/")
    }
  }

  private static func sources() throws -> [Source] {
    let text = try String(contentsOf: schemas.appendingPathComponent("SOURCES.md"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
      return Source(file: cells[1], bytes: Int(cells[7]) ?? -1, digest: cells[8])
    }
  }

  private static func text(_ path: String) throws -> String {
    // One of the schemas is in ISO 8859-1; names of elements are ASCII.
    let data = try Data(contentsOf: schemas.appendingPathComponent(path))
    return String(decoding: data, as: UTF8.self)
  }

  @Test func digestsAreThoseOfSHA256() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("digest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("abc".utf8).write(to: file)
    // FIPS 180-2, appendix B.1.
    #expect(FileDigest.sha256(file.path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(FileDigest.sha256(file.path + ".absent") == nil)
  }

  @Test func everyFileIsTheOneThatIsNamed() throws {
    let sources = try SchemaSourcesTests.sources()
    #expect(sources.count == 28)
    for source in sources {
      let path = SchemaSourcesTests.schemas.appendingPathComponent(source.file).path
      if source.mayBeAbsent, !FileManager.default.fileExists(atPath: path) { continue }
      #expect(FileDigest.sha256(path) == source.digest, "\(source.file)")
      #expect(FileManager.default.contents(atPath: path)?.count == source.bytes, "\(source.file)")
    }
  }

  @Test func everyFileIsNamed() throws {
    let named = Set(try SchemaSourcesTests.sources().map(\.file))
    let root = SchemaSourcesTests.schemas
    var seen = 0
    for url in TestData.files(below: root, endings: [""]) {
      if try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true { continue }
      let file = String(url.path.dropFirst(root.path.count + 1))
      if ["SOURCES.md", "ead2002/NOTICE.md"].contains(file) { continue }
      seen += 1
      #expect(named.contains(file), "\(file) is not in SOURCES.md")
    }
    #expect(seen > 12)
  }

  @Test func theProgramHoldsTheFiles() throws {
    let embedded: [String: () -> ead_resource] = [
      "ead-1.1.0-easvalidator.rng": ead_rng_ead2002, "ead-dtd.rng": ead_rng_ead2002_dtd,
      "ead-1.0.0.rng": ead_rng_ead2002_strict, "ead-1.1.0.xsd": ead_xsd_ead2002, "ead.dtd": ead_dtd_ead2002,
      "xlink.xsd": ead_xsd_xlink, "ead3-easvalidator.rng": ead_rng_ead3,
      "ead3_undeprecated.rng": ead_rng_ead3_undeprecated, "ead3.xsd": ead_xsd_ead3,
      "ead3_undeprecated.xsd": ead_xsd_ead3_undeprecated, "ead3.dtd": ead_dtd_ead3,
      "ead3_undeprecated.dtd": ead_dtd_ead3_undeprecated, "eac.rng": ead_rng_eac,
    ]
    let digests = Dictionary(uniqueKeysWithValues: try SchemaSourcesTests.sources().map { ($0.file, $0.digest) })
    let rows = Resource.rows(ead_schemas)
    #expect(Set(rows.map { $0[0] }) == Set(embedded.keys))
    for row in rows {
      try #require(row.count == 6)
      let (id, file, digest, kind, generation) = (row[0], row[1], row[3], row[4], row[5])
      #expect(file == "schemas/\(generation)/\(id)" && id.hasSuffix("." + kind))
      #expect(digests["\(generation)/\(id)"] == digest, "\(id)")
      let bytes = Resource.bytes(try #require(embedded[id]))
      if SchemaSourcesTests.isWithoutEAD2002, generation == "ead2002" {
        #expect(bytes.isEmpty, "\(id) is in the program in spite of EADKIT_WITHOUT_EAD2002_SCHEMAS")
      } else {
        let data = try Data(contentsOf: TestData.repository.appendingPathComponent(file))
        #expect(data.elementsEqual(bytes), "\(id)")
      }
    }
  }

  /// Names that a schema or a DTD declares.
  private static func elements(_ path: String) throws -> Set<String> {
    let pattern = path.hasSuffix(".dtd") ? #/<!ELEMENT\s+([a-z0-9]+)/# : #/<element name="([a-z0-9]+)"/#
    return Set(try text(path).matches(of: pattern).map { String($0.1) })
  }

  @Test(.disabled(if: SchemaSourcesTests.isWithoutEAD2002)) func everyElementOfTheSchemasHasItsPage() throws {
    let ead2002 = try SchemaSourcesTests.elements("ead2002/ead-1.1.0-easvalidator.rng")
    let dtd = try SchemaSourcesTests.elements("ead2002/ead.dtd")
    let ead3 = try SchemaSourcesTests.elements("ead3/ead3-easvalidator.rng")
    let undeprecated = try SchemaSourcesTests.elements("ead3/ead3_undeprecated.rng")
    #expect(ead2002.count == 143 && dtd.count == 152)
    #expect(ead3.count == 166 && undeprecated.count == 174)
    #expect(Set(ElementPages.names) == ead2002.union(dtd).union(undeprecated))
    for row in Resource.rows(ead_elements) {
      try #require(row.count == 8)
      let name = row[0]
      let isOld = dtd.contains(name)
      let isNew = undeprecated.contains(name)
      #expect(row[1] == (isOld && isNew ? "both" : isOld ? "ead2002" : "ead3"), "\(name)")
      let isDTDOnly = isOld && !ead2002.contains(name)
      let isUndeprecatedOnly = isNew && !ead3.contains(name)
      #expect(row[7] == (isDTDOnly ? "dtd" : isUndeprecatedOnly ? "undeprecated" : ""), "\(name)")
      #expect(row[2...5].allSatisfy { !$0.isEmpty }, "\(name)")
    }
  }

  @Test(.disabled(if: SchemaSourcesTests.isWithoutEAD2002)) func pagesOfElementsSayWhatTheSchemasSay() throws {
    for name in ElementPages.names {
      for language in MessageLanguage.allCases {
        let page = try #require(ElementPages.page(name, language))
        #expect(page.hasPrefix("# \(name)"))
        #expect(!page.contains("page-"), "\(name): a sentence is missing")
      }
    }
    let archdesc = try #require(ElementPages.page("archdesc", .english))
    #expect(archdesc.contains("- level (required): one of class, collection, file, fonds,"))
    #expect(archdesc.contains("May stand in: ead\n"))
    #expect(archdesc.contains("ISAD(G): 3.1.4 "))
    let unitTitle = try #require(ElementPages.page("UNITTITLE", .french))
    #expect(unitTitle.contains("En EAD 2002") && unitTitle.contains("En EAD3") && unitTitle.contains("Peut contenir : du texte,"))
    let root = try #require(ElementPages.page("ead", .english))
    #expect(root.contains("it is the root"))
    let lineBreak = try #require(ElementPages.page("lb", .english))
    #expect(lineBreak.contains("it is always empty"))
    #expect(ElementPages.page("folder", .english) == nil)
  }

  @Test func everyRulePageIsWholeInBothLanguages() throws {
    #expect(RulePages.ids.count > 50)
    for id in RulePages.ids {
      let english = try #require(RulePages.page(id, .english))
      let french = try #require(RulePages.page(id, .french))
      #expect(english != french, "\(id) has no French page")
      let pages = [(english, ["## Bad", "## Good", "## How to fix"]), (french, ["## Mauvais", "## Bon", "## Comment corriger"])]
      for (page, headings) in pages {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "# \(id)")
        // The reason comes first, then the headings in their order.
        let places = headings.compactMap { lines.firstIndex(of: $0) }
        #expect(places.count == 3 && places == places.sorted() && (places.first ?? 0) > 2, "\(id)")
        #expect(lines.filter { $0.hasPrefix("```") }.count.isMultiple(of: 2), "\(id)")
      }
    }
    for kind in [
      SchemaViolation.Kind.wrongRoot, .unknownElement, .unexpectedElement, .missingElement, .incomplete, .textNotAllowed,
      .unknownAttribute, .missingAttribute, .attributeValue, .elementValue, .duplicateID, .danglingIDREF, .tooCostly,
    ] {
      #expect(RulePages.page(kind.rule, .english) != nil, "\(kind.rule)")
    }
    #expect(RulePages.page("schema", .english) == nil)
  }

  @Test func pagesAreCutAtTheirHeadings() {
    let text = "before\n# one\nwhy\n```\n# no heading\n```\n\n# two words\r\nwhy\n"
    let sections = Array(text.utf8).withUnsafeBufferPointer { RulePages.sections($0) }
    #expect(sections.map(\.id) == ["one", "two"])
    #expect(sections.first?.page == "# one\nwhy\n```\n# no heading\n```\n")
    #expect(sections.last?.page == "# two words\nwhy\n")
  }
}
