/// One entry of a scanned tree.
public struct Node: Sendable {
  /// What an entry is.
  public enum Kind: Int, Sendable {
    case folder = 0, file, link
    /// A pipe, socket or device: listed, never opened.
    case special
    /// An entry that could not be looked at; `error` says why.
    case unknown
  }

  /// What is remarkable about an entry, as stored in `node.flags`.
  public struct Flags: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// A file with a size and no blocks: content that may be elsewhere (cloud storage).
    public static let placeholder = Flags(rawValue: 1)
    /// A folder on another file system that was not entered.
    public static let mountPoint = Flags(rawValue: 2)
    /// A further name of a file that was counted already (same device and inode).
    public static let furtherLink = Flags(rawValue: 4)
    /// A folder already visited through another link (`--follow`).
    public static let loop = Flags(rawValue: 8)
    /// A folder that was ignored and not entered.
    public static let notEntered = Flags(rawValue: 16)
    /// Known from a list or a session only, never seen on a disk.
    public static let listedOnly = Flags(rawValue: 32)
  }

  public var id = 0
  /// 0 for the root.
  public var parent = 0
  /// 0 for the root.
  public var depth = 0
  /// As the file system has it; of the root its own last component.
  public var name: [UInt8] = []
  public var kind = Kind.file
  /// Bytes; 0 for anything but a file.
  public var size = 0
  /// Date of last modification in nanoseconds since 1970-01-01 UTC.
  public var modified = 0
  public var inode = 0
  public var device = 0
  /// Names that the file has.
  public var links = 1
  public var flags: Flags = []
  /// The ignore rule that takes it out of the description, its own or that of a folder above; nil for none.
  public var rule: Int?
  /// `errno` of the failure to read it; nil for none.
  public var error: Int32?
  /// Of folders.
  public var folder: FolderSummary?
  /// Of files that were opened.
  public var content: ContentFacts?

  public init() {}

  /// True when a rule takes it out of the description.
  public var isIgnored: Bool { rule != nil }
}

/// What a folder holds, everything below it included and what is ignored left out.
public struct FolderSummary: Sendable, Equatable {
  /// Identifier of the first entry; those of the others follow it.
  public var first = 0
  /// Direct entries, the ignored ones included.
  public var entries = 0
  public var files = 0
  /// Folders below it, itself not counted.
  public var folders = 0
  public var links = 0
  public var specials = 0
  /// Entries that rules take out, all levels.
  public var ignored = 0
  /// Entries that could not be read.
  public var errors = 0
  /// Bytes of the files, hard links once.
  public var bytes = 0
  /// Bounds of the trusted dates (`DateTrust`) of the files, in nanoseconds since 1970-01-01 UTC; nil when none is trusted.
  public var oldest: Int?
  public var newest: Int?
  public init() {}
}

/// What reading a file has told.
public struct ContentFacts: Sendable, Equatable {
  /// What was done with a file, as stored in `content.work`.
  public struct Work: OptionSet, Sendable, Hashable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let sha256 = Work(rawValue: 1)
    public static let sha512 = Work(rawValue: 2)
    public static let md5 = Work(rawValue: 4)
    public static let format = Work(rawValue: 8)
    public static let metadata = Work(rawValue: 16)
    public static let members = Work(rawValue: 32)
    public static let digests: Work = [.sha256, .sha512, .md5]
  }

  /// As stored in `content.flags`.
  public struct Flags: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The name's extension is not one of the format's.
    public static let extensionMismatch = Flags(rawValue: 1)
    public static let encrypted = Flags(rawValue: 2)
    /// It changed while it was read, twice: digests are left out.
    public static let changed = Flags(rawValue: 4)
    /// The archive has more entries than are listed, or listing it was given up.
    public static let membersCut = Flags(rawValue: 8)
    /// It claims to be a format whose structure it breaks.
    public static let damaged = Flags(rawValue: 16)
  }

  /// How the format was recognised.
  public enum Basis: Int, Sendable {
    case signature = 1, container, extensionOnly
    /// Taken from Siegfried or DROID.
    case imported
    /// libmagic: a MIME type without PUID.
    case magic
  }

  public var work: Work = []
  /// Raw bytes of the digests.
  public var sha256: [UInt8]?
  public var sha512: [UInt8]?
  public var md5: [UInt8]?
  public var format: FormatFacts?
  public var basis: Basis?
  public var flags: Flags = []
  /// Dates inside the document, in nanoseconds since 1970-01-01 UTC.
  public var embeddedModified: Int?
  public var embeddedCreated: Int?
  /// Title inside the document; nil when it has none worth showing.
  public var title: String?
  /// Entries of an archive, and their bytes unpacked as the archive says.
  public var members: Int?
  public var memberBytes: Int?
  /// `errno` of the failure to read it.
  public var error: Int32?
  public init() {}
}

/// A format as the inventory knows it.
public struct FormatFacts: Sendable, Hashable {
  /// PRONOM's identifier, such as `fmt/412`; nil when only the MIME type is known.
  public var puid: String?
  public var mime: String
  public var name: String
  public var version: String
  /// Family for figures: `document`, `spreadsheet`, `presentation`, `publication`, `email`, `image`, `video`, `audio`,
  /// `archive`, `text`, `data`, `web`, `drawing`, `database`, `system`, `other`.
  public var family: String

  public init(puid: String?, mime: String, name: String, version: String = "", family: String) {
    self.puid = puid
    self.mime = mime
    self.name = name
    self.version = version
    self.family = family
  }

  /// Its key in the table `format`.
  public var key: String { puid ?? mime }
}
