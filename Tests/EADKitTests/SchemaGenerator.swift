import Testing

@testable import EADKit

/// An element of a `GeneratedDocument`, whose pieces are numbered, so that parts of it can be left out again.
///
/// Nothing changes once the generator has handed out the document.
final class GeneratedElement: @unchecked Sendable {
  struct Attribute: Sendable {
    var number: Int
    var name: ExpandedName
    var value: String
  }

  enum Piece: Sendable {
    case element(GeneratedElement)
    case text(number: Int, String, isSection: Bool)
    case comment(number: Int, String)
    case instruction(number: Int, String)
  }

  let number: Int
  /// Index of the element in the schema.
  let definition: Int
  let depth: Int
  let name: ExpandedName
  var attributes: [Attribute] = []
  var pieces: [Piece] = []

  init(number: Int, definition: Int, depth: Int, name: ExpandedName) {
    self.number = number
    self.definition = definition
    self.depth = depth
    self.name = name
  }
}

/// A random valid document.
struct GeneratedDocument: Sendable {
  var root: GeneratedElement
  /// Unparsed entities, declared in the DOCTYPE.
  var entities: [(name: String, address: String)] = []
  /// Definitions of the schema whose elements hold text.
  var mixed: Set<Int>
  /// What the document was made for, for messages.
  var purpose: String

  /// The document as a file, without the pieces and attributes of these numbers.
  func bytes(without removed: Set<Int> = []) -> [UInt8] {
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    if !entities.isEmpty {
      out += "<!DOCTYPE ead [\n<!NOTATION file SYSTEM \"file\">\n"
      for entity in entities { out += "<!ENTITY \(entity.name) SYSTEM \"\(entity.address)\" NDATA file>\n" }
      out += "]>\n"
    }
    write(root, inside: nil, removed, &out)
    return Array((out + "\n").utf8)
  }

  private static let prefixes = [
    "http://www.w3.org/1999/xlink": "xlink", "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/XML/1998/namespace": "xml",
  ]

  /// - Parameter inside: the default namespace in scope; nil outside the root.
  private func write(_ element: GeneratedElement, inside: String?, _ removed: Set<Int>, _ out: inout String) {
    let namespace = String(decoding: element.name.namespace, as: UTF8.self)
    let local = String(decoding: element.name.local, as: UTF8.self)
    out += "<\(local)"
    if namespace != (inside ?? "") { out += " xmlns=\"\(namespace)\"" }
    if inside == nil {
      out += " xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
    }
    for (index, attribute) in element.attributes.enumerated() where !removed.contains(attribute.number) {
      let space = String(decoding: attribute.name.namespace, as: UTF8.self)
      var name = String(decoding: attribute.name.local, as: UTF8.self)
      if let prefix = GeneratedDocument.prefixes[space] {
        name = prefix + ":" + name
      } else if !space.isEmpty {
        out += " xmlns:n\(index)=\"\(space)\""
        name = "n\(index):" + name
      }
      out += " \(name)=\"\(GeneratedDocument.escaped(attribute.value, isAttribute: true))\""
    }
    out += ">"
    let breaks = !mixed.contains(element.definition)
    for piece in element.pieces {
      switch piece {
      case .element(let child):
        if removed.contains(child.number) { continue }
        if breaks { out += "\n" + String(repeating: " ", count: child.depth) }
        write(child, inside: namespace, removed, &out)
      case .text(let number, let text, let isSection):
        if removed.contains(number) { continue }
        out += isSection ? "<![CDATA[\(text)]]>" : GeneratedDocument.escaped(text, isAttribute: false)
      case .comment(let number, let text): if !removed.contains(number) { out += "<!--\(text)-->" }
      case .instruction(let number, let text): if !removed.contains(number) { out += "<?\(text)?>" }
      }
    }
    out += "</\(local)>"
  }

