import CResources
import EADKit

/// The formats that `FormatIdentifier` knows: the table `office-formats.tsv`.
///
/// Columns: PRONOM's identifier (empty when only the MIME type is claimed), MIME type, name, version, family, extensions
/// separated by spaces, and how an extension alone decides: `text` when the content is text, empty for never.
struct FormatTable: Sendable {
  /// A row of the table.
  struct Row: Sendable {
    let facts: FormatFacts
    /// Keys of its extensions; empty when any will do.
    let extensions: [UInt64]
    /// The extension decides when the content is text.
    let isByExtension: Bool
  }

  static let shared = FormatTable()

  let rows: [Row]
  private let byKey: [String: Int]
  private let byExtension: [UInt64: Int]
  private let structured: Set<UInt64>

  private init() {
    var rows: [Row] = []
    var byKey: [String: Int] = [:]
    var byExtension: [UInt64: Int] = [:]
    var structured: Set<UInt64> = []
    for columns in Resource.rows(ead_office_formats) where columns.count >= 6 {
      let facts = FormatFacts(
        puid: columns[0].isEmpty ? nil : columns[0], mime: columns[1], name: columns[2], version: columns[3],
        family: columns[4])
      let keys = columns[5].split(separator: " ").map { text in
        Array(text.utf8).withUnsafeBufferPointer { FormatTable.key(of: $0) }
      }
      let isByExtension = columns.count > 6 && columns[6] == "text"
      if byKey[facts.key] == nil { byKey[facts.key] = rows.count }
      for key in keys {
        if !isByExtension, facts.puid != nil, !FormatTable.loose.contains(facts.family) { structured.insert(key) }
        if isByExtension, byExtension[key] == nil { byExtension[key] = rows.count }
      }
      rows.append(Row(facts: facts, extensions: keys, isByExtension: isByExtension))
    }
    self.rows = rows
    self.byKey = byKey
    self.byExtension = byExtension
    self.structured = structured
  }

  /// The row of a PUID, or of a MIME type without one.
  func row(_ key: String) -> Row? { byKey[key].map { rows[$0] } }

  /// The format that PRONOM gives an extension alone, of content that is text.
  func textFormat(extension key: UInt64) -> Row? { byExtension[key].map { rows[$0] } }

  /// Whether this is the extension of formats that have a signature: content without one is not what it says.
  func isStructured(extension key: UInt64) -> Bool { structured.contains(key) }

  /// Families whose formats may begin in any way.
  private static let loose: Set<String> = ["text", "web", "data", "system", "email"]

  /// Facts for a MIME type that libmagic gave.
  func facts(mime: String) -> FormatFacts {
    if let row = row(mime), row.facts.puid == nil { return row.facts }
    return FormatFacts(puid: nil, mime: mime, name: mime, family: FormatTable.family(ofMIME: mime))
  }

  /// The family that a MIME type speaks of.
  static func family(ofMIME mime: String) -> String {
    for (start, family) in families where mime.hasPrefix(start) { return family }
    return "other"
  }

  private static let families: [(String, String)] = [
    ("image/svg", "drawing"), ("image/vnd.dwg", "drawing"), ("image/vnd.dxf", "drawing"), ("image/", "image"),
    ("video/", "video"), ("audio/", "audio"), ("text/html", "web"), ("text/css", "web"), ("text/x-", "text"),
    ("text/csv", "data"), ("text/xml", "data"), ("text/", "text"), ("message/", "email"),
    ("application/vnd.ms-outlook", "email"), ("application/mbox", "email"), ("application/pdf", "publication"),
    ("application/epub", "publication"), ("application/msword", "document"), ("application/rtf", "document"),
    ("application/vnd.openxmlformats-officedocument.wordprocessing", "document"),
    ("application/vnd.openxmlformats-officedocument.spreadsheet", "spreadsheet"),
    ("application/vnd.openxmlformats-officedocument.presentation", "presentation"),
    ("application/vnd.oasis.opendocument.text", "document"), ("application/vnd.oasis.opendocument.spread", "spreadsheet"),
    ("application/vnd.oasis.opendocument.presen", "presentation"), ("application/vnd.oasis.opendocument.graph", "drawing"),
    ("application/vnd.oasis.opendocument.base", "database"), ("application/vnd.oasis.opendocument.data", "database"),
    ("application/vnd.ms-excel", "spreadsheet"), ("application/vnd.ms-powerpoint", "presentation"),
    ("application/vnd.ms-project", "document"), ("application/vnd.visio", "drawing"), ("application/postscript", "publication"),
    ("application/x-msaccess", "database"), ("application/x-dbf", "database"), ("application/vnd.sqlite", "database"),
    ("application/x-sqlite", "database"), ("application/json", "data"), ("application/xml", "data"),
    ("application/javascript", "web"), ("application/zip", "archive"), ("application/gzip", "archive"),
    ("application/x-tar", "archive"), ("application/x-7z", "archive"), ("application/x-rar", "archive"),
    ("application/vnd.rar", "archive"), ("application/x-bzip", "archive"), ("application/x-xz", "archive"),
    ("application/zstd", "archive"), ("application/x-cpio", "archive"), ("application/x-archive", "archive"),
    ("application/vnd.ms-cab", "archive"), ("application/x-iso9660", "archive"), ("application/java-archive", "archive"),
    ("application/x-dosexec", "system"), ("application/vnd.microsoft.portable-executable", "system"),
    ("application/x-executable", "system"), ("application/x-sharedlib", "system"), ("application/x-ms-shortcut", "system"),
    ("application/x-mach-binary", "system"), ("application/x-font", "system"), ("application/vnd.ms-opentype", "system"),
    ("font/", "system"), ("application/ogg", "audio"), ("application/x-shockwave", "video"), ("inode/", "other"),
  ]

  /// The key of an extension: its bytes, letters of ASCII in lower case, hashed (FNV-1a); 0 for an empty one.
  static func key(of bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    if bytes.isEmpty { return 0 }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes {
      let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      hash = (hash ^ UInt64(lower)) &* 0x100_0000_01B3
    }
    return hash
  }

  /// The key of a name's extension; 0 without one.
  static func key(ofName name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let dot = name.lastIndex(of: 0x2E), dot + 1 < name.count else { return 0 }
    return key(of: UnsafeBufferPointer(rebasing: name[(dot + 1)...]))
  }

  static func key(ofText text: StaticString) -> UInt64 {
    key(of: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
