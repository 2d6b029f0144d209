import CResources

/// Codes of scripts: ISO 15924.
enum ScriptCodes {
  private struct Tables {
    var codes: Set<UInt32> = []
    /// By lower-cased code and name.
    var codeByName: [String: String] = [:]
    var names: [(name: String, code: String)] = []
  }

  private static let tables: Tables = {
    var tables = Tables()
    for row in Resource.rows(ead_scripts_15924) where row.count >= 3 {
      if let number = number(row[0].utf8) { tables.codes.insert(number) }
      for name in row where !name.isEmpty {
        let key = name.lowercased()
        if tables.codeByName[key] == nil { tables.codeByName[key] = row[0] }
        tables.names.append((key, row[0]))
      }
    }
    return tables
  }()

  private static func number(_ code: some Collection<UInt8>) -> UInt32? {
    guard code.count == 4 else { return nil }
    return code.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static let latin: UInt32 = 0x4C61_746E
  private static let privateUse: ClosedRange<UInt32> = 0x5161_6161...0x5161_6278

  static func contains(_ code: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let number = number(code) else { return false }
    if number == latin || tables.codes.contains(number) { return true }
    return privateUse.contains(number) && code.dropFirst().allSatisfy { $0 >= 0x61 && $0 <= 0x7A }
  }

  /// The code that somebody meant by another case, a name or the beginning of one; nil when nothing is near.
  static func nearest(to value: UnsafeBufferPointer<UInt8>) -> ValueWords.Meant? {
    guard value.count <= ValueWords.limit else { return nil }
    let key = Bytes.key(value)
    if let code = tables.codeByName[key] { return ValueWords.Meant(value: code) }
    guard key.utf8.count >= 3 else { return nil }
    let near = usual.first { $0.lowercased().hasPrefix(key) } ?? tables.names.first { $0.name.hasPrefix(key) }?.code
    return near.map { ValueWords.Meant(value: $0, isSure: false) }
  }

  private static let usual = ["Latn", "Grek", "Cyrl", "Hebr", "Arab", "Hans", "Hant", "Jpan", "Kore", "Armn", "Geor"]
}
