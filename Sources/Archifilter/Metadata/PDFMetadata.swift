/// Metadata of a PDF file: its information dictionary, and XMP where that says nothing.
enum PDFMetadata {
  private static let wanted: Set<String> = [
    "http://ns.adobe.com/xap/1.0/ ModifyDate", "http://ns.adobe.com/xap/1.0/ CreateDate", "http://purl.org/dc/elements/1.1/ title",
  ]

  static func read(
    descriptor: Int32, size: Int, _ time: LocalTime
  ) -> (modified: Int?, created: Int?, title: String?, isEncrypted: Bool) {
    guard let file = PDFFile(descriptor: descriptor, size: size) else { return (nil, nil, nil, false) }
    // All strings of an encrypted file are encrypted.
    let isEncrypted = file.trailers.contains { trailer in
      switch trailer["Encrypt"] {
      case .reference?, .dictionary?: true
      default: false
      }
    }
    if isEncrypted { return (nil, nil, nil, true) }
    var result: (modified: Int?, created: Int?, title: String?, isEncrypted: Bool) = (nil, nil, nil, false)
    if let value = file.trailers.lazy.compactMap({ $0["Info"] }).first, let info = file.resolved(value) {
      func text(_ key: String) -> [UInt8]? { file.resolved(info[key])?.string }
      result.modified = text("ModDate").flatMap { DocumentDate.pdf(Array(PDFText.decode($0).utf8), time) }
      result.created = text("CreationDate").flatMap { DocumentDate.pdf(Array(PDFText.decode($0).utf8), time) }
      result.title = text("Title").map(PDFText.decode).flatMap { $0.isEmpty ? nil : $0 }
    }
    if result.modified != nil, result.created != nil, result.title != nil { return result }
    guard let root = file.trailers.lazy.compactMap({ $0["Root"] }).first, let catalog = file.resolved(root),
      let number = catalog["Metadata"]?.reference, let packet = file.stream(number)
    else { return result }
    let found = XMLFacts.read(packet.first == 0 ? packet : Array(packet.drop { $0 <= 32 }), wanted)
    result.modified =
      result.modified ?? found["http://ns.adobe.com/xap/1.0/ ModifyDate"].flatMap { DocumentDate.iso($0, time) }
    result.created = result.created ?? found["http://ns.adobe.com/xap/1.0/ CreateDate"].flatMap { DocumentDate.iso($0, time) }
    result.title =
      result.title ?? found["http://purl.org/dc/elements/1.1/ title"].map { String(decoding: $0, as: UTF8.self) }
    return result
  }
}
