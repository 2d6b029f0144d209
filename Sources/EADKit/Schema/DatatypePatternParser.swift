/// A regular expression of XML Schema part 2 (appendix F), read into a tree. Characters are leaves: an index into `sets`.
struct PatternTree {
  indirect enum Node {
    case empty
    case set(Int)
    case sequence([Node])
    case choice([Node])
    case repeated(Node, from: Int, through: Int?)
  }

  fileprivate(set) var root = Node.empty
  fileprivate(set) var sets: [ScalarSet] = []
}

/// Reads regular expressions. Neither anchors nor look-around nor lazy quantifiers exist: a pattern describes the whole value,
/// `^` and `$` outside brackets are plain characters.
struct DatatypePatternParser {
  private static let depthLimit = 200

  private let pattern: [Unicode.Scalar]
  private var at = 0
  private var depth = 0
  private var tree = PatternTree()
  private var known: [ScalarSet: Int] = [:]
  private let shown: String

  /// Reads a pattern; a problem names the pattern, the place (characters from 1) and what is there.
  static func parse(_ pattern: [UInt8]) throws(DatatypeProblem) -> PatternTree {
    var parser = DatatypePatternParser(pattern)
    let root = try parser.choice()
    guard parser.peek == nil else { throw parser.problem("datatype-pattern-parenthesis") }
    parser.tree.root = root
    return parser.tree
  }

  private init(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    pattern = Array(text.unicodeScalars)
    shown = PatternText.shortened(text)
  }

  private var peek: Unicode.Scalar? { at < pattern.count ? pattern[at] : nil }
  private func peek(after distance: Int) -> Unicode.Scalar? { at + distance < pattern.count ? pattern[at + distance] : nil }

  private func problem(_ key: String, at place: Int? = nil) -> DatatypeProblem {
    let index = place ?? at
    let found = index < pattern.count ? String(Character(pattern[index])) : ""
    return DatatypeProblem(key: key, arguments: [shown, String(index + 1), found])
  }

  private mutating func leaf(_ set: ScalarSet) -> PatternTree.Node {
    if let index = known[set] { return .set(index) }
    known[set] = tree.sets.count
    tree.sets.append(set)
    return .set(tree.sets.count - 1)
  }

