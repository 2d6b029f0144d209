import Foundation
import Testing

/// The commands that convert nothing.
@Suite("crosswalk and help") struct CrosswalkAndHelpTests {
  @Test("crosswalk atom-csv prints the columns in either language")
  func crosswalk() throws {
    let english = try Command.run(["crosswalk", "atom-csv"])
    let french = try Command.run(["crosswalk", "atom-csv", "--lang", "fr"])
    let locale = try Command.run(["crosswalk", "atom-csv"], environment: ["LC_ALL": "", "LANG": "fr_FR.UTF-8"])
    for result in [english, french, locale] {
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors == "")
      for column in ["title", "scopeAndContent", "eventDates", "radStatementOfScaleCartographic", "levelOfDescription"] {
        #expect(result.text.contains("\t\(column)\t"), "\(column)")
      }
    }
    #expect(english.text.contains("where\telement\tif\tcolumn\tstandard\tremark\n"))
    #expect(french.text.contains("où\télément\tsi\tcolonne\tnorme\tremarque\n"))
    #expect(locale.output == french.output)

    // Only headings and remarks are translated: the table that the converter runs is one.
    let rows = [Self.table(english.text), Self.table(french.text)]
    #expect(rows[0].count > 100)
    #expect(rows[0] == rows[1])
  }

  /// The rows of a crosswalk without their remarks.
  private static func table(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    for line in text.components(separatedBy: "\n") {
      let cells = line.components(separatedBy: "\t")
      if cells.count == 6, cells[3] != "column", cells[3] != "colonne" { rows.append(Array(cells.prefix(5))) }
    }
    return rows
  }

  @Test("--version")
  func version() throws {
    let result = try Command.run(["--version"])
    #expect(result.status == 0)
    let numbers = result.text.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: ".")
    #expect(numbers.count == 3, "\(result.text)")
    #expect(Int(numbers[0]) != nil, "\(result.text)")
  }

  @Test("--help names the exit codes and every documented option")
  func help() throws {
    let result = try Command.run(["convert", "--help"])
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(result.text.contains("Exit codes: 0"))
    for code in ["1 findings", "2 something", "64"] { #expect(result.text.contains(code), "\(code)") }
    for option in [
      "--output", "--combine", "--rows-per-file", "--force", "--files-from", "--null", "--encoding", "--recover", "--culture",
      "--default-culture", "--loss-report", "--report-omissions", "--fail-on-loss", "--fail-level", "--lang", "--quiet", "--verbose",
      "--jobs",
    ] {
      #expect(result.text.contains(option), "\(option)")
    }
    let top = try Command.run(["--help"])
    #expect(top.status == 0)
    #expect(top.text.contains("convert") && top.text.contains("crosswalk"))
  }

  @Test(
    "unknown words are 64",
    arguments: [["--no-such-option"], ["crosswalk"], ["crosswalk", "papyrus"], ["crosswalk", "atom-csv", "--lang", "xx"], ["convrt"]])
  func unknown(_ arguments: [String]) throws {
    let result = try Command.run(arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(!result.errors.isEmpty)
  }
}
