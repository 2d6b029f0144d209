/// The conversion of one finding aid to AtoM's CSV, and what there is to say about it.
public struct AtoMConversion: Sendable {
  /// Rows written: one a description unit, and one for each language it is translated to.
  public var rows = 0
  /// Bytes of XML that were read (after unpacking).
  public var bytes = 0
  /// At most a thousand of each rule.
  public var findings: [Finding] = []
  /// All findings by rule, also those beyond the first thousand of a rule.
  public var findingCounts: [String: Int] = [:]
  /// What was lost, by path and reason.
  public var lossSummary: [LossSummary] = []
  /// Pieces of text and attributes that are in no cell.
  public var losses = 0
  /// Pieces that repeat what a cell says.
  public var omissions = 0
  /// Pieces that are in a cell in another form.
  public var changes = 0
  /// Column and term, separated by a tab.
  public var newTerms: Set<String> = []
  /// Culture of the rows.
  public var culture = ""
  /// Fingerprints of creators and of the history each was given, in the order of the document.
  public var actorHistories: [(actor: UInt64, history: UInt64)] = []
  /// True when an identifier begins with its parent's: AtoM must not add it again.
  public var carriesParentCodes = false
  /// The names that the rows refer to; nil unless `AtoMOptions.collectsAuthorities` is set.
  public var authorities: AuthorityRegister?

  /// Reads and converts one document.
  ///
  /// - Parameters:
  ///   - rows: receives the rows; emptied when the document has to be read again.
  ///   - losses: receives every loss, and every omission when `wantsOmissions` is set.
  ///   - again: called when the document has to be read again: the losses received until then do not count.
  /// - Throws: `EADError` when the document cannot be read or the rows cannot be written; `rows` then holds a part.
  public static func run(
    path: String, reading: EADReaderOptions, options: AtoMOptions, knownHistories: [UInt64: UInt64] = [:],
    rows: AtoMRowSpool, wantsOmissions: Bool = false, losses: ((LossEntry) -> Void)? = nil, again: (() -> Void)? = nil
  ) throws(EADError) -> AtoMConversion {
    try SecondReading.run(path, reading) { () throws(EADError) in
      try rows.reset()
      again?()
    } attempt: { reading throws(EADError) in
      try attempt(path, reading, options, knownHistories, rows, wantsOmissions, losses)
    }
  }

  private static func attempt(
    _ path: String, _ reading: EADReaderOptions, _ options: AtoMOptions, _ knownHistories: [UInt64: UInt64],
    _ rows: AtoMRowSpool, _ wantsOmissions: Bool, _ losses: ((LossEntry) -> Void)?
  ) throws(EADError) -> AtoMConversion {
    try rows.use(options.template)
    let reader = try EADReader(contentsOf: path, options: reading)
    let account = LossAccount(file: path, wantsOmissions: wantsOmissions, receive: losses)
    let converter = AtoMConverter(
      file: path, options: options, account: account, knownHistories: knownHistories
    ) { bytes, extras throws(EADError) in try rows.append(bytes, extras: extras) }
    while let unit = try reader.next() { try converter.convert(unit) }
    try converter.finish()
    rows.countRows(converter.rowCount)
    var result = AtoMConversion()
    result.rows = converter.rowCount
    result.bytes = reader.bytesRead
    result.findings = reader.takeFindings()
    for finding in result.findings { result.findingCounts[finding.rule, default: 0] += 1 }
    if let report = reader.validationReport {
      // What the parser had to say, the reader has said.
      let said = Set(result.findings.map(\.rule))
      result.findings += report.findings.filter { !said.contains($0.rule) }
      result.findingCounts.merge(report.countByRule.filter { !said.contains($0.key) }) { $0 + $1 }
    }
    result.findings += converter.findings
    result.findingCounts.merge(converter.findingCounts) { $0 + $1 }
    result.take(losses: account)
    result.newTerms = converter.newTerms
    result.culture = converter.culture
    result.actorHistories = converter.actorHistories
    result.carriesParentCodes = converter.carriesParentCodes
    result.authorities = converter.authorities
    return result
  }

  /// The finding aid's own identifier, as it would head every `legacyId`; empty when it has none or cannot be read.
  ///
  /// Reads the header only.
  public static func identifier(path: String, reading: EADReaderOptions) -> String {
    EADReader.identifier(contentsOf: path, options: reading)
  }
}
