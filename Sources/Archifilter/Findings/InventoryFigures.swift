public import EADKit

/// An inventory at a glance: its account, sizes, dates, formats, depth, duplicates, changes and annotations.
///
/// Figures leave out what rules ignore, but for the account, which has every entry that was seen.
public struct InventoryFigures: Sendable {
  /// What rules took out.
  public struct Ignored: Sendable, Equatable {
    /// As in the file of rules.
    public var pattern: String
    /// `file`, `folder` …
    public var kind: String
    public var entries: Int
    public var bytes: Int
  }

  /// Entries and bytes of one format, family or year.
  public struct Share: Sendable, Equatable {
    /// Key of the format (PUID or MIME type), family, or year.
    public var key: String
    public var name: String
    public var files: Int
    public var bytes: Int
  }

  /// One file among the largest or oldest.
  public struct Example: Sendable, Equatable {
    public var path: [UInt8]
    public var bytes: Int
    /// Trusted date in nanoseconds since 1970-01-01 UTC; nil for none.
    public var date: Int?
  }

  public private(set) var run = RunRecord()
  /// A newer scan was begun and not finished: these are the figures of the one before.
  public private(set) var isOutdated = false
  /// Folders with the root, files and so on, none of them ignored; `unknown` could not be looked at.
  public private(set) var folders = 0
  public private(set) var files = 0
  public private(set) var links = 0
  public private(set) var specials = 0
  public private(set) var unknown = 0
  public private(set) var ignoredEntries = 0
  public private(set) var ignored: [Ignored] = []
  /// Every entry of the inventory, counted apart from the others.
  public private(set) var entries = 0
  public private(set) var emptyFolders = 0
  public private(set) var emptyFiles = 0
  /// Further names of files counted already; their bytes are counted once.
  public private(set) var furtherLinks = 0
  /// Entries that could not be read, by `errno`.
  public private(set) var errors: [(code: Int32, entries: Int)] = []
  public private(set) var bytes = 0
  /// Bounds of the trusted dates.
  public private(set) var oldest: Int?
  public private(set) var newest: Int?
  /// Files without a trusted date.
  public private(set) var undated = 0
  public private(set) var years: [Share] = []
  public private(set) var families: [Share] = []
  /// The most frequent first, ten of them; `formatCount` counts all.
  public private(set) var formats: [Share] = []
  public private(set) var formatCount = 0
  /// Files whose format nobody recognised or looked for.
  public private(set) var unrecognised = 0
  /// Folders on the way to the deepest entry, the root not counted.
  public private(set) var depth = 0
  public private(set) var longestPath: [UInt8] = []
  /// In UTF-16 code units, as Windows counts, relative to the root.
  public private(set) var longestPathLength = 0
  public private(set) var largest: [Example] = []
  public private(set) var oldestFiles: [Example] = []
  /// Files with a digest; duplicates are looked for among these only.
  public private(set) var digested = 0
  /// nil when no file has a digest: nobody knows. `groups` of equal files, `copies` beyond the first of each, their bytes.
  public private(set) var duplicates: (groups: Int, copies: Int, bytes: Int)?
  /// Changes the last scan found: `added`, `changed` … with their number.
  public private(set) var changes: [(kind: String, count: Int)] = []
  public private(set) var annotations: [(field: String, count: Int)] = []
  public let time: LocalTime

