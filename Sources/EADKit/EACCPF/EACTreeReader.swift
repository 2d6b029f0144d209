/// Reads one EAC-CPF file into a tree, with all limits of reading and one of its own.
///
/// Elements are known by namespace and local name, whatever their prefix; what is in another namespace than the root
/// keeps that namespace in its name and fits no row of the crosswalk.
final class EACTreeReader: XMLEventSink {
  /// Bytes that a file may take in memory; thousands of times what an authority record has.
  static let limit = 48 << 20

  private let names = NameTable()
  private let file: String
  private let limits: ReadingLimits
  private(set) var tree: EACTree?
  private(set) var findings: [Finding] = []
  private var refusal: EADError?
  private var rootNamespace = ""
  private var rootLocal = ""
  @exclusivity(unchecked) private var open: [(index: Int, counts: [NameID: Int32])] = []

  private init(file: String, limits: ReadingLimits) {
    self.file = file
    self.limits = limits
  }

  /// - Throws: `EADError` when the file cannot be read, is too large or is no EAC-CPF.
  static func read(_ path: String, _ options: EADReaderOptions) throws(EADError) -> (tree: EACTree, findings: [Finding]) {
    let source = try InputSource(path: path, limits: options.limits)
    try source.prepare(scan: nil)
    let sink = EACTreeReader(file: path, limits: options.limits)
    let parser = XMLEventReader(sink: sink, limits: options.limits, recover: options.recover, encoding: options.encoding)
    let size = 1 << 14
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer, size)
      if count == 0 || !parser.feed(UnsafeBufferPointer(start: buffer, count: count)) { break }
    }
    if sink.refusal == nil { parser.finish() }
    if let refusal = sink.refusal { throw refusal }
    if let failure = parser.failure {
      throw failure.error(file: path, open: parser.openElements.map(sink.names.name), limits: options.limits)
    }
    guard let tree = sink.tree else { throw EADError("xml-empty", file: path, line: 1) }
    if let finding = parser.encodingContradiction(file: path) { sink.findings.append(finding) }
    if let finding = parser.encodingRepairs(file: path) { sink.findings.append(finding) }
    return (tree, sink.findings)
  }

  // MARK: Names

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    if isAttribute {
      if namespace == nil, prefix == nil { return names.other(local) }
      if namespace == "http://www.w3.org/XML/1998/namespace" || prefix == "xml" { return names.other("xml:" + local) }
      if namespace == "http://www.w3.org/1999/xlink" { return names.other("xlink:" + local) }
      if namespace == "http://www.w3.org/2001/XMLSchema-instance" { return names.other("xsi:" + local) }
      if namespace == rootNamespace { return names.other(local) }
      return names.other((prefix.map { $0 + ":" } ?? "") + local)
    }
    if rootLocal.isEmpty {
      rootLocal = local
      rootNamespace = namespace ?? ""
      return names.other(local)
    }
    if (namespace ?? "") == rootNamespace { return names.other(local) }
    return names.other("{" + (prefix ?? namespace ?? "") + "}" + local)
  }

  /// Judges the root, before anything is kept.
  private func generationOfRoot() -> EACGeneration? {
    if let generation = EACGeneration(namespace: rootNamespace) {
      if EACGeneration(root: rootLocal) == generation { return generation }
    } else if rootNamespace.isEmpty, let generation = EACGeneration(root: rootLocal) {
      findings.append(
        Finding(rule: "eac-no-namespace", severity: .warning, file: file, line: parser.line, arguments: [generation.namespace]))
      return generation
    }
    if EADGeneration(namespace: rootNamespace) != nil || EADGeneration.ead4Namespaces.contains(rootNamespace)
      || rootLocal.lowercased() == "ead"
    {
      refusal = EADError("eac-is-ead", file: file, line: parser.line)
    } else if EACGeneration(root: rootLocal) != nil {
      refusal = EADError(
        "eac-namespace-wrong", file: file, line: parser.line,
        [rootLocal, rootNamespace, EACGeneration.eac2010.namespace, EACGeneration.eac2.namespace])
    } else {
      refusal = EADError("eac-not-eac", file: file, line: parser.line, [rootLocal])
    }
    return nil
  }

  // MARK: Events

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    if tree == nil {
      guard let generation = generationOfRoot() else { return parser.stop(XMLFailure.stopped) }
      tree = EACTree(generation: generation, names: names)
    }
    guard let tree else { return }
    let index = tree.nodes.count
    var position: Int32 = 1
    if !open.isEmpty {
      position = (open[open.count - 1].counts[name] ?? 0) + 1
      open[open.count - 1].counts[name] = position
    }
    tree.nodes.append(
      EACNode(
        name: name, isText: false, parent: Int32(open.last?.index ?? -1), end: Int32(index + 1),
        start: Int32(tree.attributes.count), count: Int32(attributes.count), position: position,
        line: Int32(truncatingIfNeeded: parser.line)))
    for attribute in attributes {
      tree.attributes.append(
        EACAttribute(name: attribute.name, start: Int32(tree.bytes.count), count: Int32(attribute.value.count)))
      tree.bytes.append(contentsOf: attribute.value)
    }
    open.append((index, [:]))
    checkSize(tree)
  }

  override func endElement(_ name: NameID) {
    guard let tree, let last = open.popLast() else { return }
    tree.nodes[last.index].end = Int32(tree.nodes.count)
  }

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let tree, let parent = open.last?.index else { return }
    let last = tree.nodes.count - 1
    if tree.nodes[last].isText, tree.nodes[last].state == 0, Int(tree.nodes[last].parent) == parent {
      tree.nodes[last].count += Int32(bytes.count)
      tree.nodes[last].line = Int32(truncatingIfNeeded: parser.line)
    } else {
      tree.nodes.append(
        EACNode(
          name: 0, isText: true, parent: Int32(parent), end: Int32(last + 2), start: Int32(tree.bytes.count),
          count: Int32(bytes.count), line: Int32(truncatingIfNeeded: parser.line)))
    }
    tree.bytes.append(contentsOf: bytes)
    if Int(tree.nodes[tree.nodes.count - 1].count) > limits.textBytes {
      parser.stop(XMLFailure.textSize, names.name(tree.nodes[parent].name))
    }
    checkSize(tree)
  }

  private func checkSize(_ tree: EACTree) {
    guard tree.size > EACTreeReader.limit, refusal == nil else { return }
    refusal = EADError("eac-too-large", file: file, line: parser.line, [String(EACTreeReader.limit >> 20)])
    parser.stop(XMLFailure.stopped)
  }

  // MARK: What is not as it should be

  private func say(_ kind: ParserMessage.Kind, code: Int32 = 0, _ text: String, _ line: Int, _ column: Int) {
    guard findings.count < EACTreeReader.mostFindings else { return }
    findings.append(ParserMessage(kind: kind, code: code, text: text, line: line, column: column).finding(file: file))
  }
  private static let mostFindings = 1000

  override func externalEntity(name: String, systemID: String) { lost(name + " (" + systemID + ")", .externalEntity) }

  override func unknownEntity(name: String) { lost(name, .unknownEntity) }

  /// Text that stands outside the document: a loss where it would have stood.
  private func lost(_ text: String, _ kind: ParserMessage.Kind) {
    say(kind, text, parser.line, parser.column)
    guard let tree, let parent = open.last?.index else { return }
    let bytes = Array(text.utf8)
    tree.nodes.append(
      EACNode(
        name: 0, isText: true, state: LossReason.externalEntity.code, isApart: true, parent: Int32(parent),
        end: Int32(tree.nodes.count + 1), start: Int32(tree.bytes.count), count: Int32(bytes.count),
        line: Int32(truncatingIfNeeded: parser.line)))
    tree.bytes.append(contentsOf: bytes)
    checkSize(tree)
  }

  override func markupRepaired(_ kind: MarkupRepair.Kind, line: Int) { say(.escaped, kind == .lessThan ? "<" : "&", line, 0) }

  override func parserMessage(code: Int32, message: String, line: Int, column: Int, isFatal: Bool) {
    say(isFatal ? .repaired : .warned, code: code, message, line, column)
  }
}
