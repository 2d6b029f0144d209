/// One machine-readable date an element: lists with commas belong into several elements.
final class DateList: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-list", .dates, .warning) }
  override class var form: DateReading.Form { .list }
}
