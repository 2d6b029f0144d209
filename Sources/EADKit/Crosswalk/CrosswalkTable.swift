import CResources

/// The crosswalk from EAD to AtoM's CSV, as archivists can read it and as the program runs it.
public struct CrosswalkTable: Sendable {
  /// One row: where, what, to which column.
  public struct Row: Sendable {
    /// `did`, `unit`, `header` or `access`: where the element stands.
    public var context: String
    /// Name of the element, or of an attribute with `@`.
    public var element: String
    /// `attribute=value`, `attribute~part of the value`, or empty.
    public var condition: String
    /// How the program treats it.
    public var rule: String
    /// AtoM's column; empty when there is none of its own.
    public var column: String
    /// ISAD(G) or RAD paragraph.
    public var standard: String
    /// What an archivist should know.
    public var remarkEnglish: String
    /// The same in French.
    public var remarkFrench: String
  }

  /// Every row of `Resources/crosswalk-atom-csv.tsv`, in its order.
  public static let atomCSV: [Row] = Resource.rows(ead_crosswalk_atom_csv).compactMap { row in
    guard row.count >= 8 else { return nil }
    return Row(
      context: row[0], element: row[1], condition: row[2], rule: row[3], column: row[4], standard: row[5],
      remarkEnglish: row[6], remarkFrench: row[7])
  }

  /// Attributes that are pure encoding: name, elements (`*` for all), why in English, why in French.
  public static let ignoredAttributes: [[String]] = Resource.rows(ead_ignored_attributes).filter { $0.count >= 4 }
}

/// What is done with an element.
enum CrosswalkRule: String {
  case descend, dsc, text, prose, multi, lines, labelled, note, title, identifier, dates, extent, creators, repository
  case language, abstract, container, location, digital, history, process, access, index, point
  case eadid, publication, descriptionLanguage, frontmatter
  case status
}

/// A row of the crosswalk, ready to run.
struct CrosswalkAction {
  var rule: CrosswalkRule
  var column: AtoMColumn
  var conditionAttribute: NameID?
  var conditionValue: [UInt8]
  var conditionIsPart: Bool
  var taxonomy: AtoMTerms.Taxonomy?

  @inline(__always)
  func matches(_ element: Cursor) -> Bool {
    guard let name = conditionAttribute else { return true }
    return matchesCondition(element, name)
  }

  private func matchesCondition(_ element: Cursor, _ name: NameID) -> Bool {
    var value = element.attribute(name)
    // EAD3 calls the type of a note or a title `localtype`.
    if value == nil, name == Attribute.type { value = element.attribute(Attribute.localtype) }
    guard let value else { return false }
    if conditionIsPart {
      let key = Bytes.key(value)
      return key.contains(String(decoding: conditionValue, as: UTF8.self))
    }
    return conditionValue.withUnsafeBufferPointer { Bytes.equal(value, $0) }
  }
}

/// The actions by context and element name.
struct CrosswalkActions {
  enum Context: Int, CaseIterable {
    case did, unit, header, access
  }

  /// For every context and element, where its actions begin in `actions`, and how many there are.
  private let places: UnsafeMutablePointer<(start: Int32, count: Int32)>
  /// Lives as long as the program: nothing is counted when an action is looked up.
  private let actions: UnsafeMutablePointer<CrosswalkAction>

  nonisolated(unsafe) static let atomCSV = CrosswalkActions(CrosswalkTable.atomCSV)

  init(_ rows: [CrosswalkTable.Row]) {
    var table = [[[CrosswalkAction]]](
      repeating: [[CrosswalkAction]](repeating: [], count: Tag.count), count: Context.allCases.count)
    let names = NameTable()
    for row in rows {
      guard let context = Context.allCases.first(where: { "\($0)" == row.context }) else { continue }
      let ruleAndTaxonomy = row.rule.split(separator: ":")
      guard let rule = ruleAndTaxonomy.first.flatMap({ CrosswalkRule(rawValue: String($0)) }) else { continue }
      let isPart = row.condition.contains("~")
      let condition = row.condition.split(separator: isPart ? "~" : "=", maxSplits: 1).map(String.init)
      let element = Int(names.element(row.element))
      guard element < Tag.count else { continue }
      table[context.rawValue][element].append(
        CrosswalkAction(
          rule: rule, column: AtoMColumn.named(row.column) ?? .generalNote,
          conditionAttribute: condition.count == 2 ? names.attribute(condition[0]) : nil,
          conditionValue: condition.count == 2 ? Array(condition[1].utf8) : [], conditionIsPart: isPart,
          taxonomy: ruleAndTaxonomy.count == 2 ? AtoMTerms.Taxonomy(rawValue: String(ruleAndTaxonomy[1])) : nil))
    }
    places = .allocate(capacity: Context.allCases.count * Tag.count)
    actions = .allocate(capacity: max(rows.count, 1))
    var next = 0
    for (context, elements) in table.enumerated() {
      for (element, found) in elements.enumerated() {
        places[context * Tag.count + element] = (Int32(next), Int32(found.count))
        for action in found {
          (actions + next).initialize(to: action)
          next += 1
        }
      }
    }
  }

  /// The first action whose condition the element meets.
  @inline(__always)
  func action(_ context: Context, _ element: Cursor) -> UnsafePointer<CrosswalkAction>? {
    let name = Int(element.name)
    guard name < Tag.count else { return nil }
    let place = places[context.rawValue * Tag.count + name]
    for index in 0..<Int(place.count) {
      let action = actions + Int(place.start) + index
      if action.pointee.conditionAttribute == nil || action.pointee.matches(element) { return UnsafePointer(action) }
    }
    return nil
  }
}

/// Attributes whose loss is no loss (`Resources/ignored-attributes.tsv`).
enum IgnoredAttributes {
  private enum Scope {
    case nowhere
    case everywhere
    case on(Set<NameID>)
  }

  private static let table: [Scope] = {
    var table = [Scope](repeating: .nowhere, count: Int(Attribute.first) + Attribute.names.count)
    let names = NameTable()
    for row in CrosswalkTable.ignoredAttributes {
      let attribute = Int(names.attribute(row[0]))
      guard attribute < table.count else { continue }
      if row[1] == "*" {
        table[attribute] = .everywhere
        continue
      }
      var elements: Set<NameID> = []
      if case .on(let known) = table[attribute] { elements = known }
      for name in row[1].split(separator: " ") { elements.insert(names.element(String(name))) }
      if case .everywhere = table[attribute] { continue }
      table[attribute] = .on(elements)
    }
    return table
  }()

  @inline(__always)
  static func contains(_ attribute: NameID, on element: NameID) -> Bool {
    guard Int(attribute) < table.count else { return false }
    switch table[Int(attribute)] {
    case .nowhere: return false
    case .everywhere: return true
    case .on(let elements): return elements.contains(element)
    }
  }
}
