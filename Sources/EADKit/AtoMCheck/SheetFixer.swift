import Glibc

/// Writes a corrected copy of a sheet, as far as the remedy is certain, and tells each change.
///
/// What is not certain stays as it is, for `SheetChecker` to report: unknown parents, ids given twice, values that are too long,
/// dates that can be read in two ways. A row with values beyond its last column is taken over without a correction, since nobody
/// knows which value belongs where. The corrected copy of a corrected copy is the same, byte for byte.
///
/// The sheet is read once or twice from beginning to end, and row by row where parents have to be put before children: memory
/// holds one row, 12 bytes a description, or about 45 while descriptions are put in order.
///
/// Source of the rules: AtoM's importers as they behave when they are run (2.9).
public final class SheetFixer {
  public typealias Write = (UnsafeBufferPointer<UInt8>) throws(EADError) -> Void
  public typealias Change = (SheetChange) throws(EADError) -> Void

  /// What the corrections of one cell need to know about its column.
  struct Task {
    var cell: Int
    var column: SheetColumn
  }

  let file: SheetFile
  var sheet: Sheet { file.sheet }
  /// Culture for rows that have none; nil: they stay without.
  let culture: String?
  /// Names of the columns in the result; those of columns that are left out too.
  let names: [String]
  let row: SheetFixRow
  /// Where the culture of a row stands: behind the last column when it is added.
  let cultureCell: Int?
  let addsCulture: Bool
  private let limit: Int

  /// Columns that are corrected. Others are unknown to AtoM, or stand twice with different values.
  @exclusivity(unchecked) var tasks: [Task] = []
  @exclusivity(unchecked) var groups = CellGroups()
  @exclusivity(unchecked) var answers: [UInt64: [UInt8]?] = [:]
  private let siteTerms: SheetSiteTerms?
  private(set) lazy var terms = SheetTerms(siteTerms)
  @exclusivity(unchecked) var lastCulture = RowCulture()
  /// The `legacyId` of the row before, as a fingerprint; 0 for none.
  @exclusivity(unchecked) var lastID: UInt64 = 0

  /// Columns of the source that the result has, in their order.
  @exclusivity(unchecked) private var kept: [Int] = []
  @exclusivity(unchecked) private var leftOut: [(cell: Int, kind: String)] = []
  @exclusivity(unchecked) private var order = SheetOrder()
  @exclusivity(unchecked) private var isOrdered = false
  /// Rows whose blank culture stays, by where they begin: another row of the description has the culture they would get.
  @exclusivity(unchecked) private var withoutCulture: Set<Int> = []

  @exclusivity(unchecked) private var out = ByteBuffer(capacity: 1 << 10)
  @exclusivity(unchecked) private var result = SheetFixResult()
  @exclusivity(unchecked) private var sums = Sums()
  @exclusivity(unchecked) private var resultRow = 0

  /// Changes that are told once, with the first row and a count.
  private struct Sums {
    struct Sum {
      var first = SheetChange("")
      var count = 0
    }
    var all: [(kind: String, sum: Sum)] = []

    mutating func add(_ kind: String, _ change: @autoclosure () -> SheetChange) {
      guard let index = all.firstIndex(where: { $0.kind == kind }) else {
        return all.append((kind, Sum(first: change(), count: 1)))
      }
      all[index].sum.count += 1
    }
  }

  /// Opens a sheet and looks at its form; nothing is written yet.
  ///
  /// - Parameters:
  ///   - options: as for `SheetChecker`: kind of sheet, encoding, and what the site has.
  ///   - culture: fills blank cells of `culture`, as AtoM's code; a sheet without the column gets one.
  ///   - site: what the files that `options` names say, when they were read already.
  /// - Throws: when the sheet cannot be read or has no column of AtoM's, or AtoM has no such culture.
  public init(
    path: String, options: SheetCheckOptions = SheetCheckOptions(), culture: String? = nil, site: SheetSite? = nil
  ) throws(EADError) {
    file = try SheetFile(path: path, type: options.type, options: options.csv)
    let known: SheetSite
    if let site { known = site } else { known = try SheetSite(options) }
    siteTerms = known.terms
    self.culture = try culture.map { name throws(EADError) in
      guard let code = AtoMCultures.canonical(name) else { throw EADError("fix-culture-unknown", file: path, [name]) }
      return code
    }
    limit = options.csv.recordBytes
    addsCulture = culture != nil && file.sheet.cell("culture") == nil
    cultureCell = file.sheet.cell("culture") ?? (culture == nil ? nil : file.sheet.width)
    names = SheetFixer.names(file.sheet) + (addsCulture ? ["culture"] : [])
    row = SheetFixRow(names: names)
  }

