import Foundation
import Testing

@testable import EADKit

/// Verdicts beside those of jing and Xerces, over the shared corpus and the shared mutants.
struct VerdictTests {
  private static func rows(_ url: URL) throws -> [[String: String]] {
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: true)
    let names = lines[0].split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    return lines.dropFirst().map { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(uniqueKeysWithValues: zip(names, cells + Array(repeating: "", count: max(0, names.count - cells.count))))
    }
  }

  private static func schemaOnly() throws -> FindingAidValidator {
    var options = ValidationOptions()
    options.profile = .schema
    return try FindingAidValidator(options: options)
  }

  private static func firstError(_ report: FileReport) -> Finding? { report.findings.first { $0.severity == .error } }

  // MARK: Corpus

  /// Files whose first error we place on another line than jing, and why that is no worse.
  private static func isBetterPlaced(_ finding: Finding, jing: Int, in file: URL) throws -> Bool {
    // jing names the line where the start tag ends; we name the one where the tag or the attribute begins.
    guard finding.line < jing else { return false }
    let lines = try String(decoding: Data(contentsOf: file), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard jing <= lines.count else { return false }
    return !lines[(finding.line - 1)..<(jing - 1)].contains { line in
      // The tag may not end before jing's line.
      let from = line.range(of: "<" + String(finding.path.split(separator: "/").last { !$0.hasPrefix("@") } ?? ""))
      return from.map { line[$0.lowerBound...].contains(">") } ?? false
    }
  }

  @Test func corpusVerdictsEqualJing() throws {
    guard let corpus = TestData.shared("corpus") else { return }
    let validator = try VerdictTests.schemaOnly()
    var checked = 0
    for row in try VerdictTests.rows(corpus.appendingPathComponent("VERDICTS.tsv")) {
      let name = row["file"] ?? ""
      let schema = row["schema"] ?? ""
      let file = corpus.appendingPathComponent(name)
      let jing: String
      switch schema {
      case "ead2002/ead-1.1.0-easvalidator.rng", "ead3/ead3-easvalidator.rng": jing = row["jing_verdict"] ?? ""
      // Without xsi:schemaLocation in the grammar: the column of Xerces.
      case "ead3/ead3_undeprecated.rng": jing = row["xerces_xsd_verdict"] ?? ""
      default: continue
      }
      checked += 1
      let report = validator.validate(file.path)
      #expect(report.verdict.rawValue == jing, "\(name): \(report.findings.first?.line() ?? "")")
      if schema != "ead3/ead3_undeprecated.rng", jing == "invalid", let finding = VerdictTests.firstError(report),
        let line = Int(row["jing_line"] ?? ""), finding.line != line
      {
        let isBetter = try VerdictTests.isBetterPlaced(finding, jing: line, in: file)
        #expect(isBetter, "\(name): jing \(line), \(finding.line())")
      }
    }
    #expect(checked > 160)
  }

  /// Without namespace: Xerces with the DTD where there is a DOCTYPE, jing with `ead-dtd.rng` on a copy otherwise; and what
  /// only the namespaced schema refuses is a warning.
  /// Files without namespace where we differ, one by one.
  private static let withoutNamespace: [String: (verdict: String, why: String)] = [
    "ead2002-dtd/EAD2002toEAD3__beinecke.hayward_ead3DTD_MR.xml": ("valid", "EAD3 by its DOCTYPE, not EAD 2002"),
    "ead2002-dtd/NotreDame__Notre_Dame_Archives__AAD.xml": ("valid", "EAD3 by its DOCTYPE, not EAD 2002"),
    "ead2002-dtd/NotreDame__Notre_Dame_Archives__ACM.xml": ("valid", "EAD3 by its DOCTYPE, not EAD 2002"),
    "ead2002-dtd/NotreDame__Notre_Dame_Archives__FCS.xml": ("valid", "EAD3 by its DOCTYPE, not EAD 2002"),
    "ead2002-dtd/NotreDame__Notre_Dame_Archives__FRB.xml": ("valid", "EAD3 by its DOCTYPE, not EAD 2002"),
    "ead2002-nons/EAD3__Kitchen_sink_AT_output_EAD_with_enumerated_Cs.xml": (
      "invalid", "xsi:schemaLocation and XLink without EAD's namespace: namespace-missing, which a mapped reading hides"
    ),
  ]

  @Test func documentsWithoutNamespace() throws {
    guard let corpus = TestData.shared("corpus") else { return }
    let validator = try VerdictTests.schemaOnly()
    let recorded = TestData.fixtures.appendingPathComponent("verdicts/ead-dtd-rng.tsv")
    let byJing = Dictionary(
      uniqueKeysWithValues: try VerdictTests.rows(recorded).map { ($0["file"] ?? "", $0["jing_verdict"] ?? "") })
    var checked = 0
    for row in try VerdictTests.rows(corpus.appendingPathComponent("VERDICTS.tsv")) {
      guard (row["schema"] ?? "").hasSuffix("(namespace-mapped)") else { continue }
      let name = row["file"] ?? ""
      let report = validator.validate(corpus.appendingPathComponent(name).path)
      checked += 1
      if let known = VerdictTests.withoutNamespace[name] {
        #expect(report.verdict.rawValue == known.verdict, "\(name): \(known.why)")
        continue
      }
      // On a copy without DOCTYPE jing does not know the unparsed entities: there Xerces decides alone.
      let xerces = row["xerces_dtd_verdict"] ?? ""
      if let expected = xerces.isEmpty ? byJing[name] : xerces {
        #expect(report.verdict.rawValue == expected, "\(name): \(report.findings.first?.line() ?? "")")
      }
      let isRefused = report.verdict != .valid || report.findings.contains { $0.rule == "schema-namespace-only" }
      #expect(isRefused == (row["jing_verdict"] == "invalid"), "\(name): namespaced \(row["jing_verdict"] ?? "")")
    }
    #expect(checked > 110)
  }

  // MARK: Mutants

  /// Mutants where we differ from the expectation, one by one.
  private static let differences: [String: (verdict: String, why: String)] = [
    "A81_security.xml": ("invalid", "100 MB out of 50 kB by entities is past the limit of 32 MB; either verdict was fine"),
    "D13_doctype.xml": ("valid", "a document without DOCTYPE is held against the DTD all the same; Xerces has nothing to hold it against"),
  ]

  /// Mutants with more than one finding, and why each is one.
  private static let several: [String: Int] = [:]

  @Test func mutants() throws {
    guard let folder = TestData.shared("mutants") else { return }
    let validator = try VerdictTests.schemaOnly()
    var checked = 0
    for row in try VerdictTests.rows(folder.appendingPathComponent("mutants.tsv")) {
      let name = row["file"] ?? ""
      let report = validator.validate(folder.appendingPathComponent(name).path)
      var expected = row["expected_verdict"] ?? ""
      if let known = VerdictTests.differences[name] { expected = known.verdict }
      checked += 1
      let lines = report.findings.map { $0.line() }.joined(separator: "\n")
      #expect((report.verdict == .valid) == (expected == "valid"), "\(name): \(expected)\n\(lines)")
      guard expected == "invalid", VerdictTests.differences[name] == nil else { continue }
      let errors = report.findings.filter { $0.severity == .error }
      #expect(errors.count == VerdictTests.several[name, default: 1], "\(name): one mistake, \(errors.count) findings\n\(lines)")
      let mutated = Int(row["mutated_line"] ?? "") ?? 0
      let jing = Int(row["jing_line"] ?? "") ?? mutated
      #expect(errors.first.map { $0.line == jing || $0.line == mutated } ?? false, "\(name): line \(mutated), jing \(jing)\n\(lines)")
    }
    #expect(checked == 91)
  }
}