  /// Counts what an inventory holds, in one pass.
  ///
  /// - Parameters:
  ///   - time: the clock of the archive; nil for the one of the scan.
  ///   - now: the moment from which dates lie in the future, in nanoseconds since 1970-01-01 UTC; nil for that of the scan.
  /// - Throws: `inventory-unfinished` when no scan was ever finished.
  public init(_ connection: InventoryConnection, time: LocalTime? = nil, now: Int? = nil) throws(EADError) {
    (run, isOutdated) = try RunRecord.current(connection)
    let zone = run.options.split(separator: "\n").first { $0.hasPrefix("time-zone=") }.map { String($0.dropFirst(10)) }
    let clock: LocalTime
    if let time { clock = time } else if let zone { clock = try LocalTime(zone: zone) } else { clock = try LocalTime() }
    self.time = clock
    try account(connection)
    try stream(connection, DateTrust(now: now ?? InventoryFigures.moment(run.started) ?? .max, time: clock))
    try repeated(connection)
    let change = try connection.prepare("SELECT kind, count(*) FROM change WHERE run = ?1 GROUP BY kind ORDER BY kind")
    change.bind(1, run.id)
    while try change.step() { changes.append((change.text(0), change.int(1))) }
    let annotation = try connection.prepare("SELECT field, count(*) FROM annotation GROUP BY field ORDER BY field")
    while try annotation.step() { annotations.append((annotation.text(0), annotation.int(1))) }
  }

