/// One difference between two inventories.
public struct TreeChange: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case added, removed, changed, moved
  }

  /// What changed of an entry that is in both.
  public enum Part: String, Sendable, CaseIterable {
    /// A file became a folder, a link …
    case kind
    case size
    /// Date of last modification.
    case modified
    case digest
    /// Of a symbolic link.
    case target
    /// A rule takes it out now, or does no longer.
    case ignored
    /// It can be read now, or cannot any more.
    case readable
  }

  /// The entry on one side.
  public struct Side: Sendable {
    public var kind = Node.Kind.file
    public var size = 0
    /// Nanoseconds since 1970-01-01 UTC.
    public var modified = 0
    public var sha256: [UInt8]?
    public var sha512: [UInt8]?
    public var md5: [UInt8]?

    init(_ node: Node) {
      kind = node.kind
      size = node.size
      modified = node.modified
      sha256 = node.content?.sha256
      sha512 = node.content?.sha512
      md5 = node.content?.md5
    }

    /// Whether two files have the same content; nil when no digest was made of both with one algorithm.
    func equals(_ other: Side) -> Bool? {
      if let sha256, let theirs = other.sha256 { return sha256 == theirs }
      if let sha512, let theirs = other.sha512 { return sha512 == theirs }
      if let md5, let theirs = other.md5 { return md5 == theirs }
      return nil
    }
  }

  public var kind: Kind
  /// Relative to the root; of what moved, the new one.
  public var path: [UInt8]
  /// Of what moved.
  public var oldPath: [UInt8]?
  /// Of what changed.
  public var parts: [Part] = []
  public var old: Side?
  public var new: Side?
  /// Not certain: a move told by size, date and name and not by a digest; or something that seems added or removed because
  /// a folder could not be read, or was not entered, in one of the scans.
  public var isProposal = false

  /// As a tree is read, names in the order of their bytes: `/` stands before every other byte.
  static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let common = min(left.count, right.count)
    var index = 0
    while index < common {
      if left[index] != right[index] {
        if left[index] == UInt8(ascii: "/") { return true }
        if right[index] == UInt8(ascii: "/") { return false }
        return left[index] < right[index]
      }
      index += 1
    }
    return left.count < right.count
  }
}

/// Numbers of a comparison.
public struct ComparisonSummary: Sendable {
  public var unchanged = 0
  public var added = 0
  public var removed = 0
  public var changed = 0
  public var moved = 0
  /// Among the moved, those told without a digest.
  public var proposed = 0
  /// Added or removed only because a folder could not be read, or was not entered, in one of the scans.
  public var uncertain = 0
  /// Files that are in both and for which nothing but size and date could be compared.
  public var withoutDigest = 0
  /// Entries that rules take out, in one inventory only: they are not listed.
  public var ignored = 0
  public var addedBytes = 0
  public var removedBytes = 0
  /// Annotations by field where their number differs.
  public var annotations: [(field: String, old: Int, new: Int)] = []

  public init() {}

  /// Whether nothing differs.
  public var isSame: Bool { added + removed + changed + moved == 0 && annotations.isEmpty }
}
