import CommandLineSupport
import EADKit

/// Sends a list of documents there and back, side by side and reported in order.
struct RoundTripBatch {
  let list: InputList
  let through: RoundTrip.Through
  let options: RoundTrip.Options
  let reports: RoundTripReportArguments
  let jobs: Int
  let verbose: Bool
  let console: Console

  /// What a job leaves behind.
  private struct Done: Sendable {
    var result: RoundTripResult?
    var losses: RoundTripLossSpool?
    var error: EADError?
  }

  /// A report, and where it goes.
  private struct Output {
    var stream: ReportStream
    var report: any RoundTripReport
    /// Set when it is not written any more.
    var isBroken = false
  }

  /// Skipped files that are named; --verbose names all.
  private static let named = 20

  func run() async -> Int32 {
    let clock = Stopwatch()
    if list.inputs.isEmpty, list.problems.isEmpty {
      console.say(console.text("no-inputs"))
      return ExitStatus.unreadable
    }
    var outputs: [Output]
    do throws(EADError) {
      try refuseClashes()
      outputs = try open()
    } catch {
      console.say(error.finding)
      return error.finding.rule.hasPrefix("report-") ? ExitStatus.usage : ExitStatus.unreadable
    }

    var table = RoundTripTable()
    func forEach(_ body: (inout any RoundTripReport) throws(EADError) -> Void) {
      for index in outputs.indices where !outputs[index].isBroken {
        do throws(EADError) {
          try body(&outputs[index].report)
          if outputs[index].stream.isWatched { try outputs[index].stream.flush() }
        } catch {
          // A full disk costs the report on it, not the others.
          outputs[index].isBroken = true
          outputs[index].stream.discard()
          console.say(error.finding)
        }
      }
    }
    func fail(_ finding: Finding) {
      table.addFailure()
      console.say(finding)
      forEach { report throws(EADError) in try report.add(failure: finding) }
    }
    for problem in list.problems { fail(problem) }
    let (through, options, wantsDetails) = (through, options, reports.details)
    await OrderedBatch.run(list.inputs, jobs: jobs) { _, input in
      var done = Done()
      do throws(EADError) {
        let losses = wantsDetails ? try RoundTripLossSpool(for: input.path) : nil
        done.losses = losses
        done.result = try RoundTrip.run(
          path: input.path, through: through, options: options, losses: losses.map { spool in { spool.append($0) } })
      } catch {
        done.error = error
      }
      return done
    } consume: { index, done in
      if let result = done.result {
        table.add(result)
        if !console.isQuiet {
          for finding in result.findings + (verbose ? result.conversionFindings : []) { console.say(finding) }
        }
        forEach { report throws(EADError) in try report.add(result, losses: done.losses) }
      } else if let error = done.error {
        fail(error.finding)
      }
      console.progress(index + 1, of: list.inputs.count)
    }
    console.clearBar()

    let total = table
    forEach { report throws(EADError) in try report.end(total) }
    var isComplete = true
    for output in outputs {
      do throws(EADError) {
        if output.isBroken { isComplete = false } else { try output.stream.commit() }
      } catch {
        isComplete = false
        console.say(error.finding)
      }
    }
    sayEnd(table, clock.seconds)
    if table.failed > 0 || !isComplete { return ExitStatus.unreadable }
    return table.total.lost > 0 ? ExitStatus.findings : ExitStatus.done
  }

  private func open() throws(EADError) -> [Output] {
    let header = RoundTripHeader(
      toolVersion: Version.text, through: through, language: console.language, listsAll: verbose)
    var targets: [(format: RoundTripReportFormat, path: String?)] = [(reports.format, nil)]
    for path in reports.report { targets.append((RoundTripReportFormat(path: path) ?? .text, path)) }
    var outputs: [Output] = []
    for target in targets {
      let stream = try ReportStream(path: target.path, force: reports.force, console: console)
      var report = target.format.report(language: console.language) { text throws(EADError) in try stream.write(text) }
      try report.begin(header)
      outputs.append(Output(stream: stream, report: report))
    }
    return outputs
  }

  /// A report must not replace a document, nor another report, nor what is no file at all.
  private func refuseClashes() throws(EADError) {
    let inputs = Set(list.inputs.map { OutputNames.absolute($0.path) })
    var seen: Set<String> = []
    for path in reports.report {
      let absolute = OutputNames.absolute(path)
      if inputs.contains(absolute) { throw EADError("report-is-input", file: path) }
      if !seen.insert(absolute).inserted { throw EADError("report-twice", file: path) }
      if OutputNames.isSpecial(path) { throw EADError("report-no-file", file: path) }
    }
  }

  private func sayEnd(_ table: RoundTripTable, _ seconds: Double) {
    guard !console.isQuiet else { return }
    if !list.skipped.isEmpty {
      console.say(console.text("summary-skipped", [String(list.skipped.count)]))
      for finding in list.skipped.prefix(verbose ? list.skipped.count : RoundTripBatch.named) {
        console.say("  " + finding.line(console.language))
      }
      if !verbose, list.skipped.count > RoundTripBatch.named { console.say("  …") }
    }
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    console.say(
      console.text(
        "roundtrip-last",
        [table.documents, table.failed, table.units, table.total.pieces, table.total.lost].map(String.init)
          + ["\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"]))
  }
}
