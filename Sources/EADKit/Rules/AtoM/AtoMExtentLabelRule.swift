/// `physdesc/@label`, which tells kinds of extent apart, is not imported.
final class AtoMExtentLabelRule: AtoMCountingRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-extent-label", .atom, .note, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.physdesc) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let label = document.attribute(Attribute.label), !Bytes.isBlank(label), AtoMImport.holder(document) == .did else {
      return
    }
    count(document)
  }
}
