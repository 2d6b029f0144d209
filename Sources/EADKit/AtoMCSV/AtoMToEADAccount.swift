/// What a conversion from AtoM's fields has to answer for: findings and losses, by column and row.
final class AtoMToEADAccount {
  let file: String
  let losses: LossAccount
  @exclusivity(unchecked) private(set) var findings: [Finding] = []
  @exclusivity(unchecked) private(set) var findingCounts: [String: Int] = [:]
  private static let most = 1000
  private static let mostSaid = 10_000
  @exclusivity(unchecked) private var said: Set<String> = []
  @exclusivity(unchecked) private var line = 0
  /// The line of the description at hand.
  var currentLine: Int { line }
  /// The file of the description at hand.
  @exclusivity(unchecked) private(set) var currentFile: String
  private var component: () -> String = { "" }
  /// The columns are the source's own. Where the source is EAD, they are a step on the way: what becomes of their words is
  /// no change of the source.
  private let hasColumns: Bool

  init(file: String, losses: LossAccount, hasColumns: Bool = true) {
    self.file = file
    self.hasColumns = hasColumns
    currentFile = file
    self.losses = losses
  }

  /// What follows is about this description.
  func begin(_ description: AtoMDescription) {
    line = description.line
    currentFile = description.file
    component = { description.text(.legacyId) }
  }

  // MARK: Findings

  /// - Parameter once: says it a single time in a run, whatever the arguments.
  func find(_ rule: String, _ severity: Severity, _ arguments: [String], once: Bool = false) {
    if once, !said.insert(rule).inserted { return }
    let count = (findingCounts[rule] ?? 0) + 1
    findingCounts[rule] = count
    guard count <= AtoMToEADAccount.most else { return }
    findings.append(
      Finding(rule: rule, severity: severity, file: currentFile, line: line, component: component(), arguments: arguments))
  }

  /// Says a thing a single time for the same arguments, however many rows it is true of.
  func findOnce(_ rule: String, _ severity: Severity, _ arguments: [String]) {
    guard said.count < AtoMToEADAccount.mostSaid else { return }
    if said.insert(([rule] + arguments).joined(separator: "\t")).inserted { find(rule, severity, arguments) }
  }

  /// Values in the one column of AtoM's own RAD template that its importer does not read: accounted for, and handed on to be
  /// kept as what they were meant to be, unless the right column says the same.
  func ignoredSeriesNotes(_ description: AtoMDescription, keep: (UnsafeBufferPointer<UInt8>) -> Void) {
    let said = description.list(.radNotePublishersSeries)
    for part in description.list(.radNoteOnPublishersSeries) {
      find(
        "atom-csv-column-ignored", .warning,
        [AtoMColumn.radNoteOnPublishersSeries.name, AtoMColumn.radNotePublishersSeries.name], once: true)
      if said.contains(where: { Bytes.equal($0, part) }) {
        lose(.radNoteOnPublishersSeries, part, reason: .duplicate)
      } else {
        change(.radNoteOnPublishersSeries, part)
        keep(part)
      }
    }
  }

  /// - Parameter places: gives findings without a place that of the description at hand.
  func add(_ more: [Finding], places: Bool = true) {
    for var finding in more {
      let count = (findingCounts[finding.rule] ?? 0) + 1
      findingCounts[finding.rule] = count
      guard count <= AtoMToEADAccount.most else { continue }
      if places, finding.line == 0 {
        finding.line = line
        finding.component = component()
      }
      findings.append(finding)
    }
  }

  /// What was found and lost, into the account of a conversion.
  func fill(_ result: inout EADConversion) {
    result.findings = findings
    result.findingCounts = findingCounts
    result.take(losses: losses)
  }

  // MARK: Losses

  func lose(_ column: AtoMColumn, _ value: UnsafeBufferPointer<UInt8>, culture: String? = nil, reason: LossReason = .noElement) {
    record(column.name + (culture.map { "@" + $0 } ?? ""), value, reason)
  }

  func lose(_ column: AtoMColumn, _ value: [UInt8]) { value.withUnsafeBufferPointer { record(column.name, $0, .noElement) } }

  func lose(_ column: String, _ value: [UInt8], _ reason: LossReason = .noElement) {
    value.withUnsafeBufferPointer { record(column, $0, reason) }
  }

  /// The value is in the target in another form.
  func change(_ column: AtoMColumn, _ value: UnsafeBufferPointer<UInt8>, culture: String? = nil) {
    if hasColumns, !value.isEmpty { record(column.name + (culture.map { "@" + $0 } ?? ""), value, .changed) }
  }

  /// - Parameter always: also where the columns are a step on the way: the source itself has the value so.
  func change(_ column: AtoMColumn, _ value: String, always: Bool = false) {
    var copy = value
    copy.withUTF8 { if always { record(column.name, $0, .changed) } else { change(column, $0) } }
  }

  private func record(_ path: String, _ value: UnsafeBufferPointer<UInt8>, _ reason: LossReason) {
    var copy = path
    let key = copy.withUTF8 { Bytes.hash($0, seed: UInt64(reason.code) &+ 0xA70) }
    losses.record(
      key: key, reason: reason, line: line, component: component, group: { path }, path: { path }, text: value)
  }
}
