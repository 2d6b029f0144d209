import Glibc

/// Lost pieces of one document on their way from the job that found them to the reports, on disk.
public final class RoundTripLossSpool: @unchecked Sendable {
  private let stream: UnsafeMutablePointer<FILE>
  private let name: String
  private var failed = false

  /// A spool in a file without a name, for the losses of the document `name`.
  ///
  /// - Throws: `EADError` when there is no place for one.
  public init(for name: String) throws(EADError) {
    self.name = name
    let descriptor = try TemporaryFile.unnamed(for: name)
    guard let stream = fdopen(descriptor, "w+") else {
      close(descriptor)
      throw EADError("spool-failed", file: name, [String(cString: strerror(errno))])
    }
    self.stream = stream
  }

  deinit { fclose(stream) }

  /// Keeps a lost piece.
  public func append(_ loss: RoundTripLoss) {
    for field in [
      loss.file, String(loss.line), loss.path, loss.component, loss.text, loss.instead == nil ? "" : "1", loss.instead ?? "",
      loss.reason?.rawValue ?? "",
    ] {
      var length = UInt32(truncatingIfNeeded: field.utf8.count)
      var copy = field
      if fwrite(&length, 4, 1, stream) != 1 { failed = true }
      copy.withUTF8 { if fwrite($0.baseAddress, 1, $0.count, stream) != $0.count { failed = true } }
    }
  }

  /// Calls back with every lost piece, in order.
  ///
  /// - Throws: `EADError` when the disk did not keep them all.
  public func read(_ body: (RoundTripLoss) throws(EADError) -> Void) throws(EADError) {
    if failed || fflush(stream) != 0 { throw EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }
    rewind(stream)
    while let file = field() {
      guard let line = field(), let path = field(), let component = field(), let text = field(), let hasInstead = field(),
        let instead = field(), let reason = field()
      else { throw EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }
      try body(
        RoundTripLoss(
          file: file, line: Int(line) ?? 0, path: path, component: component, text: text,
          instead: hasInstead.isEmpty ? nil : instead, reason: LossReason(rawValue: reason)))
    }
  }

  private func field() -> String? {
    var length: UInt32 = 0
    guard fread(&length, 4, 1, stream) == 1 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    guard fread(&bytes, 1, bytes.count, stream) == bytes.count else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
