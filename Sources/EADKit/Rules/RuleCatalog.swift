import CResources

/// Every rule of the program.
public enum RuleCatalog {
  static let all: [Rule.Type] = RulesA.all + RulesB.all + RulesC.all

  /// What each rule is called, in the order of the program.
  public static let descriptors: [RuleDescriptor] = all.map { $0.descriptor } + SheetRules.descriptors + tree

  /// Those of file trees: they look at an inventory and at no document.
  private static let tree: [RuleDescriptor] = Resource.rows(ead_tree_rules).compactMap { row in
    guard row.count >= 2, let severity = Severity(rawValue: row[1]) else { return nil }
    return RuleDescriptor(row[0], .tree, severity, [])
  }

  private static let byID: [String: RuleDescriptor] = Dictionary(
    descriptors.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

  /// What a rule is called; nil for a finding that no rule makes, such as those of a schema.
  public static func descriptor(_ id: String) -> RuleDescriptor? { byID[id] }

  /// Names of all rules and of all other findings that a page explains, those of the schemas among them, sorted.
  public static let ids: [String] = Set(descriptors.map(\.id)).union(RulePages.ids).sorted()

  private static let known = Set(ids)

  /// Whether a finding may carry this name: that of a rule, of a schema's finding, or of a profile's own rule.
  public static func isKnown(_ id: String) -> Bool { known.contains(id) || id.hasPrefix(localPrefix) }

  /// What the names of a profile's own rules begin with.
  static let localPrefix = "local-"
}
