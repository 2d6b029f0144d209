/// Nothing says that the descriptions are published: AtoM imports them as drafts, unless the site says otherwise.
final class AtoMDraftRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-draft", .atom, .note, [.ead2002]) }

  private var place: Place?
  private var saysStatus = false

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.archdesc, Tag.odd) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.archdesc {
      place = place ?? document.place
    } else if let type = document.attribute(Attribute.type), Bytes.equal(type, "publicationStatus") {
      saysStatus = true
    }
  }

  override func finish(_ document: RuleDocument) {
    if let place, !saysStatus { document.report(self, at: place) }
  }
}
