/// A chronology anywhere in a `bioghist`: AtoM loses the whole text and adds a creator without a name.
final class AtoMChronologyRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-bioghist-chronlist", .atom, .warning, [.ead2002]) }

  private var isReported = false

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.bioghist, Tag.chronlist) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.bioghist {
      if !document.isInside(Tag.bioghist) { isReported = false }
    } else if !isReported, document.isInside(Tag.bioghist) {
      isReported = true
      document.report(self)
    }
  }
}
