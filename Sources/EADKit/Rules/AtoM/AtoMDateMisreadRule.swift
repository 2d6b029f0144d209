/// A `@normal` that AtoM takes for another date.
final class AtoMDateMisreadRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-date-misread", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.unitdate) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let value = document.attribute(Attribute.normal), AtoMImport.holder(document) == .did,
      AtoMNormalDate(value) == .misread
    else { return }
    document.report(self, [Excerpt.text(value)], attribute: Attribute.normal)
  }
}
