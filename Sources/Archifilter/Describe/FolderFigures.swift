import EADKit

/// What a folder's description says of everything below it, beyond the sums the inventory has.
struct FolderFigures {
  /// Numbers that are added up on the way to the whole.
  enum Count: Int, CaseIterable {
    case empty, encrypted, damaged, changed, suspect, unreadable, placeholders, emptyFolders, partFolders, moved
    case eliminated, eliminatedBytes
    /// Files by the source of their date, in the order of `DateSource`.
    case override, embedded, modification, migration
    static func of(_ source: DateSource) -> Count {
      switch source {
      case .override: .override
      case .embedded: .embedded
      case .modification: .modification
      case .migration: .migration
      }
    }
  }

  /// Files right in the folder, links and so on.
  var ownFiles = 0
  var ownFolders = 0
  var ownLinks = 0
  var ownSpecials = 0
  var ownUnknown = 0
  /// Levels of folders below.
  var height = 0
  /// The day on which nearly all own files were written, as days since 1970-01-01, and how many; 0 files for none.
  var migrationDay = 0
  var migrationFiles = 0
  var oldest: Int?
  var newest: Int?
  var counts = [Int](repeating: 0, count: Count.allCases.count)
  /// By place in `FolderFiguresTable.formats`; `unknownFormat` for files whose format is not known.
  var formats: [Int: (files: Int, bytes: Int)] = [:]
  /// By place in `FolderFiguresTable.extensions`.
  var extensions: [Int: Int] = [:]

  static let unknownFormat = -1

  subscript(_ count: Count) -> Int {
    get { counts[count.rawValue] }
    set { counts[count.rawValue] = newValue }
  }

  mutating func include(_ date: Int) {
    oldest = min(oldest ?? date, date)
    newest = max(newest ?? date, date)
  }

  /// Adds a folder right below.
  mutating func add(_ below: FolderFigures) {
    height = max(height, below.height + 1)
    if let date = below.oldest { include(date) }
    if let date = below.newest { include(date) }
    for index in counts.indices { counts[index] += below.counts[index] }
    for (key, value) in below.formats {
      formats[key, default: (0, 0)].files += value.files
      formats[key, default: (0, 0)].bytes += value.bytes
    }
    for (key, value) in below.extensions { extensions[key, default: 0] += value }
  }

  // MARK: As stored

  var bytes: [UInt8] {
    var numbers = [
      ownFiles, ownFolders, ownLinks, ownSpecials, ownUnknown, height, migrationDay, migrationFiles, oldest ?? Int.min,
      newest ?? Int.min,
    ]
    numbers += counts
    numbers.append(formats.count)
    for (key, value) in formats { numbers += [key, value.files, value.bytes] }
    for (key, value) in extensions { numbers += [key, value] }
    return numbers.withUnsafeBytes { [UInt8]($0) }
  }

  init() {}

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    let raw = UnsafeRawBufferPointer(bytes)
    var at = 0
    func next() -> Int {
      guard at + 8 <= raw.count else { return 0 }
      defer { at += 8 }
      return raw.loadUnaligned(fromByteOffset: at, as: Int.self)
    }
    ownFiles = next()
    ownFolders = next()
    ownLinks = next()
    ownSpecials = next()
    ownUnknown = next()
    height = next()
    migrationDay = next()
    migrationFiles = next()
    let first = next()
    let last = next()
    oldest = first == Int.min ? nil : first
    newest = last == Int.min ? nil : last
    for index in counts.indices { counts[index] = next() }
    for _ in 0..<next() {
      let key = next()
      formats[key] = (next(), next())
    }
    while at + 16 <= raw.count {
      let key = next()
      extensions[key] = next()
    }
  }
}

/// The figures of all folders, made by one passage over the inventory that keeps those of the open folders only; the others
/// wait in a temporary table of SQLite, which goes to disk when it grows.
final class FolderFiguresTable {
  private struct Open {
    var id: Int
    var depth: Int
    var isEliminated: Bool
    var figures = FolderFigures()
    var days: MigrationDays
  }

  private(set) var formats: [FormatFacts] = []
  private(set) var extensions: [String] = []
  private var formatPlaces: [String: Int] = [:]
  private var extensionPlaces: [[UInt8]: Int] = [:]
  /// Of the whole; what was left out.
  private(set) var whole = FolderFigures()

  private let connection: InventoryConnection
  private let name: String
  private var insert: SQLStatement?
  private var select: SQLStatement?
  private let trust: DateTrust
  private let annotations: Annotations
  private let forcesDates: Bool

  init(
    _ connection: InventoryConnection, trust: DateTrust, annotations: Annotations, forcesDates: Bool
  ) throws(EADError) {
    self.connection = connection
    self.trust = trust
    self.annotations = annotations
    self.forcesDates = forcesDates
    name = try TemporaryTable.make("folder_figures", "node INTEGER PRIMARY KEY, figures BLOB NOT NULL", connection)
    insert = try connection.prepare("INSERT INTO \(name) VALUES (?1, ?2)")
    try pass()
    insert = nil
    select = try connection.prepare("SELECT figures FROM \(name) WHERE node = ?1")
  }

  deinit {
    insert = nil
    select = nil
    try? connection.execute("DROP TABLE \(name)")
  }

  func figures(_ folder: Int) throws(EADError) -> FolderFigures {
    guard let select else { return FolderFigures() }
    select.bind(1, folder)
    defer { select.reset() }
    return try select.step() ? FolderFigures(select.bytes(0)) : FolderFigures()
  }

