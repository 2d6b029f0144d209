import EADKit
import Foundation

@testable import Archifilter

/// One entry of a sample tree.
struct SampleEntry {
  var name: [UInt8]
  var kind = Node.Kind.file
  var size = 0
  /// 2020-03-31 23:30 UTC: April already in Paris.
  var modified = 1_585_697_400_000_000_000
  var flags: Node.Flags = []
  var rule: Int?
  var error: Int32?
  var target: [UInt8]?
  var sha256: [UInt8]?
  var md5: [UInt8]?
  var format: FormatFacts?
  var title: String?
  var entries: [SampleEntry] = []

  static func folder(_ name: String, _ entries: [SampleEntry]) -> SampleEntry { folder(Array(name.utf8), entries) }
  static func folder(_ name: [UInt8], _ entries: [SampleEntry]) -> SampleEntry {
    SampleEntry(name: name, kind: .folder, entries: entries)
  }

  /// - Parameter content: one byte that stands for what the file holds; nil for no digest.
  static func file(_ name: String, _ size: Int, content: UInt8? = nil) -> SampleEntry { file(Array(name.utf8), size, content: content) }
  static func file(_ name: [UInt8], _ size: Int, content: UInt8? = nil) -> SampleEntry {
    SampleEntry(name: name, size: size, sha256: content.map { Array(repeating: $0, count: 32) })
  }

  func with(_ change: (inout SampleEntry) -> Void) -> SampleEntry {
    var copy = self
    change(&copy)
    return copy
  }

  static let pdf = FormatFacts(
    puid: "fmt/18", mime: "application/pdf", name: "Acrobat PDF", version: "1.4", family: "document")
}

/// An inventory in a temporary folder, made row by row; the folder goes with it.
final class InventorySample {
  let folder: String
  var path: String { folder + "/sample.inventory" }
  private let inventory: Inventory

  init(_ root: SampleEntry, annotations: [Annotation] = []) throws {
    folder = NSTemporaryDirectory() + "inventory-sample-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    inventory = try Inventory(path: folder + "/sample.inventory", access: .write)
    try inventory.access { connection throws(EADError) in
      try connection.execute("BEGIN")
      try InventorySample.fill(connection, root)
      try Annotations.replace(annotations, source: "test", in: connection)
      try connection.execute("COMMIT")
    }
  }

