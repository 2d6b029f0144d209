/// AtoM makes the type of a container of its `@label` and its `@type`, and adds to the list what it does not know.
final class AtoMContainerTypeRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-container-type", .atom, .warning, [.ead2002]) }

  private var seen = SeenValues()
  /// The same before letters are folded: most containers repeat the words of an earlier one.
  private var written = SeenValues()

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.container) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard AtoMImport.holder(document) == .did else { return }
    let label = document.attribute(Attribute.label) ?? .empty
    let fingerprint = Bytes.hash(document.attribute(Attribute.type) ?? .empty, seed: Bytes.hash(label))
    guard written.isNew(fingerprint: fingerprint) else { return }
    let parts = [Attribute.label, Attribute.type].compactMap(document.attributeText).filter { !$0.isEmpty }
    guard let first = parts.first else { return }
    let type = ([first.prefix(1).uppercased() + first.dropFirst()] + parts.dropFirst()).joined(separator: " ")
    // AtoM looks for types of containers in English, whatever the language of the finding aid.
    guard seen.isNew(type), !AtoMImport.knows(type, .physicalObjectType, culture: "en") else { return }
    document.report(self, [type])
  }
}
