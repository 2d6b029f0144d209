/// A folder in a box: AtoM makes two containers that know nothing of each other.
final class AtoMNestedContainerRule: AtoMCountingRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-container-nested", .atom, .warning, [.ead2002]) }

  private var storage = AtoMStorage()

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.did, Tag.physloc, Tag.container)
    interests.end(of: Tag.did)
  }

  override func start(_ name: NameID, _ document: RuleDocument) { storage.start(name, document) }

  override func end(_ name: NameID, _ document: RuleDocument) {
    for place in storage.nested { count(document, at: place) }
  }
}
