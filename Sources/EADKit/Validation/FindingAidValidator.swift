/// Validates finding aids: schema, rules, identifiers, in one pass and in memory that does not grow with the document.
///
/// ```swift
/// let validator = try FindingAidValidator(options: ValidationOptions())
/// for finding in validator.validate("fonds.xml").findings { print(finding.line()) }
/// ```
///
/// One validator serves any number of documents and threads.
public final class FindingAidValidator: Sendable {
  let options: ValidationOptions
  private let ownSchema: CompiledSchema?
  private let automata = AutomatonPool()
  private static let chunk = 1 << 14

  /// - Throws: `EADError` when the schema cannot be read or is no schema.
  public init(options: ValidationOptions) throws(EADError) {
    self.options = options
    if case .file(let path) = options.schema {
      ownSchema = try CompiledSchema(try RelaxNG.load(path), id: path)
    } else {
      ownSchema = nil
    }
  }

  /// A validator with a schema that is compiled already.
  init(options: ValidationOptions, ownSchema: CompiledSchema) {
    self.options = options
    self.ownSchema = ownSchema
  }

  /// The schemas that may be applied, with the SHA-256 of each.
  public var schemas: [ReportHeader.Schema] {
    let ids: [String]
    switch options.schema {
    case .auto: ids = ["ead-1.1.0-easvalidator.rng", "ead-dtd.rng", "ead3-easvalidator.rng", "ead3_undeprecated.rng", "eac.rng"]
    case .strictCodes:
      ids = [
        "ead-1.1.0-easvalidator.rng", "ead-1.0.0.rng", "ead-dtd.rng", "ead3-easvalidator.rng", "ead3_undeprecated.rng",
        "eac.rng",
      ]
    case .xsd: ids = ["ead-1.1.0.xsd", "xlink.xsd", "ead3.xsd", "ead3_undeprecated.xsd"]
    case .dtd: ids = ["ead.dtd", "ead3.dtd", "ead3_undeprecated.dtd"]
    case .file(let path):
      return [ReportHeader.Schema(id: path, digest: FileDigest.sha256(path) ?? "")]
    }
    return ids.map { ReportHeader.Schema(id: $0, digest: SchemaLibrary.digest($0)) }
  }

  /// Validates a file, a gzip file, or standard input (`-`). What cannot be read is a finding of the report.
  public func validate(_ path: String) -> FileReport {
    var report = FileReport(file: path)
    do throws(EADError) {
      let source = try InputSource(path: path, limits: options.reading.limits)
      try source.prepare(scan: nil)
      try validate(source, &report)
    } catch {
      fail(error, &report)
    }
    return report
  }

  /// Validates a document in memory.
  func validate(bytes: [UInt8], name: String) -> FileReport {
    var report = FileReport(file: name)
    let sink = makeSink(name)
    let parser = makeParser(sink)
    // In the pieces that files come in.
    bytes.withUnsafeBufferPointer { all in
      var at = 0
      while at < all.count {
        let end = min(at + FindingAidValidator.chunk, all.count)
        guard parser.feed(UnsafeBufferPointer(rebasing: all[at..<end])) else { return }
        at = end
      }
    }
    parser.finish()
    finish(parser, sink, &report)
    return report
  }

  func makeSink(_ name: String) -> ValidationSink {
    ValidationSink(
      ValidationSink.Setup(file: name, options: options, ownSchema: ownSchema, automata: automata))
  }

  private func makeParser(_ sink: ValidationSink) -> XMLEventReader {
    XMLEventReader(
      sink: sink, limits: options.reading.limits, recover: options.reading.recover, encoding: options.reading.encoding)
  }

  private func validate(_ source: InputSource, _ report: inout FileReport) throws(EADError) {
    if options.schema == .xsd || options.schema == .dtd {
      try LibXMLValidation(source, options: options).run(&report)
      return
    }
    let sink = makeSink(source.name)
    let parser = makeParser(sink)
    try parser.read(source)
    finish(parser, sink, &report)
    if options.wantsSourceLines, !report.findings.isEmpty {
      source.rewind()
      try SourceLines.fill(&report.findings, from: source)
    }
  }

  func finish(_ parser: XMLEventReader, _ sink: ValidationSink, _ report: inout FileReport) {
    if parser.failure == nil { sink.endDocument() } else { sink.abandon() }
    if let finding = parser.encodingContradiction(file: report.file, severity: .error) { sink.collector.add(finding) }
    if let finding = parser.encodingRepairs(file: report.file) { sink.collector.add(finding) }
    report.bytes = parser.bytesFed
    sink.report(into: &report)
    if let failure = parser.failure {
      let error = failure.error(
        file: report.file, open: parser.openElements.map(sink.written), limits: options.reading.limits)
      fail(error, &report)
    } else if parser.bytesFed == 0 {
      fail(EADError("xml-empty", file: report.file, line: 1), &report)
    }
  }

  /// What makes a document unreadable is an error in every report, whatever the profile says.
  private func fail(_ error: EADError, _ report: inout FileReport) {
    report.verdict = .unreadable
    report.findings.append(error.finding)
    report.countByRule[error.finding.rule, default: 0] += 1
    report.countBySeverity[.error, default: 0] += 1
  }
}

/// Whether a document in memory is valid against a grammar: for the conformance tests.
enum SchemaCheck {
  static func isValid(bytes: [UInt8], grammar: SimpleGrammar) -> Bool {
    guard let schema = try? CompiledSchema(grammar, id: "") else { return false }
    var options = ValidationOptions()
    options.profile = .schema
    let report = FindingAidValidator(options: options, ownSchema: schema).validate(bytes: bytes, name: "")
    return report.verdict == .valid
  }
}
