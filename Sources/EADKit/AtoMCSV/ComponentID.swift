/// `legacyId` as a valid identifier of XML, from which it can be made again.
///
/// What is a name already stays; anything else is written `id_` and then byte by byte, with `_` and two hexadecimal
/// digits for whatever is not an ASCII letter, a digit, a hyphen or a full stop.
enum ComponentID {
  private static let mark = Array("id_".utf8)

  static func encoded(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let isName = value.allSatisfy(isNameByte) && value.first.map { Bytes.isASCIILetter($0) || $0 == 0x5F } == true
    // Names of the program's own for dates, persons and places begin with `atom_`.
    if isName, !value.starts(with: mark), !value.starts(with: "atom_".utf8) { return Array(value) }
    var out = mark
    for byte in value {
      if byte != 0x5F, isNameByte(byte) {
        out.append(byte)
      } else {
        out.append(0x5F)
        out.append(digit(byte >> 4))
        out.append(digit(byte & 15))
      }
    }
    return out
  }

  /// What `encoded` was given; nil for an identifier it cannot have made.
  static func decoded(_ id: [UInt8]) -> [UInt8]? {
    guard id.starts(with: mark) else { return id }
    var out: [UInt8] = []
    var at = mark.count
    while at < id.count {
      if id[at] == 0x5F {
        guard at + 2 < id.count, let high = value(id[at + 1]), let low = value(id[at + 2]) else { return nil }
        out.append(high << 4 | low)
        at += 3
      } else {
        out.append(id[at])
        at += 1
      }
    }
    return out
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    Bytes.isASCIILetter(byte) || Bytes.isDigit(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }
}
