public import EADKit

/// A list of digests that `sha256sum -c` checks, in the folder that was scanned.
///
/// As GNU's program writes it: a name with a backslash, line feed or carriage return has these as `\\`, `\n`, `\r`, and its
/// line begins with a backslash. With `separatedByNUL` (`sha256sum -z`) names stand as they are.
public enum Sha256sumExport {
  public static func write(
    _ connection: InventoryConnection, options: ExportOptions, write: ExportSink
  ) throws(EADError) -> ExportSummary {
    var summary = ExportSummary()
    var buffer = ExportBuffer()
    var without = 0
    let cursor = try TreeCursor(connection)
    while let node = try cursor.next() {
      guard node.kind == .file else { continue }
      guard let digest = node.content?.sha256 else {
        without += 1
        continue
      }
      line(digest, cursor.path, isNUL: options.separatedByNUL, to: &buffer)
      summary.written += 1
      try buffer.drain(write)
    }
    try buffer.flush(write)
    if without > 0 {
      summary.leftOut["export-without-digest"] = without
      summary.findings.append(
        Finding(
          rule: "export-sha256sum-missing", severity: .warning, file: connection.file,
          arguments: [String(without), String(summary.written)]))
    }
    return summary
  }

  private static func line(_ digest: [UInt8], _ path: [UInt8], isNUL: Bool, to buffer: inout ExportBuffer) {
    let isEscaped = !isNUL && path.contains { $0 == 0x5C || $0 == 0x0A || $0 == 0x0D }
    if isEscaped { buffer.append(byte: 0x5C) }
    buffer.append(hex: digest)
    buffer.append("  ")
    if isEscaped {
      for byte in path {
        switch byte {
        case 0x5C: buffer.append("\\\\")
        case 0x0A: buffer.append("\\n")
        case 0x0D: buffer.append("\\r")
        default: buffer.append(byte: byte)
        }
      }
    } else {
      buffer.append(bytes: path)
    }
    buffer.append(byte: isNUL ? 0 : 0x0A)
  }
}
