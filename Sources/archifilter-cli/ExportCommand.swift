public import ArgumentParser
public import Archifilter
import CommandLineSupport
import EADKit

/// `archifilter export`: an inventory into a finding aid, a sheet or a list.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes an inventory as a finding aid, as a sheet for AtoM or ReSIP, or as a list.",
    discussion: """
      The disk that was scanned is not needed. Results go to standard output, or to --output, which only its owner may read.
      Sentences of the description are French unless --lang says otherwise, whatever the locale.
      Exit codes: 0 done; 1 the result has errors that are said; 2 something could not be read or written; 64 wrong usage.
      """)

  @Argument(help: "The inventory.", completion: .file())
  var inventory: String

  @Option(
    help: """
      ead2002, ead3, atom-csv, resip-csv, archifiltre-csv, file-list, sha256sum, duplicates, duplicate-folders or jsonl.
      """)
  var to: ExportFormat

  @Option(name: .shortAndLong, help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @OptionGroup(title: "Description") var description: DescriptionArguments
  @OptionGroup(title: "Lists") var lists: ListArguments
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if description.itemChoice == nil { throw messages.usage("usage-items", [description.items]) }
    if output == "" { throw messages.usage("usage-output-empty") }
  }

  func run() async throws {
    let console = messages.console()
    try finish(console) { () throws(EADError) in
      let inventory = try Inventory(path: self.inventory, access: .read)
      let result = try ResultOutput(path: output, force: force, inputs: [self.inventory])
      let summary = try inventory.read { connection throws(EADError) in
        let (run, isOutdated) = try RunRecord.current(connection)
        if isOutdated { console.say(Finding(rule: "inventory-outdated", severity: .warning, file: self.inventory)) }
        var options = ExportOptions(
          description: try description.options(
            run, language: messages.lang ?? .french, commandLine: ExportCommand.commandLine(without: self.inventory)))
        options.byteOrderMark = lists.bom
        options.withDigests = lists.withDigests
        options.separatedByNUL = lists.nul
        return try Export.run(to, connection, options) { bytes throws(EADError) in try result.write(bytes) }
      }
      try result.commit()
      for finding in summary.findings where finding.severity == .error || !messages.quiet { console.say(finding) }
      if !messages.quiet {
        console.say(console.text("export-last", [ByteText.number(summary.written, console.language), to.rawValue]))
        if summary.leftOut.contains(where: { $0.value > 0 }) { console.say(console.text("export-left-out")) }
        for (reason, count) in summary.leftOut.sorted(by: { $0.key < $1.key }) where count > 0 {
          console.say("  " + ByteText.number(count, console.language) + "  " + console.text(reason))
        }
      }
      return summary.findings.contains { $0.severity == .error } ? ExitStatus.findings : ExitStatus.done
    }
  }

  /// What stands in a finding aid about how it was made: nothing that differs from one machine to the next.
  static func commandLine(without inventory: String) -> [String] {
    var kept: [String] = []
    var rest = ReportOutputs.commandLine("archifilter", CommandLine.arguments)[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "-o", "--output": _ = rest.popFirst()
      case "--force", "-q", "--quiet": continue
      case inventory: kept.append(inventory.split(separator: "/").last.map(String.init) ?? inventory)
      default: if !argument.hasPrefix("--output=") { kept.append(argument) }
      }
    }
    return kept
  }
}

/// Form of the lists.
struct ListArguments: ParsableArguments {
  @Flag(help: "Begin lists with a byte order mark, for spreadsheets on Windows.")
  var bom = false

  @Flag(help: "archifiltre-csv: with the column of digests.")
  var withDigests = false

  @Flag(name: [.customShort("0"), .customLong("null")], help: "sha256sum: names end with NUL (for sha256sum -c -z).")
  var nul = false
}

extension ExportFormat: ExpressibleByArgument {}
