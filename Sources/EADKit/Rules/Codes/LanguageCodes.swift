import CResources

/// Codes of languages by the parts of ISO 639.
enum LanguageCodes {
  /// What `@langencoding` names.
  enum List {
    case part1
    /// Bibliographic codes: `fre`, `ger`.
    case part2B
    /// ISO 639-2 without a letter behind it: bibliographic or terminological.
    case part2
    case part3
    /// A list nobody here knows.
    case other

    /// The standard's name, the same in every language.
    var name: String {
      switch self {
      case .part1: "ISO 639-1"
      case .part2B: "ISO 639-2b"
      case .part2: "ISO 639-2"
      case .part3: "ISO 639-3"
      case .other: ""
      }
    }

    /// Codes that show what the list is like.
    var examples: String {
      switch self {
      case .part1: "fr, en, de"
      case .part2B, .part2: "fre, eng, ger"
      case .part3, .other: "fra, eng, deu"
      }
    }

    /// The list named by an attribute in whatever spelling (`iso639-2b`, `ISO 639-2`).
    ///
    /// Without an attribute it is ISO 639-2b, the default of EAD 2002 and of the rules for EAD3.
    init(encoding: UnsafeBufferPointer<UInt8>?) {
      let name = EncodingName.letters(encoding)
      if name.isEmpty || name.contains("6392b") {
        self = .part2B
      } else if name.contains("6392") {
        self = .part2
      } else if name.contains("6393") {
        self = .part3
      } else {
        self = name.contains("6391") ? .part1 : .other
      }
    }
  }

  private struct Row {
    var one: String
    var twoB: String
    var three: String
  }

  private struct Tables {
    var one = LetterCodes(length: 2, first: 0x61)
    var twoB = LetterCodes(length: 3, first: 0x61)
    var two = LetterCodes(length: 3, first: 0x61)
    var rows: [Row] = []
    /// Every code and every name, lower-cased.
    var rowByName: [String: Int] = [:]
  }

  private static let tables: Tables = {
    var tables = Tables()
    for row in Resource.rows(ead_languages) where row.count >= 9 {
      // Cultures such as `fr_CA` have no code of their own.
      guard row[1...4].contains(where: { !$0.isEmpty }) else { continue }
      tables.one.insert(row[1].utf8)
      tables.twoB.insert(row[2].utf8)
      tables.two.insert(row[2].utf8)
      tables.two.insert(row[3].utf8)
      let others = row.count > 9 ? row[9].split(separator: ";").map(String.init) : []
      for name in row[1...8] + others where !name.isEmpty {
        let key = name.lowercased()
        if tables.rowByName[key] == nil { tables.rowByName[key] = tables.rows.count }
      }
      tables.rows.append(Row(one: row[1], twoB: row[2], three: row[4]))
    }
    for code in localUse {
      tables.twoB.insert(code)
      tables.two.insert(code)
    }
    return tables
  }()

  /// ISO 639-3 is read only for the documents that name it.
  private static let three: LetterCodes = {
    var codes = LetterCodes(length: 3, first: 0x61)
    for line in Resource.bytes(ead_languages_639_3).split(separator: 0x0A) where line.first != 0x23 {
      codes.insert(line.prefix(3))
    }
    for code in localUse { codes.insert(code) }
    return codes
  }()

  /// `qaa` to `qtz`, which ISO 639-2 leaves to anybody.
  private static let localUse: [[UInt8]] = (UInt8(ascii: "a")...UInt8(ascii: "t")).flatMap { second in
    (UInt8(ascii: "a")...UInt8(ascii: "z")).map { [UInt8(ascii: "q"), second, $0] }
  }

  static func contains(_ code: UnsafeBufferPointer<UInt8>, in list: List) -> Bool {
    switch list {
    case .part1: tables.one.contains(code)
    case .part2B: tables.twoB.contains(code)
    case .part2: tables.two.contains(code)
    case .part3: three.contains(code)
    case .other: true
    }
  }

  /// The code of a list that somebody meant by another code, a name, or a slip of the keyboard; nil when nothing is near.
  static func nearest(to value: UnsafeBufferPointer<UInt8>, in list: List) -> ValueWords.Meant? {
    guard value.count <= ValueWords.limit else { return nil }
    let key = Bytes.key(value)
    let tag = key.prefix { $0 != "-" && $0 != "_" }
    if let row = tables.rowByName[key] ?? tables.rowByName[String(tag)] {
      return code(tables.rows[row], list).map { ValueWords.Meant(value: $0) }
    }
    if list == .part3, three.contains(Array(key.utf8)) { return ValueWords.Meant(value: key) }
    guard key.utf8.count == 3 else { return nil }
    return usual.first { differsByOneLetter($0, key) }.flatMap { tables.rowByName[$0] }
      .flatMap { code(tables.rows[$0], list) }.map { ValueWords.Meant(value: $0, isSure: false) }
  }

  /// The languages whose codes are mistyped most often because they are written most often.
  private static let usual = [
    "fre", "eng", "ger", "lat", "spa", "ita", "dut", "por", "rus", "bre", "oci", "baq", "cat", "cos", "gre", "heb", "ara", "chi",
    "jpn", "pol", "cze", "swe", "dan", "nor", "fin", "hun", "mul", "und", "zxx",
  ]

  private static func code(_ row: Row, _ list: List) -> String? {
    let code =
      switch list {
      case .part1: row.one
      case .part2B, .part2: row.twoB
      case .part3: row.three
      case .other: ""
      }
    return code.isEmpty ? nil : code
  }

  private static func differsByOneLetter(_ left: String, _ right: String) -> Bool {
    zip(left.utf8, right.utf8).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) } == 1
  }
}

/// Values of `@langencoding` and its like, which people write in many ways.
enum EncodingName {
  /// Its letters (lower-cased) and digits; empty when there is no attribute.
  static func letters(_ value: UnsafeBufferPointer<UInt8>?) -> String {
    guard let value else { return "" }
    return String(
      decoding: value.prefix(100).map(Bytes.lowered).filter { Bytes.isASCIILetter($0) || Bytes.isDigit($0) }, as: UTF8.self)
  }
}
