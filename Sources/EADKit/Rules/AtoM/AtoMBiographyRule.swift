/// AtoM gives the first `bioghist` to the first creator, the second to the second; one without a creator makes an
/// authority record without a name.
final class AtoMBiographyRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-bioghist-creator", .atom, .warning, [.ead2002]) }

  private struct State {
    var histories: [Place] = []
    var creators = 0
    /// The kind of name that counts in the open `origination`, by its rank.
    var rank = Int.max
    var ofRank = 0
  }

  private var open = OpenComponents<State> { State() }

  override func register(_ interests: inout RuleInterests) {
    interests.start(of: AtoMImport.components)
    interests.everyComponent()
    interests.start(of: Tag.bioghist, Tag.origination)
    interests.end(of: Tag.origination)
    interests.start(of: AtoMImport.names)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    if AtoMImport.isComponent(name) {
      open.start()
    } else if name == Tag.bioghist {
      let holder = AtoMImport.holder(document)
      guard holder == .component || holder == .group else { return }
      let place = document.place
      open.change { if $0.histories.count < 64 { $0.histories.append(place) } }
    } else if name == Tag.origination {
      open.change {
        $0.rank = Int.max
        $0.ofRank = 0
      }
    } else if document.isInside(Tag.origination), let rank = AtoMImport.names.firstIndex(of: name) {
      open.change {
        if rank < $0.rank {
          $0.rank = rank
          $0.ofRank = 1
        } else if rank == $0.rank {
          $0.ofRank += 1
        }
      }
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    if AtoMImport.holder(document) != .elsewhere { open.change { $0.creators += $0.ofRank } }
  }

  override func ended(_ component: RuleComponent, _ document: RuleDocument) {
    guard let state = open.end() else { return }
    for place in state.histories.dropFirst(state.creators) {
      document.report(self, [String(state.creators), String(state.histories.count)], at: place)
    }
  }
}
