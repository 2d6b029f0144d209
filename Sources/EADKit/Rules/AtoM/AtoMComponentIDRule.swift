/// AtoM does not keep the `@id` of components.
final class AtoMComponentIDRule: AtoMCountingRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-component-id", .atom, .note, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: ElementTraits.components) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if document.attribute(Attribute.id) != nil { count(document) }
  }
}
