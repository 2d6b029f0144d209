/// `lb` becomes a line break within a title, and nothing at all in `originalsloc`.
final class AtoMLineBreakRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-line-break", .atom, .note, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.lb) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard document.component != nil else { return }
    if document.isInside(Tag.unittitle) {
      document.report(self, ["unittitle"])
    } else if document.isInside(Tag.originalsloc) {
      document.report(self, ["originalsloc"])
    }
  }
}
