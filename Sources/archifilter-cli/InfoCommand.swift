import ArgumentParser
import Archifilter
import CommandLineSupport
import EADKit

/// `archifilter info`: figures of an inventory.
struct InfoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Shows an inventory at a glance: how much, how old, which formats, what is wrong.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "The inventory.", completion: .file())
  var inventory: String

  @Option(help: "text or json.")
  var format: Format = .text

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() async throws {
    let console = messages.console()
    try finish(console) { () throws(EADError) in
      let inventory = try Inventory(path: self.inventory, access: .read)
      let figures = try inventory.read { connection throws(EADError) in try InventoryFigures(connection) }
      let text =
        switch format {
        case .text: figures.lines(messages.language).map { $0 + "\n" }.joined()
        case .json: figures.json()
        }
      let output = ResultOutput()
      try output.write(text.hasSuffix("\n") ? text : text + "\n")
      if figures.isOutdated { console.say(Finding(rule: "inventory-outdated", severity: .warning, file: self.inventory)) }
      return ExitStatus.done
    }
  }
}
