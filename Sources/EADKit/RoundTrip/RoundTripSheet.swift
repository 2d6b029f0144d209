/// Records of a sheet, readable from any record on.
final class RoundTripSheetReader {
  private let file: AtoMCSVFile
  private let reader: CSVRecordReader
  private var scratch = ByteBuffer(capacity: 256)
  /// Where the current record begins.
  private(set) var offset = 0

  init(path: String, options: AtoMCSVOptions) throws(EADError) {
    var findings: [Finding] = []
    file = try AtoMCSVFile(path: path, options: options, findings: &findings)
    reader = CSVRecordReader(descriptor: file.input.descriptor, file: path, dialect: file.dialect, from: file.firstOffset)
    reader.move(
      to: file.input.descriptor, dialect: file.dialect, from: file.firstOffset, upTo: .max, line: file.firstLine,
      row: file.firstRow)
  }

  deinit { scratch.deallocate() }

  /// The cells of the header line.
  var header: [String] { file.header.names }

  /// Goes to a record by its place, as `offset` gave it.
  func seek(_ offset: Int) {
    reader.move(to: file.input.descriptor, dialect: file.dialect, from: offset, upTo: .max, line: 1, row: 1)
  }

  /// The next record that is not blank; `offset` is then where it begins, and `line` the line of the file.
  ///
  /// - Throws: `EADError` when the file cannot be read or a record is out of all proportion.
  func next() throws(EADError) -> [[UInt8]]? {
    while try reader.advance() {
      if reader.isBlank { continue }
      offset = reader.offset
      return (0..<reader.cellCount).map { Array(reader.value($0, &scratch)) }
    }
    return nil
  }

  /// Line of the current record; only as long as records are read one after the other.
  var line: Int { reader.line }
}

/// Compares two sheets row by row and cell by cell.
///
/// Rows belong together by their ids, identifiers and titles, in this order of trust; ids themselves may be written
/// anew on the way, as long as every row still has the same parent.
struct RoundTripSheetComparison {
  private struct Key {
    var id: UInt64
    var parent: UInt64
    /// The part of the id after its last `#`: the way back may put a prefix before it.
    var idEnd: UInt64
    var identifierAndTitle: UInt64
    var culture: UInt64
    var offset: Int
    var line: Int
  }

  private struct Columns {
    var paths: [Int32] = []
    var isMultiple: [Bool] = []
    var id: Int?
    var parent: Int?
    var identifier: Int?
    var title: Int?
    var culture: Int?

    /// AtoM's own spelling of the names of its columns, by their small letters.
    private static let spellings = Dictionary(
      AtoMColumn.names.map { ($0.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })

    init(_ header: [String], _ table: RoundTripPaths) {
      for (index, raw) in header.enumerated() {
        let name = Columns.spellings[raw.lowercased()] ?? raw
        paths.append(table.path(name, below: RoundTripPaths.none))
        isMultiple.append(AtoMColumn.named(name)?.isMultiple ?? false)
        switch name {
        case "legacyId": id = index
        case "parentId": parent = index
        case "identifier": identifier = index
        case "title": title = index
        case "culture": culture = index
        default: break
        }
      }
    }
  }

  let account: RoundTripAccount
  let reasons: RoundTripReasons
  let paths: RoundTripPaths
  private(set) var units = 0
  private(set) var missingUnits = 0
  private(set) var extraUnits = 0
  private(set) var firstMissing: String?
  private(set) var firstExtra: String?
  private(set) var coarseUnits = 0

  init(account: RoundTripAccount, reasons: RoundTripReasons, paths: RoundTripPaths) {
    self.account = account
    self.reasons = reasons
    self.paths = paths
  }

  mutating func compare(_ source: RoundTripSheetReader, _ target: RoundTripSheetReader) throws(EADError) {
    let (own, other) = (Columns(source.header, paths), Columns(target.header, paths))
    let ownKeys = try RoundTripSheetComparison.keys(source, own, isReturned: false)
    let otherKeys = try RoundTripSheetComparison.keys(target, other, isReturned: true)
    let partner = RoundTripSheetComparison.partners(ownKeys, otherKeys)
    var rowOfID: [UInt64: Int] = [:]
    for (row, key) in ownKeys.enumerated() where key.id != 0 && rowOfID[key.id] == nil { rowOfID[key.id] = row }

    let (before, after) = (RoundTripPieces(paths: paths), RoundTripPieces(paths: paths))
    for row in ownKeys.indices {
      source.seek(ownKeys[row].offset)
      let record = try source.next() ?? []
      units += 1
      let line = ownKeys[row].line
      let component = RoundTripSheetComparison.component(record, own)
      before.reset()
      guard partner[row] >= 0 else {
        missingUnits += 1
        if firstMissing == nil { firstMissing = component }
        RoundTripSheetComparison.add(record, own, line, to: before, withIDs: true)
        account.addMissing(before, component: component)
        continue
      }
      target.seek(otherKeys[partner[row]].offset)
      let returned = try target.next() ?? []
      RoundTripSheetComparison.add(record, own, line, to: before, withIDs: false)
      after.reset()
      RoundTripSheetComparison.add(returned, other, 0, to: after, withIDs: false)
      let reasons = reasons
      let matcher = RoundTripMatcher(before, after) { reasons.saysChanged($0) }
      if !matcher.isComplete { coarseUnits += 1 }
      account.add(before, after, matcher, component: component)

      let parentRow = rowOfID[ownKeys[row].parent]
      let parentIsKept =
        parentRow.map { partner[$0] >= 0 && otherKeys[partner[$0]].id == otherKeys[partner[row]].parent } ?? false
      for (column, isKept) in [(own.id, true), (own.parent, parentIsKept)] {
        guard let column, column < record.count, !record[column].allSatisfy(Bytes.isSpace) else { continue }
        let now = (column == own.id ? other.id : other.parent).flatMap { $0 < returned.count ? returned[$0] : nil } ?? []
        let fate: RoundTripFate = now == record[column] ? .survived : isKept && !now.isEmpty ? .changed : .lost
        account.add(
          String(decoding: record[column], as: UTF8.self), path: own.paths[column], line: line, fate: fate,
          after: String(decoding: now, as: UTF8.self), component: component)
      }
    }
    let returned = Set(partner)
    for row in otherKeys.indices where !returned.contains(row) {
      extraUnits += 1
      target.seek(otherKeys[row].offset)
      let record = try target.next() ?? []
      if firstExtra == nil { firstExtra = RoundTripSheetComparison.component(record, other) }
      after.reset()
      RoundTripSheetComparison.add(record, other, 0, to: after, withIDs: false)
      account.addExtra(after)
    }
  }

