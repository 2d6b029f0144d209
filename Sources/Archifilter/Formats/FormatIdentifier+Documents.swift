/// PDF and RTF.
extension FormatIdentifier {
  /// Bytes of a file that are searched at most for a rule that looks at all of it.
  static let mostScanned = 1 << 30

  /// What a search through a PDF has found.
  private struct PDFSigns {
    var isSpecial = false
    var isEncrypted = false
    var part: UInt8 = 0
    var conformance: UInt8 = 0
    var hasPart = false
    var isContradictory = false
    /// A mention at the end of a block, which the next block has whole.
    var isPending = false
  }

  func pdf() -> Match {
    let head = file.head
    let major = head.count > 7 ? head[5] : 0
    let minor = head.count > 7 ? head[7] : 0
    let isVersion =
      head.count > 7 && head[6] == 0x2E && ((major == 0x31 && (0x30...0x37).contains(minor)) || (major == 0x32 && minor == 0x30))
    let version = isVersion ? String(decoding: head[5..<8], as: UTF8.self) : ""
    var plain = Match("application/pdf", version: version)
    guard isVersion else { return plain }
    var signs = PDFSigns()
    let isRead = file.scan(upTo: FormatIdentifier.mostScanned) { block in
      FormatIdentifier.look(block, &signs)
      return true
    }
    if signs.isEncrypted { plain.flags.insert(.encrypted) }
    let hasEnd = file.withTail(1024 + 5) { $0.holds("%%EOF") }
    if !hasEnd { plain.flags.insert(.damaged) }
    // An end that is missing, a kind of PDF beside the usual ones, or a file too long to be searched: no PUID.
    guard isRead, hasEnd, file.size <= FormatIdentifier.mostScanned, !signs.isSpecial, !signs.isContradictory, !signs.isPending else {
      return plain
    }
    var match = Match(FormatIdentifier.pdfVersions[Int(major == 0x32 ? 8 : minor - 0x30)], flags: plain.flags)
    if signs.hasPart {
      guard let archival = FormatIdentifier.archivalPDF(signs.part, signs.conformance), major == 0x31 else { return plain }
      match.key = archival
    }
    return match
  }

  private static let pdfVersions = [
    "fmt/14", "fmt/15", "fmt/16", "fmt/17", "fmt/18", "fmt/19", "fmt/20", "fmt/276", "fmt/1129",
  ]

  private static func archivalPDF(_ part: UInt8, _ conformance: UInt8) -> String? {
    switch (part, conformance) {
    case (0x31, 0x41): "fmt/95"
    case (0x31, 0x42): "fmt/354"
    case (0x32, 0x41): "fmt/476"
    case (0x32, 0x42): "fmt/477"
    case (0x32, 0x55): "fmt/478"
    case (0x33, 0x41): "fmt/479"
    case (0x33, 0x42): "fmt/480"
    case (0x33, 0x55): "fmt/481"
    default: nil
    }
  }

  private static func look(_ block: UnsafeBufferPointer<UInt8>, _ signs: inout PDFSigns) {
    if !signs.isSpecial {
      signs.isSpecial =
        block.holds("GTS_PDF") || block.holds("ISO_PDFE") || block.holds("/Collection") || block.holds("%AI5_File")
        || block.holds("%AI9_") || block.holds("AIPrivateData")
    }
    signs.isPending = false
    var at = 0
    while !signs.isEncrypted, let found = block.find("/Encrypt", from: at) {
      at = found + 8
      signs.isEncrypted = isEncryptionEntry(block, at)
    }
    at = 0
    while let found = block.find("pdfaid:part", from: at) {
      at = found + 11
      read(block, found, &signs)
    }
    // Written with another prefix or in another way: nothing is known for sure.
    if block.holds("http://www.aiim.org/pdfa/ns/id") && !block.holds("pdfaid:part") { signs.isContradictory = true }
  }

  /// The part and the conformance level must stand side by side, as PRONOM's pattern has it.
  private static func read(_ block: UnsafeBufferPointer<UInt8>, _ found: Int, _ signs: inout PDFSigns) {
    guard let part = value(block, found + 11) else {
      // `</pdfaid:part>` closes what was read already; at the end of a block the next one has it whole.
      if found > 0, block[found - 1] == 0x2F { return }
      if found + 64 < block.count { signs.isContradictory = true } else { signs.isPending = true }
      return
    }
    let isAfter = block.find("pdfaid:conformance", from: found, upTo: found + 160)
    let isBefore = block.find("pdfaid:conformance", from: max(0, found - 160), upTo: found)
    guard let at = isAfter ?? isBefore, let conformance = value(block, at + 18) else {
      // A conformance before the part may be in the block before: the overlap has it.
      if found + 256 < block.count { signs.isContradictory = true } else { signs.isPending = true }
      return
    }
    guard block.find("xmlns:pdfaid=", from: max(0, found - 4096), upTo: found) != nil || signs.hasPart else {
      signs.isContradictory = true
      return
    }
    if signs.hasPart, signs.part != part || signs.conformance != conformance { signs.isContradictory = true }
    signs.hasPart = true
    signs.part = part
    signs.conformance = conformance
  }

