/// A name of an element or an attribute, as a small integer that stays the same for one `NameTable`.
typealias NameID = UInt16

/// An attribute as it stands in the parser's memory: valid only during the call that delivers it.
struct RawAttribute {
  var name: NameID
  var value: UnsafeBufferPointer<UInt8>
}

/// Receives what a document holds, in document order.
///
/// A class and not a protocol: one table look-up an event and no existential container on the hottest path.
class XMLEventSink {
  /// The parser that feeds this sink.
  @exclusivity(unchecked) final var parser = ParserHandle.none

  /// `parser` has been set.
  func attached() {}

  /// Gives the identity of a name that is met for the first time in its namespace.
  func resolve(local: String, prefix: String?, namespace: String?, isAttribute: Bool) -> NameID { 0 }
  func startElement(_ name: NameID, _ attributes: UnsafeBufferPointer<RawAttribute>) {}
  func endElement(_ name: NameID) {}
  /// A namespace declaration of the start tag that is delivered next; an empty prefix for the default namespace.
  func namespaceDeclared(prefix: String, namespace: String) {}
  func processingInstruction(target: String, data: String) {}
  func comment(_ bytes: UnsafeBufferPointer<UInt8>) {}
  /// The document type declaration declares an unparsed entity.
  func unparsedEntityDeclared(name: String, publicID: String?, systemID: String, notation: String) {}
  /// The document type declaration declares a notation.
  func notationDeclared(name: String, publicID: String?, systemID: String?) {}
  func characters(_ bytes: UnsafeBufferPointer<UInt8>) {}
  /// A reference to an entity outside the document, which is never read.
  func externalEntity(name: String, systemID: String) {}
  /// A reference to an entity that nothing declares and that no ISO set has.
  func unknownEntity(name: String) {}
  /// A reference to an entity of the ISO sets that the document does not declare.
  func undeclaredEntity(name: String) {}
  /// The document type declaration declares an internal parameter entity.
  func parameterEntityDeclared(name: String, value: String) {}
  /// A character that was taken for text although the document wrote it like markup.
  func markupRepaired(_ kind: MarkupRepair.Kind, line: Int) {}
  /// The document type declaration, when there is one.
  func doctype(name: String, publicID: String?, systemID: String?) {}
  /// Something libxml2 repaired or only warned about.
  func parserMessage(code: Int32, message: String, line: Int, column: Int, isFatal: Bool) {}
}
