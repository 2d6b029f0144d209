public import EADKit

/// The clock of a place, with all its changes (tz database): turns moments into days.
///
/// A value is made once and shared; it reads the zone's file once and never touches the process's own time zone.
public struct LocalTime: Sendable {
  /// Name of the zone, such as `Europe/Paris`.
  public let zone: String
  private let changes: ZoneChanges

  /// The zone of France.
  public static let defaultZone = "Europe/Paris"

  /// Universal time.
  public static let utc = LocalTime()

  private init() {
    zone = "UTC"
    changes = ZoneChanges(moments: [], offsets: [0])
  }

  /// - Parameter zone: a name of the tz database, such as `Europe/Paris`, `Indian/Reunion` or `UTC`.
  /// - Throws: `timezone-unknown` when this system has no such zone.
  public init(zone: String = LocalTime.defaultZone) throws(EADError) {
    self.zone = zone
    if zone == "UTC" || zone == "Z" {
      changes = LocalTime.utc.changes
    } else {
      guard let read = ZoneFile.changes(of: zone) else { throw EADError("timezone-unknown", file: "", [zone]) }
      changes = read
    }
  }

  /// What calendar and clock of the place show.
  ///
  /// - Parameter nanoseconds: since 1970-01-01 UTC; any number.
  public func date(_ nanoseconds: Int) -> CivilDate {
    let seconds = CivilDate.floor(nanoseconds, 1_000_000_000)
    let offset = changes.offset(at: seconds)
    let local = seconds + offset
    let days = CivilDate.floor(local, 86_400)
    var date = CivilDate(dayNumber: days)
    let time = local - days * 86_400
    date.hour = time / 3_600
    date.minute = time / 60 % 60
    date.second = time % 60
    date.offsetMinutes = offset / 60
    return date
  }

  /// The day of the place as a number of days since 1970-01-01.
  public func dayNumber(_ nanoseconds: Int) -> Int {
    let seconds = CivilDate.floor(nanoseconds, 1_000_000_000)
    return CivilDate.floor(seconds + changes.offset(at: seconds), 86_400)
  }

  /// The day of the place, `YYYY-MM-DD`.
  public func iso(_ nanoseconds: Int) -> String { CivilDate(dayNumber: dayNumber(nanoseconds)).iso }

  /// Day and time of the place with its distance from UTC, `YYYY-MM-DDTHH:MM:SS+HH:MM`.
  public func isoTime(_ nanoseconds: Int) -> String { date(nanoseconds).isoTime }

  /// The moment when calendar and clock of the place show something; of the two moments of an hour that comes twice the first.
  ///
  /// - Parameter date: its own offset is not looked at.
  /// - Returns: nil when there is no such day, or the inventory cannot hold it.
  public func nanoseconds(_ date: CivilDate) -> Int? {
    var universal = date
    universal.offsetMinutes = 0
    guard let value = universal.nanoseconds else { return nil }
    let seconds = CivilDate.floor(value, 1_000_000_000)
    // Offsets never exceed a day, so that one of those a day before and after holds at the moment itself.
    let before = changes.offset(at: seconds - 86_400)
    let after = changes.offset(at: seconds + 86_400)
    var found = seconds - before
    if changes.offset(at: found) != before, changes.offset(at: seconds - after) == after { found = seconds - after }
    let (result, isBeyond) = found.multipliedReportingOverflow(by: 1_000_000_000)
    return isBeyond ? nil : result
  }
}

/// The moments when a zone's clock was set, and how far it was ahead of UTC between them.
struct ZoneChanges: Sendable {
  /// Seconds since 1970-01-01 UTC, rising.
  private let moments: [Int]
  /// Seconds ahead of UTC; the first one before all moments, then one after each.
  private let offsets: [Int]

  init(moments: [Int], offsets: [Int]) {
    self.moments = moments
    self.offsets = offsets
  }

  func offset(at seconds: Int) -> Int {
    var low = 0
    var high = moments.count
    while low < high {
      let middle = (low + high) >> 1
      if moments[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return offsets[low]
  }
}
