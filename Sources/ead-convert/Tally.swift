import CommandLineSupport
import EADKit

/// Counts what a batch found and lost, and says it at the end.
struct Tally {
  /// Sentences that differ from target to target, by their keys.
  struct Wording {
    /// Above the losses.
    var losses: String
    /// The last line; its first placeholders are finding aids and units, its last one the seconds.
    var last: String
    /// The target keeps account of what it has in another form.
    var countsChanges = false

    static let rows = Wording(losses: "summary-losses", last: "summary-last")
    static let findingAids = Wording(losses: "summary-losses-ead", last: "summary-last-ead", countsChanges: true)
  }

  private let report: ReportArguments
  private let console: Console
  private let wording: Wording
  private var findingAids = 0
  private var failed = 0
  private var units = 0
  private var losses = 0
  private var changes = 0
  private var bySeverity: [Severity: Int] = [:]
  private var summary: [String: LossSummary] = [:]
  private var order: [String] = []
  /// Findings of one rule shown for one file; --verbose shows all.
  private static let shownPerRule = 3

  init(report: ReportArguments, console: Console, wording: Wording) {
    self.report = report
    self.console = console
    self.wording = wording
  }

  var status: Int32 {
    if failed > 0 { return ExitStatus.unreadable }
    if report.failOnLoss, losses > 0 { return ExitStatus.findings }
    if let level = report.failLevel.severity, bySeverity.contains(where: { $0.key >= level && $0.value > 0 }) {
      return ExitStatus.findings
    }
    return ExitStatus.done
  }

  /// An input that was not converted.
  mutating func fail(_ finding: Finding) {
    failed += 1
    bySeverity[.error, default: 0] += 1
    console.say(finding)
  }

  mutating func say(_ finding: Finding) {
    bySeverity[finding.severity, default: 0] += 1
    if !report.quiet { console.say(finding) }
  }

  mutating func add(_ account: JobAccount, findings extra: [Finding]) {
    findingAids += account.findingAids
    units += account.units
    losses += account.losses
    changes += account.changes
    for entry in account.lossSummary {
      let key = entry.group + "\t" + entry.reason.rawValue
      if summary[key] == nil {
        order.append(key)
        summary[key] = entry
      } else {
        summary[key]?.count += entry.count
      }
    }
    show(extra + account.findings, counts: account.findingCounts, extra: extra)
  }

  private mutating func show(_ findings: [Finding], counts: [String: Int], extra: [Finding]) {
    var counts = counts
    for finding in extra { counts[finding.rule, default: 0] += 1 }
    var shown: [String: Int] = [:]
    var severities: [String: Severity] = [:]
    for finding in findings {
      severities[finding.rule] = finding.severity
      shown[finding.rule, default: 0] += 1
      let limit = report.verbose ? Int.max : (finding.severity == .note ? 1 : Tally.shownPerRule)
      if !report.quiet, shown[finding.rule, default: 0] <= limit { console.say(finding) }
    }
    for (rule, count) in counts { bySeverity[severities[rule] ?? .warning, default: 0] += count }
    guard !report.quiet, let file = findings.first?.file else { return }
    for (rule, count) in counts.sorted(by: { $0.key < $1.key }) {
      let severity = severities[rule] ?? .warning
      let limit = report.verbose ? Int.max : (severity == .note ? 1 : Tally.shownPerRule)
      if count > limit {
        console.say(
          Finding(rule: "more-findings", severity: severity, file: file, arguments: [String(count - limit), rule]))
      }
    }
  }

  func finish(list: InputList, seconds: Double, next: [String]) {
    guard !report.quiet else { return }
    if !list.skipped.isEmpty {
      console.say(console.text("summary-skipped", [String(list.skipped.count)]))
      for finding in list.skipped.prefix(report.verbose ? Int.max : 20) { console.say("  " + finding.line(console.language)) }
      if !report.verbose, list.skipped.count > 20 { console.say("  …") }
    }
    sayLosses()
    if changes > 0 { console.say(console.text("summary-changes", [String(changes)])) }
    if units > 0, !next.isEmpty {
      console.say(console.text("next-title"))
      for line in next { console.say("  - " + line) }
    }
    if failed > 0 { console.say(console.text("summary-failed", [String(failed)])) }
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    let counts = [
      findingAids, units, bySeverity[.error] ?? 0, bySeverity[.warning] ?? 0, bySeverity[.note] ?? 0, losses,
    ]
    console.say(
      console.text(
        wording.last,
        (wording.countsChanges ? counts + [changes] : counts).map(String.init)
          + ["\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"]))
  }

  private func sayLosses() {
    guard losses > 0 else { return }
    console.say(console.text(wording.losses, [String(losses)]))
    console.say("  " + console.text("summary-loss-columns").replacing("\\t", with: "  "))
    // Texts before attributes; attributes of markup whose text is kept come last.
    func rank(_ entry: LossSummary) -> Int { entry.reason == .markupOnly ? 2 : entry.group.contains("/@") ? 1 : 0 }
    let entries = order.compactMap { summary[$0] }.enumerated().sorted {
      (rank($0.element), $1.element.count, $0.offset) < (rank($1.element), $0.element.count, $1.offset)
    }
    let shown = report.verbose ? entries.count : 15
    for (_, entry) in entries.prefix(shown) {
      let count = String(entry.count)
      console.say(
        String(repeating: " ", count: max(0, 8 - count.count)) + count + "  \(entry.reason.rawValue)  \(TerminalText.safe(entry.group))  "
          + "\"\(TerminalText.safe(entry.firstText))\" (\(TerminalText.safe(entry.firstFile)):\(entry.firstLine))")
    }
    if entries.count > shown { console.say(console.text("summary-more-losses", [String(entries.count - shown)])) }
  }
}
