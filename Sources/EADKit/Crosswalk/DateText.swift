/// Years and dates in the words of a date, in English, French, German and Spanish.
///
/// Only what cannot be read in two ways: every word of the text must be known. `vers 1900`, `12 mars 1905`,
/// `between 1901 and 1910` are read; `19th century`, `before 1900`, `No. 1945`, `1906-07` are not.
enum DateText {
  private enum Token: Equatable {
    case number(Int, digits: Int)
    case word(String)
    case dash
    case slash
    case comma
    case mark
  }

  static func isMonth(_ word: String) -> Bool { months[word] != nil }

  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> NormalDate? {
    guard bytes.count <= 200, let tokens = tokens(bytes) else { return nil }
    var dates: [CalendarDate] = []
    var at = 0
    var saysFrom = false
    var saysUntil = false
    /// Something between two dates says that both are meant: `1345 (1926)` is one year in two calendars.
    var isSeparated = true
    while at < tokens.count {
      switch tokens[at] {
      case .mark: at += 1
      case .comma:
        isSeparated = true
        at += 1
      case .dash, .slash:
        if dates.isEmpty { return nil }
        isSeparated = true
        if tokens[at] == .dash { saysUntil = true }
        at += 1
      case .number(let value, let digits):
        guard isSeparated else { return nil }
        if digits == 4 {
          guard let read = year(tokens, &at, value) else { return nil }
          dates += read
        } else {
          guard let date = dayMonthYear(tokens, &at, value) else { return nil }
          dates.append(date)
        }
        isSeparated = false
      case .word(let word):
        if let month = months[word] {
          guard isSeparated, let date = monthYear(tokens, &at, month) else { return nil }
          dates.append(date)
          isSeparated = false
        } else if untilWords.contains(word) {
          if dates.isEmpty { return nil }
          saysUntil = true
          isSeparated = true
          at += 1
        } else if fillers.contains(word) || isUndated(tokens, &at, word) {
          if fromWords.contains(word), dates.isEmpty { saysFrom = true }
          isSeparated = true
          at += 1
        } else {
          return nil
        }
      }
    }
    // `1900-1890`: nobody knows which one is wrong.
    if dates != dates.sorted() { return nil }
    guard let start = dates.min(), let end = dates.max(), end.year - start.year <= 500 else { return nil }
    // `1900-`, `1900-?`, `from 1900`: nobody says when it ended.
    let rest = tokens.reversed().first { $0 != .mark && $0 != .comma }
    if rest == .dash || (saysFrom && !saysUntil && dates.count == 1) { return NormalDate(start: start, end: nil) }
    return NormalDate(start: start, end: end)
  }

  /// `s.d.`, `n.d.`, `o. D.`: a part without date, beside a part with one.
  private static func isUndated(_ tokens: [Token], _ at: inout Int, _ word: String) -> Bool {
    guard ["s", "n", "o"].contains(word) else { return false }
    var next = at + 1
    while next < tokens.count, tokens[next] == .mark { next += 1 }
    guard next < tokens.count, tokens[next] == .word("d") else { return false }
    at = next
    return true
  }

