public import EADKit

/// How a tree becomes a description.
public struct DescriptionOptions: Sendable {
  /// Which files are described one by one.
  public enum Items: Sendable, Equatable {
    case none, all
    /// Those of folders that hold at most so many files themselves.
    case upTo(Int)
  }

  public var levels: LevelRules
  public var items = Items.upTo(200)
  public var titles = TitleRules()
  public var time: LocalTime
  /// Language of the description's own sentences; codes and identifiers are never translated.
  public var language = MessageLanguage.french
  /// Call number of the whole, such as `12 W`; nil for none.
  public var callNumber: String?
  /// Title of the whole; nil for the root's name.
  public var title: String?
  /// Identifier of the finding aid; nil for one made of the root's name.
  public var identifier: String?
  /// The archives service; nil leaves a blank to fill in.
  public var repository: String?
  /// Its code (ISO 15511); nil for none.
  public var agencyCode: String?
  /// Who made the documents (ISAD(G) 3.2.1), from the archivist, never from metadata.
  public var creator: String?
  /// Languages of the documents (ISO 639-2/B); empty for none said.
  public var documentLanguages: [String] = []
  /// Links from items to the files.
  public var links = true
  /// What links begin with; empty for relative ones.
  public var linkBase = ""
  /// SHA-256 as a further identifier.
  public var checksums = false
  /// Suspect dates take part in ranges too.
  public var forcesDates = false
  /// Date of the finding aid (ISO 8601 day), from the clock or `SOURCE_DATE_EPOCH`.
  public var today: String
  public var tool: String
  /// As typed, for the processing note; the inventory's own place is left out of it.
  public var commandLine: [String] = []

  public init(levels: LevelRules, time: LocalTime, today: String, tool: String) {
    self.levels = levels
    self.time = time
    self.today = today
    self.tool = tool
  }
}
