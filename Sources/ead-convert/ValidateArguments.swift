public import ArgumentParser
import CommandLineSupport
public import EADKit

/// What is wrong with an option: a sentence of the catalogue and its arguments.
struct UsageProblem {
  var key: String
  var arguments: [String] = []
}

/// Against what finding aids are checked.
struct CheckArguments: ParsableArguments {
  @Option(help: "auto, strict-codes, xsd, dtd, or a RELAX NG schema: FILE.rng.")
  var schema = "auto"

  @Option(help: "Rules: schema (none), default, isadg, dacs, atom, acceptance, or a profile of your own: FILE.yml.")
  var profile = "default"

  @Flag(help: "Read documents in a wrong namespace, in a wrapper or with another root as what they look like.")
  var lenientNamespace = false

  @Flag(help: "Disregard <?ead-convert ignore RULE reason?> in the documents.")
  var noInlineIgnore = false

  /// nil for a word that is neither a choice nor a file.
  var schemaChoice: SchemaChoice? {
    switch schema {
    case "auto": .auto
    case "strict-codes": .strictCodes
    case "xsd": .xsd
    case "dtd": .dtd
    default: CheckArguments.isFile(schema) ? .file(schema) : nil
    }
  }

  var problem: UsageProblem? {
    if schemaChoice == nil { return UsageProblem(key: "usage-schema", arguments: [schema]) }
    // The compact syntax, and the languages that only xsd and dtd stand for.
    for ending in [".rnc", ".xsd", ".dtd"] where schema.lowercased().hasSuffix(ending) {
      return UsageProblem(key: "usage-schema-kind", arguments: [schema])
    }
    return CheckArguments.problem(ofProfile: profile)
  }

  /// What is wrong with a profile that is neither one of the program's nor a file.
  static func problem(ofProfile name: String) -> UsageProblem? {
    if Profile.named(name) != nil || isFile(name) { return nil }
    return UsageProblem(key: "usage-profile", arguments: [name, Profile.names.joined(separator: ", ")])
  }

  /// A profile by its name or from its file.
  static func profile(_ name: String) throws(EADError) -> Profile {
    if let known = Profile.named(name) { return known }
    return try Profile(contentsOf: name)
  }

  /// A word that is misspelt is not a file that is missing.
  private static func isFile(_ text: String) -> Bool { text.contains(".") || text.contains("/") }
}

/// Which of the documents are checked.
struct ChoiceArguments: ParsableArguments {
  @Option(help: "Check only this many documents, chosen by their names and --seed, the same on every machine.")
  var sample: Int?

  @Option(help: "Another seed, another sample.")
  var seed: UInt64 = 0

  @Option(help: "Check only what has changed since this commit of the git repository, or is new.")
  var since: String?

  var sampleChoice: SampleChoice? { sample.map { SampleChoice(size: $0, seed: seed) } }

  var problem: UsageProblem? {
    sample == nil && seed != 0 ? UsageProblem(key: "usage-seed") : nil
  }
}

/// How findings are reported, and where to.
struct FindingReportArguments: ParsableArguments {
  @Option(help: "Format of the report on standard output.")
  var format: FindingReportFormat = .text

  @Option(name: .shortAndLong, help: "Write that report to this file instead.")
  var output: String?

  @Option(
    help: "One more report: sarif=out.sarif, or only a name that ends in .txt, .json, .jsonl, .sarif, .xml (JUnit) or .html.")
  var report: [String] = []

  @Flag(help: "Replace existing reports.")
  var force = false

  @Option(help: "Findings listed of one document; more are counted.")
  var maxFindings = 1000

  var targets: [ReportTarget] {
    [ReportTarget(format: format, path: output)] + report.compactMap { ReportTarget($0) }
  }

  var problem: UsageProblem? {
    report.first { ReportTarget($0) == nil }.map { UsageProblem(key: "usage-report", arguments: [$0]) }
  }
}

/// What decides about the exit code.
struct VerdictArguments: ParsableArguments {
  @Option(help: "Refuse the delivery when it holds more errors than this, all documents together.")
  var maxErrors: Int?

  @Option(
    help: ArgumentHelp(
      "Refuse the delivery when a greater share of its documents holds at least one error: 5% or 0.05.", valueName: "share"))
  var maxErrorRate: String?

  @Option(help: "Findings that this file holds do not count.")
  var baseline: String?

  @Flag(help: "Write all findings to the file of --baseline, in place of what it holds.")
  var updateBaseline = false

  var limits: LotVerdict {
    LotVerdict(maxErrors: maxErrors, maxErrorRate: maxErrorRate.flatMap { DocumentShare($0) })
  }

  func problem(_ choice: ChoiceArguments) -> UsageProblem? {
    if let maxErrorRate, DocumentShare(maxErrorRate) == nil {
      return UsageProblem(key: "usage-error-rate", arguments: [maxErrorRate])
    }
    guard updateBaseline else { return nil }
    if baseline == nil { return UsageProblem(key: "usage-baseline") }
    // The new baseline would forget what is in the documents that are not read.
    if choice.sample != nil || choice.since != nil { return UsageProblem(key: "usage-baseline-part") }
    return limits.hasLimits ? UsageProblem(key: "usage-baseline-limits") : nil
  }
}

extension FindingReportFormat: ExpressibleByArgument {}
