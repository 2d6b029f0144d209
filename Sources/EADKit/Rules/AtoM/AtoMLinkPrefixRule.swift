/// The address of a digital object is in `xlink:href`; AtoM looks at `href` only.
final class AtoMLinkPrefixRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-link-prefix", .atom, .warning, [.ead2002]) }

  private var objects = AtoMDigitalObjects()

  override func register(_ interests: inout RuleInterests) { interests.start(of: AtoMDigitalObjects.elements) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard objects.start(name, document) == .prefixed else { return }
    document.report(self, [AtoMDigitalObjects.label(name, document)], attribute: Attribute.href)
  }
}
