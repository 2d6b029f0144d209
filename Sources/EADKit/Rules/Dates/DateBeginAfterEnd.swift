/// A range does not end before it begins: in `@normal`, between `@notbefore` and `@notafter`, and between `fromdate` and
/// `todate` (EAD3).
final class DateBeginAfterEnd: DateRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("date-begin-after-end", .dates, .error) }

  /// First day that the `fromdate` of the open `daterange` can mean, and how it is written.
  private var begin: (earliest: Int, text: String)?

  override func register(_ interests: inout RuleInterests) {
    super.register(&interests)
    interests.start(of: Tag.daterange, Tag.datesingle, Tag.fromdate, Tag.todate)
  }

  override func inspect(
    _ date: DateReading, _ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument
  ) {
    guard date.isReversed else { return }
    document.report(self, [ValueWords.shown(value), ValueWords.spot(name, document)], attribute: name)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    super.start(name, document)
    if isForeign { return }
    switch name {
    case Tag.daterange: begin = nil
    case Tag.fromdate:
      compareLimits(document)
      begin = nil
      for attribute in [Attribute.standarddate, Attribute.notbefore] {
        guard let value = document.attribute(attribute), let day = day(attribute, value, document) else { continue }
        if begin.map({ day.earliest < $0.earliest }) ?? true { begin = (day.earliest, ValueWords.shown(value)) }
      }
    case Tag.todate:
      compareLimits(document)
      if let begin { compare(begin, document) }
      begin = nil
    case Tag.datesingle: compareLimits(document)
    default: break
    }
  }

  /// `@notbefore` and `@notafter` of one element.
  private func compareLimits(_ document: RuleDocument) {
    guard let before = document.attribute(Attribute.notbefore), let after = document.attribute(Attribute.notafter),
      let first = day(Attribute.notbefore, before, document), let last = day(Attribute.notafter, after, document),
      first.earliest > last.latest
    else { return }
    document.report(
      self, [ValueWords.shown(before) + " – " + ValueWords.shown(after), ValueWords.spot(Attribute.notbefore, document)],
      attribute: Attribute.notbefore)
  }

  /// The beginning against the last day that the `todate` of the event can mean.
  private func compare(_ begin: (earliest: Int, text: String), _ document: RuleDocument) {
    var end: (latest: Int, text: String, attribute: NameID)?
    for attribute in [Attribute.standarddate, Attribute.notafter] {
      guard let value = document.attribute(attribute), let day = day(attribute, value, document) else { continue }
      if end.map({ day.latest > $0.latest }) ?? true { end = (day.latest, ValueWords.shown(value), attribute) }
    }
    guard let end, begin.earliest > end.latest else { return }
    document.report(
      self, [begin.text + " – " + end.text, ValueWords.spot(end.attribute, document)], attribute: end.attribute)
  }

  private func day(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) -> DateReading.Day? {
    DateRule.read(name, value, document).begin
  }
}
