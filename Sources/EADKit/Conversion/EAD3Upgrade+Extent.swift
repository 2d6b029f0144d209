/// An extent that can be read in one way only: a number, a blank, a unit.
struct ExtentText {
  var quantity: [UInt8]
  var unit: [UInt8]
  /// Value of `@physdescstructuredtype`.
  var type: String

  /// Units of length, surface, volume and storage: room that the material takes.
  private static let measures: Set<String> = [
    "linear", "feet", "foot", "ft", "inch", "inches", "in", "cubic", "metre", "metres", "meter", "meters", "mètre", "mètres",
    "ml", "m.l", "m.l.", "m", "cm", "mm", "dm", "km", "lf", "linéaire", "linéaires", "lfm", "laufmeter", "meter.",
    "byte", "bytes", "kb", "mb", "gb", "tb", "ko", "mo", "go", "to", "octet", "octets", "megabytes", "gigabytes",
    "kilobytes", "terabytes", "metros", "metro", "metri",
  ]
  /// Things that hold the material.
  private static let carriers: Set<String> = [
    "box", "boxes", "folder", "folders", "carton", "cartons", "reel", "reels", "volume", "volumes", "album", "albums",
    "container", "containers", "cassette", "cassettes", "disc", "discs", "disk", "disks", "drawer", "drawers", "case",
    "cases", "binder", "binders", "envelope", "envelopes", "portfolio", "portfolios", "tube", "tubes", "boîte", "boîtes",
    "chemise", "chemises", "registre", "registres", "liasse", "liasses", "bobine", "bobines", "pochette", "pochettes",
    "dossier", "dossiers", "classeur", "classeurs", "rouleau", "rouleaux", "enveloppe", "enveloppes", "disque", "disques",
    "schachtel", "schachteln", "karton", "kartons", "band", "bände", "mappe", "mappen", "caja", "cajas", "carpeta",
    "carpetas", "scatola", "scatole", "busta", "buste",
  ]
  /// Words that make of one statement two.
  private static let joints: Set<String> = [
    "and", "or", "et", "ou", "und", "oder", "y", "e", "with", "avec", "in", "dans", "plus", "including", "dont", "mit",
  ]

  /// Nil for everything but `3 linear feet`, `2 boîtes`, `0.5 m.l.`
  init?(_ text: [UInt8]) {
    guard let blank = text.firstIndex(of: 0x20), blank > 0, text.count <= 60 else { return nil }
    let number = text[..<blank]
    let mark = number.firstIndex { $0 == 0x2E || $0 == 0x2C }
    guard number.enumerated().allSatisfy({ Bytes.isDigit($1) || number.startIndex + $0 == mark }), Bytes.isDigit(text[0]),
      Bytes.isDigit(text[blank - 1])
    else { return nil }
    // A comma and three digits may be thousands or thousandths.
    if let mark, text[mark] == 0x2C, blank - mark - 1 == 3 { return nil }
    let unit = Array(text[(blank + 1)...])
    let words = unit.split(separator: 0x20, omittingEmptySubsequences: false)
    guard (1...3).contains(words.count), words.allSatisfy({ !$0.isEmpty }),
      unit.allSatisfy({ Bytes.isASCIILetter($0) || $0 >= 0x80 || $0 == 0x20 || $0 == 0x2E }),
      let first = unit.first, Bytes.isASCIILetter(first) || first >= 0xC3
    else { return nil }
    let keys = words.map { $0.withUnsafeBufferPointer(Bytes.key) }
    // A lone "in" is inches; among words it joins two things.
    if keys.count > 1, keys.contains(where: ExtentText.joints.contains) { return nil }
    if keys.count == 1, ExtentText.joints.contains(keys[0]), keys[0] != "in" { return nil }
    quantity = Array(number)
    self.unit = unit
    if keys.contains(where: ExtentText.measures.contains) {
      type = "spaceoccupied"
    } else if keys.contains(where: ExtentText.carriers.contains) {
      type = "carrier"
    } else {
      type = "materialtype"
    }
  }
}
