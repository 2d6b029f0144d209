import Archifilter
import CommandLineSupport
import EADKit

/// What a scan says while it runs and at its end.
final class ScanAccount {
  private let console: Console
  private let clock = Stopwatch()
  private var shown = -1.0

  init(console: Console) { self.console = console }

  func show(_ progress: ScanProgress) {
    // A terminal is slower than a scan.
    guard clock.seconds - shown >= 0.1 else { return }
    shown = clock.seconds
    if let total = progress.total {
      console.progress(progress.done, of: total)
    } else {
      let bytes = ByteText.readable(progress.bytes, console.language)
      console.progress(console.text("scan-progress-\(progress.phase.rawValue)", [number(progress.done), bytes]))
    }
  }

  /// The complete account; every entry that `find` would list is in exactly one of its numbers.
  ///
  /// - Returns: the exit code.
  func finish(_ result: ScanResult, seconds: Double, allowsErrors: Bool) -> Int32 {
    console.clearBar()
    for finding in result.findings where finding.severity == .error || !console.isQuiet { console.say(finding) }
    guard result.isComplete else {
      console.say(console.text("scan-stopped"))
      return ExitStatus.unreadable
    }
    let run = result.run
    if !console.isQuiet {
      if result.isResumed { say("scan-resumed") }
      let parts = [run.files, run.folders, run.links, run.specials, run.ignored, run.errors]
      say("scan-account", parts.map(number) + [number(parts.reduce(0, +))])
      say("scan-bytes", [ByteText.readable(run.bytes, console.language), number(run.bytes)])
      if run.ignored > 0 {
        say("scan-ignored", [number(run.ignored), ByteText.readable(run.ignoredBytes, console.language)])
      }
      if result.isCompared {
        let changes = [result.added, result.changed, result.moved, result.removed, result.unchanged]
        say("scan-changes", changes.map(number))
      }
      let tenths = Int((seconds * 10).rounded())
      say("scan-last", ["\(tenths / 10).\(tenths % 10)"])
    }
    let hasErrors = run.errors > 0 || result.findings.contains { $0.severity == .error }
    return hasErrors && !allowsErrors ? ExitStatus.unreadable : ExitStatus.done
  }

  private func say(_ key: String, _ arguments: [String] = []) { console.say(console.text(key, arguments)) }
  private func number(_ value: Int) -> String { ByteText.number(value, console.language) }
}
