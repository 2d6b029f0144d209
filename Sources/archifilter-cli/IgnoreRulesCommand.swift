import ArgumentParser
import Archifilter

/// `archifilter ignore-rules`: the rules that come with the program, to be edited.
struct IgnoreRulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ignore-rules", abstract: "Prints the usual ignore rules as a file to edit.",
    discussion: "archifilter ignore-rules >my-rules.tsv, then archifilter scan --ignore-rules my-rules.tsv …")

  func run() async throws { print(IgnoreRules().text, terminator: "") }
}
