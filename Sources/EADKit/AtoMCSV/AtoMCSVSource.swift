/// The descriptions of one import of AtoM's, from one or several CSV files, parents before children.
///
/// The files are read twice: once for their form and their hierarchy, once for the descriptions. Where the rows are in the
/// tree's order already, the second reading goes straight through; otherwise each row is fetched from its place.
///
/// Rules of the hierarchy (AtoM's importer, where it keeps the tree): `parentId` means the newest earlier row with that
/// `legacyId`, in any of the files; failing that, the nearest later one, which AtoM would not find. A `qubitParentSlug` makes
/// a description top-level unless its `parentId` is in the import. Rows with the `legacyId` of the row before them and a culture
/// of their own translate it.
public final class AtoMCSVSource {
  /// Rows with something in them, translations included, header lines not.
  @exclusivity(unchecked) public private(set) var rows = 0
  /// Bytes of all files as they lie on disk.
  @exclusivity(unchecked) public private(set) var bytesRead = 0
  /// Descriptions that `next()` gives altogether.
  public var descriptions: Int { index.count }

  private struct Base {
    var offset = 0
    var line = 0
    var row = 0
  }

  private let options: AtoMCSVOptions
  @exclusivity(unchecked) private var files: [AtoMCSVFile] = []
  /// Where each file begins when all are counted one after the other.
  @exclusivity(unchecked) private var bases: [Base] = []
  private let index = AtoMCSVIndex()
  @exclusivity(unchecked) private var report = AtoMCSVReport()

  @exclusivity(unchecked) private var reader: CSVRecordReader?
  @exclusivity(unchecked) private var fileNumber = 0
  @exclusivity(unchecked) private var position: Int?
  @exclusivity(unchecked) private var isFinished = false
  /// The description that was given last, and one that was read ahead.
  @exclusivity(unchecked) private var current: AtoMCSVRecord?
  @exclusivity(unchecked) private var ahead: AtoMCSVRecord?
  @exclusivity(unchecked) private var spare: [AtoMCSVRecord] = []
  @exclusivity(unchecked) private var group = TranslationGroup()
  /// The ancestors of the description that was given last, itself included, with how many children each has given.
  @exclusivity(unchecked) private var path: [(index: Int, children: Int)] = []
  @exclusivity(unchecked) private var roots = 0

  /// Reads the files once to learn their form and their hierarchy; ids belong to all of them together.
  ///
  /// - Throws: when a file cannot be read, has no header line with a column of AtoM's, or a record past the limits.
  public init(paths: [String], options: AtoMCSVOptions = AtoMCSVOptions()) throws(EADError) {
    self.options = options
    var base = Base()
    for path in paths {
      var found: [Finding] = []
      let file = try AtoMCSVFile(path: path, options: options, findings: &found)
      for finding in found { report.note(finding) }
      files.append(file)
      bases.append(base)
      bytesRead += file.input.storedSize
      try survey(file, &base)
    }
    index.finish()
    if let file = paths.first, index.count == 0 { report.note(Finding(rule: "csv-no-rows", severity: .warning, file: file)) }
  }

  // MARK: First pass

  /// The one reader of the second pass, at a place of a file.
  private func aim(_ file: AtoMCSVFile, from offset: Int, upTo stop: Int, line: Int, row: Int) -> CSVRecordReader {
    if let reader {
      reader.move(to: file.input.descriptor, dialect: file.dialect, from: offset, upTo: stop, line: line, row: row)
      return reader
    }
    let fresh = CSVRecordReader(
      descriptor: file.input.descriptor, file: file.input.file, dialect: file.dialect, recordLimit: options.recordBytes)
    fresh.move(to: file.input.descriptor, dialect: file.dialect, from: offset, upTo: stop, line: line, row: row)
    reader = fresh
    return fresh
  }

  private func survey(_ file: AtoMCSVFile, _ base: inout Base) throws(EADError) {
    let reader = CSVRecordReader(
      descriptor: file.input.descriptor, file: file.input.file, dialect: file.dialect, recordLimit: options.recordBytes)
    reader.move(
      to: file.input.descriptor, dialect: file.dialect, from: file.firstOffset, upTo: .max, line: file.firstLine,
      row: file.firstRow)
    var identity = RowIdentity(file.header)
    defer { identity.deallocate() }
    var group = TranslationGroup()
    while try reader.advance() {
      if reader.isBlank { continue }
      rows += 1
      identity.read(reader)
      let relation = group.add(id: identity.id, culture: identity.culture)
      if relation == .translation { continue }
      let place = AtoMCSVIndex.Place(
        offset: base.offset + reader.offset, line: base.line + reader.line, row: base.row + reader.row)
      guard
        index.append(
          place: place, id: identity.id, parent: identity.parent, hasSlug: identity.hasSlug,
          sameCulture: relation == .sameCulture)
      else { throw EADError("csv-too-many-rows", file: file.input.file, line: reader.line) }
    }
    base.offset += file.input.size + 1
    base.line += reader.nextLine
    base.row += reader.row + 1
  }

