/// A suspicious place in text with what stands before and after it, and what it turns out to be.
struct SuspiciousText {
  enum Verdict {
    case harmless
    /// More text would decide.
    case undecided
    /// The arguments of the rule's sentence, without the element.
    case found(TextScan.Kind, [String])
  }

  let bytes: UnsafeBufferPointer<UInt8>
  /// Where in `bytes` the suspicious byte is.
  let at: Int
  /// No more text comes before the next tag, or none that could matter.
  let isLast: Bool

  func judge(isElementOnly: Bool) -> Verdict {
    guard at < bytes.count else { return .harmless }
    switch bytes[at] {
    case 0x26: return entity()
    case 0x3C: return markup()
    case 0x3D: return attribute(isElementOnly: isElementOnly)
    case 0xC3: return doubleEncoding()
    case 0x7F, 0..<0x20: return control(UInt32(bytes[at]), 1)
    default: return character()
    }
  }

  // MARK: Characters

  private func character() -> Verdict {
    guard let (value, length) = scalar(at) else { return isLast ? .harmless : .undecided }
    switch value {
    case 0x80..<0xA0, 0xFEFF: return control(value, length)
    case 0xFFFD: return .found(.replacementCharacter, [excerpt(length, "\u{FFFD}")])
    case 0xE000...0xF8FF, 0xF0000..., 0xFDD0...0xFDEF: break
    default: if value & 0xFFFE != 0xFFFE { return .harmless }
    }
    let code = SuspiciousText.code(value)
    return .found(.nonCharacter, [code, excerpt(length, "[" + code + "]")])
  }

  /// A control character, with the one that Windows-1252 has in its place, which is mostly what was meant.
  private func control(_ value: UInt32, _ length: Int) -> Verdict {
    var code = SuspiciousText.code(value)
    let shown = "[" + code + "]"
    if (0x80..<0xA0).contains(value), let meant = Windows1252.scalar(UInt8(value)) {
      code += " (Windows-1252: " + String(Character(meant)) + ")"
    }
    return .found(.controlCharacter, [code, excerpt(length, shown)])
  }

  private static func code(_ value: UInt32) -> String {
    let hex = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
  }

