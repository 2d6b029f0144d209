import ArgumentParser
import Archifilter
import CommandLineSupport
import EADKit

/// `archifilter findings`: what in the tree wants somebody's care.
struct FindingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "findings",
    abstract: "Says what in a tree makes trouble: names, paths, empty and unreadable files, suspect dates, formats.",
    discussion: """
      archifilter explain RULE says more about a rule.
      Exit codes: 0 nothing at or above --fail-level; 1 findings at or above it; 2 something could not be read or written; \
      64 wrong usage.
      """)

  @Argument(help: "The inventory.", completion: .file())
  var inventory: String

  @OptionGroup(title: "Reports") var reports: ReportOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  @Option(help: ArgumentHelp("Leave this rule out. May be given several times.", valueName: "rule"))
  var without: [String] = []

  @Option(help: ArgumentHelp("Time zone in which days are counted (default: that of the scan).", valueName: "zone"))
  var timezone: String?

  func validate() throws {
    if let unclear = reports.unclear { throw messages.usage("usage-report", [unclear]) }
    if reports.maxFindings < 0 { throw messages.usage("usage-number", ["--max-findings", "0", "…"]) }
  }

  func run() async throws {
    let console = messages.console()
    try finish(console) { () throws(EADError) in
      try ReportOutputs.refuseClashes(reports.targets.compactMap(\.path), inputs: [self.inventory], others: [])
      let inventory = try Inventory(path: self.inventory, access: .read)
      return try inventory.read { connection throws(EADError) in
        let (run, isOutdated) = try RunRecord.current(connection)
        if isOutdated { console.say(Finding(rule: "inventory-outdated", severity: .warning, file: self.inventory)) }
        let header = reports.header("findings", language: messages.language)
        let outputs = try ReportOutputs(reports.targets, force: reports.force, header: header, console: console)
        let rules = try TreeRules(
          connection, time: try LocalTime(zone: timezone ?? run.timeZone), now: Timestamp.nanoseconds, disabled: Set(without))
        var account = FindingsAccount(outputs: outputs, most: reports.maxFindings)
        try rules.run { account.add($0) }
        let summary = account.finish(inventory: self.inventory, entries: run.files + run.folders)
        guard outputs.end(summary) else { return ExitStatus.unreadable }
        return ReportOutputs.status(summary, failLevel: reports.failLevel.severity)
      }
    }
  }
}

/// Findings on their way into reports, one entry of the tree after the other.
struct FindingsAccount {
  private let outputs: ReportOutputs
  /// Findings of one rule that are listed; more are counted.
  private let most: Int
  private var current: FileReport?
  private var summary = ReportSummary()
  private var listed: [String: Int] = [:]
  private var rest = FileReport(file: "")

  init(outputs: ReportOutputs, most: Int) {
    self.outputs = outputs
    self.most = most
  }

  mutating func add(_ finding: Finding) {
    listed[finding.rule, default: 0] += 1
    guard listed[finding.rule, default: 0] <= most else {
      FindingsAccount.count(finding, in: &rest)
      rest.omitted += 1
      return
    }
    if current?.file.utf8.elementsEqual(finding.file.utf8) != true {
      flush()
      current = FileReport(file: finding.file)
    }
    guard var report = current else { return }
    report.findings.append(finding)
    FindingsAccount.count(finding, in: &report)
    current = report
  }

  /// - Parameter entries: files and folders of the tree.
  mutating func finish(inventory: String, entries: Int) -> ReportSummary {
    flush()
    if rest.omitted > 0 {
      rest.file = inventory
      hand(rest)
      summary.files -= 1
    }
    // The entries without findings were looked at too.
    summary.files = max(summary.files, entries)
    return summary
  }

  private mutating func flush() {
    if let current { hand(current) }
    current = nil
  }

  private mutating func hand(_ report: FileReport) {
    summary.add(report)
    outputs.add(report)
  }

  private static func count(_ finding: Finding, in report: inout FileReport) {
    report.countByRule[finding.rule, default: 0] += 1
    report.countBySeverity[finding.severity, default: 0] += 1
    if finding.severity == .error { report.verdict = .invalid }
  }
}
