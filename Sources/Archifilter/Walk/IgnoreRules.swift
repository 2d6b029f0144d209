import CResources
public import EADKit
import Glibc

/// Names that are noise in a description: left out of it, always counted, never forgotten in silence.
///
/// A table that archivists can edit: `kind`, `pattern` and `note`, separated by tabs. Patterns are whole names, compared
/// without regard to the case of ASCII letters; `*` stands for any bytes, `?` for one byte.
public struct IgnoreRules: Sendable {
  /// What a rule speaks of.
  public enum Kind: String, Sendable, CaseIterable {
    /// Anything of that name.
    case name
    /// A folder, and all that it holds.
    case folder
    /// Anything but a folder.
    case file
    /// A folder that is counted and not entered.
    case skip
  }

  public struct Rule: Sendable, Equatable {
    public var kind: Kind
    public var pattern: String
    /// What it is, for people.
    public var note: String
  }

  /// In the order of the table: the first that fits is the one.
  public let rules: [Rule]
  let matcher: IgnoreMatcher

  public init(rules: [Rule]) {
    self.rules = rules
    matcher = IgnoreMatcher(rules)
  }

  /// The rules that come with the program.
  public init() {
    self.init(rules: Resource.rows(ead_ignore_rules).compactMap { IgnoreRules.rule($0) })
  }

  /// Rules of a file.
  ///
  /// - Throws: `ignore-unreadable` or `ignore-line`, with the line that is not understood.
  public init(contentsOf path: String) throws(EADError) {
    let bytes = try IgnoreRules.bytes(of: path)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw EADError("ignore-encoding", file: path) }
    var rules: [Rule] = []
    var number = 0
    for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      var line = line
      if number == 1, line.first == "\u{FEFF}" { line = line.dropFirst() }
      if line.last == "\r" { line = line.dropLast() }
      if line.first == "#" || line.allSatisfy({ $0 == " " || $0 == "\t" }) { continue }
      let cells = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map { String($0) }
      guard let rule = IgnoreRules.rule(cells) else {
        throw EADError("ignore-line", file: path, line: number, [String(line)])
      }
      rules.append(rule)
    }
    self.init(rules: rules)
  }

  private static func rule(_ cells: [String]) -> Rule? {
    guard cells.count >= 2, let kind = Kind(rawValue: cells[0]) else { return nil }
    // A carriage return may be part of a name (macOS keeps the icon of a folder in `Icon` + CR).
    var pattern: [Unicode.Scalar] = []
    var rest = Array(cells[1].unicodeScalars)[...]
    while let first = rest.popFirst() {
      if first == "\\", let next = rest.popFirst() {
        pattern.append(next == "r" ? "\r" : next == "n" ? "\n" : next == "t" ? "\t" : next)
      } else {
        pattern.append(first)
      }
    }
    guard !pattern.isEmpty, !pattern.contains("/") else { return nil }
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: pattern)
    return Rule(kind: kind, pattern: String(scalars), note: cells.count > 2 ? cells[2] : "")
  }

  private static func bytes(of path: String) throws(EADError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw EADError("ignore-unreadable", file: path, [String(cString: strerror(errno))]) }
    defer { Glibc.close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < 1 << 24 {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw EADError("ignore-unreadable", file: path, [String(cString: strerror(errno))]) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
    throw EADError("ignore-large", file: path)
  }

  /// The rules as a file to edit and to give back with `init(contentsOf:)`.
  public var text: String {
    var text = "# kind\tpattern\tnote\n"
    for rule in rules {
      var pattern = ""
      for scalar in rule.pattern.unicodeScalars {
        switch scalar {
        case "\r": pattern += "\\r"
        case "\n": pattern += "\\n"
        case "\t": pattern += "\\t"
        case "\\": pattern += "\\\\"
        default: pattern.unicodeScalars.append(scalar)
        }
      }
      text += "\(rule.kind.rawValue)\t\(pattern)\t\(rule.note)\n"
    }
    return text
  }

  /// Number of the first rule that fits a name, counted from 1 as in the inventory's table `rule`; nil for none.
  public func rule(for name: UnsafeBufferPointer<UInt8>, isFolder: Bool) -> Int? {
    matcher.first(name, isFolder: isFolder)
  }

  /// Whether a rule says that a folder is not entered.
  func isSkip(_ number: Int) -> Bool {
    number >= 1 && number <= rules.count && rules[number - 1].kind == .skip
  }
}

