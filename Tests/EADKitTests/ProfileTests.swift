import Foundation
import Testing

@testable import EADKit

/// The program's profiles, profiles in YAML, and local rules.
struct ProfileTests {
  // MARK: The program's profiles

  private static func ids(_ profile: Profile, _ generation: EADGeneration = .ead2002) -> Set<String> {
    Set(profile.rules(for: generation).map { type(of: $0).descriptor.id })
  }

  private static func ids(of categories: RuleDescriptor.Category..., generation: EADGeneration = .ead2002) -> Set<String> {
    Set(RuleCatalog.descriptors.filter { categories.contains($0.category) && $0.generations.contains(generation) }.map(\.id))
  }

  @Test func schemaHasNoRules() {
    #expect(Profile.schema.rules(for: .ead2002).isEmpty)
    #expect(Profile.schema.rules(for: .ead3).isEmpty)
    #expect(Profile.schema.severity(of: "date-impossible", default: .error) == nil)
    #expect(Profile.schema.severity(of: "schema-unknown-element", default: .error) == .error)
  }

  @Test(arguments: EADGeneration.allCases)
  func profilesHoldTheirCategories(_ generation: EADGeneration) {
    let usual = Self.ids(of: .codes, .dates, .links, .ids, .structure, .references, .text, generation: generation)
    #expect(usual.count > 20)
    #expect(Self.ids(.default, generation) == usual)
    #expect(Self.ids(.isadg, generation) == usual.union(Self.ids(of: .isadg, generation: generation)))
    #expect(Self.ids(.dacs, generation) == usual.union(Self.ids(of: .dacs, generation: generation)))
    #expect(Self.ids(.atom, generation) == usual.union(Self.ids(of: .atom, generation: generation)))
    #expect(Self.ids(.acceptance, generation) == Self.ids(.isadg, generation))
    #expect(Self.ids(.everything, generation).isSuperset(of: Self.ids(.atom, generation)))
  }

  @Test func acceptanceIsStricter() {
    #expect(Profile.acceptance.forbidsInlineIgnores)
    #expect(!Profile.default.forbidsInlineIgnores && !Profile.isadg.forbidsInlineIgnores)
    #expect(Profile.default.severity(of: "date-normal-syntax", default: .warning) == .warning)
    #expect(Profile.acceptance.severity(of: "date-normal-syntax", default: .warning) == .error)
    #expect(Profile.acceptance.severity(of: "isadg-title", default: .warning) == .error)
    #expect(Profile.acceptance.severity(of: "reference-placeholder", default: .warning) == .error)
    #expect(Profile.acceptance.severity(of: "reference-date-outside-parent", default: .warning) == .warning)
    // Remarks stay remarks.
    #expect(Profile.acceptance.severity(of: "link-local-path", default: .note) == .note)
  }

  @Test func atomRulesAreInNoOtherProfile() {
    #expect(Self.ids(of: .atom).count > 50)
    for name in Profile.names where name != "atom" {
      let profile = Profile.named(name)
      #expect(profile.map { Self.ids($0).isDisjoint(with: Self.ids(of: .atom)) } == true, "\(name)")
    }
  }

