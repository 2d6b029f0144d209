/// Still images.
extension FormatIdentifier {
  func image(_ key: UInt64) -> Match? {
    let head = file.head
    if head.has([0xFF, 0xD8, 0xFF]) { return jpeg() }
    if head.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return png() }
    if head.has("GIF8") { return gif() }
    if head.has([0x49, 0x49, 0x2A, 0]) || head.has([0x4D, 0x4D, 0, 0x2A]) { return tiff(key) }
    if head.has("BM") { return bitmap() }
    return nil
  }

  private func jpeg() -> Match {
    let head = file.head
    let isWhole = file.withTail(2) { $0.has([0xFF, 0xD9]) }
    // What follows the end marker is a format of its own (several pictures in one file, a film), or the file is cut.
    guard isWhole else { return Match("image/jpeg") }
    switch head.count > 3 ? head[3] : 0 {
    case 0xE0 where head.has("JFIF\u{0}\u{1}", at: 6) && head.count > 13 && head[13] <= 2:
      switch head[12] {
      case 0: return Match("fmt/42")
      case 1: return Match("fmt/43")
      case 2: return Match("fmt/44")
      default: return Match("image/jpeg")
      }
    case 0xE1 where head.has("Exif\u{0}\u{0}", at: 6): return exif()
    case 0xDB, 0xC0, 0xC4: return Match("fmt/41")
    default: return Match("image/jpeg")
    }
  }

  private func exif() -> Match {
    let head = file.head
    let marker: [UInt8]
    if head.has([0x4D, 0x4D, 0, 0x2A], at: 12) {
      marker = [0x90, 0, 0, 7, 0, 0, 0, 4, 0x30]
    } else if head.has([0x49, 0x49, 0x2A, 0], at: 12) {
      marker = [0, 0x90, 7, 0, 4, 0, 0, 0, 0x30]
    } else {
      return Match("image/jpeg")
    }
    guard let at = head.find(marker) else { return Match("image/jpeg") }
    // A second version, of a thumbnail or another picture, would be a second answer.
    if head.find(marker, from: at + 1) != nil { return Match("image/jpeg") }
    let version = at + marker.count
    if head.has("200", at: version) { return Match("x-fmt/398") }
    if head.has("210", at: version) { return Match("x-fmt/390") }
    if head.has("220", at: version) { return Match("x-fmt/391") }
    if head.has("221", at: version) { return Match("fmt/645") }
    if head.has("23", at: version) { return Match("fmt/1507") }
    return Match("image/jpeg")
  }

  private func png() -> Match {
    let head = file.head
    guard head.has([0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52], at: 8) else { return Match("image/png", flags: .damaged) }
    let isWhole = file.withTail(12) { $0.has([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]) }
    guard isWhole else { return Match("image/png", flags: .damaged) }
    // The version goes by the chunks that are there; PRONOM looks for their names anywhere in the file.
    var isAnimated = false
    var is11 = false
    var is12 = false
    let isRead = file.scan(upTo: FormatIdentifier.mostScanned) { block in
      if block.holds("acTL") || block.holds("fdAT") || block.holds("vpAg") || block.holds("CgBI") { isAnimated = true }
      if block.holds("iCCP") || block.holds("sPLT") || block.holds("sRGB") { is11 = true }
      if block.holds("iTXt") { is12 = true }
      return !isAnimated
    }
    guard isRead, !isAnimated, file.size <= FormatIdentifier.mostScanned else { return Match("image/png") }
    return Match(is12 ? "fmt/13" : is11 ? "fmt/12" : "fmt/11")
  }

  private func gif() -> Match {
    let head = file.head
    let ends = file.withTail(1) { $0.first == 0x3B }
    guard ends else { return Match("image/gif") }
    if head.has("GIF87a") { return Match("fmt/3") }
    if head.has("GIF89a") { return Match("fmt/4") }
    return Match("image/gif")
  }

  /// Tags that any TIFF may have; others are signs of a format of its own (raw photographs, maps, Exif).
  private static let plainTIFFTags: Set<Int> = [
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 269, 270, 271, 272, 273, 274, 277, 278, 279, 280, 281, 282, 283,
    284, 285, 286, 287, 288, 289, 290, 291, 292, 293, 296, 297, 301, 305, 306, 315, 316, 317, 318, 319, 320, 321, 338, 339,
    347, 700, 34377, 34675,
  ]

  private func tiff(_ key: UInt64) -> Match {
    let head = file.head
    let isLittle = head[0] == 0x49
    let start = isLittle ? head.little32(4) : head.big32(4)
    // Raw photographs are TIFF as well; their extensions are not.
    guard key == 0 || key == FormatIdentifier.tif || key == FormatIdentifier.tiff else { return Match("image/tiff") }
    let isPlain = file.with(at: start, count: 2 + 12 * 256) { (directory: UnsafeBufferPointer<UInt8>) -> Bool? in
      let count = isLittle ? directory.little16(0) : directory.big16(0)
      guard count > 0, count <= 256, directory.count >= 2 + count * 12 else { return nil }
      for index in 0..<count {
        let at = 2 + index * 12
        let tag = isLittle ? directory.little16(at) : directory.big16(at)
        if !FormatIdentifier.plainTIFFTags.contains(tag) { return false }
      }
      return true
    }
    guard let isPlain else { return Match("image/tiff", flags: .damaged) }
    return Match(isPlain ? "fmt/353" : "image/tiff")
  }

  private static let tif = FormatTable.key(ofText: "tif")
  private static let tiff = FormatTable.key(ofText: "tiff")

  private func bitmap() -> Match? {
    let head = file.head
    guard head.count >= 54, head.little32(6) == 0 else { return nil }
    let depth = head.little16(28)
    guard head.little16(26) == 1, [1, 4, 8, 16, 24, 32].contains(depth) else { return nil }
    let compression = head.little32(30)
    switch head.little32(14) {
    case 40 where compression <= 2: return Match("fmt/116")
    case 40 where compression == 3 && (depth == 16 || depth == 32): return Match("fmt/117")
    case 108 where compression <= 3: return Match("fmt/118")
    case 124 where compression <= 5: return Match("fmt/119")
    default: return Match("image/bmp")
    }
  }
}
