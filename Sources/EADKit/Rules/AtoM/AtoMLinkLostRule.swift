/// A link in running text: AtoM keeps its words and drops its address.
final class AtoMLinkLostRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-link-lost", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.archref, Tag.bibref, Tag.extptr, Tag.extref, Tag.ptr, Tag.ref, Tag.title)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let address = document.attribute(Attribute.href), !Bytes.isBlank(address), document.component != nil else { return }
    document.report(self, [Excerpt.text(address)], attribute: Attribute.href)
  }
}