  private static func escaped(_ text: String, isAttribute: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"" where isAttribute: out += "&quot;"
      case "\r": out += "&#13;"
      case "\n" where isAttribute: out += "&#10;"
      case "\t" where isAttribute: out += "&#9;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Numbers of everything that may be left out, the largest parts first.
  var removable: [Int] {
    var found: [(size: Int, number: Int)] = []
    func walk(_ element: GeneratedElement) -> Int {
      var size = 1
      for attribute in element.attributes { found.append((1, attribute.number)) }
      for piece in element.pieces {
        switch piece {
        case .element(let child):
          let own = walk(child)
          found.append((own, child.number))
          size += own
        case .text(let number, _, _), .comment(let number, _), .instruction(let number, _): found.append((1, number))
        }
      }
      return size + element.attributes.count
    }
    _ = walk(root)
    return found.sorted { ($1.size, $0.number) < ($0.size, $1.number) }.map(\.number)
  }

  /// The document without whatever it takes nothing from the failure: `fails` must hold for what remains.
  func shrunk(attempts: Int = 300, _ fails: ([UInt8]) -> Bool) -> [UInt8] {
    var removed: Set<Int> = []
    var best = bytes()
    var left = attempts
    var isChanged = true
    while isChanged, left > 0 {
      isChanged = false
      for number in removable where !removed.contains(number) && left > 0 {
        let attempt = bytes(without: removed.union([number]))
        // What is inside a part that is gone makes no difference any more.
        if attempt.count == best.count { continue }
        left -= 1
        if fails(attempt) {
          removed.insert(number)
          best = attempt
          isChanged = true
        }
      }
    }
    return best
  }
}

/// Makes random valid documents out of a schema's patterns, the same ones for the same seed on every machine.
///
/// Each document is made for one thing that no earlier one had: an element in its shortest path from the root, with all its
/// attributes. Whatever has a choice prefers what was not seen yet, so that some hundred documents hold every element,
/// attribute and kind of value of the schema. Every word bears a number (`w12x`) that no other word of the document has.
final class SchemaGenerator {
  struct Pair: Hashable {
    var owner: Int
    var pattern: Int32
  }

  let schema: CompiledSchema
  /// Definitions that can be reached from the root.
  let reachable: [Int]
  let mixed: Set<Int>
  private(set) var seenElements: Set<Int> = []
  /// An element's definition and an attribute pattern of its content.
  private(set) var seenAttributes: Set<Pair> = []
  /// An attribute pattern and a datatype or literal it allows.
  private(set) var seenValues: Set<Pair> = []
  /// An element's definition and that of an element directly inside it.
  private(set) var seenChildren: Set<Pair> = []
  /// Datatypes that no value could be made for.
  private(set) var unmade: Set<String> = []

  private var random: SeededRandom
  private let rootDefinition: Int
  private let paths: [Int: [Int]]
  private let sizes: [Int]
  private let elementsIn: [Set<Int>]
  private let attributesIn: [Set<Int32>]
  private static let endless = 1_000_000
  /// Deeper elements hold only what they must.
  private static let deepest = 16

  // Of the document being made.
  private var words = 0
  private var numbers = 0
  private var elementCount = 0
  private var identifiers: [String] = []
  private var references: [(element: GeneratedElement, attribute: Int, isList: Bool)] = []
  private var entities: [(name: String, address: String)] = []

  // MARK: The schema

