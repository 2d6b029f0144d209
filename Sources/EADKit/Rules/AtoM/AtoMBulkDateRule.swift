/// AtoM does not look at `unitdate/@type`: a bulk date becomes a second date of creation.
final class AtoMBulkDateRule: AtoMCountingRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-bulk-date", .atom, .note, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.unitdate) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let type = document.attribute(Attribute.type), Bytes.equal(type, "bulk"), AtoMImport.holder(document) == .did else {
      return
    }
    count(document)
  }
}
