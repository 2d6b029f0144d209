public import EADKit

/// The sheet of Archifiltre Docs (`CSV` and `CSV avec empreintes`), column for column, for those who come from there.
///
/// Other than there: dates are of the archive's time zone with the right month, those of folders leave out dates that are not
/// trusted, hidden files and empty folders are in it.
public enum ArchifiltreCSVExport {
  public static func write(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    var summary = ExportSummary()
    var buffer = ExportBuffer()
    let sheet = try ArchifiltreSheet(connection, options)
    if options.byteOrderMark { buffer.appendByteOrderMark() }
    buffer.append(row: sheet.header, separator: UInt8(ascii: ";"), .spreadsheet)
    let annotations = try Annotations(connection)
    let cursor = try TreeCursor(connection)
    var above: [ArchifiltreSheet.Inherited] = []
    var root: [UInt8] = []
    var emptyFolders = 0
    while let node = try cursor.next() {
      switch node.kind {
      case .link, .special, .unknown:
        summary.leftOut["export-no-file", default: 0] += 1
        continue
      case .folder: if node.folder?.entries ?? 0 == 0 { emptyFolders += 1 }
      case .file: break
      }
      if node.depth == 0 { root = node.name }
      above.removeSubrange(min(node.depth, above.count)...)
      let said = try annotations.of(cursor.path)
      var inherited = above.last ?? ArchifiltreSheet.Inherited()
      inherited.add(said)
      if node.kind == .folder { above.append(inherited) }
      let path = cursor.path.isEmpty ? root : root + [UInt8(ascii: "/")] + cursor.path
      buffer.append(
        row: try sheet.row(node, path: path, said, inherited), separator: UInt8(ascii: ";"), .spreadsheet)
      summary.written += 1
      try buffer.drain(write)
    }
    try buffer.flush(write)
    if emptyFolders > 0 {
      summary.findings.append(
        Finding(
          rule: "export-archifiltre-empty", severity: .note, file: connection.file, arguments: [String(emptyFolders)]))
    }
    if options.withDigests, !sheet.hasMD5 {
      summary.findings.append(Finding(rule: "export-archifiltre-md5", severity: .note, file: connection.file))
    }
    return summary
  }
}

/// Columns and cells of Archifiltre's sheet.
private final class ArchifiltreSheet {
  /// What an entry has of the folders above it, too.
  struct Inherited {
    var isToEliminate = false
    var tags: [String] = []

    mutating func add(_ annotations: [Annotation]) {
      for annotation in annotations {
        switch annotation.field {
        case .eliminate: isToEliminate = true
        // By scalars, as everywhere: é and e with an accent are two tags for who typed them.
        case .tag where !tags.contains(where: { $0.unicodeScalars.elementsEqual(annotation.value.unicodeScalars) }):
          tags.append(annotation.value)
        default: break
        }
      }
    }
  }

  let header: [String]
  let hasMD5: Bool
  private let language: MessageLanguage
  private let time: LocalTime
  private let withDigests: Bool
  private let hasEliminations: Bool
  private let tags: [String]
  private let repeated: SQLStatement?

  init(_ connection: InventoryConnection, _ options: ExportOptions) throws(EADError) {
    language = options.description.language
    time = options.description.time
    withDigests = options.withDigests
    hasEliminations = try connection.number("SELECT 1 FROM annotation WHERE field = 'eliminate' LIMIT 1") != nil
    hasMD5 = try connection.number("SELECT 1 FROM content WHERE md5 IS NOT NULL LIMIT 1") != nil
    let rows = try connection.prepare("SELECT DISTINCT value FROM annotation WHERE field = 'tag' ORDER BY value")
    var tags: [String] = []
    while try rows.step() { tags.append(rows.text(0)) }
    self.tags = tags
    let isFrench = options.description.language == .french
    var header = [""] + ArchifiltreSheet.columns.map { isFrench ? $0.french : $0.english }
    if withDigests {
      header.append(isFrench ? "empreinte (MD5)" : "hash (MD5)")
      header.append(isFrench ? "redondance" : "duplicate")
      try ArchifiltreSheet.findRepeated(connection)
      repeated = try connection.prepare("SELECT 1 FROM temp.export_repeated WHERE digest = ?1")
    } else {
      repeated = nil
    }
    if hasEliminations { header.append(ArchifiltreSheet.elimination(isFrench)) }
    for (index, tag) in tags.enumerated() { header.append("tag\(index) : \(tag)") }
    if withDigests, !hasMD5 { header.append(isFrench ? "empreinte (SHA-256)" : "hash (SHA-256)") }
    self.header = header
  }

