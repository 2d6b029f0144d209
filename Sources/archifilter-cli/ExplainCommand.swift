import ArgumentParser
import CommandLineSupport
import EADKit

/// `archifilter explain`: the page of a rule.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explains a rule: why, a bad and a good example, what to do.",
    discussion: "The name of a rule stands in brackets at the end of each finding.")

  @Argument(help: "A rule, such as tree-name-long.")
  var rule: String

  @OptionGroup(title: "Messages") var messages: MessageOptions

  func run() async throws {
    if let page = RulePages.page(rule.lowercased(), messages.language) {
      print(page, terminator: page.utf8.last == 0x0A ? "" : "\n")
      return
    }
    let console = messages.console()
    console.say(console.text("explain-rule-unknown", [TerminalText.safe(rule)]))
    throw ExitCode(ExitStatus.usage)
  }
}
