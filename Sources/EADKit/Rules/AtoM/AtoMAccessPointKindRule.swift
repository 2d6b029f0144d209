/// What `controlaccess` holds and AtoM does not import: functions, occupations, titles, paragraphs.
final class AtoMAccessPointKindRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-access-point-kind", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.function, Tag.occupation, Tag.title, Tag.p)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if document.parent == Tag.controlaccess { document.report(self, [document.names.name(name)]) }
  }
}
