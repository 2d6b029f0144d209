public import EADKit

/// JSON Lines: one object for every entry, all that the inventory knows of it, keys always in the same order.
///
/// `path` is text; where it does not show every byte, `path_hex` has them. What does not apply is left out, but for `path`,
/// `kind`, `size`, `modified` and `puid`, which every object has.
public enum JSONLinesExport {
  public static func write(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    var summary = ExportSummary()
    var line = JSONLine()
    let rules = try IgnoredBy(connection)
    let links = try LinkTexts(connection)
    let annotations = try Annotations(connection)
    let cursor = try TreeCursor(connection, withIgnored: true)
    while let node = try cursor.next() {
      line.begin()
      entry(node, cursor.path, &line)
      line.text("modified_local", node.kind == .unknown ? nil : options.description.time.isoTime(node.modified))
      if node.kind == .link, let target = try links.target(node.id) { line.path("target", target) }
      line.text("ignored_by", node.rule.map(rules.text))
      line.text("error", (node.error ?? node.content?.error).map(SystemFailure.name))
      if let folder = node.folder { sums(folder, &line) }
      if let content = node.content { facts(content, &line) } else { line.null("puid") }
      line.annotations(try annotations.of(cursor.path))
      line.end()
      summary.written += 1
      try line.buffer.drain(write)
    }
    try line.buffer.flush(write)
    return summary
  }

  private static func entry(_ node: Node, _ path: [UInt8], _ line: inout JSONLine) {
    line.number("id", node.id)
    line.number("parent", node.parent)
    line.number("depth", node.depth)
    line.path("path", path)
    line.path("name", node.name)
    line.text("kind", ExportText.name(node.kind))
    line.number("size", node.size)
    line.text("modified", ExportText.utc(node.modified))
    line.number("inode", node.inode)
    line.number("device", node.device)
    line.number("links", node.links)
    line.words("flags", ExportText.flags(node))
  }

  private static func sums(_ folder: FolderSummary, _ line: inout JSONLine) {
    line.number("entries", folder.entries)
    line.number("files", folder.files)
    line.number("folders", folder.folders)
    line.number("links_below", folder.links)
    line.number("specials", folder.specials)
    line.number("ignored", folder.ignored)
    line.number("errors", folder.errors)
    line.number("bytes", folder.bytes)
    line.text("oldest", folder.oldest.map(ExportText.utc))
    line.text("newest", folder.newest.map(ExportText.utc))
  }

  private static func facts(_ content: ContentFacts, _ line: inout JSONLine) {
    line.text("sha256", content.sha256.map { ExportBuffer.hex($0) })
    line.text("sha512", content.sha512.map { ExportBuffer.hex($0) })
    line.text("md5", content.md5.map { ExportBuffer.hex($0) })
    if let puid = content.format?.puid { line.text("puid", puid) } else { line.null("puid") }
    line.text("mime", content.format?.mime)
    line.text("format", content.format?.name)
    line.text("version", content.format.flatMap { $0.version.isEmpty ? nil : $0.version })
    line.text("family", content.format?.family)
    line.text("basis", content.basis.map { ExportText.name($0) })
    line.text("embedded_modified", content.embeddedModified.map(ExportText.utc))
    line.text("embedded_created", content.embeddedCreated.map(ExportText.utc))
    line.text("embedded_title", content.title)
    if let members = content.members { line.number("members", members) }
    if let bytes = content.memberBytes { line.number("member_bytes", bytes) }
  }
}

/// One object of JSON Lines being written.
private struct JSONLine {
  var buffer = ExportBuffer()
  private var isFirst = true

  mutating func begin() {
    isFirst = true
    buffer.append(byte: UInt8(ascii: "{"))
  }

  mutating func end() { buffer.append("}\n") }

  private mutating func key(_ name: String) {
    if !isFirst { buffer.append(byte: UInt8(ascii: ",")) }
    isFirst = false
    buffer.append(json: name)
    buffer.append(byte: UInt8(ascii: ":"))
  }

  mutating func number(_ name: String, _ value: Int) {
    key(name)
    buffer.append(String(value))
  }

  mutating func null(_ name: String) {
    key(name)
    buffer.append("null")
  }

  mutating func text(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    buffer.append(json: value)
  }

  mutating func path(_ name: String, _ bytes: [UInt8]) {
    let shown = PathText.text(bytes)
    text(name, shown)
    text(name + "_hex", ExportText.hex(of: bytes, shownAs: shown))
  }

  mutating func words(_ name: String, _ values: [String]) {
    guard !values.isEmpty else { return }
    key(name)
    list(values)
  }

  private mutating func list(_ values: [String]) {
    buffer.append(byte: UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { buffer.append(byte: UInt8(ascii: ",")) }
      buffer.append(json: value)
    }
    buffer.append(byte: UInt8(ascii: "]"))
  }

  mutating func annotations(_ annotations: [Annotation]) {
    guard !annotations.isEmpty else { return }
    key("annotations")
    buffer.append(byte: UInt8(ascii: "{"))
    var isFirst = true
    for field in Annotation.Field.allCases {
      let values = annotations.filter { $0.field == field }.map(\.value)
      if values.isEmpty { continue }
      if !isFirst { buffer.append(byte: UInt8(ascii: ",")) }
      isFirst = false
      buffer.append(json: field.rawValue)
      buffer.append(byte: UInt8(ascii: ":"))
      list(values)
    }
    buffer.append(byte: UInt8(ascii: "}"))
  }
}
