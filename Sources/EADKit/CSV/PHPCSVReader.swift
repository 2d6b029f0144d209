/// Reads CSV as PHP's `fgetcsv` does and so as AtoM does: in a quoted cell, `\"` does not end it.
public enum PHPCSVReader {
  /// All records of a text; blank lines are left out, as AtoM leaves them out.
  public static func records(_ bytes: [UInt8]) -> [[[UInt8]]] {
    var records: [[[UInt8]]] = []
    read(bytes) { records.append($0) }
    return records
  }

  /// Calls back with every record.
  public static func read(_ bytes: [UInt8], _ body: ([[UInt8]]) -> Void) {
    bytes.withUnsafeBufferPointer { all in
      var at = all.count >= 3 && all[0] == 0xEF && all[1] == 0xBB && all[2] == 0xBF ? 3 : 0
      while at < all.count {
        let record = self.record(all, &at)
        if record.count > 1 || record.first?.isEmpty == false { body(record) }
      }
    }
  }

  private static func record(_ all: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> [[UInt8]] {
    var cells: [[UInt8]] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var wasEscape = false
    while at < all.count {
      let byte = all[at]
      at += 1
      if isQuoted {
        if byte == 0x22, !wasEscape {
          if at < all.count, all[at] == 0x22 {
            cell.append(0x22)
            at += 1
          } else {
            isQuoted = false
          }
        } else {
          cell.append(byte)
        }
        wasEscape = byte == 0x5C && !wasEscape
        continue
      }
      switch byte {
      case 0x22:
        isQuoted = true
        wasEscape = false
      case 0x2C:
        cells.append(cell)
        cell = []
      case 0x0A:
        cells.append(cell)
        return cells
      case 0x0D where at >= all.count || all[at] == 0x0A: break
      default: cell.append(byte)
      }
    }
    cells.append(cell)
    return cells
  }
}
