/// Code points that are no characters (U+FDD0 to U+FDEF, those that end in FFFE and FFFF) and those of private use, which
/// mean something else on every computer. Found by `TextScan`.
final class TextNoncharacter: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("text-noncharacter", .text, .warning) }
}
