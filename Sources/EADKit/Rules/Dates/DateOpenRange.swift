/// A range has two ends in EAD 2002 and EAD3: neither `1950/` nor 9999 is one.
final class DateOpenRange: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-open-range", .dates, .warning) }
  override class var form: DateReading.Form { .openRange }
}
