/// A name that is a creator of the description already: AtoM does not link it again as an access point.
final class AtoMAccessPointCreatorRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-access-point-creator", .atom, .warning, [.ead2002]) }

  /// Fingerprints of the creators' names.
  private var open = OpenComponents<Set<UInt64>> { [] }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: AtoMImport.components)
    interests.everyComponent()
    interests.text(of: AtoMImport.names)
  }

  override func start(_ name: NameID, _ document: RuleDocument) { open.start() }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard !document.text.isEmpty else { return }
    let fingerprint = Bytes.hash(document.text)
    if document.isInside(Tag.origination) {
      open.change { if $0.count < 1000 { $0.insert(fingerprint) } }
    } else if (AtoMImport.accessDepth(document) ?? 0) > 0, open.last?.contains(fingerprint) == true {
      document.report(self, [Excerpt.text(document.text)], at: document.startPlace)
    }
  }

  override func ended(_ component: RuleComponent, _ document: RuleDocument) { _ = open.end() }
}