  deinit {
    try? inventory.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func read<Result>(_ body: (InventoryConnection) throws(EADError) -> Result) throws(EADError) -> Result {
    try inventory.read(body)
  }

  /// Bytes of an export, with what it says of itself.
  func export(_ format: ExportFormat, _ options: ExportOptions) throws -> (bytes: [UInt8], summary: ExportSummary) {
    final class Sink { var bytes: [UInt8] = [] }
    let sink = Sink()
    let summary = try inventory.read { connection throws(EADError) in
      try Export.run(format, connection, options) { sink.bytes.append(contentsOf: $0) }
    }
    return (sink.bytes, summary)
  }

  static func options(_ language: MessageLanguage = .french) throws -> ExportOptions {
    var description = DescriptionOptions(
      levels: LevelRules(preset: .fonds), time: try LocalTime(), today: "2026-01-02", tool: "archifilter test")
    description.language = language
    description.items = .all
    return ExportOptions(description: description)
  }

  // MARK: Rows

  /// Breadth first, the entries of a folder in the order of their names' bytes.
  private static func fill(_ connection: InventoryConnection, _ root: SampleEntry) throws(EADError) {
    let node = try connection.prepare("INSERT INTO node VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?1, 1, 1, ?7, ?8, ?9, NULL)")
    let folder = try connection.prepare(
      "INSERT INTO folder VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
    let content = try connection.prepare(
      "INSERT INTO content (node, work, sha256, md5, format, basis, title) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
    let format = try connection.prepare("INSERT OR IGNORE INTO format VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    let link = try connection.prepare("INSERT INTO link VALUES (?1, ?2)")
    var queue: [(entry: SampleEntry, parent: Int)] = [(root, 0)]
    var at = 0
    while at < queue.count {
      let (entry, parent) = queue[at]
      at += 1
      node.bind(1, at)
      node.bind(2, parent)
      node.bind(3, name: entry.name)
      node.bind(4, entry.kind.rawValue)
      node.bind(5, entry.size)
      node.bind(6, entry.modified)
      node.bind(7, entry.flags.rawValue)
      node.bind(8, entry.rule)
      node.bind(9, entry.error.map { Int($0) })
      try node.run()
      if let target = entry.target {
        link.bind(1, at)
        link.bind(2, name: target)
        try link.run()
      }
      if entry.sha256 != nil || entry.md5 != nil || entry.format != nil {
        content.bind(1, at)
        content.bind(2, 9)
        content.bind(3, blob: entry.sha256)
        content.bind(4, blob: entry.md5)
        content.bind(5, text: entry.format?.key)
        content.bind(6, entry.format == nil ? nil : 1 as Int?)
        content.bind(7, text: entry.title)
        try content.run()
      }
      if let facts = entry.format {
        format.bind(1, text: facts.key)
        format.bind(2, text: facts.puid)
        format.bind(3, text: facts.mime)
        format.bind(4, text: facts.name)
        format.bind(5, text: facts.version)
        format.bind(6, text: facts.family)
        try format.run()
      }
      guard entry.kind == .folder else { continue }
      let sums = self.sums(entry)
      let sorted = entry.entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
      let values = [
        at, queue.count + 1, sorted.count, sums.files, sums.folders, sums.links, sums.specials, sums.ignored, sums.errors, sums.bytes,
      ]
      for (index, value) in values.enumerated() { folder.bind(Int32(index + 1), value) }
      folder.bind(11, sums.oldest)
      folder.bind(12, sums.newest)
      try folder.run()
      queue += sorted.map { ($0, at) }
    }
    try connection.execute("INSERT INTO rule VALUES (1, 'file', 'Thumbs.db', '')")
    let run = try connection.prepare(
      """
      INSERT INTO run (id, kind, phase, root, options, tool, started, finished, files, folders, ignored, bytes)
      VALUES (1, 'scan', 'done', ?1, 'timezone=Europe/Paris', 'archifilter test', '2026-01-02T10:00:00Z',
        '2026-01-02T10:00:01Z', ?2, ?3, ?4, ?5)
      """)
    let sums = self.sums(root)
    run.bind(1, blob: Array("/data/".utf8) + root.name)
    run.bind(2, sums.files)
    run.bind(3, sums.folders + 1)
    run.bind(4, sums.ignored)
    run.bind(5, sums.bytes)
    try run.run()
  }

  private static func sums(_ entry: SampleEntry) -> FolderSummary {
    var sums = FolderSummary()
    for below in entry.entries {
      if below.rule != nil {
        sums.ignored += 1
        continue
      }
      if below.error != nil { sums.errors += 1 }
      switch below.kind {
      case .file:
        sums.files += 1
        sums.bytes += below.size
        sums.oldest = min(sums.oldest ?? below.modified, below.modified)
        sums.newest = max(sums.newest ?? below.modified, below.modified)
      case .link: sums.links += 1
      case .special, .unknown: sums.specials += 1
      case .folder:
        let inner = self.sums(below)
        sums.files += inner.files
        sums.folders += inner.folders + 1
        sums.links += inner.links
        sums.specials += inner.specials
        sums.ignored += inner.ignored
        sums.errors += inner.errors
        sums.bytes += inner.bytes
        if let oldest = inner.oldest { sums.oldest = min(sums.oldest ?? oldest, oldest) }
        if let newest = inner.newest { sums.newest = max(sums.newest ?? newest, newest) }
      }
    }
    return sums
  }
}

/// Sheets as their readers see them.
enum SheetCells {
  /// Rows of cells (RFC 4180); nil when the quotation marks do not fit.
  static func rows(_ bytes: [UInt8], separator: Character = ";") -> [[String]]? {
    let separator = separator.asciiValue ?? 0x3B
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var at = 0
    while at < bytes.count {
      guard bytes[at] == 0x22 else { return nil }
      at += 1
      cell = []
      while true {
        guard at < bytes.count else { return nil }
        if bytes[at] == 0x22 {
          if at + 1 < bytes.count, bytes[at + 1] == 0x22 {
            cell.append(0x22)
            at += 2
            continue
          }
          at += 1
          break
        }
        cell.append(bytes[at])
        at += 1
      }
      guard let text = String(validating: cell, as: UTF8.self) else { return nil }
      row.append(text)
      guard at < bytes.count else { return nil }
      if bytes[at] == 0x0A {
        rows.append(row)
        row = []
      } else if bytes[at] != separator {
        return nil
      }
      at += 1
    }
    return row.isEmpty ? rows : nil
  }

  /// Rows by the names of the columns.
  static func records(_ bytes: [UInt8], separator: Character = ";") -> [[String: String]]? {
    guard let rows = rows(bytes, separator: separator), let header = rows.first else { return nil }
    guard rows.allSatisfy({ $0.count == header.count }) else { return nil }
    return rows.dropFirst().map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }
  }
}

extension SampleEntry {
  /// Names that break exports which are not careful.
  static let nasty: SampleEntry = .folder(
    "Mairie",
    [
      .file("=1+1.txt", 5, content: 1), .file("a\"b;c.txt", 6, content: 2), .file("ligne\nsuite|fin.txt", 7, content: 3),
      .file("dos\\sier.txt", 8, content: 4), .file([0x63, 0x61, 0x66, 0xE9, 0x2E, 0x74, 0x78, 0x74], 9, content: 5),
      .file("NULL", 3, content: 6), .file("100%.pdf", 10, content: 7).with { $0.format = SampleEntry.pdf },
      .file("vide.txt", 0), .file("sans.txt", 12), .file("Thumbs.db", 4).with { $0.rule = 1 },
      SampleEntry(name: Array("lien".utf8), kind: .link, target: Array("../ailleurs".utf8)),
      SampleEntry(name: Array("tube".utf8), kind: .special),
      .folder("Vide", []), .folder("Budget", [.file("2020.pdf", 1_234, content: 8)]),
    ])
}
