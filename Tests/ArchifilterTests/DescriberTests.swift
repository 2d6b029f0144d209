import Foundation
import Testing

@testable import Archifilter
@testable import EADKit

/// A tree put into an inventory without any disk, row by row.
final class DescriberTree {
  final class Entry {
    var node = Node()
    var entries: [Entry] = []
    init(_ name: [UInt8], _ kind: Node.Kind) {
      node.name = name
      node.kind = kind
    }
  }

  /// 2019-03-04 12:00 UTC.
  static let day = 1_551_700_800 * 1_000_000_000
  let root = Entry(Array("Urbanisme".utf8), .folder)
  var annotations: [Annotation] = []
  var rules: [String] = []

  static let word = FormatFacts(
    puid: "fmt/412", mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    name: "Microsoft Word for Windows", version: "2007 onwards", family: "document")
  static let pdf = FormatFacts(
    puid: "fmt/18", mime: "application/pdf", name: "Acrobat PDF", version: "1.4", family: "document")
  static let plain = FormatFacts(puid: nil, mime: "text/plain", name: "", family: "text")

  /// Adds an entry, with the folders it needs.
  @discardableResult
  func add(_ path: [UInt8], _ kind: Node.Kind = .file, size: Int = 1_000, modified: Int = DescriberTree.day) -> Entry {
    var folder = root
    let names = path.split(separator: UInt8(ascii: "/")).map { Array($0) }
    for name in names.dropLast() {
      if let known = folder.entries.last(where: { $0.node.name == name }) {
        folder = known
      } else {
        let made = Entry(name, .folder)
        folder.entries.append(made)
        folder = made
      }
    }
    let entry = Entry(names[names.count - 1], kind)
    entry.node.size = kind == .file ? size : 0
    entry.node.modified = modified
    folder.entries.append(entry)
    return entry
  }

  @discardableResult
  func add(_ path: String, _ kind: Node.Kind = .file, size: Int = 1_000, modified: Int = DescriberTree.day) -> Entry {
    add(Array(path.utf8), kind, size: size, modified: modified)
  }

  func say(_ path: String, _ field: Annotation.Field, _ value: String = "") {
    annotations.append(Annotation(path: Array(path.utf8), field: field, value: value))
  }

  private func sums(_ entry: Entry) -> FolderSummary {
    var sum = FolderSummary()
    for below in entry.entries {
      if below.node.isIgnored {
        sum.ignored += 1
        continue
      }
      switch below.node.kind {
      case .file:
        sum.files += 1
        sum.bytes += below.node.size
      case .folder: sum.folders += 1
      case .link: sum.links += 1
      case .special: sum.specials += 1
      case .unknown: sum.errors += 1
      }
      guard let inner = below.node.folder else { continue }
      sum.files += inner.files
      sum.folders += inner.folders
      sum.links += inner.links
      sum.specials += inner.specials
      sum.ignored += inner.ignored
      sum.errors += inner.errors
      sum.bytes += inner.bytes
    }
    return sum
  }

  /// Writes the inventory and gives it to a body.
  func inventory<Result>(_ body: (Inventory) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("described-\(UUID().uuidString)").path
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    let writer = try Inventory(path: path, access: .write)
    var order: [Entry] = [root]
    var at = 0
    root.node.id = 1
    while at < order.count {
      let entry = order[at]
      at += 1
      entry.entries.sort { $0.node.name.lexicographicallyPrecedes($1.node.name) }
      for below in entry.entries {
        below.node.id = order.count + 1
        below.node.parent = entry.node.id
        order.append(below)
      }
    }
    for entry in order.reversed() where entry.node.kind == .folder {
      var sum = sums(entry)
      sum.first = entry.entries.first?.node.id ?? 0
      sum.entries = entry.entries.count
      entry.node.folder = sum
    }
    try writer.access { connection throws(EADError) in
      try connection.execute("BEGIN")
      try DescriberTree.write(order, annotations, rules, root.node.folder ?? FolderSummary(), connection)
      try connection.execute("COMMIT")
    }
    try writer.close()
    let reader = try Inventory(path: path, access: .read)
    let result = try body(reader)
    try reader.close()
    return result
  }

