/// A component without `level`: ISAD(G) 3.1.4 asks for the level of every unit, and many systems need it.
///
/// Said once for the components of one parent and what lies below them: whoever leaves it out once mostly leaves it out
/// everywhere.
final class StructureNoLevel: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("structure-no-level", .structure, .warning) }

  /// Whether it has been said of a child of each open component, by depth of the children.
  private var isSaid: [Bool] = []

  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    let depth = component.depth
    while isSaid.count <= depth + 1 { isSaid.append(false) }
    isSaid[depth + 1] = false
    guard let parent = component.parent, !isSaid[depth], isBare(component), parent.parent == nil || !isBare(parent) else {
      return
    }
    isSaid[depth] = true
    document.report(self, [document.names.name(component.name)], at: component.place, component: component)
  }

  private func isBare(_ component: RuleComponent) -> Bool { component.level.utf8.allSatisfy(Bytes.isSpace) }
}
