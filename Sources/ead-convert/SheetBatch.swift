import CommandLineSupport
import EADKit

/// Checks the sheets of one import, or corrects one sheet, and decides about the exit code.
struct SheetBatch {
  let list: InputList
  let sheets: SheetArguments
  let correction: CorrectionArguments
  let since: String?
  let reporting: ReportRun
  let verbose: Bool

  private var console: Console { reporting.console }

  /// Where the reports go: with `--fix`, `--output` is the corrected copy, and `--diff` has standard output for itself.
  private var targets: [ReportTarget] {
    let targets = reporting.reports.targets
    guard correction.fix else { return targets }
    let others = Array(targets.dropFirst())
    return correction.diff ? others : [ReportTarget(format: reporting.reports.format, path: nil)] + others
  }

  func run() -> Int32 {
    let clock = Stopwatch()
    if list.inputs.isEmpty, list.problems.isEmpty {
      console.say(console.text("no-inputs-csv"))
      return ExitStatus.unreadable
    }
    if correction.fix, list.inputs.count != 1 {
      console.say(console.text("usage-fix-one", [String(list.inputs.count)]))
      return ExitStatus.usage
    }
    var options: SheetCheckOptions
    let checker: SheetChecker
    var account = ValidationAccount(console: console)
    var unchanged: Set<String> = []
    do throws(EADError) {
      try reporting.refuseClashes(inputs: list.inputs.map(\.path), others: sheets.files)
      options = try sheets.options()
      options.validation.maxFindings = reporting.maxFindings
      options.validation.baseline = try reporting.baseline()
      checker = try SheetChecker(options: options)
      if let since {
        var changes = try GitChanges(since: since)
        for input in list.inputs where try changes.isUnchanged(input.path) { unchanged.insert(input.path) }
        account.unchanged = (unchanged.count, since)
      }
    } catch {
      console.say(error.finding)
      return error.isInternal ? ExitStatus.fault : ExitStatus.usage
    }
    let outputs: ReportOutputs
    do throws(EADError) {
      outputs = try ReportOutputs(targets, force: reporting.reports.force, header: header(options), console: console)
    } catch {
      console.say(error.finding)
      return ExitStatus.unreadable
    }

    var summary = ReportSummary()
    var newBaseline = reporting.verdict.updateBaseline ? BaselineWriter() : nil
    func add(_ report: FileReport) {
      newBaseline?.add(report)
      summary.add(report)
      outputs.add(reporting.listed(report))
    }
    for problem in list.problems { add(FileReport(unreadable: problem)) }
    var isWritten = true
    var summaries: [SheetSummary] = []
    if correction.fix, let input = list.inputs.first {
      let corrected = SheetCorrection(
        input: input.path, output: reporting.reports.output, force: reporting.reports.force, correction: correction,
        options: options, console: console)
      let result = corrected.run()
      for report in result.reports { add(report) }
      // With the diff on standard output, what is left to do would be in no report.
      if correction.diff, let left = result.reports.last, left.file != input.path {
        for finding in left.findings where finding.severity > .note { console.say(finding) }
      }
      isWritten = result.isWritten
    } else {
      for (index, input) in list.inputs.enumerated() {
        if let found = checker.check(input.path) { summaries.append(found) }
        console.progress(index + 1, of: list.inputs.count)
      }
      console.clearBar()
      for report in checker.finish() where !unchanged.contains(report.file) { add(report) }
    }

    reporting.verdict.limits.judge(&summary, sample: nil, language: console.language)
    var isComplete = outputs.end(summary) && isWritten
    if let newBaseline { isComplete = reporting.save(newBaseline) && isComplete }
    if verbose { for summary in summaries { tell(summary) } }
    account.finish(
      summary, skipped: list.skipped, verbose: verbose, saysVerdict: targets.first != .screen, seconds: clock.seconds)
    return isComplete ? reporting.status(summary) : ExitStatus.unreadable
  }

  private func header(_ options: SheetCheckOptions) -> ReportHeader {
    ReportHeader(
      toolVersion: Version.text, commandLine: ReportRun.commandLine(CommandLine.arguments), schemas: [],
      profile: options.validation.profile.name, language: console.language)
  }

  /// What AtoM's own validator would tell beside its findings: the kind of sheet, and a value of each column.
  private func tell(_ summary: SheetSummary) {
    let type = console.text("sheet-kind-" + summary.type.rawValue)
    console.say(
      console.text(
        "sheet-summary", [TerminalText.safe(summary.file), type, String(summary.rows), String(summary.columns)]))
    for (column, value) in summary.samples {
      console.say("  \(TerminalText.safe(column)): \(value.map(TerminalText.safe) ?? console.text("sheet-summary-empty"))")
    }
    for check in SheetRules.atomChecks {
      console.say("  " + console.text("sheet-summary-check", [check.title, check.rules.joined(separator: ", ")]))
    }
  }
}
