import Testing

@testable import EADKit

/// Cultures, languages, scripts, countries and lengths: what stops AtoM's import, and what does not.
struct SheetCodeTests {
  private static let rules: Set<String> = [
    "sheet-culture-blank", "sheet-culture-invalid", "sheet-language-invalid", "sheet-language-space", "sheet-script-invalid",
    "sheet-script-space", "sheet-field-length", "sheet-country-unknown",
  ]

  private func findings(_ csv: String, _ type: SheetType? = nil) throws -> [Finding] {
    var options = SheetCheckOptions()
    options.type = type
    return try SheetCheckerTestSupport.findings(csv, options: options).filter { Self.rules.contains($0.rule) }
  }

  private func found(_ csv: String, _ type: SheetType? = nil) throws -> [String] {
    try findings(csv, type).map(SheetCheckerTestSupport.brief)
  }

  private static let head = "legacyId,title,language,script,languageOfDescription,scriptOfDescription,culture\n"

  @Test func rightCodesAreLeftAlone() throws {
    #expect(try found(Self.head + "a,A,fr,Latn,fr,Latn,fr\nb,B,en|fr|grc|mul,Latn|Cyrl,nl,Latn,pt_BR\nc,C,,,,,fr_CA\n") == [])
    // AtoM takes any case.
    #expect(try found(Self.head + "a,A,EN|Fr,LATN,,latn,en\n") == [])
    // Every code AtoM has.
    for culture in AtoMTerms.cultures { #expect(Array(culture.utf8).withUnsafeBufferPointer(SheetCodes.isCulture)) }
  }

  @Test(
    "cultures",
    arguments: [
      ("english", "en"), ("fr-FR", "fr"), ("fre", "fr"), ("FR", "fr"), ("pt-br", "pt_BR"), ("fra", "fr"),
      ("anglais", "en"), ("de-DE", "de"), ("en-US", "en"), ("fr-CA", "fr_CA"), ("fr_FR.UTF-8", "fr"),
    ])
  func culture(_ written: String, _ meant: String) throws {
    let one = try findings("legacyId,title,culture\na,A,\(written)\n")
    #expect(one.map(SheetCheckerTestSupport.brief) == ["2 sheet-culture-invalid culture"])
    #expect(one.first?.cell?.value == written)
    #expect(one.first?.message(.english).contains("\u{201C}\(meant)\u{201D}") == true)
    #expect(Array(written.utf8).withUnsafeBufferPointer(SheetCodes.likelyCulture) == meant)
  }

  @Test("no culture", arguments: ["xx", "zz_ZZ", "?", "fr|en", "quoted'"]) func noCulture(_ written: String) throws {
    #expect(try found("legacyId,title,culture\na,A,\(written)\n") == ["2 sheet-culture-invalid culture"])
    #expect(Array(written.utf8).withUnsafeBufferPointer(SheetCodes.likelyCulture) == nil)
  }

  @Test func blankCulturesAreCounted() throws {
    let all = try findings("legacyId,title,culture\na,A,\nb,B,en\nc,C,\nd,D,\n")
    #expect(all.map(SheetCheckerTestSupport.brief) == ["2 sheet-culture-blank culture"])
    #expect(all.first?.arguments.last == "3")
  }

  @Test(
    "languages",
    arguments: [
      ("eng", "en"), ("fre", "fr"), ("nld", "nl"), ("dut", "nl"), ("French", "fr"), ("fran\u{E7}ais", "fr"),
      ("fr-FR", "fr"), ("fr;en", "fr|en"), ("fr/la", "fr|la"),
    ])
  func language(_ written: String, _ meant: String) throws {
    for column in ["language", "languageOfDescription"] {
      let one = try findings("legacyId,title,\(column),culture\na,A,\(written),en\n")
      #expect(one.map(SheetCheckerTestSupport.brief) == ["2 sheet-language-invalid \(column)"])
      #expect(one.first?.cell?.value == written)
      #expect(one.first?.message(.french).contains("\u{AB} \(meant) \u{BB}") == true)
    }
  }

  @Test func partsOfLists() throws {
    // Two codes that are wrong, one that is right.
    let all = try findings("legacyId,title,language,culture\na,A,eng|fr|fre,en\n")
    #expect(all.map { $0.cell?.value } == ["eng", "fre"])
    // One mistake, however many blanks.
    let spaced = try findings("legacyId,title,language,culture\na,A,en | fr | la,en\nb,B,EN| fr,en\n")
    #expect(spaced.map(SheetCheckerTestSupport.brief) == ["2 sheet-language-space language", "3 sheet-language-space language"])
    #expect(spaced.map { $0.arguments.last } == ["en", "fr"])
    #expect(try found("legacyId,title,language,culture\na,A,en|,en\n") == ["2 sheet-language-invalid language"])
    #expect(try found("legacyId,title,language,culture\na,A,en||fr,en\n") == ["2 sheet-language-invalid language"])
  }

  @Test func scripts() throws {
    let one = try findings("legacyId,title,script,culture\na,A,Latin,en\n")
    #expect(one.map(SheetCheckerTestSupport.brief) == ["2 sheet-script-invalid script"])
    #expect(one.first?.message(.english).contains("\u{201C}Latn\u{201D}") == true)
    #expect(try found("legacyId,title,script,culture\na,A,Latn| Cyrl,en\n") == ["2 sheet-script-space script"])
    #expect(
      try found("legacyId,title,scriptOfDescription,culture\na,A,Roman,en\n") == ["2 sheet-script-invalid scriptOfDescription"])
  }