/// The rules made ready for millions of names: raw memory, so that threads share it without counting references.
final class IgnoreMatcher: @unchecked Sendable {
  private struct Pattern {
    var start: Int32
    var count: Int32
    var kind: Int8
    var hasWildcard: Bool
  }

  private let pool: UnsafeMutablePointer<UInt8>
  private let patterns: UnsafeMutablePointer<Pattern>
  /// By the first byte of a name: which rules can fit it, in their order.
  private let starts: UnsafeMutablePointer<Int32>
  private let candidates: UnsafeMutablePointer<Int32>

  init(_ rules: [IgnoreRules.Rule]) {
    var bytes: [UInt8] = []
    var made: [Pattern] = []
    for rule in rules {
      let folded = rule.pattern.utf8.map { IgnoreMatcher.fold($0) }
      let kind: Int8 =
        switch rule.kind {
        case .name: 0
        case .folder, .skip: 1
        case .file: 2
        }
      made.append(
        Pattern(
          start: Int32(bytes.count), count: Int32(folded.count), kind: kind,
          hasWildcard: folded.contains { $0 == 0x2A || $0 == 0x3F }))
      bytes += folded
    }
    var starts = [Int32](repeating: 0, count: 257)
    var candidates: [Int32] = []
    for byte in 0..<256 {
      for (number, pattern) in made.enumerated() {
        let first = bytes[Int(pattern.start)]
        if first == 0x2A || first == 0x3F || first == IgnoreMatcher.fold(UInt8(byte)) { candidates.append(Int32(number)) }
      }
      starts[byte + 1] = Int32(candidates.count)
    }
    pool = IgnoreMatcher.copy(bytes)
    patterns = IgnoreMatcher.copy(made)
    self.starts = IgnoreMatcher.copy(starts)
    self.candidates = IgnoreMatcher.copy(candidates)
  }

  deinit {
    pool.deallocate()
    patterns.deallocate()
    starts.deallocate()
    candidates.deallocate()
  }

  private static func copy<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    _ = UnsafeMutableBufferPointer(start: memory, count: elements.count).initialize(from: elements)
    return memory
  }

  @inline(__always)
  static func fold(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

  func first(_ name: UnsafeBufferPointer<UInt8>, isFolder: Bool) -> Int? {
    guard let base = name.baseAddress, name.count > 0 else { return nil }
    var index = starts[Int(base[0])]
    let end = starts[Int(base[0]) + 1]
    while index < end {
      let number = Int(candidates[Int(index)])
      index += 1
      let pattern = patterns[number]
      if pattern.kind == 1, !isFolder { continue }
      if pattern.kind == 2, isFolder { continue }
      let text = UnsafeBufferPointer(start: pool + Int(pattern.start), count: Int(pattern.count))
      if pattern.hasWildcard {
        if IgnoreMatcher.fits(name, text) { return number + 1 }
      } else if text.count == name.count {
        var at = 0
        while at < text.count, text[at] == IgnoreMatcher.fold(name[at]) { at += 1 }
        if at == text.count { return number + 1 }
      }
    }
    return nil
  }

  /// Goes back to the last `*` only, so that no pattern costs more than the product of both lengths.
  static func fits(_ name: UnsafeBufferPointer<UInt8>, _ pattern: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    var inPattern = 0
    var star = -1
    var resume = 0
    while at < name.count {
      if inPattern < pattern.count, pattern[inPattern] == 0x2A {
        star = inPattern
        resume = at
        inPattern += 1
      } else if inPattern < pattern.count, pattern[inPattern] == 0x3F || pattern[inPattern] == fold(name[at]) {
        at += 1
        inPattern += 1
      } else if star >= 0 {
        resume += 1
        at = resume
        inPattern = star + 1
      } else {
        return false
      }
    }
    while inPattern < pattern.count, pattern[inPattern] == 0x2A { inPattern += 1 }
    return inPattern == pattern.count
  }
}
