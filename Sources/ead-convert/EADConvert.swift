import ArgumentParser
import CommandLineSupport

struct EADConvert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ead-convert",
    abstract: "Validates and converts archival finding aids, and accounts for every loss.",
    version: Version.text,
    subcommands: [
      ConvertCommand.self, RoundTripCommand.self, ValidateCommand.self, CheckCommand.self, ExplainCommand.self, RulesCommand.self,
      CrosswalkCommand.self,
    ])
}

@main
enum Main {
  static func main() async {
    Interrupts.removeUnfinishedFiles()
    await EADConvert.main()
  }
}
