/// Choices of a conversion to AtoM's CSV.
public struct AtoMOptions: Sendable {
  /// The columns that every file has, and the standard that decides where ISAD(G) and RAD differ.
  public var template = AtoMTemplate.isad
  /// The culture of every row, whatever the finding aid says.
  public var culture: String?
  /// The culture for finding aids that do not say theirs.
  public var defaultCulture: String?
  /// Slug of an existing record under which the top rows are grafted.
  public var parentSlug: String?
  /// Authorized form of the name of the holding institution, as AtoM has it.
  public var repository: String?
  /// English name of a publication status (`Published`, `Draft`), or any term of the site.
  public var publicationStatus: String?
  /// Reads years in the words of dates that have no `@normal`.
  public var derivesDates = true
  /// Keeps emphasis as Markdown, which AtoM renders.
  public var markdown = true
  /// Makes access points of the names, subjects and places of `index`.
  public var indexAsAccessPoints = false
  /// Fills missing levels by depth.
  public var infersLevels = false
  /// What becomes of links to digital objects.
  public var digitalObjects = DigitalObjects.uri
  /// Converts what is marked `audience="internal"` like the rest.
  public var includesInternal = false
  /// Collects the names of creators and name access points for authority records (`AuthorityRegister`): histories go there
  /// and no longer to `eventActorHistories`.
  public var collectsAuthorities = false
  /// Takes the place of the eadid in every `legacyId`.
  public var idPrefix: String?

  /// What becomes of a link to a digital object.
  public enum DigitalObjects: String, Sendable, CaseIterable {
    /// Media files to `digitalObjectURI`, other links to `generalNote`.
    case uri
    /// Every link to `generalNote`.
    case note
    /// No link anywhere: each is a loss.
    case none
  }

  public init() {}
}
