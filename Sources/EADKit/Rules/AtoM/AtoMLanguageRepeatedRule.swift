/// Languages in two `langmaterial` of one description: AtoM then shows none of them in its exports.
final class AtoMLanguageRepeatedRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-language-repeated", .atom, .warning, [.ead2002]) }

  private var earlier = 0
  private var hasCode = false
  private var place = Place()

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.did, Tag.langmaterial, Tag.language)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    switch name {
    case Tag.did: earlier = 0
    case Tag.langmaterial:
      hasCode = false
      place = document.place
    default:
      guard document.parent == Tag.langmaterial, !hasCode, document.attribute(Attribute.langcode) != nil else { return }
      hasCode = true
      earlier += 1
      if earlier == 2 { document.report(self, at: place) }
    }
  }
}
