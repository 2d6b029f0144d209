package import CResources

/// Files embedded in the program, and the tab-separated tables among them.
package enum Resource {
  package static func bytes(_ accessor: () -> ead_resource) -> UnsafeBufferPointer<UInt8> {
    let resource = accessor()
    return UnsafeBufferPointer(start: resource.bytes, count: resource.count)
  }

  /// The rows of a table: lines split at tabs; blank lines and lines that start with `#` are comments.
  package static func rows(_ accessor: () -> ead_resource) -> [[String]] {
    let all = bytes(accessor)
    var rows: [[String]] = []
    for line in all.split(separator: 0x0A) where line.first != 0x23 {
      rows.append(
        line.split(separator: 0x09, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) })
    }
    return rows
  }
}
