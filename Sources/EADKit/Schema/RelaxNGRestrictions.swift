/// The restrictions of RELAX NG 1.0 section 7, and the simple form of what keeps them.
///
/// Each pattern is looked at once however often it is used: what section 7 forbids depends on what is below a pattern and,
/// for the start and for contents of elements, on who holds it.
struct RelaxNGRestrictions {
  typealias ID = RelaxNGNormalForm.ID
  typealias Traits = RelaxNGNormalForm.Traits

  private var form: RelaxNGNormalForm
  private let tree: RelaxNGTree
  private var isChecked: [Bool] = []
  /// Index of an element in the result, -1 as long as nothing refers to it.
  private var elementIndex: [Int32]
  /// Elements in the order of the result.
  private var reached: [Int32] = []
  private var overlap = RelaxNGOverlap()
  private var marks: [Int32] = []
  private var lastMark: Int32 = 0
  private var built: [SimplePattern?] = []
  private var size = 0

  private init(_ patterns: RelaxNGPatterns, tree: RelaxNGTree) {
    form = RelaxNGNormalForm(patterns, tree: tree)
    self.tree = tree
    elementIndex = Array(repeating: -1, count: patterns.elements.count)
  }

  /// Checks the patterns and gives the grammar they make.
  static func grammar(_ patterns: RelaxNGPatterns, tree: RelaxNGTree) throws(RelaxNGFault) -> SimpleGrammar {
    try RelaxNGNormalForm.checkReferences(patterns, tree: tree)
    var restrictions = RelaxNGRestrictions(patterns, tree: tree)
    return try restrictions.grammar()
  }

  private mutating func grammar() throws(RelaxNGFault) -> SimpleGrammar {
    let start = try form.normalized(form.patterns.start)
    try checkStart(start)
    try check(start)
    var contents: [ID] = []
    while contents.count < reached.count {
      let element = form.patterns.elements[Int(reached[contents.count])]
      let content = try form.normalized(element.content)
      try check(content)
      try checkContent(content, of: element)
      size += form[content].size
      if size > RelaxNGNormalForm.largest { throw tree.error("relaxng-too-large", at: element.place) }
      contents.append(content)
    }
    built = Array(repeating: nil, count: form.nodes.count)
    var classes = form.patterns.classes
    var elements: [SimpleGrammar.Element] = []
    elements.reserveCapacity(contents.count)
    for (index, content) in contents.enumerated() {
      let name = classes.nameClass(form.patterns.elements[Int(reached[index])].name, tree.symbols)
      elements.append(SimpleGrammar.Element(name: name, content: simple(content, &classes)))
    }
    return SimpleGrammar(start: simple(start, &classes), elements: elements)
  }

  // MARK: The walk

  /// Checks a pattern with all that is in it, and finds the elements it refers to.
  private mutating func check(_ id: ID) throws(RelaxNGFault) {
    isChecked.append(contentsOf: repeatElement(false, count: form.nodes.count - isChecked.count))
    var waiting = [id]
    while let id = waiting.popLast() {
      if isChecked[Int(id)] { continue }
      isChecked[Int(id)] = true
      let node = form[id]
      switch node.kind {
      case .empty, .notAllowed, .text, .value, .ref: break
      case .element:
        if elementIndex[Int(node.first)] < 0 {
          elementIndex[Int(node.first)] = Int32(reached.count)
          reached.append(node.first)
        }
      case .choice, .group, .interleave:
        if node.kind != .choice { try checkAttributes(node) }
        if node.kind == .interleave { try checkInterleave(node) }
        waiting.append(contentsOf: form.parts(node).reversed())
      case .oneOrMore:
        if form[node.first].traits.contains(.groupedAttribute) { throw repeatedAttribute(node) }
        waiting.append(node.first)
      case .list:
        try forbid([.list, .element, .attribute, .text, .interleave], below: node.first, in: node, "relaxng-list")
        waiting.append(node.first)
      case .data:
        guard node.second >= 0 else { break }
        try forbid(
          [.attribute, .element, .list, .group, .interleave, .oneOrMore, .text, .empty], below: node.second, in: node,
          "relaxng-except")
        waiting.append(node.second)
      case .attribute:
        try forbid([.element, .attribute], below: node.second, in: node, "relaxng-attribute-content")
        if form[node.second].contentType == .none { throw strings(node.second) }
        waiting.append(node.second)
      }
    }
  }

  // MARK: What may not be below what (section 7.1)

  private func checkStart(_ id: ID) throws(RelaxNGFault) {
    let forbidden: Traits = [
      .attribute, .data, .value, .list, .group, .interleave, .oneOrMore, .text, .empty,
    ]
    guard let offender = first(of: forbidden, below: id) else { return }
    throw tree.error("relaxng-start-content", at: offender.place, [offender.kind.tag])
  }

