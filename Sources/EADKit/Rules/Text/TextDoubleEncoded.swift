/// UTF-8 that was read as Windows-1252 and written as UTF-8 again: `Ã©` for `é`, `â€™` for `’`. Found by `TextScan`.
final class TextDoubleEncoded: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("text-double-encoded", .text, .warning) }
}
