/// A date within a title: AtoM reads no date there and glues its words to the title.
final class AtoMDateInTitleRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-date-in-title", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.unitdate) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if document.isInside(Tag.unittitle) { document.report(self) }
  }
}
