/// Elements of which AtoM keeps the last: each one overwrites the one before.
final class AtoMRepeatedRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-repeated", .atom, .warning, [.ead2002]) }

  /// Line of the last one of each element.
  private var open = OpenComponents<[NameID: Int]> { [:] }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: AtoMImport.components)
    interests.everyComponent()
    interests.start(of: AtoMImport.singleFields)
    interests.start(of: AtoMImport.singleDidFields)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if AtoMImport.isComponent(name) {
      open.start()
      return
    }
    let holder = AtoMImport.holder(document)
    switch holder {
    case .did:
      guard AtoMImport.singleDidFields.contains(name) else { return }
      if name == Tag.unitid || name == Tag.unittitle, document.attribute(Attribute.type) != nil { return }
    case .component: guard AtoMImport.singleFields.contains(name) else { return }
    case .group: guard AtoMImport.singleFields.contains(name), !AtoMImport.lostInGroup.contains(name) else { return }
    case .elsewhere: return
    }
    var earlier: Int?
    open.change { earlier = $0.updateValue(document.place.line, forKey: name) }
    if let earlier { document.report(self, [document.names.name(name), String(earlier)]) }
  }

  override func ended(_ component: RuleComponent, _ document: RuleDocument) { _ = open.end() }
}
