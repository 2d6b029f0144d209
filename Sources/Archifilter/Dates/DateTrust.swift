/// Why a date is not believed; the raw value is its identifier in reports.
public enum DateSuspicion: String, Sendable, CaseIterable {
  /// 1970-01-01: the zero of Unix.
  case unixEpoch = "epoch-1970"
  /// 1601-01-01: the zero of Windows.
  case windowsEpoch = "epoch-1601"
  /// 1904-01-01: the zero of the old Macintosh.
  case macEpoch = "epoch-1904"
  /// 1980-01-01 and the evening before: the zero of FAT and of zip.
  case fatEpoch = "epoch-1980"
  /// 1899-12-30: the zero of spreadsheets.
  case spreadsheetEpoch = "epoch-1899"
  /// 1901-12-13: the earliest date of 32 bits, to which file systems clamp what is earlier.
  case clamped = "clamped-1901"
  /// More than a day after the scan.
  case future
  /// At or beyond the last second of 32 bits (2038-01-19, 2106-02-07).
  case overflow = "overflow-32-bits"
  /// Before 1985, which no office document is.
  case beforeOffice = "before-1985"
}

/// Which date an entry is given.
public enum DateSource: String, Sendable, CaseIterable {
  /// Given by the archivist.
  case override
  /// Last modification as written inside the document.
  case embedded
  /// Last modification as the file system says.
  case modification
  /// The same, in a folder whose files were nearly all written on one day: probably the day of a copy.
  case migration
}

/// Which dates are believed.
public struct DateTrust: Sendable {
  /// The moment of the scan, in nanoseconds since 1970-01-01 UTC.
  public let now: Int
  public let time: LocalTime
  private let officeStart: Int

  /// - Parameters:
  ///   - now: the moment of the scan, in nanoseconds since 1970-01-01 UTC.
  ///   - time: the clock of the archive; suspect days are looked for by it and by UTC.
  public init(now: Int, time: LocalTime) {
    self.now = now
    self.time = time
    officeStart = time.nanoseconds(CivilDate(year: 1985, month: 1, day: 1)) ?? 0
  }

  private static let day = 86_400 * 1_000_000_000
  private static let last32 = 2_147_483_647 * 1_000_000_000
  private static let officeFamilies: Set<String> = [
    "document", "spreadsheet", "presentation", "publication", "drawing", "database", "email",
  ]

  private static func zero(_ dayNumber: Int) -> DateSuspicion? {
    switch dayNumber {
    case 0: .unixEpoch
    case -134_774: .windowsEpoch
    case -24_107: .macEpoch
    case 3_651, 3_652: .fatEpoch
    case -25_569: .spreadsheetEpoch
    case -24_856: .clamped
    default: nil
    }
  }

  /// Why a date is not believed; nil when it is.
  ///
  /// - Parameters:
  ///   - nanoseconds: since 1970-01-01 UTC.
  ///   - family: of the format (`FormatFacts.family`); nil when unknown.
  public func suspicion(_ nanoseconds: Int, family: String?) -> DateSuspicion? {
    if nanoseconds >= DateTrust.last32 { return .overflow }
    let (limit, isBeyond) = now.addingReportingOverflow(DateTrust.day)
    if !isBeyond, nanoseconds > limit { return .future }
    // Most dates are of this century, and none of these days is.
    if nanoseconds > 4_000 * DateTrust.day { return beforeOffice(nanoseconds, family) }
    // Nanoseconds of 64 bits begin in 1677: what is earlier is held at their first, and no file is that old but for the zero.
    if nanoseconds == .min { return .windowsEpoch }
    let universal = CivilDate.floor(nanoseconds, DateTrust.day)
    if let zero = DateTrust.zero(universal) ?? DateTrust.zero(time.dayNumber(nanoseconds)) { return zero }
    return beforeOffice(nanoseconds, family)
  }

  private func beforeOffice(_ nanoseconds: Int, _ family: String?) -> DateSuspicion? {
    guard nanoseconds < officeStart, let family, DateTrust.officeFamilies.contains(family) else { return nil }
    return .beforeOffice
  }

  /// The date an entry is given: the archivist's, else the one inside the document, else the file system's; only the last two
  /// have to be trusted.
  ///
  /// - Parameters:
  ///   - isMigrationFolder: nearly all files of its folder were written on one day (`MigrationDays`): then the file system's date
  ///     is said to be `migration`.
  ///   - override: what the archivist said, in nanoseconds since 1970-01-01 UTC.
  /// - Returns: nil when no date is trusted.
  public func best(_ node: Node, isMigrationFolder: Bool, override: Int? = nil) -> (date: Int, source: DateSource)? {
    if let override { return (override, .override) }
    let family = node.content?.format?.family
    if let embedded = node.content?.embeddedModified, suspicion(embedded, family: family) == nil {
      return (embedded, .embedded)
    }
    guard suspicion(node.modified, family: family) == nil else { return nil }
    return (node.modified, isMigrationFolder ? .migration : .modification)
  }
}
