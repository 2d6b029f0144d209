/// Control characters in text: DELETE, U+0080 to U+009F, a byte order mark inside text.
///
/// XML 1.0 allows them and nothing shows them. U+0080 to U+009F nearly always are characters of Windows-1252 that were
/// read as ISO 8859-1. Found by `TextScan`.
final class TextControlCharacter: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("text-control-character", .text, .warning) }
}
