import Glibc

/// Rows on their way to a file: it becomes known only at the end which appended columns they all need.
///
/// Most files need none, and are written once. When a row needs one, the rows before it are widened in a last pass.
public final class AtoMRowSpool {
  private let descriptor: Int32
  private let name: String
  private let hasHeader: Bool
  private var start = 0
  private var end = 0
  /// The template whose columns the rows have.
  public private(set) var template = AtoMTemplate.isad
  /// Where rows with these appended columns begin.
  private var segments: [(offset: Int, extras: UInt64)] = []
  /// Rows, as `countRows` was told.
  public private(set) var rows = 0

  /// - Parameters:
  ///   - descriptor: a file opened for reading and writing, empty; the caller closes it.
  ///   - withHeader: writes the template's header line first, so that the file is complete as it is when no column
  ///     has to be appended.
  public init(descriptor: Int32, name: String, withHeader: Bool) throws(EADError) {
    self.descriptor = descriptor
    self.name = name
    hasHeader = withHeader
    try writeHeader()
  }

  private func writeHeader() throws(EADError) {
    guard hasHeader else { return }
    let header = AtoMRowWriter.header(template, extras: 0)
    guard header.withUnsafeBufferPointer({ TemporaryFile.write($0, to: descriptor) }) else {
      throw EADError("output-failed", file: name, [String(cString: strerror(errno))])
    }
    start = header.count
    end = header.count
  }

  /// Prepares for rows of a template; rows of another must not be there yet.
  public func use(_ template: AtoMTemplate) throws(EADError) {
    guard template != self.template else { return }
    precondition(end == start, "rows of two templates do not fit into one file")
    self.template = template
    guard hasHeader else { return }
    guard ftruncate(descriptor, 0) == 0 else { throw failure() }
    lseek(descriptor, 0, SEEK_SET)
    try writeHeader()
  }

  /// A spool in a file without a name.
  public static func unnamed(for name: String) throws(EADError) -> AtoMRowSpool {
    let spool = try AtoMRowSpool(descriptor: TemporaryFile.unnamed(for: name), name: name, withHeader: false)
    spool.ownsDescriptor = true
    return spool
  }

  private var ownsDescriptor = false

  deinit { if ownsDescriptor { close(descriptor) } }

  private func failure() -> EADError {
    EADError(ownsDescriptor ? "spool-failed" : "output-failed", file: name, [String(cString: strerror(errno))])
  }

  /// Every appended column that a row so far has.
  public var extras: UInt64 { segments.reduce(0) { $0 | $1.extras } }

  /// Adds whole rows that have these appended columns (bits in the order of the template's `appended`).
  public func append(_ bytes: UnsafeBufferPointer<UInt8>, extras: UInt64) throws(EADError) {
    if segments.last?.extras != extras { segments.append((end, extras)) }
    guard TemporaryFile.write(bytes, to: descriptor) else { throw failure() }
    end += bytes.count
  }

  /// Notes how many rows were added.
  public func countRows(_ count: Int) { rows += count }

  /// Forgets all rows.
  public func reset() throws(EADError) {
    segments = []
    rows = 0
    guard ftruncate(descriptor, off_t(start)) == 0 else { throw failure() }
    lseek(descriptor, off_t(start), SEEK_SET)
    end = start
  }

  /// Adds all rows of another spool; without rows of its own, the spool takes over the other's template.
  public func append(_ other: AtoMRowSpool) throws(EADError) {
    if end == start { try use(other.template) }
    precondition(template == other.template, "rows of two templates do not fit into one file")
    for (index, segment) in other.segments.enumerated() {
      let stop = index + 1 < other.segments.count ? other.segments[index + 1].offset : other.end
      try other.read(segment.offset..<stop) { bytes throws(EADError) in try self.append(bytes, extras: segment.extras) }
    }
    rows += other.rows
  }

  /// Writes header and rows, all with the same columns.
  public func write(to sink: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) throws(EADError) {
    let extras = extras
    let header = AtoMRowWriter.header(template, extras: extras)
    var problem: EADError?
    header.withUnsafeBufferPointer { bytes in
      do throws(EADError) { try sink(bytes) } catch { problem = error }
    }
    if let problem { throw problem }
    for (index, segment) in segments.enumerated() {
      let stop = index + 1 < segments.count ? segments[index + 1].offset : end
      if segment.extras == extras {
        try read(segment.offset..<stop, sink)
      } else {
        var widener = RowWidener(templateCount: template.columns.count, from: segment.extras, to: extras)
        defer { widener.deallocate() }
        try read(segment.offset..<stop) { bytes throws(EADError) in try sink(widener.widen(bytes)) }
      }
    }
  }

  private func read(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void) throws(EADError) {
    let size = 1 << 18
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var at = range.lowerBound
    while at < range.upperBound {
      let count = pread(descriptor, buffer, min(size, range.upperBound - at), off_t(at))
      guard count > 0 else { throw failure() }
      try body(UnsafeBufferPointer(start: buffer, count: count))
      at += count
    }
  }
}

/// Gives rows the empty cells of columns that only later rows need.
private struct RowWidener {
  private let templateCount: Int
  private let from: UInt64
  private let to: UInt64
  private var isQuoted = false
  private var column = 0
  private var out = ByteBuffer(capacity: 1 << 18)

  init(templateCount: Int, from: UInt64, to: UInt64) {
    self.templateCount = templateCount
    self.from = from
    self.to = to
  }

  func deallocate() { out.deallocate() }

  /// The columns a row has and shall have, in order; what is missing before the next one it has is filled in.
  mutating func widen(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    out.count = 0
    for byte in bytes {
      if byte == 0x22 { isQuoted.toggle() }
      if isQuoted || (byte != 0x2C && byte != 0x0A) {
        out.append(byte)
        continue
      }
      column += 1
      if column >= templateCount { fill(upTo: byte == 0x0A ? nil : column - templateCount) }
      out.append(byte)
      if byte == 0x0A { column = 0 }
    }
    return out.bytes
  }

  /// Writes `,""` for every column missing before the row's own appended column number `position` (nil: its end).
  private mutating func fill(upTo position: Int?) {
    let own = (0..<64).filter { from & (1 << UInt64($0)) != 0 }
    let position = position ?? own.count
    let previous = position > 0 && position - 1 < own.count ? own[position - 1] : -1
    let next = position < own.count ? own[position] : 64
    for bit in 0..<64 where bit > previous && bit < next && to & (1 << UInt64(bit)) != 0 && from & (1 << UInt64(bit)) == 0 {
      out.append(",\"\"")
    }
  }
}
