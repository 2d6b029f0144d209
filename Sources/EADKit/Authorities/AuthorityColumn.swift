/// Columns of AtoM's CSV import of authority records (`csv:authority-import`), in the order of its template (29 columns,
/// AtoM 2.6 to 2.9).
///
/// The names are AtoM's and are never translated. `legacyId` is no part of the template: AtoM ignores it and knows
/// authority records by their exact name only.
public enum AuthorityColumn: Int, CaseIterable, Sendable {
  case culture
  case typeOfEntity
  case authorizedFormOfName
  case parallelFormsOfName
  case standardizedFormsOfName
  case otherFormsOfName
  case corporateBodyIdentifiers
  case datesOfExistence
  case history
  case places
  case legalStatus
  case functions
  case mandates
  case internalStructures
  case generalContext
  case descriptionIdentifier
  case institutionIdentifier
  case rules
  case status
  case levelOfDetail
  case revisionHistory
  case sources
  case maintenanceNotes
  case actorOccupations
  case actorOccupationNotes
  case subjectAccessPoints
  case placeAccessPoints
  case digitalObjectPath
  case digitalObjectURI

  /// The column's name in the header line.
  public var name: String { AuthorityColumn.names[rawValue] }

  /// Every name, in the order of the template.
  public static let names: [String] = allCases.map { "\($0)" }

  /// Looks a column up by its exact name.
  public static func named(_ name: String) -> AuthorityColumn? {
    names.firstIndex(of: name).flatMap(AuthorityColumn.init(rawValue:))
  }

  /// Several values in one cell, separated by a pipe.
  public var isMultiple: Bool {
    switch self {
    case .parallelFormsOfName, .standardizedFormsOfName, .otherFormsOfName, .actorOccupations, .actorOccupationNotes,
      .subjectAccessPoints, .placeAccessPoints:
      true
    default: false
    }
  }

  /// Most bytes one value may have before AtoM's database refuses the row (VARCHAR(16), VARCHAR(1024) and TEXT columns).
  public var limit: Int {
    switch self {
    case .culture: 16
    case .typeOfEntity, .authorizedFormOfName, .parallelFormsOfName, .standardizedFormsOfName, .otherFormsOfName,
      .corporateBodyIdentifiers, .datesOfExistence, .descriptionIdentifier, .institutionIdentifier, .status, .levelOfDetail,
      .actorOccupations, .subjectAccessPoints, .placeAccessPoints, .digitalObjectPath, .digitalObjectURI:
      1024
    default: 65_535
    }
  }
}
