import ArgumentParser
import EADKit

/// Options that every command with findings has.
struct MessageArguments: ParsableArguments {
  @Option(help: "Exit with 1 for findings from this severity on: note, warning, error or never.")
  var failLevel: FailLevel = .error

  @Option(help: "Language of messages: en or fr (default: from the locale).")
  var lang: MessageLanguage?

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  enum FailLevel: String, ExpressibleByArgument, CaseIterable {
    case note, warning, error, never

    /// nil for `never`.
    var severity: Severity? { Severity(rawValue: rawValue) }
  }
}
