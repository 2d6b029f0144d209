/// The finding aid does not say its language in a way AtoM understands.
final class AtoMCultureRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-culture", .atom, .warning, [.ead2002]) }

  private var language = AtoMFileLanguage()
  private var isDone = false

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.language, Tag.archdesc) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard !isDone else { return }
    let before = language.isWritten
    if name == Tag.language { language.see(document) }
    let isUnknown = !before && language.isWritten && language.code == nil
    if name == Tag.archdesc || isUnknown {
      isDone = true
      if language.code == nil { document.report(self) }
    }
  }
}
