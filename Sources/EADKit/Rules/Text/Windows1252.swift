/// The characters that Windows-1252 has where ISO 8859-1 has control characters.
enum Windows1252 {
  /// From byte 80 to byte 9F; 0 where there is none.
  private static let upper: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  private static let bytes: [UInt32: UInt8] = {
    var table: [UInt32: UInt8] = [:]
    for (index, value) in upper.enumerated() where value != 0 { table[value] = UInt8(0x80 + index) }
    return table
  }()

  /// The character of a byte from 80 to 9F; nil where there is none.
  static func scalar(_ byte: UInt8) -> Unicode.Scalar? {
    guard (0x80..<0xA0).contains(byte), upper[Int(byte) - 0x80] != 0 else { return nil }
    return Unicode.Scalar(upper[Int(byte) - 0x80])
  }

  /// The byte of a character, in Windows-1252 or else in ISO 8859-1; nil when neither has it.
  static func byte(_ value: UInt32) -> UInt8? {
    value >= 0x80 && value < 0x100 ? UInt8(value) : bytes[value]
  }
}
