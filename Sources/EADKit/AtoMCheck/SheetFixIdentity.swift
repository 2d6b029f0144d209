/// What the first readings of `SheetFixer` need to know of a row, as fingerprints; values as they will be corrected.
struct SheetFixIdentity {
  private(set) var id: UInt64 = 0
  /// 0 for none.
  private(set) var parent: UInt64 = 0
  /// nil for a row without.
  private(set) var culture: UInt64?

  private let idCell: Int
  private let parentCell: Int
  private let cultureCell: Int
  private let endsWithCR: Bool
  private var scratch = ByteBuffer(capacity: 256)
  private var otherScratch = ByteBuffer(capacity: 256)
  /// Cultures as they are written, with what they will be.
  private var cultures: [UInt64: UInt64] = [:]

  init(_ fixer: SheetFixer) {
    idCell = fixer.sheet.cell("legacyId") ?? -1
    parentCell = fixer.sheet.cell("parentId") ?? -1
    cultureCell = fixer.sheet.cell("culture") ?? -1
    endsWithCR = fixer.file.form.dialect.endsWithCR
  }

  func deallocate() {
    scratch.deallocate()
    otherScratch.deallocate()
  }

  /// Takes the record's ids.
  ///
  /// - Returns: false when it is another row about the description before it.
  mutating func read(_ reader: CSVRecordReader) -> Bool {
    let before = id
    id = fingerprint(reader, idCell)
    parent = fingerprint(reader, parentCell)
    culture = nil
    let written = fingerprint(reader, cultureCell)
    if written != 0 {
      if let known = cultures[written] {
        culture = known
      } else {
        let value = reader.value(cultureCell, &scratch)
        let code = SheetFixer.correctedCulture(value).map { Array($0.utf8) } ?? Array(value)
        let hash = code.withUnsafeBufferPointer { Bytes.hash($0) }
        if cultures.count > 10_000 { cultures.removeAll() }
        cultures[written] = hash
        culture = hash
      }
    }
    return id == 0 || id != before
  }

  private mutating func fingerprint(_ reader: CSVRecordReader, _ cell: Int) -> UInt64 {
    let value = reader.value(cell, &scratch)
    if value.isEmpty || value.isNull { return 0 }
    guard SheetFixer.signs(value).contains(.control) || endsWithCR && value.contains(0x0D) else {
      return max(Bytes.hash(value), 1)
    }
    let cleaned = SheetFixer.cleaned(value, endsWithCR: endsWithCR)
    return cleaned.withUnsafeBufferPointer { bytes in
      let plain = CSVRecordReader.trimmed(bytes)
      return plain.isEmpty || plain.isNull ? 0 : max(Bytes.hash(plain), 1)
    }
  }

  /// Whether a cell says something that another one, which AtoM reads instead, does not.
  mutating func differs(_ reader: CSVRecordReader, _ cell: Int, _ other: Int) -> Bool {
    let value = reader.value(cell, &scratch)
    return !value.isEmpty && !Bytes.equal(value, reader.value(other, &otherScratch))
  }

  mutating func isFilled(_ reader: CSVRecordReader, _ cell: Int) -> Bool { !reader.value(cell, &scratch).isEmpty }
}
