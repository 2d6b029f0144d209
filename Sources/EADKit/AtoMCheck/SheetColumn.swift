import CResources

/// One column of a kind of sheet, as AtoM's importer takes it (`Resources/atom-sheets.tsv`).
struct SheetColumn: Sendable {
  enum Kind: String, Sendable {
    case id, parent, slug, culture
    /// One text; a pipe makes a list with bullets of it.
    case direct
    /// Values separated by pipes: `notes` drops blank ones, `accessPoints` makes terms without a name of them.
    case list, notes, names, accessPoints = "access-points", termList = "term-list"
    /// Lists that go together by position.
    case event, legacyEvent = "legacy-event", storage, alternativeIDs = "alternative-ids", occupation
    case accessionEvent = "accession-event", accessionIDs = "accession-ids"
    /// A term: found in any case and made when unknown, found only exactly, or never made.
    case term, termExact = "term-exact", status
    case language, script, country, date, uri, path, repository, name, actor, number, slugs, limit
    /// Written by AtoM and not read; in the template and not read; read and fatal.
    case export, dead, aborts

    /// Several values in one cell.
    var isList: Bool {
      switch self {
      case .list, .notes, .names, .accessPoints, .termList, .event, .legacyEvent, .storage, .alternativeIDs, .occupation,
        .accessionEvent, .accessionIDs, .language, .script, .slugs:
        true
      default: false
      }
    }
  }

  var name: String
  var kind: Kind
  /// Most characters or bytes of one value.
  var limit: Int
  /// The limit counts characters.
  var countsCharacters: Bool
  /// The taxonomy of its terms; empty for none.
  var taxonomy: String
  /// Stands in AtoM's template of the sheet.
  var isInTemplate: Bool
}

/// The columns of one kind of sheet.
struct SheetColumns: Sendable {
  let type: SheetType
  let all: [SheetColumn]
  /// By exact name.
  let byName: [String: Int]
  /// By name in lower case without blanks around.
  let bySpelling: [String: Int]

  private init(_ type: SheetType, _ rows: [[String]]) {
    self.type = type
    all = rows.compactMap { row in
      guard row.count >= 6, row[0] == type.rawValue, let kind = SheetColumn.Kind(rawValue: row[2]) else { return nil }
      let inCharacters = row[3].utf8.last == 0x63
      let limit = Int(inCharacters ? String(row[3].dropLast()) : row[3]) ?? 65_535
      return SheetColumn(
        name: row[1], kind: kind, limit: limit, countsCharacters: inCharacters, taxonomy: row[4],
        isInTemplate: row[5] == "template")
    }
    byName = Dictionary(all.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    bySpelling = Dictionary(
      all.enumerated().map { (SheetColumns.plain($0.element.name), $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  private static let tables: [SheetType: SheetColumns] = {
    let rows = Resource.rows(ead_atom_sheets)
    return Dictionary(uniqueKeysWithValues: SheetType.allCases.map { ($0, SheetColumns($0, rows)) })
  }()

  static func of(_ type: SheetType) -> SheetColumns { tables[type] ?? SheetColumns(type, []) }

  /// A name without blanks around and in lower case: how people mean it.
  static func plain(_ name: String) -> String {
    var bytes = Array(name.utf8)
    bytes.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] = Bytes.lowered($0[index]) } }
    return bytes.withUnsafeBufferPointer { String(decoding: Bytes.trimmed($0), as: UTF8.self) }
  }
}
