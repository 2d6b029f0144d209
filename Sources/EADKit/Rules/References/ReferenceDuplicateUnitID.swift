/// Two components of one parent with the same cote (`unitid`).
///
/// Only the first cote of each counts, persistent addresses (ARK, URI …) left out: exports repeat their words.
final class ReferenceDuplicateUnitID: Rule {
  override class var descriptor: RuleDescriptor {
    RuleDescriptor("reference-duplicate-unitid", .references, .warning)
  }

  /// The cotes below each open component, by depth of the children: fingerprint, and the line where it was first.
  private var siblings: [[UInt64: Int32]] = []
  /// Whether the component at a depth has had its cote.
  private var hasCote: [Bool] = []
  private var kept = 0
  private var isAddress = false
  /// Past this many open cotes no more are remembered: memory does not grow with the document.
  private static let limit = 200_000
  private static let addresses: [StaticString] = ["ark", "uri", "url", "urn", "handle", "doi", "uuid", "guid", "aspace_uri"]

  override func register(_ interests: inout RuleInterests) {
    interests.everyComponent()
    interests.start(of: Tag.unitid)
    interests.text(of: Tag.unitid)
  }

  override func start(_ name: NameID, _ document: RuleDocument) {
    isAddress = false
    for attribute in document.attributes where attribute.name == Attribute.type || attribute.name == Attribute.localtype {
      if ReferenceDuplicateUnitID.addresses.contains(where: { Bytes.equalIgnoringCase(attribute.value, $0) }) {
        isAddress = true
      }
    }
  }

  override func end(_ name: NameID, _ document: RuleDocument) {
    guard !isAddress, document.text.contains(where: Bytes.isWord), let component = document.component,
      component.parent != nil, document.parent == Tag.did, document.ancestor(2) == component.name
    else { return }
    let depth = component.depth
    while siblings.count <= depth {
      siblings.append([:])
      hasCote.append(false)
    }
    if hasCote[depth] { return }
    hasCote[depth] = true
    let mark = Bytes.hash(document.text)
    if let first = siblings[depth][mark] {
      document.report(
        self, [Excerpt.text(document.text), String(first)], at: component.place, component: component)
    } else if kept < ReferenceDuplicateUnitID.limit {
      siblings[depth][mark] = Int32(clamping: component.place.line)
      kept += 1
    }
  }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    if component.depth < hasCote.count { hasCote[component.depth] = false }
  }

  override func ended(_ component: RuleComponent, _ document: RuleDocument) {
    let below = component.depth + 1
    guard below < siblings.count, !siblings[below].isEmpty else { return }
    kept -= siblings[below].count
    siblings[below].removeAll(keepingCapacity: siblings[below].count < 256)
  }
}
