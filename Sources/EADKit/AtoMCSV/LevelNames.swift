/// Levels of description between AtoM's terms and EAD's values.
enum LevelNames {
  /// EAD's value for each of AtoM's default terms that has one (the terms by their English names).
  static let values: [String: String] = [
    "Fonds": "fonds", "Subfonds": "subfonds", "Collection": "collection", "Series": "series", "Subseries": "subseries",
    "File": "file", "Item": "item", "Record group": "recordgrp",
  ]

  private static let keys = values.keys.sorted() + ["Part"]

  private static let own: Set<String> = [
    "class", "collection", "file", "fonds", "item", "recordgrp", "series", "subfonds", "subgrp", "subseries",
  ]

  /// A value of EAD's own list, whatever its case.
  static func ead(_ term: String) -> String? {
    let value = term.lowercased()
    return own.contains(value) ? value : nil
  }

  /// The English name of a term: by the words of its culture, else of any other.
  static func key(_ term: String, culture: String) -> String? {
    let said = term.lowercased()
    for key in keys where AtoMTerms.term(.levelOfDescription, key, culture: culture).term.lowercased() == said { return key }
    return AtoMTerms.levels[said] ?? AtoMTerms.key(.levelOfDescription, label: term)
  }
}
