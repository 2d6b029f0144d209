/// `abstract` and `scopecontent` go to the same field of AtoM, and the second overwrites the first.
final class AtoMAbstractRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-abstract", .atom, .warning, [.ead2002]) }

  private struct State {
    var abstract: Place?
    var hasScope = false
  }

  private var open = OpenComponents<State> { State() }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: AtoMImport.components)
    interests.everyComponent()
    interests.start(of: Tag.abstract, Tag.scopecontent)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if AtoMImport.isComponent(name) {
      open.start()
      return
    }
    let holder = AtoMImport.holder(document)
    if name == Tag.abstract, holder == .did {
      let place = document.place
      open.change { $0.abstract = $0.abstract ?? place }
    } else if name == Tag.scopecontent, holder == .component, let state = open.last, !state.hasScope {
      open.change { $0.hasScope = true }
      if let place = state.abstract { document.report(self, at: place) }
    }
  }

  override func ended(_ component: RuleComponent, _ document: RuleDocument) { _ = open.end() }
}
