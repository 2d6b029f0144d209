/// The beginning of what stands in a document, for messages.
enum Excerpt {
  /// White space collapsed, cut after 80 characters.
  static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var out: [UInt8] = []
    var isCut = false
    for byte in Bytes.trimmed(bytes) {
      if Bytes.isSpace(byte) {
        if out.last != 0x20 { out.append(0x20) }
      } else {
        out.append(byte)
      }
      if out.count > 400 {
        isCut = true
        break
      }
    }
    let text = String(decoding: out, as: UTF8.self)
    let scalars = text.unicodeScalars
    if scalars.count > 80 || isCut { return String(String.UnicodeScalarView(scalars.prefix(80))) + "…" }
    return text
  }
}