  /// An ISO 8601 moment in UTC as nanoseconds; nil when it is none.
  static func moment(_ text: String) -> Int? {
    guard let day = DateText.date(String(text.prefix(10))) else { return nil }
    let clock = text.dropFirst(11).prefix(8).split(separator: ":").compactMap { Int($0) }
    guard text.isEmpty == false, clock.count == 3, text.utf8.last == UInt8(ascii: "Z") else { return nil }
    // Days since 1970-01-01 by the civil calendar.
    let year = day.month <= 2 ? day.year - 1 : day.year
    let era = CivilDate.floor(year, 400)
    let ofEra = year - era * 400
    let ofYear = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 + day.day - 1
    let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    return (days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]) * 1_000_000_000
  }

  private mutating func account(_ connection: InventoryConnection) throws(EADError) {
    entries = try connection.number("SELECT count(*) FROM node") ?? 0
    let kinds = try connection.prepare(
      """
      SELECT kind, count(*), sum(flags & 4 = 4), sum(CASE WHEN kind = 1 AND flags & 4 = 0 THEN size ELSE 0 END),
        sum(kind = 1 AND size = 0) FROM node WHERE rule IS NULL GROUP BY kind
      """)
    while try kinds.step() {
      let count = kinds.int(1)
      switch Node.Kind(rawValue: kinds.int(0)) {
      case .folder: folders = count
      case .file:
        files = count
        furtherLinks = kinds.int(2)
        bytes = kinds.int(3)
        emptyFiles = kinds.int(4)
      case .link: links = count
      case .special: specials = count
      case .unknown, nil: unknown += count
      }
    }
    let rules = try connection.prepare(
      """
      SELECT coalesce(r.kind, ''), coalesce(r.pattern, ''), count(*), sum(CASE WHEN n.kind = 1 AND n.flags & 4 = 0 THEN n.size ELSE 0 END)
      FROM node n LEFT JOIN rule r ON r.id = n.rule WHERE n.rule IS NOT NULL GROUP BY n.rule ORDER BY n.rule
      """)
    while try rules.step() {
      ignored.append(Ignored(pattern: rules.text(1), kind: rules.text(0), entries: rules.int(2), bytes: rules.int(3)))
      ignoredEntries += rules.int(2)
    }
    let causes = try connection.prepare(
      """
      SELECT cause, count(*) FROM (SELECT coalesce(n.error, c.error) AS cause FROM node n LEFT JOIN content c ON c.node = n.id
        WHERE n.rule IS NULL) WHERE cause IS NOT NULL GROUP BY cause ORDER BY cause
      """)
    while try causes.step() { errors.append((Int32(truncatingIfNeeded: causes.int(0)), causes.int(1))) }
  }

  private mutating func stream(_ connection: InventoryConnection, _ trust: DateTrust) throws(EADError) {
    struct Sum {
      var files = 0
      var bytes = 0
      mutating func add(_ node: Node) {
        files += 1
        if !node.flags.contains(.furtherLink) { bytes += node.size }
      }
    }
    var byYear: [Int: Sum] = [:]
    var byFamily: [String: Sum] = [:]
    var byFormat: [FormatFacts: Sum] = [:]
    let cursor = try TreeCursor(connection)
    while let node = try cursor.next() {
      if node.depth > 0 {
        // Only what may be longer is counted: no path has more units than bytes.
        if cursor.path.count > longestPathLength {
          let units = InventoryFigures.units(cursor.path)
          if units > longestPathLength { (longestPathLength, longestPath) = (units, cursor.path) }
        }
        depth = max(depth, node.kind == .folder ? node.depth : node.depth - 1)
      }
      if let folder = node.folder, node.kind == .folder {
        let isKnown = node.error == nil && node.flags.isDisjoint(with: [.mountPoint, .loop, .notEntered])
        if isKnown, folder.entries == 0 { emptyFolders += 1 }
      }
      guard node.kind == .file else { continue }
      let best = trust.best(node, isMigrationFolder: false)
      if let best {
        byYear[trust.time.date(best.date).year, default: Sum()].add(node)
        oldest = min(oldest ?? best.date, best.date)
        newest = max(newest ?? best.date, best.date)
        if oldestFiles.count < 5 || best.date < oldestFiles[oldestFiles.count - 1].date ?? .max {
          let at = oldestFiles.firstIndex { ($0.date ?? .max) > best.date } ?? oldestFiles.count
          oldestFiles.insert(Example(path: cursor.path, bytes: node.size, date: best.date), at: at)
          if oldestFiles.count > 5 { oldestFiles.removeLast() }
        }
      } else {
        undated += 1
      }
      if !node.flags.contains(.furtherLink), largest.count < 5 || node.size > largest[largest.count - 1].bytes {
        let at = largest.firstIndex { $0.bytes < node.size } ?? largest.count
        largest.insert(Example(path: cursor.path, bytes: node.size, date: best?.date), at: at)
        if largest.count > 5 { largest.removeLast() }
      }
      if let content = node.content, content.sha256 != nil || content.sha512 != nil || content.md5 != nil { digested += 1 }
      if let format = node.content?.format {
        byFormat[format, default: Sum()].add(node)
        byFamily[format.family, default: Sum()].add(node)
      } else {
        unrecognised += 1
      }
    }
    years = byYear.sorted { $0.key < $1.key }.map { year, sum in
      Share(key: String(year), name: "", files: sum.files, bytes: sum.bytes)
    }
    func ordered(_ shares: [Share]) -> [Share] {
      shares.sorted { ($1.files, $1.bytes, $0.key) < ($0.files, $0.bytes, $1.key) }
    }
    families = ordered(byFamily.map { Share(key: $0.key, name: "", files: $0.value.files, bytes: $0.value.bytes) })
    formatCount = byFormat.count
    formats = Array(
      ordered(
        byFormat.map { format, sum in
          let name = format.version.isEmpty ? format.name : "\(format.name) \(format.version)"
          return Share(key: format.key, name: name.isEmpty ? format.mime : name, files: sum.files, bytes: sum.bytes)
        }
      ).prefix(10))
  }

  /// Length as Windows counts; a byte that is not UTF-8 counts as one.
  static func units(_ path: [UInt8]) -> Int {
    String(validating: path, as: UTF8.self)?.utf16.count ?? path.count
  }

  /// Equal files: same size and digest. Empty files and further names of one file are none.
  private mutating func repeated(_ connection: InventoryConnection) throws(EADError) {
    guard digested > 0 else { return }
    let groups = try connection.prepare(
      """
      SELECT count(*), coalesce(sum(copies - 1), 0), coalesce(sum((copies - 1) * size), 0) FROM (
        SELECT n.size AS size, count(*) AS copies FROM content c JOIN node n ON n.id = c.node
        WHERE n.rule IS NULL AND n.kind = 1 AND n.size > 0 AND n.flags & 4 = 0
          AND coalesce(c.sha256, c.sha512, c.md5) IS NOT NULL
        GROUP BY n.size, coalesce(c.sha256, c.sha512, c.md5) HAVING copies > 1)
      """)
    if try groups.step() { duplicates = (groups.int(0), groups.int(1), groups.int(2)) }
  }
}
