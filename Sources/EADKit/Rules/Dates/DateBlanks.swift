/// No white space inside a machine-readable date: the DTD lets it pass, the schema and most programs do not.
final class DateBlanks: DateFormRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-blanks", .dates, .warning) }
  override class var form: DateReading.Form { .blanks }

  override func advice(_ value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> [String] {
    [String(decoding: value.prefix(200).filter { !Bytes.isSpace($0) }, as: UTF8.self)]
  }
}