  deinit {
    out.deallocate()
    order.deallocate()
  }

  /// AtoM's names for those that mean one, and the others without blanks around, unless they would become AtoM's by that.
  private static func names(_ sheet: Sheet) -> [String] {
    let known = SheetColumns.of(sheet.type).byName
    let trimmed = sheet.written.map { name in
      Array(name.utf8).withUnsafeBufferPointer { String(decoding: CSVRecordReader.trimmed($0), as: UTF8.self) }
    }
    // Two names that only blanks tell apart stay two.
    var spellings: [String: Set<[UInt8]>] = [:]
    for (name, written) in zip(trimmed, sheet.written) { spellings[name, default: []].insert(Array(written.utf8)) }
    return sheet.written.indices.map { index in
      if let column = sheet.columns[index] { return column.name }
      let plain = trimmed[index]
      if plain.isEmpty { return "" }
      let name = known[plain] == nil && spellings[plain]?.count == 1 ? plain : sheet.written[index]
      // As it will be written: the same name in the copy of a copy.
      let guarded = Array(name.utf8).withUnsafeBufferPointer(SheetRowText.guarded)
      return guarded.map { String(decoding: $0, as: UTF8.self) } ?? name
    }
  }

  // MARK: Running

  /// Writes the corrected sheet and calls back with each change, in the order of the result; what concerns many rows alike
  /// comes at the end. To be called once.
  public func run(write: Write, change: Change) throws(EADError) -> SheetFixResult {
    result.findings = file.input.findings
    try survey()
    try tellFile(change)
    try writeHeader(change)
    if isOrdered { try writeInOrder(write, change) } else { try writeStraight(write, change) }
    try flush(write, keeping: 0)
    try tellSums(change)
    return result
  }

  private func tell(_ one: SheetChange, _ change: Change) throws(EADError) {
    result.changes[one.kind, default: 0] += 1
    try change(one)
  }

  private func flush(_ write: Write, keeping: Int = 1 << 17) throws(EADError) {
    guard out.count > keeping else { return }
    try write(out.bytes)
    out.reset(keeping: 1 << 20)
  }

  private func writeStraight(_ write: Write, _ change: Change) throws(EADError) {
    let reader = file.reader(file.form.dialect, limit: limit)
    let readings = SheetReadings(file, limit: limit)
    var torn = 0
    while try reader.advance() {
      let rows = try readings.rows(reader)
      try put(reader, row: rows.atom + torn, spreadsheetRow: rows.spreadsheet, isMoved: false, change)
      torn += SheetFileCheck.tears(reader.record)
      try flush(write)
    }
  }

  private func writeInOrder(_ write: Write, _ change: Change) throws(EADError) {
    let reader = file.reader(file.form.dialect, limit: limit)
    var position = 0
    var newest = -1
    while position < order.order.count {
      let first = Int(order.order[position])
      var count = 1
      let place = order.place(of: first)
      let distance = place.spreadsheetRow - place.row
      // A new start where AtoM and a spreadsheet begin to count differently.
      while position + count < order.order.count, Int(order.order[position + count]) == first + count {
        let other = order.place(of: first + count)
        if other.spreadsheetRow - other.row != distance { break }
        count += 1
      }
      // What comes after the file's last description are blank rows.
      let stop = first + count < order.count ? order.place(of: first + count).offset : Int.max
      reader.move(
        to: file.input.descriptor, dialect: file.form.dialect, from: place.offset, upTo: stop, line: 1, row: place.row)
      let isMoved = first < newest
      newest = max(newest, first + count - 1)
      while try reader.advance() {
        try put(reader, row: reader.row, spreadsheetRow: reader.row + distance, isMoved: isMoved, change)
        try flush(write)
      }
      position += count
    }
  }

  // MARK: One row

