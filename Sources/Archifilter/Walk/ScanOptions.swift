public import EADKit
import Glibc

/// What a scan looks at and how.
public struct ScanOptions: Sendable {
  /// Which files are digested.
  public enum Digests: String, Sendable, CaseIterable {
    case none
    /// Only those whose size another file has too.
    case duplicates
    case all
  }

  /// What recognises formats.
  public enum Formats: String, Sendable, CaseIterable {
    case none
    /// The program's own table and libmagic.
    case own
    case siegfried
    /// Siegfried when it is installed, the program's own table otherwise.
    case auto
  }

  /// The folder, absolute or relative to the current one.
  public var root: [UInt8]
  public var digests = Digests.all
  /// Which digests are made (`.sha256`, `.sha512`, `.md5`).
  public var algorithms: ContentFacts.Work = .sha256
  public var formats = Formats.auto
  /// DROID or Siegfried lists that know the formats already.
  public var formatsFrom: [String] = []
  /// Dates and titles inside the documents.
  public var metadata = true
  /// What archives hold.
  public var members = true
  public var ignore = IgnoreRules()
  /// Goes where links point to.
  public var follow = false
  /// Does not enter other file systems.
  public var oneFileSystem = false
  /// Threads that read folders and files.
  public var jobs = 2
  public var timeZone: LocalTime
  /// This moment, in nanoseconds since 1970-01-01 UTC.
  public var now: Int
  /// This moment, ISO 8601 in UTC.
  public var started: String
  /// Name and version of the program.
  public var tool: String
  /// The time at the end of the scan (ISO 8601, UTC); the same clock as `started`.
  public var clock: @Sendable () -> String

  /// - Parameter clock: nil for `started` at the end as well.
  public init(
    root: [UInt8], timeZone: LocalTime, now: Int, started: String, tool: String, clock: (@Sendable () -> String)? = nil
  ) {
    self.clock = clock ?? { started }
    self.root = root
    self.timeZone = timeZone
    self.now = now
    self.started = started
    self.tool = tool
  }

  /// True when files must be opened.
  var readsContent: Bool {
    digests != .none || formats != .none || metadata || members || !formatsFrom.isEmpty
  }

  /// Everything that changes what is found, one a line as `name=value`: the same text, the same inventory of the same tree.
  ///
  /// Lists of formats come with their size and date, so that another file under the same name is not taken for the same.
  public var text: String {
    var lines = ["digests=\(digests.rawValue)"]
    if digests != .none {
      var names: [String] = []
      if algorithms.contains(.sha256) { names.append("sha256") }
      if algorithms.contains(.sha512) { names.append("sha512") }
      if algorithms.contains(.md5) { names.append("md5") }
      lines.append("algorithms=\(names.joined(separator: ","))")
    }
    lines.append("formats=\(formats.rawValue)")
    for path in formatsFrom {
      var info = stat()
      let isThere = stat(path, &info) == 0
      lines.append("formats-from=\(path)\(isThere ? " \(info.st_size) \(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)" : "")")
    }
    lines.append("metadata=\(metadata ? "yes" : "no")")
    lines.append("members=\(members ? "yes" : "no")")
    lines.append("follow=\(follow ? "yes" : "no")")
    lines.append("one-file-system=\(oneFileSystem ? "yes" : "no")")
    lines.append("time-zone=\(timeZone.zone)")
    for rule in ignore.rules { lines.append("ignore=\(rule.kind.rawValue) \(rule.pattern)") }
    return lines.joined(separator: "\n")
  }

  /// The lines of a text that say how formats are recognised.
  static func formatLines(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.hasPrefix("formats=") || $0.hasPrefix("formats-from=") }
  }
}

/// How far a scan is.
public struct ScanProgress: Sendable, Equatable {
  /// As stored in `run.phase`.
  public enum Phase: String, Sendable {
    case walk, content, finish
  }
  public var phase: Phase
  /// Entries found, or files read.
  public var done: Int
  /// nil while nobody can know it.
  public var total: Int?
  /// Of the files found or read.
  public var bytes: Int

  public init(phase: Phase, done: Int, total: Int? = nil, bytes: Int = 0) {
    self.phase = phase
    self.done = done
    self.total = total
    self.bytes = bytes
  }
}

/// What a scan has found, against the last complete one.
public struct ScanResult: Sendable {
  public var run: RunRecord
  /// It went on where an earlier run had stopped.
  public var isResumed: Bool
  /// False when it was told to stop: the same command goes on.
  public var isComplete: Bool
  /// False for the first scan: there was nothing to compare with.
  public var isCompared: Bool
  public var added = 0
  public var changed = 0
  public var moved = 0
  public var removed = 0
  /// Entries as they were, ignored ones left out.
  public var unchanged = 0
  public var findings: [Finding] = []
}
