/// An address that is meant for the web has the form of one (RFC 3986): scheme, `://`, host, no blanks.
final class LinkSyntax: LinkRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("link-syntax", .links, .warning) }

  override func inspect(_ address: UnsafeBufferPointer<UInt8>, _ name: NameID, _ document: RuleDocument) {
    if WebAddress.isGood(address) || WebAddress.isEmpty(address) { return }
    let repaired = WebAddress.repaired(address)
    let helps = Array(repaired.utf8).withUnsafeBufferPointer { WebAddress.isGood($0) }
    let advice = helps ? LocalizedText(key: "advice-address", [repaired]) : LocalizedText(key: "advice-address-bar", [])
    document.report(self, [ValueWords.shown(address), ValueWords.spot(name, document), advice.argument], attribute: name)
  }
}
