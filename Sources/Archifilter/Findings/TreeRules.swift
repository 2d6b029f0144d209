public import EADKit
import Glibc

/// Looks for what makes a tree hard to keep: names, paths, folders, dates and content that want somebody's care.
///
/// One pass over the inventory; what is kept at any moment is 32 bytes for each entry of the folders that are open. What is said of
/// a folder as a whole comes after what it holds.
public final class TreeRules {
  let connection: InventoryConnection
  let time: LocalTime
  let trust: DateTrust
  private let disabled: Set<String>
  let table = TreeRuleTable.shared
  private let nameOf: SQLStatement

  /// - Parameters:
  ///   - now: the moment from which dates lie in the future, in nanoseconds since 1970-01-01 UTC.
  ///   - disabled: rules that are not wanted.
  public init(_ connection: InventoryConnection, time: LocalTime, now: Int, disabled: Set<String> = []) throws(EADError) {
    self.connection = connection
    self.time = time
    self.disabled = disabled
    trust = DateTrust(now: now, time: time)
    nameOf = try connection.prepare("SELECT name FROM node WHERE id = ?1")
  }

  // MARK: The pass

  private var levels: [TreeLevel] = []
  /// Path of the folder entered last; those of the open folders above are its beginnings.
  private var lastFolder: [UInt8] = []
  private var rootName: [UInt8] = []
  var report: (Finding) -> Void = { _ in }

  /// Gives every finding: `file` is the path relative to the root, as text, and `.` for the root itself.
  public func run(_ report: (Finding) -> Void) throws(EADError) {
    let root = try RunRecord.current(connection).run.root
    // Called only while this function runs.
    try withoutActuallyEscaping(report) { report throws(EADError) in
      self.report = report
      defer { self.report = { _ in } }
      try pass(root)
    }
  }

  private func pass(_ root: [UInt8]) throws(EADError) {
    let links = try LinkTargets(connection, root: root)
    let members = try connection.prepare("SELECT name FROM member WHERE node = ?1 ORDER BY ordinal")
    let hasFindings = try connection.number("SELECT 1 FROM finding LIMIT 1") != nil
    // What the flags and errors of an entry say already is not said twice.
    let findings = try connection.prepare(
      """
      SELECT rule, severity, argument FROM finding
      WHERE node = ?1 AND rule NOT IN ('scan-unreadable', 'scan-file-changed', 'scan-placeholder') ORDER BY rule, argument
      """)
    let cursor = try TreeCursor(connection, order: .bytes, withIgnored: true)
    levels = []
    lastFolder = []
    while let node = try cursor.next() {
      while levels.count > node.depth { try close() }
      if node.depth == 0 { rootName = node.name }
      let name = NameCheck(node.name, isRoot: node.depth == 0)
      let units = (levels.last.map { $0.units + 1 } ?? 0) + name.units
      if !levels.isEmpty { levels[levels.count - 1].add(node) }
      if node.isIgnored {
        if node.kind == .file, levels.last?.isIgnored == false, TreeRules.isLock(node.name) {
          add("tree-lock-file", cursor.path)
        }
      } else {
        if node.depth > 0 { try entry(node, name, units, cursor.path, links, members) }
        access(node, cursor.path)
      }
      if hasFindings {
        findings.bind(1, node.id)
        while try findings.step() {
          let rule = findings.text(0)
          guard !disabled.contains(rule) else { continue }
          let argument = findings.text(2)
          report(
            Finding(
              rule: rule, severity: Severity(rawValue: findings.text(1)) ?? .warning, file: shown(cursor.path),
              arguments: argument.isEmpty ? [] : [argument]))
        }
        findings.reset()
      }
      if node.kind == .folder {
        levels.append(TreeLevel(node, pathLength: cursor.path.count, units: units, time: time))
        lastFolder = cursor.path
      }
    }
    while !levels.isEmpty { try close() }
  }

  /// Paths as they are shown.
  private func shown(_ path: [UInt8]) -> String { path.isEmpty ? "." : FileName.display(path) }

