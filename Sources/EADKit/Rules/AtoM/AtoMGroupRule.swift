/// Elements in a `descgrp` that AtoM looks for directly in the description only, and groups within groups.
final class AtoMGroupRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-descgrp", .atom, .warning, [.ead2002]) }

  override func register(_ interests: inout RuleInterests) { interests.start(of: AtoMImport.lostInGroup) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard document.parent == Tag.descgrp, AtoMImport.isComponent(document.ancestor(2)) else { return }
    document.report(self, [document.names.name(name)])
  }
}
