import CommandLineSupport
import EADKit

/// A run that ends in reports of findings and an exit code: what `validate` and `check` have in common.
struct ReportRun {
  let reports: FindingReportArguments
  let verdict: VerdictArguments
  /// Findings that fail the run; nil when none does.
  let failLevel: Severity?
  let console: Console

  /// Findings of one document that are compared with a baseline or go into one: many more than a report lists.
  private static let mostWithBaseline = 1_000_000

  /// Findings kept of one document.
  var maxFindings: Int { verdict.baseline == nil ? reports.maxFindings : ReportRun.mostWithBaseline }

  /// The baseline that findings are compared with; nil when there is none, or a new one is made.
  func baseline() throws(EADError) -> Baseline? {
    guard let path = verdict.baseline else { return nil }
    if !verdict.updateBaseline { return try Baseline(contentsOf: path) }
    try refuseReplacing(path)
    return nil
  }

  /// A report must not replace a finding aid, nor another report, nor what is no file at all.
  ///
  /// - Parameters:
  ///   - inputs: paths of the documents.
  ///   - others: further files that the run reads.
  func refuseClashes(inputs: [String], others: [String]) throws(EADError) {
    var outputs = reports.targets.compactMap(\.path)
    if verdict.updateBaseline, let path = verdict.baseline { outputs.append(path) }
    var others = others
    if !verdict.updateBaseline, let path = verdict.baseline { others.append(path) }
    try ReportOutputs.refuseClashes(outputs, inputs: inputs, others: others)
  }

  /// A new baseline takes the place of an older one, even of one that a merge has broken, but not of another file.
  private func refuseReplacing(_ path: String) throws(EADError) {
    guard !reports.force, OutputNames.exists(path) else { return }
    do throws(EADError) {
      _ = try Baseline(contentsOf: path)
    } catch {
      if error.finding.rule == "baseline-no-baseline" { throw error }
    }
  }

  /// A baseline needs more findings than a report lists.
  func listed(_ report: FileReport) -> FileReport {
    let more = report.findings.count - reports.maxFindings
    guard more > 0 else { return report }
    var report = report
    report.findings.removeLast(more)
    report.omitted += more
    return report
  }

  func save(_ baseline: BaselineWriter) -> Bool {
    guard let path = verdict.baseline else { return true }
    do throws(EADError) {
      let file = try OutputFile(path: path, force: true)
      try baseline.write { text throws(EADError) in try file.write(text) }
      try file.commit()
    } catch {
      console.say(error.finding)
      return false
    }
    if !console.isQuiet {
      console.say(console.text("baseline-written", [String(baseline.count), TerminalText.safe(path)]))
    }
    if baseline.omitted > 0 {
      console.say(
        Finding(rule: "baseline-incomplete", severity: .warning, file: path, arguments: [String(baseline.omitted)]))
    }
    if baseline.unreadable > 0 {
      console.say(
        Finding(rule: "baseline-unreadable", severity: .warning, file: path, arguments: [String(baseline.unreadable)]))
    }
    return true
  }

  /// The exit code.
  func status(_ summary: ReportSummary) -> Int32 {
    // With a new baseline all that was found is known from now on.
    ReportOutputs.status(summary, failLevel: verdict.updateBaseline ? nil : failLevel)
  }

  /// The command line as reports show it.
  static func commandLine(_ arguments: [String]) -> [String] { ReportOutputs.commandLine("ead-convert", arguments) }
}
