/// Finds folders whose files were nearly all written on one day, which a copy or a migration does: more than 80 % of at least ten
/// files.
public struct MigrationDays: Sendable {
  private let time: LocalTime
  private var files: [Int: Int] = [:]
  private var total = 0
  private var most: (day: Int, files: Int)?

  /// Fewer files say nothing.
  public static let leastFiles = 10

  public init(time: LocalTime) { self.time = time }

  /// Counts a file of the folder itself.
  ///
  /// - Parameter modified: as the file system says, in nanoseconds since 1970-01-01 UTC.
  public mutating func add(_ modified: Int) {
    let day = time.dayNumber(modified)
    let count = files[day, default: 0] + 1
    files[day] = count
    total += 1
    // Of two days with as many files the earlier, whatever the order in which they came.
    if let most, most.files > count || (most.files == count && most.day < day) { return }
    most = (day, count)
  }

  /// For the next folder.
  public mutating func removeAll() {
    files.removeAll(keepingCapacity: files.count < 1_000)
    total = 0
    most = nil
  }

  /// The day of the probable copy, with the files of that day and all files; nil when there is none.
  public var day: (date: CivilDate, files: Int, of: Int)? {
    guard let most, total >= MigrationDays.leastFiles, most.files * 5 > total * 4 else { return nil }
    return (CivilDate(dayNumber: most.day), most.files, total)
  }

  public var isMigration: Bool { day != nil }
}