  init(_ schema: CompiledSchema, seed: UInt64) throws {
    self.schema = schema
    random = SeededRandom(seed: seed)
    let pool = schema.pool
    // Parts have smaller numbers than the patterns they are in; only elements lead back.
    var elementsIn = Array(repeating: Set<Int>(), count: pool.count)
    var attributesIn = Array(repeating: Set<Int32>(), count: pool.count)
    for id in 0..<pool.count {
      let node = pool.nodes[id]
      switch node.kind {
      case .element: elementsIn[id] = [Int(node.a)]
      case .attribute: attributesIn[id] = [Int32(id)]
      default:
        for part in SchemaGenerator.parts(Int32(id), pool) {
          elementsIn[id].formUnion(elementsIn[Int(part)])
          attributesIn[id].formUnion(attributesIn[Int(part)])
        }
      }
    }
    self.elementsIn = elementsIn
    self.attributesIn = attributesIn
    sizes = SchemaGenerator.sizes(schema)
    mixed = Set(schema.contents.indices.filter { !pool.traits[Int(schema.contents[$0])].isDisjoint(with: [.text, .data]) })
    let roots = elementsIn[Int(schema.start)].filter {
      schema.elementNames[$0].symbol.map { schema.symbols.representatives[Int($0)].local == Array("ead".utf8) } ?? false
    }
    rootDefinition = try #require(roots.min())
    var paths = [rootDefinition: [rootDefinition]]
    var order = [rootDefinition]
    var at = 0
    while at < order.count {
      let path = paths[order[at]] ?? []
      for child in elementsIn[Int(schema.contents[order[at]])].sorted() where paths[child] == nil {
        paths[child] = path + [child]
        order.append(child)
      }
      at += 1
    }
    self.paths = paths
    reachable = order
  }

  private static func parts(_ id: Int32, _ pool: PatternPool) -> [Int32] {
    let node = pool.nodes[Int(id)]
    switch node.kind {
    case .choice, .interleave: return Array(pool.membersOf(id))
    case .group: return [node.a, node.b]
    case .oneOrMore: return [node.a]
    default: return []
    }
  }

  /// The fewest elements each pattern can do with.
  private static func sizes(_ schema: CompiledSchema) -> [Int] {
    let pool = schema.pool
    var sizes = Array(repeating: 0, count: pool.count)
    var ofElements = Array(repeating: endless, count: schema.contents.count)
    var isChanged = true
    while isChanged {
      isChanged = false
      for id in 0..<pool.count {
        let node = pool.nodes[id]
        let inner = parts(Int32(id), pool).map { sizes[Int($0)] }
        switch node.kind {
        case .notAllowed: sizes[id] = endless
        case .element: sizes[id] = ofElements[Int(node.a)]
        case .choice: sizes[id] = inner.min() ?? endless
        default: sizes[id] = min(endless, inner.reduce(0, +))
        }
      }
      for index in ofElements.indices {
        let size = min(endless, sizes[Int(schema.contents[index])] + 1)
        if size != ofElements[index] {
          ofElements[index] = size
          isChanged = true
        }
      }
    }
    return sizes
  }

  /// Everything a suite of documents must hold: definitions and attribute patterns of their contents.
  var missing: [String] {
    var missing: [String] = []
    for element in reachable {
      let name = self.name(of: element)
      if !seenElements.contains(element) { missing.append(name) }
      for attribute in attributesIn[Int(schema.contents[element])] {
        if !seenAttributes.contains(Pair(owner: element, pattern: attribute)) {
          missing.append("\(name)/@\(attributeName(attribute).map { String(decoding: $0.local, as: UTF8.self) } ?? "*")")
        }
        for leaf in leaves(schema.pool.nodes[Int(attribute)].b)
        where !seenValues.contains(Pair(owner: Int(attribute), pattern: leaf)) {
          missing.append("\(name)/@\(attributeName(attribute).map { String(decoding: $0.local, as: UTF8.self) } ?? "*")=…")
        }
      }
    }
    return missing.sorted()
  }

  func name(of definition: Int) -> String {
    schema.elementNames[definition].symbol.map { String(decoding: schema.symbols.representatives[Int($0)].local, as: UTF8.self) }
      ?? "*"
  }

  private func attributeName(_ pattern: Int32) -> ExpandedName? {
    schema.attributeNames[Int(schema.pool.nodes[Int(pattern)].a)].symbol.map { schema.symbols.representatives[Int($0)] }
  }

