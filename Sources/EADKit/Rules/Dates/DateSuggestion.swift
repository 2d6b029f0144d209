/// What somebody may have meant by a value that is no date of the standard.
enum DateSuggestion {
  /// A date or range in the standard's form; nil when nothing in the value says one.
  static func date(for value: UnsafeBufferPointer<UInt8>, isSingle: Bool) -> ValueWords.Meant? {
    guard value.count <= 60 else { return nil }
    var text = Array(Bytes.trimmed(value))
    // The time of day has no place in these attributes.
    if let time = text.firstIndex(of: UInt8(ascii: "T")), time >= 8, Bytes.isDigit(text[time - 1]) {
      text.removeSubrange(time...)
    }
    let said = ordered(text) ?? dayFirst(text) ?? decade(text)
    let suggestion = said ?? years(text)
    // Made of the value's own digits, it may still be wrong: 1945-31-12.
    guard let suggestion else { return nil }
    let reading = Array(suggestion.utf8).withUnsafeBufferPointer {
      DateReading($0, isSingle: isSingle, isJulian: false)
    }
    return reading.form == .date && !reading.isImpossible && !reading.isReversed
      ? ValueWords.Meant(value: suggestion, isSure: said != nil) : nil
  }

  /// `1945-5-8`, `194505`, `1789-0714`, on either side of a slash.
  private static func ordered(_ text: [UInt8]) -> String? {
    var sides: [String] = []
    for side in text.split(separator: 0x2F, omittingEmptySubsequences: false) {
      guard let date = oneOrdered(side.split(separator: 0x20).joined().map { $0 }) else { return nil }
      sides.append(date)
    }
    return sides.count <= 2 ? sides.joined(separator: "/") : nil
  }

  private static func oneOrdered(_ text: [UInt8]) -> String? {
    let groups = text.split(whereSeparator: { $0 == 0x2D || $0 == 0x2E || $0 == 0x2F }).map(Array.init)
    guard groups.allSatisfy({ $0.allSatisfy(Bytes.isDigit) }), let year = groups.first else { return nil }
    switch (groups.count, year.count) {
    case (1, 4): return string(year)
    case (1, 6): return string(year[..<4]) + "-" + string(year[4...])
    case (2, 4) where groups[1].count <= 2: return string(year) + "-" + padded(groups[1])
    case (2, 4) where groups[1].count == 4:
      return string(year) + "-" + string(groups[1][..<2]) + "-" + string(groups[1][2...])
    case (3, 4) where groups[1].count <= 2 && groups[2].count <= 2:
      return string(year) + "-" + padded(groups[1]) + "-" + padded(groups[2])
    case (1, 8): return string(year[..<4]) + "-" + string(year[4..<6]) + "-" + string(year[6...])
    default: return nil
    }
  }

  /// `14/07/1789`, `14.7.1789`, `07/1789`.
  private static func dayFirst(_ text: [UInt8]) -> String? {
    let groups = text.split(whereSeparator: { $0 == 0x2D || $0 == 0x2E || $0 == 0x2F || $0 == 0x20 }).map(Array.init)
    guard groups.allSatisfy({ $0.allSatisfy(Bytes.isDigit) }), let year = groups.last, year.count == 4 else { return nil }
    guard groups.dropLast().allSatisfy({ $0.count <= 2 }) else { return nil }
    switch groups.count {
    case 2: return string(year) + "-" + padded(groups[0])
    case 3: return string(year) + "-" + padded(groups[1]) + "-" + padded(groups[0])
    default: return nil
    }
  }

  /// `1920s`.
  private static func decade(_ text: [UInt8]) -> String? {
    guard text.count == 5 || text.count == 6, text.last == UInt8(ascii: "s"), text[3] == 0x30,
      text[..<4].allSatisfy(Bytes.isDigit)
    else { return nil }
    return string(text[..<4]) + "/" + string(text[..<3]) + "9"
  }

  /// The one year or the two years that some words are about: `vers 1945`, `[1914]`, `1945?`.
  private static func years(_ text: [UInt8]) -> String? {
    let runs = text.split(whereSeparator: { !Bytes.isDigit($0) }).map(Array.init)
    guard runs.allSatisfy({ $0.count == 4 && ($0[0] == 0x31 || $0[0] == 0x32) }) else { return nil }
    switch runs.count {
    case 1: return string(runs[0])
    case 2: return string(runs[0]) + "/" + string(runs[1])
    default: return nil
    }
  }

  private static func string(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
  private static func padded(_ bytes: [UInt8]) -> String { (bytes.count == 1 ? "0" : "") + string(bytes) }
}
