/// Reference codes that repeat the code of the parent: AtoM, as it is installed, puts the parents' codes in front itself.
final class AtoMInheritedIdentifierRule: AtoMCountingRule {
  override class var descriptor: RuleDescriptor {
    RuleDescriptor("atom-identifier-inherited", .atom, .warning, [.ead2002])
  }

  private var example: (parent: String, child: String)?

  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    guard let parent = component.parent, !parent.unitIDBytes.isEmpty,
      component.unitIDBytes.starts(with: parent.unitIDBytes),
      let next = component.unitIDBytes.dropFirst(parent.unitIDBytes.count).first
    else { return }
    // `1 W 12` does not begin with the code `1 W 1`.
    if Bytes.isWord(next) { return }
    if example == nil { example = (parent.unitID, component.unitID) }
    count(document, at: component.place)
  }

  override var furtherArguments: [String] {
    guard let example else { return [] }
    return [example.child, example.parent + "-" + example.child]
  }
}
