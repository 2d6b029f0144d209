/// Something the parser met that a person should know of.
struct ParserMessage {
  enum Kind {
    case repaired
    case escaped
    case warned
    case externalEntity
    case unknownEntity
    case unknownNamespace
  }

  var kind: Kind
  var code: Int32 = 0
  var text: String
  var line: Int
  var column: Int
  /// Messages kept of one document.
  static let most = 10_000

  func finding(file: String) -> Finding {
    let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let (rule, severity): (String, Severity) =
      switch kind {
      // XML_ERR_DOCUMENT_END
      case .repaired where code == 5: ("xml-cut-off", .warning)
      case .repaired: ("xml-repaired", .warning)
      case .escaped: ("xml-escaped", .warning)
      case .warned: ("xml-warning", .warning)
      case .externalEntity: ("external-entity", .warning)
      case .unknownEntity: ("entity-unknown", .warning)
      case .unknownNamespace: ("namespace-unknown", .warning)
      }
    return Finding(rule: rule, severity: severity, file: file, line: line, column: column, arguments: [words])
  }
}
