/// AtoM downloads digital objects during the import; an address whose server does not answer ends it.
final class AtoMDownloadRule: AtoMCountingRule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-download", .atom, .warning, [.ead2002]) }

  private var objects = AtoMDigitalObjects()

  override func register(_ interests: inout RuleInterests) { interests.start(of: AtoMDigitalObjects.elements) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if objects.start(name, document) == .fetched { count(document) }
  }
}
