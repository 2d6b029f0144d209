/// An id is used once in a document, also where its value is none of the type ID: `1234`, `n° 5`.
///
/// What is a name, the schema counts (`schema-duplicate-id`); what is none, it only refuses.
final class IdDuplicate: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("id-duplicate", .ids, .error) }

  private var known = HashSet64()

  override func register(_ interests: inout RuleInterests) {
    interests.attribute(Attribute.id)
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    guard document.element < Tag.count else { return }
    let id = Bytes.trimmed(value)
    if id.isEmpty || IdDuplicate.isName(id) || known.insert(Bytes.hash(id)) { return }
    document.report(self, [ValueWords.shown(id), document.names.name(document.element)], attribute: name)
  }

  /// Whether an id can be one for the schema (NCName); letters beyond ASCII are taken for such.
  private static func isName(_ id: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = id.first, Bytes.isASCIILetter(first) || first == 0x5F || first >= 0x80 else { return false }
    return id.allSatisfy { Bytes.isWord($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
  }
}