  private static func write(
    _ order: [Entry], _ annotations: [Annotation], _ rules: [String], _ sums: FolderSummary, _ connection: InventoryConnection
  ) throws(EADError) {
    let node = try connection.prepare("INSERT INTO node VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?1, 1, 1, ?7, ?8, ?9, NULL)")
    let folder = try connection.prepare("INSERT INTO folder VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL)")
    let content = try connection.prepare(
      "INSERT INTO content VALUES (?1, 9, ?2, NULL, NULL, ?3, 1, ?4, ?5, NULL, ?6, ?7, ?8, NULL)")
    let format = try connection.prepare("INSERT OR IGNORE INTO format VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    for entry in order {
      node.bind(1, entry.node.id)
      node.bind(2, entry.node.parent)
      node.bind(3, name: entry.node.name)
      node.bind(4, entry.node.kind.rawValue)
      node.bind(5, entry.node.size)
      node.bind(6, entry.node.modified)
      node.bind(7, entry.node.flags.rawValue)
      node.bind(8, entry.node.rule)
      node.bind(9, entry.node.error.map { Int($0) })
      try node.run()
      if let sum = entry.node.folder {
        for (index, value) in [
          entry.node.id, sum.first, sum.entries, sum.files, sum.folders, sum.links, sum.specials, sum.ignored, sum.errors,
          sum.bytes,
        ].enumerated() { folder.bind(Int32(index + 1), value) }
        try folder.run()
      }
      guard let facts = entry.node.content else { continue }
      content.bind(1, entry.node.id)
      content.bind(2, blob: facts.sha256)
      content.bind(3, text: facts.format?.key)
      content.bind(4, facts.flags.rawValue)
      content.bind(5, facts.embeddedModified)
      content.bind(6, text: facts.title)
      content.bind(7, facts.members)
      content.bind(8, facts.memberBytes)
      try content.run()
      if let known = facts.format {
        format.bind(1, text: known.key)
        format.bind(2, text: known.puid)
        format.bind(3, text: known.mime)
        format.bind(4, text: known.name)
        format.bind(5, text: known.version)
        format.bind(6, text: known.family)
        try format.run()
      }
    }
    let rule = try connection.prepare("INSERT INTO rule VALUES (?1, 'name', ?2, '')")
    for (index, pattern) in rules.enumerated() {
      rule.bind(1, index + 1)
      rule.bind(2, text: pattern)
      try rule.run()
    }
    try Annotations.replace(annotations, source: "test", in: connection)
    let run = try connection.prepare(
      """
      INSERT INTO run (kind, phase, root, options, tool, engine, started, finished, ignored)
      VALUES ('scan', 'done', ?1, 'digests=all' || char(10) || 'algorithms=sha256' || char(10) || 'ignore=name Thumbs.db',
        'archifilter 0.1', 'table 1', '2025-01-15T10:00:00Z', '2025-01-15T10:05:00Z', ?2)
      """)
    run.bind(1, blob: Array("/srv/partage/Urbanisme".utf8))
    run.bind(2, sums.ignored)
    try run.run()
  }

  static func options(
    _ preset: LevelRules.Preset = .fonds, items: DescriptionOptions.Items = .all, language: MessageLanguage = .french
  ) throws -> DescriptionOptions {
    var options = DescriptionOptions(
      levels: LevelRules(preset: preset), time: try LocalTime(), today: "2025-01-15", tool: "archifilter 0.1")
    options.items = items
    options.language = language
    return options
  }

  func units(_ options: DescriptionOptions) throws -> [DescribedUnit] {
    try inventory { inventory in
      try inventory.read { connection throws(EADError) in
        let describer = try TreeDescriber(connection, options)
        var units: [DescribedUnit] = []
        while let unit = try describer.next() { units.append(unit) }
        return units
      }
    }
  }
}

@Suite("Units of description out of a tree")
struct DescriberTests {
  private static let year = 365 * 86_400 * 1_000_000_000

  private func content(_ format: FormatFacts?, digest: UInt8? = nil, flags: ContentFacts.Flags = []) -> ContentFacts {
    var facts = ContentFacts()
    facts.format = format
    facts.flags = flags
    facts.sha256 = digest.map { [UInt8](repeating: $0, count: 32) }
    return facts
  }

  @Test func orderParentsAndIdentifiers() throws {
    let tree = DescriberTree()
    tree.add("b/10.txt")
    tree.add("b/9.txt")
    tree.add("a/deep/x.txt")
    let units = try tree.units(DescriberTree.options())
    #expect(units.map(\.pathText) == ["", "a", "a/deep", "a/deep/x.txt", "b", "b/9.txt", "b/10.txt"])
    #expect(units.map(\.depth) == [0, 1, 2, 3, 1, 2, 2])
    #expect(units[3].parentID == units[2].id)
    // The first 16 digits of the SHA-256 of nothing, and of "a".
    #expect(units[0].id == "ue3b0c44298fc1c14")
    #expect(units[1].id == "uca978112ca1bbdca")
    #expect(Set(units.map(\.id)).count == units.count)
    #expect(units[3].title == "x")
    #expect(units[3].titleRules == ["extension"])
    #expect(units[0].files == 3 && units[0].folders == 3 && units[0].bytes == 3_000)
  }

