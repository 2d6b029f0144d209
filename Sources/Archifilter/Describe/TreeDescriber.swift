public import EADKit

/// Turns the entries of an inventory into units of description, in the order a person looks for them.
///
/// Folders are described, files where `DescriptionOptions.items` says so; links and special files are counted in the notes of
/// their folder, what rules ignore in the processing note of the whole. An entry that the archivist placed elsewhere is described
/// where it was found, and a note says where it shall stand: the description keeps to the order of origin.
public final class TreeDescriber {
  struct Open {
    var id: String
    var depth: Int
    var level: (level: LevelRules.Level, rank: Int)
    var isToEliminate: Bool
    var isMigration: Bool
    var describesFiles: Bool
  }

  let options: DescriptionOptions
  let words: DescriptionWording
  let trust: DateTrust
  let figures: FolderFiguresTable
  let identical: IdenticalFiles
  let run: RunRecord
  let connection: InventoryConnection
  private let items: DescriptionOptions.Items
  private let cursor: TreeCursor
  private let annotations: Annotations
  private let identifiers = UnitIdentifiers()
  private var open: [Open] = []
  private var articles = 0
  /// Entries without a unit of their own, by reason (a key of the messages), since the beginning.
  public private(set) var leftOut: [String: Int] = [:]
  /// True when the scan has told formats apart.
  let knowsFormats: Bool

  /// - Parameter items: which files are described one by one, where the target knows better than the options.
  public init(
    _ connection: InventoryConnection, _ options: DescriptionOptions, items: DescriptionOptions.Items? = nil
  ) throws(EADError) {
    self.connection = connection
    self.options = options
    self.items = items ?? options.items
    words = DescriptionWording(language: options.language)
    run = try RunRecord.current(connection).run
    trust = DateTrust(now: TreeDescriber.moment(of: run), time: options.time)
    annotations = try Annotations(connection)
    figures = try FolderFiguresTable(
      connection, trust: trust, annotations: annotations, forcesDates: options.forcesDates)
    identical = try IdenticalFiles(connection)
    knowsFormats = !figures.formats.isEmpty
    cursor = try TreeCursor(connection, order: .natural)
  }

  /// Levels of folders below the whole.
  public var height: Int { figures.whole.height }

  /// The next unit; every folder before what it holds. Nil at the end.
  public func next() throws(EADError) -> DescribedUnit? {
    while let node = try cursor.next() {
      while let last = open.last, last.depth >= node.depth { open.removeLast() }
      switch node.kind {
      case .folder: return try folder(node)
      case .file:
        if open.last?.describesFiles == true { return try item(node) }
        leftOut["describe-left-files", default: 0] += 1
      case .link: leftOut["describe-left-links", default: 0] += 1
      case .special: leftOut["describe-left-specials", default: 0] += 1
      case .unknown: leftOut["describe-left-unknown", default: 0] += 1
      }
    }
    if run.ignored > 0 { leftOut["describe-left-ignored"] = run.ignored }
    return nil
  }

  // MARK: Units

  private func begin(_ node: Node, _ said: [Annotation]) -> DescribedUnit {
    var unit = DescribedUnit()
    unit.path = cursor.path
    unit.pathText = TreeDescriber.shown(cursor.path)
    unit.id = identifiers.identifier(cursor.path)
    unit.parentID = open.last?.id ?? ""
    unit.depth = open.count
    unit.isFolder = node.kind == .folder
    unit.name = TreeDescriber.shown(node.name)
    let made = options.titles.title(of: node.name, isFolder: unit.isFolder)
    unit.titleRules = made.rules
    unit.title = XMLWords.isBlank(made.title) ? unit.name : TreeDescriber.clean(made.title)
    for annotation in said {
      switch annotation.field {
      case .title where annotation.value.utf8.contains { $0 > 0x20 }:
        unit.title = annotation.value
        unit.titleRules = []
      case .description where annotation.value.utf8.contains { $0 > 0x20 }: unit.scopeAndContent.append(annotation.value)
      case .tag where annotation.value.utf8.contains { $0 > 0x20 }: unit.subjects.append(annotation.value)
      case .virtualPath: unit.notes.append(words.text("moved", [annotation.value]))
      default: break
      }
    }
    unit.isToEliminate = open.last?.isToEliminate == true || said.contains { $0.field == .eliminate }
    if unit.isToEliminate {
      unit.appraisal.append(words.text(open.last?.isToEliminate == true ? "eliminate-above" : "eliminate"))
    }
    if node.name.withUnsafeBufferPointer({ !FileName.isUTF8($0) }) {
      unit.notes.append(words.text("not-utf8", [unit.name]))
    } else if unit.titleRules.contains(TitleRules.Rule.controls.rawValue) {
      unit.notes.append(words.text("controls", [unit.name]))
    }
    return unit
  }

