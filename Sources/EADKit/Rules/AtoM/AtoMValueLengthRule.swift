/// A value too long for one of AtoM's columns of 1,024 characters: the database refuses it and the import ends there.
final class AtoMValueLengthRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-value-too-long", .atom, .error, [.ead2002]) }

  /// In characters.
  static let limit = 1024

  /// Whether the open `unitid` or `unittitle` goes to a column of that width: other types have a roomier one.
  private var isNarrow = false

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.unitid, Tag.unittitle)
    interests.text(of: [Tag.unitid, Tag.unittitle, Tag.unitdate, Tag.container] + AtoMImport.accessPoints)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let type = document.attribute(Attribute.type) else {
      isNarrow = true
      return
    }
    isNarrow = name == Tag.unittitle && Bytes.equal(type, "parallel")
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard document.text.count > AtoMValueLengthRule.limit else { return }
    let length = document.text.reduce(into: 0) { count, byte in if byte & 0xC0 != 0x80 { count += 1 } }
    guard length > AtoMValueLengthRule.limit, isStored(name, document) else { return }
    document.report(self, [document.names.name(name), String(length)], at: document.startPlace)
  }

  private func isStored(_ name: NameID, _ document: RuleDocument) -> Bool {
    switch name {
    case Tag.unitid, Tag.unittitle: isNarrow && AtoMImport.holder(document) == .did
    case Tag.unitdate, Tag.container: AtoMImport.holder(document) == .did
    default:
      (AtoMImport.accessDepth(document) ?? 0) > 0 || document.isInside(Tag.origination) || document.parent == Tag.repository
    }
  }
}
