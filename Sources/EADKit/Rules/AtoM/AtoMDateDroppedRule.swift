/// A `@normal` that AtoM cannot read: the record gets the words of the date, and no start or end to search by.
final class AtoMDateDroppedRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-date-dropped", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.unitdate) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let value = document.attribute(Attribute.normal), AtoMImport.holder(document) == .did,
      AtoMNormalDate(value) == .dropped
    else { return }
    document.report(self, [Excerpt.text(value)], attribute: Attribute.normal)
  }
}
