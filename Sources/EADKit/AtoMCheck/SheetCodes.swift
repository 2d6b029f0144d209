import CResources

/// Codes of cultures, languages, scripts and countries as AtoM's importers take them, and what other spellings mean.
///
/// Shared by the rules and by the correction of sheets.
enum SheetCodes {
  // MARK: Cultures

  private static let cultures: HashSet64 = {
    var set = HashSet64()
    for culture in AtoMTerms.cultures { _ = set.insert(Array(culture.utf8).withUnsafeBufferPointer { Bytes.hash($0) }) }
    return set
  }()

  /// Whether AtoM knows the culture, as it is written.
  static func isCulture(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { cultures.contains(Bytes.hash(bytes)) }

  /// The culture that somebody meant by a name (`english`), another code (`fre`) or another spelling (`fr-FR`, `FR`); nil when
  /// nothing is near.
  ///
  /// A language with its own country is the language alone: AtoM has its words for `fr`, not for `fr_FR`.
  static func likelyCulture(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.count <= ValueWords.limit else { return nil }
    let key = Bytes.key(bytes)
    // `fr_FR.UTF-8` comes from the settings of a computer.
    let parts = key.prefix { $0 != "." }.split(whereSeparator: { $0 == "-" || $0 == "_" }).map(String.init)
    if let first = parts.first, parts.count <= 3, let language = language(named: first),
      parts.dropFirst().allSatisfy({ (2...4).contains($0.utf8.count) })
    {
      guard let region = parts.dropFirst().first(where: { $0.utf8.count == 2 }) else { return culture(language) }
      if region == language || language == "en" && (region == "us" || region == "gb") { return culture(language) }
      return culture(language + "_" + region.uppercased()) ?? culture(language)
    }
    return language(named: key).flatMap(culture)
  }

  private static func language(named name: String) -> String? {
    var name = name
    return name.withUTF8 { Languages.code($0) } ?? Languages.named(name)
  }

  private static func culture(_ code: String) -> String? { AtoMTerms.cultures.contains(code) ? code : nil }

  // MARK: Languages

  private static let languages = Set(Resource.rows(ead_languages).compactMap { $0.first?.lowercased() })

  /// Whether AtoM's importer takes a part of `language` as it stands: in any case, but without blanks around it.
  static func isLanguage(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
    part.count <= 16 && languages.contains(lowered(part))
  }

  /// The code that somebody meant by a part of `language`, or several with pipes between them; nil when nothing is near.
  static func likelyLanguage(_ part: UnsafeBufferPointer<UInt8>) -> String? {
    guard part.count <= ValueWords.limit else { return nil }
    if let one = oneLanguage(Bytes.key(part)) { return one }
    var codes: [String] = []
    // No blank, no word such as `et`: it is the code of a language too.
    for word in part.split(whereSeparator: { [0x26, 0x2C, 0x2F, 0x3B].contains($0) }) {
      guard let code = oneLanguage(Bytes.key(UnsafeBufferPointer(rebasing: word))) else {
        codes = []
        break
      }
      if !codes.contains(code) { codes.append(code) }
    }
    if codes.isEmpty { codes = Languages.list(in: String(decoding: part, as: UTF8.self)) ?? [] }
    return codes.isEmpty ? nil : codes.joined(separator: "|")
  }

  private static func oneLanguage(_ key: String) -> String? {
    if let code = language(named: key) { return code }
    let tag = key.prefix { $0 != "-" && $0 != "_" }
    guard tag.utf8.count < key.utf8.count, tag.utf8.count <= 3 else { return nil }
    var name = String(tag)
    return name.withUTF8 { Languages.code($0) }
  }

  // MARK: Scripts

  /// Whether AtoM's importer takes a part of `script` as it stands: in any case, but without blanks around it.
  static func isScript(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
    part.count == 4 && AtoMTerms.scripts[lowered(part)] != nil
  }

  /// AtoM's code for what somebody meant by a part of `script`; nil when nothing is near.
  static func likelyScript(_ part: UnsafeBufferPointer<UInt8>) -> String? {
    if let code = AtoMTerms.scripts[Bytes.key(part)] { return code }
    guard let meant = ScriptCodes.nearest(to: part), meant.isSure else { return nil }
    return AtoMTerms.scripts[meant.value.lowercased()]
  }

  private static func lowered(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: bytes.map(Bytes.lowered), as: UTF8.self)
  }

  // MARK: Countries

  /// Codes and English names, as a key without accents and points.
  private static let countries: Set<String> = {
    var names: Set<String> = []
    for row in Resource.rows(ead_countries) where row.count >= 3 {
      for name in [row[0], row[2]] {
        let key = countryKey(name)
        names.insert(key)
        // `Congo - Kinshasa`, `Myanmar (Burma)`: people and older lists write one half.
        for half in name.split(whereSeparator: { $0 == "(" || $0 == ")" }) where half.count > 3 {
          names.insert(countryKey(String(half)))
        }
      }
    }
    // English names that the lists of older systems have.
    for name in [
      "Czech Republic", "Swaziland", "Cape Verde", "Ivory Coast", "Macedonia", "Burma", "Turkey", "East Timor", "Hong Kong",
      "Macau", "Macao", "Vatican City", "Vatican", "Russian Federation", "Palestine", "Republic of the Congo",
      "Democratic Republic of the Congo", "Congo", "South Korea", "Republic of Korea", "North Korea", "Netherlands Antilles",
      "United States of America", "Great Britain", "Serbia and Montenegro", "Viet Nam", "Moldova", "Syria", "Iran", "Laos",
    ] { names.insert(countryKey(name)) }
    return names
  }()

  private static func countryKey(_ name: String) -> String {
    String(decoding: SheetTerms.folded(Array(name.utf8)), as: UTF8.self)
      .split(whereSeparator: { ". -'".contains($0) || $0 == "\u{2019}" })
      .map { $0 == "&" ? "and" : $0 == "st" ? "saint" : String($0) }.joined(separator: " ")
  }

  /// Whether AtoM finds the country: by its two-letter code or its English name.
  static func isCountry(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count <= ValueWords.limit && countries.contains(countryKey(String(decoding: Bytes.trimmed(bytes), as: UTF8.self)))
  }

  /// The code of the country that somebody meant by a name in French, or a code of three letters; nil when nothing is near.
  static func likelyCountry(_ bytes: UnsafeBufferPointer<UInt8>) -> String? { CountryCodes.nearest(to: bytes)?.value }
}
