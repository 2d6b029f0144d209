import CResources

/// Pages on the elements of EAD, for `explain ELEMENT`.
///
/// Name, purpose and ISAD(G) rule come from a table (`Resources/elements.tsv`); where an element may stand, what it may
/// hold and its attributes come from the schemas, so that a page never says what the validator does not do.
public enum ElementPages {
  /// Every element that has a page: those of EAD 2002 (schema and DTD) and of EAD3 (also undeprecated), sorted.
  public static var names: [String] { table.keys.sorted() }

  /// The page of an element as Markdown with lines of at most 90 columns; nil when EAD has no such element. Names are
  /// found whatever their case.
  public static func page(_ name: String, _ language: MessageLanguage) -> String? {
    guard let entry = table[name] ?? table[name.lowercased()] else { return nil }
    func say(_ key: String, _ arguments: [String] = []) -> String { MessageCatalog.text(key, arguments, language) }
    let isFrench = language == .french
    var page = "# \(entry.name): \(isFrench ? entry.nameFrench : entry.nameEnglish)\n"
    if isFrench { page = "# \(entry.name) : \(entry.nameFrench)\n" }
    page += "\n" + WrappedText.paragraph(isFrench ? entry.purposeFrench : entry.purposeEnglish)
    page += "\n" + WrappedText.paragraph(existence(entry, language))
    if !entry.isadg.isEmpty {
      page += "\n" + WrappedText.paragraph(say("page-isadg", [say("page-isadg-" + entry.isadg)]))
    }
    for generation in entry.generations {
      let outlines = merged(SchemaOutline.element(entry.name, generation: generation))
      for outline in outlines {
        page += "\n## \(say("page-in-" + generation.rawValue))\n\n"
        page += describe(outline, language)
      }
    }
    return page
  }

  // MARK: The table

  private struct Entry {
    var name: String
    var generations: [EADGeneration]
    var nameEnglish: String
    var nameFrench: String
    var purposeEnglish: String
    var purposeFrench: String
    /// Number of the rule of ISAD(G), 2nd edition; empty when there is none.
    var isadg: String
    /// `dtd`: only in the DTD of EAD 2002; `undeprecated`: in EAD3 only with the undeprecated schema.
    var only: String
  }

  private static let table: [String: Entry] = {
    var table: [String: Entry] = [:]
    for row in Resource.rows(ead_elements) where row.count >= 8 {
      let generations = EADGeneration.allCases.filter { row[1] == "both" || row[1] == $0.rawValue }
      table[row[0]] = Entry(
        name: row[0], generations: generations, nameEnglish: row[2], nameFrench: row[3], purposeEnglish: row[4],
        purposeFrench: row[5], isadg: row[6], only: row[7])
    }
    return table
  }()

  // MARK: Parts of a page

  private static func existence(_ entry: Entry, _ language: MessageLanguage) -> String {
    switch entry.only {
    case "dtd": MessageCatalog.text("page-exists-dtd", [], language)
    case "undeprecated":
      MessageCatalog.text("page-exists-undeprecated", [EADGeneration.ead3UndeprecatedNamespace], language)
    default:
      MessageCatalog.text(
        "page-exists-" + (entry.generations.count > 1 ? "both" : entry.generations.first?.rawValue ?? "both"), [], language)
    }
  }

  /// Definitions that differ only in where the element stands become one.
  private static func merged(_ outlines: [SchemaOutline.Element]) -> [SchemaOutline.Element] {
    var merged: [SchemaOutline.Element] = []
    for outline in outlines {
      if let twin = merged.firstIndex(where: { isSame($0, outline) }) {
        merged[twin].parents += outline.parents
      } else {
        merged.append(outline)
      }
    }
    return merged
  }

