/// An attribute typed as text, since a tag was closed too early: `<c01> level="file">`. Found by `TextScan`.
final class StructureAttributeAsText: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("structure-attribute-as-text", .structure, .warning) }
}
