/// Names and places with an `@id` in `controlaccess`: AtoM makes the authority record or the term and no link to it.
final class AtoMAccessPointIDRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-access-point-id", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: AtoMImport.names + [Tag.geogname]) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard document.attribute(Attribute.id) != nil, (AtoMImport.accessDepth(document) ?? 0) > 0 else { return }
    document.report(self, [document.names.name(name)], attribute: Attribute.id)
  }
}
