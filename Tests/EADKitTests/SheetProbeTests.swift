import Foundation
import Testing

@testable import EADKit

/// What AtoM did with each of its probes, and what `check` says before AtoM sees them.
struct SheetProbeTests {
  /// What became of the import: it stopped, it stored something else than the cells said, it stored them, or it imported
  /// nothing at all.
  enum Outcome { case stopped, changed, stored, nothing }

  struct Probe: CustomTestStringConvertible {
    var name: String
    var outcome: Outcome
    /// Errors and warnings, as `row rule column`.
    var says: [String]
    var testDescription: String { name }
  }

  static let table: [Probe] = [
    Probe(name: "altid_mismatch", outcome: .stopped, says: ["3 sheet-alternative-ids-count alternativeIdentifiers"]),
    Probe(name: "altid_nolabels", outcome: .changed, says: ["2 sheet-alternative-ids-unlabelled alternativeIdentifiers"]),
    Probe(name: "aps", outcome: .changed, says: ["2 sheet-list-blank genreAccessPoints"]),
    Probe(name: "backslash_mid", outcome: .changed, says: ["3 sheet-backslash-quote scopeAndContent"]),
    Probe(name: "blank_rows", outcome: .stored, says: []),
    Probe(name: "bom", outcome: .stored, says: []),
    // Stored, but AtoM's XML exports of such a record are not well-formed.
    Probe(
      name: "control_chars", outcome: .changed,
      says: ["2 sheet-control-character scopeAndContent"]),
    Probe(
      name: "copyright", outcome: .stopped,
      says: [
        "2 sheet-column-aborts copyrightStatus", "2 sheet-column-aborts copyrightHolder", "2 sheet-column-aborts copyrightExpires",
      ]),
    Probe(name: "cr", outcome: .nothing, says: ["- sheet-line-ends"]),
    Probe(name: "culture_bad", outcome: .changed, says: ["2 sheet-culture-invalid culture"]),
    // The level exists in fr_CA alone from now on: in English it is blank.
    Probe(name: "culture_frCA", outcome: .changed, says: ["2 sheet-term-wordless levelOfDescription"]),
    // Nobody said English.
    Probe(name: "culture_missing", outcome: .changed, says: ["- sheet-culture-column culture"]),
    Probe(name: "culture_xx", outcome: .changed, says: ["2 sheet-culture-invalid culture"]),
    Probe(name: "do_missing", outcome: .changed, says: ["6 sheet-object-list digitalObjectPath"]),
    Probe(
      name: "do_noscheme", outcome: .changed,
      says: ["3 sheet-uri-invalid digitalObjectURI", "4 sheet-uri-invalid digitalObjectURI"]),
    Probe(
      name: "dup_legacy_consec_same_culture", outcome: .stopped, says: ["3 sheet-legacyid-same-culture legacyId"]),
    Probe(name: "dup_legacy_nonconsec", outcome: .changed, says: ["4 sheet-legacyid-repeated legacyId"]),
    Probe(name: "emoji", outcome: .stored, says: []),
    Probe(name: "empty_legacy", outcome: .stored, says: []),
    Probe(
      name: "event_dates", outcome: .stopped,
      says: [
        "6 sheet-event-date-lost eventStartDates", "7 sheet-event-date-lost eventStartDates",
        "8 sheet-event-date-guessed eventStartDates", "9 sheet-event-date-today eventStartDates",
        "10 sheet-event-date-today eventStartDates", "11 sheet-event-date-aborts eventStartDates",
        // Not imported any more; AtoM leaves them to PHP's guess.
        "12 sheet-event-date-guessed eventStartDates", "14 sheet-event-date-guessed eventStartDates",
        "15 sheet-event-date-guessed eventStartDates", "16 sheet-event-date-guessed eventStartDates",
        "17 sheet-event-date-guessed eventStartDates",
      ]),
    Probe(
      name: "event_nl", outcome: .changed,
      says: ["2 sheet-term-culture levelOfDescription", "2 sheet-term-culture eventTypes"]),
    Probe(
      name: "header_case", outcome: .changed,
      says: ["- sheet-column-misspelt legacyId", "- sheet-column-misspelt title"]),
    Probe(name: "header_only", outcome: .nothing, says: []),
    Probe(
      name: "header_space", outcome: .changed,
      says: ["- sheet-column-misspelt title", "- sheet-column-misspelt culture"]),
    Probe(name: "lang_bad", outcome: .stopped, says: ["3 sheet-language-invalid language"]),
    Probe(name: "lang_case", outcome: .stopped, says: ["2 sheet-language-space language"]),
    Probe(name: "lang_space", outcome: .stopped, says: ["2 sheet-language-space language"]),
    Probe(
      name: "levels", outcome: .changed,
      says: ["5 sheet-term-culture levelOfDescription", "9 sheet-level-ignored levelOfDescription"]),
    Probe(
      name: "levels_fr", outcome: .changed,
      says: ["7 sheet-term-culture levelOfDescription", "8 sheet-term-culture levelOfDescription"]),
    Probe(name: "lf", outcome: .stored, says: []),
    Probe(name: "long_multi_unquoted", outcome: .stopped, says: ["2 sheet-record-torn"]),
    Probe(
      name: "long_row", outcome: .stopped,
      says: [
        "2 sheet-field-length scopeAndContent", "3 sheet-field-length scopeAndContent", "3 sheet-record-torn",
      ]),
    Probe(
      name: "long_title", outcome: .stopped, says: ["2 sheet-field-length title", "2 sheet-field-length identifier"]),
    Probe(name: "no_legacy_col", outcome: .stored, says: []),
    Probe(name: "no_title", outcome: .stored, says: []),
    // NULL became an archivist's note.
    Probe(name: "notes", outcome: .changed, says: ["2 sheet-null-literal archivistNote"]),
    Probe(
      name: "parent_internal_id", outcome: .changed,
      says: ["3 sheet-parent-internal parentId", "4 sheet-parent-internal parentId", "5 sheet-parent-internal parentId"]),
    Probe(name: "parentslug", outcome: .stopped, says: ["4 sheet-parent-slug-unknown qubitParentSlug"]),
    Probe(name: "phys_full", outcome: .stored, says: []),
    Probe(
      name: "pipe_in_text", outcome: .changed,
      says: ["2 sheet-pipe-text identifier", "2 sheet-pipe-text title", "2 sheet-pipe-text scopeAndContent"]),
    Probe(
      name: "pubstatus", outcome: .changed,
      says: ["5 sheet-status-invalid publicationStatus", "8 sheet-status-invalid publicationStatus"]),
    Probe(name: "quote_style", outcome: .changed, says: ["2 sheet-row-surplus"]),
    Probe(name: "sameasparent", outcome: .changed, says: ["2 sheet-parent-itself parentId"]),
    Probe(name: "script_bad", outcome: .stopped, says: ["2 sheet-script-invalid script"]),
    Probe(name: "semicolon", outcome: .changed, says: ["- sheet-delimiter"]),
    Probe(name: "tab", outcome: .changed, says: ["- sheet-delimiter"]),
    Probe(name: "term_comma_hier", outcome: .stored, says: []),
    Probe(name: "translation_row", outcome: .stored, says: []),
    Probe(
      name: "zero_values", outcome: .changed,
      says: ["2 sheet-zero identifier", "2 sheet-zero title", "2 sheet-zero scopeAndContent"]),
  ]

