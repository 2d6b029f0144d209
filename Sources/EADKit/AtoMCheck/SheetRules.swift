import CResources

/// The rules of `check` (`Resources/sheet-rules.tsv`).
public enum SheetRules {
  /// What one rule is called, with the check of AtoM's own validator that looks at the same.
  public struct Entry: Sendable {
    public var id: String
    public var severity: Severity
    /// Title of AtoM's check, such as `Culture Check`; empty when AtoM does not look.
    public var check: String
  }

  /// In the order of the table.
  public static let all: [Entry] = Resource.rows(ead_sheet_rules).compactMap { row in
    guard row.count >= 3, let severity = Severity(rawValue: row[1]) else { return nil }
    return Entry(id: row[0], severity: severity, check: row[2])
  }

  private static let byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

  static func severity(_ id: String) -> Severity { byID[id]?.severity ?? .error }

  /// The checks of AtoM's validator, each with the rules that stand for it here, in AtoM's order (AtoM 2.9,
  /// `csv:check-import`). Its "Sample Values" finds nothing: see `SheetSummary`.
  public static let atomChecks: [(title: String, rules: [String])] = [
    "UTF-8 File Encoding Check", "Column Name Validation", "CSV Column Count Check",
    "Duplicate Column Name Check", "CSV Empty Row Check", "Culture Check", "Language Check", "Field Length Check",
    "Parent check", "LegacyId check", "Event Value Count Test", "Digital Object Path Test", "Digital Object URI Test",
    "Script of Description Check", "Repository Check", "Event Date Check",
  ].map { title in (title, all.filter { $0.check == title }.map(\.id)) }

  static let descriptors = all.map { RuleDescriptor($0.id, .sheet, $0.severity, []) }
}
