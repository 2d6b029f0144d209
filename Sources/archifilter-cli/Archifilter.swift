import ArgumentParser

@main
struct ArchifilterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "archifilter")
}
