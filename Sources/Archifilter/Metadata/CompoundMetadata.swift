/// Metadata of Word, Excel and PowerPoint before 2007: the property set `SummaryInformation` (MS-OLEPS) of a compound file.
enum CompoundMetadata {
  private static let most = 1 << 20

  static func read(
    descriptor: Int32, size: Int, _ time: LocalTime
  ) -> (modified: Int?, created: Int?, title: String?, isEncrypted: Bool) {
    let file = FileBytes()
    file.move(to: descriptor, size: size)
    guard let compound = CompoundFile(file) else { return (nil, nil, nil, false) }
    if compound.entry("EncryptedPackage") != nil { return (nil, nil, nil, true) }
    guard let set = compound.stream("\u{05}SummaryInformation", most: most) else { return (nil, nil, nil, false) }
    let found = properties(set)
    return (found.modified, found.created, found.title, false)
  }

  /// The properties of the set's first section.
  static func properties(_ set: [UInt8]) -> (modified: Int?, created: Int?, title: String?) {
    set.withUnsafeBufferPointer { bytes in
      guard bytes.count >= 48, bytes.little16(0) == 0xFFFE else { return (nil, nil, nil) }
      let section = bytes.little32(44)
      guard section >= 28, section + 8 <= bytes.count else { return (nil, nil, nil) }
      let count = min(bytes.little32(section + 4), 256)
      // Identifiers: 1 code page, 2 title, 12 created, 13 last saved.
      var places: [Int: Int] = [:]
      for index in 0..<count {
        let at = section + 8 + index * 8
        guard at + 8 <= bytes.count else { break }
        let identifier = bytes.little32(at)
        guard [1, 2, 12, 13].contains(identifier), places[identifier] == nil else { continue }
        places[identifier] = section + bytes.little32(at + 4)
      }
      // 2: a signed number of 16 bits; code pages beyond 32,767 come out negative and are read without sign.
      let codePage = places[1].flatMap { bytes.little32($0) & 0xFFFF == 2 ? bytes.little16($0 + 4) : nil } ?? 1_252
      func moment(_ identifier: Int) -> Int? {
        guard let at = places[identifier], at + 12 <= bytes.count, bytes.little32(at) & 0xFFFF == 0x40 else { return nil }
        return DocumentDate.fileTime(UInt64(bytes.little32(at + 4)) | UInt64(bytes.little32(at + 8)) << 32)
      }
      return (moment(13), moment(12), places[2].flatMap { text(bytes, $0, codePage) })
    }
  }

  private static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ codePage: Int) -> String? {
    guard at + 8 <= bytes.count else { return nil }
    let type = bytes.little32(at) & 0xFFFF
    let length = min(bytes.little32(at + 4), 8_192)
    let start = at + 8
    switch type {
    case 0x1E:
      var text = Array(bytes[start..<min(start + length, bytes.count)])
      if codePage != 1_200, let end = text.firstIndex(of: 0) { text.removeSubrange(end...) }
      let decoded = CharacterDecoding.decode(text, codePage: codePage)
      return String(decoded.unicodeScalars.prefix { $0.value != 0 }.map(Character.init))
    case 0x1F:
      let text = bytes[start..<min(start + length * 2, bytes.count)]
      let decoded = CharacterDecoding.utf16(text, isBigEndian: false)
      return String(decoded.unicodeScalars.prefix { $0.value != 0 }.map(Character.init))
    default: return nil
    }
  }
}
