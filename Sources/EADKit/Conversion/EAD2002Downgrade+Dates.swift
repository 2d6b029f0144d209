/// Dates: EAD3 has them structured, EAD 2002 as text with `@normal`.
extension EAD2002Downgrade {
  /// `@normal` in the form that EAD 2002 takes; left where there is none.
  func normal(_ source: Cursor) {
    guard let value = source.attribute(Attribute.normal) else { return }
    if builder.attribute(Attribute.normal, value) {
      _ = source.use(Attribute.normal)
    } else if let span = DateSpan(Array(value)), builder.attribute(Attribute.normal, span.normal) {
      noteChange(source, Attribute.normal)
      certainty(source, span)
    }
  }

  private func certainty(_ source: Cursor, _ span: DateSpan) {
    if span.isApproximate, source.attribute(Attribute.certainty) == nil {
      builder.attribute(Attribute.certainty, "approximate")
    }
  }

  // MARK: Structured dates

  func structuredDate(_ source: Cursor) {
    if repeated.contains(source.index) {
      source.markAll(UnitNode.ignored, reason: .duplicate, attributes: true)
      for at in source.index..<source.end where isElement(Cursor(source.arena, at)) {
        builder.carry(id: Cursor(source.arena, at))
      }
      return
    }
    date(source, as: Tag.unitdate)
  }

  /// `unitdatestructured`, `datesingle`, `daterange` or `dateset` as one date with its text.
  func date(_ source: Cursor, as name: NameID) {
    if name == Tag.date, !takesInline(name) {
      noteMarkup(source)
      return dateText(source)
    }
    builder.start(name, from: source)
    attributes(source)
    writeNormal(of: source, certaintyOf: source)
    dateText(source)
    builder.end()
  }

  func writeNormal(of source: Cursor, certaintyOf bearer: Cursor) {
    var said: [(Cursor, NameID)] = []
    guard let span = span(source, &said), builder.attribute(Attribute.normal, span.normal) else { return }
    for (cursor, attribute) in said {
      guard let value = cursor.attribute(attribute) else { continue }
      if EAD2002Downgrade.find(Array(value), in: span.normal, from: 0) != nil {
        _ = cursor.use(attribute)
      } else {
        noteChange(cursor, attribute)
      }
    }
    certainty(bearer, span)
  }

  /// From the first to the last of the standard dates below; nil when an end is missing.
  private func span(_ source: Cursor, _ said: inout [(Cursor, NameID)]) -> DateSpan? {
    switch source.name {
    case Tag.datesingle, Tag.fromdate, Tag.todate: return single(source, &said)
    case Tag.daterange:
      guard let from = source.first(Tag.fromdate), let to = source.first(Tag.todate) else { return nil }
      var inner: [(Cursor, NameID)] = []
      guard let start = single(from, &inner), let end = single(to, &inner) else { return nil }
      said += inner
      return DateSpan(from: start, to: end)
    default:
      var whole: DateSpan?
      for child in elements(source) {
        guard let span = span(child, &said) else { continue }
        whole = whole.map { $0.union(span) } ?? span
      }
      return whole
    }
  }

  /// The standard date; without one, the earliest and the latest possible date.
  private func single(_ source: Cursor, _ said: inout [(Cursor, NameID)]) -> DateSpan? {
    if let value = source.attribute(Attribute.standarddate) {
      guard let span = DateSpan(Array(value)) else { return nil }
      said.append((source, Attribute.standarddate))
      return span
    }
    let earliest = source.attribute(Attribute.notbefore).flatMap { DateSpan(Array($0)) }
    let latest = source.attribute(Attribute.notafter).flatMap { DateSpan(Array($0)) }
    guard let earliest, let latest else { return nil }
    said += [(source, Attribute.notbefore), (source, Attribute.notafter)]
    var span = DateSpan(from: earliest, to: latest)
    span.isApproximate = true
    return span
  }

  // MARK: Text

  /// The words of a date: a range with its dash, several dates with commas.
  func dateText(_ source: Cursor) {
    switch source.name {
    case Tag.daterange:
      let from = source.first(Tag.fromdate)
      let to = source.first(Tag.todate)
      let start = from.map { dateWords($0) } ?? []
      let end = to.map { dateWords($0) } ?? []
      if let from { singleText(from) }
      if !start.isEmpty || !end.isEmpty {
        builder.text(start.contains(0x20) || end.contains(0x20) ? (end.isEmpty ? " -" : start.isEmpty ? "- " : " - ") : "-")
      }
      if let to { singleText(to) }
      for child in source.children where !isElement(child) && !isIndentation(child) { node(child) }
    case Tag.dateset, Tag.unitdatestructured:
      var isFirst = true
      for child in source.children where !isIndentation(child) {
        guard isElement(child) else {
          node(child)
          continue
        }
        if !isFirst { builder.text(", ") }
        isFirst = false
        builder.carry(id: source.name == Tag.dateset || child.name != Tag.dateset ? child : nil)
        dateText(child)
      }
    default: singleText(source)
    }
  }

