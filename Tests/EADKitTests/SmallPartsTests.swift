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
