/// An `odd` of a type that AtoM has no field for: it becomes a general note and its type is lost.
final class AtoMOtherNoteRule: Rule {
  override class var descriptor: RuleDescriptor { RuleDescriptor("atom-odd-type", .atom, .note, [.ead2002]) }

  /// Types that AtoM's map has, and those whose loss changes nothing.
  private static let known: Set<String> = [
    "publicationStatus", "statusDescription", "levelOfDetail", "institutionIdentifier", "titleVariation",
    "titleAttributions", "titleContinuation", "titleStatRep", "titleParallel", "titleSource", "edition", "physDesc",
    "conservation", "material", "alphanumericDesignation", "bibSeries", "rights", "general", "generalNote",
    "dacsAlphanumericDesignation", "dacsCitation", "dacsConservation", "dacsProcessingInformation",
    "dacsVariantTitleInformation",
  ]

  private var seen = SeenValues()

  override func register(_ interests: inout RuleInterests) { interests.start(of: Tag.odd) }

  override func start(_ name: NameID, _ document: RuleDocument) {
    guard let type = document.attributeText(Attribute.type), !type.isEmpty, AtoMImport.holder(document) == .component,
      !AtoMOtherNoteRule.known.contains(type), seen.isNew(type)
    else { return }
    document.report(self, [type], attribute: Attribute.type)
  }
}
