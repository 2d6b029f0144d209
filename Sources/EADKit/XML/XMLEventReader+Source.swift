extension XMLEventReader {
  /// Parses a source from where it stands, as far as more of it is wanted, and tells the parser that it has ended.
  func read(_ source: InputSource) throws(EADError) {
    let size = 1 << 14
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer, size)
      if count == 0 || !feed(UnsafeBufferPointer(start: buffer, count: count)) { break }
    }
    finish()
  }

  /// The document says an encoding that it is not in.
  func encodingContradiction(file: String, severity: Severity = .warning) -> Finding? {
    encodingWasOverruled.map { Finding(rule: "encoding-wrong", severity: severity, file: file, line: 1, arguments: [$0]) }
  }

  /// Bytes were read in another encoding than the document's; known at its end.
  func encodingRepairs(file: String) -> Finding? {
    guard repairedBytes > 0 else { return nil }
    return Finding(rule: "encoding-bytes", severity: .warning, file: file, line: 1, arguments: [String(repairedBytes)])
  }
}
