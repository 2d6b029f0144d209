/// A path of a local rule, in a small part of XPath: what may be matched while a document streams by.
///
/// `/ead/archdesc/did/repository`, `//c[@level='file' or @level='item']/did/unitdate/@normal`. Steps are names or `*`, after
/// `/` (child) or `//` (anywhere below); the last one may be an attribute. Conditions speak of the attributes of their
/// own element. `c` also stands for `c01` to `c12`.
struct PathPattern: Sendable, Equatable {
  /// `@name`, `@name='value'`, `@name!='value'`, `not(@name)`.
  struct Condition: Sendable, Equatable {
    enum Test: Sendable, Equatable {
      case present
      case absent
      case equals([UInt8])
      case differs([UInt8])
    }

    var attribute: NameID
    var test: Test
  }

  struct Step: Sendable, Equatable {
    /// `//`: anywhere below, not only a child.
    var isDescendant: Bool
    /// Empty for any element.
    var names: [NameID]
    /// Alternatives, each of which asks for all of its conditions; empty for no condition.
    var conditions: [[Condition]]
  }

  struct AttributeStep: Sendable, Equatable {
    /// `//@id`: of any element at or below the last step's.
    var isDescendant: Bool
    var name: NameID
  }

  /// Steps that a path may have.
  static let mostSteps = 60

  var steps: [Step]
  var attribute: AttributeStep?
  /// As it was written.
  var source: String

  /// The element or attribute of the last step, as it was written, without its conditions.
  var target: String {
    if let attribute { return "@" + Attribute.names[Int(attribute.name - Attribute.first)] }
    guard let step = steps.last else { return "/" }
    return step.names.first.map { Tag.names[Int($0)] } ?? "*"
  }

  /// Why a path cannot be understood.
  struct Problem: Error, Equatable, Sendable {
    var key: String
    var arguments: [String]
    /// Characters of the path before the mistake.
    var offset: Int
  }

  /// - Parameter isRelative: the path starts at an element that is already found, without a stroke.
  init(_ source: String, isRelative: Bool = false) throws(Problem) {
    var reader = PathReader(source)
    self.source = source
    steps = []
    if isRelative {
      if reader.peek == "/" { throw reader.problem("path-not-relative", [source]) }
      try add(&reader, isDescendant: false)
    } else if reader.peek != "/" {
      throw reader.problem("path-not-absolute", [source])
    }
    while let next = reader.peek {
      guard attribute == nil else { throw reader.problem("path-after-attribute", [String(next)]) }
      guard reader.take("/") else { throw reader.problem("path-unexpected", [String(next)]) }
      try add(&reader, isDescendant: reader.take("/"))
    }
    if steps.count > PathPattern.mostSteps {
      throw Problem(key: "path-too-long", arguments: [String(PathPattern.mostSteps)], offset: 0)
    }
  }

  private mutating func add(_ reader: inout PathReader, isDescendant: Bool) throws(Problem) {
    if reader.take("@") {
      attribute = AttributeStep(isDescendant: isDescendant, name: try reader.attribute())
      return
    }
    let names = try reader.element()
    var conditions: [[Condition]] = []
    while reader.take("[") {
      let more = try reader.conditions()
      // Two pairs of brackets: both must hold, so that each alternative of one goes with each of the other.
      conditions = conditions.isEmpty ? more : conditions.flatMap { left in more.map { left + $0 } }
      if conditions.count > 1000 { throw reader.problem("path-too-long", [String(PathPattern.mostSteps)]) }
    }
    steps.append(Step(isDescendant: isDescendant, names: names, conditions: conditions))
  }
}

/// Reads a path character by character.
private struct PathReader {
  private let scalars: [Unicode.Scalar]
  private var at = 0
  private let names = NameTable()

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  var peek: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

  func problem(_ key: String, _ arguments: [String] = [], at place: Int? = nil) -> PathPattern.Problem {
    PathPattern.Problem(key: key, arguments: arguments, offset: place ?? at)
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    at += 1
    return true
  }

