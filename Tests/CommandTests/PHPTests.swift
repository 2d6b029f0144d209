import Foundation
import Testing

/// What AtoM's own reader, PHP's `fgetcsv`, makes of the CSV.
@Suite("PHP") struct PHPTests {
  /// Prints the number of rows, and every row that is not as wide as the header.
  static let script = """
    <?php
    $rows = 0;
    foreach (array_slice($argv, 1) as $file) {
      $handle = fopen($file, 'r');
      $header = fgetcsv($handle, 60000);
      if (count($header) < 56 || $header[0] !== 'legacyId') { echo "header of $file\\n"; }
      while (($row = fgetcsv($handle, 60000)) !== false) {
        $rows++;
        if (count($row) !== count($header)) { echo "row $rows of $file: ", count($row), "\\n"; }
        if ($row[0] === '') { echo "row $rows of $file: no legacyId\\n"; }
      }
      fclose($handle);
    }
    echo "rows $rows\\n";

    """

  @Test("fgetcsv reads every row of the samples, each as wide as the header")
  func samples() throws {
    guard Command.isProgram("/usr/bin/php") else {
      Command.saySkipped("PHP's fgetcsv: no /usr/bin/php")
      return
    }
    try Folder.with { folder in
      try folder.write("read.php", Self.script)
      let tricky =
        "<scopecontent><p>A \\\"quoted\\\" path C:\\</p><p>second, with | and ; and \"\\\" end\\</p></scopecontent>"
        + "<odd><p>\"</p><p>\\</p><p>\\\\\"\"\\\"</p></odd>" + FindingAids.twoComponents
      try folder.write("in/tricky.xml", FindingAids.make("tricky", title: "\\", body: tricky))

      let result = try Command.run(["convert", "in", Command.samples, "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let files = folder.files("out").map { folder.path("out/" + $0) }
      #expect(files.count == 4)
      let read = try Command.tool("php", [folder.path("read.php")] + files)
      #expect(read.status == 0, "\(read.errors)")
      #expect(read.text == "rows \(result.countedRows ?? -1)\n")

      let combined = try Command.run(["convert", "in", Command.samples, "--combine", "all.csv"], directory: folder.url)
      #expect(combined.status == 0, "\(combined.errors)")
      let all = try Command.tool("php", [folder.path("read.php"), folder.path("all.csv")])
      #expect(all.text == "rows \(combined.countedRows ?? -1)\n")
    }
  }

  /// Every real finding aid beside the checkout, converted by the command and read by PHP.
  @Test("fgetcsv reads every row of the corpus, each as wide as the header")
  func corpus() throws {
    let corpus = Command.repository.deletingLastPathComponent().appendingPathComponent("shared/corpus").path
    guard Command.isProgram("/usr/bin/php"), FileManager.default.fileExists(atPath: corpus) else {
      Command.saySkipped("PHP's fgetcsv over the corpus: no /usr/bin/php, or no corpus beside the checkout")
      return
    }
    try Folder.with { folder in
      try folder.write("read.php", Self.script)
      let result = try Command.run(
        ["convert", corpus, "-o", "out", "--default-culture", "en"], directory: folder.url, timeout: 600)
      // Two drafts of EAD 4 are refused; everything else is converted.
      #expect(result.status == 2, "\(result.errors)")
      let refused = result.errors.split(separator: "\n").filter { $0.contains(": error: ") }
      #expect(refused.count == 2)
      #expect(refused.allSatisfy { $0.hasSuffix("[ead4-not-supported]") })
      let files = folder.files("out").filter { $0.hasSuffix(".csv") }.map { folder.path("out/" + $0) }
      #expect(files.count == 295)
      let read = try Command.tool("php", [folder.path("read.php")] + files)
      #expect(read.status == 0, "\(read.errors)")
      #expect(read.text == "rows \(result.countedRows ?? -1)\n")
    }
  }

  @Test("a row longer than AtoM's buffer of 60,000 bytes stays one row, wherever the buffer ends")
  func longRows() throws {
    guard Command.isProgram("/usr/bin/php") else {
      Command.saySkipped("PHP's fgetcsv: no /usr/bin/php")
      return
    }
    try Folder.with { folder in
      try folder.write("read.php", Self.script)
      let text = String(repeating: "long text, \"quoted\" ", count: 3_000)
      let body = "<scopecontent><p>\(text)</p></scopecontent>" + FindingAids.twoComponents
      // The pattern is 22 bytes long in the CSV: every byte of it comes to stand at the end of the buffer.
      for shift in 0..<22 {
        let title = "T" + String(repeating: "x", count: shift)
        try folder.write("in/long-\(shift).xml", FindingAids.make("long-\(shift + 10)", title: title, body: body))
      }
      let result = try Command.run(["convert", "in", "-o", "out"], directory: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      let files = folder.files("out").map { folder.path("out/" + $0) }
      #expect(files.count == 22)
      let read = try Command.tool("php", [folder.path("read.php")] + files)
      #expect(read.status == 0, "\(read.errors)")
      #expect(read.text == "rows \(result.countedRows ?? -1)\n")
    }
  }
}
