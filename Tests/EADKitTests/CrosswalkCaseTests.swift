import Foundation
import Testing

@testable import EADKit

/// Small finding aids with what has to become of them, written from the decisions and not from any output.
struct CrosswalkCaseTests {
  static let cases: [String] = {
    let url = TestData.fixtures.appendingPathComponent("crosswalk")
    return ((try? TestData.folders(below: url)) ?? []).map(\.lastPathComponent)
  }()

  @Test("there are cases") func thereAreCases() { #expect(Self.cases.count >= 40) }

  @Test("case", arguments: cases) func expectations(_ name: String) throws {
    let folder = TestData.fixtures.appendingPathComponent("crosswalk/\(name)")
    let (options, reading) = try Self.options(folder)
    let converted = Converted(folder.appendingPathComponent("input.xml").path, options: options, reading: reading)
    #expect(converted.error == nil)
    let expectations = try Data(contentsOf: folder.appendingPathComponent("expect.tsv"))
    for line in expectations.split(separator: 0x0A) where line.first != 0x23 {
      let fields = line.split(separator: 0x09, omittingEmptySubsequences: false).map { Self.unescaped(Array($0)) }
      Self.check(fields, converted, String(decoding: line, as: UTF8.self))
    }
  }

  @Test("golden", arguments: cases) func golden(_ name: String) throws {
    let folder = TestData.fixtures.appendingPathComponent("crosswalk/\(name)")
    let (options, reading) = try Self.options(folder)
    let converted = Converted(folder.appendingPathComponent("input.xml").path, options: options, reading: reading)
    try Golden.compare(converted, folder)
  }

  static func options(_ folder: URL) throws -> (AtoMOptions, EADReaderOptions) {
    var options = AtoMOptions()
    let reading = EADReaderOptions()
    guard let text = try? String(contentsOf: folder.appendingPathComponent("options"), encoding: .utf8) else {
      return (options, reading)
    }
    let words = text.split(whereSeparator: \.isNewline).flatMap { $0.split(separator: "=", maxSplits: 1) }.map(String.init)
    var at = 0
    while at < words.count {
      let value = at + 1 < words.count ? words[at + 1] : ""
      switch words[at] {
      case "--no-markdown": options.markdown = false
      case "--include-internal": options.includesInternal = true
      case "--index-as-access-points": options.indexAsAccessPoints = true
      case "--no-derive-dates": options.derivesDates = false
      case "--infer-levels": options.infersLevels = true
      case "--culture":
        options.culture = value
        at += 1
      case "--default-culture":
        options.defaultCulture = value
        at += 1
      case "--digital-objects":
        options.digitalObjects = try #require(AtoMOptions.DigitalObjects(rawValue: value))
        at += 1
      default: Issue.record("unknown option \(words[at])")
      }
      at += 1
    }
    return (options, reading)
  }

  private static func check(_ fields: [[UInt8]], _ converted: Converted, _ line: String) {
    func text(_ index: Int) -> String { index < fields.count ? String(decoding: fields[index], as: UTF8.self) : "" }
    func holds(_ whole: [UInt8], _ part: [UInt8]) -> Bool {
      part.isEmpty
        || (whole.count >= part.count && (0...(whole.count - part.count)).contains { whole[$0..<($0 + part.count)].elementsEqual(part) })
    }
    let row = Int(text(1)) ?? 0
    switch text(0) {
    case "rows": #expect(converted.rows.count == row, "\(line)")
    case "cell":
      let value = fields.count > 3 ? fields[3] : []
      let found = converted.cell(row, text(2))
      #expect(found.map { $0 == value } == true, "\(line) — found: \(String(decoding: found ?? [], as: UTF8.self))")
    case "contains":
      let found = converted.cell(row, text(2)) ?? []
      #expect(holds(found, fields[3]), "\(line) — found: \(String(decoding: found, as: UTF8.self))")
    case "lacks":
      let found = converted.cell(row, text(2)) ?? []
      #expect(!holds(found, fields[3]), "\(line) — found: \(String(decoding: found, as: UTF8.self))")
    case "loss":
      let found = converted.losses.contains {
        $0.reason.isLoss && (text(1) == "*" || $0.reason.rawValue == text(1)) && holds(Array($0.text.utf8), fields[2])
      }
      #expect(found, "\(line)")
    case "noloss":
      let found = converted.losses.contains { $0.reason.isLoss && holds(Array($0.text.utf8), fields[1]) }
      #expect(!found, "\(line)")
    default: Issue.record("unknown expectation: \(line)")
    }
  }

  /// `\n` and `\t` only; any other backslash is itself.
  private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == 0x5C, at + 1 < bytes.count, bytes[at + 1] == 0x6E || bytes[at + 1] == 0x74 {
        out.append(bytes[at + 1] == 0x6E ? 0x0A : 0x09)
        at += 2
      } else {
        out.append(bytes[at])
        at += 1
      }
    }
    return out
  }
}

/// Golden files beside an input; `RECORD_GOLDEN=1 swift test` writes them anew.
enum Golden {
  static func compare(_ converted: Converted, _ folder: URL) throws {
    let csv = folder.appendingPathComponent("expected.csv")
    let losses = folder.appendingPathComponent("losses.jsonl")
    var lines = ""
    var report = LossReportFormat.jsonl.report(language: .english) { (text: String) throws(EADError) in lines += text }
    for var entry in converted.losses {
      entry.file = "input.xml"
      try report.add(entry)
    }
    if TestData.records {
      try Data(converted.csv).write(to: csv)
      try Data(lines.utf8).write(to: losses)
      return
    }
    let expectedCSV = try Data(contentsOf: csv)
    #expect(Array(expectedCSV) == converted.csv, "\(folder.lastPathComponent): the CSV differs from expected.csv")
    let expectedLosses = try Data(contentsOf: losses)
    #expect(Array(expectedLosses) == Array(lines.utf8), "\(folder.lastPathComponent): the losses differ from losses.jsonl")
  }
}