  func add(_ rule: String, _ path: [UInt8], _ arguments: [String] = []) {
    guard !disabled.contains(rule) else { return }
    report(
      Finding(rule: rule, severity: table.severity[rule] ?? .warning, file: shown(path), arguments: arguments))
  }

  // MARK: One entry

  private func entry(
    _ node: Node, _ name: NameCheck, _ units: Int, _ path: [UInt8], _ links: LinkTargets, _ members: SQLStatement
  ) throws(EADError) {
    for found in name.found { add(found.rule, path, found.arguments) }
    if units > 260 {
      add("tree-path-260", path, [String(units)])
    } else if units > 256 {
      add("tree-path-256", path, [String(units)])
    } else if units > 200 {
      add("tree-path-200", path, [String(units)])
    }
    if node.kind == .folder || node.kind == .file, TitleRules.isMeaningless(node.name) {
      add("tree-name-meaningless", path, [FileName.display(node.name)])
    }
    let at = levels.count - 1
    levels[at].names.append((name.folded, node.id))
    switch node.kind {
    case .folder:
      if node.depth == 8 { add("tree-depth", path, ["8"]) }
    case .file:
      if node.depth == 1 { add("tree-file-at-root", path) }
      let version = VersionName(node.name, words: table.words("tree-versions"))
      levels[at].versions.append((version.key, node.id &* 2 | (version.isMarked ? 1 : 0)))
      if version.isMarked { levels[at].hasMarks = true }
      try file(node, path, members)
      let family = node.content?.format?.family
      if let suspicion = trust.suspicion(node.modified, family: family) {
        add("tree-date-suspect", path, [time.iso(node.modified), words("tree-date-" + suspicion.rawValue)])
      } else {
        levels[at].date(node.modified)
      }
      levels[at].days.add(node.modified)
    case .link:
      guard let target = try links.target(of: node.id) else { break }
      switch try links.state(target, of: path) {
      case .dangling: add("tree-link-dangling", path, [FileName.display(target)])
      case .outside: add("tree-link-outside", path, [FileName.display(target)])
      case .inside, .unknown: break
      }
    case .special: add("tree-special", path)
    case .unknown: break
    }
  }

  private func file(_ node: Node, _ path: [UInt8], _ members: SQLStatement) throws(EADError) {
    if TreeRules.isLock(node.name) { add("tree-lock-file", path) }
    if node.flags.contains(.placeholder) { add("tree-placeholder", path) }
    if node.flags.contains(.furtherLink) { add("tree-hard-link", path, [String(node.links)]) }
    if node.size == 0 { add("tree-file-empty", path) }
    let ending = NameCheck.fileExtension(node.name)
    if !ending.isEmpty {
      if table.words("tree-mailbox").contains(ending) { add("tree-mailbox", path, [ending]) }
      if table.words("tree-executable").contains(ending) { add("tree-executable", path, [ending]) }
      if table.words("tree-macros").contains(ending) { add("tree-macros", path, [ending]) }
      if table.words("tree-shortcut").contains(ending) { add("tree-shortcut", path) }
      if table.words("tree-temporary").contains(ending) { add("tree-temporary", path, [ending]) }
    }
    let isSystem = table.words("tree-system-file").contains(String(decoding: node.name.map(NameCheck.lower), as: UTF8.self))
    if isSystem { add("tree-system-file", path) }
    guard let content = node.content else {
      if table.words("tree-archive").contains(ending) { add("tree-archive-unlisted", path) }
      return
    }
    if content.flags.contains(.extensionMismatch) {
      add("tree-extension-mismatch", path, [ending, content.format?.name ?? content.format?.mime ?? ""])
    }
    if content.flags.contains(.encrypted) { add("tree-encrypted", path) }
    if content.flags.contains(.damaged) { add("tree-damaged", path, [content.format?.name ?? ending]) }
    if content.flags.contains(.changed) { add("tree-changed", path) }
    guard content.format?.family == "archive" || table.words("tree-archive").contains(ending) else { return }
    guard let count = content.members else {
      add("tree-archive-unlisted", path)
      return
    }
    add("tree-archive", path, [String(count)])
    if content.flags.contains(.membersCut) { add("tree-archive-cut", path, [String(count)]) }
    try inside(node, path, members)
  }