  private func pass() throws(EADError) {
    let cursor = try TreeCursor(connection)
    var open: [Open] = []
    while let node = try cursor.next() {
      while let last = open.last, last.depth >= node.depth { try close(&open) }
      let said = try annotations.of(cursor.path)
      let isEliminated = open.last?.isEliminated == true || said.contains { $0.field == .eliminate }
      let override = said.first { $0.field == .date }.flatMap { Int($0.value) }
      let isMoved = said.contains { $0.field == .virtualPath }
      let top = open.count - 1
      switch node.kind {
      case .folder:
        if top >= 0 { open[top].figures.ownFolders += 1 }
        var entry = Open(
          id: node.id, depth: node.depth, isEliminated: isEliminated, days: MigrationDays(time: trust.time))
        if let override { entry.figures.include(override) }
        if isMoved { entry.figures[.moved] += 1 }
        if node.error != nil {
          entry.figures[.partFolders] += 1
        } else if let sums = node.folder, sums.files + sums.folders + sums.links + sums.specials + sums.errors == 0 {
          entry.figures[.emptyFolders] += 1
        }
        open.append(entry)
      case .file where top >= 0:
        open[top].days.add(node.modified)
        add(node, override: override, isEliminated: isEliminated, to: &open[top].figures)
        if isMoved { open[top].figures[.moved] += 1 }
      case .link where top >= 0: open[top].figures.ownLinks += 1
      case .special where top >= 0: open[top].figures.ownSpecials += 1
      case .unknown where top >= 0:
        open[top].figures.ownUnknown += 1
        open[top].figures[.unreadable] += 1
      default: break
      }
    }
    while !open.isEmpty { try close(&open) }
  }

  private func add(_ node: Node, override: Int?, isEliminated: Bool, to figures: inout FolderFigures) {
    // A further name of a file that was counted already adds no bytes.
    let bytes = node.flags.contains(.furtherLink) ? 0 : node.size
    figures.ownFiles += 1
    if node.size == 0 { figures[.empty] += 1 }
    if node.error != nil || node.content?.error != nil { figures[.unreadable] += 1 }
    if node.flags.contains(.placeholder) { figures[.placeholders] += 1 }
    let flags = node.content?.flags ?? []
    if flags.contains(.encrypted) { figures[.encrypted] += 1 }
    if flags.contains(.damaged) { figures[.damaged] += 1 }
    if flags.contains(.changed) { figures[.changed] += 1 }
    if isEliminated {
      figures[.eliminated] += 1
      figures[.eliminatedBytes] += bytes
    }
    if override == nil, trust.suspicion(node.modified, family: node.content?.format?.family) != nil { figures[.suspect] += 1 }
    if let best = trust.best(node, isMigrationFolder: false, override: override) {
      figures.include(best.date)
      figures[.of(best.source)] += 1
    } else if forcesDates {
      figures.include(node.modified)
      figures[.modification] += 1
    }
    let format = node.content?.format.map { place($0) } ?? FolderFigures.unknownFormat
    figures.formats[format, default: (0, 0)].files += 1
    figures.formats[format, default: (0, 0)].bytes += bytes
    figures.extensions[place(extensionOf: node.name), default: 0] += 1
  }

  private func close(_ open: inout [Open]) throws(EADError) {
    guard var last = open.popLast() else { return }
    if let day = last.days.day, let number = day.date.dayNumber {
      last.figures.migrationDay = number
      last.figures.migrationFiles = day.files
    }
    insert?.bind(1, last.id)
    insert?.bind(2, blob: last.figures.bytes)
    try insert?.run()
    if open.isEmpty { whole = last.figures } else { open[open.count - 1].figures.add(last.figures) }
  }

  private func place(_ format: FormatFacts) -> Int {
    if let place = formatPlaces[format.key] { return place }
    formats.append(format)
    formatPlaces[format.key] = formats.count - 1
    return formats.count - 1
  }

  /// Most extensions that are told apart: what looks like one is not always one.
  private static let mostExtensions = 500

  /// What follows the last dot, in capitals, when it looks like an extension; else the empty one.
  private func place(extensionOf name: [UInt8]) -> Int {
    var key: [UInt8] = []
    if let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0, (2...9).contains(name.count - dot) {
      for byte in name[(dot + 1)...] {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): key.append(byte & 0xDF)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): key.append(byte)
        default: return place([])
        }
      }
    }
    return place(key)
  }

  private func place(_ key: [UInt8]) -> Int {
    if let place = extensionPlaces[key] { return place }
    if extensions.count >= FolderFiguresTable.mostExtensions, !key.isEmpty { return place([]) }
    extensions.append(String(decoding: key, as: UTF8.self))
    extensionPlaces[key] = extensions.count - 1
    return extensions.count - 1
  }
}

/// Tables that vanish with the connection.
enum TemporaryTable {
  /// - Returns: the name of a new table.
  static func make(_ stem: String, _ columns: String, _ connection: InventoryConnection) throws(EADError) -> String {
    // Two describers may be open at once.
    let next = try connection.number("SELECT coalesce(max(rowid), 0) + 1 FROM sqlite_temp_master") ?? 1
    let name = "temp.\(stem)_\(next)"
    try connection.execute("CREATE TABLE \(name) (\(columns))")
    return name
  }
}
