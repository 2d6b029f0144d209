public import EADKit

extension ReportOutputs {
  /// A report must not replace what the run reads, nor another report, nor what is no file at all.
  ///
  /// - Parameters:
  ///   - outputs: paths of the reports.
  ///   - inputs: paths of what is reported about.
  ///   - others: further files that the run reads.
  public static func refuseClashes(_ outputs: [String], inputs: [String], others: [String]) throws(EADError) {
    let inputs = Set(inputs.map(OutputNames.absolute))
    var seen = Set(others.map(OutputNames.absolute))
    for path in outputs {
      let absolute = OutputNames.absolute(path)
      if inputs.contains(absolute) { throw EADError("report-is-input", file: path) }
      if !seen.insert(absolute).inserted { throw EADError("report-twice", file: path) }
      if OutputNames.isSpecial(path) { throw EADError("report-no-file", file: path) }
    }
  }

  /// The command line without the program's place on this machine and without `--jobs`: neither changes what is found, and
  /// the same inputs give the same bytes.
  public static func commandLine(_ tool: String, _ arguments: [String]) -> [String] {
    var kept = [tool]
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      if argument == "--" { return kept + [argument] + rest }
      if argument == "--jobs" { _ = rest.popFirst() } else if !argument.hasPrefix("--jobs=") { kept.append(argument) }
    }
    return kept
  }

  /// The exit code of a run with reports.
  ///
  /// - Parameter failLevel: findings that fail the run; nil when none does.
  public static func status(_ summary: ReportSummary, failLevel: Severity?) -> Int32 {
    if summary.unreadable > 0 { return ExitStatus.unreadable }
    guard let failLevel else { return ExitStatus.done }
    if let isAccepted = summary.isAccepted { return isAccepted ? ExitStatus.done : ExitStatus.findings }
    let fails = summary.countBySeverity.contains { $0.key >= failLevel && $0.value > 0 }
    return fails ? ExitStatus.findings : ExitStatus.done
  }
}
