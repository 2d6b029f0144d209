/// Writes rows in the one dialect AtoM reads safely: every cell quoted, LF, UTF-8 without a byte order mark.
///
/// PHP's reader takes `\"` for a quote that goes on: a backslash is therefore never followed by a quote, nor does a cell
/// end in one; a blank is put between. A cell that is exactly `0` is false for PHP and would be dropped: it is written
/// `[0]`.
enum AtoMRowWriter {
  static func header(extras: UInt64) -> [UInt8] {
    var text = AtoMColumn.names.prefix(AtoMColumn.templateCount).map { "\"\($0)\"" }.joined(separator: ",")
    for index in AtoMColumn.templateCount..<AtoMColumn.allCases.count
    where extras & (1 << UInt64(index - AtoMColumn.templateCount)) != 0 {
      text += ",\"\(AtoMColumn.names[index])\""
    }
    return Array((text + "\n").utf8)
  }

  static func write(_ cells: UnsafeMutablePointer<ByteBuffer>, extras: UInt64, to out: inout ByteBuffer) {
    for index in 0..<AtoMColumn.templateCount {
      if index > 0 { out.append(0x2C) }
      write(cells[index].bytes, to: &out)
    }
    if extras != 0 {
      for index in AtoMColumn.templateCount..<AtoMConverter.cellCount
      where extras & (1 << UInt64(index - AtoMColumn.templateCount)) != 0 {
        out.append(0x2C)
        write(cells[index].bytes, to: &out)
      }
    }
    out.append(0x0A)
  }

  @inline(__always)
  private static func write(_ value: UnsafeBufferPointer<UInt8>, to out: inout ByteBuffer) {
    out.append(0x22)
    if !value.isEmpty { fill(value, &out) }
    out.append(0x22)
  }

  private static func fill(_ value: UnsafeBufferPointer<UInt8>, _ out: inout ByteBuffer) {
    if value.count == 1, value[0] == 0x30 {
      out.append("[0]")
      return
    }
    out.reserve(value.count * 2 + 2)
    let target = out.base + out.count
    var written = 0
    var previous: UInt8 = 0
    for byte in value {
      if byte == 0x22 {
        if previous == 0x5C {
          target[written] = 0x20
          written += 1
        }
        target[written] = 0x22
        written += 1
        target[written] = 0x22
        written += 1
      } else if byte < 0x20, byte != 0x0A {
        // What XML forbids cannot come from a document; tabs and carriage returns are white space like any other.
        if byte == 0x09 || byte == 0x0D {
          target[written] = 0x20
          written += 1
        }
      } else {
        target[written] = byte
        written += 1
      }
      previous = byte
    }
    if previous == 0x5C {
      target[written] = 0x20
      written += 1
    }
    out.count += written
  }
}
