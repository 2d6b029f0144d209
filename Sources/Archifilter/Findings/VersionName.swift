import EADKit

/// A file name without what tells versions and copies of one document apart: `rapport v2.doc`, `rapport - Copie.doc`,
/// `Copie de rapport.doc`, `rapport_old.doc` and `rapport (1).doc` are all `rapport`.
struct VersionName {
  /// Equal for versions of one document.
  let key: UInt64
  /// Whether anything was taken off.
  let isMarked: Bool

  /// - Parameters:
  ///   - words: marks at the end of a name, in small letters without accents.
  init(_ name: [UInt8], words: Set<String>) {
    var base = name[...]
    var ending = ""
    if let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0, (2...6).contains(name.count - dot),
      name[(dot + 1)...].allSatisfy({ NameCheck.lower($0) >= 0x61 && NameCheck.lower($0) <= 0x7A || (0x30...0x39).contains($0) })
    {
      base = name[..<dot]
      ending = VersionName.family(NameCheck.fileExtension(name))
    }
    // Whatever cannot be a mark costs nothing more.
    guard var text = String(validating: base, as: UTF8.self).map(VersionName.plain) else {
      key = (name.map(NameCheck.lower)).reduce(NameCheck.seed, NameCheck.mix)
      isMarked = false
      return
    }
    var isMarked = false
    while let shorter = VersionName.unmarked(text, words) {
      text = shorter
      isMarked = true
    }
    self.isMarked = isMarked
    var hash = text.reduce(NameCheck.seed, NameCheck.mix)
    hash = NameCheck.mix(hash, 0)
    key = ending.utf8.reduce(hash, NameCheck.mix)
  }

  /// Formats that follow one another stand for one: `docx` for `doc`.
  private static func family(_ ending: String) -> String {
    switch ending {
    case "docx", "docm", "odt", "rtf": "doc"
    case "xlsx", "xlsm", "xlsb", "ods": "xls"
    case "pptx", "pptm", "odp": "ppt"
    case "jpeg": "jpg"
    case "tiff": "tif"
    default: ending
    }
  }

  /// Small letters without accents; white space and `_` as one space.
  private static func plain(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    func add(_ byte: UInt8) {
      let byte = byte == UInt8(ascii: "_") || byte == 0x09 ? 0x20 : NameCheck.lower(byte)
      if byte != 0x20 || (out.last != 0x20 && !out.isEmpty) { out.append(byte) }
    }
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      for byte in text.utf8 { add(byte) }
    } else {
      for character in text.lowercased() {
        // Strings compare composed and decomposed letters as equal.
        switch character {
        case "à", "â", "ä", "á": add(0x61)
        case "é", "è", "ê", "ë": add(0x65)
        case "î", "ï": add(0x69)
        case "ô", "ö": add(0x6F)
        case "ù", "û", "ü": add(0x75)
        case "ç": add(0x63)
        case "\u{A0}", "\u{202F}": add(0x20)
        default: for byte in character.utf8 { add(byte) }
        }
      }
    }
    while out.last == 0x20 { out.removeLast() }
    return out
  }

  /// The text without its last mark or the one at its start; nil when it has none or would be empty.
  private static func unmarked(_ text: [UInt8], _ words: Set<String>) -> [UInt8]? {
    func trimmed(_ rest: some Collection<UInt8>) -> [UInt8]? {
      var rest = Array(rest)
      while let last = rest.last, last == 0x20 || last == UInt8(ascii: "-") || last == UInt8(ascii: ".") { rest.removeLast() }
      return rest.isEmpty ? nil : rest
    }
    func digits(_ slice: some Collection<UInt8>) -> Bool {
      !slice.isEmpty && slice.count <= 4 && slice.allSatisfy { (0x30...0x39).contains($0) }
    }
    if text.last == UInt8(ascii: ")"), let open = text.lastIndex(of: UInt8(ascii: "(")), open > 0 {
      let inside = text[(open + 1)..<(text.count - 1)]
      // A year in brackets tells documents apart, not versions.
      if digits(inside), inside.count <= 2 || words.contains(String(decoding: inside, as: UTF8.self)) { return trimmed(text[..<open]) }
      if words.contains(String(decoding: inside, as: UTF8.self)) { return trimmed(text[..<open]) }
    }
    for start in ["copie de ", "copy of ", "copie - "] where text.starts(with: start.utf8) {
      return trimmed(text.dropFirst(start.utf8.count))
    }
    for start in text.starts(with: "copie (".utf8) || text.starts(with: "copy (".utf8) ? [") de ", ") of "] : [] {
      let mark = Array(start.utf8)
      if let at = text.indices.first(where: { text[$0...].starts(with: mark) }) { return trimmed(text[(at + mark.count)...]) }
    }
    var rest = text[...]
    // "v2", "v 1.3", "version 2".
    let last = rest.reversed().prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }.count
    if last > 0, last <= 6 {
      var head = rest.dropLast(last)
      while head.last == 0x20 { head.removeLast() }
      for mark in ["version", "vers", "ver", "v"] where head.reversed().starts(with: mark.utf8.reversed()) {
        let before = head.dropLast(mark.utf8.count)
        if let edge = before.last, edge == 0x20 || edge == UInt8(ascii: "-") || edge == UInt8(ascii: ".") { return trimmed(before) }
      }
    }
    guard let edge = rest.lastIndex(where: { $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }), edge > 0 else {
      return nil
    }
    let word = rest[(edge + 1)...]
    guard words.contains(String(decoding: word, as: UTF8.self)) else { return nil }
    rest = rest[..<edge]
    return trimmed(rest)
  }
}
