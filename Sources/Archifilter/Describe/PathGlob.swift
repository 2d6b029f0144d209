import Glibc

/// A pattern on paths: `*` for anything within a name, `?` for one character, `**` for any number of whole names.
struct PathGlob: Sendable {
  private let parts: [[UInt8]]

  init(_ pattern: [UInt8]) {
    parts = pattern.split(separator: UInt8(ascii: "/")).map { Array($0) }
  }

  /// Whether the whole path fits.
  func matches(_ path: [UInt8]) -> Bool {
    let names = path.split(separator: UInt8(ascii: "/"))
    var name = 0
    var part = 0
    // Where to go on when what follows the last `**` does not fit.
    var retry: (part: Int, name: Int)?
    while name < names.count {
      if part < parts.count, parts[part].elementsEqual("**".utf8) {
        retry = (part + 1, name)
        part += 1
      } else if part < parts.count, PathGlob.matches(parts[part], names[name]) {
        part += 1
        name += 1
      } else if let last = retry {
        retry = (last.part, last.name + 1)
        part = last.part
        name = last.name + 1
      } else {
        return false
      }
    }
    return parts[part...].allSatisfy { $0.elementsEqual("**".utf8) }
  }

  private static func matches(_ pattern: [UInt8], _ name: ArraySlice<UInt8>) -> Bool {
    var place = name.startIndex
    var sign = 0
    var retry: (sign: Int, place: Int)?
    while place < name.endIndex {
      if sign < pattern.count, pattern[sign] == UInt8(ascii: "*") {
        retry = (sign + 1, place)
        sign += 1
      } else if sign < pattern.count, pattern[sign] == UInt8(ascii: "?") {
        place += 1
        while place < name.endIndex, name[place] & 0xC0 == 0x80 { place += 1 }
        sign += 1
      } else if sign < pattern.count, pattern[sign] == name[place] {
        sign += 1
        place += 1
      } else if let last = retry {
        retry = (last.sign, last.place + 1)
        sign = last.sign
        place = last.place + 1
      } else {
        return false
      }
    }
    return pattern[sign...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

/// A POSIX extended regular expression on the bytes of paths; it fits when it is found anywhere.
final class PathExpression: @unchecked Sendable {
  // Compiled once and only read afterwards; `regexec` may be called by several threads.
  private var compiled = regex_t()

  /// - Returns: nil when it is not well formed.
  init?(_ pattern: [UInt8]) {
    guard !pattern.contains(0) else { return nil }
    let code = (pattern + [0]).withUnsafeBytes {
      regcomp(&compiled, $0.assumingMemoryBound(to: CChar.self).baseAddress, REG_EXTENDED | REG_NOSUB)
    }
    // `regfree` in `deinit` is safe on what `regcomp` refused.
    if code != 0 { return nil }
  }

  deinit { regfree(&compiled) }

  func matches(_ path: [UInt8]) -> Bool {
    (path + [0]).withUnsafeBytes {
      regexec(&compiled, $0.assumingMemoryBound(to: CChar.self).baseAddress, 0, nil, 0) == 0
    }
  }
}
