/// Of an `origination` AtoM takes the names of one kind only, and no name that is not in an element of its own.
final class AtoMOriginationRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-origination", .atom, .warning, [.ead2002]) }

  private var kinds: Set<NameID> = []

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: Tag.origination)
    interests.start(of: AtoMImport.names)
    interests.text(of: Tag.origination)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if name == Tag.origination {
      kinds = []
    } else if document.isInside(Tag.origination) {
      kinds.insert(name)
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard AtoMImport.holder(document) != .elsewhere else { return }
    if kinds.isEmpty, !document.text.isEmpty {
      document.report(self, [Excerpt.text(document.text)], at: document.startPlace)
    } else if kinds.count > 1 {
      let lost = AtoMImport.names.filter(kinds.contains).dropFirst()
      document.report(
        self, [lost.map { "<" + document.names.name($0) + ">" }.joined(separator: ", ")], at: document.startPlace)
    }
  }
}
