/// A template of AtoM's import CSV of archival descriptions: the columns that every file has, in AtoM's order.
///
/// AtoM reads the columns of all templates with one importer, whatever their order: a template says which header people
/// find in their file, and by which standard they describe. What a file needs besides is appended.
public enum AtoMTemplate: String, Sendable, CaseIterable {
  /// ISAD(G), 56 columns (AtoM 2.7 to 2.9).
  case isad
  /// Rules for Archival Description (Canada), 90 columns (AtoM 2.7 to 2.9).
  case rad

  /// The columns of the template, in the order of its header line.
  public var columns: [AtoMColumn] {
    switch self {
    case .isad: AtoMTemplate.isadLayout.columns
    case .rad: AtoMTemplate.radLayout.columns
    }
  }

  /// The columns besides that AtoM reads, in the order in which they are appended.
  public var appended: [AtoMColumn] {
    switch self {
    case .isad: AtoMTemplate.isadLayout.appended
    case .rad: AtoMTemplate.radLayout.appended
    }
  }

  /// The columns of a file.
  ///
  /// - Parameter extras: the appended columns it has: bits in the order of `appended`.
  func columns(with extras: UInt64) -> [AtoMColumn] {
    columns + appended.indices.filter { extras & (1 << UInt64($0)) != 0 }.map { appended[$0] }
  }

  /// The appended columns that a row has a value for: bits in the order of `appended`.
  func extras(of cells: UnsafeMutablePointer<ByteBuffer>) -> UInt64 {
    var extras: UInt64 = 0
    for (bit, column) in appended.enumerated() where cells[column.rawValue].count > 0 { extras |= 1 << UInt64(bit) }
    return extras
  }

  private struct Layout: Sendable {
    let columns: [AtoMColumn]
    let appended: [AtoMColumn]

    init(_ columns: [AtoMColumn]) {
      self.columns = columns
      let own = Set(columns)
      appended = AtoMColumn.allCases.filter { !own.contains($0) && $0.isRead }
    }
  }

  private static let isadLayout = Layout(Array(AtoMColumn.allCases.prefix(AtoMColumn.templateCount)))

  private static let radLayout = Layout([
    .legacyId, .parentId, .qubitParentSlug, .accessionNumber, .title, .radGeneralMaterialDesignation, .alternateTitle,
    .radOtherTitleInformation, .radTitleStatementOfResponsibility, .radTitleStatementOfResponsibilityNote,
    .radTitleAttributionsAndConjectures, .radTitleContinues, .radTitleSourceOfTitleProper, .radTitleVariationsInTitle,
    .radTitleParallelTitles, .levelOfDescription, .repository, .identifier, .radEdition, .radEditionStatementOfResponsibility,
    .radStatementOfScaleCartographic, .radStatementOfProjection, .radStatementOfCoordinates,
    .radStatementOfScaleArchitectural, .radIssuingJurisdiction, .extentAndMedium, .radTitleProperOfPublishersSeries,
    .radParallelTitlesOfPublishersSeries, .radOtherTitleInformationOfPublishersSeries,
    .radStatementOfResponsibilityRelatingToPublishersSeries, .radNumberingWithinPublishersSeries, .radPublishersSeriesNote,
    .radNoteOnPublishersSeries, .archivalHistory, .scopeAndContent, .physicalCharacteristics, .acquisition, .arrangement,
    .language, .script, .languageNote, .locationOfOriginals, .locationOfCopies, .accessConditions, .reproductionConditions,
    .findingAids, .relatedUnitsOfDescription, .accruals, .radNoteAccompanyingMaterial, .radNoteAlphaNumericDesignation,
    .radNoteConservation, .radNoteEdition, .radNotePhysicalDescription, .radNotePublishersSeries, .radNoteRights,
    .radNoteSignaturesInscriptions, .radNoteCast, .radNoteCredits, .radStandardNumber, .subjectAccessPoints,
    .placeAccessPoints, .nameAccessPoints, .genreAccessPoints, .descriptionIdentifier, .institutionIdentifier, .rules,
    .descriptionStatus, .levelOfDetail, .revisionHistory, .languageOfDescription, .scriptOfDescription, .sources,
    .publicationStatus, .digitalObjectPath, .digitalObjectURI, .generalNote, .physicalObjectName, .physicalObjectLocation,
    .physicalObjectType, .alternativeIdentifiers, .alternativeIdentifierLabels, .eventDates, .eventTypes, .eventStartDates,
    .eventEndDates, .eventDescriptions, .eventActors, .eventActorHistories, .eventPlaces, .culture,
  ])
}
