/// One piece of a source that did not come back.
public struct RoundTripLoss: Sendable {
  /// As given by the caller; `-` for standard input.
  public var file: String
  /// Line of the source, counted from 1; in a sheet the line where the record begins.
  public var line: Int
  /// Path without positions, components as `c`; for a sheet the column.
  public var path: String
  /// `@id`, identifier or title of the unit.
  public var component: String
  /// The text with white space collapsed; never shortened.
  public var text: String
  /// What stands in its place now, shortened; nil when nothing does.
  public var instead: String?
  /// Why, when the account of a conversion says so.
  public var reason: LossReason?
}

/// What became of everything at one path.
public struct RoundTripPath: Sendable {
  /// The first piece that did not survive.
  public struct Example: Sendable, Equatable {
    /// As given by the caller.
    public var file: String
    /// Line of the source.
    public var line: Int
    /// The text, shortened.
    public var text: String
    /// What it is now, shortened; nil when it is the same text, or nothing.
    public var after: String?
  }

  /// Without positions; components as `c`.
  public var path: String
  /// Texts and attributes of the source.
  public var pieces = 0
  /// Same path, same text.
  public var survived = 0
  /// Same text in the same place with other elements around it.
  public var markup = 0
  /// Same text under another path.
  public var moved = 0
  /// The same value in another form.
  public var changed = 0
  /// Nowhere.
  public var lost = 0
  /// Where pieces that moved are now.
  public var destinations: [String: Int] = [:]
  /// Why pieces were lost, by the name of the reason; "" where no account speaks of them.
  public var reasons: [String: Int] = [:]
  /// The first piece that was lost; without one, the first that changed, moved or has other markup.
  public var example: Example?
  /// How bad the example is: the higher, the worse.
  var exampleRank: Int { lost > 0 ? 4 : changed > 0 ? 3 : moved > 0 ? 2 : markup > 0 ? 1 : 0 }

  init(path: String) { self.path = path }

  /// Adds the counts of another document.
  mutating func add(_ other: RoundTripPath) {
    if other.exampleRank > exampleRank { example = other.example }
    pieces += other.pieces
    survived += other.survived
    markup += other.markup
    moved += other.moved
    changed += other.changed
    lost += other.lost
    destinations.merge(other.destinations) { $0 + $1 }
    reasons.merge(other.reasons) { $0 + $1 }
  }

  /// Destinations, the most frequent first.
  public var topDestinations: [(path: String, count: Int)] {
    destinations.map { ($0.key, $0.value) }.sorted {
      $0.1 != $1.1 ? $0.1 > $1.1 : $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
    }
  }

  /// Reasons, the most frequent first.
  public var topReasons: [(reason: String, count: Int)] {
    reasons.map { ($0.key, $0.value) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
  }
}

/// What became of one document on its way there and back.
public struct RoundTripResult: Sendable {
  /// As given by the caller.
  public var file: String
  /// Description units (or rows) of the source.
  public var units = 0
  /// Units that did not come back.
  public var missingUnits = 0
  /// Units that came back and that the source does not have.
  public var extraUnits = 0
  /// By path, in the order of first appearance.
  public var paths: [RoundTripPath] = []
  /// What there is to say besides: a culture that was assumed, units that are missing.
  public var findings: [Finding] = []
  /// What the conversions and the reader had to say on the way there.
  public var conversionFindings: [Finding] = []

  /// All paths together.
  public var total: RoundTripPath {
    var total = RoundTripPath(path: "")
    for path in paths { total.add(path) }
    return total
  }
}

/// The counts of several documents, by path.
public struct RoundTripTable: Sendable {
  /// Paths in the order of first appearance.
  public private(set) var paths: [RoundTripPath] = []
  /// All paths together.
  public private(set) var total = RoundTripPath(path: "")
  /// Documents that went there and back.
  public private(set) var documents = 0
  /// Documents that did not.
  public private(set) var failed = 0
  public private(set) var units = 0
  public private(set) var missingUnits = 0
  public private(set) var extraUnits = 0
  /// Documents that lost something.
  public private(set) var documentsWithLoss = 0
  private var index: [String: Int] = [:]

  public init() {}

  /// Adds a document.
  public mutating func add(_ result: RoundTripResult) {
    documents += 1
    units += result.units
    missingUnits += result.missingUnits
    extraUnits += result.extraUnits
    let own = result.total
    if own.lost > 0 { documentsWithLoss += 1 }
    total.add(own)
    for path in result.paths {
      if let at = index[path.path] {
        paths[at].add(path)
      } else {
        index[path.path] = paths.count
        paths.append(path)
      }
    }
  }

  /// Notes a document that could not be read or converted.
  public mutating func addFailure() { failed += 1 }

  /// Paths with what matters first: the most lost, then the most changed, moved, unmarked.
  public var worstFirst: [RoundTripPath] {
    paths.enumerated().sorted {
      let (one, two) = ($0.element, $1.element)
      if one.lost != two.lost { return one.lost > two.lost }
      if one.changed != two.changed { return one.changed > two.changed }
      if one.moved != two.moved { return one.moved > two.moved }
      if one.markup != two.markup { return one.markup > two.markup }
      return $0.offset < $1.offset
    }.map(\.element)
  }
}
