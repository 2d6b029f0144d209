/// A description without a `unittitle` that has no type: AtoM imports it as an untitled record.
final class AtoMUntitledRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-untitled", .atom, .warning, [.ead2002]) }

  private var isPlain = false
  private var isTitled = false

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.did, Tag.unittitle)
    interests.end(of: Tag.did)
    interests.text(of: Tag.unittitle)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.did {
      isTitled = false
    } else {
      isPlain = document.parent == Tag.did && document.attribute(Attribute.type) == nil
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.unittitle {
      // The last plain title wins, also when it is empty.
      if isPlain { isTitled = !document.text.isEmpty }
      isPlain = false
    } else if !isTitled, AtoMImport.isComponent(document.parent) {
      document.report(self, at: document.startPlace)
    }
  }
}
