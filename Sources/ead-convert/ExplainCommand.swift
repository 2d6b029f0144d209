import ArgumentParser
import CommandLineSupport
import EADKit

/// `ead-convert explain`: the page of a rule or an element.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explains a rule or an element: why, a bad and a good example, how to correct.",
    discussion: "The name of a rule stands in brackets at the end of each finding; ead-convert rules lists all.")

  @Argument(help: "A rule, such as date-begin-after-end, or an element of EAD, such as unitdate.")
  var name: String

  @Option(help: "Language of the page: en or fr (default: from the locale).")
  var lang: MessageLanguage?

  func run() async throws {
    let language = lang ?? Environment.language
    // Rules and elements are all in lower case: who writes otherwise means them.
    let wanted = name.lowercased()
    if let page = RulePages.page(wanted, language) ?? ElementPages.page(wanted, language) {
      print(page, terminator: page.utf8.last == 0x0A ? "" : "\n")
      return
    }
    let console = Console(language: language, isQuiet: false)
    console.say(console.text("explain-unknown", [TerminalText.safe(name)]))
    let near = ExplainCommand.near(wanted)
    if !near.isEmpty { console.say(console.text("explain-nearest", [near.joined(separator: ", ")])) }
    throw ExitCode(ExitStatus.usage)
  }

  /// Names that are spelt alike, then those that hold what was written.
  private static func near(_ wanted: String) -> [String] {
    let names = RulePages.ids + ElementPages.names
    let alike = NearestName.find(wanted, among: names).map { [$0] } ?? []
    let holding = wanted.utf8.count < 3 ? [] : names.filter { $0.contains(wanted) && !alike.contains($0) }
    return alike + holding.sorted().prefix(7)
  }
}
