/// A schema's patterns after RELAX NG 1.0 section 4.18: references are to definitions, choices, groups and interleaves
/// keep all their members.
struct RelaxNGPatterns {
  typealias ID = Int32

  enum Kind: UInt8 {
    case empty, notAllowed, text, choice, interleave, group, oneOrMore, list, data, value, attribute, element, ref

    /// The element of the syntax that stands for it in messages.
    var tag: String { self == .element || self == .ref ? "element" : String(describing: self) }
  }

  struct Node {
    var kind: Kind
    /// Of `choice`, `interleave` and `group` where their members begin in `members`; of `oneOrMore` and `list` their content;
    /// of `data`, `value` and `element` an index; of `attribute` the name class; of `ref` the definition.
    var first: Int32 = -1
    /// Of `choice`, `interleave` and `group` the number of members; of `attribute` its content; of `data` the exception or -1.
    var second: Int32 = -1
    /// Where it stands in the schema.
    var place: Int32
  }

  struct Element {
    var name: RelaxNGNameClasses.ID
    var content: ID
    var place: Int32
  }

  struct Definition {
    /// The name; `none` for a start.
    var name: RelaxNGSymbols.Symbol
    var pattern: ID = -1
    var place: Int32
  }

  var nodes: [Node] = []
  var members: [ID] = []
  var elements: [Element] = []
  var definitions: [Definition] = []
  var datatypes: [Datatype] = []
  var values: [ValueLiteral] = []
  var classes = RelaxNGNameClasses()
  var start: ID = -1

  mutating func add(_ kind: Kind, _ first: Int32 = -1, _ second: Int32 = -1, place: Int32) -> ID {
    nodes.append(Node(kind: kind, first: first, second: second, place: place))
    return ID(nodes.count - 1)
  }

  /// A choice, a group or an interleave; one member stands for itself (RELAX NG 1.0 section 4.12).
  mutating func add(_ kind: Kind, _ parts: ArraySlice<ID>, place: Int32) -> ID {
    if parts.count == 1, let only = parts.first { return only }
    if parts.isEmpty { return add(.empty, place: place) }
    let begin = Int32(members.count)
    members.append(contentsOf: parts)
    return add(kind, begin, Int32(parts.count), place: place)
  }

  func parts(_ node: Node) -> ArraySlice<ID> { members[Int(node.first)..<Int(node.first + node.second)] }
}
