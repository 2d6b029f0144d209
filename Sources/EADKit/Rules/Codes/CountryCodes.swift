import CResources

/// Codes of countries: ISO 3166-1 alpha-2.
enum CountryCodes {
  private struct Tables {
    var codes = LetterCodes(length: 2, first: 0x41)
    /// By lower-cased alpha-2 and alpha-3 code and by name.
    var codeByName: [String: String] = [:]
  }

  private static let tables: Tables = {
    var tables = Tables()
    for row in Resource.rows(ead_countries) where row.count >= 4 {
      tables.codes.insert(row[0].utf8)
      for name in row where !name.isEmpty { tables.codeByName[name.lowercased()] = row[0] }
    }
    // What people write for countries whose code is another.
    let slips = [
      "uk": "GB", "en": "GB", "england": "GB", "great britain": "GB", "sp": "ES",
      "united states of america": "US", "états-unis d’amérique": "US", "états-unis d'amérique": "US",
    ]
    for (slip, code) in slips where tables.codeByName[slip] == nil { tables.codeByName[slip] = code }
    return tables
  }()

  static func contains(_ code: some Collection<UInt8>) -> Bool { tables.codes.contains(code) }

  /// The code that somebody meant by lower case, three letters or a name; nil when nothing is near.
  static func nearest(to value: UnsafeBufferPointer<UInt8>) -> ValueWords.Meant? {
    guard value.count <= ValueWords.limit else { return nil }
    let key = Bytes.key(value)
    let code = tables.codeByName[key] ?? tables.codeByName[String(key.prefix { $0 != "-" && $0 != "_" })]
    return code.map { ValueWords.Meant(value: $0) }
  }
}
