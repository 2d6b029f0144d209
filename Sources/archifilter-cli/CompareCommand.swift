public import ArgumentParser
public import Archifilter
import CommandLineSupport
import EADKit

/// `archifilter compare`: what became of a tree between two inventories.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares two inventories: what was added, removed, changed, moved.",
    discussion: """
      Files that moved are found by their digests.
      Exit codes: 0 compared (with --exit-code: and nothing differs); 1 with --exit-code: something differs; \
      2 something could not be read or written; 64 wrong usage.
      """)

  @Argument(help: "The older inventory.", completion: .file())
  var old: String

  @Argument(help: "The newer inventory.", completion: .file())
  var new: String

  @Option(help: "text, csv or jsonl.")
  var format: ComparisonFormat = .text

  @Option(name: .shortAndLong, help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @Flag(help: "End with 1 when something differs.")
  var exitCode = false

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() async throws {
    let console = messages.console()
    try finish(console) { () throws(EADError) in
      let older = try Inventory(path: old, access: .read)
      let newer = try Inventory(path: new, access: .read)
      let result = try ResultOutput(path: output, force: force, inputs: [old, new])
      let summary = try older.read { before throws(EADError) in
        try newer.read { after throws(EADError) in try compare(before, after, result, console) }
      }
      try result.commit()
      return exitCode && !summary.isSame ? ExitStatus.findings : ExitStatus.done
    }
  }

  private func compare(
    _ before: InventoryConnection, _ after: InventoryConnection, _ result: ResultOutput, _ console: Console
  ) throws(EADError) -> ComparisonSummary {
    for connection in [before, after] where try RunRecord.current(connection).isOutdated {
      console.say(Finding(rule: "inventory-outdated", severity: .warning, file: connection.file))
    }
    let zone = try RunRecord.current(after).run.timeZone
    let writer = ComparisonWriter(format, language: messages.language, time: try LocalTime(zone: zone)) {
      bytes throws(EADError) in try result.write(bytes)
    }
    try writer.begin()
    let summary = try TreeComparison(old: before, new: after).run { change throws(EADError) in try writer.add(change) }
    try writer.end(summary)
    if format != .text || output != nil, !messages.quiet {
      for line in ComparisonWriter.lines(summary, messages.language) { console.say(line) }
    }
    return summary
  }
}

extension ComparisonFormat: ExpressibleByArgument {}
