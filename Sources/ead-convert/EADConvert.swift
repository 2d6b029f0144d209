import ArgumentParser
import CommandLineSupport

@main
struct EADConvert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ead-convert",
    abstract: "Converts archival finding aids and accounts for every loss.",
    version: Version.text,
    subcommands: [ConvertCommand.self, CrosswalkCommand.self])
}

enum Version {
  static let text = "0.1.0"
}
