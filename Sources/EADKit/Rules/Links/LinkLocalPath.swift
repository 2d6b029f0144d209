/// An address that works on one computer only: `C:\…`, `\\server\…`, `file:…`.
final class LinkLocalPath: LinkRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("link-local-path", .links, .note) }

  override func inspect(_ address: UnsafeBufferPointer<UInt8>, _ name: NameID, _ document: RuleDocument) {
    guard LinkLocalPath.isLocal(address) else { return }
    document.report(self, [ValueWords.shown(address), ValueWords.spot(name, document)], attribute: name)
  }

  private static func isLocal(_ address: UnsafeBufferPointer<UInt8>) -> Bool {
    guard address.count >= 3 else { return false }
    if address[0] == 0x5C { return address[1] == 0x5C }
    if address[1] == 0x3A { return Bytes.isASCIILetter(address[0]) && (address[2] == 0x5C || address[2] == 0x2F) }
    return address.count > 5 && Bytes.equalIgnoringCase(UnsafeBufferPointer(rebasing: address[..<5]), "file:")
  }
}
