import CResources

/// What AtoM 2.9 does with EAD 2002 when it imports it, as far as more than one rule must know.
enum AtoMImport {
  /// Where an element stands that AtoM's import map may look for.
  enum Holder {
    /// A child of a component.
    case component
    /// A child of a component's `did`.
    case did
    /// A child of a `descgrp` of a component: AtoM looks into it for some elements only, and one level deep.
    case group
    case elsewhere
  }

  static let components: [NameID] = [Tag.archdesc] + ElementTraits.components

  static func isComponent(_ name: NameID) -> Bool { name == Tag.archdesc || (name >= Tag.c && name <= Tag.c12) }

  /// Where the element of the event stands.
  static func holder(_ document: RuleDocument) -> Holder {
    let parent = document.parent
    if isComponent(parent) { return .component }
    guard isComponent(document.ancestor(2)) else { return .elsewhere }
    return parent == Tag.did ? .did : parent == Tag.descgrp ? .group : .elsewhere
  }

  /// Elements of running text that AtoM stores, of whatever field.
  static let textFields: [NameID] = [
    Tag.accessrestrict, Tag.accruals, Tag.acqinfo, Tag.altformavail, Tag.appraisal, Tag.arrangement, Tag.bibliography,
    Tag.bioghist, Tag.custodhist, Tag.note, Tag.odd, Tag.originalsloc, Tag.otherfindaid, Tag.phystech, Tag.prefercite,
    Tag.processinfo, Tag.relatedmaterial, Tag.scopecontent, Tag.separatedmaterial, Tag.userestrict,
  ]

  /// Of these AtoM keeps only the last one of a description: each overwrites the one before.
  static let singleFields: [NameID] = [
    Tag.accessrestrict, Tag.accruals, Tag.acqinfo, Tag.altformavail, Tag.appraisal, Tag.arrangement, Tag.custodhist,
    Tag.originalsloc, Tag.otherfindaid, Tag.phystech, Tag.scopecontent, Tag.userestrict,
  ]

  /// The same, for elements of `did`; `unitid` and `unittitle` only without `@type`.
  static let singleDidFields: [NameID] = [Tag.abstract, Tag.physdesc, Tag.repository, Tag.unitid, Tag.unittitle]

  /// Elements of `descgrp` that AtoM does not look for there.
  static let lostInGroup: [NameID] = [
    Tag.controlaccess, Tag.dao, Tag.daogrp, Tag.descgrp, Tag.odd, Tag.prefercite, Tag.processinfo, Tag.scopecontent,
  ]

  /// Elements of names, in the order in which AtoM looks for them in an `origination`.
  static let names: [NameID] = [Tag.persname, Tag.corpname, Tag.famname, Tag.name]

  /// Access points that AtoM imports.
  static let accessPoints: [NameID] = names + [Tag.subject, Tag.geogname, Tag.genreform]

  /// Where the element of the event stands below a component's `controlaccess`: 1 for its child, 2 for the child of a
  /// nested one; 0 when something else, or a third `controlaccess`, is between; nil when it is in none.
  static func accessDepth(_ document: RuleDocument) -> Int? {
    let open = document.open
    guard open.count > 2, let first = open.dropLast().lastIndex(where: isComponent),
      first + 1 < open.count - 1, open[first + 1] == Tag.controlaccess
    else { return nil }
    let between = open[(first + 1)..<(open.count - 1)]
    return between.count <= 2 && between.allSatisfy { $0 == Tag.controlaccess } ? between.count : 0
  }

  // MARK: Terms

  /// The default terms of a taxonomy in one language of the interface, in AtoM's order.
  static func terms(_ taxonomy: AtoMTerms.Taxonomy, culture: String) -> [String] {
    (defaults[taxonomy.rawValue] ?? []).map { AtoMTerms.term(taxonomy, $0, culture: culture) }.filter(\.exists).map(\.term)
  }

  /// Whether a fresh AtoM finds a term: in the language of the file, or in any when that language is not known.
  static func knows(_ term: String, _ taxonomy: AtoMTerms.Taxonomy, culture: String?) -> Bool {
    guard let culture else { return AtoMTerms.key(taxonomy, label: term) != nil }
    let wanted = folded(term)
    return terms(taxonomy, culture: culture).contains { folded($0) == wanted }
  }

  /// English names of the default terms by taxonomy.
  private static let defaults: [String: [String]] = {
    var table: [String: [String]] = [:]
    for row in Resource.rows(ead_terms) where row.count >= 4 && row[2] == "en" { table[row[0], default: []].append(row[1]) }
    return table
  }()

  /// Letters as AtoM's database compares them: without regard to case and to the accents of Latin letters.
  static func folded(_ text: String) -> String {
    var out = ""
    for scalar in text.lowercased().unicodeScalars {
      out += unaccented[scalar] ?? String(scalar)
    }
    return out
  }

  private static let unaccented: [Unicode.Scalar: String] = {
    var table: [Unicode.Scalar: String] = [:]
    let groups = [
      ("a", "àáâãäåāăą"), ("c", "çćĉċč"), ("d", "ďđ"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ìíîïĩīĭįı"),
      ("j", "ĵ"), ("k", "ķ"), ("l", "ĺļľŀł"), ("n", "ñńņň"), ("o", "òóôõöøōŏő"), ("r", "ŕŗř"), ("s", "śŝşšș"),
      ("t", "ţťŧț"), ("u", "ùúûüũūŭůűų"), ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"), ("ae", "æ"), ("oe", "œ"), ("ss", "ß"),
    ]
    for (plain, letters) in groups {
      for scalar in letters.unicodeScalars { table[scalar] = plain }
    }
    // Combining accents, for letters written in two parts.
    for value in UInt32(0x300)...0x36F {
      if let scalar = Unicode.Scalar(value) { table[scalar] = "" }
    }
    return table
  }()
}

/// The language AtoM takes for that of the finding aid: the first `langusage/language/@langcode`, as its own code.
struct AtoMFileLanguage {
  /// AtoM's code; nil when there is none, or none that it knows.
  private(set) var code: String?
  /// Whether a code was written at all.
  private(set) var isWritten = false

  /// The code, or that there is none, for messages.
  var name: String { code ?? LocalizedText(key: "atom-no-language", []).argument }

  /// To be told of every `language` that starts.
  mutating func see(_ document: RuleDocument) {
    guard !isWritten, document.parent == Tag.langusage, let value = document.attribute(Attribute.langcode),
      !Bytes.isBlank(value)
    else { return }
    isWritten = true
    guard let found = Languages.code(value), AtoMTerms.cultures.contains(found) else { return }
    code = found
  }
}
