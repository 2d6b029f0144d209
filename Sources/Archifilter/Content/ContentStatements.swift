import EADKit
import Glibc

/// The statements that write what was read.
final class ContentStatements {
  private let insert: SQLStatement
  private let member: SQLStatement
  private let format: SQLStatement
  private let finding: SQLStatement
  private let node: SQLStatement
  private let forgetFindings: SQLStatement
  private let forgetMembers: SQLStatement
  private var knownFormats: Set<String> = []

  /// Bits of `member.flags`.
  private static let memberEncrypted = 1
  private static let memberFolder = 2
  /// Bits of `content.work` that are about what is inside, and the bit of `content.flags` that is not.
  private static let inside = ContentFacts.Work([.format, .metadata, .members]).rawValue
  private static let changed = ContentFacts.Flags.changed.rawValue

  init(_ connection: InventoryConnection) throws(EADError) {
    // A file of which part was known keeps that part: digests are added, what is inside is replaced as a whole.
    let isInside = "excluded.work & \(ContentStatements.inside) <> 0"
    insert = try connection.prepare(
      """
      INSERT INTO scan_content (node, work, sha256, sha512, md5, format, basis, flags, modified, created, title, members,
        member_bytes, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
      ON CONFLICT (node) DO UPDATE SET work = work | excluded.work,
        sha256 = coalesce(excluded.sha256, sha256), sha512 = coalesce(excluded.sha512, sha512),
        md5 = coalesce(excluded.md5, md5),
        format = CASE WHEN \(isInside) THEN excluded.format ELSE format END,
        basis = CASE WHEN \(isInside) THEN excluded.basis ELSE basis END,
        modified = CASE WHEN \(isInside) THEN excluded.modified ELSE modified END,
        created = CASE WHEN \(isInside) THEN excluded.created ELSE created END,
        title = CASE WHEN \(isInside) THEN excluded.title ELSE title END,
        members = CASE WHEN \(isInside) THEN excluded.members ELSE members END,
        member_bytes = CASE WHEN \(isInside) THEN excluded.member_bytes ELSE member_bytes END,
        flags = CASE WHEN \(isInside) THEN excluded.flags
          ELSE (flags & ~\(ContentStatements.changed)) | excluded.flags END,
        error = excluded.error
      """)
    member = try connection.prepare("INSERT OR REPLACE INTO scan_member VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    format = try connection.prepare("INSERT OR IGNORE INTO format VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    finding = try connection.prepare("INSERT OR REPLACE INTO scan_finding VALUES (?1, ?2, ?3, ?4)")
    node = try connection.prepare(
      "UPDATE scan_node SET size = ?2, mtime = ?3, inode = ?4, device = ?5 WHERE id = ?1")
    forgetFindings = try connection.prepare(
      """
      DELETE FROM scan_finding
      WHERE node = ?1 AND rule IN ('scan-unreadable', 'scan-file-changed', 'scan-file-updated', 'scan-placeholder')
      """)
    forgetMembers = try connection.prepare("DELETE FROM scan_member WHERE node = ?1")
  }

  func store(_ result: ContentResult) throws(EADError) {
    let identifier = result.task.node
    let facts = result.facts
    if result.task.isKnown {
      forgetFindings.bind(1, identifier)
      try forgetFindings.run()
      if facts.work.rawValue & ContentStatements.inside != 0 {
        forgetMembers.bind(1, identifier)
        try forgetMembers.run()
      }
    }
    if result.isPlaceholder {
      try report(identifier, "scan-placeholder", .note, "")
      guard result.hasImportedFormat else { return }
    }
    if let stamp = result.stamp {
      node.bind(1, identifier)
      node.bind(2, stamp.size)
      node.bind(3, stamp.modified)
      node.bind(4, stamp.inode)
      node.bind(5, stamp.device)
      try node.run()
      try report(identifier, "scan-file-updated", .note, "")
    }
    if let format = facts.format { try store(format) }
    insert.bind(1, identifier)
    insert.bind(2, facts.work.rawValue)
    insert.bind(3, blob: facts.sha256)
    insert.bind(4, blob: facts.sha512)
    insert.bind(5, blob: facts.md5)
    insert.bind(6, text: facts.format?.key)
    insert.bind(7, facts.basis?.rawValue)
    insert.bind(8, facts.flags.rawValue)
    insert.bind(9, facts.embeddedModified)
    insert.bind(10, facts.embeddedCreated)
    insert.bind(11, text: facts.title)
    insert.bind(12, facts.members)
    insert.bind(13, facts.memberBytes)
    insert.bind(14, facts.error.map { Int($0) })
    try insert.run()
    if let reason = facts.error {
      try report(identifier, "scan-unreadable", .error, String(cString: strerror(reason)))
    }
    if facts.flags.contains(.changed) { try report(identifier, "scan-file-changed", .warning, "") }
    for (index, entry) in result.members.enumerated() {
      member.bind(1, identifier)
      member.bind(2, index + 1)
      member.bind(3, name: entry.name)
      member.bind(4, entry.size)
      member.bind(5, entry.modified)
      var flags = 0
      if entry.isEncrypted { flags |= ContentStatements.memberEncrypted }
      if entry.isFolder { flags |= ContentStatements.memberFolder }
      member.bind(6, flags)
      try member.run()
    }
  }

  private func report(_ identifier: Int, _ rule: String, _ severity: Severity, _ argument: String) throws(EADError) {
    finding.bind(1, identifier)
    finding.bind(2, text: rule)
    finding.bind(3, text: severity.rawValue)
    finding.bind(4, text: argument)
    try finding.run()
  }

  private func store(_ facts: FormatFacts) throws(EADError) {
    guard knownFormats.insert(facts.key).inserted else { return }
    format.bind(1, text: facts.key)
    format.bind(2, text: facts.puid)
    format.bind(3, text: facts.mime)
    format.bind(4, text: facts.name)
    format.bind(5, text: facts.version)
    format.bind(6, text: facts.family)
    try format.run()
  }
}
