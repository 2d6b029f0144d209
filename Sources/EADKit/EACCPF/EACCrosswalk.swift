import CResources

/// The crosswalk from EAC-CPF of both generations to AtoM's authority CSV, as archivists can read it and as the program
/// runs it (`Resources/crosswalk-eac.tsv`).
public struct EACCrosswalk: Sendable {
  /// One row: where, what, on which condition, how, to which column.
  public struct Row: Sendable {
    /// Names of the elements it may stand in, separated by blanks; `*` for any.
    public var context: String
    /// Name of the element, or of an attribute with `@`.
    public var element: String
    /// `@attribute=value`, `@attribute~part of the value`, `element` (there is one below), `element=text`; several are
    /// joined by ` & `; empty for none.
    public var condition: String
    /// How the program treats it.
    public var action: String
    /// AtoM's column; empty when there is none of its own.
    public var column: String
    /// What an archivist should know.
    public var remarkEnglish: String
    /// The same in French.
    public var remarkFrench: String
  }

  /// How the program treats what a row is about.
  enum Action: String {
    case descend, line, prose, point, name, names, entity, dates, items, occupation, event, agency, convention, source
    case language, status, detail, relation, digital, omit, lose, encoding
  }

  struct Condition: Sendable {
    var name: String
    var value: [UInt8]?
    var isPart: Bool
  }

  struct Entry: Sendable {
    var contexts: [String]
    var conditions: [Condition]
    var action: Action
    var column: AuthorityColumn?
    /// What the column is to hold, for relations: AtoM's term in English.
    var value: String
  }

  /// Every row, in the table's order: the first that fits counts.
  public static let rows: [Row] = Resource.rows(ead_crosswalk_eac).compactMap { row in
    guard row.count >= 7 else { return nil }
    return Row(
      context: row[0], element: row[1], condition: row[2], action: row[3], column: row[4], remarkEnglish: row[5],
      remarkFrench: row[6])
  }

  static let table = EACCrosswalk(rows: rows)

  private let entries: [String: [Entry]]

  init(rows: [Row]) {
    var entries: [String: [Entry]] = [:]
    for row in rows {
      guard let action = Action(rawValue: row.action) else { continue }
      let columnAndValue = row.column.split(separator: ":", maxSplits: 1).map(String.init)
      let entry = Entry(
        contexts: row.context.split(separator: " ").map(String.init),
        conditions: row.condition.split(separator: "&").map { EACCrosswalk.condition(String($0)) }, action: action,
        column: columnAndValue.first.flatMap(AuthorityColumn.named),
        value: columnAndValue.count > 1 ? columnAndValue[1].trimmingBlanks : "")
      for name in row.element.split(separator: " ") { entries[String(name), default: []].append(entry) }
    }
    self.entries = entries
  }

  private static func condition(_ text: String) -> Condition {
    let text = text.trimmingBlanks
    for (mark, isPart) in [("~", true), ("=", false)] {
      let parts = text.split(separator: Character(mark), maxSplits: 1).map(String.init)
      if parts.count == 2 { return Condition(name: parts[0], value: Array(parts[1].utf8), isPart: isPart) }
    }
    return Condition(name: text, value: nil, isPart: false)
  }

  /// The first entry that fits an element; attributes that its condition looked at are thereby used.
  func entry(_ element: EACElement) -> Entry? {
    guard let found = entry(named: element.name, in: element.parent?.name ?? "", conditionsOn: element) else { return nil }
    for condition in found.conditions where condition.name.hasPrefix("@") { _ = element.take(String(condition.name.dropFirst())) }
    return found
  }

  /// The first entry that fits an attribute.
  func entry(attribute: String, of element: EACElement) -> Entry? {
    entry(named: "@" + attribute, in: element.name, conditionsOn: element)
  }

  func isEncoding(_ attribute: String, on element: String) -> Bool {
    entries["@" + attribute]?.contains { $0.action == .encoding && ($0.contexts.contains(element) || $0.contexts == ["*"]) }
      ?? false
  }

  private func entry(named name: String, in parent: String, conditionsOn element: EACElement) -> Entry? {
    entries[name]?.first { entry in
      (entry.contexts == ["*"] || entry.contexts.contains(parent))
        && entry.conditions.allSatisfy { EACCrosswalk.holds($0, element) }
    }
  }

  private static func holds(_ condition: Condition, _ element: EACElement) -> Bool {
    var values: [[UInt8]] = []
    if condition.name.hasPrefix("@") {
      if let value = element.peek(String(condition.name.dropFirst())) { values = [EACElement.collapsed(value)] }
    } else {
      values = element.all(condition.name).map(\.plainText)
    }
    guard let wanted = condition.value else { return !values.isEmpty }
    return values.contains { value in
      value.withUnsafeBufferPointer { value in
        wanted.withUnsafeBufferPointer { wanted in
          condition.isPart ? Bytes.containsIgnoringCase(value, wanted) : Bytes.equalIgnoringCase(value, wanted)
        }
      }
    }
  }
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmingBlanks: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