  // MARK: Second pass

  /// The next description, depth first; nil after the last. It lasts until the next call.
  public func next() throws(EADError) -> AtoMCSVRecord? {
    guard !isFinished, let at = index.following(position) else {
      isFinished = true
      report.finish(file: files.first?.input.file ?? "")
      return nil
    }
    recycle()
    let record = try index.isOrdered ? readOn() : fetch(at)
    guard let record else {
      throw EADError("csv-changed", file: files.indices.contains(fileNumber) ? files[fileNumber].input.file : "")
    }
    position = at
    settle(record, at)
    current = record
    report.look(at: record, index.flags(of: at), scan: scan(of: record))
    return record
  }

  /// Records nobody else holds are used again.
  private func recycle() {
    guard let old = current else { return }
    current = nil
    let translations = old.translations
    old.translations = []
    for record in translations where spare.count < 8 { spare.append(record) }
    if spare.count < 8 { spare.append(old) }
  }

  private func load(_ reader: CSVRecordReader, _ file: AtoMCSVFile) -> AtoMCSVRecord {
    var record: AtoMCSVRecord
    if var candidate = spare.popLast(), isKnownUniquelyReferenced(&candidate) {
      record = candidate
    } else {
      record = AtoMCSVRecord(header: file.header)
    }
    record.load(from: reader, header: file.header)
    record.file = file.input.file
    record.row = reader.row
    record.line = reader.line
    record.isUnterminated = reader.isUnterminated
    record.strayCells = reader.strayCells
    return record
  }

  /// The next description of a file whose rows are in order.
  private func readOn() throws(EADError) -> AtoMCSVRecord? {
    while fileNumber < files.count {
      let file = files[fileNumber]
      if isAtFileStart {
        _ = aim(file, from: file.firstOffset, upTo: .max, line: file.firstLine, row: file.firstRow)
        isAtFileStart = false
        group = TranslationGroup()
      }
      guard let reader else { return nil }
      var main = ahead
      ahead = nil
      while try reader.advance() {
        if reader.isBlank { continue }
        let record = load(reader, file)
        let relation = group.add(record)
        guard let first = main else {
          main = record
          continue
        }
        if relation == .translation {
          first.translations.append(record)
        } else {
          ahead = record
          return first
        }
      }
      fileNumber += 1
      isAtFileStart = true
      if let main { return main }
    }
    return nil
  }

  @exclusivity(unchecked) private var isAtFileStart = true

  /// A description from its place.
  private func fetch(_ at: Int) throws(EADError) -> AtoMCSVRecord? {
    let place = index.place(of: at)
    let number = fileNumber(of: place.offset)
    fileNumber = number
    let file = files[number]
    let base = bases[number]
    var stop = Int.max
    if at + 1 < index.count {
      let following = index.place(of: at + 1).offset
      if number + 1 == files.count || following < bases[number + 1].offset { stop = following - base.offset }
    }
    let reader = aim(
      file, from: place.offset - base.offset, upTo: stop, line: place.line - base.line, row: place.row - base.row)
    var main: AtoMCSVRecord?
    group = TranslationGroup()
    while try reader.advance() {
      if reader.isBlank { continue }
      let record = load(reader, file)
      let relation = group.add(record)
      guard let first = main else {
        main = record
        continue
      }
      guard relation == .translation else { break }
      first.translations.append(record)
    }
    return main
  }

  private func fileNumber(of offset: Int) -> Int {
    var low = 0
    var high = bases.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if bases[middle].offset <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }

  private func scan(of record: AtoMCSVRecord) -> CSVByteScan {
    // Read ahead, the source may stand in a later file already.
    if files[min(fileNumber, files.count - 1)].header === record.header {
      return files[min(fileNumber, files.count - 1)].input.scan
    }
    return files.first { $0.header === record.header }?.input.scan ?? CSVByteScan()
  }

  private func settle(_ record: AtoMCSVRecord, _ at: Int) {
    let parent = index.parent(of: at)
    while let last = path.last, last.index != parent { path.removeLast() }
    record.depth = path.count
    record.hasChildren = index.flags(of: at).contains(.hasChildren)
    if path.isEmpty {
      record.siblingIndex = roots
      roots += 1
    } else {
      record.siblingIndex = path[path.count - 1].children
      path[path.count - 1].children += 1
    }
    path.append((at, 0))
    for translation in record.translations {
      translation.depth = record.depth
      translation.siblingIndex = record.siblingIndex
      translation.hasChildren = record.hasChildren
    }
  }

  // MARK: Findings

  /// What was found since the last call: about the files after `init`, about each description after its `next()`.
  public func takeFindings() -> [Finding] { report.take() }

  /// True when a file begins with the header line of AtoM's descriptions; reads no more than its beginning, never waits,
  /// and is false for XML, for other data and for standard input.
  public static func looksLikeAtoMCSV(path: String) -> Bool { AtoMCSVSniffer.looksLikeAtoMCSV(path: path) }
}
