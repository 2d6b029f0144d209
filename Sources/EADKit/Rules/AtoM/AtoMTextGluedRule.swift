/// A list, a table or a chronology within a paragraph, or in a text without any: AtoM runs its entries together.
final class AtoMTextGluedRule: AtoMTextBlockRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-text-glued", .atom, .warning, [.ead2002]) }
  override class var fate: Fate { .glued }
}
