/// `level="otherlevel"` without `otherlevel`: the level is said to be another one, and not which.
///
/// For EAD3 the rules of its Schematron say it.
final class StructureOtherLevel: Rule {
  override class var descriptor: RuleDescriptor {
    RuleDescriptor("structure-other-level", .structure, .warning, [.ead2002])
  }

  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    guard component.level.utf8.count == 10, component.level == "otherlevel",
      component.otherLevel.utf8.allSatisfy(Bytes.isSpace)
    else { return }
    document.report(self, [document.names.name(component.name)], at: component.place, component: component)
  }
}
