import CLibXML2
import Foundation
import Testing

@testable import EADKit

/// What canonical XML sees of a document's root element, as libxml2's reader tells it.
///
/// Expanded names, sorted attributes, text as bytes, comments and processing instructions. Set aside: the DOCTYPE, whatever
/// stands outside the root, how characters are written (references, CDATA), prefixes.
struct XMLCanonical {
  struct Name: Hashable, Comparable, CustomStringConvertible {
    var namespace: String
    var local: String

    var description: String { namespace.isEmpty ? local : "{\(namespace)}\(local)" }
    static func < (left: Name, right: Name) -> Bool { (left.namespace, left.local) < (right.namespace, right.local) }
  }

  struct Attribute: Hashable {
    var name: Name
    var value: [UInt8]
  }

  enum Event: Equatable {
    case start(Name, [Attribute])
    case end
    case text([UInt8])
    case comment([UInt8])
    case instruction([UInt8])

    /// For messages.
    var label: String {
      switch self {
      case .start(let name, let attributes):
        "<\(name)" + attributes.map { " \($0.name)=\"\(String(decoding: $0.value, as: UTF8.self))\"" }.joined() + ">"
      case .end: "end tag"
      case .text(let bytes): "text “\(String(decoding: bytes, as: UTF8.self))”"
      case .comment(let bytes): "comment “\(String(decoding: bytes, as: UTF8.self))”"
      case .instruction(let bytes): "processing instruction “\(String(decoding: bytes, as: UTF8.self))”"
      }
    }
  }

  struct NotWellFormed: Error {}

  private(set) var events: [Event] = []
  /// Text of entities outside the document, which nobody reads: how many there are.
  private(set) var externalEntities = 0
  private(set) var hasDoctype = false
  /// Addresses that the DOCTYPE gives its unparsed entities, by name.
  private(set) var entities: [String: String] = [:]

  var root: Name? { if case .start(let name, _)? = events.first { name } else { nil } }

  /// - Throws: `NotWellFormed` when libxml2 cannot read the document to its end.
  init(_ bytes: [UInt8]) throws {
    XMLEventReader.prepareLibrary()
    let flags = Int32(
      XML_PARSE_NOENT.rawValue | XML_PARSE_NONET.rawValue | XML_PARSE_HUGE.rawValue | XML_PARSE_NOERROR.rawValue
        | XML_PARSE_NOWARNING.rawValue)
    let events = try bytes.withUnsafeBytes { raw in
      let reader = xmlReaderForMemory(raw.bindMemory(to: CChar.self).baseAddress, Int32(raw.count), nil, nil, flags)
      guard let reader else { throw NotWellFormed() }
      defer { xmlFreeTextReader(reader) }
      return try read(reader)
    }
    self.events = events
  }

