import Foundation
import Testing

@testable import EADKit

/// Sheets written to a folder of their own, checked, and forgotten.
enum SheetCheckerTestSupport {
  static func findings(
    _ csv: String, options: SheetCheckOptions = SheetCheckOptions(), name: String = "sheet.csv"
  ) throws -> [Finding] {
    try findings(bytes: Array(csv.utf8), options: options, name: name)
  }

  static func findings(
    bytes: [UInt8], options: SheetCheckOptions = SheetCheckOptions(), name: String = "sheet.csv"
  ) throws -> [Finding] {
    try reports(files: [(name, bytes)], options: options).flatMap(\.findings)
  }

  /// The files are one import, in their order.
  static func findings(
    files: [(name: String, csv: String)], options: SheetCheckOptions = SheetCheckOptions()
  ) throws -> [Finding] {
    try reports(files: files.map { ($0.name, Array($0.csv.utf8)) }, options: options).flatMap(\.findings)
  }

  static func reports(files: [(name: String, bytes: [UInt8])], options: SheetCheckOptions) throws -> [FileReport] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sheets-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let checker = try SheetChecker(options: options)
    for (name, bytes) in files {
      let url = folder.appendingPathComponent(name)
      try Data(bytes).write(to: url)
      _ = checker.check(url.path)
    }
    return checker.finish()
  }

  /// `row rule column`, without the notes: what a person has to act upon.
  static func serious(_ findings: [Finding]) -> [String] {
    findings.filter { $0.severity > .note }.map(brief)
  }

  static func brief(_ finding: Finding) -> String {
    let row = finding.cell.map { String($0.row) } ?? "-"
    return [row, finding.rule, finding.path].filter { !$0.isEmpty }.joined(separator: " ")
  }
}
