/// A sink that keeps what the parser has to say of a document.
class ReportingSink: XMLEventSink {
  /// At most `ParserMessage.most` of one document.
  private var messages: [ParserMessage] = []
  /// False in a pass over a document that another pass repeats.
  final var keepsMessages = true

  final func takeMessages() -> [ParserMessage] {
    defer { messages.removeAll() }
    return messages
  }

  /// Keeps a message of the place where the parser is; false when there are too many.
  @discardableResult
  final func note(_ kind: ParserMessage.Kind, _ text: String) -> Bool {
    keep(ParserMessage(kind: kind, text: text, line: parser.line, column: parser.column))
  }

  private func keep(_ message: ParserMessage) -> Bool {
    guard keepsMessages, messages.count < ParserMessage.most else { return false }
    messages.append(message)
    return true
  }

  /// Text that stands outside the document, and is not in it.
  func lose(_ text: String, _ kind: ParserMessage.Kind) { note(kind, text) }

  final override func externalEntity(name: String, systemID: String) { lose(name + " (" + systemID + ")", .externalEntity) }

  final override func unknownEntity(name: String) { lose(name, .unknownEntity) }

  final override func markupRepaired(_ kind: MarkupRepair.Kind, line: Int) {
    _ = keep(ParserMessage(kind: .escaped, text: kind == .lessThan ? "<" : "&", line: line, column: 0))
  }

  final override func parserMessage(code: Int32, message: String, line: Int, column: Int, isFatal: Bool) {
    _ = keep(ParserMessage(kind: isFatal ? .repaired : .warned, code: code, text: message, line: line, column: column))
  }
}
