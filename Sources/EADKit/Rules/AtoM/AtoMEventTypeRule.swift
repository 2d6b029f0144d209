/// A `@datechar` that names no event type of AtoM in the language of the finding aid: it makes a new one.
final class AtoMEventTypeRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-event-type", .atom, .warning, [.ead2002]) }

  private var language = AtoMFileLanguage()
  private var seen = SeenValues()

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.unitdate, Tag.language) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.language {
      language.see(document)
      return
    }
    guard let value = document.attributeText(Attribute.datechar), !value.isEmpty, AtoMImport.holder(document) == .did,
      seen.isNew(value), !AtoMImport.knows(value, .eventType, culture: language.code)
    else { return }
    let culture = language.code ?? "en"
    let terms = AtoMImport.terms(.eventType, culture: culture)
    let key = AtoMTerms.eventTypes[value.lowercased()]
    let term = key.map { AtoMTerms.term(.eventType, $0, culture: culture) }
    let list = (terms.isEmpty ? AtoMImport.terms(.eventType, culture: "en") : terms).joined(separator: ", ")
    document.report(
      self, [value, language.name, term.flatMap { $0.exists ? $0.term : nil } ?? list], attribute: Attribute.datechar)
  }
}
