/// A level that rises down the tree: a series inside a file.
///
/// Components of unknown level (`otherlevel`, none) are looked through. Equal levels are no fault: a file may hold files.
/// Said once for the components of one parent, which may be the one that is wrong.
final class StructureLevelRises: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("structure-level-rises", .structure, .warning) }

  /// Whether it has been said of a child of each open component, by depth of the children.
  private var isSaid: [Bool] = []

  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    let depth = component.depth
    while isSaid.count <= depth + 1 { isSaid.append(false) }
    isSaid[depth + 1] = false
    guard !isSaid[depth], let own = LevelOrder.span(component.level) else { return }
    var above = component.parent
    while let parent = above {
      if let span = LevelOrder.span(parent.level) {
        if own.upperBound < span.lowerBound {
          isSaid[depth] = true
          document.report(
            self, [component.level, parent.level, String(parent.place.line)], at: component.place, component: component)
        }
        return
      }
      above = parent.parent
    }
  }
}

extension RuleComponent {
  /// What people know it by: its cote, else its title, else its `id`, else the name of its element.
  func label(_ document: RuleDocument) -> String {
    for bytes in [unitIDBytes, titleBytes, idBytes] where !bytes.isEmpty { return bytes.withUnsafeBufferPointer(Excerpt.text) }
    return document.names.name(name)
  }
}
