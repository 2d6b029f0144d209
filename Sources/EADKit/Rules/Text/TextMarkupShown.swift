/// Tags of HTML or EAD that readers will see as they are, since they were escaped: `&lt;i&gt;`, `&lt;br/&gt;`.
/// Found by `TextScan`.
final class TextMarkupShown: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("text-markup-shown", .text, .warning) }
}