  /// Datatypes and literals of an attribute's value.
  private func leaves(_ pattern: Int32) -> [Int32] {
    switch schema.pool.nodes[Int(pattern)].kind {
    case .data, .value, .text, .empty: [pattern]
    case .list: leaves(schema.pool.nodes[Int(pattern)].a)
    default: SchemaGenerator.parts(pattern, schema.pool).flatMap(leaves)
    }
  }

  // MARK: Chance

  private func number(below limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }
  private func chance(_ percent: Int) -> Bool { number(below: 100) < percent }
  private func pick<Value>(_ values: [Value]) -> Value { values[number(below: values.count)] }

  private func nextNumber() -> Int {
    numbers += 1
    return numbers
  }

  // MARK: Documents

  /// What the next document is made for: what no document has yet, then anything.
  private func nextTarget() -> Int {
    if let element = reachable.first(where: { !seenElements.contains($0) }) { return element }
    let incomplete = reachable.filter { element in
      attributesIn[Int(schema.contents[element])].contains { attribute in
        !seenAttributes.contains(Pair(owner: element, pattern: attribute))
          || leaves(schema.pool.nodes[Int(attribute)].b).contains {
            !seenValues.contains(Pair(owner: Int(attribute), pattern: $0))
          }
      }
    }
    if !incomplete.isEmpty { return pick(incomplete) }
    let narrow = reachable.filter { unseenChildren(of: $0) > 0 }
    // Those with many children need more documents.
    return narrow.isEmpty ? pick(reachable) : pick(narrow)
  }

  private func unseenChildren(of element: Int) -> Int {
    elementsIn[Int(schema.contents[element])].count { !seenChildren.contains(Pair(owner: element, pattern: Int32($0))) }
  }

  /// Pairs of an element and one inside it that the schema allows, and how many of them the documents hold.
  var childCoverage: (seen: Int, all: Int) {
    (seenChildren.count, reachable.reduce(0) { $0 + elementsIn[Int(schema.contents[$1])].count })
  }

  /// - Parameter size: about how many elements.
  func document(size: Int = 80) -> GeneratedDocument {
    (words, numbers, elementCount) = (0, 0, 0)
    (identifiers, references, entities) = ([], [], [])
    let target = nextTarget()
    let path = paths[target] ?? [rootDefinition]
    let root = make(rootDefinition, depth: 0)
    var waiting: [(element: GeneratedElement, step: Int?)] = [(root, 0)]
    while !waiting.isEmpty {
      let index = waiting.firstIndex { $0.step != nil } ?? number(below: waiting.count)
      let (element, step) = waiting.remove(at: index)
      let next = step.flatMap { $0 + 1 < path.count ? path[$0 + 1] : nil }
      let isTarget = step != nil && next == nil
      let isLean = !isTarget && (elementCount >= size || element.depth >= SchemaGenerator.deepest)
      var isOnPath = next != nil
      for piece in expand(element, need: next, isLean: isLean, wantsAttributes: isTarget || element === root) {
        guard case .element(let child) = piece else { continue }
        if isOnPath, child.definition == next, let step {
          waiting.append((child, step + 1))
          isOnPath = false
        } else {
          waiting.append((child, nil))
        }
      }
    }
    for reference in references {
      let count = reference.isList ? 1 + number(below: 2) : 1
      reference.element.attributes[reference.attribute].value =
        (0..<count).map { _ in pick(identifiers) }.joined(separator: " ")
    }
    return GeneratedDocument(root: root, entities: entities, mixed: mixed, purpose: path.map(name).joined(separator: "/"))
  }

  private func make(_ definition: Int, depth: Int) -> GeneratedElement {
    elementCount += 1
    seenElements.insert(definition)
    let name: ExpandedName
    if let symbol = schema.elementNames[definition].symbol {
      name = schema.symbols.representatives[Int(symbol)]
    } else {
      // XML of other kinds, also such as could be mistaken for EAD's.
      name = pick([
        ExpandedName(namespace: "http://www.loc.gov/MARC21/slim", local: "record"),
        ExpandedName(namespace: "http://www.loc.gov/MARC21/slim", local: "p"),
        ExpandedName(namespace: "urn:example:foreign", local: "title"),
        ExpandedName(namespace: "", local: "record"),
      ])
    }
    return GeneratedElement(number: nextNumber(), definition: definition, depth: depth, name: name)
  }

