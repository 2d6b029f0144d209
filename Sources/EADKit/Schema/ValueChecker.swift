/// Judges values by one pattern of data: prepared once, so that the usual cases are a table look-up.
final class ValueChecker {
  let pattern: PatternPool.ID
  private let kind: Kind
  /// The datatypes whose values are identifiers or refer to some.
  private let roles: [Datatype]
  let hasRole: Bool
  /// The role of every value, when there can be only one.
  let onlyRole: Datatype.Role?

  private enum Kind {
    case anything
    /// Words without white space around or inside.
    case words(WordTable)
    case datatype(Datatype)
    case pattern(PatternTree)
  }

  /// What data may be, as a tree of its own: judging does not make patterns.
  indirect enum PatternTree {
    case empty
    case nothing
    case text
    case data(Datatype, except: PatternTree?)
    case value(ValueLiteral)
    case choice([PatternTree])
    case group(PatternTree, PatternTree)
    case interleave([PatternTree])
    case oneOrMore(PatternTree)
    case list(PatternTree)
  }

  let tree: PatternTree

  /// Judging takes more than a look at each byte; the answer is worth remembering.
  let isCostly: Bool
  private static let quick: Set<String> = ["NMTOKEN", "NMTOKENS", "NCName", "Name", "ID", "IDREF", "IDREFS", "anyURI"]

  init(_ pattern: PatternPool.ID, _ pool: PatternPool, _ schema: CompiledSchema) {
    self.pattern = pattern
    let tree = ValueChecker.tree(pattern, pool, schema)
    self.tree = tree
    var roles: [Datatype] = []
    ValueChecker.collectRoles(tree, &roles)
    self.roles = roles
    hasRole = !roles.isEmpty
    if case .data(let datatype, nil) = tree { onlyRole = datatype.role } else { onlyRole = nil }
    switch tree {
    case .text: kind = .anything
    case .data(let datatype, nil): kind = datatype.acceptsEverything ? .anything : .datatype(datatype)
    case .value(let literal): kind = ValueChecker.words([literal]).map { .words($0) } ?? .pattern(tree)
    case .choice(let parts):
      let literals = parts.compactMap { if case .value(let literal) = $0 { literal } else { nil } }
      kind = literals.count == parts.count ? ValueChecker.words(literals).map { .words($0) } ?? .pattern(tree) : .pattern(tree)
    default: kind = .pattern(tree)
    }
    isCostly =
      switch kind {
      case .anything, .words: false
      case .datatype(let datatype): !datatype.needsContext && !ValueChecker.quick.contains(datatype.name)
      case .pattern(let tree): !ValueChecker.needsContext(tree)
      }
  }

  private static func needsContext(_ tree: PatternTree) -> Bool {
    switch tree {
    case .data(let datatype, let except): datatype.needsContext || (except.map(needsContext) ?? false)
    case .value(let literal): literal.datatype.needsContext
    case .choice(let parts), .interleave(let parts): parts.contains(where: needsContext)
    case .group(let left, let right): needsContext(left) || needsContext(right)
    case .oneOrMore(let inner), .list(let inner): needsContext(inner)
    case .empty, .nothing, .text: false
    }
  }

  private static func words(_ literals: [ValueLiteral]) -> WordTable? {
    var words: [[UInt8]] = []
    for literal in literals {
      guard literal.datatype.name == "token", !literal.text.isEmpty, !literal.text.contains(where: Bytes.isSpace) else { return nil }
      words.append(literal.text)
    }
    return WordTable(words)
  }

  private static func tree(_ pattern: PatternPool.ID, _ pool: PatternPool, _ schema: CompiledSchema) -> PatternTree {
    let node = pool.nodes[Int(pattern)]
    switch node.kind {
    case .empty: return .empty
    case .text: return .text
    case .data:
      return .data(schema.datatypes[Int(node.a)], except: node.b < 0 ? nil : tree(node.b, pool, schema))
    case .value: return .value(schema.literals[Int(node.a)])
    case .choice: return .choice(pool.membersOf(pattern).map { tree($0, pool, schema) })
    case .interleave: return .interleave(pool.membersOf(pattern).map { tree($0, pool, schema) })
    case .group: return .group(tree(node.a, pool, schema), tree(node.b, pool, schema))
    case .oneOrMore: return .oneOrMore(tree(node.a, pool, schema))
    case .list: return .list(tree(node.a, pool, schema))
    case .notAllowed, .attribute, .element: return .nothing
    }
  }

  private static func collectRoles(_ tree: PatternTree, _ roles: inout [Datatype]) {
    switch tree {
    case .data(let datatype, _): if datatype.role != .plain { roles.append(datatype) }
    case .choice(let parts), .interleave(let parts): for part in parts { collectRoles(part, &roles) }
    case .group(let left, let right):
      collectRoles(left, &roles)
      collectRoles(right, &roles)
    case .oneOrMore(let inner), .list(let inner): collectRoles(inner, &roles)
    case .empty, .nothing, .text, .value: break
    }
  }