  static let folder = TestData.shared("atom/csv-probes")
  static let probes = folder == nil ? [] : table

  @Test("probe", arguments: probes) func saysWhatAtoMDoes(_ probe: Probe) throws {
    let folder = try #require(Self.folder).appendingPathComponent(probe.name)
    let bytes = Array(try Data(contentsOf: folder.appendingPathComponent("input.csv")))
    var options = SheetCheckOptions()
    // The probes were imported into an AtoM without any description.
    let none = FileManager.default.temporaryDirectory.appendingPathComponent("no-slugs-" + UUID().uuidString)
    try Data().write(to: none)
    defer { try? FileManager.default.removeItem(at: none) }
    options.slugs = [none.path]
    let findings = try SheetCheckerTestSupport.findings(bytes: bytes, options: options, name: "\(probe.name).csv")
    #expect(SheetCheckerTestSupport.serious(findings).sorted() == probe.says.sorted(), "\(findings.map { $0.line() })")
    switch probe.outcome {
    case .stopped: #expect(findings.contains { $0.severity == .error })
    case .changed, .nothing: #expect(!findings.isEmpty)
    case .stored: #expect(!findings.contains { $0.severity > .note })
    }
    // The table says what the recorded import says.
    let log = try String(contentsOf: folder.appendingPathComponent("import.txt"), encoding: .utf8)
    #expect(log.contains("rc=1") == (probe.outcome == .stopped))
  }

