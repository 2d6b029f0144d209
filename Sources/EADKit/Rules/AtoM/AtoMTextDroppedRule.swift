/// A list, a table or a reference beside the paragraphs of a text: AtoM takes the paragraphs only.
final class AtoMTextDroppedRule: AtoMTextBlockRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-text-dropped", .atom, .warning, [.ead2002]) }
  override class var fate: Fate { .dropped }
}
