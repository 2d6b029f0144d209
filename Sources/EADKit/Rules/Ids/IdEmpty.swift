/// The identifier of the finding aid says something: `eadid` (EAD 2002), `recordid` (EAD3).
final class IdEmpty: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("id-empty", .ids, .warning) }

  override func register(_ interests: inout RuleInterests) {
    interests.text(of: Tag.eadid, Tag.recordid)
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard document.text.isEmpty else { return }
    document.report(self, [document.names.name(name)], at: document.startPlace)
  }
}
