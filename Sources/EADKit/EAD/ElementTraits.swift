/// What the reader and the renderers must know of an element before they look at it.
struct ElementTraits: OptionSet {
  let rawValue: UInt8

  /// A component (`c`, `c01` … `c12`).
  static let component = ElementTraits(rawValue: 1)
  /// Holds elements only: blank text in it is indentation.
  static let elementOnly = ElementTraits(rawValue: 2)
  /// Starts on a line of its own wherever it is rendered as text.
  static let block = ElementTraits(rawValue: 4)

  /// Written once, before its first use; only read afterwards.
  nonisolated(unsafe) static let table: UnsafeMutablePointer<ElementTraits> = {
    let table = UnsafeMutablePointer<ElementTraits>.allocate(capacity: 1 << 16)
    table.initialize(repeating: [], count: 1 << 16)
    for name in elementOnlyNames { table[Int(name)].insert(.elementOnly) }
    for name in components { table[Int(name)].insert(.component) }
    for name in blockNames { table[Int(name)].insert(.block) }
    return table
  }()

  static let components: [NameID] = [Tag.c] + Array(Tag.c01...Tag.c12)

  private static let elementOnlyNames: [NameID] = [
    Tag.accessrestrict, Tag.accruals, Tag.acqinfo, Tag.add, Tag.address, Tag.admininfo,
    Tag.altformavail, Tag.appraisal, Tag.archdesc, Tag.archdescgrp, Tag.arrangement,
    Tag.bibliography, Tag.bioghist, Tag.blockquote, Tag.c, Tag.c01, Tag.c02, Tag.c03,
    Tag.c04, Tag.c05, Tag.c06, Tag.c07, Tag.c08, Tag.c09, Tag.c10, Tag.c11,
    Tag.c12, Tag.change, Tag.chronitem, Tag.chronitemset, Tag.chronlist, Tag.colspec,
    Tag.control, Tag.controlaccess, Tag.controlnote, Tag.conventiondeclaration, Tag.custodhist,
    Tag.daodesc, Tag.daogrp, Tag.daoset, Tag.daterange, Tag.dateset, Tag.defitem,
    Tag.descgrp, Tag.descriptivenote, Tag.did, Tag.didnote, Tag.div, Tag.dsc,
    Tag.dscgrp, Tag.ead, Tag.eadgrp, Tag.eadheader, Tag.eventgrp, Tag.filedesc,
    Tag.fileplan, Tag.footnote, Tag.frontmatter, Tag.index, Tag.indexentry,
    Tag.languagedeclaration, Tag.languageset, Tag.linkgrp, Tag.list, Tag.listhead,
    Tag.localcontrol, Tag.localtypedeclaration, Tag.maintenanceagency, Tag.maintenanceevent,
    Tag.maintenancehistory, Tag.namegrp, Tag.notestmt, Tag.odd, Tag.originalsloc,
    Tag.otherfindaid, Tag.physdescset, Tag.physdescstructured, Tag.phystech, Tag.prefercite,
    Tag.processinfo, Tag.profiledesc, Tag.ptrgrp, Tag.publicationstmt, Tag.relatedmaterial,
    Tag.relation, Tag.relations, Tag.revisiondesc, Tag.rightsdeclaration, Tag.row,
    Tag.scopecontent, Tag.separatedmaterial, Tag.source, Tag.sources, Tag.table, Tag.tbody,
    Tag.tgroup, Tag.thead, Tag.titlepage, Tag.titlestmt, Tag.unitdatestructured, Tag.userestrict,
  ]

  private static let blockNames: [NameID] = [
    Tag.p, Tag.list, Tag.chronlist, Tag.table, Tag.blockquote, Tag.address, Tag.bibliography,
    Tag.index, Tag.scopecontent, Tag.bioghist, Tag.odd, Tag.arrangement, Tag.accessrestrict,
    Tag.userestrict, Tag.custodhist, Tag.acqinfo, Tag.appraisal, Tag.accruals, Tag.phystech,
    Tag.otherfindaid, Tag.originalsloc, Tag.altformavail, Tag.relatedmaterial, Tag.separatedmaterial,
    Tag.prefercite, Tag.processinfo, Tag.fileplan, Tag.descgrp, Tag.legalstatus, Tag.head,
    Tag.div, Tag.controlaccess, Tag.addressline, Tag.admininfo, Tag.change,
    Tag.daodesc, Tag.descriptivenote, Tag.conventiondeclaration, Tag.relation, Tag.relations,
    Tag.thead, Tag.tbody, Tag.tgroup, Tag.row, Tag.entry,
  ]
}