  private static func elimination(_ isFrench: Bool) -> String { isFrench ? "À éliminer" : "To be deleted" }

  /// Digests that more than one file has; Archifiltre counts empty files, too.
  private static func findRepeated(_ connection: InventoryConnection) throws(EADError) {
    let digest = "coalesce(c.md5, c.sha256)"
    try connection.execute(
      """
      DROP TABLE IF EXISTS temp.export_repeated;
      CREATE TEMP TABLE export_repeated (digest BLOB PRIMARY KEY) WITHOUT ROWID;
      INSERT INTO temp.export_repeated SELECT \(digest) FROM content c JOIN node n ON n.id = c.node
        WHERE \(digest) IS NOT NULL AND n.rule IS NULL GROUP BY 1 HAVING count(*) > 1;
      """)
  }

  func row(
    _ node: Node, path: [UInt8], _ said: [Annotation], _ inherited: Inherited
  ) throws(EADError) -> [String] {
    let isFrench = language == .french
    let isFolder = node.kind == .folder
    let shown = "/" + PathText.text(path)
    func value(_ field: Annotation.Field) -> String {
      said.filter { $0.field == field }.map(\.value).joined(separator: "\n")
    }
    let changed = said.first { $0.field == .date }.flatMap { Int($0.value) }.map(day) ?? ""
    let first = isFolder ? node.folder?.oldest.map(day) ?? "" : day(node.modified)
    let last = isFolder ? node.folder?.newest.map(day) ?? "" : day(node.modified)
    let kind = isFolder ? (isFrench ? "répertoire" : "folder") : (isFrench ? "fichier" : "file")
    var cells = [
      "", shown, String(shown.utf16.count), FileName.display(node.name), isFolder ? "" : ArchifiltreSheet.suffix(node.name),
      String(isFolder ? node.folder?.bytes ?? 0 : node.size), first, last, changed, changed, value(.virtualPath),
      value(.title), value(.description), kind, String(node.depth + 1), String(isFolder ? node.folder?.files ?? 0 : 1),
      type(node, isFrench),
    ]
    if withDigests {
      let content = node.content
      cells.append(content?.md5.map { ExportBuffer.hex($0) } ?? "")
      cells.append(isFolder ? "" : try isRepeated(content?.md5 ?? content?.sha256) ? (isFrench ? "Oui" : "Yes") : (isFrench ? "Non" : "No"))
    }
    if hasEliminations { cells.append(inherited.isToEliminate ? ArchifiltreSheet.elimination(isFrench) : "") }
    for tag in tags {
      cells.append(inherited.tags.contains { $0.unicodeScalars.elementsEqual(tag.unicodeScalars) } ? tag : "")
    }
    if withDigests, !hasMD5 { cells.append(node.content?.sha256.map { ExportBuffer.hex($0) } ?? "") }
    return cells
  }

  private func isRepeated(_ digest: [UInt8]?) throws(EADError) -> Bool {
    guard let digest, let repeated else { return false }
    repeated.bind(1, blob: digest)
    defer { repeated.reset() }
    return try repeated.step()
  }

  /// `dd/mm/yyyy` of the place.
  private func day(_ nanoseconds: Int) -> String {
    time.iso(nanoseconds).split(separator: "-").reversed().joined(separator: "/")
  }

  /// With its dot; what only begins with one has none.
  private static func suffix(_ name: [UInt8]) -> String {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0, dot + 1 < name.count else { return "" }
    return FileName.display(name[dot...])
  }

  private func type(_ node: Node, _ isFrench: Bool) -> String {
    if node.kind == .folder { return isFrench ? "répertoire" : "folder" }
    let parts = node.content?.format?.mime.split(separator: "/") ?? []
    return parts.count == 2 ? String(parts[1]) : isFrench ? "inconnu" : "unknown"
  }

  private static let columns: [(french: String, english: String)] = [
    ("chemin", "path"), ("longueur du chemin", "path length"), ("nom", "name"), ("extension", "extension"),
    ("poids (octets)", "size (bytes)"), ("date de première modification", "first modified"),
    ("date de dernière modification", "last modified"), ("nouvelle date de première modification", "new first modified"),
    ("nouvelle date de dernière modification", "new last modified"), ("nouveau chemin", "new path"),
    ("nouveau nom", "new name"), ("description", "description"), ("fichier/répertoire", "file/folder"),
    ("profondeur", "depth"), ("nombre de fichiers", "number of files"), ("type", "type"),
  ]
}
