/// Understands a profile: every key is known, every name exists, every path and pattern is sound, or an error says where.
struct ProfileReader {
  let file: String

  func profile(_ root: ProfileNode) throws(EADError) -> Profile {
    let entries = try map(root, keys: ["name", "extends", "inline-ignores", "severities", "rules"])
    var profile = Profile(name: ProfileReader.name(of: file))
    if let node = entries["extends"] {
      let name = try text(node)
      guard let base = Profile.named(name) else {
        throw error("profile-unknown-profile", node, [name, Profile.names.joined(separator: ", ")])
      }
      profile = base
      profile.name = ProfileReader.name(of: file)
    } else {
      profile.categories = Profile.default.categories
    }
    if let node = entries["name"] { profile.name = try text(node) }
    if let node = entries["inline-ignores"] {
      switch try text(node) {
      case "forbidden": profile.forbidsInlineIgnores = true
      case "allowed": profile.forbidsInlineIgnores = false
      case let other: throw error("profile-inline-ignores", node, [other])
      }
    }
    if let node = entries["rules"] {
      for rule in try list(node) {
        let definition = try self.rule(rule)
        if profile.local.contains(where: { $0.id == definition.id }) {
          throw error("profile-rule-twice", rule, [definition.id])
        }
        profile.local.append(definition)
      }
    }
    if let node = entries["severities"] { try grade(&profile, node) }
    return profile
  }

