/// Writes built elements as XML in one of the forms of EAD.
final class EADSerializer {
  private let form: EADForm
  private let indentation: Int
  private let output: XMLOutput
  @exclusivity(unchecked) private var open: [Bool] = []
  @exclusivity(unchecked) private var hasBegun = false
  /// The start tag that was written last still lacks its end.
  @exclusivity(unchecked) private var isInTag = false
  /// Nothing has been written into the innermost element.
  @exclusivity(unchecked) private var isFirst = false
  private let elementNames: [[UInt8]]
  private let attributeNames: [[UInt8]]
  private let linkNames: [[UInt8]]
  private let isLink: [Bool]

  init(form: EADForm, indentation: Int, output: XMLOutput) {
    self.form = form
    self.indentation = indentation
    self.output = output
    elementNames = Tag.names.map { Array($0.utf8) }
    attributeNames = Attribute.names.map { Array($0.utf8) }
    linkNames = Attribute.names.enumerated().map { index, name in
      let id = Attribute.first + NameID(index)
      let local: String
      switch id {
      case Attribute.linktype: local = form == .ead2002 ? "xlink:type" : "linktype"
      case Attribute.linkrole: local = form == .ead2002 ? "xlink:role" : "role"
      case Attribute.linktitle: local = form == .ead2002 ? "xlink:title" : "title"
      case Attribute.href, Attribute.arcrole, Attribute.show, Attribute.actuate, Attribute.from, Attribute.to:
        local = form == .ead2002 ? "xlink:" + name : name
      default: local = name
      }
      return Array(local.utf8)
    }
    isLink = Tag.names.map { form != .ead3 && NamespaceMapping.linkElements.contains($0) }
  }

  /// Writes events after those written before.
  func write(_ events: borrowing OutputEvents) throws(EADError) {
    if !hasBegun {
      hasBegun = true
      output.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" as StaticString)
      if form == .ead2002DTD { output.raw(EADSerializer.doctype) }
    }
    for event in events.events {
      switch event.kind {
      case .start: start(event, events)
      case .end: end(event)
      case .text:
        closeTag()
        isFirst = false
        output.text(events.value(event.start, event.count))
      case .comment:
        beforeChild()
        output.comment(events.value(event.start, event.count))
      case .processingInstruction:
        beforeChild()
        output.processingInstruction(events.value(event.start, event.count))
      }
      if output.isFull { try output.flush() }
    }
  }

  func finish() throws(EADError) {
    output.raw("\n" as StaticString)
    try output.flush()
  }

  /// The public identifier of the DTD of EAD 2002, and the name its file has everywhere.
  private static let doctype =
    "<!DOCTYPE ead PUBLIC \"+//ISBN 1-931666-00-8//DTD ead.dtd (Encoded Archival Description (EAD) Version 2002)//EN\" \"ead.dtd\">\n"

  private func closeTag() {
    guard isInTag else { return }
    isInTag = false
    output.raw(">" as StaticString)
  }

  private func beforeChild() {
    closeTag()
    if let isElementOnly = open.last, isElementOnly, indentation > 0 { output.newline(open.count * indentation) }
    isFirst = false
  }

  private func start(_ event: OutputEvents.Event, _ events: borrowing OutputEvents) {
    beforeChild()
    output.raw("<" as StaticString)
    elementNames[Int(event.name)].withUnsafeBufferPointer { output.raw($0) }
    if open.isEmpty {
      switch form {
      case .ead3: output.raw(" xmlns=\"\(EADGeneration.ead3Namespace)\"")
      case .ead2002: output.raw(" xmlns=\"\(EADGeneration.ead2002Namespace)\" xmlns:xlink=\"\(NamespaceMapping.xlink)\"")
      case .ead2002Plain, .ead2002DTD: break
      }
    }
    let isLink = isLink[Int(event.name)]
    for offset in 0..<Int(event.count) {
      let attribute = events.attributes[Int(event.start) + offset]
      output.raw(" " as StaticString)
      let at = Int(attribute.name) - Int(Attribute.first)
      (isLink ? linkNames[at] : attributeNames[at]).withUnsafeBufferPointer { output.raw($0) }
      output.raw("=\"" as StaticString)
      let value = events.value(attribute.start, attribute.count)
      if isLink, form != .ead2002, let old = EADSerializer.plainValue(attribute.name, value) {
        output.raw(old)
      } else {
        output.value(value)
      }
      output.raw("\"" as StaticString)
    }
    isInTag = true
    isFirst = true
    open.append(event.isElementOnly)
  }

  /// The DTD's spelling of a value that XLink writes otherwise.
  private static func plainValue(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>) -> StaticString? {
    switch name {
    case Attribute.actuate:
      if Bytes.equal(value, "onLoad") { return "onload" }
      if Bytes.equal(value, "onRequest") { return "onrequest" }
      if Bytes.equal(value, "other") { return "actuateother" }
      if Bytes.equal(value, "none") { return "actuatenone" }
    case Attribute.show:
      if Bytes.equal(value, "other") { return "showother" }
      if Bytes.equal(value, "none") { return "shownone" }
    default: break
    }
    return nil
  }

  private func end(_ event: OutputEvents.Event) {
    let isElementOnly = open.popLast() ?? false
    if isInTag {
      isInTag = false
      output.raw("/>" as StaticString)
    } else {
      if isElementOnly, !isFirst, indentation > 0 { output.newline(open.count * indentation) }
      output.raw("</" as StaticString)
      elementNames[Int(event.name)].withUnsafeBufferPointer { output.raw($0) }
      output.raw(">" as StaticString)
    }
    isFirst = false
  }
}