  @Test func granularity() throws {
    let tree = DescriberTree()
    for index in 0..<5 { tree.add("many/\(index).txt") }
    tree.add("few/1.txt")
    #expect(try tree.units(DescriberTree.options(items: .none)).filter { !$0.isFolder }.isEmpty)
    #expect(try tree.units(DescriberTree.options(items: .upTo(4))).filter { !$0.isFolder }.map(\.pathText) == ["few/1.txt"])
    #expect(try tree.units(DescriberTree.options(items: .all)).count == 9)
  }

  @Test func datesAreBoundsOfTrustedOnes() throws {
    let tree = DescriberTree()
    tree.add("a/old.txt", modified: DescriberTree.day - 2 * DescriberTests.year)
    tree.add("a/epoch.txt", modified: 0)
    tree.add("a/future.txt", modified: DescriberTree.day + 40 * DescriberTests.year)
    let embedded = tree.add("b/x.docx", modified: 0)
    var facts = content(DescriberTree.word)
    facts.embeddedModified = DescriberTree.day
    embedded.node.content = facts
    var units = try tree.units(DescriberTree.options())
    #expect(units[0].start == "2017-03-04" && units[0].end == "2019-03-04")
    #expect(units[0].dateText == "2017-2019")
    let a = try #require(units.first { $0.pathText == "a" })
    #expect(a.start == "2017-03-04" && a.end == "2017-03-04" && a.dateText == "4 mars 2017")
    #expect(a.notes.contains { $0.contains("2 fichiers ont une date de modification douteuse") })
    let epoch = try #require(units.first { $0.pathText == "a/epoch.txt" })
    #expect(epoch.start == nil && epoch.notes.count == 1)
    let inside = try #require(units.first { $0.pathText == "b/x.docx" })
    #expect(inside.dateSource == "embedded" && inside.start == "2019-03-04")

    var options = try DescriberTree.options()
    options.forcesDates = true
    units = try tree.units(options)
    #expect(units[0].start == "1970-01-01")

    tree.say("a/epoch.txt", .date, String(DescriberTree.day - 10 * DescriberTests.year))
    units = try tree.units(DescriberTree.options())
    #expect(units[0].start == "2009-03-06")
    #expect(units.first { $0.pathText == "a/epoch.txt" }?.dateSource == "override")
  }

  @Test func aDayOfCopyIsSaid() throws {
    let tree = DescriberTree()
    for index in 0..<12 { tree.add("a/\(index).txt") }
    let units = try tree.units(DescriberTree.options())
    #expect(units[1].notes.contains { $0.contains("12 des 12 fichiers") && $0.contains("4 mars 2019") })
  }

  @Test func callNumbersOfTheWholeAndItsArticles() throws {
    let tree = DescriberTree()
    for path in ["a/x/1.txt", "b/1.txt", "c/1.txt", "loose.txt"] { tree.add(path) }
    var options = try DescriberTree.options(.versementW)
    options.callNumber = "12 W"
    let units = try tree.units(options)
    #expect(units[0].callNumber == "12 W 1-3")
    #expect(units.filter { $0.depth == 1 }.compactMap(\.callNumber).sorted() == ["12 W 1", "12 W 2", "12 W 3"])
    #expect(units.filter { $0.depth > 1 }.allSatisfy { $0.callNumber == nil })
    #expect(units.first { $0.pathText == "loose.txt" }?.callNumber == nil)
    #expect(units[0].level == "recordgrp")
  }

  @Test func formatsOfEverythingBelow() throws {
    let tree = DescriberTree()
    tree.add("a/b/1.docx").node.content = content(DescriberTree.word, flags: .encrypted)
    tree.add("a/2.docx").node.content = content(DescriberTree.word)
    tree.add("a/3.pdf").node.content = content(DescriberTree.pdf, flags: .damaged)
    tree.add("a/4").node.content = content(nil)
    let units = try tree.units(DescriberTree.options(items: .none))
    for unit in units.prefix(2) {
      #expect(unit.formats.map(\.files) == [2, 1])
      #expect(unit.formats.first?.format == DescriberTree.word)
      #expect(unit.technical.first?.contains("(fmt/412) : 2 fichiers") == true)
      #expect(unit.technical.first?.contains("format non reconnu : 1 fichier") == true)
      #expect(unit.technical.contains { $0.hasPrefix("1 fichier chiffré") })
      #expect(unit.technical.contains { $0.hasPrefix("1 fichier endommagé") })
    }
    #expect(units[0].scopeAndContent == ["2 dossiers, 4 fichiers (DOCX 2, PDF 1), 4 ko ; dates extrêmes : 4 mars 2019."])
    #expect(units[2].formats.map(\.files) == [1])
  }

