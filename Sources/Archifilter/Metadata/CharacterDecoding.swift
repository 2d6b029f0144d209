import Glibc

/// Turns bytes of documents into text; what cannot be read becomes U+FFFD.
enum CharacterDecoding {
  /// Character sets that mail and old office documents use; no other name reaches the system's converter.
  private static let known: Set<String> = {
    var names: Set = [
      "koi8-r", "koi8-u", "utf-16", "utf-16le", "utf-16be", "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc-jp",
      "iso-2022-jp", "euc-kr", "macintosh", "cp437", "cp850", "cp852", "cp858", "cp866", "cp932", "cp936", "cp949", "cp950", "utf-7",
    ]
    for number in 2...16 where number != 12 { names.insert("iso-8859-\(number)") }
    for number in 1250...1258 {
      names.insert("windows-\(number)")
      names.insert("cp\(number)")
    }
    return names
  }()

  /// UTF-8 when it is, else Windows-1252, character by character.
  static func guess(_ bytes: some Collection<UInt8>) -> String {
    var out = String.UnicodeScalarView()
    Array(bytes).withUnsafeBufferPointer { NameText.scalars($0) { scalar, _ in out.append(scalar) } }
    return String(out)
  }

  static func windows1252(_ bytes: some Collection<UInt8>) -> String {
    var out = String.UnicodeScalarView()
    for byte in bytes { out.append(NameText.windows1252(byte)) }
    return String(out)
  }

  /// - Parameter charset: its name in a mail; nil is returned for one that is not known.
  static func decode(_ bytes: [UInt8], charset: String) -> String? {
    let name = charset.lowercased()
    switch name {
    case "utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit", "default", "": return guess(bytes)
    // Mail programs say ISO 8859-1 and send Windows-1252.
    case "iso-8859-1", "iso8859-1", "latin1", "windows-1252", "cp1252": return windows1252(bytes)
    default: break
    }
    guard known.contains(name) else { return nil }
    return convert(bytes, from: name)
  }

  /// - Parameter codePage: of Windows, as old office documents name it.
  static func decode(_ bytes: [UInt8], codePage: Int) -> String {
    switch codePage {
    case 65_001, 20_127: return guess(bytes)
    case 1_200: return utf16(bytes, isBigEndian: false)
    case 10_000: return convert(bytes, from: "macintosh") ?? windows1252(bytes)
    case 28_592...28_606: return convert(bytes, from: "iso-8859-\(codePage - 28_590)") ?? windows1252(bytes)
    case 1_252, 28_591, 0: return windows1252(bytes)
    default:
      let name = "cp\(codePage)"
      return (known.contains(name) ? convert(bytes, from: name) : nil) ?? windows1252(bytes)
    }
  }

  static func utf16(_ bytes: some Collection<UInt8>, isBigEndian: Bool) -> String {
    let bytes = Array(bytes)
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var at = 0
    while at + 1 < bytes.count {
      let (first, second) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
      units.append(isBigEndian ? first << 8 | second : second << 8 | first)
      at += 2
    }
    return String(decoding: units, as: UTF16.self)
  }

  private static func convert(_ bytes: [UInt8], from name: String) -> String? {
    guard let converter = iconv_open("UTF-8", name), Int(bitPattern: converter) != -1 else { return nil }
    defer { iconv_close(converter) }
    var input = bytes.map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: bytes.count * 4 + 16)
    let capacity = output.count
    var filled = 0
    input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var from = source.baseAddress
        var left = source.count
        var to = target.baseAddress
        var room = capacity
        // What cannot be read is passed over byte by byte; the length of the input bounds the rounds.
        while left > 0, room > 3 {
          if iconv(converter, &from, &left, &to, &room) != -1 { break }
          guard errno == EILSEQ, left > 0, room > 3, let place = to, let bad = from else { break }
          place[0] = CChar(bitPattern: 0xEF)
          place[1] = CChar(bitPattern: 0xBF)
          place[2] = CChar(bitPattern: 0xBD)
          to = place + 3
          room -= 3
          from = bad + 1
          left -= 1
        }
        filled = capacity - room
      }
    }
    return String(decoding: output[..<filled].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
