import CResources

/// Languages as EAD names them: ISO 639-2 bibliographic codes, and names in the language of the description.
enum LanguageNames {
  private struct Row {
    var bibliographic: String
    /// English, French, German, Spanish.
    var names: [String]
  }

  private static let rows: [String: Row] = {
    var rows: [String: Row] = [:]
    for row in Resource.rows(ead_languages) where row.count >= 9 {
      rows[row[0]] = Row(bibliographic: row[2], names: Array(row[5...8]))
    }
    return rows
  }()

  /// The ISO 639-2b code of a language given by AtoM's code; nil when it has none.
  static func bibliographic(_ atomCode: String) -> String? {
    rows[atomCode].flatMap { $0.bibliographic.isEmpty ? nil : $0.bibliographic }
  }

  /// The name of a language, in English unless the culture is one of those there are names in.
  static func name(_ atomCode: String, culture: String) -> String {
    guard let row = rows[atomCode] else { return atomCode }
    let column = ["en": 0, "fr": 1, "de": 2, "es": 3][String(culture.prefix(2))] ?? 0
    let name = row.names[column]
    return name.isEmpty ? row.names[0] : name
  }
}
