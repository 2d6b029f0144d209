public import EADKit
import Glibc

/// Loss entries of one document on their way from the job that found them to the reports, on disk.
public final class LossSpool: @unchecked Sendable {
  private let stream: UnsafeMutablePointer<FILE>
  private let name: String
  private var failed = false

  /// A spool in a file without a name, for the losses of the document `name`; nil when there is no place for one.
  public init?(for name: String) {
    self.name = name
    guard let descriptor = try? TemporaryFile.unnamed(for: "-"), let stream = fdopen(descriptor, "w+") else { return nil }
    self.stream = stream
  }

  deinit { fclose(stream) }

  /// Keeps an entry.
  public func append(_ entry: LossEntry) {
    let fields = [
      entry.file, String(entry.line), entry.path, entry.group, entry.component, entry.text, entry.reason.rawValue,
    ]
    for field in fields {
      var length = UInt32(field.utf8.count)
      var copy = field
      if fwrite(&length, 4, 1, stream) != 1 { failed = true }
      copy.withUTF8 { if fwrite($0.baseAddress, 1, $0.count, stream) != $0.count { failed = true } }
    }
  }

  /// Forgets every entry: their document is read again.
  public func reset() {
    fflush(stream)
    failed = ftruncate(fileno(stream), 0) != 0
    rewind(stream)
  }

  /// Calls back with every entry, in order.
  ///
  /// - Throws: `EADError` when the disk did not keep them all.
  public func read(_ body: (LossEntry) throws(EADError) -> Void) throws(EADError) {
    if failed || fflush(stream) != 0 { throw EADError("spool-failed", file: name, [String(cString: strerror(errno))]) }
    rewind(stream)
    while true {
      var fields: [String] = []
      for _ in 0..<7 {
        var length: UInt32 = 0
        guard fread(&length, 4, 1, stream) == 1 else { return }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        guard fread(&bytes, 1, bytes.count, stream) == bytes.count else { return }
        fields.append(String(decoding: bytes, as: UTF8.self))
      }
      try body(
        LossEntry(
          file: fields[0], line: Int(fields[1]) ?? 0, path: fields[2], group: fields[3], component: fields[4], text: fields[5],
          reason: LossReason(rawValue: fields[6]) ?? .noColumn))
    }
  }
}
