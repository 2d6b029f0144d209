import ArgumentParser
import Archifilter
import CommandLineSupport
import EADKit

/// `archifilter import`: what was done with Archifiltre into an inventory.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Reads a session of Archifiltre, or the file list of its script, into an inventory.",
    discussion: """
      Of a new inventory, or one that came from a session, the tree is taken too; of one that was scanned from the same \
      folder, only what was said: aliases, comments, tags, eliminations, dates, moves.
      Exit codes: 0 done; 1 something in the file was not understood and is said; 2 it could not be read; 64 wrong usage.
      """)

  @Argument(help: "The session (.json), or the list.", completion: .file())
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The inventory; made when it is not there.", valueName: "file"))
  var inventory: String

  @Flag(help: "Take what was said only, never the tree.")
  var annotationsOnly = false

  @OptionGroup(title: "What is ignored") var ignoring: IgnoreArguments
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Option(help: ArgumentHelp("Time zone in which days are counted.", valueName: "zone"))
  var timezone = LocalTime.defaultZone

  func validate() throws {
    if ignoring.areBoth { throw messages.usage("usage-ignore-both") }
  }

  func run() async throws {
    let console = messages.console()
    try finish(console) { () throws(EADError) in
      var options = ArchifiltreSession.Options(
        timeZone: try LocalTime(zone: timezone), now: Timestamp.nanoseconds, started: Timestamp.now,
        tool: "archifilter \(Version.text)")
      options.mode = annotationsOnly ? .annotations : .automatic
      options.ignore = try ignoring.rules()
      if OutputNames.absolute(file) == OutputNames.absolute(self.inventory) {
        throw EADError("import-is-inventory", file: file)
      }
      // What is said of a tree that nobody has is of no use: no empty inventory is made for it.
      let inventory = try Inventory(path: self.inventory, access: annotationsOnly ? .update : .write)
      let result = try ArchifiltreSession.read(path: file, into: inventory, options: options)
      try inventory.close()
      for finding in result.findings where finding.severity == .error || !messages.quiet { console.say(finding) }
      if !messages.quiet { say(result, console) }
      return result.findings.contains { $0.severity == .error } ? ExitStatus.findings : ExitStatus.done
    }
  }

  private func say(_ result: ArchifiltreSession.Result, _ console: Console) {
    func number(_ value: Int) -> String { ByteText.number(value, console.language) }
    if let run = result.run {
      console.say(console.text("import-tree", [number(run.files), number(run.folders), number(run.ignored)]))
    }
    console.say(console.text("import-annotations", [number(result.annotations)]))
  }
}
