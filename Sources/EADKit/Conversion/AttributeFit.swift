/// Spellings of a value that a schema may take where it refuses the value itself.
enum AttributeFit {
  /// Nearest first: trimmed, in lower case, as a name token.
  static func candidates(_ value: UnsafeBufferPointer<UInt8>, isIdentifier: Bool) -> [[UInt8]] {
    let trimmed = Array(Bytes.trimmed(value))
    guard !trimmed.isEmpty else { return [] }
    var found = [trimmed]
    let lowered = trimmed.map(Bytes.lowered)
    if lowered != trimmed { found.append(lowered) }
    // An identifier that is changed would no longer be the one that references name.
    if !isIdentifier { found.append(token(trimmed)) }
    return found
  }

  /// A name token (XML 1.0, production 7): what it may not hold becomes `_`.
  static func token(_ value: [UInt8]) -> [UInt8] {
    var token: [UInt8] = []
    for byte in value {
      let isAllowed = Bytes.isWord(byte) || byte == 0x2E || byte == 0x2D || byte == 0x5F || byte == 0x3A
      // Several in a row are one.
      if isAllowed { token.append(byte) } else if token.last != 0x5F { token.append(0x5F) }
    }
    return token
  }
}
