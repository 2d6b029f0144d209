import CommandLineSupport
import EADKit

/// Validates a list of finding aids, side by side and reported in order, and decides about the exit code.
struct ValidationBatch {
  let list: InputList
  let checks: CheckArguments
  let choice: ChoiceArguments
  let reporting: ReportRun
  let reading: EADReaderOptions
  let jobs: Int
  let verbose: Bool

  private var console: Console { reporting.console }
  private var reports: FindingReportArguments { reporting.reports }
  private var verdict: VerdictArguments { reporting.verdict }

  /// A document, and whether it is read or left out of a spot check.
  private struct Job: Sendable {
    var path: String
    var isRead = true
  }

  func run() async -> Int32 {
    let clock = Stopwatch()
    if list.inputs.isEmpty, list.problems.isEmpty {
      console.say(console.text("no-inputs"))
      return ExitStatus.unreadable
    }
    let options: ValidationOptions
    let validator: FindingAidValidator
    var account = ValidationAccount(console: console)
    let jobs: [Job]
    do throws(EADError) {
      try reporting.refuseClashes(inputs: list.inputs.map(\.path), others: [checks.schema, checks.profile])
      options = try makeOptions()
      validator = try FindingAidValidator(options: options)
      jobs = try choose(&account)
    } catch {
      console.say(error.finding)
      return error.isInternal ? ExitStatus.fault : ExitStatus.usage
    }
    let outputs: ReportOutputs
    do throws(EADError) {
      outputs = try ReportOutputs(
        reports.targets, force: reports.force, header: header(validator, options.profile), console: console)
    } catch {
      console.say(error.finding)
      return ExitStatus.unreadable
    }

    var summary = ReportSummary()
    var identifiers = IdentifierRegister(options: options)
    var newBaseline = verdict.updateBaseline ? BaselineWriter() : nil
    func add(_ report: FileReport) {
      newBaseline?.add(report)
      summary.add(report)
      outputs.add(reporting.listed(report))
    }
    for problem in list.problems { add(FileReport(unreadable: problem)) }
    await OrderedBatch.run(jobs, jobs: self.jobs) { _, job in
      job.isRead ? validator.validate(job.path) : FileReport(notChecked: job.path)
    } consume: { index, report in
      var report = report
      identifiers.check(&report)
      add(report)
      console.progress(index + 1, of: jobs.count)
    }
    console.clearBar()

    verdict.limits.judge(&summary, sample: choice.sampleChoice, language: console.language)
    var isComplete = outputs.end(summary)
    if let newBaseline { isComplete = reporting.save(newBaseline) && isComplete }
    account.finish(
      summary, skipped: list.skipped, verbose: verbose, saysVerdict: reports.targets[0] != .screen, seconds: clock.seconds)
    return isComplete ? reporting.status(summary) : ExitStatus.unreadable
  }

  // MARK: Before

  private func makeOptions() throws(EADError) -> ValidationOptions {
    var options = ValidationOptions()
    options.schema = checks.schemaChoice ?? .auto
    options.profile = try CheckArguments.profile(checks.profile)
    options.lenientNamespace = checks.lenientNamespace
    options.honoursInlineIgnores = !checks.noInlineIgnore
    options.maxFindings = reporting.maxFindings
    // The same report has the same lines, whatever other reports the run writes.
    options.wantsSourceLines = reports.targets.contains { [.json, .jsonl, .sarif, .html].contains($0.format) }
    options.baseline = try reporting.baseline()
    options.reading = reading
    return options
  }

  private func choose(_ account: inout ValidationAccount) throws(EADError) -> [Job] {
    var inputs = list.inputs
    if let since = choice.since {
      var changes = try GitChanges(since: since)
      var changed: [Input] = []
      for input in inputs where try !changes.isUnchanged(input.path) { changed.append(input) }
      account.unchanged = (inputs.count - changed.count, since)
      inputs = changed
    }
    guard let sample = choice.sampleChoice else { return inputs.map { Job(path: $0.path) } }
    let chosen = sample.positions(in: inputs)
    account.sample = (chosen.count, inputs.count, sample.seed)
    return inputs.indices.map { Job(path: inputs[$0].path, isRead: chosen.contains($0)) }
  }

  private func header(_ validator: FindingAidValidator, _ profile: Profile) -> ReportHeader {
    ReportHeader(
      toolVersion: Version.text, commandLine: ReportRun.commandLine(CommandLine.arguments), schemas: validator.schemas,
      profile: profile.name, language: console.language)
  }
}
