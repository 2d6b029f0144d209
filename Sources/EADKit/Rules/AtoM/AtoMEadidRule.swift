/// AtoM takes the identifier of the finding aid from `eadid/@identifier` and not from the text of `eadid`.
final class AtoMEadidRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-eadid", .atom, .warning, [.ead2002]) }

  /// Value of `@identifier`.
  private var identifier: [UInt8] = []

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.eadid)
    interests.text(of: Tag.eadid)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    identifier = document.attribute(Attribute.identifier).map { Array(Bytes.trimmed($0)) } ?? []
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard !document.text.isEmpty, !document.text.elementsEqual(identifier) else { return }
    document.report(self, [Excerpt.text(document.text)], at: document.startPlace)
  }
}
