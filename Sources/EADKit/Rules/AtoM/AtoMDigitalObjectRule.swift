/// AtoM imports one digital object a description.
final class AtoMDigitalObjectRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-digital-object", .atom, .warning, [.ead2002]) }

  private var objects = AtoMDigitalObjects()

  override func register(_ interests: inout RuleInterests) { interests.start(of: AtoMDigitalObjects.elements) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard objects.start(name, document) == .ignored else { return }
    document.report(self, [AtoMDigitalObjects.label(name, document)])
  }
}