  // MARK: Contents

  private enum Item {
    case element(Int)
    case text(String)
  }

  /// Fills an element; its children are made but empty.
  private func expand(
    _ element: GeneratedElement, need: Int?, isLean: Bool, wantsAttributes: Bool
  ) -> [GeneratedElement.Piece] {
    let choices = Choices(element: element, isLean: isLean, wantsAttributes: wantsAttributes)
    let items = emit(schema.contents[element.definition], need, choices)
    var pieces: [GeneratedElement.Piece] = []
    for item in items {
      if chance(2) { pieces.append(.comment(number: nextNumber(), pick([" remark ", "é <p> & ", "- x"]))) }
      if chance(1) { pieces.append(.instruction(number: nextNumber(), pick(["page 12", "render a=\"b\" <c>", "empty"]))) }
      switch item {
      case .element(let definition):
        seenChildren.insert(Pair(owner: element.definition, pattern: Int32(definition)))
        pieces.append(.element(make(definition, depth: element.depth + 1)))
      case .text(var text):
        if SchemaGenerator.measured.contains(element.name.local), chance(40) { text = pick(["1914-1918 ", "3 feet "]) + text }
        pieces.append(.text(number: nextNumber(), text, isSection: chance(4) && !text.contains("]]>") && !text.contains("\r")))
      }
    }
    element.pieces = pieces
    return pieces
  }

  /// Elements that programs like to read figures out of.
  private static let measured: Set<[UInt8]> = Set(
    ["date", "unitdate", "extent", "physdesc", "dimensions", "datesingle", "fromdate"].map { Array($0.utf8) })

  private struct Choices {
    var element: GeneratedElement
    var isLean: Bool
    var wantsAttributes: Bool
  }

  private func emit(_ pattern: Int32, _ need: Int?, _ choices: Choices) -> [Item] {
    let pool = schema.pool
    let node = pool.nodes[Int(pattern)]
    switch node.kind {
    case .empty, .notAllowed, .list: return []
    case .text: return chance(92) ? [.text(sentence())] : []
    case .data, .value: return [.text(value(pattern, choices.element) ?? "")]
    case .element: return [.element(Int(node.a))]
    case .attribute:
      addAttribute(pattern, node, choices.element)
      return []
    case .choice:
      let member = choose(Array(pool.membersOf(pattern)), need, choices)
      return emit(member, need, choices)
    case .group:
      let goesLeft = need.map { elementsIn[Int(node.a)].contains($0) && (!elementsIn[Int(node.b)].contains($0) || chance(50)) }
      let left = emit(node.a, goesLeft == true ? need : nil, choices)
      return left + emit(node.b, goesLeft == false ? need : nil, choices)
    case .oneOrMore:
      var count = 1
      while !choices.isLean, count < 4, chance(45) { count += 1 }
      if choices.wantsAttributes, !attributesIn[Int(pattern)].isEmpty { count = 2 }
      if choices.wantsAttributes, elementsIn[Int(pattern)].count > 8 { count = 8 }
      let at = number(below: count)
      return (0..<count).flatMap { emit(node.a, $0 == at ? need : nil, choices) }
    case .interleave:
      let members = Array(pool.membersOf(pattern))
      let owner = need.flatMap { wanted in members.firstIndex { elementsIn[Int($0)].contains(wanted) } }
      var merged: [Item] = []
      for (index, member) in members.enumerated() where member != PatternPool.text {
        merged = merge(merged, emit(member, index == owner ? need : nil, choices))
      }
      guard members.contains(PatternPool.text) else { return merged }
      var mixed: [Item] = []
      for item in merged {
        if chance(65) { mixed.append(.text(sentence())) }
        mixed.append(item)
      }
      if merged.isEmpty ? chance(92) : chance(65) { mixed.append(.text(sentence())) }
      return mixed
    }
  }

