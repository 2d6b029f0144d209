/// AtoM makes a creator of every name in `origination`, whatever its role.
final class AtoMRoleRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-role", .atom, .warning, [.ead2002]) }

  private var seen = SeenValues()

  override func register(_ interests: inout RuleInterests) { interests.start(of: AtoMImport.names) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let role = document.attribute(Attribute.role), !Bytes.isBlank(role), document.isInside(Tag.origination) else { return }
    var key = Bytes.key(role)
    while key.hasSuffix(":") || key.hasSuffix(" ") { key.removeLast() }
    guard AtoMTerms.relators[key] != "creator", AtoMTerms.relators[RoleAddress.code(key)] != "creator", seen.isNew(key) else {
      return
    }
    document.report(self, [Excerpt.text(role)], attribute: Attribute.role)
  }

  private enum RoleAddress {
    /// The MARC code at the end of an address such as `http://id.loc.gov/vocabulary/relators/cre`.
    static func code(_ role: String) -> String {
      guard role.hasPrefix("http"), let slash = role.lastIndex(of: "/") else { return "" }
      return String(role[role.index(after: slash)...])
    }
  }
}
