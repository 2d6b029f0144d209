import Glibc

/// Encodings of CSV files: recognised by their bytes, decoded by the C library.
struct CSVEncoding: Equatable {
  /// As the C library names it; `UTF-8` needs no decoding.
  var name: String
  /// As people name it.
  var title: String
  /// Bytes of a byte order mark to be skipped.
  var mark = 0

  static let utf8 = CSVEncoding(name: "UTF-8", title: "UTF-8")

  var isUTF8: Bool { name == "UTF-8" }

  /// The encoding a user named; nil when there is no such one.
  init?(named name: String) {
    let plain = name.uppercased()
    guard !plain.isEmpty, plain.utf8.count < 40,
      plain.utf8.allSatisfy({ Bytes.isWord($0) && $0 < 0x80 || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E || $0 == 0x3A })
    else { return nil }
    switch plain {
    case "UTF8", "UTF-8", "US-ASCII", "ASCII": self = .utf8
    case "MACROMAN", "MAC-ROMAN", "X-MAC-ROMAN", "MACINTOSH", "MAC": self.init(name: "MACINTOSH", title: "MacRoman")
    case "UTF16", "UTF-16", "UNICODE": self.init(name: "UTF-16LE", title: "UTF-16")
    // ISO 8859-1 has control characters where Windows-1252 has quotation marks; nobody ever meant the former.
    case "LATIN1", "LATIN-1", "ISO-8859-1", "ISO8859-1", "ISO_8859-1", "WINDOWS-1252", "CP1252", "ANSI":
      self.init(name: "CP1252", title: "Windows-1252")
    default: self.init(name: plain, title: name)
    }
    guard isUTF8 || CSVDecoder.exists(self.name) else { return nil }
  }

  init(name: String, title: String, mark: Int = 0) {
    self.name = name
    self.title = title
    self.mark = mark
  }

  /// What a byte order mark, or NUL bytes at every second place, say; nil when they say nothing.
  init?(head: UnsafeBufferPointer<UInt8>) {
    func starts(_ bytes: UInt8...) -> Bool { head.count >= bytes.count && head.prefix(bytes.count).elementsEqual(bytes) }
    if starts(0xEF, 0xBB, 0xBF) {
      self.init(name: "UTF-8", title: "UTF-8", mark: 3)
    } else if starts(0xFF, 0xFE, 0, 0) {
      self.init(name: "UTF-32LE", title: "UTF-32", mark: 4)
    } else if starts(0, 0, 0xFE, 0xFF) {
      self.init(name: "UTF-32BE", title: "UTF-32", mark: 4)
    } else if starts(0xFF, 0xFE) {
      self.init(name: "UTF-16LE", title: "UTF-16", mark: 2)
    } else if starts(0xFE, 0xFF) {
      self.init(name: "UTF-16BE", title: "UTF-16", mark: 2)
    } else {
      var nuls = [0, 0]
      let pairs = min(head.count, 4096) / 2
      for index in 0..<(2 * pairs) where head[index] == 0 { nuls[index & 1] += 1 }
      // Names of columns are ASCII: nearly every second byte of the beginning is NUL.
      guard pairs >= 4 else { return nil }
      if nuls[1] * 10 > pairs * 6, nuls[0] * 10 < pairs {
        self.init(name: "UTF-16LE", title: "UTF-16")
      } else if nuls[0] * 10 > pairs * 6, nuls[1] * 10 < pairs {
        self.init(name: "UTF-16BE", title: "UTF-16")
      } else {
        return nil
      }
    }
  }

  /// The likeliest encoding of bytes that are not UTF-8: the one in which they are letters that people write.
  static func singleByte(_ high: [Int]) -> CSVEncoding {
    let candidates = [
      CSVEncoding(name: "CP1252", title: "Windows-1252"), CSVEncoding(name: "MACINTOSH", title: "MacRoman"),
      CSVEncoding(name: "CP850", title: "CP850 (DOS)"),
    ]
    var best = candidates[0]
    var bestScore = Int.min
    for candidate in candidates {
      guard let table = CSVDecoder.table(candidate.name) else { continue }
      var score = 0
      for (index, times) in high.enumerated() where times > 0 { score += times * worth(table[index]) }
      if score > bestScore {
        best = candidate
        bestScore = score
      }
    }
    return best
  }

