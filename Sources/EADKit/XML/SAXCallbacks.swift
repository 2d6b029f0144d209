import CLibXML2

/// The functions libxml2 calls. Top level C functions over raw memory: nothing is retained, nothing is boxed.
enum SAXCallbacks {
  static func install(in handler: inout xmlSAXHandler) {
    handler.initialized = UInt32(XML_SAX2_MAGIC)
    handler.startElementNs = startElement
    handler.endElementNs = endElement
    handler.startElement = nil
    handler.endElement = nil
    handler.characters = characters
    // The same function, so that libxml2 does not ask itself for each blank text whether it may be ignored.
    handler.ignorableWhitespace = characters
    // Sections are text like any other; with no callback libxml2 hands them to `characters`.
    handler.cdataBlock = nil
    handler.processingInstruction = processingInstruction
    handler.comment = comment
    handler.unparsedEntityDecl = unparsedEntity
    handler.notationDecl = notation
    handler.startDocument = { raw in xmlSAX2StartDocument(state(raw).pointee.context) }
    handler.internalSubset = internalSubset
    handler.entityDecl = entityDeclaration
    handler.getEntity = getEntity
    handler.getParameterEntity = { raw, name in xmlSAX2GetParameterEntity(state(raw).pointee.context, name) }
    handler.hasInternalSubset = { raw in xmlSAX2HasInternalSubset(state(raw).pointee.context) }
    handler.serror = structuredError
    handler.warning = nil
    handler.error = nil
    handler.fatalError = nil
  }
}

