/// Two finding aids of one batch do not have the same identifier.
///
/// One document does not show it: whoever validates several compares their identifiers.
final class IdDuplicateEadid: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("id-duplicate-eadid", .ids, .warning) }
}
