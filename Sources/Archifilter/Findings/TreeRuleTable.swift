import CResources
import EADKit

/// The rules of trees (`Resources/tree-rules.tsv`), with the words they look for.
struct TreeRuleTable {
  let severity: [String: Severity]
  private let words: [String: Set<String>]

  static let shared = TreeRuleTable()

  private init() {
    var severity: [String: Severity] = [:]
    var words: [String: Set<String>] = [:]
    for row in Resource.rows(ead_tree_rules) {
      guard row.count >= 4, let value = Severity(rawValue: row[1]) else { continue }
      severity[row[0]] = value
      if row.count >= 5 { words[row[0]] = Set(row[4].split(separator: " ").map(String.init)) }
    }
    self.severity = severity
    self.words = words
  }

  /// Extensions or words of a rule; empty when it has none.
  func words(_ rule: String) -> Set<String> { words[rule] ?? [] }
}
