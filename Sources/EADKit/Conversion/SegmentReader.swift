/// Reads one document segment by segment, in constant memory and in the document's order.
final class SegmentReader {
  let file: String
  let names = NameTable()
  private let source: InputSource
  private let options: EADReaderOptions
  private let collector: SegmentCollector
  private let parser: XMLEventReader
  private let validation: ValidationSink?
  private let buffer: UnsafeMutablePointer<UInt8>
  private static let chunk = 1 << 14
  private var isAtEnd = false
  private var saidEncoding = false
  private var pending: [Finding] = []

  /// - Parameter source: prepared, at its start.
  init(_ source: InputSource, options: EADReaderOptions) {
    file = source.name
    self.source = source
    self.options = options
    let collector = SegmentCollector(names: names, limits: options.limits)
    self.collector = collector
    let validation = options.validator?.makeSink(source.name)
    self.validation = validation
    let sink = validation.map { TeeSink(collector, $0) } ?? collector
    parser = XMLEventReader(sink: sink, limits: options.limits, recover: options.recover, encoding: options.encoding)
    buffer = .allocate(capacity: SegmentReader.chunk)
  }

  deinit { buffer.deallocate() }

  var generation: EADGeneration? { options.generation ?? collector.generation }
  var entities: [String: String] { collector.entities }
  var bytesRead: Int { parser.bytesFed }
  /// What stands around the finding aid; complete at the end.
  var wrapper: UnitArena { collector.wrapper }

  /// The next segment, or nil at the end. Its arena goes back by `recycle`.
  func next() throws(EADError) -> Segment? {
    while !collector.hasReady {
      if isAtEnd { return nil }
      try advance()
    }
    return collector.takeReady()
  }

  func recycle(_ segment: Segment) { collector.recycle(segment.arena) }

  func takeFindings() -> [Finding] {
    let findings = pending + collector.takeMessages().map { $0.finding(file: file) }
    pending = []
    return findings
  }

  /// What the validator of the options found; at the end.
  func validationReport() -> FileReport? {
    guard let validation, let validator = options.validator else { return nil }
    var report = FileReport(file: file)
    validator.finish(parser, validation, &report)
    return report
  }

  private func advance() throws(EADError) {
    let count = try source.read(into: buffer, SegmentReader.chunk)
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
    if collector.roots > 1 { throw EADError("several-finding-aids", file: file, line: collector.parser.line) }
    if isAtEnd, !collector.sawUnit {
      throw EADError(parser.bytesFed == 0 ? "xml-empty" : "not-a-finding-aid", file: file, line: 1)
    }
    if !saidEncoding, let finding = parser.encodingContradiction(file: file) {
      saidEncoding = true
      pending.append(finding)
    }
    if isAtEnd, let finding = parser.encodingRepairs(file: file) { pending.append(finding) }
  }
}
