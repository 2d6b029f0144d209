/// Formats that are a container with parts inside: zip and compound files.
extension FormatIdentifier {
  // MARK: Zip

  private static let zipExtension = FormatTable.key(ofText: "zip")

  func zip(_ key: UInt64, _ result: inout Identification) -> Match? {
    result.isZip = true
    let plain = Match("application/zip")
    guard let archive = ZipArchive(descriptor: file.descriptor) else { return plain }
    var parts = ZipParts()
    var kept: [(name: [UInt8], bytes: [UInt8])] = []
    var isEncrypted = false
    var isRegular = true
    var count = 0
    let end = archive.walk { entry in
      let member = entry.member
      count += 1
      if member.isEncrypted { isEncrypted = true }
      member.name.withUnsafeBufferPointer { name in
        if let role = ZipParts.role(name) {
          if member.isEncrypted {
            isRegular = false
          } else {
            let bytes = entry.bytes(most: ZipParts.mostBytes)
            if role == .metadata { kept.append((member.name, bytes)) } else { parts.set(role, bytes) }
          }
        }
        if ZipParts.isMarker(name) { parts.isMarked = true }
      }
      return count < 65_536
    }
    var flags: ContentFacts.Flags = isEncrypted ? .encrypted : []
    if end == .damaged { flags.insert(.damaged) }
    guard end == .complete, isRegular else {
      var match = plain
      match.flags = flags
      return match
    }
    result.parts = kept
    if var match = parts.match() {
      match.flags.formUnion(flags)
      return match
    }
    // A zip that is meant to be one; others may be a format that is not in the table.
    if key == FormatIdentifier.zipExtension, !parts.isMarked, count > 0 { return Match("x-fmt/263", flags: flags) }
    var match = plain
    match.flags = flags
    return match
  }

  // MARK: Compound files

  func compound(_ key: UInt64) -> Match {
    guard let container = CompoundFile(file) else { return Match("application/x-ole-storage", flags: .damaged) }
    var match = compound(container)
    if container.isDamaged {
      match.flags.insert(.damaged)
      match.key = match.key.contains("fmt/") ? FormatIdentifier.kind(match.key, table) : match.key
    }
    return match
  }

  /// The MIME type in place of a PUID that would not be sure.
  private static func kind(_ key: String, _ table: FormatTable) -> String {
    guard let mime = table.row(key)?.facts.mime, table.row(mime) != nil else { return "application/x-ole-storage" }
    return mime
  }

  private func compound(_ container: CompoundFile) -> Match {
    if container.entry("EncryptedPackage") != nil { return Match("fmt/494", .container, flags: .encrypted) }
    if container.entry("WordDocument") != nil { return word(container) }
    if container.entry("Workbook") != nil || container.entry("Book") != nil { return sheet(container) }
    if container.entry("PowerPoint Document") != nil {
      return container.entry("Header") == nil
        ? Match("fmt/126", .container) : Match("application/vnd.ms-powerpoint", .container)
    }
    if container.entry("__properties_version1.0") != nil, container.entry("__nameid_version1.0") != nil {
      return Match("x-fmt/430", .container)
    }
    if let catalog = container.stream("Catalog", most: 8) {
      let isThumbnails = catalog.withUnsafeBufferPointer { $0.has([0x10, 0, 7, 0]) && $0.count > 6 && $0[6] == 0 }
      if isThumbnails { return Match("fmt/682", .container) }
    }
    if container.entry("VisioDocument") != nil { return Match("application/vnd.visio", .container) }
    if container.entry("Props9") != nil || container.entry("Props12") != nil || container.entry("Props14") != nil {
      return Match("application/vnd.ms-project", .container)
    }
    return Match("application/x-ole-storage", .container)
  }

