/// Sound, films, archives, databases and what belongs to a system.
extension FormatIdentifier {
  /// RIFF, MPEG-4 and QuickTime.
  func media() -> Match? {
    let head = file.head
    if head.has("RIFF") {
      if head.has("WAVE", at: 8) { return wave() }
      if head.has("AVI ", at: 8) {
        guard let list = head.find("hdrlavih"), list >= 8, head.has("LIST", at: list - 8),
          let movie = head.find("movi", from: list), head.has("LIST", at: movie - 8)
        else { return Match("video/x-msvideo") }
        return Match("fmt/5")
      }
      if head.has("WEBPVP8 ", at: 8) { return Match("fmt/566") }
      if head.has("WEBPVP8L", at: 8) { return Match("fmt/567") }
      if head.has("WEBPVP8X", at: 8) { return Match("fmt/568") }
      return nil
    }
    if head.has("ftyp", at: 4) { return movie() }
    return nil
  }

  private func wave() -> Match {
    let head = file.head
    let plain = Match("audio/x-wav")
    // Broadcast and other waves have chunks of their own before the format.
    guard head.has("fmt ", at: 12) else { return plain }
    let length = head.little32(16)
    let tag = head.little16(20)
    var at = 20 + length + length % 2
    var steps = 0
    while steps < 64 {
      let chunk = file.bytes(at: at, count: 8)
      guard chunk.count == 8 else { return plain }
      let (isData, isBroadcast, next) = chunk.withUnsafeBufferPointer {
        ($0.has("data"), $0.has("bext") || $0.has("chna") || $0.has("axml"), $0.little32(4))
      }
      if isBroadcast { return plain }
      if isData { break }
      at += 8 + next + next % 2
      steps += 1
    }
    guard steps < 64 else { return plain }
    // What follows the data may be a broadcast chunk too.
    let data = file.bytes(at: at + 4, count: 4)
    let end = data.count == 4 ? at + 8 + data.withUnsafeBufferPointer { $0.little32(0) } : file.size
    if end + 8 < file.size { return plain }
    if tag == 0xFFFE { return length >= 40 ? Match("fmt/143") : plain }
    if length == 16 { return tag == 1 ? Match("fmt/141") : plain }
    return Match("fmt/142")
  }

  private func movie() -> Match? {
    let head = file.head
    let brand = head.little32(8)
    // "qt  "
    if brand == 0x2020_7471 {
      // Both kinds at once: two answers.
      let isBoth = (["isom", "iso2", "mp41", "mp42"] as [StaticString]).contains { head.find($0, from: 12, upTo: 80) != nil }
      return Match(isBoth ? "video/mp4" : "x-fmt/384")
    }
    let isPlain = head.has("isom", at: 8) || head.has("mp41", at: 8) || head.has("mp42", at: 8) || head.has("iso2", at: 8)
    guard isPlain else { return nil }
    var at = 0
    var steps = 0
    while steps < 256, at < file.size {
      let box = file.bytes(at: at, count: 16)
      guard box.count >= 8 else { break }
      let (length, long, isMovie) = box.withUnsafeBufferPointer {
        ($0.big32(0), $0.count == 16 ? $0.big32(8) << 32 | $0.big32(12) : 0, $0.has("moov", at: 4))
      }
      if isMovie { return Match("fmt/199") }
      let step = length == 1 ? long : length
      guard step >= 8, step < file.size - at else { break }
      at += step
      steps += 1
    }
    // Without its table of contents a film is not to be played.
    return Match("video/mp4", flags: .damaged)
  }

  /// MP3 without ID3 tag, by its frames.
  func sound() -> Match? {
    guard file.head[0] == 0xFF else { return nil }
    return frames(from: 0) ? Match("audio/mpeg") : nil
  }

  private func frames(from start: Int) -> Bool {
    let head = file.head
    var at = start
    for _ in 0..<4 {
      guard let length = FormatIdentifier.frameLength(head, at), length > 0 else { return false }
      at += length
    }
    return true
  }

  /// Bytes of an MPEG layer 3 frame; nil when there is none.
  private static func frameLength(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
    guard at + 4 <= bytes.count, bytes[at] == 0xFF, bytes[at + 1] & 0xE6 == 0xE2 else { return nil }
    let version = Int(bytes[at + 1] >> 3 & 3)
    let rate = Int(bytes[at + 2] >> 4)
    let sampling = Int(bytes[at + 2] >> 2 & 3)
    guard version != 1, rate > 0, rate < 15, sampling < 3 else { return nil }
    let isFirst = version == 3
    let kilobits =
      isFirst
      ? [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
      : [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    let hertz = [44100, 48000, 32000][sampling] / (version == 3 ? 1 : version == 2 ? 2 : 4)
    return (isFirst ? 144_000 : 72_000) * kilobits[rate] / hertz + Int(bytes[at + 2] >> 1 & 1)
  }

  func archive() -> Match? {
    let head = file.head
    switch head[0] {
    case 0x37: return head.has([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) ? Match("fmt/484") : nil
    case 0x52:
      guard head.has([0x52, 0x61, 0x72, 0x21, 0x1A, 7]) else { return nil }
      if head.has([1, 0], at: 6) { return Match("fmt/613") }
      return Match("application/x-rar")
    case 0x1F: return head.has([0x1F, 0x8B, 8]) ? Match("x-fmt/266") : nil
    case 0x42:
      return head.has("BZh") && head.has([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4) ? Match("x-fmt/268") : nil
    case 0xFD:
      guard head.has([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) else { return nil }
      return file.withTail(2) { $0.has("YZ") } ? Match("fmt/1098") : Match("application/x-xz", flags: .damaged)
    case 0x49:
      guard head.has("ID3"), head.count > 10 else { return nil }
      return Match("audio/mpeg")
    default:
      return head.has("ustar", at: 257) ? Match("application/x-tar") : nil
    }
  }

  func database() -> Match? {
    let head = file.head
    if head.has("!BDN"), head.has("SM", at: 8) {
      switch head.little16(10) {
      case 14, 15: return Match("x-fmt/248")
      case 23: return Match("x-fmt/249")
      default: return Match("application/vnd.ms-outlook-pst")
      }
    }
    if head.has("SQLite format 3\u{0}") { return Match("application/vnd.sqlite3") }
    if head.has([0, 1, 0, 0]), head.has("Standard ", at: 4) {
      if head.has("Jet DB\u{0}", at: 13) { return Match("application/x-msaccess") }
      if head.has("ACE DB\u{0}", at: 13) { return Match("application/x-msaccess") }
    }
    return nil
  }

  func system() -> Match? {
    let head = file.head
    if head.has([0x4C, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]) { return Match("x-fmt/428") }
    if head.has([0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31, 0, 0]) { return Match("fmt/394") }
    // The file that Word, Excel and PowerPoint keep beside an open document: length and name of who opened it.
    if file.size <= 200, (1...0x19).contains(head[0]), head.count > 55, head[53] == 0, head[54] == head[0], head[55] == 0 {
      return Match("fmt/473")
    }
    return nil
  }

  func executable() -> Match {
    let head = file.head
    let at = head.little32(60)
    guard at >= 64, head.has([0x50, 0x45, 0, 0], at: at) else { return Match("application/x-dosexec") }
    switch head.little16(at + 24) {
    case 0x10B where at >= 128: return Match("fmt/899")
    case 0x20B where at >= 128: return Match("fmt/900")
    default: return Match("application/x-dosexec")
    }
  }
}
