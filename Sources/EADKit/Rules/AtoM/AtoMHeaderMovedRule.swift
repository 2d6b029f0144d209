/// Parts of the header that AtoM stores in another place than one would look for them.
final class AtoMHeaderMovedRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-header-moved", .atom, .note, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.author, Tag.p, Tag.date) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    let expected = name == Tag.author ? Tag.titlestmt : Tag.publicationstmt
    guard document.parent == expected else { return }
    document.report(self, [document.names.name(expected) + "/" + document.names.name(name)])
  }
}
