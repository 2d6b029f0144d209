/// Zeros are no date: `0`, `0/0`, `0000/0000`, `0000-00-00` are what empty cells and empty fields become on export.
final class DateZero: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-zero", .dates, .error) }
  override class var form: DateReading.Form { .zero }
}
