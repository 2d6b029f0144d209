/// A description whose every `unitid` has a type: AtoM takes the reference code from one without.
final class AtoMIdentifierRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-no-identifier", .atom, .warning, [.ead2002]) }

  private var typed: (place: Place, type: String)?
  private var hasPlain = false

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.did, Tag.unitid)
    interests.end(of: Tag.did)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.did {
      typed = nil
      hasPlain = false
    } else if document.parent == Tag.did {
      if let type = document.attributeText(Attribute.type) {
        typed = typed ?? (document.place, type)
      } else {
        hasPlain = true
      }
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard let typed, !hasPlain, AtoMImport.isComponent(document.parent) else { return }
    document.report(self, [typed.type], at: typed.place)
  }
}
