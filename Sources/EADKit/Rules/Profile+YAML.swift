import Yams

extension Profile {
  /// Reads a profile that somebody wrote (`docs/profiles.md`).
  ///
  /// - Throws: An error that names line and column: the file cannot be read, is no YAML, or says something that no
  ///   profile can say.
  public init(contentsOf path: String) throws(EADError) {
    let source = try InputSource(path: path, limits: ReadingLimits())
    try source.prepare(scan: nil)
    var bytes: [UInt8] = []
    let size = 1 << 14
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    while bytes.count <= ProfileLimits.file {
      let count = try source.read(into: buffer, size)
      if count == 0 { break }
      bytes.append(contentsOf: UnsafeBufferPointer(start: buffer, count: count))
    }
    try self.init(yaml: bytes, file: path)
  }

  /// Understands a profile in memory; `file` is its name in errors and, without `name`, in reports.
  init(yaml bytes: [UInt8], file: String) throws(EADError) {
    guard bytes.count <= ProfileLimits.file else {
      throw EADError("profile-too-large", file: file, [String(ProfileLimits.file >> 10)])
    }
    // libyaml takes a byte order mark for a letter once it is told the encoding.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: text, as: UTF8.self) else { throw EADError("profile-not-utf8", file: file) }
    try ProfileYAML.refuseBombs(bytes, file)
    let root: ProfileNode
    do {
      // Without rules for numbers and dates every value is text: `off` stays a word.
      guard let node = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
        throw EADError("profile-empty", file: file, line: 1)
      }
      var count = 0
      root = try ProfileYAML.node(node, file, depth: 0, &count)
    } catch let error as EADError {
      throw error
    } catch let error as YamlError {
      throw ProfileYAML.error(error, file)
    } catch {
      throw EADError("profile-yaml", file: file, ["\(error)"])
    }
    self = try ProfileReader(file: file).profile(root)
  }
}

/// From YAML to the values of a profile.
private enum ProfileYAML {
  /// Refuses aliases in numbers with which they could multiply: the parser has no bound of its own.
  static func refuseBombs(_ bytes: [UInt8], _ file: String) throws(EADError) {
    var anchors = 0
    var aliases = 0
    var line = 1
    var column = 1
    var before: UInt8 = 0x0A
    for at in bytes.indices {
      let byte = bytes[at]
      if byte == 0x26 || byte == 0x2A, at + 1 < bytes.count, !Bytes.isSpace(bytes[at + 1]), opensValue(before) {
        if byte == 0x26 { anchors += 1 } else { aliases += 1 }
        if anchors > 0, aliases > ProfileLimits.aliases {
          throw EADError(
            "profile-aliases", file: file, line: line, column: column, [String(ProfileLimits.aliases)])
        }
      }
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
      before = byte
    }
  }

  /// Whether a value may begin after this byte: white space, brackets, comma, a byte order mark.
  private static func opensValue(_ byte: UInt8) -> Bool {
    Bytes.isSpace(byte) || byte == 0x5B || byte == 0x7B || byte == 0x2C || byte == 0xBF
  }

  static func node(_ node: Node, _ file: String, depth: Int, _ count: inout Int) throws -> ProfileNode {
    count += 1
    let line = node.mark?.line ?? 0
    let column = node.mark?.column ?? 0
    guard count <= ProfileLimits.nodes, depth <= ProfileLimits.depth else {
      throw EADError("profile-too-deep", file: file, line: line, column: column)
    }
    let value: ProfileNode.Value
    switch node {
    case .scalar(let scalar):
      value = .text(scalar.string, isQuoted: scalar.style == .singleQuoted || scalar.style == .doubleQuoted)
    case .sequence(let sequence):
      var items: [ProfileNode] = []
      for item in sequence { items.append(try self.node(item, file, depth: depth + 1, &count)) }
      value = .list(items)
    case .mapping(let mapping):
      var pairs: [(key: ProfileNode, value: ProfileNode)] = []
      for (key, item) in mapping {
        let key = try self.node(key, file, depth: depth + 1, &count)
        pairs.append((key, try self.node(item, file, depth: depth + 1, &count)))
      }
      value = .map(pairs)
    case .alias:
      throw EADError("profile-yaml", file: file, line: line, column: column, ["*"])
    }
    return ProfileNode(value: value, line: line, column: column)
  }

  static func error(_ error: YamlError, _ file: String) -> EADError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      return EADError("profile-yaml", file: file, line: mark.line, column: mark.column, [problem])
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0).unicodeScalars
      let line = before.reduce(into: 1) { count, scalar in if scalar == "\n" { count += 1 } }
      let column = before.reversed().prefix { $0 != "\n" }.count + 1
      return EADError("profile-yaml", file: file, line: line, column: column, [problem])
    case .duplicatedKeysInMapping(let keys, let context):
      return EADError(
        "profile-key-twice", file: file, line: context.mark.line, column: context.mark.column, [keys.joined(separator: ", ")])
    default:
      return EADError("profile-yaml", file: file, ["\(error)"])
    }
  }
}
