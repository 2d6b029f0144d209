import Foundation
import Testing

@testable import EADKit

/// Every rule on finding aids whose lines say themselves what is to be found: `Fixtures/rules/<rule>[.variant].xml`, where a
/// line ends with `<!-- ! -->` for one finding of that rule, `<!-- !2 -->` for two. All other lines must have none.
struct RuleFixtureTests {
  /// A schema that says nothing: what a schema refuses already, a rule need not say again.
  private static func anything() throws -> CompiledSchema {
    let schema = """
      <grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><ref name="any"/></start><define name="any"><element>
      <anyName/><zeroOrMore><choice><attribute><anyName/></attribute><text/><ref name="any"/></choice></zeroOrMore></element>
      </define></grammar>
      """
    let grammar = try Array(schema.utf8).withUnsafeBufferPointer {
      try RelaxNG.load(bytes: $0, name: "anything.rng", source: LocalSchemaSource())
    }
    return try CompiledSchema(grammar, id: "anything.rng")
  }

  /// Rules that one document cannot break.
  static let rulesOfBatches: Set<String> = ["id-duplicate-eadid"]

  static let fixtures = TestData.files(below: TestData.fixtures.appendingPathComponent("rules"), endings: [".xml"])

  static func rule(of file: URL) -> String { String(file.lastPathComponent.prefix { $0 != "." }) }

  /// Findings wanted, by line.
  static func wanted(in document: some Collection<UInt8>) -> [Int: Int] {
    var wanted: [Int: Int] = [:]
    for (at, line) in document.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      guard let match = String(decoding: line, as: UTF8.self).firstMatch(of: #/<!-- !([0-9]*) -->\s*$/#) else { continue }
      wanted[at + 1] = match.1.isEmpty ? 1 : Int(match.1)
    }
    return wanted
  }

  @Test func markersAreRead() {
    let text = "<a>\n<b/> <!-- ! -->\r\n<c/><!-- note -->\n<d/> <!-- !12 --> \n<!-- ! --> <e/>"
    #expect(Self.wanted(in: text.utf8) == [2: 1, 4: 12])
  }

  @Test(arguments: fixtures) func everyMarkedLineIsFoundAndNoOther(_ file: URL) throws {
    let rule = Self.rule(of: file)
    #expect(RuleCatalog.all.contains { $0.descriptor.id == rule }, "there is no rule \(rule)")
    var options = ValidationOptions()
    options.profile = .everything
    options.maxFindings = 100_000
    let data = try Data(contentsOf: file)
    let validator = FindingAidValidator(options: options, ownSchema: try Self.anything())
    let report = validator.validate(bytes: [UInt8](data), name: file.lastPathComponent)
    #expect(report.verdict != .unreadable, "\(report.findings.map { $0.line() })")
    let found = Dictionary(grouping: report.findings.filter { $0.rule == rule }, by: \.line)
    let wanted = Self.wanted(in: data)
    for line in Set(wanted.keys).union(found.keys).sorted() {
      #expect(
        wanted[line, default: 0] == found[line, default: []].count,
        "\(file.lastPathComponent):\(line): \(report.findings.filter { $0.line == line }.map { $0.line() })")
    }
    for finding in report.findings where finding.rule == rule {
      for language in MessageLanguage.allCases {
        let message = finding.message(language)
        // Without a sentence the key itself would stand here.
        #expect(message.firstMatch(of: #/\{[0-9]\}/#) == nil && !message.hasPrefix(rule), "a sentence with a gap: \(message)")
      }
    }
  }

  @Test func everyRuleHasAFixtureASentenceAndPages() throws {
    var marked: Set<String> = []
    for file in Self.fixtures where !Self.wanted(in: try Data(contentsOf: file)).isEmpty {
      marked.insert(Self.rule(of: file))
    }
    #expect(RuleCatalog.all.count > 30)
    let ids = RuleCatalog.all.map { $0.descriptor.id }
    #expect(Set(ids).count == ids.count, "two rules have one id")
    for id in ids {
      #expect(marked.contains(id) != Self.rulesOfBatches.contains(id), "\(id): no fixture, or one too many")
      #expect(MessageCatalog.contains(id), "\(id): no sentence")
      for language in MessageLanguage.allCases { #expect(RulePages.page(id, language) != nil, "\(id): no page, \(language)") }
      // A page that is missing in French comes in English.
      #expect(RulePages.page(id, .english) != RulePages.page(id, .french), "\(id): no French page")
    }
  }

  @Test func everyPageSaysWhyShowsBadAndGoodAndHowToFix() throws {
    for rule in RulesA.all {
      let id = rule.descriptor.id
      for (language, headings) in [
        (MessageLanguage.english, ["## Bad", "## Good", "## How to fix"]),
        (.french, ["## Mauvais", "## Bon", "## Comment corriger"]),
      ] {
        let page = try #require(RulePages.page(id, language))
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.filter { $0.hasPrefix("## ") } == headings, "\(id), \(language)")
        let blocks = lines.filter { $0.hasPrefix("```") }.count
        #expect(blocks == 4, "\(id), \(language): two examples")
        let why = lines.dropFirst().prefix { !$0.hasPrefix("## ") }.joined()
        #expect(why.count > 100, "\(id), \(language): no reason")
      }
    }
  }
}

