/// A RELAX NG schema ready to validate with: immutable, shared by all jobs.
final class CompiledSchema: Sendable {
  typealias Symbol = Int32

  /// Names that patterns speak of have a symbol each; every other name is "another name" of its namespace, or of none spoken of.
  struct Symbols: Sendable {
    fileprivate(set) var byName: [ExpandedName: Symbol] = [:]
    fileprivate(set) var otherOf: [[UInt8]: Symbol] = [:]
    /// A name for each symbol; for "another name" one that no schema can speak of.
    fileprivate(set) var representatives: [ExpandedName] = []

    var count: Int { representatives.count }

    /// Symbol of a name in a document.
    func symbol(_ name: ExpandedName) -> Symbol { byName[name] ?? otherOf[name.namespace] ?? 0 }

    /// Whether the symbol is one name and not a class of them.
    func isName(_ symbol: Symbol) -> Bool { representatives[Int(symbol)].local != Symbols.noName }

    fileprivate static let noName: [UInt8] = [0xFF]

    fileprivate init() { representatives.append(ExpandedName(namespace: Symbols.noName, local: Symbols.noName)) }

    fileprivate mutating func add(_ nameClass: NameClass) {
      switch nameClass {
      case .name(let name):
        if byName[name] == nil {
          byName[name] = Symbol(representatives.count)
          representatives.append(name)
        }
        add(namespace: name.namespace)
      case .nsName(let namespace, let except):
        add(namespace: namespace)
        if let except { add(except) }
      case .anyName(let except): if let except { add(except) }
      case .choice(let left, let right):
        add(left)
        add(right)
      }
    }

    private mutating func add(namespace: [UInt8]) {
      guard otherOf[namespace] == nil else { return }
      otherOf[namespace] = Symbol(representatives.count)
      representatives.append(ExpandedName(namespace: namespace, local: Symbols.noName))
    }
  }

  struct NameSet: Sendable {
    var nameClass: NameClass
    /// Set when the class is one name.
    var symbol: Symbol?

    func contains(_ symbol: Symbol, _ symbols: Symbols) -> Bool {
      if let own = self.symbol { return own == symbol }
      return nameClass.contains(symbols.representatives[Int(symbol)])
    }
  }

  /// As reports name it, such as `ead-1.1.0-easvalidator.rng`.
  let id: String
  let pool: PatternPool
  let start: PatternPool.ID
  let symbols: Symbols
  /// Names of elements, by element index.
  let elementNames: [NameSet]
  /// Contents of elements, by element index.
  let contents: [PatternPool.ID]
  /// Names of attribute patterns.
  let attributeNames: [NameSet]
  let datatypes: [Datatype]
  let literals: [ValueLiteral]
  /// Elements by symbol: what a name may be anywhere in the schema.
  let elementsBySymbol: [Symbol: [Int]]
  /// Namespaces of the schema's elements.
  let namespaces: Set<[UInt8]>

  /// Deepest nesting of patterns: walks over them are recursive.
  private static let deepest = 8000

  init(_ grammar: SimpleGrammar, id: String) throws(EADError) {
    self.id = id
    var builder = Builder()
    for element in grammar.elements { builder.symbols.add(element.name) }
    var pool = PatternPool()
    start = builder.intern(grammar.start, into: &pool)
    contents = grammar.elements.map { builder.intern($0.content, into: &pool) }
    if pool.deepest > CompiledSchema.deepest { throw EADError("schema-too-deep", file: id) }
    self.pool = pool
    let symbols = builder.symbols
    self.symbols = symbols
    elementNames = grammar.elements.map { NameSet(nameClass: $0.name, symbol: Builder.single($0.name, symbols)) }
    attributeNames = builder.attributeNames.map { NameSet(nameClass: $0, symbol: Builder.single($0, symbols)) }
    datatypes = builder.datatypes
    literals = builder.literals
    var bySymbol: [Symbol: [Int]] = [:]
    for (index, names) in elementNames.enumerated() {
      if let symbol = names.symbol { bySymbol[symbol, default: []].append(index) }
    }
    elementsBySymbol = bySymbol
    var namespaces: Set<[UInt8]> = []
    for names in elementNames {
      if case .name(let name) = names.nameClass { namespaces.insert(name.namespace) }
    }
    self.namespaces = namespaces
  }

