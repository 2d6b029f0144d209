/// Date and subject of an e-mail (RFC 5322, RFC 2047), from its headers; nobody's name or address.
enum MailMetadata {
  /// Bytes read for the headers.
  static let mostBytes = 256 << 10

  static func read(_ head: [UInt8], _ time: LocalTime) -> (modified: Int?, title: String?) {
    var date: [UInt8]?
    var subject: [UInt8]?
    var field: [UInt8] = []
    func close() {
      if date == nil, let value = MailMetadata.value(of: "date:", field) { date = value }
      if subject == nil, let value = MailMetadata.value(of: "subject:", field) { subject = value }
      field = []
    }
    var at = 0
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    var isFirst = true
    while at < head.count {
      let start = at
      while at < head.count, head[at] != 10, head[at] != 13 { at += 1 }
      let line = head[start..<at]
      if at < head.count {
        at += head[at] == 13 && at + 1 < head.count && head[at + 1] == 10 ? 2 : 1
      }
      if line.isEmpty {
        // Blank lines before the headers are dirt; after them the body begins.
        if isFirst { continue }
        break
      }
      isFirst = false
      if line.first == 32 || line.first == 9 {
        // A field is at most so long; what follows it is of no interest.
        if field.count < 65_536 { field += line }
      } else {
        close()
        field = Array(line.prefix(65_536))
      }
    }
    close()
    let title = subject.map { EncodedWords.decode($0) }
    return (date.flatMap { DocumentDate.email($0, time) }, title)
  }

  /// Whether the beginning of a file is that of a mail: a header field in its first lines that only mails have.
  static func isMail(_ head: [UInt8]) -> Bool {
    var lines = 0
    for line in head.prefix(8_192).split(whereSeparator: { $0 == 10 || $0 == 13 }) {
      lines += 1
      if lines > 60 { return false }
      for field in ["received:", "return-path:", "message-id:", "from:", "date:", "subject:", "mime-version:", "delivered-to:"]
      where value(of: field, Array(line.prefix(64))) != nil { return true }
    }
    return false
  }

  private static func value(of name: String, _ field: [UInt8]) -> [UInt8]? {
    let name = Array(name.utf8)
    guard field.count >= name.count else { return nil }
    for (index, byte) in name.enumerated() {
      let other = field[index]
      if (other >= 65 && other <= 90 ? other | 0x20 : other) != byte { return nil }
    }
    return Array(field[name.count...].drop { $0 == 32 || $0 == 9 })
  }
}

/// Words of header fields in other character sets than ASCII (RFC 2047).
enum EncodedWords {
  /// The text of a field. Neighbouring encoded words of one character set are joined before they are read: mail programs cut
  /// characters in two. Bytes that stand there raw are read as UTF-8 or Windows-1252.
  static func decode(_ field: [UInt8]) -> String {
    var out = ""
    var pending: (charset: String, bytes: [UInt8])?
    var plain: [UInt8] = []
    func flushPending() {
      guard let (charset, bytes) = pending else { return }
      out += CharacterDecoding.decode(bytes, charset: charset) ?? CharacterDecoding.guess(bytes)
      pending = nil
    }
    func flushPlain() {
      out += CharacterDecoding.guess(plain)
      plain = []
    }
    var at = 0
    while at < field.count {
      if field[at] == UInt8(ascii: "="), let word = word(field, at) {
        // Spaces between two encoded words are no part of the text.
        if pending != nil, plain.allSatisfy({ $0 == 32 || $0 == 9 }) {
          plain = []
          if pending?.charset != word.charset { flushPending() }
        } else {
          flushPending()
          flushPlain()
        }
        pending = (word.charset, (pending?.bytes ?? []) + word.bytes)
        at = word.end
        continue
      }
      plain.append(field[at])
      at += 1
    }
    flushPending()
    flushPlain()
    return out
  }

  /// `=?charset?B?text?=` or `=?charset?Q?text?=` at a place.
  private static func word(_ field: [UInt8], _ start: Int) -> (charset: String, bytes: [UInt8], end: Int)? {
    let question = UInt8(ascii: "?")
    guard start + 1 < field.count, field[start + 1] == question else { return nil }
    let limit = min(field.count, start + 4_096)
    guard let charsetEnd = field[(start + 2)..<limit].firstIndex(of: question), charsetEnd + 2 < limit,
      field[charsetEnd + 2] == question
    else { return nil }
    let textStart = charsetEnd + 3
    var textEnd = textStart
    while textEnd + 1 < limit, !(field[textEnd] == question && field[textEnd + 1] == UInt8(ascii: "=")) { textEnd += 1 }
    guard textEnd + 1 < limit, textEnd >= textStart else { return nil }
    var charset = String(decoding: field[(start + 2)..<charsetEnd], as: UTF8.self).lowercased()
    // RFC 2231: a language may follow.
    if let star = charset.firstIndex(of: "*") { charset = String(charset[..<star]) }
    let text = field[textStart..<textEnd]
    switch field[charsetEnd + 1] {
    case UInt8(ascii: "B"), UInt8(ascii: "b"): return (charset, base64(text), textEnd + 2)
    case UInt8(ascii: "Q"), UInt8(ascii: "q"): return (charset, quoted(text), textEnd + 2)
    default: return nil
    }
  }

  private static func quoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      if text[at] == UInt8(ascii: "="), at + 2 < text.endIndex, let high = hex(text[at + 1]), let low = hex(text[at + 2]) {
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(text[at] == UInt8(ascii: "_") ? 32 : text[at])
        at += 1
      }
    }
    return out
  }

  static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var bits = 0
    var value: UInt32 = 0
    for byte in text {
      let six: UInt8
      switch byte {
      case 65...90: six = byte - 65
      case 97...122: six = byte - 71
      case 48...57: six = byte + 4
      case UInt8(ascii: "+"), UInt8(ascii: "-"): six = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): six = 63
      // Padding inside joined words, spaces, dirt.
      case UInt8(ascii: "="):
        bits = 0
        value = 0
        continue
      default: continue
      }
      value = value << 6 | UInt32(six)
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
        value &= (1 << UInt32(bits)) - 1
      }
    }
    return out
  }
}
