/// `@era` is `ce` or `bce` (EAD3 Schematron, suggested values; the official rule refuses `bce` by mistake).
final class EAD3Era: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("ead3-era", .dates, .warning, [.ead3]) }

  override func register(_ interests: inout RuleInterests) {
    interests.attribute(Attribute.era)
  }

  override func attribute(_ name: NameID, _ value: UnsafeBufferPointer<UInt8>, _ document: RuleDocument) {
    let era = Bytes.trimmed(value)
    if Bytes.equal(era, "ce") || Bytes.equal(era, "bce") || document.generation != .ead3 { return }
    guard document.element < Tag.count else { return }
    document.report(self, [ValueWords.shown(era), ValueWords.spot(name, document)], attribute: name)
  }
}
