import CommandLineSupport
import EADKit

/// Converts a list of jobs to one target: side by side, in order, each whole or not at all.
struct ConversionBatch<Target: ConversionTarget> {
  let list: InputList
  let jobs: [ConversionJob]
  let destination: ConversionDestination
  let target: Target
  let force: Bool
  /// How many jobs run at once.
  let width: Int
  let report: ReportArguments
  let console: Console

  func run() async -> Int32 {
    let clock = Stopwatch()
    var tally = Tally(report: report, console: console, wording: target.wording)
    for problem in list.problems { tally.fail(problem) }
    if jobs.isEmpty, list.problems.isEmpty {
      console.say(console.text(list.wanted == .csv ? "no-inputs-csv" : "no-inputs"))
      return ExitStatus.unreadable
    }
    var jobs = plan(&tally)
    if let clash = clashOfOutputs(jobs) {
      tally.fail(clash)
      return ExitStatus.usage
    }
    target.prepare(&jobs, reserved: reservedPaths(jobs))
    var reports: [(file: OutputFile, report: any LossReport)] = []
    do throws(EADError) {
      try target.open()
      reports = try openReports()
    } catch {
      tally.fail(error.finding)
      return ExitStatus.unreadable
    }

    let planned = jobs
    var delivered = 0
    /// Set when an output shared by all jobs cannot be written: none of it is kept.
    var sharedFailure = false
    let work = JobResult.worker(target.work, wantsLosses: !report.lossReport.isEmpty)
    await OrderedBatch.run(planned, jobs: width, work: work) { index, result in
      var result = result
      let job = planned[index]
      defer { console.progress(index + 1, of: planned.count) }
      if let product = result.product, let revised = target.revised(job, product) {
        product.discard()
        result = work(index, revised)
      }
      guard let product = result.product else {
        if let error = result.error { tally.fail(error.finding) }
        return
      }
      if !sharedFailure {
        do throws(EADError) {
          try result.losses?.read { entry throws(EADError) in
            for at in reports.indices { try reports[at].report.add(entry) }
          }
          try target.gather(product)
        } catch {
          sharedFailure = true
          tally.fail(error.finding)
        }
      }
      do throws(EADError) {
        try target.deliver(product, of: job)
        delivered += 1
        tally.add(product.account, findings: job.findings)
      } catch {
        product.discard()
        tally.fail(error.finding)
      }
    }
    console.clearBar()

    if !sharedFailure {
      do throws(EADError) {
        try target.close(delivered: delivered)
        for notice in target.notices { tally.say(notice) }
        for at in reports.indices {
          try reports[at].report.end()
          try reports[at].file.commit()
        }
      } catch {
        tally.fail(error.finding)
      }
    }
    tally.finish(list: list, seconds: clock.seconds, next: target.nextSteps(console, verbose: report.verbose))
    return tally.status
  }

  // MARK: Before

  /// Names the outputs before anything is converted.
  private func plan(_ tally: inout Tally) -> [ConversionJob] {
    guard case .folder(let folder) = destination else { return jobs }
    var planned: [ConversionJob] = []
    var taken: [String: String] = [:]
    for var job in jobs {
      guard let first = job.inputs.first else { continue }
      if let outside = job.inputs.first(where: { $0.relativePath.split(separator: "/").contains("..") }) {
        tally.fail(Finding(rule: "output-outside", severity: .error, file: outside.path))
        continue
      }
      let relative =
        job.source == .ead
        ? FindingAidName.withoutEndings(first.relativePath) : ConversionJob.withoutEndings(first.relativePath)
      let stem = folder + (folder.hasSuffix("/") ? "" : "/") + relative
      if let other = taken[stem] {
        tally.fail(
          Finding(rule: "output-collision", severity: .error, file: stem + target.ending, arguments: [other, first.path]))
        continue
      }
      taken[stem] = first.path
      job.stem = stem
      planned.append(job)
    }
    return planned
  }

  /// Outputs whose names are known before the run, with the job they belong to; reports belong to none.
  private func plannedOutputs(_ jobs: [ConversionJob]) -> [(path: String, job: String)] {
    let reports = (report.lossReport + target.sharedOutputs).map { (path: $0, job: "") }
    switch destination {
    case .standardOutput: return reports
    case .file(let path): return reports + [(path: path, job: jobs.first?.name ?? "")]
    case .combined(let path, _): return reports + [(path: path, job: "")]
    case .folder:
      return reports
        + jobs.compactMap { job in job.stem.map { stem in (path: stem + target.ending, job: job.name) } }
    }
  }

  private func reservedPaths(_ jobs: [ConversionJob]) -> [String: String] {
    var reserved: [String: String] = [:]
    for input in list.inputs { reserved[OutputNames.absolute(input.path)] = "" }
    for output in plannedOutputs(jobs) { reserved[OutputNames.absolute(output.path)] = output.job }
    return reserved
  }

  /// A path that two outputs of this run share, or that is one of its inputs.
  private func clashOfOutputs(_ jobs: [ConversionJob]) -> Finding? {
    let inputs = Set(list.inputs.map { OutputNames.absolute($0.path) })
    var seen: Set<String> = []
    for (path, _) in plannedOutputs(jobs) {
      let absolute = OutputNames.absolute(path)
      if inputs.contains(absolute) { return Finding(rule: "output-is-input", severity: .error, file: path) }
      if !seen.insert(absolute).inserted { return Finding(rule: "output-twice", severity: .error, file: path) }
    }
    return nil
  }

  private func openReports() throws(EADError) -> [(file: OutputFile, report: any LossReport)] {
    var reports: [(file: OutputFile, report: any LossReport)] = []
    for path in report.lossReport {
      guard let format = LossReportFormat(path: path) else { continue }
      let file = try OutputFile(path: path, force: force)
      var report = format.report(language: console.language) { text throws(EADError) in try file.write(text) }
      try report.begin()
      reports.append((file, report))
    }
    return reports
  }
}

/// What a job leaves behind.
private struct JobResult<Product: ConversionProduct>: Sendable {
  var product: Product?
  var error: EADError?
  var losses: LossSpool?

  /// A job's work with its losses kept on disk, for those who want to read them afterwards.
  static func worker(
    _ work: @escaping @Sendable (ConversionJob, LossSpool?) throws(EADError) -> Product, wantsLosses: Bool
  ) -> @Sendable (Int, ConversionJob) -> JobResult<Product> {
    { _, job in
      var result = JobResult()
      do throws(EADError) {
        if wantsLosses {
          guard let losses = LossSpool(for: job.name) else { throw EADError("spool-failed", file: job.name, [""]) }
          result.losses = losses
        }
        result.product = try work(job, result.losses)
      } catch {
        result.error = AuthorityHint.explained(error, job)
      }
      return result
    }
  }
}