  /// What an archive holds.
  private func inside(_ node: Node, _ path: [UInt8], _ members: SQLStatement) throws(EADError) {
    members.bind(1, node.id)
    defer { members.reset() }
    let archives = table.words("tree-archive")
    var nested: (count: Int, first: [UInt8]) = (0, [])
    var unsafe: (count: Int, first: [UInt8]) = (0, [])
    while try members.step() {
      let name = members.array(0)
      if archives.contains(NameCheck.fileExtension(name)) { nested = (nested.count + 1, nested.count == 0 ? name : nested.first) }
      let leavesFolder =
        name.first == UInt8(ascii: "/") || name.first == UInt8(ascii: "\\")
        || name.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }).contains { $0.elementsEqual("..".utf8) }
      if leavesFolder { unsafe = (unsafe.count + 1, unsafe.count == 0 ? name : unsafe.first) }
    }
    if nested.count > 0 { add("tree-archive-nested", path, [String(nested.count), FileName.display(nested.first)]) }
    if unsafe.count > 0 { add("tree-archive-path", path, [String(unsafe.count), FileName.display(unsafe.first)]) }
  }

  /// Whether it could be looked at.
  private func access(_ node: Node, _ path: [UInt8]) {
    if let error = node.error {
      add(node.kind == .folder ? "tree-folder-unreadable" : "tree-unreadable", path, [ErrorCause.words(error)])
    } else if let error = node.content?.error {
      add("tree-unreadable", path, [ErrorCause.words(error)])
    }
    if node.flags.contains(.mountPoint) { add("tree-mount-point", path) }
    if node.flags.contains(.loop) { add("tree-loop", path) }
  }

  private static func isLock(_ name: [UInt8]) -> Bool {
    name.starts(with: "~$".utf8) || (name.starts(with: ".~lock.".utf8) && name.last == UInt8(ascii: "#"))
  }

  /// A part of a sentence, in both languages.
  func words(_ key: String) -> String { ErrorCause.both { MessageCatalog.text(key, [], $0) } }

  // MARK: A folder as a whole

  private func close() throws(EADError) {
    guard var level = levels.popLast(), !level.isIgnored else { return }
    let path = Array(lastFolder.prefix(level.pathLength))
    let visible = level.files + level.folders + level.others
    if visible == 0, level.isRead { add(level.ignored > 0 ? "tree-folder-only-ignored" : "tree-folder-empty", path) }
    if level.files > 200 { add("tree-folder-flat", path, [String(level.files)]) }
    if let day = level.days.day {
      add("tree-migration-day", path, [String(day.files), String(day.of), day.date.iso])
    }
    if let oldest = level.oldest, let newest = level.newest {
      let first = time.date(oldest).year
      let last = time.date(newest).year
      if last - first > 10 { add("tree-folder-years", path, [String(first), String(last)]) }
    }
    try collisions(&level, path)
    if level.hasMarks { try versions(&level, path) }
    chain(level, path, isSingle: visible == 1 && level.folders == 1 && level.isRead)
  }

  /// Folders that hold nothing but one folder: said once, of the uppermost.
  private func chain(_ level: TreeLevel, _ path: [UInt8], isSingle: Bool) {
    var own: (path: [UInt8], length: Int)?
    if isSingle, level.depth > 0 {
      own = (path, (level.chain?.length ?? 0) + 1)
    } else if let below = level.chain {
      add("tree-chain", below.path, [String(below.length)])
    }
    guard let own else { return }
    let at = levels.count - 1
    if at >= 0, levels[at].files + levels[at].folders + levels[at].others == 1 {
      levels[at].chain = own
    } else {
      add("tree-chain", own.path, [String(own.length)])
    }
  }

  /// Names that Windows or macOS would take for one.
  private func collisions(_ level: inout TreeLevel, _ path: [UInt8]) throws(EADError) {
    level.names.sort { $0 < $1 }
    try TreeRules.groups(level.names) { range throws(EADError) in
      var names: [[UInt8]] = []
      // Beyond that many in one group nobody wants to hear more.
      for index in range.prefix(50) { names.append(try name(of: level.names[index].1)) }
      for (index, other) in names.enumerated().dropFirst() {
        for earlier in names[..<index] where NameCheck.isSame(earlier, other) {
          let rule = NameCheck.isComposedAlike(earlier, other) ? "tree-collision-normalization" : "tree-collision-case"
          add(rule, TreeRules.join(path, other), [FileName.display(earlier)])
          break
        }
      }
    }
    level.names = []
  }

  /// Versions and copies of one document.
  private func versions(_ level: inout TreeLevel, _ path: [UInt8]) throws(EADError) {
    level.versions.sort { $0 < $1 }
    let words = table.words("tree-versions")
    try TreeRules.groups(level.versions) { range throws(EADError) in
      guard range.contains(where: { level.versions[$0].1 & 1 == 1 }) else { return }
      var names: [[UInt8]] = []
      for index in range.prefix(5) { names.append(try name(of: level.versions[index].1 >> 1)) }
      guard let first = names.first, VersionName(first, words: words).key == level.versions[range.lowerBound].0 else { return }
      let shown = names.map { FileName.display($0) }.joined(separator: " · ") + (range.count > names.count ? " …" : "")
      add("tree-versions", TreeRules.join(path, first), [String(range.count), shown])
    }
    level.versions = []
  }

  /// Runs of equal keys of at least two, in the order of the first of each.
  private static func groups(
    _ sorted: [(UInt64, Int)], _ body: (Range<Int>) throws(EADError) -> Void
  ) throws(EADError) {
    var runs: [Range<Int>] = []
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end].0 == sorted[start].0 { end += 1 }
      if end - start > 1 { runs.append(start..<end) }
      start = end
    }
    runs.sort { sorted[$0.lowerBound].1 < sorted[$1.lowerBound].1 }
    for run in runs { try body(run) }
  }

  private func name(of identifier: Int) throws(EADError) -> [UInt8] {
    nameOf.bind(1, identifier)
    defer { nameOf.reset() }
    return try nameOf.step() ? nameOf.array(0) : []
  }

  private static func join(_ path: [UInt8], _ name: [UInt8]) -> [UInt8] {
    path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
  }
}

