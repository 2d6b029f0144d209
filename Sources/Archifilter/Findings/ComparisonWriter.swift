public import EADKit

/// Forms of a comparison.
public enum ComparisonFormat: String, Sendable, CaseIterable {
  case text, csv
  case jsonLines = "jsonl"
}

/// Writes what `TreeComparison` finds.
///
/// ```swift
/// let writer = ComparisonWriter(.csv, language: .french, time: time, write)
/// try writer.begin()
/// let summary = try comparison.run(writer.add)
/// try writer.end(summary)
/// ```
public final class ComparisonWriter {
  private let format: ComparisonFormat
  private let language: MessageLanguage
  private let time: LocalTime
  private let write: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  private var buffer: [UInt8] = []
  private static let most = 65_536

  /// - Parameter time: the clock of the archive, for dates in text and CSV; JSON has UTC too, as nanoseconds.
  public init(
    _ format: ComparisonFormat, language: MessageLanguage, time: LocalTime,
    _ write: @escaping (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  ) {
    self.format = format
    self.language = language
    self.time = time
    self.write = write
  }

  /// What stands above all changes.
  public func begin() throws(EADError) {
    guard format == .csv else { return }
    try put(
      [
        "change", "path", "old_path", "parts", "kind", "old_size", "size", "old_modified", "modified", "old_sha256", "sha256",
        "proposal",
      ].joined(separator: ",") + "\r\n")
  }

  public func add(_ change: TreeChange) throws(EADError) {
    switch format {
    case .text: try put(line(change) + "\n")
    case .csv: try put(row(change) + "\r\n")
    case .jsonLines: try put(object(change) + "\n")
    }
  }

  /// The numbers, where the form has room for them, and what is still waiting to be written.
  public func end(_ summary: ComparisonSummary) throws(EADError) {
    switch format {
    case .text: for line in ComparisonWriter.lines(summary, language) { try put(line + "\n") }
    case .csv: break
    case .jsonLines:
      let annotations = summary.annotations.map { "\(JSONText.quoted($0.field)):{\"old\":\($0.old),\"new\":\($0.new)}" }
      try put(
        "{\"change\":\"summary\",\"added\":\(summary.added),\"removed\":\(summary.removed),\"changed\":\(summary.changed),"
          + "\"moved\":\(summary.moved),\"proposed\":\(summary.proposed),\"uncertain\":\(summary.uncertain),"
          + "\"unchanged\":\(summary.unchanged),\"without_digest\":\(summary.withoutDigest),\"ignored\":\(summary.ignored),"
          + "\"added_bytes\":\(summary.addedBytes),\"removed_bytes\":\(summary.removedBytes),"
          + "\"annotations\":{\(annotations.joined(separator: ","))}}\n")
    }
    try flush()
  }

  /// The numbers in words.
  public static func lines(_ summary: ComparisonSummary, _ language: MessageLanguage) -> [String] {
    func say(_ key: String, _ arguments: [String]) -> String { MessageCatalog.text(key, arguments, language) }
    func number(_ value: Int) -> String { ByteText.number(value, language) }
    var lines = [
      say("comparison-summary", [number(summary.added), number(summary.removed), number(summary.changed), number(summary.moved)]),
      say("comparison-unchanged", [number(summary.unchanged)]),
    ]
    if summary.added + summary.removed > 0 {
      let sizes = [summary.addedBytes, summary.removedBytes].map { ByteText.readable($0, language) }
      lines.append(say("comparison-bytes", sizes))
    }
    if summary.proposed > 0 { lines.append(say("comparison-proposed", [number(summary.proposed)])) }
    if summary.uncertain > 0 { lines.append(say("comparison-uncertain", [number(summary.uncertain)])) }
    if summary.withoutDigest > 0 { lines.append(say("comparison-without-digest", [number(summary.withoutDigest)])) }
    if summary.ignored > 0 { lines.append(say("comparison-ignored", [number(summary.ignored)])) }
    for field in summary.annotations {
      let key = "figures-field-" + field.field
      let words = say(key, [])
      lines.append(say("comparison-annotations", [words == key ? field.field : words, number(field.old), number(field.new)]))
    }
    return lines
  }

  // MARK: Forms

  private func line(_ change: TreeChange) -> String {
    func shown(_ path: [UInt8]) -> String { path.isEmpty ? "." : TerminalText.safe(FileName.display(path)) }
    var text = MessageCatalog.text("comparison-\(change.kind.rawValue)", [shown(change.path)], language)
    switch change.kind {
    case .moved:
      text = MessageCatalog.text(
        change.isProposal ? "comparison-moved-proposal" : "comparison-moved", [shown(change.oldPath ?? []), shown(change.path)], language)
    case .changed:
      let parts = change.parts.map { part in
        let name = MessageCatalog.text("comparison-part-" + part.rawValue, [], language)
        guard let old = change.old, let new = change.new else { return name }
        switch part {
        case .size: return "\(name) \(ByteText.exact(old.size, language)) → \(ByteText.exact(new.size, language))"
        case .modified: return "\(name) \(time.isoTime(old.modified)) → \(time.isoTime(new.modified))"
        default: return name
        }
      }
      text += " (" + parts.joined(separator: ", ") + ")"
    case .added, .removed:
      if change.isProposal { text += " " + MessageCatalog.text("comparison-not-seen", [], language) }
    }
    return text
  }

  private static func word(_ kind: Node.Kind) -> String {
    switch kind {
    case .folder: "folder"
    case .file: "file"
    case .link: "link"
    case .special: "special"
    case .unknown: "unknown"
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private func row(_ change: TreeChange) -> String {
    func size(_ side: TreeChange.Side?) -> String { side.map { $0.kind == .file ? String($0.size) : "" } ?? "" }
    func date(_ side: TreeChange.Side?) -> String { side.map { time.isoTime($0.modified) } ?? "" }
    func digest(_ side: TreeChange.Side?) -> String { side?.sha256.map(ComparisonWriter.hex) ?? "" }
    let fields = [
      change.kind.rawValue, FileName.display(change.path), change.oldPath.map { FileName.display($0) } ?? "",
      change.parts.map(\.rawValue).joined(separator: " "), (change.new ?? change.old).map { ComparisonWriter.word($0.kind) } ?? "",
      size(change.old), size(change.new), date(change.old), date(change.new), digest(change.old), digest(change.new),
      change.isProposal ? "yes" : "no",
    ]
    return fields.map(ComparisonWriter.cell).joined(separator: ",")
  }

  /// RFC 4180; a leading `= + - @` is guarded by an apostrophe, for spreadsheets.
  private static func cell(_ value: String) -> String {
    let guarded = value.unicodeScalars.first.map { "=+-@".unicodeScalars.contains($0) } ?? false
    var out = "\"" + (guarded ? "'" : "")
    for scalar in value.unicodeScalars {
      if scalar == "\"" { out += "\"\"" } else { out.unicodeScalars.append(scalar) }
    }
    return out + "\""
  }

  private func object(_ change: TreeChange) -> String {
    func path(_ key: String, _ value: [UInt8]) -> String {
      let shown = ",\"\(key)\":\(JSONText.quoted(FileName.display(value)))"
      // What is no text is told exactly beside it.
      return String(validating: value, as: UTF8.self) == nil ? shown + ",\"\(key)_bytes\":\"\(ComparisonWriter.hex(value))\"" : shown
    }
    func side(_ key: String, _ side: TreeChange.Side?) -> String {
      guard let side else { return "" }
      var out = ",\"\(key)\":{\"kind\":\"\(ComparisonWriter.word(side.kind))\",\"size\":\(side.size),"
      out += "\"modified\":\(JSONText.quoted(time.isoTime(side.modified))),\"modified_ns\":\(side.modified)"
      for (name, value) in [("sha256", side.sha256), ("sha512", side.sha512), ("md5", side.md5)] {
        if let value { out += ",\"\(name)\":\"\(ComparisonWriter.hex(value))\"" }
      }
      return out + "}"
    }
    var out = "{\"change\":\"\(change.kind.rawValue)\"" + path("path", change.path)
    if let old = change.oldPath { out += path("old_path", old) }
    if !change.parts.isEmpty { out += ",\"parts\":[\(change.parts.map { "\"\($0.rawValue)\"" }.joined(separator: ","))]" }
    out += ",\"proposal\":\(change.isProposal)"
    return out + side("old", change.old) + side("new", change.new) + "}"
  }

  // MARK: Bytes

  private func put(_ text: String) throws(EADError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= ComparisonWriter.most { try flush() }
  }

  private func flush() throws(EADError) {
    guard !buffer.isEmpty else { return }
    let bytes = buffer
    buffer.removeAll(keepingCapacity: true)
    do {
      try bytes.withUnsafeBufferPointer { try write($0) }
    } catch let error as EADError {
      throw error
    } catch {
      throw EADError("inventory-failed", file: "-", [String(describing: error)])
    }
  }
}
