import CLibXML2

/// Texts of some elements and attributes of a small XML document.
///
/// No entity is ever declared or expanded, nothing is loaded, no tree is built: a bomb is a text without its entities.
enum XMLFacts {
  /// Bytes read of a document.
  static let mostBytes = 4 << 20
  /// Bytes kept of one text.
  static let mostText = 16_384

  /// What the parser's callbacks fill.
  fileprivate final class Collector {
    /// Namespace, a space and local name of what is wanted.
    let wanted: Set<String>
    let localNames: Set<String>
    var found: [String: [UInt8]] = [:]
    var current: String?
    var depth = 0
    var currentDepth = 0
    var text: [UInt8] = []

    init(wanted: Set<String>) {
      self.wanted = wanted
      localNames = Set(wanted.compactMap { $0.split(separator: " ").last.map(String.init) })
    }

    func key(_ namespace: UnsafePointer<xmlChar>?, _ name: UnsafePointer<xmlChar>?) -> String? {
      guard let name else { return nil }
      let local = String(cString: name)
      guard localNames.contains(local), let namespace else { return nil }
      let key = String(cString: namespace) + " " + local
      return wanted.contains(key) ? key : nil
    }

    func add(_ bytes: UnsafePointer<xmlChar>?, _ count: Int) {
      guard current != nil, let bytes, count > 0, text.count < XMLFacts.mostText else { return }
      text.append(contentsOf: UnsafeBufferPointer(start: bytes, count: min(count, XMLFacts.mostText - text.count)))
    }

    /// The first text that is not blank counts.
    func keep(_ value: [UInt8], as key: String) {
      guard found[key] == nil, value.contains(where: { $0 > 32 }) else { return }
      found[key] = value
    }
  }

  private static let isReady: Bool = {
    xmlInitParser()
    return true
  }()

  /// - Parameter wanted: `namespace name` of elements (all the text in them) and attributes; the first of each is taken.
  /// - Returns: UTF-8; what was found before the first error of a broken document.
  static func read(_ bytes: [UInt8], _ wanted: Set<String>) -> [String: [UInt8]] {
    guard isReady, bytes.count > 4 else { return [:] }
    let collector = Collector(wanted: wanted)
    var handler = xmlSAXHandler()
    ead_sax_init(&handler)
    install(in: &handler)
    let data = Unmanaged.passUnretained(collector).toOpaque()
    guard let context = xmlCreatePushParserCtxt(&handler, data, nil, 0, nil) else { return [:] }
    defer { xmlFreeParserCtxt(context) }
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    xmlCtxtUseOptions(context, Int32(options))
    // xmlCtxtUseOptions keeps the handler but resets some of its callbacks.
    install(in: &context.pointee.sax.pointee)
    withExtendedLifetime(collector) {
      bytes.withUnsafeBytes { all in
        var at = 0
        let end = min(all.count, mostBytes)
        while at < end {
          let count = min(16_384, end - at)
          let base = all.baseAddress?.advanced(by: at).assumingMemoryBound(to: CChar.self)
          if xmlParseChunk(context, base, Int32(count), 0) != 0 { return }
          at += count
        }
        xmlParseChunk(context, nil, 0, 1)
      }
    }
    return collector.found
  }

  private static func install(in handler: inout xmlSAXHandler) {
    handler.serror = { _, _ in }
    handler.characters = { data, bytes, count in XMLFacts.collector(data)?.add(bytes, Int(count)) }
    handler.cdataBlock = { data, bytes, count in XMLFacts.collector(data)?.add(bytes, Int(count)) }
    handler.ignorableWhitespace = { data, bytes, count in XMLFacts.collector(data)?.add(bytes, Int(count)) }
    handler.startElementNs = { data, name, _, namespace, _, _, attributeCount, _, attributes in
      guard let collector = XMLFacts.collector(data) else { return }
      collector.depth += 1
      if collector.current == nil, let key = collector.key(namespace, name) {
        collector.current = key
        collector.currentDepth = collector.depth
        collector.text = []
      }
      guard let attributes else { return }
      for index in 0..<Int(attributeCount) {
        // Five pointers each: name, prefix, namespace, begin and end of the value.
        let place = attributes + index * 5
        guard let key = collector.key(place[2], place[0]), let begin = place[3], let end = place[4], end > begin else { continue }
        let value = UnsafeBufferPointer(start: begin, count: min(end - begin, XMLFacts.mostText))
        collector.keep(Array(value), as: key)
      }
    }
    handler.endElementNs = { data, _, _, _ in
      guard let collector = XMLFacts.collector(data) else { return }
      if let key = collector.current, collector.depth == collector.currentDepth {
        collector.keep(collector.text, as: key)
        collector.current = nil
      }
      collector.depth -= 1
    }
  }

  private static func collector(_ data: UnsafeMutableRawPointer?) -> Collector? {
    data.map { Unmanaged<Collector>.fromOpaque($0).takeUnretainedValue() }
  }
}
