import CommandLineSupport
import EADKit

/// What to do with the CSV that was written.
struct NextStep {
  var files: [String]
  var sourceName: String?
  /// The files belong together, in their order.
  var isCombined = false
}

/// Counts what a batch found and lost, and says it at the end.
struct Tally {
  let language: MessageLanguage
  let report: ReportArguments
  let console: Console
  private var documents = 0
  private var failed = 0
  private var rows = 0
  private var losses = 0
  private var bySeverity: [Severity: Int] = [:]
  private var summary: [String: LossSummary] = [:]
  private var order: [String] = []
  private var newTerms: Set<String> = []
  private var cultures: Set<String> = []
  private var carriesParentCodes = false
  /// Findings of one rule shown for one file; --verbose shows all.
  private static let shownPerRule = 3

  init(language: MessageLanguage, report: ReportArguments, console: Console) {
    self.language = language
    self.report = report
    self.console = console
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

  mutating func add(_ conversion: AtoMConversion, findings extra: [Finding]) {
    documents += 1
    rows += conversion.rows
    losses += conversion.losses
    newTerms.formUnion(conversion.newTerms)
    cultures.insert(conversion.culture)
    if conversion.carriesParentCodes { carriesParentCodes = true }
    for entry in conversion.lossSummary {
      let key = entry.group + "\t" + entry.reason.rawValue
      if summary[key] == nil {
        order.append(key)
        summary[key] = entry
      } else {
        summary[key]?.count += entry.count
      }
    }
    show(extra + conversion.findings, counts: conversion.findingCounts, extra: extra)
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

  func finish(list: InputList, seconds: Double, next: NextStep, options: AtoMOptions) {
    guard !report.quiet else { return }
    if !list.skipped.isEmpty {
      console.say(console.text("summary-skipped", [String(list.skipped.count)]))
      for finding in list.skipped.prefix(report.verbose ? Int.max : 20) { console.say("  " + finding.line(language)) }
      if !report.verbose, list.skipped.count > 20 { console.say("  …") }
    }
    sayLosses()
    if rows > 0 { sayNext(next, options) }
    if failed > 0 { console.say(console.text("summary-failed", [String(failed)])) }
    let hundredths = Int((seconds * 100).rounded())
    let fraction = hundredths % 100
    console.say(
      console.text(
        "summary-last",
        [
          String(documents), String(rows), String(bySeverity[.error] ?? 0), String(bySeverity[.warning] ?? 0),
          String(bySeverity[.note] ?? 0), String(losses), "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)",
        ]))
  }

  private func sayLosses() {
    guard losses > 0 else { return }
    console.say(console.text("summary-losses", [String(losses)]))
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

  private func sayNext(_ next: NextStep, _ options: AtoMOptions) {
    console.say(console.text("next-title"))
    func line(_ key: String, _ arguments: [String] = []) { console.say("  - " + console.text(key, arguments)) }
    if let first = next.files.first {
      let name = next.sourceName ?? OutputNames.base(first)
      line("next-command", [name, first].map { TerminalText.safe(OutputNames.shellQuoted($0)) })
      if next.files.count > 1 {
        line(next.isCombined ? "next-each-combined" : "next-each", [String(next.files.count)])
      }
      line("next-web")
      line("next-first")
    }
    line("next-culture", [cultures.sorted().joined(separator: ", ")])
    line("next-status", [TerminalText.safe(options.publicationStatus ?? console.text("next-status-default"))])
    if !newTerms.isEmpty {
      let terms = newTerms.sorted().map { $0.replacing("\t", with: ": ") }
      let shown = terms.prefix(report.verbose ? terms.count : 30).map(TerminalText.safe).joined(separator: "; ")
      line("next-terms", [shown + (terms.count > 30 && !report.verbose ? " … (\(terms.count))" : "")])
    }
    if carriesParentCodes { line("next-inherit") }
    line("next-excel")
  }
}
