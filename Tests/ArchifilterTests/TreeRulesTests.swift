import EADKit
import Foundation
import Testing

@testable import Archifilter

/// An inventory made by hand: entries by path, written as a scan writes them.
struct HandmadeTree {
  struct Entry {
    var kind = Node.Kind.file
    var size = 10
    /// 2004-03-12 12:00 UTC.
    var modified = 1_079_092_800_000_000_000
    var flags: Node.Flags = []
    var rule: Int?
    var error: Int32?
    var links = 1
    var content: ContentFacts?
    var target: String?
    var members: [String] = []
    var finding: (rule: String, severity: String, argument: String)?
  }

  private(set) var entries: [[UInt8]: Entry] = [:]
  var annotations: [Annotation] = []
  var changes: [(kind: String, path: String)] = []

  init() { entries[[]] = Entry(kind: .folder, size: 0) }

  /// Adds an entry and the folders above it.
  mutating func add(_ path: [UInt8], _ change: (inout Entry) -> Void = { _ in }) {
    var entry = Entry()
    change(&entry)
    if entry.kind != .file { entry.size = 0 }
    entries[path] = entry
    var above = path
    while let slash = above.lastIndex(of: 0x2F) {
      above = Array(above[..<slash])
      if entries[above] == nil { entries[above] = Entry(kind: .folder, size: 0) }
    }
  }
  mutating func add(_ path: String, _ change: (inout Entry) -> Void = { _ in }) { add(Array(path.utf8), change) }
  mutating func folder(_ path: String, _ change: (inout Entry) -> Void = { _ in }) {
    add(path) { entry in
      entry.kind = .folder
      change(&entry)
    }
  }
  mutating func remove(_ path: String) { entries[Array(path.utf8)] = nil }

  static func content(_ digest: UInt8, _ format: FormatFacts? = nil, _ flags: ContentFacts.Flags = []) -> ContentFacts {
    var content = ContentFacts()
    content.sha256 = [UInt8](repeating: digest, count: 32)
    content.format = format
    content.flags = flags
    return content
  }

  /// Writes the inventory and reads it.
  func with<Result>(_ body: (InventoryConnection) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tree-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let inventory = try Inventory(path: folder.appendingPathComponent("a.inventory").path, access: .write)
    var result: Swift.Result<Result, any Error>?
    try inventory.access { connection throws(EADError) in
      try connection.execute("BEGIN")
      try write(connection)
      try connection.execute("COMMIT")
      result = Swift.Result { try body(connection) }
    }
    try inventory.close()
    return try #require(result).get()
  }

