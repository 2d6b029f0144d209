/// A machine-readable date that is there says something.
final class DateEmpty: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-empty", .dates, .note) }
  override class var form: DateReading.Form { .empty }
}