  private static func tokens(_ bytes: UnsafeBufferPointer<UInt8>) -> [Token]? {
    var tokens: [Token] = []
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      if Bytes.isDigit(byte) {
        var value = 0
        let from = at
        while at < bytes.count, Bytes.isDigit(bytes[at]) {
          if at - from > 4 { return nil }
          value = value * 10 + Int(bytes[at] - 0x30)
          at += 1
        }
        tokens.append(.number(value, digits: at - from))
      } else if byte == 0xE2, at + 2 < bytes.count, bytes[at + 1] == 0x80 {
        // Hyphens and dashes; quotation marks and apostrophes only separate.
        tokens.append((0x90...0x95).contains(bytes[at + 2]) ? .dash : .mark)
        at += 3
      } else if byte == 0xC2, at + 1 < bytes.count, bytes[at + 1] == 0xA0 || bytes[at + 1] == 0xBA {
        at += 2
      } else if Bytes.isASCIILetter(byte) || byte >= 0x80 {
        let from = at
        while at < bytes.count, Bytes.isASCIILetter(bytes[at]) || bytes[at] >= 0x80 {
          if bytes[at] == 0xE2 { break }
          at += 1
        }
        if at == from { at += 1 }
        tokens.append(
          .word(Bytes.key(UnsafeBufferPointer(rebasing: bytes[from..<at]))))
      } else {
        switch byte {
        case 0x2D: tokens.append(.dash)
        case 0x2F: tokens.append(.slash)
        case 0x2C, 0x3B: tokens.append(.comma)
        case 0x28, 0x29, 0x5B, 0x5D, 0x3F, 0x2E, 0x3A, 0x27: tokens.append(.mark)
        default: if !Bytes.isSpace(byte) { return nil }
        }
        at += 1
      }
    }
    return tokens
  }

  /// `1906`, `1906-05-04`, `1906-41`.
  private static func year(_ tokens: [Token], _ at: inout Int, _ value: Int) -> [CalendarDate]? {
    guard (1000...2099).contains(value) else { return nil }
    at += 1
    if at + 1 < tokens.count, tokens[at] == .dash || tokens[at] == .slash,
      case .number(let second, digits: 2) = tokens[at + 1]
    {
      if tokens[at] == .dash, at + 3 < tokens.count, tokens[at + 2] == .dash,
        case .number(let third, digits: 2) = tokens[at + 3]
      {
        at += 4
        return CalendarDate(year: value, month: second, day: third).map { [$0] }
      }
      // 1906-07 may be a month or a year.
      guard second > 12, second > value % 100, tokens[at] == .dash else { return nil }
      at += 2
      guard let from = CalendarDate(year: value), let to = CalendarDate(year: value / 100 * 100 + second) else { return nil }
      return [from, to]
    }
    return CalendarDate(year: value).map { [$0] }
  }

  /// `12 March 1905`, `1er mars 1905`, `12. März 1905`, `12 de marzo de 1905`.
  private static func dayMonthYear(_ tokens: [Token], _ at: inout Int, _ day: Int) -> CalendarDate? {
    guard (1...31).contains(day) else { return nil }
    var next = at + 1
    func skip() {
      while next < tokens.count {
        if tokens[next] == .mark || tokens[next] == .comma {
          next += 1
        } else if case .word(let word) = tokens[next], ordinals.contains(word) || word == "de" || word == "of" {
          next += 1
        } else {
          break
        }
      }
    }
    skip()
    guard next < tokens.count, case .word(let word) = tokens[next], let month = months[word] else { return nil }
    next += 1
    skip()
    guard next < tokens.count, case .number(let year, digits: 4) = tokens[next], (1000...2099).contains(year) else { return nil }
    at = next + 1
    return CalendarDate(year: year, month: month, day: day)
  }

  /// `March 1905`, `March 12, 1905`, `marzo de 1905`.
  private static func monthYear(_ tokens: [Token], _ at: inout Int, _ month: Int) -> CalendarDate? {
    var next = at + 1
    var day = 0
    func skip() {
      while next < tokens.count {
        if tokens[next] == .mark || tokens[next] == .comma {
          next += 1
        } else if case .word(let word) = tokens[next], ordinals.contains(word) || word == "de" {
          next += 1
        } else {
          break
        }
      }
    }
    skip()
    if next < tokens.count, case .number(let value, let digits) = tokens[next], digits < 3 {
      day = value
      next += 1
      skip()
    }
    guard next < tokens.count, case .number(let year, digits: 4) = tokens[next], (1000...2099).contains(year) else { return nil }
    at = next + 1
    return CalendarDate(year: year, month: month, day: day)
  }

  private static let ordinals: Set<String> = ["st", "nd", "rd", "th", "er", "re", "ère", "e"]
  private static let untilWords: Set<String> = ["to", "à", "au", "bis", "a", "al", "until", "till", "through", "hasta", "jusqu"]
  private static let fromWords: Set<String> = ["from", "von", "vom", "desde", "since", "depuis", "seit"]
  private static let fillers: Set<String> = [
    "c", "ca", "circa", "cca", "about", "around", "approximately", "approx", "probably", "possibly",
    "vers", "environ", "env", "probablement", "um", "etwa", "wohl", "gegen", "hacia", "sobre", "aproximadamente",
    "between", "entre", "zwischen", "and", "et", "und", "y", "or", "ou", "oder", "o",
    "from", "de", "du", "von", "vom", "desde", "des", "del", "since", "depuis", "seit",
    "bulk", "inclusive", "dates", "date", "predominantly", "mostly", "mainly", "dated",
    "undated", "the", "le", "la", "el", "los", "am", "im", "in",
  ]
  private static let months: [String: Int] = {
    let names: [[String]] = [
      ["january", "jan", "janvier", "janv", "januar", "jänner", "enero", "ene"],
      ["february", "feb", "février", "fevrier", "févr", "fév", "februar", "febrero"],
      ["march", "mar", "mars", "märz", "maerz", "marzo"],
      ["april", "apr", "avril", "avr", "abril", "abr"],
      ["may", "mai", "mayo"],
      ["june", "jun", "juin", "juni", "junio"],
      ["july", "jul", "juillet", "juil", "juli", "julio"],
      ["august", "aug", "août", "aout", "agosto", "ago"],
      ["september", "sep", "sept", "septembre", "septiembre", "setiembre"],
      ["october", "oct", "octobre", "oktober", "okt", "octubre"],
      ["november", "nov", "novembre", "noviembre"],
      ["december", "dec", "décembre", "decembre", "déc", "dezember", "dez", "diciembre", "dic"],
    ]
    var table: [String: Int] = [:]
    for (index, words) in names.enumerated() { for word in words { table[word] = index + 1 } }
    return table
  }()
}
