import Glibc

/// How AtoM and a spreadsheet read the records that `reader` reads: where they differ, and their own numbers of the rows.
///
/// Only a quotation mark after a backslash makes a difference. A file without one is read once; another is read three times
/// side by side.
final class SheetReadings {
  /// A reading that goes along with the main one.
  private struct Follower {
    var reader: CSVRecordReader
    var row = 0
    var isDone = false

    /// The number of the record that holds a place.
    mutating func row(at offset: Int) throws(EADError) -> Int {
      while !isDone, reader.row < 1 || reader.nextOffset <= offset || row == 0 {
        if try reader.advance() {
          row = reader.row
          if reader.nextOffset > offset { break }
        } else {
          isDone = true
        }
      }
      return row
    }
  }

  private var atom: Follower?
  private var spreadsheet: Follower?
  private let atomProbe: CSVRecordReader?
  private let spreadsheetProbe: CSVRecordReader?
  private let descriptor: Int32
  private var scratch = ByteBuffer(capacity: 256)
  private var otherScratch = ByteBuffer(capacity: 256)

  init(_ file: SheetFile, limit: Int) {
    descriptor = file.input.descriptor
    guard file.input.scan.escapedQuotes > 0 else {
      atomProbe = nil
      spreadsheetProbe = nil
      return
    }
    let own = file.form.dialect
    var php = own
    php.hasEscape = true
    php.everyEscapeCounts = false
    var rfc = own
    rfc.hasEscape = false
    rfc.everyEscapeCounts = false
    func follower(_ dialect: CSVDialect) -> Follower? {
      dialect == own ? nil : Follower(reader: file.reader(dialect, limit: limit))
    }
    atom = follower(php)
    spreadsheet = follower(rfc)
    atomProbe = php == own ? nil : file.reader(php, limit: limit)
    spreadsheetProbe = rfc == own ? nil : file.reader(rfc, limit: limit)
  }

  deinit {
    scratch.deallocate()
    otherScratch.deallocate()
  }

  struct Difference {
    var atom = false
    var spreadsheet = false
  }

  /// Whether the others read the record differently.
  func difference(_ reader: CSVRecordReader) throws(EADError) -> Difference {
    guard atomProbe != nil || spreadsheetProbe != nil, SheetReadings.hasTrap(reader.record) else {
      return Difference()
    }
    return Difference(atom: try differs(reader, atomProbe), spreadsheet: try differs(reader, spreadsheetProbe))
  }

  /// AtoM's and the spreadsheet's number of the record.
  func rows(_ reader: CSVRecordReader) throws(EADError) -> (atom: Int, spreadsheet: Int) {
    // Another reading under which the file has no sensible records has no sensible numbers either.
    (SheetReadings.number(&atom, reader), SheetReadings.number(&spreadsheet, reader))
  }

  private static func number(_ follower: inout Follower?, _ reader: CSVRecordReader) -> Int {
    guard follower != nil else { return reader.row }
    do throws(EADError) {
      return try follower?.row(at: reader.offset) ?? reader.row
    } catch {
      follower = nil
      return reader.row
    }
  }

  private func differs(_ reader: CSVRecordReader, _ probe: CSVRecordReader?) throws(EADError) -> Bool {
    guard let probe else { return false }
    probe.move(to: descriptor, dialect: probe.dialect, from: reader.offset, upTo: .max, line: reader.line, row: reader.row)
    do throws(EADError) {
      guard try probe.advance() else { return true }
    } catch {
      if error.finding.rule == "input-unreadable" { throw error }
      return true
    }
    guard probe.nextOffset == reader.nextOffset, probe.cellCount == reader.cellCount else { return true }
    for cell in 0..<reader.cellCount
    where !Bytes.equal(reader.value(cell, &scratch), probe.value(cell, &otherScratch)) {
      return true
    }
    return false
  }

  /// A quotation mark directly after a backslash.
  private static func hasTrap(_ record: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at + 1 < record.count {
      guard let base = record.baseAddress, let found = memchr(base + at, 0x5C, record.count - at - 1) else { return false }
      at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base + 1
      if record[at] == 0x22 { return true }
    }
    return false
  }
}
