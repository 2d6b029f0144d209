/// How a finding aid is read.
public struct EADReaderOptions: Sendable {
  /// The generation to assume; nil to find out from namespace, DOCTYPE, root and content.
  public var generation: EADGeneration?
  /// The encoding to assume in spite of what the document says, by a name libxml2 or iconv knows.
  public var encoding: String?
  /// Reads on after what is not well-formed, as libxml2 repairs it; each repair is a finding.
  public var recover = false
  /// What a document may cost.
  public var limits = ReadingLimits()
  /// Validates the document in the pass that delivers its units; the verdict is `EADReader.validationReport` afterwards.
  public var validator: FindingAidValidator?
  /// Reads every document in two passes, without looking first whether it needs them.
  var alwaysTwoPasses = false

  public init() {}
}

/// Reads the description units of one EAD 2002 or EAD3 document, parents before children, in constant memory.
///
/// ```swift
/// let reader = try EADReader(contentsOf: "fonds.xml")
/// while let unit = try reader.next() { print(unit.depth, unit.title) }
/// ```
///
/// Content that stands after a unit's children (EAD allows it, and real files have it) belongs to its unit: a document
/// that may hold some is read in two passes. External entities are never read; each one met is a finding.
public final class EADReader {
  /// As given by the caller; `-` for standard input.
  public let file: String
  private let source: InputSource
  private let options: EADReaderOptions
  private let names = NameTable()
  private let lateContent = LateContentStore()
  private var collector: UnitCollector
  private var parser: XMLEventReader
  private let buffer: UnsafeMutablePointer<UInt8>
  private static let chunk = 1 << 14
  private var isPrepared = false
  private var isAtEnd = false
  private var current: UnitArena?
  private var pendingFindings: [Finding] = []
  /// How many passes over the document were needed: 1, or 2 when content may come after children.
  public private(set) var passes = 1
  /// Bytes of XML read in the last pass (after unpacking).
  public var bytesRead: Int { parser.bytesFed }

  /// Opens a file, a gzip file, or standard input (`-`).
  ///
  /// - Throws: `EADError` when the file cannot be opened.
  public init(contentsOf path: String, options: EADReaderOptions = EADReaderOptions()) throws(EADError) {
    file = path
    self.options = options
    source = try InputSource(path: path, limits: options.limits)
    buffer = .allocate(capacity: EADReader.chunk)
    (collector, parser, validation) = EADReader.start(.only, names, options, lateContent, path)
  }

  deinit { buffer.deallocate() }

  /// Size of the file on disk in bytes; nil for standard input.
  public var fileSize: Int? { source.size }

  /// The generation that was found (or was given); nil before the first unit.
  public var generation: EADGeneration? { options.generation ?? collector.generation }

  private static func start(
    _ pass: UnitCollector.Pass, _ names: NameTable, _ options: EADReaderOptions, _ late: LateContentStore, _ file: String
  ) -> (UnitCollector, XMLEventReader, ValidationSink?) {
    let collector = UnitCollector(names: names, pass: pass, limits: options.limits, late: late)
    // The gathering pass is followed by another over the same document.
    let validation = pass == .gather ? nil : options.validator?.makeSink(file)
    let sink = validation.map { TeeSink(collector, $0) } ?? collector
    let parser = XMLEventReader(sink: sink, limits: options.limits, recover: options.recover, encoding: options.encoding)
    return (collector, parser, validation)
  }

  private var validation: ValidationSink?

  /// What the validator of the options found; nil without one, and before the document's end.
  public var validationReport: FileReport? {
    guard isAtEnd, let validation, let validator = options.validator else { return nil }
    if let finishedReport { return finishedReport }
    var report = FileReport(file: file)
    validator.finish(parser, validation, &report)
    finishedReport = report
    return report
  }
  private var finishedReport: FileReport?

