import CResources

/// Code lists and default terms of a fresh AtoM (`Resources/*.tsv`).
package enum AtoMTerms {
  package enum Taxonomy: String {
    case descriptionStatus, eventType, levelOfDescription, levelOfDetail, physicalObjectType, publicationStatus
    case radGeneralMaterialDesignation, typeOfEntity
  }

  private struct Tables {
    /// taxonomy, culture, English key → term
    var terms: [String: String] = [:]
    /// taxonomy, any label in lower case → English key
    var keys: [String: String] = [:]
  }

  private static let tables: Tables = {
    var tables = Tables()
    for row in Resource.rows(ead_terms) where row.count >= 4 {
      tables.terms[row[0] + "\t" + row[2] + "\t" + row[1]] = row[3]
      let label = row[0] + "\t" + row[3].lowercased()
      // A label that stands for two terms keeps its first; the English label always means itself.
      if tables.keys[label] == nil || row[2] == "en" { tables.keys[label] = row[1] }
    }
    return tables
  }()

  /// The term in the language of a row: AtoM looks terms up in the row's culture and makes a new one when it finds none.
  package static func term(_ taxonomy: Taxonomy, _ key: String, culture: String) -> (term: String, exists: Bool) {
    if let term = tables.terms[taxonomy.rawValue + "\t" + culture + "\t" + key] { return (term, true) }
    let base = culture.prefix { $0 != "_" }
    if let term = tables.terms[taxonomy.rawValue + "\t" + base + "\t" + key] { return (term, false) }
    return (key, false)
  }

  /// The English key of a label in any culture.
  static func key(_ taxonomy: Taxonomy, label: String) -> String? {
    tables.keys[taxonomy.rawValue + "\t" + label.lowercased()]
  }

  /// True when a fresh AtoM has this term in this culture.
  static func exists(_ taxonomy: Taxonomy, _ term: String, culture: String) -> Bool {
    guard let key = key(taxonomy, label: term) else { return false }
    return tables.terms[taxonomy.rawValue + "\t" + culture + "\t" + key]?.lowercased() == term.lowercased()
  }

  static let cultures: Set<String> = Set(Resource.rows(ead_cultures).compactMap(\.first))

  static let levels = pairs(ead_levels)

  /// The English key of the level that a value of EAD's `level` or `otherlevel` certainly means; nil for any other word.
  package static func levelKey(_ word: String) -> String? { levels[word.lowercased()] }
  static let eventTypes = pairs(ead_event_types)
  static let relators = pairs(ead_relators)
  static let mediaExtensions = pairs(ead_digital_media)
  static let scripts: [String: String] = Dictionary(
    Resource.rows(ead_scripts).compactMap { $0.first.map { ($0.lowercased(), $0) } }, uniquingKeysWith: { first, _ in first })

  private static func pairs(_ accessor: () -> ead_resource) -> [String: String] {
    var table: [String: String] = [:]
    for row in Resource.rows(accessor) where row.count >= 2 { table[row[0]] = row[1] }
    return table
  }

  /// Words that the converter adds, by culture.
  static func label(_ key: String, culture: String) -> String {
    guard let row = labels[key] else { return key }
    let column = ["en": 1, "fr": 2, "de": 3, "es": 4][String(culture.prefix(2))] ?? 1
    return column < row.count ? row[column] : row[1]
  }

  private static let labels: [String: [String]] = {
    var table: [String: [String]] = [:]
    for row in Resource.rows(ead_field_labels) where row.count >= 5 { table[row[0]] = row }
    return table
  }()

  /// Every word of every generated label, for those who account for words.
  static var allLabelWords: [String] { labels.values.flatMap { $0.dropFirst() } }
}