  /// The one character of `="1"`, `='1'` or `>1</`.
  private static func value(_ block: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt8? {
    guard at + 4 <= block.count else { return nil }
    if block[at] == 0x3D, block[at + 1] == 0x22 || block[at + 1] == 0x27, block[at + 3] == block[at + 1] { return block[at + 2] }
    if block[at] == 0x3E, block[at + 2] == 0x3C, block[at + 3] == 0x2F { return block[at + 1] }
    return nil
  }

  /// `/Encrypt 12 0 R` or `/Encrypt <<` near a trailer or a cross-reference stream.
  private static func isEncryptionEntry(_ block: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    var at = start
    func skipSpace() { while at < block.count, block[at] <= 0x20 { at += 1 } }
    func skipDigits() -> Bool {
      let first = at
      while at < block.count, (0x30...0x39).contains(block[at]) { at += 1 }
      return at > first
    }
    skipSpace()
    guard block.has("<<", at: at) || skipDigits() else { return false }
    if !block.has("<<", at: at) {
      skipSpace()
      guard skipDigits() else { return false }
      skipSpace()
      guard block.has("R", at: at) else { return false }
    }
    let from = max(0, start - 2048)
    let to = start + 2048
    return block.find("trailer", from: from, upTo: to) != nil || block.find("/XRef", from: from, upTo: to) != nil
  }

  /// The versions of RTF differ by control words of the style sheet; PRONOM wants them in order.
  func richText() -> Match {
    let head = file.head
    let plain = Match("application/rtf")
    guard head.count > 12, head.has("f", at: 4) else { return plain }
    let isNumbered = head.has("f1", at: 4)
    let start = isNumbered ? 6 : 5
    guard let (set, length) = FormatIdentifier.characterSet(head, from: start) else { return plain }
    guard let codePage = head.find("\\ansicpg", from: set, upTo: set + length + 8), codePage == set + length else {
      // Without code page, and directly after the version: the oldest.
      return set == start + 1 && isNumbered ? oldest(plain) : plain
    }
    // Style sheet defaults in this order, with numbers between, then what version 1.8 or 1.9 added.
    var isStyled = false
    var is18 = false
    var is19 = false
    let isRead = file.scan(upTo: FormatIdentifier.mostScanned) { block in
      if !isStyled { isStyled = block.holds("\\stshfdbch") }
      if !is18 { is18 = block.holds("\\lsdstimax") }
      if !is19 {
        is19 =
          block.holds("\\*\\colorschememapping") || block.holds("\\afelev") || block.holds("\\*\\datastore")
          || block.holds("\\*\\defchp")
      }
      return true
    }
    guard isRead, file.size <= FormatIdentifier.mostScanned else { return plain }
    let isStrict = set == start + 1
    guard isStyled else { return isStrict && isNumbered && !is18 && !is19 ? Match("fmt/50") : plain }
    guard hasStyleDefaults(head, from: codePage) else { return plain }
    if is19 { return Match("fmt/355") }
    if is18 { return Match("fmt/53") }
    return isStrict ? Match("fmt/52") : plain
  }

  private func oldest(_ plain: Match) -> Match {
    // A code page or style sheet later on would speak for a newer version.
    file.head.holds("\\ansicpg") || file.head.holds("\\stshfdbch") ? plain : Match("fmt/45")
  }

  /// The place of `ansi`, `mac`, `pc` or `pca`, at most 15 bytes after the version.
  private static func characterSet(_ head: UnsafeBufferPointer<UInt8>, from start: Int) -> (at: Int, length: Int)? {
    for at in start...(start + 15) {
      if head.has("\\", at: at) || at == start { continue }
      if !head.has("\\", at: at - 1) { continue }
      if head.has("ansi\\", at: at) { return (at, 4) }
      if head.has("mac\\", at: at) { return (at, 3) }
      if head.has("pca\\", at: at) { return (at, 3) }
      if head.has("pc\\", at: at) { return (at, 2) }
    }
    return nil
  }

  /// `\stshfdbchN\stshflochN\stshfhichN\stshfbi`, one to four characters between them.
  private func hasStyleDefaults(_ head: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    guard let first = head.find("\\stshfdbch", from: start) else { return false }
    guard let second = head.find("\\stshfloch", from: first + 11, upTo: first + 10 + 14) else { return false }
    guard let third = head.find("\\stshfhich", from: second + 11, upTo: second + 10 + 14) else { return false }
    return head.find("\\stshfbi", from: third + 11, upTo: third + 10 + 12) != nil
  }
}
