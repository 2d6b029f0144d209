/// What a document is, read from its first tags: needed before it is converted.
struct DocumentProbe {
  var generation: EADGeneration?
  /// The form it is written in; nil when it is no EAD that is known.
  var form: EADForm?
  /// The root's namespace when it is that of a draft of EAD 4.
  var draftNamespace: String?
  /// Deepest nesting of components; 0 when it was not asked for.
  var depth = 0

  /// - Parameter measures: reads the whole document, to find how deep its components are nested.
  init(_ source: InputSource, options: EADReaderOptions, measures: Bool) throws(EADError) {
    let sink = Sink(measures: measures)
    let parser = XMLEventReader(sink: sink, limits: options.limits, recover: options.recover, encoding: options.encoding)
    // What is wrong with the document is said when it is read in earnest.
    try parser.read(source)
    source.rewind()
    generation = options.generation ?? sink.generation
    draftNamespace = sink.namespace.flatMap { EADGeneration.ead4Namespaces.contains($0) ? $0 : nil }
    depth = sink.deepest
    switch generation {
    case .ead3: form = .ead3
    case .ead2002:
      let namespace = sink.namespace ?? ""
      form = !namespace.isEmpty ? .ead2002 : sink.hasDoctype ? .ead2002DTD : .ead2002Plain
    case nil: form = nil
    }
  }

  private final class Sink: XMLEventSink {
    let measures: Bool
    let names = NameTable()
    var generation: EADGeneration?
    var namespace: String?
    var hasDoctype = false
    var isEAD3Doctype = false
    var deepest = 0
    var components = 0
    var seenRoot = false
    private var seenElement = false
    private var isEAC = false

    init(measures: Bool) { self.measures = measures }

    override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
      if isAttribute { return 0 }
      // An authority record has a `control` too.
      if !seenElement { isEAC = EACGeneration(namespace: namespace) != nil || EACGeneration(root: local) != nil }
      seenElement = true
      if local.lowercased() == "ead", self.namespace == nil {
        self.namespace = namespace ?? ""
        generation = EADGeneration(namespace: namespace) ?? (isEAD3Doctype ? .ead3 : nil)
      }
      return names.element(local)
    }

    override func doctype(name: String, publicID: String?, systemID: String?) {
      hasDoctype = true
      isEAD3Doctype = ((publicID ?? "") + (systemID ?? "")).lowercased().contains("ead3")
    }

    override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
      if generation == nil {
        if name == Tag.control, !isEAC { generation = .ead3 }
        // Whatever has no header in EAD3's way is read as EAD 2002.
        if name == Tag.eadheader || name == Tag.archdesc || name == Tag.frontmatter { generation = .ead2002 }
      }
      if name == Tag.ead { seenRoot = true }
      if ElementTraits.table[Int(name)].contains(.component) {
        components += 1
        deepest = max(deepest, components)
      }
      if generation != nil, seenRoot || name == Tag.archdesc, !measures { parser.stop(XMLFailure.stopped) }
    }

    override func endElement(_ name: NameID) {
      if ElementTraits.table[Int(name)].contains(.component) { components -= 1 }
    }
  }
}
