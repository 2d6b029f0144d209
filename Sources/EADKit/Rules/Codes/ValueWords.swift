/// Values of a document and their places, as the sentences of findings name them.
enum ValueWords {
  /// Longer values are cut, and nobody asks what they were meant to be; in bytes.
  static let limit = 160

  /// The value without white space at its ends; cut with an ellipsis when it is long.
  static func shown(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let value = Bytes.trimmed(bytes)
    guard value.count > limit else { return String(decoding: value, as: UTF8.self) }
    var end = limit
    while end > 0, value[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: value[..<end], as: UTF8.self) + "…"
  }

  /// A value that somebody meant.
  struct Meant {
    var value: String
    /// It is the same thing in another spelling, and no guess.
    var isSure = true
  }

  /// What to write: the value that was meant, else one like the examples.
  static func advice(_ meant: Meant?, orLike examples: String, _ key: String = "advice-code-example") -> String {
    guard let meant else { return LocalizedText(key: key, [examples]).argument }
    return LocalizedText(key: meant.isSure ? "advice-write" : "advice-perhaps", [meant.value]).argument
  }

  /// `element/@attribute` for an attribute of the event's element.
  static func spot(_ attribute: NameID, _ document: RuleDocument) -> String {
    document.names.name(document.element) + "/@" + document.names.name(attribute)
  }
}

extension RuleDocument {
  /// The element of the event; 0 outside the root.
  @inline(__always)
  var element: NameID { open.last ?? 0 }
}
