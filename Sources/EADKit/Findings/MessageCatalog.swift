import CResources

/// Languages of the messages for people.
public enum MessageLanguage: String, Sendable, CaseIterable {
  case english = "en"
  case french = "fr"

  /// The language of the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`, the first that is set); English when it is none
  /// of ours.
  public init(environment: [String: String]) {
    let name = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    self = name.lowercased().hasPrefix("fr") ? .french : .english
  }
}

/// Every sentence the program says, by key and language (`Resources/messages*.tsv`).
public enum MessageCatalog {
  private static let resources = [
    ead_messages, ead_messages_schema, ead_messages_relaxng, ead_messages_datatypes, ead_messages_reports,
    ead_messages_rules_a, ead_messages_rules_b, ead_messages_rules_c, ead_messages_validate, ead_messages_pages,
    ead_messages_titles, ead_messages_convert,
    ead_messages_roundtrip,
    ead_messages_writing,
    ead_messages_atom_csv,
    ead_messages_atom_ead,
    ead_messages_downgrade,
    ead_messages_upgrade,
    ead_messages_sheet,
    ead_messages_authorities,
    ead_messages_eac,
    ead_messages_sheet_a,
    ead_messages_sheet_fix,
    ead_messages_sheet_b,
    ead_messages_archifilter,
    ead_messages_describe,
    ead_messages_exports,
    ead_messages_inventory,
    ead_messages_scan,
    ead_messages_sessions,
    ead_messages_tree,
    ead_messages_dates,
  ]

  private static let table: [String: [String]] = {
    var table: [String: [String]] = [:]
    for resource in resources {
      for row in Resource.rows(resource) where row.count >= 3 { table[row[0]] = [row[1], row[2]] }
    }
    return table
  }()

  /// All keys, sorted.
  public static var keys: [String] { table.keys.sorted() }

  /// The sentence for a key with `{0}`, `{1}` … replaced; the key itself when there is none.
  public static func text(_ key: String, _ arguments: [String] = [], _ language: MessageLanguage) -> String {
    guard let row = table[key] else { return ([key] + arguments).joined(separator: " ") }
    let template = row[language == .french ? 1 : 0]
    var out = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      out += rest[..<open]
      let after = rest.index(after: open)
      if let close = rest[after...].firstIndex(of: "}"), let index = Int(rest[after..<close]) {
        if index < arguments.count { out += LocalizedText.part(arguments[index], language) }
        rest = rest[rest.index(after: close)...]
      } else {
        out += "{"
        rest = rest[after...]
      }
    }
    return out + rest
  }

  static func contains(_ key: String) -> Bool { table[key] != nil }
}
