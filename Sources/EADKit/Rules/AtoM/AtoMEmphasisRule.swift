/// AtoM writes italic and bold with Markdown signs, in some fields, and drops every other rendering.
final class AtoMEmphasisRule: AtoMCountingRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-emphasis", .atom, .note, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.emph) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if document.component != nil { count(document) }
  }
}
