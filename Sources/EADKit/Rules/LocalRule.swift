/// Watches one document for one rule of an institution's own.
final class LocalRule: Rule {
  /// Findings carry the id of their definition.
  override class var descriptor: RuleDescriptor { RuleDescriptor("local-rule", .profile, .error) }

  private let definition: LocalRuleDefinition?
  private let target: String
  /// Leads to what is looked at: the elements that need something, or those whose value counts.
  private var matcher: PathMatcher
  private var last: PathPattern.Step?
  private var contextNames: [NameID] = []
  private let valueChecks: [LocalRuleDefinition.Check]
  private let alternatives: [PathPattern]?
  /// Whether the last step must be there.
  private let needsLast: Bool

  /// An open element that needs something.
  private struct Context {
    var depth: Int
    var place: Place
    var isSatisfied = false
    var matchers: [PathMatcher] = []
  }

  private var contexts: [Context] = []
  /// Depths of open elements whose text counts.
  private var valued: [Int] = []
  /// Component levels, with the depth of each.
  private var levels: [(depth: Int, level: [UInt8], other: [UInt8])] = []
  private var root: Place?
  private var isSatisfiedInDocument = false

  required init() {
    definition = nil
    target = ""
    matcher = PathMatcher([])
    valueChecks = []
    alternatives = nil
    needsLast = false
    super.init()
  }

  init(_ definition: LocalRuleDefinition) {
    self.definition = definition
    target = definition.path.target
    valueChecks = definition.valueChecks
    alternatives = definition.alternatives
    needsLast = definition.isRequired && definition.path.attribute == nil
    var steps = definition.path.steps
    if needsLast { last = steps.popLast() }
    matcher = PathMatcher(steps)
    if needsLast || alternatives != nil {
      contextNames = steps.last.map { $0.names.isEmpty ? LocalRule.everyElement : $0.names } ?? []
    }
    // Required and checked: two walks over the same path.
    if needsLast, !definition.valueChecks.isEmpty { valueMatcher = PathMatcher(definition.path.steps) }
    super.init()
  }

  private var valueMatcher: PathMatcher?
  private static let everyElement: [NameID] = Array(1..<NameID(Tag.count))

  /// Elements that hold components: their text is that of half the document, and no value.
  static let holders: Set<NameID> = Set(
    ElementTraits.components + [Tag.ead, Tag.eadgrp, Tag.archdesc, Tag.archdescgrp, Tag.dsc, Tag.dscgrp])

  override func register(_ interests: inout RuleInterests) {
    guard let definition else { return }
    interests.startOfEveryElement()
    if !contextNames.isEmpty { interests.end(of: contextNames) }
    if !valueChecks.isEmpty, definition.path.attribute == nil {
      let names = definition.path.steps.last?.names ?? []
      interests.text(of: (names.isEmpty ? LocalRule.everyElement : names).filter { !LocalRule.holders.contains($0) })
    }
  }

  // MARK: Events

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let definition else { return }
    let depth = document.open.count
    if root == nil { root = document.place }
    if definition.levels != nil { followLevel(name, depth, document) }
    if needsLast, let last, last.matches(name, document) { satisfy(last, depth) }
    for at in contexts.indices where !contexts[at].matchers.isEmpty { lookForAlternatives(at, name, document) }

