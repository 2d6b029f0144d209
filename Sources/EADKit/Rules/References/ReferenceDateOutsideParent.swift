/// A component whose dates lie outside those of the component that holds it.
///
/// Compared with the nearest component above that states its dates; bulk dates do not count, open ends have no end, and
/// approximate dates may be ten years off. At most five findings for what lies below one component.
final class ReferenceDateOutsideParent: Rule {
  override class var descriptor: RuleDescriptor {
    RuleDescriptor("reference-date-outside-parent", .references, .warning)
  }

  private enum Known {
    case notYet
    case nothing
    case span(StatedDate.Span, years: ClosedRange<Int>)
  }

  /// What is known of the dates of each open component, by depth; worked out when a child first asks.
  private var known: [Known] = []
  /// Findings that name each open component as the one whose dates are too narrow, by its depth.
  private var told: [Int] = []
  /// Years that an approximate date may be off.
  private static let tolerance = 10
  /// Where so many lie outside, it is the dates above that are wrong.
  private static let mostOfOneParent = 5

  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    let depth = component.depth
    while known.count <= depth { known.append(.notYet) }
    while told.count <= depth { told.append(0) }
    known[depth] = .notYet
    told[depth] = 0
    if component.dates.isEmpty { return }
    var above = component.parent
    while let parent = above {
      work(out: parent)
      if case .span(let span, let years) = known[parent.depth] {
        if told[parent.depth] < ReferenceDateOutsideParent.mostOfOneParent {
          compare(component, parent, span, years, document)
        }
        return
      }
      // Dates that cannot be read may be wider than those further up.
      if parent.dates.contains(where: { !$0.text.isEmpty || !$0.normal.isEmpty }) { return }
      above = parent.parent
    }
  }

  private func work(out component: RuleComponent) {
    while known.count <= component.depth { known.append(.notYet) }
    guard case .notYet = known[component.depth] else { return }
    known[component.depth] = .nothing
    var whole: StatedDate.Span?
    for date in component.dates where date.type != "bulk" && !(date.text.isEmpty && date.normal.isEmpty) {
      // One that cannot be read makes the others no limit.
      guard let span = StatedDate.span(date) else { return }
      if whole == nil { whole = span } else { whole?.widen(span) }
    }
    // Where the text says more than `@normal`, children may lie in either.
    for date in component.dates {
      var text = date.text
      let years = text.withUTF8 { StatedDate.years($0) }
      if years.count == 0 { continue }
      if let start = whole?.start, years.least < start.year { whole?.start = CalendarDate(year: years.least) }
      if let end = whole?.end, years.greatest > end.year { whole?.end = CalendarDate(year: years.greatest) }
    }
    guard let whole else { return }
    let from = whole.start?.year ?? Int.min
    known[component.depth] = .span(whole, years: from...max(from, whole.end?.year ?? Int.max))
  }

  private func compare(
    _ component: RuleComponent, _ parent: RuleComponent, _ span: StatedDate.Span, _ years: ClosedRange<Int>,
    _ document: RuleDocument
  ) {
    for date in component.dates where date.type != "bulk" {
      if !date.text.isEmpty {
        var text = date.text
        let own = text.withUTF8 { StatedDate.years($0) }
        // Most are inside, and need no closer look; without a year there is nothing to go by. Where only `@normal` lies
        // outside, it contradicts the text, and another rule says so.
        if own.count == 0 || isInside(own, span, years) { continue }
      }
      guard let own = StatedDate.span(date), isOutside(own, span) else { continue }
      told[parent.depth] += 1
      let isLast = told[parent.depth] == ReferenceDateOutsideParent.mostOfOneParent
      document.report(
        self,
        [
          shown(date), parent.label(document), parent.dates.first { $0.type != "bulk" }.map(shown) ?? "",
          String(parent.place.line), isLast ? LocalizedText(key: "reference-date-outside-parent-more", []).argument : "",
        ], at: date.place, component: component)
      return
    }
  }

  /// Whether the years of a text are those of the parent, which states no months where they meet.
  private func isInside(_ own: StatedDate.Years, _ parent: StatedDate.Span, _ years: ClosedRange<Int>) -> Bool {
    guard own.least >= years.lowerBound, own.greatest <= years.upperBound else { return false }
    return (own.least > years.lowerBound || (parent.start?.month ?? 0) == 0)
      && (own.greatest < years.upperBound || (parent.end?.month ?? 0) == 0)
  }

  private func isOutside(_ own: StatedDate.Span, _ parent: StatedDate.Span) -> Bool {
    if own.isApproximate || parent.isApproximate {
      let tolerance = ReferenceDateOutsideParent.tolerance
      if let end = own.end, let limit = parent.start, end.year < limit.year - tolerance { return true }
      if let start = own.start, let limit = parent.end, start.year > limit.year + tolerance { return true }
      return false
    }
    if let start = own.start, let limit = parent.start, start.isBefore(limit) { return true }
    if let end = own.end, let limit = parent.end, limit.isBefore(end) { return true }
    // A start alone may lie behind the end, an end alone before the start.
    if let start = own.start, let limit = parent.end, limit.isBefore(start) { return true }
    if let end = own.end, let limit = parent.start, end.isBefore(limit) { return true }
    return false
  }

  private func shown(_ date: RuleComponent.Date) -> String { date.text.isEmpty ? date.normal : date.text }
}
