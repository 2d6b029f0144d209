extension XMLFailure {
  /// The error in words.
  ///
  /// - Parameter open: names of the elements that were open, outermost first.
  func error(file: String, open: [String], limits: ReadingLimits) -> EADError {
    let names = open.suffix(8).joined(separator: " > ")
    // What is wrong only at the end of the file is its end.
    let code = isAtEnd ? (open.isEmpty ? 4 : 5) : code
    let text = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    let (rule, arguments): (String, [String]) =
      switch code {
      case XMLFailure.entityExpansion: ("entity-expansion", [message])
      case XMLFailure.depth: ("too-deep", [message])
      case XMLFailure.textSize: ("text-too-large", [message, String(limits.textBytes >> 20)])
      case XMLFailure.unitSize: ("unit-too-large", [message])
      case XMLFailure.lateContent: ("late-content", [])
      case XMLFailure.spool: ("spool-failed", [message])
      case XMLFailure.stopped: ("xml-beyond-repair", [])
      // XML_ERR_DOCUMENT_END: in push mode libxml2 says so of every truncated document.
      case 5 where !names.isEmpty: ("xml-truncated", [names])
      case 4: ("xml-empty", [])
      case 1 where message.contains("Huge input"): ("xml-attribute-too-large", [])
      case 9, 81: ("xml-bad-characters", [text])
      case 26: ("xml-undeclared-entity", [text])
      case 76: ("xml-tags-cross", [text])
      case 89: ("entity-loop", [])
      case 32, 31: ("encoding-unknown", [text])
      default: ("xml-not-well-formed", [text])
      }
    return EADError(rule, file: file, line: line, column: column, arguments)
  }
}