  private mutating func skipBlanks() {
    while let next = peek, next == " " || next == "\t" || next == "\n" { at += 1 }
  }

  private mutating func word() -> String {
    var word = String.UnicodeScalarView()
    while let next = peek, PathReader.isNamePart(next) {
      word.append(next)
      at += 1
    }
    return String(word)
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.:".unicodeScalars.contains(scalar)
  }

  /// What stands where a name should be, for messages.
  private var found: String { peek.map { String($0) } ?? "" }

  mutating func element() throws(PathPattern.Problem) -> [NameID] {
    if take("*") { return [] }
    let start = at
    let name = word()
    guard !name.isEmpty else { throw problem("path-no-name", [found]) }
    if name == "c" { return ElementTraits.components }
    let id = names.element(name)
    // Case matters in XML: a name in capitals would never be found.
    guard id < Tag.count, Tag.names[Int(id)] == name else {
      let near = NearestName.find(name, among: Array(Tag.names.dropFirst()))
      throw problem("path-unknown-element", [name, LocalizedText.suggestion(near)], at: start)
    }
    return [id]
  }

  mutating func attribute() throws(PathPattern.Problem) -> NameID {
    let start = at
    let written = word()
    guard !written.isEmpty else { throw problem("path-no-name", [found]) }
    var name = written
    if written.hasPrefix("xlink:") {
      name = String(written.dropFirst(6))
      if ["type", "role", "title"].contains(name) { name = "link" + name }
    } else if written.hasPrefix("xml:") {
      name = String(written.dropFirst(4))
    }
    let id = names.attribute(name)
    let index = Int(id) - Int(Attribute.first)
    guard Attribute.names.indices.contains(index), Attribute.names[index] == name else {
      let near = NearestName.find(name, among: Attribute.names)
      throw problem("path-unknown-attribute", [written, LocalizedText.suggestion(near)], at: start)
    }
    return id
  }

  /// What stands in brackets, up to and with the closing one: alternatives of conditions.
  mutating func conditions() throws(PathPattern.Problem) -> [[PathPattern.Condition]] {
    var all: [[PathPattern.Condition]] = [[]]
    while true {
      all[all.count - 1].append(try condition())
      skipBlanks()
      if take("]") { return all }
      let start = at
      switch word() {
      case "and": break
      case "or": all.append([])
      default: throw problem("path-condition", [start < scalars.count ? String(scalars[start]) : ""], at: start)
      }
    }
  }

  private mutating func condition() throws(PathPattern.Problem) -> PathPattern.Condition {
    skipBlanks()
    let start = at
    if peek == "n" {
      guard word() == "not", take("(") else { throw problem("path-condition", [String(scalars[start])], at: start) }
      skipBlanks()
      guard take("@") else { throw problem("path-condition", [found]) }
      let name = try attribute()
      skipBlanks()
      guard take(")") else { throw problem("path-condition", [found]) }
      return PathPattern.Condition(attribute: name, test: .absent)
    }
    guard take("@") else { throw problem("path-condition", [found]) }
    let name = try attribute()
    skipBlanks()
    if take("=") { return PathPattern.Condition(attribute: name, test: .equals(try value())) }
    if take("!") {
      guard take("=") else { throw problem("path-condition", [found]) }
      return PathPattern.Condition(attribute: name, test: .differs(try value()))
    }
    return PathPattern.Condition(attribute: name, test: .present)
  }

  private mutating func value() throws(PathPattern.Problem) -> [UInt8] {
    skipBlanks()
    guard let quote = peek, quote == "'" || quote == "\"" else { throw problem("path-value", [found]) }
    let start = at
    at += 1
    var value = String.UnicodeScalarView()
    while let next = peek, next != quote {
      value.append(next)
      at += 1
    }
    guard take(quote) else { throw problem("path-value-open", [String(quote)], at: start) }
    return Array(String(value).utf8)
  }
}
