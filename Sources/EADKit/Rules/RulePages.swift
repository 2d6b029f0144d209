import CResources

/// Pages on the rules, for `explain RULE-ID`: why, bad, good, how to fix (`Resources/rules-*.md`).
///
/// A page begins with the line `# rule-id` and ends where the next one begins.
public enum RulePages {
  /// Every rule and finding that has a page, sorted.
  public static var ids: [String] { english.keys.sorted() }

  /// The page of a rule as Markdown, in English when it is not in the language asked for; nil when there is none.
  public static func page(_ id: String, _ language: MessageLanguage) -> String? {
    switch language {
    case .english: english[id]
    case .french: french[id] ?? english[id]
    }
  }

  private static let english = pages(of: [
    ead_rules_schema_en, ead_rules_a_en, ead_rules_b_en, ead_rules_c_en, ead_rules_sheet_a_en, ead_rules_sheet_b_en,
    ead_rules_tree_en,
  ])
  private static let french = pages(of: [
    ead_rules_schema_fr, ead_rules_a_fr, ead_rules_b_fr, ead_rules_c_fr, ead_rules_sheet_a_fr, ead_rules_sheet_b_fr,
    ead_rules_tree_fr,
  ])

  private static func pages(of resources: [() -> ead_resource]) -> [String: String] {
    var pages: [String: String] = [:]
    for resource in resources {
      for (id, page) in sections(Resource.bytes(resource)) where pages[id] == nil { pages[id] = page }
    }
    return pages
  }

  /// The sections of a file of pages, by the id in their heading. What stands before the first heading is left out, and
  /// a line that begins with `#` in a fenced example is no heading.
  static func sections(_ bytes: UnsafeBufferPointer<UInt8>) -> [(id: String, page: String)] {
    var sections: [(id: String, page: String)] = []
    var isFenced = false
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      var text = String(decoding: line, as: UTF8.self)
      if text.utf8.last == 0x0D { text.unicodeScalars.removeLast() }
      if text.hasPrefix("```") { isFenced.toggle() }
      if !isFenced, text.hasPrefix("# ") {
        let id = text.dropFirst(2).drop { $0 == " " }.prefix { $0 != " " }
        sections.append((String(id), text + "\n"))
      } else if !sections.isEmpty {
        sections[sections.count - 1].page += text + "\n"
      }
    }
    return sections.map { section in
      var page = section.page
      while page.hasSuffix("\n\n") { page.unicodeScalars.removeLast() }
      return (section.id, page)
    }
  }
}
