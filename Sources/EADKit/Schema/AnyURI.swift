/// `anyURI` (XML Schema part 2, section 3.2.17): RFC 2396 with the square brackets of RFC 2732, where every character that an
/// address may not hold (blanks, accents, backslashes, `<`, `|` …) counts as written with `%`.
///
/// Nearly everything is an address then, empty text and file names of Windows too. What is not: a `%` without two hexadecimal
/// digits, two `#`, square brackets in the path, a scheme that is no name (`1a:`, `é:`), nothing after a scheme (`mailto:`) or
/// after `//`. The limits are those of jing, tried on 80,000 values; libxml2 refuses brackets in queries, which real links have.
enum AnyURI {
  /// Whether the value, without white space around it, is an address.
  static func accepts(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !value.isEmpty else { return true }
    let hash = value.firstIndex(of: 0x23)
    if let hash {
      let fragment = UnsafeBufferPointer(rebasing: value[(hash + 1)...])
      guard !fragment.contains(0x23), percentsAreWhole(fragment) else { return false }
    }
    var rest = UnsafeBufferPointer(rebasing: value[..<(hash ?? value.count)])
    if let end = rest.firstIndex(where: { $0 == 0x3A || $0 == 0x2F || $0 == 0x3F }), rest[end] == 0x3A {
      guard isScheme(UnsafeBufferPointer(rebasing: rest[..<end])) else { return false }
      rest = UnsafeBufferPointer(rebasing: rest[(end + 1)...])
      guard let first = rest.first else { return false }
      if first != 0x2F { return percentsAreWhole(rest) }
    }
    if rest.count >= 2, rest[0] == 0x2F, rest[1] == 0x2F {
      rest = UnsafeBufferPointer(rebasing: rest[2...])
      let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.count
      if end == 0 {
        guard !rest.isEmpty || hash != nil else { return false }
      } else {
        guard isAuthority(UnsafeBufferPointer(rebasing: rest[..<end])) else { return false }
      }
      rest = UnsafeBufferPointer(rebasing: rest[end...])
    }
    let path = rest[..<(rest.firstIndex(of: 0x3F) ?? rest.count)]
    return !path.contains { $0 == 0x5B || $0 == 0x5D } && percentsAreWhole(rest)
  }

  private static func isScheme(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, Bytes.isASCIILetter(first) else { return false }
    return text.allSatisfy {
      Bytes.isASCIILetter($0) || Bytes.isDigit($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
    }
  }

  private static func percentsAreWhole(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at < text.count {
      if text[at] == 0x25 {
        guard at + 2 < text.count, isHex(text[at + 1]), isHex(text[at + 2]) else { return false }
        at += 2
      }
      at += 1
    }
    return true
  }

  /// A host with or without user and port; brackets only around an address of IPv6.
  private static func isAuthority(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let open = text.firstIndex(where: { $0 == 0x5B || $0 == 0x5D }) else { return percentsAreWhole(text) }
    guard text[open] == 0x5B, let close = text.firstIndex(of: 0x5D), close > open else { return false }
    let user = UnsafeBufferPointer(rebasing: text[..<open])
    if !user.isEmpty {
      guard user.firstIndex(of: 0x40) == user.count - 1, percentsAreWhole(user) else { return false }
    }
    let port = text[(close + 1)...]
    guard port.isEmpty || (port.first == 0x3A && port.dropFirst().allSatisfy(Bytes.isDigit)) else { return false }
    return isIPv6(UnsafeBufferPointer(rebasing: text[(open + 1)..<close]))
  }

  private static func isIPv6(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var address = text
    if let percent = text.firstIndex(of: 0x25) {
      let zone = text[(percent + 1)...]
      guard !zone.isEmpty,
        zone.allSatisfy({ Bytes.isASCIILetter($0) || Bytes.isDigit($0) || $0 == 0x5F || $0 == 0x2E })
      else { return false }
      address = UnsafeBufferPointer(rebasing: text[..<percent])
    }
    var groups = 0
    var hasGap = false
    var at = 0
    while at < address.count {
      if address[at] == 0x3A {
        let isGap = at + 1 < address.count && address[at + 1] == 0x3A
        if isGap {
          guard !hasGap else { return false }
          hasGap = true
          at += 2
          if at == address.count { break }
        } else {
          guard at > 0 else { return false }
          at += 1
        }
      } else if at > 0 {
        return false
      }
      let end = address[at...].firstIndex(of: 0x3A) ?? address.count
      let group = address[at..<end]
      if (1...4).contains(group.count), group.allSatisfy(isHex) {
        groups += 1
      } else {
        guard end == address.count, isIPv4(group) else { return false }
        groups += 2
      }
      at = end
    }
    return hasGap ? groups < 8 : groups == 8
  }

  private static func isIPv4(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        !part.isEmpty && part.allSatisfy(Bytes.isDigit)
          && part.reduce(0) { min($0 * 10 + Int($1 - 0x30), 1000) } <= 255
      }
  }

  private static func isHex(_ byte: UInt8) -> Bool { Bytes.isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66) }
}