/// Languages as AtoM codes them.
package enum Languages {
  private struct Tables {
    var codes: [String: String] = [:]
    var names: [String: String] = [:]
    var namesOfCode: [String: [String]] = [:]
  }

  private static let tables: Tables = {
    var tables = Tables()
    for row in Resource.rows(ead_languages) where row.count >= 9 {
      let code = row[0]
      for alias in row[0...4] where !alias.isEmpty && tables.codes[alias.lowercased()] == nil {
        tables.codes[alias.lowercased()] = code
      }
      let others = row.count > 9 ? row[9].split(separator: ";").map(String.init) : []
      let all = (row[5...8] + others).filter { !$0.isEmpty }.map { $0.lowercased() }
      for name in all where tables.names[name] == nil { tables.names[name] = code }
      tables.namesOfCode[code] = all
    }
    // Withdrawn in 2008, still in finding aids.
    tables.codes["scc"] = "sr"
    tables.codes["scr"] = "hr"
    return tables
  }()

  /// AtoM's code for an ISO 639-1, 639-2 or 639-3 code in any case.
  static func code(_ bytes: UnsafeBufferPointer<UInt8>) -> String? { tables.codes[Bytes.key(bytes)] }

  /// AtoM's code for an ISO 639-1, 639-2 or 639-3 code in any case.
  package static func code(iso: String) -> String? {
    var iso = iso
    return iso.withUTF8 { code($0) }
  }

  /// The code itself, when it is one of those AtoM accepts.
  static func code(atomCode: String) -> String? {
    tables.namesOfCode[atomCode] == nil ? nil : atomCode
  }

  /// AtoM's code for a whole name in English, French, German or Spanish.
  static func named(_ name: String) -> String? { tables.names[name.lowercased()] }

  /// Languages that a text names, when it says nothing else: `German, French`, `Finding aid written in English.`
  static func list(in text: String) -> [String]? {
    let text = text.lowercased()
    if let whole = named(text.trimmingPunctuation) ?? tables.codes[text.trimmingPunctuation] { return [whole] }
    var codes: [String] = []
    for word in text.split(whereSeparator: { ",;/.()&:".contains($0) || $0.isWhitespace }) {
      if let code = named(String(word)) {
        if !codes.contains(code) { codes.append(code) }
      } else if !fillers.contains(String(word)) {
        return nil
      }
    }
    return codes.isEmpty ? nil : codes
  }

  /// Every word of every name of a language.
  static func words(of code: String) -> Set<String> {
    var words: Set<String> = []
    for name in tables.namesOfCode[code] ?? [] {
      for word in name.split(whereSeparator: { !$0.isLetter }) { words.insert(String(word)) }
    }
    return words
  }

  /// Words that say no more than that there is a language.
  static let fillers: Set<String> = [
    "the", "in", "is", "are", "was", "were", "and", "with", "of", "all", "some", "mostly", "mainly", "primarily", "predominantly",
    "chiefly", "collection", "collections", "material", "materials", "record", "records", "papers", "document", "documents",
    "documentation", "item", "items", "written", "language", "languages", "text", "texts", "this", "these", "entirely", "also",
    "manuscript", "manuscripts", "be", "found", "description", "finding", "aid", "archives", "fonds", "content",
    "a", "an", "aids", "it", "by", "for", "that", "these", "le", "la", "les", "en", "et", "est", "sont", "du", "des", "langue", "langues",
    "rédigé", "rédigés", "rédigée", "rédigées",
    "principalement", "documents", "description", "instrument", "recherche", "de",
    "auf", "in", "und", "ist", "sprache", "sprachen", "der", "die", "das", "unterlagen", "bestand",
    "idioma", "idiomas", "lengua", "lenguas", "y", "el", "los", "las", "documentos", "colección", "escrito", "escritos", "está", "están",
  ]
}

/// The cultures AtoM knows.
public enum AtoMCultures {
  /// The code as AtoM's column `culture` takes it, whatever its case; nil when AtoM has none like it.
  public static func canonical(_ culture: String) -> String? {
    let parts = culture.split(separator: culture.contains("-") ? "-" : "_")
    guard let language = parts.first else { return nil }
    let code = ([language.lowercased()] + parts.dropFirst().map { $0.uppercased() }).joined(separator: "_")
    return AtoMTerms.cultures.contains(code) ? code : nil
  }
}
