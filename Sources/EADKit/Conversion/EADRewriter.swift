/// Writes a document again in the form it has: nothing changes but white space between elements that hold elements only,
/// the encoding (UTF-8) and the way characters are escaped.
final class EADRewriter: ReportingSink {
  private let output: XMLOutput
  private let indentation: Int
  private let elementOnly: [Bool]
  private let table = NameTable()
  /// Names as the document writes them, and their identity in EAD.
  @exclusivity(unchecked) private var written: [[UInt8]] = []
  @exclusivity(unchecked) private var tags: [NameID] = []
  private static let mostNames = 65_000

  private struct Frame {
    var isElementOnly: Bool
    /// Text was met where none should be: no white space is added any more.
    var hasText = false
    var hasChildren = false
  }

  @exclusivity(unchecked) private var frames: [Frame] = []
  @exclusivity(unchecked) private var isInTag = false
  private var declarations: [(prefix: String, namespace: String)] = []
  private var doctypeText: String?
  private var subset = ""
  @exclusivity(unchecked) private var hasBegun = false
  private(set) var units = 0
  /// References to what stands outside the document: nothing is in their place.
  private(set) var lost: [(text: String, line: Int)] = []
  private(set) var failure: EADError?

  init(generation: EADGeneration, indentation: Int, output: XMLOutput) {
    self.output = output
    self.indentation = indentation
    elementOnly = indentation > 0 ? ElementOnly.table(generation) : []
  }

  // MARK: Names

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    guard written.count < EADRewriter.mostNames else {
      parser.stop(XMLFailure.unitSize, "names")
      return NameID(written.count - 1)
    }
    let own = namespace == nil || EADGeneration(namespace: namespace) != nil
    written.append(Array(((prefix.map { $0.isEmpty ? "" : $0 + ":" } ?? "") + local).utf8))
    tags.append(!isAttribute && own ? table.element(local) : 0)
    return NameID(written.count - 1)
  }

  func name(_ id: NameID) -> String {
    Int(id) < written.count ? String(decoding: written[Int(id)], as: UTF8.self) : ""
  }

  // MARK: Before the root

  override func doctype(name: String, publicID: String?, systemID: String?) {
    var text = "<!DOCTYPE " + name
    if let publicID {
      text += " PUBLIC \"\(publicID)\" \"\(systemID ?? "")\""
    } else if let systemID {
      text += systemID.contains("\"") ? " SYSTEM '\(systemID)'" : " SYSTEM \"\(systemID)\""
    }
    doctypeText = text
  }

  override func notationDeclared(name: String, publicID: String?, systemID: String?) {
    guard subset.utf8.count < 1 << 20 else { return }
    subset += "<!NOTATION \(name) " + EADRewriter.external(publicID, systemID) + ">\n"
  }

  override func unparsedEntityDeclared(name: String, publicID: String?, systemID: String, notation: String) {
    guard subset.utf8.count < 1 << 24 else { return }
    subset += "<!ENTITY \(name) " + EADRewriter.external(publicID, systemID) + " NDATA \(notation)>\n"
  }

  private static func external(_ publicID: String?, _ systemID: String?) -> String {
    func quoted(_ text: String) -> String { text.contains("\"") ? "'\(text)'" : "\"\(text)\"" }
    guard let publicID else { return "SYSTEM " + quoted(systemID ?? "") }
    return "PUBLIC " + quoted(publicID) + (systemID.map { " " + quoted($0) } ?? "")
  }

  private func begin() {
    if !hasBegun {
      hasBegun = true
      output.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" as StaticString)
    }
  }

  private func writeDoctype() {
    begin()
    guard let doctypeText else { return }
    output.raw(doctypeText + (subset.isEmpty ? "" : " [\n" + subset + "]") + ">\n")
    self.doctypeText = nil
  }

  // MARK: Events

  override func namespaceDeclared(prefix: String, namespace: String) { declarations.append((prefix, namespace)) }

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    if frames.isEmpty { writeDoctype() }
    beforeChild()
    let tag = tags[Int(name)]
    if tag == Tag.archdesc || ElementTraits.table[Int(tag)].contains(.component) { units += 1 }
    output.raw("<" as StaticString)
    written[Int(name)].withUnsafeBufferPointer { output.raw($0) }
    for declaration in declarations {
      output.raw(declaration.prefix.isEmpty ? " xmlns=\"" : " xmlns:" + declaration.prefix + "=\"")
      var value = declaration.namespace
      value.withUTF8 { output.value($0) }
      output.raw("\"" as StaticString)
    }
    if !declarations.isEmpty { declarations.removeAll() }
    for attribute in attributes {
      output.raw(" " as StaticString)
      written[Int(attribute.name)].withUnsafeBufferPointer { output.raw($0) }
      output.raw("=\"" as StaticString)
      output.value(attribute.value)
      output.raw("\"" as StaticString)
    }
    isInTag = true
    frames.append(Frame(isElementOnly: Int(tag) < elementOnly.count && elementOnly[Int(tag)]))
    flush()
  }

  private func closeTag() {
    guard isInTag else { return }
    isInTag = false
    output.raw(">" as StaticString)
  }

  private func beforeChild() {
    closeTag()
    let top = frames.count - 1
    guard top >= 0 else { return }
    frames[top].hasChildren = true
    if frames[top].isElementOnly, !frames[top].hasText { output.newline(frames.count * indentation) }
  }

  override func endElement(_ name: NameID) {
    let frame = frames.popLast()
    if isInTag {
      isInTag = false
      output.raw("/>" as StaticString)
    } else {
      if let frame, frame.isElementOnly, frame.hasChildren, !frame.hasText { output.newline(frames.count * indentation) }
      output.raw("</" as StaticString)
      written[Int(name)].withUnsafeBufferPointer { output.raw($0) }
      output.raw(">" as StaticString)
    }
    if frames.isEmpty { output.raw("\n" as StaticString) }
    flush()
  }

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    let top = frames.count - 1
    guard top >= 0 else { return }
    if frames[top].isElementOnly {
      if Bytes.isBlank(bytes), !frames[top].hasText { return }
      frames[top].hasText = true
    }
    closeTag()
    output.text(bytes)
    flush()
  }

  override func comment(_ bytes: UnsafeBufferPointer<UInt8>) {
    if frames.isEmpty { begin() }
    beforeChild()
    output.comment(bytes)
    if frames.isEmpty { output.raw("\n" as StaticString) }
  }

  override func processingInstruction(target: String, data: String) {
    if frames.isEmpty { begin() }
    beforeChild()
    var text = data.isEmpty ? target : target + " " + data
    text.withUTF8 { output.processingInstruction($0) }
    if frames.isEmpty { output.raw("\n" as StaticString) }
  }

  private func flush() {
    guard output.isFull, failure == nil else { return }
    do throws(EADError) {
      try output.flush()
    } catch {
      failure = error
      parser.stop(XMLFailure.stopped)
    }
  }

  // MARK: What cannot be written again

  override func lose(_ text: String, _ kind: ParserMessage.Kind) {
    if note(kind, text) { lost.append((text, parser.line)) }
  }
}
