import CLibXML2
import CResources

/// libxml2's own verdict with the official XML Schema or DTD, streaming: `--schema xsd|dtd`.
///
/// It is here for comparison. Known limits of libxml2 2.9: neither identifiers nor references are checked by XML Schema,
/// declared entities and some addresses are refused.
final class LibXMLValidation {
  private let source: InputSource
  private let options: ValidationOptions
  private var findings: [Finding] = []
  private var failure: EADError?
  private var count = 0
  private var readError: EADError?
  private var bytesRead = 0

  init(_ source: InputSource, options: ValidationOptions) {
    self.source = source
    self.options = options
  }

  func run(_ report: inout FileReport) throws(EADError) {
    let root = try RootScan.scan(source, options: options)
    source.rewind()
    XMLEventReader.prepareLibrary()
    let usesDTD = options.schema == .dtd
    let flags = usesDTD ? XML_PARSE_DTDVALID.rawValue | XML_PARSE_DTDLOAD.rawValue : 0
    let unmanaged = Unmanaged.passUnretained(self).toOpaque()
    guard
      let reader = xmlReaderForIO(
        { context, buffer, capacity in
          guard let context, let buffer else { return -1 }
          return Unmanaged<LibXMLValidation>.fromOpaque(context).takeUnretainedValue().read(buffer, Int(capacity))
        }, nil, unmanaged, nil, options.reading.encoding,
        Int32(flags | XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue))
    else { throw EADError("input-unreadable", file: source.name, ["libxml2"]) }
    defer { xmlFreeTextReader(reader) }
    xmlTextReaderSetStructuredErrorHandler(
      reader,
      { context, error in
        guard let context, let error else { return }
        Unmanaged<LibXMLValidation>.fromOpaque(context).takeUnretainedValue().take(error.pointee)
      }, unmanaged)

    var schema: xmlSchemaPtr?
    defer { if let schema { xmlSchemaFree(schema) } }
    if usesDTD {
      report.schemas = [root.isEAD3 ? "ead3.dtd" : "ead.dtd"]
      if !root.hasDoctype {
        add(Finding(rule: "dtd-no-doctype", severity: .error, file: source.name, line: 1))
      }
    } else {
      let (id, accessor): (String, () -> ead_resource) =
        switch root.namespace {
        case EADGeneration.ead3Namespace: ("ead3.xsd", ead_xsd_ead3)
        case EADGeneration.ead3UndeprecatedNamespace: ("ead3_undeprecated.xsd", ead_xsd_ead3_undeprecated)
        default: ("ead-1.1.0.xsd", ead_xsd_ead2002)
        }
      report.schemas = [id]
      schema = LibXMLValidation.schema(Resource.bytes(accessor))
      guard let schema else { throw EADError("schema-left-out", file: source.name, [id]) }
      xmlTextReaderSetSchema(reader, schema)
    }
    var state = xmlTextReaderRead(reader)
    while state == 1, readError == nil { state = xmlTextReaderRead(reader) }
    if let readError { throw readError }
    if usesDTD, state == 0, failure == nil, root.hasDoctype, xmlTextReaderIsValid(reader) != 1, count == 0 {
      add(Finding(rule: "libxml2-says", severity: .error, file: source.name, line: 1, arguments: ["document is not valid"]))
    }
    report.bytes = bytesRead
    var collector = FindingCollector(file: source.name, options: options)
    for finding in findings { collector.add(finding) }
    collector.report(into: &report)
    if state < 0 {
      throw failure ?? EADError("xml-not-well-formed", file: source.name, [""])
    }
    if options.wantsSourceLines, !report.findings.isEmpty {
      source.rewind()
      try SourceLines.fill(&report.findings, from: source)
    }
  }

  private func read(_ buffer: UnsafeMutablePointer<CChar>, _ capacity: Int) -> Int32 {
    buffer.withMemoryRebound(to: UInt8.self, capacity: capacity) { bytes in
      do throws(EADError) {
        let count = try source.read(into: bytes, capacity)
        bytesRead += count
        return Int32(count)
      } catch {
        readError = error
        return -1
      }
    }
  }

  private func take(_ error: xmlError) {
    let text = error.message.map { String(cString: $0) } ?? ""
    let clean = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if error.level == XML_ERR_FATAL {
      if failure == nil {
        failure = EADError(
          "xml-not-well-formed", file: source.name, line: Int(error.line), column: max(Int(error.int2), 0), [clean])
      }
      return
    }
    add(
      Finding(
        rule: "libxml2-says", severity: error.level == XML_ERR_WARNING ? .warning : .error, file: source.name,
        line: Int(error.line), column: max(Int(error.int2), 0), arguments: [clean]))
  }

  private func add(_ finding: Finding) {
    count += 1
    if findings.count < options.maxFindings + 4000 { findings.append(finding) }
  }

  private static func schema(_ bytes: UnsafeBufferPointer<UInt8>) -> xmlSchemaPtr? {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
    let context = start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
      xmlSchemaNewMemParserCtxt($0, Int32(bytes.count))
    }
    guard let context else { return nil }
    defer { xmlSchemaFreeParserCtxt(context) }
    return xmlSchemaParse(context)
  }
}

/// Namespace and DOCTYPE of a document, read no further than its root.
final class RootScan: XMLEventSink {
  private(set) var namespace = ""
  private(set) var hasDoctype = false
  private(set) var isEAD3 = false
  private var isDone = false

  static func scan(_ source: InputSource, options: ValidationOptions) throws(EADError) -> RootScan {
    let sink = RootScan()
    let parser = XMLEventReader(sink: sink, limits: options.reading.limits, recover: true, encoding: options.reading.encoding)
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 12)
    defer { buffer.deallocate() }
    while !sink.isDone {
      let count = try source.read(into: buffer, 1 << 12)
      if count == 0 {
        parser.finish()
        break
      }
      if !parser.feed(UnsafeBufferPointer(start: buffer, count: count)) { break }
    }
    return sink
  }

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    if !isDone, !isAttribute { self.namespace = namespace ?? "" }
    return 1
  }

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) { isDone = true }

  override func doctype(name: String, publicID: String?, systemID: String?) {
    hasDoctype = true
    isEAD3 = ((publicID ?? "") + (systemID ?? "")).lowercased().contains("ead3")
  }
}
