import CommandLineSupport
import EADKit

/// All reports of one run: written document by document, each in its place whole or not at all.
final class ReportOutputs {
  private struct Output {
    var stream: ReportStream
    var report: any FindingReport
    /// Why it is not written any more.
    var problem: EADError?
  }

  private var outputs: [Output] = []
  private let console: Console

  /// - Throws: `EADError` when one of them could not be written: better before a long run than after it.
  init(_ targets: [ReportTarget], force: Bool, header: ReportHeader, console: Console) throws(EADError) {
    self.console = console
    for target in targets {
      let stream = try ReportStream(path: target.path, force: force, console: console)
      var report = target.format.report(
        language: header.language, colour: target.path == nil && Terminal.outputTakesColour,
        page: { RulePages.page($0, header.language) }
      ) { text throws(EADError) in try stream.write(text) }
      try report.begin(header)
      outputs.append(Output(stream: stream, report: report))
    }
  }

  /// Adds what was found in one document to every report that can still be written.
  func add(_ report: FileReport) {
    forEach { output throws(EADError) in
      try output.report.add(report)
      if output.stream.isWatched { try output.stream.flush() }
    }
  }

  /// Ends them and puts them in their places.
  ///
  /// - Returns: false when one was lost on the way; what happened has been said.
  func end(_ summary: ReportSummary) -> Bool {
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

/// Where a report's text goes: standard output, or a file that appears when it is complete.
final class ReportStream {
  private let file: OutputFile?
  private let console: Console
  private var waiting: [UInt8] = []
  /// A person reads along.
  let isWatched: Bool
  private static let most = 1 << 16

  init(path: String?, force: Bool, console: Console) throws(EADError) {
    self.console = console
    isWatched = path == nil && Terminal.showsOutput
    file = if let path { try OutputFile(path: path, force: force) } else { nil }
  }

  func write(_ text: String) throws(EADError) {
    waiting.append(contentsOf: text.utf8)
    if waiting.count >= ReportStream.most { try flush() }
  }

  func flush() throws(EADError) {
    guard !waiting.isEmpty else { return }
    if isWatched { console.clearBar() }
    defer { waiting.removeAll(keepingCapacity: true) }
    try waiting.withUnsafeBufferPointer { bytes throws(EADError) in
      if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
    }
  }

  func commit() throws(EADError) {
    try flush()
    try file?.commit()
  }

  func discard() { file?.discard() }
}
