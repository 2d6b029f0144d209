import Foundation
import Testing

@testable import EADKit

struct SmallPartsTests {
  @Test func aSetOfFingerprintsFindsRepeats() {
    var set = HashSet64()
    var random = SeededRandom(seed: 1)
    var known: Set<UInt64> = []
    for _ in 0..<50_000 {
      let value = UInt64.random(in: 1...40_000, using: &random) &* 0x9E37_79B9_7F4A_7C15
      #expect(set.insert(value) == known.insert(value).inserted)
    }
  }

  @Test func textRepairReadsStrayBytesAsWindows1252() {
    func repaired(_ bytes: [UInt8]) -> String? {
      let repair = bytes.withUnsafeBufferPointer { TextRepair($0) }
      return repair.repaired > 0 ? String(decoding: repair.bytes, as: UTF8.self) : nil
    }
    #expect(repaired([0x63, 0xE9]) == "cé")
    #expect(repaired([0x93, 0x61, 0x94]) == "“a”")
    #expect(repaired(Array("déjà 日本 🎉".utf8)) == nil)
    #expect(repaired([0xC2, 0x92]) == "’")
    #expect(repaired([0xED, 0xA0, 0x80]) != nil)
    #expect(repaired([0xE2, 0x82]) == "â‚")
  }

  @Test func rowsAreReadBackAsTheyWereWritten() throws {
    var random = SeededRandom(seed: 99)
    let alphabet = Array("ab\"\\ ,\n|;0é'".utf8)
    let cells = UnsafeMutablePointer<ByteBuffer>.allocate(capacity: AtoMConverter.cellCount)
    for index in 0..<AtoMConverter.cellCount { (cells + index).initialize(to: ByteBuffer()) }
    defer {
      for index in 0..<AtoMConverter.cellCount { cells[index].deallocate() }
      cells.deallocate()
    }
    for _ in 0..<300 {
      for index in 0..<AtoMConverter.cellCount {
        cells[index].reset()
        let value = (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0x61 }
        cells[index].append(value)
      }
      var row = ByteBuffer()
      defer { row.deallocate() }
      AtoMRowWriter.write(cells, extras: 0b101, to: &row)
      let records = PHPCSVReader.records(row.array)
      #expect(records.count == 1)
      #expect(records.first?.count == AtoMColumn.templateCount + 2)
      for (index, cell) in (records.first ?? []).prefix(AtoMColumn.templateCount).enumerated() {
        // A blank after a backslash is the one change, beside the zero.
        let expected = cells[index].array == [0x30] ? Array("[0]".utf8) : Self.guarded(cells[index].array)
        #expect(cell == expected)
      }
    }
  }

  private static func guarded(_ value: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for (index, byte) in value.enumerated() {
      out.append(byte)
      if byte == 0x5C, index + 1 == value.count || value[index + 1] == 0x22 { out.append(0x20) }
    }
    return out
  }

  /// Whatever stands at the 60,000th byte of a row, PHP's reader does not cut it there.
  @Test func longRowsAreNeverCutBetweenCells() throws {
    let cells = UnsafeMutablePointer<ByteBuffer>.allocate(capacity: AtoMConverter.cellCount)
    for index in 0..<AtoMConverter.cellCount { (cells + index).initialize(to: ByteBuffer()) }
    defer {
      for index in 0..<AtoMConverter.cellCount { cells[index].deallocate() }
      cells.deallocate()
    }
    cells[AtoMColumn.legacyId.rawValue].append("a")
    cells[AtoMColumn.culture.rawValue].append("en")
    cells[AtoMColumn.title.rawValue].append("t")
    for length in stride(from: 59_200, through: 60_400, by: 61) {
      for filler in ["x", "\"q\" "] {
        cells[AtoMColumn.scopeAndContent.rawValue].count = 0
        cells[AtoMColumn.generalNote.rawValue].count = 0
        while cells[AtoMColumn.scopeAndContent.rawValue].count < length {
          cells[AtoMColumn.scopeAndContent.rawValue].append(filler)
        }
        cells[AtoMColumn.generalNote.rawValue].append("after")
        var bytes = ByteBuffer()
        defer { bytes.deallocate() }
        bytes.append(AtoMRowWriter.header(extras: 0))
        AtoMRowWriter.write(cells, extras: 0, to: &bytes)
        let rules = try SheetCheckerTestSupport.findings(bytes: bytes.array).map(\.rule)
        #expect(!rules.contains("sheet-record-torn"), "\(length) \(filler)")
        #expect(PHPCSVReader.records(bytes.array).count == 2)
      }
    }
  }

