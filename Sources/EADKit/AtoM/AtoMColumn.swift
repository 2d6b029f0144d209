/// Columns of AtoM's CSV import of archival descriptions, in the order of its ISAD(G) template (56 columns, AtoM 2.7 to
/// 2.9), then the RAD columns that the same importer reads, then one that it does not read.
///
/// Which of them a file has, and in which order, its template says (`AtoMTemplate`). The names are AtoM's and are never
/// translated.
public enum AtoMColumn: Int, CaseIterable, Sendable {
  case legacyId
  case parentId
  case qubitParentSlug
  case accessionNumber
  case identifier
  case title
  case levelOfDescription
  case extentAndMedium
  case repository
  case archivalHistory
  case acquisition
  case scopeAndContent
  case appraisal
  case accruals
  case arrangement
  case accessConditions
  case reproductionConditions
  case language
  case script
  case languageNote
  case physicalCharacteristics
  case findingAids
  case locationOfOriginals
  case locationOfCopies
  case relatedUnitsOfDescription
  case publicationNote
  case digitalObjectPath
  case digitalObjectURI
  case generalNote
  case subjectAccessPoints
  case placeAccessPoints
  case nameAccessPoints
  case genreAccessPoints
  case descriptionIdentifier
  case institutionIdentifier
  case rules
  case descriptionStatus
  case levelOfDetail
  case revisionHistory
  case languageOfDescription
  case scriptOfDescription
  case sources
  case archivistNote
  case publicationStatus
  case physicalObjectName
  case physicalObjectLocation
  case physicalObjectType
  case alternativeIdentifiers
  case alternativeIdentifierLabels
  case eventDates
  case eventTypes
  case eventStartDates
  case eventEndDates
  case eventActors
  case eventActorHistories
  case culture
  // RAD
  case radGeneralMaterialDesignation
  case alternateTitle
  case radOtherTitleInformation
  case radTitleStatementOfResponsibility
  case radTitleStatementOfResponsibilityNote
  case radTitleAttributionsAndConjectures
  case radTitleContinues
  case radTitleSourceOfTitleProper
  case radTitleVariationsInTitle
  case radTitleParallelTitles
  case radEdition
  case radEditionStatementOfResponsibility
  case radStatementOfScaleCartographic
  case radStatementOfProjection
  case radStatementOfCoordinates
  case radStatementOfScaleArchitectural
  case radIssuingJurisdiction
  case radTitleProperOfPublishersSeries
  case radParallelTitlesOfPublishersSeries
  case radOtherTitleInformationOfPublishersSeries
  case radStatementOfResponsibilityRelatingToPublishersSeries
  case radNumberingWithinPublishersSeries
  case radPublishersSeriesNote
  case radNoteAccompanyingMaterial
  case radNoteAlphaNumericDesignation
  case radNoteConservation
  case radNoteEdition
  case radNotePhysicalDescription
  case radNotePublishersSeries
  case radNoteRights
  case radNoteSignaturesInscriptions
  case radNoteCast
  case radNoteCredits
  case radStandardNumber
  case eventDescriptions
  case eventPlaces
  /// In AtoM's own RAD template, and read by nobody: always blank in what is written here.
  case radNoteOnPublishersSeries

  /// Number of columns of the ISAD(G) template.
  public static let templateCount = 56

  /// The column's name in the header line.
  public var name: String { AtoMColumn.names[rawValue] }

  /// Every name, in the order of the cases.
  public static let names: [String] = allCases.map { "\($0)" }

  /// True for what AtoM's importer reads.
  var isRead: Bool { self != .radNoteOnPublishersSeries }

  /// Looks a column up by its exact name.
  static func named(_ name: String) -> AtoMColumn? {
    names.firstIndex(of: name).flatMap(AtoMColumn.init(rawValue:))
  }

  /// Several values in one cell, separated by a pipe.
  var isMultiple: Bool {
    switch self {
    case .language, .script, .languageNote, .publicationNote, .generalNote, .subjectAccessPoints, .placeAccessPoints,
      .nameAccessPoints, .genreAccessPoints, .languageOfDescription, .scriptOfDescription, .archivistNote,
      .physicalObjectName, .physicalObjectLocation, .physicalObjectType, .alternativeIdentifiers,
      .alternativeIdentifierLabels, .eventDates, .eventTypes, .eventStartDates, .eventEndDates, .eventActors,
      .eventActorHistories, .accessionNumber, .radGeneralMaterialDesignation:
      true
    default: rawValue >= AtoMColumn.templateCount && !AtoMColumn.singleRAD.contains(self)
    }
  }

  private static let singleRAD: Set<AtoMColumn> = [.alternateTitle, .radEdition]

  /// Most bytes one value may have before AtoM's database refuses the row (VARCHAR(1024) and TEXT columns).
  var limit: Int {
    switch self {
    case .identifier, .title, .alternateTitle, .radEdition, .descriptionIdentifier, .institutionIdentifier, .repository,
      .levelOfDescription, .subjectAccessPoints, .placeAccessPoints, .genreAccessPoints, .nameAccessPoints,
      .eventDates, .eventTypes, .eventActors, .physicalObjectName, .physicalObjectType, .radGeneralMaterialDesignation,
      .eventPlaces:
      1024
    default: 65_535
    }
  }
}
