/// What documents say about themselves: date of last modification, date of creation, title. Never a person's or a firm's name.
public enum EmbeddedMetadata {
  /// Reads an OOXML, OpenDocument, PDF, e-mail or old Office file; of others, and of what cannot be read, nothing is said.
  ///
  /// The kind is told from the first bytes; mails, which have no signature, also from format and extension.
  ///
  /// - Parameters:
  ///   - descriptor: open for reading; its place is not moved.
  ///   - size: bytes of the file.
  ///   - name: of the file, to leave out titles that only repeat it.
  ///   - format: as identified; nil when it is not known.
  ///   - zipParts: parts of the zip that were unpacked already.
  ///   - time: the clock by which dates without zone are read; UTC when none is given.
  /// - Returns: dates in nanoseconds since 1970-01-01 UTC, not yet judged (`DateTrust`); a title that says something, at most 500
  ///   characters; whether the document is encrypted.
  public static func read(
    descriptor: Int32, size: Int, name: [UInt8], format: FormatFacts?, zipParts: [(name: [UInt8], bytes: [UInt8])],
    time: LocalTime = .utc
  ) -> (modified: Int?, created: Int?, title: String?, isEncrypted: Bool) {
    guard size > 0 else { return (nil, nil, nil, false) }
    let head = BoundedRead.bytes(descriptor, at: 0, count: min(size, 1_029))
    var found: (modified: Int?, created: Int?, title: String?, isEncrypted: Bool) = (nil, nil, nil, false)
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      let parts = zipParts.contains { ZipMetadata.isWanted($0.name) } ? zipParts : officeParts(descriptor, name, format)
      let (modified, created, title) = ZipMetadata.read(parts, time)
      found = (modified, created, title, false)
    } else if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
      found = CompoundMetadata.read(descriptor: descriptor, size: size, time)
    } else if head.withUnsafeBufferPointer({ $0.find("%PDF-") }) != nil {
      found = PDFMetadata.read(descriptor: descriptor, size: size, time)
    } else if isMail(name, format), !head.starts(with: Array("From ".utf8)) {
      let headers = BoundedRead.bytes(descriptor, at: 0, count: min(size, MailMetadata.mostBytes))
      guard MailMetadata.isMail(headers) else { return found }
      let (modified, title) = MailMetadata.read(headers, time)
      found = (modified, nil, title, false)
    }
    found.title = found.title.flatMap { EmbeddedTitle.clean($0, fileName: name) }
    return found
  }

  /// Other zips are not gone through: they may be large and have nothing of the kind.
  private static func officeParts(
    _ descriptor: Int32, _ name: [UInt8], _ format: FormatFacts?
  ) -> [(name: [UInt8], bytes: [UInt8])] {
    let mime = format?.mime ?? ""
    let isOffice =
      mime.contains("openxmlformats") || mime.contains("opendocument") || mime.contains("sun.xml") || mime.contains("macroenabled")
      || mime.contains("macroEnabled") || officeExtensions.contains(fileExtension(name))
    guard isOffice else { return [] }
    return ZipArchive.parts(descriptor: descriptor, wanted: ZipMetadata.isWanted, mostBytes: XMLFacts.mostBytes)
  }

  private static func isMail(_ name: [UInt8], _ format: FormatFacts?) -> Bool {
    format?.mime == "message/rfc822" || ["eml", "mht", "mhtml"].contains(fileExtension(name))
  }

  private static func fileExtension(_ name: [UInt8]) -> String {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), name.count - dot <= 8 else { return "" }
    return String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
  }

  private static let officeExtensions: Set<String> = [
    "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xlsb", "xltx", "xltm", "pptx", "pptm", "ppsx", "ppsm", "potx", "potm", "vsdx",
    "vsdm", "odt", "ott", "ods", "ots", "odp", "otp", "odg", "otg", "odf", "odb", "odc", "odm", "sxw", "sxc", "sxi", "sxd", "stw",
  ]
}
