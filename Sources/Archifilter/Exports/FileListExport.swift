public import EADKit

/// The complete list: one row for every entry that was seen, what rules ignore, links, special files and errors included.
///
/// For people with a spreadsheet: separated by `;`, every cell in quotation marks, cells that could be taken for formulas
/// guarded (`ExportBuffer.Cells.spreadsheet`). Column names are never translated.
public enum FileListExport {
  static let columns = [
    "path", "path_bytes", "kind", "size", "modified_utc", "modified_local", "inode", "links", "sha256", "sha512", "md5",
    "puid", "mime", "format", "basis", "flags", "embedded_modified", "embedded_created", "embedded_title", "members",
    "member_bytes", "target", "ignored_by", "error", "title", "description", "tags", "eliminate", "date", "virtual_path",
  ]

  public static func write(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    var summary = ExportSummary()
    var buffer = ExportBuffer()
    if options.byteOrderMark { buffer.appendByteOrderMark() }
    buffer.append(row: columns, separator: separator, .spreadsheet)
    let rules = try IgnoredBy(connection)
    let links = try LinkTexts(connection)
    let annotations = try Annotations(connection)
    let cursor = try TreeCursor(connection, withIgnored: true)
    while let node = try cursor.next() {
      var cells = facts(node, cursor.path, options.description.time)
      let target = node.kind == .link ? try links.target(node.id) : nil
      cells.append(target.map(PathText.text) ?? "")
      cells.append(node.rule.map(rules.text) ?? "")
      cells.append((node.error ?? node.content?.error).map(SystemFailure.name) ?? "")
      cells += said(try annotations.of(cursor.path))
      buffer.append(row: cells, separator: separator, .spreadsheet)
      summary.written += 1
      try buffer.drain(write)
    }
    try buffer.flush(write)
    return summary
  }

  private static let separator = UInt8(ascii: ";")

  private static func facts(_ node: Node, _ path: [UInt8], _ time: LocalTime) -> [String] {
    let text = path.isEmpty ? "." : PathText.text(path)
    let content = node.content
    let isDated = node.kind != .unknown
    return [
      text, path.isEmpty ? "" : ExportText.hex(of: path, shownAs: text) ?? "", ExportText.name(node.kind),
      node.kind == .file ? String(node.size) : "", isDated ? ExportText.utc(node.modified) : "",
      isDated ? time.isoTime(node.modified) : "", String(node.inode), String(node.links),
      content?.sha256.map { ExportBuffer.hex($0) } ?? "", content?.sha512.map { ExportBuffer.hex($0) } ?? "",
      content?.md5.map { ExportBuffer.hex($0) } ?? "", content?.format?.puid ?? "", content?.format?.mime ?? "",
      content?.format.map(ExportText.format) ?? "", content?.basis.map { ExportText.name($0) } ?? "",
      ExportText.flags(node).joined(separator: " "), content?.embeddedModified.map(ExportText.utc) ?? "",
      content?.embeddedCreated.map(ExportText.utc) ?? "", content?.title ?? "", content?.members.map { String($0) } ?? "",
      content?.memberBytes.map { String($0) } ?? "",
    ]
  }

  private static func said(_ annotations: [Annotation]) -> [String] {
    func values(_ field: Annotation.Field) -> [String] { annotations.filter { $0.field == field }.map(\.value) }
    return [
      values(.title).joined(separator: "\n"), values(.description).joined(separator: "\n"),
      values(.tag).joined(separator: "\n"), values(.eliminate).isEmpty ? "" : "yes",
      values(.date).map { Int($0).map(ExportText.utc) ?? $0 }.joined(separator: "\n"),
      values(.virtualPath).joined(separator: "\n"),
    ]
  }
}
