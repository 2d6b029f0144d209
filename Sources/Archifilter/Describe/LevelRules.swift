public import EADKit
import Glibc

/// Which level of description (ISAD(G) 3.1.4) a folder has: by its depth, or by its path.
///
/// A rules file is a table with tabs; lines that start with `#` are comments:
///
/// ```
/// depth	0	recordgrp
/// depth	1	series
/// depth	2+	otherlevel:sous-série thématique
/// path	**/Permis de construire/*	file
/// path	regex:/[0-9]{4}$	otherlevel:année
/// ```
///
/// The first line that fits counts, those about paths before those about depths. What no line speaks of goes by the preset
/// `fonds`: a folder without sub-folders is a file (*dossier*), the others series, sub-series and so on. Whatever the lines
/// say, no level rises on the way down and nothing but the whole is a fonds.
public struct LevelRules: Sendable {
  /// What comes with the program.
  public enum Preset: String, Sendable, CaseIterable {
    case fonds
    /// A transfer of a French municipality (*versement* in the series W): a part of a fonds, never a fonds.
    case versementW = "versement-w"
  }

  /// A level in the words of EAD.
  public struct Level: Sendable, Equatable {
    /// `@level`.
    public var level: String
    /// `@otherlevel`; empty otherwise.
    public var otherLevel: String

    public init(_ level: String, other: String = "") {
      self.level = level
      self.otherLevel = other
    }
  }

  private enum Pattern: Sendable {
    case glob(PathGlob)
    case expression(PathExpression)
  }

  /// Name of the preset or of the file, for the processing note.
  public let name: String
  private var paths: [(pattern: Pattern, level: Level)] = []
  private var depths: [(first: Int, last: Int, level: Level)] = []
  private let whole: String

  public init(preset: Preset) {
    name = preset.rawValue
    whole = preset == .fonds ? "fonds" : "recordgrp"
  }