  private func singleText(_ source: Cursor) {
    if source.hasText { trimmedContent(source) } else { builder.text(dateWords(source), from: source) }
  }

  /// The text of a date; its standard form when it has none.
  private func dateWords(_ source: Cursor) -> [UInt8] {
    if source.hasText { return words(source) }
    for name in [Attribute.standarddate, Attribute.notbefore, Attribute.notafter] {
      guard let value = source.attribute(name), !Bytes.isBlank(value) else { continue }
      if name == Attribute.notbefore, let end = source.attribute(Attribute.notafter) {
        return Array(Bytes.trimmed(value)) + [0x2D] + Array(Bytes.trimmed(end))
      }
      return Array(Bytes.trimmed(value))
    }
    return []
  }

  // MARK: Twice the same

  /// Pairs structured dates of a `did` with plain ones that say the same.
  func compareDates(_ did: Cursor) {
    // A description with more dates than this is no description: the comparison must not take the square of their number.
    let most = 64
    let structured = did.children.filter { $0.name == Tag.unitdatestructured }.prefix(most)
    guard !structured.isEmpty else { return }
    let plain = did.children.filter { $0.name == Tag.unitdate }.prefix(most)
    for date in structured {
      guard let twin = plain.first(where: { equivalents[$0.index] == nil && says($0, date) }) else { continue }
      equivalents[twin.index] = date
      repeated.insert(date.index)
    }
  }

  private func says(_ plain: Cursor, _ structured: Cursor) -> Bool {
    if let type = structured.attribute(Attribute.unitdatetype) {
      guard let own = plain.attribute(Attribute.unitdatetype), Bytes.equal(own, type) else { return false }
    }
    var said: [(Cursor, NameID)] = []
    let span = span(structured, &said)
    if let normal = plain.attribute(Attribute.normal), let own = DateSpan(Array(normal)) {
      guard let span, span.normal == own.normal else { return false }
    }
    // Every word of the structured date must stand in the plain one.
    let text = words(plain)
    let structuredWords = EAD2002Downgrade.textWords(structured)
    guard !structuredWords.isEmpty else { return plain.attribute(Attribute.normal) != nil && span != nil }
    return structuredWords.allSatisfy { EAD2002Downgrade.find($0, in: text, from: 0) != nil }
  }

  private static func textWords(_ source: Cursor) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for at in source.index..<source.end {
      let node = Cursor(source.arena, at)
      if node.isText, !node.isExternal { found += node.bytes.split(whereSeparator: { !Bytes.isWord($0) }).map { Array($0) } }
    }
    return found
  }

  /// A plain date that lacks `@normal`, which a structured date beside it has.
  func unitdate(_ plain: Cursor, normalFrom structured: Cursor) {
    guard plain.attribute(Attribute.normal) == nil else { return node(plain) }
    builder.start(Tag.unitdate, from: plain)
    attributes(plain)
    writeNormal(of: structured, certaintyOf: plain)
    content(plain)
    builder.end()
  }
}

/// A machine-readable date or range, as `@normal` of EAD 2002 takes it.
///
/// Read are the forms of EAD3 files: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYYMM`, `YYYYMMDD`, negative years, a time after
/// `T` (left out), the marks of the Extended Date/Time Format for uncertain dates (`?`, `~`, `%`, `X` digits), ranges with
/// `/` or `..`, blanks around them, lists with commas (their least to their greatest).
struct DateSpan: Equatable {
  struct Point: Equatable {
    var text: [UInt8]
    /// Year, month and day as one number that can be compared.
    var key: Int
  }

  var start: Point
  var end: Point
  var isApproximate = false

  init(from: DateSpan, to: DateSpan) {
    start = from.start
    end = to.end
    isApproximate = from.isApproximate || to.isApproximate
  }

  /// Nil for what EAD 2002 has no form for.
  init?(_ value: [UInt8]) {
    var whole: DateSpan?
    for member in value.split(separator: 0x2C) {
      guard let span = DateSpan(member: Array(member)) else { return nil }
      whole = whole.map { $0.union(span) } ?? span
    }
    guard let whole else { return nil }
    self = whole
  }