/// An open folder and what is known of its direct entries.
struct TreeLevel {
  let depth: Int
  let pathLength: Int
  /// Length of its path in UTF-16 code units, the root's name included.
  let units: Int
  let isIgnored: Bool
  /// False when not all its entries are known.
  let isRead: Bool
  var files = 0
  var folders = 0
  var others = 0
  var ignored = 0
  var oldest: Int?
  var newest: Int?
  var days: MigrationDays
  var hasMarks = false
  /// Folded names with identifiers.
  var names: [(UInt64, Int)] = []
  /// Names without marks of versions, with identifiers doubled: odd ones had a mark.
  var versions: [(UInt64, Int)] = []
  /// Its only entry so far, when that begins a chain.
  var chain: (path: [UInt8], length: Int)?

  init(_ node: Node, pathLength: Int, units: Int, time: LocalTime) {
    depth = node.depth
    self.pathLength = pathLength
    self.units = units
    isIgnored = node.isIgnored
    isRead = node.error == nil && node.flags.isDisjoint(with: [.notEntered, .mountPoint, .loop])
    days = MigrationDays(time: time)
  }

  mutating func add(_ node: Node) {
    if node.isIgnored {
      ignored += 1
      return
    }
    switch node.kind {
    case .file: files += 1
    case .folder: folders += 1
    default: others += 1
    }
  }

  mutating func date(_ date: Int) {
    oldest = min(oldest ?? date, date)
    newest = max(newest ?? date, date)
  }
}
