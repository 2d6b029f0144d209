/// A heading that says more than the name of its field: AtoM drops headings, or glues them to the text.
final class AtoMHeadRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-head", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.text(of: Tag.head) }

  override func end(_ name: NameID, _ document: RuleDocument) {
    let parent = document.parent
    guard AtoMImport.textFields.contains(parent), document.component != nil, Int(parent) < Tag.count, !document.text.isEmpty,
      !HeadLabels.contains(document.text, of: parent)
    else { return }
    document.report(self, [Excerpt.text(document.text)], at: document.startPlace)
  }
}
