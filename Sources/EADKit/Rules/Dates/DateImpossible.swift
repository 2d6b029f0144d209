/// Days and months of machine-readable dates exist: no 30 February, no month 13, no day 00.
///
/// 29 February counts by the Julian calendar until 1582, and wherever `@calendar` says `julian`.
final class DateImpossible: DateRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-impossible", .dates, .error) }

  override func inspect(
    _ date: DateReading, _ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument
  ) {
    guard date.isImpossible else { return }
    document.report(self, [ValueWords.shown(value), ValueWords.spot(name, document)], attribute: name)
  }
}
