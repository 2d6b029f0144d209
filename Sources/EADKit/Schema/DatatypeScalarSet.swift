import CLibXML2

/// A set of characters as regular expressions of XML Schema build them: ranges, and general categories of Unicode within ranges.
///
/// Categories stay symbolic (a bit each), so that `\p{L}` costs one entry and not a scan of all of Unicode.
struct ScalarSet: Hashable {
  /// From `start` to the next piece's start, the characters whose category is in `categories`.
  struct Piece: Hashable {
    var start: UInt32
    var categories: UInt32
  }

  static let everyCategory: UInt32 = (1 << 30) - 1

  /// Sorted by `start`; the first starts at 0, and neighbours differ.
  private(set) var pieces: [Piece]

  static let none = ScalarSet(pieces: [Piece(start: 0, categories: 0)])
  static let all = ScalarSet(pieces: [Piece(start: 0, categories: everyCategory)])

  private init(pieces: [Piece]) { self.pieces = pieces }

  /// Characters of the ranges, which are sorted and apart from each other.
  init(_ ranges: [ClosedRange<UInt32>]) {
    var pieces = [Piece(start: 0, categories: 0)]
    for range in ranges {
      if pieces.last?.start == range.lowerBound { pieces.removeLast() }
      pieces.append(Piece(start: range.lowerBound, categories: Self.everyCategory))
      pieces.append(Piece(start: range.upperBound + 1, categories: 0))
    }
    self.pieces = pieces
  }

  init(_ range: ClosedRange<UInt32>) { self.init([range]) }

  /// All characters of the categories, each a bit.
  init(categories: UInt32) { pieces = [Piece(start: 0, categories: categories)] }

  func union(_ other: ScalarSet) -> ScalarSet { combined(other) { $0 | $1 } }
  func subtracting(_ other: ScalarSet) -> ScalarSet { combined(other) { $0 & ~$1 } }
  var inverted: ScalarSet {
    ScalarSet(pieces: pieces.map { Piece(start: $0.start, categories: ~$0.categories & Self.everyCategory) })
  }

  private func combined(_ other: ScalarSet, _ operation: (UInt32, UInt32) -> UInt32) -> ScalarSet {
    var result: [Piece] = []
    var left = 0
    var right = 0
    var start: UInt32 = 0
    while true {
      let categories = operation(pieces[left].categories, other.pieces[right].categories)
      if result.last?.categories != categories { result.append(Piece(start: start, categories: categories)) }
      let nextLeft = left + 1 < pieces.count ? pieces[left + 1].start : .max
      let nextRight = right + 1 < other.pieces.count ? other.pieces[right + 1].start : .max
      start = min(nextLeft, nextRight)
      if start == .max { return ScalarSet(pieces: result) }
      if nextLeft == start { left += 1 }
      if nextRight == start { right += 1 }
    }
  }
}

extension ScalarSet {
  static let lineEnds = ScalarSet([0x0A...0x0A, 0x0D...0x0D])
  static let space = ScalarSet([0x09...0x0A, 0x0D...0x0D, 0x20...0x20])
  static let digits = ScalarSet(categories: categories(named: "Nd") ?? 0)
  /// Everything but punctuation, separators, and what is no character.
  static let word = ScalarSet(categories: everyCategory & ~(categories(named: "P Z C") ?? 0))
  static let nameStarts = ScalarSet(ranges(upTo: 0xFFFF) { ead_is_letter($0) != 0 || $0 == 0x5F || $0 == 0x3A })
  static let nameCharacters = ScalarSet(ranges(upTo: 0xFFFF) { ead_is_name_char($0) != 0 })

  private static func ranges(upTo end: Int32, step: Int32 = 1, where test: (Int32) -> Bool) -> [ClosedRange<UInt32>] {
    var ranges: [ClosedRange<UInt32>] = []
    var start: Int32?
    for scalar in stride(from: 0, through: end + 1, by: Int(step)) {
      let isIn = scalar <= end && test(scalar)
      if isIn, start == nil { start = scalar }
      if !isIn, let first = start {
        ranges.append(UInt32(bitPattern: first)...UInt32(bitPattern: scalar - 1))
        start = nil
      }
    }
    return ranges
  }

  /// The characters of a block of Unicode such as `BasicLatin`; nil for a name that libxml2 does not know.
  static func block(_ name: String) -> ScalarSet? {
    guard xmlUCSIsBlock(0, name) >= 0 else { return nil }
    // Blocks begin and end at multiples of 16.
    return ScalarSet(ranges(upTo: 0x10FFFF, step: 16) { xmlUCSIsBlock($0, name) == 1 })
  }

  /// Bits of the categories with these names, separated by blanks; `L` stands for all that begin with it. Nil for an
  /// unknown name.
  static func categories(named names: String) -> UInt32? {
    var bits: UInt32 = 0
    for name in names.split(separator: " ") {
      let found = categoryNames.indices.filter {
        categoryNames[$0] == name || (name.count == 1 && categoryNames[$0].first == name.first)
      }
      guard !found.isEmpty else { return nil }
      for index in found { bits |= 1 << UInt32(index) }
    }
    return bits
  }

  private static let categoryNames = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc",
    "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  /// The number of a character's category, which is its bit in `Piece.categories`.
  static func category(of scalar: UInt32) -> Int {
    switch Unicode.Scalar(scalar)?.properties.generalCategory {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    default: 29
    }
  }
}
