import Foundation
import Testing

@testable import EADKit

/// Where test data is found.
enum TestData {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Data that stands beside a checkout and is not part of it; nil, with a visible message, when it is absent.
  static func shared(_ path: String) -> URL? {
    let url = repository.deletingLastPathComponent().appendingPathComponent("shared").appendingPathComponent(path)
    if FileManager.default.fileExists(atPath: url.path) { return url }
    FileHandle.standardError.write(Data("skipped: no ../shared/\(path) beside the checkout\n".utf8))
    return nil
  }

  /// Golden files are written anew when this is set.
  static let records = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

  static func folders(below url: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: [.isDirectoryKey])
      .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  static func files(below url: URL, endings: [String]) -> [URL] {
    let walk = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)
    var found: [URL] = []
    while let file = walk?.nextObject() as? URL {
      if endings.contains(where: { file.lastPathComponent.hasSuffix($0) }) { found.append(file) }
    }
    return found.sorted { $0.path < $1.path }
  }
}

/// A conversion in memory: everything it wrote, lost and said.
struct Converted {
  var csv: [UInt8] = []
  var header: [String] = []
  var rows: [[String: [UInt8]]] = []
  var losses: [LossEntry] = []
  var conversion: AtoMConversion?
  var error: EADError?

  init(_ path: String, options: AtoMOptions = AtoMOptions(), reading: EADReaderOptions = EADReaderOptions()) {
    do throws(EADError) {
      let spool = try AtoMRowSpool.unnamed(for: path)
      var found: [LossEntry] = []
      conversion = try AtoMConversion.run(
        path: path, reading: reading, options: options, rows: spool, wantsOmissions: true
      ) { found.append($0) }
      losses = found
      var bytes: [UInt8] = []
      try spool.write { chunk throws(EADError) in bytes.append(contentsOf: chunk) }
      csv = bytes
    } catch {
      self.error = error
    }
    // Everything a test writes is judged by AtoM's rules.
    if error == nil {
      let found = (try? SheetCheckerTestSupport.findings(bytes: csv)) ?? []
      for finding in found where finding.severity > .note && !Converted.ofTheSource.contains(finding.rule) {
        Issue.record("\(path): \(finding.line())")
      }
    }
    let records = PHPCSVReader.records(csv)
    header = (records.first ?? []).map { String(decoding: $0, as: UTF8.self) }
    for record in records.dropFirst() {
      var row: [String: [UInt8]] = [:]
      for (name, value) in zip(header, record) { row[name] = value }
      rows.append(row)
    }
  }

  /// What the finding aid itself says wrongly, and every converter would keep: letters lost or misread before it was written,
  /// the word NULL as a title, a culture for which AtoM has no words.
  static let ofTheSource: Set<String> = [
    "sheet-mojibake", "sheet-replacement-character", "sheet-null-literal", "sheet-term-wordless",
  ]

  func cell(_ row: Int, _ column: String) -> [UInt8]? {
    guard row >= 1, row <= rows.count else { return nil }
    return rows[row - 1][column] ?? []
  }

  func text(_ row: Int, _ column: String) -> String { String(decoding: cell(row, column) ?? [], as: UTF8.self) }
}
