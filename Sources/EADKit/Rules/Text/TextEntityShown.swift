/// A reference to a character that readers will see as it is, since its ampersand was escaped: `&amp;eacute;`, `&amp;amp;`.
/// Found by `TextScan`.
final class TextEntityShown: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("text-entity-shown", .text, .warning) }
}