  /// Reads a rules file.
  ///
  /// - Throws: `levels-unreadable`, or `levels-line` with the line that is not understood.
  public init(contentsOf path: String) throws(EADError) {
    name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? path
    whole = "fonds"
    let bytes = try LevelRules.bytes(of: path)
    var number = 0
    for var line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
      if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
      let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
      guard fields.count >= 3, let level = LevelRules.level(fields[2]) else {
        throw LevelRules.unclear(path, number, line)
      }
      switch fields[0] {
      case _ where fields[0].elementsEqual("depth".utf8): try addDepth(fields[1], level, path, number, line)
      case _ where fields[0].elementsEqual("path".utf8): try addPath(fields[1], level, path, number, line)
      default: throw LevelRules.unclear(path, number, line)
      }
    }
  }

  private mutating func addDepth(
    _ field: ArraySlice<UInt8>, _ level: Level, _ path: String, _ number: Int, _ line: ArraySlice<UInt8>
  ) throws(EADError) {
    let isOpen = field.last == UInt8(ascii: "+")
    guard let depth = Int(String(decoding: isOpen ? field.dropLast() : field, as: UTF8.self)), depth >= 0 else {
      throw LevelRules.unclear(path, number, line)
    }
    if level.level == "fonds", depth > 0 || isOpen {
      throw EADError("levels-fonds-below", file: path, line: number, [])
    }
    depths.append((depth, isOpen ? Int.max : depth, level))
  }

  private mutating func addPath(
    _ field: ArraySlice<UInt8>, _ level: Level, _ path: String, _ number: Int, _ line: ArraySlice<UInt8>
  ) throws(EADError) {
    if level.level == "fonds" { throw EADError("levels-fonds-below", file: path, line: number, []) }
    guard !field.isEmpty else { throw LevelRules.unclear(path, number, line) }
    let mark = Array("regex:".utf8)
    if field.starts(with: mark) {
      guard let expression = PathExpression(Array(field.dropFirst(mark.count))) else {
        throw LevelRules.unclear(path, number, line)
      }
      paths.append((.expression(expression), level))
    } else {
      paths.append((.glob(PathGlob(Array(field))), level))
    }
  }

  /// The level of a folder.
  ///
  /// - Parameters:
  ///   - path: relative to the root; empty for the root.
  ///   - depth: 0 for the root.
  ///   - hasFolders: whether folders are below it.
  ///   - above: level of the folder above, and its rank (`rank(_:)`); nil for the root.
  func folder(
    path: [UInt8], depth: Int, hasFolders: Bool, above: (level: Level, rank: Int)?, language: MessageLanguage
  ) -> (level: Level, rank: Int) {
    let wanted = explicit(path: path, depth: depth)
    guard let above else {
      let level = wanted ?? Level(whole)
      return (level, LevelRules.rank(level) ?? 0)
    }
    // A folder inside a file (dossier) is a part of it, whatever was said.
    if above.rank >= LevelRules.fileRank {
      let own = wanted.flatMap { $0.level == "otherlevel" ? $0 : nil }
      return (own ?? Level("otherlevel", other: MessageCatalog.text("level-sub-file", [], language)), above.rank)
    }
    guard var level = wanted ?? usual(depth: depth, hasFolders: hasFolders, language) else { return above }
    if level.level == "fonds" { level = Level("subfonds") }
    guard let rank = LevelRules.rank(level) else { return (level, above.rank) }
    // What would rise takes the level above it instead.
    return rank < above.rank ? (LevelRules.same(above.level), above.rank) : (level, rank)
  }

  /// Of two levels alike, the lower is no second whole.
  private static func same(_ level: Level) -> Level { level.level == "fonds" ? Level("subfonds") : level }

  private func explicit(path: [UInt8], depth: Int) -> Level? {
    if depth > 0 {
      for rule in paths {
        let fits =
          switch rule.pattern {
          case .glob(let glob): glob.matches(path)
          case .expression(let expression): expression.matches(path)
          }
        if fits { return rule.level }
      }
    }
    return depths.first { $0.first <= depth && depth <= $0.last }?.level
  }

  private func usual(depth: Int, hasFolders: Bool, _ language: MessageLanguage) -> Level? {
    if !hasFolders { return Level("file") }
    switch depth {
    case 1: return Level("series")
    case 2: return Level("subseries")
    default: return Level("otherlevel", other: MessageCatalog.text("level-sub-series", [], language))
    }
  }

  static let fileRank = 4

  /// How low a level stands; nil for `otherlevel`, which stands where it is put.
  static func rank(_ level: Level) -> Int? {
    switch level.level {
    case "fonds", "recordgrp", "collection": 0
    case "subfonds", "subgrp", "class": 1
    case "series": 2
    case "subseries": 3
    case "file": fileRank
    case "item": 5
    default: nil
    }
  }

  private static func level(_ field: ArraySlice<UInt8>) -> Level? {
    guard let text = String(validating: field, as: UTF8.self) else { return nil }
    let known = ["fonds", "collection", "recordgrp", "subfonds", "subgrp", "class", "series", "subseries", "file"]
    if known.contains(text) { return Level(text) }
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, parts[0] == "otherlevel" else { return nil }
    return Level("otherlevel", other: String(parts[1]))
  }

  private static func unclear(_ path: String, _ number: Int, _ line: ArraySlice<UInt8>) -> EADError {
    EADError("levels-line", file: path, line: number, [FileName.display(line.prefix(120))])
  }

  private static func bytes(of path: String) throws(EADError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw EADError("levels-unreadable", file: path, [String(cString: strerror(errno))]) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw EADError("levels-unreadable", file: path, [String(cString: strerror(errno))]) }
      bytes.append(contentsOf: buffer[..<count])
      // A table of levels is small: what is not is something else.
      guard bytes.count <= 1 << 20 else { throw EADError("levels-too-long", file: path, []) }
    }
  }
}
