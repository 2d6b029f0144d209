import CResources

/// What AtoM does with a term: the terms of a fresh AtoM by taxonomy and culture, or those that a site says it has.
///
/// AtoM looks a term up in the culture of its row, and makes a new one when it finds none, whatever other cultures call it.
/// Shared by the rules and by the correction of sheets.
final class SheetTerms {
  enum Verdict: Equatable {
    /// AtoM finds the term.
    case exists
    /// AtoM has the term in the row's culture, but not in this spelling, and does not find it.
    case spelling(String)
    /// AtoM has the term in another culture; `word` is what the row's culture calls it, nil when it has no word for it.
    /// `isSure` is false when the label stands for several terms.
    case culture(word: String?, isSure: Bool)
    /// AtoM knows nothing like it and makes it, or ignores it.
    case new
    /// Nothing is known of the taxonomy in this culture.
    case unknown
  }

  /// How an importer compares a value with the terms it knows.
  enum Match {
    case exact
    /// ASCII letters in any case, as PHP compares.
    case anyCase
    /// In any case and with any accents, as the database compares.
    case database

    init(taxonomy: String) {
      switch taxonomy {
      case "levelOfDescription": self = .database
      case "eventType", "actorRelation", "subject", "place", "genre": self = .exact
      // How these are looked up was not seen: nothing is said of a difference that may not matter.
      case "repositoryType", "geographicSubregion", "thematicArea": self = .database
      default: self = .anyCase
      }
    }
  }

  private let table: SheetTermTable
  private var cache: [UInt64: Verdict] = [:]
  private static let cacheLimit = 8192

  init(_ site: SheetSiteTerms?) { table = site == nil ? SheetTerms.fresh : SheetTermTable(site) }

  /// The terms of an AtoM of which nothing more is known: the same for every import.
  private static let fresh = SheetTermTable(nil)

  /// The judge of an import.
  static func of(_ run: SheetRun) -> SheetTerms { run.memory(SheetTerms(run.site.terms)) }

  /// Whether a file of the site says what terms this taxonomy has.
  func isFromSite(_ taxonomy: String) -> Bool { table.siteTaxonomies.contains(taxonomy) }

  /// Judges one term, without blanks around it.
  func judge(_ term: UnsafeBufferPointer<UInt8>, taxonomy: String, culture: String) -> Verdict {
    let key = Bytes.hash(term, seed: SheetTermTable.seed(taxonomy, culture))
    if let known = cache[key] { return known }
    let verdict = table.judge(term, taxonomy: taxonomy, culture: culture, Match(taxonomy: taxonomy))
    if cache.count >= SheetTerms.cacheLimit { cache = [:] }
    cache[key] = verdict
    return verdict
  }

  /// The words of a taxonomy in a culture, for advice; the first few.
  func words(taxonomy: String, culture: String) -> [String] { table.words(taxonomy: taxonomy, culture: culture) }

  /// Without case and accents, as AtoM's database compares. Two values are the same to it when their folds are.
  static func folded(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    if bytes.allSatisfy({ $0 < 0x80 }) {
      for byte in bytes { out.append(Bytes.lowered(byte)) }
      return out
    }
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar.isASCII {
        out.append(Bytes.lowered(UInt8(truncatingIfNeeded: scalar.value)))
        continue
      }
      let properties = scalar.properties
      if properties.generalCategory == .nonspacingMark { continue }
      for small in properties.lowercaseMapping.unicodeScalars { fold(small, into: &out) }
    }
    return out
  }

  private static func fold(_ small: Unicode.Scalar, into out: inout [UInt8]) {
    switch small {
    case "\u{E6}": return out.append(contentsOf: "ae".utf8)
    case "\u{153}": return out.append(contentsOf: "oe".utf8)
    case "\u{DF}": return out.append(contentsOf: "ss".utf8)
    case "\u{2019}": return out.append(0x27)
    default: break
    }
    if small.properties.generalCategory == .nonspacingMark { return }
    // The name says which letter an accented one is: LATIN SMALL LETTER E WITH ACUTE.
    guard let name = small.properties.name, name.firstRange(of: " SMALL LETTER ") != nil else {
      return out.append(contentsOf: String(small).utf8)
    }
    let base = name.firstRange(of: " WITH ").map { name[..<$0.lowerBound] } ?? name[...]
    if base.hasPrefix("LATIN SMALL LETTER "), base.utf8.count == 20, let letter = base.utf8.last {
      out.append(Bytes.lowered(letter))
    } else {
      // In other scripts a letter is told by its name, with an accent or without.
      out.append(contentsOf: base.utf8)
    }
  }
}

