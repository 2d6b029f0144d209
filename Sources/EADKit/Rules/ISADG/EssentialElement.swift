/// A rule that says which units of description lack an element that a standard of description asks for.
///
/// Asked at the end of each component: notes may stand after its children.
class EssentialElement: Rule {
  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  /// Whether the standard asks for the element in this unit.
  func isRequired(of component: RuleComponent) -> Bool { true }

  func has(_ component: RuleComponent) -> Bool { true }

  override func ended(_ component: RuleComponent, _ document: RuleDocument) {
    guard !has(component), isRequired(of: component) else { return }
    document.report(self, [document.names.name(component.name)], at: component.place, component: component)
  }
}

extension RuleComponent {
  /// Whether the description begins here: `archdesc`, and each fonds, collection or record group in a guide to several.
  ///
  /// What such a unit does not say itself no level above can say for it (ISAD(G) 2.4 lets lower levels inherit).
  var isTop: Bool {
    guard let parent else { return true }
    switch level.utf8.count {
    case 5: return level == "fonds"
    case 9: return level == "recordgrp"
    case 10: return level == "collection" && parent.groupsFonds
    default: return false
    }
  }

  /// A level that groups whole fonds or collections.
  private var groupsFonds: Bool { level.isEmpty || level == "class" || level == "otherlevel" }

  /// Whether it states an extent.
  var hasExtent: Bool { has(Tag.physdesc) || has(Tag.physdescstructured) || has(Tag.physdescset) }
}
