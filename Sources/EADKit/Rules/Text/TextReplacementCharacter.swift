/// U+FFFD, which programs write in the place of a character that they could not read. Found by `TextScan`.
final class TextReplacementCharacter: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("text-replacement-character", .text, .warning) }
}
