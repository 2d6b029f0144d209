/// Elements whose text is all they are for.
///
/// Cells of tables, `emph`, `lb` and links are not among them: they are empty, or hold a dash, for good reasons.
enum TextualElements {
  static let names: [NameID] = [
    Tag.abstract, Tag.addressline, Tag.agencycode, Tag.agencyname, Tag.agent, Tag.author, Tag.container, Tag.corpname,
    Tag.creation, Tag.date, Tag.descrules, Tag.dimensions, Tag.edition, Tag.event,
    Tag.eventdescription, Tag.extent, Tag.famname, Tag.function, Tag.genreform, Tag.geogname, Tag.head,
    Tag.item, Tag.langmaterial, Tag.language, Tag.langusage, Tag.legalstatus, Tag.materialspec, Tag.name, Tag.num,
    Tag.occupation, Tag.origination, Tag.otherrecordid, Tag.p, Tag.part, Tag.persname, Tag.physdesc, Tag.physfacet,
    Tag.physloc, Tag.publisher, Tag.quantity, Tag.repository, Tag.sponsor, Tag.subject, Tag.subtitle,
    Tag.term, Tag.title, Tag.titleproper, Tag.unitdate, Tag.unitid, Tag.unittitle, Tag.unittype,
  ]

  static let set = NameSet(names)
}
