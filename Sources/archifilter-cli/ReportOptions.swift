public import ArgumentParser
import CommandLineSupport
public import EADKit

/// How findings are reported, where to, and which of them fail the run.
struct ReportOptions: ParsableArguments {
  @Option(help: "Format of the report on standard output.")
  var format: FindingReportFormat = .text

  @Option(name: .shortAndLong, help: ArgumentHelp("Write that report to this file instead.", valueName: "file"))
  var output: String?

  @Option(
    help: "One more report: sarif=out.sarif, or only a name that ends in .txt, .json, .jsonl, .sarif, .xml (JUnit) or .html.")
  var report: [String] = []

  @Flag(help: "Replace existing reports.")
  var force = false

  @Option(help: "Findings listed of one rule; more are counted.")
  var maxFindings = 1000

  @Option(help: "Exit with 1 for findings from this severity on: note, warning, error or never.")
  var failLevel: FailLevel = .error

  enum FailLevel: String, ExpressibleByArgument, CaseIterable {
    case note, warning, error, never

    /// nil for `never`.
    var severity: Severity? { Severity(rawValue: rawValue) }
  }

  var targets: [ReportTarget] {
    [ReportTarget(format: format, path: output)] + report.compactMap { ReportTarget($0) }
  }

  /// The first --report whose format nobody can tell.
  var unclear: String? { report.first { ReportTarget($0) == nil } }

  func header(_ profile: String, language: MessageLanguage) -> ReportHeader {
    var header = ReportHeader(
      toolVersion: Version.text, commandLine: ReportOutputs.commandLine("archifilter", CommandLine.arguments), schemas: [],
      profile: profile, language: language)
    header.toolName = "archifilter"
    return header
  }
}

extension FindingReportFormat: ExpressibleByArgument {}
