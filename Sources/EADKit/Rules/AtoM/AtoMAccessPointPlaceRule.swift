/// Access points where AtoM does not look: in lists, paragraphs and the third `controlaccess`.
final class AtoMAccessPointPlaceRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-access-point-place", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: AtoMImport.accessPoints) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if AtoMImport.accessDepth(document) == 0 { document.report(self, [document.names.name(name)]) }
  }
}