  private func word(_ container: CompoundFile) -> Match {
    let document = container.stream("WordDocument", most: 32) ?? []
    let object = container.stream("\u{1}CompObj", most: 1024) ?? []
    let plain = Match("application/msword", .container)
    guard document.count >= 12 else { return plain }
    let program = object.withUnsafeBufferPointer { bytes -> UInt8 in
      guard let at = bytes.find([0x10, 0, 0, 0] + Array("Word.Document.".utf8), from: 40), bytes.count > at + 19, bytes[at + 19] == 0 else {
        return 0
      }
      return bytes[at + 18]
    }
    let isEncrypted = document[11] & 1 != 0
    let isTemplate = document[10] & 1 != 0
    var match = plain
    switch program {
    case 0x36, 0x37: match = isTemplate || isEncrypted ? plain : Match("fmt/39", .container)
    case 0x38:
      let key =
        switch (isTemplate, isEncrypted) {
        case (false, false): "fmt/40"
        case (true, false): "x-fmt/45"
        case (false, true): "fmt/754"
        case (true, true): "fmt/755"
        }
      match = Match(key, .container)
    default: match = plain
    }
    if isEncrypted { match.flags.insert(.encrypted) }
    return match
  }

  private func sheet(_ container: CompoundFile) -> Match {
    let plain = Match("application/vnd.ms-excel", .container)
    // Both streams are for two generations of Excel at once.
    if container.entry("Workbook") != nil, container.entry("Book") != nil { return plain }
    let isNew = container.entry("Workbook") != nil
    let book = container.stream(isNew ? "Workbook" : "Book", most: 8 << 10) ?? []
    return book.withUnsafeBufferPointer { bytes in
      guard bytes.has([9, 8]) else { return plain }
      var match = plain
      if bytes.has([0, 6, 5, 0], at: 4) {
        match = Match("fmt/61", .container)
        if bytes.holds("\u{60}\u{0}\u{0}\u{0}") { match = plain }
      } else if !isNew, bytes.has([0, 5, 5, 0], at: 4) {
        match = Match("fmt/59", .container)
      }
      if FormatIdentifier.isLockedSheet(bytes) { match.flags.insert(.encrypted) }
      return match
    }
  }

  /// Whether a record FILEPASS (0x2F) stands among the first of the workbook ([MS-XLS] 2.4.117).
  private static func isLockedSheet(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at + 4 <= bytes.count {
      let type = bytes.little16(at)
      if type == 0x2F { return true }
      // BOUNDSHEET and EOF come after it.
      if type == 0x85 || type == 0x0A { return false }
      at += 4 + bytes.little16(at + 2)
    }
    return false
  }
}

/// The parts of a zip that tell its format.
struct ZipParts {
  /// Bytes of a part that are unpacked.
  static let mostBytes = 128 << 10

  /// What a part tells.
  enum Role {
    case contentTypes, mimetype, manifest, content, main, metadata
  }

  /// A part that some format outside the table has.
  var isMarked = false
  private var contentTypes: [UInt8]?
  private var mimetype: [UInt8]?
  private var manifest: [UInt8]?
  private var content: [UInt8]?
  private var main: [UInt8]?

  mutating func set(_ role: Role, _ bytes: [UInt8]) {
    switch role {
    case .contentTypes: contentTypes = bytes
    case .mimetype: mimetype = bytes
    case .manifest: manifest = bytes
    case .content: content = bytes
    case .main: main = bytes
    case .metadata: break
    }
  }

  static func role(_ name: UnsafeBufferPointer<UInt8>) -> Role? {
    func isName(_ text: StaticString) -> Bool { name.count == text.utf8CodeUnitCount && name.has(text) }
    switch name.first {
    case 0x5B: return isName("[Content_Types].xml") ? .contentTypes : nil
    case 0x6D: return isName("mimetype") ? .mimetype : isName("meta.xml") ? .metadata : nil
    case 0x4D: return isName("META-INF/manifest.xml") ? .manifest : nil
    case 0x63: return isName("content.xml") ? .content : nil
    case 0x77: return isName("word/document.xml") ? .main : nil
    case 0x78: return isName("xl/workbook.xml") ? .main : nil
    case 0x70: return isName("ppt/presentation.xml") ? .main : nil
    case 0x64: return isName("docProps/core.xml") || isName("docProps/app.xml") ? .metadata : nil
    default: return nil
    }
  }

