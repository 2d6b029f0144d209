/// A level of description that AtoM does not have in the language of the finding aid: it makes a new one.
final class AtoMLevelRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-level", .atom, .warning, [.ead2002]) }

  private var language = AtoMFileLanguage()
  private var seen = SeenValues()

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: AtoMImport.components)
    interests.start(of: Tag.language)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.language {
      language.see(document)
      return
    }
    // AtoM sets the level by @level and then by @otherlevel: the second overwrites the first.
    var attribute = Attribute.level
    var value = document.attributeText(Attribute.level) ?? ""
    if let other = document.attributeText(Attribute.otherlevel), !other.isEmpty {
      attribute = Attribute.otherlevel
      value = other
    }
    if value == "recordgrp" { value = "Record group" }
    guard !value.isEmpty, value != "otherlevel", seen.isNew(value),
      !AtoMImport.knows(value, .levelOfDescription, culture: language.code)
    else { return }
    document.report(self, [value, language.name, suggestion(value)], attribute: attribute)
  }

  private func suggestion(_ value: String) -> String {
    let culture = language.code ?? "en"
    let key = value.lowercased()
    if let english = AtoMTerms.levels[key] ?? AtoMTerms.key(.levelOfDescription, label: key) {
      let found = AtoMTerms.term(.levelOfDescription, english, culture: culture)
      if found.exists { return found.term }
    }
    let terms = AtoMImport.terms(.levelOfDescription, culture: culture)
    return (terms.isEmpty ? AtoMImport.terms(.levelOfDescription, culture: "en") : terms).joined(separator: ", ")
  }
}