  private func put(
    _ reader: CSVRecordReader, row number: Int, spreadsheetRow: Int, isMoved: Bool, _ change: Change
  ) throws(EADError) {
    // What ends the lines is not a part of the record.
    var record = reader.record
    if !file.form.dialect.endsWithCR, record.last == 0x0D, !reader.isUnterminated {
      record = UnsafeBufferPointer(rebasing: record.dropLast())
      sums.add("fix-line-ends", SheetChange("fix-line-ends"))
    } else if file.form.dialect.endsWithCR {
      sums.add("fix-line-ends", SheetChange("fix-line-ends"))
    }
    row.load(reader, row: number, spreadsheetRow: spreadsheetRow)
    func sum(_ kind: String) {
      sums.add(kind, place(kind))
    }
    if row.isBlank { return sum("fix-blank-row") }
    result.rows += 1
    let width = sheet.width
    let lastFilled = row.lastFilled
    let isWhole = lastFilled < width && !row.isUnterminated
    if isWhole { repair(isCultureFilled: !withoutCulture.contains(row.offset)) }
    if row.isBlank {
      for one in row.changes { try tell(one, change) }
      return sum("fix-blank-row")
    }
    resultRow += 1
    result.rowsWritten += 1

    let start = out.count
    // A cell that is never closed has nothing behind it.
    let end: Int
    if row.isUnterminated {
      end = row.cellCount
    } else {
      end = isPadded ? max(width, lastFilled + 1) : max(min(row.cellCount, width), row.lastFilled + 1)
    }
    var last = -1
    for cell in kept where cell < end {
      if last >= 0 { out.append(0x2C) }
      write(cell)
      last = cell
    }
    if addsCulture, !row.isUnterminated {
      if last >= 0 { out.append(0x2C) }
      append(isWhole ? row.value(width) : .empty)
      last = width - 1
    }
    if end > width {
      for cell in width..<end {
        if last >= 0 { out.append(0x2C) }
        write(cell)
        last = cell
      }
    }
    let isOpen = row.isUnterminated && last == row.cellCount - 1
    if isOpen {
      // Where the cell should have ended nobody knows: it stays open, for the check to report.
      out.count -= 1
    } else if let gap = SheetRowText.guardLongLine(start, &out), !Bytes.equal(out.bytes(from: start), record) {
      row.note("fix-long-row", -1, [], count: gap.blanks)
    }
    let isSame = Bytes.equal(out.bytes(from: start), record)
    if !isOpen { out.append(0x0A) }
    isLeftOpen = isOpen

    if !isSame {
      if row.cellCount < width, isPadded { sum("fix-row-short") }
      if row.cellCount > max(width, lastFilled + 1) { sum("fix-row-wide") }
      if row.strayCells > 0 { row.note("fix-quote-stray", -1, [], count: row.strayCells) }
      for index in row.changes.indices { row.changes[index].resultRow = resultRow }
      for one in row.changes { try tell(one, change) }
      let hasWidth = row.cellCount == width || !isPadded && row.cellCount < width
      if row.changes.isEmpty, hasWidth, leftOut.isEmpty, !addsCulture { sum("fix-quoting") }
    }
    if isMoved {
      var one = place("fix-order")
      one.resultRow = resultRow
      one.old = Array(row.value(sheet.cell("parentId") ?? -1))
      one.new = one.old
      try tell(one, change)
    }
  }

  /// Short rows are filled up. Not in sheets wider than any of AtoM's could be: there a file of short rows would grow
  /// beyond all measure.
  private var isPadded: Bool { sheet.width <= 1024 || addsCulture }

  private func place(_ kind: String) -> SheetChange {
    var change = SheetChange(kind)
    change.row = row.row
    change.spreadsheetRow = row.spreadsheetRow
    return change
  }

  private func append(_ value: UnsafeBufferPointer<UInt8>) { SheetRowText.append(value, to: &out) }

  private func write(_ cell: Int) {
    let value = row.value(cell)
    guard let guarded = SheetRowText.guarded(value) else { return append(value) }
    // A blank that stands there already is no change.
    if !guarded.withUnsafeBufferPointer({ Bytes.equal($0, row.raw(cell)) }) { row.note("fix-backslash", cell, guarded) }
    guarded.withUnsafeBufferPointer(append)
  }

  // MARK: The file as a whole

  private func tellFile(_ change: Change) throws(EADError) {
    let input = file.input
    func say(_ kind: String, _ old: String = "", count: Int = 1) throws(EADError) {
      var one = SheetChange(kind)
      one.old = Array(old.utf8)
      one.count = count
      try tell(one, change)
    }
    if !input.encoding.isUTF8 {
      try say("fix-encoding", input.encoding.title)
    } else if let mixed = input.findings.first(where: { $0.rule == "csv-encoding-mixed" }) {
      try say("fix-encoding-mixed", count: mixed.arguments.first.flatMap { Int($0) } ?? 1)
    } else if input.start > 0 {
      try say("fix-byte-order-mark")
    }
    let delimiter = file.form.dialect.delimiter
    if delimiter != 0x2C { try say("fix-delimiter", CSVDialect.name(of: delimiter)) }
    if file.form.lead != .nothing { try say("fix-before-header", count: file.form.headerRow - 1) }
  }