  @Test func whatAnArchivistSaid() throws {
    let tree = DescriberTree()
    tree.add("a/1.txt", size: 0)
    tree.add("a/2.txt")
    tree.say("a", .title, "Permis")
    tree.say("a", .description, "Dossiers d'instruction")
    tree.say("a", .tag, "urbanisme")
    tree.say("a", .eliminate)
    tree.say("a/2.txt", .virtualPath, "b/2.txt")
    let units = try tree.units(DescriberTree.options())
    #expect(units[1].title == "Permis" && units[1].titleRules.isEmpty)
    #expect(units[1].scopeAndContent.first == "Dossiers d'instruction")
    #expect(units[1].subjects == ["urbanisme"])
    #expect(units[1].isToEliminate && units[2].isToEliminate && !units[0].isToEliminate)
    #expect(units[0].appraisal.contains { $0.contains("2 fichiers, 1 ko") })
    #expect(units[0].appraisal.contains { $0.hasPrefix("1 fichier vide") })
    #expect(units[0].arrangement.contains { $0.hasPrefix("1 élément que l’archiviste place ailleurs") })
    #expect(units.last?.notes.contains { $0.contains("b/2.txt") } == true)
  }

  @Test func copies() throws {
    let tree = DescriberTree()
    for path in ["a/1.txt", "a/2.txt", "b/3.txt"] { tree.add(path).node.content = content(nil, digest: 7) }
    tree.add("b/4.txt").node.content = content(nil, digest: 8)
    for path in ["b/e.txt", "b/f.txt"] { tree.add(path, size: 0).node.content = content(nil, digest: 9) }
    let units = try tree.units(DescriberTree.options())
    func copies(_ path: String) -> [String]? { units.first { $0.pathText == path }?.copies }
    #expect(copies("a/1.txt") == ["Copie identique : a/2.txt", "Copie identique : b/3.txt"])
    #expect(copies("b/3.txt") == ["Copie identique : a/1.txt"])
    #expect(copies("b/4.txt") == [])
    #expect(copies("b/e.txt") == [])
    #expect(units[0].appraisal.contains { $0.contains("2 fichiers, 2 ko") })
  }

  @Test func manyCopiesAreNamedInPart() throws {
    let tree = DescriberTree()
    for index in 100..<150 { tree.add("a/\(index).txt").node.content = content(nil, digest: 7) }
    let units = try tree.units(DescriberTree.options())
    #expect(units[2].copies.count == 21)
    #expect(units[2].copies.last == "Et 29 autres copies identiques.")
    #expect(units[3].copies == ["Copie identique : a/100.txt"])
  }

  @Test func whatIsNotDescribedIsCounted() throws {
    let tree = DescriberTree()
    tree.rules = ["Thumbs.db"]
    tree.add("a/1.txt")
    tree.add("a/link", .link)
    tree.add("a/pipe", .special)
    tree.add("a/unknown", .unknown)
    tree.add("a/Thumbs.db", size: 5_000).node.rule = 1
    tree.add("closed", .folder).node.error = 13
    tree.add("empty", .folder)
    let units = try tree.units(DescriberTree.options())
    #expect(units.map(\.pathText) == ["", "a", "a/1.txt", "closed", "empty"])
    #expect(units[1].notes.count == 4)
    #expect(units[0].processing.contains { $0.contains("Thumbs.db : 1 élément, 5 ko") })
    #expect(units[3].notes.contains { $0.contains("accès refusé") })
    #expect(units[4].scopeAndContent == ["Dossier vide."])
    #expect(units[0].arrangement.contains("1 dossier vide."))
    #expect(units[0].notes.contains { $0.contains("1 dossier inférieur") })
    #expect(units[0].custodialHistory.first?.contains("/srv/partage/Urbanisme") == true)
    #expect(units[0].processing.contains("Empreintes : SHA-256."))
  }

  @Test func everySentenceIsInBothLanguages() throws {
    let tree = DescriberTree()
    tree.add("a/1.txt", size: 0, modified: 0).node.content = content(
      DescriberTree.pdf, digest: 1,
      flags: [
        .changed, .damaged, .encrypted, .extensionMismatch,
      ])
    tree.add("a/link", .link)
    for language in MessageLanguage.allCases {
      for unit in try tree.units(DescriberTree.options(language: language)) {
        let texts =
          unit.scopeAndContent + unit.appraisal + unit.arrangement + unit.technical + unit.notes + unit.copies
          + unit.custodialHistory + unit.processing
        #expect(!texts.contains { $0.contains("describe-") || $0.contains("{0}") }, "\(texts)")
      }
    }
  }
}
