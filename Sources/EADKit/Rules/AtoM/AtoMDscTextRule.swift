/// Text of a `dsc`, between the components: AtoM does not import it.
final class AtoMDscTextRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-dsc-text", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.address, Tag.blockquote, Tag.chronlist, Tag.list, Tag.note, Tag.p, Tag.table)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if document.parent == Tag.dsc { document.report(self, [document.names.name(name)]) }
  }
}
