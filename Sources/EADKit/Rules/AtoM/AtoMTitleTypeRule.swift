/// A `unittitle` of a type that AtoM's map does not have: it is not imported.
final class AtoMTitleTypeRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-title-type", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.unittitle) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let type = document.attribute(Attribute.type), AtoMImport.holder(document) == .did else { return }
    let known = Bytes.equal(type, "parallel") || Bytes.equal(type, "otherInfo") || Bytes.equal(type, "statRep")
    if known || Bytes.equal(type, "editionStat") { return }
    document.report(self, [Excerpt.text(type)], attribute: Attribute.type)
  }
}