  /// The next unit, or nil after the last one.
  ///
  /// The unit is valid until the next call; `DescriptionUnit.copy()` detaches it.
  ///
  /// - Throws: `EADError` for what cannot be read; units already returned were complete.
  public func next() throws(EADError) -> DescriptionUnit? {
    if !isPrepared { try prepare() }
    if let current {
      collector.recycle(current)
      self.current = nil
    }
    while !collector.hasReady {
      if isAtEnd { return nil }
      try advance()
    }
    guard let ready = collector.takeReady() else { return nil }
    current = ready.arena
    return DescriptionUnit(
      arena: ready.arena, headerArena: ready.header, names: names, depth: ready.depth, siblingIndex: ready.siblingIndex,
      line: ready.line)
  }

  /// Findings since the last call, in the order of the document.
  public func takeFindings() -> [Finding] {
    for message in collector.takeMessages() { pendingFindings.append(message.finding(file: file)) }
    if isAtEnd, !saidRepairs, let finding = parser.encodingRepairs(file: file) {
      saidRepairs = true
      pendingFindings.append(finding)
    }
    defer { pendingFindings.removeAll() }
    return pendingFindings
  }

  // MARK: Passes

  private func prepare() throws(EADError) {
    isPrepared = true
    var scanner = LateContentScanner()
    var isFirst = true
    var isByteOriented = true
    try source.prepare { chunk in
      if isFirst {
        isFirst = false
        isByteOriented = InputEncoding(head: chunk).isByteOriented && self.options.encoding == nil
      }
      if isByteOriented { scanner.feed(chunk) }
      // For a spooled source the answer only stops the scan.
      return isByteOriented && !scanner.found
    }
    // What libxml2 repairs is not what the scan saw.
    if scanner.found || !isByteOriented || options.recover || options.alwaysTwoPasses { try gather() }
  }

  /// The first of two passes: only content after children is kept.
  private func gather() throws(EADError) {
    (collector, parser, validation) = EADReader.start(.gather, names, options, lateContent, file)
    while !isAtEnd { try advance() }
    isAtEnd = false
    source.rewind()
    let pass: UnitCollector.Pass = .deliver
    passes = 2
    (collector, parser, validation) = EADReader.start(pass, names, options, lateContent, file)
  }

  private func advance() throws(EADError) {
    let count = try source.read(into: buffer, EADReader.chunk)
    if count > 0 {
      _ = parser.feed(UnsafeBufferPointer(start: buffer, count: count))
    } else {
      parser.finish()
      if parser.failure == nil { collector.endDocument() }
      isAtEnd = true
    }
    if let failure = parser.failure {
      throw failure.error(file: file, open: parser.openElements.map(names.name), limits: options.limits)
    }
    if let problem = refusal() { throw problem }
    if !saidEncoding, parser.bytesFed == count || isAtEnd, let finding = parser.encodingContradiction(file: file) {
      saidEncoding = true
      pendingFindings.append(finding)
    }
  }
  private var saidEncoding = false
  private var saidRepairs = false

  private func refusal() -> EADError? {
    if let namespace = collector.rootNamespace, EADGeneration.ead4Namespaces.contains(namespace),
      options.generation == nil
    {
      return EADError("ead4-not-supported", file: file, line: 1, [namespace])
    }
    if isAtEnd, !collector.sawUnit {
      return EADError(parser.bytesFed == 0 ? "xml-empty" : "not-a-finding-aid", file: file, line: 1)
    }
    return nil
  }
}

extension EADReader {
  /// The text of `eadid` or `recordid`, read from the start of the file; empty when there is none.
  static func identifier(contentsOf path: String, options: EADReaderOptions) -> String {
    guard path != "-", let reader = try? EADReader(contentsOf: path, options: options) else { return "" }
    return reader.peekIdentifier()
  }

  /// Reads on only until the header is complete; the reader is of no use afterwards.
  private func peekIdentifier() -> String {
    guard (try? source.prepare(scan: nil)) != nil else { return "" }
    isPrepared = true
    while !collector.hasReady, !isAtEnd {
      if collector.sawUnit { break }
      if (try? advance()) == nil { break }
    }
    return collector.headerIdentifier
  }
}
