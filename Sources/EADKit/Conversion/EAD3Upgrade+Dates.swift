extension EAD3Upgrade {
  // MARK: Attributes of dates

  /// `@normal`: `YYYYMMDD` and `YYYYMM` with hyphens, no blanks around the slash; whatever else is left as it is.
  func normal(_ source: Cursor) {
    guard let value = source.attribute(Attribute.normal) else { return }
    let normalised = EAD3Upgrade.normalised(value)
    guard builder.attribute(Attribute.normal, normalised) else { return }
    if value.elementsEqual(normalised) { _ = source.use(Attribute.normal) } else { noteChange(source, Attribute.normal) }
  }

  /// `@certainty`: EAD3 takes a single word.
  func certainty(_ source: Cursor) {
    guard let value = source.attribute(Attribute.certainty) else { return }
    if builder.attribute(Attribute.certainty, value) {
      _ = source.use(Attribute.certainty)
    } else if let token = EAD3Upgrade.token(value), builder.attribute(Attribute.certainty, token) {
      noteChange(source, Attribute.certainty)
    }
  }

  static func normalised(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    if value.contains(0x2C) { return Array(Bytes.trimmed(value)) }
    let parts = value.split(separator: 0x2F, omittingEmptySubsequences: false)
    let dates = parts.map { part -> [UInt8] in
      let bytes = Array(Bytes.trimmed(UnsafeBufferPointer(rebasing: part)))
      let isBefore = bytes.first == 0x2D
      let digits = isBefore ? Array(bytes.dropFirst()) : bytes
      guard digits.count == 6 || digits.count == 8, digits.allSatisfy(Bytes.isDigit) else { return bytes }
      let month = (digits[4] - 0x30) * 10 + digits[5] - 0x30
      guard (1...12).contains(month) else { return bytes }
      var out = (isBefore ? [0x2D] : []) + digits[0..<4] + [0x2D] + digits[4..<6]
      if digits.count == 8 {
        let day = (digits[6] - 0x30) * 10 + digits[7] - 0x30
        guard (1...31).contains(day) else { return bytes }
        out += [0x2D] + digits[6..<8]
      }
      return out
    }
    return Array(dates.joined(separator: [0x2F]))
  }

  // MARK: Dates of a unit

  /// A `unitdate` of a `did` is one; elsewhere EAD3 has `date`.
  func unitdate(_ source: Cursor) {
    let parent = source.parent >= 0 ? Cursor(source.arena, source.parent).name : 0
    guard parent == Tag.did else { return date(source) }
    write(source, as: Tag.unitdate)
    if options.structuredDates { structuredDate(source) }
  }

  /// `date`, or a `unitdate` in running text, which says in its mark that it was one.
  func date(_ source: Cursor) {
    if builder.allowsText || builder.allows(Tag.p), !builder.allows(Tag.date) { return phrase(source) }
    builder.start(Tag.date, from: source)
    attributes(source)
    mark(source, always: source.name == Tag.unitdate)
    content(source)
    builder.end()
  }

  /// The dates inside a title, once more beside it: a date is data, not only words of a title.
  func datesBeside(_ title: Cursor) {
    guard title.parent >= 0 else { return }
    let did = Cursor(title.arena, title.parent)
    guard did.name == Tag.did, title.end > title.index + 1 else { return }
    for at in (title.index + 1)..<title.end {
      let date = Cursor(title.arena, at)
      guard date.name == Tag.unitdate, date.hasText || date.attribute(Attribute.normal) != nil else { continue }
      let words = EAD3Upgrade.collapsed(date.textBelow)
      let isSaid = did.children.contains { $0.name == Tag.unitdate && EAD3Upgrade.collapsed($0.textBelow) == words }
      if isSaid { continue }
      builder.start(Tag.unitdate, from: nil)
      mark("copy")
      if let type = date.attribute(Attribute.type) { builder.attribute(Attribute.unitdatetype, type) }
      dateAttributes(date)
      if let value = date.attribute(Attribute.normal) {
        builder.attribute(Attribute.normal, EAD3Upgrade.normalised(value))
      }
      builder.text(words)
      builder.end()
      if options.structuredDates { structuredDate(date) }
    }
  }

  /// What a date and its repetition have in common; nothing is marked, the first one did that.
  private func dateAttributes(_ date: Cursor) {
    for name in [Attribute.datechar, Attribute.era, Attribute.calendar] {
      if let value = date.attribute(name) { builder.attribute(name, value) }
    }
    if let value = date.attribute(Attribute.certainty), let token = EAD3Upgrade.token(value) {
      builder.attribute(Attribute.certainty, token)
    }
  }

  // MARK: Structured dates

  /// `unitdatestructured` beside a date whose `@normal` is understood in full.
  private func structuredDate(_ date: Cursor) {
    guard let value = date.attribute(Attribute.normal) else { return }
    let members = EAD3Upgrade.normalised(value).split(separator: 0x2C, omittingEmptySubsequences: false)
      .map { EAD3Upgrade.range(Array($0)) }
    let ranges = members.compactMap { $0 }
    guard !ranges.isEmpty, ranges.count == members.count else { return }
    builder.start(Tag.unitdatestructured)
    mark("copy")
    if let type = date.attribute(Attribute.type) { builder.attribute(Attribute.unitdatetype, type) }
    dateAttributes(date)
    if ranges.count > 1 { builder.start(Tag.dateset) }
    let words = EAD3Upgrade.collapsed(date.textBelow)
    for range in ranges {
      if range.count == 1 {
        standardDate(Tag.datesingle, range[0], words: ranges.count == 1 && !words.isEmpty ? words : range[0])
      } else {
        builder.start(Tag.daterange)
        if !range[0].isEmpty { standardDate(Tag.fromdate, range[0], words: range[0]) }
        if !range[1].isEmpty { standardDate(Tag.todate, range[1], words: range[1]) }
        builder.end()
      }
    }
    if ranges.count > 1 { builder.end() }
    builder.end()
  }

  private func standardDate(_ name: NameID, _ date: [UInt8], words: [UInt8]) {
    builder.start(name)
    builder.attribute(Attribute.standarddate, date)
    builder.text(words)
    builder.end()
  }

  /// One date, or two of which one may be open (empty); nil for anything that is no date.
  static func range(_ value: [UInt8]) -> [[UInt8]]? {
    let parts = value.split(separator: 0x2F, omittingEmptySubsequences: false)
      .map { Array($0.drop(while: Bytes.isSpace).reversed().drop(while: Bytes.isSpace).reversed()) }
    guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }) else { return nil }
    for part in parts where !(part.isEmpty && parts.count == 2) && !isDate(part) { return nil }
    if parts.count == 2, parts[0] == parts[1] { return [parts[0]] }
    return parts
  }

  /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, before our era with a minus.
  private static func isDate(_ bytes: [UInt8]) -> Bool {
    let date = bytes.first == 0x2D ? bytes.dropFirst() : bytes[...]
    let fields = date.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard (1...3).contains(fields.count), fields.allSatisfy({ $0.allSatisfy(Bytes.isDigit) }), fields[0].count == 4 else {
      return false
    }
    func number(_ at: Int) -> Int { fields[at].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    if number(0) == 9999 { return false }
    if fields.count > 1, fields[1].count != 2 || !(1...12).contains(number(1)) { return false }
    if fields.count > 2 {
      let leap = number(0) % 4 == 0 && (number(0) % 100 != 0 || number(0) % 400 == 0)
      let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      guard fields[2].count == 2, (1...lengths[number(1) - 1]).contains(number(2)) else { return false }
    }
    return true
  }

  // MARK: Dates of a chronology

  /// `chronitem/date`: one date, or a range when `@normal` or the words say so.
  func chronDate(_ source: Cursor) {
    let ends = source.attribute(Attribute.normal).flatMap { EAD3Upgrade.range(EAD3Upgrade.normalised($0)) }
    let isText = source.children.allSatisfy(\.isText)
    let halves = isText ? EAD3Upgrade.halves(source.textBelow) : nil
    let haveYears = halves.map { EAD3Upgrade.hasYear($0.from) && EAD3Upgrade.hasYear($0.to) } ?? false
    let saysRange = ends.map { $0.count == 2 } ?? haveYears
    guard saysRange else {
      builder.start(Tag.datesingle, from: source)
      if let ends, ends.count == 1, let value = source.attribute(Attribute.normal),
        builder.attribute(Attribute.standarddate, ends[0])
      {
        if value.elementsEqual(ends[0]) { _ = source.use(Attribute.normal) } else { noteChange(source, Attribute.normal) }
      }
      attributes(source)
      mark(source, always: false)
      content(source)
      builder.end()
      return
    }
    builder.start(Tag.daterange, from: source)
    if let ends, let value = source.attribute(Attribute.normal) {
      let joined = Array(ends.joined(separator: [0x2F]))
      if value.elementsEqual(joined) { _ = source.use(Attribute.normal) } else { noteChange(source, Attribute.normal) }
    }
    attributes(source)
    // Without its own words the second half has none: the first has them all.
    mark(source, extra: [("between", halves.map { $0.dash } ?? [])])
    builder.start(Tag.fromdate)
    if let from = ends?.first, !from.isEmpty { builder.attribute(Attribute.standarddate, from) }
    if let halves {
      for child in source.children { child.mark(UnitNode.used) }
      builder.text(halves.from, from: source)
    } else {
      content(source)
    }
    builder.end()
    builder.start(Tag.todate)
    if let ends, ends.count == 2, !ends[1].isEmpty { builder.attribute(Attribute.standarddate, ends[1]) }
    if let halves { builder.text(halves.to, from: source) }
    builder.end()
    builder.end()
  }

  /// Words on both sides of the only dash.
  private static func halves(_ text: [UInt8]) -> (from: [UInt8], dash: [UInt8], to: [UInt8])? {
    var found: Range<Int>?
    var at = 0
    while at < text.count {
      var length = 1
      let isHyphen = text[at] == 0x2D
      let isDash = text[at] == 0xE2 && at + 2 < text.count && text[at + 1] == 0x80 && (0x90...0x95).contains(text[at + 2])
      if isHyphen || isDash {
        guard found == nil else { return nil }
        length = isDash ? 3 : 1
        found = at..<(at + length)
      }
      at += length
    }
    guard var dash = found else { return nil }
    while dash.lowerBound > 0, Bytes.isSpace(text[dash.lowerBound - 1]) { dash = (dash.lowerBound - 1)..<dash.upperBound }
    while dash.upperBound < text.count, Bytes.isSpace(text[dash.upperBound]) { dash = dash.lowerBound..<(dash.upperBound + 1) }
    let from = Array(text[..<dash.lowerBound])
    let to = Array(text[dash.upperBound...])
    guard !from.allSatisfy(Bytes.isSpace), !to.allSatisfy(Bytes.isSpace) else { return nil }
    return (from, Array(text[dash]), to)
  }

  private static func hasYear(_ text: [UInt8]) -> Bool {
    var run = 0
    for byte in text {
      run = Bytes.isDigit(byte) ? run + 1 : 0
      if run == 4 { return true }
    }
    return false
  }
}
