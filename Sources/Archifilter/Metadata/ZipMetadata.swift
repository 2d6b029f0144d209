/// Metadata of OOXML and OpenDocument files, from parts of their zip.
enum ZipMetadata {
  private static let dc = "http://purl.org/dc/elements/1.1/"
  private static let dcterms = "http://purl.org/dc/terms/"
  private static let meta = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
  /// OpenOffice.org 1, before OpenDocument.
  private static let oldMeta = "http://openoffice.org/2000/meta"

  private static let wanted: Set<String> = [
    "\(dc) title", "\(dc) date", "\(dcterms) modified", "\(dcterms) created", "\(meta) creation-date", "\(oldMeta) creation-date",
  ]

  /// Whether a part of a zip holds metadata.
  static func isWanted(_ name: [UInt8]) -> Bool {
    let folded = normal(name)
    return folded == core || folded == open || (folded.starts(with: package) && folded.suffix(7).elementsEqual(".psmdcp".utf8))
  }

  private static let core = Array("docprops/core.xml".utf8)
  private static let open = Array("meta.xml".utf8)
  /// Where Windows' own packaging library puts the core properties.
  private static let package = Array("package/services/metadata/core-properties/".utf8)

  private static func normal(_ name: [UInt8]) -> [UInt8] {
    var out = name.map { byte in
      byte == UInt8(ascii: "\\") ? UInt8(ascii: "/") : byte >= 65 && byte <= 90 ? byte | 0x20 : byte
    }
    if out.first == UInt8(ascii: "/") { out.removeFirst() }
    return out
  }

  static func read(_ parts: [(name: [UInt8], bytes: [UInt8])], _ time: LocalTime) -> (modified: Int?, created: Int?, title: String?) {
    var result: (modified: Int?, created: Int?, title: String?) = (nil, nil, nil)
    for part in parts.prefix(64) where isWanted(part.name) {
      let found = XMLFacts.read(part.bytes, wanted)
      let isOpen = normal(part.name) == open
      let modified = isOpen ? found["\(dc) date"] : found["\(dcterms) modified"]
      let created = isOpen ? found["\(meta) creation-date"] ?? found["\(oldMeta) creation-date"] : found["\(dcterms) created"]
      result.modified = result.modified ?? modified.flatMap { DocumentDate.iso($0, time) }
      result.created = result.created ?? created.flatMap { DocumentDate.iso($0, time) }
      result.title = result.title ?? found["\(dc) title"].map { String(decoding: $0, as: UTF8.self) }
    }
    return result
  }
}
