/// Fetches the lines of a document where findings are.
enum SourceLines {
  /// Bytes kept of a line.
  private static let longest = 400

  static func fill(_ findings: inout [Finding], from source: InputSource) throws(EADError) {
    var wanted: [Int: [UInt8]] = [:]
    for finding in findings where finding.line > 0 { wanted[finding.line] = [] }
    let size = 1 << 16
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { buffer.deallocate() }
    var line = 1
    let last = wanted.keys.max() ?? 0
    while line <= last {
      let count = try source.read(into: buffer, size)
      if count == 0 { break }
      var rest = UnsafeBufferPointer(start: buffer, count: count)[...]
      while !rest.isEmpty {
        let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
        if let known = wanted[line], known.count < longest {
          wanted[line]?.append(contentsOf: rest[..<end].prefix(longest - known.count))
        }
        if end == rest.endIndex { break }
        line += 1
        rest = rest[(end + 1)...]
      }
    }
    for at in findings.indices {
      guard let bytes = wanted[findings[at].line], !bytes.isEmpty else { continue }
      findings[at].sourceLine = String(decoding: bytes, as: UTF8.self)
    }
  }
}
