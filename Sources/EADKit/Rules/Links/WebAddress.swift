/// Addresses of the web as they stand in finding aids.
enum WebAddress {
  /// Whether an address says nothing at all.
  static func isEmpty(_ address: UnsafeBufferPointer<UInt8>) -> Bool {
    address.isEmpty || Bytes.equal(address, "#") || Bytes.equalIgnoringCase(address, "http://")
      || Bytes.equalIgnoringCase(address, "https://")
  }

  /// Whether an address is in order, or is none of the web (a file, an identifier, a place in the document).
  static func isGood(_ address: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let scheme = webScheme(address) else {
      return !(address.count > 4 && Bytes.equalIgnoringCase(head(address, 4), "www."))
    }
    // What follows a good scheme: `://` and a host.
    guard scheme.isSpelledWell, address.count > scheme.length + 3,
      Bytes.equal(UnsafeBufferPointer(rebasing: address[scheme.length..<(scheme.length + 3)]), "://")
    else { return false }
    let rest = UnsafeBufferPointer(rebasing: address[(scheme.length + 3)...])
    return isHost(host(rest)) && rest.allSatisfy(isAllowed) && hasWholeEscapes(rest)
  }

  /// An address without the usual slips.
  static func repaired(_ address: UnsafeBufferPointer<UInt8>) -> String {
    var scheme = "https"
    var rest = UnsafeBufferPointer(rebasing: address.prefix(2000))
    // A scheme that is there twice is taken off twice.
    for _ in 0..<3 {
      guard let found = webScheme(rest) else { break }
      scheme = found.isSecure ? "https" : "http"
      rest = UnsafeBufferPointer(rebasing: rest[found.length...])
      while let byte = rest.first, isSeparator(byte) || Bytes.isSpace(byte) {
        rest = UnsafeBufferPointer(rebasing: rest.dropFirst())
      }
    }
    var out: [UInt8] = []
    for (at, byte) in rest.enumerated() {
      if Bytes.isSpace(byte) {
        out += Array("%20".utf8)
      } else if byte == 0x5C {
        out.append(0x2F)
      } else if byte == 0x25, !isEscape(rest, at) {
        out += Array("%25".utf8)
      } else if isAllowed(byte) {
        out.append(byte)
      }
    }
    let text = scheme + "://" + String(decoding: out, as: UTF8.self)
    return text.utf8.count > 200 ? String(text.prefix(150)) + "…" : text
  }

  private struct Scheme {
    var length: Int
    var isSecure: Bool
    var isSpelledWell: Bool
  }

  /// `http` and `https`, also misspelt, at the start of an address and with what makes them a scheme behind them.
  private static func webScheme(_ address: UnsafeBufferPointer<UInt8>) -> Scheme? {
    var length = 0
    while length < address.count, length < 7, Bytes.isASCIILetter(address[length]) { length += 1 }
    guard length >= 3, length < address.count, length < 7 else { return nil }
    let word = head(address, length)
    let isWell = Bytes.equalIgnoringCase(word, "http") || Bytes.equalIgnoringCase(word, "https")
    if !isWell, !slips.contains(String(decoding: word.map(Bytes.lowered), as: UTF8.self)) { return nil }
    // `http` may be a file's name; with a colon, or two slashes, it is none.
    let next = address[length]
    let after = length + 1 < address.count ? address[length + 1] : 0
    let isScheme = next == 0x3A || (isSeparator(next) && isSeparator(after)) || (Bytes.isSpace(next) && isSeparator(after))
    guard isScheme else { return nil }
    return Scheme(length: length, isSecure: word.last.map(Bytes.lowered) == 0x73, isSpelledWell: isWell)
  }

  private static let slips: Set<String> = [
    "htp", "htps", "htpp", "htpps", "ttp", "ttps", "tthp", "tthps", "hhtp", "hhtps", "hhttp", "hhttps", "hppt", "hppts", "htttp",
    "htttps", "httpp", "httpps", "httsp", "httpss", "httl", "httls", "hptt", "hptts", "htt", "hthp", "hthps", "thtp",
    "thtps",
  ]

  private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x3A || byte == 0x2F || byte == 0x5C || byte == 0x3B }

  private static func head(_ address: UnsafeBufferPointer<UInt8>, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: address.prefix(count))
  }

  private static func host(_ rest: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? rest.count
    var host = UnsafeBufferPointer(rebasing: rest[..<end])
    if let at = host.lastIndex(of: 0x40) { host = UnsafeBufferPointer(rebasing: host[(at + 1)...]) }
    return host
  }

  /// A name of labels with points between them and perhaps a port, or an address in brackets.
  private static func isHost(_ host: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = host.first else { return false }
    if first == 0x5B { return host.contains(0x5D) }
    let colon = host.firstIndex(of: 0x3A) ?? host.count
    guard host[colon...].dropFirst().allSatisfy(Bytes.isDigit) else { return false }
    let name = host[..<colon]
    // `http://https://…`
    if colon + 1 == host.count { return false }
    var previous: UInt8 = 0x2E
    for byte in name {
      if byte == 0x2E, previous == 0x2E { return false }
      let isMark = byte == 0x2E || byte == 0x2D || byte == 0x5F || byte == 0x7E || byte == 0x25
      guard isMark || Bytes.isWord(byte) else { return false }
      previous = byte
    }
    return !name.isEmpty
  }

  @inline(__always)
  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x22 && byte != 0x3C && byte != 0x3E && byte != 0x5C && byte != 0x7F
  }

  private static func hasWholeEscapes(_ rest: UnsafeBufferPointer<UInt8>) -> Bool {
    guard rest.contains(0x25) else { return true }
    for at in 0..<rest.count where rest[at] == 0x25 {
      if !isEscape(rest, at) { return false }
    }
    return true
  }

  private static func isEscape(_ rest: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    at + 2 < rest.count && isHexadecimal(rest[at + 1]) && isHexadecimal(rest[at + 2])
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    Bytes.isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
  }
}