  private struct Builder {
    var symbols = Symbols()
    var attributeNames: [NameClass] = []
    var attributeIndex: [NameClass: Int] = [:]
    var datatypes: [Datatype] = []
    var datatypeIndex: [ObjectIdentifier: Int] = [:]
    var literals: [ValueLiteral] = []
    var literalIndex: [LiteralKey: Int] = [:]

    struct LiteralKey: Hashable {
      var datatype: String
      var isPlain: Bool
      var text: [UInt8]
      var object: ObjectIdentifier?
    }

    static func single(_ nameClass: NameClass, _ symbols: Symbols) -> Symbol? {
      if case .name(let name) = nameClass { symbols.byName[name] } else { nil }
    }

    mutating func intern(_ pattern: SimplePattern, into pool: inout PatternPool) -> PatternPool.ID {
      switch pattern {
      case .empty: return PatternPool.empty
      case .notAllowed: return PatternPool.notAllowed
      case .text: return PatternPool.text
      case .choice(let left, let right):
        var parts: [PatternPool.ID] = []
        flatten(left, into: &pool, &parts)
        flatten(right, into: &pool, &parts)
        return pool.choice(parts)
      case .interleave(let left, let right):
        let first = intern(left, into: &pool)
        return pool.interleave([first, intern(right, into: &pool)])
      case .group(let left, let right):
        let first = intern(left, into: &pool)
        return pool.group(first, intern(right, into: &pool))
      case .oneOrMore(let inner): return pool.oneOrMore(intern(inner, into: &pool))
      case .list(let inner): return pool.list(intern(inner, into: &pool))
      case .data(let datatype, let except):
        let inner = except.map { intern($0, into: &pool) }
        return pool.data(index(of: datatype), except: inner)
      case .value(let literal): return pool.value(index(of: literal))
      case .attribute(let name, let content):
        let inner = intern(content, into: &pool)
        return pool.attribute(index(of: name), inner)
      case .element(let index): return pool.element(index)
      }
    }

    private mutating func flatten(_ pattern: SimplePattern, into pool: inout PatternPool, _ parts: inout [PatternPool.ID]) {
      if case .choice(let left, let right) = pattern {
        flatten(left, into: &pool, &parts)
        flatten(right, into: &pool, &parts)
      } else {
        parts.append(intern(pattern, into: &pool))
      }
    }

    private mutating func index(of datatype: Datatype) -> Int {
      if let known = datatypeIndex[ObjectIdentifier(datatype)] { return known }
      datatypes.append(datatype)
      datatypeIndex[ObjectIdentifier(datatype)] = datatypes.count - 1
      return datatypes.count - 1
    }

    private mutating func index(of literal: ValueLiteral) -> Int {
      // What a QName means depends on where it stands: those are told apart by object.
      let isPlain = literal.datatype.name == "token" || literal.datatype.name == "string"
      let key = LiteralKey(
        datatype: literal.datatype.name, isPlain: isPlain, text: literal.text, object: isPlain ? nil : ObjectIdentifier(literal))
      if let known = literalIndex[key] { return known }
      literals.append(literal)
      literalIndex[key] = literals.count - 1
      return literals.count - 1
    }

    private mutating func index(of name: NameClass) -> Int {
      if let known = attributeIndex[name] { return known }
      symbols.add(name)
      attributeNames.append(name)
      attributeIndex[name] = attributeNames.count - 1
      return attributeNames.count - 1
    }
  }
}
