/// What the rules for the addresses of links have in common.
///
/// `@href` (with or without XLink), `eadid/@url` (EAD 2002), `recordid/@instanceurl` (EAD3).
class LinkRule: Rule {
  /// Looks at an address, without white space at its ends.
  func inspect(_ address: UnsafeBufferPointer<UInt8>, _ name: NameID, _ document: RuleDocument) {}

  override func register(_ interests: inout RuleInterests) {
    interests.attribute(Attribute.href, Attribute.url, Attribute.instanceurl)
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    // Elements that are not EAD's have links of their own.
    if document.element < Tag.count { inspect(Bytes.trimmed(value), name, document) }
  }
}
