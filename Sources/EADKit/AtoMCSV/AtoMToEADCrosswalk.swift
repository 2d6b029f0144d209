import CResources

/// What EAD is made of AtoM's fields.
public enum AtoMEADFlavour: String, Sendable, CaseIterable {
  /// EAD 2002.
  case ead2002
  /// EAD3.
  case ead3
  /// EAD 2002 as AtoM's own import reads it: no namespace, one element a field, nothing it passes over.
  case atom = "atom-ead"

  /// The form in which the flavour is written unless another is asked for; AtoM reads no namespace.
  var form: EADForm {
    switch self {
    case .ead2002: .ead2002
    case .ead3: .ead3
    case .atom: .ead2002Plain
    }
  }
}

/// The crosswalk from AtoM's fields to EAD, as archivists can read it and as the program runs it.
public struct AtoMToEADCrosswalk: Sendable {
  /// One column of AtoM, in one context.
  public struct Row: Sendable {
    /// AtoM's column.
    public var column: String
    /// `top`, `component`, or `*` for both.
    public var context: String
    /// Where it goes in EAD 2002; in brackets what the program's own code does; empty: nowhere, a loss.
    public var ead2002: String
    /// The same in EAD3.
    public var ead3: String
    /// The same in EAD for AtoM's import.
    public var atom: String
    /// ISAD(G) or RAD paragraph.
    public var standard: String
    /// What an archivist should know.
    public var remarkEnglish: String
    /// The same in French.
    public var remarkFrench: String
  }

  /// Every row of `Resources/crosswalk-atom-to-ead.tsv`, in its order, which is that of the elements.
  public static let rows: [Row] = Resource.rows(ead_crosswalk_atom_to_ead).compactMap { row in
    guard row.count >= 8 else { return nil }
    return Row(
      column: row[0], context: row[1], ead2002: row[2], ead3: row[3], atom: row[4], standard: row[5], remarkEnglish: row[6],
      remarkFrench: row[7])
  }

  // MARK: Ready to run

  /// Part of a unit in which elements are written together.
  enum Place: Int, CaseIterable {
    case did, unit, access
    /// The header, and attributes of the unit: written before everything else.
    case outside
  }

  /// How a value fills the innermost element.
  enum Form {
    /// Running text, a newline being `lb`.
    case line
    /// Paragraphs and lists.
    case paragraphs
    /// One paragraph, a newline being `lb`.
    case oneParagraph
    /// Every line a paragraph.
    case lineParagraphs
  }

  struct Step {
    var name: NameID
    var attributes: [(name: NameID, value: [UInt8])]
  }

  enum Target {
    /// Nowhere.
    case none
    /// By the program's own code.
    case code
    case path([Step], Form)
  }

  struct Action {
    var column: AtoMColumn
    var place: Place
    var target: Target
  }

  /// The actions of one flavour: for the top description, for components.
  struct Actions: @unchecked Sendable {
    var top: [[Action]]
    var component: [[Action]]
    /// Columns that have no place in the flavour, for the top description and for components.
    var lostAtTop: [AtoMColumn]
    var lostBelow: [AtoMColumn]
  }

  static let ead2002 = compile(\.ead2002)
  static let ead3 = compile(\.ead3)
  static let atom = compile(\.atom)

  static func actions(_ flavour: AtoMEADFlavour) -> Actions {
    switch flavour {
    case .ead2002: ead2002
    case .ead3: ead3
    case .atom: atom
    }
  }

  private static func compile(_ cell: (Row) -> String) -> Actions {
    let names = NameTable()
    var actions = Actions(top: [[], [], [], []], component: [[], [], [], []], lostAtTop: [], lostBelow: [])
    for row in rows {
      guard let column = AtoMColumn.named(row.column) else { continue }
      let (place, target) = AtoMToEADCrosswalk.target(cell(row), names)
      let action = Action(column: column, place: place, target: target)
      if row.context != "component" {
        if case .none = target { actions.lostAtTop.append(column) } else { actions.top[place.rawValue].append(action) }
      }
      if row.context != "top" {
        if case .none = target { actions.lostBelow.append(column) } else { actions.component[place.rawValue].append(action) }
      }
    }
    return actions
  }

  /// `did/unitid[@type=standard]`, `odd[@type=general]/p`, `(eadheader/eadid)`.
  static func target(_ text: String, _ names: NameTable) -> (place: Place, target: Target) {
    if text.isEmpty { return (.outside, .none) }
    let isCode = text.hasPrefix("(")
    var parts = text.split { "()".contains($0) }.joined().split(separator: "/").map(String.init)
    var place = Place.unit
    switch parts.first {
    case "did"?: place = .did
    case "controlaccess"?: place = .access
    case "ead"?, "eadheader"?, "control"?: place = .outside
    case let first?: if first.hasPrefix("@") { place = .outside }
    case nil: break
    }
    if isCode { return (place, .code) }
    if place == .did || place == .access { parts.removeFirst() }
    var form = Form.line
    switch parts.last {
    case "p"?: form = .paragraphs
    case "p+lb"?: form = .oneParagraph
    case "p+line"?: form = .lineParagraphs
    default: break
    }
    if form != .line { parts.removeLast() }
    let steps = parts.map { part in
      let pieces = part.split { "[]".contains($0) }.map(String.init)
      let attributes: [(name: NameID, value: [UInt8])] = pieces.dropFirst().compactMap { condition in
        let sides = condition.dropFirst().split(separator: "=", maxSplits: 1).map(String.init)
        guard condition.hasPrefix("@"), sides.count == 2 else { return nil }
        return (names.attribute(sides[0]), Array(sides[1].utf8))
      }
      return Step(name: names.element(pieces.first ?? ""), attributes: attributes)
    }
    return (place, .path(steps, form))
  }
}
