/// One entry of the tree in the words of ISAD(G), ready for any target.
public struct DescribedUnit: Sendable {
  /// `u` and 16 hexadecimal digits of the SHA-256 of the path: the same whatever is added beside it.
  public var id = ""
  /// Identifier of the unit above; empty for the first.
  public var parentID = ""
  /// 0 for the whole.
  public var depth = 0
  public var isFolder = false
  /// `@level` of EAD: `fonds`, `recordgrp`, `series`, `subseries`, `file`, `item`, `otherlevel` …
  public var level = ""
  /// The word of `otherlevel`; empty otherwise.
  public var otherLevel = ""
  /// ISAD(G) 3.1.1 as assigned; nil for none.
  public var callNumber: String?
  /// Path relative to the root, as bytes; empty for the root.
  public var path: [UInt8] = []
  /// The path as text: `/` between names, `%XX` where it is not clean UTF-8 (and for `%` itself there).
  public var pathText = ""
  /// ISAD(G) 3.1.2.
  public var title = ""
  /// The entry's own name as text; what the title was made of.
  public var name = ""
  /// Rules that made the title of the name (`TitleRules`), in order.
  public var titleRules: [String] = []
  /// ISAD(G) 3.1.3: days in the archive's time zone, `YYYY-MM-DD`; nil when no date is trusted.
  public var start: String?
  public var end: String?
  /// Where the date comes from: `modification`, `embedded`, `override`; for folders of most of their files.
  public var dateSource = ""
  /// The dates in words.
  public var dateText = ""
  /// ISAD(G) 3.1.5. Files and folders below (1 and 0 for a file), and bytes.
  public var files = 0
  public var folders = 0
  public var bytes = 0
  /// Of items.
  public var format: FormatFacts?
  public var sha256: [UInt8]?
  /// Of folders: formats below with number of files and bytes, the most frequent first.
  public var formats: [(format: FormatFacts, files: Int, bytes: Int)] = []
  /// Sentences, in the language of the options.
  public var scopeAndContent: [String] = []
  public var appraisal: [String] = []
  public var arrangement: [String] = []
  public var technical: [String] = []
  public var notes: [String] = []
  public var copies: [String] = []
  /// Only of the whole.
  public var custodialHistory: [String] = []
  public var processing: [String] = []
  /// Access points, from the archivist's tags.
  public var subjects: [String] = []
  /// Marked for elimination by the archivist, itself or with a folder above.
  public var isToEliminate = false
  /// Address of the object, percent-encoded byte by byte; nil when links are off.
  public var link: String?

  public init() {}
}
