import CommandLineSupport
import EADKit

/// Where a result goes: standard output, or a file of its owner alone that appears when it is complete.
struct ResultOutput {
  private let file: OutputFile?

  /// Standard output.
  init() { self.init(file: nil) }

  private init(file: OutputFile?) { self.file = file }

  /// - Parameters:
  ///   - path: nil or `-` for standard output.
  ///   - inputs: files that a result must not replace.
  init(path: String?, force: Bool, inputs: [String]) throws(EADError) {
    guard let path, path != "-" else {
      self.init(file: nil)
      return
    }
    try ReportOutputs.refuseClashes([path], inputs: inputs, others: [])
    self.init(file: try OutputFile(path: path, force: force, isPrivate: true))
  }

  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(EADError) {
    if let file { try file.write(bytes) } else { try StandardOutput.write(bytes) }
  }

  func write(_ text: String) throws(EADError) {
    let bytes = Array(text.utf8)
    try bytes.withUnsafeBufferPointer { buffer throws(EADError) in try write(buffer) }
  }

  func commit() throws(EADError) { try file?.commit() }
}