  private func write(_ connection: InventoryConnection) throws(EADError) {
    var children: [[UInt8]: [[UInt8]]] = [:]
    for path in entries.keys where !path.isEmpty {
      let parent = path.lastIndex(of: 0x2F).map { Array(path[..<$0]) } ?? []
      children[parent, default: []].append(path)
    }
    let node = try connection.prepare("INSERT INTO node VALUES (?1,?2,?3,?4,?5,?6,?7,1,?8,?9,?10,?11,NULL)")
    let folder = try connection.prepare("INSERT INTO folder (node, first, entries, listed) VALUES (?1,?2,?3,1)")
    let content = try connection.prepare(
      "INSERT INTO content (node, work, sha256, format, basis, flags, members, error) VALUES (?1,1,?2,?3,1,?4,?5,?6)")
    let format = try connection.prepare("INSERT OR IGNORE INTO format VALUES (?1,?2,?3,?4,?5,?6)")
    let link = try connection.prepare("INSERT INTO link VALUES (?1,?2)")
    let member = try connection.prepare("INSERT INTO member VALUES (?1,?2,?3,1,NULL,0)")
    let finding = try connection.prepare("INSERT INTO finding VALUES (?1,?2,?3,?4)")
    var queue: [(path: [UInt8], id: Int, parent: Int)] = [([], 1, 0)]
    var next = 2
    var at = 0
    while at < queue.count {
      let (path, id, parent) = queue[at]
      at += 1
      let entry = entries[path] ?? Entry()
      let name = path.isEmpty ? Array("racine".utf8) : Array(path[((path.lastIndex(of: 0x2F) ?? -1) + 1)...])
      node.bind(1, id)
      node.bind(2, parent)
      node.bind(3, name: name)
      node.bind(4, entry.kind.rawValue)
      node.bind(5, entry.size)
      node.bind(6, entry.modified)
      node.bind(7, id)
      node.bind(8, entry.links)
      node.bind(9, entry.flags.rawValue)
      node.bind(10, entry.rule)
      node.bind(11, entry.error.map(Int.init))
      try node.run()
      if entry.kind == .folder {
        let below = (children[path] ?? []).sorted { $0.lexicographicallyPrecedes($1) }
        folder.bind(1, id)
        folder.bind(2, below.isEmpty ? 0 : next)
        folder.bind(3, below.count)
        try folder.run()
        for child in below {
          queue.append((child, next, id))
          next += 1
        }
      }
      if let facts = entry.content {
        content.bind(1, id)
        content.bind(2, blob: facts.sha256)
        content.bind(3, text: facts.format?.key)
        content.bind(4, facts.flags.rawValue)
        content.bind(5, facts.members)
        content.bind(6, facts.error.map(Int.init))
        try content.run()
        if let known = facts.format {
          for (index, value) in [known.key, known.puid, known.mime, known.name, known.version, known.family].enumerated() {
            format.bind(Int32(index + 1), text: value)
          }
          try format.run()
        }
      }
      if let target = entry.target {
        link.bind(1, id)
        link.bind(2, name: Array(target.utf8))
        try link.run()
      }
      for (ordinal, name) in entry.members.enumerated() {
        member.bind(1, id)
        member.bind(2, ordinal)
        member.bind(3, text: name)
        try member.run()
      }
      if let found = entry.finding {
        finding.bind(1, id)
        finding.bind(2, text: found.rule)
        finding.bind(3, text: found.severity)
        finding.bind(4, text: found.argument)
        try finding.run()
      }
    }
    try connection.execute("INSERT INTO rule VALUES (1, 'file', 'Thumbs.db', '')")
    try connection.execute(
      """
      INSERT INTO run (id, kind, phase, root, options, tool, started, finished) VALUES (1, 'scan', 'done', CAST('/srv/racine' AS BLOB),
        'time-zone=Europe/Paris', 'archifilter test', '2024-06-01T10:00:00Z', '2024-06-01T10:05:00Z')
      """)
    for (kind, path) in changes {
      let change = try connection.prepare("INSERT INTO change VALUES (1, ?1, ?2, NULL, NULL)")
      change.bind(1, text: kind)
      change.bind(2, blob: Array(path.utf8))
      try change.run()
    }
    try Annotations.replace(annotations, source: "test", in: connection)
  }
}

struct TreeRulesTests {
  /// 2024-06-01.
  private static let now = 1_717_200_000_000_000_000

  private func findings(_ tree: HandmadeTree, disabled: Set<String> = []) throws -> [Finding] {
    try tree.with { connection in
      var found: [Finding] = []
      let rules = try TreeRules(connection, time: LocalTime(), now: Self.now, disabled: disabled)
      try rules.run { found.append($0) }
      return found
    }
  }

  /// Rules of one path.
  private func rules(_ tree: HandmadeTree, _ path: String) throws -> [String] {
    try findings(tree).filter { $0.file == path }.map(\.rule)
  }

  private func alone(_ name: String) throws -> Set<String> {
    var tree = HandmadeTree()
    tree.add("dossier travaux/" + name)
    return Set(try rules(tree, FileName.display(Array("dossier travaux/\(name)".utf8))))
  }

  @Test func names() throws {
    for (name, rule) in [
      ("de\u{301}libe\u{301}ration.doc", "tree-name-decomposed"), ("deux\nlignes.doc", "tree-name-control"),
      ("a\u{202E}b.doc", "tree-name-control"), ("CON.doc", "tree-name-reserved"), ("lpt1", "tree-name-reserved"),
      ("quoi ?.doc", "tree-name-character"), ("PLU: plan.pdf", "tree-name-colon"), ("St.", "tree-name-trailing-dot"),
      ("plan ", "tree-name-trailing-space"), (String(repeating: "n", count: 101) + ".doc", "tree-name-long"),
      (String(repeating: "n", count: 256), "tree-name-too-long"), ("RAPPOR~1.DOC", "tree-name-8-3"),
      ("Document1.doc", "tree-name-meaningless"), ("courrier.pst", "tree-mailbox"), ("outil.exe", "tree-executable"),
      ("budget.xlsm", "tree-macros"), ("~WRL0003.tmp", "tree-temporary"), ("ntuser.dat", "tree-system-file"),
      ("~$pport.doc", "tree-lock-file"), (".~lock.rapport.odt#", "tree-lock-file"), ("1998.rar", "tree-archive-unlisted"),
    ] {
      #expect(try alone(name).contains(rule), "\(name): \(rule)")
    }
    for name in ["délibération du conseil.doc", "rapport annuel 2004.pdf", "CONSEIL.doc", "voirie~ancienne.doc"] {
      #expect(try alone(name).isEmpty, "\(name)")
    }
  }

