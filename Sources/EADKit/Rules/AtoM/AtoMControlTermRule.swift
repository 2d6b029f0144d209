/// A publication status, a status of the description or a level of detail that is no term of AtoM's in the language of
/// the finding aid: it is not imported.
final class AtoMControlTermRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-control-term", .atom, .warning, [.ead2002]) }

  private var language = AtoMFileLanguage()
  private var open: AtoMTerms.Taxonomy?

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.odd, Tag.language)
    interests.text(of: Tag.odd)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.language {
      language.see(document)
      return
    }
    open = document.attribute(Attribute.type).flatMap { type in
      if Bytes.equal(type, "publicationStatus") { return .publicationStatus }
      if Bytes.equal(type, "statusDescription") { return .descriptionStatus }
      return Bytes.equal(type, "levelOfDetail") ? .levelOfDetail : nil
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard let taxonomy = open else { return }
    open = nil
    let value = document.textString
    guard AtoMImport.holder(document) == .component, !AtoMImport.knows(value, taxonomy, culture: language.code) else { return }
    let terms = AtoMImport.terms(taxonomy, culture: language.code ?? "en")
    document.report(self, [value, terms.joined(separator: ", ")], at: document.startPlace)
  }
}
