/// The name of a file as the file system has it: bytes, often but not always UTF-8.
public enum FileName {
  /// Whether the bytes are well-formed UTF-8.
  public static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.allSatisfy({ $0 < 0x80 }) { return true }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  /// For people: control characters and what is not UTF-8 as `%XX`, which also keeps two names apart.
  public static func display(_ bytes: some Collection<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.allSatisfy({ !isControl($0) }) { return text }
    var out = ""
    var rest = Array(bytes)[...]
    while let first = rest.first {
      var length = 1
      if first >= 0x80 {
        for count in 2...4 where count <= rest.count {
          if String(validating: rest.prefix(count), as: UTF8.self) != nil {
            length = count
            break
          }
        }
      }
      let piece = rest.prefix(length)
      if let text = String(validating: piece, as: UTF8.self), let scalar = text.unicodeScalars.first, !isControl(scalar) {
        out += text
      } else {
        for byte in piece { out += percent(byte) }
      }
      rest = rest.dropFirst(length)
    }
    return out
  }

  /// `%XX`, in capitals.
  public static func percent(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    return value < 0x20 || (0x7F...0x9F).contains(value) || value == 0xFFFE || value == 0xFFFF
      || (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
  }
}
