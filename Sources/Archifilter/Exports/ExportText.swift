import EADKit

/// Paths, moments and words that several exports write in the same way.
enum ExportText {
  /// The bytes of a path in hexadecimal, where its text does not show them all; nil where it does.
  static func hex(of path: [UInt8], shownAs text: String) -> String? {
    text.utf8.elementsEqual(path) ? nil : ExportBuffer.hex(path)
  }

  /// `YYYY-MM-DDTHH:MM:SS` with nine digits after the point where there are any, and `Z`.
  static func utc(_ nanoseconds: Int) -> String {
    let date = LocalTime.utc.date(nanoseconds)
    let fraction = nanoseconds - CivilDate.floor(nanoseconds, 1_000_000_000) * 1_000_000_000
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    var text = date.iso + "T" + two(date.hour) + ":" + two(date.minute) + ":" + two(date.second)
    if fraction > 0 {
      let digits = String(fraction)
      text += "." + String(repeating: "0", count: 9 - digits.count) + digits
    }
    return text + "Z"
  }

  static func name(_ kind: Node.Kind) -> String {
    switch kind {
    case .folder: "folder"
    case .file: "file"
    case .link: "link"
    case .special: "special"
    case .unknown: "unknown"
    }
  }

  static func name(_ basis: ContentFacts.Basis) -> String {
    switch basis {
    case .signature: "signature"
    case .container: "container"
    case .extensionOnly: "extension"
    case .imported: "imported"
    case .magic: "magic"
    }
  }

  /// The words of the flags of an entry and of its content, in a fixed order.
  static func flags(_ node: Node) -> [String] {
    var words: [String] = []
    for (flag, word) in nodeFlags where node.flags.contains(flag) { words.append(word) }
    guard let content = node.content else { return words }
    for (flag, word) in contentFlags where content.flags.contains(flag) { words.append(word) }
    return words
  }

  private static let nodeFlags: [(Node.Flags, String)] = [
    (.placeholder, "placeholder"), (.mountPoint, "mount-point"), (.furtherLink, "further-link"), (.loop, "loop"),
    (.notEntered, "not-entered"), (.listedOnly, "listed-only"),
  ]
  private static let contentFlags: [(ContentFacts.Flags, String)] = [
    (.extensionMismatch, "extension-mismatch"), (.encrypted, "encrypted"), (.changed, "changed-while-read"),
    (.membersCut, "members-cut"), (.damaged, "damaged"),
  ]

  /// A format with its version.
  static func format(_ facts: FormatFacts) -> String {
    facts.version.isEmpty ? facts.name : facts.name + " " + facts.version
  }

  /// Text as one token: white space inside it as one blank, none at its ends.
  static func token(_ text: String) -> String {
    text.unicodeScalars.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
      .map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
  }

  /// At most so many bytes, cut between two scalars and ended with an ellipsis; nil when the text fits.
  static func cut(_ text: String, to most: Int) -> String? {
    guard text.utf8.count > most else { return nil }
    var kept = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      let length = UTF8.width(scalar)
      if count + length > most - 3 { break }
      count += length
      kept.append(scalar)
    }
    return String(kept) + "\u{2026}"
  }
}

/// The ignore rules of the scan, as exports name them.
struct IgnoredBy {
  private var texts: [Int: String] = [:]

  init(_ connection: InventoryConnection) throws(EADError) {
    let rows = try connection.prepare("SELECT id, pattern FROM rule")
    while try rows.step() { texts[rows.int(0)] = rows.text(1) }
  }

  /// The pattern of a rule.
  func text(_ rule: Int) -> String { texts[rule] ?? "rule \(rule)" }
}

/// Where the links of a scan point.
final class LinkTexts {
  private let statement: SQLStatement

  init(_ connection: InventoryConnection) throws(EADError) {
    statement = try connection.prepare("SELECT target FROM link WHERE node = ?1")
  }

  func target(_ node: Int) throws(EADError) -> [UInt8]? {
    statement.bind(1, node)
    defer { statement.reset() }
    return try statement.step() ? statement.array(0) : nil
  }
}
