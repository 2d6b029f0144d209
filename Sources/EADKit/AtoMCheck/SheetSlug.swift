/// The slugs that AtoM makes of titles: small letters without accents, digits, and one dash for all between them.
///
/// Source of the rule: AtoM's exports of what it has imported (`Parent one` becomes `parent-one`).
enum SheetSlug {
  /// Letters of U+00C0 to U+017F in ASCII, the second one in the upper byte; 0 for what is no letter.
  private static let latin: [UInt16] = (UInt32(0xC0)...0x17F).map { value in
    guard let scalar = Unicode.Scalar(value) else { return 0 }
    let letters = Array(AtoMImport.folded(String(scalar)).utf8)
    guard (1...2).contains(letters.count), letters.allSatisfy(Bytes.isASCIILetter) else { return 0 }
    return UInt16(letters[0]) | (letters.count > 1 ? UInt16(letters[1]) << 8 : 0)
  }

  /// Writes the slug of a title; nothing for a title without a letter or a digit of ASCII.
  ///
  /// - Parameter keepsWordsApart: an apostrophe stands for a dash, not for nothing.
  /// - Returns: true when the title has an apostrophe.
  static func write(_ title: UnsafeBufferPointer<UInt8>, keepsWordsApart: Bool, to out: inout ByteBuffer) -> Bool {
    out.count = 0
    var hasApostrophe = false
    var needsDash = false
    var at = 0
    while at < title.count {
      let byte = title[at]
      at += 1
      var letters: UInt16 = 0
      if byte < 0x80 {
        if Bytes.isDigit(byte) || Bytes.isASCIILetter(byte) {
          letters = UInt16(Bytes.lowered(byte))
        } else if byte == 0x27 {
          hasApostrophe = true
          if !keepsWordsApart { continue }
        }
      } else if byte >= 0xC3, byte <= 0xC5, at < title.count {
        letters = latin[(Int(byte & 0x1F) << 6 | Int(title[at] & 0x3F)) - 0xC0]
        at += 1
      } else if byte == 0xCC || byte == 0xCD {
        // Combining accents: the letter before them stands already.
        at += 1
        continue
      } else {
        if byte == 0xE2, at + 1 < title.count, title[at] == 0x80, title[at + 1] == 0x99 {
          hasApostrophe = true
          at += 2
          if !keepsWordsApart { continue }
        }
        while at < title.count, title[at] & 0xC0 == 0x80 { at += 1 }
      }
      if letters == 0 {
        needsDash = true
        continue
      }
      if needsDash, out.count > 0 { out.append(0x2D) }
      needsDash = false
      out.append(UInt8(truncatingIfNeeded: letters))
      if letters > 0xFF { out.append(UInt8(truncatingIfNeeded: letters >> 8)) }
    }
    return hasApostrophe
  }

  /// The slug without the number that AtoM puts behind the second and further ones: `parent-one-2`; nil without one.
  static func base(_ slug: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var end = slug.count
    while end > 0, Bytes.isDigit(slug[end - 1]) { end -= 1 }
    guard end > 1, end < slug.count, slug[end - 1] == 0x2D else { return nil }
    return UnsafeBufferPointer(rebasing: slug[..<(end - 1)])
  }
}
