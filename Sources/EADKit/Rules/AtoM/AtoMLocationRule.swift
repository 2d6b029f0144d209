/// A `physloc` that no container refers to: AtoM does not import it.
final class AtoMLocationRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-location", .atom, .warning, [.ead2002]) }

  private var storage = AtoMStorage()

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.did, Tag.physloc, Tag.container)
    interests.end(of: Tag.did)
  }

  override func start(_ name: NameID, _ document: RuleDocument) { storage.start(name, document) }

  override func end(_ name: NameID, _ document: RuleDocument) {
    for place in storage.unused { document.report(self, at: place) }
  }
}