  /// PHP's reader cuts a row at its 60,000th byte, but not within quotation marks, and not one that ends there.
  @Test func rowsAreTornWherePHPTearsThem() throws {
    func x(_ count: Int) -> String { String(repeating: "x", count: count) }
    let cases: [(row: String, tears: Int)] = [
      ("A1,T," + x(59_993) + ",en", 1), ("A1,T," + x(120_100) + ",en", 2),
      // The 60,000th byte opens a cell, or is the second of two quotation marks that stand for one.
      ("A1," + x(59_995) + ",\"" + x(100) + "\",en", 0), ("A1,T,\"" + x(59_992) + "\"\"" + x(100) + "\",en", 0),
      // The first of the two, or the one that closes the cell.
      ("A1,T,\"" + x(59_993) + "\"\"" + x(100) + "\",en", 1), ("A1,T,\"" + x(59_993) + "\",en", 1),
      // A quotation mark behind a backslash closes nothing, and one within a cell without them opens nothing.
      ("A1,T,\"a\\\"" + x(70_000) + "\\\"b\",en", 0), ("A1,5\" disk," + x(60_000) + ",en", 1),
    ]
    for (row, tears) in cases {
      let sheet = "legacyId,title,identifier,culture\n\(row)\nA2,,y,en\n"
      let findings = try SheetCheckerTestSupport.findings(sheet)
      #expect(findings.contains { $0.rule == "sheet-record-torn" } == (tears > 0), "\(row.prefix(12)) \(row.utf8.count)")
      // The title of the last row is missing: its number counts the rows that AtoM makes.
      let last = findings.last { $0.rule == "sheet-title-blank" }
      #expect(last?.cell?.row == 3 + tears, "\(row.prefix(12)) \(row.utf8.count)")
    }
    // Of a row that ends there a blank one is left over, which AtoM counts and skips: nothing is lost.
    let exact = "A1,T," + x(59_992) + ",en"
    for end in ["\n", "\r\n"] {
      let findings = try SheetCheckerTestSupport.findings("legacyId,title,identifier,culture\(end)\(exact)\(end)A2,,y,en\(end)")
      #expect(!findings.contains { $0.rule == "sheet-record-torn" })
      #expect(findings.last { $0.rule == "sheet-title-blank" }?.cell?.row == 4)
    }
  }

  /// A row that nobody can read is a row all the same, and what stops AtoM there is told of its place.
  @Test func rowsThatAreMisreadCount() throws {
    let open = try SheetCheckerTestSupport.findings("legacyId,title,culture\nA1,\"T,en\n")
    #expect(open.map(\.rule).contains("sheet-quote-open"))
    #expect(!open.map(\.rule).contains("sheet-no-rows"))
    let latin: [UInt8] = Array("legacyId,title,culture\nA1,".utf8) + [0xC9] + Array("t,en,more\n".utf8)
    let other = try SheetCheckerTestSupport.findings(bytes: latin).filter { $0.rule == "sheet-encoding-other" }
    #expect(other.map(SheetCheckerTestSupport.brief) == ["2 sheet-encoding-other title"])
    // Of two encodings in one file AtoM reads the rows in UTF-8, and stops at the first other one.
    let utf8: [UInt8] = Array("legacyId,title,culture\nA1,\u{E9}t\u{E9},en\nA2,".utf8)
    let mixed = utf8 + [0xC9, 0x74, 0xE9, 0x20, 0xE0] + Array(",en\n".utf8)
    let second = try SheetCheckerTestSupport.findings(bytes: mixed).filter { $0.rule == "sheet-encoding-other" }
    #expect(second.map(SheetCheckerTestSupport.brief) == ["3 sheet-encoding-other title"])
  }

