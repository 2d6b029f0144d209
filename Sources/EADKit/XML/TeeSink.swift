/// Hands every event to two sinks, each of which knows names by numbers of its own.
final class TeeSink: XMLEventSink {
  let first: XMLEventSink
  let second: XMLEventSink
  @exclusivity(unchecked) private var pairs: [(first: NameID, second: NameID)] = []
  @exclusivity(unchecked) private var attributes: [RawAttribute] = []
  private static let limit = 65_000

  init(_ first: XMLEventSink, _ second: XMLEventSink) {
    self.first = first
    self.second = second
  }

  override func attached() {
    first.parser = parser
    second.parser = parser
    first.attached()
    second.attached()
  }

  override func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID {
    let pair = (
      first.resolve(local: local, prefix: prefix, namespace: namespace, isAttribute: isAttribute),
      second.resolve(local: local, prefix: prefix, namespace: namespace, isAttribute: isAttribute)
    )
    // Names past the limit share the last number, as they do in both tables.
    if pairs.count >= TeeSink.limit { return NameID(TeeSink.limit - 1) }
    pairs.append(pair)
    return NameID(pairs.count - 1)
  }

  private func names(_ name: NameID) -> (first: NameID, second: NameID) { pairs[Int(name)] }

  override func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {
    let own = names(name)
    self.attributes.removeAll(keepingCapacity: true)
    for attribute in attributes {
      self.attributes.append(RawAttribute(name: names(attribute.name).first, value: attribute.value))
    }
    self.attributes.withUnsafeBufferPointer { first.startElement(own.first, $0) }
    for at in 0..<attributes.count { self.attributes[at].name = names(attributes[at].name).second }
    self.attributes.withUnsafeBufferPointer { second.startElement(own.second, $0) }
  }

  override func endElement(_ name: NameID) {
    first.endElement(names(name).first)
    second.endElement(names(name).second)
  }

  override func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    first.characters(bytes)
    second.characters(bytes)
  }

  override func namespaceDeclared(prefix: String, namespace: String) {
    first.namespaceDeclared(prefix: prefix, namespace: namespace)
    second.namespaceDeclared(prefix: prefix, namespace: namespace)
  }

  override func processingInstruction(target: String, data: String) {
    first.processingInstruction(target: target, data: data)
    second.processingInstruction(target: target, data: data)
  }

  override func comment(_ bytes: UnsafeBufferPointer<UInt8>) {
    first.comment(bytes)
    second.comment(bytes)
  }

  override func unparsedEntityDeclared(name: String, publicID: String?, systemID: String, notation: String) {
    first.unparsedEntityDeclared(name: name, publicID: publicID, systemID: systemID, notation: notation)
    second.unparsedEntityDeclared(name: name, publicID: publicID, systemID: systemID, notation: notation)
  }

  override func notationDeclared(name: String, publicID: String?, systemID: String?) {
    first.notationDeclared(name: name, publicID: publicID, systemID: systemID)
    second.notationDeclared(name: name, publicID: publicID, systemID: systemID)
  }

  override func externalEntity(name: String, systemID: String) {
    first.externalEntity(name: name, systemID: systemID)
    second.externalEntity(name: name, systemID: systemID)
  }

  override func unknownEntity(name: String) {
    first.unknownEntity(name: name)
    second.unknownEntity(name: name)
  }

  override func undeclaredEntity(name: String) {
    first.undeclaredEntity(name: name)
    second.undeclaredEntity(name: name)
  }

  override func parameterEntityDeclared(name: String, value: String) {
    first.parameterEntityDeclared(name: name, value: value)
    second.parameterEntityDeclared(name: name, value: value)
  }

  override func markupRepaired(_ kind: MarkupRepair.Kind, line: Int) {
    first.markupRepaired(kind, line: line)
    second.markupRepaired(kind, line: line)
  }

  override func doctype(name: String, publicID: String?, systemID: String?) {
    first.doctype(name: name, publicID: publicID, systemID: systemID)
    second.doctype(name: name, publicID: publicID, systemID: systemID)
  }

  override func parserMessage(code: Int32, message: String, line: Int, column: Int, isFatal: Bool) {
    first.parserMessage(code: code, message: message, line: line, column: column, isFatal: isFatal)
    second.parserMessage(code: code, message: message, line: line, column: column, isFatal: isFatal)
  }
}
