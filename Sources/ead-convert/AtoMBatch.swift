import CommandLineSupport
import EADKit

/// Converts a list of finding aids to AtoM's CSV: side by side, in order, each whole or not at all.
struct AtoMBatch {
  enum Destination {
    case standardOutput
    case file(String)
    case folder(String)
    case combined(String, rowsPerFile: Int?)
  }

  let list: InputList
  let destination: Destination
  let force: Bool
  let jobs: Int
  let reading: EADReaderOptions
  let options: AtoMOptions
  let report: ReportArguments
  let sourceName: String?
  let console: Console

  /// What a job needs to know of its input.
  struct Job: Sendable {
    var input: Input
    var output: String?
    var idPrefix: String?
    var findings: [Finding] = []
  }

  /// What a job leaves behind.
  struct Done: @unchecked Sendable {
    var conversion: AtoMConversion?
    var error: EADError?
    var spool: AtoMRowSpool?
    var file: OutputFile?
    var losses: LossSpool?
  }

  func run() async -> Int32 {
    let clock = Stopwatch()
    var tally = Tally(language: console.language, report: report, console: console)
    for problem in list.problems { tally.fail(problem) }
    if list.inputs.isEmpty, list.problems.isEmpty {
      console.say(console.text("no-inputs"))
      return ExitStatus.unreadable
    }
    let jobs = plan(&tally)
    if let clash = clashOfOutputs(jobs) {
      tally.fail(clash)
      return ExitStatus.usage
    }
    var combined: CombinedOutput?
    var reports: [(file: OutputFile, report: any LossReport)] = []
    do throws(EADError) {
      if case .combined(let path, let rowsPerFile) = destination {
        combined = try CombinedOutput(path: path, rowsPerFile: rowsPerFile, force: force)
      }
      reports = try openReports()
    } catch {
      tally.fail(error.finding)
      return ExitStatus.unreadable
    }

    var histories: [UInt64: UInt64] = [:]
    var converted = 0
    /// Set when an output shared by all inputs cannot be written: none of it is kept.
    var sharedFailure = false
    let work = worker()
    await OrderedBatch.run(jobs, jobs: self.jobs) { _, job in
      work(job, [:])
    } consume: { index, result in
      var result = result
      let job = jobs[index]
      if let conversion = result.conversion, conflicts(conversion, with: histories) {
        // An earlier file has another history for one of its creators: only now is that known, whatever the jobs.
        result.file?.discard()
        result = work(job, histories)
      }
      defer { console.progress(index + 1, of: jobs.count) }
      guard let conversion = result.conversion, result.error == nil else {
        result.file?.discard()
        if let error = result.error { tally.fail(error.finding) }
        return
      }
      if !sharedFailure {
        do throws(EADError) {
          try result.losses?.read { entry throws(EADError) in
            for at in reports.indices { try reports[at].report.add(entry) }
          }
          if let spool = result.spool { try combined?.append(spool) }
        } catch {
          sharedFailure = true
          tally.fail(error.finding)
        }
      }
      do throws(EADError) {
        try deliver(result)
        for (actor, history) in conversion.actorHistories where histories[actor] == nil { histories[actor] = history }
        converted += 1
        tally.add(conversion, findings: job.findings)
      } catch {
        result.file?.discard()
        tally.fail(error.finding)
      }
    }
    console.clearBar()

    if !sharedFailure {
      do throws(EADError) {
        // An import file without a row is worth nothing, least of all in the place of an older one.
        if converted > 0 { try combined?.commit() }
        if let notice = combined?.notice { tally.say(notice) }
        for at in reports.indices {
          try reports[at].report.end()
          try reports[at].file.commit()
        }
      } catch {
        tally.fail(error.finding)
      }
    }
    tally.finish(list: list, seconds: clock.seconds, next: nextStep(combined, jobs), options: options)
    return tally.status
  }

  // MARK: Before

  /// Names outputs and prefixes of ids, before anything is converted: they depend on the whole batch.
  private func plan(_ tally: inout Tally) -> [Job] {
    var jobs = list.inputs.map { Job(input: $0) }
    if case .folder(let folder) = destination {
      var taken: [String: String] = [:]
      for index in jobs.indices {
        let relative = jobs[index].input.relativePath
        guard !relative.split(separator: "/").contains("..") else {
          tally.fail(Finding(rule: "output-outside", severity: .error, file: jobs[index].input.path))
          continue
        }
        let output = folder + (folder.hasSuffix("/") ? "" : "/") + FindingAidName.withoutEndings(relative) + ".csv"
        if let other = taken[output] {
          tally.fail(
            Finding(
              rule: "output-collision", severity: .error, file: output, arguments: [other, jobs[index].input.path]))
          continue
        }
        taken[output] = jobs[index].input.path
        jobs[index].output = output
      }
      jobs.removeAll { $0.output == nil }
    }
    if jobs.count > 1 { distinguish(&jobs) }
    return jobs
  }