extension String {
  fileprivate func firstRange(of part: String) -> Range<String.Index>? {
    let wanted = Array(part.utf8)
    var at = utf8.startIndex
    while at != utf8.endIndex {
      if utf8[at...].starts(with: wanted) { return at..<utf8.index(at, offsetBy: wanted.count) }
      utf8.formIndex(after: &at)
    }
    return nil
  }
}

/// The terms that are known, to be looked up by fingerprints.
struct SheetTermTable: Sendable {
  private struct Label {
    var concept: Int32
    var start: Int
    var count: Int
  }

  /// Taxonomies of which a file of the site says something.
  private(set) var siteTaxonomies: Set<String> = []

  private var bytes: [UInt8] = []
  private var labels: [Label] = []
  /// Taxonomy, culture and label: as it is, with ASCII letters lowered, and folded.
  private var exact = HashSet64()
  private var lowered = HashSet64()
  private var folded: [UInt64: Int32] = [:]
  /// Taxonomy and folded label in any culture: the term.
  private var anywhere: [UInt64: Int32] = [:]
  private var isAmbiguous: Set<UInt64> = []
  /// Taxonomy, culture and term: its label.
  private var words: [UInt64: Int32] = [:]
  /// Labels by taxonomy and culture, the first few.
  private var samples: [UInt64: [Int32]] = [:]
  /// Taxonomy and culture of which the site says something.
  private var covered: Set<UInt64> = []
  private var known: Set<String> = []
  /// Taxonomies of which a fresh AtoM's terms are known in English only.
  private var englishOnly: Set<String> = []

  private static let sampleLimit = 5

  /// The terms of a site, and those of a fresh AtoM where the site says nothing.
  init(_ site: SheetSiteTerms?) {
    let fresh = Resource.rows(ead_terms).filter { $0.count >= 4 }
    var concepts: [String: Int32] = [:]
    /// A fresh AtoM's term by taxonomy, culture and folded label.
    var freshConcepts: [UInt64: Int32] = [:]
    for row in fresh {
      let name = row[0] + "\t" + row[1]
      let concept = concepts[name] ?? Int32(concepts.count)
      concepts[name] = concept
      let key = SheetTermTable.key(SheetTerms.folded(Array(row[3].utf8)), SheetTermTable.seed(row[0], row[2]))
      if freshConcepts[key] == nil { freshConcepts[key] = concept }
    }
    if let site { add(site, freshConcepts, first: Int32(concepts.count)) }
    var cultures: [String: Set<String>] = [:]
    for row in fresh {
      cultures[row[0], default: []].insert(row[2])
      let isReplaced = covered.contains(SheetTermTable.seed(row[0], row[2]))
      add(
        Array(row[3].utf8), taxonomy: row[0], culture: row[2], concept: concepts[row[0] + "\t" + row[1]] ?? 0,
        isAlias: isReplaced)
      known.insert(row[0])
    }
    englishOnly = Set(cultures.filter { $0.value == ["en"] }.keys)
  }

  private mutating func add(_ site: SheetSiteTerms, _ fresh: [UInt64: Int32], first: Int32) {
    for row in site.rows {
      let taxonomy = site.taxonomies[Int(row.taxonomy)]
      let seed = SheetTermTable.seed(taxonomy, site.cultures[Int(row.culture)])
      siteTaxonomies.insert(taxonomy)
      known.insert(taxonomy)
      covered.insert(seed)
    }
    // One label that a fresh AtoM has too says what the term is in all cultures.
    var same: [Int32: Int32] = [:]
    for row in site.rows where same[row.term] == nil {
      let seed = SheetTermTable.seed(site.taxonomies[Int(row.taxonomy)], site.cultures[Int(row.culture)])
      let label = SheetTerms.folded(site.labels[row.start..<(row.start + row.count)])
      if let concept = fresh[SheetTermTable.key(label, seed)] { same[row.term] = concept }
    }
    for row in site.rows {
      let label = Array(site.labels[row.start..<(row.start + row.count)])
      add(
        label, taxonomy: site.taxonomies[Int(row.taxonomy)], culture: site.cultures[Int(row.culture)],
        concept: same[row.term] ?? first + row.term, isAlias: false)
    }
  }

