/// A RELAX NG schema in its simple form (RELAX NG 1.0 section 4.20): one start pattern and the elements it refers to.
struct SimpleGrammar: Sendable {
  /// An `element` pattern; it stands in patterns as `.element(index)`.
  struct Element: Sendable {
    var name: NameClass
    var content: SimplePattern
  }

  var start: SimplePattern
  var elements: [Element]
}

/// A pattern of the simple form. Whoever folds many members into `choice`, `group` or `interleave` folds them as a balanced
/// tree: walks over patterns are recursive.
indirect enum SimplePattern: Sendable {
  case empty
  case notAllowed
  case text
  case choice(SimplePattern, SimplePattern)
  case interleave(SimplePattern, SimplePattern)
  case group(SimplePattern, SimplePattern)
  case oneOrMore(SimplePattern)
  case list(SimplePattern)
  case data(Datatype, except: SimplePattern?)
  case value(ValueLiteral)
  case attribute(NameClass, SimplePattern)
  /// Index into `SimpleGrammar.elements`.
  case element(Int)
}

/// A name with its namespace, as bytes: two spellings of an accented letter are two names.
struct ExpandedName: Hashable, Sendable {
  var namespace: [UInt8]
  var local: [UInt8]

  init(namespace: [UInt8], local: [UInt8]) {
    self.namespace = namespace
    self.local = local
  }

  init(namespace: String, local: String) {
    self.namespace = Array(namespace.utf8)
    self.local = Array(local.utf8)
  }
}

/// Names that an element or attribute pattern takes (RELAX NG 1.0 section 4.20).
indirect enum NameClass: Hashable, Sendable {
  case name(ExpandedName)
  case nsName([UInt8], except: NameClass?)
  case anyName(except: NameClass?)
  case choice(NameClass, NameClass)

  /// Whether the class holds the name.
  func contains(_ name: ExpandedName) -> Bool {
    switch self {
    case .name(let own): own == name
    case .nsName(let namespace, let except): namespace == name.namespace && !(except?.contains(name) ?? false)
    case .anyName(let except): !(except?.contains(name) ?? false)
    case .choice(let left, let right): left.contains(name) || right.contains(name)
    }
  }
}