  private mutating func read(_ reader: xmlTextReaderPtr) throws -> [Event] {
    var events: [Event] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { events.append(.text(text)) }
      text = []
    }
    var status = xmlTextReaderRead(reader)
    while status == 1 {
      let type = UInt32(xmlTextReaderNodeType(reader))
      let isInside = xmlTextReaderDepth(reader) > 0
      switch type {
      case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue, XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue,
        XML_READER_TYPE_WHITESPACE.rawValue:
        if isInside { text += XMLCanonical.bytes(xmlTextReaderConstValue(reader)) }
      case XML_READER_TYPE_ELEMENT.rawValue:
        flush()
        let isEmpty = xmlTextReaderIsEmptyElement(reader) == 1
        let name = XMLCanonical.name(reader)
        events.append(.start(name, XMLCanonical.attributes(reader)))
        if isEmpty { events.append(.end) }
      case XML_READER_TYPE_END_ELEMENT.rawValue:
        flush()
        events.append(.end)
      case XML_READER_TYPE_COMMENT.rawValue where isInside:
        flush()
        events.append(.comment(XMLCanonical.bytes(xmlTextReaderConstValue(reader))))
      case XML_READER_TYPE_PROCESSING_INSTRUCTION.rawValue where isInside:
        flush()
        let data = XMLCanonical.bytes(xmlTextReaderConstValue(reader))
        events.append(.instruction(XMLCanonical.bytes(xmlTextReaderConstName(reader)) + (data.isEmpty ? [] : [0x20]) + data))
      case XML_READER_TYPE_ENTITY_REFERENCE.rawValue: externalEntities += 1
      case XML_READER_TYPE_DOCUMENT_TYPE.rawValue: hasDoctype = true
      default: break
      }
      status = xmlTextReaderRead(reader)
    }
    if status != 0 { throw NotWellFormed() }
    if hasDoctype { readEntities(reader) }
    return events
  }

  private mutating func readEntities(_ reader: xmlTextReaderPtr) {
    var declaration = xmlTextReaderCurrentDoc(reader)?.pointee.intSubset?.pointee.children
    while let node = declaration {
      if node.pointee.type == XML_ENTITY_DECL {
        node.withMemoryRebound(to: xmlEntity.self, capacity: 1) { entity in
          if entity.pointee.etype == XML_EXTERNAL_GENERAL_UNPARSED_ENTITY {
            entities[String(decoding: XMLCanonical.bytes(entity.pointee.name), as: UTF8.self)] = String(
              decoding: XMLCanonical.bytes(entity.pointee.SystemID), as: UTF8.self)
          }
        }
      }
      declaration = node.pointee.next
    }
    // What xmlTextReaderCurrentDoc hands out is the caller's.
    if let document = xmlTextReaderCurrentDoc(reader) { xmlFreeDoc(document) }
  }

  private static func bytes(_ text: UnsafePointer<xmlChar>?) -> [UInt8] {
    guard let text else { return [] }
    return Array(UnsafeBufferPointer(start: text, count: Int(xmlStrlen(text))))
  }

  private static func name(_ reader: xmlTextReaderPtr) -> Name {
    Name(
      namespace: String(decoding: bytes(xmlTextReaderConstNamespaceUri(reader)), as: UTF8.self),
      local: String(decoding: bytes(xmlTextReaderConstLocalName(reader)), as: UTF8.self))
  }

  private static func attributes(_ reader: xmlTextReaderPtr) -> [Attribute] {
    var found: [Attribute] = []
    while xmlTextReaderMoveToNextAttribute(reader) == 1 {
      if xmlTextReaderIsNamespaceDecl(reader) == 1 { continue }
      found.append(Attribute(name: name(reader), value: bytes(xmlTextReaderConstValue(reader))))
    }
    _ = xmlTextReaderMoveToElement(reader)
    return found.sorted { $0.name < $1.name }
  }

  // MARK: Comparison

  /// Elements that may hold text, by the schema; elements of other vocabularies always may.
  struct TextHolders {
    private var names: Set<String> = []
    private var known: Set<String> = []

    init(_ library: SchemaLibrary.Name) throws {
      let schema = try SchemaLibrary.schema(library)
      for (index, element) in schema.elementNames.enumerated() {
        guard let symbol = element.symbol else { continue }
        let name = String(decoding: schema.symbols.representatives[Int(symbol)].local, as: UTF8.self)
        known.insert(name)
        if !schema.pool.traits[Int(schema.contents[index])].isDisjoint(with: [.text, .data]) { names.insert(name) }
      }
    }

    func contains(_ name: Name) -> Bool {
      let isEAD = name.namespace.isEmpty || EADGeneration(namespace: name.namespace) != nil
      return !isEAD || !known.contains(name.local) || names.contains(name.local)
    }
  }

  /// Without white space where no text may stand; EAD's namespaces are `namespace` when one is given.
  func significant(_ holders: TextHolders, namespace: String? = nil) -> [Event] {
    var out: [Event] = []
    var open: [Name] = []
    for event in events {
      switch event {
      case .start(var name, let attributes):
        if let namespace, open.isEmpty || open.last?.namespace == namespace, name.namespace == root?.namespace {
          name.namespace = namespace
        }
        open.append(name)
        out.append(.start(name, attributes))
      case .end:
        open.removeLast()
        out.append(event)
      case .text(let bytes):
        if let holder = open.last, !holders.contains(holder), bytes.allSatisfy(Bytes.isSpace) { continue }
        out.append(event)
      case .comment, .instruction: out.append(event)
      }
    }
    return out
  }

  /// The first difference between two documents, for people; nil when canonical XML sees none.
  static func difference(_ left: [Event], _ right: [Event]) -> String? {
    var path: [String] = []
    for (index, event) in left.enumerated() {
      guard index < right.count else { return "/\(path.joined(separator: "/")): ends before \(event.label)" }
      if event != right[index] {
        return "/\(path.joined(separator: "/")): \(event.label) has become \(right[index].label)"
      }
      if case .start(let name, _) = event { path.append(name.local) }
      if case .end = event { path.removeLast() }
    }
    return left.count == right.count ? nil : "more after the root's end: \(right[left.count].label)"
  }
}
