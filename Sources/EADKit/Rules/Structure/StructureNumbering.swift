/// Numbered components out of step (`c03` inside `c01`), and numbered and plain components mixed.
final class StructureNumbering: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("structure-numbering", .structure, .warning) }

  /// The first component of each open `dsc`; 0 before it.
  private var firstOfDsc: [NameID] = []

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: ElementTraits.components)
    interests.start(of: Tag.dsc)
    interests.end(of: Tag.dsc)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.dsc {
      firstOfDsc.append(0)
      return
    }
    let parent = document.parent
    switch parent {
    case Tag.dsc:
      guard let first = firstOfDsc.last else { return }
      if first == 0 {
        firstOfDsc[firstOfDsc.count - 1] = name == Tag.c ? Tag.c : Tag.c01
        // The first decides, and is wrong when it is numbered and not `c01`.
        if name != Tag.c, name != Tag.c01 { tell(name, in: parent, expected: Tag.c01, document) }
      } else if name != first {
        tell(name, in: parent, expected: first, document)
      }
    case Tag.c: if name != Tag.c { tell(name, in: parent, expected: Tag.c, document) }
    case Tag.c01..<Tag.c12: if name != parent + 1 { tell(name, in: parent, expected: parent + 1, document) }
    default: break
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) { _ = firstOfDsc.popLast() }

  private func tell(_ name: NameID, in parent: NameID, expected: NameID, _ document: RuleDocument) {
    document.report(self, [name, parent, expected].map(document.names.name))
  }
}