  private func writeHeader(_ change: Change) throws(EADError) {
    for one in leftOut {
      var found = SheetChange(one.kind)
      found.row = sheet.headerRow
      found.spreadsheetRow = sheet.headerRow
      found.column = names[one.cell]
      found.count = one.cell + 1
      try tell(found, change)
    }
    for cell in kept where !sheet.written[cell].utf8.elementsEqual(names[cell].utf8) {
      var one = SheetChange("fix-header")
      one.row = sheet.headerRow
      one.spreadsheetRow = sheet.headerRow
      one.resultRow = 1
      one.column = names[cell]
      one.old = Array(sheet.written[cell].utf8)
      one.new = Array(names[cell].utf8)
      try tell(one, change)
    }
    if addsCulture {
      var one = SheetChange("fix-culture-column")
      one.resultRow = 1
      one.new = Array((culture ?? "").utf8)
      try tell(one, change)
    }
    for (position, cell) in (kept + (addsCulture ? [sheet.width] : [])).enumerated() {
      if position > 0 { out.append(0x2C) }
      let name = Array(names[cell].utf8)
      name.withUnsafeBufferPointer { bytes in
        guard let guarded = SheetRowText.guarded(bytes) else { return append(bytes) }
        guarded.withUnsafeBufferPointer(append)
      }
    }
    resultRow = 1
    // The header line as it stands in the source.
    let reader = CSVRecordReader(
      descriptor: file.input.descriptor, file: file.input.file, dialect: file.form.dialect, from: file.input.start,
      recordLimit: limit)
    while reader.row < sheet.headerRow, try reader.advance() {}
    var record = reader.record
    let isCR = file.form.dialect.endsWithCR
    if isCR || record.last == 0x0D { sums.add("fix-line-ends", SheetChange("fix-line-ends")) }
    if !isCR, record.last == 0x0D { record = UnsafeBufferPointer(rebasing: record.dropLast()) }
    let isRenamed = kept.contains { !sheet.written[$0].utf8.elementsEqual(names[$0].utf8) }
    if !isRenamed, leftOut.isEmpty, !addsCulture, !Bytes.equal(out.bytes, record) {
      var one = SheetChange("fix-quoting")
      one.row = sheet.headerRow
      one.spreadsheetRow = sheet.headerRow
      sums.add("fix-quoting", one)
    }
    out.append(0x0A)
  }

  private func tellSums(_ change: Change) throws(EADError) {
    for (_, sum) in sums.all {
      var one = sum.first
      one.count = sum.count
      if one.kind == "fix-line-ends" { one.old = Array((file.form.dialect.endsWithCR ? "CR" : "CR LF").utf8) }
      try tell(one, change)
    }
    // The last line of a text ends as the others do.
    if !file.form.dialect.endsWithCR, !isLeftOpen, !file.input.endsWithLF {
      try tell(SheetChange("fix-last-line-end"), change)
    }
  }

  /// The last row of the result has an open quotation mark, as in the source.
  @exclusivity(unchecked) private var isLeftOpen = false

  // MARK: First reading

