import Testing

@testable import EADKit

/// What stands in the cells: pipes, NULL, 0, control characters, damaged letters, a spreadsheet's errors.
struct SheetTextTests {
  private static let rules: Set<String> = [
    "sheet-null-literal", "sheet-zero", "sheet-pipe-text", "sheet-list-blank", "sheet-list-pipe", "sheet-control-character",
    "sheet-replacement-character", "sheet-mojibake", "sheet-spreadsheet-error",
  ]

  private func findings(_ csv: String, _ type: SheetType? = nil) throws -> [Finding] {
    var options = SheetCheckOptions()
    options.type = type
    return try SheetCheckerTestSupport.findings(csv, options: options).filter { Self.rules.contains($0.rule) }
  }

  /// One row of descriptions with one value in one column.
  private func found(_ column: String, _ value: String) throws -> [String] {
    let quoted = "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    let title = column == "title" ? "" : "title,"
    return try findings(
      "legacyId,\(title)\(column),culture\n\"a\",\(column == "title" ? "" : "\"A\",")\(quoted),\"en\"\n", .description
    ).map(SheetCheckerTestSupport.brief)
  }

  @Test(
    "right",
    arguments: [
      ("title", "Town council, minutes"),
      ("scopeAndContent", "Deux lignes\nau long cours, \u{E9}t\u{E9}, na\u{EF}ve, \u{152}uvre\u{A0}: \u{AB} x \u{BB}"),
      ("scopeAndContent", "\u{391}\u{3C1}\u{3C7}\u{3B5}\u{3AF}\u{3BF}"), ("title", "\u{6587}\u{66F8} \u{1F600}"),
      ("scopeAndContent", "\u{410}\u{440}\u{445}\u{438}\u{432} \u{433}\u{43E}\u{440}\u{43E}\u{434}\u{430}"),
      ("title", "00"), ("identifier", "10"), ("identifier", "1E5"), ("identifier", "12.5"), ("title", "Null"),
      ("title", "NULLITY"),
      ("title", "# 12"), ("title", "#12"), ("title", "Error"), ("scopeAndContent", "tab\there"),
      ("subjectAccessPoints", "Dogs|Cats"), ("subjectAccessPoints", "Dogs -- France|Cats"), ("generalNote", "a||b"),
      ("generalNote", "one|y compris les plans"), ("nameAccessPoints", "Ann|Bob||Ann"), ("eventActors", "Ann|NULL"),
      ("eventDates", "NULL"), ("nameAccessPoints", "Bob|A. Smith"), ("publicationStatus", "Draft"),
      ("scopeAndContent", "The pound sign \u{A3}5, \u{C5}ngstr\u{F6}m, \u{C2}ge, \u{C3} and \u{201C}\u{E2}\u{201D}"),
    ]) func right(_ column: String, _ value: String) throws
  {
    #expect(try found(column, value) == [])
  }

  @Test(
    "wrong",
    arguments: [
      ("sheet-null-literal", "title", "NULL"), ("sheet-null-literal", "repository", "NULL"),
      ("sheet-null-literal", "levelOfDescription", "NULL"), ("sheet-null-literal", "archivistNote", "NULL"),
      ("sheet-null-literal", "generalNote", "a|NULL|b"), ("sheet-null-literal", "subjectAccessPoints", "Dogs| NULL "),
      ("sheet-zero", "identifier", "0"), ("sheet-zero", "title", "0"), ("sheet-zero", "scopeAndContent", " 0 "),
      ("sheet-pipe-text", "title", "T|U"), ("sheet-pipe-text", "identifier", "A|B"),
      ("sheet-pipe-text", "scopeAndContent", "one long text with a pipe at its end |"),
      ("sheet-list-blank", "genreAccessPoints", "Photographs|"), ("sheet-list-blank", "subjectAccessPoints", "Dogs| |Cats"),
      ("sheet-list-blank", "placeAccessPoints", "|Paris"),
      ("sheet-list-pipe", "subjectAccessPoints", "Labor unions |z Vermont"),
      ("sheet-list-pipe", "subjectAccessPoints", "Dogs|Labor unions|x History|y 19th century"),
      ("sheet-list-pipe", "nameAccessPoints", "Smith, John |d 1800-1850"),
      ("sheet-control-character", "title", "T\u{B}ab\u{1}c\u{2}"), ("sheet-control-character", "scopeAndContent", "1234567\u{1F}"),
      ("sheet-control-character", "generalNote", "\u{1}x|\u{2}y"),
      ("sheet-replacement-character", "title", "l\u{FFFD}ve \u{FFFD}"),
      ("sheet-replacement-character", "title", "M\u{EF}\u{BF}\u{BD}con"),
      ("sheet-mojibake", "title", "\u{C3}\u{A9}t\u{C3}\u{A9} \u{E0} M\u{C3}\u{A2}con"),
      ("sheet-mojibake", "scopeAndContent", "L\u{E2}\u{20AC}\u{2122}hiver"),
      ("sheet-mojibake", "scopeAndContent", "It\u{92}s here"), ("sheet-mojibake", "subjectAccessPoints", "S\u{C3}\u{A9}rie|x"),
      ("sheet-spreadsheet-error", "title", "#REF!"), ("sheet-spreadsheet-error", "extentAndMedium", "#N/A"),
      ("sheet-spreadsheet-error", "title", "#NOM?"), ("sheet-spreadsheet-error", "title", "########"),
      ("sheet-spreadsheet-error", "title", "Err:502"), ("sheet-spreadsheet-error", "identifier", "1.23E+11"),
      ("sheet-spreadsheet-error", "identifier", "1,23E+11"), ("sheet-spreadsheet-error", "alternativeIdentifiers", "1.5e-07"),
    ]) func wrong(_ rule: String, _ column: String, _ value: String) throws
  {
    #expect(try found(column, value) == ["2 \(rule) \(column)"])
  }

  /// A number in a text is a number.
  @Test func numbersInTexts() throws {
    #expect(try found("scopeAndContent", "1.23E+11") == [])
    #expect(try found("extentAndMedium", "1.5") == [])
  }

  /// What cannot be read as a code, a date or an address is wrong as that, and as nothing else.
  @Test func oneMistakeOneFinding() throws {
    for column in ["culture", "language", "script", "digitalObjectURI", "eventStartDates", "parentId", "qubitParentSlug"] {
      #expect(try findings("legacyId,title,\(column)\na,A,NULL\nb,B,#REF!\nc,C,\u{C3}\u{A9}\u{1}\n", .description).isEmpty)
    }
  }

  @Test func whatNobodyReadsMayBeAnything() throws {
    #expect(try findings("legacyId,title,slug,myColumn,culture\na,A,#REF!,NULL,en\n", .description).isEmpty)
  }

  /// Several kinds of damage in one cell are several mistakes; one kind is said once.
  @Test func kindsAreToldApart() throws {
    #expect(
      try found("title", "\u{C3}\u{A9}t\u{C3}\u{A9} l\u{FFFD}ve\u{1}\u{2} \u{FFFD}").sorted() == [
        "2 sheet-control-character title", "2 sheet-mojibake title", "2 sheet-replacement-character title",
      ])
  }

  @Test func sentencesNameWhatTheySpeakOf() throws {
    let mojibake = try findings("legacyId,title,culture\na,\u{C3}\u{A9}t\u{C3}\u{A9},en\n")
    #expect(mojibake.first?.message(.english).contains("\u{201C}\u{C3}\u{A9}\u{201D} is probably \u{201C}\u{E9}\u{201D}") == true)
    let control = try findings("legacyId,title,culture\na,A\u{B}\u{1}B,en\n")
    #expect(control.first?.arguments.last == "U+000B")
    let pipe = try findings("legacyId,title,subjectAccessPoints,culture\na,A,Unions |z Vermont,en\n")
    #expect(pipe.first?.arguments == ["Unions |z Vermont", "z Vermont"])
  }

  /// The fast look at eight bytes misses nothing, wherever the byte stands.
  @Test func everyPlace() throws {
    for place in 0..<24 {
      var text = Array(repeating: Character("x"), count: 24)
      text[place] = "|"
      #expect(try found("scopeAndContent", String(text)) == ["2 sheet-pipe-text scopeAndContent"], "\(place)")
      text[place] = "\u{FFFD}"
      #expect(try found("scopeAndContent", String(text)) == ["2 sheet-replacement-character scopeAndContent"], "\(place)")
      if place > 0, place < 23 {
        text[place] = "\u{7}"
        #expect(try found("scopeAndContent", String(text)) == ["2 sheet-control-character scopeAndContent"], "\(place)")
      }
    }
  }

  /// AtoM reads none of these in a row that translates another: that is said once, and nothing else.
  @Test func whatATranslationDoesNotReadDoesNoHarm() throws {
    let head = "legacyId,title,repository,identifier,subjectAccessPoints,generalNote,scopeAndContent,culture\n"
    let main = "a,A,,,,,,en\n"
    func serious(_ row: String) throws -> [String] {
      SheetCheckerTestSupport.serious(try SheetCheckerTestSupport.findings(head + main + row + "\n"))
    }
    #expect(try serious("a,B,NULL,,s|,,,fr") == [])
    let long = String(repeating: "x", count: 70_000)
    let lost = ["3 sheet-translation-column generalNote", "3 sheet-translation-column identifier"]
    #expect(try serious("a,B,,0,,\"\(long)\",,fr").sorted() == lost)
    // Its texts are read.
    #expect(try serious("a,B|C,,,,,0,fr").sorted() == ["3 sheet-pipe-text title", "3 sheet-zero scopeAndContent"])
  }

  @Test func storageKeepsPipesInTexts() throws {
    #expect(try findings("legacyId,name,type,location,culture,descriptionSlugs\n,Box 1,Box,Room 1|2,en,a|b\n").isEmpty)
  }

  @Test func notesOfOccupations() throws {
    let head = "culture,typeOfEntity,authorizedFormOfName,actorOccupations,actorOccupationNotes\n"
    #expect(try findings(head + "en,Person,Ann,Clerk|Mayor,NULL|1900\n").isEmpty)
    #expect(try findings(head + "en,Person,Ann,Clerk|NULL,NULL|1900\n").map(\.rule) == ["sheet-null-literal"])
  }

  @Test func damageIsKnownToOtherThemes() {
    func isDamaged(_ text: String) -> Bool { Array(text.utf8).withUnsafeBufferPointer(SheetTextCheck.isDamaged) }
    for text in ["S\u{C3}\u{A9}rie", "x\u{FFFD}", "a\u{1}", "#N/A", "#####", "It\u{92}s"] { #expect(isDamaged(text), "\(text)") }
    for text in ["S\u{E9}rie", "a|b", "two\nlines", "", "\u{6587}\u{66F8}"] { #expect(!isDamaged(text), "\(text)") }
  }
}
