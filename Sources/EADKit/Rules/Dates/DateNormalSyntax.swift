/// Machine-readable dates are in the form of ISO 8601 that EAD takes.
///
/// EAD 2002 schema and the rules for EAD3: `@normal` is `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYYMMDD` or two of these with a
/// slash; `@standarddate`, `@notbefore` and `@notafter` are one date, also `YYYYMM`.
final class DateNormalSyntax: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-normal-syntax", .dates, .warning) }
  override class var form: DateReading.Form { .malformed }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> [String] {
    [
      ValueWords.advice(
        DateSuggestion.date(for: value, isSingle: isSingle), orLike: isSingle ? "1789-07-14" : "1789-07-14, 1789/1815",
        "advice-date-example")
    ]
  }
}