  @Test func namesThatAreNotText() throws {
    var tree = HandmadeTree()
    tree.add(Array("lettres/caf".utf8) + [0xE9] + Array(".txt".utf8))
    #expect(try rules(tree, "lettres/caf%E9.txt") == ["tree-name-not-utf8"])
  }

  @Test func namesThatCollide() throws {
    var tree = HandmadeTree()
    for name in ["Rapport.doc", "rapport.doc", "été.xls", "e\u{301}te\u{301}.xls", "ÉTÉ.ods", "hiver.xls"] { tree.add("d/" + name) }
    // The same names elsewhere are no collision.
    tree.add("e/RAPPORT.doc")
    let found = try findings(tree).filter { $0.rule.hasPrefix("tree-collision") }
    #expect(found.map(\.rule).sorted() == ["tree-collision-case", "tree-collision-normalization"])
    let byCase = try #require(found.first { $0.rule == "tree-collision-case" })
    #expect(byCase.file == "d/rapport.doc" && byCase.arguments == ["Rapport.doc"])
    let byForm = try #require(found.first { $0.rule == "tree-collision-normalization" })
    #expect(Array(byForm.file.utf8) == Array("d/été.xls".utf8))
  }

  @Test func versions() throws {
    var tree = HandmadeTree()
    for name in [
      "rapport.doc", "rapport v2.docx", "rapport - Copie.doc", "Copie de rapport.doc", "rapport_old.doc", "rapport (1).doc",
      "rapport (2004).doc", "annexe v2.doc", "photo1.jpg", "photo2.jpg",
    ] { tree.add("d/" + name) }
    let found = try findings(tree).filter { $0.rule == "tree-versions" }
    #expect(found.count == 1)
    #expect(found.first?.arguments.first == "6")
    #expect(found.first?.file == "d/Copie de rapport.doc")
  }

