/// Elements of the header that AtoM does not import.
final class AtoMHeaderDroppedRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-header-dropped", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) {
    interests.start(
      of: Tag.frontmatter, Tag.revisiondesc, Tag.notestmt, Tag.editionstmt, Tag.seriesstmt, Tag.sponsor, Tag.subtitle)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    switch document.parent {
    case Tag.ead, Tag.eadheader, Tag.filedesc, Tag.titlestmt: document.report(self, [document.names.name(name)])
    default: break
    }
  }
}