  private func scalar(_ index: Int) -> (value: UInt32, length: Int)? {
    let first = bytes[index]
    if first < 0x80 { return (UInt32(first), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, index + length <= bytes.count else { return nil }
    var value = UInt32(first) & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
    for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
    return (value, length)
  }

  // MARK: UTF-8 read as Windows-1252

  private func doubleEncoding() -> Verdict {
    var lead: UInt8 = 0
    var read: [UInt8] = []
    var next = at
    var pairs = 0
    while true {
      read = []
      let from = next
      if next >= bytes.count { return isLast ? .harmless : .undecided }
      guard let (first, length) = windowsByte(next), first >= 0xC2 else { break }
      let wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      read.append(first)
      next += length
      while read.count < wanted {
        // Text that comes in pieces may be cut between the two.
        guard next < bytes.count else { return isLast ? .harmless : .undecided }
        guard let (byte, length) = windowsByte(next), byte < 0xC0 else { break }
        read.append(byte)
        next += length
      }
      guard read.count == wanted else { break }
      if pairs == 0 { lead = first }
      pairs += 1
      guard needsCompany(first) else {
        return isPlausible(read, after: next) ? double(read, next - from) : undecided(next)
      }
      if pairs == 2 { return needsCompany(lead) ? double(read, next - at) : .harmless }
    }
    return .harmless
  }

  private func undecided(_ next: Int) -> Verdict { next >= bytes.count && !isLast ? .undecided : .harmless }

  /// Greek, Cyrillic, Hebrew and Arabic letters come in words: a single one is chance.
  private func needsCompany(_ lead: UInt8) -> Bool { [0xCE, 0xCF, 0xD0, 0xD1, 0xD7, 0xD8, 0xD9].contains(lead) }

  /// Whether bytes that make a character are more likely a mistake than two or three characters that stand side by side.
  private func isPlausible(_ read: [UInt8], after next: Int) -> Bool {
    let before = at > 0 ? bytes[at - 1] : 0x20
    let isAfterSmall = isSmall(before)
    let isAfterCapital = before >= 0x80 || (0x41...0x5A).contains(before)
    let isBeforeSmall = next < bytes.count && isSmall(bytes[next])
    let second = read[1]
    // What can follow a letter in good text: quotation marks, dashes, an ellipsis, a no-break space.
    let isPunctuation =
      [0x82, 0x84, 0x85, 0x8B, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0x9B, 0xA0, 0xAB, 0xBB].contains(second)
    switch read[0] {
    case 0xC2: return second >= 0xA0 && (second != 0xBB || !isAfterCapital)
    case 0xC3:
      if second == 0xA0 { return !isAfterCapital }
      return !isPunctuation || isAfterSmall || isBeforeSmall
    case 0xC4, 0xC5:
      // `Å’s` is English.
      if second == 0x92 { return isBeforeSmall && next + 1 < bytes.count && isSmall(bytes[next + 1]) }
      return isAfterSmall || isBeforeSmall
    case 0xE2: return [0x80, 0x82, 0x84].contains(second)
    case 0xEF: return second == 0xBB && read[2] == 0xBF || second == 0xBF && read[2] == 0xBD
    case 0xF0: return second >= 0x90
    default: return false
    }
  }

  private func isSmall(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }

  private func double(_ read: [UInt8], _ length: Int) -> Verdict {
    // `ï¿½`: what was there had been lost before.
    if read == [0xEF, 0xBF, 0xBD] {
      return .found(.replacementCharacter, [excerpt(length, slice(at, at + length))])
    }
    let seen = slice(at, at + length)
    return .found(.doubleEncoded, [seen, visible(meant(length)), excerpt(length, seen)])
  }

  private func visible(_ text: String) -> String {
    guard let scalar = text.unicodeScalars.first, [0xA0, 0xAD, 0xFEFF].contains(scalar.value) || scalar.value < 0xA0 else {
      return text
    }
    return SuspiciousText.code(scalar.value)
  }

  /// What the bytes say when they are read as they were meant.
  private func meant(_ length: Int) -> String {
    var read: [UInt8] = []
    var next = at
    while next < at + length, let (byte, length) = windowsByte(next) {
      read.append(byte)
      next += length
    }
    return String(decoding: read, as: UTF8.self)
  }

  /// The byte of Windows-1252 (or of ISO 8859-1) above ASCII that stands for the character at a place.
  private func windowsByte(_ index: Int) -> (byte: UInt8, length: Int)? {
    guard bytes[index] >= 0xC2, let (value, length) = scalar(index), let byte = Windows1252.byte(value) else { return nil }
    return (byte, length)
  }

  // MARK: Markup in text

  /// `&eacute;`, `&amp;`, `&#233;`: a reference to a character, shown as it is.
  private func entity() -> Verdict {
    var end = at + 1
    while end < bytes.count, end - at <= 33, Bytes.isDigit(bytes[end]) || Bytes.isASCIILetter(bytes[end]) || bytes[end] == 0x23 {
      end += 1
    }
    if end >= bytes.count { return isLast ? .harmless : .undecided }
    guard bytes[end] == 0x3B, end - at > 1 else { return .harmless }
    let name = slice(at + 1, end)
    guard ShownMarkup.isReference(name) else { return .harmless }
    let whole = "&" + name + ";"
    return .found(.entityShown, [whole, excerpt(end + 1 - at, whole)])
  }

  /// `<i>`, `</p>`, `<br/>`, `<span class=`, `<!--`: markup, shown as it is.
  private func markup() -> Verdict {
    var next = at + 1
    if next < bytes.count, bytes[next] == 0x2F { next += 1 }
    let from = next
    while next < bytes.count, next - from <= 32, isNameByte(bytes[next]) { next += 1 }
    if next >= bytes.count { return isLast ? .harmless : .undecided }
    let name = slice(from, next).lowercased()
    guard ShownMarkup.isTag(name) else { return .harmless }
    if name.hasPrefix("!") || name.hasPrefix("?") { return shown(next) }
    var blank = false
    while next < bytes.count, Bytes.isSpace(bytes[next]) {
      blank = true
      next += 1
    }
    if next < bytes.count, bytes[next] == 0x2F { next += 1 }
    if next >= bytes.count { return isLast ? .harmless : .undecided }
    if bytes[next] == 0x3E { return shown(next + 1) }
    guard blank else { return .harmless }
    let attribute = next
    while next < bytes.count, next - attribute <= 32, isNameByte(bytes[next]) { next += 1 }
    if next >= bytes.count { return isLast ? .harmless : .undecided }
    return next > attribute && bytes[next] == 0x3D ? shown(next) : .harmless
  }

  private func shown(_ end: Int) -> Verdict {
    let found = bytes[at...].firstIndex(of: 0x3E)
    if found == nil, !isLast { return .undecided }
    let close = found.map { $0 + 1 } ?? end
    let tag = slice(at, min(close, at + 60))
    return .found(.markupShown, [tag, excerpt(min(close, at + 60) - at, tag)])
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    Bytes.isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || [0x21, 0x2D, 0x3A, 0x3F].contains(byte)
  }

  /// `level="file"`: an attribute that slipped out of its tag.
  ///
  /// Where no text may stand, any name will do. Elsewhere people write of attributes: only those of EAD count, and only
  /// where they begin the text.
  private func attribute(isElementOnly: Bool) -> Verdict {
    var from = at
    while from > 0, isNameByte(bytes[from - 1]) { from -= 1 }
    guard from < at else { return .harmless }
    let name = slice(from, at)
    if !isElementOnly {
      guard bytes[..<from].allSatisfy(Bytes.isSpace), at < 40, ShownMarkup.isAttribute(name) else { return .harmless }
    } else if from > 0, !Bytes.isSpace(bytes[from - 1]), bytes[from - 1] != 0x3E {
      return .harmless
    }
    let quotes: [[UInt8]] = [[0x22], [0x27], Array("“".utf8), Array("”".utf8)]
    guard at + 1 < bytes.count else { return isLast ? .harmless : .undecided }
    guard let quote = quotes.first(where: { bytes[(at + 1)...].starts(with: $0) }) else { return .harmless }
    let value = at + 1 + quote.count
    let closing = quote.count == 1 ? quote : Array("”".utf8)
    var end = value
    while end < bytes.count, !bytes[end...].starts(with: closing) { end += 1 }
    if end >= bytes.count, !isLast { return .undecided }
    if end >= bytes.count, !isElementOnly { return .harmless }
    let whole = slice(from, min(end + closing.count, bytes.count, from + 80))
    return .found(.attributeAsText, [whole])
  }

  // MARK: Excerpts

  private func slice(_ from: Int, _ to: Int) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[from..<max(from, to)]), as: UTF8.self)
  }

  /// The words around the place, with something to be seen in the place of its `length` bytes.
  private func excerpt(_ length: Int, _ shown: String) -> String {
    var from = at
    while from > 0, at - from < 24, !Bytes.isSpace(bytes[from - 1]) { from -= 1 }
    while from < at, bytes[from] & 0xC0 == 0x80 { from += 1 }
    let after = min(at + length, bytes.count)
    var to = after
    while to < bytes.count, to - after < 24, !Bytes.isSpace(bytes[to]) { to += 1 }
    while to > after, to < bytes.count, bytes[to] & 0xC0 == 0x80 { to -= 1 }
    return slice(from, at) + shown + slice(after, to)
  }
}
