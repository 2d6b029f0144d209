/// Findings that are known and do not count any more: `--baseline FILE`.
///
/// A file that people can read, compare and keep in version control: a first line that names the format, then one
/// finding a line, sorted: fingerprint, rule, document, path, and its sentence in English as a remark. Only the
/// fingerprint is compared (see `FingerprintCounter`).
public struct Baseline: Sendable {
  static let firstLine = "# ead-convert baseline 1"
  static let columns = "# fingerprint\trule\tfile\tpath\tmessage"
  /// Longer lines are not ours; without a bound one line could be the whole memory.
  private static let longestLine = 1 << 20

  /// Known findings, with the line where each stands.
  private var lines: [Fingerprint: Int] = [:]
  private let path: String

  /// Reads a baseline.
  ///
  /// - Throws: An error that names the line, when the file cannot be read, is no baseline, has a line that is no finding
  ///   (as a failed merge leaves them) or the same finding twice.
  public init(contentsOf path: String) throws(EADError) {
    self.path = path
    let source = try InputSource(path: path, limits: ReadingLimits())
    try source.prepare(scan: nil)
    let size = 1 << 16
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var line: [UInt8] = []
    var number = 0
    while true {
      let count = try source.read(into: buffer, size)
      if count == 0 { break }
      var rest = UnsafeBufferPointer(start: buffer, count: count)[...]
      while let end = rest.firstIndex(of: 0x0A) {
        line += rest[..<end]
        rest = rest[(end + 1)...]
        number += 1
        try add(line, number)
        line.removeAll(keepingCapacity: true)
      }
      line += rest
      if line.count > Baseline.longestLine { throw broken(line, number + 1) }
    }
    if !line.isEmpty {
      number += 1
      try add(line, number)
    }
    if number == 0 { throw EADError("baseline-no-baseline", file: path, line: 1, [Baseline.firstLine]) }
  }

  /// How many findings it knows.
  public var count: Int { lines.count }

  /// Whether a finding is known, by its fingerprint, which holds the name of its document.
  public func contains(_ fingerprint: String) -> Bool {
    Fingerprint(fingerprint.utf8).map { lines[$0] != nil } ?? false
  }

  private mutating func add(_ bytes: [UInt8], _ number: Int) throws(EADError) {
    var line = bytes[...]
    if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    if line.last == 0x0D { line = line.dropLast() }
    if number == 1 {
      guard line.elementsEqual(Baseline.firstLine.utf8) else {
        throw EADError("baseline-no-baseline", file: path, line: 1, [Baseline.firstLine])
      }
      return
    }
    if line.isEmpty || line.first == 0x23 { return }
    let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
    guard fields.count == 5, let fingerprint = Fingerprint(fields[0]) else { throw broken(bytes, number) }
    if let first = lines[fingerprint] {
      throw EADError("baseline-duplicate-line", file: path, line: number, [String(first)])
    }
    lines[fingerprint] = number
  }

  private func broken(_ line: [UInt8], _ number: Int) -> EADError {
    let text = ReportText.cut(String(decoding: line.prefix(400), as: UTF8.self), 60)
    return EADError("baseline-broken-line", file: path, line: number, [text])
  }
}

/// Writes a baseline of everything a run found: `--update-baseline`.
///
/// The run must keep every finding and apply no baseline; `omitted` says whether some were not kept. Documents that
/// could not be read are left out, so that their error is never taken for a known one.
public struct BaselineWriter {
  private struct Entry {
    var file: String
    var rule: String
    var path: String
    var fingerprint: String
    var message: String

    /// By bytes: the order of a baseline depends on no language and on no normalisation.
    func isBefore(_ other: Entry) -> Bool {
      for part in [\Entry.file, \.rule, \.path, \.fingerprint] {
        let (left, right) = (self[keyPath: part].utf8, other[keyPath: part].utf8)
        if !left.elementsEqual(right) { return left.lexicographicallyPrecedes(right) }
      }
      return false
    }
  }

  private let paths = ReportPath()
  private var entries: [Entry] = []
  /// Findings that were counted but not kept, and are therefore missing from the baseline.
  public private(set) var omitted = 0
  /// Documents that were left out because they could not be read.
  public private(set) var unreadable = 0

  public init() {}

  /// How many findings it holds.
  public var count: Int { entries.count }

  /// Takes the findings of one document.
  public mutating func add(_ report: FileReport) {
    guard report.verdict != .unreadable else {
      unreadable += 1
      return
    }
    omitted += report.omitted
    var counter = FingerprintCounter()
    for finding in report.findings {
      let path = String(decoding: FingerprintCounter.withoutPositions(finding.path), as: UTF8.self)
      entries.append(
        Entry(
          file: ReportText.oneLine(paths.relative(finding.file)), rule: ReportText.oneLine(finding.rule),
          path: ReportText.oneLine(path), fingerprint: counter.fingerprint(of: finding),
          message: ReportText.oneLine(ReportText.cut(finding.message(.english), 200))))
    }
  }

  /// Writes them, sorted by document, rule and path: the same findings give the same bytes.
  public func write(to sink: ReportSink) throws(EADError) {
    try sink("\(Baseline.firstLine)\n\(Baseline.columns)\n")
    var last: String?
    for entry in entries.sorted(by: { $0.isBefore($1) }) where entry.fingerprint != last {
      last = entry.fingerprint
      try sink("\(entry.fingerprint)\t\(entry.rule)\t\(entry.file)\t\(entry.path)\t\(entry.message)\n")
    }
  }
}