  @Test func profilesAreFoundByName() {
    for name in Profile.names { #expect(Profile.named(name)?.name == name) }
    #expect(Profile.named("everything") == nil)
    #expect(Profile.named("Default") == nil)
  }

  @Test func tableNamesOnlyWhatExists() {
    for name in Profile.names {
      for id in (Profile.named(name)?.grades ?? [:]).keys { #expect(RuleCatalog.isKnown(id), "\(name): \(id)") }
    }
  }

  @Test func rulesAreFresh() {
    let first = Profile.default.rules(for: .ead2002)
    let second = Profile.default.rules(for: .ead2002)
    for (left, right) in zip(first, second) { #expect(left !== right) }
  }

  @Test func catalogKnowsRulesAndFindings() {
    #expect(Set(RuleCatalog.descriptors.map(\.id)).count == RuleCatalog.descriptors.count)
    #expect(RuleCatalog.descriptor("atom-level")?.category == .atom)
    #expect(RuleCatalog.descriptor("schema-unknown-element") == nil)
    #expect(RuleCatalog.isKnown("schema-unknown-element") && RuleCatalog.isKnown("local-anything"))
    #expect(!RuleCatalog.isKnown("atom-levle"))
  }

  // MARK: YAML

  private static func profile(_ yaml: String) throws -> Profile { try Profile(yaml: Array(yaml.utf8), file: "ours.yml") }

  private static let institution = TestData.fixtures.appendingPathComponent("profiles/institution.yml")

  @Test func completeProfileIsRead() throws {
    let profile = try Profile(contentsOf: Self.institution.path)
    #expect(profile.name == "archives-de-la-manche")
    #expect(profile.forbidsInlineIgnores)
    #expect(profile.severity(of: "structure-no-level", default: .warning) == .error)
    #expect(profile.severity(of: "code-agency", default: .warning) == nil)
    #expect(profile.severity(of: "schema-attribute-value", default: .error) == .warning)
    #expect(profile.severity(of: "local-unitid-form", default: .error) == .warning)
    #expect(profile.severity(of: "date-impossible", default: .error) == .error)
    #expect(profile.localRules.map(\.id).first == "local-repository")
    let ids = Self.ids(profile)
    #expect(!ids.contains("code-agency"))
    // A severity brings in a rule that the extended profile does not have.
    #expect(ids.contains("atom-repeated") && !ids.contains("atom-level"))
    #expect(profile.rules(for: .ead3).filter { $0 is LocalRule }.count == 6)
  }

  @Test(arguments: ["profiles.md", "profiles.fr.md"])
  func pagesShowTheProfileThatIsTested(_ page: String) throws {
    let text = try String(contentsOf: TestData.repository.appendingPathComponent("docs/" + page), encoding: .utf8)
    let yaml = try String(contentsOf: Self.institution, encoding: .utf8)
    #expect(text.contains("```yaml\n" + yaml + "```"))
  }

  @Test func nameComesFromTheFile() throws {
    #expect(try Self.profile("extends: isadg").name == "ours")
    #expect(try Self.profile("extends: isadg").categories == Profile.isadg.categories)
    #expect(try Self.profile("severities: {}").categories == Profile.default.categories)
    #expect(try Self.profile("\u{FEFF}name: x\r\nextends: acceptance\r\n").forbidsInlineIgnores)
    #expect(try !Self.profile("extends: acceptance\ninline-ignores: allowed").forbidsInlineIgnores)
    #expect(try Self.profile("extends: schema\nrules: []").rules(for: .ead2002).isEmpty)
  }

  struct Mistake: CustomTestStringConvertible {
    var yaml = ""
    var key: String
    /// Of the mark `¦` in the text; the whole first line without one.
    var line = 1
    var column = 0
    var testDescription: String { key + ": " + yaml.prefix(60) }

    init(_ key: String, _ marked: String) {
      self.key = key
      guard let mark = marked.firstIndex(of: "¦") else {
        yaml = marked
        return
      }
      let before = marked[..<mark].unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      line = before.count
      column = (before.last?.count ?? 0) + 1
      yaml = marked.replacing("¦", with: "")
    }

    /// A mistake in a rule, in flow style.
    static func rule(_ key: String, _ marked: String) -> Mistake { Mistake(key, "rules:\n- " + marked) }

    /// The same in its last entries.
    static func entry(_ key: String, path: String = "//did", _ marked: String) -> Mistake {
      rule(key, "{id: local-a, path: \(path), \(marked)}")
    }

    /// The same in its path.
    static func path(_ key: String, _ marked: String) -> Mistake { entry(key, path: marked, "forbidden: true") }
  }

  static let mistakes: [Mistake] = [
    Mistake("profile-empty", ""),
    Mistake("profile-empty", "# nothing\n"),
    Mistake("profile-needs-map", "¦just text"),
    Mistake("profile-unknown-key", "name: x\n¦extend: default"),
    Mistake("profile-key-twice", "¦name: a\nname: b"),
    Mistake("profile-needs-text", "name: ¦[a, b]"),
    Mistake("profile-unknown-profile", "extends: ¦strict"),
    Mistake("profile-inline-ignores", "inline-ignores: ¦no"),
    Mistake("profile-unknown-rule", "severities:\n  code-agency: off\n  ¦structure-no-levl: error"),
    Mistake("profile-severity", "severities:\n  code-agency: ¦fatal"),
    Mistake("profile-needs-list", "rules:\n  ¦id: local-a"),
    Mistake("profile-yaml", "rules:\n¦\t- id: local-a"),
    Mistake("profile-yaml", "name: ¦*nothing"),
    Mistake("profile-yaml", "name: a\n¦---\nname: b"),
    Mistake("profile-yaml", "name: é¦\u{0}"),
    .rule("profile-rule-incomplete", "¦{path: //c}"),
    .rule("profile-rule-incomplete", "¦{id: local-a}"),
    .rule("profile-rule-id", "{id: ¦repository, path: //c, required: true}"),
    .rule("profile-rule-id", "{id: ¦local-Dépôt, path: //c, required: true}"),
    .rule("profile-rule-without-check", "¦{id: local-a, path: //c}"),
    .entry("profile-needs-true", "required: ¦yes"),
    .entry("profile-needs-number", "max-length: ¦-1"),
    .entry("profile-rule-severity", "required: true, severity: ¦off"),
    .entry("profile-checks-conflict", "forbidden: ¦true, pattern: x"),
    .entry("profile-one-of-attribute", path: "//c/@id", "one-of: ¦[did]"),
    .entry("profile-value-of-component", path: "¦//c", "pattern: x"),
    .entry("profile-level-of-document", "required: true, level: ¦item"),
    .entry("profile-pattern", "pattern: ¦'[0-9'"),
    .entry("profile-message-placeholder", "forbidden: true, message: ¦'{vlaue}'"),
    .entry("profile-message-brace", "forbidden: true, message: ¦'{value'"),
    .entry("profile-unknown-key", "required: true, message: {¦de: x}"),
    Mistake(
      "profile-rule-twice", "rules:\n- {id: local-a, path: //c, forbidden: true}\n- ¦{id: local-a, path: //c, forbidden: true}"),
    .path("path-not-absolute", "¦did/unitid"),
    .entry("path-not-relative", "one-of: ['¦/unitid']"),
    .path("path-unknown-element", "//¦ddi/unitid"),
    .path("path-unknown-element", "'//did/¦UNITID'"),
    .path("path-unknown-attribute", "'//c/@¦levle'"),
    .path("path-after-attribute", "'//c/@id¦/x'"),
    .path("path-value", "'//c[@level=¦file]'"),
    .path("path-value-open", "\"//c[@level=¦'file]\""),
    .path("path-condition", "'//c[¦1]'"),
    .path("path-condition", "'//c[@level ¦xor @id]'"),
    .path("path-no-name", "'//c/¦'"),
    .path("path-unexpected", "'//c¦]'"),
    .path("path-attribute-of-document", "'¦/@id'"),
    .path("path-too-long", "'¦" + String(repeating: "/c", count: 61) + "'"),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamedWithTheirPlace(_ mistake: Mistake) {
    do {
      _ = try Self.profile(mistake.yaml)
      Issue.record("understood: \(mistake.yaml)")
    } catch {
      let finding = (error as? EADError)?.finding
      #expect(finding?.rule == mistake.key)
      #expect(finding?.file == "ours.yml")
      #expect([finding?.line, finding?.column] == [mistake.line, mistake.column])
      let sentence = finding?.message(.french) ?? ""
      #expect(MessageCatalog.contains(mistake.key) && !sentence.contains("{0}"))
    }
  }

  @Test func nearestSpellingIsProposed() {
    let error = #expect(throws: EADError.self) { try Self.profile("severities:\n  structure-no-levl: error") }
    #expect(error?.finding.message(.english).contains("structure-no-level") == true)
    let key = #expect(throws: EADError.self) { try Self.profile("extend: default") }
    #expect(key?.finding.message(.french).contains("« extends »") == true)
  }

  /// Nine aliases of nine aliases of …: 3,486,784,401 values in a few hundred bytes, and one of them is a key.
  private static let bomb: String = {
    var text = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for (name, inner) in zip("bcdefghij", "abcdefghi") {
      text += "\(name): &\(name) [" + Array(repeating: "*\(inner)", count: 9).joined(separator: ",") + "]\n"
    }
    return text + "? *j\n: x\n"
  }()

  @Test(.timeLimit(.minutes(1)))
  func profilesThatMeanHarmAreRefused() {
    func key(_ yaml: String) -> String? {
      do {
        _ = try Self.profile(yaml)
        return nil
      } catch { return (error as? EADError)?.finding.rule }
    }
    #expect(key(Self.bomb) == "profile-aliases")
    #expect(key("name: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900)) == "profile-too-deep")
    #expect(key("name: " + String(repeating: "[", count: 200_000)) == "profile-yaml")
    #expect(key("rules: [" + String(repeating: "a,", count: 60_000) + "]") == "profile-too-deep")
    #expect(key("# " + String(repeating: "x", count: 300_000)) == "profile-too-large")
    // A star in prose is no alias.
    #expect(key("name: x # " + String(repeating: "*a ", count: 50)) == nil)
  }

  @Test func profilesThatCannotBeRead() throws {
    #expect(throws: EADError.self) { try Profile(contentsOf: "/nowhere/profile.yml") }
    let error = #expect(throws: EADError.self) { try Profile(yaml: [0x6E, 0x3A, 0x20, 0xE9], file: "latin1.yml") }
    #expect(error?.finding.rule == "profile-not-utf8")
  }

  // MARK: Local rules

  /// Lines and sentences of what one local rule finds in an EAD 2002 document without namespace.
  private static func found(
    _ rule: String, in body: String, language: MessageLanguage = .english
  ) throws -> [(line: Int, message: String)] {
    var options = ValidationOptions()
    options.profile = try profile("extends: schema\nrules:\n- {id: local-a, " + rule + "}")
    let xml = "<ead><eadheader><eadid>x</eadid></eadheader>\n" + body + "\n</ead>"
    let report = try FindingAidValidator(options: options).validate(bytes: Array(xml.utf8), name: "a.xml")
    return report.findings.filter { $0.rule == "local-a" }.map { ($0.line, $0.message(language)) }
  }

  private static func lines(_ rule: String, in body: String) throws -> [Int] { try found(rule, in: body).map(\.line) }

  static let body = """
    <archdesc level="fonds"><did><unitid>1 W</unitid><unittitle>Fonds</unittitle></did><dsc>
    <c level="series"><did><unitid>1 W 1-9</unitid><unittitle>Series</unittitle></did>
    <c level="file" id="c1"><did><unitid>1 W 1</unitid><unittitle>A file</unittitle><unitdate normal="1900">x</unitdate></did></c>
    <c level="file" id=" "><did><unitid>W</unitid></did><odd><p>See <emph>this</emph></p></odd></c>
    <c01 level="otherlevel" otherlevel="liasse"><did><unittitle>Dé\u{301}livrances</unittitle></did></c01>
    </c>
    </dsc></archdesc>
    """

  struct Case: CustomTestStringConvertible {
    var rule: String
    var lines: [Int]
    var testDescription: String { rule }

    init(_ rule: String, _ lines: [Int]) {
      self.rule = rule
      self.lines = lines
    }
  }

  static let cases = [
    // The last step must be in each element that the path before it leads to.
    Case("path: //c/did/unitid, required: true", [6]),
    Case("path: //c/did/unitdate, required: true, level: file", [5]),
    Case("path: //c/did/unitdate, required: true, level: [file, liasse]", [5, 6]),
    Case("path: /ead/archdesc/did/repository, required: true", [2]),
    Case("path: /ead/archdesc//odd, required: true", []),
    Case("path: /ead/archdesc/odd, required: true", [2]),
    Case("path: /ead/frontmatter, required: true", [1]),
    Case("path: //odd, required: true", []),
    Case("path: //dao, required: true", [1]),
    Case("path: /ead, required: true", []),
    Case("path: //*/unittitle, required: true, level: nothing", []),
    // Attributes must be there and not blank.
    Case("path: //c/@id, required: true", [3, 5, 6]),
    Case("path: \"//c[@level='file']/@id\", required: true", [5]),
    Case("path: \"//c[@level='series' or @otherlevel='liasse']/@id\", required: true", [3, 6]),
    Case("path: \"//c[@level='file' and @id='c1']/@otherlevel\", required: true", [4]),
    Case("path: '//c[not(@otherlevel)][@id]/@otherlevel', required: true", [4, 5]),
    Case("path: \"//c[@level!='file']/@id\", required: true", [3, 6]),
    // What must not be there.
    Case("path: //odd//emph, forbidden: true", [5]),
    Case("path: //did//emph, forbidden: true", []),
    Case("path: //c/@id, forbidden: true", [4, 5]),
    Case("path: //@id, forbidden: true", [4, 5]),
    Case("path: //c//@normal, forbidden: true", [4]),
    Case("path: //c//@level, forbidden: true", [3, 4, 5, 6]),
    Case("path: /ead/archdesc/dsc/c/@level, forbidden: true", [3]),
    Case("path: '//dsc/*', forbidden: true", [3]),
    Case("path: //c/c/odd, forbidden: true", [5]),
    Case("path: //c01, forbidden: true", [6]),
    // Values.
    Case("path: //c/@level, allowed: [series, file]", [6]),
    Case("path: //did/unittitle, allowed: [Fonds, Series, A file]", [6]),
    // Two spellings of the same letter are two values.
    Case("path: //did/unittitle, allowed: [Fonds, Series, A file, \"D\\u00e9livrances\"]", [6]),
    Case("path: //did/unittitle, allowed: [Fonds, Series, A file, \"D\\u0065\\u0301livrances\"]", [6]),
    Case("path: //did/unittitle, allowed: [Fonds, Series, A file, \"D\\u00e9\\u0301livrances\"]", []),
    Case("path: //unitid, pattern: '[0-9]+ W( [0-9]+)?'", [3, 5]),
    Case("path: //unitid, pattern: '[0-9]+ W( [0-9]+)?', level: series", [3]),
    Case("path: //unitdate/@normal, pattern: '[0-9]{8}'", [4]),
    Case("path: //unitid, min-length: 2", [5]),
    Case("path: //unitid, max-length: 5", [3]),
    Case("path: //c/did/unitid, required: true, max-length: 5", [3, 6]),
    Case("path: //odd/p, allowed: [See this]", []),
    // One of several.
    Case("path: //c/did, one-of: [unitdate, unittitle]", [5]),
    Case("path: //c, one-of: ['did/unitdate', 'odd//emph', '@otherlevel']", [3]),
    Case("path: //c/did, one-of: [unitdate/@normal], level: file", [5]),
    Case("path: //c/did, one-of: unitdate, level: file", [5]),
  ]

  @Test(arguments: cases)
  func localRulesFind(_ test: Case) throws {
    #expect(try Self.lines(test.rule, in: Self.body).sorted() == test.lines)
  }

  @Test func sentencesAreInBothLanguages() throws {
    let rule = "path: //unitid, pattern: 'x', level: file"
    #expect(try Self.found(rule, in: Self.body)[0].message.hasPrefix("“1 W 1” does not have the form"))
    #expect(try Self.found(rule, in: Self.body, language: .french)[0].message.hasPrefix("« 1 W 1 » n'a pas la forme"))
    let own = rule + ", message: {en: 'Cote {value} in {element}, {path}', fr: 'Cote {value}'}"
    #expect(try Self.found(own, in: Self.body)[0].message == "Cote 1 W 1 in unitid, //unitid")
    #expect(try Self.found(own, in: Self.body, language: .french)[0].message == "Cote 1 W 1")
    let one = rule + ", message: {fr: 'Cote'}"
    #expect(try Self.found(one, in: Self.body)[0].message == "Cote")
  }

  @Test func documentsCannotWriteMessages() throws {
    let body = "<archdesc level=\"fonds\"><did><unitid>{path} {0}</unitid><unittitle>x</unittitle></did></archdesc>"
    let rule = "path: //unitid, pattern: 'x', message: '{value}!'"
    #expect(try Self.found(rule, in: body).map(\.message) == ["{path} {0}!"])
  }

  @Test func severitiesOfLocalRules() throws {
    var options = ValidationOptions()
    options.profile = try Self.profile(
      """
      extends: schema
      severities: {local-b: off, local-c: note}
      rules:
      - {id: local-a, path: //c, forbidden: true, severity: warning}
      - {id: local-b, path: //c, forbidden: true}
      - {id: local-c, path: //c, forbidden: true}
      - {id: local-d, path: //c, forbidden: true}
      """)
    let xml = "<ead><eadheader><eadid>x</eadid></eadheader>" + Self.body + "</ead>"
    let report = try FindingAidValidator(options: options).validate(bytes: Array(xml.utf8), name: "a.xml")
    let first = Dictionary(report.findings.map { ($0.rule, $0.severity) }, uniquingKeysWith: { first, _ in first })
    #expect(first["local-a"] == .warning)
    #expect(first["local-b"] == nil)
    #expect(first["local-c"] == .note)
    #expect(first["local-d"] == .error)
  }

  @Test func localRulesKnowBothGenerationsAndNamespaces() throws {
    var options = ValidationOptions()
    options.profile = try Self.profile(
      """
      extends: schema
      rules:
      - {id: local-a, path: //did/unittitle, forbidden: true}
      - {id: local-b, path: '//dao/@xlink:href', forbidden: true}
      """)
    let validator = try FindingAidValidator(options: options)
    let roots = [
      "<ead xmlns='http://ead3.archivists.org/schema/'><control/>", "<e:ead xmlns:e='urn:isbn:1-931666-22-9'>", "<ead>",
    ]
    for root in roots {
      let prefix = root.hasPrefix("<e:") ? "e:" : ""
      let xml =
        root + "<P:archdesc level='fonds'><P:did><P:unittitle>x</P:unittitle>".replacing("P:", with: prefix)
        + "<P:dao xmlns:x='http://www.w3.org/1999/xlink' x:href='y'/></P:did></P:archdesc></P:ead>".replacing("P:", with: prefix)
      let rules = validator.validate(bytes: Array(xml.utf8), name: "a.xml").findings.map(\.rule)
      #expect(rules.filter { $0.hasPrefix("local-") } == ["local-a", "local-b"], "\(root)")
    }
  }

  /// What is required of the whole description must not cut off the texts within it.
  @Test func longDocumentsAreReadToTheirEnd() throws {
    var body = "<archdesc level=\"fonds\"><did><unittitle>x</unittitle></did><dsc>\n"
    for number in 0..<3000 {
      let title = String(repeating: "t", count: 200)
      body += "<c level=\"file\"><did><unitid>A\(number)</unitid><unittitle>\(title)</unittitle></did></c>\n"
    }
    body += "<c level=\"file\"><did><unitid>B</unitid></did></c></dsc></archdesc>"
    var options = ValidationOptions()
    options.profile = try Self.profile(
      """
      extends: schema
      rules:
      - {id: local-a, path: /ead/archdesc/odd, required: true}
      - {id: local-b, path: //unitid, pattern: 'A[0-9]+'}
      """)
    let xml = "<ead><eadheader><eadid>x</eadid></eadheader>" + body + "</ead>"
    let report = try FindingAidValidator(options: options).validate(bytes: Array(xml.utf8), name: "a.xml")
    #expect(report.countByRule["local-a"] == 1)
    #expect(report.countByRule["local-b"] == 1)
  }

  // MARK: What AtoM would do

  private static func atomFindings(_ xml: String) throws -> [String] {
    var options = ValidationOptions()
    options.profile = .atom
    return try FindingAidValidator(options: options).validate(bytes: Array(xml.utf8), name: "a.xml").findings.map(\.rule)
  }

  /// Root elements as they were tried on AtoM, and whether it imported the descriptions.
  @Test(arguments: [
    ("<ead>", true),
    ("<ead xmlns=\"urn:isbn:1-931666-22-9\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">", true),
    ("<ead xmlns=\"urn:isbn:1-931666-22-9\">", false),
    ("<ead xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns=\"urn:isbn:1-931666-22-9\">", false),
    ("<ead\n xmlns=\"urn:isbn:1-931666-22-9\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">", false),
    ("<ead xmlns=\"urn:isbn:1-931666-22-9\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"\n id=\"a\">", false),
    ("<ead xmlns='urn:isbn:1-931666-22-9' id='a'>", false),
    ("<ead id=\"a > b\" xmlns=\"urn:isbn:1-931666-22-9\" audience=\"external\">", true),
    ("<ead:ead xmlns:ead=\"urn:isbn:1-931666-22-9\">", false),
  ])
  func rootElements(_ root: String, _ isImported: Bool) throws {
    let prefix = root.hasPrefix("<ead:") ? "ead:" : ""
    let rest =
      "<P:eadheader><P:eadid>x</P:eadid></P:eadheader><P:archdesc level=\"fonds\"><P:did><P:unittitle>x</P:unittitle></P:did>"
      + "</P:archdesc></P:ead>"
    let rules = try Self.atomFindings(root + rest.replacing("P:", with: prefix))
    #expect(rules.contains("atom-namespace") == !isImported)
  }

  /// AtoM's own answers to the probes: what it lost there is found, and in the number in which it was lost.
  @Test(arguments: [
    ("p2_repeated", ["atom-repeated": 17, "atom-abstract": 1, "atom-location": 2, "atom-language-repeated": 0]),
    ("p3c_bioghist", ["atom-bioghist-chronlist": 1, "atom-bioghist-creator": 0]),
    ("p4_dates", ["atom-date-dropped": 5, "atom-date-misread": 2, "atom-date-in-title": 1, "atom-event-type": 1]),
    ("p7_containers", ["atom-container-type": 2, "atom-container-nested": 1, "atom-location": 1]),
    ("p8_odd", ["atom-odd-type": 2, "atom-title-type": 0, "atom-element-dropped": 0, "atom-control-term": 0]),
    ("p11_dao", ["atom-digital-object": 3, "atom-link-prefix": 1, "atom-download": 1]),
    ("p13_origination", ["atom-origination": 1]),
    (
      "p1_every_element",
      [
        "atom-access-point-place": 2, "atom-access-point-id": 2, "atom-access-point-kind": 4, "atom-descgrp": 4,
        "atom-repeated": 11, "atom-dsc-text": 1, "atom-extent-glued": 1, "atom-language-note": 1, "atom-header-dropped": 7,
      ]
    ),
  ])
  func probes(_ name: String, _ expected: [String: Int]) throws {
    guard let file = TestData.shared("atom/ead-probes/\(name)/input.xml") else { return }
    var options = ValidationOptions()
    options.profile = .atom
    let report = try FindingAidValidator(options: options).validate(file.path)
    for (rule, count) in expected { #expect(report.countByRule[rule, default: 0] == count, "\(rule)") }
  }

  /// AtoM would look for levels in the language of the finding aid; without one only what it has in no language is new.
  @Test(arguments: [
    ("<language langcode=\"eng\">x</language>", 1), ("<language langcode=\"fre\">x</language>", 2), ("", 1),
  ])
  func levelsInTheLanguageOfTheFile(_ language: String, _ count: Int) throws {
    let xml =
      "<ead><eadheader><eadid>x</eadid><profiledesc><langusage>\(language)</langusage></profiledesc></eadheader>"
      + "<archdesc level=\"fonds\"><did><unittitle>x</unittitle></did><dsc><c level=\"series\"/><c level=\"series\"/>"
      + "<c level=\"otherlevel\" otherlevel=\"shoebox\"/></dsc></archdesc></ead>"
    #expect(try Self.atomFindings(xml).filter { $0 == "atom-level" }.count == count)
  }

  /// An address with `&amp;` is delivered as a copy; its prefix is seen all the same.
  @Test func prefixOfAnAddressWithEntities() throws {
    let xml =
      "<ead xmlns:xlink=\"http://www.w3.org/1999/xlink\"><eadheader><eadid>x</eadid></eadheader><archdesc level=\"fonds\">"
      + "<did><unittitle>x</unittitle><dao xlink:href=\"http://example.org/?a=1&amp;b=2\"/></did></archdesc></ead>"
    let rules = try Self.atomFindings(xml)
    #expect(rules.contains("atom-link-prefix") && !rules.contains("atom-download"))
  }
}
