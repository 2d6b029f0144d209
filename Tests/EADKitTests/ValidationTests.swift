import Foundation
import Testing

@testable import EADKit

/// What the validator decides, where it puts its findings and how it goes on after a mistake.
struct ValidationTests {
  private static let namespace = "urn:isbn:1-931666-22-9"

  private func check(_ document: String, _ change: (inout ValidationOptions) -> Void = { _ in }) throws -> FileReport {
    var options = ValidationOptions()
    options.profile = .schema
    change(&options)
    return try FindingAidValidator(options: options).validate(bytes: Array(document.utf8), name: "a.xml")
  }

  private func rules(_ report: FileReport) -> [String] { report.findings.map(\.rule) }

  /// A finding aid with these parts in its archdesc, after its did.
  private func findingAid(_ body: String, attributes: String = " xmlns=\"\(namespace)\"", header: String = "") -> String {
    """
    <ead\(attributes)>
    <eadheader><eadid>A</eadid>\(header)<filedesc><titlestmt><titleproper>T</titleproper></titlestmt></filedesc></eadheader>
    <archdesc level="fonds"><did><unitid>F</unitid><unittitle>Fonds</unittitle></did>
    \(body)
    </archdesc>
    </ead>
    """
  }

  private func component(_ body: String) -> String { "<dsc>\n<c01 level=\"file\" id=\"x\">\(body)</c01>\n</dsc>" }

  // MARK: One mistake, one finding

  @Test(arguments: [
    // Unknown, too much, too early, too late, missing, text, nested.
    ("<scopecontent><foo><p>x</p></foo><p>y</p></scopecontent>", ["schema-unknown-element"]),
    ("<scopecontent><p>a</p><head>late</head><p>b</p></scopecontent>", ["schema-unexpected-element"]),
    ("<dsc><c01 level=\"file\"><c02/><did><unittitle>a</unittitle></did></c01></dsc>", ["schema-missing-element", "schema-incomplete"]),
    (
      "<dsc><c01 level=\"file\"><c02><did><unittitle>a</unittitle></did></c02><did><unittitle>a</unittitle></did></c01></dsc>",
      ["schema-missing-element"]
    ),
    ("<dsc><c01 level=\"file\"><scopecontent><p>a</p></scopecontent></c01></dsc>", ["schema-missing-element"]),
    ("<dsc>text<c01><did><unittitle>a</unittitle></did></c01>more</dsc>", ["schema-text-not-allowed"]),
    ("<scopecontent><p>a<p>b</p>c</p></scopecontent>", ["schema-unexpected-element"]),
    ("<odd><list></list></odd>", ["schema-incomplete"]),
    ("<odd audience=\"all\" colour=\"red\"><p>a</p></odd>", ["schema-attribute-value", "schema-unknown-attribute"]),
    ("<odd><table><tgroup><tbody><row><entry>a</entry></row></tbody></tgroup></table></odd>", ["schema-missing-attribute"]),
    ("<odd><p>a</p></odd>", []),
  ])
  func mistakes(_ body: String, _ expected: [String]) throws {
    let report = try check(findingAid(body))
    #expect(rules(report) == expected, "\(report.findings.map { $0.line() })")
    #expect(report.verdict == (expected.isEmpty ? .valid : .invalid))
  }

  @Test func theNearestSpellingIsNamed() throws {
    let report = try check(findingAid("<dsc><c01><did><unittitel>a</unittitel></did></c01></dsc>"))
    #expect(report.findings.first?.message().contains("“unittitle”") == true)
    #expect(report.findings.first?.message(.french).contains("« unittitle »") == true)
    #expect(report.findings.first?.path == "/ead/archdesc/dsc/c01/did/unittitel")
  }

  @Test func identifiersNameBothPlaces() throws {
    let body = "<odd id=\"a\"><p>x</p></odd>\n<odd id=\"a\"><p><ref target=\"b\">x</ref><ref target=\"b\">y</ref></p></odd>"
    let report = try check(findingAid(body))
    #expect(rules(report) == ["schema-duplicate-id", "schema-dangling-idref"])
    #expect(report.findings[0].line == 5 && report.findings[0].arguments == ["a", "4:1"])
    #expect(report.findings[1].line == 5 && report.findings[1].arguments == ["b", "2"])
  }

  // MARK: Places

  @Test func placesAreRightFarDownAndFarRight() throws {
    let many = String(repeating: "<odd><p>é</p></odd>\n", count: 70_000)
    let down = try check(findingAid(many + "<foo/>"))
    #expect(down.findings.map(\.line) == [70_004] && down.findings.map(\.column) == [1])
    let wide = findingAid(many.replacingOccurrences(of: "\n", with: "") + "<foo/>").replacingOccurrences(of: "\n", with: " ")
    let right = try check(wide)
    #expect(right.findings.map(\.line) == [1])
    let before = wide.range(of: "<foo/>").map { wide[..<$0.lowerBound] } ?? ""
    #expect(right.findings.map(\.column) == [before.unicodeScalars.count + 1])
    #expect(right.findings.map(\.offset) == [before.utf8.count])
  }