  private mutating func add(_ label: [UInt8], taxonomy: String, culture: String, concept: Int32, isAlias: Bool) {
    let seed = SheetTermTable.seed(taxonomy, culture)
    let fold = SheetTerms.folded(label)
    let place = Int32(labels.count)
    labels.append(Label(concept: concept, start: bytes.count, count: label.count))
    bytes.append(contentsOf: label)
    let everywhere = SheetTermTable.key(fold, SheetTermTable.seed(taxonomy, ""))
    if let other = anywhere[everywhere], other != concept {
      // The English label always means itself.
      if culture == "en" {
        anywhere[everywhere] = concept
        isAmbiguous.remove(everywhere)
      } else if !englishLabels.contains(everywhere) {
        isAmbiguous.insert(everywhere)
      }
    } else {
      anywhere[everywhere] = concept
    }
    if culture == "en" { englishLabels.insert(everywhere) }
    if isAlias { return }
    _ = exact.insert(SheetTermTable.key(label, seed))
    _ = lowered.insert(SheetTermTable.key(label.map(Bytes.lowered), seed))
    let foldedKey = SheetTermTable.key(fold, seed)
    if folded[foldedKey] == nil { folded[foldedKey] = place }
    let word = SheetTermTable.word(concept, seed)
    if words[word] == nil {
      words[word] = place
      if samples[seed, default: []].count < SheetTermTable.sampleLimit { samples[seed, default: []].append(place) }
    }
  }

  private var englishLabels: Set<UInt64> = []

  func words(taxonomy: String, culture: String) -> [String] {
    (samples[SheetTermTable.seed(taxonomy, culture)] ?? []).map(text)
  }

  func judge(
    _ term: UnsafeBufferPointer<UInt8>, taxonomy: String, culture: String, _ match: SheetTerms.Match
  ) -> SheetTerms.Verdict {
    let seed = SheetTermTable.seed(taxonomy, culture)
    guard known.contains(taxonomy) else { return .unknown }
    if englishOnly.contains(taxonomy), culture != "en", !covered.contains(seed) { return .unknown }
    if exact.contains(Bytes.hash(term, seed: seed)) { return .exists }
    if match != .exact, lowered.contains(SheetTermTable.key(term.map(Bytes.lowered), seed)) { return .exists }
    // A short word of EAD's that AtoM knows.
    if taxonomy == "levelOfDescription", Bytes.equalIgnoringCase(term, "recordgrp") { return .exists }
    let fold = SheetTerms.folded(term)
    if let place = folded[SheetTermTable.key(fold, seed)] {
      return match == .database ? .exists : .spelling(text(place))
    }
    let everywhere = SheetTermTable.key(fold, SheetTermTable.seed(taxonomy, ""))
    guard let concept = anywhere[everywhere] else { return .new }
    return .culture(
      word: words[SheetTermTable.word(concept, seed)].map(text), isSure: !isAmbiguous.contains(everywhere))
  }

  private func text(_ place: Int32) -> String {
    let label = labels[Int(place)]
    return String(decoding: bytes[label.start..<(label.start + label.count)], as: UTF8.self)
  }

  // MARK: Fingerprints

  /// Of a taxonomy in a culture.
  static func seed(_ taxonomy: String, _ culture: String) -> UInt64 {
    var name = taxonomy + "\t" + culture + "\t"
    return name.withUTF8 { Bytes.hash($0) }
  }

  private static func key(_ label: [UInt8], _ seed: UInt64) -> UInt64 {
    label.withUnsafeBufferPointer { Bytes.hash($0, seed: seed) }
  }

  private static func word(_ concept: Int32, _ seed: UInt64) -> UInt64 {
    var number = UInt64(UInt32(bitPattern: concept))
    return withUnsafeBytes(of: &number) { Bytes.hash($0.bindMemory(to: UInt8.self), seed: seed) }
  }
}
