public import EADKit

/// All reports of one run: written document by document, each in its place whole or not at all.
public final class ReportOutputs {
  private struct Output {
    var stream: ReportStream
    var report: any FindingReport
    /// Why it is not written any more.
    var problem: EADError?
  }

  private var outputs: [Output] = []
  private let console: Console

  /// - Parameter page: the page of a rule, for reports that explain their findings.
  /// - Throws: `EADError` when one of them could not be written: better before a long run than after it.
  public init(
    _ targets: [ReportTarget], force: Bool, header: ReportHeader, console: Console,
    page: @escaping @Sendable (String, MessageLanguage) -> String? = { RulePages.page($0, $1) }
  ) throws(EADError) {
    self.console = console
    for target in targets {
      let stream = try ReportStream(path: target.path, force: force, console: console)
      var report = target.format.report(
        language: header.language, colour: target.path == nil && Terminal.outputTakesColour,
        page: { page($0, header.language) }
      ) { text throws(EADError) in try stream.write(text) }
      try report.begin(header)
      outputs.append(Output(stream: stream, report: report))
    }
  }

  /// Adds what was found in one document to every report that can still be written.
  public func add(_ report: FileReport) {
    forEach { output throws(EADError) in
      try output.report.add(report)
      if output.stream.isWatched { try output.stream.flush() }
    }
  }

  /// Ends them and puts them in their places.
  ///
  /// - Returns: false when one was lost on the way; what happened has been said.
  public func end(_ summary: ReportSummary) -> Bool {
    forEach { output throws(EADError) in
      try output.report.end(summary)
      try output.stream.commit()
    }
    return outputs.allSatisfy { $0.problem == nil }
  }

  /// A full disk costs the report on it, not the others.
  private func forEach(_ body: (inout Output) throws(EADError) -> Void) {
    for index in outputs.indices where outputs[index].problem == nil {
      do throws(EADError) {
        try body(&outputs[index])
      } catch {
        outputs[index].problem = error
        outputs[index].stream.discard()
        console.say(error.finding)
      }
    }
  }
}
