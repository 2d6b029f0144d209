public import EADKit

/// What an inventory is exported to.
public enum ExportFormat: String, Sendable, CaseIterable {
  case ead2002, ead3
  case atomCSV = "atom-csv"
  case resipCSV = "resip-csv"
  case archifiltreCSV = "archifiltre-csv"
  case fileList = "file-list"
  case sha256sum, duplicates
  case duplicateFolders = "duplicate-folders"
  case jsonLines = "jsonl"
}

/// What exports may be told.
public struct ExportOptions: Sendable {
  public var description: DescriptionOptions
  /// UTF-8 with a mark, for spreadsheets of Windows (lists only; import formats never have one).
  public var byteOrderMark = false
  /// Archifiltre's columns with digests (`CSV avec empreintes`).
  public var withDigests = false
  /// Names end with a NUL instead of a line break (`sha256sum -z`).
  public var separatedByNUL = false

  public init(description: DescriptionOptions) { self.description = description }
}

/// What an export has written.
public struct ExportSummary: Sendable {
  /// Units, rows or lines, headers not counted.
  public var written = 0
  /// Entries left out on purpose, by reason (a key of the messages).
  public var leftOut: [String: Int] = [:]
  public var findings: [Finding] = []
  public init() {}
}
