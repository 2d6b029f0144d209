extension Datatype {
  /// What a value must look like, for a person, such as `one word of letters, digits, . - _ :`.
  func expectation(_ language: MessageLanguage) -> String {
    func say(_ key: String, _ arguments: String...) -> String { MessageCatalog.text(key, arguments, language) }
    var phrases: [String] = []
    if kind.form != .text { phrases.append(form(language)) }
    for pattern in facets.patterns {
      let isFirst = phrases.isEmpty
      switch PatternMeaning(pattern) {
      case .normalDate: phrases.append(say("expect-normal-date"))
      case .notBlank: phrases.append(say("expect-not-blank"))
      case .other:
        let shown = PatternText.shortened(pattern.text)
        let prefix = isFirst ? "expect-text-pattern" : "expect-pattern"
        if let example = pattern.example, example.utf8.count <= 40, example != pattern.text {
          phrases.append(say(prefix + "-example", shown, example))
        } else {
          phrases.append(say(prefix, shown))
        }
      }
    }
    if phrases.isEmpty { phrases.append(say("expect-text")) }
    if facets.limitsLength { phrases.append(length(language)) }
    let isDate = if case .calendar = kind.form { true } else { false }
    for bound in facets.bounds {
      phrases.append(say("expect-\(isDate ? "date-" : "")\(bound.relation.rawValue)", bound.text))
    }
    if facets.totalDigits != .max { phrases.append(say("expect-total-digits", String(facets.totalDigits))) }
    if facets.fractionDigits != .max { phrases.append(say("expect-fraction-digits", String(facets.fractionDigits))) }
    return phrases.joined(separator: ", ")
  }

  private func form(_ language: MessageLanguage) -> String {
    if kind.form == .integer {
      let bounds = [kind.least, kind.greatest].compactMap { $0?.description }
      let ending = kind.least == nil ? (kind.greatest == nil ? "" : "-to") : (kind.greatest == nil ? "-from" : "-range")
      return MessageCatalog.text("expect-integer" + ending, bounds, language)
    }
    return MessageCatalog.text("expect-" + name, [], language)
  }

  private func length(_ language: MessageLanguage) -> String {
    let unit =
      switch kind.measure {
      case .words: "words"
      case .bytes: "bytes"
      default: "characters"
      }
    let (least, most) = (facets.lengths.lowerBound, facets.lengths.upperBound)
    if facets.lengthsContradict { return MessageCatalog.text("expect-no-length", [], language) }
    if least == most { return MessageCatalog.text("expect-\(unit)", [String(least)], language) }
    if most == .max { return MessageCatalog.text("expect-\(unit)-from", [String(least)], language) }
    if least == 0 { return MessageCatalog.text("expect-\(unit)-to", [String(most)], language) }
    return MessageCatalog.text("expect-\(unit)-range", [String(least), String(most)], language)
  }
}

/// Patterns that people know under another name. They are told by what they take and refuse, not by how they are written: each
/// edition of a schema spells them a little differently.
private enum PatternMeaning {
  /// `@normal` of EAD 2002.
  case normalDate
  /// Anything but white space alone.
  case notBlank
  case other

  init(_ pattern: DatatypePattern) {
    func fits(_ taken: [String], _ refused: [String]) -> Bool {
      taken.allSatisfy { pattern.matches($0) } && !refused.contains { pattern.matches($0) }
    }
    if fits(
      ["1914", "1914-07", "1914-07-28", "1914/1918", "1914-07-28/1918-11-11"],
      ["", "abc", "1914 / 1918", "uuuu", "1914-13", "14", "1914/", "1914-1918"])
    {
      self = .normalDate
    } else if fits(["a", "7", "é", "-", "a b", " a ", "\n.\n", "{<€"], ["", " ", "\n", " \t "]) {
      self = .notBlank
    } else {
      self = .other
    }
  }
}
