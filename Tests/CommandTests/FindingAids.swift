import EADKit
import Foundation

/// Small finding aids to convert, and rows to compare.
enum FindingAids {
  static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

  /// A series with a file in it.
  static let twoComponents =
    "<dsc><c01 level=\"series\"><did><unittitle>Letters</unittitle></did>"
    + "<c02 level=\"file\"><did><unittitle>Letters received</unittitle></did></c02></c01></dsc>"

  /// EAD 2002 without an XML declaration; three rows unless the body says otherwise.
  static func make(_ identifier: String, title: String = "Papers", body: String = FindingAids.twoComponents) -> String {
    "<ead><eadheader><eadid>\(identifier)</eadid><profiledesc><langusage><language langcode=\"eng\">English</language>"
      + "</langusage></profiledesc></eadheader><archdesc level=\"fonds\"><did><unitid>F 1</unitid><unittitle>\(title)</unittitle></did>"
      + "\(body)</archdesc></ead>\n"
  }

  /// About 270 bytes a component, written by repetition.
  static func large(components: Int) -> Data {
    let component =
      "<c level=\"file\"><did><unittitle>A file of letters, receipts and drawings about the harbour</unittitle>"
      + "<unitdate normal=\"1901/1949\">1901-1949</unitdate></did><scopecontent><p>Letters, receipts and drawings, kept in "
      + "the order in which the office received them.</p></scopecontent></c>\n"
    let hundred = Data(String(repeating: component, count: 100).utf8)
    let mark = "<!--here-->"
    let parts = make("large", body: "<dsc>" + mark + "</dsc>").components(separatedBy: mark)
    var all = Data(parts[0].utf8)
    for _ in 0..<(components / 100) { all.append(hundred) }
    all.append(Data(parts[1].utf8))
    return all
  }

  static func gzip(_ bytes: Data) throws -> Data { try Command.tool("gzip", ["-c"], input: bytes).output }

  static func gzip(_ text: String) throws -> Data { try gzip(Data(text.utf8)) }
}

/// A CSV for AtoM, read as AtoM reads it.
struct Rows {
  var header: [String] = []
  var rows: [[String]] = []

  init(_ bytes: Data) {
    let records = PHPCSVReader.records(Array(bytes)).map { record in record.map { String(decoding: $0, as: UTF8.self) } }
    header = records.first ?? []
    rows = Array(records.dropFirst())
  }

  func column(_ name: String) -> [String] {
    guard let at = header.firstIndex(of: name) else { return [] }
    return rows.map { at < $0.count ? $0[at] : "" }
  }

  var identifiers: [String] { column("legacyId") }

  var areAllAsWideAsTheHeader: Bool { rows.allSatisfy { $0.count == header.count } }

  var identifiersAreUnique: Bool { Set(identifiers).count == identifiers.count && !identifiers.contains("") }

  /// Every parent stands in the same file, above its children.
  var parentsComeFirst: Bool {
    var seen: Set<String> = []
    for (identifier, parent) in zip(identifiers, column("parentId")) {
      if !parent.isEmpty, !seen.contains(parent) { return false }
      seen.insert(identifier)
    }
    return true
  }
}
