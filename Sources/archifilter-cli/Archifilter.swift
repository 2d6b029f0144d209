import ArgumentParser
import CommandLineSupport

struct ArchifilterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archifilter",
    abstract: "Makes an inventory of a tree of office files, and describes it. Nothing that is scanned is ever changed.",
    discussion: """
      First scan a folder into an inventory, then export the inventory as often as you like: the disk is not needed any more.
        archifilter scan /srv/share --inventory share.inventory
        archifilter export share.inventory --to ead2002 -o share.xml
      """,
    version: Version.text,
    subcommands: [
      ScanCommand.self, ImportCommand.self, ExportCommand.self, FindingsCommand.self, CompareCommand.self, InfoCommand.self,
      IgnoreRulesCommand.self, ExplainCommand.self,
    ])
}

@main
enum Main {
  static func main() async {
    Interrupts.removeUnfinishedFiles()
    await ArchifilterCommand.main()
  }
}
