import Glibc

/// Looks, at memory speed and without parsing, for content that may come after the children of its unit.
///
/// Reads markup only: the ends of components, and what follows them. It may say yes where there is none (the document
/// is then read in two passes, which costs time and nothing else); it never says no where there is some, as long as the
/// document is well-formed.
struct LateContentScanner {
  private enum Mode {
    case markup
    case comment
    case section
    case instruction
  }

  /// True once content was seen that may belong to a unit whose children came first.
  private(set) var found = false
  private var mode = Mode.markup
  /// A component has ended and no other has begun: the unit that is open now has had a child.
  private var afterChild = false
  private var carry: [UInt8] = []

  /// A tag longer than this is not looked into: the answer is then yes.
  private static let longestTag = 1 << 20

  mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>) {
    guard !found, !chunk.isEmpty else { return }
    if carry.isEmpty {
      let rest = scan(chunk)
      if rest < chunk.count, !found { carry = Array(chunk[rest...]) }
    } else {
      carry.append(contentsOf: chunk)
      let bytes = carry
      let rest = bytes.withUnsafeBufferPointer { scan($0) }
      carry = rest < bytes.count && !found ? Array(bytes[rest...]) : []
    }
    if carry.count > LateContentScanner.longestTag { found = true }
  }

  /// Scans what is complete and returns where the incomplete rest begins.
  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let end = bytes.count
    var at = 0
    while at < end {
      switch mode {
      case .comment:
        guard let close = find(base, at, end, 0x2D, 0x2D) else { return max(at, end - 2) }
        at = close
        mode = .markup
      case .section:
        guard let close = find(base, at, end, 0x5D, 0x5D) else { return max(at, end - 2) }
        at = close
        mode = .markup
      case .instruction:
        guard let close = find(base, at, end, 0x3F, nil) else { return max(at, end - 1) }
        at = close
        mode = .markup
      case .markup:
        let open = memchr(base + at, 0x3C, end - at).map { $0 - UnsafeMutableRawPointer(mutating: base) } ?? end
        if afterChild {
          for index in at..<open where !Bytes.isSpace(base[index]) {
            found = true
            return end
          }
        }
        if open == end { return end }
        guard let next = tag(base, open, end) else { return open }
        if found { return end }
        at = next
      }
    }
    return end
  }

  /// Reads the tag at `open`; nil when it is not complete yet.
  @inline(__always)
  private mutating func tag(_ base: UnsafePointer<UInt8>, _ open: Int, _ end: Int) -> Int? {
    guard open + 1 < end else { return nil }
    let first = base[open + 1]
    if first == 0x21 { return declaration(base, open, end) }
    if first == 0x3F {
      mode = .instruction
      return open + 2
    }
    let isEnd = first == 0x2F
    var at = open + (isEnd ? 2 : 1)
    var start = at
    while at < end, base[at] > 0x20, base[at] != 0x3E, base[at] != 0x2F {
      if base[at] == 0x3A { start = at + 1 }
      at += 1
    }
    guard at < end else { return nil }
    let length = at - start
    let isComponent = LateContentScanner.isComponent(base + start, length)
    if isEnd {
      while at < end, base[at] != 0x3E { at += 1 }
      guard at < end else { return nil }
      if isComponent { afterChild = true }
      return at + 1
    }
    if !isComponent, !afterChild { return at }
    // Only now the end of the tag matters: blanks in quotes, and whether it is empty.
    var quote: UInt8 = 0
    while at < end {
      let byte = base[at]
      if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3E {
        break
      }
      at += 1
    }
    guard at < end else { return nil }
    if isComponent {
      afterChild = base[at - 1] == 0x2F
    } else if !LateContentScanner.isDsc(base + start, length) {
      found = true
    }
    return at + 1
  }

  private mutating func declaration(_ base: UnsafePointer<UInt8>, _ open: Int, _ end: Int) -> Int? {
    guard open + 9 <= end else { return nil }
    if base[open + 2] == 0x2D, base[open + 3] == 0x2D {
      mode = .comment
      return open + 4
    }
    if base[open + 2] == 0x5B {
      if afterChild { found = true }
      mode = .section
      return open + 9
    }
    // <!DOCTYPE: with an internal subset, components could stand in entities; those documents are read twice.
    var at = open
    while at < end {
      if base[at] == 0x5B { found = true }
      if base[at] == 0x5B || base[at] == 0x3E { return at + 1 }
      at += 1
    }
    return nil
  }

  private func find(_ base: UnsafePointer<UInt8>, _ from: Int, _ end: Int, _ first: UInt8, _ second: UInt8?) -> Int? {
    var at = from
    while at < end {
      guard let hit = memchr(base + at, 0x3E, end - at) else { return nil }
      let close = hit - UnsafeMutableRawPointer(mutating: base)
      if let second {
        if close >= from + 2, base[close - 1] == first, base[close - 2] == second { return close + 1 }
      } else if close >= from + 1, base[close - 1] == first {
        return close + 1
      }
      at = close + 1
    }
    return nil
  }

  @inline(__always)
  private static func isComponent(_ name: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    guard length == 1 || length == 3, name[0] | 0x20 == 0x63 else { return false }
    return length == 1 || (Bytes.isDigit(name[1]) && Bytes.isDigit(name[2]))
  }

  private static func isDsc(_ name: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    length == 3 && name[0] | 0x20 == 0x64 && name[1] | 0x20 == 0x73 && name[2] | 0x20 == 0x63
  }
}
