import CommandLineSupport
import EADKit

/// What is said on standard error at the end: the documents that were not checked and why, the verdict, the totals.
struct ValidationAccount {
  let console: Console
  /// Documents that are as they were in a revision.
  var unchanged: (count: Int, revision: String)?
  /// Documents that a spot check reads, of how many, with which seed.
  var sample: (size: Int, of: Int, seed: UInt64)?
  /// Skipped files that are named; --verbose names all.
  private static let named = 20

  init(console: Console) { self.console = console }

  func finish(_ summary: ReportSummary, skipped: [Finding], verbose: Bool, saysVerdict: Bool, seconds: Double) {
    guard !console.isQuiet else { return }
    func say(_ key: String, _ arguments: [String] = []) { console.say(console.text(key, arguments)) }
    if !skipped.isEmpty {
      say("summary-skipped", [String(skipped.count)])
      for finding in skipped.prefix(verbose ? skipped.count : ValidationAccount.named) {
        console.say("  " + finding.line(console.language))
      }
      if !verbose, skipped.count > ValidationAccount.named { console.say("  …") }
    }
    if let unchanged {
      say("validate-unchanged", [String(unchanged.count), TerminalText.safe(unchanged.revision)])
    }
    if let sample { say("validate-sample", [String(sample.size), String(sample.of), String(sample.seed)]) }
    if saysVerdict, let isAccepted = summary.isAccepted {
      console.say(console.text(isAccepted ? "findings-accepted" : "findings-refused") + " " + summary.acceptance)
    }
    let count = summary.countBySeverity
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    say(
      "validate-last",
      [summary.files - summary.notChecked, summary.filesWithErrors, summary.unreadable].map(String.init)
        + [Severity.error, .warning, .note].map { String(count[$0] ?? 0) }
        + ["\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"])
  }
}

extension FileReport {
  /// What could not even be opened as a list or folder of documents.
  init(unreadable finding: Finding) {
    self.init(file: finding.file)
    verdict = .unreadable
    findings = [finding]
    countByRule = [finding.rule: 1]
    countBySeverity = [finding.severity: 1]
  }

  /// A document left out of a spot check.
  init(notChecked path: String) {
    self.init(file: path)
    verdict = .notChecked
  }
}