  private func forbid(_ traits: Traits, below id: ID, in node: RelaxNGNormalForm.Node, _ rule: String) throws(RelaxNGFault) {
    guard let offender = first(of: traits, below: id) else { return }
    throw tree.error(rule, at: node.place, [offender.kind.tag, tree.place(offender.place)])
  }

  private func own(_ kind: RelaxNGPatterns.Kind) -> Traits {
    switch kind {
    case .empty: .empty
    case .text: .text
    case .interleave: .interleave
    case .group: .group
    case .oneOrMore: .oneOrMore
    case .list: .list
    case .data: .data
    case .value: .value
    case .attribute: .attribute
    case .element: .element
    case .notAllowed, .choice, .ref: []
    }
  }

  /// The outermost pattern of one of these kinds; nil when there is none.
  private func first(of traits: Traits, below id: ID) -> RelaxNGNormalForm.Node? {
    var at = form[id]
    while !at.traits.isDisjoint(with: traits) {
      if !own(at.kind).isDisjoint(with: traits) { return at }
      switch at.kind {
      case .choice, .group, .interleave:
        guard let part = form.parts(at).first(where: { !form[$0].traits.isDisjoint(with: traits) }) else { return nil }
        at = form[part]
      case .oneOrMore: at = form[at.first]
      default: return nil
      }
    }
    return nil
  }

  private func repeatedAttribute(_ node: RelaxNGNormalForm.Node) -> RelaxNGFault {
    // The group is found by what it holds: an attribute that is not the only member.
    var at = form[node.first]
    while at.kind == .choice || at.kind == .oneOrMore {
      let parts = at.kind == .choice ? form.parts(at) : [at.first]
      guard let part = parts.first(where: { form[$0].traits.contains(.groupedAttribute) }) else { break }
      at = form[part]
    }
    let members = at.kind == .group || at.kind == .interleave ? Array(form.parts(at)) : []
    let attribute = members.lazy.compactMap { first(of: .attribute, below: $0) }.first
    let name = attribute.map { form.patterns.classes.label($0.first, tree.symbols) } ?? ""
    return tree.error("relaxng-attribute-repeated", at: node.place, [name, tree.place(attribute?.place ?? at.place)])
  }

  // MARK: Contents (sections 7.2 and 7.3)

  private func checkContent(_ id: ID, of element: RelaxNGPatterns.Element) throws(RelaxNGFault) {
    let node = form[id]
    if id != RelaxNGNormalForm.notAllowed, node.contentType == .none { throw strings(id) }
    guard node.traits.contains(.openAttribute) else { return }
    let offender = openAttribute(id)
    throw tree.error(
      "relaxng-attribute-open", at: offender.place,
      [form.patterns.classes.label(offender.first, tree.symbols), form.patterns.classes.label(element.name, tree.symbols)])
  }

  private func openAttribute(_ id: ID) -> RelaxNGNormalForm.Node {
    var at = form[id]
    while at.kind == .choice || at.kind == .group || at.kind == .interleave {
      guard let part = form.parts(at).first(where: { form[$0].traits.contains(.openAttribute) }) else { break }
      at = form[part]
    }
    return at
  }

  /// Data or values beside other content: the innermost pattern that has no content type.
  private func strings(_ id: ID) -> RelaxNGFault {
    var at = form[id]
    while true {
      let parts: [ID]
      switch at.kind {
      case .choice, .group, .interleave: parts = Array(form.parts(at))
      case .oneOrMore: parts = [at.first]
      case .attribute: parts = [at.second]
      default: parts = []
      }
      guard let part = parts.first(where: { form[$0].contentType == .none }) else { break }
      at = form[part]
    }
    let simple = first(of: [.data, .value, .list], below: at.kind == .oneOrMore ? at.first : simplePart(at))
    return tree.error(
      at.kind == .oneOrMore ? "relaxng-strings-repeated" : "relaxng-strings", at: at.place,
      [simple?.kind.tag ?? "data", simple.map { tree.place($0.place) } ?? "", at.kind.tag])
  }

  private func simplePart(_ node: RelaxNGNormalForm.Node) -> ID {
    guard node.kind == .group || node.kind == .interleave else { return RelaxNGNormalForm.notAllowed }
    return form.parts(node).first { form[$0].contentType == .simple } ?? RelaxNGNormalForm.notAllowed
  }

  // MARK: Who may claim the same name (sections 7.3 and 7.4)