  private init?(member: [UInt8]) {
    var sides = member.split(separator: 0x2F, omittingEmptySubsequences: false).map { Array($0) }
    let dots = (0..<max(member.count - 1, 0)).first { member[$0] == 0x2E && member[$0 + 1] == 0x2E }
    if sides.count == 1, let dots {
      sides = [Array(member[..<dots]), Array(member[(dots + 2)...])]
    }
    guard sides.count == 1 || sides.count == 2, let first = DateSpan(side: sides[0]) else { return nil }
    guard sides.count == 2 else {
      self = first
      return
    }
    guard let last = DateSpan(side: sides[1]) else { return nil }
    self.init(from: first, to: last)
  }

  private init?(side: [UInt8]) {
    var text = side.filter { !Bytes.isSpace($0) }
    if let time = text.firstIndex(of: 0x54) { text.removeSubrange(time...) }
    if text.last == 0x5A { text.removeLast() }
    let marks: [UInt8] = [0x3F, 0x7E, 0x25]
    let isUncertain = text.contains { marks.contains($0) }
    text.removeAll { marks.contains($0) }
    var sign: [UInt8] = []
    if text.first == 0x2D {
      sign = [0x2D]
      text.removeFirst()
    }
    // X, x, u stand for digits nobody knows.
    let unknown: (UInt8) -> Bool = { $0 == 0x58 || $0 == 0x78 || $0 == 0x75 }
    if text.contains(where: unknown) {
      guard sign.isEmpty, text.count >= 4, !unknown(text[0]), !unknown(text[1]) else { return nil }
      let year = Array(text.prefix(4))
      guard year.contains(where: unknown) || text.dropFirst(4).allSatisfy({ unknown($0) || $0 == 0x2D }) else { return nil }
      let low = year.map { unknown($0) ? 0x30 : $0 }
      let high = year.map { unknown($0) ? 0x39 : $0 }
      guard let from = Point(sign, low), let to = Point(sign, high) else { return nil }
      start = from
      end = to
    } else {
      guard let point = Point(sign, text) else { return nil }
      start = point
      end = point
    }
    isApproximate = isUncertain
  }

  func union(_ other: DateSpan) -> DateSpan {
    var span = self
    if other.start.key < start.key { span.start = other.start }
    if other.end.key > end.key { span.end = other.end }
    span.isApproximate = isApproximate || other.isApproximate
    return span
  }

  /// The value of `@normal`.
  var normal: [UInt8] { start == end ? start.text : start.text + [0x2F] + end.text }
}

extension DateSpan.Point {
  /// A year, month or day; nil for what is none.
  init?(_ sign: [UInt8], _ text: [UInt8]) {
    let fields = text.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard fields.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Bytes.isDigit) }), let first = fields.first else { return nil }
    func number(_ digits: some Sequence<UInt8>) -> Int { digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    var parts: [Int]
    switch (fields.count, first.count) {
    case (1, 3), (1, 4): parts = [number(first)]
    case (1, 6): parts = [number(first.prefix(4)), number(first.suffix(2))]
    case (1, 8): parts = [number(first.prefix(4)), number(first.dropFirst(4).prefix(2)), number(first.suffix(2))]
    case (2, 4) where fields[1].count <= 2: parts = [number(first), number(fields[1])]
    case (3, 4) where fields[1].count <= 2 && fields[2].count <= 2: parts = [number(first), number(fields[1]), number(fields[2])]
    default: return nil
    }
    // A month or a day of zeros is none.
    while parts.count > 1, parts.last == 0 { parts.removeLast() }
    guard parts[0] < 3000, parts.dropFirst().first.map({ (1...12).contains($0) }) ?? true,
      parts.dropFirst(2).first.map({ (1...31).contains($0) }) ?? true
    else { return nil }
    let isPacked = fields.count == 1 && parts.count == 3
    var written = sign
    for (index, part) in parts.enumerated() {
      let digits = Array(String(part).utf8)
      if index > 0, !isPacked { written.append(0x2D) }
      written += [UInt8](repeating: 0x30, count: max(0, (index == 0 ? 4 : 2) - digits.count)) + digits
    }
    self.text = written
    let size = parts[0] * 10_000 + (parts.count > 1 ? parts[1] * 100 : 0) + (parts.count > 2 ? parts[2] : 0)
    key = sign.isEmpty ? size : (parts.count > 1 ? size - 20_000 * parts[0] : -size)
  }
}
