public import EADKit

/// Where the bytes of an export go.
public typealias ExportSink = (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void

/// The bytes of an export on their way out, 64 KiB at a time, and every way to quote them.
struct ExportBuffer {
  private var bytes: [UInt8] = []
  private static let full = 1 << 16

  init() { bytes.reserveCapacity(ExportBuffer.full + (1 << 12)) }

  // MARK: Out

  /// Hands the bytes on when there are enough of them; called after each row.
  mutating func drain(_ write: ExportSink) throws(EADError) {
    if bytes.count >= ExportBuffer.full { try flush(write) }
  }

  /// Hands on what is left.
  mutating func flush(_ write: ExportSink) throws(EADError) {
    if !bytes.isEmpty {
      // A typed error does not pass through the closure of `withUnsafeBufferPointer`.
      let result = bytes.withUnsafeBufferPointer { buffer -> Result<Void, EADError> in
        do throws(EADError) {
          try write(buffer)
          return .success(())
        } catch {
          return .failure(error)
        }
      }
      try result.get()
    }
    bytes.removeAll(keepingCapacity: true)
  }

  // MARK: Plain

  mutating func append(byte: UInt8) { bytes.append(byte) }
  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
  mutating func append(bytes more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
  mutating func append(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

  /// The mark that makes spreadsheets of Windows read UTF-8.
  mutating func appendByteOrderMark() { bytes.append(contentsOf: [0xEF, 0xBB, 0xBF]) }

  mutating func append(hex digest: some Sequence<UInt8>) {
    for byte in digest {
      bytes.append(ExportBuffer.hexadecimal[Int(byte >> 4)])
      bytes.append(ExportBuffer.hexadecimal[Int(byte & 15)])
    }
  }

  static func hex(_ digest: some Sequence<UInt8>) -> String {
    var out = ""
    for byte in digest {
      out.unicodeScalars.append(Unicode.Scalar(hexadecimal[Int(byte >> 4)]))
      out.unicodeScalars.append(Unicode.Scalar(hexadecimal[Int(byte & 15)]))
    }
    return out
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)

  // MARK: Cells

  /// Who reads a sheet.
  enum Cells {
    /// A program: data stay as they are.
    case imported
    /// A person with a spreadsheet, who must not run what a file name says: a cell that begins with `=`, `+`, `-`, `@`, a
    /// tab or a carriage return gets an apostrophe before it, and so does one that begins with an apostrophe: who takes one
    /// apostrophe off the start of every cell that has one has the data back.
    case spreadsheet
  }

  /// A line of cells, all of them in quotation marks (RFC 4180; LF ends the line).
  mutating func append(row cells: [String], separator: UInt8, _ kind: Cells) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(separator) }
      append(cell: cell.utf8, kind)
    }
    bytes.append(0x0A)
  }

  private mutating func append(cell: String.UTF8View, _ kind: Cells) {
    bytes.append(0x22)
    if kind == .spreadsheet, let first = cell.first, ExportBuffer.isGuarded(first) { bytes.append(0x27) }
    for byte in cell {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  private static func isGuarded(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D, 0x27: true
    default: false
    }
  }

  // MARK: JSON

  /// A string of JSON; control characters, and those that turn the direction of text, are escaped.
  mutating func append(json text: String) {
    bytes.append(0x22)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: append("\\\"")
      case 0x5C: append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069:
        append("\\u")
        for shift in [12, 8, 4, 0] { bytes.append(ExportBuffer.hexadecimal[Int(scalar.value >> UInt32(shift)) & 15]) }
      default: append(bytes: UTF8.encode(scalar).map(Array.init) ?? [])
      }
    }
    bytes.append(0x22)
  }
}
