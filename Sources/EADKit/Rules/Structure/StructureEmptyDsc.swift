/// A `dsc` that describes no component.
final class StructureEmptyDsc: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("structure-empty-dsc", .structure, .warning) }

  /// Of each open `dsc`, whether a component was met in it.
  private var hasComponents: [Bool] = []

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: ElementTraits.components)
    interests.start(of: Tag.dsc)
    interests.end(of: Tag.dsc)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.dsc {
      hasComponents.append(false)
    } else if let last = hasComponents.indices.last {
      hasComponents[last] = true
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard let has = hasComponents.popLast() else { return }
    if !has {
      document.report(self, at: document.startPlace)
    }
    // A `dsc` around others is described by theirs; one finding is enough where they have none.
    if let outer = hasComponents.indices.last { hasComponents[outer] = true }
  }
}