  @Test func translationsHaveNoCodes() throws {
    #expect(try found("legacyId,title,language,culture\na,A,en,en\na,A,eng,fr\n") == [])
  }

  @Test func countries() throws {
    let head = "legacyId,authorizedFormOfName,country,uploadLimit,culture\n"
    #expect(try found(head + "a,A,FR,,fr\nb,B,France,,fr\nc,C,C\u{F4}te d\u{2019}Ivoire,,fr\nd,D,cote d'ivoire,,fr\n") == [])
    #expect(try found(head + "a,A,United Kingdom,,en\nb,B,Saint Lucia,,en\nc,C,Trinidad and Tobago,,en\nd,D,us,,en\n") == [])
    let one = try findings(head + "a,A,Allemagne,,fr\n")
    #expect(one.map(SheetCheckerTestSupport.brief) == ["2 sheet-country-unknown country"])
    #expect(one.first?.message(.english).contains("\u{201C}DE\u{201D}") == true)
    #expect(
      try found("accessionNumber,acquisitionDate,donorName,donorCountry,culture\n1,,X,Ruritania,en\n")
        == ["2 sheet-country-unknown donorCountry"])
  }

  @Test func lengthsCountCharactersOrBytes() throws {
    func row(_ column: String, _ value: String) throws -> [Finding] {
      let isTitle = column == "title"
      let head = "legacyId,\(isTitle ? "" : "title,")\(column),culture\n"
      return try findings(head + "a,\(isTitle ? "" : "T,")\"\(value)\",en\n")
    }
    let e = "\u{E9}"
    // VARCHAR counts characters.
    #expect(try row("title", String(repeating: e, count: 1024)).isEmpty)
    let long = try row("title", String(repeating: e, count: 1025))
    #expect(long.map(SheetCheckerTestSupport.brief) == ["2 sheet-field-length title"])
    #expect(long.first?.arguments.dropFirst().prefix(2) == ["1025", "1024"])
    // TEXT counts bytes.
    #expect(try row("scopeAndContent", String(repeating: "x", count: 65_535)).isEmpty)
    #expect(try row("scopeAndContent", String(repeating: e, count: 32_767)).isEmpty)
    let text = try row("scopeAndContent", String(repeating: e, count: 32_768))
    #expect(text.map(SheetCheckerTestSupport.brief) == ["2 sheet-field-length scopeAndContent"])
    #expect(text.first?.arguments.dropFirst().prefix(2) == ["65536", "65535"])
    // Each member of a list for itself.
    let name = String(repeating: "n", count: 1000)
    #expect(try row("subjectAccessPoints", "\(name)|\(name)|\(name)").isEmpty)
    #expect(try row("subjectAccessPoints", "\(name)|\(name)\(name)").map(\.rule) == ["sheet-field-length"])
    // Too long for the column is said once.
    #expect(
      try found("legacyId,title,culture\na,A,the language of the town\n") == ["2 sheet-field-length culture"])
  }

  @Test func whatIsNotReadMayBeLong() throws {
    #expect(try found("legacyId,title,slug,culture\na,A,\(String(repeating: "s", count: 3000)),en\n") == [])
  }
}