    let isMatch = matcher.start(name, document)
    if let attribute = definition.path.attribute {
      if let holder = attributeHolder, depth <= holder { attributeHolder = nil }
      if isMatch, attributeHolder == nil { attributeHolder = depth }
      let isBelow = attribute.isDescendant && (attributeHolder != nil || definition.path.steps.isEmpty)
      if isMatch || isBelow { look(at: attribute.name, name, document) }
      return
    }
    if needsLast || alternatives != nil {
      if isMatch, holds(in: document) {
        var context = Context(depth: depth, place: document.place)
        for path in alternatives ?? [] {
          if let attribute = path.attribute, path.steps.isEmpty {
            if document.attribute(attribute.name).map({ !Bytes.isBlank($0) }) ?? false { context.isSatisfied = true }
          }
          context.matchers.append(PathMatcher(path.steps, origin: depth))
        }
        contexts.append(context)
      }
      if valueMatcher?.start(name, document) == true, holds(in: document), !LocalRule.holders.contains(name) {
        valued.append(depth)
      }
      return
    }
    guard isMatch, holds(in: document) else { return }
    if definition.isForbidden {
      report(LocalizedText(key: "local-forbidden", [target]), name, value: "", at: document.place, document)
    } else if !LocalRule.holders.contains(name) {
      valued.append(depth)
    }
  }

  /// Depth of the outermost open element that the path before `//@…` leads to.
  private var attributeHolder: Int?

  override func end(_ name: NameID, _ document: RuleDocument) {
    let depth = document.open.count
    if valued.last == depth {
      valued.removeLast()
      judge(document.text, name, at: document.startPlace, document)
    }
    if let context = contexts.last, context.depth == depth {
      contexts.removeLast()
      if !context.isSatisfied { reportMissing(name, at: context.place, document) }
    }
  }

  override func finish(_ document: RuleDocument) {
    guard let definition, needsLast, definition.path.steps.count == 1, !isSatisfiedInDocument else { return }
    report(LocalizedText(key: "local-required-document", [target]), 0, value: "", at: root ?? Place(), document)
  }

  // MARK: What is needed

  private func satisfy(_ step: PathPattern.Step, _ depth: Int) {
    isSatisfiedInDocument = isSatisfiedInDocument || step.isDescendant || depth == 1
    for at in contexts.indices.reversed() {
      if contexts[at].depth >= depth { continue }
      if step.isDescendant || contexts[at].depth == depth - 1 { contexts[at].isSatisfied = true }
      if !step.isDescendant { break }
    }
  }

  private func lookForAlternatives(_ at: Int, _ name: NameID, _ document: RuleDocument) {
    guard let alternatives, !contexts[at].isSatisfied else { return }
    for index in contexts[at].matchers.indices {
      let isMatch = contexts[at].matchers[index].start(name, document)
      guard isMatch else { continue }
      if let attribute = alternatives[index].attribute {
        if document.attribute(attribute.name).map({ !Bytes.isBlank($0) }) ?? false { contexts[at].isSatisfied = true }
      } else {
        contexts[at].isSatisfied = true
      }
    }
  }

  private func reportMissing(_ name: NameID, at place: Place, _ document: RuleDocument) {
    let element = document.names.name(name)
    let sentence =
      alternatives.map { paths in
        LocalizedText(key: "local-one-of", [element, paths.map(\.source).joined(separator: ", ")])
      } ?? LocalizedText(key: "local-required", [element, target])
    report(sentence, name, value: "", at: place, document)
  }

  // MARK: Values

  private func look(at attribute: NameID, _ name: NameID, _ document: RuleDocument) {
    guard let definition, holds(in: document) else { return }
    let value = document.attribute(attribute)
    if definition.isForbidden {
      if let value {
        report(
          LocalizedText(key: "local-forbidden", [target]), name, value: Excerpt.text(value), at: nil, document,
          attribute: attribute)
      }
    } else if definition.isRequired, value.map(Bytes.isBlank) ?? true {
      report(LocalizedText(key: "local-required", [document.names.name(name), target]), name, value: "", at: nil, document)
    } else if let value {
      judge(value, name, at: nil, document, attribute: attribute)
    }
  }

  private func judge(
    _ value: UnsafeBufferPointer<UInt8>, _ name: NameID, at place: Place?, _ document: RuleDocument, attribute: NameID? = nil
  ) {
    for check in valueChecks {
      if let complaint = check.complaint(value, of: target) {
        report(complaint, name, value: Excerpt.text(value), at: place, document, attribute: attribute)
        return
      }
    }
  }

  // MARK: Levels

  private func followLevel(_ name: NameID, _ depth: Int, _ document: RuleDocument) {
    while let last = levels.last, last.depth >= depth { levels.removeLast() }
    guard name == Tag.archdesc || (name >= Tag.c && name <= Tag.c12) else { return }
    let level = document.attribute(Attribute.level).map(Array.init) ?? []
    levels.append((depth, level, document.attribute(Attribute.otherlevel).map(Array.init) ?? []))
  }

  /// Whether the innermost component is of a level that the rule speaks of.
  private func holds(in document: RuleDocument) -> Bool {
    guard let wanted = definition?.levels else { return true }
    guard let last = levels.last else { return false }
    let isOther = last.level.elementsEqual("otherlevel".utf8)
    return wanted.contains { level in
      last.level.elementsEqual(level.utf8) || (isOther && last.other.elementsEqual(level.utf8))
    }
  }

  // MARK: Findings

  private func report(
    _ sentence: LocalizedText, _ name: NameID, value: String, at place: Place?, _ document: RuleDocument,
    attribute: NameID? = nil
  ) {
    guard let definition else { return }
    var text = sentence
    if let own = definition.message {
      let element = name == 0 ? "" : document.names.name(name)
      text = LocalizedText { language in
        let at = MessageLanguage.allCases.firstIndex(of: language) ?? 0
        return LocalRule.fill(own[min(at, own.count - 1)], ["value": value, "element": element, "path": definition.path.source])
      }
    }
    document.sink(
      RuleDocument.RuleFinding(
        rule: LocalRule.self, id: definition.id, severity: definition.severity,
        place: place ?? attribute.map(document.placeOfAttribute) ?? document.place, arguments: [text.argument],
        attribute: attribute, component: nil))
  }

  /// Words in braces that a message may hold.
  static let placeholders = ["value", "element", "path"]

  /// A message with its words in braces replaced; what the document says is never looked through for more of them.
  static func fill(_ message: String, _ values: [String: String]) -> String {
    var out = String.UnicodeScalarView()
    var rest = message.unicodeScalars[...]
    while let open = rest.firstIndex(of: "{") {
      out.append(contentsOf: rest[..<open])
      let after = rest[rest.index(after: open)...]
      if let close = after.firstIndex(of: "}"), let value = values[String(after[..<close])] {
        out.append(contentsOf: value.unicodeScalars)
        rest = after[after.index(after: close)...]
      } else {
        out.append("{")
        rest = after
      }
    }
    out.append(contentsOf: rest)
    return String(out)
  }
}