  /// Names that PRONOM's container rules look for: who has one is perhaps no plain zip.
  static func isMarker(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.has("META-INF/") || name.has("mimetype") || name.has("[Content_Types].xml") || name.has("header/")
      || name.has("geogebra") || name.has("outputViewer") || name.has("Metadata/") || name.has("Index") || name.has("index.")
      || name.has("catalog.xml") || name.has("summary/") || name.has("form.fo") || name.has("AndroidManifest")
      || name.has("Payload/") || name.has("manifest.") || name.has("content.") || name.has("meta.") || name.has("doc.kml")
      || name.has("bagit.txt", at: max(0, name.count - 9)) || name.has(".kml", at: max(0, name.count - 4))
      || name.has(".kmz", at: max(0, name.count - 4)) || name.has(".shp", at: max(0, name.count - 4))
      || name.has(".fdseq", at: max(0, name.count - 6)) || name.has(".dwfseq", at: max(0, name.count - 7))
      || name.has(".warc", at: max(0, name.count - 5)) || name.has(".opf", at: max(0, name.count - 4))
      || name.has(".wacz", at: max(0, name.count - 5)) || name.has("datapackage")
  }

  func match() -> FormatIdentifier.Match? {
    if let contentTypes { return officeOpen(contentTypes) }
    if let mimetype {
      let isBook = mimetype.withUnsafeBufferPointer { $0.has("application/epub+zip") && $0.count < 24 }
      if isBook { return FormatIdentifier.Match("fmt/483", .container) }
    }
    if let manifest, let content { return openDocument(manifest, content) }
    return nil
  }

  // MARK: Office Open XML

