/// What was found in one document.
public struct FileReport: Sendable {
  /// What became of the document.
  public enum Verdict: String, Sendable {
    /// Nothing in it is an error.
    case valid
    case invalid
    /// It could not be read to its end: not well-formed, too large, not there.
    case unreadable
    /// It was left out of a spot check.
    case notChecked = "not-checked"
  }

  /// Findings that an instruction in the document silenced.
  public struct Silenced: Sendable, Equatable {
    public var rule: String
    public var reason: String
    /// Line of the instruction.
    public var line: Int
    public var count: Int
  }

  /// As given by the caller; `-` for standard input.
  public var file: String
  public var verdict: Verdict = .valid
  /// Ids of the schemas that were applied, the deciding one first.
  public var schemas: [String] = []
  /// In the order of the document; at most as many as the options say.
  public var findings: [Finding] = []
  /// Findings counted but not kept.
  public var omitted = 0
  /// Findings by rule, kept or not (without silenced ones and those of the baseline).
  public var countByRule: [String: Int] = [:]
  /// Findings by severity, kept or not (without silenced ones and those of the baseline).
  public var countBySeverity: [Severity: Int] = [:]
  public var silenced: [Silenced] = []
  /// Findings left out because the baseline has them.
  public var known = 0
  /// Text of `eadid` (EAD 2002) or `recordid` (EAD3); empty when there is none.
  public var identifier = ""
  /// Bytes of XML read.
  public var bytes = 0
  /// Components read.
  public var components = 0

  public init(file: String) { self.file = file }
}

/// What every report says of the run that made it.
public struct ReportHeader: Sendable {
  public struct Schema: Sendable {
    /// Such as `ead-1.1.0-easvalidator.rng`.
    public var id: String
    /// SHA-256 of the file, in hexadecimal.
    public var digest: String

    public init(id: String, digest: String) {
      self.id = id
      self.digest = digest
    }
  }

  public var toolName = "ead-convert"
  public var toolVersion: String
  /// The command line, as it was given.
  public var commandLine: [String]
  public var schemas: [Schema]
  /// Name of the profile of rules.
  public var profile: String
  public var language: MessageLanguage

  public init(
    toolVersion: String, commandLine: [String], schemas: [Schema], profile: String, language: MessageLanguage
  ) {
    self.toolVersion = toolVersion
    self.commandLine = commandLine
    self.schemas = schemas
    self.profile = profile
    self.language = language
  }
}

/// Totals of a run, for the end of a report.
public struct ReportSummary: Sendable {
  public var files = 0
  public var filesWithErrors = 0
  public var unreadable = 0
  /// Files not looked at because a sample was asked for.
  public var notChecked = 0
  public var countByRule: [String: Int] = [:]
  public var countBySeverity: [Severity: Int] = [:]
  public var omitted = 0
  public var known = 0
  public var silenced = 0
  /// Whether the delivery is accepted, when limits were given; with the sentence that says why.
  public var isAccepted: Bool?
  public var acceptance = ""

  public init() {}

  /// Adds what was found in one document.
  public mutating func add(_ report: FileReport) {
    files += 1
    switch report.verdict {
    case .valid: break
    case .invalid: filesWithErrors += 1
    case .unreadable:
      filesWithErrors += 1
      unreadable += 1
    case .notChecked: notChecked += 1
    }
    countByRule.merge(report.countByRule, uniquingKeysWith: +)
    countBySeverity.merge(report.countBySeverity, uniquingKeysWith: +)
    omitted += report.omitted
    known += report.known
    silenced += report.silenced.reduce(0) { $0 + $1.count }
  }
}

/// A report of findings in one format, written document by document.
public protocol FindingReport {
  mutating func begin(_ header: ReportHeader) throws(EADError)
  mutating func add(_ report: FileReport) throws(EADError)
  mutating func end(_ summary: ReportSummary) throws(EADError)
}

/// Formats of reports.
public enum FindingReportFormat: String, Sendable, CaseIterable {
  case text, json, jsonl, sarif, junit, github, html
}
