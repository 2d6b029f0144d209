/// The conversion of one source to EAD, and what there is to say about it.
public struct EADConversion: Sendable {
  /// Description units written.
  public var units = 0
  /// Bytes of the source that were read (after unpacking).
  public var bytes = 0
  /// At most a thousand of each rule.
  public var findings: [Finding] = []
  /// All findings by rule, also those beyond the first thousand of a rule.
  public var findingCounts: [String: Int] = [:]
  /// What was lost, by path and reason.
  public var lossSummary: [LossSummary] = []
  /// Pieces of text and attributes that the target does not have.
  public var losses = 0
  /// Pieces that repeat what the target says.
  public var omissions = 0
  /// Pieces that the target has in another form.
  public var changes = 0

  public init() {}

  /// Reads one finding aid of either generation and writes it in the target's.
  ///
  /// A source of the target's own generation and form is written again as it is (see `EADRewriter`).
  ///
  /// - Parameters:
  ///   - outputs: receives one finding aid.
  ///   - losses: receives every loss and every change, and every omission when `wantsOmissions` is set.
  /// - Throws: `EADError` when the source cannot be read or the target cannot be written.
  public static func run(
    path: String, reading: EADReaderOptions, target: EADGeneration, options: EADOptions, outputs: any EADOutputs,
    wantsOmissions: Bool = false, losses: ((LossEntry) -> Void)? = nil
  ) throws(EADError) -> EADConversion {
    let source = try InputSource(path: path, limits: reading.limits)
    try source.prepare(scan: nil)
    let probe = try DocumentProbe(source, options: reading, measures: options.components == .numbered)
    if let namespace = probe.draftNamespace, reading.generation == nil {
      throw EADError("ead4-not-supported", file: path, line: 1, [namespace])
    }
    let account = LossAccount(file: path, wantsOmissions: wantsOmissions, receive: losses)
    let form = options.form ?? (target == .ead3 ? .ead3 : probe.generation == .ead2002 ? probe.form : nil) ?? .ead2002
    try outputs.begin("")
    let result =
      if probe.form == form, options.components == .keep {
        try rewrite(source, reading, form, options, outputs, account)
      } else {
        try convert(source, reading, form, options, probe, outputs, account)
      }
    try outputs.end()
    return result
  }

  // MARK: Another generation or form

  private static func convert(
    _ source: InputSource, _ reading: EADReaderOptions, _ form: EADForm, _ options: EADOptions, _ probe: DocumentProbe,
    _ outputs: any EADOutputs, _ losses: LossAccount
  ) throws(EADError) -> EADConversion {
    var reading = reading
    reading.generation = reading.generation ?? probe.generation
    let reader = SegmentReader(source, options: reading)
    let account = ConversionAccount(file: source.name, names: reader.names, losses: losses)
    let document = try TargetDocument(form: form, options: options) { bytes throws(EADError) in try outputs.write(bytes) }
    document.builder.markup = { account.markup($0) }
    document.builder.lost = { account.lose($1, of: $0, line: $2) }
    document.builder.setComponents(options.components, deepest: probe.depth)
    if options.components == .numbered, probe.depth > 12 {
      account.find("components-too-deep", .warning, line: 1, [String(probe.depth)])
    }
    let transform = EADTransform.make(
      from: probe.generation ?? .ead2002, to: form.generation, builder: document.builder, names: reader.names, options: options,
      account: account)
    var run = SegmentRun(transform: transform, document: document, account: account)
    var next = try reader.next()
    // Entities are declared before the first element.
    transform.entities = reader.entities
    while let segment = next {
      try run.take(segment)
      reader.recycle(segment)
      next = try reader.next()
    }
    try document.finish()
    run.settle(wrapper: reader.wrapper)
    var result = EADConversion()
    result.units = run.units
    result.bytes = reader.bytesRead
    account.add(reader.takeFindings())
    if let report = reader.validationReport() { account.add(validation: report) }
    account.add(document.takeFindings(file: source.name))
    result.take(account)
    return result
  }

  // MARK: The same form

  private static func rewrite(
    _ source: InputSource, _ reading: EADReaderOptions, _ form: EADForm, _ options: EADOptions, _ outputs: any EADOutputs,
    _ losses: LossAccount
  ) throws(EADError) -> EADConversion {
    let output = XMLOutput { bytes throws(EADError) in try outputs.write(bytes) }
    let rewriter = EADRewriter(generation: form.generation, indentation: options.indentation, output: output)
    // A document that is written again stays as valid as it was: said in any case.
    let validator: FindingAidValidator
    if let own = reading.validator {
      validator = own
    } else {
      validator = try FindingAidValidator(options: EADConversion.verdictOnly)
    }
    let validation = validator.makeSink(source.name)
    let parser = XMLEventReader(
      sink: TeeSink(rewriter, validation), limits: reading.limits, recover: reading.recover, encoding: reading.encoding)
    try parser.read(source)
    if let failure = rewriter.failure { throw failure }
    if let failure = parser.failure {
      throw failure.error(
        file: source.name, open: parser.openElements.map(rewriter.name), limits: reading.limits)
    }
    try output.flush()
    let account = ConversionAccount(file: source.name, names: NameTable(), losses: losses)
    if options.structuredDates || options.structuredExtents || options.timestamp != nil || options.agencyName != nil {
      account.find("rewritten-options", .warning, line: 1, [])
    }
    account.add(rewriter.takeMessages().map { $0.finding(file: source.name) })
    for piece in rewriter.lost { account.lose(piece.text, line: piece.line, .externalEntity) }
    var report = FileReport(file: source.name)
    validator.finish(parser, validation, &report)
    if reading.validator != nil {
      account.add(validation: report)
    } else if report.verdict == .invalid, let first = report.findings.first(where: { $0.severity == .error }) {
      account.find(
        "rewritten-invalid", .warning, line: first.line,
        [String(report.countBySeverity[.error] ?? 1), LocalizedText(key: first.rule, first.arguments).argument])
    }
    var result = EADConversion()
    result.units = rewriter.units
    result.bytes = parser.bytesFed
    result.take(account)
    return result
  }

  private static let verdictOnly: ValidationOptions = {
    var options = ValidationOptions()
    options.profile = .schema
    return options
  }()

  mutating func take(_ account: ConversionAccount) {
    findings = account.findings
    findingCounts = account.findingCounts
    take(losses: account.losses)
  }
}
