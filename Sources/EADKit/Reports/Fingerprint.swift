/// Names a finding so that it is known again when lines have moved: 128 bits over the rule, the document's name, the path
/// without positions, the component, and the arguments that are neither places nor advice; 32 hexadecimal digits.
///
/// One for each document. Findings that are alike in all of this are told apart by their number, in the order of the
/// document; whoever compares fingerprints therefore counts every finding, listed or not. Memory: 40 bytes or so for each
/// different finding.
public struct FingerprintCounter {
  private let paths = ReportPath()
  private var file: (given: String, bytes: [UInt8])?
  private var occurrences: [Fingerprint: Int] = [:]
  /// By rule and number of arguments: which arguments speak of places.
  private var placeArguments: [String: [PlaceArgument]] = [:]

  /// Whether an argument speaks of a place, by the rule's sentence.
  private enum PlaceArgument {
    case never
    /// When it is a line and a column, such as `12:9`.
    case pair
    /// When it is a number, too.
    case number

    func matches(_ text: some Collection<UInt8>) -> Bool {
      let parts = text.split(separator: 0x3A, omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Bytes.isDigit) }) else { return false }
      switch self {
      case .never: return false
      case .pair: return parts.count == 2
      case .number: return parts.count <= 2
      }
    }
  }

  public init() {}

  /// The fingerprint of the next finding of the document.
  public mutating func fingerprint(of finding: Finding) -> String {
    if let known = finding.fingerprint { return known }
    var bytes: [UInt8] = []
    // A length before each part: no two different lists of parts give the same bytes.
    func add(_ part: some Collection<UInt8>) {
      bytes += String(part.count).utf8
      bytes.append(0x3A)
      bytes += part
    }
    if file == nil || file.map({ !$0.given.utf8.elementsEqual(finding.file.utf8) }) == true {
      file = (finding.file, Array(paths.relative(finding.file).utf8))
    }
    add(finding.rule.utf8)
    add(file?.bytes ?? [])
    add(FingerprintCounter.withoutPositions(finding.path))
    add(finding.component.utf8)
    let moving = movingArguments(finding)
    for (index, argument) in finding.arguments.enumerated() where !moving[index] {
      add(FingerprintCounter.withoutPlace(argument, file: finding.file))
    }
    let kind = Fingerprint(bytes)
    let number = (occurrences[kind] ?? 0) + 1
    occurrences[kind] = number
    add(String(number).utf8)
    return Fingerprint(bytes).text
  }

  /// `/ead/archdesc/dsc/c01[3]/did` as `/ead/archdesc/dsc/c01/did`.
  static func withoutPositions(_ path: String) -> [UInt8] {
    let bytes = Array(path.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      if bytes[at] == 0x5B {
        var end = at + 1
        while end < bytes.count, Bytes.isDigit(bytes[end]) { end += 1 }
        if end > at + 1, end < bytes.count, bytes[end] == 0x5D {
          at = end + 1
          continue
        }
      }
      out.append(bytes[at])
      at += 1
    }
    return out
  }

  /// An argument without what moves: positions in a path, the line and the column behind the name of a document.
  private static func withoutPlace(_ argument: String, file: String) -> [UInt8] {
    if argument.unicodeScalars.contains(LocalizedText.separator) {
      return withoutLineAndColumn(LocalizedText.part(argument, .english))
    }
    if argument.utf8.first == 0x2F { return withoutPositions(argument) }
    let bytes = Array(argument.utf8)
    var name = bytes[...]
    for _ in 0..<2 {
      let digits = name.reversed().prefix(while: Bytes.isDigit).count
      guard digits > 0, name.count > digits, name[name.count - digits - 1] == 0x3A else { break }
      name = name.dropLast(digits + 1)
    }
    let isName =
      name.elementsEqual(file.utf8) || [".xml", ".ead", ".gz"].contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    return isName ? Array(name) : bytes
  }

  /// The program's own words without the places in them, such as "first at 12:9".
  private static func withoutLineAndColumn(_ text: String) -> [UInt8] {
    let words = Array(text.utf8).split(separator: 0x20)
    let kept = words.filter { word in
      !PlaceArgument.pair.matches(word.drop { $0 == 0x28 }.prefix { $0 == 0x3A || Bytes.isDigit($0) })
    }
    return Array(kept.joined(separator: [0x20]))
  }

  /// Arguments that only say what would be possible, what was probably meant or how often: they change with what stands
  /// around the mistake, which stays the same.
  static let advice: [String: Set<Int>] = [
    "ignore-unknown-rule": [1],
    "schema-attribute-value": [3],
    "schema-dangling-idref": [1],
    "schema-element-value": [2],
    "schema-text-not-allowed": [2],
    "schema-unexpected-element": [2, 3],
    "schema-unknown-attribute": [2, 3],
    "schema-unknown-element": [2, 3],
    "schema-wrong-root": [1],
  ]

  /// Which arguments do not belong to what the finding is: advice, and numbers of lines and columns.
  private mutating func movingArguments(_ finding: Finding) -> [Bool] {
    guard !finding.arguments.isEmpty else { return [] }
    let key = "\(finding.rule) \(finding.arguments.count)"
    let places: [PlaceArgument]
    if let known = placeArguments[key] {
      places = known
    } else {
      places = FingerprintCounter.placeArguments(finding.rule, finding.arguments.count)
      placeArguments[key] = places
    }
    let advice = FingerprintCounter.advice[finding.rule] ?? []
    return finding.arguments.indices.map { advice.contains($0) || places[$0].matches(finding.arguments[$0].utf8) }
  }

  /// Arguments that stand behind "line", "column" or "at" in the rule's English sentence.
  private static func placeArguments(_ rule: String, _ count: Int) -> [PlaceArgument] {
    var places = [PlaceArgument](repeating: .never, count: count)
    guard MessageCatalog.contains(rule) else { return places }
    let marks = (0..<count).map { "\u{1}\($0)\u{2}" }
    var previous = PlaceArgument.never
    for piece in MessageCatalog.text(rule, marks, .english).utf8.split(separator: 0x02) {
      guard let mark = piece.lastIndex(of: 0x01), let text = String(piece[piece.index(after: mark)...]), let index = Int(text),
        index < count
      else { continue }
      let before = piece[..<mark].split(separator: 0x20)
      let word = (before.last ?? piece[..<mark]).drop { $0 == 0x28 }
      func isOne(of words: [String]) -> Bool { words.contains { word.elementsEqual($0.utf8) } }
      if isOne(of: ["line", "lines", "Line", "Lines", "column", "columns"]) {
        places[index] = .number
      } else if isOne(of: ["at"]) {
        places[index] = .pair
      } else if before.count <= 1, isOne(of: ["and", "or", "to", ",", ":", "-", "–"]) {
        places[index] = previous
      }
      previous = places[index]
    }
    return places
  }
}

/// 128 bits that stand for a finding.
struct Fingerprint: Hashable, Sendable {
  private let high: UInt64
  private let low: UInt64

  init(_ bytes: [UInt8]) {
    (high, low) = bytes.withUnsafeBufferPointer {
      (Bytes.hash($0), Bytes.hash($0, seed: 0x9e37_79b9_7f4a_7c15))
    }
  }

  /// By its 32 hexadecimal digits, in lower case; nil for anything else.
  init?(_ text: some Collection<UInt8>) {
    guard text.count == 32 else { return nil }
    var halves: [UInt64] = [0, 0]
    for (index, byte) in text.enumerated() {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: return nil
      }
      halves[index / 16] = halves[index / 16] << 4 | UInt64(digit)
    }
    (high, low) = (halves[0], halves[1])
  }

  var text: String {
    func digits(_ value: UInt64) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
    return digits(high) + digits(low)
  }
}
