public import EADKit

/// Where a report's text goes: standard output, or a file that appears when it is complete.
public final class ReportStream {
  private let file: OutputFile?
  private let console: Console
  private var waiting: [UInt8] = []
  /// A person reads along.
  public let isWatched: Bool
  private static let most = 1 << 16

  /// - Parameter path: nil for standard output.
  public init(path: String?, force: Bool, console: Console) throws(EADError) {
    self.console = console
    isWatched = path == nil && Terminal.showsOutput
    file = if let path { try OutputFile(path: path, force: force) } else { nil }
  }

  /// Adds text at the end.
  public func write(_ text: String) throws(EADError) {
    waiting.append(contentsOf: text.utf8)
    if waiting.count >= ReportStream.most { try flush() }
  }

  /// Hands on what waits.
  public func flush() throws(EADError) {
    guard !waiting.isEmpty else { return }
    if isWatched { console.clearBar() }
    defer { waiting.removeAll(keepingCapacity: true) }
    try waiting.withUnsafeBufferPointer { bytes throws(EADError) in
      if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
    }
  }

  /// Puts the file in its place.
  public func commit() throws(EADError) {
    try flush()
    try file?.commit()
  }

  /// Leaves nothing behind.
  public func discard() { file?.discard() }
}