@inline(__always)
private func state(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<ParserState> {
  // libxml2 always hands back the pointer the parser was created with.
  raw.unsafelyUnwrapped.assumingMemoryBound(to: ParserState.self)
}

private func text(_ pointer: UnsafePointer<xmlChar>?) -> String? {
  guard let pointer else { return nil }
  return String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
}

/// In recovery libxml2 would drop every entity reference after the first error; each error is reported as it comes.
@inline(__always)
private func keepWell(_ state: UnsafeMutablePointer<ParserState>) {
  if state.pointee.repairsText, let context = state.pointee.context, context.pointee.recovery != 0 {
    context.pointee.wellFormed = 1
  }
}

private func fail(_ state: UnsafeMutablePointer<ParserState>, _ code: Int32, _ message: String) {
  guard state.pointee.failure == nil, let context = state.pointee.context else { return }
  state.pointee.failure = XMLFailure(
    code: code, message: message, line: Int(ead_line(context)), column: Int(ead_column(context)))
  xmlStopParser(context)
}

@inline(never)
private func resolve(
  _ state: UnsafeMutablePointer<ParserState>, _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?,
  _ namespace: UnsafePointer<xmlChar>?, isAttribute: Bool
) -> NameID {
  let name = state.pointee.sink._withUnsafeGuaranteedRef {
    $0.resolve(
      local: text(local) ?? "", prefix: text(prefix), namespace: text(namespace), isAttribute: isAttribute)
  }
  state.pointee.names.insert(local, isAttribute ? (namespace ?? prefix) : namespace, prefix, isAttribute ? 1 : 0, name)
  return name
}

private let startElement: startElementNsSAX2Func = { raw, local, prefix, namespace, declared, declarations, count, _, values in
  let state = state(raw)
  guard state.pointee.failure == nil, let local else { return }
  keepWell(state)
  if declared > 0, let declarations { declareNamespaces(state, Int(declared), declarations) }
  let name = state.pointee.names.find(local, namespace, prefix, 0) ?? resolve(state, local, prefix, namespace, isAttribute: false)

  let count = Int(count)
  if count > state.pointee.attributeCapacity {
    state.pointee.attributes.deallocate()
    state.pointee.attributeCapacity = count * 2
    state.pointee.attributes = .allocate(capacity: count * 2)
  }
  let attributes = state.pointee.attributes
  if let values {
    for index in 0..<count {
      let field = values + index * 5
      guard let attributeName = field[0], let start = field[3], let end = field[4] else { continue }
      // An attribute without a namespace keeps its prefix in the key: `xlink:href` may come undeclared.
      let space = field[2] ?? field[1]
      let id =
        state.pointee.names.find(attributeName, space, field[1], 1)
        ?? resolve(state, attributeName, field[1], field[2], isAttribute: true)
      let length = end - start
      if length > state.pointee.limits.textBytes {
        fail(state, XMLFailure.textSize, text(attributeName) ?? "")
        return
      }
      attributes[index] = RawAttribute(name: id, value: UnsafeBufferPointer(start: start, count: length))
    }
  }
  let repaired = state.pointee.repairsText ? repairAttributes(state, count) : []
  defer { for bytes in repaired { bytes.deallocate() } }

  if state.pointee.depth == state.pointee.openCapacity {
    let wider = UnsafeMutablePointer<NameID>.allocate(capacity: state.pointee.openCapacity * 2)
    wider.update(from: state.pointee.open, count: state.pointee.depth)
    state.pointee.open.deallocate()
    state.pointee.open = wider
    state.pointee.openCapacity *= 2
  }
  state.pointee.open[state.pointee.depth] = name
  state.pointee.depth += 1
  let deepest = min(state.pointee.limits.depth, ReadingLimits.deepest)
  if state.pointee.depth > deepest {
    fail(state, XMLFailure.depth, String(deepest))
    return
  }
  state.pointee.sink._withUnsafeGuaranteedRef {
    $0.startElement(name, UnsafeBufferPointer(start: attributes, count: count))
  }
}

@inline(never)
private func declareNamespaces(
  _ state: UnsafeMutablePointer<ParserState>, _ count: Int, _ declarations: UnsafeMutablePointer<UnsafePointer<xmlChar>?>
) {
  for index in 0..<count {
    let prefix = text(declarations[index * 2]) ?? ""
    let namespace = text(declarations[index * 2 + 1]) ?? ""
    state.pointee.sink._withUnsafeGuaranteedRef { $0.namespaceDeclared(prefix: prefix, namespace: namespace) }
  }
}

private let processingInstruction: processingInstructionSAXFunc = { raw, target, data in
  let state = state(raw)
  guard state.pointee.failure == nil, let target = text(target) else { return }
  state.pointee.sink._withUnsafeGuaranteedRef { $0.processingInstruction(target: target, data: text(data) ?? "") }
}

private let unparsedEntity: unparsedEntityDeclSAXFunc = { raw, name, publicID, systemID, notation in
  let state = state(raw)
  xmlSAX2UnparsedEntityDecl(state.pointee.context, name, publicID, systemID, notation)
  state.pointee.sink._withUnsafeGuaranteedRef {
    $0.unparsedEntityDeclared(
      name: text(name) ?? "", publicID: text(publicID), systemID: text(systemID) ?? "", notation: text(notation) ?? "")
  }
}

private let notation: notationDeclSAXFunc = { raw, name, publicID, systemID in
  let state = state(raw)
  xmlSAX2NotationDecl(state.pointee.context, name, publicID, systemID)
  state.pointee.sink._withUnsafeGuaranteedRef {
    $0.notationDeclared(name: text(name) ?? "", publicID: text(publicID), systemID: text(systemID))
  }
}

private let comment: commentSAXFunc = { raw, bytes in
  let state = state(raw)
  guard state.pointee.failure == nil, let bytes else { return }
  state.pointee.sink._withUnsafeGuaranteedRef {
    $0.comment(UnsafeBufferPointer(start: bytes, count: Int(xmlStrlen(bytes))))
  }
}

/// Puts repaired values in the place of those that need it; the caller frees them.
private func repairAttributes(_ state: UnsafeMutablePointer<ParserState>, _ count: Int) -> [UnsafeMutableBufferPointer<UInt8>] {
  var repaired: [UnsafeMutableBufferPointer<UInt8>] = []
  for index in 0..<count {
    let repair = TextRepair(state.pointee.attributes[index].value)
    guard repair.repaired > 0 else { continue }
    state.pointee.repairedBytes += repair.repaired
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: repair.bytes.count)
    _ = bytes.initialize(from: repair.bytes)
    repaired.append(bytes)
    state.pointee.attributes[index].value = UnsafeBufferPointer(bytes)
  }
  return repaired
}

