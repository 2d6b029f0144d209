import CResources

/// The ISO character entities (Latin, Greek, Cyrillic, publishing, numeric, technical, diacritics) that EAD's DTD can
/// switch on, resolved from inside the program.
///
/// Source: the XML entity sets distributed with the EAD 2002 DTD (OASIS, 2001-2002).
enum EntitySets {
  /// File name, public identifier fragment, and content of each set.
  nonisolated(unsafe) static let sets: [(file: String, title: String, bytes: UnsafeBufferPointer<UInt8>)] = [
    ("iso-lat1.ent", "Added Latin 1", Resource.bytes(ead_iso_lat1)),
    ("iso-lat2.ent", "Added Latin 2", Resource.bytes(ead_iso_lat2)),
    ("iso-num.ent", "Numeric and Special Graphic", Resource.bytes(ead_iso_num)),
    ("iso-pub.ent", "Publishing", Resource.bytes(ead_iso_pub)),
    ("iso-tech.ent", "General Technical", Resource.bytes(ead_iso_tech)),
    ("iso-dia.ent", "Diacritical Marks", Resource.bytes(ead_iso_dia)),
    ("iso-grk1.ent", "Greek Letters", Resource.bytes(ead_iso_grk1)),
    ("iso-grk2.ent", "Monotoniko Greek", Resource.bytes(ead_iso_grk2)),
    ("iso-grk3.ent", "Greek Symbols", Resource.bytes(ead_iso_grk3)),
    ("iso-grk4.ent", "Alternative Greek Symbols", Resource.bytes(ead_iso_grk4)),
    ("iso-cyr1.ent", "Russian Cyrillic", Resource.bytes(ead_iso_cyr1)),
    ("iso-cyr2.ent", "Non-Russian Cyrillic", Resource.bytes(ead_iso_cyr2)),
  ]

  /// The set that a parameter entity's public or system identifier names, whatever folder or host it points to.
  static func set(publicID: String?, systemID: String?) -> UnsafeBufferPointer<UInt8>? {
    let publicID = publicID.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased() } ?? ""
    let file = systemID.map { $0.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? "" } ?? ""
    let name = file.lowercased()
    for set in sets {
      if name == set.file || name == set.file.replacing("-", with: "") { return set.bytes }
      if publicID.contains("entities " + set.title.lowercased() + "//") { return set.bytes }
    }
    return nil
  }

  /// Every name of every set with its replacement text (a character or a character reference).
  static let replacements: [String: String] = {
    var table: [String: String] = [:]
    for set in sets.reversed() {
      let text = String(decoding: set.bytes, as: UTF8.self)
      for line in text.split(separator: "\n") where line.hasPrefix("<!ENTITY") {
        let parts = line.dropFirst(8).split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
        guard parts.count == 2 else { continue }
        let value = parts[1].drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
        table[String(parts[0])] = String(value)
      }
    }
    return table
  }()
}
