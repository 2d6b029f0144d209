/// What the first bytes of a document say about its encoding.
///
/// Source of the byte patterns: XML 1.0, appendix F.
struct InputEncoding {
  enum Family: Equatable {
    /// One byte a character for everything XML's syntax uses: UTF-8, ISO 8859, Windows code pages.
    case ascii
    case utf16LittleEndian
    case utf16BigEndian
    case other
  }

  var family: Family
  /// The name in the XML declaration, when the declaration is in a family that can be read here.
  var declared: String?
  /// Where that name stands with its attribute (`encoding="…"`), as byte offsets from the start of the document.
  var declaration: Range<Int>?
  /// The bytes begin with UTF-8's byte order mark.
  private var hasMark = false

  init(head: UnsafeBufferPointer<UInt8>) {
    func starts(_ bytes: UInt8...) -> Bool { head.count >= bytes.count && head.prefix(bytes.count).elementsEqual(bytes) }
    if starts(0xFF, 0xFE, 0, 0) || starts(0, 0, 0xFE, 0xFF) || starts(0, 0, 0, 0x3C) || starts(0x3C, 0, 0, 0)
      || starts(0x4C, 0x6F, 0xA7, 0x94)
    {
      family = .other
    } else if starts(0xFF, 0xFE) || starts(0x3C, 0) {
      family = .utf16LittleEndian
    } else if starts(0xFE, 0xFF) || starts(0, 0x3C) {
      family = .utf16BigEndian
    } else {
      family = .ascii
    }
    hasMark = starts(0xEF, 0xBB, 0xBF)
    guard let step = step else { return }
    // In UTF-16 the declaration is read through its low bytes; XML's declaration holds only ASCII.
    let low = family == .utf16BigEndian ? 1 : 0
    var text: [UInt8] = []
    var at = low
    while at < head.count, text.count < 512 {
      text.append(head[at])
      at += step
      if text.last == 0x3E { break }
    }
    let ascii = String(decoding: text, as: UTF8.self).unicodeScalars
    guard let found = InputEncoding.attribute(in: Array(ascii)) else { return }
    declared = found.value
    if family == .ascii { declaration = found.range }
  }

  private var step: Int? {
    switch family {
    case .ascii: 1
    case .utf16LittleEndian, .utf16BigEndian: 2
    case .other: nil
    }
  }

  private static func attribute(in scalars: [Unicode.Scalar]) -> (value: String, range: Range<Int>)? {
    let bytes = scalars.map { $0.isASCII ? UInt8($0.value) : 0x3F }
    guard let open = firstIndex(of: "<?xml", in: bytes, from: 0), open <= 1,
      let key = firstIndex(of: "encoding", in: bytes, from: open)
    else { return nil }
    var at = key + 8
    while at < bytes.count, Bytes.isSpace(bytes[at]) || bytes[at] == 0x3D { at += 1 }
    guard at < bytes.count, bytes[at] == 0x22 || bytes[at] == 0x27 else { return nil }
    let quote = bytes[at]
    guard let end = bytes[(at + 1)...].firstIndex(of: quote) else { return nil }
    // With a byte order mark the scalars before "<?xml" are one, its bytes three.
    let shift = open == 1 ? 2 : 0
    return (String(decoding: bytes[(at + 1)..<end], as: UTF8.self), (key + shift)..<(end + 1 + shift))
  }

  private static func firstIndex(of word: StaticString, in bytes: [UInt8], from start: Int) -> Int? {
    let needle = Array(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    guard bytes.count >= needle.count else { return nil }
    return (start...max(start, bytes.count - needle.count)).first {
      $0 + needle.count <= bytes.count && bytes[$0..<($0 + needle.count)].elementsEqual(needle)
    }
  }

  /// True when the declared name cannot be right for the bytes that were found.
  var contradictsItself: Bool {
    guard let name = declared?.lowercased() else { return false }
    let wide =
      name.hasPrefix("utf-16") || name.hasPrefix("utf16") || name.hasPrefix("ucs-2") || name.hasPrefix("iso-10646-ucs-2")
      || name.hasPrefix("utf-32") || name.hasPrefix("ucs-4")
    // A byte order mark is never there by chance.
    if hasMark, family == .ascii { return name != "utf-8" && name != "utf8" }
    return family == .ascii && wide
  }

  /// Declared as ISO 8859-1, whose bytes 0x80 to 0x9F nobody ever meant.
  var isLatin1: Bool {
    guard let name = declared?.lowercased() else { return false }
    return name == "iso-8859-1" || name == "iso8859-1" || name == "latin1" || name == "latin-1"
  }

  /// True when markup can be looked for byte by byte: every byte below 0x80 stands for its ASCII character.
  var isByteOriented: Bool {
    guard family == .ascii else { return false }
    guard let name = declared?.lowercased() else { return true }
    if contradictsItself { return true }
    return ["utf-8", "utf8", "us-ascii", "ascii"].contains(name) || name.hasPrefix("iso-8859") || name.hasPrefix("iso8859")
      || name.hasPrefix("latin") || name.hasPrefix("windows-125") || name.hasPrefix("cp125") || name.hasPrefix("macintosh")
  }
}