  private mutating func checkAttributes(_ node: RelaxNGNormalForm.Node) throws(RelaxNGFault) {
    guard form.parts(node).count(where: { form[$0].traits.contains(.attribute) }) > 1 else { return }
    try checkNames(node, .attribute)
  }

  private mutating func checkInterleave(_ node: RelaxNGNormalForm.Node) throws(RelaxNGFault) {
    let texts = form.parts(node).filter { form[$0].traits.contains(.text) }
    if texts.count > 1, let second = first(of: .text, below: texts[1]), let other = first(of: .text, below: texts[0]) {
      throw tree.error("relaxng-interleave-text", at: second.place, [tree.place(other.place)])
    }
    guard form.parts(node).count(where: { form[$0].traits.contains(.element) }) > 1 else { return }
    try checkNames(node, .element)
  }

  private mutating func checkNames(_ node: RelaxNGNormalForm.Node, _ kind: RelaxNGPatterns.Kind) throws(RelaxNGFault) {
    let wanted: Traits = kind == .attribute ? .attribute : .element
    overlap.begin(form.patterns.classes)
    while marks.count < form.nodes.count { marks.append(0) }
    var stack: [ID] = []
    for (owner, part) in form.parts(node).enumerated() where form[part].traits.contains(wanted) {
      lastMark += 1
      stack.append(part)
      while let id = stack.popLast() {
        // A pattern used twice by one member claims its names once.
        if marks[Int(id)] == lastMark { continue }
        marks[Int(id)] = lastMark
        let inner = form[id]
        if inner.kind == kind {
          let name = kind == .attribute ? inner.first : form.patterns.elements[Int(inner.first)].name
          if let conflict = overlap.add(name, owner: Int32(owner), node: inner.place, form.patterns.classes) {
            throw self.conflict(conflict, with: name, at: inner.place, in: node, kind)
          }
          if overlap.isExhausted { throw tree.error("relaxng-too-large", at: node.place) }
          continue
        }
        switch inner.kind {
        case .choice, .group, .interleave:
          for part in form.parts(inner).reversed() where form[part].traits.contains(wanted) { stack.append(part) }
        case .oneOrMore: stack.append(inner.first)
        default: break
        }
      }
    }
  }

  private func conflict(
    _ conflict: RelaxNGOverlap.Conflict, with name: RelaxNGNameClasses.ID, at place: Int32,
    in node: RelaxNGNormalForm.Node, _ kind: RelaxNGPatterns.Kind
  ) -> RelaxNGFault {
    let classes = form.patterns.classes
    let label = conflict.name < 0 ? classes.label(name, tree.symbols) : classes.label(name: conflict.name, tree.symbols)
    return tree.error(
      kind == .attribute ? "relaxng-attribute-twice" : "relaxng-interleave-element", at: place,
      [label, tree.place(conflict.node)])
  }

  // MARK: The simple form

  private mutating func simple(_ id: ID, _ classes: inout RelaxNGNameClasses) -> SimplePattern {
    if let known = built[Int(id)] { return known }
    let node = form[id]
    let result: SimplePattern
    switch node.kind {
    case .empty: result = .empty
    case .notAllowed, .ref: result = .notAllowed
    case .text: result = .text
    case .choice, .group, .interleave:
      var parts: [SimplePattern] = []
      parts.reserveCapacity(Int(node.second))
      for part in form.parts(node) { parts.append(simple(part, &classes)) }
      result = RelaxNGRestrictions.balanced(parts[...], node.kind)
    case .oneOrMore: result = .oneOrMore(simple(node.first, &classes))
    case .list: result = .list(simple(node.first, &classes))
    case .data:
      let except = node.second < 0 ? nil : simple(node.second, &classes)
      result = .data(form.patterns.datatypes[Int(node.first)], except: except)
    case .value: result = .value(form.patterns.values[Int(node.first)])
    case .attribute:
      let content = simple(node.second, &classes)
      result = .attribute(classes.nameClass(node.first, tree.symbols), content)
    case .element: result = .element(Int(elementIndex[Int(node.first)]))
    }
    built[Int(id)] = result
    return result
  }

  private static func balanced(_ parts: ArraySlice<SimplePattern>, _ kind: RelaxNGPatterns.Kind) -> SimplePattern {
    guard parts.count > 1, let first = parts.first else { return parts.first ?? .empty }
    let middle = parts.startIndex + parts.count / 2
    let left = parts.count == 2 ? first : balanced(parts[..<middle], kind)
    let right = balanced(parts[middle...], kind)
    switch kind {
    case .choice: return .choice(left, right)
    case .interleave: return .interleave(left, right)
    default: return .group(left, right)
    }
  }
}
