/// A text too long for AtoM's text columns of 65,535 bytes: the database refuses it and the import ends there.
final class AtoMTextLengthRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-text-too-long", .atom, .error, [.ead2002]) }

  /// In bytes of UTF-8.
  static let limit = 65_535

  override func register(_ interests: inout RuleInterests) {
    interests.text(of: AtoMImport.textFields + [Tag.abstract, Tag.physdesc])
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard document.text.count > AtoMTextLengthRule.limit, AtoMImport.holder(document) != .elsewhere else { return }
    document.report(self, [document.names.name(name), String(document.text.count)], at: document.startPlace)
  }
}
