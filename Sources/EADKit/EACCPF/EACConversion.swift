/// Choices of the conversions from and to EAC-CPF.
public struct EACOptions: Sendable {
  /// The culture of every row, whatever the file says.
  public var culture: String?
  /// The culture for files that do not say theirs.
  public var defaultCulture: String?
  /// Keeps italics and bold type as Markdown, which AtoM renders.
  public var markdown = true
  /// Converts what is marked `audience="internal"` like the rest.
  public var includesInternal = false
  /// Relations go to a second sheet; without one they are losses.
  public var writesRelations = false
  /// Blanks a level of indentation has in what is written; 0 writes no white space of its own.
  public var indentation = 2
  /// The time of the conversion (ISO 8601), which EAC-CPF demands to be noted.
  public var timestamp = "1970-01-01T00:00:00Z"
  /// Name of the maintaining agency where a row has none.
  public var agencyName: String?

  public init() {}
}

/// The conversion of one EAC-CPF file to rows of AtoM's CSV, and what there is to say about it.
public struct EACConversion: Sendable {
  /// Rows of authority records, without the header line, in AtoM's dialect.
  public var rowBytes: [UInt8] = []
  /// Rows of relationships, likewise.
  public var relationBytes: [UInt8] = []
  /// Authority records written.
  public var rows = 0
  /// Relationships written.
  public var relations = 0
  /// Authorized forms of the names, in the order of the rows.
  public var names: [[UInt8]] = []
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

  /// The header line of the authority sheet.
  public static var header: [UInt8] { AuthorityRowWriter.header }
  /// The header line of the relationships sheet.
  public static var relationsHeader: [UInt8] { AuthorityRelation.header }

  /// Reads one EAC-CPF file, 2010 or 2.0, and makes rows of it.
  ///
  /// - Parameter losses: receives every loss and every change, and every omission when `wantsOmissions` is set.
  /// - Throws: `EADError` when the file cannot be read, is no EAC-CPF, or does not say its language and no option does.
  public static func run(
    path: String, reading: EADReaderOptions, options: EACOptions, wantsOmissions: Bool = false,
    losses: ((LossEntry) -> Void)? = nil
  ) throws(EADError) -> EACConversion {
    let (tree, findings) = try EACTreeReader.read(path, reading)
    let account = EACAccount(file: path, losses: LossAccount(file: path, wantsOmissions: wantsOmissions, receive: losses))
    account.add(findings)
    let converter = EACToAuthority(tree: tree, options: options, account: account)
    try converter.run()
    var result = EACConversion()
    result.rowBytes = converter.rows.array
    result.relationBytes = converter.relations.array
    result.rows = converter.rowCount
    result.relations = converter.relationCount
    result.names = converter.recordNames
    result.findings = account.findings
    result.findingCounts = account.findingCounts
    result.take(losses: account.losses)
    result.newTerms = converter.newTerms
    result.culture = converter.culture
    return result
  }
}
