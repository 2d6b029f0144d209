import CommandLineSupport
import EADKit

/// Validates a list of finding aids, side by side and reported in order, and decides about the exit code.
struct ValidationBatch {
  let list: InputList
  let checks: CheckArguments
  let choice: ChoiceArguments
  let reports: FindingReportArguments
  let verdict: VerdictArguments
  let reading: EADReaderOptions
  /// Findings that fail the run; nil when none does.
  let failLevel: Severity?
  let jobs: Int
  let verbose: Bool
  let console: Console

  /// A document, and whether it is read or left out of a spot check.
  private struct Job: Sendable {
    var path: String
    var isRead = true
  }

  /// Findings of one document that are compared with a baseline or go into one: many more than a report lists.
  private static let mostWithBaseline = 1_000_000

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
      try refuseClashes()
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
      outputs.add(listed(report))
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
    if let newBaseline { isComplete = save(newBaseline) && isComplete }
    account.finish(
      summary, skipped: list.skipped, verbose: verbose, saysVerdict: reports.targets[0] != .screen, seconds: clock.seconds)
    return isComplete ? status(summary) : ExitStatus.unreadable
  }

  private func status(_ summary: ReportSummary) -> Int32 {
    if summary.unreadable > 0 { return ExitStatus.unreadable }
    // All that was found is known from now on.
    guard !verdict.updateBaseline, let failLevel else { return ExitStatus.done }
    if let isAccepted = summary.isAccepted { return isAccepted ? ExitStatus.done : ExitStatus.findings }
    let fails = summary.countBySeverity.contains { $0.key >= failLevel && $0.value > 0 }
    return fails ? ExitStatus.findings : ExitStatus.done
  }

  // MARK: Before

  private func makeOptions() throws(EADError) -> ValidationOptions {
    var options = ValidationOptions()
    options.schema = checks.schemaChoice ?? .auto
    options.profile = try CheckArguments.profile(checks.profile)
    options.lenientNamespace = checks.lenientNamespace
    options.honoursInlineIgnores = !checks.noInlineIgnore
    options.maxFindings = verdict.baseline == nil ? reports.maxFindings : ValidationBatch.mostWithBaseline
    // The same report has the same lines, whatever other reports the run writes.
    options.wantsSourceLines = reports.targets.contains { [.json, .jsonl, .sarif, .html].contains($0.format) }
    if let path = verdict.baseline {
      if verdict.updateBaseline { try refuseReplacing(path) } else { options.baseline = try Baseline(contentsOf: path) }
    }
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

  /// A report must not replace a finding aid, nor another report, nor what is no file at all.
  private func refuseClashes() throws(EADError) {
    var outputs = reports.targets.compactMap(\.path)
    if verdict.updateBaseline, let path = verdict.baseline { outputs.append(path) }
    let inputs = Set(list.inputs.map { OutputNames.absolute($0.path) })
    var seen = Set([checks.schema, checks.profile].map(OutputNames.absolute))
    if !verdict.updateBaseline, let path = verdict.baseline { seen.insert(OutputNames.absolute(path)) }
    for path in outputs {
      let absolute = OutputNames.absolute(path)
      if inputs.contains(absolute) { throw EADError("report-is-input", file: path) }
      if !seen.insert(absolute).inserted { throw EADError("report-twice", file: path) }
      if OutputNames.isSpecial(path) { throw EADError("report-no-file", file: path) }
    }
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

  private func header(_ validator: FindingAidValidator, _ profile: Profile) -> ReportHeader {
    ReportHeader(
      toolVersion: Version.text, commandLine: ValidationBatch.commandLine(CommandLine.arguments), schemas: validator.schemas,
      profile: profile.name, language: console.language)
  }

  /// The command line without its place on this machine and without `--jobs`: neither changes what is found, and the same
  /// finding aids give the same bytes.
  static func commandLine(_ arguments: [String]) -> [String] {
    var kept = ["ead-convert"]
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      if argument == "--" { return kept + [argument] + rest }
      if argument == "--jobs" { _ = rest.popFirst() } else if !argument.hasPrefix("--jobs=") { kept.append(argument) }
    }
    return kept
  }

  // MARK: After

  /// A baseline needs more findings than a report lists.
  private func listed(_ report: FileReport) -> FileReport {
    let more = report.findings.count - reports.maxFindings
    guard more > 0 else { return report }
    var report = report
    report.findings.removeLast(more)
    report.omitted += more
    return report
  }

  private func save(_ baseline: BaselineWriter) -> Bool {
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
}