private let endElement: endElementNsSAX2Func = { raw, _, _, _ in
  let state = state(raw)
  guard state.pointee.failure == nil, state.pointee.depth > 0 else { return }
  state.pointee.depth -= 1
  let name = state.pointee.open[state.pointee.depth]
  state.pointee.sink._withUnsafeGuaranteedRef { $0.endElement(name) }
}

private let characters: charactersSAXFunc = { raw, bytes, count in
  let state = state(raw)
  guard state.pointee.failure == nil, let bytes, count > 0 else { return }
  keepWell(state)
  if state.pointee.repairsText {
    var repair = TextRepair(UnsafeBufferPointer(start: bytes, count: Int(count)))
    if repair.repaired > 0 {
      state.pointee.repairedBytes += repair.repaired
      repair.bytes.withUnsafeBufferPointer { bytes in
        state.pointee.sink._withUnsafeGuaranteedRef { $0.characters(bytes) }
      }
      return
    }
  }
  state.pointee.sink._withUnsafeGuaranteedRef {
    $0.characters(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }
}

private let internalSubset: internalSubsetSAXFunc = { raw, name, publicID, systemID in
  let state = state(raw)
  xmlSAX2InternalSubset(state.pointee.context, name, publicID, systemID)
  state.pointee.sink._withUnsafeGuaranteedRef {
    $0.doctype(name: text(name) ?? "", publicID: text(publicID), systemID: text(systemID))
  }
}

private let entityDeclaration: entityDeclSAXFunc = { raw, name, type, publicID, systemID, content in
  let state = state(raw)
  guard let context = state.pointee.context, let name else { return }
  switch UInt32(type) {
  case XML_EXTERNAL_PARAMETER_ENTITY.rawValue:
    // A set known to the program takes the place of the file; any other is empty and is reported.
    let internalType = Int32(XML_INTERNAL_PARAMETER_ENTITY.rawValue)
    if let set = EntitySets.set(publicID: text(publicID), systemID: text(systemID)) {
      var bytes = Array(set)
      bytes.append(0)
      bytes.withUnsafeMutableBufferPointer { xmlSAX2EntityDecl(context, name, internalType, nil, nil, $0.baseAddress) }
    } else {
      var empty: [UInt8] = [0x20, 0]
      empty.withUnsafeMutableBufferPointer { xmlSAX2EntityDecl(context, name, internalType, nil, nil, $0.baseAddress) }
      state.pointee.sink._withUnsafeGuaranteedRef {
        $0.externalEntity(name: "%" + (text(name) ?? ""), systemID: text(systemID) ?? text(publicID) ?? "")
      }
    }
  case XML_EXTERNAL_GENERAL_PARSED_ENTITY.rawValue:
    if let key = text(name), state.pointee.externalEntities[key] == nil {
      state.pointee.externalEntities[key] = text(systemID) ?? text(publicID) ?? ""
    }
    var empty: [UInt8] = [0]
    empty.withUnsafeMutableBufferPointer {
      xmlSAX2EntityDecl(context, name, Int32(XML_INTERNAL_GENERAL_ENTITY.rawValue), nil, nil, $0.baseAddress)
    }
  case XML_INTERNAL_PARAMETER_ENTITY.rawValue:
    xmlSAX2EntityDecl(context, name, type, publicID, systemID, content)
    state.pointee.sink._withUnsafeGuaranteedRef {
      $0.parameterEntityDeclared(name: text(name) ?? "", value: text(content) ?? "")
    }
  default:
    xmlSAX2EntityDecl(context, name, type, publicID, systemID, content)
  }
}

private let getEntity: getEntitySAXFunc = { raw, name in
  let state = state(raw)
  guard state.pointee.failure == nil, let context = state.pointee.context, let name else { return nil }
  var entity = xmlSAX2GetEntity(context, name)
  if entity == nil {
    entity = ISOEntity.declare(text(name) ?? "", in: context)
    if entity != nil {
      state.pointee.sink._withUnsafeGuaranteedRef { $0.undeclaredEntity(name: "&" + (text(name) ?? "") + ";") }
    }
  }
  guard let entity else {
    state.pointee.sink._withUnsafeGuaranteedRef { $0.unknownEntity(name: "&" + (text(name) ?? "") + ";") }
    return nil
  }
  if !state.pointee.externalEntities.isEmpty, let key = text(name), let systemID = state.pointee.externalEntities[key] {
    state.pointee.sink._withUnsafeGuaranteedRef { $0.externalEntity(name: "&" + key + ";", systemID: systemID) }
  }
  // Nested references come here too, so the sum is what the document really grows by.
  state.pointee.entityBytes += Int(entity.pointee.length) + 1
  let limits = state.pointee.limits
  let added = state.pointee.entityBytes
  if added > limits.entityBytes || (added > 1 << 20 && added > state.pointee.bytesFed * limits.entityAmplification) {
    fail(state, XMLFailure.entityExpansion, text(name) ?? "")
    return nil
  }
  return entity
}

private let structuredError: xmlStructuredErrorFunc = { raw, error in
  let state = state(raw)
  guard let error = error?.pointee, state.pointee.failure == nil else { return }
  let message = error.message.map { String(cString: $0) } ?? ""
  let line = state.pointee.context.map { Int(ead_line($0)) } ?? Int(error.line)
  let column = max(Int(error.int2), 1)
  let isRecovering = state.pointee.context.map { $0.pointee.recovery != 0 } ?? false
  if error.level == XML_ERR_FATAL, !isRecovering {
    let input = state.pointee.context?.pointee.input?.pointee
    let hasMore = input.map { ($0.cur ?? $0.end) + 1 < ($0.end ?? $0.cur) } ?? false
    state.pointee.failure = XMLFailure(
      code: error.code, message: message, line: line, column: column, isAtEnd: state.pointee.isEnding && !hasMore)
    return
  }
  if isRecovering, error.code == XML_ERR_DOCUMENT_END.rawValue, state.pointee.depth == 0, state.pointee.bytesFed > 0 {
    // Something stands after the end of the root element: libxml2 reads no further.
    state.pointee.failure = XMLFailure(code: XMLFailure.stopped, message: "", line: line, column: column)
    return
  }
  // Said already, with the name.
  if error.code == XML_WAR_UNDECLARED_ENTITY.rawValue { return }
  state.pointee.sink._withUnsafeGuaranteedRef {
    $0.parserMessage(
      code: error.code, message: message, line: line, column: column, isFatal: error.level == XML_ERR_FATAL)
  }
}

/// Entities of the ISO sets that a document uses without declaring them.
private enum ISOEntity {
  static func declare(_ name: String, in context: xmlParserCtxtPtr) -> xmlEntityPtr? {
    guard let document = context.pointee.myDoc, let replacement = EntitySets.replacements[name] else { return nil }
    if document.pointee.intSubset == nil { xmlCreateIntSubset(document, "ead", nil, nil) }
    var value = Array(character(replacement).utf8)
    value.append(0)
    return value.withUnsafeBufferPointer { bytes in
      name.withCString { key in
        xmlAddDocEntity(
          document, UnsafeRawPointer(key).assumingMemoryBound(to: xmlChar.self),
          Int32(XML_INTERNAL_GENERAL_ENTITY.rawValue), nil, nil, bytes.baseAddress)
      }
    }
  }

  private static func character(_ reference: String) -> String {
    guard reference.hasPrefix("&#"), reference.hasSuffix(";") else { return reference }
    let body = reference.dropFirst(2).dropLast()
    let number = body.first == "x" ? UInt32(body.dropFirst(), radix: 16) : UInt32(body)
    return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) } ?? reference
  }
}
