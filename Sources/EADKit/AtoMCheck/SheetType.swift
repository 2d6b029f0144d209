/// Kinds of sheets that AtoM imports, each by an importer of its own.
public enum SheetType: String, Sendable, CaseIterable {
  case description, authority, relationship, accession, deaccession, repository, event, storage

  /// Columns that only this kind has, by which a header line is recognised.
  private var signs: Set<String> {
    switch self {
    case .description: ["levelofdescription", "parentid", "qubitparentslug", "scopeandcontent", "extentandmedium", "levelofdetail"]
    case .authority: ["authorizedformofname", "typeofentity", "datesofexistence"]
    case .relationship: ["subjectauthorizedformofname", "objectauthorizedformofname", "relationtype"]
    case .accession: ["acquisitiondate", "sourceofacquisition", "donorname", "acquisitiontype", "receivedextentunits"]
    case .deaccession: ["deaccessionnumber"]
    case .repository: ["geoculturalcontext", "collectingpolicies", "openingtimes", "uploadlimit", "geographicsubregions", "thematicareas"]
    case .event: ["eventactorname", "eventtype"]
    case .storage: ["descriptionslugs"]
    }
  }

  /// The kind that a header line is of: the one with most of the names, its own signs counting most; nil when no name is
  /// AtoM's.
  static func recognised(_ names: [String]) -> SheetType? {
    let plain = names.map(SheetColumns.plain)
    var best: (type: SheetType, score: Int)?
    for type in SheetType.allCases {
      let spellings = SheetColumns.of(type).bySpelling
      var known = 0
      for name in plain where spellings[name] != nil { known += 1 }
      guard known > 0 else { continue }
      // A sign weighs more than any number of names that several kinds share.
      let signs = plain.filter(type.signs.contains).count
      let score = signs * 1000 + known * 10 - (plain.count - known)
      if best.map({ score > $0.score }) ?? true { best = (type, score) }
    }
    return best?.type
  }
}