  @Test func everyProbeIsInTheTable() throws {
    guard let folder = Self.folder else { return }
    let names = try TestData.folders(below: folder).map(\.lastPathComponent)
    #expect(names == Self.table.map(\.name).sorted())
  }

  /// Data that were broken before AtoM exported them.
  static let brokenExports: [String: Set<String>] = [
    "notes": ["sheet-null-literal"], "control_chars": ["sheet-control-character"], "culture_bad": ["sheet-culture-invalid"],
    "culture_xx": ["sheet-culture-invalid"], "quote_style": ["sheet-culture-invalid"],
    // An authority record without a name, a cell of 60,000 bytes: AtoM stored them so.
    "p1_every_element": ["sheet-event-history-nameless"], "p3_markup": ["sheet-event-history-nameless"],
    "long_multi_unquoted": ["sheet-record-torn"],
    // AtoM's export writes terms in English: imported again, they would fork.
    "event_nl": ["sheet-term-culture"], "levels": ["sheet-term-culture"], "levels_fr": ["sheet-term-culture"],
  ]

  @Test func exportsOfAtoMAreNotBlamed() throws {
    guard let shared = TestData.shared("atom") else { return }
    for file in TestData.files(below: shared, endings: ["exported.csv", "atom-isad.csv", "atom-rad.csv"]) {
      let probe = file.deletingLastPathComponent().lastPathComponent
      let bytes = Array(try Data(contentsOf: file))
      let found = try SheetCheckerTestSupport.findings(bytes: bytes, name: "\(probe).csv").filter { $0.severity > .note }
        .filter { Self.brokenExports[probe]?.contains($0.rule) != true }
      #expect(found.map { $0.line() } == [], "\(probe) \(file.lastPathComponent)")
    }
  }

  /// AtoM's templates: every column of the table, by its place in it.
  @Test func templatesAreNotBlamed() throws {
    for type in SheetType.allCases {
      let names = SheetColumns.of(type).all.filter(\.isInTemplate).map(\.name)
      let found = try SheetCheckerTestSupport.findings(names.joined(separator: ",") + "\n").filter { $0.severity > .note }
      #expect(found.map { $0.line() } == [], "\(type)")
      let bytes = Array(names.joined(separator: ",").utf8) + [0x0A]
      let reports = try SheetCheckerTestSupport.reports(files: [("t.csv", bytes)], options: SheetCheckOptions())
      #expect(reports.first?.identifier == type.rawValue)
    }
  }

  /// The table of columns holds AtoM's own lists, in their order.
  @Test func columnsAreThoseOfAtoM() throws {
    guard let url = TestData.shared("atom/columns.json") else { return }
    let json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    let templates = try #require(json["import_templates"] as? [String: [String]])
    let exports = try #require(json["export_headers"] as? [String: [String]])
    for (name, columns) in templates.merging(exports.map { ($0.key + " export", $0.value) }, uniquingKeysWith: { $1 }) {
      let type = try #require(SheetType.recognised(columns))
      for column in columns { #expect(SheetColumns.of(type).byName[column] != nil, "\(name) \(column)") }
    }
  }
}
