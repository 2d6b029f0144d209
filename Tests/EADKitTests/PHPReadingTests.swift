import Foundation
import Testing

@testable import EADKit

/// Our reader of AtoM's dialect beside PHP's own `fgetcsv`, byte for byte.
struct PHPReadingTests {
  private static let php = "/usr/bin/php"

  /// Prints each record as a line of hexadecimal cells; a file begins with a line of its own.
  private static let script = """
    <?php
    foreach (file($argv[1], FILE_IGNORE_NEW_LINES) as $file) {
      echo "# $file\\n";
      $handle = fopen($file, 'r');
      if (fread($handle, 3) !== "\\xEF\\xBB\\xBF") rewind($handle);
      while (($row = fgetcsv($handle, 60000)) !== false) {
        echo implode(',', array_map(fn($cell) => bin2hex((string) $cell), $row)), "\\n";
      }
      fclose($handle);
    }

    """

  private static func hex(_ bytes: some Collection<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// What our reader makes of the same bytes, or nil for a record that AtoM tears apart.
  private static func ours(_ bytes: [UInt8]) throws -> [String]? {
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var records: [String] = []
    try text.withUnsafeBufferPointer { all in
      let reader = CSVRecordReader(bytes: all, file: "x.csv", dialect: CSVDialect())
      var isTorn = false
      while try reader.advance() {
        if SheetFileCheck.isTorn(reader.record) { isTorn = true }
        var copy = ByteBuffer(capacity: reader.record.count)
        defer { copy.deallocate() }
        copy.append(reader.record)
        // The CR of a line end is no part of the last cell.
        let endsWithCR = reader.record.last == 0x0D && !reader.isUnterminated
        records.append(
          (0..<reader.cellCount).map { index in
            let cell = reader.untrimmed(index, in: copy.base)
            let isEnd = endsWithCR && index + 1 == reader.cellCount && cell.last == 0x0D
            // Of a cell that never ends PHP makes up a byte or two at its end, which AtoM trims.
            if reader.isUnterminated, index + 1 == reader.cellCount { return hex(CSVRecordReader.trimmed(cell)) + "…" }
            return hex(cell.dropLast(isEnd ? 1 : 0))
          }.joined(separator: ","))
      }
      if isTorn { records = ["torn"] }
    }
    return records == ["torn"] ? nil : records
  }

  private static func compare(_ files: [URL]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("php-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try script.write(to: folder.appendingPathComponent("read.php"), atomically: true, encoding: .utf8)
    let list = folder.appendingPathComponent("list")
    try files.map(\.path).joined(separator: "\n").write(to: list, atomically: true, encoding: .utf8)
    let output = folder.appendingPathComponent("out")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: php)
    process.arguments = ["-d", "display_errors=stderr", folder.appendingPathComponent("read.php").path, list.path]
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var records: [String: [String]] = [:]
    var file = ""
    for line in try String(contentsOf: output, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("# ") {
        file = String(line.dropFirst(2))
        records[file] = []
      } else {
        records[file]?.append(String(line))
      }
    }
    // The text's own end is an empty line.
    if records[file]?.last == "" { records[file]?.removeLast() }
    for url in files {
      let bytes = Array(try Data(contentsOf: url))
      guard let mine = try ours(bytes) else { continue }
      var theirs = records[url.path] ?? []
      if mine.last?.hasSuffix("…") == true, let last = theirs.popLast() { theirs.append(trimmedEnd(last)) }
      #expect(mine == theirs, "\(url.path)")
    }
  }

  /// The last cell of a line of hexadecimal cells without what AtoM trims, marked as one that never ends.
  private static func trimmedEnd(_ line: String) -> String {
    var cells = line.components(separatedBy: ",")
    let hex = Array(cells.popLast() ?? "")
    let bytes = stride(from: 0, to: hex.count - 1, by: 2).compactMap { UInt8(String(hex[$0...($0 + 1)]), radix: 16) }
    cells.append(bytes.withUnsafeBufferPointer { Self.hex(CSVRecordReader.trimmed($0)) } + "…")
    return cells.joined(separator: ",")
  }

  private static func isHere() -> Bool {
    if FileManager.default.isExecutableFile(atPath: php) { return true }
    FileHandle.standardError.write(Data("skipped: PHP's fgetcsv beside our reader: no \(php)\n".utf8))
    return false
  }

  @Test func everyFileOfTheTestsIsReadAsPHPReadsIt() throws {
    guard Self.isHere() else { return }
    var files = TestData.files(below: TestData.fixtures, endings: [".csv"])
    files += TestData.files(below: TestData.repository.appendingPathComponent("samples"), endings: [".csv"])
    if let shared = TestData.shared("atom") { files += TestData.files(below: shared, endings: [".csv"]) }
    #expect(files.count > 50)
    // Text of two bytes a character has no records at all before it is decoded, and AtoM's reader none either.
    try Self.compare(files)
  }

  @Test func brokenSheetsAreReadAsPHPReadsThem() throws {
    guard Self.isHere() else { return }
    try Self.withFolder { folder in
      var random = SeededRandom(seed: 11)
      var files: [URL] = []
      for (index, mutation) in SheetMutationTests.mutations.enumerated() {
        var table = SheetMutationTests.descriptions(&random)
        guard mutation.apply(&table, &random) != nil else { continue }
        let url = folder.appendingPathComponent("\(index).csv")
        try Data(table.bytes).write(to: url)
        files.append(url)
      }
      try Self.compare(files)
    }
  }

  @Test func randomBytesAreReadAsPHPReadsThem() throws {
    guard Self.isHere() else { return }
    try Self.withFolder { folder in
      var random = SeededRandom(seed: 12)
      let pieces: [[UInt8]] = ["\"", "\"", "\\", ",", "\n", "\r\n", " ", "a", "é", "\"\"", "\\\"", "\t", ",\"", "\",", "\"\n"].map {
        Array($0.utf8)
      }
      var files: [URL] = []
      for index in 0..<3000 {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...40, using: &random) { bytes += pieces.randomElement(using: &random) ?? [] }
        let url = folder.appendingPathComponent("\(index).csv")
        try Data(bytes).write(to: url)
        files.append(url)
      }
      try Self.compare(files)
    }
  }

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("php-in-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