  private static func cell(_ record: [[UInt8]], _ column: Int?) -> [UInt8] {
    guard let column, column < record.count else { return [] }
    return record[column]
  }

  private static func component(_ record: [[UInt8]], _ columns: Columns) -> String {
    for column in [columns.id, columns.identifier, columns.title] {
      let cell = cell(record, column)
      if !cell.isEmpty { return ReportText.cut(String(decoding: cell, as: UTF8.self), 80) }
    }
    return ""
  }

  /// The cells of a row as pieces; the values of a list one by one.
  private static func add(_ record: [[UInt8]], _ columns: Columns, _ line: Int, to pieces: RoundTripPieces, withIDs: Bool) {
    for (index, cell) in record.enumerated() where index < columns.paths.count {
      if !withIDs, index == columns.id || index == columns.parent { continue }
      let values = columns.isMultiple[index] ? cell.split(separator: 0x7C) : [cell[...]]
      for value in values {
        // A hole in a list.
        if columns.isMultiple[index], Array(value) == Array("NULL".utf8) { continue }
        Array(value).withUnsafeBufferPointer {
          pieces.add($0, path: columns.paths[index], isAttribute: false, line: Int32(truncatingIfNeeded: line))
        }
      }
    }
  }

  // MARK: Which rows belong together

  private static func keys(
    _ reader: RoundTripSheetReader, _ columns: Columns, isReturned: Bool
  ) throws(EADError) -> [Key] {
    func hash(_ bytes: [UInt8]) -> UInt64 {
      bytes.allSatisfy(Bytes.isSpace) ? 0 : max(1, bytes.withUnsafeBufferPointer { Bytes.hash(Bytes.trimmed($0)) })
    }
    var keys: [Key] = []
    while let record = try reader.next() {
      let id = cell(record, columns.id)
      // On the way it was an identifier of XML.
      var end = Array(id.split(separator: 0x23).last ?? [])
      if isReturned, let decoded = ComponentID.decoded(end) { end = Array(decoded.split(separator: 0x23).last ?? []) }
      let name = cell(record, columns.identifier) + [0x1F] + cell(record, columns.title)
      keys.append(
        Key(
          id: hash(id), parent: hash(cell(record, columns.parent)),
          idEnd: hash(end),
          identifierAndTitle: hash(name), culture: hash(cell(record, columns.culture)), offset: reader.offset,
          line: reader.line))
    }
    return keys
  }

  /// For every row of the source the row that it is now; -1 for none.
  private static func partners(_ own: [Key], _ other: [Key]) -> [Int] {
    var partner = [Int](repeating: -1, count: own.count)
    var isTaken = [Bool](repeating: false, count: other.count)
    func mixed(_ parts: UInt64...) -> UInt64 {
      if parts.contains(0) { return 0 }
      return parts.reduce(0x9e37_79b9_7f4a_7c15) { ($0 ^ $1) &* 0x100_0000_01b3 ^ ($0 >> 31) }
    }
    let ways: [(Key) -> UInt64] = [
      { mixed($0.idEnd, $0.identifierAndTitle, $0.culture) }, { mixed($0.idEnd, $0.identifierAndTitle) },
      { mixed($0.identifierAndTitle, $0.culture) }, { mixed($0.identifierAndTitle) }, { mixed($0.idEnd, $0.culture) },
      { mixed($0.idEnd) },
    ]
    for way in ways {
      var heads: [UInt64: Int] = [:]
      var next = [Int](repeating: -1, count: other.count)
      for row in other.indices.reversed() where !isTaken[row] {
        let key = way(other[row])
        guard key != 0 else { continue }
        next[row] = heads[key] ?? -1
        heads[key] = row
      }
      for row in own.indices where partner[row] < 0 {
        let key = way(own[row])
        guard key != 0, let head = heads[key] else { continue }
        partner[row] = head
        isTaken[head] = true
        heads[key] = next[head] >= 0 ? next[head] : nil
      }
    }
    return partner
  }
}
