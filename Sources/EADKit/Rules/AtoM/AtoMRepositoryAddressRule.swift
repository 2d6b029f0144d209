/// Lines of the repository's address: AtoM joins them without a sign between them.
final class AtoMRepositoryAddressRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-repository-address", .atom, .warning, [.ead2002]) }

  private var lines = 0
  private var place = Place()

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.address, Tag.addressline) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.address {
      lines = 0
      place = document.place
    } else if document.parent == Tag.address, document.ancestor(2) == Tag.repository {
      lines += 1
      if lines == 2 { document.report(self, at: place) }
    }
  }
}
