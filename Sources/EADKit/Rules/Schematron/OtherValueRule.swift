/// What the rules have in common that ask for a second attribute where the first one says "other".
class OtherValueRule: Rule {
  /// The attribute that chooses.
  class var selector: NameID { 0 }
  /// Its value that asks for the companion.
  class var selected: StaticString { "" }
  /// The attribute that then says what is meant.
  class var companion: NameID { 0 }
  /// The only element the rule is about; 0 for every element that has the attribute.
  class var element: NameID { 0 }

  override func register(_ interests: inout RuleInterests) {
    interests.attribute(Self.selector)
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    guard value.count >= Self.selected.utf8CodeUnitCount, Bytes.equal(Bytes.trimmed(value), Self.selected) else { return }
    let element = document.element
    guard Self.element == 0 || element == Self.element, Self.descriptor.generations.contains(document.generation) else { return }
    if let said = document.attribute(Self.companion), !Bytes.isBlank(said) { return }
    document.report(
      self,
      [
        document.names.name(element), document.names.name(name), Self.selected.description,
        document.names.name(Self.companion),
      ],
      attribute: name)
  }
}