  /// Finds out what only the whole file tells: which of several columns of one name say nothing, where parents stand, which
  /// rows may get a culture.
  private func survey() throws(EADError) {
    let known = sheet.columns
    var repeated: [(cell: Int, last: Int, differs: Bool)] = []
    var nameless: [(cell: Int, isFilled: Bool)] = []
    var last: [[UInt8]: Int] = [:]
    for index in 0..<sheet.width { last[Array(names[index].utf8)] = index }
    for index in 0..<sheet.width {
      if names[index].isEmpty {
        nameless.append((index, false))
      } else if let other = last[Array(names[index].utf8)], other > index {
        repeated.append((index, other, false))
      }
    }
    let needsOrder = sheet.type == .description && sheet.cell("parentId") != nil && sheet.cell("legacyId") != nil
    let fillsCulture = culture != nil && !addsCulture && sheet.cell("legacyId") != nil
    // Columns that stand twice with different values are nobody's to correct; the ids must not be among them.
    if !repeated.isEmpty || !nameless.isEmpty || needsOrder || fillsCulture {
      try read(&repeated, &nameless, needsOrder: needsOrder, fillsCulture: fillsCulture)
    }
    for one in repeated where !one.differs { leftOut.append((one.cell, "fix-column-repeated")) }
    for one in nameless where !one.isFilled { leftOut.append((one.cell, "fix-column-nameless")) }
    let gone = Set(leftOut.map(\.cell))
    leftOut.sort { $0.cell < $1.cell }
    kept = (0..<sheet.width).filter { !gone.contains($0) }
    let unsure = Set(repeated.filter(\.differs).map { names[$0.cell] })
    tasks = kept.compactMap { cell in
      guard let column = known[cell], !unsure.contains(names[cell]) else { return nil }
      return Task(cell: cell, column: column)
    }
    groups = CellGroups(sheet, tasks)
    guard needsOrder, order.isNeeded, !isUnterminated else { return order.forget() }
    order.forget()
    try collect()
    isOrdered = true
  }

  @exclusivity(unchecked) private var isUnterminated = false

  private func read(
    _ repeated: inout [(cell: Int, last: Int, differs: Bool)], _ nameless: inout [(cell: Int, isFilled: Bool)],
    needsOrder: Bool, fillsCulture: Bool
  ) throws(EADError) {
    let reader = file.reader(file.form.dialect, limit: limit)
    var identity = SheetFixIdentity(self)
    defer { identity.deallocate() }
    var open: (id: UInt64, cultures: Set<UInt64>, blanks: [Int]) = (0, [], [])
    let fill = culture.map { Array($0.utf8).withUnsafeBufferPointer { Bytes.hash($0) } } ?? 0
    func close() {
      // Only one row of a description can have the culture.
      let kept = open.cultures.contains(fill) ? 0 : 1
      for offset in open.blanks.dropFirst(kept) { withoutCulture.insert(offset) }
      open.cultures.removeAll()
      open.blanks.removeAll()
    }
    while try reader.advance() {
      if reader.isBlank { continue }
      if reader.isUnterminated { isUnterminated = true }
      // Both are in the order of the cells: behind the row's last one nothing stands.
      for index in repeated.indices where !repeated[index].differs {
        if repeated[index].cell >= reader.cellCount { break }
        repeated[index].differs = identity.differs(reader, repeated[index].cell, repeated[index].last)
      }
      for index in nameless.indices where !nameless[index].isFilled {
        if nameless[index].cell >= reader.cellCount { break }
        nameless[index].isFilled = identity.isFilled(reader, nameless[index].cell)
      }
      guard needsOrder || fillsCulture else { continue }
      let isFirst = identity.read(reader)
      if needsOrder, isFirst { order.look(id: identity.id, parent: identity.parent) }
      guard fillsCulture else { continue }
      if isFirst { close() }
      if identity.id == 0 { continue }
      if let own = identity.culture { open.cultures.insert(own) } else { open.blanks.append(reader.offset) }
    }
    close()
  }

  /// Reads once more where each description begins, and puts them in order.
  private func collect() throws(EADError) {
    let reader = file.reader(file.form.dialect, limit: limit)
    let readings = SheetReadings(file, limit: limit)
    var identity = SheetFixIdentity(self)
    defer { identity.deallocate() }
    var torn = 0
    while try reader.advance() {
      let rows = try readings.rows(reader)
      let tears = SheetFileCheck.tears(reader.record)
      defer { torn += tears }
      if reader.isBlank { continue }
      guard identity.read(reader) else { continue }
      var place = SheetOrder.Place(
        offset: reader.offset, row: rows.atom + torn, spreadsheetRow: rows.spreadsheet)
      // Blank rows between descriptions are read with the one before, those above all others with the first.
      if order.count == 0 {
        place = SheetOrder.Place(offset: file.form.firstOffset, row: file.form.firstRow, spreadsheetRow: file.form.firstRow)
      }
      guard order.append(place, id: identity.id, parent: identity.parent) else {
        throw EADError("csv-too-many-rows", file: file.input.file, line: reader.line)
      }
    }
    order.arrange()
  }
}

extension CSVInput {
  fileprivate var endsWithLF: Bool {
    var last: UInt8 = 0
    return size > 0 && pread(descriptor, &last, 1, off_t(size - 1)) == 1 && last == 0x0A
  }
}

extension ByteBuffer {
  fileprivate func bytes(from start: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[start...]) }
}