  private static func isSame(_ left: SchemaOutline.Element, _ right: SchemaOutline.Element) -> Bool {
    guard left.allowsText == right.allowsText, Set(left.children) == Set(right.children) else { return false }
    guard left.attributes.count == right.attributes.count else { return false }
    let leftSorted = left.attributes.sorted { $0.name < $1.name }
    let rightSorted = right.attributes.sorted { $0.name < $1.name }
    for (one, other) in zip(leftSorted, rightSorted) {
      guard one.name == other.name, one.isRequired == other.isRequired else { return false }
      guard one.values == other.values, one.type == other.type else { return false }
    }
    return true
  }

  private static func describe(_ outline: SchemaOutline.Element, _ language: MessageLanguage) -> String {
    func say(_ key: String, _ arguments: [String] = []) -> String { MessageCatalog.text(key, arguments, language) }
    var text = ""
    let parents = listed(outline.parents)
    text += WrappedText.paragraph(
      parents.isEmpty ? say("page-is-root") : say("page-stands-in", [parents.joined(separator: ", ")]))
    let contents = (outline.allowsText ? [say("page-text")] : []) + listed(outline.children)
    text +=
      "\n"
      + WrappedText.paragraph(
        contents.isEmpty ? say("page-holds-nothing") : say("page-holds", [contents.joined(separator: ", ")]))
    guard !outline.attributes.isEmpty else { return text + "\n" + say("page-no-attributes") + "\n" }
    text += "\n" + say("page-attributes") + "\n\n"
    // Required ones first: they are what is missing most often.
    let byName = outline.attributes.sorted { $0.name < $1.name }
    for attribute in byName.filter(\.isRequired) + byName.filter({ !$0.isRequired }) {
      let kind =
        attribute.values.isEmpty
        ? typeName(of: attribute, on: outline.name, language)
        : say("page-one-of", [attribute.values.joined(separator: ", ")])
      text += WrappedText.item(
        say(attribute.isRequired ? "page-attribute-required" : "page-attribute", [attribute.name, kind]))
    }
    return text
  }

  /// Names once each and in order, the twelve numbered components as one.
  private static func listed(_ names: [String]) -> [String] {
    var names = Set(names)
    let numbered = (1...12).map { $0 < 10 ? "c0\($0)" : "c\($0)" }
    if names.isSuperset(of: numbered) { names = names.subtracting(numbered).union(["c01-c12"]) }
    return names.sorted()
  }

  /// What an attribute takes, in plain words; the name of its datatype when there are none for it.
  private static func typeName(
    of attribute: SchemaOutline.Element.Attribute, on element: String, _ language: MessageLanguage
  ) -> String {
    func say(_ key: String) -> String { MessageCatalog.text(key, [], language) }
    switch (attribute.name, element) {
    // A pattern in EAD 2002, and plain text in EAD3, where the same form is meant.
    case ("normal", "unitdate"), ("normal", "date"): return say("page-type-normal")
    case ("standarddate", _), ("notbefore", _), ("notafter", _): return say("page-type-standarddate")
    default: break
    }
    switch attribute.type.lowercased() {
    case "", "text", "string", "token", "normalizedstring": return say("page-type-text")
    case let name:
      let key = "page-type-" + name
      return MessageCatalog.contains(key) ? say(key) : attribute.type
    }
  }
}

/// Text broken into lines for a terminal; inside, only single spaces separate words.
private enum WrappedText {
  private static let width = 90

  static func paragraph(_ text: String) -> String { lines(text, first: "", next: "") }
  static func item(_ text: String) -> String { lines(text, first: "- ", next: "  ") }

  private static func lines(_ text: String, first: String, next: String) -> String {
    var out = first
    var column = first.count
    var isBound = false
    for word in text.split(separator: " ") {
      // French puts a space between a sign and its word, but no line break.
      let isSign = word.count == 1 && ":;!?»".contains(word)
      let mayBreak = column > next.count && !isSign && !isBound
      isBound = word == "«"
      if mayBreak, column + 1 + word.count > width {
        out += "\n" + next
        column = next.count
      } else if column > next.count {
        out += " "
        column += 1
      }
      out += word
      column += word.count
    }
    return out + "\n"
  }
}
