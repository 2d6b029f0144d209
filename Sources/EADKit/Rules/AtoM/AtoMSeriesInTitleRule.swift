/// A publisher's series within a title: AtoM stores it, and glues its words to the title as well.
final class AtoMSeriesInTitleRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-series-in-title", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.bibseries) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if document.isInside(Tag.unittitle) { document.report(self) }
  }
}