  /// Two sequences shuffled into one.
  private func merge(_ left: [Item], _ right: [Item]) -> [Item] {
    var out: [Item] = []
    var (a, b) = (left[...], right[...])
    while let first = a.first, let second = b.first {
      if chance(50) {
        out.append(first)
        a.removeFirst()
      } else {
        out.append(second)
        b.removeFirst()
      }
    }
    return out + a + b
  }

  private func choose(_ members: [Int32], _ need: Int?, _ choices: Choices) -> Int32 {
    var members = members.filter { sizes[Int($0)] < SchemaGenerator.endless }
    if let need {
      let leading = members.filter { elementsIn[Int($0)].contains(need) }
      if !leading.isEmpty { return pick(leading) }
    }
    let isAboutAttributes = members.allSatisfy { elementsIn[Int($0)].isEmpty && $0 != PatternPool.text }
    if choices.isLean {
      let least = members.map { sizes[Int($0)] }.min() ?? 0
      members = members.filter { sizes[Int($0)] == least }
    }
    let definition = choices.element.definition
    let fresh = members.filter { member in
      attributesIn[Int(member)].contains { !seenAttributes.contains(Pair(owner: definition, pattern: $0)) }
        || (!choices.isLean
          && elementsIn[Int(member)].contains { !seenChildren.contains(Pair(owner: definition, pattern: Int32($0))) })
    }
    if !fresh.isEmpty, choices.wantsAttributes || chance(50) { return pick(fresh) }
    let filled = members.filter { $0 != PatternPool.empty }
    if filled.isEmpty || filled.count == members.count { return pick(members) }
    if isAboutAttributes { return choices.wantsAttributes || chance(25) ? pick(filled) : PatternPool.empty }
    return chance(55) ? pick(filled) : PatternPool.empty
  }

  // MARK: Attributes and values

  private func addAttribute(_ pattern: Int32, _ node: PatternPool.Node, _ element: GeneratedElement) {
    let name: ExpandedName
    if let own = attributeName(pattern) {
      name = own
    } else if schema.attributeNames[Int(node.a)].contains(0, schema.symbols) {
      name = pick([
        ExpandedName(namespace: "", local: "code"), ExpandedName(namespace: "urn:example:foreign", local: "code"),
        ExpandedName(namespace: "http://www.w3.org/1999/xlink", local: "title"),
      ])
    } else {
      name = ExpandedName(namespace: "http://www.w3.org/2001/XMLSchema-instance", local: "schemaLocation")
    }
    seenAttributes.insert(Pair(owner: element.definition, pattern: pattern))
    if element.attributes.contains(where: { $0.name == name }) { return }
    let options = leaves(node.b)
    let fresh = options.filter { !seenValues.contains(Pair(owner: Int(pattern), pattern: $0)) }
    guard !options.isEmpty else { return }
    let leaf = fresh.isEmpty ? pick(options) : pick(fresh)
    seenValues.insert(Pair(owner: Int(pattern), pattern: leaf))
    element.attributes.append(GeneratedElement.Attribute(number: nextNumber(), name: name, value: ""))
    let made =
      name.local == Array("schemaLocation".utf8)
      ? "urn:example:foreign \(word(isPlain: true)).xsd" : value(leaf, element)
    element.attributes[element.attributes.count - 1].value = made ?? ""
  }

