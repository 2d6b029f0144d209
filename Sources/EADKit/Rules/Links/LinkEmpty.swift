/// A link leads somewhere: its address is not empty, not `#` and not only `http://`.
final class LinkEmpty: LinkRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("link-empty", .links, .warning) }

  override func inspect(_ address: UnsafeBufferPointer<UInt8>, _ name: NameID, _ document: RuleDocument) {
    guard address.count <= 8, WebAddress.isEmpty(address) else { return }
    document.report(self, [ValueWords.shown(address), ValueWords.spot(name, document)], attribute: name)
  }
}