  @Test func paths() throws {
    let long = String(repeating: "a", count: 90)
    var tree = HandmadeTree()
    // "racine" and a "/" stand before it: 7 units.
    tree.add("\(long)/\(long)/" + String(repeating: "b", count: 11))
    tree.add("\(long)/\(long)/" + String(repeating: "c", count: 12))
    tree.add("\(long)/\(long)/" + String(repeating: "d", count: 68))
    tree.add("\(long)/\(long)/" + String(repeating: "é", count: 72))
    tree.add("\(long)/\(long)/" + String(repeating: "f", count: 73))
    tree.add("1/2/3/4/5/6/7/8/9/fichier utile.doc")
    let found = try findings(tree)
    let lengths = found.filter { $0.rule.hasPrefix("tree-path") }
    #expect(
      lengths.map { "\($0.rule) \($0.arguments[0])" }
        == ["tree-path-200 201", "tree-path-256 257", "tree-path-260 262", "tree-path-260 261"])
    #expect(found.filter { $0.rule == "tree-depth" }.map(\.file) == ["1/2/3/4/5/6/7/8"])
  }

  @Test func folders() throws {
    var tree = HandmadeTree()
    tree.add("note de service.doc")
    tree.folder("archives vides")
    tree.folder("illisible") { $0.error = 13 }
    tree.add("photos du maire/Thumbs.db") { $0.rule = 1 }
    tree.add("un/deux/trois/plan de masse.pdf")
    tree.add("un/deux/trois/plan de coupe.pdf")
    for index in 0..<201 { tree.add("plat/piece \(1000 + index) ab.pdf") { $0.modified += index * 86_400_000_000_000 } }
    tree.add("longue vie/a1 bail.pdf") { $0.modified = 700_000_000_000_000_000 }
    tree.add("longue vie/a2 bail.pdf") { $0.modified = 1_200_000_000_000_000_000 }
    for index in 0..<10 { tree.add("copie recente/lettre au prefet \(index)b.odt") }
    let found = try findings(tree)
    func files(_ rule: String) -> [String] { found.filter { $0.rule == rule }.map(\.file) }
    #expect(files("tree-file-at-root") == ["note de service.doc"])
    #expect(files("tree-folder-empty") == ["archives vides"])
    #expect(files("tree-folder-only-ignored") == ["photos du maire"])
    #expect(files("tree-folder-unreadable") == ["illisible"])
    #expect(files("tree-folder-flat") == ["plat"])
    #expect(files("tree-chain") == ["un"])
    #expect(found.first { $0.rule == "tree-chain" }?.arguments == ["2"])
    #expect(files("tree-folder-years") == ["longue vie"])
    #expect(files("tree-migration-day") == ["copie recente"])
    #expect(!files("tree-name-meaningless").contains("photos du maire/Thumbs.db"))
  }

  @Test func filesAndContent() throws {
    let pdf = FormatFacts(puid: "fmt/18", mime: "application/pdf", name: "PDF", version: "1.4", family: "publication")
    let zip = FormatFacts(puid: "x-fmt/263", mime: "application/zip", name: "ZIP", family: "archive")
    var tree = HandmadeTree()
    tree.add("d/vide.pdf") { $0.size = 0 }
    tree.add("d/plan.doc") { $0.content = HandmadeTree.content(1, pdf, [.extensionMismatch, .encrypted, .damaged, .changed]) }
    tree.add("d/zero.pdf") { $0.modified = 0 }
    tree.add("d/futur.pdf") { $0.modified = Self.now + 3 * 86_400_000_000_000 }
    tree.add("d/ailleurs.pdf") { $0.flags = .placeholder }
    tree.add("d/refus.pdf") { $0.error = 13 }
    tree.add("d/second.pdf") {
      $0.flags = .furtherLink
      $0.links = 2
    }
    tree.add("d/lot.zip") {
      $0.content = HandmadeTree.content(2, zip, .membersCut)
      $0.content?.members = 3
      $0.members = ["plan.pdf", "dedans.zip", "../../etc/passwd"]
    }
    tree.add("d/tube") { $0.kind = .special }
    tree.folder("d/disque") { $0.flags = .mountPoint }
    tree.add("d/connu.pdf") { $0.finding = ("tree-damaged", "error", "PDF") }
    let found = try findings(tree)
    func rules(_ path: String) -> Set<String> { Set(found.filter { $0.file == path }.map(\.rule)) }
    #expect(rules("d/vide.pdf") == ["tree-file-empty"])
    #expect(rules("d/plan.doc") == ["tree-extension-mismatch", "tree-encrypted", "tree-damaged", "tree-changed"])
    #expect(rules("d/zero.pdf") == ["tree-date-suspect"] && rules("d/futur.pdf") == ["tree-date-suspect"])
    #expect(rules("d/ailleurs.pdf") == ["tree-placeholder"] && rules("d/refus.pdf") == ["tree-unreadable"])
    #expect(rules("d/second.pdf") == ["tree-hard-link"])
    #expect(rules("d/lot.zip") == ["tree-archive", "tree-archive-nested", "tree-archive-cut", "tree-archive-path"])
    #expect(rules("d/tube") == ["tree-special"] && rules("d/disque") == ["tree-mount-point"])
    #expect(rules("d/connu.pdf") == ["tree-damaged"])
    let silent = try findings(tree, disabled: ["tree-damaged"])
    #expect(!silent.contains { $0.rule == "tree-damaged" } && !silent.isEmpty)
    let refused = try #require(found.first { $0.rule == "tree-unreadable" })
    #expect(refused.message(.english).contains("access refused") && refused.message(.french).contains("accès refusé"))
    #expect(refused.severity == .error)
  }

  @Test func links() throws {
    var tree = HandmadeTree()
    tree.add("a/plan de masse.pdf")
    for (name, target) in [
      ("dedans", "plan de masse.pdf"), ("absolu", "/srv/racine/a/plan de masse.pdf"), ("retour", "../../racine/a"),
      ("perdu", "nulle part.pdf"),
      ("dehors", "../../autre"), ("loin", "/etc/passwd"), ("par", "dedans/x"),
    ] {
      tree.add("a/" + name) {
        $0.kind = .link
        $0.target = target
      }
    }
    let found = try findings(tree)
    func files(_ rule: String) -> [String] { found.filter { $0.rule == rule }.map(\.file) }
    #expect(files("tree-link-dangling") == ["a/perdu"])
    #expect(files("tree-link-outside") == ["a/dehors", "a/loin"])
  }

  @Test func everyRuleHasASentenceAPageAndASeverity() {
    let table = TreeRuleTable.shared
    #expect(table.severity.count > 50)
    for (rule, severity) in table.severity {
      #expect(RuleCatalog.descriptor(rule)?.severity == severity, "\(rule)")
      for (language, headings) in [
        (MessageLanguage.english, ["## Bad", "## Good", "## How to fix"]), (.french, ["## Mauvais", "## Bon", "## Comment corriger"]),
      ] {
        let lines = RulePages.page(rule, language)?.split(separator: "\n").map(String.init) ?? []
        #expect(lines.filter { $0.hasPrefix("## ") } == headings, "\(rule)")
        #expect(MessageCatalog.text(rule, [], language) != rule, "\(rule)")
      }
    }
    for suspicion in DateSuspicion.allCases { #expect(MessageCatalog.keys.contains("tree-date-" + suspicion.rawValue)) }
  }
}
