/// Gathers the findings of one document: graded by the profile, silenced by instructions, in the order of the document.
struct FindingCollector {
  /// An instruction in the document, and the part of it that it speaks of.
  struct Ignore {
    var rule: String
    var reason: String
    var line: Int
    /// Bytes from the start of the element that holds the instruction; the end is known only later.
    var start: Int
    var end = Int.max
    var count = 0
  }

  private let file: String
  private let options: ValidationOptions
  private var findings: [Finding] = []
  private var overflow: [String: (Severity, Int)] = [:]
  private(set) var ignores: [Ignore] = []
  /// Findings held while the document is read: silenced and known ones are taken out only at its end.
  private let held: Int

  init(file: String, options: ValidationOptions) {
    self.file = file
    self.options = options
    held = max(options.maxFindings, 1) + 4000
  }

  /// Further findings are only counted.
  var isFull: Bool { findings.count >= held }

  /// Notes a finding with the severity its rule gives it; the profile may say otherwise.
  mutating func add(_ finding: Finding) {
    guard let severity = options.profile.severity(of: finding.rule, default: finding.severity) else { return }
    var finding = finding
    finding.severity = severity
    if findings.count < held {
      findings.append(finding)
    } else {
      overflow[finding.rule, default: (severity, 0)].1 += 1
    }
  }

  mutating func add(_ ignore: Ignore) { if ignores.count < 10_000 { ignores.append(ignore) } }

  /// The element that holds the instructions from `first` on ends here.
  mutating func endIgnores(from first: Int, at offset: Int) {
    for at in first..<ignores.count where ignores[at].end == Int.max { ignores[at].end = offset }
  }

  /// What was found, with what is silenced or known taken out.
  mutating func report(into report: inout FileReport) {
    // Stable: what is found at one place keeps its order.
    let sorted = findings.enumerated().sorted {
      ($0.element.offset, $0.element.line, $0.offset) < ($1.element.offset, $1.element.line, $1.offset)
    }
    var fingerprints = FingerprintCounter()
    let repeated = RepeatedFindings(findings)
    for (_, var finding) in sorted where !repeated.contains(finding) {
      if silence(finding) { continue }
      if let baseline = options.baseline {
        let fingerprint = fingerprints.fingerprint(of: finding)
        if baseline.contains(fingerprint) {
          report.known += 1
          continue
        }
        finding.fingerprint = fingerprint
      }
      report.countByRule[finding.rule, default: 0] += 1
      report.countBySeverity[finding.severity, default: 0] += 1
      if report.findings.count < options.maxFindings { report.findings.append(finding) } else { report.omitted += 1 }
    }
    for (rule, (severity, count)) in overflow {
      report.countByRule[rule, default: 0] += count
      report.countBySeverity[severity, default: 0] += count
      report.omitted += count
    }
    report.silenced = ignores.filter { $0.count > 0 }.map {
      FileReport.Silenced(rule: $0.rule, reason: $0.reason, line: $0.line, count: $0.count)
    }
    for ignore in ignores where ignore.count == 0 && ignore.rule != IdDuplicateEadid.descriptor.id {
      guard let severity = options.profile.severity(of: "ignore-without-effect", default: .note) else { continue }
      report.countByRule["ignore-without-effect", default: 0] += 1
      report.countBySeverity[severity, default: 0] += 1
      report.findings.append(
        Finding(
          rule: "ignore-without-effect", severity: severity, file: file, line: ignore.line, arguments: [ignore.rule]))
    }
    if report.verdict != .unreadable {
      report.verdict = report.countBySeverity[.error, default: 0] > 0 ? .invalid : .valid
    }
  }

  private mutating func silence(_ finding: Finding) -> Bool {
    guard finding.offset >= 0 else { return false }
    for at in ignores.indices where ignores[at].start <= finding.offset && finding.offset < ignores[at].end {
      if ignores[at].rule == finding.rule || ignores[at].rule == "*" {
        ignores[at].count += 1
        return true
      }
    }
    return false
  }
}

/// Findings that say again what another one says of the same place: one mistake is one finding.
private struct RepeatedFindings {
  /// Places of attributes that a rule speaks of more clearly than the schema does.
  private var explained: Set<Int> = []
  /// Those among them where the rule's finding is an error too.
  private var errors: Set<Int> = []
  /// Places of what the schema refuses.
  private var refused: Set<Int> = []

  init(_ findings: [Finding]) {
    for finding in findings where finding.offset >= 0 {
      if finding.rule.hasPrefix("date-") || finding.rule == "link-not-namespaced" { explained.insert(finding.offset) }
      if finding.rule.hasPrefix("date-"), finding.severity == .error { errors.insert(finding.offset) }
      if finding.rule.hasPrefix("schema-"), finding.rule != "schema-namespace-only" { refused.insert(finding.offset) }
    }
  }

  func contains(_ finding: Finding) -> Bool {
    switch finding.rule {
    case "schema-namespace-only", "schema-unknown-attribute": explained.contains(finding.offset)
    case "schema-attribute-value": errors.contains(finding.offset)
    case let rule where rule.hasPrefix("date-") && finding.severity == .error: false
    case let rule where ["date-", "code-", "structure-"].contains(where: rule.hasPrefix): refused.contains(finding.offset)
    default: false
    }
  }
}
