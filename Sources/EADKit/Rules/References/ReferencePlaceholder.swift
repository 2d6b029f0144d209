import CResources

/// Text that was meant to be replaced: `xxx`, `à compléter`, `[titre]`, `TODO`, `lorem ipsum`, a date left blank after
/// `visa … le`. The texts are in `Resources/placeholders.tsv`.
final class ReferencePlaceholder: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("reference-placeholder", .references, .warning) }

  /// Place of the last finding: elements around it have the same text.
  @exclusivity(unchecked) private var last = Place()

  override func register(_ interests: inout RuleInterests) {
    interests.text(of: TextualElements.names + [Tag.eadid, Tag.recordid])
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    let text = document.text
    guard text.count > 0, Placeholders.mayBe(text) else { return }
    guard let shown = Placeholders.find(in: text, mayBeRoman: ReferencePlaceholder.numbered.contains(name)) else { return }
    let start = document.startPlace
    defer { last = start }
    if (last.line, last.column) > (start.line, start.column) { return }
    document.report(
      self, [shown, document.names.name(name), document.names.name(document.parent)], at: start)
  }

  /// Elements that may hold a number in Roman figures.
  private static let numbered = NameSet([
    Tag.unitid, Tag.unittitle, Tag.num, Tag.container, Tag.part, Tag.title, Tag.item, Tag.head, Tag.physloc,
  ])
}

/// Texts that people leave where something is still to be written, and those that programs leave by mistake.
enum Placeholders {
  private struct Table {
    /// Whole texts, lower-cased, without the brackets, quotation marks and full stops around them.
    var whole: Set<String> = []
    /// Whole texts as they are.
    var exact: Set<String> = []
    var starts: [String] = []
    var patterns: [[Substring]] = []
    /// Characters that say nothing when nothing else is there.
    var fillers: Set<Unicode.Scalar> = []
    var longest = 0
  }

  private static let table: Table = {
    var table = Table()
    for row in Resource.rows(ead_placeholders) where row.count >= 2 {
      switch row[0] {
      case "whole": table.whole.insert(row[1])
      case "exact": table.exact.insert(row[1])
      case "starts": table.starts.append(row[1])
      case "pattern": table.patterns.append(row[1].split(separator: "*", omittingEmptySubsequences: false))
      case "only": table.fillers.formUnion(row[1].unicodeScalars)
      default: break
      }
    }
    table.longest = (table.whole.union(table.exact).map(\.utf8.count).max() ?? 0) + 8
    return table
  }()

  /// What the first bytes of a text say: by hash, whether some placeholder begins with the same four (in either case), and
  /// by the first byte, whether it opens a bracket or is a filler or an x. Written once, before its first use.
  private struct Beginnings {
    let fours: UnsafeMutablePointer<Bool>
    let openings: UnsafeMutablePointer<Bool>

    init(_ table: Table) {
      fours = .allocate(capacity: 1 << 16)
      fours.initialize(repeating: false, count: 1 << 16)
      openings = .allocate(capacity: 256)
      openings.initialize(repeating: false, count: 256)
      for text in table.whole.union(table.exact).union(table.starts) {
        for variant in [text, text.lowercased(), text.uppercased(), text.prefix(1).uppercased() + text.dropFirst()] {
          let bytes = Array(variant.utf8)
          // After a short one stands nothing, or the full stop that is left out.
          for padding in bytes.count < 4 ? Array(" .:!]).".utf8) : [0x20] {
            let four = bytes.count < 4 ? bytes + [padding] + [0x20, 0x20] : bytes
            four.withUnsafeBufferPointer { fours[Beginnings.hash($0)] = true }
          }
        }
      }
      for byte in "\"'([{<xX".utf8 { openings[Int(byte)] = true }
      for filler in table.fillers { openings[Int(String(filler).utf8.first ?? 0)] = true }
      // Quotation marks; dashes are fillers.
      for byte: UInt8 in [0xE2, 0xC2] { openings[Int(byte)] = true }
    }

