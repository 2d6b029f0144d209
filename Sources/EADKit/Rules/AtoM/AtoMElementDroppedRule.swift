/// Elements of descriptions that AtoM does not import.
final class AtoMElementDroppedRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-element-dropped", .atom, .warning, [.ead2002]) }

  private static let elements: [NameID] = [Tag.daodesc, Tag.fileplan, Tag.index, Tag.legalstatus]

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: AtoMElementDroppedRule.elements)
    interests.start(of: Tag.materialspec)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard document.component != nil else { return }
    if name == Tag.materialspec {
      let type = document.attribute(Attribute.type)
      let known: [StaticString] = ["cartographic", "projection", "coordinates", "architectural", "philatelic"]
      if let type, known.contains(where: { Bytes.equal(type, $0) }) { return }
    }
    guard !AtoMElementDroppedRule.elements.contains(where: document.isInside) else { return }
    document.report(self, [document.names.name(name)])
  }
}
