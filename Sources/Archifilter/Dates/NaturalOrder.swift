/// The order in which a person looks for names: accents and capitals folded, numbers by their value.
public enum NaturalOrder {
  /// A key whose bytes sort as people expect.
  ///
  /// Names that people take for equal (`Été`, `ete`; `1`, `01`) follow each other by their bytes, so that the order is total. Bytes
  /// that are not UTF-8 are read as Windows-1252.
  public static func key(_ name: [UInt8]) -> [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(name.count * 2 + 8)
    name.withUnsafeBufferPointer { bytes in
      if bytes.allSatisfy({ $0 < 0x80 }) {
        appendASCII(bytes, &key)
      } else {
        // Folded first: digits keep their bytes, so that numbers are found afterwards.
        var folded: [UInt8] = []
        folded.reserveCapacity(bytes.count)
        NameText.scalars(bytes) { scalar, _ in
          if scalar.value < 0x80 { folded.append(UInt8(scalar.value)) } else { folded += NameText.folded(scalar) }
        }
        folded.withUnsafeBufferPointer { appendASCII($0, &key) }
      }
    }
    // The end of the folded name sorts before any character of a longer one.
    key.append(0)
    key += name
    return key
  }

  private static func appendASCII(_ bytes: UnsafeBufferPointer<UInt8>, _ key: inout [UInt8]) {
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      if byte >= 48, byte <= 57 {
        while at < bytes.count, bytes[at] == 48 { at += 1 }
        let start = at
        while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57 { at += 1 }
        // Among numbers the one with fewer digits is the smaller; the mark keeps numbers where digits stand in ASCII.
        key.append(48)
        var digits = at - start + 1
        while digits >= 255 {
          key.append(255)
          digits -= 254
        }
        key.append(UInt8(digits))
        key.append(contentsOf: bytes[start..<at])
        continue
      }
      // 0 is kept for the end.
      key.append(byte >= 65 && byte <= 90 ? byte | 0x20 : max(byte, 1))
      at += 1
    }
  }
}
