/// References from one schema file to another (RFC 3986, with relative bases allowed: a path given to the program is one).
enum RelaxNGURI {
  private struct Parts {
    var scheme: [UInt8]?
    var authority: [UInt8]?
    var path: [UInt8] = []
    var query: [UInt8]?

    init(_ uri: [UInt8]) {
      var rest = uri[...]
      if let hash = rest.firstIndex(of: 0x23) { rest = rest[..<hash] }
      if let length = RelaxNGURI.schemeLength(uri) {
        scheme = Array(rest.prefix(length))
        rest = rest.dropFirst(length + 1)
      }
      if rest.starts(with: [0x2F, 0x2F]) {
        rest = rest.dropFirst(2)
        let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
        authority = Array(rest[..<end])
        rest = rest[end...]
      }
      if let mark = rest.firstIndex(of: 0x3F) {
        query = Array(rest[(mark + 1)...])
        rest = rest[..<mark]
      }
      path = Array(rest)
    }

    var uri: [UInt8] {
      var out: [UInt8] = []
      if let scheme { out += scheme + [0x3A] }
      if let authority {
        out += [0x2F, 0x2F] + authority
      } else if path.starts(with: [0x2F, 0x2F]) {
        out += [0x2F, 0x2E]
      } else if scheme == nil, RelaxNGURI.schemeLength(path) != nil {
        out += [0x2E, 0x2F]
      }
      out += path
      if let query { out += [0x3F] + query }
      return out
    }
  }

  /// Bytes of the scheme before its colon; nil for a relative reference.
  static func schemeLength(_ uri: [UInt8]) -> Int? {
    guard let end = uri.firstIndex(where: { $0 == 0x3A || $0 == 0x2F || $0 == 0x3F || $0 == 0x23 }), uri[end] == 0x3A,
      end > 0, Bytes.isASCIILetter(uri[0])
    else { return nil }
    let isScheme = uri[..<end].allSatisfy {
      Bytes.isASCIILetter($0) || Bytes.isDigit($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
    }
    return isScheme ? end : nil
  }

  static func hasFragment(_ uri: [UInt8]) -> Bool { uri.contains(0x23) }

  /// The reference with what a URI may not hold written as `%HH` (XLink 1.0 section 5.4).
  static func escaped(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    for byte in text {
      switch byte {
      case 0...0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D, 0x7F...0xFF: append(byte, to: &out)
      default: out.append(byte)
      }
    }
    return out
  }

  /// Whether an escaped text is a URI reference (RFC 2396 with the brackets of RFC 2732).
  static func isReference(_ uri: [UInt8]) -> Bool {
    for (index, byte) in uri.enumerated() where byte == 0x25 {
      guard index + 2 < uri.count, hexadecimal(uri[index + 1]) != nil, hexadecimal(uri[index + 2]) != nil else {
        return false
      }
    }
    guard uri.count(where: { $0 == 0x23 }) <= 1 else { return false }
    if let length = schemeLength(uri) { return uri.count > length + 1 && uri[length + 1] != 0x23 }
    // A colon in the first segment makes what stands before it a scheme, and it is none.
    let segment = uri.prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
    return !segment.contains(0x3A)
  }

  /// The reference as seen from `base` (RFC 3986 section 5.2); `..` is kept where a relative base has nothing to take away.
  static func resolved(_ reference: [UInt8], against base: [UInt8]) -> [UInt8] {
    var target = Parts(reference)
    if target.scheme != nil {
      target.path = withoutDots(target.path)
      return target.uri
    }
    let from = Parts(base)
    target.scheme = from.scheme
    if target.authority != nil {
      target.path = withoutDots(target.path)
      return target.uri
    }
    target.authority = from.authority
    if target.path.isEmpty {
      target.path = from.path
      target.query = target.query ?? from.query
    } else if target.path.first == 0x2F {
      target.path = withoutDots(target.path)
    } else if from.authority != nil, from.path.isEmpty {
      target.path = withoutDots([0x2F] + target.path)
    } else {
      let folder = from.path.lastIndex(of: 0x2F).map { from.path[...$0] } ?? []
      target.path = withoutDots(folder + target.path)
    }
    return target.uri
  }

  /// The reference that stands for a path of this machine.
  static func ofPath(_ path: String) -> [UInt8] {
    var out: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case 0x2F, 0x2E, 0x2D, 0x5F, 0x7E: out.append(byte)
      case let byte where Bytes.isASCIILetter(byte) || Bytes.isDigit(byte): out.append(byte)
      default: append(byte, to: &out)
      }
    }
    return withoutDots(out)
  }

  /// The path of this machine that the reference stands for; nil when it leads elsewhere.
  static func localPath(_ uri: [UInt8]) -> [UInt8]? {
    let parts = Parts(uri)
    if let scheme = parts.scheme, scheme.map(Bytes.lowered) != Array("file".utf8) { return nil }
    if let host = parts.authority, !host.isEmpty, host.map(Bytes.lowered) != Array("localhost".utf8) { return nil }
    var out: [UInt8] = []
    let path = parts.path + (parts.query.map { [0x3F] + $0 } ?? [])
    var at = 0
    while at < path.count {
      if path[at] == 0x25, at + 2 < path.count, let high = hexadecimal(path[at + 1]), let low = hexadecimal(path[at + 2]) {
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(path[at])
        at += 1
      }
    }
    return out
  }

  private static func withoutDots(_ path: [UInt8]) -> [UInt8] {
    let isAbsolute = path.first == 0x2F
    var kept: [ArraySlice<UInt8>] = []
    let segments = path.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst(isAbsolute ? 1 : 0)
    for segment in segments {
      if segment.elementsEqual([0x2E]) { continue }
      if segment.elementsEqual([0x2E, 0x2E]) {
        if let last = kept.last, !last.elementsEqual([0x2E, 0x2E]) {
          kept.removeLast()
        } else if !isAbsolute {
          kept.append(segment)
        }
        continue
      }
      kept.append(segment)
    }
    if let last = segments.last, last.elementsEqual([0x2E]) || last.elementsEqual([0x2E, 0x2E]) { kept.append([]) }
    return (isAbsolute ? [0x2F] : []) + kept.joined(separator: [0x2F])
  }

  private static func append(_ byte: UInt8, to out: inout [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