  private mutating func choice() throws(DatatypeProblem) -> PatternTree.Node {
    var branches = [try sequence()]
    while peek == "|" {
      at += 1
      branches.append(try sequence())
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(DatatypeProblem) -> PatternTree.Node {
    var pieces: [PatternTree.Node] = []
    while let next = peek, next != "|", next != ")" {
      let atom = try atom(next)
      pieces.append(try quantified(atom))
    }
    return pieces.isEmpty ? .empty : pieces.count == 1 ? pieces[0] : .sequence(pieces)
  }

  private mutating func atom(_ first: Unicode.Scalar) throws(DatatypeProblem) -> PatternTree.Node {
    switch first {
    case "(":
      let open = at
      at += 1
      depth += 1
      guard depth <= Self.depthLimit else { throw problem("datatype-pattern-too-large") }
      let inner = try choice()
      guard peek == ")" else { throw problem("datatype-pattern-parenthesis", at: open) }
      at += 1
      depth -= 1
      return inner
    case "[":
      at += 1
      return leaf(try brackets())
    case ".":
      at += 1
      return leaf(ScalarSet.lineEnds.inverted)
    case "\\":
      return leaf(try escape().set)
    case "?", "*", "+", "{":
      throw problem("datatype-pattern-quantifier")
    case "]", "}":
      throw problem("datatype-pattern-character")
    default:
      at += 1
      return leaf(ScalarSet(first.value...first.value))
    }
  }

  private mutating func quantified(_ atom: PatternTree.Node) throws(DatatypeProblem) -> PatternTree.Node {
    switch peek {
    case "?":
      at += 1
      return .repeated(atom, from: 0, through: 1)
    case "*":
      at += 1
      return .repeated(atom, from: 0, through: nil)
    case "+":
      at += 1
      return .repeated(atom, from: 1, through: nil)
    case "{":
      let open = at
      at += 1
      guard let from = number() else { throw problem("datatype-pattern-quantifier", at: open) }
      var through: Int? = from
      if peek == "," {
        at += 1
        through = peek == "}" ? nil : number()
        guard through != nil || peek == "}" else { throw problem("datatype-pattern-quantifier", at: open) }
      }
      guard peek == "}", from <= through ?? .max else { throw problem("datatype-pattern-quantifier", at: open) }
      at += 1
      return .repeated(atom, from: from, through: through)
    default:
      return atom
    }
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = peek, digit.value >= 0x30, digit.value <= 0x39 {
      value = min((value ?? 0) * 10 + Int(digit.value - 0x30), 1_000_000_000)
      at += 1
    }
    return value
  }

  /// What a backslash says: one character, or a set of them.
  private mutating func escape() throws(DatatypeProblem) -> (set: ScalarSet, single: UInt32?) {
    let start = at
    at += 1
    guard let letter = peek else { throw problem("datatype-pattern-escape", at: start) }
    at += 1
    func one(_ scalar: UInt32) -> (ScalarSet, UInt32?) { (ScalarSet(scalar...scalar), scalar) }
    switch letter {
    case "n": return one(0x0A)
    case "r": return one(0x0D)
    case "t": return one(0x09)
    case "\\", "|", ".", "-", "^", "?", "*", "+", "{", "}", "(", ")", "[", "]": return one(letter.value)
    case "s": return (.space, nil)
    case "S": return (ScalarSet.space.inverted, nil)
    case "d": return (.digits, nil)
    case "D": return (ScalarSet.digits.inverted, nil)
    case "w": return (.word, nil)
    case "W": return (ScalarSet.word.inverted, nil)
    case "i": return (.nameStarts, nil)
    case "I": return (ScalarSet.nameStarts.inverted, nil)
    case "c": return (.nameCharacters, nil)
    case "C": return (ScalarSet.nameCharacters.inverted, nil)
    case "p", "P":
      let set = try property(start)
      return (letter == "p" ? set : set.inverted, nil)
    default: throw problem("datatype-pattern-escape", at: start + 1)
    }
  }

  private mutating func property(_ start: Int) throws(DatatypeProblem) -> ScalarSet {
    guard peek == "{" else { throw problem("datatype-pattern-property", at: start) }
    at += 1
    var name = ""
    while let next = peek, next != "}" {
      name.unicodeScalars.append(next)
      at += 1
    }
    guard peek == "}" else { throw problem("datatype-pattern-property", at: start) }
    at += 1
    if name.hasPrefix("Is") {
      if let block = ScalarSet.block(String(name.dropFirst(2))) { return block }
    } else if name.unicodeScalars.count <= 2, !name.contains(" "), let bits = ScalarSet.categories(named: name), bits != 0 {
      return ScalarSet(categories: bits)
    }
    throw problem("datatype-pattern-property", at: start)
  }

  /// What stands between brackets; the opening one has been read.
  private mutating func brackets() throws(DatatypeProblem) -> ScalarSet {
    let open = at - 1
    depth += 1
    guard depth <= Self.depthLimit else { throw problem("datatype-pattern-too-large") }
    let isInverted = peek == "^"
    if isInverted { at += 1 }
    var set = ScalarSet.none
    var isEmpty = true
    while let next = peek {
      switch next {
      case "]":
        guard !isEmpty else { throw problem("datatype-pattern-bracket", at: open) }
        at += 1
        depth -= 1
        return isInverted ? set.inverted : set
      case "[":
        throw problem("datatype-pattern-bracket")
      case "-":
        if !isEmpty, peek(after: 1) == "[" {
          at += 2
          let without = try brackets()
          guard peek == "]" else { throw problem("datatype-pattern-bracket", at: open) }
          at += 1
          depth -= 1
          return (isInverted ? set.inverted : set).subtracting(without)
        }
        // A hyphen stands for itself at the beginning and at the end only.
        let mayStand = peek(after: 1) == "]" || (isEmpty && peek(after: 1) != "-")
        guard mayStand else { throw problem("datatype-pattern-range") }
        at += 1
        set = set.union(ScalarSet(0x2D...0x2D))
      default:
        let start = at
        let lower = try bracketCharacter()
        guard peek == "-", peek(after: 1) != "]", peek(after: 1) != "[" else {
          set = set.union(lower.set)
          break
        }
        at += 1
        guard let first = lower.single, let following = peek, following != "-" else {
          throw problem("datatype-pattern-range", at: start)
        }
        let upper = try bracketCharacter()
        guard let last = upper.single, first <= last else { throw problem("datatype-pattern-range", at: start) }
        set = set.union(ScalarSet(first...last))
      }
      isEmpty = false
    }
    throw problem("datatype-pattern-bracket", at: open)
  }

  private mutating func bracketCharacter() throws(DatatypeProblem) -> (set: ScalarSet, single: UInt32?) {
    guard let next = peek else { throw problem("datatype-pattern-bracket") }
    if next == "\\" { return try escape() }
    at += 1
    return (ScalarSet(next.value...next.value), next.value)
  }
}

/// Patterns as people see them in messages.
enum PatternText {
  /// How many characters of a pattern a message shows.
  static let limit = 60

  static func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= limit ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
  }
}
