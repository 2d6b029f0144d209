import CResources

/// The crosswalk between two generations of EAD, as archivists can read it and as the program runs it.
public struct GenerationCrosswalk: Sendable {
  /// One row: what, where, and what becomes of it.
  public struct Row: Sendable {
    /// Names of the parent elements (for an attribute: of the elements that bear it), separated by blanks; `*` for any.
    public var context: String
    /// Name of the element, or of an attribute with `@`.
    public var name: String
    /// `@attribute=value`, `@attribute`, `!@attribute`, or empty.
    public var condition: String
    /// `keep`, `rename`, `unwrap`, `drop` or `rule`.
    public var action: String
    /// The new name, or the name of the rule.
    public var target: String
    /// For attributes: `old=new`, separated by blanks.
    public var values: String
    /// What an archivist should know.
    public var remarkEnglish: String
    /// The same in French.
    public var remarkFrench: String
  }

  /// The rows in the order in which they are tried.
  public let rows: [Row]

  /// EAD 2002 to EAD3.
  public static let ead3 = GenerationCrosswalk(Resource.rows(ead_crosswalk_ead3))
  /// EAD3 to EAD 2002.
  public static let ead2002 = GenerationCrosswalk(Resource.rows(ead_crosswalk_ead2002))

  init(_ rows: [[String]]) {
    self.rows = rows.compactMap { row in
      guard row.count >= 4 else { return nil }
      func field(_ at: Int) -> String { at < row.count ? row[at] : "" }
      return Row(
        context: row[0], name: row[1], condition: row[2], action: row[3], target: field(4), values: field(5),
        remarkEnglish: field(6), remarkFrench: field(7))
    }
  }
}

/// A crosswalk between generations, ready to run.
final class GenerationActions: Sendable {
  enum Kind: UInt8 {
    case keep, unwrap, drop, rule
  }

  struct Condition: Sendable {
    var attribute: NameID
    var value: [UInt8]?
    var isAbsent: Bool
  }

  /// A class: one is handed out for every element and every attribute, and its lists are not to be counted each time.
  final class Action: Sendable {
    let kind: Kind
    /// Name in the target, for `keep`.
    let target: NameID
    /// Index in the list of rules, for `rule`.
    let rule: Int
    /// Empty for every parent.
    let contexts: [NameID]
    let condition: Condition?
    let values: [(old: [UInt8], new: [UInt8])]
    /// Index of the row in the table.
    let row: Int

    init(
      kind: Kind, target: NameID, rule: Int, contexts: [NameID], condition: Condition?,
      values: [(old: [UInt8], new: [UInt8])], row: Int
    ) {
      self.kind = kind
      self.target = target
      self.rule = rule
      self.contexts = contexts
      self.condition = condition
      self.values = values
      self.row = row
    }
  }

  let table: GenerationCrosswalk
  private let elements: [[Action]]
  private let attributes: [[Action]]

  /// - Parameter rules: names of the rules; `Action.rule` is an index in this list.
  init(_ table: GenerationCrosswalk, rules: [String]) {
    self.table = table
    let names = NameTable()
    var elements = [[Action]](repeating: [], count: Tag.count)
    var attributes = [[Action]](repeating: [], count: Attribute.names.count)
    for (index, row) in table.rows.enumerated() {
      let isAttribute = row.name.hasPrefix("@")
      let name = isAttribute ? names.attribute(String(row.name.dropFirst())) : names.element(row.name)
      var (kind, target, rule) = (Kind.keep, name, -1)
      switch row.action {
      case "rename": target = isAttribute ? names.attribute(row.target.replacing("@", with: "")) : names.element(row.target)
      case "unwrap": kind = .unwrap
      case "drop": kind = .drop
      case "rule":
        kind = .rule
        rule = rules.firstIndex(of: row.target) ?? -1
      default: break
      }
      let contexts = row.context == "*" ? [] : row.context.split(separator: " ").map { names.element(String($0)) }
      let action = Action(
        kind: kind, target: target, rule: rule, contexts: contexts,
        condition: GenerationActions.condition(row.condition, names), values: GenerationActions.values(row.values), row: index)
      if isAttribute {
        let at = Int(name) - Int(Attribute.first)
        if at >= 0, at < attributes.count { attributes[at].append(action) }
      } else if Int(name) < elements.count {
        elements[Int(name)].append(action)
      }
    }
    self.elements = elements
    self.attributes = attributes
  }

  /// Rows that name a rule which does not exist: for a test of the table.
  var unknownRules: [Int] {
    (elements + attributes).flatMap { $0 }.filter { $0.kind == .rule && $0.rule < 0 }.map(\.row)
  }

  private static func condition(_ text: String, _ names: NameTable) -> Condition? {
    guard !text.isEmpty else { return nil }
    let isAbsent = text.hasPrefix("!")
    let parts = text.drop { $0 == "!" || $0 == "@" }.split(separator: "=", maxSplits: 1).map(String.init)
    guard let name = parts.first else { return nil }
    return Condition(
      attribute: names.attribute(name), value: parts.count == 2 ? Array(parts[1].utf8) : nil, isAbsent: isAbsent)
  }

  private static func values(_ text: String) -> [(old: [UInt8], new: [UInt8])] {
    text.split(separator: " ").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1)
      return parts.count == 2 ? (Array(parts[0].utf8), Array(parts[1].utf8)) : nil
    }
  }

  private static func holds(_ condition: Condition?, _ element: Cursor) -> Bool {
    guard let condition else { return true }
    guard let value = element.attribute(condition.attribute) else { return condition.isAbsent }
    if condition.isAbsent { return false }
    guard let wanted = condition.value else { return true }
    return value.elementsEqual(wanted)
  }

  /// What becomes of an element; nil when the table does not speak of it.
  func action(_ element: Cursor) -> Action? {
    guard Int(element.name) < elements.count else { return nil }
    let own = elements[Int(element.name)]
    if own.isEmpty { return nil }
    let parent = element.parent >= 0 ? Cursor(element.arena, element.parent).name : 0
    for action in own {
      if !action.contexts.isEmpty, !action.contexts.contains(parent) { continue }
      if GenerationActions.holds(action.condition, element) { return action }
    }
    return nil
  }

  /// What becomes of an attribute of an element; nil when the table does not speak of it.
  func action(_ attribute: NameID, on element: Cursor) -> Action? {
    let at = Int(attribute) - Int(Attribute.first)
    guard at >= 0, at < attributes.count else { return nil }
    for action in attributes[at] {
      if !action.contexts.isEmpty, !action.contexts.contains(element.name) { continue }
      if GenerationActions.holds(action.condition, element) { return action }
    }
    return nil
  }
}