  /// A value for a datatype, a literal or any text; the attribute it is for has been added to the element.
  private func value(_ leaf: Int32, _ element: GeneratedElement) -> String? {
    let node = schema.pool.nodes[Int(leaf)]
    switch node.kind {
    case .value: return String(decoding: schema.literals[Int(node.a)].text, as: UTF8.self)
    case .data: break
    case .empty: return ""
    default: return chance(4) ? word() + pick(["\n", "\t", "  "]) + word() : sentence()
    }
    let datatype = schema.datatypes[Int(node.a)]
    switch datatype.role {
    case .id:
      identifiers.append("i" + word(isPlain: true))
      return identifiers.last
    case .idref, .idrefs:
      references.append((element, element.attributes.count - 1, datatype.role == .idrefs))
      return ""
    case .entity:
      let name = word(isPlain: true)
      entities.append((name, "files/\(name).jpg"))
      return name
    case .plain: break
    }
    for _ in 0..<20 {
      let candidate = self.candidate(datatype.name)
      let verdict = Array(candidate.utf8).withUnsafeBufferPointer { datatype.accepts($0, nil) }
      if verdict == .valid { return candidate }
    }
    for candidate in SchemaGenerator.dates {
      let verdict = Array(candidate.utf8).withUnsafeBufferPointer { datatype.accepts($0, nil) }
      if verdict == .valid, chance(30) || candidate == SchemaGenerator.dates.last { return candidate }
    }
    if let any = SchemaGenerator.dates.first(where: { date in
      Array(date.utf8).withUnsafeBufferPointer { datatype.accepts($0, nil) } == .valid
    }) {
      return any
    }
    unmade.insert(datatype.name)
    return nil
  }

  private func candidate(_ datatype: String) -> String {
    switch datatype {
    case "NMTOKEN": return pick(["", "-", "1."]) + word(isPlain: true)
    case "NMTOKENS": return word(isPlain: true) + " " + word(isPlain: true)
    case "NCName", "Name": return word(isPlain: true)
    case "anyURI":
      return pick([
        "https://example.org/\(word(isPlain: true))?a=b&c=\(word(isPlain: true))#d", "files/\(word(isPlain: true)).jpg",
        "urn:\(word(isPlain: true)):x", "http://example.org/\(word(isPlain: true))/été",
      ])
    case "date": return pick(["1914-08-03", "2001-12-31"])
    case "gYear": return pick(["1914", "0987"])
    case "gYearMonth": return pick(["1914-08", "2020-02"])
    case "dateTime": return pick(["1914-08-03T12:00:00", "2019-01-01T00:00:00"])
    default: return chance(60) ? word() : word() + " " + word()
    }
  }

  /// For datatypes that a pattern narrows to dates.
  private static let dates = [
    "1914", "1914/1918", "1914-08", "1914-08-03", "19140803", "1914-08-03/1918-11-11", "1914-08/1918", "0987/1100",
    "-0050/0014",
  ]

  // MARK: Words

  private static let around: [(before: String, after: String)] = [
    ("", ""), ("", ""), ("", ""), ("é", ""), ("", "ü"), ("e\u{301}", ""), ("كتاب", ""), ("", "אב"), ("档案", ""),
    ("", "文書館"), ("😀", ""), ("", "👩‍👩‍👧"), ("<", ">"), ("&", ";"), ("\"", "'"), ("'", "\""), ("", "]]>"),
    ("&amp;", ""), ("l’", ""), ("«\u{A0}", "\u{A0}»"), ("\u{200F}", "\u{200E}"), ("", "|"), ("[", "]"), ("*", "*"),
    ("{", "}"), ("", "%20"), ("=", ""), ("\u{1D4D0}", "\u{E000}"),
  ]

  /// A word that no other is like: letters that are hard to write around a number.
  private func word(isPlain: Bool = false) -> String {
    words += 1
    if isPlain { return "w\(words)x" }
    let around = pick(SchemaGenerator.around)
    return around.before + "w\(words)x" + around.after
  }

  private func sentence() -> String {
    var text = word()
    for _ in 0..<number(below: 3) { text += (chance(8) ? pick(["\n  ", "\t", "  ", "\u{A0}"]) : " ") + word() }
    if chance(3) { text += "\r" }
    // Blanks at the edges as people write them: with and without.
    return (chance(40) ? " " : "") + text + (chance(40) ? " " : "")
  }
}