  /// Whether a value satisfies the pattern.
  @inline(__always)
  func check(_ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?) -> DatatypeVerdict {
    switch kind {
    case .anything: .valid
    case .datatype(let datatype): datatype.accepts(value, context)
    case .words(let words): words.contains(Bytes.trimmedXML(value)) ? .valid : .invalid
    case .pattern(let tree): ValueChecker.check(tree, value, context)
    }
  }

  /// The datatypes with a role that take the value.
  func roles(_ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?) -> [Datatype.Role] {
    if let onlyRole { return [onlyRole] }
    return roles.filter { $0.accepts(value, context) == .valid }.map(\.role)
  }

  // MARK: Whole patterns

  /// RELAX NG 1.0 section 6.2.6 to 6.2.9, for a value that is one string.
  static func check(
    _ tree: PatternTree, _ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?
  ) -> DatatypeVerdict {
    switch tree {
    case .nothing: return .invalid
    case .empty: return Bytes.isBlank(value) ? .valid : .invalid
    case .text: return .valid
    case .value(let literal): return literal.matches(value, context) ? .valid : .invalid
    case .data(let datatype, let except):
      let verdict = datatype.accepts(value, context)
      guard verdict == .valid, let except else { return verdict }
      switch check(except, value, context) {
      case .valid: return .invalid
      case .invalid: return .valid
      case .undecided: return .undecided
      }
    case .choice(let parts):
      var verdict = DatatypeVerdict.invalid
      for part in parts {
        switch check(part, value, context) {
        case .valid: return .valid
        case .undecided: verdict = .undecided
        case .invalid: break
        }
      }
      return verdict
    case .list(let inner):
      let tokens = value.split(whereSeparator: Bytes.isSpace).map { UnsafeBufferPointer(rebasing: $0) }
      var verdict = DatatypeVerdict.invalid
      let isWhole = matchList(inner, tokens, context, &verdict)
      return isWhole ? .valid : verdict
    case .oneOrMore(let inner): return check(inner, value, context)
    case .group(let left, let right): return check(pair: [left, right], value, context)
    case .interleave(let parts): return check(pair: parts, value, context)
    }
  }

  /// Outside a list a group takes a string when one part takes it and the others are content with nothing.
  private static func check(
    pair parts: [PatternTree], _ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?
  ) -> DatatypeVerdict {
    if Bytes.isBlank(value), parts.allSatisfy(isNullable) { return .valid }
    for (at, part) in parts.enumerated() where parts.indices.allSatisfy({ $0 == at || isNullable(parts[$0]) }) {
      let verdict = check(part, value, context)
      if verdict != .invalid { return verdict }
    }
    return .invalid
  }

  static func isNullable(_ tree: PatternTree) -> Bool {
    switch tree {
    case .empty, .text: true
    case .nothing, .data, .value, .list: false
    case .choice(let parts): parts.contains(where: isNullable)
    case .interleave(let parts): parts.allSatisfy(isNullable)
    case .group(let left, let right): isNullable(left) && isNullable(right)
    case .oneOrMore(let inner): isNullable(inner)
    }
  }

  /// Whether the pattern takes all tokens: by the set of numbers of tokens each part may have taken.
  private static func matchList(
    _ tree: PatternTree, _ tokens: [UnsafeBufferPointer<UInt8>], _ context: (any DatatypeContext)?,
    _ verdict: inout DatatypeVerdict
  ) -> Bool {
    ends(tree, [0], tokens, context, &verdict).contains(tokens.count)
  }

  /// The positions a pattern may end at when it begins at one of `starts`.
  private static func ends(
    _ tree: PatternTree, _ starts: Set<Int>, _ tokens: [UnsafeBufferPointer<UInt8>], _ context: (any DatatypeContext)?,
    _ verdict: inout DatatypeVerdict
  ) -> Set<Int> {
    if starts.isEmpty { return [] }
    switch tree {
    case .nothing, .list: return []
    case .empty: return starts
    case .text: return Set((starts.min() ?? 0)...tokens.count)
    case .data, .value:
      var found: Set<Int> = []
      for at in starts where at < tokens.count {
        switch check(tree, tokens[at], context) {
        case .valid: found.insert(at + 1)
        case .undecided: verdict = .undecided
        case .invalid: break
        }
      }
      return found
    case .choice(let parts):
      var found: Set<Int> = []
      for part in parts { found.formUnion(ends(part, starts, tokens, context, &verdict)) }
      return found
    case .group(let left, let right):
      return ends(right, ends(left, starts, tokens, context, &verdict), tokens, context, &verdict)
    case .oneOrMore(let inner):
      var all: Set<Int> = []
      var fresh = starts
      while true {
        let next = ends(inner, fresh, tokens, context, &verdict)
        fresh = next.subtracting(all)
        if fresh.isEmpty { return all }
        all.formUnion(fresh)
      }
    case .interleave:
      // Section 7.1.3 and 7.4 leave interleave in a list out.
      return []
    }
  }
}

extension Bytes {
  /// Without XML's white space at both ends.
  @inline(__always)
  static func trimmedXML(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard let first = bytes.first, let last = bytes.last else { return bytes }
    return first > 0x20 && last > 0x20 ? bytes : trimmed(bytes)
  }
}