/// What rules for dates, codes and links know, apart from any document.
struct RuleValueTests {
  private func reading(_ value: String, isSingle: Bool = false, isJulian: Bool = false) -> DateReading {
    Array(value.utf8).withUnsafeBufferPointer { DateReading($0, isSingle: isSingle, isJulian: isJulian) }
  }

  private func isPlain(_ value: String, isSingle: Bool = false) -> Bool {
    Array(value.utf8).withUnsafeBufferPointer { DateReading.isPlain($0, isSingle: isSingle) }
  }

  /// The short way for plain dates never lets a mistake pass.
  @Test func plainDatesAreInOrder() {
    let digits = Array("0123456789-/ ".utf8)
    var random = SeededRandom(seed: 7)
    var plain = 0
    let models = ["1900", "1900/1910", "1900-02-28", "1900-02-28/1901-12-31"]
    for round in 0..<200_000 {
      var bytes = Array(models[round % 4].utf8)
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = digits.randomElement(using: &random) ?? 0x30
      }
      let value = String(decoding: bytes, as: UTF8.self)
      guard isPlain(value) else { continue }
      plain += 1
      let reading = reading(value)
      #expect(reading.form == .date && !reading.isImpossible && !reading.isReversed, "\(value)")
    }
    #expect(plain > 20_000)
    #expect(!isPlain("1900/1910", isSingle: true) && isPlain("1900", isSingle: true))
  }

  @Test(arguments: [
    ("1900-02-29", false, true), ("1904-02-29", false, false), ("2000-02-29", false, false), ("1500-02-29", false, false),
    ("1583-02-29", false, true), ("1900-02-29", true, false), ("1900-02-30", true, true), ("1945-13", false, true),
    ("1900-00", false, true), ("1900-12-31", false, false), ("19000431", false, true),
  ]) func daysOfTheCalendar(_ value: String, _ isJulian: Bool, _ isImpossible: Bool) {
    #expect(reading(value, isJulian: isJulian).isImpossible == isImpossible, "\(value)")
  }

  @Test func whatIsMeantByBadDates() {
    func meant(_ value: String, isSingle: Bool = false) -> String? {
      Array(value.utf8).withUnsafeBufferPointer { DateSuggestion.date(for: $0, isSingle: isSingle)?.value }
    }
    #expect(meant("14/07/1789") == "1789-07-14")
    #expect(meant("14.7.1789") == "1789-07-14")
    #expect(meant("07/1789") == "1789-07")
    #expect(meant("194505/194512") == "1945-05/1945-12")
    #expect(meant("1924-1-1/1947-12-31") == "1924-01-01/1947-12-31")
    #expect(meant("1945-05-08T00:00:00Z") == "1945-05-08")
    #expect(meant("1920s") == "1920/1929")
    #expect(meant("vers 1945") == "1945")
    #expect(meant("[1914 ou 1918]") == "1914/1918")
    #expect(meant("1914/1918", isSingle: true) == nil)
    #expect(meant("31/02/1945") == nil)
    #expect(meant("s.d.") == nil)
    #expect(meant("1914, 1916, 1918 n.d.") == nil)
    #expect(meant(String(repeating: "9", count: 100_000)) == nil)
  }

  @Test(arguments: [
    (23316, "1963-11-01"), (61, "1900-03-01"), (10_000, "1927-05-18"), (36_526, "2000-01-01"), (36_585, "2000-02-29"),
    (38_657, "2005-11-01"), (99_999, "2173-10-13"),
  ]) func daysOfSpreadsheets(_ number: Int, _ day: String) {
    #expect(DateSerialNumber.day(number) == day)
  }

  @Test(arguments: [
    ("US-DLC", true), ("DE-1", true), ("O-1", true), ("OCLC-1", true), ("ZDB-A:b/9-c", true), ("GB-12345678901", true),
    ("us-dlc", false), ("UK-1", false), ("GB-123456789012", false), ("US-", false), ("-1", false), ("USDLC", false),
    ("US-D C", false), ("US-é", false), ("ABCDE-1", false), ("1-2", false), ("", false),
  ]) func formOfAgencyCodes(_ code: String, _ isISIL: Bool) {
    #expect(Array(code.utf8).withUnsafeBufferPointer { CodeAgency.isISIL($0) } == isISIL, "\(code)")
  }

  @Test func tablesOfCodes() {
    func contains(_ code: String, _ list: LanguageCodes.List) -> Bool {
      Array(code.utf8).withUnsafeBufferPointer { LanguageCodes.contains($0, in: list) }
    }
    let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(Unicode.Scalar($0)) }
    let three = letters.flatMap { a in letters.flatMap { b in letters.map { a + b + $0 } } }
    let two = letters.flatMap { a in letters.map { a + $0 } }
    // ISO 639-1: 183 languages, with one or two that were withdrawn; the others with the 520 codes for local use.
    #expect((183...186).contains(two.filter { contains($0, .part1) }.count))
    #expect((484...488).contains(three.filter { contains($0, .part2B) }.count - 520))
    #expect(three.filter { contains($0, .part2) }.count - three.filter { contains($0, .part2B) }.count == 20)
    #expect((7_850...8_000).contains(three.filter { contains($0, .part3) }.count - 520))
    #expect(two.filter { CountryCodes.contains($0.uppercased().utf8) }.count == 249)
    #expect(contains("fre", .part2B) && !contains("fra", .part2B) && contains("fra", .part3))
    #expect(!contains("fr", .part2B) && !contains("FRE", .part2B) && !contains("fré", .part2B))
    #expect(contains("anything", .other))
    for script in AtoMTerms.scripts.values {
      #expect(Array(script.utf8).withUnsafeBufferPointer { ScriptCodes.contains($0) }, "\(script)")
    }
  }

  @Test func addressesOfTheWeb() {
    func isGood(_ address: String) -> Bool { Array(address.utf8).withUnsafeBufferPointer { WebAddress.isGood($0) } }
    func repaired(_ address: String) -> String { Array(address.utf8).withUnsafeBufferPointer { WebAddress.repaired($0) } }
    for address in [
      "http:/a.org", "https//a.org/b c", "http://https://a.org", "www.a.org", "hhtp:\\\\a.org\\b", "https://a.org/%zz",
    ] {
      #expect(!isGood(address), "\(address)")
      #expect(isGood(repaired(address)), "\(address): \(repaired(address))")
    }
    #expect(repaired("http://https://a.org/x") == "https://a.org/x")
    // Nothing hangs or grows, whatever stands there.
    #expect(repaired(String(repeating: "http:", count: 50_000)).utf8.count < 1_000)
    #expect(!isGood("https://" + String(repeating: "%", count: 100_000)))
  }
}
