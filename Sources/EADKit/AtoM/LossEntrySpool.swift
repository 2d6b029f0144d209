import Glibc

/// Losses of a document that may have to be read a second time, kept on disk until it is known which reading counts.
final class LossEntrySpool {
  private let stream: UnsafeMutablePointer<FILE>
  private let name: String
  private var hasFailed = false

  /// - Throws: `EADError` when there is no place for a file without a name.
  init(for name: String) throws(EADError) {
    self.name = name
    let descriptor = try TemporaryFile.unnamed(for: name)
    guard let stream = fdopen(descriptor, "w+") else {
      close(descriptor)
      throw EADError("spool-failed", file: name, [String(cString: strerror(errno))])
    }
    self.stream = stream
  }

  deinit { fclose(stream) }

  func append(_ entry: LossEntry) {
    for field in [
      entry.file, String(entry.line), entry.path, entry.group, entry.component, entry.text, entry.reason.rawValue,
    ] {
      var length = UInt32(truncatingIfNeeded: field.utf8.count)
      var copy = field
      if fwrite(&length, 4, 1, stream) != 1 { hasFailed = true }
      copy.withUTF8 { if fwrite($0.baseAddress, 1, $0.count, stream) != $0.count { hasFailed = true } }
    }
  }

  /// Hands on every entry, in order.
  ///
  /// - Throws: `EADError` when the disk did not keep them all.
  func deliver(to receive: (LossEntry) -> Void) throws(EADError) {
    if hasFailed || fflush(stream) != 0 { throw failure() }
    rewind(stream)
    while let file = field() {
      guard let line = field(), let path = field(), let group = field(), let component = field(), let text = field(),
        let reason = field().flatMap({ LossReason(rawValue: $0) })
      else { throw failure() }
      receive(
        LossEntry(
          file: file, line: Int(line) ?? 0, path: path, group: group, component: component, text: text, reason: reason))
    }
  }

  private func failure() -> EADError { EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }

  private func field() -> String? {
    var length: UInt32 = 0
    guard fread(&length, 4, 1, stream) == 1 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    guard fread(&bytes, 1, bytes.count, stream) == bytes.count else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads a document, and once more with two passes when content turns up where one pass cannot place it.
  ///
  /// - Parameters:
  ///   - again: called before the second reading.
  ///   - attempt: reads and converts; its losses are handed on only when it comes to its end.
  static func reading<Result>(
    _ path: String, _ reading: EADReaderOptions, losses: ((LossEntry) -> Void)?, again: () throws(EADError) -> Void,
    attempt: (EADReaderOptions, ((LossEntry) -> Void)?) throws(EADError) -> Result
  ) throws(EADError) -> Result {
    // Standard input cannot be read again.
    guard path != "-", !reading.alwaysTwoPasses else { return try attempt(reading, losses) }
    let spool: LossEntrySpool? = if losses == nil { nil } else { try LossEntrySpool(for: path) }
    func keep(_ entry: LossEntry) { spool?.append(entry) }
    let result: Result
    do throws(EADError) {
      result = try attempt(reading, losses == nil ? nil : keep)
    } catch {
      // The scan for content after children is conservative; should it ever be wrong, nothing is lost but time.
      guard error.finding.rule == "late-content" else { throw error }
      var twice = reading
      twice.alwaysTwoPasses = true
      try again()
      return try attempt(twice, losses)
    }
    if let spool, let losses { try spool.deliver(to: losses) }
    return result
  }
}