  @Test func attributesAreFoundInLongTags() throws {
    let report = try check(findingAid("<odd\n  audience=\"internal\"\n  colour=\"é\"\n><p>x</p></odd>"))
    #expect(report.findings.map(\.line) == [6] && report.findings.map(\.column) == [3])
  }

  @Test func textIsFoundOnItsLine() throws {
    let report = try check(findingAid("<dsc>\n\n  stray\n<c01><did><unittitle>a</unittitle></did></c01></dsc>"))
    #expect(report.findings.map(\.line) == [6] && report.findings.map(\.column) == [3])
  }

  // MARK: Which schema

  @Test func withoutNamespaceTheDTDDecides() throws {
    let dates = findingAid("<odd><p><date normal=\"1789 / 1815\">x</date></p></odd>", attributes: "")
    let report = try check(dates)
    #expect(report.verdict == .valid && rules(report) == ["schema-namespace-only"])
    #expect(report.schemas == ["ead-dtd.rng", "ead-1.1.0-easvalidator.rng"])
    // The rule about dates says the same more clearly.
    #expect(rules(try check(dates) { $0.profile = .default }).filter { $0.hasPrefix("schema") || $0.hasPrefix("date") } == ["date-blanks"])
  }

  @Test(arguments: [
    ("<ead xmlns=\"urn:x\"><eadheader/></ead>", "namespace-wrong"),
    ("<ead xmlns=\"https://archivists.org/ns/ead/v4\"/>", "ead4-not-supported"),
    ("<ead xmlns=\"https://standards.openpreservation.org/ead/v4\"/>", "ead4-not-supported"),
    ("<record><metadata><ead xmlns=\"urn:isbn:1-931666-22-9\"/></metadata></record>", "root-not-ead"),
    ("<html><body/></html>", "root-holds-no-ead"),
    ("<archdesc xmlns=\"urn:isbn:1-931666-22-9\" level=\"fonds\"><did><unittitle>a</unittitle></did></archdesc>", "schema-wrong-root"),
    ("<eac-cpf xmlns=\"urn:isbn:1-931666-33-4\"/>", "eac2010-not-supported"),
  ])
  func whatIsNoFindingAidIsSaidOnce(_ document: String, _ rule: String) throws {
    let report = try check(document)
    #expect(rules(report) == [rule] && report.verdict == .invalid)
  }

  @Test func lenientReadsWhatIsInside() throws {
    let inner = findingAid("<foo/>")
    let wrapped = try check("<record><metadata>\(inner)</metadata></record>") { $0.lenientNamespace = true }
    #expect(rules(wrapped) == ["read-as-ead", "schema-unknown-element"])
    let wrong = try check(findingAid("<foo/>", attributes: " xmlns=\"urn:x\"")) { $0.lenientNamespace = true }
    #expect(rules(wrong) == ["read-as-ead", "schema-unknown-element"])
  }

  @Test func strictCodes() throws {
    let document = findingAid("<odd><p>x</p></odd>", header: "").replacingOccurrences(
      of: "<eadid>", with: "<eadid countrycode=\"zz\">")
    #expect(try check(document).verdict == .valid)
    let strict = try check(document) { $0.schema = .strictCodes }
    #expect(rules(strict) == ["schema-attribute-value"])
  }