  private static func worth(_ character: [UInt8]) -> Int {
    guard let scalar = String(decoding: character, as: UTF8.self).unicodeScalars.first, scalar != "\u{FFFD}" else { return -6 }
    if small.contains(scalar) { return 3 }
    if capital.contains(scalar) { return 2 }
    return marks.contains(scalar) ? 1 : -2
  }

  /// Letters of western European languages beyond ASCII: U+00E0 to U+00FF without the division sign, and five more.
  private static let small = Set(
    (0xE0...0xFF).filter { $0 != 0xF7 && $0 != 0xF0 && $0 != 0xFE }.compactMap { Unicode.Scalar($0 as UInt32) }
      + ["\u{DF}", "\u{153}"])
  private static let capital = Set(
    (0xC0...0xDC).filter { $0 != 0xD7 && $0 != 0xD0 }.compactMap { Unicode.Scalar($0 as UInt32) } + ["\u{152}", "\u{178}"])
  private static let marks: Set<Unicode.Scalar> = [
    "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{AB}", "\u{BB}", "\u{2013}", "\u{2014}", "\u{2026}", "\u{A0}",
    "\u{B0}", "\u{20AC}", "\u{B7}", "\u{A7}", "\u{2022}", "\u{A3}",
  ]
}

/// Turns bytes of an encoding into UTF-8 as they come, with U+FFFD for what is none of its characters.
struct CSVDecoder {
  private let converter: iconv_t
  private let unit: Int
  /// Places that had to become U+FFFD.
  private(set) var replaced = 0

  init?(_ encoding: CSVEncoding) {
    guard let opened = CSVDecoder.open(encoding.name) else { return nil }
    converter = opened
    unit = encoding.name.hasPrefix("UTF-16") ? 2 : encoding.name.hasPrefix("UTF-32") ? 4 : 1
  }

  func close() { iconv_close(converter) }

  private static func open(_ name: String) -> iconv_t? {
    guard let opened = iconv_open("UTF-8", name), Int(bitPattern: opened) != -1 else { return nil }
    return opened
  }

  static func exists(_ name: String) -> Bool {
    guard let opened = open(name) else { return false }
    iconv_close(opened)
    return true
  }

  /// Decodes the next bytes and hands the result on; gives how many bytes were used up (an unfinished character waits
  /// for more, unless these are the last bytes).
  mutating func decode(
    _ bytes: UnsafeMutableBufferPointer<UInt8>, isLast: Bool, _ deliver: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) throws(EADError) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let size = 1 << 16
    let out = UnsafeMutablePointer<CChar>.allocate(capacity: size)
    defer { out.deallocate() }
    let start = UnsafeMutableRawPointer(base).assumingMemoryBound(to: CChar.self)
    var input: UnsafeMutablePointer<CChar>? = start
    var left = bytes.count
    while left > 0 {
      var target: UnsafeMutablePointer<CChar>? = out
      // Room for a replacement stays free.
      var room = size - 4
      let status = iconv(converter, &input, &left, &target, &room)
      let problem = errno
      var count = size - 4 - room
      var waits = false
      if status == -1, problem == EILSEQ || (problem == EINVAL && isLast) {
        for byte in [0xEF, 0xBF, 0xBD] as [UInt8] {
          out[count] = CChar(bitPattern: byte)
          count += 1
        }
        replaced += 1
        let skipped = min(unit, left)
        input = input.map { $0 + skipped }
        left -= skipped
      } else if status == -1, problem == EINVAL {
        waits = true
      }
      if count > 0 {
        let raw = UnsafeRawPointer(out).assumingMemoryBound(to: UInt8.self)
        try deliver(UnsafeBufferPointer(start: raw, count: count))
      }
      if waits { break }
    }
    return bytes.count - left
  }

  /// The characters of the bytes from 0x80 on, in UTF-8; nil when the C library has no such encoding.
  static func table(_ name: String) -> [[UInt8]]? {
    guard var decoder = CSVDecoder(CSVEncoding(name: name, title: name)) else { return nil }
    defer { decoder.close() }
    var table: [[UInt8]] = []
    for byte in 0x80...0xFF {
      var one = [UInt8(byte)]
      var found: [UInt8] = []
      one.withUnsafeMutableBufferPointer { bytes in
        do throws(EADError) {
          _ = try decoder.decode(bytes, isLast: true) { found = Array($0) }
        } catch {
          found = []
        }
      }
      table.append(found)
    }
    return table
  }
}
