import ArgumentParser
import CommandLineSupport
import EADKit

/// `ead-convert rules`: what is checked, and how much it matters in a profile.
struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Lists the rules with their severity in a profile.",
    discussion: "One line a rule: name, severity (off: not checked), category, sentence; separated by tabs.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(help: "Profile: schema, default, isadg, dacs, atom, acceptance, or FILE.yml.")
  var profile = "default"

  @Option(help: "text or json.")
  var format: Format = .text

  @Option(help: "Language of the sentences: en or fr (default: from the locale).")
  var lang: MessageLanguage?

  private var language: MessageLanguage { lang ?? Environment.language }

  func validate() throws {
    if let problem = CheckArguments.problem(ofProfile: profile) {
      throw ValidationError(MessageCatalog.text(problem.key, problem.arguments, language))
    }
  }

  func run() async throws {
    let profile: Profile
    do throws(EADError) {
      profile = try CheckArguments.profile(self.profile)
    } catch {
      Console(language: language, isQuiet: false).say(error.finding)
      throw ExitCode(ExitStatus.usage)
    }
    let rules = RuleDescriptor.Category.allCases.flatMap { category in
      (RuleCatalog.descriptors + profile.localRules).filter { $0.category == category }.sorted { $0.id < $1.id }
    }
    switch format {
    case .text:
      print("# " + MessageCatalog.text("rules-title", [profile.name], language))
      print(["#rule", "severity", "category", "sentence"].joined(separator: "\t"))
      for rule in rules { print(line(rule, severity(rule, profile))) }
    case .json:
      print("[\n" + rules.map { json($0, severity($0, profile)) }.joined(separator: ",\n") + "\n]")
    }
  }

  private func severity(_ rule: RuleDescriptor, _ profile: Profile) -> String {
    profile.severity(of: rule.id, default: rule.severity)?.rawValue ?? "off"
  }

  /// The sentence with an ellipsis for what a document would say; a rule of the profile's own has its words there.
  private func sentence(_ rule: RuleDescriptor) -> String {
    if rule.category == .profile { return MessageCatalog.text("rules-local", [profile], language) }
    return MessageCatalog.text(rule.id, [String](repeating: "…", count: 10), language)
  }

  private func line(_ rule: RuleDescriptor, _ severity: String) -> String {
    [rule.id, severity, rule.category.rawValue, TerminalText.safe(sentence(rule))].joined(separator: "\t")
  }

  private func json(_ rule: RuleDescriptor, _ severity: String) -> String {
    let members = [
      ("rule", rule.id), ("severity", severity), ("usualSeverity", rule.severity.rawValue),
      ("category", rule.category.rawValue), ("sentence", sentence(rule)),
    ]
    let generations = rule.generations.map { JSONText.quoted($0.rawValue) }.joined(separator: ",")
    return "{" + members.map { "\"\($0.0)\":" + JSONText.quoted($0.1) }.joined(separator: ",")
      + ",\"generations\":[\(generations)]}"
  }
}