  @Test func libxml2sOwnVerdict() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("eadkit-\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    for (body, isValid) in [("<odd><p>x</p></odd>", true), ("<foo/>", false)] {
      try findingAid(body).write(to: file, atomically: true, encoding: .utf8)
      var options = ValidationOptions()
      options.schema = .xsd
      let xsd = try FindingAidValidator(options: options).validate(file.path)
      #expect((xsd.verdict == .valid) == isValid, "\(xsd.findings.map { $0.line() })")
      let doctype =
        "<!DOCTYPE ead PUBLIC \"+//ISBN 1-931666-00-8//DTD ead.dtd (Encoded Archival Description (EAD) Version 2002)//EN\" \"ead.dtd\">"
      let bare = findingAid(body, attributes: "").replacingOccurrences(of: "<eadheader>", with: "<eadheader findaidstatus=\"x\">")
      try (doctype + bare).write(to: file, atomically: true, encoding: .utf8)
      options.schema = .dtd
      let dtd = try FindingAidValidator(options: options).validate(file.path)
      #expect((dtd.verdict == .valid) == isValid, "\(dtd.findings.map { $0.line() })")
    }
  }

  // MARK: Instructions

  @Test func instructionsSilenceTheirElement() throws {
    let instruction = "<?ead-convert ignore schema-unknown-element from the old system?>"
    let silenced = try check(findingAid("<odd>\(instruction)<foo/><p>x</p></odd>\n<odd><foo/><p>x</p></odd>"))
    #expect(silenced.findings.map(\.line) == [5] && silenced.silenced.map(\.count) == [1])
    #expect(silenced.silenced.first?.reason == "from the old system")
    let whole = try check(instruction + findingAid("<foo/>"))
    #expect(whole.verdict == .valid && whole.silenced.map(\.count) == [1])
    let disregarded = try check(instruction + findingAid("<foo/>")) { $0.honoursInlineIgnores = false }
    #expect(disregarded.verdict == .invalid)
    let acceptance = try check(instruction + findingAid("<foo/>")) { $0.profile = .acceptance }
    #expect(rules(acceptance).contains("schema-unknown-element"))
    #expect(rules(try check("<?ead-convert ignore schema-nothing x?>" + findingAid(""))) == ["ignore-unknown-rule"])
    #expect(rules(try check(instruction + findingAid(""))) == ["ignore-without-effect"])
  }

  // MARK: Hostile

  @Test func deepLongAndRepeated() throws {
    let deep = String(repeating: "<c><did><unittitle>a</unittitle></did>", count: 300) + String(repeating: "</c>", count: 300)
    #expect(try check(findingAid("<dsc>\(deep)</dsc>")).verdict == .valid)
    #expect(try check(findingAid("<odd><p>" + String(repeating: "a ", count: 6 << 20) + "</p></odd>")).verdict == .valid)
    let many = try check(findingAid(String(repeating: "<foo/>", count: 50_000)))
    #expect(many.findings.count == 1000 && many.omitted == 49_000)
    #expect(many.countByRule.values.reduce(0, +) == 50_000)
    let laughs = """
      <!DOCTYPE ead [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
      <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">
      <!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;"><!ENTITY i "&h;&h;&h;&h;&h;&h;&h;&h;">]>
      """
    #expect(try check(laughs + findingAid("<odd><p>&i;</p></odd>")).verdict == .unreadable)
  }

  /// Attributes in any number and order: what has no memory is worked out anew, and memory is bounded.
  @Test(.timeLimit(.minutes(1))) func attributesInAnyOrder() throws {
    let names = (0..<24).map { "a\($0)" }
    let optional = names.map { "<optional><attribute name=\"\($0)\"/></optional>" }.joined()
    let schema = """
      <element name="r" xmlns="http://relaxng.org/ns/structure/1.0"><zeroOrMore><element name="e">\(optional)<empty/></element>
      </zeroOrMore></element>
      """
    let grammar = try Array(schema.utf8).withUnsafeBufferPointer {
      try RelaxNG.load(bytes: $0, name: "s", source: LocalSchemaSource())
    }
    var random = SeededRandom(seed: 7)
    var document = "<r>"
    for _ in 0..<3000 {
      document += "<e" + names.shuffled(using: &random).map { " \($0)=\"\"" }.joined() + "/>"
    }
    document += "</r>"
    #expect(SchemaCheck.isValid(bytes: Array(document.utf8), grammar: grammar))
    #expect(!SchemaCheck.isValid(bytes: Array(document.replacingOccurrences(of: "</r>", with: "<e a24=\"\"/></r>").utf8), grammar: grammar))
  }

  /// Walks over patterns are recursive: a group past any reason is refused, and not walked.
  @Test(.timeLimit(.minutes(1))) func groupsOfManyMembers() throws {
    func compile(_ members: Int) throws -> CompiledSchema {
      let body = (0..<members).map { "<element name='e\($0)'><empty/></element>" }.joined()
      let schema = "<element name='r' xmlns='http://relaxng.org/ns/structure/1.0'>\(body)</element>"
      let grammar = try Array(schema.utf8).withUnsafeBufferPointer {
        try RelaxNG.load(bytes: $0, name: "s", source: LocalSchemaSource())
      }
      return try CompiledSchema(grammar, id: "s")
    }
    #expect(throws: Never.self) { try compile(2000) }
    #expect(throws: EADError.self) { try compile(60_000) }
  }

  /// Found by the fuzzing loop: after a refused attribute the parser's memory is gone, and with it the other attributes.
  @Test func attributesAfterARefusedOne() {
    let filler = String(repeating: "<!-- filler -->", count: 20_000)
    let value = String(repeating: "v", count: 20_000)
    let schema = """
      <grammar xmlns="http://relaxng.org/ns/structure/1.0">\(filler)<start><choice name="a" ns="\(value)" datatypeLibrary="\(value)">
      <element name="a"><empty/></element></choice></start></grammar>
      """
    #expect(throws: EADError.self) {
      try Array(schema.utf8).withUnsafeBufferPointer { try RelaxNG.load(bytes: $0, name: "s", source: LocalSchemaSource()) }
    }
  }

  // MARK: Along with a conversion

  @Test func conversionValidatesInTheSamePass() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("eadkit-\(UUID().uuidString).xml")
    defer { try? FileManager.default.removeItem(at: file) }
    // With content after the children: two passes, one validation.
    let body = "<dsc><c01 level=\"file\"><did><unittitle>a</unittitle></did></c01></dsc><odd><p>late</p></odd><foo/>"
    try findingAid(body).write(to: file, atomically: true, encoding: .utf8)
    var options = ValidationOptions()
    options.profile = .schema
    let validator = try FindingAidValidator(options: options)
    var reading = EADReaderOptions()
    reading.validator = validator
    let reader = try EADReader(contentsOf: file.path, options: reading)
    while try reader.next() != nil {}
    #expect(reader.validationReport?.findings == validator.validate(file.path).findings)
    #expect(reader.validationReport?.findings.count == 1)
  }
}