    @inline(__always)
    static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
      var value: UInt32 = 0
      for at in 0..<4 { value = value << 8 | UInt32(at < text.count ? Bytes.lowered(text[at]) : 0x20) }
      return Int((value &* 0x9E37_79B1) >> 16)
    }
  }

  nonisolated(unsafe) private static let beginnings = Beginnings(table)

  /// A look at the first and the last bytes, which settles it for nearly all texts.
  static func mayBe(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let beginnings = beginnings
    return beginnings.fours[Beginnings.hash(text)] || beginnings.openings[Int(text[0])] || endsInBlank(text)
  }

  /// `…`, `...`, `___`: something left to be filled in.
  @inline(__always)
  private static func endsInBlank(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count > 8 else { return false }
    let end = text.count
    let byte = text[end - 1]
    if byte == 0x2E || byte == 0x5F { return text[end - 2] == byte || text[end - 2] == 0xA6 || text[end - 2] == 0x20 }
    return byte == 0xA6 && text[end - 2] == 0x80 && text[end - 3] == 0xE2
  }

  /// What to show of the text when it is one; `xxx` in capitals is a number where that may be.
  static func find(in text: UnsafeBufferPointer<UInt8>, mayBeRoman: Bool) -> String? {
    if endsInBlank(text), text.count < 2000, matchesPattern(text) { return end(of: text) }
    return isPlaceholder(text, mayBeRoman: mayBeRoman) ? Excerpt.text(text) : nil
  }

  private static func end(of text: UnsafeBufferPointer<UInt8>) -> String {
    let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
    return scalars.count > 80 ? "…" + String(String.UnicodeScalarView(scalars.suffix(80))) : String(scalars)
  }

  private static func isPlaceholder(_ text: UnsafeBufferPointer<UInt8>, mayBeRoman: Bool) -> Bool {
    let key = Bytes.key(UnsafeBufferPointer(rebasing: text.prefix(200))).replacing("’", with: "'")
    let bare = stripped(key)
    if table.starts.contains(where: { key.hasPrefix($0) || bare.hasPrefix($0) }) { return true }
    guard text.count <= table.longest else { return false }
    if table.whole.contains(key) || table.whole.contains(bare) { return true }
    let whole = String(decoding: text, as: UTF8.self)
    if table.exact.contains(whole) { return true }
    if key.unicodeScalars.allSatisfy({ table.fillers.contains($0) || $0 == " " }) { return true }
    return isCrosses(whole, mayBeRoman: mayBeRoman)
  }

  /// Without what people put around a remark.
  private static func stripped(_ key: String) -> String {
    let around = Set("[](){}<>«»\"'“”*.…!: \u{A0}".unicodeScalars)
    let scalars = key.unicodeScalars
    guard let first = scalars.firstIndex(where: { !around.contains($0) }),
      let last = scalars.lastIndex(where: { !around.contains($0) })
    else { return "" }
    return String(scalars[first...last])
  }

  /// `xxx`, `XX/XX/XXXX`: nothing but the letter x, at least three of them, and separators.
  private static func isCrosses(_ text: String, mayBeRoman: Bool) -> Bool {
    var count = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "x", "X": count += 1
      case " ", "-", "/", ".", "_", "[", "]", "(", ")": break
      default: return false
      }
    }
    return count > 3 || count == 3 && !(mayBeRoman && text.contains("XXX"))
  }

  /// Runs of dots, ellipses and underscores, and the blanks around them, count as one `…`; the parts of a pattern follow
  /// each other in the text.
  private static func matchesPattern(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var key = ""
    var isBlank = false
    for scalar in Bytes.key(text).unicodeScalars {
      if scalar == "…" || scalar == "." || scalar == "_" || (isBlank && scalar == " ") {
        if !isBlank {
          if key.last == " " { key.removeLast() }
          key += "…"
        }
        isBlank = true
      } else {
        isBlank = false
        key.unicodeScalars.append(scalar)
      }
    }
    return table.patterns.contains { parts in
      var rest = key[...]
      for (index, part) in parts.enumerated() where !part.isEmpty {
        if index == parts.count - 1 { return rest.hasSuffix(part) }
        if index == 0 {
          guard rest.hasPrefix(part) else { return false }
          rest = rest.dropFirst(part.count)
        } else {
          guard let found = rest.firstRange(of: part) else { return false }
          rest = rest[found.upperBound...]
        }
      }
      return true
    }
  }
}
