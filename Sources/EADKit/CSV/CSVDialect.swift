/// The form of one CSV file: what stands between cells, ends records and escapes quotation marks.
struct CSVDialect: Equatable, Sendable {
  /// The byte between cells.
  var delimiter: UInt8 = 0x2C
  /// As PHP's `fgetcsv`: in a quoted cell, a backslash takes the special meaning from the byte after it, and stays.
  var hasEscape = true
  /// As PHP's `fputcsv` writes: of several backslashes each counts, so that a quotation mark after two is no end either.
  /// PHP itself reads two backslashes as none.
  var everyEscapeCounts = false
  /// Records end with CR alone, as on the old Mac OS; otherwise with LF or CR LF.
  var endsWithCR = false

  /// Whether the first line end outside quoted cells is a CR without LF.
  static func endsWithCR(head: UnsafeBufferPointer<UInt8>) -> Bool {
    var isQuoted = false
    for (index, byte) in head.enumerated() {
      if byte == 0x22 { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A { return false }
      if byte == 0x0D { return index + 1 < head.count && head[index + 1] != 0x0A }
    }
    return false
  }

  /// The delimiter as a word for messages.
  static func name(of delimiter: UInt8) -> String {
    switch delimiter {
    case 0x09: "TAB"
    case 0x21...0x7E: String(Unicode.Scalar(delimiter))
    default: "0x" + String(delimiter, radix: 16)
    }
  }
}