  private static let types: [(StaticString, String)] = [
    ("openxmlformats-officedocument.wordprocessingml.document.main+xml", "fmt/412"),
    ("openxmlformats-officedocument.wordprocessingml.template.main+xml", "fmt/597"),
    ("openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "fmt/214"),
    ("openxmlformats-officedocument.spreadsheetml.template.main+xml", "fmt/598"),
    ("openxmlformats-officedocument.presentationml.presentation.main+xml", "fmt/215"),
    ("openxmlformats-officedocument.presentationml.slideshow.main+xml", "fmt/629"),
    ("openxmlformats-officedocument.presentationml.template.main+xml", "fmt/631"),
    ("ms-word.document.macroEnabled.main+xml", "fmt/523"),
    ("ms-word.template.macroEnabledTemplate.main+xml", "fmt/599"),
    ("ms-excel.sheet.macroEnabled.main+xml", "fmt/445"),
    ("ms-excel.sheet.binary.macroEnabled.main", "fmt/595"),
    ("ms-excel.template.macroEnabled.main+xml", "fmt/627"),
    ("ms-excel.addin.macroEnabled.main+xml", "fmt/628"),
    ("ms-powerpoint.presentation.macroEnabled.main+xml", "fmt/487"),
    ("ms-powerpoint.slideshow.macroEnabled.main+xml", "fmt/630"),
    ("ms-powerpoint.template.macroEnabled.main+xml", "fmt/632"),
    ("ms-powerpoint.addin.macroEnabled.main+xml", "fmt/633"),
    ("ms-visio.drawing.main+xml", "fmt/924"),
    ("ms-visio.stencil.main+xml", "fmt/925"),
    ("ms-visio.template.main+xml", "fmt/926"),
    ("ms-visio.drawing.macroEnabled.main+xml", "fmt/927"),
  ]
  private static let prefix = Array("ContentType=\"application/vnd.".utf8)

  private func officeOpen(_ types: [UInt8]) -> FormatIdentifier.Match {
    let plain = FormatIdentifier.Match("application/x-ooxml", .container)
    let narrow = ZipParts.narrow(types)
    let found = narrow.withUnsafeBufferPointer { bytes -> [String] in
      var found: [String] = []
      var at = 0
      // PRONOM looks no further than this.
      let end = 32_768
      while let start = bytes.find(ZipParts.prefix, from: at, upTo: end) {
        at = start + ZipParts.prefix.count
        for (text, puid) in ZipParts.types where bytes.has(text, at: at) && bytes.has("\"", at: at + text.utf8CodeUnitCount) {
          found.append(puid)
        }
      }
      return found
    }
    // Two main parts are two answers.
    guard let puid = found.first, found.allSatisfy({ $0 == puid }) else { return plain }
    let isStrict = (main ?? []).withUnsafeBufferPointer { $0.holds("http://purl.oclc.org/ooxml/") }
    guard isStrict else { return FormatIdentifier.Match(puid, .container) }
    switch puid {
    case "fmt/214": return FormatIdentifier.Match("fmt/1828", .container)
    default: return plain
    }
  }

  /// UTF-16 of either order as the bytes of its ASCII characters.
  private static func narrow(_ bytes: [UInt8]) -> [UInt8] {
    let isWide = bytes.prefix(64).contains(0)
    return isWide ? bytes.filter { $0 != 0 } : bytes
  }

  // MARK: OpenDocument

  private func openDocument(_ manifest: [UInt8], _ content: [UInt8]) -> FormatIdentifier.Match? {
    let version = content.withUnsafeBufferPointer { bytes -> UInt8? in
      guard let start = bytes.find("office:document-content"), start < 128 + 23 else { return nil }
      guard let end = bytes.find(">", from: start), let at = bytes.find("office:version=", from: start, upTo: end) else { return 0 }
      guard bytes.has("1.", at: at + 16), bytes.count > at + 19 else { return nil }
      return bytes[at + 18]
    }
    guard let version else { return nil }
    return manifest.withUnsafeBufferPointer { bytes in
      let text = "manifest:media-type=\"application/vnd.oasis.opendocument." as StaticString
      guard let at = bytes.find(text, upTo: 1024) else { return nil }
      let kind = at + text.utf8CodeUnitCount
      func isKind(_ name: StaticString) -> Bool { bytes.has(name, at: kind) && bytes.has("\"", at: kind + name.utf8CodeUnitCount) }
      let isEncrypted = bytes.holds("manifest:encryption-data")
      let puids: [String]
      let mime: String
      if isKind("text") || isKind("text-template") {
        (puids, mime) = (["fmt/136", "fmt/290", "fmt/291", "fmt/1756", "fmt/2044"], "application/vnd.oasis.opendocument.text")
      } else if isKind("spreadsheet") || isKind("spreadsheet-template") {
        (puids, mime) = (["fmt/137", "fmt/294", "fmt/295", "fmt/1755", "fmt/2045"], "application/vnd.oasis.opendocument.spreadsheet")
      } else if isKind("presentation") || isKind("presentation-template") {
        (puids, mime) = (["fmt/138", "fmt/292", "fmt/293", "fmt/1754", "fmt/2046"], "application/vnd.oasis.opendocument.presentation")
      } else if isKind("graphics") || isKind("graphics-template") {
        (puids, mime) = (["fmt/139", "fmt/296", "fmt/297", "fmt/1753", "fmt/2048"], "application/vnd.oasis.opendocument.graphics")
      } else {
        return nil
      }
      let index: Int? =
        switch version {
        case 0, 0x31: 1
        case 0x30: 0
        case 0x32: 2
        case 0x33: 3
        case 0x34: 4
        default: nil
        }
      var match = FormatIdentifier.Match(mime, .container)
      if !isEncrypted, let index { match.key = puids[index] }
      if isEncrypted { match.flags.insert(.encrypted) }
      return match
    }
  }
}
