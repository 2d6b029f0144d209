import CLibXML2
import CResources

/// The only things libxml2 may ever load: DTDs, entity sets and schemas from inside the program, whatever address a document
/// gives for them.
enum BundledEntities {
  /// Takes the place of libxml2's own loader, which would open files and sockets.
  static let loader: xmlExternalEntityLoader = { address, identifier, context in
    let systemID = address.map { String(cString: $0) }
    let publicID = identifier.map { String(cString: $0) }
    guard let context, let bytes = BundledEntities.find(publicID: publicID, systemID: systemID), !bytes.isEmpty,
      let start = bytes.baseAddress
    else { return nil }
    let buffer = start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
      // A copy: libxml2 2.9 loses its place in buffers that it may not move.
      xmlParserInputBufferCreateMem($0, Int32(bytes.count), XML_CHAR_ENCODING_NONE)
    }
    guard let buffer else { return nil }
    return xmlNewIOInputStream(context, buffer, XML_CHAR_ENCODING_NONE)
  }

  private static func find(publicID: String?, systemID: String?) -> UnsafeBufferPointer<UInt8>? {
    if let set = EntitySets.set(publicID: publicID, systemID: systemID) { return set }
    let file = systemID?.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map { $0.lowercased() } ?? ""
    let title = (publicID ?? "").lowercased()
    switch file {
    case "xlink.xsd": return Resource.bytes(ead_xsd_xlink)
    case "ead3.dtd": return Resource.bytes(ead_dtd_ead3)
    case "ead3_undeprecated.dtd": return Resource.bytes(ead_dtd_ead3_undeprecated)
    case "ead.dtd": return title.contains("version 1.0") ? nil : Resource.bytes(ead_dtd_ead2002)
    default: return title.contains("dtd ead.dtd") && title.contains("2002") ? Resource.bytes(ead_dtd_ead2002) : nil
    }
  }
}