  /// Finding aids with the same identifier, or with none, take their paths as prefix: ids stay unique over the batch.
  private func distinguish(_ jobs: inout [Job]) {
    var isCombined = false
    if case .combined = destination { isCombined = true }
    let identifiers = jobs.map { AtoMConversion.identifier(path: $0.input.path, reading: reading) }
    var counts: [String: Int] = [:]
    // Compared as bytes: two forms of one accented letter are two identifiers for AtoM's database only at times.
    for identifier in identifiers { counts[identifier, default: 0] += 1 }
    for index in jobs.indices {
      let identifier = identifiers[index]
      let path = FindingAidName.withoutEndings(jobs[index].input.relativePath)
      if identifier.isEmpty {
        guard isCombined else { continue }
        jobs[index].idPrefix = path
        jobs[index].findings.append(Finding(rule: "missing-eadid", severity: .note, file: jobs[index].input.path))
      } else if counts[identifier, default: 0] > 1 {
        jobs[index].idPrefix = path
        jobs[index].findings.append(
          Finding(rule: "duplicate-eadid", severity: .warning, file: jobs[index].input.path, arguments: [identifier]))
      }
    }
    // Files given one by one may have the same name: their folders, as far as they differ, tell them apart, whatever the
    // order and the place they are named from. And a path may be another's identifier.
    let absolute = jobs.map { FindingAidName.withoutEndings(OutputNames.absolute($0.input.path)) }
    let shared = OutputNames.commonFolder(jobs.indices.filter { jobs[$0].idPrefix != nil }.map { absolute[$0] })
    var prefixes: [String: Int] = [:]
    for job in jobs { if let prefix = job.idPrefix { prefixes[prefix, default: 0] += 1 } }
    let identifiersInUse = Set(jobs.indices.filter { jobs[$0].idPrefix == nil }.map { identifiers[$0] })
    for index in jobs.indices {
      guard let prefix = jobs[index].idPrefix else { continue }
      if prefixes[prefix, default: 0] > 1 { jobs[index].idPrefix = String(absolute[index].dropFirst(shared.count)) }
      if identifiersInUse.contains(jobs[index].idPrefix ?? "") { jobs[index].idPrefix = "./" + prefix }
    }
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

  /// A path that two outputs of this run share, or that is one of its inputs.
  private func clashOfOutputs(_ jobs: [Job]) -> Finding? {
    var paths = report.lossReport
    switch destination {
    case .standardOutput: break
    case .file(let path): paths.append(path)
    case .combined(let path, _): paths.append(path)
    case .folder: paths += jobs.compactMap(\.output)
    }
    let inputs = Set(list.inputs.map { OutputNames.absolute($0.path) })
    var seen: Set<String> = []
    for path in paths {
      let absolute = OutputNames.absolute(path)
      if inputs.contains(absolute) { return Finding(rule: "output-is-input", severity: .error, file: path) }
      if !seen.insert(absolute).inserted { return Finding(rule: "output-twice", severity: .error, file: path) }
    }
    return nil
  }

  // MARK: One finding aid

  private func worker() -> @Sendable (Job, [UInt64: UInt64]) -> Done {
    let reading = reading
    let options = options
    let force = force
    let wantsLosses = !report.lossReport.isEmpty
    let wantsOmissions = report.reportOmissions
    var singleFile: String?
    if case .file(let path) = destination { singleFile = path }
    let single = singleFile
    return { job, histories in
      var done = Done()
      do throws(EADError) {
        if let path = job.output ?? single {
          let file = try OutputFile(path: path, force: force)
          done.file = file
          done.spool = try AtoMRowSpool(descriptor: file.descriptor, name: path, withHeader: true)
        } else {
          done.spool = try AtoMRowSpool.unnamed(for: job.input.path)
        }
        guard let spool = done.spool else { return done }
        if wantsLosses {
          guard let losses = LossSpool(for: job.input.path) else { throw EADError("spool-failed", file: job.input.path, [""]) }
          done.losses = losses
        }
        var options = options
        if let prefix = job.idPrefix { options.idPrefix = prefix }
        let losses = done.losses
        done.conversion = try AtoMConversion.run(
          path: job.input.path, reading: reading, options: options, knownHistories: histories, rows: spool,
          wantsOmissions: wantsOmissions, losses: losses.map { spool in { spool.append($0) } })
      } catch {
        done.error = error
        done.conversion = nil
      }
      return done
    }
  }

  private func conflicts(_ conversion: AtoMConversion, with known: [UInt64: UInt64]) -> Bool {
    conversion.actorHistories.contains { known[$0.actor] != nil && known[$0.actor] != $0.history }
  }

  private func deliver(_ done: Done) throws(EADError) {
    guard let spool = done.spool else { return }
    switch destination {
    case .combined: break
    case .standardOutput: try spool.write { bytes throws(EADError) in try StandardOutput.write(bytes) }
    case .file, .folder:
      guard let file = done.file else { return }
      if spool.extras == 0 {
        try file.commit()
      } else {
        // Columns were appended: the rows before them are widened in a second file.
        let wide = try OutputFile(path: file.path, force: force)
        try spool.write { bytes throws(EADError) in try wide.write(bytes) }
        try wide.commit()
        file.discard()
      }
    }
  }

  // MARK: After

  private func nextStep(_ combined: CombinedOutput?, _ jobs: [Job]) -> NextStep {
    switch destination {
    case .standardOutput: NextStep(files: [], sourceName: sourceName)
    case .file(let path): NextStep(files: [path], sourceName: sourceName)
    case .folder: NextStep(files: jobs.compactMap(\.output), sourceName: sourceName)
    case .combined: NextStep(files: combined?.files ?? [], sourceName: sourceName, isCombined: true)
    }
  }
}