  /// The name of a file without its folder and ending.
  static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    for ending in [".yml", ".yaml"] where file.hasSuffix(ending) && file.utf8.count > ending.utf8.count {
      return String(file.dropLast(ending.count))
    }
    return file
  }

  // MARK: Severities

  private func grade(_ profile: inout Profile, _ node: ProfileNode) throws(EADError) {
    let known = Set(RuleCatalog.ids + profile.local.map(\.id))
    for (key, value) in try pairs(node) {
      let id = try text(key)
      guard known.contains(id) else {
        throw error("profile-unknown-rule", key, [id, LocalizedText.suggestion(NearestName.find(id, among: known.sorted()))])
      }
      let word = try text(value)
      if word == "off" {
        profile.grades[id] = .off
      } else if let severity = Severity(rawValue: word) {
        profile.grades[id] = .severity(severity)
      } else {
        throw error("profile-severity", value, [word])
      }
    }
  }

  // MARK: Rules

  private static let ruleKeys = [
    "id", "path", "required", "forbidden", "allowed", "pattern", "min-length", "max-length", "one-of", "level", "severity",
    "message",
  ]

  private func rule(_ node: ProfileNode) throws(EADError) -> LocalRuleDefinition {
    let entries = try map(node, keys: ProfileReader.ruleKeys)
    guard let idNode = entries["id"] else { throw error("profile-rule-incomplete", node, ["id"]) }
    let id = try text(idNode)
    try check(id: id, idNode)
    guard let pathNode = entries["path"] else { throw error("profile-rule-incomplete", node, ["path"]) }
    let path = try self.path(pathNode)
    var definition = LocalRuleDefinition(id: id, path: path, checks: [], severity: .error)
    if let node = entries["severity"] {
      let word = try text(node)
      guard let severity = Severity(rawValue: word) else { throw error("profile-rule-severity", node, [word]) }
      definition.severity = severity
    }
    if let node = entries["level"] { definition.levels = try texts(node) }
    try addChecks(&definition, entries, node)
    if definition.isRequired, definition.path.attribute == nil, definition.path.steps.count == 1, let levels = entries["level"] {
      throw error("profile-level-of-document", levels, [path.source])
    }
    if let node = entries["message"] { definition.message = try message(node) }
    return definition
  }

  private func check(id: String, _ node: ProfileNode) throws(EADError) {
    let isSound = id.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || Bytes.isDigit($0) || $0 == 0x2D }
    guard id.hasPrefix(RuleCatalog.localPrefix), id.utf8.count > RuleCatalog.localPrefix.utf8.count, id.utf8.count <= 80, isSound
    else { throw error("profile-rule-id", node, [id]) }
  }

  private func addChecks(
    _ definition: inout LocalRuleDefinition, _ entries: [String: ProfileNode], _ node: ProfileNode
  ) throws(EADError) {
    if let node = entries["required"] {
      try isTrue(node)
      definition.checks.append(.required)
    }
    if let node = entries["forbidden"] {
      try isTrue(node)
      definition.checks.append(.forbidden)
    }
    if let node = entries["allowed"] { definition.checks.append(.allowed(try texts(node))) }
    if let node = entries["pattern"] { definition.checks.append(try pattern(node)) }
    if let node = entries["min-length"] { definition.checks.append(.minLength(try number(node))) }
    if let node = entries["max-length"] { definition.checks.append(.maxLength(try number(node))) }
    if let node = entries["one-of"] {
      var paths: [PathPattern] = []
      for one in try nodes(node) { paths.append(try path(one, isRelative: true)) }
      definition.checks.append(.oneOf(paths))
    }
    if definition.checks.isEmpty { throw error("profile-rule-without-check", node, [definition.id]) }
    let alone = entries["forbidden"] ?? entries["one-of"]
    if let alone, definition.checks.count > 1 {
      throw error("profile-checks-conflict", alone, [entries["forbidden"] != nil ? "forbidden" : "one-of"])
    }
    if let node = entries["one-of"], definition.path.attribute != nil {
      throw error("profile-one-of-attribute", node, [definition.path.target])
    }
    if let first = definition.path.steps.last?.names.first, LocalRule.holders.contains(first),
      definition.path.attribute == nil, !definition.valueChecks.isEmpty
    {
      throw error("profile-value-of-component", entries["path"] ?? node, [definition.path.target])
    }
  }

  private func pattern(_ node: ProfileNode) throws(EADError) -> LocalRuleDefinition.Check {
    let source = try text(node)
    do throws(DatatypeProblem) {
      let datatype = try Datatype.make(
        library: DatatypeKind.schemaLibrary, name: "string", parameters: [("pattern", Array(source.utf8))],
        context: PatternSurroundings())
      return .pattern(source, datatype)
    } catch {
      throw self.error("profile-pattern", node, [source, LocalizedText(key: error.key, error.arguments).argument])
    }
  }

  /// A pattern has no document around it.
  private final class PatternSurroundings: DatatypeContext {
    func namespace(ofPrefix prefix: [UInt8]) -> [UInt8]? { nil }
    func isUnparsedEntity(_ name: UnsafeBufferPointer<UInt8>) -> Bool { false }
  }

  private func path(_ node: ProfileNode, isRelative: Bool = false) throws(EADError) -> PathPattern {
    let source = try text(node)
    do throws(PathPattern.Problem) {
      let path = try PathPattern(source, isRelative: isRelative)
      if !isRelative, path.steps.isEmpty, path.attribute?.isDescendant == false {
        throw PathPattern.Problem(key: "path-attribute-of-document", arguments: [path.target], offset: 0)
      }
      return path
    } catch {
      // The place within the path, which begins after its quotation mark.
      var place = node
      if case .text(_, let isQuoted) = node.value { place.column += error.offset + (isQuoted ? 1 : 0) }
      throw self.error(error.key, place, error.arguments)
    }
  }

  // MARK: Messages

  private func message(_ node: ProfileNode) throws(EADError) -> [String] {
    if case .text = node.value {
      let text = try sentence(node)
      return MessageLanguage.allCases.map { _ in text }
    }
    let entries = try map(node, keys: MessageLanguage.allCases.map(\.rawValue))
    guard let any = MessageLanguage.allCases.compactMap({ entries[$0.rawValue] }).first else {
      throw error("profile-needs-text", node)
    }
    var texts: [String] = []
    for language in MessageLanguage.allCases { texts.append(try sentence(entries[language.rawValue] ?? any)) }
    return texts
  }

  private func sentence(_ node: ProfileNode) throws(EADError) -> String {
    let text = try self.text(node)
    var rest = text.unicodeScalars[...]
    while let open = rest.firstIndex(of: "{") {
      let after = rest[rest.index(after: open)...]
      guard let close = after.firstIndex(of: "}") else { throw error("profile-message-brace", node) }
      let word = String(after[..<close])
      if !LocalRule.placeholders.contains(word) {
        let all = LocalRule.placeholders.map { "{" + $0 + "}" }.joined(separator: ", ")
        throw error("profile-message-placeholder", node, ["{" + word + "}", all])
      }
      rest = after[after.index(after: close)...]
    }
    // Would part the languages from each other.
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != LocalizedText.separator }))
  }

  // MARK: Values

  private func text(_ node: ProfileNode) throws(EADError) -> String {
    guard let text = node.text, !text.isEmpty else { throw error("profile-needs-text", node) }
    return text
  }

  private func isTrue(_ node: ProfileNode) throws(EADError) {
    guard node.text == "true" else { throw error("profile-needs-true", node, [node.text ?? ""]) }
  }

  private func number(_ node: ProfileNode) throws(EADError) -> Int {
    guard let number = node.text.flatMap({ Int($0) }), (0...1_000_000).contains(number) else {
      throw error("profile-needs-number", node, [node.text ?? ""])
    }
    return number
  }

  private func list(_ node: ProfileNode) throws(EADError) -> [ProfileNode] {
    guard case .list(let items) = node.value else { throw error("profile-needs-list", node) }
    return items
  }

  /// The items of a list, or one value in the place of a list.
  private func nodes(_ node: ProfileNode) throws(EADError) -> [ProfileNode] {
    switch node.value {
    case .list(let items) where !items.isEmpty: return items
    case .text: return [node]
    default: throw error("profile-needs-list", node)
    }
  }

  private func texts(_ node: ProfileNode) throws(EADError) -> [String] {
    var texts: [String] = []
    for item in try nodes(node) { texts.append(try text(item)) }
    return texts
  }

  private func pairs(_ node: ProfileNode) throws(EADError) -> [(key: ProfileNode, value: ProfileNode)] {
    guard case .map(let pairs) = node.value else { throw error("profile-needs-map", node) }
    return pairs
  }

  private func map(_ node: ProfileNode, keys: [String]) throws(EADError) -> [String: ProfileNode] {
    var entries: [String: ProfileNode] = [:]
    for (key, value) in try pairs(node) {
      let name = key.text ?? ""
      guard keys.contains(name) else {
        throw error(
          "profile-unknown-key", key,
          [name, LocalizedText.suggestion(NearestName.find(name, among: keys)), keys.joined(separator: ", ")])
      }
      if entries.updateValue(value, forKey: name) != nil { throw error("profile-key-twice", key, [name]) }
    }
    return entries
  }

  private func error(_ key: String, _ node: ProfileNode, _ arguments: [String] = []) -> EADError {
    EADError(key, file: file, line: node.line, column: node.column, arguments)
  }
}
