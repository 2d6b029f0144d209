/// A component without a title and without a date: nobody can tell what it describes, and several systems refuse it.
///
/// Where one of them is there and empty, the rule for empty elements says so.
final class StructureNoTitleNoDate: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("structure-no-title-no-date", .structure, .warning) }

  /// What a `did` may hold. Where nothing of it is there, the schema has said that the `did` is missing or empty.
  private static let described: [NameID] = [
    Tag.abstract, Tag.container, Tag.dao, Tag.daogrp, Tag.daoset, Tag.didnote, Tag.head, Tag.langmaterial,
    Tag.materialspec, Tag.note, Tag.origination, Tag.physdesc, Tag.physdescset, Tag.physdescstructured, Tag.physloc,
    Tag.repository, Tag.unitid,
  ]

  override func register(_ interests: inout RuleInterests) { interests.everyComponent() }

  override func described(_ component: RuleComponent, _ document: RuleDocument) {
    guard !component.has(Tag.unittitle), !component.has(Tag.unitdate), !component.has(Tag.unitdatestructured),
      StructureNoTitleNoDate.described.contains(where: component.has)
    else { return }
    document.report(self, [document.names.name(component.name)], at: component.place, component: component)
  }
}

extension RuleComponent {
  /// Whether it has a date of its own that says something: a text, `@normal`, or a structured date.
  var isDated: Bool {
    children.contains(Tag.unitdatestructured) || dates.contains { !$0.text.isEmpty || !$0.normal.isEmpty }
  }
}