  /// A quotation mark that is never closed makes one name of a whole file: messages show its beginning only.
  @Test func endlessNamesOfColumnsAreCut() throws {
    let name = String(repeating: "h", count: 1 << 20)
    let header = "legacyId,title,\"\(name)\",\"\(name)\",\"\(name)x\",culture\n"
    let findings = try SheetCheckerTestSupport.findings(header + "A1,T,a,b,,en\n")
    #expect(findings.contains { $0.rule == "sheet-column-unknown" } && findings.contains { $0.rule == "sheet-column-repeated" })
    for finding in findings {
      #expect(finding.path.utf8.count < 500 && (finding.cell?.column.utf8.count ?? 0) < 500)
      #expect(finding.arguments.allSatisfy { $0.utf8.count < 500 })
    }
  }

  @Test func columnsThatOnlyLaterRowsNeedWidenTheRowsBefore() throws {
    let spool = try AtoMRowSpool.unnamed(for: "x")
    let template = Array(repeating: "\"x\"", count: AtoMColumn.templateCount).joined(separator: ",")
    for (extras, rest) in [(UInt64(0), ""), (0b100, ",\"c\""), (0b101, ",\"a\",\"c\""), (0b1101, ",\"a\",\"c\",\"d\"")] {
      try Array((template + rest + "\n").utf8).withUnsafeBufferPointer { bytes throws(EADError) in
        try spool.append(bytes, extras: extras)
      }
    }
    var out: [UInt8] = []
    try spool.write { bytes throws(EADError) in out += Array(bytes) }
    let records = PHPCSVReader.records(out).map { $0.map { String(decoding: $0, as: UTF8.self) } }
    #expect(records.map(\.count) == Array(repeating: AtoMColumn.templateCount + 3, count: 5))
    #expect(records.dropFirst().map { Array($0.suffix(3)) } == [["", "", ""], ["", "c", ""], ["a", "c", ""], ["a", "c", "d"]])
  }

  @Test func tablesAreWhole() {
    #expect(CrosswalkTable.atomCSV.count > 100)
    let names = NameTable()
    for row in CrosswalkTable.atomCSV where row.rule != "attribute" {
      #expect(Int(names.element(row.element)) < Tag.count, "\(row.element) is no element of EAD")
      #expect(CrosswalkRule(rawValue: String(row.rule.prefix { $0 != ":" })) != nil, "\(row.rule)")
      #expect(row.column.isEmpty || AtoMColumn.named(row.column) != nil, "\(row.column)")
    }
    for row in CrosswalkTable.ignoredAttributes {
      #expect(row[0] == "xsi" || Attribute.names.contains(row[0]), "\(row[0])")
    }
    #expect(AtoMColumn.names.prefix(AtoMColumn.templateCount).first == "legacyId")
    #expect(AtoMColumn.templateCount == 56)
    #expect(AtoMColumn.names[55] == "culture")
  }

  @Test func terminalTextHoldsNoControlCharacters() {
    let safe = TerminalText.safe("a\u{1B}[31mb\u{7}\u{85}\u{202E}c\n")
    #expect(!safe.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E })
  }

  @Test func jsonIsEscaped() throws {
    let text = "a\"b\\c\n\u{1}\u{2028}é"
    let object = try JSONSerialization.jsonObject(with: Data("[\(JSONText.quoted(text))]".utf8)) as? [String]
    #expect(object == [text])
  }
}