  private func folder(_ node: Node) throws(EADError) -> DescribedUnit {
    let said = try annotations.of(cursor.path)
    var unit = begin(node, said)
    let sums = node.folder ?? FolderSummary()
    let below = try figures.figures(node.id)
    unit.files = sums.files
    unit.folders = sums.folders
    unit.bytes = sums.bytes
    let level = options.levels.folder(
      path: cursor.path, depth: unit.depth, hasFolders: below.ownFolders > 0, above: open.last?.level, language: options.language)
    unit.level = level.level.level
    unit.otherLevel = level.level.otherLevel
    callNumber(&unit, below)
    if unit.depth == 0, let title = options.title { unit.title = title }
    if unit.title.isEmpty { unit.title = unit.name.isEmpty ? "/" : unit.name }
    date(&unit, below, said.first { $0.field == .date }.flatMap { Int($0.value) })
    unit.formats = formats(below)
    try describe(&unit, node, sums, below)
    open.append(
      Open(
        id: unit.id, depth: node.depth, level: level, isToEliminate: unit.isToEliminate, isMigration: below.migrationFiles > 0,
        describesFiles: describesFiles(below)))
    return unit
  }

  private func describesFiles(_ figures: FolderFigures) -> Bool {
    switch items {
    case .all: true
    case .none: false
    case .upTo(let most): figures.ownFiles <= most
    }
  }

  /// An article is a folder right below the whole; the whole has the range of its articles.
  private func callNumber(_ unit: inout DescribedUnit, _ below: FolderFigures) {
    guard let number = options.callNumber, !number.isEmpty else { return }
    switch unit.depth {
    case 0:
      switch below.ownFolders {
      case 0: unit.callNumber = number
      case 1: unit.callNumber = number + " 1"
      default: unit.callNumber = "\(number) 1-\(below.ownFolders)"
      }
    case 1:
      articles += 1
      unit.callNumber = "\(number) \(articles)"
    default: break
    }
  }

  private func date(_ unit: inout DescribedUnit, _ below: FolderFigures, _ override: Int?) {
    if let override {
      // What an archivist dates a folder by is its last modification, as Archifiltre has it.
      set(&unit, min(below.oldest ?? override, override), override)
      unit.dateSource = DateSource.override.rawValue
      return
    }
    guard let oldest = below.oldest, let newest = below.newest else { return }
    set(&unit, oldest, newest)
    let file = below[.modification] + below[.migration]
    let most = max(file, below[.embedded], below[.override])
    unit.dateSource =
      (most == file ? DateSource.modification : most == below[.embedded] ? .embedded : .override).rawValue
  }

  private func set(_ unit: inout DescribedUnit, _ first: Int, _ last: Int) {
    unit.start = options.time.iso(first)
    unit.end = first == last ? unit.start : options.time.iso(last)
    unit.dateText = DateText.range(unit.start, unit.end, options.language)
  }

  private func item(_ node: Node) throws(EADError) -> DescribedUnit {
    let said = try annotations.of(cursor.path)
    var unit = begin(node, said)
    unit.level = "item"
    unit.files = 1
    unit.bytes = node.size
    unit.format = node.content?.format
    unit.sha256 = node.content?.sha256
    let override = said.first { $0.field == .date }.flatMap { Int($0.value) }
    let isMigration = open.last?.isMigration == true
    let best = trust.best(node, isMigrationFolder: isMigration, override: override)
    let suspicion = override == nil ? trust.suspicion(node.modified, family: node.content?.format?.family) : nil
    if let best {
      set(&unit, best.date, best.date)
      unit.dateSource = (best.source == .migration ? DateSource.modification : best.source).rawValue
    } else if options.forcesDates {
      set(&unit, node.modified, node.modified)
      unit.dateSource = DateSource.modification.rawValue
    }
    describe(&unit, node, suspicion)
    let copies = try identical.copies(of: node)
    unit.copies = copies.paths.map { words.text("copy", [PathText.of($0).text]) }
    if copies.unnamed > 0 { unit.copies.append(words.text("copies-more", [ByteText.number(copies.unnamed, options.language)])) }
    if options.links { unit.link = options.linkBase + ObjectAddress.path(cursor.path) }
    return unit
  }

  private func formats(_ below: FolderFigures) -> [(format: FormatFacts, files: Int, bytes: Int)] {
    below.formats.filter { $0.key >= 0 }
      .map { (figures.formats[$0.key], $0.value.files, $0.value.bytes) }
      .sorted { left, right in
        left.1 != right.1 ? left.1 > right.1 : left.0.key.utf8.lexicographicallyPrecedes(right.0.key.utf8)
      }
  }

  /// A path as text; one of nothing but blanks, which nobody would see, as `%20`.
  private static func shown(_ path: [UInt8]) -> String {
    let text = PathText.of(path).text
    return XMLWords.isBlank(text) ? ObjectAddress.path(path) : text
  }

  /// What a title rule puts for a character that is none (U+FFFD) would be taken for a fault of the finding aid.
  private static func clean(_ title: String) -> String {
    guard title.unicodeScalars.contains("\u{FFFD}") else { return title }
    var out = String.UnicodeScalarView()
    for scalar in title.unicodeScalars { out.append(scalar == "\u{FFFD}" ? "?" : scalar) }
    return String(out)
  }

  /// When the tree was scanned, in nanoseconds since 1970-01-01 UTC: what is later than that is no date.
  private static func moment(of run: RunRecord) -> Int {
    let text = Array(run.started.utf8)
    func number(_ from: Int, _ count: Int) -> Int {
      guard from + count <= text.count else { return 0 }
      return Int(String(decoding: text[from..<(from + count)], as: UTF8.self)) ?? 0
    }
    let date = CivilDate(
      year: number(0, 4), month: number(5, 2), day: number(8, 2), hour: number(11, 2), minute: number(14, 2),
      second: number(17, 2))
    return date.nanoseconds ?? Int.max
  }
}
