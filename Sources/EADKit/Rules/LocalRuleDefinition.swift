/// A rule of an institution's own, as its profile says it.
struct LocalRuleDefinition: Sendable {
  enum Check: Sendable {
    /// What the last step names must be there in every element that the path before it leads to.
    case required
    case forbidden
    case allowed([String])
    /// A regular expression of XML Schema for the whole value.
    case pattern(String, Datatype)
    /// In characters.
    case minLength(Int)
    case maxLength(Int)
    /// At least one of these must be there in every element that the path leads to.
    case oneOf([PathPattern])
  }

  /// Begins with `local-`.
  var id: String
  var path: PathPattern
  var checks: [Check]
  /// Levels of the components in which the rule holds; nil for everywhere.
  var levels: [String]?
  var severity: Severity
  /// The sentence, in the order of `MessageLanguage.allCases`; nil for one made of the check.
  var message: [String]?

  var isRequired: Bool {
    checks.contains { if case .required = $0 { true } else { false } }
  }

  var isForbidden: Bool {
    checks.contains { if case .forbidden = $0 { true } else { false } }
  }

  var alternatives: [PathPattern]? {
    for case .oneOf(let paths) in checks { return paths }
    return nil
  }

  /// Checks of a value.
  var valueChecks: [Check] {
    checks.filter {
      switch $0 {
      case .allowed, .pattern, .minLength, .maxLength: true
      case .required, .forbidden, .oneOf: false
      }
    }
  }
}

extension LocalRuleDefinition.Check {
  /// The sentence about a value that does not pass; nil for one that does, and for checks of something else.
  func complaint(_ value: UnsafeBufferPointer<UInt8>, of target: String) -> LocalizedText? {
    switch self {
    case .allowed(let values):
      if values.contains(where: { value.elementsEqual($0.utf8) }) { return nil }
      return LocalizedText(key: "local-allowed", [Excerpt.text(value), target, values.joined(separator: ", ")])
    case .pattern(let source, let datatype):
      switch datatype.accepts(value, nil) {
      case .valid: return nil
      case .invalid: return LocalizedText(key: "local-pattern", [Excerpt.text(value), target, source])
      case .undecided: return LocalizedText(key: "local-pattern-undecided", [Excerpt.text(value), target, source])
      }
    case .minLength(let least):
      let length = Self.length(value)
      if length >= least { return nil }
      return LocalizedText(key: "local-min-length", [Excerpt.text(value), target, String(length), String(least)])
    case .maxLength(let most):
      let length = Self.length(value)
      if length <= most { return nil }
      return LocalizedText(key: "local-max-length", [Excerpt.text(value), target, String(length), String(most)])
    case .required, .forbidden, .oneOf: return nil
    }
  }

  private static func length(_ value: UnsafeBufferPointer<UInt8>) -> Int {
    value.reduce(into: 0) { count, byte in if byte & 0xC0 != 0x80 { count += 1 } }
  }
}
