/// A value of a profile's YAML, with its place: what is left once YAML itself has been dealt with.
struct ProfileNode: Sendable {
  enum Value: Sendable {
    /// Any single value, as text; `isQuoted` when it stood in quotation marks.
    case text(String, isQuoted: Bool)
    case list([ProfileNode])
    case map([(key: ProfileNode, value: ProfileNode)])
  }

  var value: Value
  /// Counted from 1.
  var line: Int
  /// Counted from 1 in Unicode scalars.
  var column: Int

  var text: String? {
    if case .text(let text, _) = value { text } else { nil }
  }
}

/// How large a profile may be; beyond that somebody has mistaken the file, or means harm.
enum ProfileLimits {
  /// In bytes.
  static let file = 256 << 10
  /// Values and keys, counted again wherever an alias stands for them.
  static let nodes = 20_000
  /// Values within values.
  static let depth = 12
  /// Aliases: each may stand for many others, and they multiply.
  static let aliases = 10
}
