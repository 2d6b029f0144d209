import Foundation
import Testing

@testable import EADKit

/// AtoM's rules for a CSV: each is broken once, and AtoM's own probes are judged as AtoM behaved.
struct AtoMCSVCheckTests {
  private func rules(_ text: String) -> Set<String> {
    Set(AtoMCSVCheck.findings(in: Array(text.utf8), file: "x.csv").map(\.rule))
  }

  private static let good = "\"legacyId\",\"parentId\",\"title\",\"culture\"\n\"a\",\"\",\"A\",\"en\"\n\"b\",\"a\",\"B\",\"en\"\n"

  @Test func aGoodFileHasNoFindings() { #expect(rules(Self.good).isEmpty) }

  @Test(
    "broken",
    arguments: [
      ("csv-parent-not-earlier", "legacyId,parentId,title,culture\nb,a,B,en\na,,A,en\n"),
      ("csv-duplicate-legacyid", "legacyId,parentId,title,culture\na,,A,en\na,,B,en\n"),
      ("csv-numeric-legacyid", "legacyId,title,culture\n12,A,en\n"),
      ("csv-no-legacyid", "legacyId,title,culture\n,A,en\n"),
      ("csv-two-parents", "legacyId,parentId,qubitParentSlug,title,culture\na,,,A,en\nb,a,s,B,en\n"),
      ("csv-no-title", "legacyId,title,culture\na,,en\n"),
      ("csv-culture", "legacyId,title,culture\na,A,english\n"),
      ("csv-language", "legacyId,title,language,culture\na,A,en | fr,en\n"),
      ("csv-script", "legacyId,title,script,culture\na,A,Roman,en\n"),
      ("csv-publication-status", "legacyId,title,publicationStatus,culture\na,A,Published,fr\n"),
      ("csv-new-term", "legacyId,title,levelOfDescription,culture\na,A,Fonds,nl\n"),
      ("csv-list-lengths", "legacyId,title,alternativeIdentifiers,alternativeIdentifierLabels,culture\na,A,1|2,x,en\n"),
      (
        "csv-date",
        "legacyId,title,eventTypes,eventDates,eventStartDates,eventEndDates,eventActors,eventActorHistories,culture\na,A,Creation,x,c. 1900,NULL,NULL,NULL,en\n"
      ),
      ("csv-pipe", "legacyId,title,culture\na,one|two,en\n"),
      ("csv-blank-member", "legacyId,title,subjectAccessPoints,culture\na,A,Maps|,en\n"),
      ("csv-zero", "legacyId,identifier,title,culture\na,0,A,en\n"),
      ("csv-control", "legacyId,title,culture\na,A\u{1}B,en\n"),
      ("csv-null", "legacyId,title,culture\na,NULL,en\n"),
      ("csv-width", "legacyId,title,culture\na,A\n"),
      ("csv-unknown-column", "legacyId,title,culture,Titel\na,A,en,x\n"),
      ("csv-duplicate-column", "legacyId,title,title,culture\na,A,B,en\n"),
      ("csv-backslash-quote", "legacyId,title,culture\n\"a\",\"C:\\dir\\\",\"en\"\n"),
      ("csv-carriage-returns", "legacyId,title,culture\ra,A,en\r"),
      ("csv-bom", "\u{FEFF}legacyId,title,culture\na,A,en\n"),
      ("csv-empty", ""),
    ]) func broken(_ rule: String, _ text: String)
  {
    let found = rules(text)
    #expect(found.contains(rule), "found: \(found.sorted())")
  }

  @Test func translationsAreNoDuplicates() {
    let head = "legacyId,parentId,title,culture\n"
    #expect(rules(head + "a,,A,en\na,,A (fr),fr\nb,a,B,en\nb,a,,fr\n").isEmpty)
    #expect(rules(head + "a,,A,en\na,,B,fr\na,,C,fr\n").contains("csv-duplicate-legacyid"))
    #expect(rules(head + "a,,A,en\nb,,B,en\na,,C,fr\n").contains("csv-duplicate-legacyid"))
  }

  @Test func tooLong() {
    let title = String(repeating: "é", count: 513)
    #expect(rules("legacyId,title,culture\na,\(title),en\n").contains("csv-too-long"))
    #expect(!rules("legacyId,title,culture\na,\(title.dropLast()),en\n").contains("csv-too-long"))
  }

  @Test func longLines() {
    // Unquoted, the row is cut between cells or inside one: both are two rows for AtoM.
    let text = String(repeating: "x", count: 70_000)
    #expect(rules("legacyId,title,scopeAndContent,culture\na,A,\(text),en\n").contains("csv-long-line"))
    #expect(!rules("legacyId,title,scopeAndContent,culture\na,A,\"\(text)\",en\n").contains("csv-long-line"))
  }

  @Test func notUTF8() {
    let bytes = Array("legacyId,title,culture\na,caf".utf8) + [0xE9] + Array(",en\n".utf8)
    #expect(AtoMCSVCheck.findings(in: bytes, file: "x").contains { $0.rule == "csv-not-utf8" })
    #expect(AtoMCSVCheck.findings(in: [0xFF, 0xFE, 0x61, 0], file: "x").contains { $0.rule == "csv-utf16" })
  }

  /// What AtoM did with its probes: the files it spoilt have a finding, those it took as they are have none.
  @Test func probes() throws {
    guard let folder = TestData.shared("atom/csv-probes") else { return }
    let spoilt: [String: String] = [
      "altid_mismatch": "csv-list-lengths", "altid_nolabels": "csv-list-lengths", "cr": "csv-carriage-returns",
      "culture_bad": "csv-culture", "culture_xx": "csv-culture", "lang_bad": "csv-language", "lang_space": "csv-language",
      "script_bad": "csv-script", "pipe_in_text": "csv-pipe", "zero_values": "csv-zero", "long_row": "csv-too-long",
      "long_title": "csv-too-long", "event_dates": "csv-date", "control_chars": "csv-control",
      "dup_legacy_nonconsec": "csv-duplicate-legacyid", "event_nl": "csv-new-term",
    ]
    for (probe, rule) in spoilt.sorted(by: { $0.key < $1.key }) {
      let input = folder.appendingPathComponent(probe).appendingPathComponent("input.csv")
      guard let data = try? Data(contentsOf: input) else { continue }
      let found = Set(AtoMCSVCheck.findings(in: Array(data), file: probe).map(\.rule))
      #expect(found.contains(rule), "\(probe): \(found.sorted())")
    }
    for probe in ["lf", "emoji", "levels"] {
      let input = folder.appendingPathComponent(probe).appendingPathComponent("input.csv")
      guard let data = try? Data(contentsOf: input) else { continue }
      let found = AtoMCSVCheck.findings(in: Array(data), file: probe).filter { $0.severity == .error }
      #expect(found.isEmpty, "\(probe): \(found.map { $0.line() })")
    }
  }
}
