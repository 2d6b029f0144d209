import EADKit

/// Identifiers (`eadid`, `recordid`) of the finding aids of one batch: the second one with the same is a finding.
struct IdentifierRegister {
  static let rule = "id-duplicate-eadid"
  /// nil when the profile is silent about it.
  private let severity: Severity?
  private let baseline: Baseline?
  private let maxFindings: Int
  /// The first document with each identifier. As bytes: two forms of one accented letter are two identifiers.
  private var first: [[UInt8]: String] = [:]

  init(options: ValidationOptions) {
    severity = options.profile.severity(of: IdentifierRegister.rule, default: .warning)
    baseline = options.baseline
    maxFindings = options.maxFindings
  }

  /// Adds the finding to a document whose identifier an earlier one has.
  mutating func check(_ report: inout FileReport) {
    guard let severity, !report.identifier.isEmpty else { return }
    let identifier = Array(report.identifier.utf8)
    guard let other = first[identifier] else {
      first[identifier] = report.file
      return
    }
    let finding = Finding(
      rule: IdentifierRegister.rule, severity: severity, file: report.file, arguments: [report.identifier, other])
    var counter = FingerprintCounter()
    if baseline?.contains(counter.fingerprint(of: finding)) == true { report.known += 1 } else { add(finding, to: &report) }
  }

  /// It is about the whole document, and so comes before all that has a line.
  private func add(_ finding: Finding, to report: inout FileReport) {
    report.findings.insert(finding, at: 0)
    if report.findings.count > maxFindings {
      report.findings.removeLast()
      report.omitted += 1
    }
    report.countByRule[finding.rule, default: 0] += 1
    report.countBySeverity[finding.severity, default: 0] += 1
    if finding.severity == .error, report.verdict == .valid { report.verdict = .invalid }
  }
}
