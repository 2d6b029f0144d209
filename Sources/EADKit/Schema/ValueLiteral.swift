/// The value that a `value` pattern asks for (RELAX NG 1.0 section 4.3), compared as its datatype compares.
final class ValueLiteral: @unchecked Sendable {
  let datatype: Datatype
  /// As in the schema, white space normalised.
  let text: [UInt8]
  private let value: DatatypeValue

  private init(_ datatype: Datatype, _ text: [UInt8], _ value: DatatypeValue) {
    self.datatype = datatype
    self.text = text
    self.value = value
  }

  /// The literal of a schema; `context` is the schema's, for prefixes in qualified names.
  static func make(
    library: String, name: String, text: [UInt8], context: any DatatypeContext
  ) throws(DatatypeProblem) -> ValueLiteral {
    let datatype = try Datatype.make(library: library, name: name, parameters: [], context: context)
    let kind = datatype.kind
    let made: ValueLiteral? = text.withUnsafeBufferPointer { bytes in
      kind.whiteSpace.withNormalised(bytes) { bytes in
        guard kind.accepts(bytes, context) else { return nil }
        return ValueLiteral(datatype, Array(bytes), DatatypeValue(bytes, kind, context))
      }
    }
    guard let made else {
      let shown = PatternText.shortened(String(decoding: text, as: UTF8.self))
      throw DatatypeProblem(key: "datatype-value-invalid", arguments: [shown, name])
    }
    return made
  }

  /// Whether a value, as it stands in the document, is this one: `01` and `1` are the same integer.
  func matches(_ value: UnsafeBufferPointer<UInt8>, _ context: (any DatatypeContext)?) -> Bool {
    let kind = datatype.kind
    if case .text(let own) = self.value {
      return kind.whiteSpace.withNormalised(value) { value in
        own.withUnsafeBufferPointer { Bytes.equal($0, value) } && (kind.role != .entity || kind.accepts(value, context))
      }
    }
    return kind.whiteSpace.withNormalised(value) { value in
      kind.accepts(value, context) && DatatypeValue(value, kind, context).equals(self.value)
    }
  }
}
